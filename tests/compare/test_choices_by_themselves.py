"""Measures and other things in two versions, choice by choice, on trees made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from ruleengine.compare.cards import split_scorecard
from ruleengine.compare.edits import Split, ThingKey
from ruleengine.compare.fusing import _Fusing
from ruleengine.compare.measures import split_measure, without_idle_lets
from ruleengine.compare.needs import Needs
from ruleengine.compare.others import split_other
from ruleengine.compare.slugs import BandNames
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import DATE, NUMBER
from tests.compare.nodes import (
    PLACE,
    SEATS,
    block,
    card,
    compare,
    definition,
    let,
    limit,
    logic,
    measure,
    member,
    missing,
    number,
    over,
    reference,
    table,
    table_row,
    text,
    variable,
)  # fmt: skip
from tests.compare.two_versions import BODY, compared

NOBODY = BandNames([], {})


def keys(found: Split) -> list[tuple[str, str, str]]:
    return [(each.key, each.kind, each.change) for each in found.choices]


# ── measures ────────────────────────────────────────────────────────────────────────────────────────────────────────

FRESH = r.Fresh(SEATS, 30, "days", 60, "days", span=PLACE)


@pytest.mark.parametrize(
    ("field", "old", "new", "expected"),
    [
        ("applies", (), (r.Applies(over(1), span=PLACE),), [("applies", "applies", "added")]),
        ("missing", missing("zero"), missing("impute", "red"), [("missing", "missing", "changed")]),
        ("missing", None, missing("zero"), [("missing", "missing", "added")]),
        ("baseline", number(1), number(2), [("baseline", "baseline", "changed")]),
        ("baseline", number(1), None, [("baseline", "baseline", "removed")]),
        ("checklist", "", "l", [("checklist", "measure", "added")]),
        ("checklist", "k", "l", [("checklist", "measure", "changed")]),
        ("value", SEATS, number(1), [("value", "value", "changed")]),
        ("value", None, number(1), [("value", "value", "added")]),
        ("fresh", None, FRESH, [("fresh", "freshness", "added")]),
        ("fresh", FRESH, attrs.evolve(FRESH, by=number(1)), [("fresh.by", "freshness", "changed")]),
        ("fresh", FRESH, attrs.evolve(FRESH, stale=20), [("fresh.stale", "freshness", "changed")]),
        ("fresh", FRESH, attrs.evolve(FRESH, stale_unit="months"), [("fresh.stale", "freshness", "changed")]),
        ("fresh", FRESH, attrs.evolve(FRESH, expired=None, stale=1),
         [("fresh.stale", "freshness", "changed"), ("fresh.expired", "freshness", "removed")]),
        ("fresh", attrs.evolve(FRESH, stale=None), FRESH, [("fresh.stale", "freshness", "added")]),
        ("limits", (limit("cap", 1),), (), [("cap.1", "limit", "removed")]), ("as_given", False, True, [("rate", "rating", "changed")]),
        ("title", "a", "b", []), ("description", "a", "b", []),
    ],
)  # fmt: skip
def test_each_field_of_a_measure_is_a_choice(field: str, old: Any, new: Any, expected: Any) -> None:
    was, now = (measure("m", **{field: value}) for value in (old, new))
    found = split_measure(was, now, NOBODY)
    assert keys(found) == expected
    assert getattr(found.assemble(frozenset(key for key, _, _ in expected)), field) == new
    if expected and field != "fresh":
        assert getattr(found.assemble(frozenset()), field) == old
    elif expected:
        back = found.assemble(frozenset()).fresh
        wanted = [
            None if old is None else getattr(old, name) for name in ("by", "stale", "stale_unit", "expired")
        ]
        assert [getattr(back, name, None) for name in ("by", "stale", "stale_unit", "expired")] == wanted


def lets(found: Split, *chosen: str) -> list[tuple[str, Any]]:
    return [(each.label, each.value.value) for each in found.assemble(frozenset(chosen)).lets]


def numbered(*pairs: tuple[str, float]) -> r.Measure:
    return measure("m", lets=tuple(let(f"m.{name}", number(value)) for name, value in pairs))


def test_lets_of_a_measure() -> None:
    found = split_measure(
        numbered(("a", 1), ("b", 2), ("gone", 3)), numbered(("b", 5), ("new", 6), ("a", 4)), NOBODY
    )
    assert keys(found) == [("let.b", "value", "changed"), ("let.a", "value", "changed")]
    assert lets(found) == [("b", 2), ("new", 6), ("a", 1), ("gone", 3)]
    assert lets(found, "let.a") == [("b", 2), ("new", 6), ("a", 4), ("gone", 3)]
    assert lets(found, "let.a", "let.b") == [("b", 5), ("new", 6), ("a", 4), ("gone", 3)]
    assert lets(split_measure(numbered(("a", 1), ("gone", 3)), numbered(("a", 1)), NOBODY)) == [
        ("a", 1),
        ("gone", 3),
    ]
    assert lets(split_measure(numbered(("a", 1)), numbered(("a", 1), ("new", 3)), NOBODY)) == [
        ("a", 1),
        ("new", 3),
    ]
    assert keys(split_measure(numbered(("a", 1)), numbered(("a", 1)), NOBODY)) == []


def test_lets_stand_after_what_they_need_in_either_version() -> None:
    old = measure("m", lets=(let("m.a", number(1)), let("m.b", variable("m.a"))))
    new = measure("m", lets=(let("m.b", number(2)), let("m.c", variable("m.b")), let("m.a", number(1))))
    found = split_measure(old, new, NOBODY)
    assert [each.label for each in found.assemble(frozenset()).lets] == ["a", "b", "c"]


def test_lets_that_become_values_of_another_kind_go_together() -> None:
    def of(a: e.Expression, b: e.Expression) -> r.Measure:
        return measure("m", lets=(let("m.a", a), let("m.b", b)))

    assert split_measure(of(number(1), number(2)), of(text("x"), number(3)), NOBODY).together == (
        frozenset(["let.a", "let.b"]),
    )
    assert split_measure(of(number(1), number(2)), of(number(4), number(3)), NOBODY).together == ()


def test_with_a_value_of_another_kind_goes_what_speaks_of_it() -> None:
    def of(value: e.Expression | None, cap: float, other: e.Expression) -> r.Measure:
        own = variable("m.value")
        return measure("m", value=value, limits=(limit("cap", 1, when=compare(">", own, number(cap))),), missing=missing("zero"),
                       baseline=other)  # fmt: skip

    found = split_measure(
        of(SEATS, 1, number(1)), of(e.Constant(5, type=DATE, span=PLACE), 2, number(2)), NOBODY
    )
    assert found.together == (frozenset(["value", "cap.1"]),)
    assert split_measure(of(SEATS, 1, number(1)), of(number(3), 2, number(2)), NOBODY).together == ()
    assert split_measure(of(None, 1, number(1)), of(number(3), 2, number(2)), NOBODY).together == (
        frozenset(["value", "cap.1"]),
    )


def test_with_other_bands_goes_what_names_them() -> None:
    old = measure(
        "m",
        bands="rag",
        limits=(limit("cap", 1, when=over(1)),),
        missing=missing("impute", "red"),
        baseline=number(1),
    )
    new = measure(
        "m",
        bands="own",
        limits=(limit("cap", 0, when=over(1)),),
        missing=missing("impute", "low"),
        baseline=number(2),
    )
    assert split_measure(old, new, NOBODY).together == (frozenset(["rate", "cap.0", "missing"]),)


def test_a_measure_of_one_version_is_there() -> None:
    one = measure("m")
    for found in (split_measure(one, None, NOBODY), split_measure(None, one, NOBODY)):
        assert (found.choices, found.assemble(frozenset()), found.one_sided) == ((), one, True)


def test_lets_that_nothing_needs() -> None:
    given = measure(
        "m", lets=(let("m.a"), let("m.b", variable("m.a")), let("m.c"), let("m.d")), value=variable("m.b")
    )
    assert [each.label for each in without_idle_lets(given, frozenset(["m.d"])).lets] == ["a", "b", "d"]
    assert [each.label for each in without_idle_lets(given, frozenset()).lets] == ["a", "b"]
    assert without_idle_lets(given, frozenset(["m.c", "m.d"])) is given
    for name, value in (
        ("applies", (r.Applies(variable("m.c"), span=PLACE),)), ("fresh", attrs.evolve(FRESH, by=variable("m.c"))),
        ("rates", (r.RateBlock(variable("m.c"), (), span=PLACE),)), ("limits", (limit("cap", 1, when=variable("m.c")),)),
        ("missing", r.Missing("impute", variable("m.c"), None, None, span=PLACE)), ("baseline", variable("m.c")),
    ):  # fmt: skip
        different: dict[str, Any] = {name: value}
        asked = attrs.evolve(given, **different)
        assert [each.label for each in without_idle_lets(asked, frozenset()).lets] == ["a", "b", "c"], name


def test_a_version_keeps_a_let_that_it_does_not_need(tmp_path: Path) -> None:
    old = BODY.replace('measure load "Load" {\n', 'measure load "Load" {\n  let spare = seats\n')
    new = BODY.replace('measure load "Load" {\n', 'measure load "Load" {\n  let other = users\n').replace(
        "value tickets", "value tickets + 1"
    )
    found = compared(tmp_path, old, new)
    [edit] = found.ids

    def labels(*chosen: str) -> list[str]:
        steps = found.hybrids.program(frozenset(chosen)).steps
        return [
            each.label
            for step in steps
            if isinstance(step, r.Measure) and step.name == "load"
            for each in step.lets
        ]

    assert (labels(), labels(edit)) == (["spare"], ["other"])


# ── other things ────────────────────────────────────────────────────────────────────────────────────────────────────


def trigger(**fields: Any) -> r.Trigger:
    plain: dict[str, Any] = {
        "alternatives": (r.Alternative(over(1), None, span=PLACE),), "kind": "call", "severity": "", "playbook": None,
        "reason": None, "due": None, "fields": (), "description": "",
    }  # fmt: skip
    return r.Trigger("t", "t", "t", **{**plain, **fields}, span=PLACE)


def told(*parts: Any) -> r.TextWithValues:
    return r.TextWithValues(parts, span=PLACE)


def fields(**values: float) -> tuple[r.TriggerField, ...]:
    return tuple(r.TriggerField(name, number(value), None) for name, value in values.items())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {"kind": "mail"}, [("kind", "trigger", "changed")]), ({}, {"severity": "high"}, [("severity", "trigger", "added")]),
        ({"due": number(3)}, {}, [("due", "trigger", "removed")]), ({}, {"playbook": told("x")}, [("playbook", "trigger", "added")]),
        ({}, {"alternatives": (r.Alternative(over(2), None, span=PLACE),)}, [("when", "trigger", "changed")]),
        ({}, {"alternatives": (r.Alternative(over(1), told("in words"), span=PLACE),)}, []),
        ({}, {"alternatives": (r.Alternative(over(1), told(r.Placeholder(SEATS, False)), span=PLACE),)}, [("because", "trigger", "added")]),
        ({"fields": fields(a=1, b=2)}, {"fields": fields(b=3, c=4)},
         [("field.b", "trigger", "changed"), ("field.c", "trigger", "added"), ("field.a", "trigger", "removed")]),
        ({"fields": fields(a=1, b=2)}, {"fields": fields(b=2, a=1)}, []),
        ({"fields": fields(a=1)}, {"fields": fields(a=1), "kind": "mail"}, [("kind", "trigger", "changed")]),
    ],
)  # fmt: skip
def test_each_thing_that_a_trigger_says_is_a_choice(
    old: dict[str, Any], new: dict[str, Any], expected: Any
) -> None:
    found = split_other(("trigger", "t"), trigger(**old), trigger(**new))
    assert keys(found) == expected


def test_fields_of_a_trigger_in_a_mixture() -> None:
    found = split_other(
        ("trigger", "t"), trigger(fields=fields(a=1, b=2, d=5)), trigger(fields=fields(d=5, b=3, c=4))
    )

    def there(*chosen: str) -> list[tuple[str, Any]]:
        return [(each.name, each.value.value) for each in found.assemble(frozenset(chosen)).fields]

    assert there() == [("d", 5), ("b", 2), ("a", 1)]
    assert there("field.c") == [("d", 5), ("b", 2), ("c", 4), ("a", 1)]
    assert there("field.a", "field.b", "field.c") == [("d", 5), ("b", 3), ("c", 4)]


def test_rows_of_a_table_are_choices_where_there_are_as_many() -> None:
    old, new = table("t", *(table_row(n) for n in (1, 2, 3))), table("t", *(table_row(n) for n in (1, 5, 6)))
    found = split_other(("table", "t"), old, new)
    assert keys(found) == [("row_2", "table", "changed"), ("row_3", "table", "changed")]
    assert [each.result.value for each in found.assemble(frozenset(["row_3"])).rows] == [1, 2, 6]
    assert keys(split_other(("table", "t"), old, table("t", *new.rows[:2]))) == [("", "table", "changed")]
    assert keys(split_other(("table", "t"), old, attrs.evolve(old, hits="all"))) == [("", "table", "changed")]
    wider = attrs.evolve(old, parameters=("x",), parameter_types=(NUMBER,), rows=new.rows)
    assert keys(split_other(("table", "t"), old, wider)) == [("", "table", "changed")]


def test_parameters_are_called_as_in_the_new_version() -> None:
    old = table(
        "t", table_row(1, over(1)), table_row(2, compare(">", variable("x"), number(3))), parameters=("x",)
    )
    new = table(
        "t", table_row(9, over(1)), table_row(2, compare(">", variable("y"), number(3))), parameters=("y",)
    )
    found = split_other(("table", "t"), old, new)
    assert keys(found) == [("row_1", "table", "changed")]
    assert found.assemble(frozenset()).rows[1].condition.left.name == "y"
    bodies = (
        definition("d", logic("and", variable("x"), over(1)), "x"),
        definition("d", logic("and", variable("y"), over(2)), "y"),
    )
    both = split_other(("definition", "d"), *bodies)
    assert keys(both) == [("", "definition", "changed")]
    assert both.assemble(frozenset()).body.operands[0].name == "y"
    assert both.assemble(frozenset()).parameters == ("y",)


ACTING = ("trigger", "matrix", "template", "output", "check")


@pytest.mark.parametrize("kind", ["named_value", "segment", "definition", "table", *ACTING])
def test_a_thing_of_one_version_is_an_edit_where_it_acts(kind: str) -> None:
    thing = let("x")
    for old, new, change in ((None, thing, "added"), (thing, None, "removed")):
        found = split_other((kind, "x"), old, new)
        acts = kind in ACTING
        assert keys(found) == ([("", kind, change)] if acts else [])
        assert found.assemble(frozenset()) is (old if acts else thing)
        assert found.assemble(frozenset([""])) is (new if acts else thing)


# ── places ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_edit_of_a_weight_stands_where_the_member_does_in_each_version() -> None:
    sides = []
    for line, weight in ((3, 1.0), (8, 2.0)):
        spot = Span("a.rules", line, line, line, 1)
        sides.append(card("c", block("c", attrs.evolve(member("a", weight), span=spot), member("b", 1))))
    [found] = split_scorecard(sides[0], sides[1], NOBODY).choices
    assert found.old_span is not None
    assert found.new_span is not None
    assert (found.key, found.old_span.line, found.new_span.line) == ("a.weight", 3, 8)


def test_all_that_is_in_a_new_group_comes_with_it() -> None:
    deep = block("deep", member("a"), path="use.deep")
    new = card("c", block("c", member("z"), block("use", deep, member("b"), path="use")))
    found = split_scorecard(card("c", block("c", member("z"))), new, NOBODY)
    assert keys(found) == [("use", "member", "added")]
    assert [(each.kind, each.name, each.path) for each in (choice.subject for choice in found.choices)] == [
        ("group", "c", "use")
    ]


def test_a_band_is_asked_of_a_card_and_of_what_stands_in_it() -> None:
    old = card("c", block("c", block("use", member("m"), path="use"), member("k", kind="card")))
    new = card("c", block("c", block("use", member("m"), path="use"), member("n", label="k")))
    key: ThingKey = ("scorecard", "c")
    fusing = _Fusing({key: Split(key, old, new, (), lambda chosen: new)}, Needs([]))

    def at(kind: str, name: str, path: str = "") -> list[ThingKey]:
        return list(fusing._things_at(reference(kind, name, path=path)))

    assert at("measure", "m") == [("measure", "m")]
    assert at("card", "c") == [("scorecard", "c")]
    assert at("node", "c", path="use") == [("scorecard", "c")]
    assert at("node", "c", path="use.m") == [("scorecard", "c"), ("measure", "m"), ("measure", "m")]
    assert at("node", "c", path="k") == [("scorecard", "c"), ("scorecard", "k"), ("measure", "n")]
    assert at("node", "d", path="k") == [("scorecard", "d")]
    assert at("matrix", "p") == []

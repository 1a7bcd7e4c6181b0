"""What things need of one another, what surrounds them, how fields are read, and what is worded otherwise; on trees made by hand."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from ruleengine.compare.edits import Split
from ruleengine.compare.needs import Needs, in_order
from ruleengine.compare.readings import readings_of
from ruleengine.compare.surroundings import Surroundings, _calendars, _first_month, files_of
from ruleengine.compare.wording import _words, header_wording, wording_of
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import COUNT, DATE, NUMBER, TEXT, Field, Kind, Type
from tests.compare.nodes import (
    PLACE,
    SEATS,
    block,
    called,
    card,
    let,
    limit,
    logic,
    measure,
    member,
    number,
    over,
    program,
    reference,
    row,
    table,
    table_row,
    variable,
)  # fmt: skip


def output(name: str, value: e.Expression) -> r.Output:
    return r.Output(name, name, value, False, span=PLACE)


def trigger(name: str, *alternatives: tuple[e.Expression, tuple[Any, ...] | None]) -> r.Trigger:
    told = [None if parts is None else r.TextWithValues(parts, span=PLACE) for _, parts in alternatives]
    several = tuple(
        r.Alternative(when, text, span=PLACE) for (when, _), text in zip(alternatives, told, strict=True)
    )
    return r.Trigger(name, name, name, several, "call", "", None, None, None, (), "", span=PLACE)


# ── needs ───────────────────────────────────────────────────────────────────────────────────────────────────────────

THINGS: dict[tuple[str, str], Any] = {
    ("named_value", "v"): let("v"), ("segment", "s"): None, ("trigger", "t"): None, ("output", "o"): None,
    ("definition", "d(number)"): None, ("table", "t(text)"): None, ("measure", "m"): measure("m", lets=(let("m.x"),)),
    ("scorecard", "c"): card("c", block("c")), ("bands", "rag"): None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (variable("v"), {("named_value", "v")}), (variable("s"), {("segment", "s")}), (variable("t"), {("trigger", "t")}),
        (variable("output o"), {("output", "o")}), (variable("o"), set()), (variable("m.value"), {("measure", "m")}),
        (variable("m.x"), {("measure", "m")}), (variable("m"), set()), (variable("d(number)"), set()), (variable("rag"), set()),
        (called("d(number)"), {("definition", "d(number)")}), (called("t(text)"), {("table", "t(text)")}),
        (called("gone"), {("definition", "gone")}), (reference("measure", "m"), {("measure", "m")}),
        (reference("card", "c"), {("scorecard", "c")}), (reference("node", "c", path="a"), {("scorecard", "c")}),
        (reference("matrix", "p"), {("matrix", "p")}), (reference("other", "p"), set()),
        (e.Said("template", "l", "text", type=TEXT, span=PLACE), {("template", "l")}),
        (e.Reasons("c", type=TEXT, span=PLACE), {("scorecard", "c")}), (member("m"), {("measure", "m")}),
        (member("c", kind="card"), {("scorecard", "c")}), (measure("n", bands="rag"), {("bands", "rag")}), (measure("n"), set()),
        (card("k", block("k", member("m")), "rag"), {("bands", "rag"), ("measure", "m")}),
        ((variable("v"), logic("and", variable("s"), variable("v"))), {("named_value", "v"), ("segment", "s")}), ((), set()),
    ],
    ids=lambda each: type(each).__name__,  # nodes say where they are in memory, which differs from worker to worker
)  # fmt: skip
def test_what_stands_by_name_in_a_thing(node: Any, expected: set[Any]) -> None:
    needs = Needs([THINGS])
    assert needs.of(node) == expected
    assert needs.of(node) is needs.of(node)


def test_all_that_is_needed_through_one_another() -> None:
    a, b, c = (("named_value", name) for name in "abc")
    side = {a: let("a", variable("b")), b: let("b", logic("and", variable("c"), variable("a"))), c: let("c")}
    needs = Needs([side])
    assert needs.closure([side[a]], side) == {a, b, c}
    assert needs.closure([side[c]], side) == set()
    assert needs.closure([side[a]], {a: side[a], c: side[c]}) == set()
    assert needs.closure([], side) == set()


@pytest.mark.parametrize(
    ("keys", "needs", "expected"),
    [
        ("", {}, []), ("a", {}, ["a"]), ("ab", {"a": "", "b": ""}, ["a", "b"]), ("ab", {"a": "b", "b": ""}, ["b", "a"]),
        ("ab", {"a": "b"}, ["a", "b"]), ("ab", {"a": "b", "b": "a"}, ["ab"]), ("ab", {"a": "a", "b": ""}, ["a", "b"]),
        ("abcd", {"a": "bc", "b": "d", "c": "d", "d": ""}, ["d", "b", "c", "a"]),
        ("abcd", {"a": "b", "b": "c", "c": "a", "d": "a"}, ["abc", "d"]),
        ("abcd", {"a": "b", "b": "ac", "c": "d", "d": "c"}, ["cd", "ab"]),
        ("dcba", {"a": "b", "b": "ac", "c": "d", "d": "c"}, ["dc", "ba"]),
        ("abc", {"a": "bc", "b": "a", "c": "b"}, ["abc"]), ("abc", {"a": "b", "b": "", "c": "b"}, ["b", "a", "c"]),
    ],
)  # fmt: skip
def test_everything_stands_after_what_it_needs(keys: str, needs: dict[str, str], expected: list[str]) -> None:
    wanted = {("x", key): [("x", each) for each in needs[key]] for key in needs}
    assert [
        "".join(name for _, name in circle) for circle in in_order([("x", key) for key in keys], wanted)
    ] == expected


# ── what surrounds ──────────────────────────────────────────────────────────────────────────────────────────────────

OWN, LIB = PLACE, Span("rules/lib/1.0.0.rules", 0, 1, 1, 1)


def call(function: str, *options: str | int, place: Span = OWN) -> e.Call:
    return e.Call(function, (SEATS,), options, type=NUMBER, span=place)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (call("fiscal quarter", 4), 4), (call("fiscal year", 7), 7), (call("start of", "year", 2), 2), (call("end of", "quarter", 3), 3),
        (call("name of", "year", 5, 1), 5), (call("round", 2), 0), (call("start of"), 0), (SEATS, 0), (None, 0),
    ],
    ids=lambda each: type(each).__name__,  # nodes say where they are in memory, which differs from worker to worker
)  # fmt: skip
def test_the_first_month_of_a_period(node: Any, expected: int) -> None:
    assert _first_month(node) == expected


def test_calendars_of_files() -> None:
    steps = (
        let("a", call("fiscal year", 4)), let("b", call("start of", "year", 1, place=LIB)),
        let("c", call("fiscal year", 7, place=LIB)), let("d", call("fiscal year", 9, place=LIB)),
    )  # fmt: skip
    given = program(*steps, fiscal_month=4)
    files = files_of(given, given)
    assert files == {"a.rules": "", LIB.path: "lib"}
    found = _calendars(given, files)
    assert [(name, each.month, each.is_fiscal, each.has_calendar) for name, each in found.items()] == [
        ("", 4, True, False), ("lib", 7, True, True),
    ]  # fmt: skip
    only = _calendars(program(let("a", call("start of", "year", 1)), fiscal_month=2), {"a.rules": ""})
    assert (only[""].month, only[""].is_fiscal, only[""].has_calendar) == (2, False, True)
    plain = _calendars(program(let("b", call("end of", "year", 1, place=LIB))), files)["lib"]
    assert (plain.month, plain.is_fiscal, plain.has_calendar) == (1, True, True)
    none = _calendars(program(let("b", attrs.evolve(SEATS, span=LIB))), files)["lib"]
    assert (none.month, none.is_fiscal, none.has_calendar) == (1, False, False)


def test_files_of_several_versions_have_names_of_their_own() -> None:
    second = attrs.evolve(LIB, path="rules/lib/2.0.0.rules")
    other = attrs.evolve(LIB, path="rules/other/1.0.0.rules")
    old = program(let("a", attrs.evolve(SEATS, span=LIB)), let("b", attrs.evolve(SEATS, span=second)))
    new = program(let("c", attrs.evolve(SEATS, span=other)), path="b.rules")
    assert files_of(old, new) == {
        "a.rules": "", "b.rules": "", LIB.path: "lib 1.0.0", second.path: "lib 2.0.0", other.path: "other",
    }  # fmt: skip
    apart = (
        program(let("a", attrs.evolve(SEATS, span=LIB))),
        program(let("a", attrs.evolve(SEATS, span=second))),
    )
    assert files_of(*apart) == {"a.rules": "", LIB.path: "lib", second.path: "lib"}


def surrounded(old: r.Program, new: r.Program) -> tuple[Surroundings, list[str]]:
    found = Surroundings(old, new)
    told = [".".join(split.key) for split in found.splits if split.choices]
    return found, told


def same(thing: Any) -> Split:
    return Split(("named_value", "v"), thing, thing, (), lambda chosen: thing)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ((1, 4), (1, 7), False), ((4,), (7,), True), ((4,), (4,), None), ((1,), (1,), None),
    ],
)  # fmt: skip
def test_the_fiscal_year_of_the_programs_own_file(
    old: tuple[int, ...], new: tuple[int, ...], told: bool | None
) -> None:
    sides = [
        program(let("v", call("fiscal year", months[-1])), *(let(f"w{each}", call("start of", "year", each)) for each in months[:-1]),
                fiscal_month=months[-1])
        for months in (old, new)
    ]  # fmt: skip
    found, keys = surrounded(*sides)
    assert keys == ([] if told is None else ["calendar.fiscal_year"])
    thing = sides[0].steps[0]
    modern = found.modern(thing)
    assert modern.value.options == (new[-1],)
    assert (modern is thing) == (told is None)


def test_names_of_calendar_periods_keep_their_month() -> None:
    def of(month: int) -> r.Program:
        values = (call("name of", "year", month, 0), call("name of", "year", month, 1), call("start of", "year", month),
                  call("fiscal quarter", month))  # fmt: skip
        return program(*(let(f"v{place}", value) for place, value in enumerate(values)), fiscal_month=month)

    found, keys = surrounded(of(4), of(7))
    assert keys == ["calendar.fiscal_year"]
    given = [found.modern(step).value.options for step in found.old.steps]
    assert given == [("year", 4, 0), ("year", 7, 1), ("year", 7), (7,)]


def test_one_choice_of_what_surrounds_is_put_into_all_that_it_reaches() -> None:
    sides = [program(let("v", call("fiscal year", month)), fiscal_month=month) for month in (4, 7)]
    found, _ = surrounded(*sides)
    old, new = (side.steps[0] for side in sides)
    inside = found.within(Split(("named_value", "v"), found.modern(old), new, (), lambda chosen: new))
    assert [each.key for each in inside.choices] == ["calendar.fiscal_year"]
    assert inside.assemble(frozenset()) is old
    assert inside.assemble(frozenset(["calendar.fiscal_year"])) is new
    free = same(let("w"))
    assert found.within(free) is free


def assumed(*pairs: tuple[str, float], place: Span = OWN) -> tuple[r.Assumption, ...]:
    return tuple(
        r.Assumption(tuple(path.split(".")), number(value), "so", span=place) for path, value in pairs
    )


def test_what_is_assumed_comes_goes_and_changes() -> None:
    def of(*pairs: tuple[str, float]) -> r.Program:
        known = {path: number(value) for path, value in pairs}
        fact = attrs.evolve(SEATS, assumed=known.get("use.seats"))
        return program(let("v", fact), assumptions=assumed(*pairs))

    for old, new, told in (
        ([], [("use.seats", 1)], "added"), ([("use.seats", 1)], [], "removed"), ([("use.seats", 1)], [("use.seats", 2)], "changed"),
        ([("use.seats", 1)], [("use.seats", 1)], None),
    ):  # fmt: skip
        found, keys = surrounded(of(*old), of(*new))
        assert keys == ([] if told is None else ["assumption.use.seats"])
        changes = [each.change for split in found.splits for each in split.choices]
        assert changes == ([] if told is None else [told])
        modern = found.modern(found.old.steps[0])
        assert getattr(modern.value.assumed, "value", None) == (dict(new).get("use.seats"))
    other, _ = surrounded(of(), of(("use.users", 3)))
    assert other.modern(other.old.steps[0]) is other.old.steps[0]


def test_another_zone_is_one_thing() -> None:
    found, keys = surrounded(program(let("v")), program(let("v"), zone="Europe/Berlin"))
    assert keys == ["calendar.zone"]
    assert found.zone is not None
    assert [found.zone.assemble(frozenset(each)) for each in ([], [""])] == ["UTC", "Europe/Berlin"]
    assert surrounded(program(let("v")), program(let("v")))[0].splits == ()


# ── how fields are read ─────────────────────────────────────────────────────────────────────────────────────────────


def record(**fields: Any) -> Type:
    return Type(
        Kind.RECORD,
        fields=tuple(Field(name, kind) if isinstance(kind, Type) else kind for name, kind in fields.items()),
    )


def many(element: Type) -> Type:
    return Type(Kind.LIST, element=element)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (record(a=TEXT), record(a=TEXT), []), (record(a=TEXT), record(a=DATE), [("a", False)]), (record(a=TEXT), record(b=TEXT), []),
        (record(a=Type(Kind.CHOICE, choices=("x", "y"))), record(a=Type(Kind.CHOICE, choices=("y", "x"))), []),
        (record(a=Type(Kind.CHOICE, choices=("x", "y"))), record(a=Type(Kind.CHOICE, choices=("x",))), [("a", False)]),
        (record(a=Field("a", NUMBER, integer=True)), record(a=NUMBER), [("a", False)]),
        (record(r=record(a=TEXT, b=TEXT)), record(r=record(a=TEXT, b=DATE)), [("r.b", False)]),
        (record(l=many(record(a=TEXT))), record(l=many(record(a=DATE))), [("l.a", True)]),
        (record(l=many(record(r=record(a=TEXT)))), record(l=many(record(r=record(a=DATE)))), [("l.r.a", True)]),
        (record(l=many(TEXT)), record(l=many(DATE)), [("l", False)]), (record(l=many(TEXT)), record(l=many(TEXT)), []),
    ],
)  # fmt: skip
def test_fields_that_are_read_otherwise(old: Type, new: Type, expected: list[tuple[str, bool]]) -> None:
    found = list(readings_of(old, new))
    assert [(each.path, each.records is not None) for each in found] == expected


def test_who_reads_a_field() -> None:
    [own] = readings_of(record(use=record(seats=COUNT)), record(use=record(seats=TEXT)))
    assert own.concerns(SEATS)
    assert not own.concerns(attrs.evolve(SEATS, path=("use", "users")))
    inner = record(day=TEXT), record(day=DATE)
    [listed] = readings_of(record(calls=many(inner[0])), record(calls=many(inner[1])))
    item = e.Variable("c", type=inner[0], span=PLACE)
    asked = e.Attribute(item, "day", Field("day", TEXT), type=TEXT, span=PLACE)
    assert listed.concerns(asked)
    assert listed.concerns(attrs.evolve(asked, base=e.Variable("c", type=inner[1], span=PLACE)))
    assert not listed.concerns(attrs.evolve(asked, name="hour"))
    assert not listed.concerns(attrs.evolve(asked, fact=None))
    assert not listed.concerns(attrs.evolve(asked, base=e.Variable("c", type=record(x=TEXT), span=PLACE)))
    assert not own.concerns(asked)
    assert not listed.concerns(SEATS)
    assert (listed.field(True).type, listed.field(False).type) == (DATE, TEXT)


# ── words ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def worded(key: tuple[str, str], old: Any, new: Any) -> list[tuple[str, str, str]]:
    return [(each.aspect, each.old, each.new) for each in wording_of(key, old, new)]


def test_what_headers_say_otherwise() -> None:
    new = program(
        version="2.0.0", title="T", owner="O", description="D", effective_from=738886, effective_until=739251,
        schema_name="thing", schema_version="2",
    )  # fmt: skip
    found = list(header_wording(program(schema_name="thing", schema_version="1"), new))
    assert [(each.aspect, each.old, each.new) for each in found] == [
        ("title", "", "T"), ("owner", "", "O"), ("description", "", "D"), ("in force from", "", "2024-01-01"),
        ("in force until", "", "2024-12-31"), ("facts", "thing 1", "thing 2"),
    ]  # fmt: skip
    assert {each.subject.title for each in found} == {"T"}
    [only] = header_wording(program(), program(schema_name="thing"))
    assert (only.aspect, only.old, only.new, only.subject.title) == ("facts", "", "thing", "demo")
    assert list(header_wording(new, new)) == []


def rated(*reasons: str | None) -> tuple[r.RateBlock, ...]:
    return (r.RateBlock(None, tuple(row(0, None, each) for each in reasons), span=PLACE),)


def test_what_a_measure_words_otherwise() -> None:
    key = ("measure", "m")
    old = measure(
        "m",
        title="Old",
        description="",
        percent=False,
        rates=rated("a", None),
        limits=(limit("cap", 1, because="x"),),
    )
    new = measure(
        "m", title="New", description="D", percent=True, rates=rated("b", "c"), limits=(limit("cap", 1),)
    )
    assert worded(key, old, new) == [
        ("title", "Old", "New"), ("description", "", "D"), ("shown as a percentage", "no", "yes"), ("because", "a", "b"),
        ("because", "", "c"), ("because", "x", ""),
    ]  # fmt: skip
    assert worded(key, old, attrs.evolve(old, rates=rated("b"), limits=())) == []
    assert worded(key, old, attrs.evolve(old, rates=(*old.rates, *rated("z")))) == []
    assert worded(key, old, old) == []


def test_what_other_things_word_otherwise() -> None:
    tables = (
        table("t", table_row(1, because="a"), table_row(2)),
        table("t", table_row(1), table_row(2, because="b")),
    )
    assert worded(("table", "t"), *tables) == [("because", "a", ""), ("because", "", "b")]
    facts = assumed(("a", 1))[0], attrs.evolve(assumed(("a", 1))[0], because="else")
    assert worded(("assumption", "a"), *facts) == [("because", "so", "else")]
    segments = [r.Segment("s", "s", title, over(1), span=PLACE) for title in (None, "S")]
    assert worded(("segment", "s"), *segments) == [("title", "", "S")]
    value = r.Placeholder(SEATS, False)
    first, second = trigger("t", (over(1), ("has ", value))), trigger("t", (over(1), ("holds ", value, "!")))
    assert worded(("trigger", "t"), first, second) == [("because", "has {}", "holds {}!")]
    assert worded(("trigger", "t"), trigger("t", (over(1), None)), first) == [("because", "", "has {}")]
    assert worded(("trigger", "t"), first, trigger("t", (over(1), ("x",)), (over(2), ("y",)))) == []
    assert _words(None) == ""


def test_what_groups_word_otherwise() -> None:
    def of(title: str, reason: str | None, *others: r.Block) -> r.Scorecard:
        inner = attrs.evolve(
            block("use", member("m"), path="use", limits=(limit("cap", 1, because=reason),)), title=title
        )
        return card("c", block("c", inner, *others, member("k")))

    new = of("Use", "b", block("new", path="new"))
    found = list(wording_of(("scorecard", "c"), of("Seats", "a"), new))
    assert [(each.subject.kind, each.subject.path, each.aspect, each.old, each.new) for each in found] == [
        ("group", "use", "title", "Seats", "Use"), ("group", "use", "because", "a", "b"),
    ]  # fmt: skip
    whole = attrs.evolve(new, block=attrs.evolve(new.block, title="Whole", description="D"))
    assert worded(("scorecard", "c"), new, whole) == [("title", "c", "Whole"), ("description", "", "D")]

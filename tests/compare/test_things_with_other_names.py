"""What two programs call otherwise: which things are the same, and the old program in the names of the new one."""

from __future__ import annotations

from typing import Any

import pytest

from ruleengine.compare.edits import ThingKey
from ruleengine.compare.matching import _mostly, match, rename_variables
from ruleengine.compare.renames import (
    _mostly_equal,
    bare,
    members_of,
    names_between,
    own_names,
    same_things,
)
from ruleengine.compare.renaming import Renamed
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import NUMBER
from tests.compare.nodes import (
    PLACE,
    SEATS,
    band,
    band_set,
    block,
    called,
    card,
    compare,
    definition,
    let,
    limit,
    measure,
    member,
    missing,
    number,
    over,
    program,
    query,
    reference,
    row,
    table,
    table_row,
    variable,
)  # fmt: skip

RATED = (r.RateBlock(None, (row(0, over(3)), row(1)), span=PLACE),)


def trigger(name: str, when: e.Expression, kind: str = "call") -> r.Trigger:
    alternatives = (r.Alternative(when, None, span=PLACE),)
    return r.Trigger(name, name, name, alternatives, kind, "", None, None, None, (), "", span=PLACE)


def segment(name: str, when: e.Expression) -> r.Segment:
    return r.Segment(name, name.rpartition(".")[2], None, when, span=PLACE)


def pairs(old: r.Program, new: r.Program) -> list[tuple[str, str, bool]]:
    return [(each.old[1], each.new[1], each.told) for each in same_things(old, new)]


# ── which things are the same ───────────────────────────────────────────────────────────────────────────────────────


def test_what_is_imported_otherwise_keeps_its_name() -> None:
    found = pairs(
        program(let("lib.v"), segment("s", over(1))), program(let("v", number(9)), segment("s", over(2)))
    )
    assert found == [("lib.v", "v", False)]
    assert pairs(program(let("a.v"), let("b.v", number(2))), program(let("c.v", number(3)))) == []
    assert pairs(program(let("c.v", number(3))), program(let("a.v"), let("b.v", number(2)))) == []


def test_what_says_the_same_is_the_same_under_another_name() -> None:
    assert pairs(program(let("a", number(1))), program(let("b", number(1)))) == [("a", "b", True)]
    assert pairs(program(let("a", number(1))), program(let("b", number(2)))) == []
    assert pairs(program(let("a", number(1))), program(segment("b", over(1)))) == []


def test_neither_of_two_that_say_the_same_is_the_other() -> None:
    one, two = (let("a", number(1)),), (let("b", number(1)), let("c", number(1)))
    assert pairs(program(*one), program(*two)) == []
    assert pairs(program(*two), program(*one)) == []


def test_names_that_are_known_count_as_one_in_what_speaks_of_them() -> None:
    old = program(let("a", number(1)), segment("s", compare(">", variable("a"), number(2))))
    new = program(let("b", number(1)), segment("t", compare(">", variable("b"), number(2))))
    assert pairs(old, new) == [("a", "b", True), ("s", "t", True)]


def test_sets_of_bands_and_triggers_and_cards_by_what_they_say() -> None:
    bands = band_set("rag", band("green", 5, 9)), band_set("traffic", band("green", 5, 9))
    old = program(
        trigger("t", over(3)), card("c", block("x", member("m"))), measure("m"), band_sets=bands[:1]
    )
    new = program(
        trigger("u", over(3), "mail"), card("d", block("y", member("m"))), measure("m"), band_sets=bands[1:]
    )
    assert pairs(old, new) == [("rag", "traffic", True), ("c", "d", True), ("t", "u", True)]
    other = program(
        trigger("u", over(4)),
        card("d", block("y", member("n"))),
        band_sets=(band_set("z", band("green", 5, 8)),),
    )
    assert pairs(old, other) == []


def measured(name: str, **fields: Any) -> r.Program:
    return program(measure(name, **{"value": over(1), "rates": RATED, "as_given": False, **fields}))


def test_a_measure_is_the_same_where_half_of_what_it_says_is() -> None:
    limits, gone = (limit("cap", 1),), missing("impute", "red")
    full = measured("a", limits=limits, missing=gone, baseline=number(1))
    assert pairs(full, measured("b", limits=limits)) == [("a", "b", True)]
    assert pairs(full, measured("b")) == []
    assert pairs(measured("a", limits=limits), measured("b")) == [("a", "b", True)]
    assert pairs(measured("a", limits=limits), measured("b", value=over(2), limits=limits)) == []
    assert pairs(measured("a", value=None), measured("b", value=None, description="d")) == [("a", "b", True)]
    assert pairs(measured("a", value=None), measured("b", value=None, as_given=True)) == []


def test_a_card_is_the_same_where_most_of_its_members_are() -> None:
    def of(*names: str) -> r.Block:
        return block("c", block("g", *map(member, names), path="g"))

    old = card("c", of("a", "b", "c"))
    assert _mostly_equal(old, card("d", of("a", "b", "x", "c")), {})
    assert _mostly_equal(old, card("d", of("a", "b")), {})
    assert not _mostly_equal(old, card("d", of("a")), {})
    assert not _mostly_equal(card("c", of("a", "b")), card("d", of("a")), {})
    assert _mostly_equal(card("c", of("z")), card("d", of("a")), {"z": "a"})
    assert _mostly_equal(trigger("t", over(1)), trigger("u", over(1)), {})
    assert _mostly(of("a", "b"), of("a", "b", "c"), {})
    assert not _mostly(of("a", "b"), of("a", "c"), {})
    assert not _mostly(of("a", "b"), of("a"), {})
    assert _mostly(of("z"), of("a"), {("measure", "z"): "a"})
    assert not _mostly(of("z"), of("a"), {("scorecard", "z"): "a"})


def test_members_in_the_order_in_which_they_stand() -> None:
    inner = block("g", member("b"), block("h", member("c")), member("d"))
    assert [each.name for each in members_of(block("x", member("a"), inner, member("e")))] == list("abcde")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("v", "v"),
        ("lib.v", "v"),
        ("a.b.v", "v"),
        ("lib.t(number.x)", "t(number.x)"),
        ("t(text)", "t(text)"),
        ("t()", "t()"),
    ],
)
def test_what_authors_call_it(key: str, expected: str) -> None:
    assert bare(("table", key)) == expected


def test_names_of_a_thing_and_of_what_is_inside() -> None:
    old, new = measure("a", lets=(let("a.x"), let("a.y"))), measure("b", lets=(let("b.x 2"), let("b.x")))
    expected = {"a": "b", "a.value": "b.value", "a.x": "b.x", "a.y": "b.y"}
    assert names_between(old, new, ("measure", "a"), ("measure", "b")) == expected
    assert own_names(("measure", "a"), old) == {"a": "*", "a.value": "*.value", "a.x": "*.x", "a.y": "*.y"}
    inside = measure("lib.a", label="a"), measure("b")
    assert names_between(*inside, ("measure", "lib.a"), ("measure", "b")) == {
        "lib.a": "b", "lib.a.value": "b.value", "a": "b",
    }  # fmt: skip
    one, other = table("lib.t(number)"), table("u(number)")
    assert names_between(one, other, ("table", "lib.t(number)"), ("table", "u(number)")) == {
        "lib.t(number)": "u(number)", "lib.t": "u",
    }  # fmt: skip
    assert own_names(("table", "lib.t(number)"), one) == {
        "lib.t(number)": "*", "lib.t(number).value": "*.value", "t": "*", "lib.t": "*",
    }  # fmt: skip
    assert names_between(let("a"), let("b"), ("named_value", "a"), ("named_value", "b")) == {"a": "b"}


# ── in other names ──────────────────────────────────────────────────────────────────────────────────────────────────

KEYS: dict[ThingKey, str] = {
    ("measure", "m"): "new m", ("scorecard", "c"): "new c", ("matrix", "p"): "new p", ("bands", "rag"): "traffic",
    ("definition", "lib.d(number)"): "own.e(number)", ("table", "t(text)"): "u(text)", ("trigger", "t"): "new t",
    ("template", "l"): "new l", ("output", "o"): "new o",
}  # fmt: skip


def renamed(node: Any, **fields: Any) -> Any:
    given = Renamed(KEYS, {"v": "w", "s": "z"}, fields.pop("labels", {}), fields.pop("groups", {}))
    return given.done(program(node, **fields))


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (variable("v"), {"name": "w"}), (variable("m"), {"name": "m"}), (let("v"), {"name": "w", "label": "v"}),
        (segment("s", over(1)), {"name": "z"}), (reference("measure", "m"), {"name": "new m"}),
        (reference("card", "c"), {"name": "new c"}), (reference("node", "c", path="g"), {"name": "new c", "path": "g"}),
        (reference("matrix", "p"), {"name": "new p"}), (reference("measure", "c"), {"name": "c"}),
        (e.Said("trigger", "t", "kind", type=NUMBER, span=PLACE), {"name": "new t"}),
        (e.Said("template", "l", "text", type=NUMBER, span=PLACE), {"name": "new l"}),
        (e.Said("trigger", "l", "kind", type=NUMBER, span=PLACE), {"name": "l"}),
        (e.Reasons("c", type=NUMBER, span=PLACE), {"card": "new c"}), (e.Reasons("m", type=NUMBER, span=PLACE), {"card": "m"}),
        (called("lib.d(number)"), {"instance": "own.e(number)"}), (called("t(text)"), {"instance": "u(text)"}),
        (called("t(number)"), {"instance": "t(number)"}), (measure("m", bands="rag"), {"name": "new m", "bands": "traffic"}),
        (measure("c", bands="own"), {"name": "c", "bands": "own"}),
        (r.Output("o", "o", SEATS, False, span=PLACE), {"name": "new o"}),
    ],
    ids=lambda each: type(each).__name__,  # nodes say where they are in memory, which differs from worker to worker
)  # fmt: skip
def test_whatever_speaks_of_a_thing(node: Any, expected: dict[str, str]) -> None:
    [found] = renamed(node).steps
    assert {name: getattr(found, name) for name in expected} == expected
    changed = any(getattr(node, name) != value for name, value in expected.items())
    assert (found is not node) == changed


def test_what_is_called_and_sets_of_bands_in_other_names() -> None:
    given = renamed(
        let("x"), definitions=(definition("lib.d(number)", SEATS), definition("f(number)", SEATS)), tables=(table("t(text)"),),
        band_sets=(band_set("rag"), band_set("own")),
    )  # fmt: skip
    assert [(each.key, each.name) for each in given.definitions] == [
        ("own.e(number)", "e"),
        ("f(number)", "f"),
    ]
    assert [(each.key, each.name) for each in given.tables] == [("u(text)", "u")]
    assert [each.key for each in given.band_sets] == ["traffic", "own"]


def test_a_card_in_other_names() -> None:
    use = block("use", member("m"), member("k", kind="card"), path="use")
    grace = r.Grace(3, "months", SEATS, ("m", "use", "n"), span=PLACE)
    inside = block("c", use, block("voice", member("n"), path="voice"))
    labels = {("measure", "m m"): "fresh", ("scorecard", "k k"): "part"}
    step = renamed(
        card("c", inside, "rag", grace=grace), labels=labels, groups={("c", "use"): "adoption"}
    ).steps[0]
    assert (step.name, step.bands, step.block.name, step.block.path) == ("new c", "traffic", "new c", "")
    adoption, voice = step.block.children
    assert (adoption.label, adoption.path, adoption.name) == ("adoption", "adoption", "adoption")
    assert [(each.label, each.name) for each in adoption.children] == [("fresh", "new m"), ("part", "k")]
    assert (voice.label, voice.path) == ("voice", "voice")
    assert voice is inside.children[1] or voice.name == "voice"
    assert step.grace.excepted == ("fresh", "adoption", "n")


def test_places_in_a_card_move_with_their_group() -> None:
    deep = block("deep", member("m"), path="use.deep")
    inside = block("c", block("use", deep, path="use"))
    asked = segment("q", compare(">", reference("node", "c", path="use.deep.m"), number(1)))
    given = Renamed({}, {}, {("measure", "m m"): "k"}, {("c", "use"): "adoption", ("c", "use.deep"): "depth"})
    whole, found = given.done(program(card("c", inside), asked)).steps
    assert isinstance(whole, r.Scorecard)
    assert isinstance(found, r.Segment)
    assert found.condition.left.path == "adoption.depth.k"  # type: ignore[attr-defined]  # a comparison of a reference
    [group] = whole.block.children
    assert isinstance(group, r.Block)
    assert [(each.label, getattr(each, "path", "")) for each in group.children] == [
        ("depth", "adoption.depth")
    ]


# ── both together ───────────────────────────────────────────────────────────────────────────────────────────────────


def groups(*labels: str, members: str = "abc", name: str = "whole") -> r.Scorecard:
    return card(name, block(name, *(block(each, *map(member, members), path=each) for each in labels)))


def told(old: r.Program, new: r.Program) -> list[tuple[str, str, str]]:
    return [(each.kind, each.old, each.new) for each in match(old, new).renamings]


def test_groups_with_mostly_the_same_members() -> None:
    assert told(program(groups("use")), program(groups("adoption"))) == [("group", "use", "adoption")]
    assert told(program(groups("use")), program(groups("adoption", members="cde"))) == []
    assert told(program(groups("use")), program(groups("adoption", "other"))) == []
    assert told(program(groups("use", "other")), program(groups("adoption"))) == []
    assert told(program(groups("use")), program(groups("use", "adoption"))) == []


def test_a_group_in_a_group_with_a_new_name() -> None:
    def nested(outer: str, inner: str) -> r.Program:
        return program(
            card(
                "c",
                block(
                    "c", block(outer, block(inner, *map(member, "abc"), path=f"{outer}.{inner}"), path=outer)
                ),
            )
        )

    assert told(nested("use", "deep"), nested("use", "depth")) == [("group", "deep", "depth")]
    assert told(nested("use", "deep"), nested("adoption", "depth")) == [
        ("group", "use", "adoption"), ("group", "deep", "depth"),
    ]  # fmt: skip
    found = match(nested("use", "deep"), nested("use", "depth")).context.old.steps[0]
    assert isinstance(found, r.Scorecard)
    assert found.block.children[0].children[0].path == "use.depth"  # type: ignore[union-attr]  # two groups


def test_groups_of_a_card_that_has_another_name_itself() -> None:
    assert told(program(groups("use")), program(groups("adoption", name="other"))) == [
        ("scorecard", "whole", "other"), ("group", "use", "adoption"),
    ]  # fmt: skip


def test_members_are_called_as_their_measure_unless_another_one_is() -> None:
    def of(name: str, *others: r.Member) -> r.Program:
        return program(measure(name, value=over(1)), card("c", block("c", member(name), *others)))

    found = match(of("m"), of("n")).context.old.steps[1]
    assert isinstance(found, r.Scorecard)
    assert [(each.label, each.name) for each in members_of(found.block)] == [("n", "n")]
    taken = match(of("m", member("x", label="n")), of("n", member("y"))).context.old.steps[1]
    assert isinstance(taken, r.Scorecard)
    assert [(each.label, each.name) for each in members_of(taken.block)] == [("m", "n"), ("n", "x")]


def test_one_renaming_is_told_once_and_in_words() -> None:
    old = program(let("x"), tables=(table("t(number)", table_row(1)), table("t(text)", table_row(2))))
    new = program(let("x"), tables=(table("u(number)", table_row(1)), table("u(text)", table_row(2))))
    assert told(old, new) == [("table", "t", "u")]
    assert told(program(let("lib.v", number(4))), program(let("w", number(4)))) == [("named value", "v", "w")]
    assert told(program(let("lib.v", number(4))), program(let("v", number(4)))) == []


def test_names_of_outputs_and_lets_of_measures_move_too() -> None:
    def of(name: str, out: str) -> r.Program:
        return program(
            measure(name, value=compare(">", variable(f"{name}.x"), number(3)), lets=(let(f"{name}.x"),)),
            r.Output(out, out, compare(">", variable(f"{name}.value"), number(7)), False, span=PLACE),
            segment("s", compare(">", variable(f"output {out}"), number(8))),
        )

    old, new = of("m", "o"), of("n", "q")
    found = match(old, new)
    assert told(old, new) == [("measure", "m", "n"), ("output", "o", "q")]
    kept, out, asked = found.context.old.steps
    assert isinstance(kept, r.Measure)
    assert kept.lets[0].name == "n.x"
    assert kept.value.left.name == "n.x"  # type: ignore[union-attr]  # a comparison
    assert out.value.left.name == "n.value"  # type: ignore[union-attr]  # a comparison
    assert asked.condition.left.name == "output q"  # type: ignore[union-attr]  # a comparison


# ── variables that nobody wrote ─────────────────────────────────────────────────────────────────────────────────────


def test_variables_of_queries_are_not_the_things_of_the_other_version() -> None:
    where = compare(">", variable("c"), number(3))
    old = program(segment("s", compare(">", query("c", where), number(1))))
    new = program(
        let("c"),
        segment("s", compare(">", query("k", compare(">", variable("k"), number(3))), number(1))),
        version="2.0.0",
    )
    found = match(old, new).context
    asked = found.old.steps[0].condition.left  # type: ignore[union-attr]  # a comparison of a query
    assert (asked.variable, asked.where.left.name, asked.source.name) == ("c of 1.0.0", "c of 1.0.0", "calls")
    assert found.new is new
    back = match(new, old).context
    assert back.old is new
    assert back.new.steps[0].condition.left.variable == "c of 1.0.0"  # type: ignore[union-attr]  # a comparison of a query


@pytest.mark.parametrize(
    "thing",
    [segment("d", over(1)), measure("d"), card("d", block("d")), trigger("d", over(1)), let("d"),
     r.Matrix("d", "d", "d", (), (), (), None, 0, "", span=PLACE)],
    ids=lambda each: type(each).__name__,
)  # fmt: skip
def test_parameters_are_not_the_things_of_the_other_version(thing: Any) -> None:
    body = compare(">", variable("d"), variable("e"))
    old = program(let("x"), definitions=(definition("f", body, "d", "e"),))
    found = match(
        old, program(let("x"), thing, definitions=old.definitions, version="2.0.0")
    ).context.old.definitions[0]
    assert found.parameters == ("d of 1.0.0", "e")
    assert found.body.left.name == "d of 1.0.0"  # type: ignore[attr-defined]  # a comparison


def test_only_the_named_variables_have_another_name() -> None:
    given = (variable("a"), variable("b"), query("a"), query("b"), table("t", parameters=("a", "b")), SEATS)
    found = rename_variables(given, {"a": "z"})
    assert [each.name for each in found[:2]] == ["z", "b"]
    assert [each.variable for each in found[2:4]] == ["z", "b"]
    assert found[4].parameters == ("z", "b")
    assert found[5] is SEATS
    assert rename_variables(given, {"q": "z"}) is given


def test_of_two_cards_with_the_same_members_it_is_the_one_that_says_the_same() -> None:
    limited = block("z", member("m"), limits=(limit("cap", 1),))
    new = program(card("d", block("y", member("m"))), card("e", limited))
    assert pairs(program(card("old", block("x", member("m")))), new) == [("old", "d", True)]

"""Blocks, columns of weights, limits and weights of two versions: pairs, choices, and what any mixture holds; on trees made by hand."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from ruleengine.compare.cards import split_scorecard
from ruleengine.compare.columns import _listed, _pairs, _same
from ruleengine.compare.edits import Split
from ruleengine.compare.limits import _key
from ruleengine.compare.limits import _pairs as pairs_of_limits
from ruleengine.compare.places import Tree
from ruleengine.compare.slugs import BandNames
from ruleengine.compare.weights import members_below, weights_changed
from ruleengine.evaluator.units import Asked
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import NUMBER
from tests.compare.nodes import (
    PLACE,
    SEATS,
    band,
    band_set,
    block,
    card,
    column,
    limit,
    member,
    missing,
    number,
    over,
    program,
    reference,
)  # fmt: skip

# ── places ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_places_of_a_card_and_their_shares() -> None:
    deep = block("deep", member("c", 1), member("d", 3), path="use.deep", weight=2)
    tree = Tree(block("x", block("use", member("b", 6), deep, path="use", weight=30), member("a", 10)))
    assert list(tree.nodes) == ["use", "a", "use.b", "use.deep", "use.deep.c", "use.deep.d"]
    assert tree.shares == {
        "use": 0.75, "a": 0.25, "use.b": 0.75, "use.deep": 0.25, "use.deep.c": 0.25, "use.deep.d": 0.75,
    }  # fmt: skip
    assert (tree.parents["a"], tree.parents["use.deep.d"]) == ("", "use.deep")
    assert tree.children == {
        "": ["use", "a"],
        "use": ["use.b", "use.deep"],
        "use.deep": ["use.deep.c", "use.deep.d"],
    }
    assert tree.members == {"a": "a", "b": "use.b", "c": "use.deep.c", "d": "use.deep.d"}
    assert list(tree.below("use")) == ["use.b", "use.deep", "use.deep.c", "use.deep.d"]
    assert tree.block("") is tree.root
    assert tree.block("use.deep") is deep
    assert tree.block("a") is tree.block("nowhere") is None


def test_nothing_that_weighs_nothing_has_a_share() -> None:
    assert Tree(block("x", member("a", 0), member("b", 0))).shares == {"a": 0.0, "b": 0.0}


# ── columns of weights ──────────────────────────────────────────────────────────────────────────────────────────────


def listed(*columns: r.Column, labels: str = "ab", percent: bool = False) -> list[Any]:
    return _listed(block("x", *map(member, labels), columns=columns, percent=percent))


def paired(old: list[Any], new: list[Any]) -> list[tuple[int | None, int | None]] | None:
    found = _pairs(old, new)
    if found is None:
        return None
    return [
        (None if was is None else old.index(was), None if now is None else new.index(now))
        for was, now in found
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []), ("1", "", [(0, None)]), ("", "1", [(None, 0)]), ("12", "12", [(0, 0), (1, 1)]), ("12", "21", None),
        ("12", "2", [(0, None), (1, 0)]), ("12", "1", [(0, 0), (1, None)]), ("2", "12", [(None, 0), (0, 1)]),
        ("123", "13", [(0, 0), (1, None), (2, 1)]), ("123", "4", [(0, None), (1, None), (2, None), (None, 0)]),
    ],
)  # fmt: skip
def test_columns_are_the_same_by_their_condition(old: str, new: str, expected: Any) -> None:
    sides = [
        listed(*(column(over(int(each)), side + int(each), 1) for each in text))
        for side, text in enumerate((old, new))
    ]
    assert paired(*sides) == expected


def test_columns_with_another_condition_are_the_same_by_their_weights() -> None:
    old = listed(column(over(1), 30, 70), column(over(2), 50, 50))
    assert paired(old, listed(column(over(9), 50, 50))) == [(0, None), (1, 0)]
    assert paired(old, listed(column(over(8), 30, 70), column(over(9), 50, 50))) == [(0, 0), (1, 1)]
    assert paired(old, listed(column(over(8), 50, 50), column(over(9), 30, 70))) is None
    assert paired(old, listed(column(over(9), 40, 60))) == [(0, None), (1, None), (None, 0)]


def test_columns_weigh_alike_what_both_versions_know() -> None:
    one = listed(column(over(1), 30, 70))[0]
    assert _same(one, listed(column(over(1), 30, 70, 5), labels="abc")[0])
    assert not _same(one, listed(column(over(1), 30, 71))[0])
    assert _same(one, listed(column(over(1), 3, 7), percent=True)[0])
    assert not _same(one, listed(column(over(1), 3, 7))[0])
    assert not _same(one, listed(column(over(1), 4, 6), percent=True)[0])
    assert not _same(one, None)
    assert not _same(None, one)
    assert _same(listed(column(over(1), 0, 0))[0], listed(column(over(1), 0, 0), percent=True)[0])


def test_a_column_for_other_children() -> None:
    found = listed(column(over(1), 30, 70))[0]
    children = (member("a"), member("b"))
    assert found.of(children) is found.column
    assert found.of(children[::-1]).weights == (70, 30)
    assert attrs.evolve(found, others={"c": 5.0, "a": 1.0}).of(
        (*children, member("c"), member("d", 9))
    ).weights == (30, 70, 5, 9)


# ── limits ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def of_limits(
    old: tuple[r.Limit, ...], new: tuple[r.Limit, ...]
) -> list[tuple[int | None, int | None]] | None:
    found = pairs_of_limits(old, new)
    if found is None:
        return None
    return [
        (None if each.old is None else old.index(each.old), None if each.new is None else new.index(each.new)) for each in found
    ]  # fmt: skip


CAP, FLOOR = limit("cap", 1, when=over(1)), limit("floor", 2, when=over(2))
AGAIN = limit("cap", 1, when=over(1))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ((), (), []), ((CAP,), (), [(0, None)]), ((), (CAP,), [(None, 0)]),
        ((CAP, FLOOR), (FLOOR, CAP), [(1, 0), (0, 1)]), ((CAP, FLOOR), (FLOOR,), [(0, None), (1, 0)]),
        ((CAP, FLOOR), (CAP,), [(0, 0), (1, None)]),
        ((CAP,), (limit("cap", 1, when=over(9)),), [(0, 0)]), ((CAP,), (limit("cap", 0, when=over(1)),), [(0, 0)]),
        ((CAP,), (limit("cap", 0, when=over(9)),), [(0, 0)]), ((CAP,), (limit("floor", 1, when=over(1)),), [(0, None), (None, 0)]),
        ((CAP,), (limit("cap", score=50, when=over(9)),), [(0, None), (None, 0)]),
        ((CAP,), (limit("cap", score=50, when=over(1)),), [(0, 0)]),
        ((limit("cap", score=50), limit("cap", score=60)), (limit("cap", score=60), limit("cap", score=70)), [(1, 0), (0, 1)]),
        ((limit("cap", 0, when=over(1)), limit("cap", 1, when=over(2))), (limit("cap", 2, when=over(3)),), [(0, None), (1, None), (None, 0)]),
        ((limit("cap", 2, when=over(3)),), (limit("cap", 0, when=over(1)), limit("cap", 1, when=over(2))), [(0, None), (None, 0), (None, 1)]),
        ((CAP, AGAIN), (CAP,), [(0, 0), (1, None)]),
    ],
)  # fmt: skip
def test_limits_in_pairs(old: tuple[r.Limit, ...], new: tuple[r.Limit, ...], expected: Any) -> None:
    assert of_limits(old, new) == expected


def test_overrides_act_in_their_order() -> None:
    first, second = limit("override", 0, when=over(1)), limit("override", 1, when=over(2))
    assert of_limits((first, second), (second, first)) is None
    assert of_limits((first, second), (first, second)) == [(0, 0), (1, 1)]
    assert of_limits((first, CAP, second), (CAP, first, second)) == [(1, 0), (0, 1), (2, 2)]
    assert of_limits((first, second), (second,)) == [(0, None), (1, 0)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (limit("cap", 1), "cap.yellow"), (limit("cap", 2), "cap.2"), (limit("floor", score=12.5), "floor.12_5"),
        (limit("override", 0), "override.green"), (r.Limit("cap", None, SEATS, None, None, span=PLACE), "cap"),
    ],
)  # fmt: skip
def test_names_of_limits(given: r.Limit, expected: str) -> None:
    assert _key(given, ["green", "yellow"]) == expected


# ── whole cards ─────────────────────────────────────────────────────────────────────────────────────────────────────


def split(old: r.Block, new: r.Block) -> Split:
    rag = band_set("rag", band("green"), band("red"))
    cards = card("c", old, "rag"), card("c", new, "rag")
    names = BandNames([program(each, band_sets=(rag,)) for each in cards], {})
    found = split_scorecard(*cards, names)
    ends = (found.assemble(frozenset()), found.assemble(frozenset(each.key for each in found.choices)))
    assert [tree(end.block) for end in ends] == [tree(old), tree(new)]
    return found


def tree(found: Any) -> Any:
    """Labels and weights of a block, its children and columns, and how it counts."""
    if isinstance(found, r.Member):
        return found.label, found.name, found.weight
    inside = [tree(child) for child in found.children]
    columns = [each.weights for each in found.columns]
    limits = [(each.kind, each.band) for each in found.limits]
    policy = None if found.missing is None else found.missing.policy
    return (
        found.label,
        found.weight,
        inside,
        columns,
        limits,
        found.rollup,
        found.count_band,
        policy,
        found.rounding,
    )


def keys(found: Split) -> list[tuple[str, str, str]]:
    return [(each.key, each.kind, each.change) for each in found.choices]


def inside(found: Split, *chosen: str) -> list[tuple[str, float]]:
    return [(each.label, each.weight) for each in found.assemble(frozenset(chosen)).block.children]


def test_weights_are_choices_unless_all_are_scaled_alike() -> None:
    old = block("x", member("a", 1), member("b", 3))
    found = split(old, block("x", member("a", 2), member("b", 5)))
    assert keys(found) == [("a.weight", "weight", "changed"), ("b.weight", "weight", "changed")]
    assert inside(found, "b.weight") == [("a", 1), ("b", 5)]
    assert inside(found, "a.weight") == [("a", 2), ("b", 3)]
    assert [(each.old.value, each.new.value) for each in found.choices] == [(1, 2), (3, 5)]
    for scaled in (
        block("x", member("a", 2), member("b", 6)),
        block("x", member("a", 25), member("b", 75), percent=True),
    ):
        cards = card("c", old), card("c", scaled)
        assert split_scorecard(*cards, BandNames([program(each) for each in cards], {})).choices == ()
    summed = [
        block("x", *(member(n, w * each) for n, w in (("a", 1), ("b", 3))), rollup="sum") for each in (1, 2)
    ]
    assert [key for key, _, _ in keys(split(*summed))] == ["a.weight", "b.weight"]


def test_members_come_go_and_keep_their_place() -> None:
    found = split(block("x", *map(member, "abc")), block("x", *map(member, "adc")))
    assert keys(found) == [("d", "member", "added"), ("b", "member", "removed")]
    assert [label for label, _ in inside(found)] == ["a", "b", "c"]
    assert [label for label, _ in inside(found, "d")] == ["a", "b", "d", "c"]
    assert [label for label, _ in inside(found, "b")] == ["a", "c"]
    first = split(block("x", *map(member, "zab")), block("x", *map(member, "ab")))
    assert [label for label, _ in inside(first)] == ["z", "a", "b"]
    several = split(block("x", *map(member, "apqb")), block("x", *map(member, "ab")))
    assert [label for label, _ in inside(several, "p")] == ["a", "q", "b"]


def test_a_group_comes_and_goes_with_its_members() -> None:
    group = block("use", member("a"), member("b"), path="use")
    found = split(block("x", member("c")), block("x", member("c"), group))
    assert keys(found) == [("use", "member", "added")]
    assert keys(split(block("x", member("c"), group), block("x", member("c")))) == [
        ("use", "member", "removed")
    ]
    assert inside(found) == [("c", 1)]


def test_a_member_that_moves_is_one_choice() -> None:
    def of(*labels: str, free: str) -> r.Block:
        return block("x", block("use", *map(member, labels), path="use"), *map(member, free))

    found = split(of("a", "b", free="c"), of("a", free="cb"))
    assert keys(found) == [("b", "member", "changed")]
    assert keys(split(of("a", free="cb"), of("a", "b", free="c"))) == [("use.b", "member", "changed")]
    assert [label for label, _ in inside(found)] == ["use", "c"]
    assert [label for label, _ in inside(found, "b")] == ["use", "c", "b"]


def test_a_member_that_moves_into_a_new_group_goes_with_it() -> None:
    old = block("x", member("a"), member("b"))
    found = split(old, block("x", member("a"), block("use", member("b"), member("n"), path="use")))
    assert keys(found) == [("use", "member", "added"), ("use.b", "member", "changed")]
    assert found.together == (frozenset(["use", "use.b"]),)


def test_something_else_at_the_same_place() -> None:
    for now in (
        member("k", kind="card", label="a"), member("n", label="a"), member("a", by_band=True),
        block("a", member("z"), path="a"),
    ):  # fmt: skip
        found = split(block("x", member("a"), member("b")), block("x", now, member("b")))
        assert keys(found) == [("a", "member", "changed")]
        assert [child.label for child in found.assemble(frozenset(["a"])).block.children] == ["a", "b"]
        assert type(found.assemble(frozenset()).block.children[0]) is r.Member
    assert split(block("x", member("a")), block("x", member("a"))).choices == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {"rollup": "sum"}, [("rollup", "rollup", "changed")]),
        ({"rollup": "count", "count_band": "red"}, {"rollup": "count", "count_band": "green"}, [("rollup", "rollup", "changed")]),
        ({"rollup": "formula", "formula": SEATS}, {"rollup": "formula", "formula": number(1)}, [("formula", "formula", "changed")]),
        ({"rollup": "formula", "formula": SEATS}, {}, [("formula", "formula", "changed")]),
        ({}, {"rounding": (1, "half up")}, [("rounding", "rounding", "added")]),
        ({"rounding": (1, "half up")}, {"rounding": (2, "half up")}, [("rounding", "rounding", "changed")]),
        ({"missing": missing("redistribute")}, {"missing": missing("zero")}, [("missing", "missing", "changed")]),
        ({"limits": (CAP,)}, {}, [("cap.red", "limit", "removed")]),
        ({"limits": (CAP,)}, {"limits": (CAP, AGAIN)}, [("cap.red", "limit", "added")]),
        ({"columns": (column(over(1), 5),)}, {"columns": (column(over(1), 6),)}, [("weights.seats_above_1", "column", "changed")]),
        ({"columns": (column(over(1), 5),)}, {"columns": (column(over(2), 5),)}, [("weights.seats_above_2", "column", "changed")]),
        ({}, {"columns": (column(over(1), 6),)}, [("weights.seats_above_1", "column", "added")]),
        ({"missing": missing("redistribute flat")}, {"rollup": "sum", "missing": missing("zero")},
         [("rollup", "rollup", "changed"), ("missing", "missing", "changed")]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["", "use"])
def test_what_a_block_says_of_itself(
    old: dict[str, Any], new: dict[str, Any], expected: Any, path: str
) -> None:
    def of(fields: dict[str, Any]) -> r.Block:
        found = block("use" if path else "x", member("a"), path=path, **fields)
        return block("x", found) if path else found

    found = split(of(old), of(new))
    assert keys(found) == [(f"{path}.{key}" if path else key, kind, change) for key, kind, change in expected]
    flat = "missing" in old and old["missing"].policy == "redistribute flat"
    assert found.together == ((frozenset(each.key for each in found.choices),) if flat else ())


# ── only weights ────────────────────────────────────────────────────────────────────────────────────────────────────

NOBODY: Asked = frozenset()


def weighed(old: r.Block, new: r.Block, asked: Asked = NOBODY, **fields: Any) -> Any:
    return weights_changed(card("c", old, **fields), card("c", new, **fields), asked)


def nested(*weights: float, columns: tuple[r.Column, ...] = (), **fields: Any) -> r.Block:
    first, group, inner = weights
    return block(
        "x",
        member("a", first),
        block("g", member("b", inner), path="g", weight=group),
        columns=columns,
        **fields,
    )


def test_paths_whose_weights_differ() -> None:
    assert weighed(nested(1, 2, 3), nested(1, 2, 3)) == {}
    assert weighed(nested(1, 2, 3), nested(4, 2, 3)) == {"a": (1, 4)}
    assert weighed(nested(1, 2, 3), nested(1, 5, 6)) == {"g": (2, 5), "g.b": (3, 6)}


def test_in_a_block_with_columns_both_weights_are_unknown() -> None:
    when = over(1)
    old, new = column(when, 1, 1), column(when, 1, 2)
    assert weighed(nested(1, 2, 3, columns=(old,)), nested(1, 2, 3, columns=(new,))) == {"g": None}
    assert weighed(nested(1, 2, 3, columns=(old,)), nested(4, 2, 3, columns=(old,))) == {"a": None}
    assert weighed(nested(1, 2, 3, columns=(old,)), nested(1, 2, 3)) is None
    assert weighed(nested(1, 2, 3), nested(1, 2, 3, columns=(old,))) is None
    assert weighed(nested(1, 2, 3, columns=(old,)), nested(1, 2, 3, columns=(column(over(1), 1, 1),))) is None


@pytest.mark.parametrize(
    "new",
    [
        block("x", member("a")), block("x", block("a"), member("b")), block("x", member("a"), member("c")),
        block("x", member("a"), member("b"), rollup="sum"), block("x", member("a"), member("b", by_band=True)),
        block("x", member("a"), member("b"), rounding=(1, "half up")), block("x", member("b"), member("a")),
        block("x", member("a"), member("b"), limits=(CAP,)), block("x", member("a"), member("b", kind="card")),
    ],
)  # fmt: skip
def test_anything_else_that_differs_is_told(new: r.Block) -> None:
    assert weighed(block("x", member("a"), member("b")), new) is None
    assert weighed(new, block("x", member("a"), member("b"))) is None
    inner = [block("y", attrs.evolve(each, path="x")) for each in (block("x", member("a"), member("b")), new)]
    assert weighed(inner[0], inner[1]) is None


def test_weights_are_seen_elsewhere() -> None:
    pair = nested(1, 2, 3), nested(1, 2, 4)
    assert weighed(*pair, asked=frozenset([("c", "coverage")])) is None
    assert weighed(*pair, asked=frozenset([("d", "coverage"), ("c", "other")])) == {"g.b": (3, 4)}
    formula: dict[str, Any] = {"formula": SEATS}
    kept: dict[str, Any]
    assert weighed(nested(1, 2, 3, **formula), nested(1, 2, 4, **formula)) is None
    for policy, told in (
        ("redistribute", True),
        ("require all", True),
        ("require", True),
        ("impute", False),
        ("zero", False),
    ):
        kept = {"missing": missing(policy)}
        found = weighed(nested(1, 2, 3, **kept), nested(1, 2, 4, **kept))
        assert found == ({"g.b": (3, 4)} if told else None), policy
    for part, told in (
        ("effective_weight", False),
        ("contribution", False),
        ("coverage", False),
        ("score", True),
    ):
        when = e.Compare(">", reference("node", "c", part, "a"), number(1), type=NUMBER, span=PLACE)
        kept = {"limits": (limit("cap", 1, when=when),)}
        found = weighed(nested(1, 2, 3, **kept), nested(1, 2, 4, **kept))
        assert found == ({"g.b": (3, 4)} if told else None), part


def test_cards_that_differ_beside_their_blocks() -> None:
    one, other = nested(1, 2, 3), nested(1, 2, 4)
    for fields in (
        {"bands": "own"},
        {"borderline": SEATS},
        {"grace": r.Grace(1, "days", SEATS, (), span=PLACE)},
    ):
        changed = attrs.evolve(card("c", other), **fields)
        assert weights_changed(card("c", one), changed, NOBODY) is None
    assert weights_changed(card("c", one), card("d", other), NOBODY) is None
    assert weights_changed(card("c", one), card("c", other), NOBODY) == {"g.b": (3, 4)}


def test_members_at_some_places_or_below() -> None:
    deep = block("deep", member("c"), path="use.deep")
    given = card("x", block("x", member("a"), block("use", member("b"), deep, path="use"), member("d")))

    def at(*paths: str) -> list[str]:
        return sorted(each.name for each in members_below(given, frozenset(paths)))

    assert [at(), at("a"), at("use"), at("use.deep"), at("use.b", "d"), at("b")] == [
        [],
        ["a"],
        ["b", "c"],
        ["c"],
        ["b", "d"],
        [],
    ]

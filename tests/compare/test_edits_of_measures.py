"""Each kind of edit of a measure and of what measures are made of, by its name; any set of them runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compare.two_versions import BODY, HEAD, changed, compared, program_of

_FIRST_ROWS = "    red    when < 25%\n    yellow when < 50%\n    green  otherwise"
_POINTS = "    points 10 when < 25%\n    points 60 when < 50%\n    points 90 otherwise"
_LINE = "    points 10 when < 25%\n    linear 20..80 when in 25..<75%\n    points 90 otherwise"
_LOAD = "value tickets\n  rate {\n    green  when in 1..5\n    yellow when in 6..15\n    red    when > 15\n    yellow when = 0\n  }"
_STEPS = ("rate {\n" + _FIRST_ROWS + "\n  }", "points steps above 10%, 20%, 30%")

Changes = tuple[tuple[str, str], ...]

EDITS: dict[str, tuple[Changes, list[str]]] = {
    "a cut": ((("< 25%", "< 10%"),), ["seat_use.rate.red cut changed"]),
    "the side of an edge": ((("< 25%", "<= 25%"),), ["seat_use.rate.red cut changed"]),
    "two cuts": (
        (("< 25%", "< 20%"), ("< 50%", "< 60%")),
        ["seat_use.rate.red cut changed", "seat_use.rate.yellow cut changed"],
    ),
    "cuts that would cross": (
        (("< 25%", "< 60%"), ("< 50%", "< 80%")), ["seat_use.rate.red/yellow cut changed"],
    ),
    "an edge that two rows share": (
        (("in 6..15", "in 6..20"), ("> 15", "> 20")), ["load.rate.yellow/red cut changed"],
    ),
    "an edge between whole numbers": (
        (("in 1..5", "in 1..8"), ("in 6..15", "in 9..15")), ["load.rate.green/yellow cut changed"],
    ),
    "cuts of two blocks": (
        (("<= 35 days", "<= 45 days"), ("<= 65 days", "<= 75 days")),
        ["calling.rate.plan_is_large.green cut changed", "calling.rate.plan_is_small.green cut changed"],
    ),
    "a rating of another shape": (
        (("yellow when < 50%\n", ""),), ["seat_use.rate rating changed"],
    ),
    "one block of another shape": (
        (("{ green when <= 65 days ; red otherwise }", "{ green when <= 65 days ; yellow when <= 80 days ; red otherwise }"),),
        ["calling.rate.plan_is_small rating changed"],
    ),
    "points in place of bands": (((_FIRST_ROWS, _POINTS),), ["seat_use.rate rating changed"]),
    "what is measured": ((("users / seats", "users / 10"),), ["seat_use.value value changed"]),
    "a value of another unit": (
        (("value users / seats   shown as percent", "value users * 1 day"), ("< 25%", "< 25 days"), ("< 50%", "< 50 days")),
        ["seat_use.value value changed"],
    ),
    "no value any more": (
        ((_LOAD, "rate { green when tickets in 1..5 ; red otherwise }"),), ["load.value value removed"],
    ),
    "when it is stale, when it expires": (
        (("stale after 30 days, expired after 60 days", "stale after 10 days, expired after 2 months"),),
        ["seat_use.fresh.expired freshness changed", "seat_use.fresh.stale freshness changed"],
    ),
    "never stale any more": (
        (("stale after 30 days, ", ""),), ["seat_use.fresh.stale freshness removed"],
    ),
    "by what it is fresh": ((("fresh by seen", "fresh by since"),), ["seat_use.fresh.by freshness changed"]),
    "freshness at all": (
        (("  fresh by seen, stale after 30 days, expired after 60 days\n", ""),),
        ["seat_use.fresh freshness removed"],
    ),
    "to whom it applies": (
        (("applies to large", "applies to all except large"),), ["seat_use.applies applies changed"],
    ),
    "a value of its own": ((("c.day <= as_of", "c.day < as_of"),), ["calling.let.last value changed"]),
    "one more value of its own": (
        (("  let last =", "  let today = as_of\n  let last ="), ("c.day <= as_of", "c.day <= today")),
        ["calling.let.last value changed"],
    ),
    "a missing policy": (
        (("  applies to large\n", "  applies to large\n  missing impute 40\n"),), ["seat_use.missing missing added"],
    ),
    "a baseline": (
        (("  applies to large\n", "  applies to large\n  baseline 80\n"),), ["seat_use.baseline baseline added"],
    ),
    "limits": (
        (("  applies to large\n", "  applies to large\n  cap yellow when busy\n  floor red when not busy\n"),),
        ["seat_use.cap.yellow limit added", "seat_use.floor.red limit added"],
    ),
    "a segment and a named value": (
        (('plan = "large"\n\nlet', 'plan = "small"\n\nlet'), ("tickets > 3", "tickets > 5")),
        ["let.busy named_value changed", "segment.large segment changed"],
    ),
    "a named value of another kind": (
        (("let busy = tickets > 3", "let busy = tickets"), ("red and busy", "red and busy > 3")),
        ["let.busy named_value changed"],
    ),
    "a named value that nothing needs": (
        (("let busy", "let idle = seats > 3\nlet busy"),), ["let.idle named_value added"],
    ),
}  # fmt: skip

SAME: dict[str, Changes] = {
    "a comment": (("let busy", "# how busy they are\nlet busy"),),
    "layout": (("  value tickets\n", "\n\n  value   tickets # as given\n"),),
    "the order of members": (("load 60% ; mood_given 40%", "mood_given 40% ; load 60%"),),
    "the order of rows that do not meet": (
        (
            "    yellow when in 6..15\n    red    when > 15\n",
            "    red    when > 15\n    yellow when in 6..15\n",
        ),
    ),
    "another way to write the same rows": (
        (_FIRST_ROWS, "    green  when >= 50%\n    yellow when >= 25%\n    red    otherwise"),
    ),
    "weights in parts": (("{ seat_use 50% ; calling 50% }", "{ seat_use 1 ; calling 1 }"),),
    "weights in other parts": (("{ seat_use 50% ; calling 50% }", "{ seat_use ; calling }"),),
}


@pytest.mark.parametrize("case", EDITS)
def test_an_edit_has_its_name_and_its_kind(case: str, tmp_path: Path) -> None:
    changes, expected = EDITS[case]
    found = changed(tmp_path, *changes)
    told = [f"{edit.id} {edit.about.kind} {edit.about.change}" for edit in found.differences.edits]
    assert sorted(told) == expected
    assert {each.aspect for each in found.differences.wording} <= {"shown as a percentage"}
    assert not found.differences.renamings
    found.check()


@pytest.mark.parametrize("case", SAME)
def test_what_makes_no_difference_is_no_edit(case: str, tmp_path: Path) -> None:
    found = changed(tmp_path, *SAME[case])
    assert not found.ids
    assert not found.differences.wording
    found.check()


def test_the_order_of_rows_that_meet_is_an_edit(tmp_path: Path) -> None:
    first = "    red    when < 25%\n    yellow when < 50%\n"
    second = "    yellow when < 50%\n    red    when < 25%\n"
    found = compared(tmp_path, _accepting(BODY), _accepting(BODY.replace(first, second)))
    assert found.ids == ["seat_use.rate"]
    found.check()


def _accepting(body: str) -> str:
    """The body, with rows that never win on purpose."""
    return body.replace("  applies to large\n", '  applies to large\n  accept RE403 because "tried"\n')


def test_things_in_another_order_are_the_same(tmp_path: Path) -> None:
    head, load, rest = BODY.partition('measure load "Load"')
    load, mood, rest = (load + rest).partition('measure mood_given "Mood"')
    mood, calling, rest = (mood + rest).partition('measure calling "Calling"')
    found = compared(tmp_path, BODY, head + mood + load + calling + rest)
    assert not found.ids


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("points 60", "points 65", ["seat_use.rate.points_65"]),
        ("< 50%", "< 55%", ["seat_use.rate.points_60"]),
    ],
)
def test_points_of_rows(before: str, after: str, expected: list[str], tmp_path: Path) -> None:
    old = BODY.replace(_FIRST_ROWS, _POINTS)
    found = compared(tmp_path, old, old.replace(before, after))
    assert found.ids == expected
    found.check()


def test_a_line_of_points_moves_with_the_ends_of_its_row(tmp_path: Path) -> None:
    old = BODY.replace(_FIRST_ROWS, _LINE)
    new = old.replace("< 25%", "< 30%").replace("25..<75%", "30..<75%")
    found = compared(tmp_path, old, new)
    assert found.ids == ["seat_use.rate.points_10/linear"]
    found.check()


def test_steps_move_one_by_one_and_come_together(tmp_path: Path) -> None:
    old = BODY.replace(*_STEPS)
    found = compared(tmp_path / "a", old, old.replace("20%", "25%"))
    assert found.ids == ["seat_use.rate.steps"]
    found.check()
    assert compared(tmp_path / "b", old, old.replace(", 20%", "")).ids == ["seat_use.rate"]


def test_only_the_chosen_cut_is_moved(tmp_path: Path) -> None:
    found = changed(tmp_path, ("< 25%", "< 20%"), ("< 50%", "< 60%"))
    facts = {"id": "a", "seats": 100, "users": 22, "plan": "large", "seen": "2024-05-30"}
    red, yellow = frozenset(["seat_use.rate.red"]), frozenset(["seat_use.rate.yellow"])
    assert found.scores(frozenset(), facts)["health"] == (25.0, "red")
    assert found.scores(red, facts)["health"] == (62.5, "yellow")
    assert found.scores(yellow, facts)["health"] == (25.0, "red")
    facts["users"] = 55
    assert found.scores(red, facts)["health"] == (87.5, "green")
    assert found.scores(red | yellow, facts)["health"] == (62.5, "yellow")


def test_values_that_would_need_each_other_are_one_edit(tmp_path: Path) -> None:
    old = BODY + "\nlet a = users + 1\nlet b = a + 1\noutput sums = a + b\n"
    new = BODY + "\nlet b = users + 1\nlet a = b + 1\noutput sums = a + b\n"
    found = compared(tmp_path, old, new)
    assert [sorted(key[1] for key, _ in edit.choices) for edit in found.differences.edits] == [["a", "b"]]
    found.check()


def test_measures_that_would_need_each_other_are_one_edit(tmp_path: Path) -> None:
    old = BODY.replace("  applies to large\n", "  applies to large\n  applies when load is red\n")
    new = BODY.replace("    yellow when = 0\n  }", "    yellow when = 0\n  }\n  applies when seat_use is red")
    found = compared(tmp_path, old, new)
    assert [sorted(key[1] for key, _ in edit.choices) for edit in found.differences.edits] == [
        ["load", "seat_use"]
    ]
    found.check()


def test_a_definition_that_is_new_comes_with_what_calls_it(tmp_path: Path) -> None:
    new = "define half(x number) = x / 2\n" + BODY.replace("users / seats", "half(users) / seats")
    found = compared(tmp_path / "a", BODY, new)
    assert found.ids == ["seat_use.value"]
    found.check()
    other = compared(tmp_path / "b", new, new.replace("x / 2", "x / 3"))
    assert other.ids == ["define.half"]
    other.check()


def test_a_measure_in_no_scorecard_is_told_and_touches_nobody(tmp_path: Path) -> None:
    extra = (
        'measure extra "Extra" {\n  value users\n  rate { green when > 5 ; red otherwise }\n'
        '  accept RE406 because "only shown"\n}\n'
    )
    found = compared(tmp_path, BODY, BODY + extra)
    [edit] = found.differences.edits
    assert (edit.id, edit.about.kind, edit.about.change) == ("extra", "measure", "added")
    assert found.hybrids.touched("extra") == {("measure", "extra")}
    found.check()


def test_variables_of_queries_never_get_in_the_way_of_other_names(tmp_path: Path) -> None:
    """`c` is the variable of a query in one version, and a named value in the other."""
    new = BODY.replace(
        "latest c in calls where c.day <= as_of by c.day", "latest k in calls where k.day <= as_of by k.day"
    )
    new = new.replace("let busy = tickets > 3", "let c = tickets > 3").replace("red and busy", "red and c")
    found = compared(tmp_path, BODY, new)
    assert not found.ids
    assert [(each.old, each.new) for each in found.differences.renamings] == [("busy", "c")]
    found.check()


def test_wording_is_told_apart_and_is_no_edit(tmp_path: Path) -> None:
    new = BODY.replace('"Seat use"', '"Use of seats"').replace("shown as percent", "")
    new = new.replace("    red    when > 15\n", '    red    when > 15 because "too many"\n')
    head = HEAD.replace('title "Demo"', 'title "Demonstration"')
    found = compared(tmp_path, BODY, new, new_head=head)
    assert not found.ids
    told = sorted((each.aspect, each.old, each.new) for each in found.differences.wording)
    assert ("title", "Seat use", "Use of seats") in told
    assert ("title", "Demo", "Demonstration") in told
    assert ("because", "", "too many") in told
    assert "shown as a percentage" in {aspect for aspect, _, _ in told}


def test_a_version_alone_changes_nothing(tmp_path: Path) -> None:
    old, new = program_of(tmp_path, "1.0.0", BODY), program_of(tmp_path, "2.0.0", BODY)
    assert old.version != new.version
    assert not compared(tmp_path, BODY, BODY).ids

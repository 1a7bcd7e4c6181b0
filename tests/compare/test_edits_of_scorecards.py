"""Each kind of edit of a scorecard and of bands, and what is renamed, by its name; any set of edits runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleengine.tree import ruleset as r
from tests.compare.two_versions import BODY, HEAD, TwoVersions, changed, compared

_USE = '  group use   "Use"   60% { seat_use 50% ; calling 50% }\n'
_VOICE = '  group voice "Voice" 40% { load 60% ; mood_given 40% }\n'
_COLUMN = "  weights when use is na { use 0% ; voice 100% }\n"
_OVERRIDE = "  override red when mood_given is red\n"
_MISSING = "  missing redistribute\n"
#: The measure of use in a group of its own.
GROUPED = (
    BODY.replace(_USE, '  group use   "Use"   50% { calling 100% }\n')
    .replace(_VOICE, _VOICE.replace("40% {", "30% {") + '  group fresh "Fresh" 20% { seat_use 100% }\n')
    .replace("{ use 0% ; voice 100% }", "{ use 0% ; voice 50% ; fresh 50% }")
)
SECOND = '\nmeasure second "Second" {\n  value users\n  rate { green when > 5 ; red otherwise }\n}\n'
FORMULA = (
    BODY.replace(_MISSING, _MISSING + "  score use * 0.6 + voice * 0.4\n")
    .replace(_COLUMN, "")
    .replace("60% { seat_use 50% ; calling 50% }", "{ seat_use ; calling }")
    .replace("40% { load 60% ; mood_given 40% }", "{ load ; mood_given }")
)

EDITS: dict[str, tuple[tuple[tuple[str, str], ...], list[str]]] = {
    "weights of groups": (
        (('"Use"   60%', '"Use"   50%'), ('"Voice" 40%', '"Voice" 50%')),
        ["health.use.weight weight changed", "health.voice.weight weight changed"],
    ),
    "weights of members": (
        (("load 60% ; mood_given 40%", "load 50% ; mood_given 50%"),),
        ["health.voice.load.weight weight changed", "health.voice.mood_given.weight weight changed"],
    ),
    "weights in parts that are other shares": (
        (("seat_use 50% ; calling 50%", "seat_use 1 ; calling 3"),),
        ["health.use.calling.weight weight changed", "health.use.seat_use.weight weight changed"],
    ),
    "a member goes": (
        (("load 60% ; mood_given 40%", "load 100%"),),
        ["health.voice.load.weight weight changed", "health.voice.mood_given member removed"],
    ),
    "a member moves": (
        (("{ load 60% ; mood_given 40% }", "{ load 100% }"),
         ("{ seat_use 50% ; calling 50% }", "{ seat_use 50% ; calling 40% ; mood_given 10% }")),
        ["health.use.calling.weight weight changed", "health.use.mood_given member changed",
         "health.voice.load.weight weight changed"],
    ),
    "a column": ((("use 0% ; voice 100%", "use 10% ; voice 90%"),), ["health.weights.use_is_na column changed"]),
    "no column": (((_COLUMN, ""),), ["health.weights.use_is_na column removed"]),
    "a column for others": (
        (("weights when use is na", "weights when use is missing"),),
        ["health.weights.use_is_missing column changed"],
    ),
    "what an override makes": (
        (("override red when", "override yellow when"),), ["health.override.yellow limit changed"],
    ),
    "no override": (((_OVERRIDE, ""),), ["health.override.red limit removed"]),
    "one more limit": (
        ((_OVERRIDE, _OVERRIDE + "  cap score 60 when busy\n"),), ["health.cap.60 limit added"],
    ),
    "a missing policy": (((_MISSING, "  missing as zero\n"),), ["health.missing missing changed"]),
    "rounding, grace, borderline": (
        ((_MISSING, _MISSING + "  round to 0 decimals half_up\n  borderline within 5\n  grace first 30 days from since\n"),),
        ["health.borderline borderline added", "health.grace grace added", "health.rounding rounding added"],
    ),
    "a roll-up": (
        (('"Voice" 40% { load', '"Voice" 40% {\n rollup worst band\n load'),), ["health.voice.rollup rollup changed"],
    ),
    "a roll-up without weights": (
        (('"Voice" 40% { load 60% ; mood_given 40% }', '"Voice" 40% {\n rollup count of red\n load ; mood_given }'),),
        ["health.voice.rollup rollup changed"],
    ),
    "a boundary": (
        (("green  75..100", "green  80..100"), ("yellow 50..<75", "yellow 50..<80")),
        ["bands.rag.green bands changed"],
    ),
    "the lower boundary": (
        (("yellow 50..<75", "yellow 40..<75"), ("0..<50", "0..<40")), ["bands.rag.yellow bands changed"],
    ),
    "points of a band": ((("points 87.5", "points 90"),), ["bands.rag.green.points points changed"]),
    "a boundary that points would leave": (
        (("75..100  points 87.5", "90..100  points 95"), ("yellow 50..<75", "yellow 50..<90")),
        ["bands.rag.green bands changed"],
    ),
    "one more band": (
        (("  green  75..100  points 87.5", "  gold 95..100 points 98\n  green  75..<95  points 87.5"),),
        ["bands.rag bands changed"],
    ),
    "one more band, and a row that gives it": (
        (("  green  75..100  points 87.5", "  gold 95..100 points 98\n  green  75..<95  points 87.5"),
         ("green  when in 1..5", "gold when = 1\n    green  when in 2..5")),
        ["bands.rag bands changed"],
    ),
    "when a trigger fires": ((("and busy", "and not busy"),), ["trigger.rescue.when trigger changed"]),
}  # fmt: skip


@pytest.mark.parametrize("case", EDITS)
def test_an_edit_has_its_name_and_its_kind(case: str, tmp_path: Path) -> None:
    changes, expected = EDITS[case]
    found = changed(tmp_path, *changes)
    assert sorted(told(found)) == expected
    assert not found.differences.wording
    assert not found.differences.renamings
    found.check()


def told(found: TwoVersions) -> list[str]:
    """The edits by name, kind and change."""
    return [f"{edit.id} {edit.about.kind} {edit.about.change}" for edit in found.differences.edits]


@pytest.mark.parametrize("back", [False, True])
def test_a_group_comes_and_goes_with_its_members(back: bool, tmp_path: Path) -> None:
    found = compared(tmp_path, *((GROUPED, BODY) if back else (BODY, GROUPED)))
    assert sorted(found.ids) == [
        "health.fresh", "health.use.calling.weight", "health.use.weight", "health.voice.weight",
        "health.weights.use_is_na",
    ]  # fmt: skip
    assert found.edit("health.fresh").about.change == ("removed" if back else "added")
    found.check()


def test_what_speaks_of_a_new_group_comes_with_it(tmp_path: Path) -> None:
    new = GROUPED + '\ntrigger low "Low" {\n  when health.fresh.score < 50\n  kind save\n}\n'
    found = compared(tmp_path, BODY, new)
    assert ("trigger", "low") in {key for key, _ in found.edit("health.fresh").choices}
    assert not any(edit.id.startswith("trigger") for edit in found.differences.edits)
    found.check()


def test_a_new_measure_is_told_with_its_member(tmp_path: Path) -> None:
    new = BODY.replace("{ load 60% ; mood_given 40% }", "{ load 50% ; mood_given 40% ; second 10% }") + SECOND
    found = compared(tmp_path, BODY, new)
    assert sorted(told(found)) == [
        "health.voice.load.weight weight changed",
        "health.voice.second member added",
    ]
    subject = found.edit("health.voice.second").about.subject
    assert (subject.kind, subject.name, subject.title, subject.path) == (
        "member",
        "second",
        "Second",
        "voice.second",
    )
    steps = {getattr(step, "name", "") for step in found.hybrids.program(frozenset()).steps}
    assert "second" not in steps
    found.check()


def test_a_column_that_does_not_know_a_member_weighs_it_as_without(tmp_path: Path) -> None:
    old = BODY.replace(
        "{ load 60% ; mood_given 40% }",
        "{ load 50% ; mood_given 50%\n weights when busy { load 10% ; mood_given 90% }\n }",
    )
    new = BODY.replace(
        "{ load 60% ; mood_given 40% }",
        "{ load 50% ; mood_given 25% ; second 25%\n weights when busy { load 10% ; mood_given 60% ; second 30% }\n }",
    ) + SECOND  # fmt: skip
    found = compared(tmp_path, old, new)
    assert sorted(found.ids) == [
        "health.voice.mood_given.weight", "health.voice.second", "health.voice.weights.busy",
    ]  # fmt: skip
    added = found.hybrids.program(frozenset(["health.voice.second"]))
    cards = [step for step in added.steps if isinstance(step, r.Scorecard)]
    [voice] = [
        child for child in cards[0].block.children if isinstance(child, r.Block) and child.label == "voice"
    ]
    weights = dict(zip([child.label for child in voice.children], voice.columns[0].weights, strict=True))
    assert weights == {"load": 0.1, "mood_given": 0.9, "second": 0.3}
    found.check()


def test_a_formula_and_what_it_speaks_of(tmp_path: Path) -> None:
    other = compared(tmp_path / "a", FORMULA, FORMULA.replace("voice * 0.4", "voice * 0.3"))
    assert told(other) == ["health.formula formula changed"]
    other.check()
    new = FORMULA.replace("use * 0.6", "fresh * 0.2 + use * 0.4")
    new = new.replace("{ seat_use ; calling }", '{ calling }\n  group fresh "Fresh" { seat_use }')
    found = compared(tmp_path / "b", FORMULA, new)
    assert found.ids == ["health.fresh"]
    found.check()
    back = compared(tmp_path / "c", new, FORMULA)
    assert back.ids == ["health.fresh"]
    back.check()


def test_a_scorecard_without_members_is_na(tmp_path: Path) -> None:
    new = BODY.replace("{ load 60% ; mood_given 40% }", "{ second 100% }") + SECOND
    found = compared(tmp_path, BODY, new.replace(_OVERRIDE, ""))
    gone = frozenset(["health.voice.load", "health.voice.mood_given", "health.override.red"])
    assert gone < set(found.ids)
    facts = {"id": "a", "tickets": 2, "mood": "green"}
    assert found.scores(frozenset(), facts)["health"] == (87.5, "green")
    assert found.scores(gone, facts)["health"] == (None, None)
    found.check()


def test_scorecards_come_and_go(tmp_path: Path) -> None:
    whole = BODY + '\nscorecard all "All" {\n  bands rag\n  health 50%\n  seat_use 50%\n}\n'
    found = compared(tmp_path / "a", BODY, whole)
    assert told(found) == ["all scorecard added"]
    found.check()
    assert told(compared(tmp_path / "b", whole, BODY)) == ["all scorecard removed"]
    seen = compared(tmp_path / "c", whole, whole.replace("health 50%\n", "health 50% by band\n"))
    assert told(seen) == ["all.health member changed"]
    seen.check()


# ── bands with other names ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_band_with_another_name_is_one_edit(tmp_path: Path) -> None:
    body = BODY.replace(" green ", " great ").replace("{ green", "{ great")
    found = compared(tmp_path, BODY, body, new_head=HEAD.replace("green ", "great "))
    assert told(found) == ["bands.rag bands changed"]
    found.check()


def test_a_band_that_goes_takes_the_rows_with_it_that_give_it(tmp_path: Path) -> None:
    body = BODY.replace(
        "    yellow when in 6..15\n    red    when > 15\n    yellow when = 0", "    red otherwise"
    )
    body = body.replace("    yellow when < 50%\n", "")
    head = HEAD.replace("  yellow 50..<75  points 62.5\n", "").replace("0..<50", "0..<75")
    found = compared(tmp_path, BODY, body, new_head=head)
    assert found.ids == ["bands.rag"]
    assert {key for key, _ in found.edit("bands.rag").choices} == {
        ("bands", "rag"), ("measure", "seat_use"), ("measure", "load"),
    }  # fmt: skip
    found.check()


# ── renamed ─────────────────────────────────────────────────────────────────────────────────────────────────────────

RENAMED: dict[str, tuple[tuple[tuple[str, str], ...], tuple[str, str, str], list[str]]] = {
    "a measure": ((("seat_use", "seat_share"),), ("measure", "seat_use", "seat_share"), []),
    "a measure with another edge": (
        (("seat_use", "seat_share"), ("< 25%", "< 20%")),
        ("measure", "seat_use", "seat_share"), ["seat_share.rate.red"],
    ),
    "a named value": ((("busy", "very_busy"),), ("named value", "busy", "very_busy"), []),
    "a segment": (
        (("large when", "big when"), ("applies to large", "applies to big")), ("segment", "large", "big"), [],
    ),
    "a scorecard": (
        (("scorecard health", "scorecard vitality"), ("health is red", "vitality is red")),
        ("scorecard", "health", "vitality"), [],
    ),
    "a scorecard with another weight": (
        (("scorecard health", "scorecard vitality"), ("health is red", "vitality is red"),
         ('60% {', '50% {'), ('40% {', '50% {')),
        ("scorecard", "health", "vitality"), ["vitality.use.weight", "vitality.voice.weight"],
    ),
    "a group": (
        (("group use  ", "group usage"), ("{ use 0%", "{ usage 0%"), ("when use is", "when usage is")),
        ("group", "use", "usage"), [],
    ),
    "a trigger": ((("trigger rescue", "trigger save"),), ("trigger", "rescue", "save"), []),
}  # fmt: skip


@pytest.mark.parametrize("case", RENAMED)
def test_what_is_renamed_is_recognised(case: str, tmp_path: Path) -> None:
    changes, renaming, expected = RENAMED[case]
    new = BODY
    for before, after in changes:
        assert before in new
        new = new.replace(before, after)
    found = compared(tmp_path, BODY, new)
    [only] = found.differences.renamings
    assert (only.kind, only.old, only.new) == renaming
    assert sorted(found.ids) == expected
    found.check()


@pytest.mark.parametrize("back", [False, True])
def test_a_measure_that_is_called_like_a_field_of_the_facts_can_be_renamed(
    back: bool, tmp_path: Path
) -> None:
    """The day of a call is no measure, so another name for the measure `day` leaves it alone."""
    called = BODY.replace("measure calling", "measure day").replace("; calling 50%", "; day 50%")
    old, new = (called, BODY) if back else (BODY, called)
    found = compared(tmp_path, old, new)
    [only] = found.differences.renamings
    assert (only.kind, {only.old, only.new}) == ("measure", {"calling", "day"})
    assert found.ids == []
    found.check()


def test_another_measure_is_no_renaming(tmp_path: Path) -> None:
    new = BODY.replace("mood_given 40%", "second 40%").replace(_OVERRIDE, "") + SECOND
    found = compared(tmp_path, BODY, new)
    assert not found.differences.renamings
    assert sorted(told(found)) == [
        "health.override.red limit removed",
        "health.voice.mood_given member removed",
        "health.voice.second member added",
    ]

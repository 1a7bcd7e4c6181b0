"""Small parts of a comparison by themselves: names of choices, points without shares, words of values, new names of scorecards."""

from __future__ import annotations

from pathlib import Path

from ruleengine.compare.accounts import Counts
from ruleengine.compare.compared import Change
from ruleengine.compare.edits import Choice, Subject
from ruleengine.compare.parts import unique_keys
from ruleengine.compare.shared import same
from ruleengine.compare.wording import _text
from ruleengine.values import NA
from tests.compare.test_population import outcome
from tests.compare.two_versions import BODY, compared


def choice(key: str) -> Choice:
    """A choice that is nothing but its name."""
    return Choice(key, "rating", "changed", Subject("measure", "m", "M"), None, None, None, None)


def test_the_second_of_a_name_ends_with_a_number() -> None:
    about = [choice(key) for key in ("row", "row", "cut", "row", "row_2")]
    assert [each.key for each in unique_keys(about)] == ["row", "row_2", "cut", "row_3", "row_2_2"]


def test_points_without_shares_are_the_difference_as_it_is_printed() -> None:
    assert Change(outcome(80.1), outcome(60.4)).points == -19.7
    assert Change(outcome(None), outcome(60.4)).points is None
    assert Change(outcome(80.1), outcome(None)).points is None


def test_values_of_a_unit_are_the_same_when_nobody_can_tell_them_apart() -> None:
    missing, excluded = NA("missing"), NA("excluded")
    assert same((1, "a", missing), (1.0, "a", NA("missing", "otherwise said")))
    assert not same((1, "a"), (1, "b"))
    assert not same((missing,), (excluded,))
    assert not same((missing,), (0,))
    assert not same((0,), (missing,))


def test_flags_are_yes_and_no_and_nothing_is_empty() -> None:
    assert [_text(value) for value in (True, False, None, 3, "so")] == ["yes", "no", "", "3", "so"]


def test_nothing_has_been_counted_at_first() -> None:
    found = Counts()
    assert (found.only_old, found.only_new, found.repeated, found.problems, found.accounts_with_problems) == (
        0,
    ) * 5
    assert (found.readings, found.rejected) == ([], 0)


def test_scorecards_with_new_names_are_known_by_what_they_say(tmp_path: Path) -> None:
    old = BODY + "scorecard pull { bands rag ; load }\nscorecard feel { bands rag ; mood_given }\n"
    new = BODY + "scorecard second { bands rag ; mood_given }\nscorecard first { bands rag ; load }\n"
    found = compared(tmp_path, old, new)
    renamed = {(each.kind, each.old, each.new) for each in found.differences.renamings}
    assert renamed == {("scorecard", "pull", "first"), ("scorecard", "feel", "second")}
    assert found.ids == []


def test_a_group_with_a_new_name_is_known_by_its_members(tmp_path: Path) -> None:
    new = BODY.replace('group use   "Use"   60%', 'group adoption "Use" 60%')
    new = new.replace("weights when use is na { use 0%", "weights when adoption is na { adoption 0%")
    found = compared(tmp_path, BODY, new)
    assert [(each.kind, each.old, each.new) for each in found.differences.renamings] == [
        ("group", "use", "adoption")
    ]
    assert found.ids == []
    found.check()


def test_weights_in_another_order_are_one_edit(tmp_path: Path) -> None:
    first, second = (
        "  weights when use is na { use 0% ; voice 100% }\n",
        "  weights when voice is na { use 100% ; voice 0% }\n",
    )
    assert first in BODY
    found = compared(tmp_path, BODY.replace(first, first + second), BODY.replace(first, second + first))
    assert [(edit.id, edit.about.kind, edit.about.change) for edit in found.differences.edits] == [
        ("health.weights", "column", "changed")
    ]
    found.check()

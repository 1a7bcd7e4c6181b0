"""Sentences about conditions that get more or fewer parts: both are told whole, each behind its `when` or `whether`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.edits import said_of
from tests.report.pages import BANDS

ASKING = (
    BANDS
    + """define busy(x) = x > 3
table pick(x count) { < 3 gives 1 ; otherwise gives 2 }
output flagged = support.tickets_last_month > 3
output small = account.csm_owned and support.tickets_last_month < 4
output busy_now = busy(support.tickets_last_month)
invariant "few" never support.tickets_last_month > 3
problem "too many" when support.tickets_last_month > 3
measure seats "Seats" { value subscription.licensed_users ; rate { green otherwise } ; applies when account.csm_priority < 3 }
scorecard health "Health" { bands rag ; seats ; override red when support.tickets_last_month > 3 }
"""
)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"too many" when support.tickets_last_month > 3', '"too many" when support.tickets_last_month > 3 and account.csm_owned',
         "The problem “too many” is reported when support tickets last month is above 3 and account csm owned is yes instead of "
         "when support tickets last month is above 3"),
        ('"too many" when support.tickets_last_month > 3', '"too many" when support.tickets_last_month > 5 or account.csm_owned',
         "The problem “too many” is reported when support tickets last month is above 5 or account csm owned is yes instead of "
         "when support tickets last month is above 3"),
        ("flagged = support.tickets_last_month > 3", "flagged = support.tickets_last_month > 4 and account.csm_owned",
         "The output flagged says whether support tickets last month is above 4 and account csm owned is yes instead of "
         "whether support tickets last month is above 3"),
        ('"few" never support.tickets_last_month > 3', '"few" never support.tickets_last_month > 3 and account.csm_owned',
         "The invariant “few” forbids that support tickets last month is above 3 and account csm owned is yes instead of that "
         "support tickets last month is above 3"),
        ("small = account.csm_owned and support.tickets_last_month < 4", "small = support.tickets_last_month < 4",
         "The output small says whether support tickets last month is below 4 instead of whether account csm owned is yes and "
         "support tickets last month is below 4"),
        ("busy(x) = x > 3", "busy(x) = x > 3 and account.csm_owned",
         "The definition busy asks whether x is above 3 and account csm owned is yes instead of whether x is above 3"),
        ("override red when support.tickets_last_month > 3", "override red when support.tickets_last_month > 3 and account.csm_owned",
         "The override to red acts when support tickets last month is above 3 and account csm owned is yes instead of when "
         "support tickets last month is above 3"),
        ("applies when account.csm_priority < 3", "applies when account.csm_priority < 3 or account.csm_owned",
         "Seats apply when account csm priority is below 3 or account csm owned is yes instead of when account csm priority is "
         "below 3"),
    ],
)  # fmt: skip
def test_a_condition_that_gets_more_or_fewer_parts_is_told_whole(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert list(said_of(tmp_path, ASKING, (old, new)).summaries().values()) == [expected]

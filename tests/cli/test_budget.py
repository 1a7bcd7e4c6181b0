"""What the options of a movement budget mean, and how faults in them are reported."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from attrs import frozen

from ruleengine.cli.budget import read_budget, read_condition, read_moved, read_newly
from ruleengine.cli.exits import WRONG_COMMAND_LINE, code_for
from ruleengine.cli.run_condition import RunConditionFault

BANDS = ("green", "yellow", "red", "in between")


@frozen
class Totals:
    """Sixty-one of 1,204 accounts move, seven of them to red."""

    accounts: int = 1204
    moved: int = 61
    newly: Mapping[str, int] = MappingProxyType({"red": 7, "in between": 2})


def fault(read: Any, *given: Any) -> str:
    """The one report about a text that cannot be used."""
    with pytest.raises(RunConditionFault) as raised:
        read(*given)
    [report] = raised.value.diagnostics
    assert code_for([report]) == WRONG_COMMAND_LINE
    assert list(raised.value.sources) == [report.span.path]
    return str(report)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [("5%", 60), (" 5 % ", 60), ("60", 60), ("0", 0), ("0%", 0), ("0.5%", 6), ("100%", 1204), ("4.99%", 60)],
)
def test_how_many_may_move(text: str, allowed: int) -> None:
    assert read_moved(text).verdict(Totals())["allowed"] == allowed


@pytest.mark.parametrize(
    ("text", "allowed", "found"),
    [("red=7", 7, 7), (" red = 1% ", 12, 7), ("na=3", 3, 0), ("`in between`=1", 1, 2)],
)
def test_how_many_may_be_newly_in_a_band(text: str, allowed: int, found: int) -> None:
    verdict = read_newly(text, BANDS).verdict(Totals())
    assert (verdict["allowed"], verdict["found"], verdict["ok"]) == (allowed, found, found <= allowed)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("moved > 5% of accounts", True),  # 60.2
        ("moved > 60", True),
        ("moved > 61", False),
        ("moved >= 61 and newly red >= 7", True),
        ("moved > 5% of accounts or newly red > 10", True),
        ("newly red > 10% of moved", True),
        ("newly red > 12% of moved", False),
        ("newly   na = 0", True),
        ("newly `in between` = 2", True),
        ("not moved > 5% of accounts", False),
        ("moved / accounts > 5%", True),
        ("moved / accounts > 0.051", False),
        ("moved * 100 / 5 > accounts", True),
        ("moved - newly red = 54", True),
        ("(moved != 61 or newly red <= 7) and accounts < 1205", True),
        ("-moved < 0", True),
        ("accounts / newly na > 3", None),
        ("accounts / newly na > 3 or moved > 1", True),
        ("accounts / newly na > 3 and moved > 1", None),
        ("newly\nred > 3", True),
    ],
)
def test_conditions(text: str, held: bool | None) -> None:
    assert read_condition(text, BANDS).holds(Totals()) is held


def test_percent_of_no_accounts_is_not_exceeded() -> None:
    nobody = Totals(0, 0, {})
    for limit in read_budget("5%", ["red=0%"], "moved > 5% of accounts", BANDS):
        assert limit.verdict(nobody)["ok"]


def test_the_budget_of_a_command_line() -> None:
    limits = read_budget("5%", ["red=10", "na=1%"], "moved  > 60", BANDS)
    assert [each.option for each in limits] == [
        "--max-moved 5%", "--max-newly red=10", "--max-newly na=1%", "--fail-on moved > 60"
    ]  # fmt: skip
    assert limits[3].verdict(Totals())["summary"] == "`moved > 60` holds: moved 61, accounts 1,204"
    assert read_budget(None, [], None, BANDS) == ()


@pytest.mark.parametrize(
    ("text", "report"),
    [
        ("", "<--max-moved>:1:1: error[RE108]: a number of accounts is needed here (write `10`, or `5%` for a share of all accounts)"),
        ("many", "<--max-moved>:1:1: error[RE108]: `many` is no number of accounts (write `10`, or `5%` for a share of all accounts)"),
        ("2.5", "<--max-moved>:1:1: error[RE108]: `2.5` is no whole number of accounts (write `5%` for a share of all accounts)"),
        ("101%", "<--max-moved>:1:1: error[RE108]: `101%` is more than all accounts"),
        ("-1", "<--max-moved>:1:1: error[RE108]: `-1` is no number of accounts (write `10`, or `5%` for a share of all accounts)"),
        ("9" * 5000, f"<--max-moved>:1:1: error[RE108]: `{'9' * 40}…` is no number of accounts (write `10`, or `5%` for a share of all "
         "accounts)"),
    ],
)  # fmt: skip
def test_faults_of_max_moved(text: str, report: str) -> None:
    assert fault(read_moved, text) == report


@pytest.mark.parametrize(
    ("text", "report"),
    [
        ("rde=3", "<--max-newly>:1:1: error[RE204]: there is no band `rde` (did you mean `red`?)"),
        ("x=3", "<--max-newly>:1:1: error[RE204]: there is no band `x` (there are `green`, `yellow`, `red`, `in between`, `na`)"),
        ("red", "<--max-newly>:1:1: error[RE101]: a band and a number are needed here (write `red=10`)"),
        ("=3", "<--max-newly>:1:1: error[RE101]: a band and a number are needed here (write `red=10`)"),
        ("red=few", "<--max-newly>:1:5: error[RE108]: `few` is no number of accounts (write `10`, or `5%` for a share of all accounts)"),
    ],
)  # fmt: skip
def test_faults_of_max_newly(text: str, report: str) -> None:
    assert fault(read_newly, text, BANDS) == report


@pytest.mark.parametrize(
    ("text", "report"),
    [
        ("moved > 5%", "1:9: error[RE302]: `5%` is a share, and `moved` a number of accounts (write `5% of accounts`)"),
        ("3% <= newly red", "1:1: error[RE302]: `3%` is a share, and `newly red` a number of accounts (write `3% of accounts`)"),
        ("newly rde > 1", "1:1: error[RE204]: there is no band `rde` (did you mean `red`?)"),
        ("newly > 3", "1:1: error[RE213]: `newly` needs a band (write `newly red`)"),
        ("3 < red", "1:5: error[RE213]: `red` is no total of a comparison (write `newly red`)"),
        ("mvoed > 3", "1:1: error[RE213]: `mvoed` is no total of a comparison (did you mean `moved`?)"),
        ("moved", "1:1: error[RE305]: a condition is needed here, and this is a number (compare it)"),
        ("moved > (accounts > 3)", "1:10: error[RE306]: a number is needed here, and this is a condition"),
        ("moved > 3 days", "1:9: error[RE302]: totals have no unit `days`"),
    ],
)  # fmt: skip
def test_faults_of_a_condition(text: str, report: str) -> None:
    assert fault(read_condition, text, BANDS) == f"<--fail-on>:{report}"


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("moved newly red", "1:7", "RE101"),
        ("", "1:1", "RE101"),
        ("health is red", "1:1", "RE213"),
        ("count of (health is red) > 3", "1:1", "RE213"),
        ("moved > newly red and x in 1..3", "1:23", "RE213"),
    ],
)
def test_what_there_is_is_named(text: str, place: str, code: str) -> None:
    report = fault(read_condition, text, BANDS)
    assert report.startswith(f"<--fail-on>:{place}: error[{code}]: ")
    assert "there are `moved`, `newly` and a band, `accounts`" in report


@pytest.mark.parametrize(
    "text", ["(moved > 3", "moved > 1,000", "moved > ☃", "(" * 300 + "moved", "moved > " + "9" * 5000]
)
def test_texts_that_cannot_be_read_are_reported(text: str) -> None:
    assert fault(read_condition, text, BANDS).startswith("<--fail-on>:1:")

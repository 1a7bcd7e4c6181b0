"""What is said of an account: in the words of tests, and each of it so when the test is run."""

from __future__ import annotations

from typing import Any

import pytest

from ruleengine.api import Ruleset
from ruleengine.casebook.accounts import Account
from ruleengine.casebook.reading import open_casebook
from ruleengine.casebook.run import run_casebook
from ruleengine.casebook.said import Thing, everything_said
from ruleengine.casebook.suggested import of_value, table_text
from ruleengine.values import Kind, Type
from tests.evaluator.covered_rulesets import AS_OF, loaded

RULES = """
segment large "Large ones" when plan = "large"
measure size "Size" { value seats ; rate { red when < 5 ; yellow when < 50 ; green otherwise } }
measure used "Used" {
  value usage.share
  rate { red when < 10% ; green otherwise }
  fresh by seen, stale after 30 days, expired after 60 days
}
measure flagged "Flagged" { value marked ; rate { red when = true ; na excluded "not marked" otherwise } }
measure bare "Bare" { value seats / 3 ; rate { points value otherwise } }
scorecard health "Health" {
  bands rag
  borderline within 10
  group one "One" 60% { size 50% ; used 50% }
  group two "Two" 40% { flagged }
  override red when marked
}
scorecard total { bands none ; rollup sum ; bare }
trigger fell "Fell" {
  when size is red because "only {seats} seats"
  due as_of + 14 days
  field stage = plan
  field seats = seats
  field why = said default "other", flagged until changed
}
trigger quiet { when size is green }
matrix way "Way" {
  rows size
  columns plan: small, large
  green gives grow, "Keep it"
  yellow gives grow, grow
  red gives na, grow
  cell grow "Grow"
}
problem "sold more than there are" when sold > seats
output left = seats - sold
output share = usage.share
output next = as_of + 1 month
output age = days since seen
output big = large
output words = said
output both = [1, 2]
"""


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    """The ruleset."""
    return loaded(tmp_path_factory.mktemp("said"), RULES)


def said(ruleset: Ruleset, facts: dict[str, Any]) -> dict[Thing, str]:
    """What is said of an account."""
    result = ruleset.evaluator.result({"id": "a", "certain": 1, **facts}, AS_OF)
    return everything_said(ruleset.evaluator.program, result)


BAD = {"seats": 4, "sold": 9, "plan": "small", "usage": {"share": 0.25}, "seen": "2024-05-15", "marked": True}
ACCOUNTS: tuple[dict[str, Any], ...] = (
    {},
    BAD,
    {"seats": 49, "plan": "large", "usage": {"share": 0.123456789}, "seen": "2024-06-29", "said": "no"},
    {
        "seats": 50,
        "plan": "large",
        "usage": {"share": 0.1},
        "seen": "2024-05-01",
        "marked": False,
        "said": 'a "b"',
    },
    {"seats": 500, "sold": 2, "plan": "small", "usage": {"share": 1}, "seen": "2024-06-30"},
)


# Health: size and flagged are red (10), used is green (80), so 0.3 × 10 + 0.3 × 80 + 0.4 × 10 = 31, which lies in yellow;
# the override makes it red, and yellow is at hand.
def test_all_that_can_be_said_of_an_account(ruleset: Ruleset) -> None:
    assert list(said(ruleset, BAD).values()) == [
        "size is red", "used is green", "flagged is red", "bare.points = 1.3333 to within 0.0001",
        "health is red", "total.score = 1.3333 to within 0.0001",
        "large is na or not large", "fell", "quiet is na or not quiet", "way is not_applicable",
        "left = -5", "share = 25%", "next = 2024-07-30", "age = 46 days", "not big", "", "",
        'problem "sold more than there are"',
        "size is scored", "used is scored", "flagged is scored", "bare is scored",
        "not (size is stale)", "used is stale", "not (flagged is stale)", "not (bare is stale)",
        'fell.stage = "small"', 'fell.why = "other"', "fell.due = 2024-07-14", 'fell.flagged contains "why"',
        'fell.reason = "only 4 seats"', 'health.borderline = "yellow"', "health.score = 31", "total.score = 1.3333 to within 0.0001",
        "size.points = 10", "used.points = 80", "flagged.points = 10", "bare.points = 1.3333 to within 0.0001",
        "size.value = 4", "used.value = 25%", "flagged.value", "bare.value = 1.3333 to within 0.0001",
        "health.one.effective_weight = 60% to within 0.001%", "health.one.size.effective_weight = 30% to within 0.001%",
        "health.one.used.effective_weight = 30% to within 0.001%", "health.two.effective_weight = 40% to within 0.001%",
        "health.two.flagged.effective_weight = 40% to within 0.001%", "total.bare.effective_weight = 100% to within 0.001%",
    ]  # fmt: skip


@pytest.mark.parametrize("facts", ACCOUNTS)
def test_all_that_is_said_holds(ruleset: Ruleset, facts: dict[str, Any]) -> None:
    account = Account({"id": "a", "certain": 1, **facts}, AS_OF)
    expectations = [each for each in said(ruleset, facts).values() if each]
    path = ruleset.path.with_name("1.0.0.test.rules")
    path.write_text(
        table_text("what is said", account, expectations, ruleset.evaluator.program.facts, ""),
        encoding="utf-8",
    )
    book = open_casebook(path, ruleset.workspace)
    assert [str(each) for each in book.diagnostics] == []
    (outcome,) = run_casebook(book)
    assert len(outcome.checks) == len(expectations)
    assert [f"{check.expectation.text}: {check.found}" for check in outcome.checks if not check.held] == []


@pytest.mark.parametrize(
    ("value", "unit", "found"),
    [
        (2, "", "it = 2"), (0.12345678, "", "it = 0.1235 to within 0.0001"), (2, "count", "it = 2"), (0.125, "percent", "it = 12.5%"),
        (1, "days", "it = 1 day"), (2, "days", "it = 2 days"), (1, "months", "it = 1 month"), (12.5, "money EUR", "it = 12.5 EUR"),
        (3, "money", "it = 3 USD"), (True, "", "it"), (False, "", "not it"), ([1, 2], "", ""), ({"a": 1}, "", ""),
    ],
)  # fmt: skip
def test_a_value_that_is_said(value: Any, unit: str, found: str) -> None:
    assert of_value("it", value, Type(Kind.NUMBER, unit=unit)) == found

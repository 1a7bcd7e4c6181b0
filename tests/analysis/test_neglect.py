"""What waiting does, and who is excellent on little data; truths are worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ruleengine.analysis.findings import Finding, Verdict
from ruleengine.analysis.neglect import neglect
from ruleengine.casebook.accounts import Account
from ruleengine.evaluator.program import Evaluator
from tests.analysis.small import AS_OF, MEASURES, opened

NEXT_DAY = date(2024, 3, 2)


def findings(folder: Path, rules: str, accounts: list[Account] | None = None) -> list[Finding]:
    found = opened(folder, MEASURES + rules)
    return neglect(found.program, found.compilation.sources, found.schema, accounts or [], AS_OF)


def codes(found: list[Finding]) -> list[str]:
    return [each.code for each in found]


def test_the_weight_of_what_expires_goes_to_the_others(tmp_path: Path) -> None:
    """Red (25) and green (87.5) are 56.25, yellow; without the red one 87.5 is left."""
    rules = "scorecard health { bands rag ; mood 50% ; seats 50% }\n"
    (found,) = findings(tmp_path, rules)
    assert (found.code, found.subject, found.verdict) == ("RE704", "mood", Verdict.SHOWN)
    assert found.text == (
        "`health` goes from yellow to green when `mood` expires, after 90 days, and nobody did anything"
    )
    assert found.details["only_better"] is False
    assert found.account is not None
    assert found.other is not None
    assert (found.account.as_of, found.other.as_of) == (AS_OF, NEXT_DAY)
    assert found.account.facts == found.other.facts
    assert found.account.facts["feeling_at"] == "2023-12-02"  # 90 days before
    evaluator = Evaluator(opened(tmp_path, MEASURES + rules).program)
    scores = [evaluator.scores(each.facts, each.as_of)["health"] for each in (found.account, found.other)]
    assert scores == [(56.25, "yellow"), (87.5, "green")]


@pytest.mark.parametrize(
    ("card", "only_better"),
    [
        ("bands rag ; rollup minimum ; mood ; seats", True),
        ("bands rag ; mood 0 ; seats 1 ; cap yellow when mood is red", True),
        ("bands rag ; mood 1 ; seats 1 ; cap yellow when mood is red", False),
        ("bands rag ; rollup maximum ; mood ; seats", None),
        ("bands rag ; missing require all ; mood ; seats", None),
        ("bands rag ; missing as zero ; mood ; seats", None),
        # asks for what it last was
        ("bands rag ; mood 0 ; seats 1 ; cap yellow when mood was red", None),
        # a floor that is lifted makes nothing better
        ("bands rag ; mood 0 ; seats 1 ; floor yellow when mood is green", None),
    ],
)
def test_whether_waiting_can_only_help(tmp_path: Path, card: str, only_better: bool | None) -> None:
    found = [each for each in findings(tmp_path, f"scorecard health {{ {card} }}\n") if each.code == "RE704"]
    assert [each.details["only_better"] for each in found] == ([] if only_better is None else [only_better])


def test_an_override_that_is_lifted_has_an_account_on_which_it_acts(tmp_path: Path) -> None:
    rules = "scorecard health { bands rag ; mood 50% ; seats 50% ; override red when mood is red }\n"
    (found,) = findings(tmp_path, rules)
    assert (found.code, found.text) == ("RE407", "when `mood` expires, this override is lifted")
    assert found.account is not None
    assert found.account.facts["feeling"] == "red"
    assert found.details["card"][0]["band"] == "red"


def test_a_trigger_falls_silent(tmp_path: Path) -> None:
    rules = """scorecard health { bands rag ; missing require all ; mood ; seats }
trigger churn { when mood is red ; kind contract ; severity high }
trigger other { when mood was red ; kind contract ; severity high }
"""
    (found,) = findings(tmp_path, rules)
    assert found.text == "`churn` falls silent when `mood` expires, after 90 days"
    assert found.account is not None
    assert found.account.facts["feeling"] == "red"


def test_months_are_counted_to_the_day(tmp_path: Path) -> None:
    rules = (
        MEASURES.replace("expired after 90 days", "expired after 3 months")
        + "scorecard health { bands rag ; mood ; seats }\n"
    )
    found = opened(tmp_path, rules)
    (finding,) = neglect(found.program, found.compilation.sources, found.schema, [], AS_OF)
    assert finding.account is not None
    assert finding.account.facts["feeling_at"] == "2023-12-01"
    assert "after 3 months" in finding.text


def test_the_least_data_with_which_the_best_band_is_reached(tmp_path: Path) -> None:
    (found,) = [
        each
        for each in findings(tmp_path, "scorecard health { bands rag ; mood 10% ; seats 90% }\n")
        if each.code == "RE705"
    ]
    assert found.text == "an account is `green` in `health` with 10% of the data"
    assert found.account is not None
    assert set(found.account.facts) == {"id", "feeling", "feeling_at"}


@pytest.mark.parametrize("policy", ["require all", "require coverage 60%", "as zero"])
def test_what_asks_for_data_is_not_excellent_on_little(tmp_path: Path, policy: str) -> None:
    rules = f"scorecard health {{ bands rag ; missing {policy} ; mood 10% ; seats 90% }}\n"
    assert "RE705" not in codes(findings(tmp_path, rules))


def test_an_account_that_is_given_is_a_start(tmp_path: Path) -> None:
    account = Account({"id": "ours", "feeling": "red", "feeling_at": "2024-02-01", "users": 60}, AS_OF)
    found = findings(tmp_path, "scorecard health { bands rag ; mood 50% ; seats 50% }\n", [account])
    assert found[0].account is not None
    assert found[0].account.facts["id"] == "ours"

"""Every aspect of every kind of thing is told when another version has it otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleengine import api
from ruleengine.report.handbook.history import changes_between
from ruleengine.report.words.text import plain
from tests.report.diff_sentences import BEFORE
from tests.report.pages import version_of
from tests.report.test_handbook_history import changes

TEXTS = BEFORE.replace(
    '  otherwise "Ask"', '  otherwise gives ask\n  cell ask "Ask" { text "Please" ; owner "Sales" }'
)


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([("impute 50", "as zero")],
         ["Support issues, without data: a measure without data counts as 0 points "
          "(was: a measure without data counts as 50 points)"]),
        ([("\n  missing impute 50", "")],
         ["Support issues, without data: no longer (was: a measure without data counts as 50 points)"]),
        ([("baseline 40", "baseline 30")], ["Support issues, baseline: 30 (was: 40)"]),
        ([("cap points 60", "cap points 70")],
         ["Support issues, cap 1: At most 70 points when recent (was: At most 60 points when recent)"]),
        ([("borderline within 5", "borderline within 3")], ["Health, borderline within: 3 (was: 5)"]),
        ([("  borderline within 5\n", "")], ["Health, borderline within: no longer (was: 5)"]),
        ([("round to 1 decimal", "round to 0 decimals")], ["Health, rounded: to a whole number (was: to 1 decimal)"]),
        ([("+ 7 days", "+ 14 days")], ["Call the customer, due: the as-of date + 14 days (was: the as-of date + 7 days)"]),
        ([('helper = "csm"', 'helper = "owner"')], ["Call the customer, helper: “owner” (was: “csm”)"]),
        ([('"Watch", "Watch"', '"Watch", "Look"')], ["Engagement, yellow / small: Look (was: Watch)"]),
        ([('red gives "Act", na', 'red gives "Act", "Act"')], ["Engagement, red / small: Act (was: not applicable)"]),
        ([('\n  otherwise gives ask\n  cell ask "Ask" { text "Please" ; owner "Sales" }', "")],
         ["Engagement, anything else: no longer (was: Ask)", "Engagement, text of Ask: no longer (was: Please)",
          "Engagement, owner of Ask: no longer (was: Sales)"]),
        ([('text "Please"', 'text "Do {account.name}"')], ["Engagement, text of Ask: Do {account name} (was: Please)"]),
        ([("gives ask\n", 'gives "Nothing"\n'), ('  cell ask "Ask" { text "Please" ; owner "Sales" }\n', "")],
         ["Engagement, anything else: Nothing (was: Ask)", "Engagement, text of Ask: no longer (was: Please)",
          "Engagement, owner of Ask: no longer (was: Sales)"]),
        ([('plan = "premium" because', 'plan = "ultimate" because')],
         ["Users of git: changed in a way that these words do not show; compare the rulesets.",
          "subscription plan, where missing: “ultimate” (most have it) (was: “premium” (most have it))"]),
        ([('"Hello"', '"Good day"')], ["Letter, subject: Good day (was: Hello)"]),
        ([("for health is red ; ", "")], ["Letter, written for: every account (was: Health is red)"]),
        ([("> 1000", "> 2000")],
         ["“too many”, problem when: subscription licensed users are above 2000 "
          "(was: subscription licensed users are above 1000)"]),
        ([("notice = 30", "notice = 60")],
         ["Answer, applies to: only when days since account customer since is above notice (60 days) and priority is 1 (was: only "
          "when days since account customer since is above notice (30 days) and priority is 1)",
          "notice, means: 60 days (was: 30 days)"]),
        ([("x / sub", "2 * x / sub")],
         ["per seat, gives: 2 × x ÷ subscription licensed users (was: x ÷ subscription licensed users)"]),
        ([("first 30 days", "first 60 days")],
         ["Health, new accounts: for the first 60 days from account customer since, only CSM sentiment counts "
          "(was: for the first 30 days from account customer since, only CSM sentiment counts)"]),
        ([("{ product 100% ; risk 0% }", "{ product 90% ; risk 10% }")],
         ["Health, weights when Risk in Health is without a value: Product 90%, Risk 10% (was: Product 100%, Risk 0%)"]),
    ],
)  # fmt: skip
def test_each_aspect_is_told(tmp_path: Path, edits: list[tuple[str, str]], expected: list[str]) -> None:
    assert changes(tmp_path, *edits, before=TEXTS) == expected


PART = """ruleset part VERSION { facts account 1 }
measure seats "Seats" { value subscription.licensed_users ; points 1 * value }
"""
WHOLE = """ruleset whole VERSION { facts account 1 }
IMPORT
scorecard card "Card" { bands none ; OWN }
"""
OWN = 'measure seats "Seats" { value subscription.licensed_users ; points 1 * value }'


def version(folder: Path, number: str, imported: str) -> api.Ruleset:
    """The ruleset `whole`, which imports a measure in some version, or has it itself."""
    for name in ("1.0.0", "2.0.0"):
        part = folder / f"rulesets/part/{name}.rules"
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(PART.replace("VERSION", name), encoding="utf-8")
    text = WHOLE.replace("VERSION", number).replace(
        "IMPORT", f"import part {imported} (seats)" if imported else OWN
    )
    path = folder / f"rulesets/whole/{number}.rules"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("OWN", "seats"), encoding="utf-8")
    root = Path(__file__).resolve().parents[2]
    return api.load(path, schemas=root / "schemas", rulesets=folder / "rulesets", cache=False)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "1.0.0", "Imports part 1.0.0, as it did not before."),
        ("1.0.0", "", "No longer imports part 1.0.0."),
        ("1.0.0", "2.0.0", "Imports part 2.0.0 in place of 1.0.0."),
        ("1.0.0", "1.0.0", ""),
    ],
)
def test_what_is_imported(tmp_path: Path, before: str, after: str, expected: str) -> None:
    old, new = (version(tmp_path, number, each) for number, each in (("1.0.0", before), ("2.0.0", after)))
    told = [plain(text) for text in changes_between(version_of(old), version_of(new))]
    assert [each for each in told if "import" in each.lower()] == ([expected] if expected else [])

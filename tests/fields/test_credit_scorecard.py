"""A credit scorecard: points against neutral points, ranked reasons, and a scale of points that double the odds.

Source of the scaling: Siddiqi, Credit Risk Scorecards (2006), chapter 6: with odds of 50 to 1 at 600 points and 20
points to double the odds, the factor is 28.8539 and the offset 487.123.
"""

from __future__ import annotations

import pytest

from tests.fields.field_rulesets import ANY_DAY, Document, card, example_facts, field_ruleset, score

CREDIT = "credit_scorecard@1"
FACTS = {facts["id"]: facts for facts in example_facts("credit_scorecard")}


@pytest.mark.parametrize(
    ("applicant", "points", "decision", "reasons"),
    [
        # 16 + 31 + 12 + 60 + 5 + 4; lost 15, 3, 17, −12, 25, 22: four of the five shortfalls, the worst first
        ("student", 128, "decline", ["UTI", "INQ", "ADR", "AGE"]),
        # 32 + 45 + 40 + 60 + 42 + 35: nothing lies below neutral
        ("home-owner", 254, "accept", []),
        # 32 + 27 + 30 + 15 + 18 + 28; lost −1, 7, −1, 33, 12, −2
        ("in-arrears", 150, "decline", ["DPD", "UTI", "RES"]),
        # 41 + imputed 20 + imputed 20 + 60 + imputed 30 + imputed 26; lost −10, 14, 9, −12, 0, 0
        ("tells-little", 197, "refer", ["RES", "ADR"]),
    ],
)
def test_points_decision_and_reasons(applicant: str, points: int, decision: str, reasons: list[str]) -> None:
    assert card(CREDIT, FACTS[applicant], "application") == (points, decision)
    outputs = score(CREDIT, FACTS[applicant])["outputs"]
    assert outputs["reason_codes"] == reasons
    assert outputs["below_neutral"] == 198 - points


def test_an_application_that_says_little_is_not_accepted_by_what_is_imputed() -> None:
    # 22 + 45 + 30 + 48 + 30 + 26, of which 75 points are known: enough by the number, and still referred
    facts: Document = {"id": "gaps", "residence": "owner", "months_at_address": 37}
    assert card(CREDIT, facts, "application") == (201, "refer")
    # two more known ones, 41 + 45 + 30 + 60 + 30 + 26
    assert card(CREDIT, {**facts, "age": 51, "days_past_due": 0}, "application") == (232, "accept")


def test_explanation_ranks_the_costs_against_the_baseline() -> None:
    explained: Document = field_ruleset(CREDIT).explain(FACTS["student"], ANY_DAY).to_dict()
    application = next(each for each in explained["scorecards"] if each["name"] == "application")
    costs = [(each["path"], each["cost"], each["against"]) for each in application["costs"]]
    assert costs == [
        ("utilisation_points", 25, "baseline"),
        ("inquiry_points", 22, "baseline"),
        ("address_points", 17, "baseline"),
        ("age_points", 15, "baseline"),
        ("residence_points", 3, "baseline"),
    ]


def test_imputed_points_are_told() -> None:
    nodes = score(CREDIT, FACTS["tells-little"])["scorecards"]["application"]["nodes"]
    assert nodes["residence_points"]["status"] == "missing"
    assert nodes["residence_points"]["contribution"] == 20
    assert nodes["residence_points"]["imputed"] is True
    assert "imputed" not in nodes["age_points"]


def test_scaling_is_the_published_one() -> None:
    assert score(CREDIT, {})["outputs"]["scaling"] == {"factor": 28.8539, "offset": 487.123}


@pytest.mark.parametrize(
    ("odds", "points"), [(50, 600), (100, 620), (200, 640), (25, 580), (12.5, 560), (1, 487), (60, 605)]
)
def test_twenty_points_double_the_odds(odds: float, points: int) -> None:
    assert card(CREDIT, {"odds": odds}, "scaled") == (points, None)  # 60: 600 + 28.8539 × ln 1.2 = 605.26

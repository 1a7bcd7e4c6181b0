"""Clinical scores: points where absent counts as no, formulas with powers and logarithms, units, floors and caps.

Sources: the point tables and formulas of CHA2DS2-VASc (Lip 2010), CKD-EPI 2021 (Inker 2021), Cockcroft-Gault (1976),
MELD-Na (OPTN policy 9, 2016) and NEWS2 (Royal College of Physicians 2017). Each expectation is worked out by hand.
"""

from __future__ import annotations

import pytest

from tests.fields.field_rulesets import Document, card, example_facts, score

# ── CHA2DS2-VASc ──


@pytest.mark.parametrize(
    ("facts", "points", "risk", "strokes_a_year"),
    [
        ({"age": 50, "sex": "male"}, 0, "low", 0),
        ({"age": 64, "sex": "female"}, 1, "intermediate", 0.013),
        ({"age": 65, "sex": "male"}, 1, "intermediate", 0.013),
        ({"age": 74, "sex": "female", "hypertension": True}, 3, "high", 0.032),
        ({"age": 76, "sex": "female", "hypertension": True}, 4, "high", 0.04),
        ({"age": 60, "sex": "male", "stroke": True, "diabetes": None}, 2, "high", 0.022),
        (
            {
                "age": 80, "sex": "female", "heart_failure": True, "hypertension": True, "diabetes": True,
                "stroke": True, "vascular_disease": True,
            },
            9, "high", 0.152,
        ),
    ],
)  # fmt: skip
def test_cha2ds2_vasc(facts: Document, points: int, risk: str, strokes_a_year: float) -> None:
    assert card("stroke_risk@1", facts, "cha2ds2_vasc") == (points, risk)
    assert score("stroke_risk@1", facts)["outputs"]["yearly_stroke_rate"] == strokes_a_year


def test_absent_counts_as_no_but_an_unknown_age_does_not() -> None:
    result = score("stroke_risk@1", {"age": 50, "sex": "male", "stroke": False})
    assert {each["path"] for each in result["assumptions"]} == {
        "heart_failure",
        "hypertension",
        "diabetes",
        "vascular_disease",
    }
    without_age = score("stroke_risk@1", {"sex": "male", "stroke": True})["scorecards"]["cha2ds2_vasc"]
    assert (without_age["status"], without_age["score"]) == ("missing", None)


# ── Kidney function ──


@pytest.mark.parametrize(
    ("facts", "egfr", "stage"),
    [
        # 142 × (1.0/0.9)^-1.200 × 0.9938^50 = 142 × 0.88123 × 0.73274 = 91.69
        ({"age": 50, "sex": "male", "creatinine_mg_dl": 1.0}, 92, "G1"),
        # 142 × (1.0/0.7)^-1.200 × 0.9938^50 × 1.012 = 142 × 0.65182 × 0.73274 × 1.012 = 68.63
        ({"age": 50, "sex": "female", "creatinine_mg_dl": 1.0}, 69, "G2"),
        # Below κ the other factor counts: 142 × (0.6/0.7)^-0.241 × 0.9938^30 × 1.012
        # = 142 × 1.03785 × 0.82979 × 1.012 = 123.76
        ({"age": 30, "sex": "female", "creatinine_mg_dl": 0.6}, 124, "G1"),
        # 142 × (2.5/0.9)^-1.200 × 0.9938^70 = 142 × 0.29346 × 0.64704 = 26.96
        ({"age": 70, "sex": "male", "creatinine_mg_dl": 2.5}, 27, "G4"),
        # 221 µmol/L ÷ 88.4 = 2.5 mg/dL
        ({"age": 70, "sex": "male", "creatinine_umol_l": 221}, 27, "G4"),
        # 142 × (6.0/0.7)^-1.200 × 0.9938^60 × 1.012 = 142 × 0.07592 × 0.68856 × 1.012 = 7.51
        ({"age": 60, "sex": "female", "creatinine_mg_dl": 6}, 8, "G5"),
    ],
)
def test_egfr(facts: Document, egfr: int, stage: str) -> None:
    assert card("kidney_function@1", facts, "egfr") == (egfr, stage)


@pytest.mark.parametrize(
    ("facts", "clearance"),
    [
        ({"age": 60, "sex": "male", "weight_kg": 72, "creatinine_mg_dl": 1.0}, 80),  # 80 × 72 / 72
        ({"age": 60, "sex": "female", "weight_kg": 72, "creatinine_mg_dl": 1.0}, 68),  # × 0.85
        (
            {"age": 75, "sex": "female", "weight_kg": 55, "creatinine_umol_l": 106.08},
            35.2,
        ),  # 3575/86.4 × 0.85
        ({"age": 60, "sex": "male", "creatinine_mg_dl": 1.0}, None),
    ],
)
def test_creatinine_clearance(facts: Document, clearance: float | None) -> None:
    assert card("kidney_function@1", facts, "creatinine_clearance") == (clearance, None)


def test_creatinine_of_zero_is_invalid_not_an_error() -> None:
    result = score("kidney_function@1", {"age": 60, "sex": "male", "creatinine_mg_dl": 0})
    assert result["scorecards"]["egfr"]["status"] == "invalid"


# ── MELD ──


@pytest.mark.parametrize(
    ("facts", "without_sodium", "with_sodium"),
    [
        # 0.957 ln 1.9 + 0.378 ln 4.2 + 1.120 ln 1.2 + 0.643 = 2.0039 → 2.0 → 20; + 1.32 × 7 − 0.033 × 20 × 7 = 24.62
        ({"creatinine_mg_dl": 1.9, "bilirubin_mg_dl": 4.2, "inr": 1.2, "sodium": 130}, 20, 25),
        # sodium 120 counts as 125: 20 + 1.32 × 12 − 0.033 × 20 × 12 = 27.92
        ({"creatinine_mg_dl": 1.9, "bilirubin_mg_dl": 4.2, "inr": 1.2, "sodium": 120}, 20, 28),
        # sodium 141 counts as 137
        ({"creatinine_mg_dl": 1.9, "bilirubin_mg_dl": 4.2, "inr": 1.2, "sodium": 141}, 20, 20),
        # everything at its floor: 0.643 → 0.6 → 6, and sodium does not count up to 11
        ({"creatinine_mg_dl": 0.6, "bilirubin_mg_dl": 0.4, "inr": 0.9, "sodium": 125}, 6, 6),
        # dialysis: creatinine 4: 0.957 ln 4 + 0.378 ln 2 + 0.643 = 2.2317 → 22; + 1.32 × 2 − 0.033 × 22 × 2 = 23.188
        (
            {"creatinine_mg_dl": 1, "bilirubin_mg_dl": 2, "inr": 1, "sodium": 135, "dialysis": True},
            22,
            23,
        ),
        # 0.957 ln 4 + 0.378 ln 40 + 1.120 ln 6 + 0.643 = 5.3708 → 54; never more than 40
        ({"creatinine_mg_dl": 9, "bilirubin_mg_dl": 40, "inr": 6, "sodium": 137}, 40, 40),
        # µmol/L: 167.96 / 88.4 = 1.9 and 71.82 / 17.1 = 4.2
        ({"creatinine_umol_l": 167.96, "bilirubin_umol_l": 71.82, "inr": 1.2, "sodium": 130}, 20, 25),
    ],
)
def test_meld(facts: Document, without_sodium: int, with_sodium: int) -> None:
    assert card("meld@1", facts, "meld_without_sodium")[0] == without_sodium
    assert card("meld@1", facts, "meld_na")[0] == with_sodium


def test_meld_tells_what_the_cap_took_away_and_the_mortality() -> None:
    result = score("meld@1", {"creatinine_mg_dl": 9, "bilirubin_mg_dl": 40, "inr": 6, "sodium": 137})
    found = result["scorecards"]["meld_na"]
    assert (found["computed_score"], found["score"]) == (54, 40)
    assert result["outputs"]["three_month_mortality"] == 0.713


# ── NEWS2 ──

WELL = {
    "respiration": 16, "oxygen_saturation": 97, "oxygen": False, "systolic": 120, "pulse": 70,
    "consciousness": "A", "temperature": 37.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "points", "risk"),
    [
        ({}, 0, "low"),
        ({"respiration": 11}, 1, "low"),
        ({"respiration": 21}, 2, "low"),
        ({"respiration": 25}, 3, "low_medium"),
        ({"systolic": 90}, 3, "low_medium"),
        ({"systolic": 220}, 3, "low_medium"),
        ({"consciousness": "C"}, 3, "low_medium"),
        ({"oxygen_saturation": 91}, 3, "low_medium"),
        ({"oxygen_saturation": 94, "pulse": 95, "temperature": 38.5}, 3, "low"),
        ({"oxygen": True, "pulse": 115, "temperature": 38.1}, 5, "medium"),
        ({"oxygen": True, "pulse": 131}, 5, "medium"),
        ({"respiration": 26, "oxygen_saturation": 92, "oxygen": True}, 7, "high"),
        ({"temperature": 35.04}, 3, "low_medium"),  # a thermometer shows 35.0
        ({"temperature": 35.1}, 1, "low"),
        ({"temperature": 39.1}, 2, "low"),
        # the same saturation on the other scale
        ({"oxygen_saturation": 90, "hypercapnia": True}, 0, "low"),
        ({"oxygen_saturation": 97, "hypercapnia": True}, 0, "low"),  # breathing air
        (
            {"oxygen_saturation": 97, "hypercapnia": True, "oxygen": True},
            5,
            "medium",
        ),  # 3 and 2 for the oxygen
        ({"oxygen_saturation": 93, "hypercapnia": True, "oxygen": True}, 3, "low"),
        ({"oxygen_saturation": 83, "hypercapnia": True}, 3, "low_medium"),
    ],
)
def test_news2(facts: Document, points: int, risk: str) -> None:
    result = score("news2@1", {**WELL, **facts})
    assert result["scorecards"]["news"]["score"] == points
    assert result["measures"]["clinical_risk"]["band"] == risk


def test_news2_needs_every_vital_sign() -> None:
    result = score("news2@1", {**WELL, "pulse": None})
    assert result["scorecards"]["news"]["status"] == "missing"
    assert result["measures"]["clinical_risk"]["status"] == "missing"


def test_example_facts() -> None:
    found = {
        facts["id"]: score("news2@1", facts)["measures"]["clinical_risk"]["band"]
        for facts in example_facts("news2")
    }
    assert found == {
        "on-the-mend": "low",
        "suddenly-confused": "low_medium",
        "sepsis": "high",
        "copd": "medium",
    }
    assert [card("meld@1", facts, "meld_na")[0] for facts in example_facts("meld")] == [25, 23, 6]
    assert [card("kidney_function@1", facts, "egfr")[1] for facts in example_facts("kidney_function")] == [
        "G1",
        "G2",
        "G4",
    ]
    assert [card("stroke_risk@1", facts, "cha2ds2_vasc")[0] for facts in example_facts("stroke_risk")] == [
        0,
        4,
        2,
    ]

"""Four small scores: Apgar, Glasgow Coma Scale with pupils, Wells for lung embolism, the DORA levels of 2019.

Each expectation is worked out by hand from the published points and edges.
"""

from __future__ import annotations

import pytest

from tests.fields.field_rulesets import Document, card, example_facts, score


@pytest.mark.parametrize(
    ("signs", "points", "state"),
    [
        ((2, 120, 2, 2, 2), 10, "reassuring"),
        ((1, 100, 2, 1, 2), 8, "reassuring"),
        ((1, 99, 1, 1, 1), 5, "moderately_abnormal"),
        ((0, 60, 1, 1, 0), 3, "low"),
        ((0, 0, 0, 0, 0), 0, "low"),
        ((2, None, 2, 2, 2), None, None),
    ],
)
def test_apgar(signs: tuple[int | None, ...], points: int | None, state: str | None) -> None:
    names = ("appearance", "pulse", "grimace", "activity", "respiration")
    assert card("newborn@1", dict(zip(names, signs, strict=True)), "apgar") == (points, state)


@pytest.mark.parametrize(
    ("eye", "verbal", "motor", "pupils", "sum_", "injury", "with_pupils"),
    [
        (4, 5, 6, 0, 15, "mild", 15),
        (3, 4, 6, 0, 13, "mild", 13),
        (3, 4, 5, 1, 12, "moderate", 11),
        (2, 2, 4, 2, 8, "severe", 6),
        (1, 1, 1, 2, 3, "severe", 1),
        (4, None, 6, 0, None, None, None),  # a tube: the sum stays untold
    ],
)
def test_glasgow_coma_scale(
    eye: int,
    verbal: int | None,
    motor: int,
    pupils: int,
    sum_: int | None,
    injury: str | None,
    with_pupils: int | None,
) -> None:
    facts: Document = {"eye": eye, "verbal": verbal, "motor": motor, "unreactive_pupils": pupils}
    assert card("coma@1", facts, "gcs") == (sum_, injury)
    assert card("coma@1", facts, "gcs_pupils")[0] == with_pupils


@pytest.mark.parametrize(
    ("facts", "points", "probability", "likely"),
    [
        ({"pulse": 80}, 0, "low", False),
        ({"pulse": 101}, 1.5, "low", False),
        ({"pulse": 80, "haemoptysis": True, "cancer": True}, 2, "moderate", False),
        ({"pulse": 80, "most_likely": True, "cancer": True}, 4, "moderate", False),
        ({"pulse": 110, "most_likely": True}, 4.5, "moderate", True),
        ({"pulse": 80, "dvt_signs": True, "most_likely": True}, 6, "moderate", True),
        ({"pulse": 101, "dvt_signs": True, "most_likely": True}, 7.5, "high", True),
        (
            {
                "pulse": 130, "dvt_signs": True, "most_likely": True, "immobile": True, "earlier_embolism": True,
                "haemoptysis": True, "cancer": True,
            },
            12.5, "high", True,
        ),
        ({"dvt_signs": True}, None, None, None),
    ],
)  # fmt: skip
def test_wells(facts: Document, points: float | None, probability: str | None, likely: bool | None) -> None:
    assert card("lung_embolism@1", facts, "wells") == (points, probability)
    assert score("lung_embolism@1", facts)["outputs"]["embolism_likely"] is likely


ELITE: Document = {"deployments_per_day": 4, "lead_time": 0.5, "failed_changes": 10, "restore_time": 0.04}


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({}, "elite"),
        ({"restore_time": 0.0417}, "high"),  # 0.0417 days are a little more than one hour
        ({"deployments_per_day": 1}, "high"),
        ({"deployments_per_day": 0.2, "lead_time": 7}, "high"),
        ({"failed_changes": 15}, "elite"),
        ({"failed_changes": 15.1}, "medium"),
        ({"deployments_per_day": 0.05}, "medium"),
        ({"lead_time": 31}, "low"),
        ({"failed_changes": None}, "elite"),
        ({"failed_changes": None, "restore_time": None}, None),
    ],
)
def test_dora(facts: Document, level: str | None) -> None:
    assert card("delivery@1", {**ELITE, **facts}, "dora")[1] == level


def test_example_facts() -> None:
    assert [card("newborn@1", f, "apgar")[0] for f in example_facts("newborn")] == [5, 9]
    assert [card("coma@1", f, "gcs")[1] for f in example_facts("coma")] == ["mild", "severe"]
    assert [card("lung_embolism@1", f, "wells")[0] for f in example_facts("lung_embolism")] == [0, 4.5]
    assert [card("delivery@1", f, "dora")[1] for f in example_facts("delivery")] == ["elite", "medium"]

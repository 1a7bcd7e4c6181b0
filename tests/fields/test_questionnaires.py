"""Questionnaires with a minimum of answers and a re-based denominator: PHQ-9, WHO-5, FACT-G, RAND 36.

Sources: the scoring instructions of each (Kroenke 2001 with proration of up to two items, WHO 1998 with the cut-offs of
Topp 2015, the FACIT guidelines of version 4, RAND's instructions for the 36-item survey). Worked out by hand.
"""

from __future__ import annotations

import pytest

from tests.fields.field_rulesets import Document, card, example_facts, score

PHQ_ITEMS = (
    "interest", "mood", "sleep", "energy", "appetite", "self_worth", "concentration", "movement", "self_harm",
)  # fmt: skip


def phq(answers: str) -> Document:
    """One digit an item; `-` is no answer."""
    return {item: int(sign) for item, sign in zip(PHQ_ITEMS, answers, strict=True) if sign != "-"}


@pytest.mark.parametrize(
    ("answers", "total", "severity"),
    [
        ("000000000", 0, "minimal"),
        ("111100000", 4, "minimal"),
        ("111110000", 5, "mild"),
        ("222210000", 9, "mild"),
        ("222220000", 10, "moderate"),
        ("333330000", 15, "moderately_severe"),
        ("333333200", 20, "severe"),
        ("333333333", 27, "severe"),
        ("1231021--", 13, "moderate"),  # 10 from seven answers: 10 × 9/7 = 12.86
        ("12310-1--", None, None),  # six answers are too few
        ("---------", None, None),
        ("22222200-", 14, "moderate"),  # 12 × 9/8 = 13.5, half up
    ],
)
def test_phq9(answers: str, total: int | None, severity: str | None) -> None:
    assert card("phq9@1", phq(answers), "phq9") == (total, severity)
    assert score("phq9@1", phq(answers))["outputs"]["answered"] == 9 - answers.count("-")


def test_phq9_raises_the_last_answer_whatever_the_sum() -> None:
    assert score("phq9@1", phq("000000000"))["problems"] == []
    (problem,) = score("phq9@1", phq("000000001"))["problems"]
    assert "self-harm" in problem["message"]


@pytest.mark.parametrize(
    ("answers", "index", "well_being"),
    [
        ([5, 5, 5, 5, 5], 100, "good"),
        ([3, 2, 4, 1, 3], 52, "good"),
        ([3, 2, 3, 1, 3], 48, "poor"),
        ([2, 2, 2, 1, 1], 32, "poor"),
        ([2, 2, 1, 1, 1], 28, "low"),
        ([0, 0, 0, 0, 0], 0, "low"),
        ([3, None, 4, 1, 3], None, None),
        ([3, 4, 1, 3], None, None),
    ],
)
def test_who5(answers: list[int | None], index: int | None, well_being: str | None) -> None:
    assert card("who5@1", {"answers": answers}, "who5") == (index, well_being)


def fact_g(**answers: str) -> Document:
    """The answers of each subscale as digits; `-` is no answer."""
    return {
        "answers": [
            {"item": f"{scale}{number}", "answer": None if sign == "-" else int(sign)}
            for scale, signs in answers.items()
            for number, sign in enumerate(signs, start=1)
        ]
    }


SUBSCALES = ("physical", "social", "emotional", "functional", "fact_g")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # (3+4+2+3+4+3) × 7/6, 21, 3+3+4+3+3+2 (GE2 is not reversed), 12 × 7/4; 23 of 27 items are 85%
        (
            fact_g(GP="102101-", GS="3432342", GE="130112", GF="324-3--"),
            (22.1666666667, 21, 18, 21, 82.1666666667),
        ),
        # three of seven are not more than half: no functional scale, so no total, though 22 of 27 items are answered
        (fact_g(GP="102101-", GS="3432342", GE="130112", GF="32--3--"), (22.1666666667, 21, 18, None, None)),
        # exactly half is not more than half
        (fact_g(GP="0000000", GS="4444444", GE="04----", GF="4444444"), (28, 28, None, 28, None)),
        (fact_g(GP="0000000", GS="4444444", GE="0400--", GF="4444444"), (28, 28, 24, 28, 108)),
        # every subscale is valid, and yet 21 of 27 items (78%) are too few for the total
        (fact_g(GP="00000--", GS="44444--", GE="0400--", GF="4444444"), (28, 28, 24, 28, None)),
    ],
)
def test_fact_g(facts: Document, expected: tuple[float | None, ...]) -> None:
    cards = score("fact_g@1", facts)["scorecards"]
    assert tuple(cards[name]["score"] for name in SUBSCALES) == expected


@pytest.mark.parametrize(
    ("answers", "functioning"),
    [
        ([3] * 10, 100),
        ([1] * 10, 0),
        ([3, 3, 2, None, 1, None, 3, 2, None, 3], 71.43),  # 500 / 7
        ([3, 3, 2, 2, 1, None, None, None, None, None], 60),  # half of the items are enough: 300 / 5
        ([3, 3, 2, 2, None, None, None, None, None, None], None),
    ],
)
def test_rand_36_physical_functioning(answers: list[int | None], functioning: float | None) -> None:
    assert card("sf36@1", {"physical_functioning": answers}, "functioning") == (functioning, None)


@pytest.mark.parametrize(
    ("facts", "pain"),
    [
        ({"bodily_pain": 2, "pain_interference": 2}, 77.5),  # (80 + 75) / 2
        ({"bodily_pain": 2}, 80),
        ({"pain_interference": 5}, 0),
        ({}, None),
    ],
)
def test_rand_36_pain(facts: Document, pain: float | None) -> None:
    assert card("sf36@1", facts, "pain") == (pain, None)


def test_example_facts() -> None:
    assert [card("phq9@1", facts, "phq9")[1] for facts in example_facts("phq9")] == ["mild", "moderate", None]
    assert [card("who5@1", facts, "who5")[0] for facts in example_facts("who5")] == [52, 28, None]
    assert [card("fact_g@1", facts, "fact_g")[0] for facts in example_facts("fact_g")] == [82.1666666667]
    assert [card("sf36@1", facts, "functioning")[0] for facts in example_facts("sf36")] == [71.43, None]

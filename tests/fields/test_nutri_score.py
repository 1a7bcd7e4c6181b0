"""Nutri-Score 2017 and 2023, computed by hand from the published point tables.

The letters are also those that the public announcements name for the product: cola E, olive oil D (C once olive oil
counted as fruit) and then B, diet cola B and then C, Emmental D and then C, orange juice C, walnuts A, butter E.
"""

from __future__ import annotations

import pytest

from tests.fields.field_rulesets import Document, example_facts, score

FACTS = {document["id"]: document for document in example_facts("nutri_score")}

CASES_2017 = [
    # product, points against, points for, score, letter
    ("hazelnut spread", 6 + 10 + 10 + 0, 0, 26, "E"),  # 26 points: the 6.3 g of protein do not count
    ("cola", 6 + 8, 0, 14, "E"),
    ("diet cola", 1, 0, 1, "B"),
    ("spring water", 0, 0, 0, "A"),
    ("orange juice", 7 + 6, 10 + 0 + 0, 3, "C"),  # fruit has its 10 points, so protein would count
    ("sunflower oil", 10 + 1, 0, 11, "D"),
    ("olive oil", 10 + 2, 5, 7, "C"),  # 17 / 91 is 18.7%
    ("emmental", 4 + 0 + 10 + 2, 5, 11, "D"),  # protein counts although there are 16 points against
    ("breakfast cereal", 7 + 6 + 1 + 2, 5, 11, "D"),
    ("oyster mushrooms", 1 + 0 + 1 + 4, 2 + 5 + 1, -2, "A"),
]

CASES_2023 = [
    ("hazelnut spread", 6 + 15 + 10 + 0, 0, 31, "E"),
    ("cola", 3 + 9, 0, 12, "E"),
    ("diet cola", 4, 0, 4, "C"),  # four points for its sweetener
    ("spring water", 0, 0, 0, "A"),
    ("semi-skimmed milk", 3 + 3, 7, -1, "B"),
    ("soy drink", 3 + 0, 7, -4, "B"),
    ("sunflower oil", 3 + 1, 0, 4, "C"),  # 370 kJ from saturated fat; a share of exactly 10%
    ("olive oil", 5 + 2, 5, 2, "B"),  # 629 kJ
    ("butter", 10 + 10, 0, 20, "E"),
    ("walnuts", 2 + 1, 4 + 6, -7, "A"),  # fewer than 7 points against, so protein counts
    ("emmental", 4 + 10 + 2, 7, 9, "C"),
    ("beef", 9, 2, 7, "C"),  # seven points of protein, two allowed
]


@pytest.mark.parametrize(
    ("version", "product", "against", "in_favour", "points", "letter"),
    [("1", *case) for case in CASES_2017] + [("2", *case) for case in CASES_2023],
)
def test_points_and_letter(
    version: str, product: str, against: int, in_favour: int, points: int, letter: str
) -> None:
    result = score(f"nutri_score@{version}", FACTS[product])
    cards = result["scorecards"]
    assert cards["unfavourable"]["score"] == against
    assert cards["favourable"]["score"] == in_favour
    assert cards["nutri_score"]["score"] == points
    assert result["measures"]["grade"]["band"] == letter


def test_cap_on_red_meat_is_told() -> None:
    beef = score("nutri_score@2", FACTS["beef"])["measures"]["protein_points"]
    assert (beef["value"], beef["points"]) == (50, 2)
    poultry = score("nutri_score@2", {**FACTS["beef"], "kind": "food"})
    assert poultry["measures"]["protein_points"]["points"] == 7
    assert poultry["measures"]["grade"]["band"] == "B"  # 9 − 7 = 2


def without(product: str, fact: str) -> Document:
    return {name: value for name, value in FACTS[product].items() if name != fact}


@pytest.mark.parametrize("version", ["1", "2"])
def test_missing_fact_gives_no_letter_unless_it_would_not_count(version: str) -> None:
    selector = f"nutri_score@{version}"
    grade = score(selector, without("emmental", "sugars"))["measures"]["grade"]
    assert (grade["status"], grade["band"]) == ("missing", None)
    # With 26 or more points against, protein does not count, known or not.
    assert score(selector, without("hazelnut spread", "protein"))["measures"]["grade"]["band"] == "E"
    assert score(selector, without("emmental", "protein"))["measures"]["grade"]["status"] == "missing"


@pytest.mark.parametrize(
    ("version", "kind", "energy", "points", "letter"),
    [
        ("1", "food", 335, 0, "B"),
        ("1", "food", 335.1, 1, "B"),
        ("1", "beverage", 30, 1, "B"),
        ("1", "beverage", 30.1, 2, "C"),
        ("2", "food", 335, 0, "A"),
        ("2", "food", 335.1, 1, "B"),
        ("2", "beverage", 150, 2, "B"),
        ("2", "beverage", 150.1, 3, "C"),
    ],
)
def test_edge_of_energy_belongs_to_the_lower_points(
    version: str, kind: str, energy: float, points: int, letter: str
) -> None:
    product = {"kind": kind, "energy": energy, "sugars": 0, "saturated_fat": 0, "salt": 0, "protein": 0}
    result = score(f"nutri_score@{version}", product)
    assert result["scorecards"]["nutri_score"]["score"] == points
    assert result["measures"]["grade"]["band"] == letter

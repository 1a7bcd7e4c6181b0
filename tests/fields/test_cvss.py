"""CVSS 3.1 against published scores.

Sources: the examples document of CVSS 3.x (21 vulnerabilities), the calculator for 3.1 at first.org (vectors whose
environmental score differs from the base score), section 2.6 of the 3.1 user guide (where Roundup was corrected).
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.fields.field_rulesets import Document, card, example_facts, score

SCORES = ("base", "temporal", "environmental")


def metrics(vector: str) -> Document:
    """The facts of a vector string."""
    return dict(part.split(":") for part in vector.split("/"))


EXAMPLES_DOCUMENT = [
    ("CVE-2013-1937", "AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, "medium"),
    ("CVE-2013-0375", "AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4, "medium"),
    ("CVE-2014-3566", "AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1, "low"),
    ("CVE-2012-1516", "AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 9.9, "critical"),
    ("CVE-2009-0783", "AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 4.2, "medium"),
    ("CVE-2012-0384", "AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 8.8, "high"),
    ("CVE-2015-1098", "AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 7.8, "high"),
    ("CVE-2014-0160", "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5, "high"),
    ("CVE-2014-6271", "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, "critical"),
    ("CVE-2008-1447", "AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N", 6.8, "medium"),
    ("CVE-2014-2005", "AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 6.8, "medium"),
    ("CVE-2010-0467", "AV:N/AC:L/PR:N/UI:N/S:C/C:L/I:N/A:N", 5.8, "medium"),
    ("CVE-2012-1342", "AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:L/A:N", 5.8, "medium"),
    ("CVE-2013-6014", "AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:H", 9.3, "critical"),
    ("CVE-2014-9253", "AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N", 5.4, "medium"),
    ("CVE-2009-0658", "AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 7.8, "high"),
    ("CVE-2011-1265", "AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 8.8, "high"),
    ("CVE-2014-2019", "AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", 4.6, "medium"),
    ("CVE-2015-0970", "AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 8.8, "high"),
    ("CVE-2014-0224", "AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N", 7.4, "high"),
    ("CVE-2012-5376", "AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", 9.6, "critical"),
]

# Base, temporal and environmental score.
CALCULATOR = [
    ("AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", (10.0, 10.0, 10.0)),
    ("AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:N", (0.0, 0.0, 0.0)),
    ("AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", (9.6, 9.6, 9.7)),
    ("AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", (9.9, 9.9, 10.0)),
    ("AV:N/AC:L/PR:L/UI:R/S:C/C:H/I:H/A:H", (9.0, 9.0, 9.1)),
    ("AV:N/AC:L/PR:H/UI:N/S:C/C:L/I:L/A:L", (6.6, 6.6, 6.6)),
    ("AV:L/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H", (8.1, 8.1, 8.2)),
    ("AV:L/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:L", (8.1, 8.1, 8.0)),
    ("AV:L/AC:H/PR:L/UI:R/S:C/C:H/I:L/A:N", (6.1, 6.1, 6.0)),
    ("AV:L/AC:H/PR:L/UI:R/S:C/C:N/I:N/A:H", (5.3, 5.3, 5.3)),
    ("AV:L/AC:L/PR:H/UI:R/S:C/C:N/I:L/A:N", (2.8, 2.8, 2.8)),
    ("AV:L/AC:H/PR:N/UI:R/S:U/C:N/I:H/A:H", (6.3, 6.3, 6.3)),
]

ALL_METRIC_GROUPS = [
    ("AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N/E:P/RL:W/RC:C", (6.1, 5.6, 5.6)),
    ("AV:L/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N/MAV:A/MAC:L/MPR:N/MUI:N/MS:U/MC:N/MI:N/MA:N", (4.6, 4.6, 0.0)),
    ("AV:L/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N/MAV:A/MAC:L/MPR:N/MUI:N/MS:U/MC:L/MI:N/MA:N", (4.6, 4.6, 4.3)),
    ("AV:L/AC:L/PR:H/UI:R/S:U/C:H/I:N/A:H/MPR:N", (5.8, 5.8, 7.1)),
    ("AV:L/AC:H/PR:L/UI:N/S:C/C:H/I:H/A:L/E:U/RL:U/RC:R/CR:M/MPR:L/MUI:R/MI:N/MA:H", (7.7, 6.8, 6.3)),
    (
        "AV:L/AC:H/PR:H/UI:N/S:C/C:N/I:H/A:N/E:P/RL:U/RC:U/CR:H/IR:L/AR:H/MAV:L/MUI:R/MS:C/MC:N/MI:L/MA:N",
        (5.3, 4.6, 1.3),
    ),
]


@pytest.mark.parametrize(("name", "vector", "expected", "severity"), EXAMPLES_DOCUMENT)
def test_examples_document(name: str, vector: str, expected: float, severity: str) -> None:
    assert card("cvss@1", metrics(vector), "base") == (expected, severity), name


@pytest.mark.parametrize(("vector", "expected"), [*CALCULATOR, *ALL_METRIC_GROUPS])
def test_all_three_scores(vector: str, expected: tuple[float, float, float]) -> None:
    cards: dict[str, Any] = score("cvss@1", metrics(vector))["scorecards"]
    assert tuple(cards[name]["score"] for name in SCORES) == expected


def test_roundup_is_not_fooled_by_binary_fractions() -> None:
    # 5.0 × 0.92 is 4.6, which doubles show as 4.6000000000000005: 3.0 made 4.7 of it.
    vector = "AV:P/AC:H/PR:L/UI:R/S:U/C:L/I:L/A:H/E:H/RL:U/RC:U"
    assert card("cvss@1", metrics(vector), "temporal") == (4.6, "medium")


def test_letter_that_does_not_exist_is_no_score() -> None:
    result = score("cvss@1", metrics("AV:Z/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"))
    assert result["scorecards"]["base"]["status"] == "invalid"
    assert result["problems"][0]["pointer"] == "/AV"


def test_metric_without_letter_is_missing_but_optional_ones_are_not() -> None:
    result = score("cvss@1", metrics("AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"))
    assert result["scorecards"]["base"]["status"] == "missing"
    assert result["scorecards"]["base"]["score"] is None


def test_example_facts_are_the_examples_document() -> None:
    facts = {document.pop("id"): document for document in example_facts("cvss")}
    assert {name: facts[name] for name, *_ in EXAMPLES_DOCUMENT} == {
        name: metrics(vector) for name, vector, *_ in EXAMPLES_DOCUMENT
    }

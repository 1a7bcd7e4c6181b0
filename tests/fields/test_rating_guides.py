"""Ratings of things: OpenSSF Scorecard, Euro NCAP stars, SSL Labs letters.

Sources: three published reports of OpenSSF Scorecard 5.0.0 of 13 November 2024 (check results and aggregate); Euro
NCAP's published results of 2021 and 2022; the SSL Server Rating Guide 2009q, worked out by hand.
"""

from __future__ import annotations

import pytest

from tests.fields.field_rulesets import Document, card, example_facts, score

REPORTS = {facts["id"]: facts for facts in example_facts("openssf_scorecard")}


@pytest.mark.parametrize(
    ("repository", "aggregate"),
    [
        # 10×0 + 7.5×(10+8+7+10+10+0+0+10) + 5×(0+4+0+0) + 2.5×(6+0+10+10) = 497.5, of 10 + 60 + 20 + 10 = 100: 4.975
        ("ppy/osu", 5.0),
        # 10×10 + 7.5×(10+3+0+1+0+10) + 5×(0+0+0+4) + 2.5×(1+0+10+10) = 352.5, of 10 + 45 + 20 + 10 = 85: 4.147
        ("Call-for-Code/Project-Sample", 4.1),
        # 7.5×(8+0+1+0+2+0+10) + 5×(0+0+9) + 2.5×(0+0+10+10) = 252.5, of 52.5 + 15 + 10 = 77.5: 3.258
        ("greenshot/greenshot", 3.3),
    ],
)
def test_published_openssf_reports(repository: str, aggregate: float) -> None:
    assert card("openssf_scorecard@1", REPORTS[repository], "aggregate") == (aggregate, None)


def checks(**scores: int) -> Document:
    return {"checks": [{"name": name.replace("_", "-"), "score": found} for name, found in scores.items()]}


def test_inconclusive_checks_drop_out_and_are_told() -> None:
    result = score("openssf_scorecard@1", checks(Code_Review=8, Fuzzing=-1, License=10))
    nodes = result["scorecards"]["aggregate"]["nodes"]
    # (7.5 × 8 + 2.5 × 10) / 10
    assert result["scorecards"]["aggregate"]["score"] == 8.5
    assert (nodes["fuzzing"]["status"], nodes["fuzzing"]["effective_weight"]) == ("excluded", 0)
    assert (nodes["sast"]["status"], nodes["code_review"]["effective_weight"]) == ("missing", 0.75)


@pytest.mark.parametrize(
    ("found", "aggregate"),
    [
        # risks 10 + 7.5 + 2.5 = 20
        (checks(Dangerous_Workflow=7, Code_Review=7, License=8), 7.1),  # 142.5 / 20 = 7.125
        (
            checks(Dangerous_Workflow=7, Code_Review=8, License=6),
            7.2,
        ),  # 145 / 20 = 7.25, to the even neighbour
        (checks(Dangerous_Workflow=7, Code_Review=8, License=8), 7.5),  # 150 / 20
        (checks(Dangerous_Workflow=8, Code_Review=7, License=6), 7.4),  # 147.5 / 20 = 7.375
        (checks(Dangerous_Workflow=7, Code_Review=9, License=5), 7.5),  # 150 / 20
        (checks(Dangerous_Workflow=8, Code_Review=7, License=7), 7.5),  # 150 / 20
        (
            checks(Dangerous_Workflow=8, Code_Review=7, License=9),
            7.8,
        ),  # 155 / 20 = 7.75, to the even neighbour
    ],
)
def test_aggregate_is_rounded_half_even(found: Document, aggregate: float) -> None:
    assert card("openssf_scorecard@1", found, "aggregate") == (aggregate, None)


def test_nothing_conclusive_is_no_score() -> None:
    assert card("openssf_scorecard@1", checks(Fuzzing=-1, Packaging=-1), "aggregate") == (None, None)


CARS = {facts["id"]: facts for facts in example_facts("car_safety")}


@pytest.mark.parametrize(
    ("car", "stars"),
    [
        ("Tesla Model Y 2022", 5),
        ("Toyota Yaris Cross 2021", 5),
        ("Dacia Sandero Stepway 2021", 2),  # its worst box: 42% of safety assist
        ("Dacia Jogger 2021", 1),  # 39%
        ("Dacia Spring 2021", 1),
        ("Renault Zoe 2021", 0),  # 14%
    ],
)
def test_published_stars(car: str, stars: int) -> None:
    assert card("car_safety@1", CARS[car], "stars") == (stars, None)


def test_box_that_decides_and_box_that_is_missing() -> None:
    nodes = score("car_safety@1", CARS["Dacia Sandero Stepway 2021"])["scorecards"]["stars"]["nodes"]
    weights = {name: node["effective_weight"] for name, node in nodes.items()}
    assert weights == {
        "adult_occupant_stars": 0,
        "child_occupant_stars": 0,
        "road_users_stars": 0,
        "safety_assist_stars": 1,
    }
    assert card("car_safety@1", {**CARS["Tesla Model Y 2022"], "road_users": None}, "stars") == (None, None)


GOOD: Document = {
    "protocols": ["TLS1.2", "TLS1.3"], "key_bits": 2048, "cipher_bits": [128, 256], "trusted": True,
    "name_matches": True, "forward_secrecy": True, "aead": True, "hsts_max_age": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "points", "letter"),
    [
        ({}, 93, "A"),  # 0.3 × 100 + 0.3 × 90 + 0.4 × 90
        ({"hsts_max_age": 365}, 93, "A+"),
        ({"key_bits": 4096, "cipher_bits": [256]}, 100, "A"),
        ({"protocols": ["TLS1.0", "TLS1.1", "TLS1.2"]}, 91.5, "B"),  # (90 + 100) / 2 = 95
        ({"protocols": ["TLS1.0"]}, 90, "C"),
        ({"forward_secrecy": False}, 93, "B"),
        ({"rc4": True, "forward_secrecy": False, "hsts_max_age": 365}, 93, "C"),
        ({"key_bits": 1024}, 90, "B"),
        ({"key_bits": 512, "cipher_bits": [56]}, 50, "C"),  # 30 + 12 + 8; the cap at B changes nothing
        ({"vulnerabilities": ["heartbleed"]}, 93, "F"),
        ({"protocols": ["SSL2", "SSL3", "TLS1.0"]}, 76.5, "F"),  # (0 + 90) / 2 = 45
        ({"protocols": ["SSL2"]}, 0, "F"),
        ({"key_bits": 0}, 0, "F"),
        ({"trusted": False}, 93, "T"),
        ({"trusted": False, "name_matches": False}, 93, "M"),
    ],
)
def test_ssl_letters(facts: Document, points: float, letter: str) -> None:
    result = score("ssl_server@1", {**GOOD, **facts})
    assert result["scorecards"]["rating"]["score"] == points
    assert result["measures"]["grade"]["band"] == letter


def test_cap_says_why_and_what_it_was_before() -> None:
    grade = score("ssl_server@1", {**GOOD, "rc4": True})["measures"]["grade"]
    assert (grade["computed_band"], grade["band"]) == ("A", "C")
    assert grade["reason"] == "RC4 with a modern protocol"
    zero = score("ssl_server@1", {**GOOD, "key_bits": 0})["scorecards"]["rating"]
    assert (zero["computed_score"], zero["score"]) == (66, 0)  # 30 + 0 + 36


def test_ssl_example_facts() -> None:
    found = {
        f["id"]: score("ssl_server@1", f)["measures"]["grade"]["band"] for f in example_facts("ssl_server")
    }
    assert found == {"modern": "A+", "keeps-old-browsers": "B", "self-signed": "T", "heartbleed": "F"}

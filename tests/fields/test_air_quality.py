"""The US Air Quality Index with the break-points of 2012/2015 and of 2024.

Sources: the worked example of EPA's technical assistance document (ozone 126, PM2.5 102, CO 90), the shape of the
example in 40 CFR 58 appendix G (PM10 and two ozone means of one site), break-points of both tables, and interpolations
done by hand.
"""

from __future__ import annotations

import pytest

from tests.fields.field_rulesets import Document, card, example_facts, score

WORKED_EXAMPLE = {"o3_8h": 0.07853333, "pm25_24h": 35.9, "co_8h": 8.4}
APPENDIX_G = {"pm10_24h": 210, "o3_1h": 0.156, "o3_8h": 0.130}


@pytest.mark.parametrize("version", ["1", "2"])
def test_worked_example_of_the_technical_assistance_document(version: str) -> None:
    result = score(f"air_quality@{version}", WORKED_EXAMPLE)
    outputs = result["outputs"]
    assert (outputs["ozone_index"], outputs["pm25_index"], outputs["co_index"]) == (126, 102, 90)
    assert card(f"air_quality@{version}", WORKED_EXAMPLE, "aqi") == (126, "sensitive")
    assert outputs["responsible_pollutant"] == "ozone"
    assert outputs["no2_index"] is None


def test_three_values_of_one_site() -> None:
    # PM10: 101 + 49/99 × 55 = 128.2; ozone, 1 hour: 101 + 49/39 × 31 = 139.9; 8 hours: 201 + 99/94 × 24 = 226.3.
    result = score("air_quality@1", APPENDIX_G)
    points = {name: round(result["measures"][name]["points"]) for name in ("pm10", "ozone_peak", "ozone")}
    assert points == {"pm10": 128, "ozone_peak": 140, "ozone": 226}
    assert card("air_quality@1", APPENDIX_G, "aqi") == (226, "very_unhealthy")


EDGES = [
    # version, fact, concentration, index, category
    ("1", "pm25_24h", 0, 0, "good"),
    ("1", "pm25_24h", 12.0, 50, "good"),
    ("1", "pm25_24h", 12.09, 50, "good"),  # cut off to 12.0, never rounded to 12.1
    ("1", "pm25_24h", 12.1, 51, "moderate"),
    ("1", "pm25_24h", 35.4, 100, "moderate"),
    ("1", "pm25_24h", 35.5, 101, "sensitive"),
    ("1", "pm25_24h", 150.4, 200, "unhealthy"),
    ("1", "pm25_24h", 250.4, 300, "very_unhealthy"),
    ("1", "pm25_24h", 350.4, 400, "hazardous"),
    ("1", "pm25_24h", 350.5, 401, "hazardous"),
    ("1", "pm25_24h", 500.4, 500, "hazardous"),
    ("1", "pm25_24h", 612, 500, "hazardous"),
    ("2", "pm25_24h", 9.0, 50, "good"),
    ("2", "pm25_24h", 9.1, 51, "moderate"),
    ("2", "pm25_24h", 12.0, 56, "moderate"),  # 51 + 49/26.3 × 2.9 = 56.4
    ("2", "pm25_24h", 35.4, 100, "moderate"),
    ("2", "pm25_24h", 125.4, 200, "unhealthy"),
    ("2", "pm25_24h", 125.5, 201, "very_unhealthy"),
    ("2", "pm25_24h", 225.5, 301, "hazardous"),
    ("2", "pm25_24h", 325.4, 500, "hazardous"),
    ("2", "pm25_24h", 425.3, 699, "hazardous"),  # as far again as from 225.5 to 325.4
    ("1", "pm10_24h", 54.9, 50, "good"),
    ("1", "pm10_24h", 154, 100, "moderate"),
    ("1", "o3_8h", 0.0549, 50, "good"),
    ("1", "o3_8h", 0.055, 51, "moderate"),
    ("1", "o3_8h", 0.07, 100, "moderate"),
    ("1", "o3_8h", 0.0709, 100, "moderate"),
    ("1", "o3_8h", 0.071, 101, "sensitive"),
    ("1", "co_8h", 4.4, 50, "good"),
    ("1", "co_8h", 9.4, 100, "moderate"),
    ("1", "so2_1h", 35.9, 50, "good"),
    ("1", "so2_1h", 304, 200, "unhealthy"),
    ("1", "no2_1h", 100, 100, "moderate"),
    ("1", "no2_1h", 649, 200, "unhealthy"),
    ("1", "no2_1h", 649.9, 200, "unhealthy"),
    ("2", "no2_1h", 2049, 500, "hazardous"),
]


@pytest.mark.parametrize(("version", "fact", "concentration", "index", "category"), EDGES)
def test_break_points(version: str, fact: str, concentration: float, index: int, category: str) -> None:
    assert card(f"air_quality@{version}", {fact: concentration}, "aqi") == (index, category)


def test_hour_of_sulphur_dioxide_ends_at_200_and_the_day_goes_on() -> None:
    assert card("air_quality@1", {"so2_1h": 900, "so2_24h": 304}, "aqi") == (200, "unhealthy")
    assert card("air_quality@1", {"so2_1h": 900, "so2_24h": 604}, "aqi") == (300, "very_unhealthy")


def test_ozone_above_the_table_of_8_hours_is_told_by_the_hour() -> None:
    facts: Document = {"o3_8h": 0.21, "o3_1h": 0.404}
    assert score("air_quality@1", facts)["measures"]["ozone"]["status"] == "not_applicable"
    assert card("air_quality@1", facts, "aqi") == (300, "very_unhealthy")


def test_lower_is_better_in_what_comes_next() -> None:
    found = score("air_quality@1", WORKED_EXAMPLE)["scorecards"]["aqi"]
    assert found["next_band"] == {"band": "moderate", "distance": 26}  # 126 down to 100


def test_nothing_measured_is_no_index_and_a_negative_value_neither() -> None:
    assert card("air_quality@1", {}, "aqi") == (None, None)
    assert score("air_quality@1", {"co_8h": -0.4})["measures"]["co"]["status"] == "invalid"


def test_example_facts_come_out_as_their_names_say() -> None:
    found = {facts["id"]: card("air_quality@2", facts, "aqi")[1] for facts in example_facts("air_quality")}
    assert found == {
        "worked-example": "sensitive",
        "clear-day": "good",
        "wildfire-smoke": "hazardous",
        "rush-hour": "moderate",
        "ozone-alert": "very_unhealthy",
    }

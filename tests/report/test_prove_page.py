"""The page of customer_health 2.0.0 carries the whole table of the scoring page that it comes from.

What is expected here is written by hand from that table: groups with their weights, measures with theirs, the
thresholds of each, where each applies, and what the text around the table says of age, absence, grace and override.
"""

from __future__ import annotations

import re

import pytest

from ruleengine import api
from tests.report.markup import ReadPage, markdown_tables
from tests.report.pages import ROOT, html_of, markdown_of

GROUPS = {
    "Product": "50%", "Risk": "25%", "Outcomes": "10%", "Voice of the customer": "5%", "Engagement": "10%",
}  # fmt: skip
#: Each measure: its group, its weight in the group, its share of the whole score.
MEASURES = {
    "License utilization": ("Product", "30%", "15%"),
    "User engagement": ("Product", "10%", "5%"),
    "SCM adoption": ("Product", "15%", "7.5%"),
    "CI adoption": ("Product", "15%", "7.5%"),
    "DevSecOps adoption": ("Product", "15%", "7.5%"),
    "CD adoption": ("Product", "15%", "7.5%"),
    "CSM sentiment": ("Risk", "100%", "25%"),
    "ROI success plan": ("Outcomes", "100%", "10%"),
    "Support issues": ("Voice of the customer", "100%", "5%"),
    "Emergency tickets": ("Voice of the customer", "0%", "0%"),
    "Meeting cadence": ("Engagement", "50%", "5%"),
    "Persona engagement": ("Engagement", "50%", "5%"),
}
THRESHOLDS = {
    # Recency: 35 and 60 days for priority 1, 65 and 90 for priority 2; the edges belong to the better colour.
    "Meeting cadence": [
        "priority is 1:", "green: at most 35 days", "yellow: above 35 and at most 60 days", "red: above 60 days",
        "priority is 2:", "green: at most 65 days", "yellow: above 65 and at most 90 days", "red: above 90 days",
    ],
    # 1 to 5, 5 to 15, more than 15 tickets a month.
    "Support issues": ["green: from 1 to 5", "yellow: from 6 to 15", "yellow: exactly 0", "red: above 15"],
    # One or more open: red. One or more closed in the last 7 days: yellow.
    "Emergency tickets": ["red: at least 1", "yellow: otherwise, when at least one of", "within the last 7 days"],
    # Both personas, one of the two, neither; in the last three months.
    "Persona engagement": ["green: dev and security", "yellow: otherwise, when dev or security", "red: otherwise"],
    # An active plan with objectives and strategy or highlights; a draft, or one without them; none.
    "ROI success plan": [
        "green: at least one of success plans where the status is “active” and the objectives are at least 1",
        "has strategy is yes or has highlights is yes",
        "yellow: otherwise, when at least one of success plans where the status is “draft” or (the status is “active”",
        "red: otherwise",
    ],
    # The manager's own judgement.
    "CSM sentiment": ["as given", "green, yellow or red"],
    # By tenure.
    "License utilization": [
        "tenure is below 2 months:", "not applicable (too early to tell)",
        "tenure is at least 2 and below 6 months:", "green: above 50%", "yellow: from 10% to 50%", "red: below 10%",
        "tenure is at least 6 and below 9 months:", "green: above 75%", "yellow: above 50% and at most 75%", "red: at most 50%",
        "tenure is at least 9 months:", "red: at most 75%",
    ],
    "User engagement": ["green: at least 80%", "yellow: at least 50% and below 80%", "red: below 50%"],
    # The use cases, each a scorecard of its own.
    "Users of git": ["green: above 33%", "yellow: above 10% and at most 33%", "red: at most 10%"],
    "Builds per user": ["green: above 40", "yellow: above 2 and at most 40", "red: at most 2"],
    "Users of security scanners": ["green: at least 20%", "yellow: above 5% and below 20%", "red: at most 5%"],
    "Scans per pipeline": ["green: above 0.5", "yellow: from 0.1 to 0.5", "red: below 0.1"],
    "Kinds of scanner in use": ["green: at least 3", "yellow: exactly 2", "red: at most 1"],
    "Users who deploy": ["green: above 12%", "yellow: from 5% to 12%", "red: below 5%"],
    "Deployments per user": ["green: above 7", "yellow: from 2 to 7", "red: below 2"],
    "Deployments that succeed": ["green: above 80%", "yellow: from 25% to 80%", "red: below 25%"],
}  # fmt: skip
SEGMENTS = {
    "License utilization": "all",
    "CSM sentiment": "all except tech touch",
    "ROI success plan": "all except scale and tech touch; only when priority is 1 or (account CSM owned is yes and open plan)",
    "Support issues": "all",
    "Emergency tickets": "all",
    "Meeting cadence": "all except scale and tech touch; only when priority is 1 or 2",
    "Persona engagement": "all except growth, scale and tech touch",
}
MEASURED = {
    "Meeting cadence": "Days since date of the last",
    "Persona engagement": "dev: at least one of recent where the external roles include “Dev Lead” | "
    "security: at least one of recent where the external roles include “Security Lead”",
}
AGE = {
    "License utilization": ["not used when older than 60 days"],
    "Users of git": ["not used when older than 60 days"],
    "CSM sentiment": ["stale when older than 90 days", "not used when older than 120 days"],
    "Support issues": ["not used when older than 30 days"],
    "Emergency tickets": ["not used when older than 30 days"],
}
COLUMNS = [
    "Group and measure", "Weight", "Share of score", "What is measured", "Thresholds", "Applies to", "Old or missing data",
]  # fmt: skip


def simple(cell: str) -> str:
    """A cell of Markdown as the words in it."""
    text = re.sub(r'<a id="[^"]+"></a>|[🟢🟡🔴🔵🟠]', "", cell).replace("<br>", " | ").replace("&nbsp;", " ")
    text = re.sub(r"\[([^\]]*)\]\(#[^)]*\)", r"\1", text)
    return " ".join(re.sub(r"\\(.)", r"\1", text.replace("**", "")).split())


def table_in(output: str) -> list[list[str]]:
    ruleset = api.load(ROOT / "rulesets/customer_health/2.0.0.rules", cache=False)
    if output == "html":
        return [[" ".join(cell.split()) for cell in row] for row in ReadPage(html_of(ruleset)).tables[0]]
    table = next(iter(markdown_tables(markdown_of(ruleset))))
    return [[simple(cell) for cell in row] for row in table]


@pytest.fixture(scope="module", params=["html", "markdown"])
def table(request: pytest.FixtureRequest) -> list[list[str]]:
    return table_in(request.param)


def row(table: list[list[str]], name: str) -> list[str]:
    (found,) = [each for each in table if each[0] == name]
    return found


def test_columns(table: list[list[str]]) -> None:
    assert table[0] == COLUMNS


def test_groups_and_their_weights(table: list[list[str]]) -> None:
    found = {each[0]: (each[1], each[2]) for each in table if each[0] in GROUPS}
    assert found == {name: (weight, weight) for name, weight in GROUPS.items()}
    assert [each[0] for each in table if each[0] in GROUPS] == list(GROUPS)


def test_measures_stand_in_their_group_with_weight_and_share(table: list[list[str]]) -> None:
    group, found = "", {}
    for name, weight, share, *_ in table[1:]:
        if name in GROUPS:
            group = name
        elif name in MEASURES:
            found[name] = (group, weight, share)
    assert found == MEASURES


@pytest.mark.parametrize("name", THRESHOLDS)
def test_thresholds(table: list[list[str]], name: str) -> None:
    said = row(table, name)[4]
    at = 0
    for expected in THRESHOLDS[name]:
        assert expected in said[at:], f"{expected} in {said[at:]}"
        at = said.index(expected, at) + len(expected)


@pytest.mark.parametrize("name", SEGMENTS)
def test_segments(table: list[list[str]], name: str) -> None:
    assert row(table, name)[5] == SEGMENTS[name]


@pytest.mark.parametrize("name", MEASURED)
def test_what_is_measured(table: list[list[str]], name: str) -> None:
    assert MEASURED[name] in row(table, name)[3]


@pytest.mark.parametrize("name", AGE)
def test_age_of_data(table: list[list[str]], name: str) -> None:
    for expected in AGE[name]:
        assert expected in row(table, name)[6]


def test_what_is_missing_gives_its_weight_to_the_others(table: list[list[str]]) -> None:
    assert [
        each[0]
        for each in table[1:]
        if each[0] in MEASURES and not each[6].endswith("its weight goes to the others")
    ] == []


def test_what_stands_beside_the_table() -> None:
    page = ReadPage(html_of(api.load(ROOT / "rulesets/customer_health/2.0.0.rules", cache=False)))
    assert "for the first 30 days from account customer since, only CSM sentiment counts" in page.text
    assert (
        "Always red when CSM sentiment is red (a red CSM sentiment turns the whole account red)" in page.text
    )
    bands = [each for each in page.tables if each[0] == ["Band", "Scores", "Points"]]
    assert [each[:2] for each in bands[0][1:]] == [
        ["green", "75 to 100"],
        ["yellow", "50 to below 75"],
        ["red", "0 to below 50"],
    ]

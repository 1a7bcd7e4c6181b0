"""The four published generations of use-case adoption: every edge, and what happens without figures."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rulesets.account_documents import Document, account, days_ago, instance, score

GENERATIONS = ("1.0.0", "2.0.0", "3.0.0", "4.0.0")
GREEN, YELLOW, RED = "green", "yellow", "red"


def measure(version: str, facts: Document, name: str) -> Document:
    result: Document = score("use_case_adoption", version, facts)["measures"][name]
    return result


def card(version: str, facts: Document, name: str) -> Document:
    result: Document = score("use_case_adoption", version, facts)["scorecards"][name]
    return result


# One row a measure and generation: the fact that varies over 1,000 users (licensed and billable), and the
# band just below, on and just above either edge.
SHARES = [
    # measure, fact, generations, (figure, band)…
    (
        "merge_request_users",
        "merge_request_users",
        "1",
        (199, RED),
        (200, YELLOW),
        (249, YELLOW),
        (250, GREEN),
    ),
    ("git_users", "git_users", "23", (249, RED), (250, YELLOW), (499, YELLOW), (500, GREEN)),
    ("git_users", "git_users", "4", (100, RED), (101, YELLOW), (330, YELLOW), (331, GREEN)),
    ("pipeline_users", "pipeline_users", "1", (199, RED), (200, YELLOW), (249, YELLOW), (250, GREEN)),
    ("pipeline_users", "pipeline_users", "23", (249, RED), (250, YELLOW), (499, YELLOW), (500, GREEN)),
    (
        "ci_deployments_per_user",
        "deployments",
        "23",
        (2999, RED),
        (3000, YELLOW),
        (7999, YELLOW),
        (8000, GREEN),
    ),
    ("ci_deploy_users", "deploy_users", "23", (49, RED), (50, YELLOW), (119, YELLOW), (120, GREEN)),
    ("builds_per_user", "builds", "4", (2000, RED), (2001, YELLOW), (40000, YELLOW), (40001, GREEN)),
    ("scanner_users", "scanner_users", "1", (149, RED), (150, YELLOW), (199, YELLOW), (200, GREEN)),
    ("scanner_users", "scanner_users", "234", (50, RED), (51, YELLOW), (199, YELLOW), (200, GREEN)),
    (
        "container_scanning_users",
        "container_scanning_users",
        "23",
        (30, RED),
        (31, YELLOW),
        (99, YELLOW),
        (100, GREEN),
    ),
    (
        "secret_detection_users",
        "secret_detection_users",
        "23",
        (60, RED),
        (61, YELLOW),
        (199, YELLOW),
        (200, GREEN),
    ),
    ("scans_per_pipeline", "scans", "4", (1999, RED), (2000, YELLOW), (10000, YELLOW), (10001, GREEN)),
    ("scanner_types", "scanner_types", "4", (1, RED), (2, YELLOW), (2, YELLOW), (3, GREEN)),
    ("cd_deploy_users", "deploy_users", "12", (49, RED), (50, YELLOW), (99, YELLOW), (100, GREEN)),
    ("cd_deploy_users", "deploy_users", "34", (49, RED), (50, YELLOW), (120, YELLOW), (121, GREEN)),
    (
        "cd_deployments_per_user",
        "deployments",
        "34",
        (1999, RED),
        (2000, YELLOW),
        (7000, YELLOW),
        (7001, GREEN),
    ),
    (
        "deployment_success_rate",
        "successful_deployments",
        "34",
        (1999, RED),
        (2000, YELLOW),
        (6400, YELLOW),
        (6401, GREEN),
    ),
]
EDGES = [
    pytest.param(f"{generation}.0.0", name, fact, figure, band, id=f"{name}-{generation}-{figure}")
    for name, fact, generations, *points in SHARES
    for generation in generations
    for figure, band in points
]


@pytest.mark.parametrize(("version", "name", "fact", "figure", "band"), EDGES)
def test_every_edge_falls_where_the_page_puts_it(
    version: str, name: str, fact: str, figure: int, band: str
) -> None:
    facts = account(instance(**{fact: figure}))
    assert measure(version, facts, name)["band"] == band


@pytest.mark.parametrize(
    ("version", "git_share"),
    [("2.0.0", 0.3), ("3.0.0", 0.3), ("4.0.0", 0.6)],
    ids=["second", "third", "fourth"],
)
def test_the_fourth_generation_divides_by_billable_users(version: str, git_share: float) -> None:
    facts = account(instance(git_users=300, billable_users=500))
    assert measure(version, facts, "git_users")["value"] == pytest.approx(git_share)


@pytest.mark.parametrize(
    ("changes", "points", "band"),
    [
        # yellow, green, yellow: (62.5 + 87.5 + 62.5) / 3
        ({"pipeline_users": 300, "deploy_users": 100}, 212.5 / 3, YELLOW),
        # red, green, green: (25 + 87.5 + 87.5) / 3
        ({"pipeline_users": 100}, 200 / 3, YELLOW),
        ({}, 87.5, GREEN),
        ({"pipeline_users": 100, "deploy_users": 10, "deployments": 500}, 25.0, RED),
    ],
    ids=["70.83", "66.67", "87.5", "25"],
)
def test_a_use_case_is_the_mean_of_its_measures(changes: dict[str, int], points: float, band: str) -> None:
    result = card("3.0.0", account(instance(**changes)), "ci_adoption")
    assert result["score"] == pytest.approx(points, abs=1e-9)
    assert result["band"] == band


def test_a_measure_that_is_missing_drops_out_of_the_mean() -> None:
    # pipeline users missing; deployments green, deploy users yellow: (87.5 + 62.5) / 2
    result = card("2.0.0", account(instance(pipeline_users=None, deploy_users=100)), "ci_adoption")
    assert result["score"] == pytest.approx(75.0)
    assert result["band"] == GREEN
    assert result["nodes"]["pipeline_users"]["status"] == "missing"
    assert result["nodes"]["pipeline_users"]["effective_weight"] == 0


@pytest.mark.parametrize(
    ("version", "status"),
    [("1.0.0", "not_applicable"), ("2.0.0", "scored"), ("3.0.0", "scored"), ("4.0.0", "not_applicable")],
)
def test_devsecops_on_premium(version: str, status: str) -> None:
    facts = account(instance(plan="premium"))
    assert card(version, facts, "devsecops_adoption")["status"] == status


@pytest.mark.parametrize("version", ["1.0.0", "4.0.0"])
def test_the_plan_is_that_of_the_scored_instance(version: str) -> None:
    """The subscription says Ultimate, the marked instance Premium."""
    marked = instance(plan="premium", health_measures="included", reported_at="2024-02-20T10:00:00Z")
    facts = account(marked, instance())
    assert card(version, facts, "devsecops_adoption")["status"] == "not_applicable"


@pytest.mark.parametrize("version", GENERATIONS)
@pytest.mark.parametrize(
    ("since", "status"),
    [("2024-02-02", "not_applicable"), ("2024-02-01", "scored"), ("2024-01-31", "scored")],
    ids=["28 days", "a month to the day", "30 days"],
)
def test_use_cases_count_from_one_month_on(version: str, since: str, status: str) -> None:
    cards = score("use_case_adoption", version, account(since=since))["scorecards"]
    assert {name: cards[name]["status"] for name in cards} == {
        "scm_adoption": status,
        "ci_adoption": status,
        "devsecops_adoption": status,
        "cd_adoption": status,
    }


@pytest.mark.parametrize("version", GENERATIONS)
@pytest.mark.parametrize(
    ("facts", "status"),
    [
        (account(usage=None), "missing"),
        (account(usage={"instances": []}), "missing"),
        (account(instance(type="staging")), "missing"),
        (account(instance(health_measures="opt_out"), instance(health_measures="opt_out")), "excluded"),
        (account(instance(reported_at=f"{days_ago(61)}T10:00:00Z")), "expired"),
        (account(account={"customer_since": None}), "missing"),
    ],
    ids=["no usage", "no instances", "staging only", "all opted out", "61 days old", "no start date"],
)
def test_without_usable_figures_nothing_is_scored_and_nothing_is_red(
    version: str, facts: Document, status: str
) -> None:
    cards = score("use_case_adoption", version, facts)["scorecards"]
    assert {each["status"] for each in cards.values()} == {status}
    assert {each["band"] for each in cards.values()} == {None}


def test_figures_sixty_days_old_still_count() -> None:
    facts = account(instance(reported_at=f"{days_ago(60)}T10:00:00Z"))
    assert card("4.0.0", facts, "scm_adoption")["band"] == GREEN


@pytest.mark.parametrize(
    ("version", "facts", "name"),
    [
        ("1.0.0", account(subscription={"licensed_users": 0}), "merge_request_users"),
        ("2.0.0", account(subscription={"licensed_users": 0}), "secret_detection_users"),
        ("3.0.0", account(subscription={"licensed_users": 0}), "cd_deployments_per_user"),
        ("4.0.0", account(instance(billable_users=0)), "git_users"),
        ("4.0.0", account(instance(pipelines=0, scans=0)), "scans_per_pipeline"),
    ],
)
def test_a_zero_denominator_is_invalid_and_never_red(version: str, facts: Document, name: str) -> None:
    result = measure(version, facts, name)
    assert result["status"] == "invalid"
    assert result["band"] is None


@pytest.mark.parametrize("version", ["3.0.0", "4.0.0"])
def test_without_a_completed_deployment_the_success_rate_is_missing(version: str) -> None:
    facts = account(instance(completed_deployments=0, successful_deployments=0))
    result = measure(version, facts, "deployment_success_rate")
    assert (result["status"], result["band"]) == ("missing", None)
    assert "no deployment was completed" in result["reason"]
    assert card(version, facts, "cd_adoption")["score"] == pytest.approx(87.5)


@pytest.mark.parametrize(
    ("instances", "git_users"),
    [
        ([{"git_users": 1, "reported_at": "2024-02-20T10:00:00Z"}, {"git_users": 2}], 2),
        (
            [
                {"git_users": 1, "reported_at": "2024-02-20T10:00:00Z", "health_measures": "included"},
                {"git_users": 2},
            ],
            1,
        ),
        (
            [
                {"git_users": 1, "reported_at": "2024-02-20T10:00:00Z"},
                {"git_users": 2, "health_measures": "opt_out"},
            ],
            1,
        ),
        ([{"git_users": 1}, {"git_users": 2, "type": "staging", "reported_at": "2024-02-29T10:00:00Z"}], 1),
        (
            [
                {"git_users": 1, "health_measures": "included", "reported_at": "2024-02-10T10:00:00Z"},
                {"git_users": 2, "health_measures": "included", "reported_at": "2024-02-11T10:00:00Z"},
                {"git_users": 3},
            ],
            2,
        ),
        ([{"git_users": 1}, {"git_users": 2, "health_measures": "included", "reported_at": None}], 1),
    ],
    ids=["newest", "marked", "newest opted out", "newest is staging", "two marked", "marked never reported"],
)
def test_which_instance_is_scored(instances: list[dict[str, Any]], git_users: int) -> None:
    facts = account(*(instance(**each) for each in instances))
    assert measure("4.0.0", facts, "git_users")["value"] == pytest.approx(git_users / 1000)


def test_several_marked_instances_are_a_problem() -> None:
    one, two = instance(health_measures="included"), instance(health_measures="included")
    problems = score("use_case_adoption", "4.0.0", account(one, two))["problems"]
    assert [each["message"] for each in problems] == ["several instances are marked for health measures"]
    assert score("use_case_adoption", "4.0.0", account(one, instance()))["problems"] == []

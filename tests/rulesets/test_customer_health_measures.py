"""The measures of customer health: every threshold, where each applies, and what it says without figures."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rulesets.account_documents import Document, account, days_ago, instance, score

GENERATIONS = ("0.9.0", "1.0.0", "2.0.0")
GREEN, YELLOW, RED = "green", "yellow", "red"


def health(facts: Document, version: str = "2.0.0") -> Document:
    result: Document = score("customer_health", version, facts)["scorecards"]["health"]
    return result


def measure(facts: Document, name: str, version: str = "2.0.0") -> Document:
    result: Document = score("customer_health", version, facts)["measures"][name]
    return result


def band(facts: Document, name: str, version: str = "2.0.0") -> Any:
    return measure(facts, name, version)["band"]


def level(service_level: str, **roots: Any) -> Document:
    return account(account={"service_level": service_level}, **roots)


LICENCES = [
    ("2024-01-02", 500, None),  # a month old
    ("2024-01-01", 99, RED),  # two months to the day
    ("2024-01-01", 100, YELLOW),
    ("2023-09-02", 500, YELLOW),  # five months
    ("2023-09-02", 501, GREEN),
    ("2023-09-01", 500, RED),  # six months to the day
    ("2023-09-01", 501, YELLOW),
    ("2023-06-02", 750, YELLOW),  # eight months
    ("2023-06-02", 751, GREEN),
    ("2023-06-01", 750, RED),  # nine months to the day
    ("2023-06-01", 751, GREEN),
    ("2019-01-01", 900, GREEN),
]


@pytest.mark.parametrize("version", GENERATIONS)
@pytest.mark.parametrize(("since", "billable", "expected"), LICENCES)
def test_license_utilization_by_age(version: str, since: str, billable: int, expected: str | None) -> None:
    facts = account(instance(billable_users=billable), since=since)
    result = measure(facts, "license_utilization", version)
    assert result["band"] == expected
    assert result["status"] == ("scored" if expected else "not_applicable")


@pytest.mark.parametrize(("active", "expected"), [(499, RED), (500, YELLOW), (799, YELLOW), (800, GREEN)])
def test_user_engagement(active: int, expected: str) -> None:
    assert band(account(instance(active_users_28d=active)), "user_engagement") == expected


def test_user_engagement_does_not_apply_to_saas_and_is_not_in_the_older_generations() -> None:
    facts = account(instance(deployment="saas"))
    assert measure(facts, "user_engagement")["status"] == "not_applicable"
    for version in ("0.9.0", "1.0.0"):
        assert "user_engagement" not in score("customer_health", version, facts)["measures"]


@pytest.mark.parametrize(
    ("version", "status"), [("0.9.0", "scored"), ("1.0.0", "scored"), ("2.0.0", "not_applicable")]
)
def test_devsecops_on_premium(version: str, status: str) -> None:
    card = health(account(instance(plan="premium")), version)
    assert card["nodes"]["product.devsecops_adoption"]["status"] == status


@pytest.mark.parametrize(
    ("version", "changes", "path", "points"),
    [
        # the same share of git users: 40% is yellow up to the third generation and green in the fourth
        ("0.9.0", {"git_users": 400}, "product.scm_adoption", 62.5),
        ("1.0.0", {"git_users": 400}, "product.scm_adoption", 62.5),
        ("2.0.0", {"git_users": 400}, "product.scm_adoption", 87.5),
        # CD has one measure in the second generation and three from the third on
        ("0.9.0", {"successful_deployments": 100}, "product.cd_adoption", 87.5),
        ("1.0.0", {"successful_deployments": 100}, "product.cd_adoption", 200 / 3),
        ("2.0.0", {"successful_deployments": 100}, "product.cd_adoption", 200 / 3),
    ],
)
def test_each_generation_uses_its_own_use_cases(
    version: str, changes: dict[str, int], path: str, points: float
) -> None:
    assert health(account(instance(**changes)), version)["nodes"][path]["score"] == pytest.approx(
        points, abs=1e-9
    )


ACTIVE = {"status": "active", "objectives": 1, "has_strategy": False, "has_highlights": False}
DRAFT = {"status": "draft", "objectives": 0, "has_strategy": False, "has_highlights": False}
CLOSED = {"status": "closed", "objectives": 3, "has_strategy": True, "has_highlights": True}


@pytest.mark.parametrize(
    ("plans", "expected"),
    [
        ([{**ACTIVE, "has_strategy": True}], GREEN),
        ([{**ACTIVE, "has_highlights": True}], GREEN),
        ([CLOSED, {**ACTIVE, "has_highlights": True}], GREEN),
        ([ACTIVE], YELLOW),
        ([DRAFT], YELLOW),
        ([{**ACTIVE, "objectives": 0, "has_strategy": True}], RED),
        ([CLOSED], RED),
        ([], RED),
        (None, None),
    ],
    ids=[
        "strategy",
        "highlights",
        "second plan",
        "neither",
        "draft",
        "no objectives",
        "closed",
        "none",
        "unknown",
    ],
)
def test_roi(plans: list[Document] | None, expected: str | None) -> None:
    result = measure(account(success_plans=plans), "roi")
    assert result["band"] == expected
    assert result["status"] == ("scored" if expected else "missing")


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        (account(account={"csm_priority": 2}, success_plans=[ACTIVE]), "scored"),
        (account(account={"csm_priority": None}, success_plans=[DRAFT]), "scored"),
        (account(account={"csm_priority": 2}, success_plans=[CLOSED]), "not_applicable"),
        (account(account={"csm_priority": 2, "csm_owned": False}), "not_applicable"),
        (account(account={"csm_priority": 1, "csm_owned": False}, success_plans=[]), "scored"),
        (account(account={"csm_priority": 2}, success_plans=None), "missing"),
        (level("growth"), "scored"),
        (level("scale"), "not_applicable"),
        (level("tech_touch"), "not_applicable"),
    ],
)
def test_where_roi_applies(facts: Document, status: str) -> None:
    assert measure(facts, "roi")["status"] == status


def with_support(**figures: Any) -> Document:
    return account(support={**account()["support"], **figures})


@pytest.mark.parametrize(
    ("tickets", "expected"),
    [(0, YELLOW), (1, GREEN), (5, GREEN), (6, YELLOW), (15, YELLOW), (16, RED)],
)
def test_support_issues(tickets: int, expected: str) -> None:
    assert band(with_support(tickets_last_month=tickets), "support_issues") == expected


@pytest.mark.parametrize(
    ("opened", "closed", "expected"),
    [(1, [], RED), (2, [3], RED), (0, [7], YELLOW), (0, [90, 0], YELLOW), (0, [8], GREEN), (0, [], GREEN)],
)
def test_emergency_tickets_look_back_seven_days(opened: int, closed: list[int], expected: str) -> None:
    facts = with_support(
        open_emergency_tickets=opened, emergency_tickets_closed_at=[days_ago(each) for each in closed]
    )
    assert band(facts, "emergency_tickets") == expected


def test_emergency_tickets_are_shown_and_weigh_nothing() -> None:
    card = health(with_support(open_emergency_tickets=4))
    assert card["nodes"]["voice.emergency_tickets"]["band"] == RED
    assert card["score"] == pytest.approx(87.5)


def test_emergencies_closed_on_unknown_days_are_missing_and_not_green() -> None:
    facts = account()
    del facts["support"]["emergency_tickets_closed_at"]
    assert measure(facts, "emergency_tickets")["status"] == "missing"


CADENCE = [
    (1, 35, GREEN),
    (1, 36, YELLOW),
    (1, 60, YELLOW),
    (1, 61, RED),
    (2, 65, GREEN),
    (2, 66, YELLOW),
    (2, 90, YELLOW),
    (2, 91, RED),
]


@pytest.mark.parametrize("version", GENERATIONS)
@pytest.mark.parametrize(("priority", "age", "expected"), CADENCE)
def test_meeting_cadence(version: str, priority: int, age: int, expected: str) -> None:
    facts = account(
        account={"csm_priority": priority},
        engagement={"meetings": [{"date": days_ago(200)}, {"date": days_ago(age)}, {"date": days_ago(-5)}]},
    )
    assert band(facts, "meeting_cadence", version) == expected


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        (account(account={"csm_priority": 3}), "not_applicable"),
        (account(account={"csm_priority": None}), "not_applicable"),
        (account(engagement={"meetings": []}), "missing"),
        (account(engagement=None), "missing"),
        (level("growth"), "scored"),
        (level("scale"), "not_applicable"),
        (level("tech_touch"), "not_applicable"),
    ],
)
def test_where_meeting_cadence_applies(facts: Document, status: str) -> None:
    assert measure(facts, "meeting_cadence")["status"] == status


def entry(date: str, *roles: str) -> Document:
    return {"date": date, "external_roles": list(roles)}


@pytest.mark.parametrize(
    ("timeline", "expected"),
    [
        ([entry("2024-02-01", "Dev Lead", "Security Lead")], GREEN),
        ([entry("2024-02-01", "Dev Lead"), entry("2024-01-09", "Security Lead", "CTO")], GREEN),
        ([entry("2023-12-01", "Security Lead"), entry("2023-11-30", "Dev Lead")], YELLOW),
        ([entry("2024-02-01", "Dev Lead")], YELLOW),
        ([entry("2024-02-01", "Procurement")], RED),
        ([], RED),
        (None, None),
    ],
    ids=["both", "two entries", "three months", "one", "neither", "no entries", "unknown"],
)
def test_persona_engagement(timeline: list[Document] | None, expected: str | None) -> None:
    assert band(account(timeline=timeline), "persona_engagement") == expected


@pytest.mark.parametrize("service_level", ["growth", "scale", "tech_touch"])
def test_persona_engagement_is_for_high_touch(service_level: str) -> None:
    assert measure(level(service_level), "persona_engagement")["status"] == "not_applicable"


def test_sentiment_does_not_apply_to_tech_touch_not_even_to_override() -> None:
    card = health(level("tech_touch", sentiment={"rating": RED, "updated_at": days_ago(1)}))
    assert card["nodes"]["risk.csm_sentiment"]["status"] == "not_applicable"
    assert (card["band"], card["override"]) == (GREEN, None)


def test_a_sentiment_that_is_no_colour_is_invalid() -> None:
    assert measure(account(sentiment={"rating": "orange", "updated_at": days_ago(1)}), "csm_sentiment")[
        "status"
    ] == ("invalid")


def test_a_wrong_type_spoils_one_measure_and_is_reported() -> None:
    result = score("customer_health", "2.0.0", with_support(tickets_last_month="three"))
    assert result["measures"]["support_issues"]["status"] == "invalid"
    assert result["measures"]["emergency_tickets"]["status"] == "scored"
    assert [each["pointer"] for each in result["problems"]] == ["/support/tickets_last_month"]

"""The three published generations of customer health: golden weights, every threshold, every status."""

from __future__ import annotations

from typing import Any

import pytest
from account_documents import Document, account, days_ago, instance, score

GENERATIONS = ("0.9.0", "1.0.0", "2.0.0")
GREEN, YELLOW, RED = "green", "yellow", "red"
USE_CASES = ("scm_adoption", "ci_adoption", "devsecops_adoption", "cd_adoption")


def health(facts: Document, version: str = "2.0.0") -> Document:
    result: Document = score("customer_health", version, facts)["scorecards"]["health"]
    return result


def measure(facts: Document, name: str, version: str = "2.0.0") -> Document:
    result: Document = score("customer_health", version, facts)["measures"][name]
    return result


def band(facts: Document, name: str, version: str = "2.0.0") -> Any:
    return measure(facts, name, version)["band"]


def leaf_weights(card: Document) -> dict[str, float]:
    """Effective weights of the members that are directly in a group, in percent, without zeros."""
    return {
        path.partition(".")[2]: 100 * node["effective_weight"]
        for path, node in card["nodes"].items()
        if path.count(".") == 1 and node["effective_weight"]
    }


def group_weights(card: Document) -> dict[str, float]:
    return {
        path: 100 * node["effective_weight"]
        for path, node in card["nodes"].items()
        if "." not in path and node["effective_weight"]
    }


def level(service_level: str, **roots: Any) -> Document:
    return account(account={"service_level": service_level}, **roots)


NO_CD = instance(deploy_users=None, deployments=None, completed_deployments=None, successful_deployments=None)
#: Nothing at all is known about usage.
NO_PRODUCT = account(usage=None)

OTHERS = {"csm_sentiment": 25, "roi": 10, "support_issues": 5, "meeting_cadence": 5, "persona_engagement": 5}
GOLDEN = {
    "all present": (
        "2.0.0",
        account(),
        {"license_utilization": 15, "user_engagement": 5, **dict.fromkeys(USE_CASES, 7.5), **OTHERS},
    ),
    "CD missing": (
        "2.0.0",
        account(NO_CD),
        # 50% × 30/85, 10/85, 15/85
        {
            "license_utilization": 17.647058823529,
            "user_engagement": 5.882352941176,
            **dict.fromkeys(USE_CASES[:3], 8.823529411765),
            **OTHERS,
        },
    ),
    "DevSecOps not applicable": (
        "2.0.0",
        account(instance(plan="premium")),
        {
            "license_utilization": 17.647058823529,
            "user_engagement": 5.882352941176,
            "scm_adoption": 8.823529411765,
            "ci_adoption": 8.823529411765,
            "cd_adoption": 8.823529411765,
            **OTHERS,
        },
    ),
    "no product data": (
        "2.0.0",
        NO_PRODUCT,
        {
            "csm_sentiment": 50,
            "roi": 20,
            "support_issues": 10,
            "meeting_cadence": 10,
            "persona_engagement": 10,
        },
    ),
    "growth": (
        "2.0.0",
        level("growth"),
        {
            "license_utilization": 15,
            "user_engagement": 5,
            **dict.fromkeys(USE_CASES, 7.5),
            "csm_sentiment": 25,
            "roi": 10,
            "support_issues": 5,
            "meeting_cadence": 10,
        },
    ),
    "before day 30": ("2.0.0", account(since=days_ago(29)), {"csm_sentiment": 100}),
    "1.0.0, all present": (
        "1.0.0",
        account(),
        {
            "license_utilization": 20,
            **dict.fromkeys(USE_CASES, 7.5),
            "roi": 20,
            "support_issues": 10,
            "meeting_cadence": 10,
            "persona_engagement": 10,
        },
    ),
    "1.0.0, Premium": (
        "1.0.0",
        account(instance(plan="premium")),
        {
            "license_utilization": 20,
            **dict.fromkeys(USE_CASES, 7.5),
            "roi": 20,
            "support_issues": 10,
            "meeting_cadence": 10,
            "persona_engagement": 10,
        },
    ),
    "1.0.0, no product data": (
        "1.0.0",
        NO_PRODUCT,
        {
            "csm_sentiment": 50,
            "roi": 20,
            "support_issues": 10,
            "meeting_cadence": 10,
            "persona_engagement": 10,
        },
    ),
    "1.0.0, before day 30": ("1.0.0", account(since=days_ago(29)), {"csm_sentiment": 100}),
    "0.9.0, all present": (
        "0.9.0",
        account(),
        {
            "license_utilization": 10,
            **dict.fromkeys(USE_CASES, 3.75),
            "csm_sentiment": 50,
            "roi": 10,
            "support_issues": 5,
            "meeting_cadence": 5,
            "persona_engagement": 5,
        },
    ),
    "0.9.0, no product data": (
        "0.9.0",
        NO_PRODUCT,
        # 50, 10, 5, 5, 5 of the 75 that are left
        {
            "csm_sentiment": 66.666666666667,
            "roi": 13.333333333333,
            "support_issues": 6.666666666667,
            "meeting_cadence": 6.666666666667,
            "persona_engagement": 6.666666666667,
        },
    ),
}


@pytest.mark.parametrize(("version", "facts", "expected"), GOLDEN.values(), ids=GOLDEN.keys())
def test_golden_effective_weights(version: str, facts: Document, expected: dict[str, float]) -> None:
    weights = leaf_weights(health(facts, version))
    assert weights == pytest.approx(expected, abs=1e-7)
    assert sum(weights.values()) == pytest.approx(100)


@pytest.mark.parametrize(
    ("service_level", "expected"),
    [
        ("scale", {"product": 62.5, "risk": 31.25, "voice": 6.25}),
        ("tech_touch", {"product": 90.909090909091, "voice": 9.090909090909}),
    ],
)
def test_golden_group_weights(service_level: str, expected: dict[str, float]) -> None:
    assert group_weights(health(level(service_level))) == pytest.approx(expected, abs=1e-7)


# ── The score ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("version", GENERATIONS)
def test_everything_green_is_the_middle_of_green(version: str) -> None:
    card = health(account(), version)
    assert (card["score"], card["band"], card["coverage"]) == (pytest.approx(87.5), GREEN, pytest.approx(1.0))


def test_a_use_case_contributes_its_mean_and_not_the_points_of_its_band() -> None:
    # DevSecOps: scanner users green, scans and types yellow: (87.5 + 62.5 + 62.5) / 3, of which 7.5% count
    node = health(account(instance(scans=8000, scanner_types=2)))["nodes"]["product.devsecops_adoption"]
    assert node["score"] == pytest.approx(70.8333333333, abs=1e-9)
    assert node["band"] == YELLOW
    assert node["contribution"] == pytest.approx(5.3125)


def test_a_worked_score() -> None:
    # cadence yellow (5%), license red (15%): 87.5 − 0.05 × 25 − 0.15 × 62.5
    facts = account(instance(billable_users=750), engagement={"meetings": [{"date": days_ago(40)}]})
    card = health(facts)
    assert card["score"] == pytest.approx(76.875)
    assert card["band"] == GREEN
    assert sum(card["nodes"][name]["contribution"] for name in group_weights(card)) == pytest.approx(76.875)


@pytest.mark.parametrize(
    ("version", "computed", "computed_band"),
    [
        ("0.9.0", 56.25, YELLOW),  # half of 87.5 and half of 25
        ("1.0.0", 87.5, GREEN),  # the sentiment weighs nothing while there is product data
        ("2.0.0", 71.875, YELLOW),  # a quarter of 25, the rest 87.5
    ],
)
def test_a_red_sentiment_turns_the_account_red_and_hides_nothing(
    version: str, computed: float, computed_band: str
) -> None:
    card = health(account(sentiment={"rating": RED, "updated_at": days_ago(3)}), version)
    assert card["band"] == RED
    assert card["override"]["band"] == RED
    assert card["override"]["reason"] == "a red CSM sentiment turns the whole account red"
    assert (card["score"], card["computed_score"]) == (pytest.approx(computed), pytest.approx(computed))
    assert card["computed_band"] == computed_band


@pytest.mark.parametrize("rating", [YELLOW, GREEN])
def test_without_a_red_sentiment_there_is_no_override(rating: str) -> None:
    assert health(account(sentiment={"rating": rating, "updated_at": days_ago(3)}))["override"] is None


def test_the_override_acts_in_grace_and_while_stale_but_not_once_expired() -> None:
    assert (
        health(account(since=days_ago(4), sentiment={"rating": RED, "updated_at": days_ago(1)}))["band"]
        == RED
    )
    assert health(account(sentiment={"rating": RED, "updated_at": days_ago(120)}))["band"] == RED
    assert health(account(sentiment={"rating": RED, "updated_at": days_ago(121)}))["band"] == GREEN


@pytest.mark.parametrize("version", GENERATIONS)
def test_an_account_of_which_nothing_is_known_has_no_score(version: str) -> None:
    card = health({"id": "unknown", "account": {"service_level": "high_touch"}}, version)
    assert (card["score"], card["band"]) == (None, None)


@pytest.mark.parametrize("version", GENERATIONS)
def test_missing_product_data_is_not_red(version: str) -> None:
    card = health(NO_PRODUCT, version)
    assert card["nodes"]["product"]["status"] == "missing"
    assert card["nodes"]["product"]["band"] is None
    assert card["band"] == GREEN


@pytest.mark.parametrize("version", GENERATIONS)
def test_zero_denominators_are_never_red(version: str) -> None:
    facts = account(instance(billable_users=0, pipelines=0), subscription={"licensed_users": 0})
    result = score("customer_health", version, facts)
    assert result["measures"]["license_utilization"]["status"] == "invalid"
    product = result["scorecards"]["health"]["nodes"]["product"]
    assert product["band"] != RED
    assert result["scorecards"]["health"]["band"] == GREEN


def test_opted_out_instances_are_excluded_and_do_not_lower_coverage() -> None:
    card = health(account(instance(health_measures="opt_out")))
    assert card["nodes"]["product"]["status"] == "excluded"
    assert card["coverage"] == pytest.approx(1.0)


def test_several_marked_instances_are_a_problem() -> None:
    facts = account(instance(health_measures="included"), instance(health_measures="included"))
    problems = score("customer_health", "2.0.0", facts)["problems"]
    assert [each["message"] for each in problems] == ["several instances are marked for health measures"]


# ── Grace and freshness ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("version", GENERATIONS)
def test_grace_covers_the_first_thirty_days(version: str) -> None:
    inside = health(account(since=days_ago(29)), version)["nodes"]
    after = health(account(since=days_ago(30)), version)["nodes"]
    assert inside["voice.support_issues"]["status"] == "grace"
    assert inside["risk.csm_sentiment"]["status"] == "scored"
    assert after["voice.support_issues"]["status"] == "scored"
    assert after["product.license_utilization"]["status"] == "not_applicable"


@pytest.mark.parametrize(
    ("age", "status"),
    [(90, "scored"), (91, "stale"), (120, "stale"), (121, "expired")],
)
def test_sentiment_goes_stale_and_expires(age: int, status: str) -> None:
    facts = account(sentiment={"rating": YELLOW, "updated_at": days_ago(age)})
    assert measure(facts, "csm_sentiment")["status"] == status


@pytest.mark.parametrize(("age", "status"), [(30, "scored"), (31, "expired")])
@pytest.mark.parametrize("name", ["support_issues", "emergency_tickets"])
def test_support_expires(name: str, age: int, status: str) -> None:
    support = {**account()["support"], "updated_at": days_ago(age)}
    assert measure(account(support=support), name)["status"] == status


@pytest.mark.parametrize(("age", "status"), [(60, "scored"), (61, "expired")])
@pytest.mark.parametrize("name", ["license_utilization", "user_engagement"])
def test_product_data_expires(name: str, age: int, status: str) -> None:
    facts = account(instance(reported_at=f"{days_ago(age)}T23:59:00Z"))
    assert measure(facts, name)["status"] == status


# ── Measures ────────────────────────────────────────────────────────────────────────────────────────────────

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

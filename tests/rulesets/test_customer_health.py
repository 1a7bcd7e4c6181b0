"""The three generations of customer health: golden weights, the score, override, grace, freshness."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rulesets.account_documents import Document, account, days_ago, instance, score

GENERATIONS = ("0.9.0", "1.0.0", "2.0.0")
GREEN, YELLOW, RED = "green", "yellow", "red"
USE_CASES = ("scm_adoption", "ci_adoption", "devsecops_adoption", "cd_adoption")


def health(facts: Document, version: str = "2.0.0") -> Document:
    result: Document = score("customer_health", version, facts)["scorecards"]["health"]
    return result


def measure(facts: Document, name: str, version: str = "2.0.0") -> Document:
    result: Document = score("customer_health", version, facts)["measures"][name]
    return result


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

"""Account documents for the tests of the published rulesets.

In: changes to one complete account. Out: fact documents as JSON would give them. Guaranteed: without changes
every measure of every generation is there and green on `AS_OF`; every call gives a document of its own.
"""

from __future__ import annotations

import datetime
from functools import cache
from pathlib import Path
from typing import Any

import ruleengine

ROOT = Path(__file__).resolve().parents[2]
AS_OF = datetime.date(2024, 3, 1)
Document = dict[str, Any]


def days_ago(days: int) -> str:
    """The date `days` before `AS_OF`, as facts write it."""
    return (AS_OF - datetime.timedelta(days=days)).isoformat()


def instance(**figures: Any) -> Document:
    """A production instance with a thousand users, green in all generations; a None is left out."""
    complete = {
        "type": "production",
        "reported_at": "2024-02-28T10:00:00Z",
        "plan": "ultimate",
        "deployment": "self_managed",
        "billable_users": 1000,
        "active_users_28d": 900,
        "git_users": 600,
        "merge_request_users": 300,
        "pipeline_users": 550,
        "pipelines": 20000,
        "builds": 50000,
        "deploy_users": 140,
        "deployments": 9000,
        "completed_deployments": 8000,
        "successful_deployments": 7200,
        "scanner_users": 250,
        "container_scanning_users": 120,
        "secret_detection_users": 230,
        "scans": 12000,
        "scanner_types": 4,
    }
    return {name: figure for name, figure in {**complete, **figures}.items() if figure is not None}


def account(*instances: Document, since: str = "2021-05-17", **roots: Any) -> Document:
    """A complete high-touch account of priority 1, licensed for a thousand users.

    `roots` replace whole parts of the document; None takes one away. `account` is merged.
    """
    complete: Document = {
        "id": "complete",
        "account": {
            "service_level": "high_touch",
            "customer_since": since,
            "csm_priority": 1,
            "csm_owned": True,
        },
        "subscription": {"licensed_users": 1000, "plan": "ultimate"},
        "usage": {"instances": list(instances) or [instance()]},
        "sentiment": {"rating": "green", "updated_at": days_ago(10)},
        "support": {
            "tickets_last_month": 3,
            "open_emergency_tickets": 0,
            "emergency_tickets_closed_at": [],
            "updated_at": days_ago(3),
        },
        "engagement": {"meetings": [{"date": days_ago(12)}]},
        "timeline": [{"date": days_ago(12), "external_roles": ["Dev Lead", "Security Lead"]}],
        "success_plans": [
            {"status": "active", "objectives": 2, "has_strategy": True, "has_highlights": False}
        ],
    }
    merged = {**complete, **roots, "account": {**complete["account"], **roots.get("account", {})}}
    return {name: facts for name, facts in merged.items() if facts is not None}


@cache
def ruleset(name: str, version: str) -> ruleengine.Ruleset:
    """One of the rulesets in this repository."""
    return ruleengine.load(f"{name}@{version}", rulesets=ROOT / "rulesets", schemas=ROOT / "schemas")


def score(name: str, version: str, facts: Document) -> Document:
    """The result of one account on `AS_OF`, as the command line prints it."""
    result: Document = ruleset(name, version).score_dict(facts, AS_OF)
    return result

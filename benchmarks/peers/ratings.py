"""The workload's twelve ratings in a neutral form, for engines that know nothing of ages, segments or missing values.

What these engines cannot say is worked out before they are timed, in their favour: dates become ages in days, whole
months of tenure are counted, and the roles of the timeline entries that lie within three months are gathered. Left out
altogether: reasons, freshness flags, grace, weights, redistribution, the override, and the explanation.

A test is a tuple: an operator and its operands; a text is a field, a number or a quoted text a constant.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from benchmarks.workload.accounts import AS_OF

Test = Any
Rows = list[tuple[Test, str | None]]

_PATHS = {
    "level": ("account", "service_level"), "priority": ("account", "csm_priority"), "owned": ("account", "csm_owned"),
    "plan": ("subscription", "plan"), "licensed": ("subscription", "licensed_users"),
    "deployment": ("usage", "deployment"),
    "billable": ("usage", "billable_users"), "active": ("usage", "active_users"), "git": ("usage", "git_users"),
    "builds": ("usage", "builds"), "scanners": ("usage", "scanner_users"), "deployers": ("usage", "deploy_users"),
    "rating": ("sentiment", "rating"), "tickets": ("support", "tickets_last_month"),
    "emergencies": ("support", "open_emergency_tickets"), "state": ("success_plan", "status"),
    "objectives": ("success_plan", "objectives"), "strategy": ("success_plan", "has_strategy"),
    "highlights": ("success_plan", "has_highlights"),
}  # fmt: skip
_AGES = {
    "age": ("account", "customer_since"), "reported": ("usage", "reported_at"), "judged": ("sentiment", "updated_at"),
    "supported": ("support", "updated_at"), "closed": ("support", "emergency_closed_at"),
    "met": ("engagement", "last_meeting"),
}  # fmt: skip
#: The fields that every flat document has.
FIELDS = (*_PATHS, *_AGES, "tenure", "roles")


def flat(document: dict[str, Any]) -> dict[str, Any]:
    """A document as the other engines get it: every field there, absent ones null, dates as ages."""
    found = {name: document.get(block, {}).get(field) for name, (block, field) in _PATHS.items()}
    for name, (block, field) in _AGES.items():
        text = document.get(block, {}).get(field)
        found[name] = None if text is None else (AS_OF - date.fromisoformat(text)).days
    if found["priority"] is None:
        found["priority"] = 3
    text = document["account"].get("customer_since")
    found["tenure"] = None
    if text is not None:
        since = date.fromisoformat(text)
        found["tenure"] = (AS_OF.year - since.year) * 12 + AS_OF.month - since.month - (AS_OF.day < since.day)
    entries = document.get("timeline")
    first = date(2023, 12, 1).isoformat()
    found["roles"] = None
    if entries is not None:
        found["roles"] = [
            role for entry in entries if entry["date"] >= first for role in entry["external_roles"]
        ]
    return found


def text(value: str) -> tuple[str, str]:
    """A constant text."""
    return ("text", value)


def _absent(*fields: str) -> list[Test]:
    return [("null", field) for field in fields]


def _share(field: str, low: Test, high: Test, *conditions: Test) -> Rows:
    return [
        (("or", *_absent(field, "billable", "reported"), *conditions), None),
        ((">", "reported", 60), None),
        (low, "red"),
        (high, "yellow"),
        (None, "green"),
    ]


def _of_users(field: str) -> Test:
    return ("/", field, "billable")


_SEATS = ("/", "billable", "licensed")
_YOUNG = (("null", "tenure"), ("<", "tenure", 1))
_SMALL = (("=", "level", text("scale")), ("=", "level", text("tech_touch")))

RATINGS: dict[str, Rows] = {
    "license_utilization": [
        (("or", *_absent("billable", "licensed", "reported", "tenure")), None),
        (("or", (">", "reported", 60), ("<", "tenure", 2)), None),
        (("and", ("<", "tenure", 6), ("<", _SEATS, 0.0999999999)), "red"),
        (("and", ("<", "tenure", 6), ("<=", _SEATS, 0.5000000001)), "yellow"),
        (("<", "tenure", 6), "green"),
        (("and", ("<", "tenure", 9), ("<=", _SEATS, 0.5000000001)), "red"),
        (("and", ("<", "tenure", 9), ("<=", _SEATS, 0.7500000001)), "yellow"),
        (("<", "tenure", 9), "green"),
        (("<=", _SEATS, 0.7500000001), "red"),
        (None, "green"),
    ],
    "user_engagement": _share(
        "active", ("<", _of_users("active"), 0.4999999999), ("<", _of_users("active"), 0.7999999999),
        ("null", "deployment"), ("!=", "deployment", text("self_managed")),
    ),
    "scm_adoption": _share(
        "git", ("<=", _of_users("git"), 0.1000000001), ("<=", _of_users("git"), 0.3300000001), *_YOUNG
    ),
    "ci_adoption": _share(
        "builds", ("<=", _of_users("builds"), 2.0000000001), ("<=", _of_users("builds"), 40.0000000001), *_YOUNG
    ),
    "devsecops_adoption": _share(
        "scanners", ("<=", _of_users("scanners"), 0.0500000001), ("<", _of_users("scanners"), 0.1999999999),
        *_YOUNG, ("null", "plan"), ("!=", "plan", text("ultimate")),
    ),
    "cd_adoption": _share(
        "deployers", ("<", _of_users("deployers"), 0.0499999999), ("<=", _of_users("deployers"), 0.1200000001), *_YOUNG
    ),
    "csm_sentiment": [
        (("or", ("=", "level", text("tech_touch")), *_absent("rating", "judged")), None),
        ((">", "judged", 120), None),
        (("=", "rating", text("red")), "red"),
        (("=", "rating", text("yellow")), "yellow"),
        (None, "green"),
    ],
    "roi": [
        (("or", *_SMALL, ("null", "state")), None),
        (("and", ("!=", "priority", 1), ("or", ("null", "owned"), ("=", "owned", False))), None),
        (("and", ("!=", "priority", 1), ("=", "state", text("closed"))), None),
        (("=", "state", text("closed")), "red"),
        (("=", "state", text("draft")), "yellow"),
        (("null", "objectives"), None),
        (("=", "objectives", 0), "red"),
        (("or", ("=", "strategy", True), ("=", "highlights", True)), "green"),
        (("or", ("null", "strategy"), ("null", "highlights")), None),
        (None, "yellow"),
    ],
    "support_issues": [
        (("or", *_absent("tickets", "supported")), None),
        ((">", "supported", 30), None),
        (("=", "tickets", 0), "yellow"),
        (("<=", "tickets", 5), "green"),
        (("<=", "tickets", 15), "yellow"),
        (None, "red"),
    ],
    "emergency_tickets": [
        (("or", *_absent("emergencies", "supported")), None),
        ((">", "supported", 30), None),
        ((">=", "emergencies", 1), "red"),
        (("null", "closed"), None),
        (("<=", "closed", 7), "yellow"),
        (None, "green"),
    ],
    "meeting_cadence": [
        (("or", *_SMALL, ("=", "priority", 3), ("null", "met")), None),
        (("and", ("=", "priority", 1), ("<=", "met", 35)), "green"),
        (("and", ("=", "priority", 1), ("<=", "met", 60)), "yellow"),
        (("=", "priority", 1), "red"),
        (("<=", "met", 65), "green"),
        (("<=", "met", 90), "yellow"),
        (None, "red"),
    ],
    "persona_engagement": [
        (("or", *_SMALL, ("=", "level", text("growth")), ("null", "roles")), None),
        (("and", ("in", text("Dev Lead"), "roles"), ("in", text("Security Lead"), "roles")), "green"),
        (("or", ("in", text("Dev Lead"), "roles"), ("in", text("Security Lead"), "roles")), "yellow"),
        (None, "red"),
    ],
}  # fmt: skip


def infix(test: Test, words: dict[str, str] | None = None) -> str:
    """A test in the infix notation that most engines share; `words` renames operators."""
    words = words or {}
    if isinstance(test, str):
        return test
    if not isinstance(test, tuple):
        return json.dumps(test)
    operator, *operands = test
    if operator == "text":
        return json.dumps(operands[0])
    written = [infix(operand, words) for operand in operands]
    if operator == "null":
        return f"({written[0]} == null)"
    if operator == "/" and "divide" in words:
        return words["divide"].format(*written)
    spelled = {"and": "&&", "or": "||", "=": "==", **words}.get(operator, operator)
    return "(" + f" {spelled} ".join(written) + ")"


def ternary(rows: Rows, words: dict[str, str] | None = None) -> str:
    """Rows as one conditional expression."""
    found = "null"
    for test, outcome in reversed(rows):
        value = json.dumps(outcome)
        found = value if test is None else f"({infix(test, words)} ? {value} : {found})"
    return found

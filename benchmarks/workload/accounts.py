"""Account documents of the workload: the same for the same seed, about 0.9 KB each, 15% of the optional values missing.

In: how many, and a seed. Out: dictionaries as JSON would give them. Guaranteed: every document fits the schema of the
workload, nothing lies after `AS_OF`, and every band, segment and status of the ruleset comes up.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

#: The day on which the accounts are scored.
AS_OF = date(2024, 3, 1)
#: The ruleset that scores them.
RULESET = Path(__file__).parent / "rulesets" / "workload" / "1.0.0.rules"
SEED = 20240301
MISSING = 0.15

_LEVELS = ("high_touch", "growth", "scale", "tech_touch")
_FIRST = (
    "Nordlicht",
    "Hartwell",
    "Blue Mesa",
    "Quintero",
    "Sakura",
    "Oakridge",
    "Fjordline",
    "Lumen",
    "Tarn",
    "Vega",
)
_SECOND = (
    "Shipping",
    "Assurance",
    "Robotics",
    "Foods",
    "Media",
    "Bank",
    "Energy",
    "Textiles",
    "Clinics",
    "Games",
)
_ROLES = (
    "Dev Lead",
    "Security Lead",
    "Platform Engineer",
    "Project Manager",
    "Executive Sponsor",
    "Administrator",
)
_SUBJECTS = (
    "cadence call",
    "quarterly business review",
    "security workshop",
    "roadmap session",
    "upgrade planning",
)


def accounts(number: int, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """Documents of `number` accounts."""
    source = random.Random(seed)
    for position in range(number):
        yield _account(source, position)


def lines(number: int, seed: int = SEED) -> Iterator[bytes]:
    """The same documents as lines of NDJSON."""
    for document in accounts(number, seed):
        yield json.dumps(document, separators=(",", ":")).encode() + b"\n"


def _account(source: random.Random, position: int) -> dict[str, Any]:
    licensed = source.randint(20, 2000)
    billable = int(licensed * source.uniform(0.05, 1.05)) + 1
    document: dict[str, Any] = {"id": f"account-{position:07d}", "account": _customer(source)}
    document["subscription"] = _some(
        source, plan=source.choice(("premium", "ultimate", "ultimate")), licensed_users=licensed
    )
    document["usage"] = _usage(source, billable)
    document["sentiment"] = _some(
        source, rating=source.choice(("green", "green", "yellow", "red")), updated_at=_day(source, 150)
    )
    document["support"] = _some(
        source,
        tickets_last_month=source.randint(0, 22),
        open_emergency_tickets=int(source.random() < 0.1),
        emergency_closed_at=_day(source, 60),
        updated_at=_day(source, 36),
    )
    if source.random() >= MISSING:
        document["success_plan"] = _plan(source)
    document["engagement"] = _some(
        source, last_meeting=_day(source, 120), champion="Robin Okafor", notes_by="the manager"
    )
    if source.random() >= MISSING:
        document["timeline"] = [_entry(source) for _ in range(source.choice((0, 1, 1, 2, 2, 3)))]
    return document


def _customer(source: random.Random) -> dict[str, Any]:
    age = source.randint(0, 90) if source.random() < 0.1 else source.randint(60, 1900)
    return {
        "name": f"{source.choice(_FIRST)} {source.choice(_SECOND)}",
        "crm_url": f"https://crm.example.com/accounts/{source.randint(10**8, 10**9)}",
        "service_level": source.choice(_LEVELS),
        **_some(
            source,
            customer_since=(AS_OF - timedelta(days=age)).isoformat(),
            csm_owned=source.random() < 0.7,
            csm_priority=source.choice((1, 1, 2, 2, 3)),
            region=source.choice(("US-WEST", "US-EAST", "EMEA", "APAC", "LATAM")),
            annual_recurring_revenue=source.randint(5, 2000) * 1000,
        ),
    }


def _usage(source: random.Random, billable: int) -> dict[str, Any]:
    return _some(
        source,
        reported_at=_day(source, 70),
        deployment=source.choice(("self_managed", "self_managed", "saas", "dedicated")),
        billable_users=billable,
        active_users=int(billable * source.uniform(0.3, 1.0)),
        git_users=int(billable * source.uniform(0.0, 0.8)),
        builds=int(billable * source.uniform(0.0, 80.0)),
        scanner_users=int(billable * source.uniform(0.0, 0.4)),
        deploy_users=int(billable * source.uniform(0.0, 0.25)),
    )


def _plan(source: random.Random) -> dict[str, Any]:
    return _some(
        source,
        status=source.choice(("draft", "active", "active", "active", "closed")),
        objectives=source.choice((0, 1, 2, 3, 4)),
        has_strategy=source.random() < 0.5,
        has_highlights=source.random() < 0.5,
    )


def _entry(source: random.Random) -> dict[str, Any]:
    return {
        "date": _day(source, 150),
        "subject": source.choice(_SUBJECTS),
        "external_roles": source.sample(_ROLES, source.randint(0, 3)),
    }


def _day(source: random.Random, days: int) -> str:
    """A day at most so long before the accounts are scored."""
    return (AS_OF - timedelta(days=source.randint(0, days))).isoformat()


def _some(source: random.Random, **values: Any) -> dict[str, Any]:
    """The values, without those that happen to be missing."""
    return {name: value for name, value in values.items() if source.random() >= MISSING}

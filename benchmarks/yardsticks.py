"""The workload written out by hand in plain Python: what an engine has to compete with.

In: an account document that fits the schema (nothing is checked) and the day. Out: `score` gives the final score and
band; `trace` gives them with what became of every measure. A missing value is None here; undecided conditions are
worked out case by case, as the ruleset means them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

_NOTHING: dict[str, Any] = {}
_POINTS = {"green": 87.5, "yellow": 62.5, "red": 25.0}
#: status, value, band and reason of a measure
_Found = tuple[str, Any, str | None, str | None]


def band_of(score: float) -> str:
    """The band that holds a score."""
    return "green" if score >= 74.9999999999 else "yellow" if score >= 49.9999999999 else "red"


# ── Score and band only ─────────────────────────────────────────────────────────────────────────────────────────────


def score(facts: dict[str, Any], as_of: date) -> tuple[float | None, str | None]:
    """Final score and band of an account, and nothing else."""
    today = as_of.toordinal()
    account = facts["account"]
    level = account["service_level"]
    text = account.get("customer_since")
    age = tenure = None
    if text is not None:
        since = date.fromisoformat(text)
        age = today - since.toordinal()
        tenure = (as_of.year - since.year) * 12 + as_of.month - since.month - (as_of.day < since.day)
    sentiment = facts.get("sentiment", _NOTHING)
    rating = None
    if level != "tech_touch":
        rating = sentiment.get("rating")
        text = sentiment.get("updated_at")
        if text is None or today - date.fromisoformat(text).toordinal() > 120:
            rating = None

    total = weight = 0.0
    if rating is not None:
        total += 0.25 * _POINTS[rating]
        weight += 0.25
    if age is None or age >= 30:
        # Product
        usage = facts.get("usage", _NOTHING)
        points = parts = 0.0
        billable = usage.get("billable_users")
        text = usage.get("reported_at")
        if billable is not None and text is not None and today - date.fromisoformat(text).toordinal() <= 60:
            subscription = facts.get("subscription", _NOTHING)
            licensed = subscription.get("licensed_users")
            if licensed and tenure is not None and tenure >= 2:
                share = billable / licensed
                if tenure < 6:
                    points += 0.3 * (
                        25.0 if share < 0.0999999999 else 62.5 if share <= 0.5000000001 else 87.5
                    )
                elif tenure < 9:
                    points += 0.3 * (
                        25.0 if share <= 0.5000000001 else 62.5 if share <= 0.7500000001 else 87.5
                    )
                else:
                    points += 0.3 * (25.0 if share <= 0.7500000001 else 87.5)
                parts += 0.3
            if billable:
                active = usage.get("active_users")
                if active is not None and usage.get("deployment") == "self_managed":
                    share = active / billable
                    points += 0.1 * (25.0 if share < 0.4999999999 else 62.5 if share < 0.7999999999 else 87.5)
                    parts += 0.1
                if tenure is not None and tenure >= 1:
                    number = usage.get("git_users")
                    if number is not None:
                        share = number / billable
                        points += 0.15 * (
                            25.0 if share <= 0.1000000001 else 62.5 if share <= 0.3300000001 else 87.5
                        )
                        parts += 0.15
                    number = usage.get("builds")
                    if number is not None:
                        share = number / billable
                        points += 0.15 * (
                            25.0 if share <= 2.0000000001 else 62.5 if share <= 40.0000000001 else 87.5
                        )
                        parts += 0.15
                    number = usage.get("scanner_users")
                    if number is not None and subscription.get("plan") == "ultimate":
                        share = number / billable
                        points += 0.15 * (
                            25.0 if share <= 0.0500000001 else 62.5 if share < 0.1999999999 else 87.5
                        )
                        parts += 0.15
                    number = usage.get("deploy_users")
                    if number is not None:
                        share = number / billable
                        points += 0.15 * (
                            25.0 if share < 0.0499999999 else 62.5 if share <= 0.1200000001 else 87.5
                        )
                        parts += 0.15
        if parts:
            total += 0.5 * points / parts
            weight += 0.5

        # Outcomes and Engagement
        if level not in ("scale", "tech_touch"):
            priority = account.get("csm_priority", 3)
            plan = facts.get("success_plan", _NOTHING)
            status = plan.get("status")
            if status is not None and (priority == 1 or (account.get("csm_owned") and status != "closed")):
                found = None
                if status == "closed":
                    found = 25.0
                elif status == "draft":
                    found = 62.5
                elif (objectives := plan.get("objectives")) is not None:
                    if not objectives:
                        found = 25.0
                    else:
                        strategy, highlights = plan.get("has_strategy"), plan.get("has_highlights")
                        if strategy or highlights:
                            found = 87.5
                        elif strategy is False and highlights is False:
                            found = 62.5
                if found is not None:
                    total += 0.1 * found
                    weight += 0.1
            points = parts = 0.0
            text = facts.get("engagement", _NOTHING).get("last_meeting")
            if text is not None and priority != 3:
                days = today - date.fromisoformat(text).toordinal()
                if days >= 0:
                    if priority == 1:
                        points += 0.5 * (87.5 if days <= 35 else 62.5 if days <= 60 else 25.0)
                    else:
                        points += 0.5 * (87.5 if days <= 65 else 62.5 if days <= 90 else 25.0)
                    parts += 0.5
            entries = facts.get("timeline")
            if entries is not None and level != "growth":
                first = _three_months_before(as_of)
                dev = security = False
                for entry in entries:
                    if first <= date.fromisoformat(entry["date"]) <= as_of:
                        roles = entry["external_roles"]
                        dev = dev or "Dev Lead" in roles
                        security = security or "Security Lead" in roles
                points += 0.5 * (87.5 if dev and security else 62.5 if dev or security else 25.0)
                parts += 0.5
            if parts:
                total += 0.1 * points / parts
                weight += 0.1

        # Voice of the customer; emergency tickets weigh nothing
        support = facts.get("support", _NOTHING)
        tickets = support.get("tickets_last_month")
        text = support.get("updated_at")
        if tickets is not None and text is not None and today - date.fromisoformat(text).toordinal() <= 30:
            total += 0.05 * (
                62.5 if tickets == 0 else 87.5 if tickets <= 5 else 62.5 if tickets <= 15 else 25.0
            )
            weight += 0.05

    if not weight:
        return None, "red" if rating == "red" else None
    found = total / weight
    return found, "red" if rating == "red" else band_of(found)


# ── Every measure explained ─────────────────────────────────────────────────────────────────────────────────────────

_GROUPS: tuple[tuple[float, tuple[tuple[str, float], ...]], ...] = (
    (
        0.5,
        (
            ("license_utilization", 0.3), ("user_engagement", 0.1), ("scm_adoption", 0.15),
            ("ci_adoption", 0.15), ("devsecops_adoption", 0.15), ("cd_adoption", 0.15),
        ),
    ),
    (0.25, (("csm_sentiment", 1.0),)),
    (0.1, (("roi", 1.0),)),
    (0.05, (("support_issues", 1.0), ("emergency_tickets", 0.0))),
    (0.1, (("meeting_cadence", 0.5), ("persona_engagement", 0.5))),
)  # fmt: skip
_NA = "not_applicable"
_NEVER_WRITES = "a customer who never writes in is not a sign of health"
_NOT_APPLICABLE = (_NA, None, None, "does not apply to this account")
_GRACE = ("grace", None, None, "in the first 30 days")
_EXPIRED = {days: ("expired", None, None, f"older than {days} days") for days in (30, 60, 120)}
_MISSING: dict[str, _Found] = {}


def _missing(what: str) -> _Found:
    found = _MISSING.get(what)
    if found is None:
        found = _MISSING[what] = ("missing", None, None, what)
    return found


def trace(facts: dict[str, Any], as_of: date) -> dict[str, Any]:
    """Final score and band, and for every measure its status, value, band, points, weights, contribution and reason."""
    today = as_of.toordinal()
    account = facts["account"]
    level = account["service_level"]
    text = account.get("customer_since")
    age = tenure = None
    if text is not None:
        since = date.fromisoformat(text)
        age = today - since.toordinal()
        tenure = (as_of.year - since.year) * 12 + as_of.month - since.month - (as_of.day < since.day)
    found: dict[str, _Found] = {"csm_sentiment": _sentiment(facts, level, today)}
    if age is not None and age < 30:
        for _, members in _GROUPS:
            for name, _ in members:
                if name != "csm_sentiment":
                    found[name] = _GRACE
    else:
        _product(facts, tenure, today, found)
        found["roi"] = _roi(facts, account, level)
        _voice(facts, today, found)
        found["meeting_cadence"] = _meetings(facts, account, level, today)
        found["persona_engagement"] = _personas(facts, level, as_of)
    return _rolled_up(facts["id"], as_of, found)


def _sentiment(facts: dict[str, Any], level: str, today: int) -> _Found:
    if level == "tech_touch":
        return _NOT_APPLICABLE
    sentiment = facts.get("sentiment", _NOTHING)
    rating = sentiment.get("rating")
    if rating is None:
        return _missing("sentiment.rating")
    text = sentiment.get("updated_at")
    if text is None:
        return _missing("sentiment.updated_at")
    days = today - date.fromisoformat(text).toordinal()
    if days > 120:
        return _EXPIRED[120]
    return ("stale" if days > 90 else "scored", rating, rating, None)


def _product(facts: dict[str, Any], tenure: int | None, today: int, found: dict[str, _Found]) -> None:
    usage = facts.get("usage", _NOTHING)
    subscription = facts.get("subscription", _NOTHING)
    billable = usage.get("billable_users")
    text = usage.get("reported_at")
    faulty = None
    if text is None:
        faulty = _missing("usage.reported_at")
    elif today - date.fromisoformat(text).toordinal() > 60:
        faulty = _EXPIRED[60]
    found["license_utilization"] = _licenses(billable, subscription.get("licensed_users"), tenure, faulty)
    deployment = usage.get("deployment")
    if deployment is None:
        found["user_engagement"] = _missing("usage.deployment")
    elif deployment != "self_managed":
        found["user_engagement"] = _NOT_APPLICABLE
    else:
        found["user_engagement"] = _share(usage, "active_users", billable, faulty, 0.4999999999, 0.7999999999)
    plan = subscription.get("plan")
    scanned = plan == "ultimate"
    if tenure is None:
        found["scm_adoption"] = found["ci_adoption"] = found["cd_adoption"] = _missing(
            "account.customer_since"
        )
        found["devsecops_adoption"] = (
            _NOT_APPLICABLE if plan is not None and not scanned else _missing("account.customer_since")
        )
    elif tenure < 1:
        found["scm_adoption"] = found["ci_adoption"] = found["cd_adoption"] = found["devsecops_adoption"] = (
            _NOT_APPLICABLE
        )
    else:
        found["scm_adoption"] = _share(usage, "git_users", billable, faulty, 0.1000000001, 0.3300000001)
        found["ci_adoption"] = _share(usage, "builds", billable, faulty, 2.0000000001, 40.0000000001)
        found["cd_adoption"] = _share(usage, "deploy_users", billable, faulty, 0.0499999999, 0.1200000001)
        if scanned:
            found["devsecops_adoption"] = _share(
                usage, "scanner_users", billable, faulty, 0.0500000001, 0.1999999999
            )
        else:
            found["devsecops_adoption"] = (
                _NOT_APPLICABLE if plan is not None else _missing("subscription.plan")
            )


def _licenses(
    billable: int | None, licensed: int | None, tenure: int | None, faulty: _Found | None
) -> _Found:
    if billable is None:
        return _missing("usage.billable_users")
    if licensed is None:
        return _missing("subscription.licensed_users")
    if faulty is not None:
        return faulty
    share = billable / licensed
    if tenure is None:
        return ("missing", share, None, "account.customer_since")
    if tenure < 2:
        return (_NA, share, None, "too early to tell")
    if tenure < 6:
        return (
            "scored",
            share,
            "red" if share < 0.0999999999 else "yellow" if share <= 0.5000000001 else "green",
            None,
        )
    if tenure < 9:
        return (
            "scored",
            share,
            "red" if share <= 0.5000000001 else "yellow" if share <= 0.7500000001 else "green",
            None,
        )
    return ("scored", share, "red" if share <= 0.7500000001 else "green", None)


def _share(
    usage: dict[str, Any], name: str, billable: int | None, faulty: _Found | None, low: float, high: float
) -> _Found:
    number = usage.get(name)
    if number is None:
        return _missing(name)
    if billable is None:
        return _missing("usage.billable_users")
    if faulty is not None:
        return faulty
    share = number / billable
    return ("scored", share, "red" if share <= low else "yellow" if share <= high else "green", None)


def _roi(facts: dict[str, Any], account: dict[str, Any], level: str) -> _Found:
    if level in ("scale", "tech_touch"):
        return _NOT_APPLICABLE
    plan = facts.get("success_plan", _NOTHING)
    status = plan.get("status")
    if account.get("csm_priority", 3) != 1:
        owned = account.get("csm_owned")
        if owned is False or status == "closed":
            return _NOT_APPLICABLE
        if owned is None:
            return _missing("account.csm_owned")
    if status is None:
        return _missing("success_plan.status")
    if status != "active":
        return ("scored", None, "red" if status == "closed" else "yellow", None)
    objectives = plan.get("objectives")
    if objectives == 0:
        return ("scored", None, "red", None)
    if objectives is None:
        return _missing("success_plan.objectives")
    strategy, highlights = plan.get("has_strategy"), plan.get("has_highlights")
    if strategy or highlights:
        return ("scored", None, "green", None)
    if strategy is None:
        return _missing("success_plan.has_strategy")
    if highlights is None:
        return _missing("success_plan.has_highlights")
    return ("scored", None, "yellow", None)


def _voice(facts: dict[str, Any], today: int, found: dict[str, _Found]) -> None:
    support = facts.get("support", _NOTHING)
    tickets, emergencies = support.get("tickets_last_month"), support.get("open_emergency_tickets")
    text = support.get("updated_at")
    faulty = None
    if text is None:
        faulty = _missing("support.updated_at")
    elif today - date.fromisoformat(text).toordinal() > 30:
        faulty = _EXPIRED[30]
    if tickets is None:
        found["support_issues"] = _missing("support.tickets_last_month")
    elif faulty is not None:
        found["support_issues"] = faulty
    elif tickets == 0:
        found["support_issues"] = ("scored", 0, "yellow", _NEVER_WRITES)
    else:
        found["support_issues"] = (
            "scored",
            tickets,
            "green" if tickets <= 5 else "yellow" if tickets <= 15 else "red",
            None,
        )
    if emergencies is None:
        found["emergency_tickets"] = _missing("support.open_emergency_tickets")
    elif faulty is not None:
        found["emergency_tickets"] = faulty
    elif emergencies >= 1:
        found["emergency_tickets"] = ("scored", emergencies, "red", None)
    else:
        closed = support.get("emergency_closed_at")
        if closed is None:
            found["emergency_tickets"] = ("missing", emergencies, None, "support.emergency_closed_at")
        else:
            lately = 0 <= today - date.fromisoformat(closed).toordinal() <= 7
            found["emergency_tickets"] = ("scored", emergencies, "yellow" if lately else "green", None)


def _meetings(facts: dict[str, Any], account: dict[str, Any], level: str, today: int) -> _Found:
    priority = account.get("csm_priority", 3)
    if priority == 3 or level in ("scale", "tech_touch"):
        return _NOT_APPLICABLE
    text = facts.get("engagement", _NOTHING).get("last_meeting")
    if text is None:
        return _missing("engagement.last_meeting")
    days = today - date.fromisoformat(text).toordinal()
    if days < 0:
        return ("invalid", None, None, "the meeting lies in the future")
    near, far = (35, 60) if priority == 1 else (65, 90)
    return ("scored", days, "green" if days <= near else "yellow" if days <= far else "red", None)


def _personas(facts: dict[str, Any], level: str, as_of: date) -> _Found:
    if level != "high_touch":
        return _NOT_APPLICABLE
    entries = facts.get("timeline")
    if entries is None:
        return _missing("timeline")
    first = _three_months_before(as_of)
    dev = security = False
    for entry in entries:
        if first <= date.fromisoformat(entry["date"]) <= as_of:
            roles = entry["external_roles"]
            dev = dev or "Dev Lead" in roles
            security = security or "Security Lead" in roles
    return ("scored", None, "green" if dev and security else "yellow" if dev or security else "red", None)


def _three_months_before(as_of: date) -> date:
    """The first day that is within three months; `as_of` is a day that every month has."""
    if as_of.month > 3:
        return as_of.replace(month=as_of.month - 3)
    return as_of.replace(year=as_of.year - 1, month=as_of.month + 9)


def _rolled_up(identity: str, as_of: date, found: dict[str, _Found]) -> dict[str, Any]:
    shares = []
    weight = 0.0
    for group, members in _GROUPS:
        parts = 0.0
        for name, part in members:
            if found[name][2] is not None:
                parts += part
        shares.append(parts)
        if parts:
            weight += group
    measures: dict[str, Any] = {}
    total = 0.0
    for (group, members), parts in zip(_GROUPS, shares, strict=True):
        factor = group / (weight * parts) if parts else 0.0
        for name, part in members:
            status, value, band, reason = found[name]
            points = effective = contribution = None
            if band is not None:
                points = _POINTS[band]
                effective = part * factor
                contribution = effective * points
                total += contribution
            measures[name] = {
                "status": status, "value": value, "band": band, "points": points, "weight": group * part,
                "effective_weight": effective or 0.0, "contribution": contribution or 0.0, "reason": reason,
            }  # fmt: skip
    computed = total if weight else None
    computed_band = band_of(total) if weight else None
    red = found["csm_sentiment"][2] == "red"
    return {
        "id": identity, "as_of": as_of.isoformat(), "score": computed, "band": "red" if red else computed_band,
        "computed_score": computed, "computed_band": computed_band, "override": red, "measures": measures,
    }  # fmt: skip

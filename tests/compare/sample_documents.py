"""Hand-made documents of comparisons, each as small as it can be and still hold what a report has to show.

`meaning_only` has no accounts, `two_edits` is what a merge request shows, `through_time` compares two dates, `sampled` has many
edits, `hostile` has names that try to be markup.
"""

from __future__ import annotations

from typing import Any

OLD_DIGEST = "sha256:" + "0123456789abcdef" * 4
NEW_DIGEST = "sha256:" + "fedcba9876543210" * 4
FILE = "rulesets/customer_health/{}.rules"


def side(version: str, as_of: str | None = "2024-03-01", **changes: Any) -> dict[str, Any]:
    """One side of a comparison."""
    return {
        "name": "customer_health", "version": version, "digest": OLD_DIGEST if version < "2" else NEW_DIGEST,
        "selector": f"customer_health@{version}", "as_of": as_of, **changes,
    }  # fmt: skip


def subject(kind: str, name: str, title: str, path: str = "") -> dict[str, Any]:
    """What an edit is about."""
    return {"kind": kind, "name": name, "title": title, "path": path}


def edit(identity: str, kind: str, about: dict[str, Any], summary: str, **changes: Any) -> dict[str, Any]:
    """An edit that changes one thing in line 40 to one in line 41."""
    return {
        "id": identity, "kind": kind, "change": "changed", "subject": about, "summary": summary,
        "because": summary, "old": "40%", "new": "30%",
        "places": {
            "old": {"file": FILE.format("1.0.0"), "line": 40}, "new": {"file": FILE.format("2.0.0"), "line": 41},
        },
        "effect": {}, **changes,
    }  # fmt: skip


def effect(touched: int, decisive: int, points: float, mean: float | None) -> dict[str, Any]:
    """What an edit does, as the scorecard `health` sees it."""
    return {"health": {"touched": touched, "decisive": decisive, "points": points, "mean": mean}}


def outcome(score: float | None, band: str | None, status: str = "scored") -> dict[str, Any]:
    """What a scorecard says of an account."""
    return {"score": score, "band": band, "status": status}


def part(identity: str, points: float | None, cause: str = "ruleset") -> dict[str, Any]:
    """The share of one edit in a change."""
    return {"edit": identity, "cause": cause, "points": points}


def mover(
    identity: str | int, old: dict[str, Any], new: dict[str, Any], parts: list[dict[str, Any]], **changes: Any
) -> dict[str, Any]:
    """An account whose band changes, by the first part alone."""
    scores = old["score"], new["score"]
    return {
        "id": identity, "name": None, "scorecard": "health", "old": old, "new": new,
        "change": None if None in scores else round(scores[1] - scores[0], 10),
        "attribution": parts, "decisive": [parts[0]["edit"]], "sufficient": [], "method": "exact", "error": 0.0,
        **changes,
    }  # fmt: skip


def document(**changes: Any) -> dict[str, Any]:
    """The comparison of two versions that do not differ."""
    return {
        "format": "ruleengine diff 1", "engine": "0.1.0", "old": side("1.0.0"), "new": side("2.0.0"),
        "edits": [], "causes": [], "wording": [], "renamings": [], "population": None, "movers": [], "budget": None,
        **changes,
    }  # fmt: skip


SUPPORT = "health.voice.support_issues.weight"
SEATS = "health.product.license_utilization.weight"
BOUNDARY = "bands.rag.green"
PATTERN = "health.override.red"


def _support(**changes: Any) -> dict[str, Any]:
    about = subject("measure", "support_issues", "Support issues", "voice.support_issues")
    text = "Support issues in Voice weigh 10% instead of 5%"
    return edit(SUPPORT, "weight", about, text, **{"old": "5%", "new": "10%", **changes})


def _seats(**changes: Any) -> dict[str, Any]:
    about = subject("measure", "license_utilization", "License utilization", "product.license_utilization")
    return edit(SEATS, "weight", about, "License utilization in Product weighs 30% instead of 40%", **changes)


def meaning_only() -> dict[str, Any]:
    """No facts were given: edits of many kinds, something added, something removed, wording, a renaming."""
    boundary = edit(
        BOUNDARY, "bands", subject("bands", "rag", "rag"), "Green begins at 70 instead of 75", old="75", new="70"
    )  # fmt: skip
    removed = edit(PATTERN, "limit", subject("scorecard", "health", "Customer health"),
        "Customer health is no longer red when the sentiment is red", change="removed",
        old="red when csm_sentiment is red", new=None,
        places={"old": {"file": FILE.format("1.0.0"), "line": 88}, "new": None},
    )  # fmt: skip
    added = edit("health.product.user_engagement", "member",
        subject("measure", "user_engagement", "User engagement", "product.user_engagement"),
        "User engagement is new in Product and weighs 10%", change="added", old=None, new="10%",
        places={"old": None, "new": {"file": FILE.format("2.0.0"), "line": 52}},
    )  # fmt: skip
    expired = edit("support_issues.fresh.expired", "freshness", subject("measure", "support_issues", "Support issues"),
        "Support issues expire after 45 days instead of 60", old="60 days", new="45 days",
    )  # fmt: skip
    return document(
        old=side("1.0.0", None), new=side("2.0.0", None),
        edits=[_support(), _seats(), boundary, removed, added, expired],
        wording=[
            {"subject": subject("measure", "roi", "ROI success plan"), "aspect": "title",
             "old": "ROI success plan", "new": "Success plan"},
            {"subject": subject("ruleset", "customer_health", "Customer health"), "aspect": "owner",
             "old": "", "new": "customer success operations"},
        ],
        renamings=[{"kind": "measure", "old": "mau", "new": "user_engagement"}],
    )  # fmt: skip


def two_edits() -> dict[str, Any]:
    """Ten accounts, two edits, four movers (one of them in score alone), one that has no score any more; over budget."""
    edits = [
        _support(effect=effect(3, 2, -10.5, -3.5)),
        _seats(effect=effect(3, 1, -3.25, -1.625)),
    ]
    movers = [
        mover("acme", outcome(76.25, "green"), outcome(70.5, "yellow"), [part(SUPPORT, -4.5), part(SEATS, -1.25)],
              name="Acme Corporation"),
        mover("globex", outcome(50.0, "yellow"), outcome(46.0, "red"), [part(SUPPORT, -4.0)], name="Globex"),
        mover("initech", outcome(60.0, "yellow"), outcome(56.0, "yellow", "stale"),
              [part(SUPPORT, -2.0), part(SEATS, -2.0)], decisive=[]),
        mover(4711, outcome(62.5, "yellow"), outcome(None, None, "missing"), [part(SEATS, None)], name="Umbrella"),
    ]  # fmt: skip
    matrix = {
        "green": {"green": 3, "yellow": 1},
        "yellow": {"yellow": 2, "red": 1, "na": 1},
        "red": {"red": 2},
    }
    card = {
        "title": "Customer health", "bands": ["green", "yellow", "red"], "scored": {"old": 10, "new": 9},
        "moved": 3, "changed": 4, "unchanged": 6, "newly": {"yellow": 1, "red": 1, "na": 1}, "matrix": matrix,
        "mean": {"old": 63.875, "new": 62.5},
        "distribution": [{"from": -6.0, "to": -5.0, "accounts": 1}, {"from": -5.0, "to": -4.0, "accounts": 0},
                         {"from": -4.0, "to": -3.0, "accounts": 2}],
        "by": [
            {"segment": "enterprise", "accounts": 6, "moved": 2, "changed": 3, "newly": {"yellow": 1, "red": 1},
             "mean_change": -2.2916666667},
            {"segment": "tech_touch", "accounts": 4, "moved": 1, "changed": 1, "newly": {"na": 1}, "mean_change": 0.0},
        ],
    }  # fmt: skip
    population = {
        "accounts": 10, "moved": 3, "matrix": matrix, "scorecard": "health",
        "rejected": 1, "only_old": 0, "only_new": 0, "scorecards": {"health": card},
        "triggers": [{"name": "churn", "title": "Churn risk", "started": 1, "stopped": 0, "both": 2}],
    }  # fmt: skip
    budget = {
        "ok": False,
        "limits": [
            {"limit": "--max-moved 5%", "ok": False, "allowed": 0, "found": 3,
             "summary": "3 of 10 accounts change band; none may (5% of 10)"},
            {"limit": "--max-newly red=10", "ok": True, "allowed": 10, "found": 1,
             "summary": "1 of 10 accounts is newly red; at most 10 may be"},
            {"limit": "--fail-on moved > 5% of accounts", "ok": False, "allowed": None, "found": None,
             "summary": "`moved > 5% of accounts` holds: moved 3, accounts 10"},
        ],
    }  # fmt: skip
    return document(edits=edits, population=population, movers=movers, budget=budget)


def through_time() -> dict[str, Any]:
    """One ruleset, two dates: the facts changed, and time passed. One account has two ways to its new band."""
    causes = [
        {"id": "data: usage", "cause": "data", "summary": "the facts under usage changed", "effect": effect(1, 1, 9.5, 9.5)},
        {"id": "time", "cause": "time", "summary": "30 days passed", "effect": effect(1, 0, -10.5, -10.5)},
        {"id": "data: support", "cause": "data", "summary": "the facts under support changed",
         "effect": effect(1, 0, -10.5, -10.5)},
    ]  # fmt: skip
    movers = [
        mover("acme", outcome(70.5, "yellow"), outcome(80.0, "green"), [part("data: usage", 9.5, "data")]),
        mover("globex", outcome(67.5, "yellow"), outcome(46.5, "red"),
              [part("time", -10.5, "time"), part("data: support", -10.5, "data")],
              decisive=[], sufficient=[["time"], ["data: support"]]),
    ]  # fmt: skip
    matrix = {"yellow": {"green": 1, "red": 1}, "red": {"red": 1}}
    card = {
        "title": "Customer health", "bands": ["green", "yellow", "red"], "scored": {"old": 3, "new": 3},
        "moved": 2, "changed": 2, "unchanged": 1, "newly": {"green": 1, "red": 1}, "matrix": matrix,
        "mean": {"old": 54.3333333333, "new": 50.5},
        "distribution": [{"from": -25.0, "to": -20.0, "accounts": 1}, {"from": -20.0, "to": -15.0, "accounts": 0},
                         {"from": -15.0, "to": -10.0, "accounts": 0}, {"from": -10.0, "to": -5.0, "accounts": 0},
                         {"from": -5.0, "to": 0.0, "accounts": 0}, {"from": 0.0, "to": 5.0, "accounts": 0},
                         {"from": 5.0, "to": 10.0, "accounts": 1}],
        "by": [],
    }  # fmt: skip
    population = {
        "accounts": 3, "moved": 2, "matrix": matrix, "scorecard": "health",
        "rejected": 0, "only_old": 1, "only_new": 2, "scorecards": {"health": card}, "triggers": [],
    }  # fmt: skip
    same = {"digest": NEW_DIGEST, "selector": "customer_health@2.0.0"}
    return document(
        old=side("2.0.0", "2024-02-01", **same), new=side("2.0.0", "2024-03-02", **same),
        causes=causes, population=population, movers=movers,
    )  # fmt: skip


def sampled() -> dict[str, Any]:
    """Fourteen edits touch one account, so its shares are sampled."""
    edits = [
        edit(f"health.product.measure_{number}.weight", "weight",
             subject("measure", f"measure_{number}", f"Measure {number}", f"product.measure_{number}"),
             f"Measure {number} in Product weighs {number}% instead of {number + 1}%",
             old=f"{number + 1}%", new=f"{number}%", effect=effect(1, 0, -0.5, -0.5))
        for number in range(1, 15)
    ]  # fmt: skip
    parts = [part(each["id"], -0.5) for each in edits]
    sets = [[edits[0]["id"], edits[1]["id"]], [edits[0]["id"], edits[2]["id"]]]
    moved = mover("acme", outcome(76.0, "green"), outcome(69.0, "yellow"), parts,
                  decisive=[], sufficient=sets, method="sampled", error=0.0421)  # fmt: skip
    matrix = {"green": {"yellow": 1}}
    card = {
        "title": "Customer health", "bands": ["green", "yellow", "red"], "scored": {"old": 1, "new": 1},
        "moved": 1, "changed": 1, "unchanged": 0, "newly": {"yellow": 1}, "matrix": matrix,
        "mean": {"old": 76.0, "new": 69.0}, "distribution": [{"from": -7.0, "to": -6.0, "accounts": 1}], "by": [],
    }  # fmt: skip
    population = {
        "accounts": 1, "moved": 1, "matrix": matrix, "scorecard": "health",
        "rejected": 0, "only_old": 0, "only_new": 0, "scorecards": {"health": card}, "triggers": [],
    }  # fmt: skip
    return document(edits=edits, population=population, movers=[moved])


def hostile() -> dict[str, Any]:
    """`two_edits`, with names that try to be markup, tables, links and terminal commands."""
    found = two_edits()
    found["edits"][0]["subject"]["title"] = (
        '<script>alert("x")</script> | **bold** [link](javascript:alert(1))'
    )
    found["edits"][0]["summary"] = "<img src=x onerror=alert(1)> weighs 10% | instead of `5%`\nsecond line"
    found["movers"][0] |= {"id": "</script><b>", "name": "\x1b[31mRed & Sons\x1b[0m \u202eevil | <i>"}
    found["population"]["scorecards"]["health"]["title"] = "Health <\"'&>"
    found["budget"]["limits"][2]["limit"] = "--fail-on moved > 1 </p>"
    return found


#: Every sample by name.
SAMPLES = {
    builder.__name__: builder
    for builder in (document, meaning_only, two_edits, through_time, sampled, hostile)
}

"""Documents of comparisons of any size for tests of reports, put together from accounts: what a document counts is counted here.

`merge_request` is the comparison that a team would see: 1,204 accounts, five edits. `crowded` is as large as one likes, with
texts of anybody in every place.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.compare.sample_documents import document, edit, mover, outcome, part, subject

BANDS = ("green", "yellow", "red")
EDITS = (
    ("health.voice.support_issues.weight", "weight", "Support issues", "measure", "support_issues",
     "Support issues in Voice of the customer weigh 10% instead of 5%", "5%", "10%", -4.2),
    ("health.product.license_utilization.weight", "weight", "License utilization", "measure", "license_utilization",
     "License utilization in Product weighs 30% instead of 40%", "40%", "30%", 1.6),
    ("support_issues.fresh.expired", "freshness", "Support issues", "measure", "support_issues",
     "Support issues expire after 45 days instead of 60", "60 days", "45 days", -1.1),
    ("git_users.rate.red", "cut", "Git users", "measure", "git_users",
     "Git users are red below 10% instead of below 25% of the licensed users", "below 25%", "below 10%", 3.3),
    ("bands.rag.green", "bands", "rag", "bands", "rag",
     "Green begins at 70 instead of 75", "75", "70", 0.0),
)  # fmt: skip
_NAMES = (
    "Northwind",
    "Fabrikam",
    "Contoso",
    "Tailspin",
    "Wingtip",
    "Adatum",
    "Litware",
    "Proseware",
    "Lucerne",
    "Margie",
)
_SEGMENTS = ("enterprise", "mid_market", "scale")
_ENDS = ("Traders", "Bank", "Logistics", "Energy", "Health", "Foods", "Robotics", "Media")


def band_of(score: float) -> str:
    """Where 75 and 50 are the boundaries."""
    return "green" if score >= 75 else "yellow" if score >= 50 else "red"


def moved(number: int, old: float, shares: dict[str, float], **changes: Any) -> dict[str, Any]:
    """An account whose score changes by some shares; the largest is decisive where its band changes."""
    ranked = sorted(shares.items(), key=lambda share: -abs(share[1]))
    new = round(old + sum(round(share * 100) for share in shares.values()) / 100, 2)
    parts = [part(identity, points) for identity, points in ranked]
    bands = band_of(old), band_of(new)
    return mover(
        f"acc-{number:04d}", outcome(old, bands[0]), outcome(new, bands[1]), parts,
        name=f"{_NAMES[number % 10]} {_ENDS[number // 10 % 8]}",
        decisive=[ranked[0][0]] if bands[0] != bands[1] else [], **changes,
    )  # fmt: skip


def counted(
    movers: list[dict[str, Any]], still: dict[str, int], bands: tuple[str, ...] = BANDS
) -> dict[str, Any]:
    """The population that these movers make, with some more accounts that stay in a band."""
    pairs: Counter[tuple[str, str]] = Counter()
    for each in movers:
        pairs[each["old"]["band"] or "na", each["new"]["band"] or "na"] += 1
    for band, number in still.items():
        pairs[band, band] += number
    matrix: dict[str, dict[str, int]] = {}
    for (old, new), number in sorted(pairs.items()):
        matrix.setdefault(old, {})[new] = number
    newly: Counter[str] = Counter()
    for (old, new), number in pairs.items():
        newly[new] += number if old != new else 0
    moves = sum(number for (old, new), number in pairs.items() if old != new)
    bins = Counter(int(each["change"] // 2) for each in movers if each["change"])
    reach = range(min(bins, default=0), max(bins, default=-1) + 1)
    accounts = sum(pairs.values())
    card = {
        "title": "Customer health", "bands": list(bands), "scored": {"old": accounts, "new": accounts - newly["na"]},
        "moved": moves, "changed": len(movers), "unchanged": accounts - len(movers),
        "newly": {band: number for band, number in newly.items() if number}, "matrix": matrix,
        "mean": {"old": 68.4, "new": 67.75},
        "distribution": [{"from": 2.0 * n, "to": 2.0 * n + 2, "accounts": bins[n]} for n in reach], "by": [],
    }  # fmt: skip
    return {
        "accounts": accounts, "moved": moves, "matrix": matrix, "scorecard": "health", "rejected": 0,
        "only_old": 0, "only_new": 0, "scorecards": {"health": card}, "triggers": [],
    }  # fmt: skip


def effects(movers: list[dict[str, Any]], identity: str) -> dict[str, Any]:
    """What these movers say of one edit."""
    shares = [
        share["points"]
        for each in movers for share in each["attribution"] if share["edit"] == identity and share["points"] is not None
    ]  # fmt: skip
    decisive = sum(identity in each["decisive"] for each in movers)
    mean = round(sum(shares) / len(shares), 10) if shares else None
    return {
        "health": {
            "touched": len(shares),
            "decisive": decisive,
            "points": round(sum(shares), 10),
            "mean": mean,
        }
    }


def _segment(name: str, movers: list[dict[str, Any]], still: int) -> dict[str, Any]:
    changes = [each["change"] for each in movers if each["change"] is not None]
    newly = Counter(
        each["new"]["band"] or "na" for each in movers if each["new"]["band"] != each["old"]["band"]
    )
    return {
        "segment": name, "accounts": len(movers) + still, "moved": newly.total(), "changed": len(movers),
        "newly": dict(newly), "mean_change": round(sum(changes) / (len(changes) + still), 10),
    }  # fmt: skip


def merge_request() -> dict[str, Any]:
    """1,204 accounts, five edits: the comparison of the picture in the documentation."""
    movers = []
    for number in range(310):
        old = 22 + number * 37 % 71 + number % 4 * 0.25
        shares = {
            identity: round(size * (0.4 + (number * step) % 7 / 6), 2)
            for step, (identity, *_, size) in enumerate(EDITS, 3)
            if size and (number * step + step) % 5 < 2
        }
        if not shares:
            shares = {EDITS[0][0]: -0.8}
        movers.append(moved(number, old, shares))
    lost = EDITS[2][0]
    movers += [
        mover(f"acc-{number:04d}", outcome(61.0, "yellow"), outcome(None, None, "expired"), [part(lost, None)],
              name=f"{_NAMES[number % 10]} {_ENDS[number // 10 % 8]}")
        for number in (401, 402, 403)
    ]  # fmt: skip
    population = counted(movers, {"green": 513, "yellow": 286, "red": 92})
    card = population["scorecards"]["health"]
    card["by"] = [_segment(name, movers[place::3], 240 + 57 * place) for place, name in enumerate(_SEGMENTS)]
    population["triggers"] = [
        {"name": "churn", "title": "Churn risk", "started": 9, "stopped": 2, "both": 88},
        {"name": "renewal", "title": "Renewal at risk", "started": 3, "stopped": 0, "both": 17},
    ]
    allowed = population["accounts"] // 20
    budget = {
        "ok": population["moved"] <= allowed,
        "limits": [
            {"limit": "--max-moved 5%", "ok": population["moved"] <= allowed, "allowed": allowed,
             "found": population["moved"],
             "summary": f"{population['moved']} of {population['accounts']:,} accounts change band; allowed are {allowed} (5%)"},
            {"limit": "--max-newly red=20", "ok": card["newly"]["red"] <= 20, "allowed": 20, "found": card["newly"]["red"],
             "summary": f"{card['newly']['red']} accounts are newly red; allowed are 20"},
        ],
    }  # fmt: skip
    edits = [
        edit(
            identity,
            kind,
            subject(what, name, title),
            summary,
            old=old,
            new=new,
            effect=effects(movers, identity),
        )
        for identity, kind, title, what, name, summary, old, new, _ in EDITS
    ]
    wording = [
        {"subject": subject("measure", "roi", "ROI success plan"), "aspect": "title", "old": "ROI plan",
         "new": "ROI success plan"},
    ]  # fmt: skip
    renamings = [{"kind": "measure", "old": "mau", "new": "user_engagement"}]
    return document(
        edits=edits, movers=movers, population=population, budget=budget, wording=wording, renamings=renamings
    )


def crowded(accounts: int, edits: int, text: str, bands: int = 3) -> dict[str, Any]:
    """Many accounts and edits, with `text` wherever somebody writes something."""
    names = tuple(f"band {number} {text}" if bands > 3 else BANDS[number] for number in range(bands))
    found = [
        edit(f"edit {number} {text}", "weight", subject("measure", f"{number} {text}", text, text), f"{text} {number}",
             old=text, new=f"{text} now",
             places={side: {"file": text, "line": number + 1} for side in ("old", "new")})
        for number in range(edits)
    ]  # fmt: skip
    movers = [
        mover(f"{number} {text}", outcome(50.0, names[number % bands]), outcome(40.0, names[(number + 1) % bands]),
              [part(found[number % edits]["id"], -10.0)], name=text)
        for number in range(accounts)
    ]  # fmt: skip
    population = counted(movers, {names[0]: 7}, names)
    card = population["scorecards"]["health"]
    card["title"] = text
    card["by"] = [
        {"segment": f"{number} {text}", "accounts": 3, "moved": 1, "changed": 2, "newly": {names[-1]: 1}, "mean_change": -0.5}
        for number in range(edits)
    ]  # fmt: skip
    population["triggers"] = [
        {"name": text, "title": text, "started": 1, "stopped": 2, "both": 3} for _ in range(edits)
    ]
    for each in found:
        each["effect"] = effects(movers, each["id"])
    about = subject("measure", text, text)
    return document(
        edits=found, movers=movers, population=population,
        wording=[{"subject": about, "aspect": "title", "old": text, "new": f"{text}!"} for _ in range(edits)],
        renamings=[{"kind": "measure", "old": text, "new": f"{text}!"} for _ in range(edits)],
        budget={
            "ok": False,
            "limits": [
                {"limit": f"--max-newly {text}={number}", "ok": False, "allowed": number, "found": 99, "summary": text}
                for number in range(edits)
            ],
        },
    )  # fmt: skip

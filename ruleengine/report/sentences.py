"""The first sentences of an explanation: what the score is, why, what costs the most, and what would help.

In: an explanation document. Out: plain sentences for somebody who has never seen a ruleset. Guaranteed: what
is said follows from the document alone; text of users in it is one line and safe to show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ruleengine.report.cells import cell, percent_text, short_number

_Card = Mapping[str, Any]
_Node = Mapping[str, Any]
_COSTS_NAMED = 3
_SMALL = 1e-9

#: Why a measure has no value, as one would say it.
STATUS_WORDS = {
    "missing": "no data",
    "expired": "data too old to use",
    "invalid": "data that cannot be right",
    "not_applicable": "does not apply to this account",
    "grace": "too early, in the grace period",
    "excluded": "left out on purpose",
}


def card_sentences(explanation: Mapping[str, Any], card: _Card, name: str = "") -> list[str]:
    """What to tell about one scorecard of one account, in two to six sentences."""
    shown_id = cell(explanation["id"])
    who = f"{cell(name)} ({shown_id})" if name else shown_id
    return [
        sentence
        for sentence in (
            _verdict(who, card, str(explanation["as_of"])),
            _decided_otherwise(card),
            _costs(card),
            _next_band(card),
            _borderline(card),
            _without_data(card),
        )
        if sentence
    ]


def leaves(node: _Node) -> Iterator[_Node]:
    """The measures and member scorecards below a node or scorecard, in order."""
    for child in node.get("nodes") or node.get("children") or ():
        if child.get("kind") == "group":
            yield from leaves(child)
        else:
            yield child


def leading_cards(explanation: Mapping[str, Any]) -> list[_Card]:
    """The scorecards that are no member of another one; members are explained where they stand."""
    inside: set[str] = set()
    waiting = [node for card in explanation["scorecards"] for node in card["nodes"]]
    while waiting:
        node = waiting.pop()
        waiting += node["children"]
        if node["kind"] == "scorecard":
            inside.add(node["name"])
    return [card for card in explanation["scorecards"] if card["name"] not in inside]


def status_words(status: str) -> str:
    """A status as one would say it."""
    return STATUS_WORDS.get(status, status.replace("_", " "))


def _title(item: Mapping[str, Any]) -> str:
    return cell(item.get("title") or item.get("name") or item["path"])


def _verdict(who: str, card: _Card, as_of: str) -> str:
    title = f"“{_title(card)}”"
    score, band = card["score"], card["band"]
    if score is None and band is None:
        why = f": {cell(card['reason'])}" if card["reason"] else ""
        return f"{who} has no score for {title} as of {as_of} ({status_words(card['status'])}{why})."
    if score is None:
        return f"{who} is {cell(band)} in {title} as of {as_of}, without a score."
    if band is None:
        return f"{who} scores {short_number(score)} in {title} as of {as_of}."
    return f"{who} is {cell(band)} in {title} as of {as_of}, with a score of {short_number(score)}."


def _decided_otherwise(card: _Card) -> str:
    """What acted on the computed score."""
    acted = [("override", card["override"])] if card["override"] else []
    acted += [(limit["kind"], limit) for limit in card["limits"]]
    if not acted:
        return ""
    reasons = [
        f"{'an' if kind == 'override' else 'a'} {kind} acted"
        + (f": {cell(one['reason'])}" if one.get("reason") else "")
        for kind, one in acted
    ]
    computed = card["computed_score"]
    without = ""
    if computed is not None and (computed, card["computed_band"]) != (card["score"], card["band"]):
        band = f"{cell(card['computed_band'])}, " if card["computed_band"] else ""
        without = f" The measures alone come to {band}{short_number(computed)}."
    return f"That is because {'; '.join(reasons)}.{without}"


def _costs(card: _Card) -> str:
    costs = [cost for cost in card["costs"] if cost["cost"] > _SMALL]
    if not costs:
        return "No measure costs it any points." if card["score"] is not None and card["costs"] else ""
    named = [
        f"{_title(cost)} ({short_number(cost['cost'], 1)} points{_why(cost)})"
        for cost in costs[:_COSTS_NAMED]
    ]
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    against = " against the baseline" if costs[0]["against"] == "baseline" else ""
    return f"What costs the most{against}: {listed}."


def _why(cost: Mapping[str, Any]) -> str:
    parts = [cell(cost["band"])] if cost.get("band") else []
    if cost.get("reason"):
        parts.append(cell(cost["reason"]))
    return f"; {', '.join(parts)}" if parts else ""


def _next_band(card: _Card) -> str:
    following = card["next_band"]
    if not following or card["score"] is None:
        return ""
    distance = following["distance"]
    if distance <= _SMALL and (card["override"] or card["limits"]):
        return ""  # the score is there already, and what keeps the account from it is said before
    text = f"It is {short_number(distance)} points from {cell(following['band'])}"
    if card["override"]:
        return f"{text} by its score, but the override decides as long as it holds."
    best = next((cost for cost in card["costs"] if cost["against"] == "best"), None)
    if best is None or best["cost"] <= _SMALL:
        return f"{text}."
    gain = f"at its best, {_title(best)} would add {short_number(best['cost'], 1)}"
    return f"{text}: {gain}, which {'is' if best['cost'] >= distance - _SMALL else 'alone is not'} enough."


def _borderline(card: _Card) -> str:
    near = card["borderline"]
    following = card["next_band"] or {}
    if not near or near["band"] == following.get("band"):  # the distance to the next band is said already
        return ""
    return f"It is close to {cell(near['band'])}: {short_number(near['distance'])} points away."


def _without_data(card: _Card) -> str:
    absent = [leaf for leaf in leaves(card) if leaf["status"] in ("missing", "expired", "invalid")]
    if not absent:
        return ""
    titles = [f"{_title(leaf)} ({status_words(leaf['status'])})" for leaf in absent[:5]]
    if len(absent) > 5:
        titles.append(f"{len(absent) - 5} more")
    coverage = card["coverage"]
    share = f" {percent_text(coverage, 0)} of the weight rests on data." if coverage is not None else ""
    return f"Nothing can be said about {', '.join(titles)}.{share}"

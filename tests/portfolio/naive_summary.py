"""A summary counted naively: one result document after the other, as one would count on paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from ruleengine.api import Ruleset

Result = dict[str, Any]
CLASSES = ((0.0, 0.0), (0.0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1.0), (1.0, 1.0))


def mean(numbers: Iterable[float | None]) -> float | None:
    """The mean of the numbers that are there."""
    known = [Fraction(number) for number in numbers if number is not None]
    return float(sum(known) / len(known)) if known else None


def counted(found: Iterable[Any]) -> dict[Any, int]:
    """How often each occurs."""
    return dict(Counter(found))


def card_summary(results: Sequence[Result], name: str, goal: float) -> dict[str, Any]:
    """What a scorecard comes to; lists of a summary are here dictionaries by what they are about."""
    cards = [result["scorecards"][name] for result in results]
    with_score = sum(card["score"] is not None for card in cards)
    bands = {card["band"] for card in cards if card["band"] is not None}
    acted = [card for card in cards if card["override"] or card["limits"]]
    kinds = [("override", card["override"]) for card in cards if card["override"]]
    kinds += [(limit["kind"], limit) for card in cards for limit in card["limits"]]
    return {
        "with_score": with_score,
        "goal_met": with_score == len(cards) or with_score / len(cards) > goal,
        "mean_score": mean(card["score"] for card in cards),
        "mean_coverage": mean(card["coverage"] for card in cards),
        "bands": {
            band: (
                sum(card["band"] == band for card in cards),
                mean(card["score"] for card in cards if card["band"] == band),
            )
            for band in bands
        },
        "without_band": sum(card["band"] is None for card in cards),
        "statuses": counted(card["status"] for card in cards),
        "coverage": counted(class_of(card["coverage"]) for card in cards),
        "overridden": sum(card["override"] is not None for card in cards),
        "borderline": counted(
            (card["band"], card["borderline"]["band"]) for card in cards if card["borderline"]
        ),
        "moved": counted((card["computed_band"], card["band"]) for card in acted),
        "acted": counted((kind, each.get("band"), each["reason"], each["line"]) for kind, each in kinds),
        "places": {
            path: counted(card["nodes"][path]["status"] for card in cards)
            for path in cards[0]["nodes"]
            if not any(other.startswith(f"{path}.") for other in cards[0]["nodes"])
        },
    }


def class_of(coverage: float | None) -> tuple[float | None, float | None]:
    """The class of coverage."""
    if coverage is None:
        return None, None
    if coverage in (0.0, 1.0):
        return coverage, coverage
    return next((low, high) for low, high in CLASSES if low <= coverage < high)


def lost(results: Sequence[Result], ruleset: Ruleset, name: str) -> dict[str, float]:
    """The points that are lost at each place, as explanations count them."""
    found: dict[str, float] = {}
    for result in results:
        for cost in ruleset.costs(result, name):
            found[cost["path"]] = found.get(cost["path"], 0.0) + cost["cost"]
    return found


def lost_against_the_best_seen(results: Sequence[Result], name: str) -> dict[str, float]:
    """The same without a ruleset, where more points are better."""
    nodes = [result["scorecards"][name]["nodes"] for result in results]
    leaves = [path for path in nodes[0] if not any(other.startswith(f"{path}.") for other in nodes[0])]
    scores = [each[path]["score"] for each in nodes for path in leaves if each[path]["score"] is not None]
    found = dict.fromkeys(leaves, 0.0)
    for each in nodes:
        for path in leaves:
            if each[path]["score"] is not None and each[path]["effective_weight"] is not None:
                found[path] += (max(scores) - each[path]["score"]) * each[path]["effective_weight"]
    return found


def groups(results: Sequence[Result], card: str, by: str) -> dict[str | None, tuple[int, int, float | None]]:
    """For each group the accounts, those with a score, and the mean score."""
    found: dict[str | None, list[Result]] = {}
    for result in results:
        names: list[str | None] = [*groups_of(result, by)]
        for name in names or [None]:
            found.setdefault(name, []).append(result["scorecards"][card])
    return {
        name: (
            len(cards),
            sum(each["score"] is not None for each in cards),
            mean(each["score"] for each in cards),
        )
        for name, cards in found.items()
    }


def groups_of(result: Result, by: str) -> list[str]:
    """The groups that an account is in."""
    if by == "segment":
        return list(result["segments"])
    if by == "trigger":
        return list(dict.fromkeys(trigger["name"] for trigger in result["triggers"]))
    if by in result["scorecards"]:
        found = [result["scorecards"][by]["band"]]
    elif by in result["matrices"]:
        found = [result["matrices"][by]["label"]]
    else:
        value = result["outputs"][by]
        found = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(in_words(each) for each in found if each is not None))


def in_words(value: str | bool) -> str:
    """A value as the name of a group."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def whole(results: Sequence[Result]) -> dict[str, Any]:
    """What concerns no scorecard."""
    names = results[0]["measures"]
    measures = {name: [result["measures"][name] for result in results] for name in names}
    codes = [
        (problem["code"], number) for number, result in enumerate(results) for problem in result["problems"]
    ]
    triggers = [trigger for result in results for trigger in result["triggers"]]
    return {
        "accounts": len(results),
        "measures": {
            name: (
                counted(each["status"] for each in found),
                sum(bool(each.get("override")) for each in found),
                sum(bool(each.get("limits")) for each in found),
            )
            for name, found in measures.items()
        },
        "triggers": counted((each["name"], each["kind"], each["severity"]) for each in triggers),
        "accounts_with_triggers": sum(bool(result["triggers"]) for result in results),
        "problems": {
            code: (sum(each == code for each, _ in codes), len({n for each, n in codes if each == code}))
            for code, _ in codes
        },
        "accounts_with_problems": sum(bool(result["problems"]) for result in results),
    }

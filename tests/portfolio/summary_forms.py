"""A summary document in the form in which results are counted naively."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]


def card_form(card: Document) -> dict[str, Any]:
    """A scorecard of a summary, its lists as dictionaries; what nobody is in is left out."""
    same = {
        name: card[name]
        for name in (
            "with_score",
            "goal_met",
            "mean_score",
            "mean_coverage",
            "without_band",
            "statuses",
            "overridden",
        )
    }
    return same | {
        "bands": {each["band"]: (each["accounts"], each["mean_score"]) for each in card["bands"] if each["accounts"]},
        "coverage": {(each["from"], each["to"]): each["accounts"] for each in card["coverage"] if each["accounts"]},
        "borderline": {(each["band"], each["near"]): each["accounts"] for each in card["borderline"]},
        "moved": {(each["from"], each["to"]): each["accounts"] for each in card["moved"]},
        "acted": {
            (each["kind"], each["band"], each["reason"], each["line"]): each["accounts"] for each in card["acted"]
        },
        "places": {each["path"]: each["statuses"] for each in card["places"]},
    }  # fmt: skip


def lost_form(card: Document) -> dict[str, float]:
    """The points that are lost, by place; places that nothing is known about are left out."""
    return {each["path"]: each["lost"] for each in card["places"] if each["lost"] is not None}


def groups_form(document: Document) -> dict[str | None, tuple[int, int, float | None]]:
    """The groups by what their accounts have in common."""
    return {
        each["value"]: (each["accounts"], each["with_score"], each["mean_score"])
        for each in document["groups"]["groups"]
    }


def whole_form(document: Document) -> dict[str, Any]:
    """What concerns no scorecard."""
    return {
        "accounts": document["accounts"],
        "measures": {
            each["name"]: (each["statuses"], each["overridden"], each["limited"])
            for each in document["measures"]
        },
        "triggers": {
            (each["name"], each["kind"], each["severity"]): each["accounts"] for each in document["triggers"]
        },
        "accounts_with_triggers": document["accounts_with_triggers"],
        "problems": {each["code"]: (each["problems"], each["accounts"]) for each in document["problems"]},
        "accounts_with_problems": document["accounts_with_problems"],
    }


def near(found: Any, expected: Any) -> bool:
    """Whether two values are the same, numbers with decimals to six of them."""
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(near(found[key], expected[key]) for key in found)
    if isinstance(found, list | tuple) and isinstance(expected, list | tuple):
        return len(found) == len(expected) and all(map(near, found, expected))
    if isinstance(found, float) and isinstance(expected, float):
        return abs(found - expected) <= 2e-6 * max(1.0, abs(expected))
    return bool(found == expected)

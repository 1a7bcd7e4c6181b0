"""The first sentence of a portfolio summary, and what its reader has to know about it.

In: the document of a summary. Out: one sentence that stands for itself; notes, each one sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ruleengine.report.cells import cell, percent_text, short_number

Document = Mapping[str, Any]
_SMALL = 1e-6


def card_of(document: Document) -> dict[str, Any] | None:
    """The scorecard that is shown."""
    cards: Sequence[dict[str, Any]] = document["scorecards"]
    return next((card for card in cards if card["name"] == document["card"]), None)


def headline(document: Document) -> str:
    """What a manager has to know, in one sentence."""
    accounts, card = document["accounts"], card_of(document)
    if card is None:
        fired = document["accounts_with_triggers"]
        who = f"{accounts:,} {'account' if accounts == 1 else 'accounts'}"
        triggers = f"triggers fired for {fired:,} of them" if fired else "no trigger fired"
        return f"As of {document['as_of']} there are {who}, and {triggers}."
    number = card["with_score"]
    share = share_beside(number / accounts, document["goal"])
    meets = f"{'meets' if card['goal_met'] else 'misses'} the goal of {goal_text(document['goal'])}"
    have = "has" if number == 1 else "have"
    of = f"{number:,} of {accounts:,} {'account' if accounts == 1 else 'accounts'}"
    parts = [
        f"As of {document['as_of']}, {of} ({share}) {have} a score for {cell(card['title'])}, which {meets}"
    ]
    bands = [(each["accounts"], cell(each["band"])) for each in reversed(card["bands"]) if each["accounts"]]
    if bands:
        (first, band), rest = bands[0], bands[1:]
        parts.append(
            listed([f"{first:,} {'is' if first == 1 else 'are'} {band}", *(f"{n:,} {b}" for n, b in rest)])
        )
    place = next((each for each in card["places"] if (each["lost"] or 0.0) > _SMALL), None)
    if place is not None:
        mean = f" ({short_number(place['lost'] / number)} an account)" if number else ""
        parts.append(f"{cell(place['title'])} costs the most points{mean}")
    return "; ".join(parts) + "."


def goal_text(goal: float) -> str:
    """The goal in words."""
    return "100%" if goal >= 1 else f"more than {percent_text(goal, 6)}"


def share_beside(share: float, goal: float) -> str:
    """A share as percent, with so many decimals that it does not look like a goal that it is not."""
    for decimals in range(1, 6):
        text = percent_text(share, decimals)
        if share == goal or (text != percent_text(goal, 6) and (text != "100%" or share == 1)):
            return text
    return percent_text(share, 6)


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def notes(document: Document) -> list[str]:
    """What is to be known about how this was counted."""
    found = []
    ruleset = document["ruleset"]
    name = f"{ruleset['name']} {ruleset['version']}"
    if document["known_from"] == "results" and document["scorecards"]:
        found.append(
            f"{name} as it was then is not at hand: the order of the bands and the best points are taken from the results."
        )
    if len(ruleset["digests"]) > 1:
        found.append(f"The results are of {len(ruleset['digests'])} different texts of {name}.")
    card = card_of(document)
    unknown = [cell(each["title"]) for each in card["places"] if each["lost"] is None] if card else []
    if unknown and document["known_from"] == "ruleset":
        found.append(
            f"What is lost at {listed(unknown)} is not counted: how good it could be depends on the account."
        )
    return found

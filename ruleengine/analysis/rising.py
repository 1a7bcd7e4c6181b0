"""Measures of which no improvement can lower a scorecard: proved from the tree.

In: a program. Out: for each scorecard of the file the titles of these measures; and which ones stay open.
"""

from __future__ import annotations

from ruleengine.analysis.outlook import Outlook
from ruleengine.analysis.signs import Signs, times
from ruleengine.checker.index import Index
from ruleengine.tree import ruleset as r


def rising(program: r.Program) -> dict[str, tuple[str, ...]]:
    """By the name of each scorecard, the measures of which no improvement can lower its score or its band."""
    outlook = Outlook(program, Index(program, {}, program.path, {}))
    found: dict[str, list[str]] = {card.label: [] for card in outlook.own_cards()}
    for measure in outlook.measures.values():
        for card, sure in effects(outlook, measure):
            if sure:
                found[card.label].append(measure.label)
    return {card: tuple(measures) for card, measures in found.items()}


def effects(outlook: Outlook, measure: r.Measure) -> list[tuple[r.Scorecard, bool]]:
    """The scorecards of the file that a measure reaches, and of each whether improvements surely do it no harm.

    What a measure without bands comes to is neither better nor worse by itself: of it only what is sure is told.
    """
    reached = outlook.resting_on(measure.name)
    signs = Signs(outlook, measure)
    found = [(card, _is_sure(signs, card, outlook)) for card in outlook.own_cards() if card.name in reached]
    return found if measure.bands else [each for each in found if each[1]]


def _is_sure(signs: Signs, card: r.Scorecard, outlook: Outlook) -> bool:
    score = times(signs.score(card.name), outlook.direction(card.bands) if card.bands else 1)
    return score in (0, 1) and (not card.bands or signs.band(card.name) in (0, 1))

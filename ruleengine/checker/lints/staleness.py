"""Overrides that rest on a measure which can expire: when it does, the override is lifted without a word."""

from __future__ import annotations

from collections.abc import Iterator

from ruleengine.checker.examined import Examined
from ruleengine.checker.index import Index, walk
from ruleengine.diagnostics import Diagnostic, Label
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r


def staleness(examined: Examined) -> Iterator[Diagnostic]:
    """RE407: an override rests on a measure that expires."""
    index = examined.index
    for card in index.cards.values():
        if not index.is_here(card.span):
            continue
        for node in walk(card.block):
            if isinstance(node, r.Limit) and node.kind == "override" and node.condition is not None:
                yield from _override(node, node.condition, index)


def _override(limit: r.Limit, condition: e.Expression, index: Index) -> Iterator[Diagnostic]:
    asked_about = {
        node.subject.name for node in _below(condition, index) if isinstance(node, e.IsMeasureStatus)
    }
    reported = set(asked_about)
    for node in _below(condition, index):
        if not isinstance(node, e.Reference) or node.kind != "measure" or node.part.startswith("past"):
            continue
        measure = index.measures.get(node.name)
        fresh = measure.fresh if measure is not None else None
        if measure is None or fresh is None or fresh.expired is None or node.name in reported:
            continue
        reported.add(node.name)
        name = measure.label
        yield Diagnostic(
            "RE407", index.first_line(limit.span), f"when `{name}` expires, this override is lifted",
            note=f"it expires after {fresh.expired:g} {fresh.expired_unit}",
            help=f"ask for what it last was with `{name} was …`, or write `accept RE407 because \"…\"`",
            labels=(Label(index.first_line(fresh.span), "its limit"),) if index.is_here(fresh.span) else (),
        )  # fmt: skip


def _below(condition: e.Expression, index: Index) -> Iterator[object]:
    """All nodes of a condition, through lets and segments."""
    seen: set[str] = set()
    stack: list[e.Expression] = [condition]
    while stack:
        for node in walk(stack.pop()):
            yield node
            if isinstance(node, e.Variable) and node.name not in seen:
                seen.add(node.name)
                meaning = index.meaning(node.name)
                if meaning is not None:
                    stack.append(meaning)

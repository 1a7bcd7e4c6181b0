"""Replacement columns of weights of two versions of a block → choices, and the columns of any mixture.

In: a block in both versions. Out: the choices, and columns for given children. A column is the same by its condition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs
from attrs import field, frozen

from ruleengine.compare.edits import Choice
from ruleengine.compare.parts import Whole, unique_keys
from ruleengine.compare.slugs import BandNames, condition_slug
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.shape import meaning_of
from ruleengine.values import equal


@frozen(slots=True, eq=False)
class ColumnOfWeights:
    """A column as one version has it: its condition, and the weight of each child by label.

    `others` are weights of children that only the other version knows.
    """

    column: r.Column
    weights: dict[str, float]
    percent: bool
    others: dict[str, float] = field(factory=dict)

    @property
    def condition(self) -> e.Expression:
        """When it is taken."""
        return self.column.condition

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.column.span

    def of(self, children: tuple[r.Member | r.Block, ...]) -> r.Column:
        """The column for some children."""
        known = {**self.others, **self.weights}
        weights = tuple(known.get(child.label, child.weight) for child in children)
        return self.column if weights == self.column.weights else attrs.evolve(self.column, weights=weights)


@frozen(slots=True, eq=False)
class Columns:
    """The choices between columns, and those of a mixture, in order."""

    choices: tuple[Choice, ...]
    chosen_columns: Callable[[frozenset[str]], list[ColumnOfWeights]]

    def made(self, chosen: frozenset[str], children: tuple[r.Member | r.Block, ...]) -> tuple[r.Column, ...]:
        """The columns of a mixture for the children that it has."""
        if not children:
            return ()
        return tuple(column.of(children) for column in self.chosen_columns(chosen))


def columns_of(inner: Whole, old: r.Block, new: r.Block, prefix: str, names: BandNames) -> Columns:
    """The columns of a block in both versions."""
    was, now = _listed(old), _listed(new)
    pairs = _pairs(was, now)
    if pairs is not None:
        pairs = [_completed(pair) for pair in pairs]
    if pairs is None:
        found = inner.choice(f"{prefix}weights", "column", tuple(was), tuple(now))
        return Columns((found,), lambda chosen: now if found.key in chosen else was)
    changed = [pair for pair in pairs if not _alike(*pair)]
    choices = unique_keys(
        [
            inner.choice(f"{prefix}weights.{condition_slug(_either(pair).condition, names)}", "column", *pair)
            for pair in changed
        ]
    )
    keys = {id(pair): found.key for pair, found in zip(changed, choices, strict=True)}

    def made(chosen: frozenset[str]) -> list[ColumnOfWeights]:
        sides = (pair[1] if keys.get(id(pair), "") in ("", *chosen) else pair[0] for pair in pairs)
        return [column for column in sides if column is not None]

    return Columns(tuple(choices), made)


_Pair = tuple[ColumnOfWeights | None, ColumnOfWeights | None]


def _listed(block: r.Block) -> list[ColumnOfWeights]:
    labels = [child.label for child in block.children]
    return [
        ColumnOfWeights(each, dict(zip(labels, each.weights, strict=True)), block.percent)
        for each in block.columns
    ]


def _completed(pair: _Pair) -> _Pair:
    """Both columns with what the other says of children that they do not know."""
    old, new = pair
    if old is None or new is None:
        return pair
    return attrs.evolve(old, others=new.weights), attrs.evolve(new, others=old.weights)


def _either(pair: _Pair) -> ColumnOfWeights:
    found = pair[1] if pair[1] is not None else pair[0]
    assert found is not None
    return found


def _same(old: ColumnOfWeights | None, new: ColumnOfWeights | None) -> bool:
    """Whether a column weighs all children alike that both versions know: others come and go with themselves."""
    if old is None or new is None:
        return False
    shared = [label for label in new.weights if label in old.weights]
    if old.percent != new.percent:
        totals = sum(old.weights.values()) or 1.0, sum(new.weights.values()) or 1.0
        return all(equal(old.weights[label] / totals[0], new.weights[label] / totals[1]) for label in shared)
    return all(equal(old.weights[label], new.weights[label]) for label in shared)


def _alike(old: ColumnOfWeights | None, new: ColumnOfWeights | None) -> bool:
    same = old is not None and new is not None and meaning_of(old.condition) == meaning_of(new.condition)
    return same and _same(old, new)


def _pairs(old: Sequence[ColumnOfWeights], new: Sequence[ColumnOfWeights]) -> list[_Pair] | None:
    """Columns with the same condition; None where those of both versions stand in another order."""
    left = list(old)
    pairs: list[_Pair] = []
    for column in new:
        shape: Any = meaning_of(column.condition)
        partner = next((each for each in left if meaning_of(each.condition) == shape), None)
        if partner is not None:
            left.remove(partner)
        pairs.append((partner, column))
    for number, (partner, weighed) in enumerate(pairs):
        weighing = [each for each in left if partner is None and _same(each, weighed)]
        if weighing:
            left.remove(weighing[0])
            pairs[number] = weighing[0], weighed
    kept = [pair[0] for pair in pairs if pair[0] is not None]
    if kept != [each for each in old if each not in left]:
        return None
    for column in left:
        before = list(old[: old.index(column)])
        place = max((number + 1 for number, pair in enumerate(pairs) if pair[0] in before), default=0)
        pairs.insert(place, (column, None))
    return pairs

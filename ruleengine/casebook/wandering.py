"""The last resort of the search: change one fact after another, as long as that brings an account nearer.

In: an account and the goals of a way. Out: changes to try, and how far an account is from its goals: a comparison with a
number tells by how much it fails, everything else only whether it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from ruleengine.casebook.accounts import ABSENT, Account, Patch, stored
from ruleengine.casebook.edges import MIRRORED, NEGATED, Edges
from ruleengine.checker.index import Index, walk
from ruleengine.checker.likeness import likeness
from ruleengine.tree import expressions as e
from ruleengine.values import Field, Kind

_AGES = (1, 31, 91, 181, 400)
_MOST_ELEMENTS = 3


@frozen(slots=True, eq=False)
class Gap:
    """How far a value is from where a condition holds; `low` and `high` are the ends of where it shall lie."""

    subject: e.Expression
    low: float | None
    high: float | None
    outside: bool = False

    def of(self, value: Any) -> float:
        """0 at an end or within, below 1 for numbers, 1 for what is not known."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return 1.0
        below = 0.0 if self.low is None else self.low - value
        above = 0.0 if self.high is None else value - self.high
        gap = min(-below, -above) if self.outside else max(below, above)
        gap = max(gap, 0.0)
        return gap / (gap + max(1.0, abs(self.low or self.high or 1.0)))


def gap_of(node: e.Expression, truth: bool, index: Index) -> Gap | None:
    """The gap of a comparison of a number with constants."""
    if isinstance(node, e.Between) and node.subject.type.kind is Kind.NUMBER:
        return Gap(node.subject, _number(node.low, index), _number(node.high, index), outside=not truth)
    if not isinstance(node, e.Compare) or node.left.type.kind is not Kind.NUMBER:
        return None
    operator = node.operator if truth else NEGATED[node.operator]
    edge, subject = _number(node.right, index), node.left
    if edge is None:
        edge, subject, operator = _number(node.left, index), node.right, MIRRORED[operator]
    if edge is None or operator == "!=":
        return None
    return Gap(subject, None if operator in ("<", "<=") else edge, None if operator in (">", ">=") else edge)


def _number(node: e.Expression | None, index: Index) -> float | None:
    known = index.constant(node)
    return float(known.value) if known is not None and isinstance(known.value, int | float) else None


class Moves:
    """Changes of single facts that a program reads."""

    def __init__(self, index: Index, edges: Edges) -> None:
        self.index = index
        self.edges = edges
        facts: dict[tuple[str, ...], e.Fact] = {}
        fields: dict[str, e.Attribute] = {}
        for node in walk(index.program):
            if isinstance(node, e.Fact):
                facts.setdefault(node.path, node)
            elif isinstance(node, e.Attribute) and node.fact is not None:
                fields.setdefault(node.name, node)
        self.facts = list(facts.values())
        self.fields = fields

    def of(self, account: Account) -> Iterator[Patch]:
        """Every change of one fact of an account."""
        for node in self.facts:
            if node.fact.type.kind is Kind.LIST:
                yield from self._of_list(account, node)
            else:
                yield from self._values(account, node.path, node, node.fact)

    def _of_list(self, account: Account, node: e.Fact) -> Iterator[Patch]:
        elements, element = account.at(node.path), node.fact.type.element
        if not isinstance(elements, list) or element is None:
            yield ((node.path, []),)
            return
        for place in range(len(elements)):
            yield ((node.path, [each for at, each in enumerate(elements) if at != place]),)
        for place in range(min(len(elements), _MOST_ELEMENTS)):
            if element.kind is Kind.RECORD:
                for declared in element.fields:
                    asked = self.fields.get(declared.name)
                    if asked is not None:
                        yield from self._values(account, (*node.path, place, declared.name), asked, declared)

    def _values(
        self, account: Account, path: tuple[Any, ...], node: e.Expression, declared: Field
    ) -> Iterator[Patch]:
        now = account.at(path)
        for value in self._candidates(account, node, declared, now):
            found = stored(value, declared)
            if found is not None and found != now:
                yield ((path, found),)
        if now is not None and not declared.required:
            yield ((path, ABSENT),)

    def _candidates(self, account: Account, node: e.Expression, declared: Field, now: Any) -> Iterator[Any]:
        kind, key = declared.type.kind, likeness(self.index.resolve(node))
        if kind is Kind.FLAG:
            yield from (True, False)
        elif kind in (Kind.CHOICE, Kind.TEXT):
            yield from declared.type.choices or sorted(self.edges.words.get(key, ()))
        elif kind in (Kind.DATE, Kind.TIMESTAMP):
            yield from (account.as_of.toordinal() - days for days in _AGES)
        elif kind is Kind.NUMBER:
            step = self.edges.step(node)
            for edge in sorted(self.edges.numbers.get(key, ())):
                yield from (edge, edge + step, edge - step)
            yield from (
                end * declared.scale for end in (declared.minimum, declared.maximum) if end is not None
            )
            if isinstance(now, int | float) and not isinstance(now, bool):
                value = now * declared.scale
                yield from (
                    value + step,
                    value - step,
                    value * 2,
                    float(int(value / 2)),
                    value + 10 * step,
                    value - 10 * step,
                )
            else:
                yield from (0.0, step, 100 * step)


def distance(gaps: Mapping[int, Gap | None], observed: list[bool], values: Mapping[int, Any]) -> float:
    """How far the goals of a way are, all together; goals that cannot be observed do not count."""
    return sum(
        (1.0 + gap.of(values.get(place)) if gap is not None else 2.0)
        for place, gap in gaps.items()
        if not observed[place]
    )

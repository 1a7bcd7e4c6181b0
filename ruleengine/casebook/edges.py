"""Values worth trying: at the constants that something is compared with, just below and just above, and between.

In: a program. Out: for an expression, the constants that it is compared with anywhere; for a comparison, values that
make it hold, those nearest to the edge first.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from ruleengine.checker.domains import Numbers, domain_of
from ruleengine.checker.index import Index, walk
from ruleengine.checker.likeness import likeness
from ruleengine.tree import expressions as e
from ruleengine.values import Kind, equal, less

NEGATED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OTHER_WORDS = ("something else", "anything")


class Edges:
    """The constants of one program."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.numbers: dict[Hashable, set[float]] = {}
        self.words: dict[Hashable, set[str]] = {}
        for node in walk(index.program):
            if isinstance(node, e.Compare):
                self._learn(node.left, node.right)
                self._learn(node.right, node.left)
            elif isinstance(node, e.Between):
                self._learn(node.subject, node.low)
                self._learn(node.subject, node.high)
            elif isinstance(node, e.OneOf):
                for choice in node.choices:
                    self._learn(node.subject, choice)

    def _learn(self, subject: e.Expression, other: e.Expression | None) -> None:
        known = self.index.constant(other) if other is not None else None
        if known is None:
            return
        key = likeness(self.index.resolve(subject))
        if isinstance(known.value, str):
            self.words.setdefault(key, set()).add(known.value)
        elif not isinstance(known.value, bool):
            self.numbers.setdefault(key, set()).add(known.value)

    def step(self, subject: e.Expression) -> float:
        """How far apart values are that one thinks of as neighbours."""
        domain = domain_of(subject, self.index)
        if isinstance(domain, Numbers) and domain.step:
            return domain.step
        if subject.type.kind is Kind.DATE:
            return 1.0
        return 0.01 if subject.type.unit == "percent" else 1.0

    def satisfying(
        self, subject: e.Expression, operator: str, edge: float | str | bool
    ) -> Iterator[float | str | bool]:
        """Values of `subject` for which the comparison with `edge` holds."""
        if isinstance(edge, bool):
            yield edge is (operator == "=")
        elif isinstance(edge, str):
            yield from self._texts(subject, operator, edge)
        else:
            yield from (value for value in self.around(subject, edge) if _compared(operator, value, edge))

    def _texts(self, subject: e.Expression, operator: str, edge: str) -> Iterator[str]:
        if operator == "=":
            yield edge
            return
        words = subject.type.choices or (
            *sorted(self.words.get(likeness(self.index.resolve(subject)), ())),
            *_OTHER_WORDS,
        )
        yield from (word for word in words if word != edge)

    def around(self, subject: e.Expression, edge: float) -> Iterator[float]:
        """An edge, its neighbours, and the middle between it and the next constant on either side."""
        step = self.step(subject)
        known = sorted(self.numbers.get(likeness(self.index.resolve(subject)), ()))
        yield edge
        yield from (round(edge + step, 12), round(edge - step, 12))
        above = next((found for found in known if less(edge, found)), None)
        below = next((found for found in reversed(known) if less(found, edge)), None)
        for other in (above, below):
            if other is not None:
                yield from (round((edge + other) / 2, 12), other)
        if step in (1.0, 0.01) and subject.type.unit not in ("count", "days", "months"):
            yield from (round(edge + step / 100, 12), round(edge - step / 100, 12))
        yield from (round(edge * 2 + 10 * step, 12), round(edge / 2, 12), round(edge - 10 * step, 12))

    def inside(self, subject: e.Expression, low: float | None, high: float | None) -> Iterator[float]:
        """Values between two ends, the ends among them."""
        if low is not None and high is not None:
            yield from (low, round((low + high) / 2, 12), high, float(round((low + high) / 2)))
            yield from (round(low + self.step(subject), 12), round(high - self.step(subject), 12))
        elif low is not None:
            yield from self.around(subject, low)
        elif high is not None:
            yield from self.around(subject, high)

    def outside(self, subject: e.Expression, low: float | None, high: float | None) -> Iterator[float]:
        """Values beyond either end."""
        for end, operator in ((high, ">"), (low, "<"), (high, "="), (low, "=")):
            if end is not None:
                yield from (value for value in self.around(subject, end) if _compared(operator, value, end))


def _compared(operator: str, left: float, right: float) -> bool:
    if operator in ("=", "!="):
        return equal(left, right) is (operator == "=")
    if operator in ("<", ">="):
        return less(left, right) is (operator == "<")
    return less(right, left) is (operator == ">")

"""Where conditions change their mind: what they compare, and the values just below, at and just above each constant.

In: a condition. Out: `Subject`s, each with the values to try. Nothing inside of a query is looked at: it is decided
for each element of a list, and no single value of the account tells.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any

from attrs import define, field

from ruleengine.casebook.mutation.numbers import step_of
from ruleengine.casebook.wishes import Wishes
from ruleengine.checker.domains import Numbers, domain_of
from ruleengine.checker.index import Index, parts
from ruleengine.checker.likeness import likeness
from ruleengine.library.dates import add_months
from ruleengine.tree import expressions as e
from ruleengine.values import Kind, Type

_DEEPEST = 40
_OTHER_WORD = "something else"
_MOST_VALUES = 40


#: What is compared, with what, a small step, and how the constant is written.
_Compared = tuple[e.Expression, Any, float, Type | None]


@define(slots=True, eq=False)
class Subject:
    """Something that is compared: as it stands there, the cuts, and the values to try."""

    node: e.Expression
    where: tuple[e.Expression, ...]
    cuts: set[Any] = field(factory=set)
    values: set[Any] = field(factory=set)
    shown: Type | None = None  # how the cuts are written
    note: str = ""  # what is said in place of the cuts

    def ordered(self) -> list[Any]:
        """The values in their order."""
        return sorted(self.values, key=lambda value: (isinstance(value, str), value))[:_MOST_VALUES]


class Cuts:
    """Collects subjects."""

    def __init__(self, index: Index, wishes: Wishes) -> None:
        self.index = index
        self.wishes = wishes

    def of(self, node: e.Expression, where: tuple[e.Expression, ...], found: dict[Hashable, Subject]) -> None:
        """Add what a condition compares; what is looked at in the same cases is one subject."""
        self._visit(node, where, found, 0)

    def _visit(
        self, node: e.Expression, where: tuple[e.Expression, ...], found: dict[Hashable, Subject], depth: int
    ) -> None:
        if depth > _DEEPEST or isinstance(node, e.Query | e.OfSeries):
            return
        if isinstance(node, e.Variable):
            meaning = self.index.meaning(node.name)
            if meaning is not None:
                self._visit(meaning, where, found, depth + 1)
            return
        for subject, cut, step, shown in self._compared(node):
            if self._is_free(subject):
                continue
            key = likeness(self.index.resolve(subject)), likeness(where)
            known = found.setdefault(key, Subject(subject, where))
            known.cuts.add(cut)
            known.shown = (
                shown if shown is not None and (known.shown is None or not known.shown.unit) else known.shown
            )
            known.values.update(self._around(subject, cut, step))
        for part in parts(node):
            if isinstance(part, e.Expression):
                self._visit(part, where, found, depth + 1)
            else:  # a branch of `if`
                self._visit(part.condition, where, found, depth + 1)
                self._visit(part.value, where, found, depth + 1)

    def _is_free(self, subject: e.Expression) -> bool:
        """Whether a name in it is no name of the ruleset, but of a query or a parameter."""
        stack: list[Any] = [self.index.resolve(subject)]
        if isinstance(stack[0], e.Constant | e.NotAvailable):
            return True
        while stack:
            node = stack.pop()
            if isinstance(node, e.Variable) and self.index.meaning(node.name) is None:
                return True
            if not isinstance(node, e.Query):
                stack += parts(node)
        return False

    def _compared(self, node: e.Expression) -> Iterator[_Compared]:
        """What a comparison compares, with what, and a small step."""
        if isinstance(node, e.Compare):
            for subject, edge in ((node.left, node.right), (node.right, node.left)):
                yield from self._edge(subject, edge)
        elif isinstance(node, e.Between):
            for end in (node.low, node.high):
                if end is not None:
                    yield from self._edge(node.subject, end)
        elif isinstance(node, e.OneOf):
            for choice in node.choices:
                yield from self._edge(node.subject, choice)
        elif isinstance(node, e.Within):
            length = self.wishes.constant(node.duration, {})
            today = self.wishes.account.as_of.toordinal()
            if isinstance(length, int | float):
                days = node.duration.type.unit == "days"
                last = today - int(length) if days else add_months(today, -length)
                if last is not None:
                    yield node.subject, last, 1.0, None
        elif isinstance(node, e.Fact) and node.type.kind is Kind.FLAG:
            yield node, True, 0.0, None

    def _edge(self, subject: e.Expression, edge: e.Expression) -> Iterator[_Compared]:
        value = self.wishes.constant(edge, {})
        if value is None or self.wishes.constant(subject, {}) is not None:
            return
        known = self.index.constant(edge)
        plain = known if known is not None and not isinstance(known.value, str) else None
        dated = subject.type.kind in (Kind.DATE, Kind.TIMESTAMP)
        step = 1.0 if plain is None or dated else step_of(plain, subject, self.index)
        yield subject, value, step, None if plain is None else plain.type

    def _around(self, subject: e.Expression, cut: Any, step: float) -> Iterator[Any]:
        """The values at a cut and beside it that there can be."""
        kind = self.index.resolve(subject).type
        if isinstance(cut, bool):
            yield from (True, False)
        elif isinstance(cut, str):
            yield cut
            yield from kind.choices or (_OTHER_WORD,)
        else:
            domain = domain_of(subject, self.index)
            bounds = domain if isinstance(domain, Numbers) else Numbers()
            for value in (round(cut - step, 10), cut, round(cut + step, 10)):
                low, high = bounds.low, bounds.high
                if (low is None or value >= low) and (high is None or value <= high):
                    yield value


def described(cuts: set[Any], shown: Callable[[Any], str]) -> str:
    """`10%, 50% and 75%`."""
    texts = list(dict.fromkeys(shown(cut) for cut in sorted(cuts)))
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"

"""Measures and scorecards at sight: what their earlier result needs to know of them, without compiling them.

In: a symbol. Out: its unique name, its parts, its band set. `previous health` is an input and rests on nothing, so it may
stand in `health` itself, and in all that `health` rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ruleengine.compiler.answers import criteria_of
from ruleengine.compiler.cards import Cards
from ruleengine.compiler.context import Seen, qualified
from ruleengine.compiler.scope import Symbol
from ruleengine.syntax import tree as t
from ruleengine.tree import ruleset as r
from ruleengine.values import NUMBER, Type

_RATED = (t.Rate, t.RateAsGiven, t.Points)


class Sight(Cards):
    """Sees the measures and scorecards of one module."""

    def measure(self, symbol: Symbol, value_type: Callable[[], Type]) -> Seen:
        """A measure or a criterion; the type of its value is only known once it is compiled."""
        node, name = symbol.node, qualified(symbol)
        assert isinstance(node, t.Measure | t.Criterion)
        if isinstance(node, t.Criterion):
            self._note(name, self.bands_of_criterion(node))
        elif any(isinstance(statement, _RATED) for statement in node.statements):
            self._note(name, self.bands_of_measure(node))
        return Seen("measure", name, node.name, value_type)

    def card(self, symbol: Symbol) -> Seen:
        """A scorecard with its groups and members; each member is seen as well."""
        node, name = symbol.node, qualified(symbol)
        assert isinstance(node, t.Scorecard)
        self._note(name, self.bands_of_card(node))
        nodes: dict[str, str] = {}
        for path, member in self._places(node, ""):
            nodes[path.rpartition(".")[2]] = nodes[path] = path
            if member is not None:
                self._look_at(name, path, member)
        borderline = any(isinstance(statement, t.Borderline) for statement in node.statements)
        return Seen("card", name, node.name, lambda: NUMBER, nodes, borderline)

    def _note(self, name: str, bands: r.BandSet | None) -> None:
        if bands is not None:
            self.context.bands_of.setdefault(name, bands.key)

    def _places(self, node: t.Scorecard | t.Group, path: str) -> Iterator[tuple[str, Symbol | None]]:
        """The path of every group (without a symbol) and of every member."""
        for statement in node.statements:
            if not isinstance(statement, t.Group | t.MemberLine):
                continue
            below = f"{path}.{statement.name}" if path else statement.name
            if isinstance(statement, t.Group):
                yield below, None
                yield from self._places(statement, below)
                continue
            symbol = self.module.symbols.get(statement.name)
            origin = None if symbol is None else symbol.origin
            checklist = origin is not None and origin.kind == "checklist"
            yield below, None if checklist else origin
            if checklist and origin is not None:
                yield from ((f"{below}.{each.name}", each) for each in criteria_of(origin))

    def _look_at(self, card: str, path: str, symbol: Symbol) -> None:
        self.context.members.setdefault((card, path), qualified(symbol))
        there = Sight(self.context, symbol.module)
        if symbol.kind == "measure":
            there.measure(symbol, lambda: NUMBER)
        elif symbol.kind == "scorecard" and isinstance(symbol.node, t.Scorecard):
            there._note(qualified(symbol), there.bands_of_card(symbol.node))

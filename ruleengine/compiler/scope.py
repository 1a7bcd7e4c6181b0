"""What names mean in a ruleset: its modules, its symbols, and the locals of an expression.

A `Module` is one ruleset file with its fact schema and its symbols. All names of a file share one namespace with the
roots of its facts; inside a scorecard, its groups come first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from attrs import define, field, frozen

from ruleengine.facts.model import FactSchema
from ruleengine.source import Source, Span
from ruleengine.syntax import tree as t
from ruleengine.tree import expressions as e
from ruleengine.values import Type

#: What a symbol can be.
SYMBOL_KINDS = (
    "let",
    "segment",
    "measure",
    "scorecard",
    "table",
    "define",
    "bands",
    "output",
    "trigger",
    "template",
    "checklist",
    "matrix",
    "import",
)


@define(slots=True, eq=False)
class Symbol:
    """One declared name. `target` is the symbol that an imported name stands for."""

    kind: str
    name: str
    node: t.Node
    module: Module
    span: Span
    target: Symbol | None = None
    used: bool = False
    label: str = ""  # the name under which the root imports it, where it does
    place: int | None = None  # where in the root that import stands

    @property
    def origin(self) -> Symbol:
        """The symbol itself, or what it was imported from."""
        symbol = self
        while symbol.target is not None:
            symbol = symbol.target
        return symbol


@define(slots=True, eq=False)
class Module:
    """One ruleset file."""

    name: str
    version: str
    path: Path
    source: Source
    file: t.File
    header: t.Header | None
    schema: FactSchema | None
    is_root: bool
    title: str = ""
    owner: str = ""
    description: str = ""
    effective_from: date | None = None
    effective_until: date | None = None
    zone: str = "UTC"
    fiscal_month: int = 1
    digests: dict[str, str] = field(factory=dict)
    symbols: dict[str, Symbol] = field(factory=dict)
    damaged: set[str] = field(factory=set)
    assumptions: dict[tuple[str, ...], t.Assume] = field(factory=dict)
    used_facts: set[str] = field(factory=set)
    _by_kind: dict[str, tuple[int, list[Symbol]]] = field(factory=dict)

    def symbols_of(self, kind: str) -> list[Symbol]:
        """All symbols of one kind, declared or imported, in the order of the file."""
        known, found = self._by_kind.get(kind, (-1, []))
        if known != len(self.symbols):  # names are only ever added
            found = [symbol for symbol in self.symbols.values() if symbol.origin.kind == kind]
            self._by_kind[kind] = (len(self.symbols), found)
        return found


@frozen(slots=True)
class CardPlace:
    """The scorecard in which an expression stands: its unique name, and the paths of its groups and members by name."""

    name: str
    nodes: Mapping[str, str]
    groups: frozenset[str]


@frozen(slots=True)
class Scope:
    """The locals of an expression: variables, what an implied comparison is about, the card around it, the scored value."""

    variables: Mapping[str, e.Variable] = field(factory=dict)
    implied: e.Expression | None = None
    card: CardPlace | None = None
    value: e.Expression | None = None
    over_run: bool = False

    def with_variable(self, name: str, unique: str, kind: Type, span: Span) -> Scope:
        """This scope and one more variable."""
        variables = {**self.variables, name: e.Variable(unique, type=kind, span=span)}
        return Scope(variables, self.implied, self.card, self.value, self.over_run)

    def about(self, subject: e.Expression | None) -> Scope:
        """This scope with a subject for comparisons without a left side."""
        return Scope(self.variables, subject, self.card, self.value, self.over_run)

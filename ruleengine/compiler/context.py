"""What one compilation collects: reports, the steps of the program, and what has been compiled already."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from attrs import define, field, frozen

from ruleengine.compiler.scope import Symbol
from ruleengine.diagnostics import Diagnostics
from ruleengine.source import Span
from ruleengine.syntax import tree as t
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import UNKNOWN, Type

_Step = TypeVar("_Step", r.Measure, r.Output)


@frozen(slots=True)
class CompiledValue:
    """A let or a segment: the variable that holds it."""

    variable: str
    type: Type


@frozen(slots=True)
class CompiledMeasure:
    """A measure and the type of its value."""

    measure: r.Measure
    value_type: Type


@frozen(slots=True)
class CompiledCard:
    """A scorecard, and the path of every group and member by its name and by its path."""

    card: r.Scorecard
    nodes: dict[str, str]
    groups: frozenset[str]


@frozen(slots=True)
class CompiledMatrix:
    """A matrix."""

    matrix: r.Matrix


@frozen(slots=True)
class Extent:
    """How many cards and groups stand inside one another, and how many places that makes altogether."""

    depth: int
    places: int


@frozen(slots=True)
class Seen:
    """A measure (without nodes) or a scorecard, as far as its parts can be named; `label` is how its file calls it."""

    kind: str
    name: str
    label: str
    value_type: Callable[[], Type]
    nodes: dict[str, str] = field(factory=dict)
    has_borderline: bool = False


Compiled = CompiledValue | CompiledMeasure | CompiledCard | CompiledMatrix


@define(slots=True, eq=False)
class Context:
    """The state of one compilation. `require` compiles a symbol when it is first needed; `sight` tells of a measure or
    scorecard what its earlier result needs, without computing it before: that may rest on what is being compiled.
    """

    diagnostics: Diagnostics
    require: Callable[[Symbol, Span], Compiled | None]
    sight: Callable[[Symbol, Span], Seen | CompiledMatrix | None]
    steps: list[r.Step] = field(factory=list)
    definitions: dict[str, r.Definition] = field(factory=dict)
    definition_types: dict[str, Type] = field(factory=dict)
    calls: dict[str, int] = field(factory=dict)  # key of a definition or table → calls that one call is
    calls_inside: int = 0  # the same of what is being compiled, so far
    tables: dict[str, r.Table] = field(factory=dict)
    band_sets: dict[str, r.BandSet] = field(factory=dict)
    value_types: dict[str, Type] = field(factory=dict)  # unique name of a measure → type of its value
    bands_of: dict[str, str] = field(factory=dict)  # unique name of a measure or card → key of its band set
    assumptions: dict[tuple[tuple[str, ...], Span], r.Assumption] = field(factory=dict)
    #: (unique name of a card, path of a member) → unique name of the measure or card that stands there.
    members: dict[tuple[str, str], str] = field(factory=dict)
    matrices: dict[str, r.Matrix] = field(factory=dict)
    #: What is looked up for every criterion, by the identity of its node, or that of its checklist.
    checklist_of: dict[int, t.Checklist] = field(factory=dict)
    criteria_of: dict[int, dict[str, t.Criterion]] = field(factory=dict)
    bands_of_checklists: dict[int, r.BandSet | None] = field(factory=dict)
    #: unique name of a card → how deep and large it is, with all cards in it; None when that has been reported.
    extents: dict[str, Extent | None] = field(factory=dict)
    names: set[str] = field(factory=set)
    nodes: int = 0  # so many parts of expressions have been compiled
    unknown_names: int = 0  # so many names were met that mean nothing
    beside: bool = False  # what is compiled is no part of the ruleset: it may ask for outputs and texts
    in_progress: list[str] = field(factory=list)
    _numbered: dict[str, int] = field(factory=dict)  # name → the number that was given last to one like it
    _named: dict[tuple[type[r.Step], str], r.Step] = field(factory=dict)
    _looked_at: int = 0  # so many of the steps are among those by name

    def unique(self, name: str) -> str:
        """A name that no other variable of the program has."""
        candidate, number = name, self._numbered.get(name, 1)
        while candidate in self.names:
            number += 1
            candidate = f"{name}_{number}"
        self._numbered[name] = number
        self.names.add(candidate)
        return candidate

    def step(self, kind: type[_Step], name: str) -> _Step | None:
        """What has been compiled under a unique name, if it is of that kind."""
        for step in self.steps[self._looked_at :]:
            if isinstance(step, r.Measure | r.Output):
                self._named.setdefault((type(step), step.name), step)
        self._looked_at = len(self.steps)
        found = self._named.get((kind, name))
        return found if isinstance(found, kind) else None

    def report(self, code: str, span: Span, message: str, help: str = "", note: str = "") -> None:
        """Keep one report."""
        self.diagnostics.report(code, span, message, note=note, help=help)

    def fault(self, code: str, span: Span, message: str, help: str = "", note: str = "") -> e.Expression:
        """Report, and stand in with a value that goes with everything, so that one fault gives one report."""
        self.report(code, span, message, help, note)
        return unknown(span)


def unknown(span: Span) -> e.Expression:
    """A value of unknown type, where a fault has been reported."""
    return e.NotAvailable("invalid", "", type=UNKNOWN, span=span)


def qualified(symbol: Symbol) -> str:
    """The unique name of a symbol: bare in the root, as the root imports it, or `ruleset.name`."""
    if symbol.module.is_root:
        return symbol.name
    return symbol.label or f"{symbol.module.name}.{symbol.name}"

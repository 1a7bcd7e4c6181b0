"""Nodes of the header, of imports, and of named values: bands, segments, lets, tables, outputs, checks."""

from __future__ import annotations

from attrs import field, frozen

from ruleengine.source import Span
from ruleengine.syntax.expression_nodes import Date, Expression, Interval, Node, Word


@frozen(slots=True)
class Item(Node):
    """A top-level item of a file."""


@frozen(slots=True)
class Declaration(Item):
    """An item that declares a name."""

    name: str
    name_span: Span = field(eq=False, repr=False, kw_only=True)


@frozen(slots=True)
class Property(Node):
    """`title "…"`, `owner "…"`, `description "…"`."""

    key: str
    text: str


@frozen(slots=True)
class Effective(Node):
    """`effective from 2023-02-01 until 2024-02-01`."""

    start: Date
    until: Date | None = None


@frozen(slots=True)
class FactsSchema(Node):
    """`facts account 1`."""

    name: str
    version: str


@frozen(slots=True)
class Calendar(Node):
    """`calendar fiscal year starts february, zone "UTC"`."""

    month: str | None = None
    zone: str | None = None


@frozen(slots=True)
class Accept(Item):
    """`accept RE401 for support_issues because "…"`: a report that is on purpose."""

    code: str
    name: str | None
    reason: str


HeaderStatement = Property | Effective | FactsSchema | Calendar | Accept


@frozen(slots=True)
class Header(Item):
    """`ruleset customer_health 2.0.0 { … }`."""

    name: str
    version: str
    statements: tuple[HeaderStatement, ...]
    name_span: Span = field(eq=False, repr=False, kw_only=True)


@frozen(slots=True)
class ImportedName(Node):
    """`scm_adoption`, or `scm_adoption as scm`."""

    name: str
    alias: str | None = None


@frozen(slots=True)
class Import(Item):
    """`import use_case_adoption 4.0.0 (scm_adoption, ci_adoption)`."""

    ruleset: str
    version: str
    names: tuple[ImportedName, ...]


@frozen(slots=True)
class Band(Node):
    """`green 75..100 points 87.5`."""

    word: Word
    interval: Interval | None = None
    points: Expression | None = None


@frozen(slots=True)
class BandSet(Declaration):
    """`bands rag { … }`, `bands aqi of whole numbers { … }`; `step` is None, `1` or the digits of `of steps of`."""

    step: str | None
    bands: tuple[Band, ...]


@frozen(slots=True)
class Segment(Declaration):
    """`segment scale when account.service_level = "scale"`."""

    title: str | None
    condition: Expression


@frozen(slots=True)
class Let(Declaration):
    """`let tenure = months since account.customer_since`."""

    value: Expression


@frozen(slots=True)
class Parameter(Node):
    """`age number`, or `age` alone for any type."""

    name: str
    type: str | None = None


@frozen(slots=True)
class Define(Declaration):
    """`define share(part, whole) = part / whole`."""

    parameters: tuple[Parameter, ...]
    body: Expression


@frozen(slots=True)
class Assume(Item):
    """`assume patient.smoker, patient.diabetes = false because "absent counts as no"`."""

    paths: tuple[Expression, ...]
    value: Expression
    because: str | None


@frozen(slots=True)
class Problem(Item):
    """`problem "several instances are marked" when …`."""

    text: str
    condition: Expression


@frozen(slots=True)
class Output(Declaration):
    """`output at_risk = health is worse than yellow`."""

    value: Expression
    percent: bool = False


@frozen(slots=True)
class Invariant(Item):
    """`invariant "red sentiment is never hidden" never … `; `always` is true for `always`."""

    text: str
    always: bool
    condition: Expression


@frozen(slots=True)
class AnyCell(Node):
    """`any`: a cell that every value fits."""


@frozen(slots=True)
class TableRow(Node):
    """`in 20..39, true gives 8 because "…"`; `cells` is None for `otherwise`."""

    cells: tuple[Expression | AnyCell, ...] | None
    result: Expression
    because: str | None


@frozen(slots=True)
class Table(Declaration):
    """`table smoking(age number, smoker flag) hits first { … }`; `hits` is first, one, agreeing or all."""

    parameters: tuple[Parameter, ...]
    hits: str
    rows: tuple[TableRow, ...]

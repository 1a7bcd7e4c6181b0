"""Nodes of the header, of imports, and of named values: bands, segments, lets, tables, outputs, checks."""

from __future__ import annotations

from attrs import field, frozen

from ruleengine.source import Span
from ruleengine.syntax.expression_nodes import Date, Expression, Interval, Node, Word


@frozen(slots=True, eq=False, repr=False)
class Item(Node):
    """A top-level item of a file."""


@frozen(slots=True, eq=False, repr=False)
class Declaration(Item):
    """An item that declares a name."""

    name: str
    name_span: Span = field(eq=False, repr=False, kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Property(Node):
    """`title "…"`, `owner "…"`, `description "…"`."""

    key: str
    text: str


@frozen(slots=True, eq=False, repr=False)
class Effective(Node):
    """`effective from 2023-02-01 until 2024-02-01`."""

    start: Date
    until: Date | None = None


@frozen(slots=True, eq=False, repr=False)
class FactsSchema(Node):
    """`facts account 1`."""

    name: str
    version: str


@frozen(slots=True, eq=False, repr=False)
class Calendar(Node):
    """`calendar fiscal year starts february, zone "UTC"`; `zone_span` is the place of the zone."""

    month: str | None
    zone: str | None
    zone_span: Span = field(eq=False, repr=False, kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Accept(Item):
    """`accept RE401 for support_issues because "…"`: a report that is on purpose."""

    code: str
    name: str | None
    reason: str


HeaderStatement = Property | Effective | FactsSchema | Calendar | Accept


@frozen(slots=True, eq=False, repr=False)
class Header(Item):
    """`ruleset customer_health 2.0.0 { … }`."""

    name: str
    version: str
    statements: tuple[HeaderStatement, ...]
    name_span: Span = field(eq=False, repr=False, kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class ImportedName(Node):
    """`scm_adoption`, or `scm_adoption as scm`."""

    name: str
    alias: str | None = None


@frozen(slots=True, eq=False, repr=False)
class Import(Item):
    """`import use_case_adoption 4.0.0 (scm_adoption, ci_adoption)`."""

    ruleset: str
    version: str
    names: tuple[ImportedName, ...]


@frozen(slots=True, eq=False, repr=False)
class Band(Node):
    """`green 75..100 points 87.5`."""

    word: Word
    interval: Interval | None = None
    points: Expression | None = None


@frozen(slots=True, eq=False, repr=False)
class BandSet(Declaration):
    """`bands rag { … }`, `bands aqi of whole numbers { … }`; `step` is None, `1` or the digits of `of steps of`."""

    step: str | None
    bands: tuple[Band, ...]


@frozen(slots=True, eq=False, repr=False)
class Segment(Declaration):
    """`segment scale when account.service_level = "scale"`."""

    title: str | None
    condition: Expression


@frozen(slots=True, eq=False, repr=False)
class Let(Declaration):
    """`let tenure = months since account.customer_since`."""

    value: Expression


@frozen(slots=True, eq=False, repr=False)
class Parameter(Node):
    """`age number`, or `age` alone for any type."""

    name: str
    type: str | None = None


@frozen(slots=True, eq=False, repr=False)
class Define(Declaration):
    """`define share(part, whole) = part / whole`."""

    parameters: tuple[Parameter, ...]
    body: Expression


@frozen(slots=True, eq=False, repr=False)
class Assume(Item):
    """`assume patient.smoker, patient.diabetes = false because "absent counts as no"`."""

    paths: tuple[Expression, ...]
    value: Expression
    because: str | None


@frozen(slots=True, eq=False, repr=False)
class Problem(Item):
    """`problem "several instances are marked" when …`."""

    text: str
    condition: Expression


@frozen(slots=True, eq=False, repr=False)
class Output(Declaration):
    """`output at_risk = health is worse than yellow`."""

    value: Expression
    percent: bool = False


@frozen(slots=True, eq=False, repr=False)
class Invariant(Item):
    """`invariant "red sentiment is never hidden" never … `; `always` is true for `always`."""

    text: str
    always: bool
    condition: Expression


@frozen(slots=True, eq=False, repr=False)
class AnyCell(Node):
    """`any`: a cell that every value fits."""


@frozen(slots=True, eq=False, repr=False)
class TableRow(Node):
    """`in 20..39, true gives 8 because "…"`; `cells` is None for `otherwise`."""

    cells: tuple[Expression | AnyCell, ...] | None
    result: Expression
    because: str | None


@frozen(slots=True, eq=False, repr=False)
class Table(Declaration):
    """`table smoking(age number, smoker flag) hits first { … }`; `hits` is first, one, agreeing or all."""

    parameters: tuple[Parameter, ...]
    hits: str
    rows: tuple[TableRow, ...]

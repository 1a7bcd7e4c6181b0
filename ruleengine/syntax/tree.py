"""The syntax tree: what a ruleset file says, in the order in which it says it.

Nodes are frozen and have no behaviour. `span` is left out of equality, so two texts that differ in layout alone give
equal trees; look nodes up by identity, never by equality. The docstring of a node shows the surface it stands for.
"""

from __future__ import annotations

from attrs import field, frozen

from ruleengine.source import Span
from ruleengine.syntax.expression_nodes import (
    Arithmetic as Arithmetic, AsOf as AsOf, Branch as Branch, Call as Call, Compare as Compare,
    Computed as Computed, Contains as Contains, CountTrue as CountTrue, Date as Date, Default as Default,
    Elapsed as Elapsed, Expression as Expression, FiscalNumber as FiscalNumber, Flag as Flag, If as If,
    In as In, Interval as Interval, Is as Is, ListLiteral as ListLiteral, Logic as Logic, Member as Member,
    Name as Name, Negative as Negative, Node as Node, Not as Not, NotAvailable as NotAvailable,
    Number as Number, OverRun as OverRun, Period as Period, Query as Query, Record as Record,
    RecordField as RecordField, Text as Text, Within as Within, Word as Word,
)  # fmt: skip

# ── Header and imports ──────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True)
class Item(Node):
    """A top-level item of a file."""


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


# ── Bands, segments, named values ───────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True)
class Declaration(Item):
    """An item that declares a name."""

    name: str
    name_span: Span = field(eq=False, repr=False, kw_only=True)


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


# ── Measures ────────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True)
class BandOutcome(Node):
    """`red` as an outcome."""

    word: Word


@frozen(slots=True)
class PointsOutcome(Node):
    """`points 3 * value`."""

    value: Expression


@frozen(slots=True)
class StepsOutcome(Node):
    """`points steps above 10, 20, 30`: how many edges the value passes. `relation`: above, from, below, up to."""

    relation: str
    edges: tuple[Expression, ...]


@frozen(slots=True)
class LinearOutcome(Node):
    """`linear 20..40 when in a..b`: points run from `low` to `high` as the value runs through the row's interval."""

    low: Expression
    high: Expression


@frozen(slots=True)
class NaOutcome(Node):
    """`na not_applicable "too early to tell"`."""

    reason: str
    text: str | None


Outcome = BandOutcome | PointsOutcome | StepsOutcome | LinearOutcome | NaOutcome


@frozen(slots=True)
class Row(Node):
    """`OUTCOME when TEST because "…"`; `test` is None for `otherwise`."""

    outcome: Outcome
    test: Expression | None
    because: str | None = None


@frozen(slots=True)
class BandsUse(Node):
    """`bands rag` inside a measure or scorecard."""

    name: str


@frozen(slots=True)
class Value(Node):
    """`value EXPR shown as percent`."""

    value: Expression
    percent: bool = False


@frozen(slots=True)
class Rate(Node):
    """`rate when CONDITION { … }`, `rate { … }`."""

    condition: Expression | None
    rows: tuple[Row, ...]


@frozen(slots=True)
class RateAsGiven(Node):
    """`rate as given`: the value is already a band."""


@frozen(slots=True)
class Points(Node):
    """`points EXPR`, `points steps above 10, 20` as a statement: one row that always holds."""

    outcome: PointsOutcome | StepsOutcome


@frozen(slots=True)
class Fresh(Node):
    """`fresh by sentiment.updated_at, stale after 90 days, expired after 120 days`."""

    by: Expression
    stale: Number | None
    expired: Number | None


@frozen(slots=True)
class AppliesTo(Node):
    """`applies to all except a, b` (`everyone` is true) or `applies to a, b`."""

    everyone: bool
    names: tuple[Word, ...]


@frozen(slots=True)
class AppliesWhen(Node):
    """`applies when CONDITION`."""

    condition: Expression


@frozen(slots=True)
class Missing(Node):
    """`missing POLICY`: `redistribute`, `redistribute flat`, `impute` (value), `as zero`, `require all`,
    `require` (number of total), `coverage` (share).
    """

    policy: str
    value: Expression | None = None
    number: int | None = None
    total: int | None = None


@frozen(slots=True)
class Baseline(Node):
    """`baseline 40`: the points that ranked reasons compare with."""

    value: Expression


@frozen(slots=True)
class Limit(Node):
    """`override red when … because "…"`, `cap score 60 when …`, `floor yellow when …`. `kind`: cap, floor, override."""

    kind: str
    band: Word | None
    score: Expression | None
    condition: Expression | None
    because: str | None


MeasureStatement = (
    Property | BandsUse | Let | Value | Rate | RateAsGiven | Points | Fresh | AppliesTo | AppliesWhen | Missing | Baseline
    | Limit | Accept
)  # fmt: skip


@frozen(slots=True)
class Measure(Declaration):
    """`measure license_utilization "License utilization" { … }`."""

    title: str | None
    statements: tuple[MeasureStatement, ...]


# ── Scorecards ──────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True)
class Weight(Node):
    """`30%` or `3`."""

    digits: str
    percent: bool


@frozen(slots=True)
class Grace(Node):
    """`grace first 30 days from account.customer_since, except csm_sentiment`."""

    duration: Number
    start: Expression
    names: tuple[Word, ...]


@frozen(slots=True)
class Rollup(Node):
    """`rollup weighted mean`, `sum`, `minimum`, `maximum`, `worst band`, or `count of red` (kind `count`, with `band`)."""

    kind: str
    band: Word | None = None


@frozen(slots=True)
class ScoreFormula(Node):
    """`score likelihood * impact`."""

    value: Expression


@frozen(slots=True)
class Round(Node):
    """`round to 1 decimal half_even`."""

    digits: int
    mode: str | None


@frozen(slots=True)
class Borderline(Node):
    """`borderline within 5`."""

    distance: Expression


@frozen(slots=True)
class MemberLine(Node):
    """`license_utilization 30%`, `scm_adoption 15% by band`."""

    name: str
    weight: Weight | None
    by_band: bool = False


@frozen(slots=True)
class WeightEntry(Node):
    """`product 50%` in a column of weights."""

    name: str
    weight: Weight


@frozen(slots=True)
class Weights(Node):
    """`weights when CONDITION { … }` or `weights for SEGMENT { … }`: a complete replacement column."""

    condition: Expression | None
    segment: Word | None
    entries: tuple[WeightEntry, ...]


@frozen(slots=True)
class Group(Declaration):
    """`group product "Product" 50% { … }`."""

    title: str | None
    weight: Weight | None
    statements: tuple[CardStatement, ...]


CardStatement = (
    Property | BandsUse | Grace | Missing | Rollup | ScoreFormula | Round | Borderline | Group | Weights | Limit | Accept
    | MemberLine
)  # fmt: skip


@frozen(slots=True)
class Scorecard(Declaration):
    """`scorecard health "Customer health" { … }`."""

    title: str | None
    statements: tuple[CardStatement, ...]


# ── The file ────────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True)
class Comment(Node):
    """`# …` to the end of its line; `alone` when nothing else stands on the line."""

    text: str
    alone: bool


@frozen(slots=True)
class File(Node):
    """A ruleset file. `damaged` names what was declared by items that have a syntax error; it is not checked further.

    `comments` carry their places; the formatter puts them back.
    """

    items: tuple[Item, ...]
    comments: tuple[Comment, ...] = field(default=(), eq=False)
    damaged: frozenset[str] = frozenset()

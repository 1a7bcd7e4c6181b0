"""Evaluation nodes for whole rulesets: what a checked ruleset says, with all names resolved.

`Program` is the waist of the engine: everything after the compiler reads it and nothing else.
"""

from __future__ import annotations

from attrs import field, frozen

from ruleengine.source import Span
from ruleengine.tree.actions import (
    Alternative as Alternative, Axis as Axis, CellText as CellText, Matrix as Matrix, MatrixCell as MatrixCell,
    MatrixRow as MatrixRow, Placeholder as Placeholder, TextWithValues as TextWithValues, Trigger as Trigger,
    TriggerField as TriggerField,
)  # fmt: skip
from ruleengine.tree.expressions import Expression
from ruleengine.values import Kind, Type

_NO_FACTS = Type(Kind.RECORD)


# ── Bands ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True, eq=False, repr=False)
class Band:
    """One band of a set. Ends that are open towards infinity are None; `points` is None when not declared."""

    name: str
    low: float | None
    high: float | None
    low_open: bool
    high_open: bool
    points: float | None
    has_interval: bool
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class BandSet:
    """An ordered set of bands, best first. `step` is the distance of neighbouring scores, or None for any number."""

    key: str
    name: str
    bands: tuple[Band, ...]
    step: float | None
    span: Span = field(kw_only=True)


# ── Values ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True, eq=False, repr=False)
class Let:
    """A named value; `name` is unique in the program, `label` what the author called it."""

    name: str
    label: str
    value: Expression
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Definition:
    """The body of a `define` for arguments of given types; parameters are variables."""

    key: str
    name: str
    parameters: tuple[str, ...]
    body: Expression
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class TableRow:
    """One row: `condition` over the parameters (None for `otherwise`), and the result."""

    condition: Expression | None
    result: Expression
    because: str | None
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Table:
    """A decision table; `hits` is first, one, agreeing or all."""

    key: str
    name: str
    parameters: tuple[str, ...]
    parameter_types: tuple[Type, ...]
    hits: str
    rows: tuple[TableRow, ...]
    type: Type
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Segment:
    """A named condition."""

    name: str
    label: str
    title: str | None
    condition: Expression
    span: Span = field(kw_only=True)


# ── Measures ────────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True, eq=False, repr=False)
class BandOutcome:
    """The band at `position` of the measure's band set."""

    position: int


@frozen(slots=True, eq=False, repr=False)
class PointsOutcome:
    """Points from an expression."""

    value: Expression


@frozen(slots=True, eq=False, repr=False)
class StepsOutcome:
    """How many of the `edges` the value passes; `relation` is above, from, below or up to."""

    value: Expression
    relation: str
    edges: tuple[Expression, ...]


@frozen(slots=True, eq=False, repr=False)
class LinearOutcome:
    """Points between `low` and `high` as `value` runs from `start` to `end`."""

    value: Expression
    low: Expression
    high: Expression
    start: Expression
    end: Expression


@frozen(slots=True, eq=False, repr=False)
class NaOutcome:
    """NA with a reason that the ruleset declares."""

    reason: str
    text: str


Outcome = BandOutcome | PointsOutcome | StepsOutcome | LinearOutcome | NaOutcome


@frozen(slots=True, eq=False, repr=False)
class Row:
    """One rating row; `condition` is None for `otherwise`."""

    condition: Expression | None
    outcome: Outcome
    because: str | None
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class RateBlock:
    """A `rate` block; `condition` is None when it always holds."""

    condition: Expression | None
    rows: tuple[Row, ...]
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Fresh:
    """The date that tells the age, and after how many `unit` (days or months) the value is stale or expired."""

    by: Expression
    stale: float | None
    stale_unit: str
    expired: float | None
    expired_unit: str
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Limit:
    """A cap, floor or override by band position or by score; `condition` None means always."""

    kind: str
    band: int | None
    score: Expression | None
    condition: Expression | None
    because: str | None
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Missing:
    """A missing policy: redistribute, redistribute flat, impute, as zero, require all, require, coverage.

    `value` is the imputed points or the required share; `band` the imputed band, where one is named; `number` of `total`
    for `require`.
    """

    policy: str
    value: Expression | None
    number: int | None
    total: int | None
    band: str | None = None
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Applies:
    """A condition that must hold, else the measure is not applicable."""

    condition: Expression
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Measure:
    """One observed thing. `as_given` when the value is already a band; `bands` the key of its band set, or empty.

    `banded_points` says that points rows derive a band from the band set (and must lie on its scale). A criterion of a
    checklist is a measure too; `checklist` is the name of that.
    """

    name: str
    label: str
    title: str
    lets: tuple[Let, ...]
    applies: tuple[Applies, ...]
    value: Expression | None
    percent: bool
    fresh: Fresh | None
    rates: tuple[RateBlock, ...]
    as_given: bool
    bands: str
    banded_points: bool
    limits: tuple[Limit, ...]
    missing: Missing | None
    baseline: Expression | None
    description: str
    checklist: str = ""
    visible: bool = True
    span: Span = field(kw_only=True)


# ── Scorecards ──────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True, eq=False, repr=False)
class Member:
    """A measure (`kind` measure) or scorecard (`kind` card) at a place in a card."""

    kind: str
    name: str
    label: str
    title: str
    weight: float
    by_band: bool
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Column:
    """A replacement column of weights, in the order of the block's children."""

    condition: Expression
    weights: tuple[float, ...]
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Block:
    """A scorecard or a group: children with weights and a roll-up.

    `path` is empty for the card itself. `rollup`: weighted mean, sum, minimum, maximum, worst band, count, formula.
    `percent` says that the weights were written as percentages.
    """

    name: str
    label: str
    title: str
    path: str
    weight: float
    children: tuple[Member | Block, ...]
    columns: tuple[Column, ...]
    rollup: str
    count_band: str | None
    formula: Expression | None
    missing: Missing | None
    limits: tuple[Limit, ...]
    rounding: tuple[int, str] | None
    percent: bool = False
    description: str = ""
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Grace:
    """`grace first N days from D, except …`; `excepted` holds labels of members."""

    length: float
    unit: str
    start: Expression
    excepted: tuple[str, ...]
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Scorecard:
    """A scorecard; `bands` is the key of its band set, or empty."""

    name: str
    label: str
    block: Block
    bands: str
    grace: Grace | None
    borderline: Expression | None
    visible: bool = True
    span: Span = field(kw_only=True)


# ── The rest ────────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True, eq=False, repr=False)
class Output:
    """A named result."""

    name: str
    label: str
    value: Expression
    percent: bool
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Check:
    """A `problem`, an `invariant` (kind never/always), or a condition from outside the ruleset (kind condition)."""

    kind: str
    text: str
    condition: Expression
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Assumption:
    """A declared assumption, for the result."""

    path: tuple[str, ...]
    value: Expression
    because: str
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Template:
    """A text to be written for an account: `body` is a list of lines, `condition` says for whom (None: for all)."""

    name: str
    label: str
    title: str
    condition: Expression | None
    format: str
    subject: TextWithValues | None
    labels: tuple[TextWithValues, ...]
    body: tuple[TextWithValues, ...]
    description: str
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Probe:
    """Values that somebody asks for in one of many cases, such as what a ruleset test expects; no part of a ruleset."""

    case: int
    values: tuple[Expression, ...]
    span: Span = field(kw_only=True)


Step = Let | Segment | Measure | Scorecard | Output | Check | Trigger | Template | Matrix | Probe


@frozen(slots=True, eq=False, repr=False)
class Program:
    """A whole ruleset, ready to run. `steps` are in an order in which everything comes after what it needs."""

    name: str
    version: str
    title: str
    owner: str
    description: str
    digest: str
    path: str
    effective_from: int | None
    effective_until: int | None
    zone: str
    fiscal_month: int
    id_path: tuple[str, ...]
    band_sets: tuple[BandSet, ...]
    definitions: tuple[Definition, ...]
    tables: tuple[Table, ...]
    assumptions: tuple[Assumption, ...]
    steps: tuple[Step, ...]
    secrets: tuple[str, ...] = ()
    schema_name: str = ""
    schema_version: str = ""
    schemas: tuple[tuple[str, str], ...] = ()
    facts: Type = _NO_FACTS

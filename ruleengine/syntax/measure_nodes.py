"""Nodes of measures and their statements."""

from __future__ import annotations

from attrs import frozen

from ruleengine.syntax.expression_nodes import Expression, Node, Number, Word
from ruleengine.syntax.item_nodes import Accept, Declaration, Let, Property


@frozen(slots=True, eq=False, repr=False)
class BandOutcome(Node):
    """`red` as an outcome."""

    word: Word


@frozen(slots=True, eq=False, repr=False)
class PointsOutcome(Node):
    """`points 3 * value`."""

    value: Expression


@frozen(slots=True, eq=False, repr=False)
class StepsOutcome(Node):
    """`points steps above 10, 20, 30`: how many edges the value passes. `relation`: above, from, below, up to."""

    relation: str
    edges: tuple[Expression, ...]


@frozen(slots=True, eq=False, repr=False)
class LinearOutcome(Node):
    """`linear 20..40 when in a..b`: points run from `low` to `high` as the value runs through the row's interval."""

    low: Expression
    high: Expression


@frozen(slots=True, eq=False, repr=False)
class NaOutcome(Node):
    """`na not_applicable "too early to tell"`."""

    reason: str
    text: str | None


Outcome = BandOutcome | PointsOutcome | StepsOutcome | LinearOutcome | NaOutcome


@frozen(slots=True, eq=False, repr=False)
class Row(Node):
    """`OUTCOME when TEST because "…"`; `test` is None for `otherwise`."""

    outcome: Outcome
    test: Expression | None
    because: str | None = None


@frozen(slots=True, eq=False, repr=False)
class BandsUse(Node):
    """`bands rag` inside a measure or scorecard."""

    name: str


@frozen(slots=True, eq=False, repr=False)
class Value(Node):
    """`value EXPR shown as percent`."""

    value: Expression
    percent: bool = False


@frozen(slots=True, eq=False, repr=False)
class Rate(Node):
    """`rate when CONDITION { … }`, `rate { … }`."""

    condition: Expression | None
    rows: tuple[Row, ...]


@frozen(slots=True, eq=False, repr=False)
class RateAsGiven(Node):
    """`rate as given`: the value is already a band."""


@frozen(slots=True, eq=False, repr=False)
class Points(Node):
    """`points EXPR`, `points steps above 10, 20` as a statement: one row that always holds."""

    outcome: PointsOutcome | StepsOutcome


@frozen(slots=True, eq=False, repr=False)
class Fresh(Node):
    """`fresh by sentiment.updated_at, stale after 90 days, expired after 120 days`."""

    by: Expression
    stale: Number | None
    expired: Number | None


@frozen(slots=True, eq=False, repr=False)
class AppliesTo(Node):
    """`applies to all except a, b` (`everyone` is true) or `applies to a, b`."""

    everyone: bool
    names: tuple[Word, ...]


@frozen(slots=True, eq=False, repr=False)
class AppliesWhen(Node):
    """`applies when CONDITION`."""

    condition: Expression


@frozen(slots=True, eq=False, repr=False)
class Missing(Node):
    """`missing POLICY`: `redistribute`, `redistribute flat`, `impute` (value), `as zero`, `require all`,
    `require` (number of total), `coverage` (share).
    """

    policy: str
    value: Expression | None = None
    number: int | None = None
    total: int | None = None


@frozen(slots=True, eq=False, repr=False)
class Baseline(Node):
    """`baseline 40`: the points that ranked reasons compare with."""

    value: Expression


@frozen(slots=True, eq=False, repr=False)
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


@frozen(slots=True, eq=False, repr=False)
class Measure(Declaration):
    """`measure license_utilization "License utilization" { … }`."""

    title: str | None
    statements: tuple[MeasureStatement, ...]

"""Nodes of scorecards, groups and their statements."""

from __future__ import annotations

from attrs import frozen

from ruleengine.syntax.expression_nodes import Expression, Node, Number, Word
from ruleengine.syntax.item_nodes import Accept, Declaration, Property
from ruleengine.syntax.measure_nodes import BandsUse, Limit, Missing


@frozen(slots=True, eq=False, repr=False)
class Weight(Node):
    """`30%` or `3`."""

    digits: str
    percent: bool


@frozen(slots=True, eq=False, repr=False)
class Grace(Node):
    """`grace first 30 days from account.customer_since, except csm_sentiment`."""

    duration: Number
    start: Expression
    names: tuple[Word, ...]


@frozen(slots=True, eq=False, repr=False)
class Rollup(Node):
    """`rollup weighted mean`, `sum`, `minimum`, `maximum`, `worst band`, or `count of red` (kind `count`, with `band`)."""

    kind: str
    band: Word | None = None


@frozen(slots=True, eq=False, repr=False)
class ScoreFormula(Node):
    """`score likelihood * impact`."""

    value: Expression


@frozen(slots=True, eq=False, repr=False)
class Round(Node):
    """`round to 1 decimal half_even`."""

    digits: int
    mode: str | None


@frozen(slots=True, eq=False, repr=False)
class Borderline(Node):
    """`borderline within 5`."""

    distance: Expression


@frozen(slots=True, eq=False, repr=False)
class MemberLine(Node):
    """`license_utilization 30%`, `scm_adoption 15% by band`."""

    name: str
    weight: Weight | None
    by_band: bool = False


@frozen(slots=True, eq=False, repr=False)
class WeightEntry(Node):
    """`product 50%` in a column of weights."""

    name: str
    weight: Weight


@frozen(slots=True, eq=False, repr=False)
class Weights(Node):
    """`weights when CONDITION { … }` or `weights for SEGMENT { … }`: a complete replacement column."""

    condition: Expression | None
    segment: Word | None
    entries: tuple[WeightEntry, ...]


@frozen(slots=True, eq=False, repr=False)
class Group(Declaration):
    """`group product "Product" 50% { … }`."""

    title: str | None
    weight: Weight | None
    statements: tuple[CardStatement, ...]


CardStatement = (
    Property | BandsUse | Grace | Missing | Rollup | ScoreFormula | Round | Borderline | Group | Weights | Limit | Accept
    | MemberLine
)  # fmt: skip


@frozen(slots=True, eq=False, repr=False)
class Scorecard(Declaration):
    """`scorecard health "Customer health" { … }`."""

    title: str | None
    statements: tuple[CardStatement, ...]

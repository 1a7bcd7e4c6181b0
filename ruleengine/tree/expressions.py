"""Evaluation nodes for expressions: typed, resolved, ready to run.

Every node carries the type of its value and the place in the ruleset that it came from. Names are gone: facts are
paths, everything computed is a variable with a unique name. Nodes hold data only; they are told apart by identity, which
also keeps the start of a process short: sixty classes without comparison and representation are made in half the time.
"""

from __future__ import annotations

from attrs import field, frozen

from ruleengine.source import Span
from ruleengine.values import Field, Type


@frozen(slots=True, eq=False, repr=False)
class Expression:
    """Anything that has a value, present or NA."""

    type: Type = field(kw_only=True)
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Constant(Expression):
    """A number, text, flag; a date as its day number; a timestamp as microseconds; a band as its position."""

    value: float | int | str | bool


@frozen(slots=True, eq=False, repr=False)
class NotAvailable(Expression):
    """`na REASON "text"`."""

    reason: str
    text: str


@frozen(slots=True, eq=False, repr=False)
class Fact(Expression):
    """`account.service_level`: a field of the document. `assumed` stands in where it is missing."""

    path: tuple[str, ...]
    fact: Field
    assumed: Expression | None = None


@frozen(slots=True, eq=False, repr=False)
class Variable(Expression):
    """A let, a parameter, or the variable of a query: the generated program's local of that name."""

    name: str


@frozen(slots=True, eq=False, repr=False)
class Attribute(Expression):
    """`i.reported_at`: a field of a record that is no fixed part of the document. `fact` is None for own records."""

    base: Expression
    name: str
    fact: Field | None


@frozen(slots=True, eq=False, repr=False)
class AsOf(Expression):
    """The as-of date."""


@frozen(slots=True, eq=False, repr=False)
class Call(Expression):
    """A library function or an operator applied to values; `function` is the key of its library record.

    `options` are arguments that are fixed when the ruleset is compiled, such as a rounding mode.
    """

    function: str
    arguments: tuple[Expression, ...]
    options: tuple[str | int, ...] = ()


@frozen(slots=True, eq=False, repr=False)
class Compare(Expression):
    """`a <= b`; `operator` is one of = != < <= > >=. Both sides are of one kind."""

    operator: str
    left: Expression
    right: Expression


@frozen(slots=True, eq=False, repr=False)
class Between(Expression):
    """`x in low..high`; an end may be open (excluded) or absent."""

    subject: Expression
    low: Expression | None
    high: Expression | None
    low_open: bool
    high_open: bool


@frozen(slots=True, eq=False, repr=False)
class OneOf(Expression):
    """`x in (a, b)`."""

    subject: Expression
    choices: tuple[Expression, ...]


@frozen(slots=True, eq=False, repr=False)
class Logic(Expression):
    """`a and b` / `a or b`, by Kleene's logic."""

    operator: str
    operands: tuple[Expression, ...]


@frozen(slots=True, eq=False, repr=False)
class Not(Expression):
    """`not a`."""

    operand: Expression


@frozen(slots=True, eq=False, repr=False)
class Default(Expression):
    """`a default b`: the first operand that is not missing."""

    operands: tuple[Expression, ...]


@frozen(slots=True, eq=False, repr=False)
class Branch:
    """One condition with its value."""

    condition: Expression
    value: Expression


@frozen(slots=True, eq=False, repr=False)
class Choose(Expression):
    """`if a then x else y`."""

    branches: tuple[Branch, ...]
    otherwise: Expression


@frozen(slots=True, eq=False, repr=False)
class IsStatus(Expression):
    """`x is missing`, `x is known`: always decided. `subject` is a value; see `IsMeasureStatus` for measures and cards."""

    subject: Expression
    words: tuple[str, ...]


@frozen(slots=True, eq=False, repr=False)
class IsMeasureStatus(Expression):
    """`csm_sentiment is stale`: a test of the status of a measure, a card or a node."""

    subject: Reference
    words: tuple[str, ...]


@frozen(slots=True, eq=False, repr=False)
class IsBand(Expression):
    """`health is red`, `is worse than yellow`: true when the band's position is one of `positions`; NA when it has none."""

    subject: Reference
    positions: tuple[int, ...]


@frozen(slots=True, eq=False, repr=False)
class Reference(Expression):
    """A measure, scorecard, group or member seen from an expression.

    `kind` is measure, card or node; `name` the unique name, `path` the node's path in its card. `part`: for measures
    value, points; for cards score, computed_score, coverage; for nodes score, effective_weight, contribution;
    `band` and `computed_band` for tests.
    """

    kind: str
    name: str
    part: str
    path: str = ""


@frozen(slots=True, eq=False, repr=False)
class Previous(Expression):
    """`previous health.score`: a part of the account's earlier result, at `path` in that document.

    `label` is how the author calls it. A band has the type of a choice: another word is none of today's bands.
    """

    path: tuple[str, ...]
    label: str


@frozen(slots=True, eq=False, repr=False)
class IsBandThanBand(Expression):
    """`health is worse than previous health`; `relation` is worse or better, `names` are the bands, best first."""

    left: Expression
    relation: str
    right: Expression
    names: tuple[str, ...]


@frozen(slots=True, eq=False, repr=False)
class Said(Expression):
    """`churn.reason`: a `part` of what a trigger says when it fires, or of the text of a template (`kind`)."""

    kind: str
    name: str
    part: str


@frozen(slots=True, eq=False, repr=False)
class Reasons(Expression):
    """`reasons of health`: a text for each member of a card that counts, what costs most first."""

    card: str


@frozen(slots=True, eq=False, repr=False)
class Query(Expression):
    """`latest i in … where … by …`; `kind` as in the syntax tree. `variable` is unique in the program."""

    kind: str
    variable: str
    source: Expression
    where: Expression | None
    by: Expression | None
    projection: Expression | None
    number: int | None


@frozen(slots=True, eq=False, repr=False)
class OfSeries(Expression):
    """`growth of licences over 1 month`; `kind` as in the syntax tree.

    `period` is of days or months, `number` of `over N values`, `date` of `value of … at`.
    """

    kind: str
    series: Expression
    period: Expression | None
    number: int | None
    date: Expression | None


@frozen(slots=True, eq=False, repr=False)
class CountTrue(Expression):
    """`count true of (a, b, c)`."""

    items: tuple[Expression, ...]


@frozen(slots=True, eq=False, repr=False)
class Within(Expression):
    """`d within 3 months`: the date is at most that old, and not in the future. `duration` has unit days or months."""

    subject: Expression
    duration: Expression


@frozen(slots=True, eq=False, repr=False)
class Elapsed(Expression):
    """`months since d`, `days until d`."""

    unit: str
    direction: str
    date: Expression


@frozen(slots=True, eq=False, repr=False)
class ListOf(Expression):
    """`[a, b]`."""

    items: tuple[Expression, ...]


@frozen(slots=True, eq=False, repr=False)
class RecordOf(Expression):
    """`{label: "x"}`."""

    names: tuple[str, ...]
    values: tuple[Expression, ...]


@frozen(slots=True, eq=False, repr=False)
class CallDefinition(Expression):
    """A call of a `define` or a `table`: `instance` is the key of the compiled body."""

    instance: str
    arguments: tuple[Expression, ...]

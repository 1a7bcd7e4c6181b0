"""The nodes of the syntax tree for expressions; `tree.py` holds the others and gives all of them one place.

Nodes are frozen and have no behaviour. `span` is left out of equality, so two texts that differ in layout alone give
equal trees; look nodes up by identity, never by equality. The docstring of a node shows the surface it stands for.
"""

from __future__ import annotations

from typing import Any

from attrs import field, fields, frozen

from ruleengine.source import Span

_SAID: dict[type, tuple[str, ...]] = {}


def _said(kind: Any) -> tuple[str, ...]:
    """The names of the fields that say something; places do not."""
    names = _SAID.get(kind)
    if names is None:
        names = _SAID[kind] = tuple(each.name for each in fields(kind) if each.eq)
    return names


@frozen(slots=True, eq=False, repr=False)
class Node:
    """Anything that stands in a ruleset, with its place.

    Comparing and showing are written once, here: to make them for each of a hundred classes takes as long as to read a
    ruleset.
    """

    span: Span = field(eq=False, repr=False, kw_only=True)

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in _said(self.__class__))

    def __hash__(self) -> int:
        return hash((self.__class__, *(getattr(self, name) for name in _said(self.__class__))))

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in _said(self.__class__))
        return f"{self.__class__.__name__}({said})"


# ── Expressions ─────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True, eq=False, repr=False)
class Expression(Node):
    """Anything that has a value."""


@frozen(slots=True, eq=False, repr=False)
class Number(Expression):
    """`12`, `0.5`, `10%`, `35 days`, `500 USD`: digits and unit (`%`, `days`, `USD`, or empty) as written."""

    digits: str
    unit: str = ""


@frozen(slots=True, eq=False, repr=False)
class Date(Expression):
    """`2024-03-01` or `2024-03-01T12:00:00Z`; one that the calendar does not have was reported."""

    text: str
    exists: bool = True


@frozen(slots=True, eq=False, repr=False)
class Text(Expression):
    """`"tech_touch"`, without quotes and escapes."""

    value: str


@frozen(slots=True, eq=False, repr=False)
class Flag(Expression):
    """`true` or `false`."""

    value: bool


@frozen(slots=True, eq=False, repr=False)
class NotAvailable(Expression):
    """`na`, `na excluded`, `na missing "no deployment was completed"`."""

    reason: str | None = None
    text: str | None = None


@frozen(slots=True, eq=False, repr=False)
class AsOf(Expression):
    """`as_of`: the date for which the account is scored."""


@frozen(slots=True, eq=False, repr=False)
class Name(Expression):
    """A bare name: a fact root, a let, a measure, a segment, a scorecard, a parameter, a query's variable."""

    name: str


@frozen(slots=True, eq=False, repr=False)
class Member(Expression):
    """`base.name`."""

    base: Expression
    name: str


@frozen(slots=True, eq=False, repr=False)
class Call(Expression):
    """`round(x, 1, half_up)`: a library function, a table or a definition with arguments."""

    function: str
    arguments: tuple[Expression, ...]
    function_span: Span = field(eq=False, repr=False, kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Arithmetic(Expression):
    """`a + b - c` or `a * b / c`: operands, and the operators between them."""

    operators: tuple[str, ...]
    operands: tuple[Expression, ...]


@frozen(slots=True, eq=False, repr=False)
class Negative(Expression):
    """`-x`."""

    operand: Expression


@frozen(slots=True, eq=False, repr=False)
class Logic(Expression):
    """`a and b and c`, or the same with `or`."""

    operator: str
    operands: tuple[Expression, ...]


@frozen(slots=True, eq=False, repr=False)
class Not(Expression):
    """`not x`."""

    operand: Expression


@frozen(slots=True, eq=False, repr=False)
class Default(Expression):
    """`x default y default z`."""

    operands: tuple[Expression, ...]


@frozen(slots=True, eq=False, repr=False)
class Compare(Expression):
    """`a <= b`; without `left` it is about the value that is being rated, or the table's column."""

    left: Expression | None
    operator: str
    right: Expression


@frozen(slots=True, eq=False, repr=False)
class Interval(Node):
    """`a..b`, `a..<b`, `>a..b`, `>a..<b`, `a..`, `..b`, `..<b`."""

    low: Expression | None
    high: Expression | None
    low_open: bool = False
    high_open: bool = False


@frozen(slots=True, eq=False, repr=False)
class CalendarPeriod(Node):
    """`this fiscal quarter or next`, `last month`; `which` and `other` are this, last or next."""

    which: str
    fiscal: bool
    unit: str
    other: str | None = None


@frozen(slots=True, eq=False, repr=False)
class In(Expression):
    """`x in (1, 2)`, `x not in 1..5`, `x in this month`; without `subject` it is about the value that is being rated."""

    subject: Expression | None
    target: tuple[Expression, ...] | Interval | CalendarPeriod
    negated: bool = False


@frozen(slots=True, eq=False, repr=False)
class Contains(Expression):
    """`e.external_roles contains "Dev Lead"`."""

    subject: Expression | None
    item: Expression


@frozen(slots=True, eq=False, repr=False)
class Within(Expression):
    """`e.date within 3 months`."""

    subject: Expression | None
    duration: Expression


@frozen(slots=True, eq=False, repr=False)
class Word(Node):
    """A band or status word: `red`, `"B+"`."""

    name: str
    quoted: bool = False


@frozen(slots=True, eq=False, repr=False)
class Is(Expression):
    """`x is red`, `x is not missing`, `x is worse than yellow`, `x is in (amber, red)`, `x was red`.

    `relation` is `is`, `worse`, `better` or `in`; `past` is true for `was`, which ignores freshness. `other` stands
    instead of words in `x is worse than previous x`.
    """

    subject: Expression | None
    relation: str
    words: tuple[Word, ...]
    negated: bool = False
    past: bool = False
    other: Previous | None = None


@frozen(slots=True, eq=False, repr=False)
class Previous(Expression):
    """`previous health`, `previous health.score`, `previous as_of`: of the account's earlier result."""

    operand: Expression


@frozen(slots=True, eq=False, repr=False)
class Computed(Expression):
    """`computed health`: the scorecard or measure before caps, floors and overrides."""

    operand: Expression


@frozen(slots=True, eq=False, repr=False)
class Branch(Node):
    """One `if CONDITION then VALUE`."""

    condition: Expression
    value: Expression


@frozen(slots=True, eq=False, repr=False)
class If(Expression):
    """`if a then x else if b then y else z`."""

    branches: tuple[Branch, ...]
    otherwise: Expression


@frozen(slots=True, eq=False, repr=False)
class Query(Expression):
    """`latest i in usage.instances where … by i.reported_at`.

    `kind` is latest, earliest, first, any, all, count, list, top, bottom, or (with `projection`, as in
    `sum of i.users for i in …`) sum_of, mean_of, min_of, max_of, list_of, series_of. `number` is the N of `top N`.
    """

    kind: str
    variable: str
    source: Expression
    where: Expression | None = None
    by: Expression | None = None
    projection: Expression | None = None
    number: int | None = None


@frozen(slots=True, eq=False, repr=False)
class OfSeries(Expression):
    """`growth of licences over 1 month`, `value of licences at as_of`, `consecutive declines of licences`.

    `kind` is value, change, growth, daily slope, monthly slope, sum, mean, min, max, list (which the compiler refuses),
    consecutive declines, consecutive rises, days without change, months without change. `period` is the `1 month` of
    `over 1 month` and of `1 month ago`, `number` the N of `over N values`, `date` the D of `at D`.
    """

    kind: str
    series: Expression
    period: Expression | None = None
    number: int | None = None
    date: Expression | None = None


@frozen(slots=True, eq=False, repr=False)
class CountTrue(Expression):
    """`count true of (a, b, c)`."""

    items: tuple[Expression, ...]


@frozen(slots=True, eq=False, repr=False)
class OverRun(Expression):
    """`count of (health is red)` or `share of (…)`: over all accounts of a run, for gates on the command line."""

    kind: str
    condition: Expression


@frozen(slots=True, eq=False, repr=False)
class Elapsed(Expression):
    """`months since account.customer_since`, `days until renewal.date`."""

    unit: str
    direction: str
    date: Expression


@frozen(slots=True, eq=False, repr=False)
class Period(Expression):
    """`start of fiscal quarter`, `end of month (renewal.date)`, `name of year`; without a date about `as_of`."""

    edge: str
    fiscal: bool
    unit: str
    date: Expression | None


@frozen(slots=True, eq=False, repr=False)
class FiscalNumber(Expression):
    """`fiscal quarter (renewal.date)`, `fiscal year`: a number."""

    unit: str
    date: Expression | None


@frozen(slots=True, eq=False, repr=False)
class ListLiteral(Expression):
    """`[1, 2, 3]`."""

    items: tuple[Expression, ...]


@frozen(slots=True, eq=False, repr=False)
class RecordField(Node):
    """`label: "Protect"`."""

    name: str
    value: Expression


@frozen(slots=True, eq=False, repr=False)
class Record(Expression):
    """`{label: "Protect", owner: "CSM"}`."""

    fields: tuple[RecordField, ...]

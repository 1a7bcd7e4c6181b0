"""SQL expressions as they are needed everywhere: literals, conditions, choices.

All names are quoted and all texts are literals made by sqlglot: nothing that a ruleset or a document holds becomes SQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

from ruleengine.columnar.types import ColumnKind, ColumnType

Sql = exp.Expr

TRUE = exp.true
FALSE = exp.false
#: What types of sqlglot the columns have.
_TYPES = {
    ColumnKind.BOOLEAN: exp.DataType.Type.BOOLEAN, ColumnKind.INTEGER: exp.DataType.Type.BIGINT,
    ColumnKind.DOUBLE: exp.DataType.Type.DOUBLE, ColumnKind.TEXT: exp.DataType.Type.VARCHAR,
    ColumnKind.DATE: exp.DataType.Type.DATE, ColumnKind.TIMESTAMP: exp.DataType.Type.TIMESTAMP,
}  # fmt: skip


def column(name: str) -> exp.Column:
    """A column by its name."""
    return exp.column(name, quoted=True)


def name_of(name: str) -> exp.Identifier:
    """A quoted name."""
    return exp.to_identifier(name, quoted=True)


def double(value: float) -> Sql:
    """A double: written with an exponent, so that no engine takes it for a decimal."""
    text = repr(float(value) + 0.0)
    text = text if "e" in text else f"{text.removesuffix('.0')}e0"
    return (
        exp.Literal.number(text) if value >= 0 else exp.Paren(this=exp.Neg(this=exp.Literal.number(text[1:])))
    )


def integer(value: int) -> Sql:
    """A whole number."""
    return (
        exp.Literal.number(value) if value >= 0 else exp.Paren(this=exp.Neg(this=exp.Literal.number(-value)))
    )


def text(value: str) -> Sql:
    """A text."""
    return exp.Literal.string(value)


def data_type(kind: ColumnType) -> exp.DataType:
    """The type of a column for sqlglot."""
    if kind.kind is ColumnKind.LIST and kind.element is not None:
        return exp.DataType(this=exp.DataType.Type.ARRAY, expressions=[data_type(kind.element)], nested=True)
    if kind.kind is ColumnKind.RECORD:
        fields = [exp.ColumnDef(this=name_of(name), kind=data_type(each)) for name, each in kind.fields]
        return exp.DataType(this=exp.DataType.Type.STRUCT, expressions=fields, nested=True)
    return exp.DataType(this=_TYPES[kind.kind])


def cast(value: Sql, kind: ColumnType) -> Sql:
    """A value as another type; raises where it cannot be: use only where it can."""
    return exp.Cast(this=value, to=data_type(kind))


def null(kind: ColumnType) -> Sql:
    """NULL of a type."""
    return cast(exp.null(), kind)


def case(branches: Iterable[tuple[Sql, Sql]], otherwise: Sql | None = None) -> Sql:
    """`CASE WHEN … THEN … ELSE … END`; without branches what stands behind ELSE."""
    ifs = []
    for condition, value in branches:
        if is_true(condition):
            otherwise = value
            break
        if not is_false(condition):
            ifs.append(exp.If(this=condition, true=value))
    while ifs and otherwise is not None and ifs[-1].args["true"] == otherwise:
        ifs.pop()  # a branch that gives what the rest gives
    if not ifs:
        return otherwise if otherwise is not None else exp.null()
    return exp.Case(ifs=ifs, default=otherwise)


def coalesce(*values: Sql) -> Sql:
    """The first that is not NULL."""
    return values[0] if len(values) == 1 else exp.Coalesce(this=values[0], expressions=list(values[1:]))


def is_null(value: Sql) -> Sql:
    """Whether a value is NULL."""
    return exp.Is(this=paren(value), expression=exp.null())


def is_known(value: Sql) -> Sql:
    """Whether a value is not NULL."""
    return exp.Not(this=is_null(value))


def conjunction(parts: Sequence[Sql]) -> Sql:
    """All of them; TRUE of none. Flat, whatever their number."""
    return _joined(exp.And, parts, TRUE())


def disjunction(parts: Sequence[Sql]) -> Sql:
    """Any of them; FALSE of none."""
    return _joined(exp.Or, parts, FALSE())


def _joined(kind: type[exp.Connector], parts: Sequence[Sql], none: Sql) -> Sql:
    """A balanced tree, so that many operands nest only a little."""
    neutral, deciding = (is_true, is_false) if kind is exp.And else (is_false, is_true)
    for part in parts:
        if deciding(part):
            return part
    parts = [part for part in parts if not neutral(part)]
    if not parts:
        return none
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    first, second = _joined(kind, parts[:middle], none), _joined(kind, parts[middle:], none)
    joined: Sql = kind(this=paren(first), expression=paren(second))
    return joined


def negation(value: Sql) -> Sql:
    """The opposite."""
    return exp.Not(this=paren(value))


_PLAIN = (
    exp.Column,
    exp.Literal,
    exp.Func,
    exp.Case,
    exp.Paren,
    exp.Boolean,
    exp.Null,
    exp.Cast,
    exp.Identifier,
    exp.Dot,
)


def paren(value: Sql) -> Sql:
    """A value in parentheses, unless it needs none."""
    return (
        value if isinstance(value, _PLAIN) and not isinstance(value, exp.Connector) else exp.Paren(this=value)
    )


def binary(kind: type[exp.Binary], left: Sql, right: Sql) -> Sql:
    """An operator with both of its operands in parentheses where they need them."""
    made: Sql = kind(this=paren(left), expression=paren(right))
    return made


def add(left: Sql, right: Sql) -> Sql:
    """`left + right`."""
    return binary(exp.Add, left, right)


def subtract(left: Sql, right: Sql) -> Sql:
    """`left - right`."""
    return binary(exp.Sub, left, right)


def multiply(left: Sql, right: Sql) -> Sql:
    """`left * right`."""
    return binary(exp.Mul, left, right)


def divide(left: Sql, right: Sql) -> Sql:
    """`left / right` of doubles; the divisor must not be zero where this is computed."""
    return exp.Div(this=paren(left), expression=paren(right), typed=False, safe=False)


def compare(operator: str, left: Sql, right: Sql) -> Sql:
    """A comparison without tolerance: `operator` is = != < <= > >=."""
    return binary(_COMPARISONS[operator], left, right)


_COMPARISONS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
}  # fmt: skip


def one_of(value: Sql, choices: Sequence[Sql]) -> Sql:
    """`value IN (…)`; FALSE of no choices."""
    return exp.In(this=paren(value), expressions=list(choices)) if choices else FALSE()


def between(value: Sql, low: Sql, high: Sql) -> Sql:
    """`low <= value <= high`."""
    return exp.Between(this=paren(value), low=low, high=high)


def concat(parts: Sequence[Sql]) -> Sql:
    """Texts one after the other; NULL when one of them is."""
    if not parts:
        return text("")
    found = parts[0]
    for part in parts[1:]:
        found = exp.DPipe(this=found, expression=paren(part), safe=True)
    return found


def function(name: str, *arguments: Sql) -> Sql:
    """A function of the dialect by its name."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def is_plain_null(value: Sql) -> bool:
    """Whether a value is a NULL without a type."""
    return isinstance(value, exp.Null)


def is_typed_null(value: Sql) -> bool:
    """Whether a value is a NULL of some type."""
    return isinstance(value, exp.Cast) and isinstance(value.this, exp.Null)


def null_text() -> Sql:
    """NULL of the type of texts."""
    return null(_TEXT)


_TEXT = ColumnType(ColumnKind.TEXT)


def untyped_null() -> Sql:
    """NULL without a type: only for branches beside others that have one."""
    return exp.null()


def is_true(value: Sql) -> bool:
    """Whether an expression is TRUE itself."""
    return isinstance(value, exp.Boolean) and bool(value.this)


def is_false(value: Sql) -> bool:
    """Whether an expression is FALSE itself."""
    return isinstance(value, exp.Boolean) and not value.this


def null_code() -> Sql:
    """NULL of the type of positions, row numbers and codes of reasons: 32 bits are enough for them."""
    return exp.Cast(this=exp.null(), to=exp.DataType(this=exp.DataType.Type.INT))

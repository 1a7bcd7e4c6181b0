"""Numbers in SQL: comparison with tolerance, and the functions of numbers.

In: numbers (expressions that are cheap to repeat). Out: expressions that give the evaluator's doubles bit by bit, or say for
which rows they do not. Roots, logarithms and powers are given to 12 significant digits, so that a last bit of difference
between two libraries of mathematics shows in very few numbers only, which are left to the evaluator.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from ruleengine.columnar import build as b
from ruleengine.columnar.answers import Answer, decided
from ruleengine.columnar.build import Sql
from ruleengine.columnar.dialect import Dialect
from ruleengine.columnar.rounding import clean, cut, round_to
from ruleengine.library.numbers import LARGEST_RESULT
from ruleengine.values import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE

__all__ = [
    "absolute", "clean", "equal", "exponential", "largest_of", "less", "linear", "logarithm", "mean_of", "power", "root",
    "round_to", "smallest_of", "sum_of", "total",
]  # fmt: skip

#: Whole powers up to this one are written out.
_WRITTEN_POWERS = 24
#: Whole powers up to this one are repeated multiplication.
_LARGEST_POWER = 1000
#: Doubles below have fewer digits.
_TINY = 1e-290


def tolerance(dialect: Dialect, left: Sql, right: Sql) -> Sql:
    """How far apart two numbers may be and still be equal."""
    larger = b.function("greatest", dialect.absolute(left), dialect.absolute(right))
    return b.function(
        "greatest", b.double(ABSOLUTE_TOLERANCE), b.multiply(b.double(RELATIVE_TOLERANCE), larger)
    )


def equal(dialect: Dialect, left: Sql, right: Sql) -> Sql:
    """Whether two numbers are equal within the tolerance."""
    return b.compare("<=", dialect.absolute(b.subtract(left, right)), tolerance(dialect, left, right))


def less(dialect: Dialect, left: Sql, right: Sql) -> Sql:
    """Whether one number is below another by more than the tolerance."""
    return b.compare(">", b.subtract(right, left), tolerance(dialect, left, right))


def linear(dialect: Dialect, value: Sql, start: Sql, end: Sql, low: Sql, high: Sql) -> Sql:
    """Points between `low` and `high` as `value` runs from `start` to `end`."""
    run = b.function("nullif", b.subtract(end, start), b.double(0))
    share = b.divide(b.subtract(value, start), run)
    between = b.add(low, b.multiply(share, b.subtract(high, low)))
    flat = b.conjunction([b.is_known(value), equal(dialect, start, end)])
    return b.case([(flat, low)], between)


# ── Roots, logarithms, powers ───────────────────────────────────────────────────────────────────────────────────────


def significant(dialect: Dialect, value: Sql) -> Answer:
    """A number to 12 significant digits; not promised next to the middle between two such numbers, or where it is tiny."""
    magnitude = dialect.absolute(value)
    following = b.function("substr", dialect.scientific(magnitude, 16), b.integer(14), b.integer(3))
    near = b.one_of(following, [b.text("499"), b.text("500")])
    tiny = b.conjunction([b.compare(">", magnitude, b.double(0)), b.compare("<", magnitude, b.double(_TINY))])
    return Answer(dialect.parsed(dialect.scientific(value, 11)), decided(b.disjunction([near, tiny])))


def _where(condition: Sql, value: Sql) -> Sql:
    return b.case([(condition, value)])


def root(dialect: Dialect, value: Sql) -> Answer:
    """The square root."""
    return significant(dialect, b.function("sqrt", _where(b.compare(">=", value, b.double(0)), value)))


def logarithm(dialect: Dialect, value: Sql) -> Answer:
    """The natural logarithm."""
    return significant(dialect, b.function("ln", _where(b.compare(">", value, b.double(0)), value)))


def exponential(dialect: Dialect, value: Sql) -> Answer:
    """e to the power of a number."""
    result = b.function("exp", _where(b.compare("<", value, b.double(700)), value))
    return _not_too_large(dialect, result, b.between(value, b.double(-750), b.double(-660)))


def _not_too_large(dialect: Dialect, result: Sql, doubtful: Sql) -> Answer:
    """A result to 12 digits, where it is not beyond the largest; next to that it is not promised."""
    low, high = b.double(LARGEST_RESULT * 0.999), b.double(LARGEST_RESULT * 1.001)
    found = significant(dialect, _where(b.compare("<=", result, b.double(LARGEST_RESULT)), result))
    parts = [decided(doubtful), decided(b.between(result, low, high))]
    return Answer(found.value, b.disjunction([*parts, found.beyond or b.FALSE()]))


def power(dialect: Dialect, base: Sql, exponent: Sql) -> Answer:
    """A number to the power of another: by repeated multiplication where that is whole."""
    constant = constant_of(exponent)
    if constant is not None:
        if constant == int(constant) and abs(constant) <= _LARGEST_POWER:
            return Answer(_whole_power(dialect, base, int(constant)))
        return _broken_power(dialect, base, exponent)
    is_whole = b.conjunction(
        [
            b.compare("=", exponent, cut(exponent)),
            b.compare("<=", dialect.absolute(exponent), b.double(_LARGEST_POWER)),
        ]
    )
    broken = _broken_power(dialect, base, exponent)
    value = b.case([(is_whole, _any_whole_power(dialect, base, exponent))], broken.value)
    parts = [b.negation(decided(is_whole)), broken.beyond or b.FALSE()]
    return Answer(
        _where(b.conjunction([b.is_known(base), b.is_known(exponent)]), value), b.conjunction(parts)
    )


def constant_of(value: Sql) -> float | None:
    """The number that is written there; None where it is not one."""
    if isinstance(value, exp.Paren | exp.Neg):
        inner = constant_of(value.this)
        return -inner if inner is not None and isinstance(value, exp.Neg) else inner
    return float(value.name) if isinstance(value, exp.Literal) and not value.is_string else None


def _whole_power(dialect: Dialect, base: Sql, exponent: int) -> Sql:
    if exponent == 0:
        return _where(b.is_known(base), b.double(1))
    if abs(exponent) <= _WRITTEN_POWERS:
        product = base
        for _ in range(abs(exponent) - 1):
            product = b.multiply(product, base)
    else:
        product = _product(dialect, base, b.integer(abs(exponent)))
    return dialect.bound(product, lambda found: _settled_power(dialect, found, b.double(exponent)))


def _product(dialect: Dialect, base: Sql, times: Sql) -> Sql:
    """A number multiplied by itself, from the left; 1 for no times."""
    product = b.coalesce(dialect.reduced(dialect.repeated(base, times), b.multiply), b.double(1))
    return _where(b.is_known(base), product)


def _any_whole_power(dialect: Dialect, base: Sql, exponent: Sql) -> Sql:
    usable = b.compare("<=", dialect.absolute(exponent), b.double(_LARGEST_POWER))
    times = _where(usable, dialect.absolute(cut(exponent)))
    product = _product(dialect, base, dialect.whole_number(times))
    return dialect.bound(product, lambda found: _settled_power(dialect, found, exponent))


def _settled_power(dialect: Dialect, product: Sql, exponent: Sql) -> Sql:
    """The product, or one divided by it; nothing where it is too large."""
    size = dialect.absolute(product)
    fits = b.compare("<=", size, b.double(LARGEST_RESULT))
    constant = constant_of(exponent)
    upright, turned = (
        (fits, product),
        (b.conjunction([fits, b.compare(">", size, b.double(1e-10))]), b.divide(b.double(1), product)),
    )
    if constant is not None:
        return b.case([upright if constant >= 0 else turned])
    positive = b.compare(">=", exponent, b.double(0))
    return b.case(
        [
            (b.conjunction([positive, upright[0]]), product),
            (b.conjunction([b.negation(positive), turned[0]]), turned[1]),
        ]
    )


def _broken_power(dialect: Dialect, base: Sql, exponent: Sql) -> Answer:
    zero = b.double(0)
    usable = b.disjunction(
        [
            b.compare(">", base, zero),
            b.conjunction([b.compare("=", base, zero), b.compare(">=", exponent, zero)]),
        ]
    )
    result = b.function("power", _where(usable, base), exponent)
    fits = b.compare("<", result, b.double(LARGEST_RESULT))
    tiny = b.conjunction([b.compare(">", base, zero), b.compare("<", result, b.double(_TINY))])
    return _not_too_large(dialect, _where(fits, result), tiny)


# ── Several numbers ─────────────────────────────────────────────────────────────────────────────────────────────────


def absolute(dialect: Dialect, value: Sql) -> Sql:
    """A number without its sign."""
    return dialect.absolute(value)


def _of_known(name: str, values: Sequence[Sql]) -> Sql:
    """`least` and `greatest` skip NULLs."""
    known = b.conjunction([b.is_known(value) for value in values])
    return _where(known, b.function(name, *values) if len(values) > 1 else values[0])


def smallest_of(values: Sequence[Sql]) -> Sql:
    """The smallest of several numbers."""
    return _of_known("least", values)


def largest_of(values: Sequence[Sql]) -> Sql:
    """The largest of several numbers."""
    return _of_known("greatest", values)


def sum_of(values: Sequence[Sql]) -> Sql:
    """Several numbers added up in order."""
    found = values[0]
    for value in values[1:]:
        found = b.add(found, value)
    return found


def mean_of(values: Sequence[Sql]) -> Sql:
    """Their sum divided by how many they are."""
    return b.divide(sum_of(values), b.double(len(values)))


def total(dialect: Dialect, values: Sql) -> Sql:
    """The numbers of a list, of which none is NULL, added up in order; 0 of an empty list."""
    return b.case([(dialect.is_empty(values), b.double(0))], dialect.reduced(values, b.add))

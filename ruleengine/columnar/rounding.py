"""Rounding of numbers in SQL, step by step on doubles, so that every engine gives the evaluator's last bit.

In: a number (an expression that is cheap to repeat). Out: an expression, and for `round_to` the rows that are left to the
evaluator: doubles of which a decimal is so near to the middle between two results that only their shortest text decides.

A number is rounded as `ruleengine.values.round_to` says: its shortest decimal to 10 decimals, half up, and that to the
wanted decimals. All is done on magnitudes that are whole numbers below 2^53 (`units`), which doubles hold exactly; the last
step is one division by a power of ten, which gives the double nearest to the decimal.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from ruleengine.columnar import build as b
from ruleengine.columnar.answers import Answer, decided
from ruleengine.columnar.build import Sql
from ruleengine.columnar.dialect import Dialect

#: 1.5 * 2^52: a number to which it is added and from which it is taken away becomes whole, halves to even.
_TO_WHOLE = 6755399441055744.0
_TEN_DECIMALS = 1e10
#: Below it a number has decimals behind the tenth; from here on its shortest decimal has ten at most.
_COARSE = float(1 << 19)
#: Below it two numbers of eleven decimals are always two doubles.
_FINE = float(1 << 16)


def to_whole(value: Sql) -> Sql:
    """A number below 2^51 rounded to a whole number, halves to even."""
    return b.subtract(b.add(value, b.double(_TO_WHOLE)), b.double(_TO_WHOLE))


def remainder(value: Sql, divisor: float) -> Sql:
    """What is left of a division, with the sign of the value; exact."""
    return b.binary(exp.Mod, value, b.double(divisor))


def cut(value: Sql) -> Sql:
    """A number without its decimals."""
    return b.subtract(value, remainder(value, 1.0))


def multiple_below(value: Sql, step: float) -> Sql:
    """The largest multiple of a step that a whole number, which is not negative, holds."""
    return b.subtract(value, remainder(value, step))


def clean_share(value: Sql) -> Sql:
    """The same as `clean` for a number that is surely below 1000, such as a share of the whole."""
    ten = b.double(_TEN_DECIMALS)
    return b.divide(to_whole(b.multiply(value, ten)), ten)


def clean(dialect: Dialect, value: Sql) -> Sql:
    """A number as it is printed: to 10 decimals; -0 is 0, as whole numbers found in this way have no sign where they are 0."""
    ten = b.double(_TEN_DECIMALS)
    small = clean_share(value)
    parts = b.add(b.multiply(cut(value), ten), to_whole(b.multiply(remainder(value, 1.0), ten)))
    magnitude = dialect.absolute(value)
    return b.case(
        [
            (b.compare("<", magnitude, b.double(1000)), small),
            (b.compare("<", magnitude, b.double(900719)), b.divide(parts, ten)),
        ],
        value,
    )


def largest_rounded(digits: int) -> float:
    """From here on a number is what it is when rounded to so many decimals, or it is left to the evaluator."""
    return max(_COARSE, float(2**48) / float(10**digits))


def round_to(dialect: Dialect, value: Sql, digits: int, mode: str) -> Answer:
    """A number rounded to 0..10 decimals with a named mode."""
    magnitude = dialect.absolute(value)
    power = b.double(10**digits)
    whole = b.divide(units(dialect, value, digits, mode), power)
    signed = b.case([(b.compare("<", value, b.double(0)), b.subtract(b.double(0), whole))], whole)
    fits = b.compare("<", magnitude, b.double(largest_rounded(digits)))
    return Answer(b.case([(fits, signed)], value), doubtful(dialect, value, digits, mode))


def units(dialect: Dialect, value: Sql, digits: int, mode: str) -> Sql:
    """How many units of the last decimal a rounded number below `largest_rounded` has, without its sign."""
    magnitude = dialect.absolute(value)
    down, up = _directed(mode)
    fine = _by_sign(value, _unit_steps(down, digits), _unit_steps(up, digits), _ten_decimals(magnitude))
    if largest_rounded(digits) == _COARSE:
        return fine
    coarse = _coarse(value, magnitude, digits, mode)
    return b.case([(b.compare("<", magnitude, b.double(_COARSE)), fine)], coarse)


def _directed(mode: str) -> tuple[str, str]:
    """The modes for the magnitude of a number that is not negative, and of a negative one."""
    return {"floor": ("down", "up"), "ceiling": ("up", "down")}.get(mode, (mode, mode))


def _by_sign(value: Sql, plus: Callable[[Sql], Sql], minus: Callable[[Sql], Sql], of: Sql) -> Sql:
    if plus is minus:
        return plus(of)
    return b.case([(b.compare("<", value, b.double(0)), minus(of))], plus(of))


def _scaled_fraction(magnitude: Sql) -> Sql:
    """The decimals of a number, ten of them before the point: exact but for one rounding of less than 10⁻⁶."""
    return b.multiply(remainder(magnitude, 1.0), b.double(_TEN_DECIMALS))


def _ten_decimals(magnitude: Sql) -> Sql:
    """A magnitude below 2^19 in units of the tenth decimal."""
    whole = b.multiply(cut(magnitude), b.double(_TEN_DECIMALS))
    return b.add(whole, to_whole(_scaled_fraction(magnitude)))


_STEPS: dict[tuple[str, int], Callable[[Sql], Sql]] = {}


def _unit_steps(mode: str, digits: int) -> Callable[[Sql], Sql]:
    """Takes a whole number of units of the tenth decimal to units of another."""
    found = _STEPS.get((mode, digits))
    if found is None:
        found = _STEPS[mode, digits] = _made_step(mode, 10.0 ** (10 - digits))
    return found


def _made_step(mode: str, step: float) -> Callable[[Sql], Sql]:
    def taken(tenths: Sql) -> Sql:
        if step == 1.0:
            return tenths
        more: Sql = b.double({"down": 0.0, "up": step - 1, "half_up": step / 2}.get(mode, step / 2 - 1))
        if mode == "half_even":
            odd = remainder(b.divide(multiple_below(tenths, step), b.double(step)), 2.0)
            more = b.add(more, odd)
        return b.divide(multiple_below(b.add(tenths, more), step), b.double(step))

    return taken


def _coarse_units(magnitude: Sql, digits: int) -> Sql:
    """A magnitude from 2^19 on in the nearest number of units of a decimal; of two that are as near, either."""
    power = b.double(10**digits)
    return b.add(b.multiply(cut(magnitude), power), to_whole(b.multiply(remainder(magnitude, 1.0), power)))


def _coarse(value: Sql, magnitude: Sql, digits: int, mode: str) -> Sql:
    """The units of a magnitude from 2^19 on: the nearest, unless it is one too many or too few."""
    down, up = _directed(mode)
    if down == up:
        return _coarse_of(magnitude, digits, mode)
    negative = b.compare("<", value, b.double(0))
    return b.case([(negative, _coarse_of(magnitude, digits, up))], _coarse_of(magnitude, digits, down))


def _coarse_of(magnitude: Sql, digits: int, mode: str) -> Sql:
    near, power = _coarse_units(magnitude, digits), 10.0**digits
    one, two = b.double(1), b.double(2)
    more, fewer = b.add(near, one), b.subtract(near, one)
    exact = b.divide(near, b.double(power))
    doubled = b.multiply(near, two)
    above = b.compare("=", magnitude, b.divide(b.add(doubled, one), b.double(2 * power)))
    below = b.compare("=", magnitude, b.divide(b.subtract(doubled, one), b.double(2 * power)))
    branches: dict[str, list[tuple[Sql, Sql]]] = {
        "up": [(b.compare(">", magnitude, exact), more)],
        "down": [(b.compare("<", magnitude, exact), fewer)],
        "half_up": [(above, more)],
        "half_down": [(below, fewer)],
        "half_even": [
            (b.compare("=", remainder(near, 2.0), b.double(0)), near),
            (above, more),
            (below, fewer),
        ],
    }
    return b.case(branches[mode], near)


def doubtful(dialect: Dialect, value: Sql, digits: int, mode: str) -> Sql:
    """Where the shortest decimal of a number decides how it is rounded, and doubles do not tell it."""
    magnitude = dialect.absolute(value)
    tenths = _ten_decimals(magnitude)
    fraction = _scaled_fraction(magnitude)
    off = dialect.absolute(b.subtract(fraction, to_whole(fraction)))
    most = b.case([(b.compare("<", magnitude, b.double(_FINE)), b.double(0.45))], b.double(0.2))
    no_decimal = b.compare("!=", b.divide(tenths, b.double(_TEN_DECIMALS)), magnitude)
    fine = b.conjunction(
        [
            b.compare("<", magnitude, b.double(_COARSE)),
            b.compare(">", off, most),
            no_decimal,
            _neighbours_differ(tenths, digits, mode),
        ]
    )
    low, high = largest_rounded(digits), float(2**53) / float(10**digits)
    if low >= high:
        return decided(fine)
    near = b.divide(_coarse_units(magnitude, digits), b.double(10**digits))
    coarse = b.conjunction(
        [
            b.compare(">=", magnitude, b.double(low)),
            b.compare("<", magnitude, b.double(high)),
            b.compare("!=", near, magnitude),
        ]
    )
    return decided(b.disjunction([fine, coarse]))


def _neighbours_differ(tenths: Sql, digits: int, mode: str) -> Sql:
    """Whether one unit of the tenth decimal more or less would be rounded to something else."""
    if digits == 10:
        return b.TRUE()
    one = b.double(1)
    fewer, more = b.subtract(tenths, one), b.add(tenths, one)
    tests = []
    for direction in sorted(set(_directed(mode))):
        step = _unit_steps(direction, digits)
        tests.append(b.compare("!=", step(fewer), step(more)))
    return b.disjunction(tests)

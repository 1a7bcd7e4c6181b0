"""Terms that are folded while they are built, and values that may be NA.

A flag is a Python bool or a term of sort Bool, a number is an int, a Fraction, or a term of sort Int or Real, so that what
is constant stays constant and most of three-valued logic falls away. A `Value` has beside its term one flag for each reason
it may be NA for; at most one of these holds, and where one does, the term says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from attrs import field, frozen

#: A flag: a Python bool, or a term of sort Bool.
Flag = Any
#: A number: an int, a Fraction, or a term of sort Int or Real.
Number = Any


class Nothing(int):
    """The term of what is always NA: no flag, no number, whatever is asked of it."""


NOTHING = Nothing(0)


@cache
def z3() -> Any:
    """The library, which is an extra: whoever asks gets its ImportError."""
    import z3 as found

    found.set_param("memory_max_size", 2_000)
    return found


# ── flags ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def both(*flags: Flag) -> Flag:
    """Whether all hold."""
    kept: list[Flag] = []
    for flag in flags:
        if flag is False or flag is NOTHING:
            return False
        if flag is not True:
            kept.append(flag)
    if not kept:
        return True
    return kept[0] if len(kept) == 1 else z3().And(kept)


def either(*flags: Flag) -> Flag:
    """Whether one holds."""
    kept: list[Flag] = []
    for flag in flags:
        if flag is True:
            return True
        if flag is not False and flag is not NOTHING:
            kept.append(flag)
    if not kept:
        return False
    return kept[0] if len(kept) == 1 else z3().Or(kept)


def no(flag: Flag) -> Flag:
    """Whether something does not hold."""
    if flag is NOTHING:
        return False
    if flag is True or flag is False:
        return not flag
    return z3().Not(flag)


def choose(flag: Flag, one: Any, other: Any) -> Any:
    """The one where a flag holds, else the other."""
    if flag is True or one is other:
        return one
    if flag is False or flag is NOTHING:
        return other
    if isinstance(one, bool) and isinstance(other, bool):
        return one if one is other else flag if one else no(flag)
    if isinstance(one, bool):
        return either(flag, other) if one else both(no(flag), other)
    if isinstance(other, bool):
        return either(no(flag), one) if other else both(flag, one)
    if _is_constant(one) and _is_constant(other) and one == other:
        return one
    if not _is_constant(one) and not _is_constant(other) and one.eq(other):
        return one
    return z3().If(flag, *_same_sort(one, other))


def alike(one: Flag, other: Flag) -> Flag:
    """Whether two flags are equal."""
    if one is NOTHING or other is NOTHING:
        return False
    if isinstance(one, bool):
        return other if one else no(other)
    if isinstance(other, bool):
        return one if other else no(one)
    return one == other


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def exact(number: float | int | Fraction) -> int | Fraction:
    """A number of the ruleset as it is written: 0.1 is one tenth."""
    found = Fraction(repr(number)) if isinstance(number, float) else Fraction(number)
    return found.numerator if found.denominator == 1 else found


def _is_constant(number: Number) -> bool:
    return isinstance(number, int | Fraction)


def term(number: Number) -> Any:
    """A number as a term."""
    if isinstance(number, Fraction):
        return z3().RealVal(str(number))
    return z3().IntVal(number) if isinstance(number, int) else number


def _same_sort(one: Number, other: Number) -> tuple[Any, Any]:
    left, right = term(one), term(other)
    if _is_constant(one) and z3().is_real(right):
        return z3().RealVal(str(one)), right
    if _is_constant(other) and z3().is_real(left):
        return left, z3().RealVal(str(other))
    if z3().is_int(left) and z3().is_real(right):
        left = z3().ToReal(left)
    elif z3().is_real(left) and z3().is_int(right):
        right = z3().ToReal(right)
    return left, right


def plus(*numbers: Number) -> Number:
    """The sum."""
    constant: int | Fraction = 0
    terms = []
    for number in numbers:
        if _is_constant(number):
            constant = exact(constant + number)
        else:
            terms.append(number)
    if not terms:
        return constant
    if constant != 0:
        terms.append(z3().RealVal(str(constant)) if z3().is_real(terms[0]) else term(constant))
    if len(terms) == 1:
        return terms[0]
    if any(z3().is_real(each) for each in terms):
        terms = [z3().ToReal(each) if z3().is_int(each) else each for each in terms]
    return z3().Sum(terms)


def scaled(factor: int | Fraction, number: Number) -> Number:
    """A constant times a number."""
    if _is_constant(number):
        return exact(factor * number)
    if factor == 1:
        return number
    if factor == 0:
        return 0
    left, right = _same_sort(factor, number)
    return left * right


def minus(one: Number, other: Number) -> Number:
    """The difference."""
    return plus(one, scaled(-1, other))


def compare(operator: str, one: Number, other: Number) -> Flag:
    """`one OPERATOR other`, exactly; the operators are < <= > >= = !=."""
    if _is_constant(one) and _is_constant(other):
        return {
            "<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other, "=": one == other, "!=": one != other,
        }[operator]  # fmt: skip
    if not _is_constant(other) and _is_constant(one):
        mirrored = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(operator, operator)
        return compare(mirrored, other, one)
    if _is_constant(other) and (pushed := _through(one)) is not None:
        flag, first, second = pushed
        return choose(flag, compare(operator, first, other), compare(operator, second, other))
    left, right = _same_sort(one, other)
    if operator == "=":
        return left == right
    if operator == "!=":
        return left != right
    found = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}
    return found[operator]


def _through(number: Any) -> tuple[Flag, Number, Number] | None:
    """The parts of a choice of which one is constant: comparing these folds."""
    if not z3().is_app_of(number, z3().Z3_OP_ITE):
        return None
    flag, first, second = number.arg(0), constant_of(number.arg(1)), constant_of(number.arg(2))
    return (flag, first, second) if _is_constant(first) or _is_constant(second) else None


def constant_of(number: Any) -> Number:
    """A numeral as a Python number; any other term as it is."""
    if isinstance(number, int | Fraction):
        return number
    if z3().is_int_value(number):
        return number.as_long()
    if z3().is_rational_value(number):
        return exact(Fraction(number.numerator_as_long(), number.denominator_as_long()))
    return number


def least(numbers: Sequence[Number]) -> Number:
    """The smallest of some numbers."""
    found = numbers[0]
    for number in numbers[1:]:
        found = choose(compare("<", number, found), number, found)
    return found


def greatest(numbers: Sequence[Number]) -> Number:
    """The largest of some numbers."""
    found = numbers[0]
    for number in numbers[1:]:
        found = choose(compare(">", number, found), number, found)
    return found


# ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True, eq=False)
class Value:
    """A value: its term where it is there, and for each reason whether it is NA for it. `key` tells opaque things apart."""

    term: Any
    na: Mapping[str, Flag] = field(factory=dict)
    key: Any = None

    @property
    def absent(self) -> Flag:
        """Whether it is NA."""
        return either(*self.na.values())

    @property
    def present(self) -> Flag:
        """Whether it is there."""
        return no(self.absent)

    def is_true(self) -> Flag:
        """Whether it is there and true."""
        return both(self.present, self.term)

    def is_false(self) -> Flag:
        """Whether it is there and false."""
        return both(self.present, no(self.term))

    def lacks(self, reasons: Iterable[str]) -> Flag:
        """Whether it is NA for one of some reasons."""
        return either(*(self.na.get(reason, False) for reason in reasons))


def reasons(parts: Iterable[tuple[str, Flag]]) -> dict[str, Flag]:
    """Flags by reason, without those that never hold."""
    found: dict[str, Flag] = {}
    for reason, flag in parts:
        if flag is not False:
            found[reason] = either(found.get(reason, False), flag)
    return found


def missing(reason: str) -> Value:
    """NA for a reason."""
    return Value(NOTHING, {reason: True})


def guarded(operands: Iterable[Value], found: Any, fault: Flag = False, reason: str = "invalid") -> Value:
    """A term, unless an operand is NA (then as the first such operand), or `fault` holds (then for `reason`)."""
    parts: list[tuple[str, Flag]] = []
    known: Flag = True
    for operand in operands:
        parts += [(name, both(known, flag)) for name, flag in operand.na.items()]
        known = both(known, operand.present)
    parts.append((reason, both(known, fault)))
    return Value(found, reasons(parts))


def undecided_value(flag: Flag, why: Mapping[str, Flag], found: Value) -> Value:
    """A value that is NA for some reasons where a flag holds."""
    names = dict.fromkeys((*why, *found.na))
    na = reasons((name, choose(flag, why.get(name, False), found.na.get(name, False))) for name in names)
    return Value(found.term, na)


def either_value(flag: Flag, one: Value, other: Value) -> Value:
    """One value where a flag holds, else the other."""
    if flag is True or one is other:
        return one
    if flag is False:
        return other
    names = dict.fromkeys((*one.na, *other.na))
    na = reasons((name, choose(flag, one.na.get(name, False), other.na.get(name, False))) for name in names)
    if one.term is NOTHING:
        return Value(other.term, na)
    if other.term is NOTHING:
        return Value(one.term, na)
    if hasattr(one.term, "mixed"):
        return Value(one.term.mixed(flag, other.term), na)
    return Value(choose(flag, one.term, other.term), na)

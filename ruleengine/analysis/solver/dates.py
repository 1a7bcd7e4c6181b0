"""Ages and periods as terms: the as-of date is fixed, so that each test of a date is one against a day."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

from ruleengine.analysis.solver.atoms import LAST_DAY
from ruleengine.analysis.solver.opaque import Environment, Unsaid
from ruleengine.analysis.solver.terms import (
    Flag,
    Value,
    both,
    compare,
    exact,
    guarded,
    minus,
    no,
    plus,
    scaled,
    z3,
)  # fmt: skip
from ruleengine.evaluator.runtime import after_months
from ruleengine.library.dates import months_between
from ruleengine.tree import expressions as e
from ruleengine.tree.edges import adjusted
from ruleengine.tree.walk import walk
from ruleengine.values import Kind

_MOST_MONTHS = 1_200
_LONGEST_MONTH, _SHORTEST_MONTH = 31, 28


def first_day(holds: Callable[[int], bool]) -> int:
    """The first day from which on something holds; one after the last where it never does."""
    low, high = 1, LAST_DAY + 1
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


class Dates(Unsaid):
    """Terms for dates."""

    @property
    def today(self) -> int:
        """The as-of date."""
        return self.atoms.as_of

    def expression(self, node: e.Expression, around: Environment) -> Value:
        """The value of an expression; written by `expressions.py`."""
        raise NotImplementedError  # pragma: no cover - abstract

    def day(self, node: e.Expression, around: Environment) -> Value:
        """A date, or the date of a timestamp."""
        found = self.expression(node, around)
        if node.type.kind is not Kind.TIMESTAMP:
            return found
        return Value(self.atoms.day_of(found.term, self.program.zone == "UTC"), found.na)

    def older(self, day: Any, limit: float, unit: str) -> Flag:
        """Whether a date lies more than so many days or months back."""
        if unit == "days":
            return compare("<", day, self.today - int(limit))
        first = first_day(lambda each: self.today <= after_months(each, limit))
        return compare("<", day, first)

    def younger(self, day: Any, limit: float, unit: str) -> Flag:
        """Whether a date lies less than so many days or months back."""
        if unit == "days":
            return compare(">", day, self.today - int(limit))
        first = first_day(lambda each: self.today < after_months(each, limit))
        return compare(">=", day, first)

    # ── elapsed ──

    def _on_elapsed(self, node: e.Elapsed, around: Environment) -> Value:
        day = self.day(node.date, around)
        since = node.direction == "since"
        days = minus(self.today, day.term) if since else minus(day.term, self.today)
        found = days if node.unit == "days" else self._divided(days, 7) if node.unit == "weeks" else None
        if found is None:
            months = self._months(day.term, since)
            found = self._divided(months, {"months": 1, "quarters": 3, "years": 12}[node.unit])
        return guarded([day], found, compare("<", days, 0))

    def _divided(self, whole: Any, by: int) -> Any:
        """A whole number divided, without its remainder; of one below 0 nothing is said."""
        if by == 1:
            return whole
        if isinstance(whole, int):
            return whole // by
        found = self.atoms.fresh("Int", "part")
        self.atoms.require(
            z3().Implies(whole >= 0, both(scaled(by, found) <= whole, whole < scaled(by, found) + by))
        )
        return found

    @cached_property
    def lengths(self) -> list[int]:
        """The numbers of months that something in the program could be compared with."""
        numbers = {0, 1, 2, 3, 6, 12, 24, 36}
        for node in walk(self.program):
            if isinstance(node, e.Constant) and not isinstance(node.value, bool | str):
                for factor in (1, 3, 12):
                    value = float(node.value) * factor
                    if abs(value) < _MOST_MONTHS and value.is_integer():
                        numbers |= {int(value) - factor, int(value), int(value) + 1, int(value) + factor}
        return sorted(number for number in numbers if 0 <= number < _MOST_MONTHS)

    def _months(self, day: Any, since: bool) -> Any:
        """Whole months from a day to the as-of date, or from that to the day."""
        if isinstance(day, int):
            if not 1 <= day <= LAST_DAY:
                return 0
            start, end = (day, self.today) if since else (self.today, day)
            return months_between(start, end) if start <= end else 0
        key = ("months", day.get_id(), since)
        if key not in self.atoms.known:
            self.atoms.known[key] = Value(self._months_variable(day, since))
            self.atoms.kept.append(day)
        self._at_lengths(key, day, since)
        return self.atoms.known[key].term

    def _months_variable(self, day: Any, since: bool) -> Any:
        found = self.atoms.fresh("Int", "months")
        days = minus(self.today, day) if since else minus(day, self.today)
        roughly = both(
            found >= 0,
            scaled(_SHORTEST_MONTH, found) <= days,
            days <= scaled(_LONGEST_MONTH, plus(found, 1)),
        )
        self.atoms.require(z3().Implies(days >= 0, roughly))
        return found

    def _at_lengths(self, key: Any, day: Any, since: bool) -> None:
        """Say for each length that matters whether so many months have passed."""
        months = self.atoms.known[key].term
        for length in self.lengths:
            if (*key, length) in self.atoms.known:
                continue
            self.atoms.known[*key, length] = Value(True)
            if since:
                first = first_day(partial(self._later_than, length))
                passed = compare("<", day, first)
                expected = compare("<=", day, self.today)
            else:
                first = first_day(partial(self._not_before, length))
                passed = compare(">=", day, first)
                expected = compare(">=", day, self.today)
            self.atoms.require(z3().Implies(expected, (months >= length) == passed))

    def _later_than(self, months: int, day: int) -> bool:
        """Whether less than so many months lie between a day and the as-of date."""
        return day > self.today or months_between(day, self.today) < months

    def _not_before(self, months: int, day: int) -> bool:
        """Whether so many months lie between the as-of date and a day."""
        return day >= self.today and months_between(self.today, day) >= months

    # ── within ──

    def _on_within(self, node: e.Within, around: Environment) -> Value:
        day, length = self.day(node.subject, around), self.expression(node.duration, around)
        past = compare("<=", day.term, self.today)
        constant = node.duration.value if isinstance(node.duration, e.Constant) else None
        if constant is None:
            return self.opaque(node, around)
        if node.duration.type.unit == "days":
            age = minus(self.today, day.term)
            return guarded(
                [day, length], both(past, compare("<=", age, exact(adjusted("<=", float(constant)))))
            )
        return guarded([day], both(past, no(self.older(day.term, float(constant), "months"))))

    # ── arithmetic ──

    def _shifted(self, node: e.Call, around: Environment) -> Value | None:
        """A date some days later or earlier; None where months are added, unless the date is known."""
        day, amount = self.day(node.arguments[0], around), self.expression(node.arguments[1], around)
        _, operator, unit = node.function.split()
        number = amount.term if operator == "+" else scaled(-1, amount.term)
        whole = isinstance(number, int) or (
            not isinstance(number, int | float) and z3().is_int(term_of(number))
        )
        if unit == "days" and whole:
            found = plus(day.term, number)
            beyond = no(both(compare(">=", found, 1), compare("<=", found, LAST_DAY)))
            return guarded([day, amount], found, beyond)
        if unit == "months" and isinstance(number, int):
            return self._months_later(day, number)
        return None

    def _months_later(self, day: Value, number: int) -> Value:
        """A date some months later: within a day or three of what a month has on average, and exactly so at the as-of date."""
        if isinstance(day.term, int):
            found = after_months(day.term, number)
            beyond = not 1 <= found <= LAST_DAY
            return guarded([day], 1 if beyond else found, beyond)
        key = ("months later", day.term.get_id(), number)
        if key not in self.atoms.known:
            self.atoms.kept.append(day.term)
            found = self.atoms.fresh("Int", "later")
            low, high = (_SHORTEST_MONTH * number, _LONGEST_MONTH * number)
            low, high = min(low, high), max(low, high)
            self.atoms.require(both(found >= plus(day.term, low), found <= plus(day.term, high)))
            for moment in (self.today, self.today + 1):
                first = first_day(partial(_reaches, number, moment))
                self.atoms.require((found >= moment) == (day.term >= first))
            self.atoms.known[key] = Value(found)
        found = self.atoms.known[key].term
        last = first_day(lambda each: after_months(each, number) > LAST_DAY)
        first = first_day(lambda each: after_months(each, number) >= 1)
        inside = both(compare("<", day.term, last), compare(">=", day.term, first))
        return guarded([day], found, no(inside))


def _reaches(months: int, moment: int, day: int) -> bool:
    """Whether a day so many months later is a moment, or after it."""
    return after_months(day, months) >= moment


def term_of(number: Any) -> Any:
    """A number as a term, where it is no term yet."""
    return z3().IntVal(number) if isinstance(number, int) else number

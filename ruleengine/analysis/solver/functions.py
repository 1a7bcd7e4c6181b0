"""Calls of operators and library functions as terms; what is not linear is a variable of its own for each list of arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from ruleengine.analysis.solver.expressions import Expressions, is_constant
from ruleengine.analysis.solver.opaque import Environment
from ruleengine.analysis.solver.terms import (
    NOTHING,
    Number,
    Value,
    both,
    choose,
    compare,
    either,
    exact,
    greatest,
    guarded,
    least,
    minus,
    plus,
    scaled,
    z3,
)  # fmt: skip
from ruleengine.checker.domains import domain_of
from ruleengine.library import FUNCTIONS
from ruleengine.tree import expressions as e
from ruleengine.values import LARGEST_WITH_DECIMALS, Kind, round_to

_ROUNDING = {
    "round_half_up": "half_up", "round_half_even": "half_even", "round_half_down": "half_down", "round_up": "up",
    "round_down": "down", "floor": "floor", "ceiling": "ceiling",
}  # fmt: skip
_ZERO = exact(1e-10)
_TEXTS = (Kind.TEXT, Kind.CHOICE)


class Functions(Expressions):
    """Terms for calls."""

    def _on_call(self, node: e.Call, around: Environment) -> Value | None:
        kinds = [argument.type.kind for argument in node.arguments]
        if Kind.LIST in kinds or Kind.SERIES in kinds or Kind.RECORD in kinds:
            return None
        if node.function.startswith("date ") and node.function != "date of":
            return self._shifted(node, around)
        if node.function == "date of":
            return self.day(node.arguments[0], around)
        if node.function == "days between":
            ends = [self.day(argument, around) for argument in node.arguments]
            return guarded(ends, minus(ends[0].term, ends[1].term))
        arguments = [self.expression(argument, around) for argument in node.arguments]
        if any(each.term is NOTHING for each in arguments):
            return guarded(arguments, NOTHING)
        rule: Callable[..., Value | None] | None = _RULES.get(node.function)
        found = rule(self, node, arguments) if rule is not None else None
        return found if found is not None else self._unsaid_call(node, arguments)

    def _unsaid_call(self, node: e.Call, arguments: Sequence[Value]) -> Value:
        """A function of which nothing is said but that equal arguments give equal results."""
        if all(each.type.kind in _TEXTS for each in node.arguments) and node.type.kind is Kind.FLAG:
            enumerated = self._tabulated(node, arguments)
            if enumerated is not None:
                return enumerated
        calendar = (self.program.zone, self.program.fiscal_month)
        terms = tuple(self.atoms.identity(each.term) for each in arguments)
        key = ("call", node.function, node.options, calendar, terms)
        if key not in self.atoms.known:
            fault = False if _never_fails(node) else self.atoms.fresh("Bool", "fault")
            term = self.atoms.of_domain(domain_of(node, self.index), node.type)
            self.atoms.known[key] = Value(term, {"invalid": fault})
        found = self.atoms.known[key]
        self.asked[key] = (node, found)
        return guarded(arguments, found.term, found.na["invalid"])

    def _tabulated(self, node: e.Call, arguments: Sequence[Value]) -> Value | None:
        """A test of a text that is one of a few words: word by word."""
        words = node.arguments[0].type.choices
        rest = [each.value for each in node.arguments[1:] if isinstance(each, e.Constant)]
        if not words or len(rest) != len(node.arguments) - 1:
            return None
        if node.function == "text contains":
            holding = [word for word in words if str(rest[0]) in word]
        else:
            function = FUNCTIONS[node.function].implementation
            holding = [word for word in words if function(word, *rest, *node.options) is True]
        subject = arguments[0].term
        return guarded(arguments, either(*(compare("=", subject, self.atoms.code(word)) for word in holding)))

    # ── arithmetic ──

    def _add(self, node: e.Call, arguments: Sequence[Value]) -> Value:
        left, right = arguments
        found = plus(left.term, right.term) if node.function == "+" else minus(left.term, right.term)
        return guarded(arguments, self._computed(node, found))

    def _computed(self, node: e.Call, found: Number) -> Number:
        return self.atoms.computed(found, domain_of(node, self.index))

    def _multiply(self, node: e.Call, arguments: Sequence[Value]) -> Value | None:
        found = self.times(arguments[0].term, arguments[1].term)
        return None if found is None else guarded(arguments, self._computed(node, found))

    def times(self, one: Number, other: Number) -> Number | None:
        """A product, where one factor is constant or a choice among constants; else None."""
        for first, second in ((one, other), (other, one)):
            if is_constant(first):
                return scaled(first, second)
        for first, second in ((one, other), (other, one)):
            found = self._chosen_times(first, second, 64)
            if found is not None:
                return found
        return None

    def _chosen_times(self, chosen: Number, other: Number, left: int) -> Number | None:
        if z3().is_rational_value(chosen) or z3().is_int_value(chosen):
            return scaled(
                exact(
                    Fraction(
                        str(chosen.as_fraction() if z3().is_rational_value(chosen) else chosen.as_long())
                    )
                ),
                other,
            )
        if left <= 1:
            return None
        if z3().is_app_of(chosen, z3().Z3_OP_TO_REAL):
            return self._chosen_times(chosen.arg(0), other, left)
        if not z3().is_app_of(chosen, z3().Z3_OP_ITE):
            return None
        first = self._chosen_times(chosen.arg(1), other, left // 2)
        second = self._chosen_times(chosen.arg(2), other, left - 1)
        return None if first is None or second is None else choose(chosen.arg(0), first, second)

    def _divide(self, node: e.Call, arguments: Sequence[Value]) -> Value:
        above, below = (each.term for each in arguments)
        if is_constant(below):
            zero = abs(below) <= _ZERO
            part = 0 if zero else scaled(exact(Fraction(1) / Fraction(below)), above)
            return guarded(arguments, self._computed(node, part), zero)
        small = both(compare("<=", below, _ZERO), compare(">=", below, -_ZERO))
        if z3().is_int(below):
            small = compare("=", below, 0)
        return guarded(arguments, self.atoms.quotient(above, below), small)

    def _negative(self, node: e.Call, arguments: Sequence[Value]) -> Value:
        return guarded(arguments, scaled(-1, arguments[0].term))

    def _extreme(self, node: e.Call, arguments: Sequence[Value]) -> Value:
        pick = least if node.function == "min" else greatest
        return guarded(arguments, pick([each.term for each in arguments]))

    def _sum(self, node: e.Call, arguments: Sequence[Value]) -> Value:
        total: Number = 0
        for each in arguments:
            total = self.atoms.computed(plus(total, each.term))
        if node.function == "mean":
            total = self.atoms.computed(scaled(Fraction(1, len(arguments)), total))
        return guarded(arguments, total)

    def _absolute(self, node: e.Call, arguments: Sequence[Value]) -> Value:
        number = arguments[0].term
        return guarded(arguments, choose(compare("<", number, 0), scaled(-1, number), number))

    # ── rounding ──

    def _round(self, node: e.Call, arguments: Sequence[Value]) -> Value:
        digits = int(node.options[0]) if node.options else 0
        mode = str(node.options[1]) if len(node.options) > 1 else _ROUNDING.get(node.function, "half_up")
        return guarded(arguments, self.rounded(arguments[0].term, digits, mode))

    def rounded(self, number: Number, digits: int, mode: str) -> Number:
        """A number to some decimals: first to 10, half up, as the language has it."""
        if is_constant(number):
            return exact(round_to(float(number), digits, mode))
        if z3().is_int(number):
            return number
        key = ("rounded", number.get_id(), digits, mode)
        if key not in self.atoms.known:
            self.atoms.kept.append(number)
            self.atoms.known[key] = Value(self._rounded(number, digits, mode))
        return self.atoms.known[key].term

    def _rounded(self, number: Any, digits: int, mode: str) -> Any:
        """Within half of the last decimal (or a whole one); a number on the edge of a tie may go either way."""
        whole = self.atoms.fresh("Int", "rounded")
        unit = Fraction(1, 10**digits)
        found = scaled(exact(unit), whole)
        slack = exact(1e-10)
        gap = minus(number, found)
        low, high = _REACH[mode](unit)
        if mode in ("up", "down"):  # away from zero, towards zero
            inward, outward = (gap, scaled(-1, gap)) if mode == "down" else (scaled(-1, gap), gap)
            positive = both(compare(">=", inward, -slack), compare("<=", inward, exact(unit + slack)))
            negative = both(compare(">=", outward, -slack), compare("<=", outward, exact(unit + slack)))
            near = choose(compare(">=", number, 0), positive, negative)
        else:
            near = both(compare(">=", gap, exact(low - slack)), compare("<=", gap, exact(high + slack)))
        small = both(
            compare("<", number, int(LARGEST_WITH_DECIMALS)),
            compare(">", number, -int(LARGEST_WITH_DECIMALS)),
        )
        self.atoms.require(z3().Implies(small, near) if small is not True else near)
        for edge in (0, 50, 75, 100):  # a number on a whole one stays there
            self.atoms.require(z3().Implies(compare("=", number, edge), compare("=", found, edge)))
        return found


_REACH: dict[str, Callable[[Fraction], tuple[Fraction, Fraction]]] = {
    "half_up": lambda unit: (-unit / 2, unit / 2), "half_even": lambda unit: (-unit / 2, unit / 2),
    "half_down": lambda unit: (-unit / 2, unit / 2), "floor": lambda unit: (Fraction(0), unit),
    "ceiling": lambda unit: (-unit, Fraction(0)), "up": lambda unit: (-unit, unit), "down": lambda unit: (-unit, unit),
}  # fmt: skip
_RULES: dict[str, Callable[..., Value | None]] = {
    "+": Functions._add, "-": Functions._add, "*": Functions._multiply, "/": Functions._divide,
    "negative": Functions._negative, "min": Functions._extreme, "max": Functions._extreme, "sum": Functions._sum,
    "mean": Functions._sum, "abs": Functions._absolute, "round": Functions._round,
    **dict.fromkeys(_ROUNDING, Functions._round),
}  # fmt: skip
_SURE = frozenset(
    {"text contains", "lower", "upper", "trim", "length", "starts_with", "ends_with", "concat", "matches", "year", "month", "day",
     "start of", "end of", "name of", "fiscal quarter", "fiscal year"}
)  # fmt: skip


def _never_fails(node: e.Call) -> bool:
    return node.function in _SURE

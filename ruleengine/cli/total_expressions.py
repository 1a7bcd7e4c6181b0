"""Expressions over totals of a run: numbers, totals, `+ - * /`, comparisons, `and`, `or` and `not`.

In: an expression tree, and `KnownTotals`, which say what a total is. Out: reports about what may not stand there, and what
the expression comes to. Guaranteed: computed exactly, with fractions; what cannot be computed, such as a share of nothing, is
None, and a condition that rests on it is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from attrs import frozen

from ruleengine.diagnostics import Diagnostic
from ruleengine.syntax import tree as t


@frozen(slots=True)
class KnownTotals:
    """What a total is. `faults` gives the reports about one, None for what is no total; `remedy` names what there is."""

    faults: Callable[[t.Expression], list[Diagnostic] | None]
    remedy: str


def faults_in(node: t.Expression, totals: KnownTotals, condition: bool = True) -> list[Diagnostic]:
    """The reports about an expression that should be a condition, or else a number."""
    match node:
        case t.Logic(operands=operands) if condition:
            return [each for operand in operands for each in faults_in(operand, totals)]
        case t.Not(operand=operand) if condition:
            return faults_in(operand, totals)
        case t.Compare(left=t.Expression() as left, right=right) if condition:
            return [*faults_in(left, totals, False), *faults_in(right, totals, False)]
        case t.Arithmetic(operands=operands) if not condition:
            return [each for operand in operands for each in faults_in(operand, totals, False)]
        case t.Negative(operand=operand) if not condition:
            return faults_in(operand, totals, False)
        case t.Number(unit=unit) if not condition:
            return [] if unit in ("", "%") else [fault("RE302", node, f"totals have no unit `{unit}`")]
        case t.Logic() | t.Not() | t.Compare():
            return [fault("RE306", node, "a number is needed here, and this is a condition")]
    found = totals.faults(node)
    if found or (found is not None and not condition):
        return found
    if found is not None or isinstance(node, t.Arithmetic | t.Negative | t.Number):
        return [fault("RE305", node, "a condition is needed here, and this is a number", "compare it")]
    return [fault("RE213", node, "this cannot be said about a whole run", totals.remedy)]


def fault(code: str, node: t.Node, message: str, remedy: str = "") -> Diagnostic:
    """A report about a node."""
    return Diagnostic(code, node.span, message, help=remedy)


def holds(node: t.Expression, total: Callable[[t.Expression], Fraction | None]) -> bool | None:
    """Whether a condition without faults holds; None when it is undecided."""
    match node:
        case t.Compare(left=t.Expression() as left, operator=operator, right=right):
            return _compared(_value(left, total), operator, _value(right, total))
        case t.Not(operand=operand):
            found = holds(operand, total)
            return None if found is None else not found
        case t.Logic(operator=operator, operands=operands):
            return _logic(operator, [holds(operand, total) for operand in operands])
    raise AssertionError(f"{type(node).__name__} was reported when the condition was read")


def _value(node: t.Expression, total: Callable[[t.Expression], Fraction | None]) -> Fraction | None:
    match node:
        case t.Number(digits=digits, unit=unit):
            return Fraction(digits) / (100 if unit == "%" else 1)
        case t.Negative(operand=operand):
            found = _value(operand, total)
            return None if found is None else -found
        case t.Arithmetic(operators=operators, operands=operands):
            return _arithmetic(operators, [_value(operand, total) for operand in operands])
    return total(node)


def _arithmetic(operators: Sequence[str], operands: Sequence[Fraction | None]) -> Fraction | None:
    result = operands[0]
    for operator, other in zip(operators, operands[1:], strict=True):
        if result is None or other is None or (operator == "/" and not other):
            return None
        if operator == "+":
            result += other
        elif operator == "-":
            result -= other
        elif operator == "*":
            result *= other
        else:
            result /= other
    return result


def _compared(left: Fraction | None, operator: str, right: Fraction | None) -> bool | None:
    if left is None or right is None:
        return None
    return {
        "=": left == right,
        "!=": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[operator]


def _logic(operator: str, values: Sequence[bool | None]) -> bool | None:
    """Kleene's logic: one operand that decides is enough."""
    deciding = operator == "or"
    if deciding in values:
        return deciding
    return None if None in values else not deciding

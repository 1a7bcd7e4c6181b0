"""The value of an expression that rests on no fact: constants, the as-of date, and what is computed with them.

In: an expression, what its variables stand for, the account whose as-of date counts. Out: a number, a text, a flag, a day
number; None where a fact has a say, or where this module does not know the function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ruleengine.library.dates import (
    add_days,
    add_months,
    fiscal_quarter,
    fiscal_year,
    period_end,
    period_start,
)
from ruleengine.tree import expressions as e
from ruleengine.values import Kind

if TYPE_CHECKING:
    from ruleengine.casebook.wished_values import Around, Values

_DEEPEST = 12


def folded(values: Values, node: e.Expression, around: Around, depth: int = 0) -> Any:
    """The value of an expression without facts; None for all others."""
    found, inside = values.behind(node, around)
    if isinstance(found, e.Constant):
        return None if found.type.kind is Kind.TIMESTAMP else found.value
    if isinstance(found, e.AsOf):
        return values.account.as_of.toordinal()
    if not isinstance(found, e.Call) or found.function not in _FUNCTIONS or depth > _DEEPEST:
        return None
    given = [folded(values, argument, inside, depth + 1) for argument in found.arguments]
    if any(not isinstance(each, int | float) for each in given):
        return None
    try:
        return _FUNCTIONS[found.function](*given, *found.options)
    except (ArithmeticError, ValueError, TypeError):
        return None


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "+": lambda left, right: left + right, "-": lambda left, right: left - right,
    "*": lambda left, right: left * right, "/": lambda left, right: left / right, "negative": lambda value: -value,
    "days between": lambda left, right: left - right, "date of": lambda day: day,
    "date + days": add_days, "date - days": lambda day, days: add_days(day, -days),
    "date + months": lambda day, months: add_months(int(day), months),
    "date - months": lambda day, months: add_months(int(day), -months),
    "start of": period_start, "end of": period_end, "fiscal quarter": fiscal_quarter, "fiscal year": fiscal_year,
}  # fmt: skip

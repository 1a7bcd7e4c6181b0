"""Conditions over a whole run: `count of (health is red) > 3 and share of (health is green) < 50%`.

In: the text of the condition; later how often each condition inside held, over how many accounts. Out: the
conditions to evaluate on each account, and whether the outer condition holds. Only totals, numbers,
arithmetic, comparison, `and`, `or` and `not` stand outside the parentheses; anything else is reported.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from ruleengine.diagnostics import Diagnostic, did_you_mean
from ruleengine.source import Source
from ruleengine.syntax import tree as t
from ruleengine.syntax.parse import parse_expression
from ruleengine.syntax.walk import walk
from ruleengine.values import equal, less

#: The number of accounts that were scored.
ACCOUNTS = "accounts"
_REMEDY = (
    "beside `count of (…)` and `share of (…)` only `accounts`, numbers, `+ - * /`, comparisons, and or not"
)


class RunConditionFault(Exception):
    """A condition over the run that cannot be used, with its reports."""

    def __init__(self, diagnostics: list[Diagnostic], source: Source) -> None:
        super().__init__("; ".join(str(report) for report in diagnostics))
        self.diagnostics = diagnostics
        self.sources = {source.path: source}


@frozen(slots=True)
class RunCondition:
    """A condition over the run. `conditions` holds the text in each `count of` and `share of`, by name."""

    expression: t.Expression
    conditions: Mapping[str, str]
    names: Mapping[int, str]

    def holds(self, holding: Mapping[str, int], accounts: int) -> bool | None:
        """Whether it holds, given how many accounts each inner condition held for; None when undecided."""
        found = _Totals(self.names, holding, accounts).value(self.expression)
        return None if found is None else bool(found)


def read_run_condition(option: str, text: str) -> RunCondition | None:
    """The condition; None when it is one over a single account. Raises `RunConditionFault`."""
    source = Source(f"<{option}>", text)
    expression, faults = parse_expression(source)
    if expression is None or faults:
        raise RunConditionFault(faults, source)
    totals = [node for node in walk(expression) if isinstance(node, t.OverRun)]
    if not totals and not any(
        isinstance(node, t.Name) and node.name == ACCOUNTS for node in walk(expression)
    ):
        return None
    faults = _faults(expression, condition=True)
    if faults:
        raise RunConditionFault(faults, source)
    conditions: dict[str, str] = {}
    names: dict[int, str] = {}
    for number, node in enumerate(totals, start=1):
        name = option if len(totals) == 1 else f"{option}, {node.kind} {number}"
        conditions[name] = text[node.condition.span.start : node.condition.span.end]
        names[id(node)] = name
    return RunCondition(expression, conditions, names)


# ── What may stand in one ───────────────────────────────────────────────────────────────────────────────────


def _faults(node: t.Expression, condition: bool) -> list[Diagnostic]:
    """The reports about an expression that should be a condition, or else a number."""
    match node:
        case t.Logic(operands=operands) if condition:
            return [fault for operand in operands for fault in _faults(operand, True)]
        case t.Not(operand=operand) if condition:
            return _faults(operand, True)
        case t.Compare(left=t.Expression() as left, right=right) if condition:
            return [*_faults(left, False), *_faults(right, False)]
        case t.Arithmetic(operands=operands) if not condition:
            return [fault for operand in operands for fault in _faults(operand, False)]
        case t.Negative(operand=operand) if not condition:
            return _faults(operand, False)
        case t.Number(unit=unit) if not condition:
            return [] if unit in ("", "%") else [_fault("RE302", node, f"totals have no unit `{unit}`")]
        case t.OverRun(condition=inner) if not condition:
            nested = [each for each in walk(inner) if isinstance(each, t.OverRun)]
            return [_fault("RE213", each, "a total of the run stands inside another one") for each in nested]
        case t.Name(name=name) if not condition:
            return [] if name == ACCOUNTS else [_unknown(node, name)]
        case t.Logic() | t.Not() | t.Compare():
            return [_fault("RE306", node, "a number is needed here, and this is a condition")]
        case t.Arithmetic() | t.Negative() | t.Number() | t.OverRun() | t.Name(name="accounts"):
            return [_fault("RE305", node, "a condition is needed here, and this is a number", "compare it")]
        case t.Name(name=name):
            return [_unknown(node, name)]
        case _:
            return [_fault("RE213", node, "this cannot be said about a whole run", _REMEDY)]


def _unknown(node: t.Expression, name: str) -> Diagnostic:
    remedy = did_you_mean(name, [ACCOUNTS]) or _REMEDY
    return _fault("RE213", node, f"`{name}` is no total of the run", remedy)


def _fault(code: str, node: t.Node, message: str, remedy: str = "") -> Diagnostic:
    return Diagnostic(code, node.span, message, help=remedy)


# ── What it comes to ────────────────────────────────────────────────────────────────────────────────────────


class _Totals:
    """Computes an expression over totals; None stands for what cannot be computed: a share of no accounts."""

    def __init__(self, names: Mapping[int, str], holding: Mapping[str, int], accounts: int) -> None:
        self._names = names
        self._holding = holding
        self._accounts = accounts

    def value(self, node: t.Expression) -> float | None:
        match node:
            case t.Number(digits=digits, unit=unit):
                return float(digits) / (100.0 if unit == "%" else 1.0)
            case t.Name():
                return float(self._accounts)
            case t.OverRun(kind=kind):
                count = self._holding[self._names[id(node)]]
                if kind == "count":
                    return float(count)
                return count / self._accounts if self._accounts else None
            case t.Negative(operand=operand):
                found = self.value(operand)
                return None if found is None else -found
            case t.Arithmetic(operators=operators, operands=operands):
                return self._arithmetic(operators, operands)
            case t.Compare(left=t.Expression() as left, operator=operator, right=right):
                return _compared(self.value(left), operator, self.value(right))
            case t.Not(operand=operand):
                found = self.value(operand)
                return None if found is None else float(not found)
            case t.Logic(operator=operator, operands=operands):
                return _logic(operator, [self.value(operand) for operand in operands])
        raise AssertionError(f"{type(node).__name__} was reported when the condition was read")

    def _arithmetic(self, operators: tuple[str, ...], operands: tuple[t.Expression, ...]) -> float | None:
        result = self.value(operands[0])
        for operator, operand in zip(operators, operands[1:], strict=True):
            other = self.value(operand)
            if result is None or other is None or (operator == "/" and equal(other, 0.0)):
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


def _compared(left: float | None, operator: str, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    results = {
        "=": equal(left, right),
        "!=": not equal(left, right),
        "<": less(left, right),
        "<=": not less(right, left),
        ">": less(right, left),
        ">=": not less(left, right),
    }
    return float(results[operator])


def _logic(operator: str, values: list[float | None]) -> float | None:
    """Kleene's logic: one operand that decides is enough."""
    deciding = operator == "or"
    if any(value is not None and bool(value) == deciding for value in values):
        return float(deciding)
    return None if None in values else float(not deciding)

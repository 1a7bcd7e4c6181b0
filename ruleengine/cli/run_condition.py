"""Conditions over a whole run: `count of (health is red) > 3 and share of (health is green) < 50%`.

In: the text of the condition; later how often each condition inside held, over how many accounts. Out: the
conditions to evaluate on each account, and whether the outer condition holds. Only totals, numbers,
arithmetic, comparison, `and`, `or` and `not` stand outside the parentheses; anything else is reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import frozen

from ruleengine.cli.total_expressions import KnownTotals, fault, faults_in, holds
from ruleengine.diagnostics import Diagnostic, did_you_mean
from ruleengine.source import Source
from ruleengine.syntax import tree as t
from ruleengine.syntax.parse import parse_expression
from ruleengine.syntax.walk import walk

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

        def total(node: t.Expression) -> Fraction | None:
            if not isinstance(node, t.OverRun):
                return Fraction(accounts)
            count = holding[self.names[id(node)]]
            if node.kind == "count":
                return Fraction(count)
            return Fraction(count, accounts) if accounts else None

        return holds(self.expression, total)


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
    faults = faults_in(expression, KnownTotals(_faults, _REMEDY))
    if faults:
        raise RunConditionFault(faults, source)
    conditions: dict[str, str] = {}
    names: dict[int, str] = {}
    for number, node in enumerate(totals, start=1):
        name = option if len(totals) == 1 else f"{option}, {node.kind} {number}"
        conditions[name] = text[node.condition.span.start : node.condition.span.end]
        names[id(node)] = name
    return RunCondition(expression, conditions, names)


def _faults(node: t.Expression) -> list[Diagnostic] | None:
    """The reports about a total of the run; None when it is something else."""
    match node:
        case t.OverRun(condition=inner):
            nested = [each for each in walk(inner) if isinstance(each, t.OverRun)]
            return [fault("RE213", each, "a total of the run stands inside another one") for each in nested]
        case t.Name(name=name) if name != ACCOUNTS:
            remedy = did_you_mean(name, [ACCOUNTS]) or _REMEDY
            return [fault("RE213", node, f"`{name}` is no total of the run", remedy)]
        case t.Name():
            return []
    return None

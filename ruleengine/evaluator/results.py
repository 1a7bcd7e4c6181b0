"""What generated programs call for the result of an account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ruleengine.evaluator.policies import acted_limits, acted_override
from ruleengine.evaluator.runtime import Problems, clean
from ruleengine.evaluator.scales import Limit, Scale
from ruleengine.values import NA


def invalid_problem(na: NA, line: int, of: str) -> dict[str, Any]:
    """The problem that says that something has no valid value."""
    problem: dict[str, Any] = {
        "code": na.code or "RE506",
        "message": f"{of}: {na.describe()}",
        "line": line,
        "of": of,
    }
    if na.pointer:
        problem["pointer"] = na.pointer
    return problem


def report_invalid(na: NA, line: int, of: str, problems: Problems) -> None:
    """Report what is invalid by itself; a fact of the wrong type has been reported where it was read."""
    if na.reason == "invalid" and na.code not in ("", "RE504"):
        problems.append(invalid_problem(na, line, of))


def na_result(
    na: NA, value: Any, line: int, name: str, problems: Problems, extra: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The result of a measure that has no score."""
    report_invalid(na, line, name, problems)
    return {
        "status": na.reason, "value": value, "band": None, "points": None, "reason": na.describe(), "line": None,
        **(extra or {}),
    }  # fmt: skip


def output_result(value: Any, show: Callable[[Any], Any], line: int, name: str, problems: Problems) -> Any:
    """The value of an output; an invalid one is a problem too."""
    if value.__class__ is NA:
        report_invalid(value, line, name, problems)
        return None
    return show(value)


def limited_result(
    found: Any,
    computed: Any,
    acted: Sequence[Limit],
    scale: Scale | None,
    line: int,
    name: str,
    problems: Problems,
) -> dict[str, Any]:
    """What a measure was before limits, where one acted; an invalid one is a problem though a limit acted."""
    if not acted:
        return {}
    if computed.__class__ is NA and computed is not found:
        report_invalid(computed, line, name, problems)
    points = None if computed.__class__ is NA else computed[1]
    return {
        "computed_band": None if computed.__class__ is NA else computed[0],
        "computed_points": None if points is None else clean(points),
        "override": acted_override(acted, scale),
        "limits": [] if computed.__class__ is NA else acted_limits(acted, scale, computed[1], computed[0]),
    }


def is_absent(facts: dict[str, Any], path: tuple[str, ...]) -> bool:
    """Whether a fact is absent or null, or a record that would hold it is."""
    current: Any = facts
    for name in path:
        if not isinstance(current, dict):
            return False
        current = current.get(name)
        if current is None:
            return True
    return False


def hidden(value: Any) -> None:
    """Instead of a secret value."""


RESULT_GLOBALS: dict[str, Any] = {
    "hidden": hidden,
    "report_invalid": report_invalid, "na_result": na_result,
    "output_result": output_result, "limited_result": limited_result, "is_absent": is_absent,
}  # fmt: skip

"""Values as an expectation shows them: with all their decimals, because a test is about exactly those.

In: a value that a probe found, and its type. Out: text for people on one line.
"""

from __future__ import annotations

import json
from typing import Any

from ruleengine.evaluator import spoken
from ruleengine.evaluator.runtime import clean
from ruleengine.values import NA, Kind, Type

_LONGEST = 200


def exact(value: Any, kind: Type, *, percent: bool = False) -> str:
    """A value in words; what is NA says why. A plain number is a percentage where the ruleset shows it as one."""
    if value.__class__ is NA:
        return undecided(value)
    if percent and kind.kind is Kind.NUMBER:
        return f"{decimal(value * 100)}%"
    text = _exact(value, kind)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def undecided(value: NA) -> str:
    """Why something has no value."""
    reason = value.reason.replace("_", " ")
    said = value.describe()
    return reason if said == reason else f"{reason}: {said}"


def _exact(value: Any, kind: Type) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _of_number(value, kind)
    if isinstance(value, str):
        return json.dumps(spoken.clean_text(value), ensure_ascii=False)
    if isinstance(value, list | tuple):
        element = kind.element or kind
        return "[" + ", ".join(exact(item, element) for item in value) + "]"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return spoken.clean_text(value)


def _of_number(value: float, kind: Type) -> str:
    if kind.kind is Kind.DATE:
        return spoken.day(int(value))
    if kind.kind is Kind.TIMESTAMP:
        return spoken.instant(int(value))
    if kind.unit == "percent":
        return f"{decimal(value * 100)}%"
    unit = kind.unit.removeprefix("money").strip() if kind.unit.startswith("money") else kind.unit
    if unit in ("", "count"):
        return decimal(value)
    return f"{decimal(value)} {unit.removesuffix('s') if unit in ('days', 'months') and value == 1 else unit}"


def decimal(value: float) -> str:
    """A number with up to ten decimals and no more than it needs."""
    number = clean(value)
    if abs(number) >= 1e15:
        return f"{number:g}"
    text = f"{number:.10f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text

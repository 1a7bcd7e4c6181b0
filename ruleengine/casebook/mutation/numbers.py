"""By how much a number of a ruleset is moved, and how the moved number is written.

In: a constant and what it is compared with, where that is known. Out: a step that somebody would call a little: one, where
the thing is counted in whole numbers, a day, a percentage point, or the last decimal that is written.
"""

from __future__ import annotations

import re
from datetime import date

from ruleengine.checker.domains import Numbers, domain_of
from ruleengine.checker.index import Index
from ruleengine.checker.pieces import written
from ruleengine.tree import expressions as e
from ruleengine.values import Kind, equal

_NUMBER = re.compile(r"-?[\d_]+(?:\.\d+)?")
_SMALL = 10


def movable(node: e.Constant) -> bool:
    """Whether a constant is a number or a date."""
    return node.type.kind in (Kind.NUMBER, Kind.DATE) and not isinstance(node.value, bool | str)


def is_counted(subject: e.Expression | None, index: Index) -> bool:
    """Whether a thing comes in steps of one."""
    domain = None if subject is None else domain_of(index.resolve(subject), index)
    return isinstance(domain, Numbers) and domain.step == 1


def step_of(node: e.Constant, subject: e.Expression | None, index: Index) -> float:
    """By how much a constant is moved."""
    if node.type.kind is Kind.DATE or node.type.unit in ("days", "months") or is_counted(subject, index):
        return 1.0
    value = float(node.value)
    if node.type.unit == "percent":
        return _last_decimal(value * 100, 0) / 100
    domain = None if subject is None else domain_of(index.resolve(subject), index)
    continuous = isinstance(domain, Numbers) and domain.step is None
    return _last_decimal(value, 1 if continuous and abs(value) < _SMALL else 0)


def _last_decimal(value: float, least: int) -> float:
    """The last decimal of a number, and no coarser than `least` decimals; a number below 1 has two."""
    digits = next((each for each in range(11) if equal(round(value, each), value)), 10)
    digits = max(digits, least, 2 if digits and abs(value) < 1 else 0)
    return float(f"1e-{digits}") if digits else 1.0


def moved(node: e.Constant, by: float) -> float | int:
    """The value of a constant that has been moved."""
    value = round(float(node.value) + by, 10) + 0.0
    return int(value) if isinstance(node.value, int) and value == int(value) else value


def is_possible(node: e.Constant, value: float) -> bool:
    """Whether a moved constant can stand there at all: a duration is not below nothing, a date is one."""
    if node.type.kind is Kind.DATE:
        return 1 <= value <= date.max.toordinal()
    return value >= 0 or node.type.unit not in ("days", "months", "percent", "count")


def rewritten(text: str, node: e.Constant, value: float) -> str:
    """A moved constant as the ruleset would write it in place of `text`."""
    found = _NUMBER.fullmatch(text) or _NUMBER.match(text)
    if found is None or node.type.kind is Kind.DATE:
        return written(value, node.type)
    said = float(found.group().replace("_", ""))
    factor = 100 if text.endswith("%") and equal(said, float(node.value) * 100) else 1
    if factor == 1 and not equal(said, float(node.value)):
        return written(value, node.type)  # `1 quarter` is three months
    rest = text[found.end() :]
    if node.type.unit in ("days", "months") and rest.strip():
        rest = rest.rstrip("s") + ("" if value == 1 else "s")
    return plain(value * factor) + rest


def plain(value: float) -> str:
    """A number with the decimals that it needs."""
    rounded = round(value, 10) + 0.0
    return str(int(rounded)) if rounded == int(rounded) else f"{rounded:.10f}".rstrip("0")

"""Values as they read in a text: `"{license_use.value} of the seats are in use"`."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

from ruleengine.syntax import tree
from tests.differential.reference import earlier, expressions
from tests.differential.reference.kinds import Kind, View, element, kind_of
from tests.differential.reference.states import Place, Scope, State
from tests.differential.reference.values import NA, rounded, to_decimal

UNKNOWN = "unknown"
#: From here on a number reads with six digits and an exponent.
LARGE = 10**15


def text(node: tree.TextWithValues, scope: Scope) -> str:
    """A text with its values."""
    return "".join(
        part.text if isinstance(part, tree.Words) else _placeholder(part, scope) for part in node.parts
    )


def _placeholder(part: tree.Placeholder, scope: Scope) -> str:
    band = band_alone(part.value, scope)
    if band is not None:
        return _said(band, "text")
    kind = kind_of(part.value, View(scope.module, scope.account.schema))
    percent = part.percent or _shown_as_percent(part.value, scope)
    found = expressions.evaluate(part.value, scope)
    if isinstance(found, list):
        return ", ".join(_said(each, "percent" if percent else element(kind)) for each in found)
    return _said(found, "percent" if percent else kind)


def band_alone(node: tree.Expression, scope: Scope) -> Any:
    """The band of a measure, a scorecard or a group that stands alone; None where it has no bands."""
    if isinstance(node, tree.Previous):
        return earlier.band_alone(node, scope)
    if not isinstance(node, tree.Name | tree.Member):
        return None
    found = expressions.refer(node, scope)
    if isinstance(found, Place):
        found = expressions.state_of(found.child)
    if not isinstance(found, State) or found.bands is None:
        return None
    return expressions.band_of(found)


def _shown_as_percent(node: tree.Expression, scope: Scope) -> bool:
    """Whether this is the value of a measure that says `shown as percent`."""
    if isinstance(node, tree.Previous):
        node = node.operand
    if not isinstance(node, tree.Member) or node.name != "value" or not isinstance(node.base, tree.Name):
        return False
    found = scope.module.find(node.base.name)
    statements = found[1].statements if found and isinstance(found[1], tree.Measure) else ()
    return any(isinstance(each, tree.Value) and each.percent for each in statements)


# ── One value ──


def _said(value: Any, kind: Kind) -> str:
    if isinstance(value, NA):
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.date().isoformat()} {value:%H:%M} UTC"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return "".join(sign if sign.isprintable() else " " for sign in value)
    assert isinstance(value, Fraction)
    return _number_of(value, kind)


def _number_of(value: Fraction, kind: Kind) -> str:
    if kind == "percent":
        return f"{_number(value * 100)}%"
    if kind in ("days", "months"):
        number = _number(value)
        return f"{number} {kind[:-1] if number == '1' else kind}"
    if isinstance(kind, str) and kind.startswith("money "):
        return f"{_number(value)} {kind.removeprefix('money ')}"
    return _number(value)


def _number(value: Fraction) -> str:
    """At most two decimals, halves away from zero, without zeros at the end."""
    if abs(value) >= LARGE:
        return f"{float(value):g}"
    written = f"{to_decimal(rounded(value, 2, 'half_up')):.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


__all__ = ["band_alone", "text"]

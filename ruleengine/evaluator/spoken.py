"""Values as they read in a text: what stands for `{license_utilization.value}`.

In: a value and how it is spoken. Out: text for people on one line, without control characters. NA reads `unknown`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ruleengine.values import NA, Kind, Type, round_to

UNKNOWN_VALUE = "unknown"
SECRET_VALUE = "(secret)"
#: More decimals than this are noise in a sentence.
DECIMALS = 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def number(value: float) -> str:
    """A number with at most two decimals, without trailing zeros."""
    if abs(value) >= 1e15:
        return f"{value:g}"
    text = (
        f"{Decimal(repr(round_to(float(value), DECIMALS, 'half_up'))):.{DECIMALS}f}"  # the shortest decimal
    )
    text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def percentage(value: float) -> str:
    """0.8333 as 83.33%."""
    return f"{number(value * 100)}%"


def clean_text(value: Any) -> str:
    """A text on one line, without signs that steer a terminal or a page."""
    return "".join(sign if sign.isprintable() else " " for sign in str(value))


def day(value: int) -> str:
    """A day number as an ISO date."""
    return date.fromordinal(value).isoformat()


def instant(value: int) -> str:
    """Microseconds since 1970 as a date and a time of day."""
    return (
        (_EPOCH + timedelta(microseconds=value))
        .isoformat(sep=" ", timespec="minutes")
        .replace("+00:00", " UTC")
    )


def flag(value: bool) -> str:
    """yes or no."""
    return "yes" if value else "no"


def _with_unit(unit: str) -> Callable[[float], str]:
    def say(value: float) -> str:
        text = number(value)
        return f"{text} {unit.removesuffix('s') if text == '1' and unit in ('days', 'months') else unit}"

    return say


_SPEAKERS: dict[Kind, Callable[[Any], str]] = {Kind.DATE: day, Kind.TIMESTAMP: instant, Kind.FLAG: flag}


def speaker(kind: Type, percent: bool) -> Callable[[Any], str]:
    """The function that says values of a type."""
    if kind.kind is Kind.LIST:
        say_one = speaker(kind.element, percent) if kind.element is not None else clean_text
        return lambda values: (
            UNKNOWN_VALUE if values.__class__ is NA else ", ".join(say_one(value) for value in values)
        )
    if kind.kind is Kind.NUMBER:
        say: Callable[[Any], str] = number
        if percent or kind.unit == "percent":
            say = percentage
        elif kind.unit in ("days", "months"):
            say = _with_unit(kind.unit)
        elif kind.unit.startswith("money "):
            say = _with_unit(kind.unit.removeprefix("money "))
    else:
        say = _SPEAKERS.get(kind.kind, clean_text)
    return lambda value: UNKNOWN_VALUE if value is None or value.__class__ is NA else say(value)


def spoken_elements(kind: Type, percent: bool) -> Callable[[Any], list[str]]:
    """The function that says each element of a list of a type; a list that is NA has none."""
    say_one = speaker(kind.element, percent) if kind.element is not None else clean_text
    return lambda values: [] if values.__class__ is NA else [say_one(value) for value in values]


def hidden(value: Any) -> str:
    """Instead of a secret."""
    return UNKNOWN_VALUE if value.__class__ is NA else SECRET_VALUE

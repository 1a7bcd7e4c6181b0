"""Numbers, dates and stretches of numbers as people say them, with nothing lost.

In: values of the tree with their types. Out: `10%`, `35 days`, `2024-03-01`, `at least 2 and below 6 months`. Guaranteed:
a number is the shortest decimal that is that number, and each end of a stretch says whether it belongs to it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from attrs import frozen

from ruleengine.values import Kind, Type

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GROUPED_FROM = 10_000


def number_words(value: float, scale: int = 0) -> str:
    """A number times ten to the `scale` as a decimal; thousands are grouped from 10,000 on."""
    exact = Decimal(repr(float(value))).scaleb(scale)
    whole, _, decimals = format(exact, "f").partition(".")
    decimals = decimals.rstrip("0")
    if abs(int(whole)) >= _GROUPED_FROM:
        whole = f"{int(whole):,}"
    text = f"{whole}.{decimals}" if decimals else whole
    return "0" if text == "-0" else text.replace("-", "−", 1)


def constant_words(value: float | int | str | bool, kind: Type) -> str:
    """A value of the tree as words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"“{value}”"
    if kind.kind is Kind.DATE:
        return date.fromordinal(int(value)).isoformat()
    if kind.kind is Kind.TIMESTAMP:
        return (_EPOCH + timedelta(microseconds=int(value))).isoformat().replace("+00:00", "Z")
    number, unit = quantity(float(value), kind)
    return number + unit


def quantity(value: float, kind: Type) -> tuple[str, str]:
    """A number, and the unit that follows it: (`6`, ` months`), (`10%`, ``)."""
    if kind.unit == "percent":
        return f"{number_words(value, 2)}%", ""
    if kind.unit == "days" and 0 < value < 1:
        for parts, name in ((24, "hour"), (1440, "minute")):
            whole = round(value * parts)
            if whole and abs(whole / parts - value) < 1e-12:
                return str(whole), f" {name}{'s' if whole > 1 else ''}"
    if kind.unit in ("days", "months"):
        return number_words(value), f" {kind.unit[:-1] if value == 1 else kind.unit}"
    if kind.unit.startswith("money "):
        return number_words(value), f" {kind.unit.removeprefix('money ')}"
    return number_words(value), ""


@frozen(slots=True)
class Stretch:
    """The values between two ends; None is no end. An open end does not belong to it."""

    low: float | None
    high: float | None
    low_open: bool = False
    high_open: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing lies in it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))


def stretch_words(stretch: Stretch, kind: Type) -> str:
    """`below 10%`, `from 1 to 5` (both belong to it), `at least 2 and below 6 months`, `exactly 0`."""
    low, high = stretch.low, stretch.high
    if low is None and high is None:
        return "any value"
    if kind.kind is Kind.DATE:
        return _dates(stretch, kind)
    if low is None:
        return f"{'below' if stretch.high_open else 'at most'} {_said(high, kind)}"
    if high is None:
        return f"{'above' if stretch.low_open else 'at least'} {_said(low, kind)}"
    if low == high:
        return f"exactly {_said(low, kind)}"
    first, first_unit = quantity(low, kind)
    second, second_unit = quantity(high, kind)
    if first_unit.removesuffix("s") == second_unit.removesuffix("s"):
        first_unit = ""
    if not stretch.low_open and not stretch.high_open:
        return f"from {first}{first_unit} to {second}{second_unit}"
    above = "above" if stretch.low_open else "at least"
    below = "below" if stretch.high_open else "at most"
    return f"{above} {first}{first_unit} and {below} {second}{second_unit}"


def _said(value: float | None, kind: Type) -> str:
    return "" if value is None else constant_words(value, kind)


def _dates(stretch: Stretch, kind: Type) -> str:
    parts = []
    if stretch.low is not None and stretch.low == stretch.high:
        return f"on {_said(stretch.low, kind)}"
    if stretch.low is not None:
        day = _said(stretch.low, kind)
        parts.append(f"after {day}" if stretch.low_open else f"on or after {day}")
    if stretch.high is not None:
        day = _said(stretch.high, kind)
        parts.append(f"before {day}" if stretch.high_open else f"on or before {day}")
    return " and ".join(parts)

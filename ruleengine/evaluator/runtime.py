"""What generated programs call: reading facts, dates, lists, and settling undecided rows.

In: raw values of a fact document. Out: typed values, or `NA` with reason, pointer and words. Nothing here raises for
what a document holds. The common case of every function is written out in the generated program; this is the rest.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cmp_to_key, lru_cache
from typing import Any

from ruleengine.library.dates import add_months, months_between
from ruleengine.tree.pointers import escape
from ruleengine.values import LARGEST_FACT, NA, Field, Kind, Type, equal, less, timestamp_of

Problems = list[dict[str, Any]]
_LARGEST_CACHE = 50_000
#: A day number beyond the calendar.
_NEVER = 10**7
_LARGEST_WHOLE = 1 << 53
#: 1.5 * 2^52: a number to which it is added and from which it is taken away becomes whole.
TO_WHOLE = 6755399441055744.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = 86_400_000_000
_EPOCH_DAY = date(1970, 1, 1).toordinal()


class DateCache(dict[str, int]):
    """Day numbers by their text; forgets all when it grows too large."""

    def __setitem__(self, key: str, value: int) -> None:
        if len(self) >= _LARGEST_CACHE:
            self.clear()
        super().__setitem__(key, value)


class Months(dict[int, int]):
    """Whole months from a day number to one as-of date; computed once for each day."""

    def __init__(self, as_of: int) -> None:
        super().__init__()
        self.as_of = as_of

    def __missing__(self, day: int) -> int:
        if len(self) >= _LARGEST_CACHE:
            self.clear()
        months = self[day] = months_between(day, self.as_of)
        return months


class Plus(dict[int, int]):
    """Day numbers a fixed number of months later; beyond the calendar the last day there is."""

    def __init__(self, months: float) -> None:
        super().__init__()
        self.months = months

    def __missing__(self, day: int) -> int:
        if len(self) >= _LARGEST_CACHE:
            self.clear()
        found = self[day] = after_months(day, self.months)
        return found


def after_months(day: int, months: float) -> int:
    """The day number `months` after a day; beyond the calendar a day that never comes, or that never was."""
    later = add_months(day, months)
    if later is not None:
        return later
    return _NEVER if months > 0 else -_NEVER


def shown(value: Any) -> str:
    """What was found, for a message: short, and on one line."""
    if isinstance(value, dict | list):
        return "a record" if isinstance(value, dict) else "a list"
    text = repr(value) if not isinstance(value, bool) else str(value).lower()
    text = '"' + text[1:-1] + '"' if isinstance(value, str) else text
    return text if len(text) <= 60 else text[:57] + "…"


def pointer_to(document: Any, record: Any) -> str:
    """The JSON pointer to a record inside a document, found by identity; empty when it is not there."""
    stack: list[tuple[Any, str]] = [(document, "")]
    while stack:
        value, pointer = stack.pop()
        if value is record:
            return pointer
        if isinstance(value, dict):
            stack.extend(
                (
                    inner,
                    f"{pointer}/{escape(str(key))}",
                )  # a program's document may have other keys than JSON's
                for key, inner in value.items()
                if isinstance(inner, dict | list)
            )
        else:
            stack.extend(
                (inner, f"{pointer}/{index}")
                for index, inner in enumerate(value)
                if isinstance(inner, dict | list)
            )
    return ""


def is_within(pointer: str, places: Sequence[str]) -> bool:
    """Whether a JSON pointer leads to one of the places or below it; `*` in a place is any index."""
    parts = pointer.split("/")
    for place in places:
        above = place.split("/")
        if len(above) <= len(parts) and all(
            part == name or (name == "*" and part.isdecimal())
            for part, name in zip(parts, above, strict=False)
        ):
            return True
    return False


class BadRecord(dict[str, Any]):
    """Stands in for a record that is something else: every field of it is NA for the same reason."""

    def __init__(self, na: NA) -> None:
        super().__init__()
        self.na = na

    def get(self, key: str, default: Any = None) -> Any:
        return self.na


_WORDS = {
    Kind.NUMBER: "a number", Kind.DATE: "a date", Kind.TIMESTAMP: "a timestamp", Kind.TEXT: "a text",
    Kind.CHOICE: "one of its words", Kind.FLAG: "true or false", Kind.LIST: "a list", Kind.RECORD: "a record",
}  # fmt: skip
#: So many words of a choice are listed where none of them was found.
_MOST_WORDS = 8


class Reader:
    """Reads one field where the generated fast path did not apply. Called with the raw value, the record that holds it,
    the document, and the list of problems.
    """

    def __init__(
        self,
        field: Field,
        pointer: str,
        zone: str,
        dates: DateCache,
        instants: DateCache,
        secrets: Sequence[str],
    ) -> None:
        self.field = field
        self.pointer = pointer
        self.zone = zone
        self.dates = dates
        self.instants = instants
        self.secrets = secrets
        self.missing = NA("missing", "", pointer)

    def __call__(self, raw: Any, record: Any, facts: Any, problems: Problems) -> Any:
        if raw is None:
            return self.missing
        if raw.__class__ is NA:
            return raw
        value = self._value(raw)
        if value is not None:
            return value
        pointer = self.pointer
        if record is not None and record is not facts and not pointer.startswith("/"):
            pointer = f"{pointer_to(facts, record)}/{escape(self.field.name)}"
        return self._invalid(raw, pointer, problems)

    def element(self, raw: Any, values: list[Any], facts: Any, problems: Problems) -> Any:
        """The same for an element of a list: its place is the list's, and its index."""
        value = None if raw is None else self._value(raw)
        if value is not None:
            return value
        index = next(place for place, found in enumerate(values) if found is raw)
        pointer = f"{pointer_to(facts, values)}/{index}"
        return NA("missing", "", pointer) if raw is None else self._invalid(raw, pointer, problems)

    def _invalid(self, raw: Any, pointer: str, problems: Problems) -> NA:
        found = "a value" if self.field.secret or is_within(pointer, self.secrets) else shown(raw)
        wanted = _WORDS.get(self.field.type.kind, "another value")
        if self.field.type.kind is Kind.NUMBER and isinstance(raw, int | float) and not isinstance(raw, bool):
            wanted = "a number below 10^15" if abs(raw) >= LARGEST_FACT else "a whole number"
        elif self.field.type.kind is Kind.CHOICE and len(self.field.type.choices) <= _MOST_WORDS:
            wanted = "one of " + ", ".join(f'"{word}"' for word in self.field.type.choices)
        elif self.field.type.kind in (Kind.DATE, Kind.TIMESTAMP) and isinstance(raw, str):
            wanted = f"{wanted} that exists"
        text = f"{wanted} is expected, and {found} was found"
        na = NA("invalid", text, pointer, "RE504")
        problem = {"code": "RE504", "message": na.describe(), "line": None, "pointer": pointer}
        if problem not in problems:
            problems.append(problem)
        return na

    def _value(self, raw: Any) -> Any:
        kind = self.field.type.kind
        if kind is Kind.NUMBER:
            return self._number(raw)
        if kind is Kind.FLAG:
            return raw if raw.__class__ is bool else None
        if kind is Kind.DATE:
            return self._date(raw)
        if kind is Kind.TIMESTAMP:
            return self._instant(raw)
        if kind is Kind.TEXT:
            return raw if raw.__class__ is str else None
        if kind is Kind.CHOICE:
            return raw if raw.__class__ is str and raw in self.field.type.choices else None
        if kind is Kind.LIST:
            return raw if raw.__class__ is list else None
        return raw if isinstance(raw, dict) else None

    def _number(self, raw: Any) -> float | None:
        if raw.__class__ is not int and raw.__class__ is not float:
            return None
        if not -LARGEST_FACT < raw < LARGEST_FACT:
            return None
        if self.field.integer and raw != int(raw):
            return None
        number: float = raw
        if self.field.scale != 1.0:
            return number / round(1 / self.field.scale)
        return int(number) if self.field.integer else number + 0.0

    def _date(self, raw: Any) -> int | None:
        if raw.__class__ is not str or len(raw) != 10 or raw[4] != "-":
            return None
        try:
            day = date.fromisoformat(raw).toordinal()
        except ValueError:
            return None
        self.dates[raw] = day
        return day

    def _instant(self, raw: Any) -> int | None:
        if raw.__class__ is not str:
            return None
        try:
            moment = timestamp_of(raw)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=zone_of(self.zone))
            moment.astimezone(
                zone_of(self.zone)
            )  # a moment has a date in the zone of the ruleset, and in UTC
            moment.astimezone(UTC)
            instant = (moment - _EPOCH) // _MICROSECOND
        except (ValueError, OverflowError):
            return None
        self.instants[raw] = instant
        return instant


@lru_cache(maxsize=8)
def zone_of(name: str) -> tzinfo:
    """A time zone by its name; what knows the others is only imported for one of them."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


class DayOf(dict[int, int]):
    """Calendar dates of instants in a zone."""

    def __init__(self, zone: str) -> None:
        super().__init__()
        self.zone = None if zone == "UTC" else zone_of(zone)

    def __missing__(self, instant: int) -> int:
        if len(self) >= _LARGEST_CACHE:
            self.clear()
        if self.zone is None:
            day = instant // _DAY + _EPOCH_DAY
        else:
            day = (_EPOCH + timedelta(microseconds=instant)).astimezone(self.zone).toordinal()
        self[instant] = day
        return day


# ── Settling ────────────────────────────────────────────────────────────────────────────────────────────────────────


def same(left: Any, right: Any) -> bool:
    """Whether two outcomes or values are equal; NA values are when their reasons are."""
    if left.__class__ is NA or right.__class__ is NA:
        return left.__class__ is right.__class__ and left.reason == right.reason
    if left.__class__ is tuple and right.__class__ is tuple:
        return left[0] == right[0] and _same_number(left[1], right[1])
    if left.__class__ in (int, float) and right.__class__ in (int, float):
        return equal(left, right)
    return bool(left == right)


def _same_number(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is right
    return equal(left, right)


def settle(pending: Sequence[tuple[NA, Any]], outcome: Any) -> Any:
    """The outcome after undecided rows: itself when all would have given the same, else NA for the first one's reason."""
    return outcome if all(same(undecided, outcome) for _, undecided in pending) else pending[0][0]


def one_hit(hits: Sequence[Any], pending: Sequence[tuple[NA, Any]], several: NA, agreeing: bool) -> Any:
    """The result of a table in which one row may hold, or several that agree; `None` when none does."""
    if len(hits) > 1 and not (agreeing and all(same(hit, hits[0]) for hit in hits)):
        return several
    if not hits:
        return pending[0][0] if pending else None
    return settle(pending, hits[0]) if pending else hits[0]


# ── Lists ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def list_contains(values: Sequence[Any], item: Any, kind: Type, read: Callable[[Any], Any] | None) -> Any:
    """Whether an element equals `item`; NA when none does and one is NA."""
    undecided = None
    for raw in values:
        value = raw if read is None else read(raw)
        if value.__class__ is NA:
            undecided = undecided or value
        elif value.__class__ in (int, float) and item.__class__ in (int, float):
            if equal(value, item):
                return True
        elif value == item:
            return True
    return False if undecided is None else undecided


def contains_text(values: Sequence[Any], item: str, kind: Type, read: Callable[[Any], Any]) -> Any:
    """`list_contains` for a list of texts."""
    if item in values:
        return True
    for raw in values:
        if raw.__class__ is not str:
            return list_contains(values, item, kind, read)
    return False


def ranked(entries: list[tuple[Any, Any]], number: int, highest: bool) -> list[Any]:
    """The first `number` elements by key; equal keys keep their order."""

    def order(left: tuple[Any, Any], right: tuple[Any, Any]) -> int:
        if less(left[0], right[0]):
            return 1 if highest else -1
        if less(right[0], left[0]):
            return -1 if highest else 1
        return 0

    return [element for _, element in sorted(entries, key=cmp_to_key(order))[:number]]


def first_na(values: Sequence[Any]) -> NA | None:
    """The first NA among values."""
    for value in values:
        if value.__class__ is NA:
            found: NA = value
            return found
    return None


# ── Numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def among(value: float, numbers: tuple[float, ...]) -> bool:
    """Whether a number equals one of many, which are in order."""
    place = bisect_left(numbers, value)
    return any(equal(value, number) for number in numbers[max(0, place - 1) : place + 1])


def clean(value: float) -> float:
    """A number as it is printed, which is a decimal: to 10 decimals; -0 is 0.

    Every step is one that all engines do alike on doubles. Adding and taking away 1.5 * 2^52 rounds to a whole number,
    halves to the even one. Larger numbers are rounded without their whole part (cut off towards zero), so that no digit
    is lost; from 900719 on a double has no more than 10 decimals.
    """
    if -1000.0 < value < 1000.0:
        return (value * 1e10 + TO_WHOLE - TO_WHOLE) / 1e10
    if -900719.0 < value < 900719.0:
        whole = float(int(value))
        return (whole * 1e10 + ((value - whole) * 1e10 + TO_WHOLE - TO_WHOLE)) / 1e10
    return value + 0.0


def whole_number(value: float) -> float:
    """A whole number as it is printed: as an int, or as a double where that cannot be told from its neighbours."""
    return int(value) if -_LARGEST_WHOLE <= value <= _LARGEST_WHOLE else value + 0.0


def linear(value: float, start: float, end: float, low: float, high: float) -> float:
    """Points between `low` and `high` as `value` runs from `start` to `end`."""
    if equal(start, end):
        return low + 0.0
    return low + (value - start) / (end - start) * (high - low)


NOTHING_COUNTS = NA("missing", "nothing here counts")
_REASON_ORDER = {"invalid": 0, "expired": 1, "missing": 2, "grace": 3, "excluded": 4}


def passed_up(children: Sequence[Any]) -> NA:
    """Why a parent of NA children is NA: not applicable when all are, else the first of invalid, expired, missing, grace,
    excluded.
    """
    best, worst = None, len(_REASON_ORDER)
    for child in children:
        if child.__class__ is NA and _REASON_ORDER.get(child.reason, worst) < worst:
            best, worst = child, _REASON_ORDER[child.reason]
    if best is None:
        return next((child for child in children if child.__class__ is NA), NOTHING_COUNTS)
    return NA(best.reason, best.text, best.pointer) if best.code else best

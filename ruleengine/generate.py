"""Plausible fact documents from a schema, for trials and load tests.

In: a fact schema, how many documents, a seed and an as-of date. Out: documents, one after the other.
Guaranteed: the same arguments give the same documents on every machine and every Python; values keep to the
types, bounds and words of the schema; what the schema requires is never left out; ids are unique.

Only `Random.random` is drawn from and only `+ - *` and rounding are done with it: all else could differ by
version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from random import Random
from typing import Any

from attrs import evolve, frozen

from ruleengine.facts.model import ELEMENT, ExampleHint, FactSchema, Path, find_field
from ruleengine.values import Field, Kind, Type

_Make = Callable[[], Any]

_LONGEST_LIST = 6
_NULL_SHARE = 0.3
#: Stored ranges where the schema names none, by unit, and how many decimals are usual.
_RANGES = {"count": (0, 500), "days": (0, 365), "months": (0, 60), "money": (1_000, 500_000), "": (0, 100)}
#: Ranges wider than this are drawn with many small values and few large ones.
_WIDE = 100
_PAST = frozenset(
    ("since", "start", "started", "created", "founded", "signed", "joined", "begin", "began", "first")
)
_FUTURE = frozenset(
    ("renewal", "end", "ends", "due", "expires", "expiry", "until", "next", "planned", "target")
)
_PAST_DAYS, _FUTURE_DAYS = 2_200, 400
_STALE_FROM, _STALE_DAYS = 91, 400
_FIRST_WORDS = (
    "Alder",
    "Birch",
    "Cedar",
    "Dune",
    "Elm",
    "Fjord",
    "Granite",
    "Harbor",
    "Iris",
    "Juniper",
    "Kestrel",
)
_LAST_WORDS = (
    "Analytics",
    "Bank",
    "Energy",
    "Foods",
    "Freight",
    "Health",
    "Media",
    "Retail",
    "Robotics",
    "Systems",
)
_TIMES = tuple(f"T{minute // 60:02d}:{minute % 60:02d}:00Z" for minute in range(24 * 60))


@frozen(slots=True)
class _Settings:
    """What all parts of one generation share."""

    schema: FactSchema
    draw: Callable[[], float]
    days: Callable[[int], str]
    missing: float
    stale: float

    def hint(self, path: Path) -> ExampleHint:
        """The schema's words on examples of one field."""
        return self.schema.hints.get(path, ExampleHint())


def generate_documents(
    schema: FactSchema, count: int, seed: int, as_of: date, missing: float = 0.15, stale: float = 0.1
) -> Iterator[dict[str, Any]]:
    """`count` documents with ids from 1; `missing` and `stale` are shares from 0 to 1.

    A missing value is left out, or null where the schema allows it. A stale date is more than 90 days old.
    """
    draw = Random(seed).random
    settings = _Settings(schema, draw, _calendar(as_of), missing, stale)
    make = _record_maker(settings, schema.root, ())
    limits = _limit_makers(settings, ())
    for number in range(1, count + 1):
        document: dict[str, Any] = make()
        for limit in limits:
            limit(document)
        _set_id(schema, document, number)
        yield document


def _calendar(as_of: date) -> Callable[[int], str]:
    """The written form of the day that lies so many days before the as-of date."""
    today = as_of.toordinal()
    known: dict[int, str] = {}

    def written(days_ago: int) -> str:
        found = known.get(days_ago)
        if found is None:
            day = min(max(today - days_ago, 1), date.max.toordinal())
            found = known[days_ago] = date.fromordinal(day).isoformat()
        return found

    return written


def _set_id(schema: FactSchema, document: dict[str, Any], number: int) -> None:
    *above, last = schema.id_path
    record = document
    for step in above:
        record = record[step]
    target = find_field(schema.root, schema.id_path)
    if target is not None and target.type.kind is Kind.NUMBER:
        record[last] = number
    else:
        record[last] = f"acc-{number:06d}"


def _record_maker(settings: _Settings, record: Type, above: Path) -> _Make:
    draw, missing = settings.draw, settings.missing
    parts = [_part(settings, each, (*above, each.name)) for each in record.fields]
    limits = _limit_makers(settings, above) if above[-1:] == (ELEMENT,) else []

    def make() -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, maker, left_out, null_share in parts:
            if left_out and draw() < missing:
                if draw() < null_share:
                    made[name] = None
                continue
            made[name] = maker()
        for limit in limits:
            limit(made)
        return made

    return make


def _part(settings: _Settings, each: Field, path: Path) -> tuple[str, _Make, bool, float]:
    """One field of a record: its name, its maker, whether it may be left out, and how often as a null."""
    nullable = settings.hint(path).nullable
    fixed = (
        path == settings.schema.id_path or each.type.kind is Kind.RECORD or (each.required and not nullable)
    )
    null_share = 1.0 if each.required else _NULL_SHARE
    return each.name, _maker(settings, each, path), not fixed, null_share if nullable else 0.0


def _maker(settings: _Settings, target: Field, path: Path) -> _Make:
    draw, kind = settings.draw, target.type.kind
    if kind is Kind.RECORD:
        return _record_maker(settings, target.type, path)
    if kind is Kind.LIST:
        return _list_maker(settings, target, path)
    if kind is Kind.NUMBER:
        return _number_maker(settings, target, path)
    if kind is Kind.FLAG:
        return lambda: draw() < 0.5
    if kind is Kind.CHOICE:
        choices, number = target.type.choices, len(target.type.choices)
        return lambda: choices[int(draw() * number)]
    if kind in (Kind.DATE, Kind.TIMESTAMP):
        return _day_maker(settings, target)
    return _text_maker(settings, target)


def _list_maker(settings: _Settings, target: Field, path: Path) -> _Make:
    draw = settings.draw
    inner = (*path, ELEMENT)
    # The words of the list are those of its elements: `renewal_dates` holds renewal dates.
    element = evolve(settings.schema.elements[inner], name=target.name)
    make = _maker(settings, element, inner)
    return lambda: [make() for _ in range(int(draw() * (_LONGEST_LIST + 1)))]


def _words(target: Field) -> list[str]:
    return target.name.replace("-", "_").lower().split("_")


def _day_maker(settings: _Settings, target: Field) -> _Make:
    draw, days, stale = settings.draw, settings.days, settings.stale
    words = _words(target)
    said = target.description.lower().split()
    if any(word in _FUTURE for word in words):
        first, span, stale = -_FUTURE_DAYS, _FUTURE_DAYS, 0.0
    elif any(word in _PAST for word in words) or any(word in ("since", "start", "started") for word in said):
        first, span, stale = 0, _PAST_DAYS, 0.0
    else:
        first, span = 0, _STALE_FROM

    def make() -> str:
        if draw() < stale:
            return days(_STALE_FROM + int(draw() * _STALE_DAYS))
        return days(first + int(draw() * span))

    if target.type.kind is Kind.DATE:
        return make
    return lambda: make() + _TIMES[int(draw() * len(_TIMES))]


def _text_maker(settings: _Settings, target: Field) -> _Make:
    draw, words = settings.draw, _words(target)
    if "email" in words:
        return lambda: f"person{int(draw() * 10_000):04d}@example.com"
    if "url" in words or "link" in words:
        return lambda: f"https://example.com/{int(draw() * 10_000):04d}"
    if target.secret:
        return lambda: f"not shown {int(draw() * 10_000):04d}"
    return lambda: (
        f"{_FIRST_WORDS[int(draw() * len(_FIRST_WORDS))]} {_LAST_WORDS[int(draw() * len(_LAST_WORDS))]}"
    )


@frozen(slots=True)
class _Range:
    """Between which stored values a number lies, on which grid, and whether small ones are frequent."""

    low: float
    high: float
    decimals: int
    skewed: bool


def _range_of(target: Field, hint: ExampleHint) -> _Range:
    unit = target.type.unit.split(" ")[0]
    usual = (0.0, 1.0 / target.scale) if unit == "percent" else _RANGES[unit]
    decimals = _decimals(target, unit, usual, hint)
    grid = 10.0**-decimals
    low = target.minimum
    if low is not None and target.exclusive_minimum:
        low += grid
    high = target.maximum
    if high is not None and target.exclusive_maximum:
        high -= grid
    bottom = hint.low if hint.low is not None else low if low is not None else min(usual[0], high or 0.0)
    top = hint.high if hint.high is not None else high if high is not None else bottom + usual[1] - usual[0]
    bottom = bottom if low is None else max(bottom, low)
    top = top if high is None else min(top, high)
    skewed = unit in ("count", "money", "days") and top - bottom > _WIDE and hint.high is None
    return _Range(bottom, max(top, bottom), decimals, skewed)


def _decimals(target: Field, unit: str, usual: tuple[float, float], hint: ExampleHint) -> int:
    """How finely a number is written: whole for what is counted, finer where the range is narrow."""
    if target.integer or unit in ("count", "days", "months"):
        return 0
    if unit == "money":
        return 2
    low = next(value for value in (hint.low, target.minimum, usual[0]) if value is not None)
    high = next(value for value in (hint.high, target.maximum, usual[1]) if value is not None)
    return 4 if high - low <= 1 else 3 if high - low <= 10 else 1


def _number_maker(settings: _Settings, target: Field, path: Path) -> _Make:
    draw = settings.draw
    span = _range_of(target, settings.hint(path))
    low, high, decimals = span.low, span.high, span.decimals
    width = high - low
    if decimals == 0:
        first, steps = int(-(-low // 1)), int(high // 1) - int(-(-low // 1)) + 1
        if steps < 1:
            return lambda: low if not low.is_integer() else int(low)
        if span.skewed:
            return lambda: first + int((share := draw()) * share * share * steps)
        return lambda: first + int(draw() * steps)
    if span.skewed:
        return lambda: min(max(round(low + (share := draw()) * share * share * width, decimals), low), high)
    return lambda: min(max(round(low + draw() * width, decimals), low), high)


def _limit_makers(settings: _Settings, base: Path) -> list[Callable[[dict[str, Any]], None]]:
    """What brings each limited number below its limit, limits before what they limit.

    `base` leads to the document, or to the elements of a list, whose own limits these are.
    """
    hints, ordered = settings.schema.hints, dict[Path, None]()

    def visit(path: Path, waiting: tuple[Path, ...]) -> None:
        hint = hints.get(path)
        if hint is None or not hint.at_most or path in ordered or path in waiting:
            return
        visit(hint.at_most, (*waiting, path))
        ordered[path] = None

    for path in hints:
        if path[: len(base)] == base and ELEMENT not in path[len(base) :]:
            visit(path, ())
    return [_limit_maker(settings, path, len(base)) for path in ordered]


def _limit_maker(settings: _Settings, path: Path, depth: int) -> Callable[[dict[str, Any]], None]:
    """Limits the number at `path`; the first `depth` steps lead to the record that is given."""
    draw, limit_path, above = settings.draw, settings.hint(path).at_most[depth:], path[depth:-1]
    target = find_field(settings.schema.root, path)
    span = _range_of(target, settings.hint(path)) if target is not None else _Range(0.0, 0.0, 0, False)

    def bring_down(document: dict[str, Any]) -> None:
        share = draw()
        record, limit = _value_at(document, above), _value_at(document, limit_path)
        value = record.get(path[-1]) if isinstance(record, dict) else None
        if not isinstance(record, dict) or value is None or limit is None or value <= limit:
            return
        # Most use most of what they may: squaring the share moves the values towards the limit.
        below = limit - share * share * (limit - min(span.low, limit))
        record[path[-1]] = int(below) if span.decimals == 0 else min(round(below, span.decimals), limit)

    return bring_down


def _value_at(document: dict[str, Any], path: Path) -> Any:
    found: Any = document
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    return found

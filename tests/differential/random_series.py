"""Series made at random, and questions to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ruleengine.syntax import tree
from tests.differential.nodes import make, number, path

if TYPE_CHECKING:
    from tests.differential.random_expressions import Maker

#: The field of a visit whose series gives values of a kind.
_FIELDS = {"number": "score", "count": "people", "percent": "share", "flag": "ok", "date": "on"}
_OVER_VALUES = ("mean", "sum", "min", "max", "daily slope", "monthly slope")
_PERIODS = (
    "1 day", "30 days", "90 days", "366 days", "1 month", "2 months", "6 months", "1 quarter", "2 years", "5 years",
)  # fmt: skip
#: What gives numbers of another kind than the values.
_WITHOUT_CHANGE = {"days": "days without change", "months": "months without change"}


def series(maker: Maker, field: str, depth: int) -> Any:
    """`series of v.score for v in visits where … by v.on`, or one with a name."""
    named = maker.names.values.get(f"series of {field}")
    if named and maker.chance(0.5):
        return path(*maker.random.choice(named))
    variable, inner = maker.within_query()
    where = inner.flag(min(depth - 1, 1)) if maker.chance(0.3) else None
    day = path(variable, "on" if maker.chance(0.8) else "at")
    return make(
        tree.Query, "series_of", variable, maker.source(depth), where, day, projection=path(variable, field)
    )


def can_ask(kind: str) -> bool:
    """Whether a question to a series gives values of a kind."""
    return kind in _FIELDS or kind in _WITHOUT_CHANGE


def question(maker: Maker, kind: str, depth: int) -> Any:
    """A question to a series whose answer is of a kind."""
    if kind in _WITHOUT_CHANGE:
        field = maker.random.choice(("score", "kind", "ok", "share"))
        return make(tree.OfSeries, _WITHOUT_CHANGE[kind], series(maker, field, depth))
    if kind in ("flag", "date"):
        return _value(maker, _FIELDS[kind], depth)
    if kind == "percent" and maker.chance(0.5):
        field = maker.random.choice(("score", "people", "share"))
        return make(tree.OfSeries, "growth", series(maker, field, depth), _period(maker, depth))
    if kind == "count" and maker.chance(0.5):
        way = maker.random.choice(("consecutive declines", "consecutive rises"))
        return make(tree.OfSeries, way, series(maker, maker.random.choice(("score", "people")), depth))
    if maker.chance(0.3):
        return _value(maker, _FIELDS[kind], depth)
    return _over(maker, kind, depth)


def _over(maker: Maker, kind: str, depth: int) -> Any:
    whole = ("sum", "min", "max")
    asked = maker.random.choice((*(whole if kind == "count" else _OVER_VALUES), "change"))
    found = series(maker, _FIELDS[kind], depth)
    if asked != "change" and maker.chance(0.3):
        return make(tree.OfSeries, asked, found, number=maker.random.choice((2, 2, 3)))
    return make(tree.OfSeries, asked, found, _period(maker, depth))


def _value(maker: Maker, field: str, depth: int) -> Any:
    found = series(maker, field, depth)
    if maker.chance(0.4):
        return make(tree.OfSeries, "value", found, number(maker.random.choice(_PERIODS)))
    day = make(tree.AsOf) if maker.chance(0.4) else maker.expression("date", depth - 1)
    return make(tree.OfSeries, "value", found, date=day)


def _period(maker: Maker, depth: int) -> Any:
    if maker.chance(0.85):
        return number(maker.random.choice(_PERIODS))
    return maker.named(maker.random.choice(("days", "months")))


def calendar_period(maker: Maker) -> Any:
    """`this fiscal quarter or next`."""
    unit = maker.random.choice(("week", "month", "quarter", "year"))
    fiscal = unit in ("quarter", "year") and maker.chance(0.5)
    which = maker.random.choice(("this", "this", "last", "next"))
    other = maker.random.choice((None, "last", "next")) if which == "this" else None
    return make(tree.CalendarPeriod, which, fiscal, unit, other)

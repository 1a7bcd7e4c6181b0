"""How far a score is from the next better band, and whether a neighbouring band is close, in SQL."""

from __future__ import annotations

from ruleengine.columnar import build as b
from ruleengine.columnar import numbers
from ruleengine.columnar.bands import Scale
from ruleengine.columnar.build import Sql
from ruleengine.columnar.context import Context
from ruleengine.columnar.rounding import clean
from ruleengine.columnar.types import DOUBLE
from ruleengine.columnar.value import Value


def next_band(context: Context, scale: Scale, score: Sql, band: Sql, name: str) -> tuple[Sql, Sql]:
    """The position of the next better band, and how far it is; NULL where there is none."""
    better = b.case([(b.compare(">", band, b.integer(0)), b.subtract(band, b.integer(1)))], b.null_code())
    position = context.named(b.case([(b.is_known(score), better)], b.null_code()), f"{name} next band")
    branches = [
        (b.compare("=", position, b.integer(place)), scale.distance(score, place))
        for place in range(len(scale.names) - 1)
    ]
    distance = context.named(b.case(branches, b.null(DOUBLE)), f"{name} distance")
    return position, context.named(clean(context.dialect, distance), f"{name} next distance")


def neighbour(
    context: Context, scale: Scale, score: Sql, band: Sql, within: Value, name: str
) -> tuple[Sql, Sql]:
    """The position of the neighbouring band that lies within so many points, and how far it is; NULL where none does."""
    last = len(scale.names) - 1
    before = _near(context, scale, score, band, within, f"{name} better", -1)
    after = _near(context, scale, score, band, within, f"{name} worse", 1)
    closer = b.disjunction(
        [b.is_null(before), b.coalesce(numbers.less(context.dialect, after, before), b.FALSE())]
    )
    is_after = context.named(b.conjunction([b.is_known(after), closer]), f"{name} nearer to worse")
    is_before = b.conjunction([b.is_known(before), b.negation(is_after)])
    up, down = b.add(band, b.integer(1)), b.subtract(band, b.integer(1))
    position = b.case([(is_after, up), (is_before, down)], b.null_code()) if last else b.null_code()
    distance = b.case([(is_after, after), (is_before, before)], b.null(DOUBLE))
    return context.named(position, f"{name} near band"), context.named(distance, f"{name} near distance")


def _near(context: Context, scale: Scale, score: Sql, band: Sql, within: Value, name: str, step: int) -> Sql:
    """How far the neighbour on one side is, to ten decimals; NULL where it is not close."""
    branches = [
        (b.compare("=", band, b.integer(place)), scale.distance(score, place + step))
        for place in range(len(scale.names))
        if 0 <= place + step < len(scale.names)
    ]
    distance = context.named(b.case(branches, b.null(DOUBLE)), f"{name} distance")
    reach = b.add(within.sql, numbers.tolerance(context.dialect, within.sql, distance))
    close = b.conjunction([b.is_known(score), b.compare("<=", distance, reach)])
    found = b.case([(b.coalesce(close, b.FALSE()), clean(context.dialect, distance))], b.null(DOUBLE))
    return context.named(found, f"{name} near")

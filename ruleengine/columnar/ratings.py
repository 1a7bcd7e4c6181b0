"""The rows of a measure as entries with numbers: what each gives, and whether two give the same."""

from __future__ import annotations

from attrs import define, field, frozen

from ruleengine.columnar import build as b
from ruleengine.columnar import numbers
from ruleengine.columnar.bands import Scale, chosen
from ruleengine.columnar.build import Sql
from ruleengine.columnar.context import Context
from ruleengine.columnar.logic import code_among
from ruleengine.columnar.reasons import codes_for, reason_of
from ruleengine.columnar.rows import Won
from ruleengine.columnar.types import DOUBLE
from ruleengine.columnar.value import Value
from ruleengine.values import NA_REASONS, equal


@frozen(slots=True)
class Entry:
    """What a row gives. `band` is a position known now, or an expression; `value` tells where points can be NA; `code` is
    that of a row which gives NA."""

    band: int | Sql | None
    points: Sql
    line: int
    because: str | None
    value: Value | None = None
    code: int | None = None
    #: The points where they are known now.
    fixed: float | None = None


def entry_of_band(scale: Scale, position: int, line: int, because: str | None) -> Entry:
    """The entry of a row that gives a band."""
    points = scale.points[position]
    sql = b.null(DOUBLE) if points is None else b.double(points)
    return Entry(position, sql, line, because, fixed=points)


def same_entries(context: Context, one: Entry, other: Entry) -> bool | Sql:
    """Whether two entries give the same: band and points, or an NA of one reason."""
    if one.code is not None or other.code is not None:
        return _same_na(one, other)
    plain = [each for each in (one, other) if isinstance(each.band, int) and each.value is None]
    if len(plain) == 2:
        same_points = (
            one.fixed == other.fixed
            if None in (one.fixed, other.fixed)
            else equal(one.fixed or 0.0, other.fixed or 0.0)
        )
        return one.band == other.band and same_points
    tests = [
        b.coalesce(_same_points(context, one.points, other.points), b.FALSE()),
        _same_band(one.band, other.band),
    ]
    known = b.conjunction(tests)
    if one.value is None or other.value is None:
        return known
    return b.disjunction([known, _both_na(one.value, other.value)])


def _same_na(one: Entry, other: Entry) -> bool | Sql:
    if one.code is not None and other.code is not None:
        return reason_of(one.code) == reason_of(other.code)
    code, value = (one.code, other.value) if one.code is not None else (other.code, one.value)
    if value is None or code is None:
        return False
    wanted = codes_for(value.codes, [reason_of(code)])
    if not wanted:
        return False
    return b.conjunction([b.is_null(value.sql), code_among(value.code, value.codes, wanted)])


def _both_na(one: Value, other: Value) -> Sql:
    tests = []
    for reason in NA_REASONS:
        first, second = codes_for(one.codes, [reason]), codes_for(other.codes, [reason])
        if first and second:
            tests.append(
                b.conjunction(
                    [code_among(one.code, one.codes, first), code_among(other.code, other.codes, second)]
                )
            )
    return b.conjunction([b.is_null(one.sql), b.is_null(other.sql), b.disjunction(tests)])


def _same_points(context: Context, one: Sql, other: Sql) -> Sql:
    return numbers.equal(context.dialect, one, other)


def _same_band(one: int | Sql | None, other: int | Sql | None) -> Sql:
    if one is None and other is None:
        return b.TRUE()
    first, second = (_position(each) for each in (one, other))
    return b.compare("=", b.coalesce(first, b.integer(-1)), b.coalesce(second, b.integer(-1)))


def _position(band: int | Sql | None) -> Sql:
    if band is None:
        return b.null_code()
    return b.integer(band) if isinstance(band, int) else band


@frozen(slots=True)
class Signature:
    """What a block of rows gives, so that it can be compared with another: a class and points."""

    kind: Sql
    points: Sql


@define(slots=True)
class Rating:
    """The entries of a measure in the order of their numbers."""

    scale: Scale | None
    entries: list[Entry] = field(factory=list)

    def band_of(self, number: Sql) -> Sql:
        """The position of the band that an entry gives; NULL where it has none."""
        return chosen(
            number,
            [None if each.band is None else _position(each.band) for each in self.entries],
            b.null_code(),
        )

    def points_of(self, number: Sql) -> Sql:
        """The points that an entry gives; NULL where it has none."""
        values = [None if b.is_typed_null(each.points) else each.points for each in self.entries]
        return chosen(number, values, b.null(DOUBLE))

    def gives_na(self, won: Won) -> bool:
        """Whether the rows can give NA."""
        return won.na is not None or any(
            each.code is not None or each.value is not None for each in self.entries
        )

    def na_of(self, number: Sql, won: Won) -> tuple[Sql | None, frozenset[int]]:
        """The code where the rows give NA, and all codes that it can have; None where they never do."""
        branches: list[tuple[Sql, Sql]] = []
        codes = set(won.codes)
        if won.na is not None:
            branches.append((b.is_null(number), won.na))
        same: dict[int, list[int]] = {}
        for place, entry in enumerate(self.entries):
            if entry.code is not None:
                same.setdefault(entry.code, []).append(place)
            elif entry.value is not None and entry.value.codes:
                test = b.conjunction([b.compare("=", number, b.integer(place)), b.is_null(entry.value.sql)])
                branches.append((test, entry.value.code))
                codes |= entry.value.codes
        for code, places in same.items():
            branches.append((b.one_of(number, [b.integer(place) for place in places]), b.integer(code)))
            codes.add(code)
        return (b.case(branches, b.null_code()) if branches else None), frozenset(codes)

    def signature(self, context: Context, won: Won, asked: Sql, name: str) -> Signature:
        """What the rows that `won` chooses among give, where it is asked for; a class for each band and each reason."""
        na, codes = self.na_of(won.number, won)
        branches: list[tuple[Sql, Sql]] = []
        if na is not None:
            na = context.named(b.case([(asked, na)]), f"{name} na")
            for place, reason in enumerate(NA_REASONS):
                wanted = codes_for(codes, [reason])
                if wanted:  # which code it is tells only where there is one
                    test = b.conjunction([b.is_known(na), code_among(na, codes, wanted)])
                    branches.append((test, b.integer(-2 - place)))
        kind = b.case(branches, b.coalesce(self.band_of(won.number), b.integer(-1)))
        known = context.named(b.case([(asked, kind)]), f"{name} class")
        return Signature(
            known, context.named(b.case([(asked, self.points_of(won.number))]), f"{name} points")
        )

    def alike(self, context: Context, one: Signature, other: Signature) -> bool | Sql:
        """Whether two blocks of rows give the same."""
        same_kind = b.compare("=", one.kind, other.kind)
        both_without = b.conjunction([b.is_null(one.points), b.is_null(other.points)])
        same_points = b.coalesce(_same_points(context, one.points, other.points), both_without)
        is_na = b.compare("<", one.kind, b.integer(-1))
        return b.conjunction([same_kind, b.disjunction([is_na, same_points])])

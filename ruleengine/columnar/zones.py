"""Dates of instants in a time zone, in SQL.

In: an instant (UTC), the name of a zone. Out: its calendar date there, and for which instants it is not promised.

Engines bring data of time zones of their own age, and governments change their clocks at short notice. So the clocks of
recent years and of those to come are written into the query from the evaluator's own data; history is left to the engine, and
what lies far off to the evaluator.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ruleengine.columnar import build as b
from ruleengine.columnar.answers import Answer, decided
from ruleengine.columnar.build import Sql
from ruleengine.columnar.dialect import Dialect

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: From here on the clocks are written into the query, and up to there.
_RECENT, _FAR = datetime(2020, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)


def day_of(dialect: Dialect, instant: Sql, zone: str) -> Answer:
    """The calendar date of an instant in a zone."""
    if zone == "UTC":
        return Answer(dialect.day_of(instant, zone))
    first, *changes = _clocks(zone)
    branches = [
        (b.compare("<", instant, _moment(dialect, until)), b.integer(offset))
        for offset, until in zip(
            [first[1], *(offset for _, offset in changes)], [at for at, _ in changes], strict=False
        )
    ]
    last = b.integer(changes[-1][1] if changes else first[1])
    here = dialect.day_of(dialect.later(instant, b.case(branches, last)), "UTC")
    recent = b.compare(">=", instant, _moment(dialect, _RECENT))
    outside = [
        b.compare("<", instant, _moment(dialect, _EPOCH)),
        b.compare(">=", instant, _moment(dialect, _FAR)),
    ]
    return Answer(b.case([(recent, here)], dialect.day_of(instant, zone)), decided(b.disjunction(outside)))


def _moment(dialect: Dialect, moment: datetime) -> Sql:
    return dialect.instant((moment - _EPOCH) // timedelta(microseconds=1))


@lru_cache(maxsize=8)
def _clocks(name: str) -> tuple[tuple[datetime, int], ...]:
    """From when on a zone is how many seconds ahead of UTC."""
    zone = ZoneInfo(name)
    found = [(_RECENT, _ahead(_RECENT, zone))]
    moment = _RECENT
    while moment < _FAR:
        following = moment + timedelta(days=1)
        if _ahead(following, zone) != found[-1][1]:
            change = _change(moment, following, zone)
            found.append((change, _ahead(change, zone)))
        moment = following
    return tuple(found)


def _ahead(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second of a change between two moments."""
    old = _ahead(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _ahead(middle, zone) == old:
            before = middle
        else:
            after = middle
    return after

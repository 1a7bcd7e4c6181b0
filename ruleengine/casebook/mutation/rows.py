"""Whether rows decide alike, also where something that they ask for is not known.

In: a rating or a decision table before and after a change. Out: whether the same row decides for the same account. Guaranteed: a
yes is proved for all values that the fact schema allows and for every combination of unknown ones, each condition true, false
or undecided; a no may only mean that this could not be proved.

That a row never wins is not enough: while it is undecided, it takes part in what the others leave open.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from attrs import frozen

from ruleengine.checker.cells import Grid, Mask
from ruleengine.checker.index import Index, walk
from ruleengine.checker.likeness import likeness
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import equal

#: Rows that are tried in order.
Rows = r.RateBlock | r.Table
#: With more ways in which rows are left open, nothing is proved.
MOST_WAYS = 256


@frozen(slots=True, eq=False)
class _Row:
    """One row: what it gives, which is equal for rows that give the same, without its words and with them.

    `plain` is what is certainly something else than what another row gives that is plain and not equal.
    """

    condition: e.Expression | None
    gives: Hashable
    told: Hashable
    plain: float | str | None

    @classmethod
    def of(cls, row: r.Row | r.TableRow, scale: r.BandSet | None) -> _Row:
        given = row.outcome if isinstance(row, r.Row) else row.result
        gives = likeness(given)
        return cls(row.condition, gives, (gives, row.because), _plain(given, scale))


def _plain(given: r.Outcome | e.Expression, scale: r.BandSet | None) -> float | str | None:
    if isinstance(given, e.Constant):
        return given.value
    if not isinstance(given, r.BandOutcome) or scale is None:
        return None
    points = [band.points for band in scale.bands]
    return scale.bands[given.position].name if len(set(points)) == len(points) else None


def decide_alike(before: Rows, after: Rows, scale: r.BandSet | None, index: Index) -> bool:
    """Whether the same row decides, whatever is known and whatever is not; `scale` are the bands of a rating."""
    if isinstance(before, r.Table) and before.hits != "first":
        return False
    old, new = ([_Row.of(row, scale) for row in rows.rows] for rows in (before, after))
    conditions = [row.condition for row in (*old, *new)]
    if _asks_for_values(conditions, index):
        return False
    # a last row may well be there for figures that the schema excludes
    bounded = sum(row.condition is None for row in old) == sum(row.condition is None for row in new)
    grid = Grid.over(conditions, index, bounded, split_opaque=True, with_unknown=True)
    if grid is None:
        return False
    one, other = _decided(grid, old), _decided(grid, new)
    return one is not None and one == other


def _asks_for_values(conditions: Sequence[e.Expression | None], index: Index) -> bool:
    """Whether the value of a measure is asked for, which may be stale while what it is made of is known."""
    waiting = [condition for condition in conditions if condition is not None]
    seen: set[str] = set()
    while waiting:
        for node in walk(waiting.pop()):
            if isinstance(node, e.Reference) and node.kind == "measure" and node.part == "value":
                return True
            if isinstance(node, e.Variable) and node.name not in seen:
                seen.add(node.name)
                meaning = index.meaning(node.name)
                waiting += [meaning] if meaning is not None else []
    return False


def _decided(grid: Grid, rows: Sequence[_Row]) -> dict[Hashable, Mask] | None:
    """The cells in which the same comes out in the same way; None where there are too many ways."""
    ways: dict[tuple[_Row, ...], Mask] = {(): grid.everything}
    found: dict[Hashable, Mask] = {}

    def give(winner: _Row | None, left_open: tuple[_Row, ...], cells: Mask) -> None:
        way = _way(winner, left_open)
        found[way] = found.get(way, 0) | cells

    for row in rows:
        yes, no = grid.truth(row.condition)
        following: dict[tuple[_Row, ...], Mask] = {}
        for left_open, cells in ways.items():
            if cells & yes:
                give(row, left_open, cells & yes)
            for more, rest in ((left_open, cells & no), ((*left_open, row), cells & ~yes & ~no)):
                if rest:
                    following[more] = following.get(more, 0) | rest
        if len(following) > MOST_WAYS:
            return None
        ways = following
    for left_open, cells in ways.items():
        give(None, left_open, cells)
    return found


def _way(winner: _Row | None, left_open: tuple[_Row, ...]) -> Hashable:
    """What comes out: what the winner gives where all undecided rows give the same, else the reason of the first of these."""
    if winner is not None and all(row.gives == winner.gives for row in left_open):
        return ("given", winner.told)
    if not left_open:
        return ("nothing",)
    reason = id(left_open[0].condition)  # what a change leaves as it is is the identical object
    if any(_differ(row.plain, winner.plain) if winner else row.plain is not None for row in left_open):
        return ("open", reason)
    others = frozenset(row.told for row in left_open)
    return ("perhaps", reason, others, None if winner is None else winner.told)


def _differ(one: float | str | None, other: float | str | None) -> bool:
    if one is None or other is None or isinstance(one, str) is not isinstance(other, str):
        return False
    return one != other if isinstance(one, str) or isinstance(other, str) else not equal(one, other)

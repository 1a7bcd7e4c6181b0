"""Which cuts of a ladder of conditions can be moved alone, so that any of them leaves a rating as whole as it was.

In: the conditions of a ladder for any set of cuts that have been moved. Out: the cuts in groups that move together.
Conditions about one number are looked at on the whole line of numbers; of others only `otherwise` closes the ladder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, pairwise
from typing import Any

from ruleengine.compare.holes import holes_of
from ruleengine.tree import expressions as e
from ruleengine.tree.shape import meaning_of
from ruleengine.values import equal, less

#: The conditions of a ladder, each None for `otherwise`, with some cuts (by number) moved.
Conditions = Callable[[frozenset[int]], Sequence[e.Expression | None]]
#: So many cuts are tried in every combination; more move together.
_MOST = 8


def groups_of_cuts(count: int, conditions: Conditions) -> list[frozenset[int]]:
    """The cuts by number, in groups: any set of groups may be moved without a new gap, a new overlap or a lost row."""
    every = frozenset(range(count))
    groups = [frozenset([number]) for number in range(count)]
    if count < 2:
        return groups
    old, new = conditions(frozenset()), conditions(every)
    line = _Line.about([*old, *new])
    if line is None:
        closed = bool(old) and old[-1] is None and new[-1] is None
        return groups if closed else [every]
    if count > _MOST:
        return [every]
    ends = line.picture(old), line.picture(new)

    def faults(parts: Sequence[frozenset[int]]) -> int:
        subsets = (
            frozenset().union(*chosen)
            for size in range(1, len(parts))
            for chosen in combinations(parts, size)
        )
        return sum(line.picture(conditions(moved)).worse_than(*ends) for moved in subsets)

    while len(groups) > 1 and faults(groups):
        joined = [
            [*(part for part in groups if part not in pair), pair[0] | pair[1]]
            for pair in combinations(groups, 2)
        ]
        groups = min(joined, key=faults)
    return sorted(groups, key=min)


def disjoint(conditions: Sequence[e.Expression | None]) -> bool:
    """Whether no number fits two conditions, so that their order makes no difference."""
    line = _Line.about(conditions)
    return line is not None and not line.picture(conditions).overlaps


def same_along(
    old: Sequence[tuple[e.Expression | None, Any]], new: Sequence[tuple[e.Expression | None, Any]]
) -> bool:
    """Whether two ladders of conditions, each with what it gives, give the same for every number."""
    line = _Line.about(condition for condition, _ in (*old, *new))
    if line is None:
        return False
    firsts = [line.picture([condition for condition, _ in ladder]).first for ladder in (old, new)]
    given = [
        [None if number is None else ladder[number][1] for number in first]
        for ladder, first in zip((old, new), firsts, strict=True)
    ]
    return given[0] == given[1]


class _Picture:
    """What a ladder does with numbers along the line: where nothing fits, which conditions overlap, which ever win."""

    def __init__(self, fitting: list[list[int]]) -> None:
        self.first = [found[0] if found else None for found in fitting]
        self.gaps = {place for place, found in enumerate(fitting) if not found}
        self.overlaps = {pair for found in fitting for pair in combinations(found, 2)}
        self.winners = {found[0] for found in fitting if found}

    def worse_than(self, old: _Picture, new: _Picture) -> bool:
        """Whether a number falls through, two conditions meet or one never wins, and it is so in neither version."""
        return bool(
            self.gaps - old.gaps - new.gaps
            or self.overlaps - old.overlaps - new.overlaps
            or (old.winners & new.winners) - self.winners
        )


class _Line:
    """The line of numbers that conditions are about, cut at all their constants."""

    def __init__(self, places: list[float]) -> None:
        self.places = places

    @classmethod
    def about(cls, conditions: Iterable[e.Expression | None]) -> _Line | None:
        """The line; None where not all conditions are about one and the same number."""
        subjects: set[Any] = set()
        values: set[float] = set()
        for condition in conditions:
            if condition is None:
                continue
            if not _tells(condition, subjects):
                return None
            values |= {
                float(hole.constant.value) for hole in holes_of(condition) if _is_number(hole.constant)
            }
            values |= {float(each.value) for each in _listed(condition)}
        if len(subjects) != 1 or not values:
            return None
        ends = sorted(values)
        places = [ends[0] - 1.0, ends[-1] + 1.0, *ends]
        places += [(below + above) / 2 for below, above in pairwise(ends)]
        return cls(sorted(places))

    def picture(self, conditions: Sequence[e.Expression | None]) -> _Picture:
        """What a ladder does along the line; `otherwise` takes what is left."""
        fitting = []
        for place in self.places:
            found = [n for n, each in enumerate(conditions) if each is not None and _holds(each, place)]
            rest = [n for n, each in enumerate(conditions) if each is None]
            fitting.append(found or rest)
        return _Picture(fitting)


def _tells(node: e.Expression, subjects: set[Any]) -> bool:
    """Whether a condition is about a number and constants; notes the shape of that number."""
    if isinstance(node, e.Logic):
        return all(_tells(each, subjects) for each in node.operands)
    if isinstance(node, e.Not):
        return _tells(node.operand, subjects)
    if isinstance(node, e.Compare):
        subject, constants = node.left, [node.right]
    elif isinstance(node, e.Between):
        subject, constants = node.subject, [end for end in (node.low, node.high) if end is not None]
    elif isinstance(node, e.OneOf):
        subject, constants = node.subject, list(node.choices)
    else:
        return False
    subjects.add(meaning_of(subject))
    return not isinstance(subject, e.Constant) and all(map(_is_number, constants))


def _is_number(node: e.Expression) -> bool:
    return isinstance(node, e.Constant) and isinstance(node.value, int | float) and node.value is not True \
        and node.value is not False  # fmt: skip


def _listed(node: e.Expression) -> Iterable[Any]:
    if isinstance(node, e.OneOf):
        yield from node.choices
    elif isinstance(node, e.Logic):
        for operand in node.operands:
            yield from _listed(operand)
    elif isinstance(node, e.Not):
        yield from _listed(node.operand)


def _holds(node: Any, value: float) -> bool:
    """Whether a condition about a number holds for one."""
    if isinstance(node, e.Logic):
        found = [_holds(each, value) for each in node.operands]
        return all(found) if node.operator == "and" else any(found)
    if isinstance(node, e.Not):
        return not _holds(node.operand, value)
    if isinstance(node, e.OneOf):
        return any(equal(value, float(each.value)) for each in node.choices if isinstance(each, e.Constant))
    if isinstance(node, e.Between):
        above = node.low is None or _compared(">" if node.low_open else ">=", value, node.low)
        return above and (node.high is None or _compared("<" if node.high_open else "<=", value, node.high))
    return _compared(node.operator, value, node.right)


def _compared(operator: str, value: float, constant: Any) -> bool:
    edge = float(constant.value)
    if operator in ("=", "!="):
        return equal(value, edge) == (operator == "=")
    if operator in ("<", ">="):
        return less(value, edge) == (operator == "<")
    return less(edge, value) == (operator == ">")

"""One key's domain, cut at the constants it is compared with; and the tests that tell its pieces apart.

In: a domain and the tests on it. Out: pieces, each with one value that stands for all of the piece and as people
write it. Pieces that an author thinks of first come first: between and at the constants, then above, then below.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from attrs import frozen

from ruleengine.checker.domains import Domain, Flags, Numbers, Words
from ruleengine.checker.index import Index
from ruleengine.tree import expressions as e
from ruleengine.values import Kind, Type, equal, less

Value = float | str | bool

_WELL_BELOW = 1e15


@frozen(slots=True)
class Piece:
    """A value that stands for a piece of a domain, and the same as written in a ruleset."""

    value: Value
    written: str


#: The pieces of a flag.
EITHER = (Piece(False, "false"), Piece(True, "true"))


@frozen(slots=True)
class Line:
    """The pieces of one key for looking them up: numbers in ascending order, words and flags by their value.

    `turned` is how many of the last pieces come first in that order.
    """

    values: tuple[Value, ...] = ()
    is_ordered: bool = True
    turned: int = 0
    places: Mapping[Value, int] = {}

    @classmethod
    def of(cls, pieces: Sequence[Piece]) -> Line:
        """The line of some pieces."""
        values: tuple[Any, ...] = tuple(piece.value for piece in pieces)
        if any(isinstance(value, str | bool) for value in values):
            return cls(values, False, places={value: place for place, value in enumerate(values)})
        turned = int(len(values) > 1 and values[-1] <= values[0])
        ascending = values[len(values) - turned :] + values[: len(values) - turned]
        is_ordered = all(one <= other for one, other in pairwise(ascending))
        return cls(ascending, True, turned) if is_ordered else cls(values, False)


@frozen(slots=True)
class Test:
    """A comparison with constants: a relation, and what stands on its right side."""

    relation: str
    constants: tuple[e.Constant | None, ...] = ()
    low_open: bool = False
    high_open: bool = False
    positions: tuple[int, ...] = ()

    def runs(self, line: Line) -> Iterator[tuple[int, int]]:
        """The pieces for which the comparison holds, as neighbours from one place to before another."""
        if not line.is_ordered or self.relation in ("is", "band"):
            yield from ((place, place + 1) for place in self._single(line))
        else:
            for start, end in self._stretches(line.values):
                if line.turned and start == 0 < end:
                    yield len(line.values) - 1, len(line.values)
                    start = 1
                if start < end:
                    yield start - line.turned, end - line.turned

    def _single(self, line: Line) -> Iterable[int]:
        if line.places and self.relation in ("=", "one of"):
            found = {line.places.get(known.value) for known in self.constants if known is not None}
            return [place for place in found if place is not None]
        return [place for place, value in enumerate(line.values) if self.holds(value)]

    def _stretches(self, values: Sequence[Any]) -> Iterator[tuple[int, int]]:
        """The same among ascending numbers."""
        if self.relation == "between":
            low, high = self.constants
            start = 0 if low is None else (_not_above if self.low_open else _below)(values, low.value)
            end = (
                len(values)
                if high is None
                else (_below if self.high_open else _not_above)(values, high.value)
            )
            yield start, end
        else:
            for known in self.constants:
                if known is not None:
                    start, end = _below(values, known.value), _not_above(values, known.value)
                    yield from _RELATED[self.relation](start, end, len(values))

    def holds(self, value: Value) -> bool:
        """Whether the comparison holds for a value."""
        if self.relation == "is":
            return value is True
        if self.relation == "band":
            return value in self.positions
        if self.relation == "between":
            return self._between(value)
        if self.relation == "one of":
            return any(_same(value, known.value) for known in self.constants if known is not None)
        known = self.constants[0]
        return known is not None and _compared(self.relation, value, known.value)

    def _between(self, value: Value) -> bool:
        low, high = self.constants
        above = low is None or _compared(">" if self.low_open else ">=", value, low.value)
        return above and (high is None or _compared("<" if self.high_open else "<=", value, high.value))


def _below(values: Sequence[Any], constant: Any) -> int:
    """How many of some ascending numbers lie below a constant."""
    return bisect_left(values, True, key=lambda value: not less(value, constant))


def _not_above(values: Sequence[Any], constant: Any) -> int:
    return bisect_left(values, True, key=lambda value: less(constant, value))


#: Where a comparison with a constant holds, of numbers of which those from `start` to before `end` are equal to it.
_RELATED: dict[str, Callable[[int, int, int], Iterable[tuple[int, int]]]] = {
    "=": lambda start, end, count: ((start, end),),
    "one of": lambda start, end, count: ((start, end),),
    "!=": lambda start, end, count: ((0, start), (end, count)),
    "<": lambda start, end, count: ((0, start),),
    "<=": lambda start, end, count: ((0, end),),
    ">": lambda start, end, count: ((end, count),),
    ">=": lambda start, end, count: ((start, count),),
}


def _same(left: Value, right: Value) -> bool:
    if isinstance(left, str | bool) or isinstance(right, str | bool):
        return left == right
    return equal(left, right)


def _compared(operator: str, left: Value, right: Value) -> bool:
    if operator in ("=", "!="):
        return _same(left, right) is (operator == "=")
    if isinstance(left, str) or isinstance(right, str):
        return False
    if operator in ("<", ">="):
        return less(left, right) is (operator == "<")
    return less(right, left) is (operator == ">")


def pieces_of(
    key: e.Expression,
    domain: Domain | None,
    tests: Sequence[Test],
    index: Index,
    is_band: bool,
    bounded: bool,
) -> tuple[Piece, ...]:
    """The pieces of `key`'s domain; without its bounds when they are not to be relied on."""
    if is_band:
        return _bands(key, index)
    if key.type.kind is Kind.FLAG:
        only = domain.only if isinstance(domain, Flags) and bounded else None
        return tuple(piece for piece in EITHER if only in (None, piece.value))
    constants = [known for test in tests for known in test.constants if known is not None]
    if key.type.kind in (Kind.TEXT, Kind.CHOICE):
        return _words(domain, [str(known.value) for known in constants], bounded)
    numbers = domain if isinstance(domain, Numbers) else Numbers()
    if not bounded:
        numbers = Numbers(step=numbers.step)
    return _numbers(numbers, [float(known.value) for known in constants], _shown_type(key.type, constants))


def _shown_type(kind: Type, constants: Sequence[e.Constant]) -> Type:
    """A plain number that is compared with percentages is shown as a percentage."""
    units = {known.type.unit for known in constants if known.value}
    return next((known.type for known in constants if known.type.unit in units), kind) if units else kind


def _bands(key: e.Expression, index: Index) -> tuple[Piece, ...]:
    names: tuple[str, ...] = ()
    if isinstance(key, e.Reference) and key.name in index.matrices:
        names = tuple(cell.name or f'"{cell.label}"' for cell in index.matrices[key.name].cells)
    elif isinstance(key, e.Reference):
        owner = index.measures.get(key.name) or index.cards.get(key.name)
        bands = index.bands.get(owner.bands) if owner is not None else None
        names = tuple(band.name for band in bands.bands) if bands is not None else ()
    return tuple(Piece(position, name) for position, name in enumerate(names))


def _words(domain: Domain | None, mentioned: Sequence[str], bounded: bool) -> tuple[Piece, ...]:
    known = domain if isinstance(domain, Words) else Words()
    words = list(dict.fromkeys(mentioned))
    if known.closed and bounded:
        words = [word for word in words if word in known.words]
        others = [word for word in known.words if word not in words]
        words += others[:1]  # one stands for all that no condition mentions
        return tuple(Piece(word, f'"{word}"') for word in words)
    other = next(word for word in _others() if word not in words)
    return (*(Piece(word, f'"{word}"') for word in words), Piece(other, f'"{other}"'))


def _others() -> Iterator[str]:
    yield "something else"
    number = 2
    while True:
        yield f"something else {number}"
        number += 1


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _numbers(domain: Numbers, constants: Sequence[float], kind: Type) -> tuple[Piece, ...]:
    ends = [end for end in (domain.low, domain.high) if end is not None]
    cuts: list[float] = []
    for cut in sorted((*constants, *ends)):
        if not cuts or not equal(cuts[-1], cut):
            cuts.append(cut)
    size = 0.01 if kind.unit == "percent" else 1.0
    values: list[float | None] = []
    for position, cut in enumerate(cuts):
        values.append(_on_step(cut, domain.step))
        if position + 1 < len(cuts):
            values.append(_between(cut, cuts[position + 1], domain.step))
    if not cuts:
        values.append(0.0)
    else:
        values.append(_beyond(cuts[-1], domain.step or size, up=True))
        values.append(_beyond(cuts[0], domain.step or size, up=False))
    return tuple(
        Piece(value, written(value, kind)) for value in values if value is not None and _fits(value, domain)
    )


def _on_step(value: float, step: float | None) -> float | None:
    if step is None:
        return value
    return value if equal(round(value / step) * step, value) else None


def _between(low: float, high: float, step: float | None) -> float | None:
    """A short number between two others, near the middle; None when there is none on the step."""
    middle = (low + high) / 2
    if step is not None:
        for candidate in (math.floor(middle / step) * step, math.ceil(middle / step) * step):
            if less(low, candidate) and less(candidate, high):
                return candidate
        return None
    for digits in range(13):
        candidate = round(middle, digits)
        if less(low, candidate) and less(candidate, high):
            return candidate
    return None


def _beyond(cut: float, size: float, up: bool) -> float:
    steps = cut / size
    near = math.floor(steps + 1e-9) + 1 if up else math.ceil(steps - 1e-9) - 1
    return round(near * size, 12)


def _fits(value: float, domain: Numbers) -> bool:
    if domain.low is not None and (less(value, domain.low) or (domain.low_open and equal(value, domain.low))):
        return False
    return domain.high is None or not (
        less(domain.high, value) or (domain.high_open and equal(value, domain.high))
    )


def written(value: float, kind: Type) -> str:
    """A number as a ruleset writes it, with its unit; a day number as a date."""
    if kind.kind is Kind.DATE:
        return date.fromordinal(max(1, min(int(value), date.max.toordinal()))).isoformat()
    if kind.unit == "percent":
        return f"{_short(value * 100)}%"
    unit = kind.unit.removeprefix("money").strip()
    if unit in ("days", "months") and value == 1:
        unit = unit[:-1]
    return f"{_short(value)} {unit}" if unit and unit != "count" else _short(value)


def _short(value: float) -> str:
    rounded = round(value, 10) + 0.0  # a float of whole numbers too, and no -0
    return f"{int(rounded)}" if rounded.is_integer() and abs(rounded) < _WELL_BELOW else f"{rounded:.12g}"

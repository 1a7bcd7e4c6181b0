"""What a result document does not say and its recomputation needs: how a card is made up, for one account.

In: nothing. Out: plain data. Guaranteed: standard library only, so that the checker owes nothing to the engine.
Conditions are decided already: `limits` holds only what acts on this account, and `given` is the weight of the column
in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Interval:
    """The numbers of a band; None is an end that is open to all."""

    low: float | None
    high: float | None
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True)
class Bands:
    """A band set from best to worst."""

    names: tuple[str, ...]
    intervals: tuple[Interval | None, ...]
    points: Mapping[str, float | None]


@dataclass(frozen=True)
class Limit:
    """A cap, floor or override that acts: by band or by score."""

    kind: str
    band: str | None
    score: float | None
    reason: str | None


@dataclass(frozen=True)
class Child:
    """A place in a block. `kind` is measure, card or group; `name` is what the result calls what stands there."""

    label: str
    kind: str
    name: str
    given: float
    by_band: bool = False
    imputed: float | None = None
    best: float | None = None
    block: Block | None = None


@dataclass(frozen=True)
class Block:
    """A scorecard or a group. `formula` is the value of `score …`, or None where that is NA."""

    kind: str
    children: tuple[Child, ...]
    bands: Bands | None
    counted: str | None = None
    formula: float | None = None
    flat: bool = False
    require: tuple[tuple[str, float], ...] = ()
    rounding: tuple[int, str] | None = None
    limits: tuple[Limit, ...] = ()
    override: Limit | None = None
    reach: float | None = None
    rising: bool = True


@dataclass(frozen=True)
class Rated:
    """A measure: its bands, whether its points are held against them, and what acts on it."""

    bands: Bands | None
    banded: bool
    limits: tuple[Limit, ...] = ()
    override: Limit | None = None


@dataclass(frozen=True)
class Description:
    """All that is needed to recompute one result: cards, measures, and values that come from facts alone.

    `leaves` is shaped like the result and holds what no children explain (values of measures, outputs, …), as a second
    evaluator found it. `lines` are the first and the last line of each declaration, `files` how many lines each file
    has.
    """

    cards: Mapping[str, Block]
    measures: Mapping[str, Rated]
    leaves: Mapping[str, Any]
    facts: Mapping[str, Any]
    lines: Mapping[str, tuple[int, int]]
    files: Mapping[str, tuple[str, ...]]
    left_out: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    slack: float = 0.0

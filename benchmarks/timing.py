"""Timing on noisy machines: everything takes its turn in every round, and what is read are ratios within a round.

In: named functions without arguments, each with how many times over it does its work in one call. Out: seconds for
doing it once, of every round by name, and medians of them and of their ratios.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

Rounds = dict[str, list[float]]


def interleaved(functions: Mapping[str, tuple[Callable[[], object], int]], rounds: int) -> Rounds:
    """Seconds that the work of each function takes, round by round; one round before them warms up."""
    found: Rounds = {name: [] for name in functions}
    for number in range(rounds + 1):
        for name, (function, times) in functions.items():
            gc.collect()
            start = perf_counter()
            function()
            if number:
                found[name].append((perf_counter() - start) / times)
    return found


def ratio(rounds: Rounds, name: str, against: str) -> float:
    """The median of the ratios of two functions within each round."""
    return median(one / other for one, other in zip(rounds[name], rounds[against], strict=True))


def microseconds(rounds: Rounds, name: str) -> float:
    """The median time of a function, in µs."""
    return median(rounds[name]) * 1e6

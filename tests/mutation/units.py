"""Cases of the conformance suite as units that run by themselves: a case, or the cases of a group that share one program.

In: the groups of the suite. Out: units, each a group with some of its cases, under the name `GROUP#NUMBER` or `GROUP#all`. Analyses
are left out: they are not about the core, and slow.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from attrs import evolve, frozen

from tests.conformance.suite import Group, groups


@frozen(eq=False)
class Unit:
    """A part of a group; `rank` is how many parts of the same group come before it."""

    name: str
    group: Group
    rank: int


def units() -> Iterator[Unit]:
    """Every unit, in the order of the suite."""
    for group in groups():
        if group.kind == "analysis":
            continue
        if group.kind == "value":
            yield Unit(f"{group}#all", group, 0)
            continue
        for number, case in enumerate(group.cases):
            yield Unit(f"{group}#{number}", evolve(group, cases=(case,)), number)


def is_as_expected(unit: Unit) -> bool:
    """Whether the engine does what a unit says; runs in a folder of its own."""
    from tests.conformance.engine import (
        disagreements,  # imports the engine, which may have to be changed first
    )

    with tempfile.TemporaryDirectory() as folder:
        return next(iter(disagreements(unit.group, Path(folder))), None) is None

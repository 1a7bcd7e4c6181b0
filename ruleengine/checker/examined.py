"""What every lint gets: the ruleset that is being checked, and shared look-ups in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable
from functools import cached_property

from attrs import frozen

from ruleengine.checker.dependencies import Dependencies
from ruleengine.checker.index import Index
from ruleengine.checker.ladders import Ladder, Ladders, ladders_of
from ruleengine.checker.likeness import likeness
from ruleengine.compiler.scope import Module
from ruleengine.source import Span


@frozen(slots=False)
class Examined:
    """One ruleset file and its tree. `faulty` are the places of errors: what lies around them is not looked at.

    `meant` are the names that errors suggest: each is used, as far as anybody can tell.
    """

    module: Module
    index: Index
    faulty: tuple[Span, ...]
    meant: frozenset[str] = frozenset()

    @cached_property
    def dependencies(self) -> Dependencies:
        """What expressions rest on."""
        return Dependencies(self.index)

    @cached_property
    def grids(self) -> Ladders:
        """Ladders on their grids."""
        return Ladders(self.index, self.dependencies)

    @cached_property
    def shown_as_percent(self) -> frozenset[Hashable]:
        """What the values say that measures show as percent."""
        values = (each.value for each in self.index.measures.values() if each.percent)
        return frozenset(likeness(self.index.resolve(value)) for value in values if value is not None)

    @cached_property
    def ladders(self) -> tuple[Ladder, ...]:
        """Ratings and tables without errors, of which every row could be read."""
        return tuple(
            ladder
            for ladder in ladders_of(self.index)
            if self.is_sound(ladder.place) and ladder.name not in self.module.damaged
        )

    @cached_property
    def _faults(self) -> dict[str, tuple[list[int], list[int]]]:
        """Where the faults of each file begin, in order, and how far those reach that begin no later."""
        found: dict[str, tuple[list[int], list[int]]] = {}
        for fault in sorted(self.faulty, key=lambda fault: fault.start):
            starts, reaches = found.setdefault(fault.path, ([], []))
            reaches.append(max(fault.end, reaches[-1] if reaches else fault.end))
            starts.append(fault.start)
        return found

    def is_sound(self, span: Span) -> bool:
        """Whether there is no error in a place."""
        starts, reaches = self._faults.get(span.path, ([], []))
        before = bisect_left(starts, span.end)  # so many begin before the place ends
        return not before or reaches[before - 1] <= span.start

"""Numbers of a document by JSON pointer, and what became of each: recomputed, confirmed, wrong, or unexplained.

In: a JSON document. Out: counts, and one line for each disagreement. Guaranteed: standard library only; every number of
the document is counted once, and one that nobody claims is unexplained.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

#: Results print ten decimals; what is computed of printed numbers can be off by a little more.
NEAR = 2e-9


def is_number(value: Any) -> bool:
    """Whether JSON calls it a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def numbers(value: Any, pointer: str = "") -> Iterator[tuple[str, float]]:
    """Every number below a value with its pointer."""
    if is_number(value):
        yield pointer, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers(inner, f"{pointer}/{key}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from numbers(inner, f"{pointer}/{at}")


def near(one: float, other: float, scale: float = 1.0, slack: float = 0.0) -> bool:
    """Whether two numbers are the same but for printing."""
    return abs(one - other) <= NEAR * max(1.0, abs(scale), abs(one), abs(other)) + slack


@dataclass
class Claims:
    """The numbers of one document. `recomputed` come from their children, `confirmed` from facts and text alone."""

    document: Any
    slack: float = 0.0
    recomputed: set[str] = field(default_factory=set)
    confirmed: set[str] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)

    def at(self, pointer: str) -> Any:
        """What stands at a pointer; keys hold no `/` here."""
        found = self.document
        for step in pointer.split("/")[1:]:
            found = found[int(step)] if isinstance(found, list) else found.get(step)
        return found

    def equal(self, pointer: str, expected: float | None, scale: float = 1.0, leaf: bool = False) -> None:
        """The number at a pointer is this one; None where there must be none."""
        found = self.at(pointer)
        if found is None or expected is None:
            if found is not expected:
                self.lines.append(f"{pointer}: {found!r}, and {expected!r} is expected")
        elif not is_number(found) or not near(found, expected, scale, self.slack):
            self.lines.append(f"{pointer}: {found!r}, and {expected!r} is expected")
        if is_number(found):
            (self.confirmed if leaf else self.recomputed).add(pointer)

    def holds(self, pointer: str, good: bool, said: str) -> None:
        """Something else about what stands at a pointer; a number there counts as confirmed."""
        if not good:
            self.lines.append(f"{pointer}: {self.at(pointer)!r}: {said}")
        if is_number(self.at(pointer)):
            self.confirmed.add(pointer)

    def same(self, pointer: str, expected: Any) -> None:
        """A whole value is the same as a second evaluator's; all numbers in it are confirmed."""
        found = self.at(pointer)
        ours = dict(numbers(expected, pointer))
        for inner, value in numbers(found, pointer):
            self.confirmed.add(inner)
            if inner not in ours or not near(ours[inner], value, value, self.slack):
                self.lines.append(f"{inner}: {value!r}, and {ours.get(inner)!r} is expected")
        if ours.keys() - dict(numbers(found, pointer)).keys():
            self.lines.append(f"{pointer}: a number is missing")

    def unexplained(self) -> list[str]:
        """The numbers that nobody claimed."""
        claimed = self.recomputed | self.confirmed
        return [pointer for pointer, _ in numbers(self.document) if pointer not in claimed]

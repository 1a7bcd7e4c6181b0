"""What all that lists mutants works with: the program, its words, and how a change is noted.

A thing that stands in the tree several times, as a definition does that is called with several types, is changed in all of
these places at once: for the ruleset it is one thing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
from attrs import define, field, frozen

from ruleengine.casebook.mutation.mutant import Mutant, Swap
from ruleengine.casebook.mutation.wording import Wording
from ruleengine.checker.index import Index, walk
from ruleengine.source import Source, Span
from ruleengine.tree import ruleset as r

_TOLD_APART = ("operator", "value", "function", "kind", "name", "number")


@frozen(slots=True)
class Around:
    """Where a node stands: in which thing, and what of the ruleset is shown of its place."""

    of: str
    shown: Span
    segment: bool = False

    def at(self, span: Span) -> Around:
        """The same thing, another place of it."""
        return attrs.evolve(self, shown=span)


@define(slots=True, eq=False)
class Notes:
    """Takes the changes of one program."""

    program: r.Program
    sources: Mapping[str, Source]
    imports: bool
    index: Index
    words: Wording
    found: list[Mutant] = field(factory=list)
    groups: dict[Any, list[Any]] = field(factory=dict)
    done: set[Any] = field(factory=set)

    @classmethod
    def of(cls, program: r.Program, sources: Mapping[str, Source], imports: bool) -> Notes:
        """Notes that are still empty."""
        index = Index(program, sources, program.path, {})
        notes = cls(program, sources, imports, index, Wording(sources))
        for node in walk(program):
            if hasattr(node, "span"):
                notes.groups.setdefault(_key(node), []).append(node)
        return notes

    def is_own(self, span: Span) -> bool:
        """Whether a place is one that is changed here."""
        return self.imports or span.path == self.program.path

    def first(self, node: Any) -> bool:
        """Whether a thing is met for the first time."""
        key = _key(node)
        if key in self.done:
            return False
        self.done.add(key)
        return True

    def add(
        self,
        kind: str,
        around: Around,
        node: Any,
        make: Callable[[Any], Any],
        said: tuple[str, str],
        span: Span | None = None,
    ) -> None:
        """Note that `make` is done to a node, wherever it stands."""
        swaps = tuple(Swap(each, make(each)) for each in self._every(node))
        before, after = said
        if before != after:
            self.found.append(Mutant(kind, around.of, span or node.span, before, after, swaps))

    def _every(self, node: Any) -> Iterator[Any]:
        seen: set[int] = set()
        for each in self.groups.get(_key(node), [node]):
            if id(each) not in seen:
                seen.add(id(each))
                yield each


def _key(node: Any) -> Any:
    told = tuple(
        value if not isinstance(value, float | int) else (value, type(value).__name__)
        for name in _TOLD_APART
        if isinstance(value := getattr(node, name, None), str | int | float)
    )
    return type(node), node.span, told

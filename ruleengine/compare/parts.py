"""Parts of a thing that are either as in the old version or as in the new, and how they make a whole.

In: both versions of a thing, field by field. Out: choices, and the fields that come of any set of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs
from attrs import define, field, frozen

from ruleengine.compare.edits import ADDED, CHANGED, REMOVED, Choice, Split, Subject, ThingKey
from ruleengine.tree.shape import meaning_of, span_of

#: Gives values of fields with some choices (by key) as in the new version.
Fields = Callable[[frozenset[str]], dict[str, Any]]


@frozen(slots=True, eq=False)
class Part:
    """Some fields of a thing with the choices that they have."""

    choices: tuple[Choice, ...]
    fields: Fields
    together: tuple[frozenset[str], ...] = ()


@define(slots=True, eq=False)
class Whole:
    """A thing that both versions have, to be put together of parts."""

    key: ThingKey
    old: Any
    new: Any
    subject: Subject
    parts: list[Part] = field(factory=list)

    def choice(self, key: str, kind: str, old: Any, new: Any, change: str | None = None) -> Choice:
        """A choice of this thing; `old` and `new` are None where a version lacks what it is about."""
        return choice(self.subject, key, kind, old, new, change, span_of(self.old), span_of(self.new))

    def field(self, name: str, key: str, kind: str) -> None:
        """A field that changes as a whole."""
        old, new = getattr(self.old, name), getattr(self.new, name)
        if meaning_of(old) != meaning_of(new):
            found = self.choice(key, kind, old if old != () else None, new if new != () else None)
            self.parts.append(either(found, {name: old}, {name: new}))

    def split(self, together: Iterable[frozenset[str]] = ()) -> Split:
        """The thing with all parts that differ; everything else is as in the new version."""
        parts, new = tuple(self.parts), self.new

        def make(chosen: frozenset[str]) -> Any:
            made = {name: value for part in parts for name, value in part.fields(chosen).items()}
            different = {name: value for name, value in made.items() if value is not getattr(new, name)}
            return attrs.evolve(new, **different) if different else new

        found = tuple(each for part in parts for each in part.choices)
        joined = (*(keys for part in parts for keys in part.together), *together)
        return Split(self.key, self.old, self.new, found, make, together=joined)


def choice(
    subject: Subject, key: str, kind: str, old: Any, new: Any, change: str | None = None,
    old_thing: Any = None, new_thing: Any = None,
) -> Choice:  # fmt: skip
    """A choice between two nodes; a place that they do not have is that of the things they are in."""
    found = change or (ADDED if old is None else REMOVED if new is None else CHANGED)
    return Choice(key, kind, found, subject, old, new, _place(old, old_thing), _place(new, new_thing))


def _place(node: Any, thing: Any) -> Any:
    first = node[0] if isinstance(node, tuple) and node else node
    return span_of(first) or thing


def either(found: Choice, old: dict[str, Any], new: dict[str, Any]) -> Part:
    """Fields that are as in one version or as in the other."""
    return Part((found,), lambda chosen: new if found.key in chosen else old)


def whole_split(key: ThingKey, old: Any, new: Any, found: Choice) -> Split:
    """A thing that is as in the old version or as in the new; None where that version does not have it."""
    return Split(key, old, new, (found,), lambda chosen: new if found.key in chosen else old)


def same_split(key: ThingKey, old: Any, new: Any) -> Split:
    """A thing that makes no difference: it is as in the new version, or as in the old if that alone has it."""
    kept = new if new is not None else old
    return Split(key, old, new, (), lambda chosen: kept)


def unique_keys(choices: Sequence[Choice]) -> list[Choice]:
    """Choices with keys made unique: the second of a name ends with `_2`."""
    taken: set[str] = set()
    found = []
    for each in choices:
        free, number = each.key, 2
        while free in taken:
            free, number = f"{each.key}_{number}", number + 1
        taken.add(free)
        found.append(each if free == each.key else attrs.evolve(each, key=free))
    return found

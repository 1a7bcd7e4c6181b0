"""What changed between two versions of a ruleset, as data: edits, each of which can be made or left alone.

A thing is anything in a ruleset that has a name: a measure, a scorecard, a band set, a segment … A `Split` holds one thing as
both versions have it, and the choices in which they differ. An `Edit` is one choice, or several that only make sense
together. INVARIANT: a ruleset in which any subset of the edits has been made can be run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import define, field, frozen

from ruleengine.source import Span

#: What tells a thing apart: its kind (`measure`, `scorecard`, `bands` …) and its unique name in the program.
ThingKey = tuple[str, str]

CHANGED, ADDED, REMOVED = "changed", "added", "removed"


@frozen(slots=True)
class Subject:
    """What an edit is about. `path` is the place in a scorecard, such as `product.license_utilization`."""

    kind: str
    name: str
    title: str
    path: str = ""


@frozen(slots=True, eq=False)
class Choice:
    """One respect in which a thing differs, to be had as in the old version or as in the new one.

    `key` is unique in its thing and does not depend on lines or order (`rate.red`, `product.license_utilization.weight`);
    `kind` is one of the kinds of edits; `old` and `new` are what differs (nodes of the tree, numbers, texts), for words.
    """

    key: str
    kind: str
    change: str
    subject: Subject
    old: Any
    new: Any
    old_span: Span | None
    new_span: Span | None


#: Makes the thing with some of its choices (by key) as in the new version; None when it is then not there at all.
Assemble = Callable[[frozenset[str]], Any]


@define(slots=True, eq=False)
class Split:
    """One thing as both versions have it; `old` or `new` is None where only one has it.

    `assemble(frozenset())` is the old thing and `assemble(all keys)` the new one, as far as a result can tell. A thing
    that only one version has and that does nothing by itself (a segment, a named value) is always there: no choice.
    `together` are keys of choices that only make sense together: these become one edit.
    """

    key: ThingKey
    old: Any
    new: Any
    choices: tuple[Choice, ...]
    make: Assemble
    made: dict[frozenset[str], Any] = field(factory=dict)
    together: tuple[frozenset[str], ...] = ()

    def assemble(self, chosen: frozenset[str]) -> Any:
        """The thing with some choices as in the new version. The same choices give the same object."""
        if chosen not in self.made:
            self.made[chosen] = self.make(chosen)
        return self.made[chosen]

    @property
    def one_sided(self) -> bool:
        """Whether only one version has the thing, and no edit of its own brings it or takes it away."""
        alone = self.old is None or self.new is None
        return alone and not any(choice.key == "" for choice in self.choices)


@frozen(slots=True, eq=False)
class Edit:
    """One change. `id` is its stable name; `choices` are what it switches, the one that it is about first."""

    id: str
    choices: tuple[tuple[ThingKey, Choice], ...]

    @property
    def about(self) -> Choice:
        """The choice that gives the edit its kind, its subject and its words."""
        return self.choices[0][1]


@frozen(slots=True, eq=False)
class Wording:
    """A difference that no number depends on: a title, a description, an owner, a reason, when a version is in force."""

    subject: Subject
    aspect: str
    old: str
    new: str


@frozen(slots=True)
class Renaming:
    """A thing that only changed its name; `old` and `new` are what authors call it."""

    kind: str
    old: str
    new: str


@frozen(slots=True, eq=False)
class Differences:
    """All that differs between two programs.

    `splits` are all things of both by key, in an order in which each comes after what it needs; those without choices
    are the same in both. Names are those of the new version throughout. `fitting` gives a thing among sets of bands the
    numbers that bands have in these.
    """

    splits: Mapping[ThingKey, Split]
    edits: tuple[Edit, ...]
    wording: tuple[Wording, ...]
    renamings: tuple[Renaming, ...]
    fitting: Callable[[Any, Any], Any] = lambda thing, sets: thing

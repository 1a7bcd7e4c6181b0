"""What surrounds everything in a ruleset: what is assumed of missing facts, the calendar, how fields of the facts are read.

In: two programs, the old one in the names of the new. Out: a split for each assumption, for the time zone, for the fiscal
year of each file and for each field that the schemas of the two describe otherwise; and these choices put into the splits of
all things that they reach, so that one edit switches them everywhere. Guaranteed: a thing that none of this reaches stays
the identical object; a thing with none of its choices is the old thing, and with all of them the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import Any

import attrs
from attrs import define, field, frozen

from ruleengine.compare.edits import ADDED, CHANGED, REMOVED, Choice, Split, Subject, ThingKey
from ruleengine.compare.readings import Reading, readings_of
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.rebuild import rebuild
from ruleengine.tree.shape import meaning_of
from ruleengine.tree.walk import walk

ZONE: ThingKey = ("calendar", "zone")


@frozen(slots=True, eq=False)
class _Aspect:
    """One respect in which the surroundings differ: `to_new` and `to_old` put a node into one of them."""

    split: Split
    to_new: Callable[[Any], Any]
    to_old: Callable[[Any], Any]

    @property
    def key(self) -> str:
        """The key of the choice in the things that it reaches."""
        return ".".join(self.split.key)


@define(slots=True, eq=False)
class Surroundings:
    """The surroundings of two programs. `old` has to be in the names of the new one."""

    old: r.Program
    new: r.Program
    aspects: list[_Aspect] = field(factory=list)
    zone: Split | None = None
    originals: dict[int, tuple[Any, Any]] = field(factory=dict)
    files: dict[str, str] = field(factory=dict)
    _calendars: tuple[dict[str, _File], ...] = ()

    def __attrs_post_init__(self) -> None:
        self.files = files_of(self.old, self.new)
        self._calendars = tuple(_calendars(program, self.files) for program in (self.old, self.new))
        self.aspects = [*self._assumptions(), *self._fiscal(), *self._fields()]
        if self.old.zone != self.new.zone:
            self.zone = _split(ZONE, "calendar", "time zone", self.old.zone, self.new.zone, None, None)

    @property
    def splits(self) -> tuple[Split, ...]:
        """What surrounds, as things of their own, those that are the same in both included."""
        return (*(aspect.split for aspect in self.aspects), *((self.zone,) if self.zone is not None else ()))

    def modern(self, node: Any) -> Any:
        """A node of the old program in the surroundings of the new one, so that only what it says itself differs."""
        found = node
        for aspect in self.aspects:
            if aspect.split.choices:
                found = rebuild(found, aspect.to_new)
        if found is not node:
            self.originals[id(found)] = (found, node)
        return found

    def within(self, split: Split) -> Split:
        """The split with the choices of the surroundings that reach it; itself where none does.

        Its `old` is a thing that `modern` gave, or one that the surroundings do not reach.
        """
        reached = {aspect.key: aspect for aspect in self.aspects if self._reaches(aspect, split)}
        if not reached:
            return split
        original = self.originals.get(id(split.old), (None, split.old))[1]
        own = frozenset(choice.key for choice in split.choices)

        def make(chosen: frozenset[str]) -> Any:
            if not chosen and split.old is not None:
                return original
            found = split.assemble(chosen & own)
            for key, aspect in reached.items():
                if key not in chosen:
                    found = rebuild(found, aspect.to_old)
            return found

        choices = tuple(attrs.evolve(aspect.split.choices[0], key=key) for key, aspect in reached.items())
        own_ones = (*split.choices, *choices)
        return Split(split.key, original, split.new, own_ones, make, together=split.together)

    def _reaches(self, aspect: _Aspect, split: Split) -> bool:
        if not aspect.split.choices:
            return False
        sides = [side for side in (split.old, split.new) if side is not None]
        return any(rebuild(side, aspect.to_old) is not side for side in sides)

    # ── what is assumed ──

    def _assumptions(self) -> Iterator[_Aspect]:
        old, new = _assumed(self.old, self.files), _assumed(self.new, self.files)
        files = self._calendars[0].keys() & self._calendars[1].keys()
        for place in dict.fromkeys([*new, *old]):
            was, now = old.get(place), new.get(place)
            file, path = place
            key = ("assumption", f"{file}:{'.'.join(path)}" if file else ".".join(path))
            if file not in files or (was and now and meaning_of(was.value) == meaning_of(now.value)):
                yield _Aspect(Split(key, was, now, (), _one_of(was, now)), _as_it_is, _as_it_is)
                continue
            split = _split(key, "assumption", ".".join(path), was, now, _span(was), _span(now))
            yield _Aspect(split, _assuming(self.files, place, now), _assuming(self.files, place, was))

    # ── the fiscal year ──

    def _fiscal(self) -> Iterator[_Aspect]:
        old, new = self._calendars
        for file in sorted(old.keys() & new.keys()):
            was, now = old[file], new[file]
            fiscal = was.is_fiscal and now.is_fiscal
            if was.month == now.month or (file and not fiscal):
                continue
            name = "fiscal_year" + (f".{file}" if file else "")
            title = "the fiscal year" + (f" of {file}" if file else "")
            split = _split(("calendar", name), "calendar", title, was.month, now.month, None, None)
            to_new = _beginning(
                (self.files, file), was.month, now.month, was.month != 1 or not now.has_calendar
            )
            to_old = _beginning(
                (self.files, file), now.month, was.month, now.month != 1 or not was.has_calendar
            )
            yield _Aspect(split, to_new, to_old)

    # ── fields of the facts ──

    def _fields(self) -> Iterator[_Aspect]:
        for reading in readings_of(self.old.facts, self.new.facts):
            if not any(reading.concerns(node) for program in (self.old, self.new) for node in walk(program)):
                continue
            key = ("facts", reading.path)
            split = _split(key, "facts", reading.path, reading.old, reading.new, None, None)
            yield _Aspect(split, _read_as(reading, new=True), _read_as(reading, new=False))


# ── splits ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _split(
    key: ThingKey, kind: str, title: str, old: Any, new: Any, old_span: Span | None, new_span: Span | None
) -> Split:
    change = ADDED if old is None else REMOVED if new is None else CHANGED
    choice = Choice("", kind, change, Subject(kind, key[1], title), old, new, old_span, new_span)
    return Split(key, old, new, (choice,), lambda chosen: new if chosen else old)


def _one_of(old: Any, new: Any) -> Callable[[frozenset[str]], Any]:
    return lambda chosen: new if new is not None else old


def _span(node: Any) -> Span | None:
    return node.span if node is not None else None


def _as_it_is(node: Any) -> Any:
    return node


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True)
class _File:
    """The calendar of one file: the first month of its fiscal year, and whether it has fiscal and other periods."""

    month: int
    is_fiscal: bool
    has_calendar: bool


def files_of(old: r.Program, new: r.Program) -> dict[str, str]:
    """By its path, the ruleset that a file holds: empty for the programs' own, else the name of one that they import.

    Of a ruleset that one program imports in several versions, each version is a file of its own.
    """
    paths = [
        {node.span.path for node in walk(_all_of(program)) if hasattr(node, "span")} for program in (old, new)
    ]
    imported = [sorted(found - {old.path, new.path}) for found in paths]
    names = [[PurePath(path).parent.name for path in found] for found in imported]
    several = {name for found in names for name in found if found.count(name) > 1}
    files = {old.path: "", new.path: ""}
    for path in (path for found in imported for path in found):
        name = PurePath(path).parent.name
        files[path] = f"{name} {PurePath(path).stem}" if name in several else name
    return files


def _all_of(program: r.Program) -> tuple[Any, ...]:
    return program.steps, program.tables, program.definitions, program.assumptions


def _calendars(program: r.Program, files: Mapping[str, str]) -> dict[str, _File]:
    """The files of a program and their calendars."""
    months: dict[str, set[int]] = {"": set()}
    for node in walk(_all_of(program)):
        if isinstance(node, r.Step | e.Expression):
            found = months.setdefault(files[node.span.path], set())
            month = _first_month(node)
            if month:
                found.add(month)
    calendars = {}
    for file, firsts in months.items():
        other = next((month for month in sorted(firsts) if month != 1), 1)
        month = program.fiscal_month if not file else other
        calendars[file] = _File(month, month in firsts, 1 in firsts)
    return calendars


def _first_month(node: Any) -> int:
    """The first month of the year that a period belongs to; 0 for what is no period."""
    if not isinstance(node, e.Call) or not node.options:
        return 0
    if node.function in ("fiscal quarter", "fiscal year"):
        return int(node.options[0])
    if node.function in ("start of", "end of", "name of"):
        return int(node.options[1])
    return 0


def _assumed(program: r.Program, files: Mapping[str, str]) -> dict[tuple[str, tuple[str, ...]], r.Assumption]:
    return {(files[each.span.path], each.path): each for each in program.assumptions}


# ── putting a node into surroundings ────────────────────────────────────────────────────────────────────────────────


def _assuming(
    files: Mapping[str, str], place: tuple[str, tuple[str, ...]], assumption: r.Assumption | None
) -> Callable[[Any], Any]:
    file, path = place
    value = assumption.value if assumption is not None else None

    def change(node: Any) -> Any:
        if not isinstance(node, e.Fact) or node.path != path or files.get(node.span.path) != file:
            return node
        return node if node.assumed is value else attrs.evolve(node, assumed=value)

    return change


def _beginning(
    place: tuple[Mapping[str, str], str], first: int, other: int, sure: bool
) -> Callable[[Any], Any]:
    """Fiscal periods of a file that began in one month begin in another; not where they cannot be told from others."""

    files, file = place

    def change(node: Any) -> Any:
        if not sure or _first_month(node) != first or files.get(node.span.path) != file:
            return node
        options = list(node.options)
        if node.function == "name of" and not options[2]:
            return node
        options[0 if node.function.startswith("fiscal") else 1] = other
        return attrs.evolve(node, options=tuple(options))

    return change


def _read_as(reading: Reading, new: bool) -> Callable[[Any], Any]:
    field = reading.field(new)

    def change(node: Any) -> Any:
        if not reading.concerns(node) or node.fact == field:
            return node
        kind = field.type if node.type == node.fact.type else node.type
        return attrs.evolve(node, fact=field, type=kind)

    return change

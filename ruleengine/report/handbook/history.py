"""What changed from version to version, in words, read from the evaluation trees.

In: the versions of a ruleset. Out: a section with a list for each version, the newest first. Guaranteed: comments and
layout make no difference; a change that the words do not show is still told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import PurePath

import attrs
from attrs import frozen

from ruleengine.report.handbook.aspects import KINDS, Aspects, Thing
from ruleengine.report.handbook.page import Bullets, Paragraph, Section
from ruleengine.report.words.conditions import Words
from ruleengine.report.words.names import Names
from ruleengine.report.words.text import NAME, Run, Text, plain, quiet, say, strong
from ruleengine.source import Source
from ruleengine.tree import ruleset as r


@frozen(slots=True)
class Version:
    """One version of a ruleset: when it is in force, and its tree, which is None when it has faults."""

    number: str
    start: date | None
    until: date | None
    program: r.Program | None
    sources: Mapping[str, Source] = attrs.field(factory=dict)


def history_section(program: r.Program, versions: Sequence[Version]) -> Section | None:
    """The changes of every version; nothing when there is only one."""
    if len(versions) < 2:
        return None
    blocks = []
    for position, version in enumerate(versions):
        before = next((each for each in reversed(versions[:position]) if each.program is not None), None)
        blocks.append(_section(version, before, version.number == program.version))
    return Section(say("Changes"), "changes", tuple(reversed(blocks)))


def _section(version: Version, before: Version | None, shown: bool) -> Section:
    period = "not in force by date"
    if version.start is not None:
        period = f"in force from {version.start}" + (f" until {version.until}" if version.until else "")
    title = say(f"Version {version.number}")
    note = f"{period}{' (this page)' if shown else ''}"
    place = f"version-{version.number.replace('.', '-')}"
    if version.program is None:
        return Section(
            title, place, (Paragraph(say("This version has faults and cannot be run."), "note"),), note
        )
    if before is None or before.program is None:
        return Section(title, place, (Paragraph(say(_first(version.program))),), note)
    changes = tuple(changes_between(before, version))
    if not changes:
        return Section(title, place, (Paragraph(say("Nothing that runs has changed."), "note"),), note)
    lead = Paragraph(say(quiet(f"Against version {before.number}:")))
    return Section(title, place, (lead, Bullets(changes)), note)


def _first(program: r.Program) -> str:
    cards = sum(isinstance(step, r.Scorecard) for step in program.steps)
    measures = sum(isinstance(step, r.Measure) for step in program.steps)
    many = "s" if cards != 1 else ""
    return (
        f"The first version here: {cards} scorecard{many}, {measures} measure{'s' if measures != 1 else ''}."
    )


# ── comparing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def changes_between(before: Version, after: Version) -> Iterator[Text]:
    """What somebody has to know who knows the version before."""
    assert before.program is not None
    assert after.program is not None
    yield from _imports(before.program, after.program)
    old = Aspects(Words(Names(before.program, before.sources))).things()
    new = Aspects(Words(Names(after.program, after.sources))).things()
    for kind in KINDS:
        keys = [key for key in (*new, *(key for key in old if key not in new)) if key[0] == kind]
        for key in keys:
            yield from _thing(old.get(key), new.get(key))


def _imports(before: r.Program, after: r.Program) -> Iterator[Text]:
    old, new = _imported(before), _imported(after)
    for name in sorted({*old, *new}):
        if old.get(name) == new.get(name):
            continue
        if name not in old:
            yield say("Imports ", strong(f"{name} {new[name]}"), ", as it did not before.")
        elif name not in new:
            yield say("No longer imports ", strong(f"{name} {old[name]}"), ".")
        else:
            yield say("Imports ", strong(f"{name} {new[name]}"), f" in place of {old[name]}.")


def _imported(program: r.Program) -> dict[str, str]:
    paths = {PurePath(step.span.path) for step in program.steps if step.span.path != program.path}
    return {path.parent.name: path.stem for path in paths}


def _thing(old: Thing | None, new: Thing | None) -> Iterator[Text]:
    if old is None and new is not None:
        gist = say(": ", without_links(new.gist)) if new.gist else ()
        yield say(f"New {_LABELS.get(new.kind, new.kind)} ", strong(new.title), gist, ".")
    elif new is None and old is not None:
        yield say(f"{_LABELS.get(old.kind, old.kind).capitalize()} ", strong(old.title), " is gone.")
    elif old is not None and new is not None:
        yield from _changed(old, new)


def _changed(old: Thing, new: Thing) -> Iterator[Text]:
    found = False
    for aspect in (*new.aspects, *(name for name in old.aspects if name not in new.aspects)):
        was, now = old.aspects.get(aspect, ()), new.aspects.get(aspect, ())
        if plain(was) == plain(now):
            continue
        found = True
        lead = say(strong(new.title), f", {aspect}: ")
        if not was:
            yield say(lead, without_links(now), quiet(" (new)"))
        elif not now:
            yield say(lead, "no longer", quiet(f" (was: {plain(was)})"))
        else:
            yield say(lead, without_links(now), quiet(f" (was: {plain(was)})"))
    if not found and old.shape != new.shape:
        yield say(strong(new.title), ": changed in a way that these words do not show; compare the rulesets.")


def without_links(text: Text) -> Text:
    """The words without ways to explanations, which may be another version's."""
    return tuple(Run(run.text) if run.kind == NAME else run for run in text)


_LABELS = {"bands": "set of bands"}

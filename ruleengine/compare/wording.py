"""Differences that no number depends on: titles, descriptions, owners, reasons, when a version is in force.

In: two programs, and things as both versions have them. Out: what is worded otherwise. Guaranteed: nobody moves by any of
it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from ruleengine.compare.edits import Subject, ThingKey, Wording
from ruleengine.compare.things import subject_of
from ruleengine.tree import ruleset as r

_ASPECTS = {"title": "title", "description": "description", "percent": "shown as a percentage"}


def header_wording(old: r.Program, new: r.Program) -> Iterator[Wording]:
    """What the headers of two versions say otherwise; the version itself is none of it."""
    subject = Subject("ruleset", new.name, new.title or new.name)
    for aspect in ("title", "owner", "description"):
        yield from _told(subject, aspect, getattr(old, aspect), getattr(new, aspect))
    yield from _told(subject, "in force from", _day(old.effective_from), _day(new.effective_from))
    yield from _told(subject, "in force until", _day(old.effective_until), _day(new.effective_until))
    facts = [f"{program.schema_name} {program.schema_version}".strip() for program in (old, new)]
    yield from _told(subject, "facts", *facts)


def wording_of(key: ThingKey, old: Any, new: Any) -> Iterator[Wording]:
    """What a thing that both versions have words otherwise."""
    subject = subject_of(key, new)
    if isinstance(new, r.Scorecard):
        yield from _block(subject, old.block, new.block)
        return
    yield from _own(subject, old, new)
    if isinstance(new, r.Measure):
        for was, now in zip(old.rates, new.rates, strict=False):
            yield from _reasons(subject, was.rows, now.rows)
        yield from _reasons(subject, old.limits, new.limits)
    elif isinstance(new, r.Table):
        yield from _reasons(subject, old.rows, new.rows)
    elif isinstance(new, r.Assumption):
        yield from _told(subject, "because", old.because, new.because)
    elif isinstance(new, r.Trigger):
        yield from _trigger_reasons(subject, old, new)


def _own(subject: Subject, old: Any, new: Any) -> Iterator[Wording]:
    for name, aspect in _ASPECTS.items():
        if hasattr(new, name):
            yield from _told(subject, aspect, _text(getattr(old, name)), _text(getattr(new, name)))


def _block(subject: Subject, old: r.Block, new: r.Block) -> Iterator[Wording]:
    """A scorecard or group, and all groups in it that both versions have at the same place."""
    yield from _told(subject, "title", old.title, new.title)
    yield from _told(subject, "description", old.description, new.description)
    yield from _reasons(subject, old.limits, new.limits)
    before = {child.label: child for child in old.children if isinstance(child, r.Block)}
    for child in new.children:
        if isinstance(child, r.Block) and child.label in before:
            inside = Subject("group", subject.name, child.title, child.path)
            yield from _block(inside, before[child.label], child)


def _reasons(subject: Subject, old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[Wording]:
    """The reasons of rows and limits, one by one where there are as many."""
    if len(old) == len(new):
        for was, now in zip(old, new, strict=True):
            yield from _told(subject, "because", was.because or "", now.because or "")


def _trigger_reasons(subject: Subject, old: r.Trigger, new: r.Trigger) -> Iterator[Wording]:
    if len(old.alternatives) == len(new.alternatives):
        for was, now in zip(old.alternatives, new.alternatives, strict=True):
            yield from _told(subject, "because", _words(was.because), _words(now.because))


def _words(text: r.TextWithValues | None) -> str:
    """The words of a text; a value in it is a pair of braces."""
    return "" if text is None else "".join(part if isinstance(part, str) else "{}" for part in text.parts)


def _told(subject: Subject, aspect: str, old: str, new: str) -> Iterator[Wording]:
    if old != new:
        yield Wording(subject, aspect, old, new)


def _text(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value or "")


def _day(number: int | None) -> str:
    return date.fromordinal(number).isoformat() if number is not None else ""

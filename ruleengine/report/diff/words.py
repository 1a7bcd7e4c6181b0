"""Edits in plain words, for somebody who answers for the accounts and has never written a ruleset.

In: two programs, the texts they were compiled from, and the edits between them. Out: for each edit a sentence without its
full stop, a clause that can follow “because”, both sides as short texts, and where they stand. Guaranteed: plain text;
what authors wrote is in it as they wrote it, on one line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs

from ruleengine.compare.edits import ADDED, REMOVED, Choice, Edit, Renaming, ThingKey, Wording
from ruleengine.report.diff.clauses import UNSHOWN, Said, shortened
from ruleengine.report.diff.said_cards import SaidCards
from ruleengine.report.diff.said_measures import SaidMeasures
from ruleengine.report.diff.said_things import SaidThings
from ruleengine.report.diff.versions import versions_of
from ruleengine.source import Source, Span
from ruleengine.tree import ruleset as r

_LONGEST_SIDE = 400
_MOST_OTHERS = 1
_SURROUNDING = ("assumption", "calendar", "facts")


class EditWords:
    """Says the edits between two programs. `old` speaks of everything by the names of `new`, as the edits do."""

    def __init__(
        self,
        old: r.Program,
        new: r.Program,
        old_sources: Mapping[str, Source] | None = None,
        new_sources: Mapping[str, Source] | None = None,
    ) -> None:
        self.versions = versions_of(old, new, old_sources or {}, new_sources or {})
        self._measures = SaidMeasures(self.versions)
        self._cards = SaidCards(self.versions)
        self._things = SaidThings(self.versions)
        self._known: dict[int, tuple[Edit, Said]] = {}

    # ── what an edit is ──

    def summary(self, edit: Edit) -> str:
        """`License utilization in Product weighs 30% instead of 40%`: a sentence without its full stop."""
        return self._said(edit).summary

    def because(self, edit: Edit) -> str:
        """The same as a clause: `because license utilization in Product weighs 30% instead of 40%`."""
        return self._said(edit).because

    def old(self, edit: Edit) -> str | None:
        """What the old version has; None where the edit adds something."""
        return self._said(edit).old

    def new(self, edit: Edit) -> str | None:
        """What the new version has; None where the edit removes something."""
        return self._said(edit).new

    def places(self, edit: Edit, root: Path | None = None) -> dict[str, dict[str, Any] | None]:
        """File and line in both versions, none where a version lacks it; paths below `root` are told from there."""
        about = edit.about
        old = None if about.change == ADDED else about.old_span
        new = None if about.change == REMOVED else about.new_span
        return {"old": place_of(old, root), "new": place_of(new, root)}

    def title(self, edit: Edit) -> str:
        """What the edit is about, as people call it."""
        choice = _with_scorecard(*edit.choices[0])
        noun = self.versions.noun(choice.subject)
        return noun.title

    # ── what moves nobody ──

    def wording(self, wording: Wording) -> str:
        """`The title of Users of git is “…” instead of “…”`."""
        name = (
            "the ruleset" if wording.subject.kind == "ruleset" else self.versions.noun(wording.subject).title
        )
        what = (
            f"The {wording.aspect}"
            if wording.aspect in ("title", "owner", "description")
            else _ASPECTS.get(wording.aspect, wording.aspect)
        )
        if not wording.old:
            return f"{what} of {name} is new: “{_line(wording.new)}”"
        if not wording.new:
            return f"{what} of {name} is gone (before: “{_line(wording.old)}”)"
        return f"{what} of {name} is “{_line(wording.new)}” instead of “{_line(wording.old)}”"

    def renaming(self, renaming: Renaming) -> str:
        """`The segment enterprise is now called large`."""
        return (
            f"The {renaming.kind.replace('_', ' ')} {_line(renaming.old)} is now called {_line(renaming.new)}"
        )

    # ── each kind of edit ──

    def _said(self, edit: Edit) -> Said:
        known = self._known.get(id(edit))
        if known is None:
            known = self._known[id(edit)] = (edit, _one_line(self._with_others(edit)))
        return known[1]

    def _with_others(self, edit: Edit) -> Said:
        """What the edit is about, and what can only change with it."""
        (key, about), *others = edit.choices
        said = self._say(_with_scorecard(key, about))
        if about.kind in _SURROUNDING:
            return said  # the others are the same, in all that it reaches
        others_said = [self._say(_with_scorecard(*other)) for other in others]
        more = [
            each.because
            for each in others_said
            if each.summary != said.summary and UNSHOWN not in each.summary
        ]
        more = list(dict.fromkeys(more))
        if not more:
            return said
        told = more if len(more) <= _MOST_OTHERS else [f"{len(more)} more changes go with it"]
        return attrs.evolve(said, summary="; ".join([said.summary, *told]))

    def _say(self, choice: Choice) -> Said:
        on_card = choice.subject.kind == "scorecard"
        cards, measures, things = self._cards, self._measures, self._things
        sayers: dict[str, Callable[[Choice], Said]] = {
            "weight": cards.weight, "member": cards.member, "column": cards.column, "rollup": cards.rollup,
            "formula": cards.rollup, "rounding": cards.rounding, "grace": cards.grace,
            "borderline": cards.borderline, "scorecard": cards.scorecard, "bands": cards.bands,
            "points": cards.points, "cut": measures.cut, "rating": measures.rating, "value": measures.value,
            "applies": measures.applies, "freshness": measures.freshness, "baseline": measures.baseline,
            "limit": measures.limit, "missing": cards.missing if on_card else measures.missing,
            "measure": measures.checklist if choice.key.endswith("checklist") else things.measure,
            "segment": things.segment, "named_value": things.named_value, "table": things.table,
            "definition": things.definition, "assumption": things.assumption, "calendar": things.calendar,
            "facts": things.facts, "trigger": things.trigger, "matrix": things.matrix,
            "template": things.template, "output": things.output, "check": things.check,
        }  # fmt: skip
        return sayers[choice.kind](choice)


#: Aspects that need more than their name.
_ASPECTS = {
    "in force from": "The first day in force",
    "in force until": "The first day no longer in force",
    "facts": "The schema of the facts",
    "because": "A reason",
    "shown as a percentage": "Whether the value is shown as a percentage",
}


def place_of(span: Span | None, root: Path | None = None) -> dict[str, Any] | None:
    """File and line, the file as it is called from `root` where it lies below it."""
    if span is None:
        return None
    path = Path(span.path)
    if root is not None and path.is_relative_to(root):
        path = path.relative_to(root)
    return {"file": path.as_posix(), "line": span.line}


def _with_scorecard(key: ThingKey, choice: Choice) -> Choice:
    """A choice whose subject is the scorecard, where it is about a member or group of it."""
    if key[0] == "scorecard":
        return attrs.evolve(choice, subject=attrs.evolve(choice.subject, kind="scorecard", name=key[1]))
    return choice


def _one_line(said: Said) -> Said:
    old, new = (
        None if side is None else shortened(_line(side), _LONGEST_SIDE) for side in (said.old, said.new)
    )
    return Said(_line(said.summary), _line(said.because), old, new)


def _line(text: str) -> str:
    return " ".join(text.split())

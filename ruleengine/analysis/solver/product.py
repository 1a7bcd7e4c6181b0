"""Two rulesets over one account: whether something that both give can differ.

Measures and scorecards are first proved equal one by one, each in a small question, and then are one thing for all that rests
on them: so two rulesets that say the same in other words are not told apart by the size of the whole.
"""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from ruleengine.analysis.equivalence_subjects import FIRES, NA_WORD, SCORED, Subject
from ruleengine.analysis.findings import Answer
from ruleengine.analysis.sides import Side
from ruleengine.analysis.solver.bands import NO_BAND, Rated
from ruleengine.analysis.solver.encoding import Encoding
from ruleengine.analysis.solver.expressions import values_same
from ruleengine.analysis.solver.measures import Measured
from ruleengine.analysis.solver.solver import Questions, Test, checked
from ruleengine.analysis.solver.terms import (
    NOTHING,
    Flag,
    Value,
    alike,
    both,
    choose,
    compare,
    either,
    exact,
    minus,
    no,
    z3,
)  # fmt: skip
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import Kind

_FOR_A_PART = 2.0
_NEAR = exact(1e-9)


def terms_differ(old: Rated, new: Rated, positions: dict[int, int]) -> Flag:
    """Whether two outcomes differ in band, score or reason; `positions` are those of the new bands by those of the old."""
    reasons = dict.fromkeys((*old.na, *new.na))
    na = either(*(no(alike(old.na.get(name, False), new.na.get(name, False))) for name in reasons))
    same_band = either(
        both(compare("=", old.band, NO_BAND), compare("=", new.band, NO_BAND)),
        *(
            both(compare("=", old.band, one), compare("=", new.band, other))
            for one, other in positions.items()
        ),
    )
    if old.band is new.band and all(one == other for one, other in positions.items()):
        same_band = True
    return either(na, both(old.present, new.present, either(no(same_band), scores_differ(old, new))))


def scores_differ(old: Rated, new: Rated) -> Flag:
    """Whether the scores differ, or only one is there."""
    if old.score is new.score:
        return no(alike(old.has_score, new.has_score))
    gap = minus(old.score, new.score)
    apart = either(compare(">", gap, _NEAR), compare("<", gap, -_NEAR))
    return either(no(alike(old.has_score, new.has_score)), both(old.has_score, new.has_score, apart))


class Product(Questions):
    """Questions about an old and a new ruleset."""

    def __init__(self, old: Side, new: Side, as_of: date, until: float) -> None:
        self.until = until
        self.shared: list[str] = []
        super().__init__([old, new], as_of)

    # ── parts that are equal ──

    def settled(self, encoding: Encoding, step: r.Measure | r.Scorecard) -> None:
        """Take a measure or scorecard of the old ruleset in place of one of the new that is proved equal to it."""
        old = self.encodings[0]
        twin = next(
            (
                each
                for each in old.program.steps
                if type(each) is type(step) and getattr(each, "label", "") == step.label
            ),
            None,
        )
        if not isinstance(twin, type(step)) or not self._bands_alike(old, encoding, twin.bands, step.bands):
            return
        if not _of_one_kind(getattr(twin, "value", None), getattr(step, "value", None)):
            return
        if isinstance(step, r.Scorecard):
            one, other = old.places[twin.name, ""], encoding.places[step.name, ""]
            positions = self._positions(old, encoding, twin.bands, step.bands)
            differs = either(
                terms_differ(one.what, other.what, positions), no(values_same(one.points, other.points)),
                terms_differ(one.computed or one.what, other.computed or other.what, positions),
            )  # fmt: skip
            if self._never(differs):
                other.what, other.points, other.band, other.computed = (
                    one.what,
                    one.points,
                    one.band,
                    one.computed,
                )
                self.shared.append(step.label)
            return
        before, after = old.measures[twin.name], encoding.measures[step.name]
        if self._never(
            self._measures_differ(before, after, self._positions(old, encoding, twin.bands, step.bands))
        ):
            encoding.measures[step.name] = before
            if step.value is not None:
                encoding.variables[f"{step.name}.value"] = before.value
            self.shared.append(step.label)

    def _measures_differ(self, old: Measured, new: Measured, positions: dict[int, int]) -> Flag:
        values = old.value.term is NOTHING and new.value.term is NOTHING
        return either(
            terms_differ(old.final, new.final, positions), terms_differ(old.computed, new.computed, positions),
            no(values_same(old.final.value(), new.final.value())), no(alike(old.stale, new.stale)),
            False if values else no(values_same(old.value, new.value)),
        )  # fmt: skip

    def _never(self, claim: Flag) -> bool:
        """Whether a claim is proved impossible, in little time."""
        left = min(_FOR_A_PART, self.until - time.monotonic())
        if isinstance(claim, bool):
            return not claim
        if left <= 0:
            return False
        solver = self._with_conditions()
        solver.push()
        solver.set("timeout", max(1, int(left * 1000)))
        solver.add(claim)
        found = checked(solver) == z3().unsat
        solver.pop()
        return bool(found)

    def _names(self, encoding: Encoding, key: str) -> list[str]:
        return [band.name for band in encoding.sets[key].bands] if key else []

    def _bands_alike(self, old: Encoding, new: Encoding, before: str, after: str) -> bool:
        return self._names(old, before) == self._names(new, after)

    def _positions(self, old: Encoding, new: Encoding, before: str, after: str) -> dict[int, int]:
        names = self._names(new, after)
        return {
            place: names.index(name) for place, name in enumerate(self._names(old, before)) if name in names
        }

    # ── claims ──

    def differs(self, subject: Subject) -> Flag:
        """The claim that something gives another result."""
        old, new = self.encodings
        if subject.kind == "card":
            positions = self._positions(old, new, subject.old.bands, subject.new.bands)
            return terms_differ(old.final(subject.old.name), new.final(subject.new.name), positions)
        if subject.kind == "trigger":
            fires = [
                each.triggers[step.name].is_true()
                for each, step in zip(self.encodings, (subject.old, subject.new), strict=True)
            ]
            return no(alike(*fires))
        if subject.kind == "matrix":
            return no(values_same(self._label(old, subject.old), self._label(new, subject.new)))
        one, other = old.outputs[subject.old.name], new.outputs[subject.new.name]
        there = either(one.present, other.present)
        if not _of_one_kind(subject.old.value, subject.new.value):
            return there  # the terms may be equal, as the number of a text is that of a number
        return both(there, no(values_same(one, other)))

    def _label(self, encoding: Encoding, step: r.Matrix) -> Value:
        """What the cell says, as a code of its label."""
        found = encoding.cells[step.name]
        label: Any = NOTHING
        for number, cell in enumerate(step.cells):
            code = self.atoms.code(cell.label)
            label = code if label is NOTHING else choose(compare("=", found.term, number), code, label)
        return Value(label, found.na)

    def way(self, subject: Subject, part: str, before: str, after: str) -> Flag:
        """The claim that a trigger or a scorecard changes in one way."""
        if subject.kind == "trigger":
            old, new = (
                each.triggers[step.name].is_true()
                for each, step in zip(self.encodings, (subject.old, subject.new), strict=True)
            )
            return both(old if before == FIRES else no(old), new if after == FIRES else no(new))
        rated = [
            each.final(step.name)
            for each, step in zip(self.encodings, (subject.old, subject.new), strict=True)
        ]
        words = both(
            self._word(self.encodings[0], subject.old, rated[0], before),
            self._word(self.encodings[1], subject.new, rated[1], after),
        )
        if part == "band":
            return words
        if part == "reason":
            reasons = dict.fromkeys((*rated[0].na, *rated[1].na))
            other = (
                no(alike(rated[0].na.get(name, False), rated[1].na.get(name, False))) for name in reasons
            )
            return both(words, either(*other))
        return both(words, scores_differ(*rated))

    def _word(self, encoding: Encoding, step: r.Scorecard, rated: Rated, word: str) -> Flag:
        if word == NA_WORD:
            return no(rated.present)
        names = self._names(encoding, step.bands)
        position = NO_BAND if word == SCORED and word not in names else names.index(word)
        return both(rated.present, compare("=", rated.band, position))

    def ask_way(self, subject: Subject, way: tuple[str, str, str], test: Test, seconds: float) -> Answer:
        """Whether a result can change in one way."""
        return self.ask(self.way(subject, *way), test, seconds)


def _of_one_kind(one: e.Expression | None, other: e.Expression | None) -> bool:
    """Whether values of two expressions can be equal: a choice is a text, and what is always NA equals any other NA."""
    if one is None or other is None:
        return True
    kinds = {Kind.TEXT if each.type.kind is Kind.CHOICE else each.type.kind for each in (one, other)}
    return len(kinds - {Kind.NOTHING}) < 2

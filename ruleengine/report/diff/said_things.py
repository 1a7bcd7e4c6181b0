"""What is said of an edit of anything else: named values, segments, tables, definitions, what surrounds everything, and
what a ruleset says to do.

In: choices. Out: sentences. Guaranteed: whether a segment became narrower or wider is said only where it is certain.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from typing import Any

from attrs import frozen

from ruleengine.compare.edits import Choice
from ruleengine.report.diff.clauses import (
    UNSHOWN,
    Said,
    few,
    instead,
    is_plural_title,
    lowered,
    shortened,
    whole,
)
from ruleengine.report.diff.said_tables import row_words, said_of_table
from ruleengine.report.diff.versions import Versions
from ruleengine.report.handbook.triggers import text_words
from ruleengine.report.words.conditions import Words
from ruleengine.report.words.text import plain
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.shape import meaning_of
from ruleengine.values import Field, Kind

_MOST_CELLS = 2
_AXES = ("the rows", "the columns", "the blocks")
_CHECKS = {"problem": "a problem when", "never": "never", "always": "always"}
_CHECKED = {"problem": "is reported when", "never": "forbids that", "always": "demands that"}
_TRIGGER_PARTS = {
    "kind": "the kind",
    "severity": "the severity",
    "playbook": "the playbook",
    "reason": "the reason",
    "because": "the explanation",
}
_TEMPLATE_PARTS = {
    "subject": "the subject",
    "labels": "the labels",
    "text": "the text",
    "format": "the format",
}


@frozen(slots=False)
class SaidThings:
    """Says edits of everything that is no measure, scorecard or band set."""

    versions: Versions

    def _sides(self, choice: Choice) -> list[tuple[Words, Any]]:
        return [(self.versions.old, choice.old), (self.versions.new, choice.new)]

    def _named(self, kind: str, choice: Choice) -> str:
        """`the segment enterprise`, as it is called within a sentence."""
        return f"the {kind} {choice.subject.title}"

    # ── values and conditions with names ──

    def named_value(self, choice: Choice) -> Said:
        """A named value."""
        name = f"“{self.versions.new.names.human(choice.subject.title)}”"
        if choice.old is None or choice.new is None:
            return self._come_or_gone(choice, f"the named value {name}")
        was, now = _value_of(choice.old), _value_of(choice.new)
        old, new = self.versions.contrasts.meaning(was, now)
        verb, rest = self.versions.contrasts.means(was, now)
        return whole(f"{name} {verb} {rest}", old, new)

    def segment(self, choice: Choice) -> Said:
        """Which accounts are in a segment."""
        name = self._named("segment", choice)
        if choice.old is None or choice.new is None:
            return self._come_or_gone(choice, name)
        was, now = (
            side.condition if isinstance(side, r.Segment) else side for side in (choice.old, choice.new)
        )
        old, new = self.versions.contrasts.meaning(was, now)
        gained = self.versions.contrasts.gained(was, now)
        if gained is not None:
            return self._narrowed(name, gained, old, new)
        also = self.versions.contrasts.alternatives(was, now)
        if also is not None:
            return self._widened(name, also, old, new)
        said = self.versions.contrasts.condition(was, now, reach=True)
        return Said(f"Segment {choice.subject.title}: {said}", f"in {name}, {said}", old, new)

    def _narrowed(
        self, name: str, gained: tuple[list[e.Expression], list[e.Expression]], old: str, new: str
    ) -> Said:
        more, less = gained
        words, differing = (self.versions.new, more) if more else (self.versions.old, less)
        said = shortened(" and ".join(plain(words.condition(each)) for each in differing))
        if more:
            return whole(f"{name} is narrower: only accounts where {said}", old, new)
        return whole(f"{name} is wider: whether or not {said}", old, new)

    def _widened(
        self, name: str, also: tuple[list[e.Expression], list[e.Expression]], old: str, new: str
    ) -> Said:
        more, less = also
        words, differing = (self.versions.new, more) if more else (self.versions.old, less)
        said = shortened(" or ".join(plain(words.condition(each)) for each in differing))
        if more:
            return whole(f"{name} is wider: also accounts where {said}", old, new)
        return whole(f"{name} is narrower: it is not enough any more that {said}", old, new)

    def definition(self, choice: Choice) -> Said:
        """What is computed under a name."""
        name = f"the definition {self.versions.new.names.human(choice.subject.title)}"
        if choice.old is None or choice.new is None:
            return self._come_or_gone(choice, name)
        was, now = (
            side.body if isinstance(side, r.Definition) else side for side in (choice.old, choice.new)
        )
        old, new = self.versions.contrasts.meaning(was, now)
        if now.type.kind is Kind.FLAG:
            return whole(f"{name} asks whether {self._whether(was, now)}", old, new)
        verb, rest = self.versions.contrasts.changed(was, now, "gives")
        return whole(f"{name} {verb} {rest}", old, new)

    def output(self, choice: Choice) -> Said:
        """A named result."""
        name = f"the output {self.versions.new.names.human(choice.subject.title)}"
        if choice.old is None or choice.new is None:
            return self._come_or_gone(choice, name)
        was, now = _value_of(choice.old), _value_of(choice.new)
        old, new = self.versions.contrasts.meaning(was, now)
        if was.type.kind is now.type.kind is Kind.FLAG:
            return whole(f"{name} says whether {self._whether(was, now)}", old, new)
        verb, rest = self.versions.contrasts.changed(was, now, "is")
        return whole(f"{name} {verb} {rest}", old, new)

    def _whether(self, was: e.Expression, now: e.Expression) -> str:
        return self.versions.contrasts.condition(was, now, after="whether")

    def check(self, choice: Choice) -> Said:
        """A problem or an invariant."""
        side: r.Check = choice.new if choice.new is not None else choice.old
        kind = "problem" if side.kind == "problem" else "invariant"
        name = f"the {kind} “{choice.subject.title}”"
        if choice.old is None or choice.new is None:
            return self._come_or_gone(choice, name)
        old, new = (
            f"{_CHECKS[check.kind]} {plain(words.condition(check.condition))}"
            for words, check in self._sides(choice)
        )
        checked = _CHECKED[side.kind]
        after = checked.rpartition(" ")[2]
        said = self.versions.contrasts.condition(choice.old.condition, choice.new.condition, after=after)
        return whole(f"{name} {checked} {said}", old, new)

    def measure(self, choice: Choice) -> Said:
        """A measure that no scorecard has, and other things that come and go alone."""
        return self._come_or_gone(choice, f"the measure {choice.subject.title}")

    def _come_or_gone(self, choice: Choice, name: str) -> Said:
        told = [_gist(words, side) if side is not None else None for words, side in self._sides(choice)]
        return whole(f"{name} is {'new' if choice.old is None else 'gone'}", told[0], told[1])

    # ── tables ──

    def table(self, choice: Choice) -> Said:
        """A row of a table, or all of it."""
        name = f"the table {self.versions.new.names.human(choice.subject.title)}"
        if choice.old is None or choice.new is None:
            return self._come_or_gone(choice, name)
        return said_of_table(self.versions, choice, name)

    # ── what surrounds everything ──

    def assumption(self, choice: Choice) -> Said:
        """What stands in for a missing fact."""
        side: r.Assumption = choice.new if choice.new is not None else choice.old
        fact = self.versions.new.names.fact(side.path)
        where = f"where {fact} {'are' if is_plural_title(fact) else 'is'} missing"
        old, new = (_assumed(words, each) for words, each in self._sides(choice))
        if new is None:
            return whole(f"nothing is assumed any more {where} (before: {old})", old, None)
        if old is None:
            return whole(f"{where}, {new} is now assumed", None, new)
        return whole(f"{where}, {new} is assumed instead of {old}", old, new)

    def calendar(self, choice: Choice) -> Said:
        """The time zone, or where a fiscal year begins."""
        if isinstance(choice.new, int):
            months = [calendar.month_name[month] for month in (choice.old, choice.new)]
            name = choice.subject.name.removeprefix("fiscal_year").lstrip(".")
            where = f" of {name}" if name else ""
            return whole(
                f"the fiscal year{where} begins in {months[1]} instead of {months[0]}", months[0], months[1]
            )
        return whole(
            f"days are those of the time zone {choice.new} instead of {choice.old}", choice.old, choice.new
        )

    def facts(self, choice: Choice) -> Said:
        """A field that is read otherwise."""
        old: Field = choice.old
        new: Field = choice.new
        fact = self.versions.new.names.fact(tuple(choice.subject.title.split(".")))
        texts = _reading(old), _reading(new)
        more = [word for word in new.type.choices if word not in old.type.choices]
        less = [word for word in old.type.choices if word not in new.type.choices]
        if old.type.kind is new.type.kind is Kind.CHOICE and bool(more) is not bool(less):
            words = few([f"“{word}”" for word in more or less], last="or")
            said = f"{fact} may also be {words}" if more else f"{fact} may no longer be {words}"
            return whole(said, *texts)
        return whole(f"{fact} is read as {instead(texts[1], texts[0])}", *texts)

    # ── what to do ──

    def trigger(self, choice: Choice) -> Said:
        """When a trigger fires, and what it says."""
        part = choice.key.rpartition("trigger.")[2]
        name = self._named("trigger", choice)
        if not part:
            return self._come_or_gone(choice, name)
        if part == "when":
            return self._fires(choice, name)
        if part.startswith("field."):
            what = self.versions.new.names.human(part.removeprefix("field."))
            old, new = (_field_words(words, side) for words, side in self._sides(choice))
            return _part_of(f"the field {what} of {name}", old, new)
        if part == "due":
            old, new = (
                plain(words.value(side)) if side is not None else None for words, side in self._sides(choice)
            )
            return _part_of(f"the day that {name} is due", old, new)
        old, new = (_said(words, side) for words, side in self._sides(choice))
        return _part_of(f"{_TRIGGER_PARTS.get(part, part)} of {name}", old, new)

    def _fires(self, choice: Choice, name: str) -> Said:
        old, new = (
            "; or when ".join(plain(words.condition(each.condition)) for each in side or ())
            for words, side in self._sides(choice)
        )
        was, now = choice.old or (), choice.new or ()
        if len(was) == len(now):
            differing = [
                (before.condition, after.condition)
                for before, after in zip(was, now, strict=True)
                if meaning_of(before.condition) != meaning_of(after.condition)
            ]
            if len(differing) == 1:
                return whole(f"{name} fires when {self._condition(*differing[0])}", old, new)
        more = _unmatched(now, was)
        less = _unmatched(was, now)
        if more and not less:
            said = "; or when ".join(plain(self.versions.new.condition(each.condition)) for each in more)
            return whole(f"{name} also fires when {shortened(said)}", old, new)
        if less and not more:
            said = "; or when ".join(plain(self.versions.old.condition(each.condition)) for each in less)
            return whole(f"{name} no longer fires when {shortened(said)}", old, new)
        return whole(f"{name} fires when {shortened(new)} instead of when {shortened(old)}", old, new)

    def _condition(self, old: e.Expression, new: e.Expression) -> str:
        gained = self.versions.contrasts.gained(old, new)
        if gained is None:
            return self.versions.contrasts.condition(old, new)
        more, less = gained
        words, differing = (self.versions.new, more) if more else (self.versions.old, less)
        said = shortened(" and ".join(plain(words.condition(each)) for each in differing))
        whole_condition = shortened(plain(self.versions.new.condition(new)))
        return (
            f"{whole_condition}, now only if {said}" if more else f"{whole_condition}, whether or not {said}"
        )

    def template(self, choice: Choice) -> Said:
        """For whom a text is written, and what it says."""
        part = choice.key.rpartition("template.")[2]
        name = self._named("template", choice)
        if not part:
            return self._come_or_gone(choice, name)
        if part == "for":
            return self._written_for(choice, name)
        old, new = (_said(words, side) for words, side in self._sides(choice))
        if part in ("text", "labels"):
            return whole(
                f"{_TEMPLATE_PARTS[part]} of {name} {'is' if part == 'text' else 'are'} changed", old, new
            )
        return _part_of(f"{_TEMPLATE_PARTS.get(part, part)} of {name}", old, new)

    def _written_for(self, choice: Choice, name: str) -> Said:
        old, new = (
            plain(words.condition(side)) if side is not None else "every account"
            for words, side in self._sides(choice)
        )
        if choice.old is None:
            return whole(f"{name} is written only when {shortened(new)}", old, new)
        if choice.new is None:
            return whole(f"{name} is written for every account, not only when {shortened(old)}", old, new)
        return whole(f"{name} is written when {self._condition(choice.old, choice.new)}", old, new)

    def matrix(self, choice: Choice) -> Said:
        """A matrix, cell by cell."""
        name = self._named("matrix", choice)
        if choice.old is None or choice.new is None:
            return self._come_or_gone(choice, name)
        differing = list(self._cells(choice))
        old = "; ".join(f"{place}: {was}" for place, was, _ in differing) or None
        new = "; ".join(f"{place}: {now}" for place, _, now in differing) or None
        if not differing:
            return whole(f"{name} is {UNSHOWN}", old, new)
        shown = [
            f"{place} {'are' if place in _AXES else 'is'} {now} instead of {was}"
            for place, was, now in differing
        ]
        more = len(shown) - _MOST_CELLS
        told = "; ".join(shown) if more <= 1 else f"{'; '.join(shown[:_MOST_CELLS])}; and {more} more"
        return whole(f"in {name}, {told}", old, new)

    def _cells(self, choice: Choice) -> Iterator[tuple[str, str, str]]:
        """Each place of a matrix with what stood there and what stands there."""
        old, new = (_cells_of(words, side) for words, side in self._sides(choice))
        for place in dict.fromkeys([*new, *old]):
            lacking = "nothing" if place.startswith("the ") else "no cell"
            was, now = old.get(place, lacking), new.get(place, lacking)
            if was != now:
                yield place, was, now


# ── words of parts ──────────────────────────────────────────────────────────────────────────────────────────────────


def _assumed(words: Words, side: r.Assumption | None) -> str | None:
    if side is None:
        return None
    told = plain(words.value(side.value))
    return f"“{told}”" if isinstance(side.value, e.Constant) and side.value.type.kind is Kind.FLAG else told


def _value_of(side: Any) -> e.Expression:
    found: e.Expression = side.value if isinstance(side, r.Let | r.Output) else side
    return found


def _part_of(what: str, old: str | None, new: str | None) -> Said:
    if not old:
        return whole(f"{what} is new: {shortened(new or '')}", None, new)
    if not new:
        return whole(f"{what} is gone (before: {shortened(old)})", old, None)
    return whole(f"{what} is {instead(shortened(new), shortened(old))}", old, new)


def _said(words: Words, side: Any) -> str | None:
    """A word, a text with values in it, or several."""
    if isinstance(side, r.TextWithValues):
        return f"“{plain(text_words(words, side))}”"
    if isinstance(side, tuple):
        return " / ".join(plain(text_words(words, each)) for each in side) or None
    return side or None


def _field_words(words: Words, side: r.TriggerField | None) -> str | None:
    if side is None:
        return None
    flagged = ", flagged until it is changed" if side.standing is not None else ""
    return plain(words.value(side.value)) + flagged


def _gist(words: Words, side: Any) -> str | None:
    """What something is, in a few words."""
    if isinstance(side, r.Segment | r.Check):
        return plain(words.condition(side.condition))
    if isinstance(side, r.Let | r.Output):
        return plain(words.meaning(side.value))
    if isinstance(side, r.Definition):
        return plain(words.meaning(side.body))
    if isinstance(side, r.Trigger):
        return "; or when ".join(plain(words.condition(each.condition)) for each in side.alternatives)
    if isinstance(side, r.Table):
        return "; ".join(row_words(words, row) for row in side.rows)
    if isinstance(side, r.Measure):
        return plain(words.value(side.value)) if side.value is not None else None
    if isinstance(side, r.Template):
        return _said(words, side.body)
    return None


def _reading(field: Field) -> str:
    """What a stored value is read as."""
    kind = field.type
    if kind.kind is Kind.CHOICE:
        return "one of " + ", ".join(f"“{word}”" for word in kind.choices)
    if kind.kind is Kind.NUMBER:
        whole_number = "a whole number" if field.integer else "a number"
        scale = f" divided by {round(1 / field.scale)}" if field.scale != 1.0 else ""
        return whole_number + scale
    return {"flag": "yes or no", "date": "a date", "timestamp": "a point in time", "text": "a text"}.get(
        kind.kind.value, f"a {kind}"
    )


def _unmatched(some: Any, others: Any) -> list[r.Alternative]:
    """The alternatives of one side that the other does not have."""
    known = [meaning_of(each.condition) for each in others]
    return [each for each in some if meaning_of(each.condition) not in known]


def _cells_of(words: Words, matrix: r.Matrix) -> dict[str, str]:
    """Each place of a matrix, and each text of its cells, in words."""
    found = {f"the {axis.kind}": ", ".join(axis.values) for axis in matrix.axes}
    for row in matrix.rows:
        for value, number in zip(matrix.axes[1].values, row.cells, strict=True):
            found[" / ".join((row.values[0], value, *row.values[1:]))] = _cell(matrix, number)
    if matrix.otherwise is not None:
        found["anything else"] = _cell(matrix, matrix.otherwise)
    used = {number for row in matrix.rows for number in row.cells} | {matrix.otherwise}
    for number, cell in enumerate(matrix.cells):
        for text in cell.texts if number in used else ():
            found[f"the {text.name} of {lowered(cell.label or cell.name)}"] = plain(
                text_words(words, text.text)
            )
    return found


def _cell(matrix: r.Matrix, number: int) -> str:
    if number < 0:
        return "not applicable"
    found = matrix.cells[number]
    return found.label or found.name

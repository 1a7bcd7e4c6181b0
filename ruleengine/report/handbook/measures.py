"""The measures of a ruleset: their cells in the table of a scorecard, and a section for each.

In: measures of the tree. Out: parts of the page. Guaranteed: all that decides about a measure stands in its section.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import PurePath

from attrs import frozen

from ruleengine.report.handbook.page import Block as PageBlock
from ruleengine.report.handbook.page import Bullets, Cell, Column, Paragraph, Row, Section, Table, Terms, cell
from ruleengine.report.words.conditions import Words
from ruleengine.report.words.names import Names, anchor
from ruleengine.report.words.policies import Policies
from ruleengine.report.words.ratings import Ratings, SaidBlock, SaidRow, subject_of
from ruleengine.report.words.text import Text, capital, joined, listed, quiet, say, strong
from ruleengine.source import Span
from ruleengine.tree import ruleset as r


@frozen(slots=False)
class Measures:
    """Writes measures. `used` are, for each measure, the scorecards and groups that it counts in."""

    words: Words
    used: dict[str, tuple[Text, ...]]

    @property
    def names(self) -> Names:
        """The names of the program."""
        return self.words.names

    @cached_property
    def policies(self) -> Policies:
        """Words for policies."""
        return Policies(self.words)

    @cached_property
    def ratings(self) -> Ratings:
        """Words for ratings."""
        return Ratings(self.words)

    # ── cells of a table ──

    def measured(self, measure: r.Measure) -> Cell:
        """What is measured: what the author says of it, and the value."""
        value = self.words.value(measure.value) if measure.value is not None else ()
        named = [
            say(
                quiet(f"{self.names.human(let.label)}: "),
                self.words.about(subject_of(measure)).meaning(let.value),
            )
            for let in measure.lets
        ]
        return cell(say(measure.description), capital(value), *named)

    def thresholds(self, measure: r.Measure) -> Cell:
        """A line for each row of the rating, led by the condition where there are several blocks."""
        lines: list[Text] = []
        for block in self.ratings.blocks(measure):
            if block.when:
                lines.append(say(_strong(capital(block.when)), ":"))
            lines += [_line(block, number) for number in range(len(block.rows))]
        lines += [capital(self.policies.limit(limit, self.bands(measure))) for limit in measure.limits]
        return Cell(tuple(lines))

    def where(self, measure: r.Measure) -> Cell:
        """Where it applies."""
        return cell(self.policies.applies(measure) or "all")

    def bands(self, measure: r.Measure) -> tuple[r.Band, ...]:
        """The bands that it can be in."""
        found = self.names.band_sets.get(measure.bands)
        return found.bands if found is not None else ()

    # ── sections ──

    def section(self, measure: r.Measure) -> Section:
        """All about one measure."""
        blocks: list[PageBlock] = []
        if measure.description:
            blocks.append(Paragraph(say(measure.description)))
        blocks.append(Terms(tuple(self._terms(measure))))
        blocks += self._rating(measure)
        if measure.limits:
            blocks.append(
                Bullets(tuple(self.policies.limit(limit, self.bands(measure)) for limit in measure.limits))
            )
        place = place_of(measure.span)
        return Section(say(self.names.title(measure)), anchor("measure", measure.name), tuple(blocks), place)

    def _terms(self, measure: r.Measure) -> list[tuple[str, Text]]:
        pairs: list[tuple[str, Text]] = []
        if measure.value is not None:
            shown = say(quiet(" (shown as a percentage)")) if measure.percent else ()
            pairs.append(("Measures", say(self.words.value(measure.value), shown)))
        about = self.words.about(subject_of(measure))
        pairs += [
            (f"“{self.names.human(let.label)}” means", about.meaning(let.value)) for let in measure.lets
        ]
        pairs.append(("Applies to", self.policies.applies(measure) or say("all")))
        fresh = self.policies.fresh(measure.fresh)
        if fresh:
            pairs.append(("Age of data", joined(fresh, "; ")))
        if measure.missing is not None:
            bands = self.bands(measure)
            without = self.policies.missing(measure.missing, "", bands)
            pairs.append(("Without data", without))
        if measure.baseline is not None:
            pairs.append(("Baseline", say(self.words.value(measure.baseline), " points")))
        used = self.used.get(measure.name, ())
        pairs.append(("Counts in", listed(used) if used else say("no scorecard")))
        return pairs

    def _rating(self, measure: r.Measure) -> list[PageBlock]:
        blocks = self.ratings.blocks(measure)
        if not blocks:
            return []
        if (
            len(blocks) == 1
            and len(blocks[0].rows) == 1
            and not blocks[0].rows[0].when
            and not blocks[0].when
        ):
            row = blocks[0].rows[0]
            return [Paragraph(say("Rating: ", row.outcome, _because(row)))]
        rows = [
            Row(
                (
                    cell(capital(block.when) if not number else ""),
                    cell(row.outcome),
                    cell(_when(block, number)),
                    cell(capital(say(row.because))),
                ),
                depth=1 if number and block.when else 0,
            )
            for block in blocks
            for number, row in enumerate(block.rows)
        ]
        columns = (Column("Case"), Column("Rating"), Column("When"), Column("Because"))
        kept = [
            position
            for position in range(len(columns))
            if position in (1, 2) or any(not row.cells[position].is_empty for row in rows)
        ]
        return [
            Table(
                f"Rating of {self.names.title(measure)}",
                tuple(columns[position] for position in kept),
                tuple(
                    Row(tuple(row.cells[position] for position in kept), row.kind, row.depth) for row in rows
                ),
                "rating",
            )
        ]


def place_of(span: Span) -> str:
    """Where something stands: the folder and file of the ruleset, and the line."""
    path = PurePath(span.path)
    return f"{'/'.join(path.parts[-2:])}, line {span.line}"


def _line(block: SaidBlock, number: int) -> Text:
    """`green: above 50%`, or `otherwise red` where the order of rows matters."""
    row = block.rows[number]
    because = _because(row)
    when = row.when
    if not when:
        return say(row.outcome, ": otherwise" if number else "", because)
    return say(row.outcome, ": ", "otherwise, when " if block.in_order and number else "", when, because)


def _when(block: SaidBlock, number: int) -> Text:
    row = block.rows[number]
    if not row.when:
        return say("otherwise" if number else "always")
    return say("otherwise, when " if block.in_order and number else "", row.when)


def _because(row: SaidRow) -> Text:
    return say(" ", quiet(f"({row.because})")) if row.because else ()


def _strong(text: Text) -> Text:
    return say(*(strong(run.text) if not run.kind else run for run in text))

"""Triggers and checklists as sections of the page.

In: the program. Out: a table of triggers with their conditions in words, and each checklist with its criteria.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ruleengine.report.handbook.declarations import anchored
from ruleengine.report.handbook.measures import Measures, place_of
from ruleengine.report.handbook.page import (
    Block,
    Column,
    Paragraph,
    Row,
    Section,
    Table,
    Terms,
    cell,
    without_empty_columns,
)
from ruleengine.report.words.conditions import Words
from ruleengine.report.words.names import anchor, band_run
from ruleengine.report.words.text import Part, Text, capital, quiet, say
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r

#: The gravest stands first among what an author names.
_SEVERITIES = ("critical", "high", "medium", "low")


@frozen(slots=True)
class Triggers:
    """Writes triggers and checklists."""

    measures: Measures

    @property
    def words(self) -> Words:
        """Words for the program."""
        return self.measures.words

    # ── triggers ──

    def triggers(self) -> Section | None:
        """What is to be done, and for which accounts."""
        found = [step for step in self.words.names.program.steps if isinstance(step, r.Trigger)]
        if not found:
            return None
        columns = (
            Column("Trigger"), Column("Fires when"), Column("Severity"), Column("Playbook"), Column("Reason given"),
        )  # fmt: skip
        rows = tuple(self._row(trigger) for trigger in found)
        table = without_empty_columns(Table("Triggers", columns, rows, "triggers"))
        details = [self._details(trigger) for trigger in found if trigger.fields or trigger.due is not None]
        return Section(say("Triggers"), "triggers", (table, *details))

    def _row(self, trigger: r.Trigger) -> Row:
        name = anchored(trigger.title or self.words.names.human(trigger.label), trigger.name, "trigger")
        kind = say(quiet(trigger.kind)) if trigger.kind else ()
        playbook = text_words(self.words, trigger.playbook)
        when = self._alternatives(trigger)
        reasons = [text_words(self.words, trigger.reason)]
        if trigger.reason is None:
            reasons = [text_words(self.words, each.because) for each in trigger.alternatives]
        return Row(
            (
                cell(name, kind),
                cell(say(trigger.description), *when),
                cell(trigger.severity),
                cell(playbook),
                cell(*reasons),
            )
        )

    def _alternatives(self, trigger: r.Trigger) -> Sequence[Text]:
        said = [self.words.condition(each.condition) for each in trigger.alternatives]
        return [
            say("or when " if number else "", text) if number else capital(text)
            for number, text in enumerate(said)
        ]

    def _details(self, trigger: r.Trigger) -> Section:
        """When it is due, and what else it carries."""
        pairs: list[tuple[str, Text]] = []
        if trigger.due is not None:
            pairs.append(("Due", self.words.value(trigger.due)))
        for each in trigger.fields:
            value = self.words.value(each.value)
            if each.standing is not None:
                given = each.value.operands[0] if isinstance(each.value, e.Default) else each.value
                default = self.words.value(each.standing)
                value = say(self.words.value(given), "; until it is known, ", default, ", and flagged")
            pairs.append((capital(say(self.words.names.human(each.name)))[0].text, value))
        title = say(trigger.title or self.words.names.human(trigger.label))
        place = anchor("trigger-fields", trigger.name)
        return Section(title, place, (Terms(tuple(pairs)),), place_of(trigger.span))

    # ── checklists ──

    def checklists(self) -> Section | None:
        """Criteria that are answered yes, no, or not at all."""
        by_list: dict[str, list[r.Measure]] = {}
        for measure in self.words.names.measures.values():
            if measure.checklist:
                by_list.setdefault(measure.checklist, []).append(measure)
        blocks: list[Block] = []
        if by_list:
            text = "A criterion that is answered yes gives its band; one that is answered no does not count."
            blocks.append(Paragraph(say(text, " An unknown answer counts as missing, not as no."), "note"))
        blocks += [self._checklist(name, criteria) for name, criteria in by_list.items()]
        return Section(say("Checklists"), "checklists", tuple(blocks)) if blocks else None

    def _checklist(self, name: str, criteria: list[r.Measure]) -> Section:
        rows = [self._criterion(measure) for measure in sorted(criteria, key=_position)]
        columns = (Column("Criterion"), Column("If yes"), Column("Answered yes when"), Column("Gives way to"))
        title = next(
            (
                block.title
                for block in self.words.names.nodes.values()
                if isinstance(block, r.Block) and block.label == name
            ),
            self.words.names.human(name),
        )
        table = without_empty_columns(Table(title, columns, tuple(rows), "checklist"))
        return Section(say(title), anchor("checklist", name), (table,))

    def _criterion(self, measure: r.Measure) -> Row:
        name = anchored(self.words.names.title(measure), measure.name, "measure")
        bands = self.measures.bands(measure)
        band = say(band_run(bands, _position(measure))) if bands else ()
        value, instead = measure.value, []
        while isinstance(value, e.Choose):  # `unless`: what gives way is told by the words of its branches
            instead += [b.value.text for b in value.branches if isinstance(b.value, e.NotAvailable)]
            value = value.otherwise
        condition = capital(self.words.condition(value)) if value is not None else ()
        others = [say(text.removesuffix(" counts instead")) for text in instead]
        return Row((cell(name), cell(band), cell(condition), cell(*others)))


def text_words(words: Words, text: r.TextWithValues | None) -> Text:
    """A text with its values in braces, as words."""
    if text is None:
        return ()
    parts: list[Part] = [
        part if isinstance(part, str) else say("{", words.value(part.value), "}") for part in text.parts
    ]
    return say(*parts)


def _position(measure: r.Measure) -> int:
    outcome = measure.rates[0].rows[0].outcome
    return outcome.position if isinstance(outcome, r.BandOutcome) else 0

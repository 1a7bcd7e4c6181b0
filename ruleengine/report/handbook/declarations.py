"""Everything of a ruleset that is neither a measure nor a scorecard, as sections of the page.

In: the program. Out: a section for each kind of thing there is. Guaranteed: what is declared in an imported ruleset
says so; several instances of one table or definition are shown once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import TypeVar

from attrs import frozen

from ruleengine.report.handbook.page import (
    Block,
    Column,
    Paragraph,
    Row,
    Section,
    Table,
    cell,
    without_empty_columns,
)
from ruleengine.report.words.conditions import Words, mentions, walk
from ruleengine.report.words.names import Names, anchor, band_run
from ruleengine.report.words.quantities import number_words
from ruleengine.report.words.ratings import interval_words
from ruleengine.report.words.text import ANCHOR, Run, Text, capital, code, joined, say, strong
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import Field

_Called = TypeVar("_Called", r.Table, r.Definition)
_DEEPEST = 50
_HITS = {
    "first": "The first row that fits counts.", "one": "Exactly one row may fit.",
    "agreeing": "All rows that fit must agree.", "all": "The results of all rows that fit are collected.",
}  # fmt: skip


@frozen(slots=True)
class Declarations:
    """Writes declarations."""

    words: Words

    @property
    def names(self) -> Names:
        """The names of the program."""
        return self.words.names

    @property
    def program(self) -> r.Program:
        """The program."""
        return self.names.program

    def origin(self, span: Span) -> str:
        """The imported ruleset in which something stands; empty for the page's own."""
        if span.path == self.program.path:
            return ""
        path = PurePath(span.path)
        return f"{path.parent.name} {path.stem}"

    # ── bands and segments ──

    def bands(self) -> Section | None:
        """Every set of bands, best first; sets of one name that are alike are shown once."""
        places = self.names.band_places
        shown = [
            found
            for found in self.program.band_sets
            if places[found.key].target == anchor("bands", found.key)
        ]
        return _section("Bands", "bands", [self._band_table(found) for found in shown])

    def _band_table(self, found: r.BandSet) -> Section:
        rows = [
            Row(
                (
                    cell(band_run(found.bands, position)),
                    cell(interval_words(band)),
                    cell("" if band.points is None else number_words(band.points)),
                )
            )
            for position, band in enumerate(found.bands)
        ]
        columns = (Column("Band"), Column("Scores", number=True), Column("Points", number=True))
        step = "" if found.step is None else ", in whole numbers"
        if found.step not in (None, 1.0):
            step = f", in steps of {number_words(found.step)}"
        table = without_empty_columns(Table(f"{found.name}, best first", columns, tuple(rows), "bands"))
        place = self.names.band_places[found.key]
        blocks = (Paragraph(say(f"Scores{step}."), "note"), table) if step else (table,)
        return Section(say(place.text), place.target, blocks, self.origin(found.span))

    def segments(self) -> Section | None:
        """Segments in words, and the measures that they concern."""
        rows = []
        for step in self.program.steps:
            if isinstance(step, r.Segment):
                used = [
                    self.names.measure(measure.name)
                    for measure in self.names.measures.values()
                    if any(mentions(part, step.name) for part in (*measure.applies, *measure.rates))
                ]
                name = self.names.variables[step.name].text
                cells = (
                    cell(anchored(name, step.name, "segment")), cell(capital(self.words.condition(step.condition))),
                    cell(joined(used, ", ")), cell(self.origin(step.span)),
                )  # fmt: skip
                rows.append(Row(cells))
        columns = (Column("Segment"), Column("Accounts in it"), Column("Matters for"), Column("From"))
        return _table_section("Segments", "segments", "Segments", columns, rows)

    # ── named values ──

    def values(self) -> Section | None:
        """Constants first, as they are what people change; then what is computed."""
        lets = [step for step in self.program.steps if isinstance(step, r.Let)]
        lets.sort(key=lambda let: not isinstance(let.value, e.Constant))
        rows = [
            Row(
                (
                    cell(anchored(self.names.human(let.label), let.name, "value")),
                    cell(capital(self.words.meaning(let.value))),
                    cell(self.origin(let.span)),
                )
            )
            for let in lets
        ]
        columns = (Column("Name"), Column("Means"), Column("From"))
        return _table_section("Named values", "named-values", "Names and what they stand for", columns, rows)

    def assumptions(self) -> Section | None:
        """What stands in for missing facts."""
        rows = [
            Row(
                (
                    cell(self.names.fact(each.path)),
                    cell(self.words.value(each.value)),
                    cell(capital(say(each.because))),
                )
            )
            for each in self.program.assumptions
        ]
        columns = (Column("Where this is missing"), Column("It is taken to be"), Column("Because"))
        return _table_section("Assumptions", "assumptions", "What stands in for missing facts", columns, rows)

    # ── tables and definitions ──

    def tables(self) -> Section | None:
        """Decision tables as grids."""
        tables = _once(self.program.tables)
        return _section("Tables", "tables", [self._table(table) for table in tables])

    def _table(self, table: r.Table) -> Section:
        labels = [self.names.human(label) for label in self.names.parameters(table)]
        split = [self._cells(table, row) for row in table.rows]
        rows = []
        if all(cells is not None for cells in split):
            columns = [Column(label.capitalize() if label.islower() else label) for label in labels]
            tested = [cells or [] for cells in split]
        else:
            columns = [Column("When")]
            tested = [[self._when(row)] for row in table.rows]
        for row, tests in zip(table.rows, tested, strict=True):
            result = self.words.value(row.result)
            rows.append(Row((*map(cell, tests), cell(result), cell(capital(say(row.because or ""))))))
        columns += [Column("Result"), Column("Because")]
        grid = without_empty_columns(
            Table(f"Table {self.names.human(table.name)}", tuple(columns), tuple(rows), "grid")
        )
        note = Paragraph(say(_HITS[table.hits]), "note")
        title = say(self.names.human(table.name))
        return Section(title, anchor("table", table.name), (grid, note), self.origin(table.span))

    def _when(self, row: r.TableRow) -> Text:
        return capital(self.words.condition(row.condition)) if row.condition is not None else say("otherwise")

    def _cells(self, table: r.Table, row: r.TableRow) -> list[Text] | None:
        """A test for each parameter; None when a test is about several."""
        found: list[list[Text]] = [[] for _ in table.parameters]
        if row.condition is None:
            return [say("otherwise") if not number else () for number in range(len(found))]
        condition = row.condition
        tests = (
            condition.operands
            if isinstance(condition, e.Logic) and condition.operator == "and"
            else (condition,)
        )
        if isinstance(condition, e.Constant):
            tests = ()
        for test in tests:
            about = [number for number, name in enumerate(table.parameters) if mentions(test, name)]
            if len(about) != 1:
                return None
            found[about[0]].append(self.words.about(table.parameters[about[0]]).short(test))
        return [joined(parts, " and ") or say("any") for parts in found]

    def definitions(self) -> Section | None:
        """Definitions: what is called, and what it gives."""
        rows = []
        for each in _once(self.program.definitions):
            parameters = ", ".join(self.names.human(name) for name in self.names.parameters(each))
            name = f"{self.names.human(each.name)}({parameters})"
            cells = (
                cell(anchored(name, each.name, "definition")), cell(capital(self.words.value(each.body))),
                cell(self.origin(each.span)),
            )  # fmt: skip
            rows.append(Row(cells))
        columns = (Column("Definition"), Column("Gives"), Column("From"))
        return _table_section("Definitions", "definitions", "Definitions", columns, rows)

    # ── results ──

    def outputs(self) -> Section | None:
        """Named results."""
        rows = [
            Row(
                (
                    cell((code(step.label),)),
                    cell(capital(self.words.value(step.value))),
                    cell(self.origin(step.span)),
                )
            )
            for step in self.program.steps
            if isinstance(step, r.Output)
        ]
        columns = (Column("Output"), Column("Is"), Column("From"))
        return _table_section("Outputs", "outputs", "What else every result holds", columns, rows)

    def checks(self) -> Section | None:
        """Problems that are reported, and what must never or always be."""
        checks = [step for step in self.program.steps if isinstance(step, r.Check)]
        kinds = {"problem": "Reported when", "never": "Must never be", "always": "Must always be"}
        rows = [
            Row(
                (
                    cell(capital(say(check.text))),
                    cell(say(strong(kinds[check.kind]), " ", self.words.condition(check.condition))),
                    cell(self.origin(check.span)),
                )
            )
            for check in checks
            if check.kind in kinds
        ]
        columns = (Column("Check"), Column("Condition"), Column("From"))
        return _table_section("Checks on every account", "checks", "Problems and invariants", columns, rows)

    # ── facts ──

    def facts(self) -> Section | None:
        """The facts that the ruleset reads, as the schema describes them."""
        found: dict[str, tuple[str, Field]] = {}
        lists = _Lists(self.program)
        for step in self.program.steps:
            for node in walk(step):
                if isinstance(node, e.Fact):
                    found.setdefault(".".join(node.path), (self.names.fact(node.path), node.fact))
                elif isinstance(node, e.Attribute) and node.fact is not None:
                    place = f"{lists.path(node.base)}[].{node.name}"
                    found.setdefault(place.removeprefix("[]."), (self.names.human(node.name), node.fact))
        rows = [
            Row((cell((code(place),)), cell(name), cell(_kind(fact)), cell(fact.description)))
            for place, (name, fact) in sorted(found.items())
        ]
        columns = (Column("Fact"), Column("On this page"), Column("Kind"), Column("What it is"))
        return _table_section("Facts that are read", "facts", "Facts", columns, rows)


class _Lists:
    """Finds the list in the facts that an element comes from."""

    def __init__(self, program: r.Program) -> None:
        self.meanings: dict[str, e.Expression] = {}
        for step in program.steps:
            for node in walk(step):
                if isinstance(node, r.Let):
                    self.meanings[node.name] = node.value
                elif isinstance(node, e.Query):
                    self.meanings[node.variable] = node.source

    def path(self, node: e.Expression, depth: int = 0) -> str:
        """The path of the list; empty when it cannot be told."""
        if isinstance(node, e.Fact):
            return ".".join(node.path)
        if depth > _DEEPEST:
            return ""
        if isinstance(node, e.Variable) and node.name in self.meanings:
            return self.path(self.meanings[node.name], depth + 1)
        if isinstance(node, e.Query):
            return self.path(node.source, depth + 1)
        if isinstance(node, e.Attribute):
            outer = self.path(node.base, depth + 1)
            return f"{outer}[].{node.name}" if outer else ""
        if isinstance(node, e.Default):
            return next((found for each in node.operands if (found := self.path(each, depth + 1))), "")
        if isinstance(node, e.Choose):
            outcomes = (*(branch.value for branch in node.branches), node.otherwise)
            return next((found for each in outcomes if (found := self.path(each, depth + 1))), "")
        return ""


def _kind(fact: Field) -> str:
    if fact.type.choices:
        return "one of " + ", ".join(fact.type.choices)
    return {"flag": "yes or no", "list of record": "list", "list of flag": "list of yes or no"}.get(
        str(fact.type), str(fact.type)
    )


def anchored(name: str, unique: str, kind: str) -> Text:
    """A name in the first cell of a row: here is where links to it lead."""
    return (Run(name, ANCHOR, anchor(kind, unique)),)


def _once(items: Iterable[_Called]) -> list[_Called]:
    """The first instance of each."""
    found: dict[tuple[str, str, int], _Called] = {}
    for item in items:
        found.setdefault((item.name, item.span.path, item.span.start), item)
    return list(found.values())


def _section(title: str, place: str, blocks: Sequence[Block]) -> Section | None:
    return Section(say(title), place, tuple(blocks)) if blocks else None


def _table_section(
    title: str, place: str, caption: str, columns: tuple[Column, ...], rows: Sequence[Row], kind: str = ""
) -> Section | None:
    if not rows:
        return None
    return Section(say(title), place, (without_empty_columns(Table(caption, columns, tuple(rows), kind)),))

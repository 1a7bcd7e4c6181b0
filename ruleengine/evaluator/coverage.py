"""What of a ruleset its tests can reach: bands, rows, limits, columns of weights, segments, reasons, problems.

In: a program. Out: an `Inventory`: every item with its place, in the order of the file. Guaranteed: an item has one id,
the same on every machine; two rows on one line are two items; a table that is called in several ways is counted once.
Which of them one account reaches, `covering.py` tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import define, field, frozen

from ruleengine.evaluator.coverage_reasons import Cause, Reasons, shortened
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.blocks import leaves
from ruleengine.tree.cells import places_of
from ruleengine.values import LACKING, equal, less

#: The kinds of items with the words for many of them, in the order of reports.
KINDS: Mapping[str, str] = {
    "band": "bands",
    "row": "rating rows",
    "table row": "table rows",
    "cell": "cells of matrices",
    "limit": "overrides, caps and floors",
    "weights": "columns of weights",
    "segment": "segments",
    "status": "reasons for no rating",
    "trigger": "triggers",
    "alternative": "conditions of triggers",
    "problem": "problems",
}
#: What the share of a ruleset is counted over.
COUNTED = ("band", "row", "table row", "cell")


@frozen(slots=True)
class CoverageItem:
    """One thing that a test can reach.

    `of` is the measure, scorecard, table or segment that it belongs to, `name` what tells it apart there, `title` both
    in words. `own` is false for what an imported file declares.
    """

    id: str
    kind: str
    of: str
    name: str
    line: int
    path: str
    title: str
    own: bool


@define(slots=True, eq=False)
class Inventory:
    """All items of a program, and which of them a node of the tree stands for."""

    items: dict[str, CoverageItem] = field(factory=dict)
    of_node: dict[int, str] = field(factory=dict)
    bands: dict[tuple[str, str, str], str] = field(factory=dict)
    causes: dict[str, tuple[tuple[Cause, str], ...]] = field(factory=dict)
    cells: dict[str, dict[tuple[str, ...], str]] = field(factory=dict)
    beside: dict[str, str] = field(factory=dict)
    nodes: dict[str, tuple[object, object]] = field(factory=dict)

    def applies(self, measure: str) -> str:
        """The item for not applying, of a measure that says when it applies: it is always the first of its causes."""
        return self.causes[measure][0][1]


def coverage_items(program: r.Program) -> tuple[CoverageItem, ...]:
    """Every item of a program, those of a file together, in the order of the file."""
    return tuple(inventory(program).items.values())


def inventory(program: r.Program) -> Inventory:
    """The items of a program, and where they stand in the tree."""
    return _Listing(program).run()


class _Listing:
    def __init__(self, program: r.Program) -> None:
        self.program = program
        self.bands = {bands.key: bands for bands in program.band_sets}
        self.measures = {step.name: step for step in program.steps if isinstance(step, r.Measure)}
        self.cards = {step.name: step for step in program.steps if isinstance(step, r.Scorecard)}
        self.reasons = Reasons(program, self.text)
        self.texts: dict[str, str] = {}
        self.table_rows: dict[Span, str] = {}
        self.found = Inventory()

    def run(self) -> Inventory:
        for step in self.program.steps:
            self._step(step)
        for table in self.program.tables:
            self._table(table)
        items = sorted(self.found.items.values(), key=self._order)
        self.found.items = {item.id: item for item in items}
        return self.found

    def _order(self, item: CoverageItem) -> tuple[bool, str, int]:
        return (not item.own, item.path, item.line)

    def text(self, span: Span) -> str:
        """The words of a place in a ruleset, on one line."""
        if span.path not in self.texts:
            try:
                self.texts[span.path] = Path(span.path).read_text(encoding="utf-8-sig")
            except (OSError, ValueError):
                self.texts[span.path] = ""
        return " ".join(self.texts[span.path][span.start : span.end].split())

    def short(self, span: Span) -> str:
        """The same, not too long."""
        return shortened(self.text(span))

    def _add(self, kind: str, of: str, name: str, span: Span, title: str, *nodes: object) -> str:
        """Add an item; `nodes` are what it stands for, and what that stands in."""
        item = f"{of}.{kind.replace(' ', '_')}.{name}"
        own = span.path == self.program.path
        if not own:
            item = f"{Path(span.path).parent.name}@{Path(span.path).stem}:{item}"
        while item in self.found.items:  # of another thing with the same name
            item += "'"
        self.found.items[item] = CoverageItem(item, kind, of, name, span.line, span.path, title, own)
        for node in nodes[:1]:
            self.found.of_node[id(node)] = item
        self.found.nodes[item] = (nodes[0] if nodes else None, nodes[1] if len(nodes) > 1 else None)
        return item

    def _step(self, step: r.Step) -> None:
        if isinstance(step, r.Segment):
            self._add("segment", step.label, "holds", step.span, f"segment {step.label}", step)
        elif isinstance(step, r.Measure):
            self._measure(step)
        elif isinstance(step, r.Scorecard):
            self._card(step)
        elif isinstance(step, r.Trigger):
            self._trigger(step)
        elif isinstance(step, r.Matrix) and step.visible:
            self._matrix(step)
        elif isinstance(step, r.Check) and step.kind == "problem":
            self._add("problem", "problem", step.text, step.span, f'problem "{step.text}"', step)

    # ── measures ──

    def _measure(self, node: r.Measure) -> None:
        for position in sorted(self._positions(node)):
            band = self.bands[node.bands].bands[position].name
            item = self._add("band", node.label, band, node.span, f"{node.label} is {band}", band, node)
            self.found.bands["measure", node.name, band] = item
        for number, block in enumerate(node.rates, 1):
            for place, row in enumerate(block.rows, 1):
                name = f"{number}.{place}" if len(node.rates) > 1 else str(place)
                title = f"{node.label}: row `{self.short(row.span)}`"
                if row.span == node.span:  # of a criterion, which is one line: its rows are its answers
                    title = f"{node.label}: answered {'yes' if place == 1 else 'no'}"
                if block.condition is not None:
                    title += f" where {self.short(block.condition.span)}"
                self._add("row", node.label, name, row.span, title, row, node)
        self._limits(node.limits, node.label, node)
        causes = []
        for cause in self.reasons.of(node):
            where = cause.span if _inside(cause.span, node.span) else node.span
            item = self._add(
                "status", node.label, cause.name, where, f"{node.label}: {cause.title}", cause, node
            )
            causes.append((cause, item))
        self.found.causes[node.name] = tuple(causes)

    def _positions(self, node: r.Measure) -> set[int]:
        """The bands that the rows and limits of a measure can give."""
        if not node.bands:
            return set()
        every = self.bands[node.bands].bands
        if node.as_given:
            return _given(node, every) | _limit_positions(node.limits)
        outcomes = [row.outcome for block in node.rates for row in block.rows]
        found = {outcome.position for outcome in outcomes if isinstance(outcome, r.BandOutcome)}
        found |= _limit_positions(node.limits)
        if node.banded_points:
            for outcome in outcomes:
                if isinstance(outcome, r.BandOutcome | r.NaOutcome):
                    continue
                value = outcome.value if isinstance(outcome, r.PointsOutcome) else None
                if not isinstance(value, e.Constant):
                    return set(range(len(every)))
                found |= {place for place, band in enumerate(every) if _holds(band, float(value.value))}
        return found

    def _limits(self, limits: tuple[r.Limit, ...], of: str, owner: object) -> None:
        for number, limit in enumerate(limits, 1):
            self._add(
                "limit",
                of,
                f"{limit.kind}.{number}",
                limit.span,
                f"{of}: {self.short(limit.span)}",
                limit,
                owner,
            )

    # ── scorecards ──

    def _card(self, node: r.Scorecard) -> None:
        if node.bands:
            for band in self.bands[node.bands].bands:
                title = f"{node.label} is {band.name}"
                item = self._add("band", node.label, band.name, node.span, title, band.name, node)
                self.found.bands["card", node.name, band.name] = item
        blocks = [node.block]
        while blocks:
            block = blocks.pop(0)
            of = f"{node.label}.{block.path}" if block.path else node.label
            self._limits(block.limits, of, node)
            for number, column in enumerate(block.columns, 1):
                title = f"{of}: weights {self.short(column.condition.span)}"
                self._add("weights", of, str(number), column.span, title, column, node)
            blocks += [child for child in block.children if isinstance(child, r.Block)]
        if node.grace is not None:
            self._add(
                "status",
                node.label,
                "grace",
                node.grace.span,
                f"{node.label}: in its grace period",
                node.grace,
                node,
            )
        if self._can_lack(node):
            title = f"{node.label}: no score because data are missing"
            self._add("status", node.label, "no score", node.span, title, node, node)

    def _can_lack(self, node: r.Scorecard, depth: int = 0) -> bool:
        """Whether a card can be left without a score: it says when, or all its measures can lack data."""
        if _requires(node.block):
            return True
        if depth > _DEEPEST or node.block.formula is not None or _imputes(node.block):
            return False
        for _, member in leaves(node.block):
            measure = self.measures.get(member.name)
            if measure is None:
                card = self.cards.get(member.name)
                if card is None or not self._can_lack(card, depth + 1):
                    return False
            elif measure.missing is not None or not self._lacks(measure):
                return False
        return True

    def _lacks(self, node: r.Measure) -> bool:
        limits = any(limit.kind == "override" for limit in node.limits)
        return not limits and any(cause.reason in LACKING for cause in self.reasons.of(node))

    # ── triggers, matrices and tables ──

    def _trigger(self, node: r.Trigger) -> None:
        self._add("trigger", node.label, "fires", node.span, f"trigger {node.label}", node, node)
        if not node.visible or len(node.alternatives) == 1:
            return
        for number, each in enumerate(node.alternatives, 1):
            title = f"trigger {node.label}: when {self.short(each.condition.span)}"
            self._add("alternative", node.label, str(number), each.span, title, each, node)

    def _matrix(self, node: r.Matrix) -> None:
        cells = self.found.cells[node.name] = {}
        rows = {id(row): row for row in node.rows}.values()
        spans = [row.span for row in rows for _ in node.axes[1].values]
        for (values, number, _), span in zip(places_of(node), spans, strict=True):
            shown = ", ".join(
                f"{axis.label} {value or 'none'}" for axis, value in zip(node.axes, values, strict=True)
            )
            gives = node.cells[number].label if number >= 0 else "na"
            title = f"{node.label}: {gives}, for {shown}"
            cells[values] = self._add(
                "cell", node.label, " ".join(value or "none" for value in values), span, title, values, node
            )
        if node.otherwise is not None:
            title = f"{node.label}: values beside the table"
            self.found.beside[node.name] = self._add(
                "cell", node.label, "otherwise", node.span, title, None, node
            )

    def _table(self, node: r.Table) -> None:
        for number, row in enumerate(node.rows, 1):
            known = self.table_rows.get(row.span)  # the same table, for other types
            if known is not None:
                self.found.of_node[id(row)] = known
                continue
            title = f"table {node.name}: row `{self.short(row.span)}`"
            self.table_rows[row.span] = self._add(
                "table row", node.name, str(number), row.span, title, row, node
            )


_DEEPEST = 20


def _holds(band: r.Band, score: float) -> bool:
    above = band.low is None or (less(band.low, score) or (not band.low_open and equal(band.low, score)))
    below = band.high is None or (less(score, band.high) or (not band.high_open and equal(band.high, score)))
    return band.has_interval and above and below


def _inside(inner: Span, outer: Span) -> bool:
    return inner.path == outer.path and outer.start <= inner.start < outer.end


def _limit_positions(limits: tuple[r.Limit, ...]) -> set[int]:
    return {limit.band for limit in limits if limit.band is not None}


def _given(node: r.Measure, bands: tuple[r.Band, ...]) -> set[int]:
    """The bands that a given word can name: those among the words of the choice, where they are listed."""
    words = node.value.type.choices if node.value is not None else ()
    return {place for place, band in enumerate(bands) if not words or band.name in words}


def _requires(block: r.Block) -> bool:
    return block.missing is not None and block.missing.policy in ("require all", "require", "coverage")


def _imputes(block: r.Block) -> bool:
    if block.missing is not None and block.missing.value is not None:
        return True
    return any(_imputes(child) for child in block.children if isinstance(child, r.Block))

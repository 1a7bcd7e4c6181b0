"""Which items of a ruleset one account reaches.

In: an evaluator, facts, an as-of date. Out: ids of `coverage.py`. The program is generated once more with marks in it:
the same writer writes the same lines, so that what is counted is what decided. The programs that score stay as they are.

What counts: a rating row when it gave the measure its rating (not one that only could have, nor one whose points are not
known); a table's row when it gave the result of a call; an override when it was the first that held; a cap or floor when
it held and changed something; a column of weights when it was taken; a band when it is the final band.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ruleengine.evaluator.blocks import Place
from ruleengine.evaluator.coverage import Inventory, inventory
from ruleengine.evaluator.coverage_reasons import AGE, NO_BAND_GIVEN, empty_pointer
from ruleengine.evaluator.generate import GLOBALS, ProgramWriter
from ruleengine.evaluator.measures import PAST
from ruleengine.evaluator.policies import binds
from ruleengine.evaluator.program import Evaluator
from ruleengine.evaluator.results import RESULT_GLOBALS
from ruleengine.evaluator.runtime import BadRecord
from ruleengine.evaluator.scales import Limit, Scale
from ruleengine.evaluator.work import AccountProblems
from ruleengine.evaluator.writer import Code
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.pointers import escape
from ruleengine.values import LACKING, NA, Type


class Reached(set[str]):
    """The items that one account has reached, what each measure was before its limits, and the program's conditions."""

    def __init__(self) -> None:
        super().__init__()
        self.computed: dict[str, Any] = {}
        self.conditions: dict[str, Any] = {}


class PreciseBadRecord(BadRecord):
    """Stands in for a record that is not there: each field of it is missing at its own place."""

    def get(self, key: str, default: Any = None) -> Any:
        na = self.na
        return (
            NA(na.reason, na.text, f"{na.pointer}/{escape(key)}", na.code) if na.reason == "missing" else na
        )


def reached_limits(
    reached: set[str],
    items: Sequence[str],
    acted: Sequence[Limit],
    scale: Scale | None,
    score: Any,
    band: str | None,
) -> None:
    """Count the limits that acted: the first override, and what alone would have changed score or band."""
    overridden = False
    for item, (kind, position, value, _, _) in zip(items, acted, strict=True):
        if kind == "override":
            if not overridden:
                reached.add(item)
            overridden = True
        elif (
            value.__class__ is not NA
            and score.__class__ is not NA
            and binds(kind, position, value, scale, score, band)
        ):
            reached.add(item)


_GLOBALS = {"BadRecord": PreciseBadRecord, "reached_limits": reached_limits}


class CoveringWriter(ProgramWriter):
    """Writes a program that marks what it reaches."""

    def __init__(self, program: r.Program, source_lines: dict[str, list[str]], items: Inventory) -> None:
        super().__init__(program, source_lines, tracing=True)
        self.names.reserve(_GLOBALS)
        self.items = items
        self.marks: dict[str, str] = {}
        self.marks_of: dict[str, str] = {}

    def _surroundings(self) -> list[str]:
        return [*super()._surroundings(), "reached"]

    # ── which row gave what is in a name ──

    def _mark(self, target: str, text: str) -> None:
        """Write which row gave what is in `target`."""
        if target not in self.marks:
            self.marks[target] = self.names.variable(target, "by_")
        self.out.line(f"{self.marks[target]} = {text}")

    def _given_by(self, target: str, node: object, declared_na: bool, may_be_na: bool) -> None:
        item = repr(self.items.of_node.get(id(node)))
        guard = f" if {target}.__class__ is not NA else None" if may_be_na and not declared_na else ""
        self._mark(target, item + guard)

    def row_taken(self, target: str, outcome: str) -> None:
        """A row has given its outcome."""
        if outcome in self.marks:
            self._mark(target, self.marks[outcome])

    def row_settled(self, target: str, pending: str) -> None:
        """Undecided rows may have the last word."""
        if target in self.marks:
            self._mark(target, f"{self.marks[target]} if settle({pending}, {target}) is {target} else None")

    def _add_reached(self, target: str) -> None:
        mark = self.marks[target]
        with self.out.block(f"if {mark} is not None"):
            self.out.line(f"reached.add({mark})")

    # ── measures ──

    def _rate(self, node: r.Measure, target: str) -> None:
        self._mark(target, "None")
        super()._rate(node, target)
        if not node.name.endswith(PAST):
            self._add_reached(target)

    def _rows_of(self, node: r.Measure, block: r.RateBlock, target: str) -> bool:
        self._mark(target, "None")
        return super()._rows_of(node, block, target)

    def _outcome(self, node: r.Measure, row: r.Row, target: str) -> bool:
        na = super()._outcome(node, row, target)
        self._given_by(target, row, isinstance(row.outcome, r.NaOutcome), na)
        return na

    def measure(self, node: r.Measure) -> None:
        super().measure(node)
        if node.name.endswith(PAST):
            return
        found = self.names.variable(node.name, "c_" if node.name in self.limited else "m_")
        self.out.line(f"reached.computed[{node.name!r}] = {found}")

    def _applies(self, node: r.Measure, target: str, value: str) -> None:
        super()._applies(node, target, value)
        if not node.name.endswith(PAST):
            item = self.items.applies(node.name)
            with self.out.block(f"if {target}.__class__ is NA and {target}.reason == 'not_applicable'"):
                self.out.line(f"reached.add({item!r})")

    def age_unknown(self, fresh: r.Fresh) -> NA:
        """The NA of a measure whose age is not known."""
        found = super().age_unknown(fresh)
        return NA(found.reason, found.text, AGE, found.code)

    def no_band_given(self, words: str) -> NA:
        """The NA of a given word that is no band."""
        found = super().no_band_given(words)
        return NA(found.reason, NO_BAND_GIVEN, found.pointer, found.code)

    def _empty(self, node: e.Query) -> str:
        return self.names.constant(NA("missing", "", empty_pointer(node)), "empty")

    # ── limits ──

    def _limits(self, node: r.Measure, target: str) -> None:
        super()._limits(node, target)
        if node.limits and not node.name.endswith(PAST):
            computed = self.names.variable(node.name, "c_")
            known = f"{computed}.__class__ is not NA"
            score, band = f"{computed}[1] if {known} else {computed}", f"{computed}[0] if {known} else None"
            acted = self.names.variable(f"{node.name}.acted", "a_")
            self._reached_limits(acted, node.bands, score, band)

    def limits(self, limits: tuple[r.Limit, ...], acted: str) -> None:
        self.marks_of[acted] = self.names.variable(acted, "by_")
        self.out.line(f"{self.marks_of[acted]} = []")
        super().limits(limits, acted)

    def limit_acts(self, limit: r.Limit, acted: str) -> None:
        """A limit has been noted among those that hold."""
        self.out.line(f"{self.marks_of[acted]}.append({self.items.of_node.get(id(limit), '')!r})")

    def _block_limits(self, card: r.Scorecard, block: r.Block, place: Place, may_lack_score: bool) -> None:
        super()._block_limits(card, block, place, may_lack_score)
        self._reached_limits(place.acted, card.bands, place.computed, place.computed_band)

    def _reached_limits(self, acted: str, bands: str, score: str, band: str) -> None:
        scale = self.scale(bands) if bands else "None"
        self.out.line(f"reached_limits(reached, {self.marks_of[acted]}, {acted}, {scale}, {score}, {band})")

    # ── scorecards ──

    def column_taken(self, column: r.Column) -> None:
        """A column of weights has been taken."""
        self.out.line(f"reached.add({self.items.of_node[id(column)]!r})")

    def _grace(self, node: r.Scorecard, grace: r.Grace) -> str:
        name = super()._grace(node, grace)
        with self.out.block(f"if {name}"):
            self.out.line(f"reached.add({self.items.of_node[id(grace)]!r})")
        return name

    # ── triggers, matrices, tables and segments ──

    def _matrix_result(
        self, node: r.Matrix, found: str, axes: Sequence[Code], key: str, parts: Sequence[Any]
    ) -> None:
        super()._matrix_result(node, found, axes, key, parts)
        cells = self.names.constant(self.items.cells[node.name], "places")
        known = " and ".join(f"{code.text}.__class__ is not NA" for code in axes if code.na) or "True"
        with self.out.block(f"if {known}"):
            place = self.names.temporary("place")
            self.out.line(f"{place} = {cells}.get({key}, {self.items.beside.get(node.name)!r})")
            with self.out.block(f"if {place} is not None"):
                self.out.line(f"reached.add({place})")

    def trigger(self, node: r.Trigger) -> None:
        super().trigger(node)
        self._add_where(self.variables[node.name].text, node)

    def _says(self, node: r.Trigger, tests: list[Code]) -> None:
        super()._says(node, tests)
        if len(tests) > 1:
            for each, test in zip(node.alternatives, tests, strict=True):
                self._add_where(test.text, each)

    def _table(self, node: r.Table) -> None:
        self.marks.pop("result", None)
        self._mark("result", "None")
        super()._table(node)

    def _table_row(self, row: r.TableRow, kind: Type, target: str) -> bool:
        na = super()._table_row(row, kind, target)
        self._given_by(target, row, isinstance(row.result, e.NotAvailable), na)
        return na

    def table_decided(self) -> None:
        """The table is about to return its result."""
        self._add_reached("result")

    def table_hit(self) -> None:
        """A row that holds has been added to `hits`."""
        self.out.line(f"{self._hits()}.append({self.marks['result']})")

    def _all_rows(self, node: r.Table, rows: Any, none_fits: str) -> None:
        self.out.line(f"{self._hits()} = []")
        super()._all_rows(node, rows, none_fits)

    def table_collected(self, decided: str) -> None:
        """The rows in `hits` are about to decide, if the test `decided` holds: all of them."""
        with self.out.block(f"if {decided}"):
            self.out.line(f"reached.update(each for each in {self._hits()} if each is not None)")

    def _hits(self) -> str:
        return self.names.variable("hits", "by_")

    def _step(self, step: r.Step) -> None:
        super()._step(step)
        if isinstance(step, r.Segment):
            self._add_where(self.variables[step.name].text, step)

    def _add_where(self, test: str, node: object) -> None:
        with self.out.block(f"if {test} is True"):
            self.out.line(f"reached.add({self.items.of_node[id(node)]!r})")


class Covering:
    """The covering program of an evaluator; made once, then asked about one account after another."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.program = evaluator.program
        self.inventory = inventory(evaluator.program)
        writer = CoveringWriter(evaluator.program, evaluator.source_lines, self.inventory)
        writer.conditions = {}
        module = writer.write()
        text = module.text.replace("def trace(", "def trace(reached, ", 1)
        namespace: dict[str, Any] = {**GLOBALS, **RESULT_GLOBALS, **_GLOBALS, **module.objects}
        exec(compile(text, f"<{self.program.name} {self.program.version}, covering>", "exec"), namespace)
        self._trace = namespace["trace"]
        problems = (
            step for step in self.program.steps if isinstance(step, r.Check) and step.kind == "problem"
        )
        self.problems = {(step.text, step.span.line): self.inventory.of_node[id(step)] for step in problems}
        self.requiring = {
            item: node.name
            for item, (node, _) in self.inventory.nodes.items()
            if isinstance(node, r.Scorecard)
        }

    def reached(self, facts: dict[str, Any], as_of: date, previous: dict[str, Any] | None = None) -> Reached:
        """The items that an account reaches."""
        reached = Reached()
        day = as_of.toordinal()
        usable = self.evaluator.usable_previous(previous, facts, as_of)
        result, conditions = self._trace(
            reached, facts, day, self.evaluator.months(day), AccountProblems(), None, usable
        )
        reached.conditions = conditions
        self._statuses(result, reached)
        self._bands(result, reached)
        for problem in result["problems"]:
            item = self.problems.get((problem["message"], problem["line"]))
            if item is not None and problem["code"] == "RE507":
                reached.add(item)
        return reached

    def _bands(self, result: dict[str, Any], reached: Reached) -> None:
        known = self.inventory.bands
        for kind, found in (("measure", result["measures"]), ("card", result["scorecards"])):
            for name, entry in found.items():
                item = known.get((kind, name, entry["band"]))
                if item is not None:
                    reached.add(item)

    def _statuses(self, result: dict[str, Any], reached: Reached) -> None:
        for name, causes in self.inventory.causes.items():
            found = reached.computed[name]
            stale = result["measures"][name]["status"] == "stale"
            for cause, item in causes:
                if cause.is_why(found) or (stale and cause.reason == "stale"):
                    reached.add(item)
        for item, name in self.requiring.items():
            if result["scorecards"][name]["status"] in LACKING:
                reached.add(item)


def covering_of(evaluator: Evaluator) -> Covering:
    """The covering program of an evaluator."""
    found = evaluator.__dict__.get(_KEPT)
    if not isinstance(found, Covering):
        found = evaluator.__dict__[_KEPT] = Covering(evaluator)
    return found


def covered(
    evaluator: Evaluator, facts: dict[str, Any], as_of: date, previous: dict[str, Any] | None = None
) -> set[str]:
    """The ids of the items that one account reaches."""
    return set(covering_of(evaluator).reached(facts, as_of, previous))


_KEPT = "_covering"

"""Evaluation tree → specialised Python, once for each ruleset.

In: a `Program`. Out: `Generated`: the text of a Python module with two functions, `score` (final scores and bands only)
and `trace` (the whole result), and the objects that the text refers to. The text is straight-line code in the order of
the program's steps: it can be read, and it is what runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from attrs import frozen

from ruleengine.evaluator import policies, runtime, scales
from ruleengine.evaluator.blocks import of_member
from ruleengine.evaluator.earlier import EARLIER_GLOBALS
from ruleengine.evaluator.facts import FactKey, FactReading, fact_key
from ruleengine.evaluator.matrices import MATRIX_GLOBALS, parts_asked
from ruleengine.evaluator.measures import PAST
from ruleengine.evaluator.results import RESULT_GLOBALS
from ruleengine.evaluator.series import SERIES_GLOBALS
from ruleengine.evaluator.templates import TEMPLATE_GLOBALS, TemplateWriter
from ruleengine.evaluator.work import WORK_GLOBALS
from ruleengine.evaluator.writer import Code
from ruleengine.library import dates
from ruleengine.library.numbers import sum_
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.needs import Needs, needs_of_result, needs_of_scores
from ruleengine.tree.secrets import Secrets
from ruleengine.tree.walk import walk
from ruleengine.tree.whole import Wholeness
from ruleengine.values import NA, equal, less, round_to

#: What every generated module can call.
GLOBALS: dict[str, Any] = {
    "NA": NA, "less": less, "equal": equal, "round_to": round_to, "total": sum_.implementation,
    "BadRecord": runtime.BadRecord, "settle": runtime.settle, "one_hit": runtime.one_hit, "ranked": runtime.ranked,
    "first_na": runtime.first_na, "among": runtime.among, "list_contains": runtime.list_contains,
    "contains_text": runtime.contains_text,
    "clean": runtime.clean, "whole_number": runtime.whole_number, "linear": runtime.linear,
    "passed_up": runtime.passed_up, "same": runtime.same,
    "limited": scales.limited, "apply_limits": scales.apply_limits, "acted_override": policies.acted_override,
    "acted_limits": policies.acted_limits, "required_all": policies.required_all, "required": policies.required,
    "required_coverage": policies.required_coverage, "coverage_of": policies.coverage_of,
    "undecided_problem": policies.undecided_problem,
    "add_days": dates.add_days, "add_months": dates.add_months, "after_months": runtime.after_months,
    "months_between": dates.months_between,
    "period_start": dates.period_start, "period_end": dates.period_end, "fiscal_quarter": dates.fiscal_quarter,
    "fiscal_year": dates.fiscal_year, "period_name": dates.period_name,
    **SERIES_GLOBALS, **MATRIX_GLOBALS, **WORK_GLOBALS, **RESULT_GLOBALS,
    "first_of": itemgetter(0), **EARLIER_GLOBALS, **TEMPLATE_GLOBALS,
}  # fmt: skip


@frozen(slots=True)
class Generated:
    """The text of a generated module, and its objects by name."""

    text: str
    objects: dict[str, Any]


class ProgramWriter(TemplateWriter):
    """Writes whole programs."""

    def __init__(
        self,
        program: r.Program,
        source_lines: dict[str, list[str]],
        tracing: bool,
        needs: Needs | None = None,
    ) -> None:
        super().__init__(program, source_lines)
        self.names.reserve(GLOBALS)
        self.tracing = tracing
        self.secrets = Secrets(program)
        self.wholeness = Wholeness(program)
        self.functions: dict[str, str] = {}
        self.function_names: set[str] = set()
        self.free: dict[str, list[str]] = {}
        if needs is None:
            needs = needs_of_result(program) if tracing else needs_of_scores(program)
        self.needs = needs
        nodes = list(walk(program))
        self.facts_used = list({fact_key(node): node for node in nodes if isinstance(node, e.Fact)}.values())
        self.needed_parts([node for node in nodes if isinstance(node, e.Reference)])
        self.past = {n.name for n in nodes if isinstance(n, e.Reference) and n.part == "past_band"}
        self.instances: dict[str, r.Definition | r.Table] = {d.key: d for d in program.definitions}
        self.instances |= {table.key: table for table in program.tables}
        self.preamble: list[str] = []
        self.speakers = {}
        self.matrices = {}
        self.shown_matrices = []
        self.parts_asked = parts_asked(node for node in nodes if isinstance(node, e.Reference))
        self.uses_previous = any(isinstance(node, e.Previous) for node in nodes)

    def write(self) -> Generated:
        """The whole module."""
        name = "trace" if self.tracing else "score"
        self.out.depth = 0
        always = "facts, as_of, months, problems" + (", notes=None" if self.tracing else "")
        asked = (
            ", probe_case=None, probe_found=None"
            if any(isinstance(s, r.Probe) for s in self.program.steps)
            else ""
        )
        self.out.line(f"def {name}({always}, previous=None{', texts=None' if self.tracing else ''}{asked}):")
        self.out.depth = 1
        if self.tracing and any(isinstance(step, r.Trigger) for step in self.program.steps):
            self.out.line("triggers = []")
        self.read_facts(self._facts_read_first())
        for step in self.needs.steps:
            self._step(step)
        self._finish_program()
        lines = [
            f"# {self.program.name} {self.program.version}, generated: change the ruleset, not this text",
            "",
        ]
        return Generated("\n".join([*lines, *self.preamble, *self.out.lines, ""]), dict(self.names.objects))

    def _facts_read_first(self) -> list[e.Fact]:
        """A whole result reports every fact that is invalid; scores read facts that one step needs only there."""
        if self.tracing:
            return self.facts_used
        passed = {fact_key(node): node for node in facts_in(tuple(self.instances.values()))}
        seen: set[FactKey] = set()
        for step in self.needs.steps:
            found = {fact_key(node): node for node in facts_in(step)}
            passed |= {key: node for key, node in found.items() if key in seen}
            seen |= set(found)
        return list(passed.values())

    def _step(self, step: r.Step) -> None:
        if isinstance(step, r.Let):
            self.let(step)
        elif isinstance(step, r.Segment):
            found = self.expression(step.condition)
            name = self.names.variable(step.name)
            self.out.line(f"{name} = {found.text}")
            self.variables[step.name] = Code(name, found.na, atom=True)
        elif isinstance(step, r.Measure):
            self.measure(step)
            if step.name in self.past:
                self.past_measure(step)
        elif isinstance(step, r.Scorecard):
            self.card(step)
        elif isinstance(step, r.Check):
            self._check(step)
        elif isinstance(step, r.Trigger):
            self.trigger(step)
        elif isinstance(step, r.Matrix):
            self.matrix(step)
        elif isinstance(step, r.Probe | r.Template):
            pass  # after the result
        else:
            found = self.atom(self.expression(step.value))
            name = self.names.variable(step.name, "out_")
            self.out.line(f"{name} = {found.text}")
            self.variables[f"output {step.name}"] = Code(name, found.na, atom=True)

    def _check(self, step: r.Check) -> None:
        if step.kind == "condition":
            found = self.expression(step.condition)
            name = self.names.variable(step.text, "condition_")
            self.out.line(f"{name} = {found.text}")
            self.conditions[step.text] = name
            return
        found = self.expression(step.condition)
        found = self.atom(found) if found.na else found
        wanted = "False" if step.kind == "always" else "True"
        code, words = ("RE507", step.text) if step.kind == "problem" else ("RE508", f"violated: {step.text}")
        test = (
            f"{found.text} is {wanted}"
            if found.na
            else (f"not {found.text}" if wanted == "False" else found.text)
        )
        with self.out.block(f"if {test}"):
            self.out.line(
                f"problems.append({{'code': {code!r}, 'message': {words!r}, 'line': {step.span.line}}})"
            )

    # ── references ──

    def reference(self, node: e.Reference) -> Code:
        """A number of a measure, card or node."""
        if node.kind == "matrix":
            return self.matrix_reference(node)
        if node.part in ("band", "computed_band"):
            return self.band_of(node)[0]
        if node.part == "borderline":
            return self.neighbour_of(node)
        if node.kind == "measure":
            return self.measure_reference(node)
        if node.part == "coverage":
            found = self.names.variable(node.name, "coverage_")
            none = self.names.constant(_NO_COVERAGE, "no_coverage")
            return self.atom(Code(f"({found} if {found} is not None else {none})", na=True))
        return self.block_reference(node)

    def band_of(self, node: e.Reference) -> tuple[Code, list[str]]:
        """The band name of a measure, card or node (or NA), and the names of its band set."""
        if node.kind == "matrix":
            return self.cell_of(node)
        if node.kind == "measure":
            names = [band.name for band in self.bands[self.measures[node.name].bands].bands]
            name = node.name + PAST if node.part == "past_band" and node.name in self.past else node.name
            return self.measure_band(name, node.part == "computed_band"), names
        place = self.places[node.name, node.path]
        if isinstance(place.node, r.Member):
            found, names = self.band_of(of_member(node, place.node))
            return self.at_place(place, place.node, found), names
        computed = node.part == "computed_band"
        card = self.cards.get(node.name) or self.current_card
        names = [band.name for band in self.bands[card.bands].bands]
        what = place.computed if computed and place.computed else place.what
        band = place.computed_band if computed and place.computed_band else place.band
        none = self.names.constant(scales.NO_BAND, "no_band")
        text = f"({what} if {what}.__class__ is NA else {band} if {band} is not None else {none})"
        return self.atom(Code(text, na=True)), names

    def neighbour_of(self, node: e.Reference) -> Code:
        """The band that a card is close to."""
        what = self.places[node.name, node.path].what
        near = self.names.variable(node.name, "near_")
        none = self.names.constant(scales.NOT_BORDERLINE, "not_borderline")
        text = f"({what} if {what}.__class__ is NA else {none} if {near} is None else {near}['band'])"
        return self.atom(Code(text, na=True))

    @property
    def current_card(self) -> r.Scorecard:
        """The card that is being written."""
        return list(self.cards.values())[-1]

    def status_test(self, node: e.Reference, words: tuple[str, ...]) -> Code:
        """A test of the status of a measure, card or node."""
        computed = node.part == "computed_status"
        if node.kind == "measure":
            return self.measure_status(node.name, words, computed)
        if node.kind == "matrix":
            return status_in(self.names.variable(node.name, "x_"), words)
        place = self.places[node.name, node.path]
        if isinstance(place.node, r.Member):
            found = self.status_test(of_member(node, place.node), words)
            in_grace = self.in_grace(place, place.node)
            if not in_grace:
                return found
            return Code(
                f"({in_grace} or {found.text})"
                if "grace" in words
                else f"(not ({in_grace}) and {found.text})"
            )
        what = place.computed if computed and place.computed else place.what
        return status_in(what, words)


def status_in(what: str, words: tuple[str, ...]) -> Code:
    """A test whether a local is scored, or NA for one of some reasons."""
    tests = [f"{what}.__class__ is not NA"] if "scored" in words else []
    reasons = sorted(word for word in words if word not in ("scored", "stale"))
    if reasons:
        listed = ", ".join(map(repr, reasons))
        tests.append(f"({what}.__class__ is NA and {what}.reason in {{{listed}}})")
    return Code("(" + (" or ".join(tests) or "False") + ")")


_NO_COVERAGE = NA("missing", "nothing here was expected to be scored")


def facts_in(node: object) -> Iterator[e.Fact]:
    """The facts that stand somewhere in a part of a program."""
    return (found for found in walk(node) if isinstance(found, e.Fact))


def generate(program: r.Program, source_lines: dict[str, list[str]], tracing: bool) -> Generated:
    """The generated module for a program."""
    writer = ProgramWriter(program, source_lines, tracing)
    writer.conditions = {}
    return writer.write()


__all__ = ["GLOBALS", "FactReading", "Generated", "generate"]

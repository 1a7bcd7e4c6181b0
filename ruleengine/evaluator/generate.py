"""Evaluation tree → specialised Python, once for each ruleset.

In: a `Program`. Out: `Generated`: the text of a Python module with two functions, `score` (final scores and bands only)
and `trace` (the whole result), and the objects that the text refers to. The text is straight-line code in the order of
the program's steps: it can be read, and it is what runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from attrs import evolve, frozen

from ruleengine.evaluator import policies, runtime, scales
from ruleengine.evaluator.blocks import of_member
from ruleengine.evaluator.cards import CardWriter
from ruleengine.evaluator.facts import FactKey, FactReading, fact_key
from ruleengine.evaluator.measures import PAST
from ruleengine.evaluator.printing import printer
from ruleengine.evaluator.secrets import Secrets
from ruleengine.evaluator.walk import walk
from ruleengine.evaluator.writer import Code, Writer
from ruleengine.library import dates
from ruleengine.library.numbers import sum_
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import FACT_LIST, NA, Kind, Type, equal, less, round_to

#: What every generated module can call.
GLOBALS: dict[str, Any] = {
    "NA": NA, "less": less, "equal": equal, "round_to": round_to, "total": sum_.implementation,
    "BadRecord": runtime.BadRecord, "settle": runtime.settle, "one_hit": runtime.one_hit, "ranked": runtime.ranked,
    "first_na": runtime.first_na, "among": runtime.among, "list_contains": runtime.list_contains,
    "contains_text": runtime.contains_text,
    "clean": runtime.clean, "linear": runtime.linear,
    "passed_up": runtime.passed_up, "same": runtime.same,
    "limited": scales.limited, "apply_limits": scales.apply_limits, "acted_override": policies.acted_override,
    "acted_limits": policies.acted_limits, "required_all": policies.required_all, "required": policies.required,
    "required_coverage": policies.required_coverage, "coverage_of": policies.coverage_of,
    "undecided_problem": policies.undecided_problem,
    "add_days": dates.add_days, "add_months": dates.add_months, "after_months": runtime.after_months,
    "months_between": dates.months_between,
    "period_start": dates.period_start, "period_end": dates.period_end, "fiscal_quarter": dates.fiscal_quarter,
    "fiscal_year": dates.fiscal_year,
}  # fmt: skip


@frozen(slots=True)
class Generated:
    """The text of a generated module, and its objects by name."""

    text: str
    objects: dict[str, Any]


class ProgramWriter(CardWriter):
    """Writes whole programs."""

    def __init__(self, program: r.Program, source_lines: dict[str, list[str]], tracing: bool) -> None:
        super().__init__(program, source_lines)
        self.tracing = tracing
        self.secrets = Secrets(program)
        self.functions: dict[str, str] = {}
        self.free: dict[str, list[str]] = {}
        nodes = list(walk(program))
        self.facts_used = list({fact_key(node): node for node in nodes if isinstance(node, e.Fact)}.values())
        self.needed_parts([node for node in nodes if isinstance(node, e.Reference)])
        self.past = {n.name for n in nodes if isinstance(n, e.Reference) and n.part == "past_band"}
        self.instances: dict[str, r.Definition | r.Table] = {d.key: d for d in program.definitions}
        self.instances |= {table.key: table for table in program.tables}
        self.preamble: list[str] = []

    def write(self) -> Generated:
        """The whole module."""
        name = "trace" if self.tracing else "score"
        self.out.depth = 0
        self.out.line(f"def {name}({', '.join(self._surroundings())}{'=None' if self.tracing else ''}):")
        self.out.depth = 1
        self.read_facts(self._facts_read_first())
        for step in self.program.steps:
            self._step(step)
        self._finish_program()
        lines = [
            f"# {self.program.name} {self.program.version}, generated: change the ruleset, not this text",
            "",
        ]
        return Generated("\n".join([*lines, *self.preamble, *self.out.lines, ""]), dict(self.names.objects))

    def _facts_read_first(self) -> list[e.Fact]:
        """A whole result reports every fact that is invalid; scores read most facts only where they are needed."""
        if self.tracing:
            return self.facts_used
        passed = [node for node in walk(tuple(self.instances.values())) if isinstance(node, e.Fact)]
        return list({fact_key(node): node for node in passed}.values())

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
        elif self.tracing:
            found = self.atom(self.expression(step.value))
            name = self.names.variable(step.name, "out_")
            self.out.line(f"{name} = {found.text}")

    def _check(self, step: r.Check) -> None:
        if step.kind == "condition":
            found = self.expression(step.condition)
            name = self.names.variable(step.text, "condition_")
            self.out.line(f"{name} = {found.text}")
            self.conditions[step.text] = name
            return
        if not self.tracing:
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

    conditions: dict[str, str]

    # ── what the functions return ──

    def _finish_program(self) -> None:
        self.out.line("")
        conditions = "{" + ", ".join(f"{text!r}: {name}" for text, name in self.conditions.items()) + "}"
        if not self.tracing:
            parts = []
            for card in self._cards():
                place = self.places[card.name, ""]
                score = f"None if {place.what}.__class__ is NA else {place.what}"
                parts.append(f"{card.name!r}: ({score}, {place.band})")
            self.out.line(f"return {{{', '.join(parts)}}}, {conditions}")
            return
        assumptions = ", ".join(self._assumption(assumption) for assumption in self.program.assumptions)
        self.out.line("return {")
        self.out.depth += 1
        cards = ", ".join(
            f"{card.name!r}: " + self.names.variable(card.name, "card_") for card in self._cards()
        )
        self.out.line(f"'scorecards': {{{cards}}},")
        self.out.line("'measures': {")
        self.out.depth += 1
        for step in self.program.steps:
            if isinstance(step, r.Measure):
                self.out.line(f"{step.name!r}: {self._measure_result(step)},")
        self.out.depth -= 1
        self.out.line("},")
        self.out.line("'triggers': [], 'matrices': {},")
        outputs = [step for step in self.program.steps if isinstance(step, r.Output)]
        self.out.line(f"'outputs': {{{', '.join(self._output(step) for step in outputs)}}},")
        self.out.line(f"'segments': {self._segments()},")
        self.out.line(f"'assumptions': [{assumptions}],")
        self.out.line("'problems': problems,")
        self.out.line("}, " + conditions)
        self.out.depth -= 1
        closing = self.out.lines[-1].strip()
        self.out.lines[-1] = "    " + closing

    def _cards(self) -> Iterator[r.Scorecard]:
        return (step for step in self.program.steps if isinstance(step, r.Scorecard))

    def _measure_result(self, node: r.Measure) -> str:
        found = self.names.variable(node.name, "m_")
        value = self.names.variable(f"{node.name}.value", "v_")
        hidden = node.value is None or self.secrets.hides(node.value)
        shown_value = self.shown(value, None if hidden or node.value is None else node.value.type)
        status = "'scored'"
        if node.fresh is not None and node.fresh.stale is not None:
            status = f"'stale' if {self.names.variable(f'{node.name}.stale', 's_')} else 'scored'"
        extra = ""
        if node.name in self.limited:
            computed, acted = (
                self.names.variable(node.name, "c_"),
                self.names.variable(f"{node.name}.acted", "a_"),
            )
            scale = self.scale(node.bands) if node.bands else "None"
            extra = f"limited_result({found}, {computed}, {acted}, {scale}, {node.span.line}, {node.name!r}, problems)"
        points = f"clean({found}[1])" if self.computes_points(node) else f"{found}[1]"
        scored = (
            f"{{'status': {status}, 'value': {shown_value}, 'band': {found}[0], 'points': {points}, "
            f"'reason': {found}[3], 'line': {found}[2]{extra and ', **' + extra}}}"
        )
        na = f"na_result({found}, {shown_value}, {node.span.line}, {node.name!r}, problems{extra and ', ' + extra})"
        if not extra:
            common = f"'value': {shown_value}, 'band': None, 'points': None, 'reason': {found}.describe(), 'line': None"
            na = f"{{'status': {found}.reason, {common}}} if {found}.reason != 'invalid' else {na}"
        return f"{scored} if {found}.__class__ is not NA else {na}"

    def shown(self, text: str, kind: Any) -> str:
        """A value as it stands in a result: dates as texts, numbers cleaned, NA as null."""
        if kind is None:
            return "None"
        if kind.kind in (Kind.TEXT, Kind.CHOICE, Kind.FLAG):
            return f"(None if {text}.__class__ is NA else {text})"
        if kind.kind is Kind.NUMBER:
            return f"(None if {text}.__class__ is NA else clean({text}))"
        return f"{self.printer(kind)}({self.read_through(text, kind)})"

    def read_through(self, text: str, kind: Type) -> str:
        """A value that may be a list of facts, with its elements read."""
        read = self.elements(text, kind)
        return read if read == text else f"{text} if {text}.__class__ is NA else {read}"

    def printer(self, kind: Type) -> str:
        """The name of the function that shows values of a type."""
        is_read = evolve(kind, unit="") if kind.unit == FACT_LIST else kind
        return self.names.constant(printer(is_read, self.raw_reader), f"show_{kind.kind.value}")

    def _output(self, step: r.Output) -> str:
        return f"{step.name!r}: {self.shown_output(step)}"

    def shown_output(self, step: r.Output) -> str:
        """The value of an output, and a problem where it is invalid."""
        name = self.names.variable(step.name, "out_")
        show = "hidden" if self.secrets.hides(step.value) else self.printer(step.value.type)
        value = self.read_through(name, step.value.type)
        return f"output_result({value}, {show}, {step.span.line}, {step.name!r}, problems)"

    def _segments(self) -> str:
        segments = [step for step in self.program.steps if isinstance(step, r.Segment)]
        pairs = ", ".join(f"({step.name!r}, {self.variables[step.name].text})" for step in segments)
        return f"[name for name, holds in ({pairs},) if holds is True]" if segments else "[]"

    def _assumption(self, assumption: r.Assumption) -> str:
        value = self.names.temporary("assumed")
        self.out.line(f"{value} = {self.expression(assumption.value).text}")
        shown = self.shown(value, assumption.value.type)
        entry = (
            f"{{'path': {'.'.join(assumption.path)!r}, 'value': {shown}, 'reason': {assumption.because!r}}}"
        )
        return f"*([{entry}] if is_absent(facts, {assumption.path!r}) else [])"

    # ── references ──

    def reference(self, node: e.Reference) -> Code:
        """A number of a measure, card or node."""
        if node.kind == "measure":
            return self.measure_reference(node)
        if node.part == "coverage":
            found = self.names.variable(node.name, "coverage_")
            none = self.names.constant(_NO_COVERAGE, "no_coverage")
            return self.atom(Code(f"({found} if {found} is not None else {none})", na=True))
        return self.block_reference(node)

    def band_of(self, node: e.Reference) -> tuple[Code, list[str]]:
        """The band name of a measure, card or node (or NA), and the names of its band set."""
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

    @property
    def current_card(self) -> r.Scorecard:
        """The card that is being written."""
        return list(self.cards.values())[-1]

    def status_test(self, node: e.Reference, words: tuple[str, ...]) -> Code:
        """A test of the status of a measure, card or node."""
        computed = node.part == "computed_status"
        if node.kind == "measure":
            return self.measure_status(node.name, words, computed)
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
        tests = [f"{what}.__class__ is not NA"] if "scored" in words else []
        reasons = sorted(word for word in words if word not in ("scored", "stale"))
        if reasons:
            listed = ", ".join(map(repr, reasons))
            tests.append(f"({what}.__class__ is NA and {what}.reason in {{{listed}}})")
        return Code("(" + (" or ".join(tests) or "False") + ")")

    # ── definitions and tables ──

    def call_of(self, instance: str, arguments: list[str]) -> str:
        """A call of the function of a definition or table; written when first called."""
        for needed in self._needed(instance):
            self._define(needed)
        passed = [*arguments, *self.free[instance]]
        return f"{self.functions[instance]}({', '.join([*passed, *self._surroundings()])})"

    def _needed(self, instance: str) -> list[str]:
        """A definition or table and what it calls, as far as not written yet; each after what it calls."""
        order: list[str] = []
        stack = [] if instance in self.functions else [instance]
        while stack:
            name = stack[-1]
            found = walk(self.instances[name])
            calls = [node.instance for node in found if isinstance(node, e.CallDefinition)]
            missing = [call for call in calls if call not in self.functions and call not in order]
            if missing:
                stack.append(missing[0])
            else:
                order.append(stack.pop())
        return order

    def _surroundings(self) -> list[str]:
        """What every generated function is passed besides its own parameters."""
        return ["facts", "as_of", "months", "problems", *(["notes"] if self.tracing else [])]

    def _define(self, instance: str) -> None:
        node = self.instances[instance]
        name = self.names.variable(node.name, "define_" if isinstance(node, r.Definition) else "table_")
        if name in self.functions.values():
            name = self.names.temporary(name + "_")
        self.functions[instance] = name
        outer, self.out = self.out, Writer()
        free_facts, free_names = self._free(node)
        parameters = [self.names.variable(parameter) for parameter in node.parameters]
        for parameter, text in zip(node.parameters, parameters, strict=True):
            self.variables[parameter] = Code(text, na=True, atom=True)
        for fact in free_facts:
            self.out.remember(("fact", fact_key(fact)), Code(self.fact_name(fact), na=True, atom=True))
        self.free[instance] = free_names
        inner = ", ".join([*parameters, *free_names, *self._surroundings()])
        self.out.depth = 0
        with self.out.block(f"def {name}({inner})"):
            if isinstance(node, r.Definition):
                self.out.line(f"return {self.expression(node.body).text}")
            else:
                self._table(node)
        self.preamble += [*self.out.lines, "", ""]
        self.out = outer

    def _free(self, node: r.Definition | r.Table) -> tuple[list[e.Fact], list[str]]:
        """The facts and the names from outside that a body needs, through what it calls."""
        facts: dict[FactKey, e.Fact] = {}
        names: dict[str, None] = {}
        stack: list[Any] = [node]
        own = set(node.parameters)
        seen: set[str] = {node.key}
        while stack:
            for found in walk(stack.pop()):
                if isinstance(found, e.Fact):
                    facts.setdefault(fact_key(found), found)
                elif isinstance(found, e.Query):
                    own.add(found.variable)
                elif isinstance(found, e.CallDefinition) and found.instance not in seen:
                    seen.add(found.instance)
                    inner = self.instances[found.instance]
                    own |= set(inner.parameters)
                    stack.append(inner)
                elif isinstance(found, e.Variable) and found.name in self.variables and found.name not in own:
                    names.setdefault(self.variables[found.name].text)
                elif isinstance(found, e.Reference):
                    for text in self._names_of(found):
                        names.setdefault(text)
        fact_names = [self.fact_name(fact) for fact in facts.values()]
        return list(facts.values()), sorted({*fact_names, *(name for name in names if name.isidentifier())})

    def _names_of(self, node: e.Reference) -> list[str]:
        if node.kind == "measure":
            names = [self.names.variable(node.name, "m_"), self.names.variable(f"{node.name}.value", "v_")]
            fresh = self.measures[node.name].fresh
            if fresh is not None and fresh.stale is not None:
                names.append(self.names.variable(f"{node.name}.stale", "s_"))
            return [*names, *([self.names.variable(node.name, "c_")] if node.name in self.limited else [])]
        place = self.places[node.name, node.path]
        names = [place.what, place.points, place.band, place.computed, place.computed_band]
        if isinstance(place.node, r.Member):
            names += self._names_of(of_member(node, place.node))
        if node.part == "coverage":
            names.append(self.names.variable(node.name, "coverage_"))
        if node.part in ("effective_weight", "contribution"):
            names.append(self.names.variable(f"{node.name}.{node.path}.{node.part}", "q_"))
        return [name for name in names if name]

    def _table(self, node: r.Table) -> None:
        rows: list[tuple[e.Expression | None, Callable[[str], bool]]] = []
        for row in node.rows:

            def write(name: str, row: r.TableRow = row) -> bool:
                found = self.expression(row.result)
                self.out.line(f"{name} = {found.text}")
                return found.na

            rows.append((row.condition, write))
        none_fits = self._no_row_fits(node)
        if node.hits == "first":
            self.rows("result", rows, none_fits)
            self.out.line("return result")
            return
        self._all_rows(node, rows, none_fits)

    def _all_rows(
        self, node: r.Table, rows: list[tuple[e.Expression | None, Callable[[str], bool]]], none_fits: str
    ) -> None:
        self.out.line("hits, pending = [], []")
        for condition, write in rows:
            if condition is None:
                with self.out.block("if not hits"):
                    write("result")
                    self.out.line("hits.append(result)")
                continue
            test = self.value_of(condition)
            with self.out.block(f"if {test.text} is not False"):
                write("result")
                with self.out.block(f"if {test.text} is True"):
                    self.out.line("hits.append(result)")
                with self.out.block("else"):
                    self.out.line(f"pending.append(({test.text}, result))")
        if node.hits == "all":
            self.out.line("return pending[0][0] if pending else hits")
            return
        several = self.names.constant(
            NA("invalid", f"several rows of `{node.name}` fit", "", "RE510"), "several"
        )
        self.out.line(f"result = one_hit(hits, pending, {several}, {node.hits == 'agreeing'})")
        self.out.line(f"return result if result is not None else {none_fits}")


_NO_COVERAGE = NA("missing", "nothing here was expected to be scored")


def generate(program: r.Program, source_lines: dict[str, list[str]], tracing: bool) -> Generated:
    """The generated module for a program."""
    writer = ProgramWriter(program, source_lines, tracing)
    writer.conditions = {}
    return writer.write()


def constants_used(objects: Iterable[str]) -> list[str]:
    """The names of objects, in order."""
    return sorted(objects)


__all__ = ["GLOBALS", "FactReading", "Generated", "generate"]

"""Python text for what a generated program returns: scores alone, or the whole result of an account."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from ruleengine.evaluator.cards import CardWriter
from ruleengine.evaluator.printing import printer
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.secrets import Secrets
from ruleengine.tree.whole import Wholeness
from ruleengine.values import FACT_LIST, Kind, Type


class ResultWriter(CardWriter):
    """Writes the end of a program."""

    secrets: Secrets
    wholeness: Wholeness
    conditions: dict[str, str]
    tracing: bool
    #: Of each matrix of the result: where it is declared, its name, and the local that holds its result.
    shown_matrices: list[tuple[int, str, str]]

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
        measures = [step for step in self.program.steps if isinstance(step, r.Measure)]
        entries = [(measure.name, self._measure_entry(measure)) for measure in measures]
        self.out.line("result = {")
        self.out.depth += 1
        cards = ", ".join(
            f"{card.name!r}: " + self.names.variable(card.name, "card_") for card in self._cards()
        )
        self.out.line(f"'scorecards': {{{cards}}},")
        self.out.line("'measures': {")
        self.out.depth += 1
        for name, entry in entries:
            self.out.line(f"{name!r}: {entry},")
        self.out.depth -= 1
        self.out.line("},")
        matrices = ", ".join(f"{name!r}: {found}" for _, name, found in sorted(self.shown_matrices))
        fired = any(isinstance(step, r.Trigger) and step.visible for step in self.program.steps)
        listed = "[fired for _, fired in sorted(triggers, key=first_of)]" if fired else "[]"
        self.out.line(f"'triggers': {listed}, 'matrices': {{{matrices}}},")
        outputs = [step for step in self.program.steps if isinstance(step, r.Output)]
        self.out.line(f"'outputs': {{{', '.join(self._output(step) for step in outputs)}}},")
        self.out.line(f"'segments': {self._segments()},")
        self.out.line(f"'assumptions': [{assumptions}],")
        self.out.line("'problems': problems,")
        self.out.depth -= 1
        self.out.line("}")
        self.after_result()
        self.out.line(f"return result, {conditions}")

    def after_result(self) -> None:
        """Write what needs the whole result; by the parts that know what that is."""
        raise NotImplementedError  # pragma: no cover - abstract

    def _cards(self) -> Iterator[r.Scorecard]:
        return (step for step in self.program.steps if isinstance(step, r.Scorecard))

    def _measure_entry(self, node: r.Measure) -> str:
        """Write the entry of a measure in the result: its outcome's where it ends with one; returns its local."""
        found = self.names.variable(node.name, "m_")
        value = self.names.variable(f"{node.name}.value", "v_")
        entry = self.names.variable(node.name, "entry_")
        if not self.has_entries(node):
            self.out.line(f"{entry} = {self._measure_result(node)}")
            return entry
        nothing = {"status": None, "value": None, "band": None, "points": None, "reason": None, "line": None}
        with self.out.block(f"if {found}.__class__ is NA"):
            self.out.line(f"{entry} = {self.names.entry(nothing)}.copy()")
            self.out.line(f"{entry}['status'] = {found}.reason")
            self.out.line(f"{entry}['reason'] = {found}.describe()")
            with self.out.block(f"if {found}.reason == 'invalid'"):
                self.out.line(f"report_invalid({found}, {node.span.line}, {node.name!r}, problems)")
        with self.out.block("else"):
            self.out.line(f"{entry} = {found}[5].copy()")
            if node.fresh is not None and node.fresh.stale is not None:
                with self.out.block(f"if {self.names.variable(f'{node.name}.stale', 's_')}"):
                    self.out.line(f"{entry}['status'] = 'stale'")
        if node.value is not None and not self.secrets.hides_value(node):
            with self.out.block(f"if {value}.__class__ is not NA"):
                shown = value if node.name in self.whole_values else self.shown(value, node.value)
                self.out.line(f"{entry}['value'] = {shown}")
        return entry

    def _measure_result(self, node: r.Measure) -> str:
        found = self.names.variable(node.name, "m_")
        value = self.names.variable(f"{node.name}.value", "v_")
        hidden = node.value is None or self.secrets.hides_value(node)
        shown_value = self.shown(value, None if hidden else node.value)
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
        points = f"{found}[1]"
        if self.computes_points(node):
            points = f"None if {points} is None else clean({points})"
        scored = (
            f"{{'status': {status}, 'value': {shown_value}, 'band': {found}[0], 'points': {points}, "
            f"'reason': {found}[3], 'line': {found}[2]{extra and ', **' + extra}}}"
        )
        na = f"na_result({found}, {shown_value}, {node.span.line}, {node.name!r}, problems{extra and ', ' + extra})"
        if not extra:
            common = f"'value': {shown_value}, 'band': None, 'points': None, 'reason': {found}.describe(), 'line': None"
            na = f"{{'status': {found}.reason, {common}}} if {found}.reason != 'invalid' else {na}"
        return f"{scored} if {found}.__class__ is not NA else {na}"

    def shown(self, text: str, node: e.Expression | None) -> str:
        """The value of an expression as it stands in a result: dates as texts, whole numbers and decimals, NA as null."""
        if node is None:
            return "None"
        kind = node.type
        if kind.kind in (Kind.TEXT, Kind.CHOICE, Kind.FLAG):
            return f"(None if {text}.__class__ is NA else {text})"
        if kind.kind is Kind.NUMBER:
            show = "whole_number" if self.wholeness.of(node) else "clean"
            return f"(None if {text}.__class__ is NA else {show}({text}))"
        return f"{self.printer(node)}({self.read_through(text, kind)})"

    def read_through(self, text: str, kind: Type) -> str:
        """A value that may be a list of facts, with its elements read."""
        read = self.elements(text, kind)
        return read if read == text else f"{text} if {text}.__class__ is NA else {read}"

    def printer(self, node: e.Expression) -> str:
        """The name of the function that shows the values of an expression."""
        kind = node.type
        is_read = evolve(kind, unit="") if kind.unit == FACT_LIST else kind
        show = printer(is_read, self.wholeness.shape(node), self.raw_reader)
        return self.names.constant(show, f"show_{kind.kind.value}")

    def _output(self, step: r.Output) -> str:
        return f"{step.name!r}: {self.shown_output(step)}"

    def shown_output(self, step: r.Output) -> str:
        """The value of an output, and a problem where it is invalid."""
        name = self.names.variable(step.name, "out_")
        show = "hidden" if self.secrets.hides(step.value) else self.printer(step.value)
        value = self.read_through(name, step.value.type)
        return f"output_result({value}, {show}, {step.span.line}, {step.name!r}, problems)"

    def _segments(self) -> str:
        segments = [step for step in self.program.steps if isinstance(step, r.Segment)]
        pairs = ", ".join(f"({step.name!r}, {self.variables[step.name].text})" for step in segments)
        return f"[name for name, holds in ({pairs},) if holds is True]" if segments else "[]"

    def _assumption(self, assumption: r.Assumption) -> str:
        value = self.names.temporary("assumed")
        self.out.line(f"{value} = {self.expression(assumption.value).text}")
        shown = self.shown(value, assumption.value)
        entry = (
            f"{{'path': {'.'.join(assumption.path)!r}, 'value': {shown}, 'reason': {assumption.because!r}}}"
        )
        return f"*([{entry}] if is_absent(facts, {assumption.path!r}) else [])"

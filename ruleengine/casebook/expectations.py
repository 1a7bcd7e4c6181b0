"""Expectations of tests → probes: conditions in the ruleset's own scope, and the values to show beside them.

In: an `expect` with the columns filled in. Out: an `Expectation`, and the expressions whose values answer it: first the
condition, then one for each part that is shown. `A = B to within T` is |A − B| ≤ T.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs
from attrs import define, field

from ruleengine.casebook.model import Expectation, Part, Subject
from ruleengine.compiler import units
from ruleengine.compiler.calls import VALUE_PARTS
from ruleengine.compiler.cards import Cards
from ruleengine.compiler.scope import Scope
from ruleengine.diagnostics import Diagnostic, Diagnostics, did_you_mean
from ruleengine.source import Source, Span
from ruleengine.syntax import tree as t
from ruleengine.syntax.formatting.document import flat
from ruleengine.syntax.formatting.expressions import ExpressionPrinter
from ruleengine.syntax.formatting.remarks import Remarks
from ruleengine.syntax.walk import walk as walk_nodes
from ruleengine.tree import expressions as e
from ruleengine.tree.walk import walk
from ruleengine.values import FLAG, UNKNOWN, Kind

#: What an expectation is about when it is about the ruleset.
_ASKS_THE_RULESET = (
    e.Reference, e.Variable, e.CallDefinition, e.IsBand, e.IsBandThanBand, e.IsMeasureStatus, e.Said, e.Reasons,
)  # fmt: skip
#: After these names a path is a value and not the measure, card or group itself.
_PARTS = (*VALUE_PARTS, "band")
#: A message and its help.
_Always = tuple[str, str]
_ALWAYS: _Always = (
    "this says nothing about the ruleset: it is the same whatever the ruleset does",
    "expect something of a measure, a scorecard, an output’s value, a trigger",
)
_SAME: _Always = ("both sides are the same, so this is true whenever they have a value", "")


@define(slots=True)
class Expecting:
    """Compiles the expectations of one test file."""

    maker: Cards
    source: Source
    declared: tuple[str, ...]  # the texts of the problems and invariants that the ruleset declares
    always: dict[Span, list[_Always | None]] = field(
        factory=dict
    )  # of each `expect`, for each row of its test

    def text(self, node: t.Expression) -> str:
        """An expression as it is written, with the columns filled in."""
        return flat(ExpressionPrinter(Remarks(self.source, ())).expression(node))

    # ── problems ──

    def problem(self, node: t.ExpectProblem) -> Expectation:
        """`expect problem "…"`, `expect no problem`."""
        words = f' "{node.text}"' if node.text is not None else ""
        if node.absent and node.text is not None and not any(node.text in each for each in self.declared):
            hint = did_you_mean(node.text, self.declared) or "it must be a part of the text of one"
            self.maker.context.report(
                "RE201", node.span, f"the ruleset declares no problem{words}, so this is always true", hint
            )
        kind = "no problem" if node.absent else "problem"
        return Expectation(kind, f"{kind}{words}", node.text or "", node.span)

    # ── conditions ──

    def condition(self, node: t.Expect) -> tuple[Expectation, tuple[e.Expression, ...]]:
        """An expectation, and what its probe asks for."""
        text = self.text(node.condition)
        if node.tolerance is not None:
            text += f" to within {self.text(node.tolerance)}"
        context, reported = self.maker.context, self.maker.context.diagnostics
        context.diagnostics = Diagnostics()
        try:
            plain = node.tolerance is None
            condition = self.maker.condition(node.condition, Scope()) if plain else self._within(node)
        finally:
            found, context.diagnostics = context.diagnostics, reported
        reported.extend(_at_cells(node, found))
        self.always.setdefault(node.span, []).append(self._always(node, condition))
        values: list[e.Expression] = [condition]
        parts: dict[str, Part] = {}
        for each in _shown(node.condition):
            part = self._part(*each, values)
            parts.setdefault(part.text, part)
        subjects = tuple(self._subjects(condition))
        return Expectation("condition", text, "", node.span, tuple(parts.values()), subjects), tuple(values)

    def _within(self, node: t.Expect) -> e.Expression:
        """`A = B to within T`, checked."""
        compared = node.condition
        assert node.tolerance is not None
        if not isinstance(compared, t.Compare) or compared.operator != "=" or compared.left is None:
            return self.maker.context.fault(
                "RE213", node.span, "`to within` stands after `A = B`", "for example `health.score = 66.67 to within 0.01`"
            )  # fmt: skip
        checked = self.maker.condition(compared, Scope())
        tolerance = self.maker.quantity(node.tolerance, Scope())
        if not isinstance(checked, e.Compare) or tolerance.type.kind is not Kind.NUMBER:
            return checked
        left, right = checked.left, checked.right
        if (
            isinstance(tolerance, e.Constant)
            and isinstance(tolerance.value, int | float)
            and tolerance.value < 0
        ):
            self.maker.context.report("RE320", tolerance.span, "a tolerance is not below 0")
        days = units.is_day(left.type) and units.is_day(right.type)
        if not days and not all(units.is_any(x.type) or x.type.kind is Kind.NUMBER for x in (left, right)):
            return self.maker.context.fault(
                "RE306", node.span, "`to within` needs numbers or dates", "compare texts and bands without it"
            )
        kind = units.add("-", left.type, right.type) if days else left.type
        assert not isinstance(kind, units.Objection)
        objection = units.compare("<=", kind, tolerance.type, isinstance(tolerance, e.Constant))
        if objection is not None:
            return self.maker.context.fault(objection.code, tolerance.span, objection.message, objection.help)
        difference = e.Call("days between" if days else "-", (left, right), type=kind, span=node.span)
        distance = e.Call("abs", (difference,), type=kind, span=node.span)
        return e.Compare("<=", distance, tolerance, type=FLAG, span=node.span)

    def _always(self, node: t.Expect, condition: e.Expression) -> _Always | None:
        """What is said of an expectation that no ruleset could fail."""
        if condition.type == UNKNOWN or any(each.type == UNKNOWN for each in _expressions(condition)):
            return None
        if not any(isinstance(each, _ASKS_THE_RULESET) for each in _expressions(condition)):
            return _ALWAYS
        compared = node.condition
        if isinstance(compared, t.Compare) and compared.left is not None:
            same = self.text(compared.left) == self.text(compared.right)
            if same and compared.operator in ("=", "<=", ">="):
                return _SAME
        return None

    def report_always(self) -> None:
        """Report the expectations of a test that no ruleset could fail, in any row: a column may hold a condition."""
        for span, found in self.always.items():
            first = found[0]
            if first is not None and None not in found:
                self.maker.context.report("RE409", span, *first)
        self.always.clear()

    # ── what is shown ──

    def _part(self, node: t.Expression, tested: bool, values: list[e.Expression]) -> Part:
        """A part of a condition; what stands before `is` is `tested`: a measure there is itself, not its points."""
        context, reported = self.maker.context, self.maker.context.diagnostics
        faults = context.diagnostics = Diagnostics()  # what is wrong is said of the condition itself
        try:
            subject = (
                self._subject(node.operand if isinstance(node, t.Computed) else node) if tested else None
            )
            value = self.maker.elaborate(node, Scope()) if subject is None else None
        finally:
            context.diagnostics = reported
        if value is None or faults.has_errors:
            name = node.name if isinstance(node, t.Name) else ""
            return Part(self.text(node), None, subject=subject or Subject("step", name, "", node.span))
        values.append(value)
        return Part(self.text(node), value, len(values) - 1)

    def _subject(self, node: t.Expression) -> Subject | None:
        """The measure, card or node that an expression is, not a part of one such as its score."""
        if not isinstance(node, t.Name) and (not isinstance(node, t.Member) or node.name in _PARTS):
            return None
        found = self.maker.reference(node, Scope(), "band")
        if found is None or found.kind == "none" or found.part != "band":
            return None
        return Subject(found.kind, found.name, found.path, found.span)

    def _subjects(self, condition: e.Expression) -> Iterator[Subject]:
        """The measures, cards, groups and named things that a condition asks about, each once."""
        seen: set[tuple[str, str, str]] = set()
        for each in _expressions(condition):
            if isinstance(each, e.Reference):
                subject = Subject(each.kind, each.name, each.path, each.span)
            elif isinstance(each, e.Variable):
                subject = Subject("step", each.name, "", each.span)
            else:
                continue
            key = (subject.kind, subject.name, subject.path)
            if key not in seen:
                seen.add(key)
                yield subject


def _at_cells(node: t.Expect, reports: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Reports of a comparison with a cell of the cases stand at the cell: the comparison is the same for every row."""
    cells: dict[Span, Span] = {}
    for each in walk_nodes(node):
        if isinstance(each, t.Compare) and each.left is not None:
            beside = [
                side.span
                for side in (each.left, each.right)
                if not node.span.start <= side.span.start < node.span.end
            ]
            if len(beside) == 1:
                cells[each.span] = beside[0]
    for report in reports:
        yield attrs.evolve(report, span=cells.get(report.span, report.span))


def _expressions(node: e.Expression) -> Iterator[e.Expression]:
    return (each for each in walk(node) if isinstance(each, e.Expression))


def _shown(node: t.Expression) -> Iterator[tuple[t.Expression, bool]]:
    """The parts of a condition whose values say why it holds or not, and whether they stand before `is`.

    What is written out is left away: it says itself what it is.
    """
    parts: tuple[t.Expression | None, ...]
    match node:
        case t.Logic():
            yield from (shown for part in node.operands for shown in _shown(part))
            return
        case t.Not():
            yield from _shown(node.operand)
            return
        case t.Compare():
            parts = (node.left, node.right)
        case t.In():
            parts = (node.subject, *(node.target if isinstance(node.target, tuple) else ()))
        case t.Contains():
            parts = (node.subject, node.item)
        case t.Within():
            parts = (node.subject,)
        case t.Is():
            parts = (node.subject, node.other)
        case _:
            parts = (node,)
    tested = isinstance(node, t.Is)
    yield from ((part, tested) for part in parts if part is not None and not _is_literal(part))


def _is_literal(node: t.Expression) -> bool:
    if isinstance(node, t.Negative):
        return _is_literal(node.operand)
    return isinstance(node, t.Number | t.Text | t.Date | t.Flag | t.NotAvailable)

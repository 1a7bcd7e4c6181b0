"""The earlier result that a test gives an account: from a file that `eval` wrote, or written in the test.

`previous as of 2024-02-01 { health: { score: 80, band: green }, csm_sentiment: { band: red } }`: for each scorecard and
measure what was found then; a group of a scorecard stands inside of it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from attrs import frozen

from ruleengine.casebook.changes import Builder, Leaf, Plan, Planner
from ruleengine.casebook.columns import Cells, filled
from ruleengine.casebook.documents import Documents
from ruleengine.casebook.shape import day_of
from ruleengine.compiler.context import CompiledCard, CompiledMeasure
from ruleengine.compiler.scope import Symbol
from ruleengine.diagnostics import did_you_mean
from ruleengine.source import Span
from ruleengine.syntax import tree as t
from ruleengine.values import NUMBER, PERCENT, STATUSES, Field, Type

_OF_CARDS = ("score", "band", "computed_score", "computed_band", "coverage", "status")
_OF_NODES = ("score", "band", "effective_weight", "contribution", "status")
_OF_MEASURES = ("value", "points", "band", "status")
_SHARES = ("coverage", "effective_weight")


@frozen(slots=True, eq=False)
class EarlierPlan:
    """An earlier result that is written in a test: values by where they stand in a result."""

    entries: tuple[tuple[tuple[str, ...], str | Plan], ...]
    day: date | None

    def result(self, builder: Builder, identity: Any, as_of: str) -> dict[str, Any]:
        """The result document; its day is that of the case unless the test says another."""
        day = as_of if self.day is None else self.day.isoformat()
        result: dict[str, Any] = {"id": identity, "as_of": day, "scorecards": {}, "measures": {}}
        for path, found in self.entries:
            value = found if isinstance(found, str) else builder.build(found)
            holder = result
            for step in path[:-1]:
                holder = holder.setdefault(step, {})
            holder.setdefault("status", "scored")
            holder[path[-1]] = value
        return result


def earlier_result(
    node: t.TestPrevious, cells: Cells, planner: Planner, documents: Documents
) -> dict[str, Any] | EarlierPlan | None:
    """What `previous` of a test says; None after a report."""
    if node.record is None:
        return documents.result(node.path or "", identity_of(node.id, cells, planner), node.span)
    entries: list[tuple[tuple[str, ...], str | Plan]] = []
    reader = _EarlierReader(planner, entries)
    for each in filled(node.record, cells).fields:
        reader.entry(each)
    day = None if node.day is None else day_of(node.day, cells, planner.maker.context.diagnostics)
    return EarlierPlan(tuple(entries), day)


def identity_of(node: t.Expression | None, cells: Cells, planner: Planner) -> str | None:
    """The id that a test names; None where it names none, empty after a report."""
    if node is None:
        return None
    found = filled(node, cells)
    if isinstance(found, t.Text) and found.value:
        return found.value
    if isinstance(found, t.Number) and not found.unit:
        return found.digits
    planner.maker.context.report("RE320", found.span, "an id is a text in quotes or a number")
    return ""


@frozen(slots=True, eq=False)
class _EarlierReader:
    planner: Planner
    entries: list[tuple[tuple[str, ...], str | Plan]]

    def entry(self, node: t.RecordField) -> None:
        """One scorecard or measure, or the day."""
        symbols = self.planner.maker.module.symbols
        symbol = symbols.get(node.name)
        compiled = None if symbol is None else self._compiled(symbol, node.span)
        if compiled is None:
            known = [name for name, each in symbols.items() if each.origin.kind in ("measure", "scorecard")]
            self._report(
                "RE201", node.span, f"`{node.name}` is no measure or scorecard of the ruleset",
                did_you_mean(node.name, known),
            )  # fmt: skip
        elif not isinstance(node.value, t.Record):
            hint = f"write `{node.name}: {{ band: green }}`"
            self._report("RE320", node.value.span, "an earlier result is a record", hint)
        elif isinstance(compiled, CompiledMeasure):
            name = compiled.measure.name
            self._parts(("measures", name), node.value, _OF_MEASURES, name, {"value": compiled.value_type})
        else:
            self._card(compiled, node.value)

    def _compiled(self, symbol: Symbol, span: Span) -> CompiledMeasure | CompiledCard | None:
        if symbol.origin.kind not in ("measure", "scorecard"):
            return None
        found = self.planner.maker.context.require(symbol.origin, span)
        return found if isinstance(found, CompiledMeasure | CompiledCard) else None

    def _card(self, compiled: CompiledCard, record: t.Record) -> None:
        name = compiled.card.name
        inner = tuple(each for each in record.fields if each.name in compiled.nodes)
        own = t.Record(tuple(each for each in record.fields if each not in inner), span=record.span)
        self._parts(("scorecards", name), own, (*_OF_CARDS, *compiled.nodes), name, {})
        for each in inner:
            path = compiled.nodes[each.name]
            if isinstance(each.value, t.Record):
                self._parts(("scorecards", name, "nodes", path), each.value, _OF_NODES, name, {})
            else:
                self._report("RE320", each.value.span, "an earlier result is a record")

    def _parts(
        self,
        above: tuple[str, ...],
        record: t.Record,
        known: tuple[str, ...],
        name: str,
        types: dict[str, Type],
    ) -> None:
        for each in record.fields:
            path = (*above, each.name)
            if each.name not in known:
                self._report(
                    "RE203", each.span, f"an earlier result has no `{each.name}` here",
                    did_you_mean(each.name, known) or "it has " + ", ".join(f"`{word}`" for word in known[:6]),
                )  # fmt: skip
            elif each.name in ("band", "computed_band", "status"):
                self._word(path, each.value, name, each.name)
            else:
                kind = types.get(each.name, PERCENT if each.name in _SHARES else NUMBER)
                self._leaf(path, each.value, kind)

    def _word(self, path: tuple[str, ...], node: t.Expression, name: str, part: str) -> None:
        """A band or a status; bands that today's set does not know can be tested too, so they are not refused."""
        word = node.name if isinstance(node, t.Name) else node.value if isinstance(node, t.Text) else None
        if word is None:
            self._report("RE320", node.span, f"a {part.removeprefix('computed_')} is a word")
        elif part == "status" and word not in STATUSES:
            self._report("RE204", node.span, f"`{word}` is no status", did_you_mean(word, STATUSES))
        else:
            self.entries.append((path, word))

    def _leaf(self, path: tuple[str, ...], node: t.Expression, kind: Type) -> None:
        plan = self.planner.leaf(node, Field(path[-1], kind))
        assert isinstance(plan, Leaf)
        self.entries.append((path, plan))

    def _report(self, code: str, span: Span, message: str, help: str = "") -> None:
        self.planner.maker.context.report(code, span, message, help)

"""Why an account has the scores that it has: the trace of one evaluation, laid out for people and machines.

In: an evaluator, the sources of its ruleset, one fact document. Out: an `Explanation`. Nothing is computed a second time
by other means: statuses, values, weights and lines come from the result of the generated program; inputs are looked up
in the document by the paths that the tree names; named values come from a run of the same program.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from attrs import frozen

from ruleengine.evaluator.costs import Costs
from ruleengine.evaluator.explain_matrices import explain_matrices
from ruleengine.evaluator.explain_triggers import explain_triggers
from ruleengine.evaluator.printing import shown_value
from ruleengine.evaluator.program import Evaluator
from ruleengine.evaluator.rowtrace import RowTracer
from ruleengine.evaluator.runtime import clean
from ruleengine.source import Source, Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.blocks import leaves
from ruleengine.tree.secrets import Secrets
from ruleengine.tree.walk import walk
from ruleengine.values import Kind, Type

_SECRET = "(secret)"
_LONGEST_VALUE = 80


@frozen(slots=True)
class Explanation:
    """The explanation of one account; `to_dict` gives the whole of it."""

    data: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Plain lists, dictionaries, texts and numbers."""
        return self.data

    @property
    def scorecards(self) -> list[dict[str, Any]]:
        """The scorecards, those of the ruleset itself first."""
        found: list[dict[str, Any]] = self.data["scorecards"]
        return found


def explain(
    evaluator: Evaluator,
    sources: Mapping[str, Source],
    facts: dict[str, Any],
    as_of: date,
    previous: dict[str, Any] | None = None,
    brief: bool = False,
) -> Explanation:
    """The explanation of one account; a `brief` one lacks the inputs, named values and rows, and takes a fraction of the time."""
    return _Explainer(evaluator, sources, facts, as_of, previous, brief).run()


class _Explainer:
    def __init__(
        self,
        evaluator: Evaluator,
        sources: Mapping[str, Source],
        facts: dict[str, Any],
        as_of: date,
        previous: dict[str, Any] | None,
        brief: bool,
    ) -> None:
        self.program = evaluator.program
        self.brief = brief
        self.facts = facts
        self.sources = dict(sources)
        notes: list[Any] = []
        self.result = evaluator.result(facts, as_of, notes, previous)
        self.notes = notes
        self.bands = {bands.key: bands for bands in self.program.band_sets}
        self.measures = {step.name: step for step in self.program.steps if isinstance(step, r.Measure)}
        self.cards = {step.name: step for step in self.program.steps if isinstance(step, r.Scorecard)}
        self.lets = {step.name: step for step in self.program.steps if isinstance(step, r.Let)}
        usable = evaluator.usable_previous(previous, facts, as_of)
        self.tracer = RowTracer(evaluator, facts, as_of, usable)
        self.costs = Costs(evaluator.program)
        self.secrets = Secrets(evaluator.program)

    def run(self) -> Explanation:
        cards = sorted(self.cards.values(), key=lambda card: not card.visible)
        placed = {member.name for card in cards for _, member in leaves(card.block)}
        loose = [measure for measure in self.measures.values() if measure.name not in placed]
        data: dict[str, Any] = {
            key: self.result[key]
            for key in ("id", "as_of", "ruleset", "engine", "segments", "outputs", "problems", "assumptions")
        }
        data["scorecards"] = [self._card(card) for card in cards]
        data["measures"] = [self._measure(measure, measure.name) for measure in loose]
        data["matrices"] = explain_matrices(self.program, self.result, self.secrets, self._source)
        data["triggers"] = explain_triggers(self.program, self.result, self.tracer, self._source, self._text)
        data["output_texts"] = self._output_texts()
        data["left_out"] = self._left_out()
        return Explanation(data)

    def _output_texts(self) -> dict[str, str]:
        """The outputs that are numbers as people write them, with percent signs and units."""
        outputs = [step for step in self.program.steps if isinstance(step, r.Output)]
        values = [(step, self.result["outputs"].get(step.name)) for step in outputs]
        return {
            step.name: shown(value, step.value.type, step.percent)
            for step, value in values
            if isinstance(value, int | float) and not isinstance(value, bool)
        }

    def _left_out(self) -> list[dict[str, Any]]:
        """Elements of lists that queries left out because their condition was undecided, counted by line."""
        counts: dict[int, dict[str, Any]] = {}
        for line, na in self.notes:
            entry = counts.setdefault(line, {"line": line, "count": 0, "why": na.describe()})
            entry["count"] += 1
        return list(counts.values())

    # ── places in the ruleset ──

    def _source(self, span: Span, line: int | None = None) -> dict[str, Any]:
        number = line if line is not None else span.line
        return {"path": span.path, "line": number, "text": self._line(span.path, number)}

    def _line(self, path: str, number: int) -> str:
        if path not in self.sources:
            try:
                self.sources[path] = Source(path, Path(path).read_text(encoding="utf-8-sig"))
            except (OSError, ValueError):
                self.sources[path] = Source(path, "")
        return self.sources[path].line(number).strip()

    def _text(self, span: Span) -> str:
        self._line(span.path, span.line)
        return " ".join(self.sources[span.path].text[span.start : span.end].split())

    # ── scorecards ──

    def _card(self, card: r.Scorecard) -> dict[str, Any]:
        found = self.result["scorecards"][card.name]
        entry: dict[str, Any] = {"name": card.name, "title": card.block.title}
        entry |= {key: value for key, value in found.items() if key != "nodes"}
        entry["source"] = self._source(card.span)
        entry["nodes"] = [self._node(card, child, "") for child in card.block.children]
        entry["costs"] = self.costs.of(self.result, card.name, self.tracer.value)
        return entry

    def _node(self, card: r.Scorecard, child: r.Member | r.Block, above: str) -> dict[str, Any]:
        path = f"{above}.{child.label}" if above else child.label
        found = self.result["scorecards"][card.name]["nodes"][path]
        kind = (
            "group" if isinstance(child, r.Block) else "measure" if child.kind == "measure" else "scorecard"
        )
        entry: dict[str, Any] = {
            "path": path, "name": child.name if kind == "scorecard" else child.label, "title": child.title, "kind": kind,
            "status": found["status"], "band": found["band"], "points": found["score"], "weight": found["weight"],
            "effective_weight": found["effective_weight"], "contribution": found["contribution"],
            "imputed": found.get("imputed", False),
        }  # fmt: skip
        if isinstance(child, r.Block):
            entry |= {
                "value": None, "value_text": "", "reason": None, "source": self._source(child.span), "inputs": [],
                "lets": [], "rows": [], "children": [self._node(card, below, path) for below in child.children],
            }  # fmt: skip
        elif child.kind == "measure":
            entry |= self._measure_parts(self.measures[child.name])
            if found["status"] == "grace":
                entry["reason"] = "in its first days nothing but the excepted measures counts"
        else:
            inner = self.result["scorecards"][child.name]
            entry |= {
                "value": None, "value_text": "", "reason": inner["reason"], "source": self._source(self.cards[child.name].span),
                "inputs": [], "lets": [], "rows": [],
                "children": [self._node(self.cards[child.name], below, "") for below in self.cards[child.name].block.children],
            }  # fmt: skip
        return entry

    # ── measures ──

    def _measure(self, measure: r.Measure, path: str) -> dict[str, Any]:
        found = self.result["measures"][measure.name]
        entry = {
            "path": path, "name": measure.label, "title": measure.title, "kind": "measure", "status": found["status"],
            "band": found["band"], "points": found["points"], "weight": None, "effective_weight": None,
            "contribution": None, "imputed": False,
        }  # fmt: skip
        return entry | self._measure_parts(measure)

    def _measure_parts(self, measure: r.Measure) -> dict[str, Any]:
        found = self.result["measures"][measure.name]
        kind = measure.value.type if measure.value is not None else None
        lets = [] if self.brief else self._lets(measure)
        parts = {
            "value": found["value"],
            "value_text": _SECRET
            if self.secrets.hides_value(measure)
            else shown(found["value"], kind, measure.percent),
            "reason": found["reason"],
            "source": self._source(measure.span, found["line"]),
            "inputs": [] if self.brief else self._inputs(measure, lets),
            "lets": [{"name": let.label, "value_text": self._let_text(let)} for let in lets],
            "rows": [] if self.brief or measure.checklist else self._rows(measure, found),
            "children": [],
        }
        return parts | self._answered(measure, found) if measure.checklist else parts

    def _answered(self, measure: r.Measure, found: Mapping[str, Any]) -> dict[str, Any]:
        """How a criterion is answered; it has one row, its own line."""
        answers = {True: ("yes", "won"), False: ("no", "did not hold"), None: ("unknown", "undecided")}
        answer, state = answers[found["value"]]
        if found["value"] is None and found["status"] == "not_applicable":
            answer, state = "set aside", "not reached"
        why = found["reason"] or "" if state == "undecided" else ""
        row = {"line": measure.span.line, "text": self._text(measure.span), "result": state, "why": why}
        return {"answer": answer, "value_text": answer, "rows": [row]}

    def _lets(self, measure: r.Measure) -> list[r.Let]:
        """The named values that a measure rests on, in the order in which they are computed."""
        found: dict[str, r.Let] = {}
        stack: list[Any] = [measure]
        while stack:
            for node in walk(stack.pop()):
                if isinstance(node, r.Let):
                    found.setdefault(node.name, node)
                elif isinstance(node, e.Variable) and node.name in self.lets and node.name not in found:
                    found[node.name] = self.lets[node.name]
                    stack.append(self.lets[node.name].value)
        order = list(self.lets)
        return sorted(
            found.values(), key=lambda let: order.index(let.name) if let.name in self.lets else len(order)
        )

    def _let_text(self, let: r.Let) -> str:
        if let.name in self.secrets.names:
            return _SECRET
        value = self.tracer.let(let.name)
        return shown(value, let.value.type, False) if value is not None else "NA"

    def _inputs(self, measure: r.Measure, lets: list[r.Let]) -> list[dict[str, Any]]:
        """The facts that a measure reads, each with what the document holds."""
        paths: dict[tuple[str, ...], e.Fact] = {}
        for node in walk((measure, tuple(let.value for let in lets))):
            if isinstance(node, e.Fact):
                paths.setdefault(node.path, node)
        inputs = [{"path": ".".join(path), "value": self._fact(path, node)} for path, node in paths.items()]
        return inputs + self._fields(measure)

    def _fields(self, measure: r.Measure) -> list[dict[str, Any]]:
        """The fields that a measure reads from records found by its lets, such as `scored_instance.billable_users`."""
        found: dict[str, Any] = {}
        for node in walk(measure):
            if isinstance(node, e.Attribute) and isinstance(node.base, e.Variable) and node.fact is not None:
                record = self.tracer.record(node.base.name)
                if record is not None:
                    value = record.get(node.name)
                    label = node.base.name.rsplit(".", 1)[-1]
                    found[f"{label}.{node.name}"] = (
                        _SECRET if node.fact.secret and value is not None else value
                    )
        return [
            {"path": path, "value": value}
            for path, value in found.items()
            if not isinstance(value, dict | list)
        ]

    def _fact(self, path: tuple[str, ...], node: e.Fact) -> Any:
        value: Any = self.facts
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if value is None:
            return None
        if node.fact.secret:
            return _SECRET
        if node.fact.type.kind in (Kind.LIST, Kind.RECORD):
            size = len(value) if isinstance(value, list | dict) else 0
            return (
                f"{size} {'element' if size == 1 else 'elements'}" if isinstance(value, list) else "a record"
            )
        return value

    def _rows(self, measure: r.Measure, found: dict[str, Any]) -> list[dict[str, Any]]:
        """Every rating row with what became of it; a row after the one that won was not reached."""
        rows = []
        rated = found["line"] is not None or found["status"] == "invalid"
        over = found["value"] is None and not rated and measure.value is not None
        for block in measure.rates:
            for row in block.rows:
                state, why = ("not reached", "") if over else self._row_state(block, row, rated)
                over = over or state == "won"
                rows.append(
                    {"line": row.span.line, "text": self._row_text(block, row), "result": state, "why": why}
                )
        return rows

    def _row_state(self, block: r.RateBlock, row: r.Row, rated: bool) -> tuple[str, str]:
        states = [(condition, self.tracer.holds(condition)) for condition in (block.condition, row.condition)]
        for condition, state in states:
            if state is False:
                return "did not hold", ""
            if state is None:
                why = self.tracer.why(condition)
                return ("undecided", why) if why else ("not reached", "")
        if rated or isinstance(row.outcome, r.NaOutcome):
            return "won", ""
        return "not reached", ""

    def _row_text(self, block: r.RateBlock, row: r.Row) -> str:
        text = self._text(row.span)
        return text if block.condition is None else f"when {self._text(block.condition.span)}: {text}"


def _series_text(points: list[tuple[int, Any]], kind: Type) -> str:
    """How many values a series has, and the newest of them."""
    if not points:
        return "no values"
    day, newest = points[-1]
    text = shown(shown_value(newest, kind.element.kind.value), kind.element, False) if kind.element else ""
    count = f"{len(points)} {'value' if len(points) == 1 else 'values'}"
    return f"{count}, the newest {text} of {shown_value(day, 'date')}"


def shown(value: Any, kind: Type | None, percent: bool) -> str:
    """A value for people: percentages, durations, dates; empty when there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        if percent or (kind is not None and kind.unit == "percent"):
            return f"{clean(round(value * 100, 1)):g}%"
        unit = kind.unit if kind is not None else ""
        number = f"{clean(round(float(value), 2)):,.10g}" if abs(value) < 1e15 else f"{value:g}"
        if unit in ("days", "months"):
            return f"{number} {unit.removesuffix('s') if value == 1 else unit}"
        return (
            f"{number} {unit.removeprefix('money').strip()}".strip() if unit.startswith("money") else number
        )
    if isinstance(value, list):
        if kind is not None and kind.kind is Kind.SERIES:
            return _series_text(value, kind)
        return f"{len(value)} {'element' if len(value) == 1 else 'elements'}"
    if isinstance(value, dict):
        declared = [each.name for each in kind.fields] if kind is not None else []
        # The order is the schema's: that in which a document has its keys must not show.
        items = [
            (name, value[name])
            for name in (*declared, *sorted(value.keys() - set(declared)))
            if name in value
        ]
        return ", ".join(f"{name} {item}" for name, item in items[:4] if not isinstance(item, dict | list))
    text = str(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"

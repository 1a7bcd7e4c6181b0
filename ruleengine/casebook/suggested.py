"""A test that somebody can paste into a test file: an account as the test language writes it, and what came of it.

In: an account that reaches an item, and its result. Out: the text of one `test`, in the one layout. What it expects is
what the ruleset says today: whoever pastes it decides whether that is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ruleengine.casebook.accounts import Account
from ruleengine.evaluator.coverage import CoverageItem, Inventory
from ruleengine.evaluator.coverage_reasons import Cause
from ruleengine.facts.model import field_named
from ruleengine.source import Source
from ruleengine.syntax.format import format_file
from ruleengine.syntax.formatting import words
from ruleengine.syntax.parse import parse
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk
from ruleengine.values import Field, Kind, Type

Result = Mapping[str, Any]
_FINE = 10_000


class Column(str):
    """The name of a column of cases, where a value stands otherwise."""


def test_text(title: str, account: Account, expectations: list[str], root: Type) -> str:
    """The text of a test."""
    return table_text(title, account, expectations, root, "")


def table_text(title: str, account: Account, expectations: list[str], root: Type, cases: str) -> str:
    """The text of a test with a table of `cases`, whose columns stand in the facts as `Column`."""
    facts = literal(account.facts, Field("", root))
    lines = [f"test {words.quoted(title)} {{", f"  as of {account.as_of.isoformat()}", f"  facts {facts}"]
    if account.previous is not None:
        lines.append(f"  previous as of {account.previous['as_of']} {_earlier(account.previous)}")
    lines += [f"  expect {each}" for each in expectations]
    lines += [f"  {cases}"] if cases else []
    text = "\n".join([*lines, "}", ""])
    source = Source("suggested.test.rules", text)
    file, _ = parse(source)
    return text if file.damaged else format_file(file, source)


# ── facts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def literal(value: Any, declared: Field) -> str:
    """A value of a fact document as the test language writes it."""
    kind = declared.type.kind
    if isinstance(value, Column):
        return str(value)
    if isinstance(value, dict):
        fields = (
            (field_named(declared.type, name) or Field(name, Type(Kind.UNKNOWN)), inner)
            for name, inner in value.items()
        )
        return (
            "{"
            + ", ".join(f"{words.field_name(each.name)}: {literal(inner, each)}" for each, inner in fields)
            + "}"
        )
    if isinstance(value, list):
        element = Field("", declared.type.element or Type(Kind.UNKNOWN))
        return "[" + ", ".join(literal(inner, element) for inner in value) + "]"
    if value is None:
        return "na"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, declared)
    return str(value) if kind in (Kind.DATE, Kind.TIMESTAMP) else words.quoted(str(value))


def _number(value: float, declared: Field) -> str:
    unit = declared.type.unit
    if unit == "percent":
        return f"{_digits(value * declared.scale * 100)}%"
    digits = _digits(value)
    if unit in ("days", "months"):
        return f"{digits} {unit[:-1] if value == 1 else unit}"
    if unit.startswith("money"):
        return f"{digits} {unit.removeprefix('money').strip() or 'USD'}"
    return digits


def _digits(value: float) -> str:
    rounded = round(value, 10) + 0.0
    return str(int(rounded)) if rounded == int(rounded) else f"{rounded:.10f}".rstrip("0")


def _earlier(previous: Mapping[str, Any]) -> str:
    """An earlier result as the test language writes it: a group stands inside of its scorecard."""
    entries = []
    for name, card in previous.get("scorecards", {}).items():
        inner = [_part(key, value) for key, value in card.items() if key != "nodes"]
        inner += [
            f"{words.field_name(path.rsplit('.', 1)[-1])}: {{{', '.join(_part(key, value) for key, value in node.items())}}}"
            for path, node in card.get("nodes", {}).items()
        ]
        entries.append(f"{words.field_name(name)}: {{{', '.join(inner)}}}")
    for name, measure in previous.get("measures", {}).items():
        inner = [_part(key, value) for key, value in measure.items()]
        entries.append(f"{words.field_name(name)}: {{{', '.join(inner)}}}")
    return "{" + ", ".join(entries) + "}"


def _part(key: str, value: Any) -> str:
    said = (
        value
        if key in ("band", "computed_band", "status")
        else literal(value, Field(key, Type(Kind.UNKNOWN)))
    )
    return f"{key}: {said}"


# ── expectations ────────────────────────────────────────────────────────────────────────────────────────────────────


class Expectations:
    """What came of an account, said of the items that it reaches."""

    def __init__(self, program: r.Program, inventory: Inventory) -> None:
        self.program = program
        self.inventory = inventory
        self.calling = _steps_calling(program)

    def of(self, items: list[CoverageItem], result: Result) -> list[str]:
        """The expectations for items, each once; at least one."""
        found = dict.fromkeys(said for item in items for said in self._of(item, result))
        return list(found) or [_problem(result)]

    def _of(self, item: CoverageItem, result: Result) -> Iterator[str]:
        node, owner = self.inventory.nodes[item.id]
        if isinstance(node, r.Grace) and isinstance(owner, r.Scorecard):
            yield from _in_grace(owner, result)
        elif isinstance(node, r.Column):
            yield from _weights(item.of, owner, result)
        elif isinstance(owner, r.Measure):
            yield of_measure(owner, result, isinstance(node, Cause))
        elif isinstance(owner, r.Scorecard):
            yield of_card(owner, result)
        elif isinstance(owner, r.Matrix):
            yield of_matrix(owner, result)
        elif isinstance(node, r.Check):
            yield f"problem {words.quoted(node.text)}"
        elif isinstance(owner, r.Trigger):
            yield words.name(owner.label)
        elif isinstance(node, r.Segment):
            yield words.name(node.label)
        else:
            assert isinstance(owner, r.Table)
            yield from self._table(owner, result)

    def _table(self, table: r.Table, result: Result) -> Iterator[str]:
        """What rests on a table: the first output or measure that calls it and is known."""
        for step in self.calling.get(table.key, ()):
            if isinstance(step, r.Output) and result["outputs"].get(step.name) is not None:
                said = of_value(words.name(step.label), result["outputs"][step.name], step.value.type)
                if said:
                    yield said
                    return
            elif isinstance(step, r.Measure) and step.span.path == self.program.path:
                yield of_measure(step, result, False)
                return


def _steps_calling(program: r.Program) -> dict[str, list[r.Step]]:
    """The steps that call each table, directly or through definitions, tables and names, in order."""
    inside: dict[str, Any] = {each.key: each for each in program.definitions}
    inside |= {each.key: each for each in program.tables}
    named: dict[str, r.Step] = {}
    found: dict[str, list[r.Step]] = {}
    for step in program.steps:
        stack: list[Any] = [step]
        seen: set[int] = set()
        while stack:
            current = stack.pop()
            if id(current) in seen:
                continue
            seen.add(id(current))
            for node in walk(current):
                if isinstance(node, e.CallDefinition) and node.instance in inside:
                    known = found.setdefault(node.instance, [])
                    known += [step] if step not in known else []
                    stack.append(inside[node.instance])
                elif isinstance(node, e.Variable) and node.name in named:
                    stack.append(named[node.name])
        if isinstance(step, r.Let):
            named[step.name] = step
    return found


def of_measure(node: r.Measure, result: Result, reason: bool) -> str:
    """What came of a measure; `reason`: rather its status."""
    found, name = result["measures"][node.name], words.name(node.label)
    if found["status"] != "scored" and (reason or found["band"] is None):
        return f"{name} is {found['status']}"
    if found["band"] is not None:
        return f"{name} is {found['band']}"
    return equals(f"{name}.points", found["points"]) if found["points"] is not None else f"{name} is scored"


def of_card(node: r.Scorecard, result: Result) -> str:
    """What came of a scorecard."""
    found, name = result["scorecards"][node.name], words.name(node.label)
    if found["band"] is not None:
        return f"{name} is {found['band']}"
    return (
        f"{name} is {found['status']}" if found["score"] is None else equals(f"{name}.score", found["score"])
    )


def of_matrix(node: r.Matrix, result: Result) -> str:
    """Which cell a matrix gives."""
    found, name = result["matrices"][node.name], words.name(node.label)
    if found["cell"] is not None:
        return f"{name} is {found['cell']}"
    if found["label"] is not None:
        return f"{name}.label = {words.quoted(found['label'])}"
    return f"{name} is {found['status']}"


def _in_grace(node: r.Scorecard, result: Result) -> Iterator[str]:
    for path, found in result["scorecards"][node.name]["nodes"].items():
        if found["status"] == "grace":
            steps = ".".join(words.member_name(step) for step in path.split("."))
            yield f"{words.name(node.label)}.{steps} is grace"
            return


def _weights(of: str, node: Any, result: Result) -> Iterator[str]:
    card, _, group = of.partition(".")
    nodes = result["scorecards"][node.name]["nodes"]
    for path, found in nodes.items():
        inside = path.startswith(f"{group}.") if group else "." not in path
        if inside and found["effective_weight"]:
            steps = ".".join(words.member_name(step) for step in path.split("."))
            share = f"{_digits(round(found['effective_weight'] * 100, 3))}%"
            yield f"{words.name(card)}.{steps}.effective_weight = {share} to within 0.001%"
            return


def of_value(name: str, value: Any, kind: Type) -> str:
    """A value; empty for what no test can write."""
    if isinstance(value, bool):
        return name if value else f"not {name}"
    if isinstance(value, int | float) and kind.unit in ("", "count"):
        return equals(name, value)
    if isinstance(value, str | int | float):
        return f"{name} = {literal(value, Field('', kind))}"
    return ""


def equals(name: str, value: float) -> str:
    """A number, to four decimals."""
    if round(value * _FINE) / _FINE == value:
        return f"{name} = {_digits(value)}"
    return f"{name} = {_digits(round(value, 4))} to within 0.0001"


def _problem(result: Result) -> str:
    problems = result["problems"]
    return f"problem {words.quoted(problems[0]['message'])}" if problems else "no problem"

"""What generated tests are about: measures, segments, triggers and the other things that decide by conditions.

In: a program and its inventory of coverage. Out: `Holder`s in the order of the file, each with the conditions that decide, and
what a result says of it: a sentence of an expectation, with a cell where several rows of `cases` differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import frozen

from ruleengine.casebook.suggested import literal, of_card, of_matrix, of_measure
from ruleengine.evaluator.coverage import Inventory
from ruleengine.syntax.formatting import words
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.blocks import leaves
from ruleengine.values import NA, Field, Kind

Result = Mapping[str, Any]
#: What stands before a cell, and the cell; without a cell the whole sentence.
Said = tuple[str, str]


@frozen(slots=True, eq=False)
class Condition:
    """A condition that decides, and in which cases it is looked at: all of `where` hold."""

    node: e.Expression
    where: tuple[e.Expression, ...] = ()


@frozen(slots=True, eq=False)
class Holder:
    """One thing with its conditions; `items` are what tests can reach of it. `said` is None where nothing can be expected."""

    name: str
    label: str
    line: int
    conditions: tuple[Condition, ...]
    items: tuple[str, ...]
    said: Callable[[Result], Said | None]
    step: Any


def holders_of(program: r.Program, inventory: Inventory, imports: bool = False) -> list[Holder]:
    """Everything of a ruleset that decides; what it imports only with `imports`."""
    items: dict[int, list[str]] = {}
    for item in inventory.items.values():
        if item.own or imports:
            node, owner = inventory.nodes[item.id]
            items.setdefault(id(node if owner is None else owner), []).append(item.id)
    found = []
    for step in program.steps:
        if step.span.path == program.path or imports:
            holder = _holder(step, tuple(items.get(id(step), ())))
            if holder is not None:
                found.append(holder)
    return sorted(found, key=lambda holder: holder.line)


def _holder(step: r.Step, items: tuple[str, ...]) -> Holder | None:
    line = step.span.line
    if isinstance(step, r.Measure):
        conditions = tuple(_of_measure(step))
        return Holder(
            step.name, step.label, line, conditions, items, lambda found: _measure(step, found), step
        )
    if isinstance(step, r.Segment):
        return Holder(
            step.name,
            step.label,
            line,
            (Condition(step.condition),),
            items,
            _nothing,
            step,
        )
    if isinstance(step, r.Trigger):
        conditions = tuple(Condition(each.condition) for each in step.alternatives)
        return Holder(step.name, step.label, line, conditions, items, _nothing, step)
    if isinstance(step, r.Check) and step.kind == "problem":
        return Holder(
            step.text,
            step.text,
            line,
            (Condition(step.condition),),
            items,
            lambda found: _problem(step, found),
            step,
        )
    if isinstance(step, r.Scorecard):
        conditions = tuple(
            Condition(each.condition) for each in _limits(step.block) if each.condition is not None
        )
        return Holder(
            step.name, step.label, line, conditions, items, lambda found: _parted(of_card(step, found)), step
        )
    if isinstance(step, r.Matrix) and step.visible:
        return Holder(
            step.name, step.label, line, (), items, lambda found: _parted(of_matrix(step, found)), step
        )
    if isinstance(step, r.Output):
        return Holder(
            step.name,
            step.label,
            line,
            (Condition(step.value),),
            items,
            lambda found: _output(step, found),
            step,
        )
    return None


def _nothing(result: Result) -> Said | None:
    """Nothing: a result does not tell what is undecided from what does not hold."""
    return None


def _limits(block: r.Block) -> Iterator[r.Limit]:
    yield from block.limits
    for child in block.children:
        if isinstance(child, r.Block):
            yield from _limits(child)


def _of_measure(step: r.Measure) -> Iterator[Condition]:
    for each in step.applies:
        yield Condition(each.condition)
    for block in step.rates:
        if block.condition is not None:
            yield Condition(block.condition)
    for block in step.rates:
        where = () if block.condition is None else (block.condition,)
        for row in block.rows:
            if row.condition is not None:
                yield Condition(row.condition, where)
    if step.value is not None:
        yield Condition(step.value)
    for limit in step.limits:
        if limit.condition is not None:
            yield Condition(limit.condition)


# ── what is said ────────────────────────────────────────────────────────────────────────────────────────────────────


def _measure(step: r.Measure, result: Result) -> Said | None:
    text = of_measure(step, result, result["measures"][step.name]["status"] != "scored")
    return _parted(text)


def _parted(text: str) -> Said:
    """A sentence and its cell; a number that holds to within something stays in the sentence."""
    for sign in (" is ", " = "):
        before, found, cell = text.partition(sign)
        if found and " to within " not in cell:
            return f"{before}{sign}", cell
    return text, ""


def in_grace(step: r.Scorecard, result: Result) -> Said | None:
    """The status of the first member that grace is for."""
    excepted = step.grace.excepted if step.grace is not None else ()
    for path, node in result["scorecards"][step.name]["nodes"].items():
        if path.rsplit(".", 1)[-1] not in excepted and any(path == leaf for leaf, _ in leaves(step.block)):
            steps = ".".join(words.member_name(each) for each in path.split("."))
            return f"{words.name(step.label)}.{steps} is ", node["status"]
    return None


def of_flag(step: r.Segment | r.Trigger, value: Any) -> Said:
    """Whether an account is in a segment, or a trigger fires; where that is undecided, why."""
    name = words.name(step.label)
    if value.__class__ is NA:
        return f"{name} is ", value.reason
    return f"{name} = ", "true" if value is True else "false"


def _problem(step: r.Check, result: Result) -> Said | None:
    there = any(each["message"] == step.text for each in result["problems"])
    return f"{'' if there else 'no '}problem {words.quoted(step.text)}", ""


def _output(step: r.Output, result: Result) -> Said | None:
    value = result["outputs"].get(step.name)
    kind = step.value.type
    if (
        value is None
        or isinstance(value, list | dict)
        or (kind.kind is Kind.NUMBER and round(float(value), 4) != float(value))
    ):
        return None
    if kind.kind is Kind.TIMESTAMP:
        return None
    return f"{words.name(step.label)} = ", literal(value, Field("", kind))

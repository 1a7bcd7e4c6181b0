"""Syntax trees as text, in the plainest way: one statement a line, every operand that is no atom in
parentheses.

In: a `File` of the syntax tree. Out: a text that parses to an equal tree. Nothing here is random.
"""

from __future__ import annotations

import json
from typing import Any

from ruleengine.syntax import tree
from tests.differential.print_actions import checklist_lines, matrix_lines
from tests.differential.print_triggers import trigger_lines

PLAIN = (tree.Number, tree.Date, tree.Text, tree.Flag, tree.AsOf, tree.Name, tree.Member, tree.Call)


def print_file(file: tree.File) -> str:
    """The text of a whole file."""
    return "".join(f"{_item(item)}\n" for item in file.items)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _name(name: str) -> str:
    return name if name.isidentifier() else f"`{name}`"


def _word(word: tree.Word) -> str:
    return _quoted(word.name) if word.quoted else word.name


def _because(text: str | None) -> str:
    return f" because {_quoted(text)}" if text else ""


def _block(head: str, statements: Any) -> str:
    body = "\n".join("  " + line for each in statements for line in each.split("\n"))
    return f"{head} {{\n{body}\n}}" if body else f"{head} {{ }}"


# ── Expressions ──


def operand(node: tree.Expression) -> str:
    """An expression where only an atom can stand."""
    return expression(node) if isinstance(node, PLAIN) else f"({expression(node)})"


def expression(node: tree.Expression) -> str:
    """An expression where any can stand."""
    match node:
        case tree.Number():
            return node.digits + (node.unit if node.unit in ("", "%") else f" {node.unit}")
        case tree.Date():
            return node.text
        case tree.Text():
            return _quoted(node.value)
        case tree.Flag():
            return "true" if node.value else "false"
        case tree.NotAvailable():
            return f"na {node.reason}" if node.reason else "na"
        case tree.AsOf():
            return "as_of"
        case tree.Name():
            return _name(node.name)
        case tree.Member():
            return f"{operand(node.base)}.{_name(node.name)}"
        case tree.Call():
            return f"{node.function}({', '.join(expression(each) for each in node.arguments)})"
        case tree.Negative():
            return f"-{operand(node.operand)}"
        case tree.ListLiteral():
            return f"[{', '.join(expression(each) for each in node.items)}]"
        case tree.Record():
            return "{" + ", ".join(f"{each.name}: {expression(each.value)}" for each in node.fields) + "}"
        case tree.CountTrue():
            return f"count true of ({', '.join(expression(each) for each in node.items)})"
        case tree.If():
            tests = " else ".join(
                f"if {operand(each.condition)} then {operand(each.value)}" for each in node.branches
            )
            return f"{tests} else {operand(node.otherwise)}"
        case tree.Query():
            return _query(node)
        case tree.Elapsed():
            return f"{node.unit} {node.direction} {operand(node.date)}"
        case tree.Period():
            return f"{node.edge} of {'fiscal ' if node.fiscal else ''}{node.unit}{_about(node.date)}"
        case tree.FiscalNumber():
            return f"fiscal {node.unit}{_about(node.date)}"
        case tree.OfSeries():
            return _of_series(node)
        case tree.Computed():
            return f"computed {operand(node.operand)}"
        case tree.Previous():
            return f"previous {operand(node.operand)}"
    return _operation(node)


def _about(node: tree.Expression | None) -> str:
    return f" ({expression(node)})" if node else ""


def _operation(node: tree.Expression) -> str:
    match node:
        case tree.Arithmetic():
            parts = [operand(node.operands[0])]
            for operator, each in zip(node.operators, node.operands[1:], strict=True):
                parts += [operator, operand(each)]
            return " ".join(parts)
        case tree.Logic():
            return f" {node.operator} ".join(operand(each) if not _implied(each) else expression(each)
                                             for each in node.operands)  # fmt: skip
        case tree.Not():
            return f"not {operand(node.operand)}"
        case tree.Default():
            return " default ".join(operand(each) for each in node.operands)
        case tree.Compare():
            return f"{_subject(node.left)}{node.operator} {operand(node.right)}"
        case tree.In():
            return f"{_subject(node.subject)}{'not ' if node.negated else ''}in {_target(node.target)}"
        case tree.Contains():
            return f"{_subject(node.subject)}contains {operand(node.item)}"
        case tree.Within():
            return f"{_subject(node.subject)}within {operand(node.duration)}"
        case tree.Is():
            return _is(node)
    raise NotImplementedError(type(node).__name__)


def _implied(node: tree.Expression) -> bool:
    return isinstance(node, tree.Compare) and node.left is None


def _subject(node: tree.Expression | None) -> str:
    return f"{operand(node)} " if node else ""


def _of_series(node: tree.OfSeries) -> str:
    head = f"{node.kind} of {operand(node.series)}"
    if node.date:
        return f"{head} at {operand(node.date)}"
    if node.number:
        return f"{head} over {node.number} values"
    if not node.period:
        return head
    return (
        f"{head} {expression(node.period)} ago"
        if node.kind == "value"
        else f"{head} over {operand(node.period)}"
    )


def _target(target: tuple[tree.Expression, ...] | tree.Interval | tree.CalendarPeriod) -> str:
    if isinstance(target, tree.CalendarPeriod):
        other = f" or {target.other}" if target.other else ""
        return f"{target.which} {'fiscal ' if target.fiscal else ''}{target.unit}{other}"
    if isinstance(target, tree.Interval):
        return interval(target)
    return f"({', '.join(expression(each) for each in target)})"


def interval(node: tree.Interval) -> str:
    """`a..<b` and its relatives."""
    low = expression(node.low) if node.low else ""
    high = expression(node.high) if node.high else ""
    return f"{'>' if node.low_open else ''}{low}{'..<' if node.high_open else '..'}{high}"


def _is(node: tree.Is) -> str:
    words = ", ".join(_word(each) for each in node.words) if node.other is None else expression(node.other)
    tail = {
        "is": words,
        "in": f"in ({words})",
        "worse": f"worse than {words}",
        "better": f"better than {words}",
    }
    verb = ("was" if node.past else "is") + (" not" if node.negated else "")
    return f"{_subject(node.subject)}{verb} {tail[node.relation]}"


def _query(node: tree.Query) -> str:
    head = f"{node.kind} {node.number}" if node.number else node.kind
    if node.projection:
        head = f"{node.kind.removesuffix('_of')} of {operand(node.projection)} for"
    where = f" where {operand(node.where)}" if node.where else ""
    return f"{head} {node.variable} in {operand(node.source)}{where}" + (
        f" by {operand(node.by)}" if node.by else ""
    )


# ── Items ──


def _item(item: tree.Item) -> str:
    match item:
        case tree.Header():
            return _block(f"ruleset {item.name} {item.version}", [_header(each) for each in item.statements])
        case tree.Import():
            names = ", ".join(each.name + (f" as {each.alias}" if each.alias else "") for each in item.names)
            return f"import {item.ruleset} {item.version} ({names})"
        case tree.BandSet():
            step = (
                ""
                if item.step is None
                else " of whole numbers"
                if item.step == "1"
                else f" of steps of {item.step}"
            )
            return _block(f"bands {item.name}{step}", [_band(each) for each in item.bands])
        case tree.Segment():
            return f"segment {item.name} when {expression(item.condition)}"
        case tree.Let():
            return _let(item)
        case tree.Define():
            return f"define {item.name}({_parameters(item.parameters)}) = {expression(item.body)}"
        case tree.Assume():
            paths = ", ".join(expression(each) for each in item.paths)
            return f"assume {paths} = {expression(item.value)}{_because(item.because)}"
        case tree.Table():
            head = f"table {item.name}({_parameters(item.parameters)}) hits {item.hits}"
            return _block(head, [_table_row(each) for each in item.rows])
        case tree.Problem():
            return f"problem {_quoted(item.text)} when {expression(item.condition)}"
        case tree.Output():
            return f"output {item.name} = {expression(item.value)}"
        case tree.Invariant():
            adverb = "always" if item.always else "never"
            return f"invariant {_quoted(item.text)} {adverb} {expression(item.condition)}"
        case tree.Measure():
            return _block(f"measure {item.name}", [_statement(each) for each in item.statements])
        case tree.Scorecard():
            return _block(f"scorecard {item.name}", [_statement(each) for each in item.statements])
        case tree.Trigger():
            title = f" {_quoted(item.title)}" if item.title else ""
            return _block(f"trigger {item.name}{title}", trigger_lines(item, expression))
        case tree.Checklist():
            return _block(f"checklist {item.name}", checklist_lines(item, expression))
        case tree.Matrix():
            return _block(f"matrix {item.name}", matrix_lines(item, expression))
    raise NotImplementedError(type(item).__name__)


def _let(item: tree.Let) -> str:
    return f"let {item.name} = {expression(item.value)}"


def _header(each: tree.HeaderStatement) -> str:
    if isinstance(each, tree.FactsSchema):
        return f"facts {each.name} {each.version}"
    assert isinstance(each, tree.Calendar)
    parts = [f"fiscal year starts {each.month}"] if each.month else []
    return "calendar " + ", ".join([*parts, *([f"zone {_quoted(each.zone)}"] if each.zone else [])])


def _band(each: tree.Band) -> str:
    points = f" points {expression(each.points)}" if each.points else ""
    return _word(each.word) + (f" {interval(each.interval)}" if each.interval else "") + points


def _parameters(parameters: tuple[tree.Parameter, ...]) -> str:
    return ", ".join(each.name + (f" {each.type}" if each.type else "") for each in parameters)


def _table_row(row: tree.TableRow) -> str:
    cells = "otherwise"
    if row.cells is not None:
        cells = ", ".join("any" if isinstance(each, tree.AnyCell) else expression(each) for each in row.cells)
    return f"{cells} gives {expression(row.result)}{_because(row.because)}"


# ── Statements ──


def _statement(node: Any) -> str:
    match node:
        case tree.BandsUse():
            return f"bands {node.name}"
        case tree.Let():
            return _let(node)
        case tree.Value():
            return f"value {expression(node.value)}"
        case tree.Rate():
            head = f"rate when {expression(node.condition)}" if node.condition else "rate"
            return _block(head, [_row(each) for each in node.rows])
        case tree.RateAsGiven():
            return "rate as given"
        case tree.Points():
            return _outcome(node.outcome)
        case tree.Fresh():
            stale = f", stale after {expression(node.stale)}" if node.stale else ""
            expired = f", expired after {expression(node.expired)}" if node.expired else ""
            return f"fresh by {operand(node.by)}{stale}{expired}"
        case tree.AppliesTo():
            names = ", ".join(_word(each) for each in node.names)
            return f"applies to all except {names}" if node.everyone else f"applies to {names}"
        case tree.AppliesWhen():
            return f"applies when {expression(node.condition)}"
        case tree.Missing():
            return _missing(node)
        case tree.Limit():
            bound = _word(node.band) if node.band else f"score {operand(node.score)}"  # type: ignore[arg-type]  # a limit has one of both
            when = f" when {expression(node.condition)}" if node.condition else ""
            return f"{node.kind} {bound}{when}{_because(node.because)}"
    return _card_statement(node)


def _missing(node: tree.Missing) -> str:
    if node.policy == "impute":
        assert node.value is not None
        return f"missing impute {operand(node.value)}"
    if node.policy == "require":
        return f"missing require {node.number} of {node.total}"
    if node.policy == "coverage":
        assert node.value is not None
        return f"missing require coverage {expression(node.value)}"
    return f"missing {node.policy}"


def _row(row: tree.Row) -> str:
    test = f"when {expression(row.test)}" if row.test else "otherwise"
    return f"{_outcome(row.outcome)} {test}{_because(row.because)}"


def _outcome(outcome: tree.Outcome) -> str:
    match outcome:
        case tree.BandOutcome():
            return _word(outcome.word)
        case tree.PointsOutcome():
            return f"points {operand(outcome.value)}"
        case tree.StepsOutcome():
            return f"points steps {outcome.relation} {', '.join(operand(each) for each in outcome.edges)}"
        case tree.LinearOutcome():
            return f"linear {expression(outcome.low)}..{expression(outcome.high)}"
        case tree.NaOutcome():
            return f"na {outcome.reason}" + (f" {_quoted(outcome.text)}" if outcome.text else "")


def _weight(weight: tree.Weight | None) -> str:
    return "" if weight is None else f" {weight.digits}{'%' if weight.percent else ''}"


def _card_statement(node: Any) -> str:
    match node:
        case tree.Grace():
            names = f", except {', '.join(_word(each) for each in node.names)}" if node.names else ""
            return f"grace first {expression(node.duration)} from {operand(node.start)}{names}"
        case tree.Rollup():
            return f"rollup count of {_word(node.band)}" if node.band else f"rollup {node.kind}"
        case tree.ScoreFormula():
            return f"score {expression(node.value)}"
        case tree.Round():
            return f"round to {node.digits} decimals" + (f" {node.mode}" if node.mode else "")
        case tree.Borderline():
            return f"borderline within {operand(node.distance)}"
        case tree.MemberLine():
            return f"{node.name}{_weight(node.weight)}{' by band' if node.by_band else ''}"
        case tree.Weights():
            head = (
                f"weights for {_word(node.segment)}" if node.segment else f"weights when {_condition(node)}"
            )
            return _block(head, [f"{each.name}{_weight(each.weight)}" for each in node.entries])
        case tree.Group():
            return _block(
                f"group {node.name}{_weight(node.weight)}", [_statement(each) for each in node.statements]
            )
    raise NotImplementedError(type(node).__name__)


def _condition(node: tree.Weights) -> str:
    assert node.condition is not None
    return expression(node.condition)

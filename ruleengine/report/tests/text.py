"""What came of ruleset tests, for people: what failed, what was found instead, which line decided, and why.

In: file reports. Out: lines of text. Cases that passed are counted, not told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ruleengine.casebook.suite import CaseReport, CheckReport, FileReport
from ruleengine.report.cells import BOLD, DIM, GREEN, RED, cell, cut, paint
from ruleengine.report.explanation import node_lines, scorecard_lines
from ruleengine.report.matrices import matrix_lines

#: So many failed cases of a file are told in full; of more, nobody reads it.
MOST_TOLD = 20
_WIDEST = 400


def file_lines(report: FileReport, *, color: bool = False, width: int | None = None) -> list[str]:
    """What is to be said of one test file: one line, and all that failed below it; nothing where a filter left no case."""
    name = f"{report.path} ({report.ruleset})" if report.ruleset else report.path
    if report.broken:
        return [f"{paint('BROKEN', RED, color)} {cell(name)}: the tests cannot be run"]
    if not report.cases and report.left_out:
        return []
    word = paint("FAILED", RED, color) if report.failed else paint("passed", GREEN, color)
    ran = len(report.cases)
    counted = f"{report.failed:,} of {_counted(ran, 'case')}" if report.failed else _counted(ran, "case")
    left = f", {report.left_out:,} left out" if report.left_out else ""
    lines = [f"{word} {cell(name)}: {counted}{left}"]
    failed = [case for case in report.cases if not case.passed]
    for case in failed[:MOST_TOLD]:
        lines += ["", *failure_lines(case, report.path, color=color, width=width)]
    lines += _rest(failed[MOST_TOLD:], color)
    return [*lines, ""] if report.failed else lines


def _rest(failed: Sequence[CaseReport], color: bool) -> Iterator[str]:
    """The cases that failed and are not told in full: the title of each test, and how many of its cases."""
    if failed:
        yield ""
        yield "  " + paint(f"and {_counted(len(failed), 'more case')} failed:", BOLD, color)
        for title, number in Counter(case.title for case in failed).items():
            yield f"    {cell(title)}: {_counted(number, 'case')}"


def summary_line(files: Sequence[FileReport]) -> str:
    """How many cases passed and failed."""
    cases = sum(len(each.cases) for each in files)
    failed = sum(each.failed for each in files)
    broken = sum(each.broken for each in files)
    parts = [f"{_counted(cases, 'case')} in {_counted(len(files), 'test file')}: {cases - failed:,} passed"]
    parts += [f"{failed:,} failed"] if failed else []
    parts += [f"{_counted(broken, 'file')} cannot be run"] if broken else []
    return ", ".join(parts)


def failure_lines(case: CaseReport, path: str, *, color: bool = False, width: int | None = None) -> list[str]:
    """A case that failed: each expectation that does not hold, and the trace behind them."""
    room = width or _WIDEST
    lines = [f"  {paint(cell(case.title), BOLD, color)}  {paint(f'{cell(path)}:{case.line}', DIM, color)}"]
    if case.row:
        row = ", ".join(f"{column} {value}" for column, value in case.columns)
        lines.append(f"    case {case.row}: {cell(row)}")
    for check in case.checks:
        if not check.held:
            lines += _check(check, color)
    lines += [f"    {line}" for entry in case.trace for line in ("", *_trace(entry, color, room - 4))]
    return lines


def _check(check: CheckReport, color: bool) -> Iterator[str]:
    yield f"    expected  {cell(check.expected)}  {paint(f'(line {check.line})', DIM, color)}"
    yield f"    found     {paint(cell(check.found), RED, color)}"
    for place in check.decided:
        said = f"  {cell(place.text)}" if place.text else ""
        yield f"    decided   {cell(place.path)}:{place.line}{said}"


def _trace(entry: Mapping[str, Any], color: bool, width: int) -> Iterator[str]:
    """One part of an explanation."""
    if entry.get("kind") == "scorecard" and "nodes" in entry:
        yield from scorecard_lines(entry, (), color=color, width=width)
    elif "kind" in entry:
        yield from node_lines(_alone(entry), color=color, width=width)
        for row in entry.get("rows", ()):
            why = f" ({cell(row['why'])})" if row.get("why") else ""
            text = cell(" ".join(row["text"].split()))
            yield cut(f"   line {row['line']}  {row['result']:<12} {text}{why}", width)
        for each in entry.get("inputs", ()):
            yield cut(f"   {cell(each['path'])} = {_said(each['value'])}", width)
        for each in entry.get("lets", ()):
            yield cut(f"   let {cell(each['name'])} = {cell(each['value_text'])}", width)
    elif "axes" in entry:
        yield from (cut(line, width) for line in matrix_lines([entry], color) if line)
    else:
        yield from _conditions(entry, width)


def _alone(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """A measure without its weight in a scorecard: that does not say why it has its band."""
    if entry["kind"] != "measure":
        return entry
    return {**entry, "weight": None, "effective_weight": None, "contribution": None}


def _conditions(entry: Mapping[str, Any], width: int) -> Iterator[str]:
    """A trigger: each condition with what became of it."""
    yield cut(cell(entry.get("title") or entry.get("name", "")), width)
    for each in entry.get("conditions", ()):
        why = f" ({cell(each['why'])})" if each.get("why") else ""
        yield cut(
            f"   line {each['line']}  {each['result']:<14} {cell(' '.join(each['text'].split()))}{why}", width
        )


def _said(value: Any) -> str:
    return "not there" if value is None else cell(value)


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"

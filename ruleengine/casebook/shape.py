"""What a test consists of: one day, one document, its changes, what is expected, and the rows of its cases.

In: a `test` item. Out: its `Shape`, or None where it cannot be run; statements that are missing or stand twice, rows of
the wrong length and columns that nothing uses are reported.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import TypeVar

from attrs import frozen

from ruleengine.casebook.columns import Cells, columns_in
from ruleengine.diagnostics import Diagnostic, Diagnostics
from ruleengine.syntax import tree as t

_Statement = TypeVar("_Statement", bound=t.Node)


@frozen(slots=True, eq=False)
class Shape:
    """The statements of one test by what they are for."""

    test: t.Test
    day: t.TestDay
    facts: t.TestFacts
    changes: tuple[t.TestChange, ...]
    previous: t.TestPrevious | None
    expectations: tuple[t.Expect | t.ExpectProblem, ...]
    columns: tuple[t.Word, ...]
    rows: tuple[t.CaseRow, ...]

    def cells(self, row: t.CaseRow | None) -> Cells:
        """The cells of a row by their columns."""
        if row is None:
            return {}
        return {column.name: cell for column, cell in zip(self.columns, row.cells, strict=False)}


def day_of(node: t.Date | t.Name, cells: Cells, diagnostics: Diagnostics) -> date | None:
    """The day that a test names, or that stands in a row; None after a report."""
    found: t.Expression = cells.get(node.name, node) if isinstance(node, t.Name) else node
    if isinstance(found, t.Date) and "T" not in found.text:
        return date.fromisoformat(found.text)
    hint = "write it as `2024-03-01`, or name a column of the cases"
    diagnostics.report("RE320", found.span, "the as-of date is a date as written", hint)
    return None


def shape_of(
    test: t.Test, unread: Iterable[Diagnostic], taken: Collection[str], diagnostics: Diagnostics
) -> Shape | None:
    """The shape of a test; `unread` are reports of texts that could not be read, `taken` the names of the ruleset."""
    day = _single(test, t.TestDay, "as of", diagnostics)
    facts = _single(test, t.TestFacts, "facts", diagnostics)
    previous = _single(test, t.TestPrevious, "previous", diagnostics)
    cases = _single(test, t.Cases, "cases", diagnostics)
    expectations = tuple(each for each in test.statements if isinstance(each, t.Expect | t.ExpectProblem))
    damaged = any(test.span.start <= report.span.start < test.span.end for report in unread)
    if not damaged:
        _lacking(test, day, facts, expectations, diagnostics)
    columns, rows = _cases(test, cases, taken, diagnostics)
    if day is None or facts is None or not expectations or (cases is not None and not rows):
        return None
    changes = tuple(each for each in test.statements if isinstance(each, t.TestChange))
    return Shape(test, day, facts, changes, previous, expectations, columns, rows)


def _single(test: t.Test, kind: type[_Statement], word: str, diagnostics: Diagnostics) -> _Statement | None:
    """The statement of a kind, of which a test has one at most."""
    found = [each for each in test.statements if isinstance(each, kind)]
    for again in found[1:]:
        diagnostics.report("RE110", again.span, f"`{word}` appears twice in this test", "keep one of them")
    return found[0] if found else None


def _lacking(
    test: t.Test,
    day: t.TestDay | None,
    facts: t.TestFacts | None,
    expectations: tuple[t.Expect | t.ExpectProblem, ...],
    diagnostics: Diagnostics,
) -> None:
    needed = (
        (day, "does not say on which day it is", "add `as of 2024-03-01`"),
        (facts, "has no facts", 'add `facts "examples/accounts.ndjson" id "…"`, or `facts { … }`'),
        (expectations or None, "expects nothing", "add `expect health is green`"),
    )
    for found, message, hint in needed:
        if found is None:
            diagnostics.report("RE111", test.span, f"this test {message}", hint)


def _cases(
    test: t.Test, cases: t.Cases | None, taken: Collection[str], diagnostics: Diagnostics
) -> tuple[tuple[t.Word, ...], tuple[t.CaseRow, ...]]:
    if cases is None:
        return (), ()
    used = {name for each in test.statements if each is not cases for name in columns_in(each)}
    names: set[str] = set()
    faulty = False
    for column in cases.columns:
        faulty = faulty or column.name in names or column.name in taken
        if column.name in names:
            diagnostics.report(
                "RE202", column.span, f"the column `{column.name}` stands twice in these cases"
            )
        elif column.name in taken:
            diagnostics.report(
                "RE202", column.span, f"`{column.name}` is already a name of the ruleset or its facts",
                "choose another name for the column: one name means one thing",
            )  # fmt: skip
        elif column.name not in used:
            diagnostics.report(
                "RE404", column.span, f"nothing in this test uses the column `{column.name}`",
                "use it in `with` or `expect`, or take it away",
            )  # fmt: skip
        names.add(column.name)
    if not cases.rows:
        diagnostics.report("RE111", cases.span, "these cases have no row", "add a row, or take `cases` away")
    for row in cases.rows:
        if len(row.cells) != len(cases.columns):
            diagnostics.report(
                "RE316", row.span, f"this row has {_counted(len(row.cells), 'cell')} for {_counted(len(cases.columns), 'column')}",
                "a row has one cell for each column, with commas between them",
            )  # fmt: skip
    if faulty:  # what the rows say would be misread
        return cases.columns, ()
    complete = tuple(row for row in cases.rows if len(row.cells) == len(cases.columns))
    return cases.columns, complete


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"

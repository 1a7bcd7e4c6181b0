"""How expressions in SQL are held against the evaluator's Python.

A table has columns, rows of arguments, and cases; a case is an expression over the columns with the Python that it must agree
with to the last bit, unless it says itself that it does not. `outcomes` runs all cases of a table as one query.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from attrs import frozen

from ruleengine.columnar import build as b
from ruleengine.columnar.answers import Answer
from ruleengine.columnar.build import Sql
from ruleengine.columnar.dialect import Dialect
from ruleengine.columnar.functions import functions_of
from ruleengine.columnar.spoken import spoken
from ruleengine.columnar.types import ColumnKind, ColumnType
from ruleengine.library import FUNCTIONS
from ruleengine.values import Type

_EPOCH = datetime(1970, 1, 1)
#: Makes the expression of a case.
Make = Callable[[Dialect], Answer]


@frozen
class Case:
    """An expression, the Python that it agrees with, and which share of the rows may be left to that at most."""

    name: str
    make: Make
    expected: Callable[..., Any]
    most_beyond: float = 0.0
    printed: bool = False


@frozen
class Table:
    """Columns with arguments, and cases over them."""

    name: str
    columns: tuple[tuple[str, ColumnType], ...]
    rows: Sequence[tuple[Any, ...]]
    cases: tuple[Case, ...]

    def stored(self) -> list[tuple[Any, ...]]:
        """The rows as an engine takes them, and one of NULLs."""
        kinds = [kind.kind for _, kind in self.columns]
        rows = [*self.rows, (None,) * len(kinds)]
        return [tuple(_stored(value, kind) for value, kind in zip(row, kinds, strict=True)) for row in rows]


#: Runs `SELECT` of some expressions, as text, over a table; the rows of the result in the order of the table's rows.
Run = Callable[[Table, Sequence[str]], Sequence[Sequence[Any]]]


def _stored(value: Any, kind: ColumnKind) -> Any:
    if value is None:
        return None
    if kind is ColumnKind.DATE:
        return date.fromordinal(value)
    return _EPOCH + timedelta(microseconds=value) if kind is ColumnKind.TIMESTAMP else value


@frozen
class Outcome:
    """What came of a case: what differs, and which share of the rows is left to the evaluator."""

    case: Case
    differences: Sequence[tuple[Any, Any, Any]]
    beyond: float


def outcomes(table: Table, dialect: Dialect, run: Run) -> Iterator[Outcome]:
    """Runs all cases of a table."""
    made = [case.make(dialect) for case in table.cases]
    texts = [dialect.text_of(part) for answer in made for part in (answer.value, answer.beyond or b.FALSE())]
    rows = run(table, texts)
    for place, case in enumerate(table.cases):
        found = [(row[2 * place], row[2 * place + 1]) for row in rows]
        assert all(beyond in (True, False) and beyond is not None for _, beyond in found), case.name
        assert found.pop()[0] == ("unknown" if case.name.startswith("spoken") else None), case.name
        wrong = []
        for given, (value, beyond) in zip(table.rows, found, strict=True):
            expected = case.expected(*given)
            if not beyond and _bits(value, case.printed) != _bits(expected, case.printed):
                wrong.append((given, value, expected))
        yield Outcome(case, wrong, sum(beyond for _, beyond in found) / len(found))


def _bits(value: Any, printed: bool) -> Any:
    """What two values must have in common to be the same to the last bit; an int of Python's is a double in SQL."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return struct.pack("d", value if printed else value + 0.0)  # which zero it is, is no matter before
    if isinstance(value, date):
        return struct.pack("d", value.toordinal())
    return value


def calls(name: str, columns: Sequence[Sql], options: tuple[str | int, ...] = ()) -> Make:
    """A call of a function of scalars."""
    return lambda dialect: functions_of(name)(dialect, columns, options)


def library_case(
    name: str, columns: Sequence[Sql], most_beyond: float = 0.0, options: tuple[str | int, ...] = ()
) -> Case:
    """A case of a library function over the first columns of a table."""
    implementation = FUNCTIONS[name].implementation
    return Case(
        f"{name} {options}",
        calls(name, columns, options),
        lambda *row: implementation(*row[: len(columns)], *options),
        most_beyond,
    )


def speaks(value: Sql, kind: Type) -> Make:
    """A value as texts say it."""
    return lambda dialect: spoken(dialect, value, kind, False)

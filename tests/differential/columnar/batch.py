"""One ruleset and many accounts through the evaluator and, in one query, through SQL.

In: the files of a ruleset, documents, the day. Out: a `Batch`: how many results are the same to the byte, how many accounts
were the evaluator's to begin with (`unfit`: a fact is not valid) or left to it by the query (`left`), and what differs.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pyarrow
from attrs import frozen

import ruleengine
from ruleengine.columnar.context import NotEmitted
from ruleengine.columnar.earlier import previous_name, previous_type
from ruleengine.columnar.emit import Emitted, emit
from ruleengine.evaluator.earlier import usable
from ruleengine.portfolio.result_documents import Shape, document_of
from tests.columnar.agreement import (
    EarlierColumn,
    Irregular,
    arrow_type,
    earlier_column,
    earlier_row,
    stored,
)
from tests.differential.pairs import Files, load_checked, write
from tests.differential.random_earlier import earlier_result

Document = dict[str, Any]
#: Runs a query over facts: its rows as dictionaries.
Engine = Callable[[Emitted, pyarrow.Table], list[Document]]


@frozen
class Difference:
    """A result that SQL gives otherwise: which account, and the places of a few things that differ."""

    account: int
    lines: tuple[str, ...]


@frozen
class Batch:
    """What came of a ruleset: `refused` by the checker, `not emitted` with the reason in `words`, `raised`, or `compared`."""

    kind: str
    words: str = ""
    same: int = 0
    unfit: int = 0
    left: int = 0
    different: tuple[Difference, ...] = ()

    @property
    def fit(self) -> int:
        """How many accounts were SQL's to score."""
        return self.same + self.left + len(self.different)


# ── rulesets ──


def try_batch(files: Files, documents: Sequence[Document], day: date, run: Engine, dialect: str) -> Batch:
    """What comes of a random ruleset with some documents, which may say how to get an earlier result."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = write(files, folder)
        try:
            ruleset = load_checked(path, folder)
        except Exception as error:
            return Batch("refused", f"{type(error).__name__}: {error}")
        pairs = [earlier_result(document, ruleset, day) for document in documents]
        return compared(ruleset, pairs, day, run, dialect)


def compared(
    ruleset: ruleengine.Ruleset, pairs: Sequence[tuple[Document, Any]], day: date, run: Engine, dialect: str
) -> Batch:
    """What comes of a ruleset with accounts, each with its earlier result or None."""
    try:
        emitted = emit(ruleset.program, dialect, day, lines=ruleset.evaluator.source_lines)
        earlier = earlier_column(ruleset.program)
        rows = [row_of(emitted, earlier, pair, day, place) for place, pair in enumerate(pairs)]
        fit = [row for row in rows if row is not None]
        found = run(emitted, table_of(emitted, fit)) if fit else []
    except NotEmitted as error:
        return Batch("not emitted", error.words)
    except Exception as error:
        return Batch("raised", f"{type(error).__name__}: {error}")
    if [row["position"] for row in found] != [row["position"] for row in fit]:
        return Batch("raised", "the rows of the result are not those of the facts, in their order")
    answered = [row for row in found if row["irregular"] is False]
    shape = Shape(emitted.columns, emitted.trigger_fields)
    different = []
    for row in answered:
        facts, before = pairs[row["position"]]
        lines = difference(ruleset.score_dict(facts, day, before), as_document(row, shape))
        if lines:
            different.append(Difference(row["position"], tuple(lines[:40])))
    same = len(answered) - len(different)
    return Batch("compared", "", same, len(rows) - len(fit), len(fit) - len(answered), tuple(different))


def row_of(
    emitted: Emitted, earlier: EarlierColumn, pair: tuple[Document, Any], day: date, place: int
) -> Document | None:
    """The typed row of a document; None where one of its facts is not valid."""
    zone, (facts, before) = emitted.program.zone, pair
    if before is not None and usable(before, facts["id"], day.isoformat()):
        return None
    try:
        row = {each.name: stored(each.field, facts.get(each.name), zone) for each in emitted.facts}
        if earlier.type is not None:
            row[earlier.name] = earlier_row(earlier, before)
    except Irregular:
        return None
    return {"position": place, **row}


def table_of(emitted: Emitted, rows: Sequence[Document]) -> pyarrow.Table:
    """Rows as a table of the columns that a query asks for."""
    fields = [("position", pyarrow.int64()), *((each.name, arrow_type(each.type)) for each in emitted.facts)]
    earlier = previous_type(emitted.program)
    if earlier is not None:
        fields.append((previous_name(emitted.program), arrow_type(earlier)))
    return pyarrow.Table.from_pylist(list(rows), schema=pyarrow.schema(fields))


# ── results ──


def difference(expected: Document, found: Document) -> list[str]:
    """Where two results differ when both are written as JSON; none when they are the same bytes."""
    if orjson.dumps(expected) == orjson.dumps(found):
        return []
    lines = list(_differing(expected, found, ""))
    return lines or ["the same in another order of keys"]


def _differing(expected: Any, found: Any, path: str) -> list[str]:
    if isinstance(expected, dict) and isinstance(found, dict):
        names = list(dict.fromkeys((*expected, *found)))
        missing = [
            f"{path}.{name}: {json.dumps(expected[name])} is left out" for name in names if name not in found
        ]
        added = [
            f"{path}.{name}: {json.dumps(found[name])} is there" for name in names if name not in expected
        ]
        both = [name for name in names if name in expected and name in found]
        return (
            missing
            + added
            + [line for name in both for line in _differing(expected[name], found[name], f"{path}.{name}")]
        )
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = enumerate(zip(expected, found, strict=True))
        return [line for at, (one, other) in pairs for line in _differing(one, other, f"{path}.{at}")]
    same = orjson.dumps(expected) == orjson.dumps(found)
    return [] if same else [f"{path}: {json.dumps(expected)} expected, {json.dumps(found)} found"]


def as_document(row: Document, shape: Shape) -> Document:
    """A row as the document that it is written as."""
    found: Document = _plain(document_of(row, shape))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


# ── engines ──


def on_duckdb(emitted: Emitted, facts: pyarrow.Table) -> list[Document]:
    """Run a query in a database of its own."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("given", facts)
        connection.execute("CREATE TABLE facts AS SELECT * FROM given")
        cursor = connection.execute(emitted.sql())
        names = [name for name, _ in emitted.columns]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

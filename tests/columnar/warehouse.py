"""Tables of facts as a warehouse has them, and what a compiled text gives over them.

In: a ruleset and documents. Out: a typed table with one row for each regular document, and rows of a result as documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow

import ruleengine
from ruleengine.columnar.earlier import previous_name, previous_type
from ruleengine.columnar.emit import DIALECTS, Emitted, emit_for
from ruleengine.columnar.statements import result_columns
from tests.columnar.agreement import Irregular, arrow_type, as_document, differences, stored

#: Columns that no ruleset knows, called like what rulesets compute.
OTHER_COLUMNS = ("as of", "priority", "health", "irregular", "position", "license_utilization value")


def emitted_text(ruleset: ruleengine.Ruleset, dialect: str = "duckdb") -> Emitted:
    """What `compile --to sql` emits."""
    lines = {name: source.text.split("\n") for name, source in ruleset.sources.items()}
    return emit_for(ruleset.program, DIALECTS[dialect](), None, lines=lines, checked=True)


def regular_rows(
    ruleset: ruleengine.Ruleset, emitted: Emitted, documents: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The rows of those documents that fit into typed columns."""
    rows = []
    for document in documents:
        try:
            zone = ruleset.program.zone
            row = {each.name: stored(each.field, document.get(each.name), zone) for each in emitted.facts}
        except Irregular:
            continue
        rows.append(row)
    return rows


def facts_table(
    ruleset: ruleengine.Ruleset, emitted: Emitted, rows: Sequence[dict[str, Any]]
) -> pyarrow.Table:
    """A typed table with these rows, and with columns that mean nothing."""
    types = [(each.name, arrow_type(each.type)) for each in emitted.facts]
    earlier = previous_type(ruleset.program)
    if earlier is not None:
        types.append((previous_name(ruleset.program), arrow_type(earlier)))
    taken = {name.lower() for name, _ in types}
    types += [(name, pyarrow.string()) for name in OTHER_COLUMNS if name not in taken]
    filled = [{**dict.fromkeys(OTHER_COLUMNS, "nothing"), **row} for row in rows]
    return pyarrow.Table.from_pylist(filled, schema=pyarrow.schema(types))


def warehouse(table: pyarrow.Table, name: str = '"facts"') -> duckdb.DuckDBPyConnection:
    """A database with a table of facts."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET disabled_optimizers = 'projection_placement'")
    connection.register("given table", table)
    connection.execute(f'CREATE TABLE {name} AS SELECT * FROM "given table"')
    return connection


def fetched(connection: duckdb.DuckDBPyConnection, text: str) -> list[dict[str, Any]]:
    """The rows that a query gives."""
    cursor = connection.execute(text)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def disagreements(
    ruleset: ruleengine.Ruleset,
    emitted: Emitted,
    documents: Mapping[str, dict[str, Any]],
    found: Iterable[dict[str, Any]],
    as_of: date,
) -> tuple[int, list[str]]:
    """How many regular rows were compared with the evaluator, and where they differ."""
    compared, lines = 0, []
    names = [name for name, _ in result_columns(emitted)]
    for row in found:
        assert list(row) == names
        if row["irregular"]:
            assert [name for name in row if row[name] is not None and name not in ("id", "irregular")] == []
            continue
        compared += 1
        document = as_document(emitted, {"position": None, **row})
        del document["position"], document["irregular"]
        expected = ruleset.score_dict(documents[row["id"]], as_of)
        lines += [f"{row['id']}{line}" for line in differences(expected, document)]
    return compared, lines

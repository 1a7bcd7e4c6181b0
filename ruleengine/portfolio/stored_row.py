"""One stored result, as the document that the evaluator gave.

In: a file that `eval` wrote as Parquet or as a DuckDB database, an id, the program that scored. Out: the ruleset that the row
names, and the document; None where the file has no such id. Guaranteed: ids and paths are values, never parts of a query.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
from attrs import frozen

from ruleengine.columnar.emit import emit
from ruleengine.facts.records import unreadable
from ruleengine.portfolio.duckdb_session import SessionOptions, open_session
from ruleengine.portfolio.result_documents import Document, Shape, document_of
from ruleengine.portfolio.typed import literal
from ruleengine.tree.ruleset import Program


@frozen(slots=True)
class StoredRow:
    """A row of stored results: whose it is, for which day, and all of it."""

    name: str
    version: str
    digest: str
    as_of: date
    row: Document

    def document(self, program: Program) -> Document:
        """The result document; the program is the one that scored."""
        emitted = emit(program, "duckdb", self.as_of)
        return document_of(dict(self.row), Shape(emitted.columns, emitted.trigger_fields))


def find_row(path: str, identity: str) -> StoredRow | None:
    """The first row with an id. Raises `FactsUnreadable`."""
    connection = open_session(SessionOptions(threads=1))
    try:
        if path.lower().endswith(".duckdb"):
            connection.execute(f"ATTACH {literal(path)} AS stored (READ_ONLY)")
            source = "stored.results"
        else:
            source = f"read_parquet({literal(path)})"
        query = f"SELECT * FROM {source} WHERE CAST(id AS VARCHAR) = {literal(identity)} LIMIT 1"
        rows: list[dict[str, Any]] = connection.sql(query).to_arrow_table().to_pylist()
        if not rows:
            return None
        about = rows[0]["ruleset"]
        return StoredRow(about["name"], about["version"], about["digest"], rows[0]["as_of"], rows[0])
    except (duckdb.Error, KeyError, TypeError) as error:
        words = str(error).strip().split("\n")[0][:200]
        raise unreadable(path, f"`{path}` holds no results of `eval`: {words}") from error
    finally:
        connection.close()

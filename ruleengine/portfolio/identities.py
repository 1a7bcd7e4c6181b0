"""Ids that occur more than once, over any number of chunks.

In: the ids of each chunk. Out: for each chunk how many ids are repeated, and the first of them. Guaranteed: memory for 16
bytes an account, in the engine, which puts them on disk when there are very many; ids are told apart by 64 bits, as the
reader of single lines does.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ruleengine.facts.records import KEPT_REPORTS

_SEEN, _NEW = "ids_seen", "ids_of_chunk"


@frozen(slots=True)
class Repeated:
    """An id at `position` that stood before at `first`."""

    position: int
    first: int
    identity: str


class Identities:
    """The ids so far, in a table of the engine."""

    def __init__(self, connection: Any, prefix: str) -> None:
        self.connection = connection
        self.seen, self.new = f"{prefix}_{_SEEN}", f"{prefix}_{_NEW}"
        connection.execute(f"CREATE TEMP TABLE {self.seen} (h UBIGINT, position BIGINT)")

    def take(
        self, source: str, whole: bool, others: list[tuple[int, str | int]]
    ) -> tuple[int, list[Repeated]]:
        """Take up the ids of a chunk: those that `source` selects as `identity` (whole numbers if `whole`), and others."""
        run = self.connection.execute
        run(
            f"CREATE OR REPLACE TEMP TABLE {self.new} AS SELECT hash(CAST(identity AS VARCHAR), {whole}) AS h, position, "
            f"CAST(identity AS VARCHAR) AS identity FROM ({source})"
        )
        for start in range(0, len(others), 1_000):
            batch = others[start : start + 1_000]
            values = ", ".join("(?::VARCHAR, ?::BIGINT, ?::BOOLEAN)" for _ in batch)
            parameters = [
                each for position, found in batch for each in (str(found), position, isinstance(found, int))
            ]
            run(
                f"INSERT INTO {self.new} SELECT hash(i, w), p, i FROM (VALUES {values}) AS v(i, p, w)",
                parameters,
            )
        found = self._repeated()
        run(
            f"INSERT INTO {self.seen} SELECT h, min(position) FROM {self.new} "
            + (f"WHERE h NOT IN (SELECT h FROM {self.seen}) " if found[0] else "")
            + "GROUP BY h"
        )
        return found

    def _repeated(self) -> tuple[int, list[Repeated]]:
        run = self.connection.execute
        known, distinct = run(f"SELECT count(*), count(DISTINCT h) FROM {self.new}").fetchone()
        before = run(f"SELECT count(*) FROM {self.seen} WHERE h IN (SELECT h FROM {self.new})").fetchone()[0]
        if known == distinct and not before:
            return 0, []
        rows = run(
            f"WITH firsts AS (SELECT h, min(position) AS first FROM "
            f"(SELECT h, position FROM {self.new} UNION ALL "
            f"SELECT h, position FROM {self.seen} WHERE h IN (SELECT h FROM {self.new})) GROUP BY h) "
            f"SELECT n.position, f.first, n.identity, count(*) OVER () FROM {self.new} n JOIN firsts f USING (h) "
            f"WHERE n.position <> f.first ORDER BY n.position LIMIT {KEPT_REPORTS}"
        ).fetchall()
        return rows[0][3], [Repeated(*row[:3]) for row in rows]

    def close(self) -> None:
        """Drop the tables."""
        for name in (self.seen, self.new):
            self.connection.execute(f"DROP TABLE IF EXISTS {name}")

"""What a run counts of rows that stay columns: which of them were asked for, and how many have problems.

In: batches with the columns `BESIDE` names, beside those that are written. Out: numbers, and the batches without the rows that
were not asked for.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

#: Whether an account was asked for, the number of its problems, its id, its conditions, its problems.
HELD, COUNT, ID, CONDITIONS, PROBLEMS = "~held", "~count", "~id", "~conditions", "~problems"


@frozen(slots=True)
class Held:
    """The rows that were asked for, how many were not, and how many of these are undecided."""

    batch: pa.RecordBatch
    left_out: int = 0
    undecided: int = 0


def held(batch: pa.RecordBatch) -> Held:
    """The rows of a batch that were asked for."""
    if HELD not in batch.schema.names:
        return Held(batch)
    wanted = batch.column(HELD)
    kept = batch.filter(wanted)
    return Held(kept, batch.num_rows - kept.num_rows, wanted.null_count)


def values(batch: pa.RecordBatch, name: str) -> list[Any]:
    """A column as Python values; None for each row where there is no such column."""
    if name not in batch.schema.names:
        return [None] * int(batch.num_rows)
    found: list[Any] = batch.column(name).to_pylist()
    return found


def problem_counts(batch: pa.RecordBatch) -> tuple[int, int]:
    """The number of problems, and of accounts that have some."""
    counts = batch.column(COUNT)
    return pc.sum(counts).as_py() or 0, pc.sum(pc.greater(counts, 0)).as_py() or 0


def first_problems(batch: pa.RecordBatch, most: int) -> list[tuple[Any, list[dict[str, Any]]]]:
    """The ids of the first accounts with problems, each with these; nothing where problems are no column."""
    if PROBLEMS not in batch.schema.names:
        return []
    some = batch.select([ID, PROBLEMS]).filter(pc.greater(batch.column(COUNT), 0)).slice(0, most)
    return [(row[ID], row[PROBLEMS]) for row in some.to_pylist()]

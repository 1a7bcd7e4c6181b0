"""DuckDB and the evaluator give the same bytes for random rulesets and accounts.

`RULEENGINE_COLUMNAR_PAIRS` says how many pairs; the default is what a normal test run has time for. The command of this
package runs as many as one wants.
"""

from __future__ import annotations

import os

import pytest

from tests.differential.columnar.batch import Batch, Difference, on_duckdb, try_batch
from tests.differential.columnar.seeds import random_batch
from tests.differential.columnar.tally import Tally

PAIRS = int(os.environ.get("RULEENGINE_COLUMNAR_PAIRS", "1500"))
BATCHES = 5
ACCOUNTS_EACH = 100


@pytest.mark.parametrize("batch", range(BATCHES))
def test_duckdb_and_the_evaluator_agree(batch: int) -> None:
    """Every byte of every result is the same, and few accounts are left to the evaluator."""
    each = -(-PAIRS // (ACCOUNTS_EACH * BATCHES))
    tally = Tally()
    for seed in range(batch * each, (batch + 1) * each):
        tally.add(seed, try_batch(*random_batch(seed, ACCOUNTS_EACH), on_duckdb, "duckdb"))

    assert tally.objections() == []
    assert tally.counts["same"] > 0


def test_a_tally_objects_to_what_must_not_be() -> None:
    """Differences, and too much that is left aside."""
    tally = Tally()
    tally.add(1, Batch("compared", same=9_000, left=800, unfit=1_000))
    assert tally.objections() == []
    tally.add(2, Batch("compared", same=10, left=900))
    tally.add(3, Batch("compared", same=98, different=(Difference(7, (".measures.m1.band: 1",)),)))
    tally.add(4, Batch("not emitted", "`x` has no SQL"))
    tally.add(5, Batch("compared", unfit=3_000))

    assert tally.objections() == [
        "1 × different: .measures.m.band: (3, 7, '.measures.m1.band: 1')",
        "1 × not emitted: `…` has no SQL: (4, 0, '`x` has no SQL')",
        "1700 of 10809 valid accounts are left to the evaluator",
        "4000 of 14809 accounts are not valid",
    ]


def test_some_random_accounts_are_hard() -> None:
    """Ids hold what would be SQL; there are leap days, earlier results, and days at both ends of the calendar."""
    batches = [random_batch(seed, 40) for seed in range(60)]
    documents = [document for _, found, _ in batches for document in found]

    assert any("DROP TABLE" in document["id"] for document in documents)
    assert any("earlier" in document for document in documents)
    assert {"0001-01-31", "9999-12-31", "2024-02-29"} <= {str(day) for _, _, day in batches}

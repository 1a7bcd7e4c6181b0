"""The engine against the second opinion, on random rulesets and random documents.

`RULEENGINE_DIFFERENTIAL_PAIRS` says how many pairs; the default is what a normal test run has time for.
"""

from __future__ import annotations

import os

import pytest

from ruleengine.source import Source
from ruleengine.syntax.parse import parse
from tests.differential.pairs import random_pairs, try_pairs
from tests.differential.print_ruleset import print_file

DOCUMENTS_EACH = 8
BATCHES = 10
PAIRS = int(os.environ.get("RULEENGINE_DIFFERENTIAL_PAIRS", "2400"))


@pytest.mark.parametrize("batch", range(BATCHES))
def test_engine_and_reference_agree(batch: int) -> None:
    """Every field of every result is the same."""
    pytest.importorskip("ruleengine.api")
    each = -(-PAIRS // (DOCUMENTS_EACH * BATCHES))
    faults = []
    for seed in range(batch * each, (batch + 1) * each):
        files, documents = random_pairs(seed, DOCUMENTS_EACH)
        for at, outcome in enumerate(try_pairs(files, documents)):
            if outcome.kind != "same":
                faults.append(f"seed {seed}, document {at}: {outcome.kind}: {outcome.lines[0]}")
    assert not faults, "\n".join(faults[:20])


@pytest.mark.parametrize("seed", range(60))
def test_printed_rulesets_parse_to_the_same_tree(seed: int) -> None:
    """What is compared is what was meant: the text gives back the tree that it was printed from."""
    files, _ = random_pairs(seed, 0)
    for file in files:
        found, diagnostics = parse(Source("made.rules", print_file(file)))
        assert diagnostics == []
        assert found.items == file.items

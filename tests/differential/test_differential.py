"""The engine against the second opinion, on random rulesets and random documents.

`RULEENGINE_DIFFERENTIAL_PAIRS` says how many pairs; the default is what a normal test run has time for, and
`python -m tests.differential.run` is the command for many.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from ruleengine.source import Source
from ruleengine.syntax.parse import parse
from tests.cases.test_cases import CASES, HERE, evaluations
from tests.differential.compare import differences
from tests.differential.pairs import random_pairs, try_pairs
from tests.differential.print_ruleset import print_file
from tests.differential.reference import evaluate

DOCUMENTS_EACH = 8
BATCHES = 10
PAIRS = int(os.environ.get("RULEENGINE_DIFFERENTIAL_PAIRS", "480"))


@pytest.mark.parametrize("batch", range(BATCHES))
def test_engine_and_reference_agree(batch: int) -> None:
    """Every field of every result is the same."""
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


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: str(folder.relative_to(HERE)))
def test_the_reference_agrees_on_every_case(folder: Path) -> None:
    """What was written by hand for the engine is checked by the second opinion, too."""
    for each in evaluations(folder):
        ruleset, day = each.ruleset, date.fromisoformat(each.as_of)
        workspace = ruleset.workspace
        expected = evaluate(
            ruleset.path, each.facts, day, workspace.rulesets, workspace.schemas, each.previous
        )

        assert differences(expected, ruleset.score_dict(each.facts, day, each.previous)) == []

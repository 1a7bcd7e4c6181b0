"""Random rulesets that have little in common but their names: any set of edits between two of them runs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ruleengine import load
from ruleengine.compare.hybrid import Hybrids
from ruleengine.compare.meaning import differences
from ruleengine.evaluator.program import Evaluator
from ruleengine.tree import ruleset as r
from tests.differential.fields import SCHEMAS
from tests.differential.pairs import write
from tests.differential.random_facts import random_facts
from tests.differential.random_rulesets import random_ruleset

#: Seeds that once found something, and some more.
SEEDS = [7, 11, 13, 17, 20, 24, 27, 50, 74, 121, 300, 301]


def program(seed: int, folder: Path) -> r.Program:
    """The random ruleset of a seed."""
    path = write(random_ruleset(seed).files, folder)
    return load(path, rulesets=folder, schemas=SCHEMAS, cache=False).program


def rounded(scores: dict[str, Any]) -> list[Any]:
    """Scores by what each file calls its scorecards; members may be added up in another order."""
    return sorted(
        (name.rpartition(".")[2], repr(None if score is None else round(score, 9)), str(band))
        for name, (score, band) in scores.items()
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_between_any_two_rulesets_everything_runs(seed: int, tmp_path: Path) -> None:
    old, new = program(seed, tmp_path / "old"), program(seed + 100_000, tmp_path / "new")
    found = differences(old, new)
    hybrids, ids = Hybrids(old, new, found), [edit.id for edit in found.edits]
    assert len(set(ids)) == len(ids)
    random = Random(seed)
    documents = [random_facts(random) for _ in range(4)]
    for chosen, program_there in ((frozenset[str](), old), (frozenset(ids), new)):
        mixed, plain = Evaluator(hybrids.program(chosen)), Evaluator(program_there)
        for facts in documents:
            day = date.fromisoformat(facts["id"])
            assert rounded(mixed.scores(facts, day)) == rounded(plain.scores(facts, day))
    for _ in range(4):
        evaluator = Evaluator(hybrids.program(frozenset(each for each in ids if random.random() < 0.5)))
        for facts in documents:
            day = date.fromisoformat(facts["id"])
            evaluator.result(facts, day)
            evaluator.scores(facts, day)

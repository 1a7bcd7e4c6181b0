"""The second opinion agrees with the engine on every account of the hand-written cases, in everything that results hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.cases.test_cases import CASES, HERE, evaluations, schemas_of
from tests.differential.compare import differences
from tests.differential.reference import evaluate

OF_ONE_FILE = [folder for folder in CASES if (folder / "ruleset.rules").exists()]


@pytest.mark.parametrize("folder", OF_ONE_FILE, ids=lambda folder: str(folder.relative_to(HERE)))
def test_engine_and_reference_agree_on_a_case(folder: Path) -> None:
    for each in evaluations(folder):
        found = each.ruleset.score_dict(each.facts, each.as_of, each.previous)
        expected = evaluate(
            folder / "ruleset.rules",
            each.facts,
            date.fromisoformat(each.as_of),
            folder,
            schemas_of(folder),
            each.previous,
        )
        assert differences(expected, found) == [], each.path

"""What a number can be, as far as bounds and arithmetic tell: a row beyond it is never reached."""

from __future__ import annotations

from pathlib import Path

import pytest

import ruleengine
from tests.conformance.engine import Place

RULES = """ruleset case 1.0.0 {{ facts case 1 }}
bands rag {{ green 75..100 points 87.5 ; yellow 50..<75 points 62.5 ; red 0..<50 points 25 }}
measure m {{ value {value} ; rate {{ red when {row} ; green otherwise }} }}
scorecard s {{ bands rag ; m }}
"""


def codes(folder: Path, value: str, row: str) -> list[str]:
    """The codes of the reports of a measure."""
    place = Place(folder)
    path = "rulesets/case/1.0.0.rules"
    place.write({path: RULES.format(value=value, row=row)})
    folders = place.workspace
    report = ruleengine.check_file(folder / path, rulesets=folders.rulesets, schemas=folders.schemas)
    return [each.code for each in report.diagnostics]


@pytest.mark.parametrize(
    ("value", "beyond", "within"),
    [
        ("people", "< 0", "<= 0"),
        ("people / people", "< 0", "<= 0"),
        ("people * people", "< 0", "<= 0"),
        ("people + people", "< 0", "<= 0"),
        ("people + 3", "< 3", "<= 3"),
        ("3 - people", "> 3", ">= 3"),
        ("people - people", "= 0.5", "< 0"),
        ("abs(n)", "< 0", "<= 0"),
        ("round(people / 3, 1)", "= 0.25", "= 0.3"),
    ],
)
def test_what_a_number_cannot_be_is_reported(value: str, beyond: str, within: str, tmp_path: Path) -> None:
    assert codes(tmp_path, value, within) == []
    assert codes(tmp_path, value, beyond) != []

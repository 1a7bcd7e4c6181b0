"""Every example of another field: nothing is reported, facts are read, decimals print as decimals, the README tells."""

from __future__ import annotations

import re
from pathlib import Path

import orjson
import pytest

from ruleengine.api import check_file
from tests.fields.field_rulesets import ANY_DAY, FIELDS, example_facts, field_ruleset

RULESETS = sorted((FIELDS / "rulesets").glob("*/*.rules"))
NAMES = sorted({path.parent.name for path in RULESETS})


@pytest.mark.parametrize("path", RULESETS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_nothing_is_reported(path: Path) -> None:
    report = check_file(path, rulesets=FIELDS / "rulesets", schemas=FIELDS / "schemas")
    assert [str(each) for each in report.diagnostics] == []


@pytest.mark.parametrize("path", RULESETS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_facts_are_scored_and_numbers_print_as_decimals(path: Path) -> None:
    ruleset = field_ruleset(f"{path.parent.name}@{path.stem}")
    for facts in example_facts(path.parent.name):
        result = ruleset.score_dict(facts, ANY_DAY)
        assert [each for each in result["problems"] if "pointer" in each] == []
        # 10 decimals, nominal weights 12: nothing like 7.300000000000001
        assert re.findall(r"\d\.\d{13,}", orjson.dumps(result).decode()) == []


def test_readme_tells_of_every_ruleset() -> None:
    told = re.findall(r"^\| `(\w+)` \|", (FIELDS / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(told) == NAMES

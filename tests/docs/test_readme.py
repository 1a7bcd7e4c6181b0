"""The ruleset that the README shows is the one in `examples/trial`, and nothing is reported of it."""

from __future__ import annotations

from pathlib import Path

import ruleengine
from ruleengine.source import Source
from ruleengine.syntax.format import format_file
from ruleengine.syntax.parse import parse
from tests.docs.blocks import blocks_of

ROOT = Path(__file__).parents[2]
TRIAL = ROOT / "examples" / "trial" / "rulesets" / "trial_health" / "1.0.0.rules"


def test_the_ruleset_of_the_readme_is_the_example() -> None:
    (shown,) = (block.text for block in blocks_of(ROOT / "README.md") if block.info[:1] == ("rules",))
    assert shown == TRIAL.read_text(encoding="utf-8")


def test_nothing_is_reported_of_it_and_it_is_in_the_standard_layout() -> None:
    assert [str(each) for each in ruleengine.check_file(TRIAL).diagnostics] == []
    source = Source(str(TRIAL), TRIAL.read_text(encoding="utf-8"))
    file, _ = parse(source)
    assert format_file(file, source) == source.text

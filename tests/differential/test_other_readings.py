"""What else reads rulesets reads all that can be made at random: the formatter, explanations, coverage, handbook pages."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

import ruleengine
from ruleengine.evaluator.covering import covered
from ruleengine.report.handbook.build import build_page
from ruleengine.report.handbook.markdown import page_markdown
from ruleengine.source import Source
from ruleengine.syntax.format import format_file
from ruleengine.syntax.parse import parse
from tests.differential.fields import SCHEMAS
from tests.differential.pairs import random_pairs, write
from tests.differential.random_earlier import earlier_result

SEEDS = range(70_000, 70_024)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_ruleset_is_read_in_every_way(seed: int, tmp_path: Path) -> None:
    """Formatting keeps the meaning and is stable; what fires is told; nothing raises."""
    files, documents = random_pairs(seed, 2)
    path = write(files, tmp_path)
    source = Source("made.rules", path.read_text(encoding="utf-8"))
    tree, _ = parse(source)
    formatted = Source("made.rules", format_file(tree, source))
    again, reports = parse(formatted)

    assert (again.items, reports) == (tree.items, [])
    assert format_file(again, formatted) == formatted.text

    engine = ruleengine.load(path, rulesets=tmp_path, schemas=SCHEMAS, cache=False)
    page = page_markdown(build_page(engine.program, engine.sources))
    for document in documents:
        as_of = date.fromisoformat(document["id"])
        facts, before = earlier_result(document, engine, as_of)
        fired = {each["name"] for each in engine.score_dict(facts, as_of, before)["triggers"]}
        told = json.loads(json.dumps(engine.explain(facts, as_of, before).to_dict()))["triggers"]

        assert {each["name"] for each in told if each["fires"]} == fired
        assert all(each["name"] in page or each["title"] in page for each in told)
        assert covered(engine.evaluator, facts, as_of, before)

"""What is counted is what decided: the covering program against results, which know the line that decided."""

from __future__ import annotations

from datetime import date
from itertools import islice
from pathlib import Path

import pytest

import ruleengine
from ruleengine.evaluator.covering import covering_of
from ruleengine.generate import generate_documents
from ruleengine.tree import ruleset as r

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = (ROOT, ROOT / "examples/fields")
RULESETS = [
    path
    for project in PROJECTS
    for path in sorted((project / "rulesets").glob("*/*.rules"))
    if not path.name.endswith(".test.rules")
]
AS_OF = date(2024, 3, 1)


@pytest.mark.parametrize("path", RULESETS, ids=lambda path: f"{path.parent.name} {path.stem}")
def test_rows_bands_and_statuses_are_those_of_the_result(path: Path) -> None:
    ruleset = ruleengine.load(path, cache=False)
    covering = covering_of(ruleset.evaluator)
    items = covering.inventory.items
    measures = [step for step in ruleset.program.steps if isinstance(step, r.Measure)]
    rows = {
        id(row): covering.inventory.of_node[id(row)]
        for measure in measures
        for block in measure.rates
        for row in block.rows
    }
    for document in islice(generate_documents(ruleset.schema, 120, 7, AS_OF, missing=0.2), 120):
        result = ruleset.score_dict(document, AS_OF)
        reached = covering.reached(document, AS_OF)
        for measure in measures:
            found = result["measures"][measure.name]
            won = [
                items[rows[id(row)]]
                for block in measure.rates
                for row in block.rows
                if rows[id(row)] in reached
            ]
            assert len(won) <= 1
            if found["line"] is not None and not measure.limits and not measure.as_given:
                assert [item.line for item in won] == [found["line"]]
            bands = {band for kind, name, band in covering.inventory.bands
                     if (kind, name) == ("measure", measure.name) and covering.inventory.bands[kind, name, band] in reached}  # fmt: skip
            assert bands == ({found["band"]} if found["band"] is not None else set())
            reasons = {
                cause.reason for cause, item in covering.inventory.causes[measure.name] if item in reached
            }
            assert len(reasons) <= 1 or "stale" in reasons
            if not measure.limits:
                assert reasons <= {found["status"]}
        for segment in (step for step in ruleset.program.steps if isinstance(step, r.Segment)):
            assert (covering.inventory.of_node[id(segment)] in reached) is (
                segment.name in result["segments"]
            )


def test_the_programs_that_score_have_no_marks() -> None:
    source = ruleengine.load("customer_health@2.0.0", rulesets=ROOT / "rulesets", cache=False).python_source()
    assert "reached" not in source
    assert "by_" not in source

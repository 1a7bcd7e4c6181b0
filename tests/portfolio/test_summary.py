"""Every number of a summary is what counting the result documents one by one gives."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

import ruleengine
from ruleengine.facts.readers import read_facts
from ruleengine.facts.records import ReadOptions, ReadSummary, Record
from ruleengine.portfolio.duckdb_engine import DuckdbEngine
from ruleengine.portfolio.stored import open_stored
from ruleengine.portfolio.summary import Asked, summarise
from ruleengine.portfolio.summary_known import Known, known_of, order_of_bands
from ruleengine.portfolio.typed_output import TypedOutput
from ruleengine.report.portfolio.render import render_json, render_markdown, render_text
from tests.differential.pairs import random_pairs, write
from tests.portfolio import naive_summary as naive
from tests.portfolio.summary_forms import card_form, groups_form, lost_form, near, whole_form

ROOT = Path(__file__).parents[2]
AS_OF = "2024-03-01"
EXAMPLES = ROOT / "examples/accounts.ndjson"
SCHEMA = json.loads((ROOT / "schemas/portfolio_summary/1.schema.json").read_text(encoding="utf-8"))
RULESETS = sorted(
    f"{path.parent.name}@{path.stem}"
    for path in (ROOT / "rulesets").glob("*/*.rules")
    if ".test" not in path.name
)
Results = list[dict[str, Any]]


def loaded(selector: str) -> ruleengine.Ruleset:
    return ruleengine.load(selector, rulesets=ROOT / "rulesets", schemas=ROOT / "schemas")


def results_of(ruleset: ruleengine.Ruleset) -> Results:
    """The results of all example accounts."""
    items = read_facts([str(EXAMPLES)], ruleset.facts_model, ReadOptions(), ReadSummary())
    return [ruleset.score_dict(item.document, AS_OF) for item in items if isinstance(item, Record)]


def lines_of(results: Results, path: Path) -> str:
    path.write_bytes(b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in results))
    return str(path)


def first_card(ruleset: ruleengine.Ruleset) -> str:
    return next((card.name for card in ruleset.cards), "")


def summary_of(paths: Sequence[str], known: Known | None = None, **asked: Any) -> dict[str, Any]:
    with open_stored(paths) as stored:
        return summarise(stored, known, Asked(**asked))


def check(document: dict[str, Any], results: Results) -> None:
    """Everything that does not depend on what is known of the ruleset."""
    assert near(whole_form(document), naive.whole(results))
    assert len(document["scorecards"]) == len(results[0]["scorecards"])
    for card in document["scorecards"]:
        expected = naive.card_summary(results, card["name"], document["goal"])
        assert near(card_form(card), expected), (card_form(card), expected)
    Draft202012Validator(SCHEMA).validate(json.loads(render_json(document)))
    assert render_text(document)
    assert render_markdown(document)


@pytest.mark.parametrize("selector", RULESETS)
def test_examples_of_every_ruleset(selector: str, tmp_path: Path) -> None:
    ruleset = loaded(selector)
    results = results_of(ruleset)
    first = first_card(ruleset)
    document = summary_of([lines_of(results, tmp_path / "r.ndjson")], known_of(ruleset.program, first))
    check(document, results)
    assert (document["card"] or "") == first
    for card in document["scorecards"]:
        assert [each["band"] for each in card["bands"]] == [
            band for one in ruleset.cards if one.name == card["name"] for band in one.bands
        ]
        expected = naive.lost(results, ruleset, card["name"])
        found = lost_form(card)
        assert near(found, {path: expected.get(path, 0.0) for path in found}), (found, expected)
        assert expected.keys() <= found.keys()
    if document["card"]:
        assert near(groups_form(document), naive.groups(results, document["card"], "segment"))


@pytest.mark.parametrize("seed", range(12))
def test_random_results_without_their_ruleset(seed: int, tmp_path: Path) -> None:
    files, facts = random_pairs(seed, 12)
    path = write(files, tmp_path / "rulesets")
    from tests.differential.fields import SCHEMAS

    ruleset = ruleengine.load(path, rulesets=path.parent.parent, schemas=SCHEMAS, cache=False)
    results = [ruleset.score_dict({"id": str(number), **each}, AS_OF) for number, each in enumerate(facts)]
    place = lines_of(results, tmp_path / "r.ndjson")
    document = summary_of([place])
    check(document, results)
    assert document["known_from"] == "results"
    for card in document["scorecards"]:
        check_lost = naive.lost_against_the_best_seen(results, card["name"])
        if order_is_rising(results, card["name"]):
            found = lost_form(card)
            assert near(found, {path: check_lost[path] for path in found})
    with_ruleset = summary_of([place], known_of(ruleset.program, ""))
    for card in with_ruleset["scorecards"]:
        expected, found = naive.lost(results, ruleset, card["name"]), lost_form(card)
        assert near(found, {path: expected.get(path, 0.0) for path in found}), (found, expected)
    for by in [
        *list(results[0]["scorecards"])[:1],
        *results[0]["matrices"],
        "trigger",
        *outputs_of_words(results)[:2],
    ]:
        found_groups = groups_form(summary_of([place], by=by))
        if document["card"]:
            assert near(found_groups, naive.groups(results, document["card"], by)), by


def order_is_rising(results: Results, name: str) -> bool:
    """Whether no account says that fewer points are better."""
    cards = [result["scorecards"][name] for result in results]
    return all(card["next_band"] is None for card in cards)


def outputs_of_words(results: Results) -> list[str]:
    """Outputs that hold texts or flags alone."""
    return [
        name
        for name in results[0]["outputs"]
        if all(isinstance(result["outputs"][name], str | bool | None) for result in results)
    ]


@pytest.mark.parametrize("selector", ["customer_health@2.0.0", "early_warning@1.0.0"])
def test_every_format_gives_the_same(selector: str, tmp_path: Path) -> None:
    ruleset = loaded(selector)
    results = results_of(ruleset)
    lines = lines_of(results, tmp_path / "r.ndjson")
    packed = tmp_path / "r.ndjson.gz"
    packed.write_bytes(gzip.compress(Path(lines).read_bytes()))
    from datetime import date

    engine = DuckdbEngine(ruleset.program, ruleset.facts_model, date.fromisoformat(AS_OF), ruleset.evaluator)
    for name in ("parquet", "database"):
        with engine.over([str(EXAMPLES)]) as found:
            output = TypedOutput(
                engine.shape, found, lambda portion: portion.pieces(), engine.options.session
            )
            getattr(output, name)(str(tmp_path / name))
    known = known_of(ruleset.program, first_card(ruleset))
    expected = summary_of([lines], known)
    check(expected, results)
    for path in (str(packed), str(tmp_path / "parquet"), str(tmp_path / "database")):
        assert summary_of([path], known) == expected
    assert summary_of([lines]) == summary_of([str(tmp_path / "parquet")])


def test_order_of_rows_and_parts_do_not_matter(tmp_path: Path) -> None:
    results = results_of(loaded("customer_health@2.0.0"))
    whole = summary_of([lines_of(results, tmp_path / "whole.ndjson")])
    parts = [
        lines_of(results[90:][::-1], tmp_path / "a.ndjson"), lines_of(results[:90][::-1], tmp_path / "b.ndjson")
    ]  # fmt: skip
    assert summary_of(parts) == whole
    assert summary_of([str(tmp_path / "[ab].ndjson")]) == whole


def test_order_of_bands_from_results() -> None:
    means = {"low": 20.0, "high": 80.0, "middle": 50.0, "odd": None}
    assert order_of_bands(means, [("low", "middle", 3)]) == (("high", "middle", "low", "odd"), True)
    assert order_of_bands(means, [("high", "middle", 3), ("low", "middle", 1)]) == (
        ("low", "middle", "high", "odd"),
        False,
    )
    assert order_of_bands(means, []) == (("high", "middle", "low", "odd"), True)
    assert order_of_bands({}, []) == ((), True)

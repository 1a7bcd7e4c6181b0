"""Whatever a document holds, scoring and explaining give a result that is JSON."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ruleengine
from ruleengine.facts.parse import RejectedDocument, parse_document
from tests.properties.documents import ACCOUNTS, ROOT, documents, places, with_value

LIMITS = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
SELECTORS = (
    "customer_health@0.9.0",
    "customer_health@2.0.0",
    "use_case_adoption@1.0.0",
    "use_case_adoption@4.0.0",
)
DAYS = ("2024-02-29", "0001-01-01", "9999-12-31")
#: What a program could put into a document, and no JSON can hold.
FOREIGN = (
    float("nan"),
    float("inf"),
    -float("inf"),
    (1, 2),
    {1: 2},
    {1, 2},
    b"red",
    date(2024, 1, 1),
    1 + 2j,
    object(),
)


@cache
def ruleset(selector: str) -> ruleengine.Ruleset:
    return ruleengine.load(selector, rulesets=ROOT / "rulesets", cache=False)


@LIMITS
@given(documents, st.sampled_from(SELECTORS), st.sampled_from(DAYS))
def test_any_json_document_has_a_result(document: dict[str, Any], selector: str, day: str) -> None:
    found = ruleset(selector).score_dict(document, day)
    cards = {name: (card["score"] is None) for name, card in found["scorecards"].items()}
    scores = ruleset(selector).scores(document, day)
    assert {name: score is None for name, (score, _) in scores.items()} == cards
    explained = ruleset(selector).explain(document, day).to_dict()
    assert {card["name"] for card in explained["scorecards"]} == set(cards)
    for each in (found, explained):
        assert json.loads(json.dumps(each, allow_nan=False)) == each


@LIMITS
@given(documents, st.sampled_from(SELECTORS))
def test_what_can_be_read_can_be_written(document: dict[str, Any], selector: str) -> None:
    """A document from a file is read more strictly: its results can be written as UTF-8, whatever they hold."""
    document = {**document, "id": "any"}
    raw = json.dumps(document).encode()
    try:
        read = parse_document(raw)
    except RejectedDocument:
        return
    result = orjson.loads(ruleset(selector).score_json(raw, "2024-03-01"))
    assert result["problems"] == ruleset(selector).score_dict(read, "2024-03-01")["problems"]
    assert orjson.dumps(ruleset(selector).explain(read, "2024-03-01").to_dict())


@LIMITS
@given(st.data(), st.sampled_from(ACCOUNTS), st.sampled_from(FOREIGN), st.sampled_from(SELECTORS))
def test_values_that_no_json_holds_are_no_facts(
    data: st.DataObject, account: dict[str, Any], value: Any, selector: str
) -> None:
    path = data.draw(st.sampled_from([path for path in places(account) if path != ("id",)]))
    found = ruleset(selector).score_dict(with_value(account, path, value), "2024-03-01")
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert ruleset(selector).explain(with_value(account, path, value), "2024-03-01").scorecards

"""Properties of scores, for every published ruleset with every example account, and for random ones."""

from __future__ import annotations

import json
import math
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

import ruleengine
from ruleengine.workspace import list_rulesets, open_workspace
from tests.differential.fields import SCHEMAS
from tests.differential.pairs import random_pairs
from tests.differential.pairs import write as write_files
from tests.properties import weighted_cards as w
from tests.properties.documents import ACCOUNTS, ROOT

AS_OF = "2024-03-01"
LIMITS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PUBLISHED = [
    (f"{entry.name}@{entry.version}", folder)
    for folder in (ROOT / "rulesets", ROOT / "examples/fields/rulesets")
    for entry in list_rulesets(open_workspace(folder))[0]
]
OF_ACCOUNTS = [selector for selector, folder in PUBLISHED if folder == ROOT / "rulesets"]
RESULTS = Draft202012Validator(
    json.loads((ROOT / "schemas/result/1.schema.json").read_text(encoding="utf-8")),
    format_checker=FormatChecker(),
)
#: Results print numbers to 10 decimals; so many of them are added up.
NEAR = 1e-7


@cache
def published(selector: str) -> ruleengine.Ruleset:
    return ruleengine.load(selector, rulesets=ROOT / "rulesets", cache=False)


@cache
def documents_of(name: str) -> list[dict[str, Any]]:
    """The example documents of a ruleset of another field."""
    path = ROOT / f"examples/fields/facts/{name}.ndjson"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def made(text: str) -> ruleengine.Ruleset:
    with tempfile.TemporaryDirectory() as folder:
        path = w.write(Path(folder), text)
        return ruleengine.load(path, rulesets=Path(folder) / "rulesets", cache=False)


def counted_leaves(card: dict[str, Any]) -> list[dict[str, Any]]:
    """The nodes of a card that have none below themselves and count in its score."""
    names = list(card["nodes"])
    leaves = [name for name in names if not any(other.startswith(f"{name}.") for other in names)]
    return [node for node in map(card["nodes"].get, leaves) if node["effective_weight"] is not None]


def assert_adds_up(card: dict[str, Any]) -> None:
    leaves = counted_leaves(card)
    assert math.isclose(sum(node["contribution"] for node in leaves), card["computed_score"], abs_tol=NEAR)
    if math.isclose(sum(node["weight"] for node in leaves), 1.0, abs_tol=NEAR):  # shares, and no multipliers
        assert math.isclose(sum(node["effective_weight"] for node in leaves), 1.0, abs_tol=NEAR)
    for node in leaves:
        if node["score"] is None:
            assert (node["effective_weight"], node["contribution"]) == (0, 0)
            continue
        assert math.isclose(node["effective_weight"] * node["score"], node["contribution"], abs_tol=NEAR)


@pytest.mark.parametrize("selector", OF_ACCOUNTS)
def test_contributions_of_every_example_add_up(selector: str) -> None:
    """Scorecards that count bands or follow a formula have no contributions; all others add up."""
    cards = [
        card for doc in ACCOUNTS for card in published(selector).score_dict(doc, AS_OF)["scorecards"].values()
    ]
    scored = [card for card in cards if card["computed_score"] is not None]
    assert scored
    for card in scored:
        if counted_leaves(card):
            assert_adds_up(card)


@LIMITS
@given(w.cards, st.lists(w.documents, min_size=1, max_size=4))
def test_contributions_of_random_cards_add_up(card: w.Card, documents: list[dict[str, Any]]) -> None:
    ruleset = made(w.ruleset_text(card))
    for document in documents:
        found = ruleset.score_dict(document, AS_OF)["scorecards"]["total"]
        if found["status"] == "scored":
            assert_adds_up(found)


@LIMITS
@given(w.cards, w.documents, st.sampled_from((0.5, 2, 10, 1000)))
def test_scaling_all_plain_weights_changes_nothing(
    card: w.Card, document: dict[str, Any], factor: float
) -> None:
    one, other = (
        made(w.ruleset_text(card, by)).score_dict(document, AS_OF)["scorecards"]["total"]
        for by in (1, factor)
    )
    assert one["band"] == other["band"]
    assert (one["score"] is None) is (other["score"] is None)
    assert math.isclose(one["score"] or 0.0, other["score"] or 0.0, abs_tol=NEAR)
    for name, node in one["nodes"].items():
        theirs = other["nodes"][name]["effective_weight"]
        assert math.isclose(node["effective_weight"] or 0.0, theirs or 0.0, abs_tol=NEAR)


@LIMITS
@given(st.sampled_from(ACCOUNTS), st.sampled_from(OF_ACCOUNTS), st.randoms(use_true_random=False))
def test_the_order_of_keys_changes_nothing(document: dict[str, Any], selector: str, random: Any) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, list):
            return [shuffled(item) for item in value]
        if not isinstance(value, dict):
            return value
        names = sorted(value)
        random.shuffle(names)
        return {name: shuffled(value[name]) for name in names}

    ruleset = published(selector)
    expected = json.dumps(ruleset.score_dict(document, AS_OF))
    assert json.dumps(ruleset.score_dict(shuffled(document), AS_OF)) == expected


@LIMITS
@given(
    st.sampled_from(ACCOUNTS),
    st.sampled_from(OF_ACCOUNTS),
    st.sampled_from((None, 1, "red", [], {}, {"x": [True]})),
)
def test_a_fact_that_no_ruleset_names_changes_nothing(
    document: dict[str, Any], selector: str, value: Any
) -> None:
    ruleset = published(selector)
    parts = {name: {**part, "unused": value} for name, part in document.items() if isinstance(part, dict)}
    expected = json.dumps(ruleset.score_dict(document, AS_OF))
    assert json.dumps(ruleset.score_dict({**document, **parts, "unused": value}, AS_OF)) == expected


@pytest.mark.parametrize(("selector", "folder"), PUBLISHED, ids=[selector for selector, _ in PUBLISHED])
def test_results_of_every_example_are_valid_and_scores_say_the_same(selector: str, folder: Path) -> None:
    ruleset = ruleengine.load(selector, rulesets=folder, cache=False)
    documents = ACCOUNTS if folder == ROOT / "rulesets" else documents_of(ruleset.name)
    assert documents
    for document in documents:
        found = ruleset.score_dict(document, AS_OF)
        assert [error.message for error in RESULTS.iter_errors(found)] == []
        expected = {name: (card["score"], card["band"]) for name, card in found["scorecards"].items()}
        scores = ruleset.scores(document, AS_OF)
        assert {name: band for name, (_, band) in scores.items()} == {
            name: band for name, (_, band) in expected.items()
        }
        for name, (score, _) in scores.items():
            wanted = expected[name][0]
            assert (score is None) is (wanted is None)
            assert math.isclose(score or 0.0, wanted or 0.0, abs_tol=1e-9)


@pytest.mark.parametrize("seed", range(1000, 1030))
def test_results_of_random_rulesets_are_valid(seed: int, tmp_path: Path) -> None:
    files, documents = random_pairs(seed, 4)
    path = write_files(files, tmp_path)
    ruleset = ruleengine.load(path, rulesets=tmp_path, schemas=SCHEMAS, cache=False)
    for document in documents:
        found = ruleset.score_dict(document, AS_OF)
        assert [f"{error.json_path}: {error.message}" for error in RESULTS.iter_errors(found)] == []

"""Questions to series in numbers: the engine against the second opinion, over lists long enough to have runs and slopes."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from ruleengine.syntax import tree
from tests.differential.fields import SCHEMA
from tests.differential.names import Names
from tests.differential.nodes import make
from tests.differential.pairs import try_pairs
from tests.differential.random_expressions import Maker
from tests.differential.random_facts import random_facts, random_list
from tests.differential.random_rulesets import facts_of
from tests.differential.random_series import question

KINDS = ("number", "count", "percent", "days", "months", "flag", "date")
DOCUMENTS = 6


def ruleset_of_questions(random: Random) -> tree.File:
    """A ruleset whose outputs are answers of all kinds."""
    maker = Maker(random, facts_of(Names()))
    header = make(tree.Header, "made", "1.0.0", (make(tree.FactsSchema, "sample", "1"),))
    questions = (question(maker, kind, 1) for kind in KINDS * 4)
    outputs = tuple(make(tree.Output, f"o{at}", each) for at, each in enumerate(questions))
    file: tree.File = make(tree.File, (header, *outputs))
    return file


def document(random: Random) -> dict[str, Any]:
    """A document with many visits."""
    visits = random_list(SCHEMA["properties"]["visits"], random, random.choice((3, 6, 12, 20)))
    return {**random_facts(random), "visits": visits}


@pytest.mark.parametrize("seed", range(12))
def test_engine_and_reference_agree_on_series(seed: int) -> None:
    random = Random(seed)
    documents = [document(random) for _ in range(DOCUMENTS)]
    outcomes = try_pairs((ruleset_of_questions(random),), documents)
    assert [each for each in outcomes if each.kind != "same"] == []

"""Shared evaluation against the plain truth: every subset of edits scored as a ruleset by itself."""

from __future__ import annotations

import json
import random
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import ruleengine
from ruleengine.compare.account_changes import versions
from ruleengine.compare.plan import Plan
from ruleengine.compare.shared import Game, Moment, SharedEvaluation
from ruleengine.evaluator.program import Evaluator
from ruleengine.evaluator.runtime import clean
from ruleengine.tree import ruleset as r
from tests.compare.altered import AlteredHybrids, random_alterations
from tests.compare.two_versions import compared

ROOT = Path(__file__).parents[2]
FIELDS = ROOT / "examples" / "fields"
DAY, LATER = date(2024, 3, 1), date(2024, 6, 15)


@cache
def example_accounts() -> list[dict[str, Any]]:
    lines = (ROOT / "examples" / "accounts.ndjson").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def field_documents(name: str) -> list[dict[str, Any]]:
    lines = (FIELDS / "facts" / f"{name}.ndjson").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def rulesets() -> list[tuple[str, str]]:
    own = [
        (f"{path.parent.name}@{path.stem}", "") for path in sorted((ROOT / "rulesets").glob("*/?.?.?.rules"))
    ]
    fields = sorted((FIELDS / "rulesets").glob("*/?.?.?.rules"))
    return [*own, *((f"{path.parent.name}@{path.stem}", path.parent.name) for path in fields)]


class Truth:
    """Scores of every subset, each by an evaluator of its own."""

    def __init__(self, hybrids: AlteredHybrids) -> None:
        self._hybrids = hybrids
        self._evaluators: dict[frozenset[str], Evaluator] = {}

    def __call__(
        self, chosen: frozenset[str], facts: dict[str, Any], day: date
    ) -> dict[str, tuple[Any, Any]]:
        if chosen not in self._evaluators:
            self._evaluators[chosen] = Evaluator(self._hybrids.program(chosen))
        found = self._evaluators[chosen].scores(facts, day)
        return {
            card: (None if score is None else clean(score), band) for card, (score, band) in found.items()
        }


def mask_of(game: Game, causes: tuple[tuple[str, str], ...], chosen: frozenset[str]) -> int:
    return sum(1 << place for place, player in enumerate(game.players) if causes[player][0] in chosen)


def load(selector: str, field: str) -> r.Program:
    folder = FIELDS if field else ROOT
    return ruleengine.load(selector, rulesets=folder / "rulesets", schemas=folder / "schemas").program


@pytest.mark.parametrize(("selector", "field"), rulesets())
def test_every_subset_scores_as_a_ruleset_by_itself(selector: str, field: str) -> None:
    program = load(selector, field)
    documents = (
        example_accounts()[::4] if not field else field_documents(field)[:12] if has_facts(field) else []
    )
    chance = random.Random(selector)
    alterations = random_alterations(program, 6, chance)
    hybrids = AlteredHybrids(program, alterations)
    names = sorted(alterations)
    cards = [step.name for step in program.steps if isinstance(step, r.Scorecard)]
    if not cards:
        return
    shared, truth = SharedEvaluation(Plan(hybrids, names, cards)), Truth(hybrids)
    for document in documents:
        games = shared.games(Moment(document, DAY))
        subsets = [
            frozenset(),
            frozenset(names),
            *(frozenset(chance.sample(names, k % len(names))) for k in range(4)),
        ]
        for chosen in subsets:
            expected = truth(chosen, document, DAY)
            found = {card: games[card].value(mask_of(games[card], shared.causes, chosen)) for card in cards}
            assert found == {card: expected[card] for card in cards}, (document.get("id"), chosen)


def has_facts(field: str) -> bool:
    return (FIELDS / "facts" / f"{field}.ndjson").exists()


@pytest.mark.parametrize(
    "selector", ["customer_health@2.0.0", "platform_adoption@1.0.0", "renewal_signals@1.0.0"]
)
def test_data_and_time_are_causes_too(selector: str) -> None:
    program = load(selector, "")
    chance = random.Random(7)
    alterations = random_alterations(program, 3, chance)
    hybrids, names = AlteredHybrids(program, alterations), sorted(alterations)
    cards = [step.name for step in program.steps if isinstance(step, r.Scorecard)]
    sections = sorted({section for account in example_accounts() for section in account if section != "id"})
    shared = SharedEvaluation(Plan(hybrids, names, cards), sections, over_time=True)
    truth = Truth(hybrids)
    for old, new in pairwise(example_accounts()[:41]):
        games = shared.games(Moment(old, DAY), Moment(new, LATER))
        for _ in range(6):
            chosen = frozenset(name for name, _ in shared.causes if chance.random() < 0.5)
            mixed = {key: value for key, value in old.items() if f"data: {key}" not in chosen}
            mixed |= {key: new[key] for key in sections if f"data: {key}" in chosen and key in new}
            expected = truth(chosen & set(names), mixed, LATER if "time" in chosen else DAY)
            for card in cards:
                assert games[card].value(mask_of(games[card], shared.causes, chosen)) == expected[card]


def test_only_what_makes_a_difference_is_a_player() -> None:
    """Support issues weigh 5%: where they are the only thing that differs, they are the only player."""
    program = load("customer_health@2.0.0", "")
    alterations = random_alterations(program, 40, random.Random(3))
    hybrids, names = AlteredHybrids(program, alterations), sorted(alterations)[:9]
    shared = SharedEvaluation(Plan(hybrids, names, ["health"]))
    truth = Truth(hybrids)
    for account in example_accounts()[::5]:
        game = shared.games(Moment(account, DAY))["health"]
        alone = {
            name
            for name in names
            if truth(frozenset([name]), account, DAY) != truth(frozenset(), account, DAY)
        }
        assert alone <= {shared.causes[player][0] for player in game.players}
        for place in range(len(game.players)):
            differing = (
                mask
                for mask in range(1 << len(game.players))
                if game.value(mask) != game.value(mask ^ 1 << place)
            )
            assert next(differing, None) is not None


def test_many_causes_are_computed_when_asked() -> None:
    """Beyond twelve causes nothing is listed beforehand, and the figures are the same."""
    program = load("customer_health@2.0.0", "")
    alterations = random_alterations(program, 60, random.Random(11))
    hybrids, names = AlteredHybrids(program, alterations), sorted(alterations)
    shared, truth, chance = (
        SharedEvaluation(Plan(hybrids, names, ["health"])),
        Truth(hybrids),
        random.Random(5),
    )
    lazy = 0
    for account in example_accounts()[::10]:
        game = shared.games(Moment(account, DAY))["health"]
        lazy += not game.exact
        for _ in range(3):
            chosen = frozenset(name for name in names if chance.random() < 0.5)
            assert game.value(mask_of(game, shared.causes, chosen)) == truth(chosen, account, DAY)["health"]
    assert lazy


def test_the_weight_of_what_is_not_computed_beforehand_counts(tmp_path: Path) -> None:
    """A measure that is NA in the old version, and depends on more causes than are listed, may have a weight that changes."""

    def version(step: int, days: int, weight: int) -> str:
        lets = "\n".join(f"let step_{n} = {step + n}" for n in range(13))
        total = " + ".join(f"step_{n}" for n in range(13))
        return (
            f"{lets}\n"
            f"measure load {{ value tickets + {total} ; rate {{ red when < 300 ; green otherwise }}\n"
            f"  fresh by seen, expired after {days} days }}\n"
            "measure use { value users ; rate { red when < 10 ; green otherwise } }\n"
            f"scorecard health {{ bands rag ; load {weight} ; use 1 }}\n"
        )

    found = compared(tmp_path, version(1, 10, 1), version(9, 400, 3))
    names = tuple(edit.id for edit in found.differences.edits)
    shared = SharedEvaluation(Plan(found.hybrids, names, ["health"]))
    account = {"id": "a", "tickets": 5, "users": 50, "seen": "2024-01-01"}
    game = shared.games(Moment(account, DAY))["health"]
    weight = next(
        place for place, player in enumerate(game.players) if shared.causes[player][0].endswith("weight")
    )
    every = (1 << len(game.players)) - 1
    assert len(names) == 15
    assert game.value(0) == (87.5, "green")
    assert game.value(every) == (40.625, "red")  # (3 × 25 + 87.5) / 4
    assert game.value(every ^ 1 << weight) == (56.25, "yellow")  # (25 + 87.5) / 2


def test_a_band_set_that_comes_or_goes_touches_nothing_by_itself() -> None:
    """Each set of the edits inside a unit has a function of its own: an edit elsewhere must not multiply them."""
    found = versions(load("customer_health@0.9.0", ""), load("platform_adoption@1.0.0", ""))
    cards = [card.name for card in found.cards()]
    plan = Plan(found.hybrids, found.edits, cards)
    assert max(unit.bits.bit_count() for unit in plan.units if isinstance(unit.step, r.Measure)) <= 3
    shared = SharedEvaluation(plan)
    for account in example_accounts()[:10]:
        for card, game in shared.games(Moment(account, DAY)).items():
            for chosen, mask in (
                (frozenset[str](), 0),
                (frozenset(found.edits), (1 << len(game.players)) - 1),
            ):
                score, band = Evaluator(found.hybrids.program(chosen)).scores(account, DAY)[card]
                assert game.value(mask) == (None if score is None else clean(score), band)

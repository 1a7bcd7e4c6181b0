"""The invariant on the example accounts: no edit made is the old version, all made the new one, any set of them runs."""

from __future__ import annotations

import json
import random
from datetime import date
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import pytest

from ruleengine import load
from ruleengine.compare.hybrid import Hybrids
from ruleengine.compare.meaning import differences
from ruleengine.evaluator.program import Evaluator
from ruleengine.tree import ruleset as r
from tests.compare.two_versions import bare

ROOT = Path(__file__).parents[2]
ACCOUNTS: list[dict[str, Any]] = [
    json.loads(line) for line in (ROOT / "examples/accounts.ndjson").read_text(encoding="utf-8").splitlines()
]
AS_OF = date(2024, 3, 1)
VERSIONS = [
    *permutations([f"customer_health@{version}" for version in ("0.9.0", "1.0.0", "2.0.0")], 2),
    *permutations([f"use_case_adoption@{number}.0.0" for number in (1, 2, 3, 4)], 2),
]
EVERY = sorted(
    f"{path.parent.name}@{path.name.removesuffix('.rules')}"
    for path in (ROOT / "rulesets").glob("*/*.rules")
    if not path.name.endswith(".test.rules")
)
#: Rulesets that have nothing in common, of one schema each.
STRANGERS = list(
    combinations(
        ["customer_health@2.0.0", "use_case_adoption@4.0.0", "account_triage@1.0.0", "renewal_signals@1.0.0",
         "early_warning@1.0.0"], 2,
    )
)  # fmt: skip


def program(selector: str) -> r.Program:
    """A published program."""
    return load(selector, rulesets=ROOT / "rulesets").program


def own_names(scores: dict[str, Any]) -> dict[str, Any]:
    """Scores by what each file calls its scorecards: what is imported otherwise has the name of the new version."""
    return {name.rpartition(".")[2]: found for name, found in scores.items()}


def mixed(old: str, new: str) -> tuple[Hybrids, list[str]]:
    """What is between two versions, and the names of its edits."""
    was, now = program(old), program(new)
    found = differences(was, now)
    return Hybrids(was, now, found), [edit.id for edit in found.edits]


@pytest.mark.parametrize(("old", "new"), VERSIONS)
def test_no_edit_is_the_old_version_and_every_edit_the_new_one(old: str, new: str) -> None:
    hybrids, ids = mixed(old, new)
    for chosen, selector in ((frozenset[str](), old), (frozenset(ids), new)):
        found, wanted = Evaluator(hybrids.program(chosen)), Evaluator(program(selector))
        for facts in ACCOUNTS:
            assert found.scores(facts, AS_OF) == wanted.scores(facts, AS_OF), facts
            assert bare(found.result(facts, AS_OF), {}) == bare(wanted.result(facts, AS_OF), {}), facts


@pytest.mark.parametrize(("old", "new"), STRANGERS)
def test_rulesets_with_nothing_in_common_can_be_compared(old: str, new: str) -> None:
    hybrids, ids = mixed(old, new)
    for chosen, selector in ((frozenset[str](), old), (frozenset(ids), new)):
        found, wanted = Evaluator(hybrids.program(chosen)), Evaluator(program(selector))
        for facts in ACCOUNTS[:40]:
            assert own_names(found.scores(facts, AS_OF)) == own_names(wanted.scores(facts, AS_OF)), facts


@pytest.mark.parametrize(("old", "new"), [*VERSIONS, *STRANGERS])
def test_any_set_of_edits_runs(old: str, new: str) -> None:
    hybrids, ids = mixed(old, new)
    chance = random.Random(f"{old} {new}")
    for share in (0.2, 0.5, 0.8):
        evaluator = Evaluator(hybrids.program(frozenset(each for each in ids if chance.random() < share)))
        for facts in ACCOUNTS[::20]:
            evaluator.result(facts, AS_OF)
            evaluator.scores(facts, AS_OF)


@pytest.mark.parametrize("selector", EVERY)
def test_a_ruleset_does_not_differ_from_itself(selector: str) -> None:
    found = differences(program(selector), program(selector))
    assert not found.edits
    assert not found.wording
    assert not found.renamings


def test_what_no_edit_reaches_is_the_same_object_in_every_program() -> None:
    hybrids, ids = mixed("customer_health@1.0.0", "customer_health@2.0.0")
    switched = {key for edit in hybrids.differences.edits for key, _ in edit.choices}
    chance = random.Random(4)
    seen: dict[tuple[str, str], Any] = {}
    for _ in range(6):
        chosen = frozenset(each for each in ids if chance.random() < 0.5)
        for step in hybrids.program(chosen).steps:
            if isinstance(step, r.Measure) and ("measure", step.name) not in switched:
                assert seen.setdefault(("measure", step.name), step) is step
    assert ("measure", "csm_sentiment") in seen


def test_the_same_edits_give_the_same_program() -> None:
    hybrids, ids = mixed("customer_health@1.0.0", "customer_health@2.0.0")
    assert hybrids.program(frozenset(ids[:3])) is hybrids.program(frozenset(ids[:3]))


def test_an_edit_touches_what_it_switches_and_what_rests_on_that() -> None:
    hybrids, _ = mixed("customer_health@1.0.0", "customer_health@2.0.0")
    assert hybrids.touched("use_case_adoption.git_users.rate.red") == {
        ("measure", "use_case_adoption.git_users"), ("scorecard", "scm_adoption"), ("scorecard", "health"),
        ("check", "never: red sentiment is never hidden"),
    }  # fmt: skip

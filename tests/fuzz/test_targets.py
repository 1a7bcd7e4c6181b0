"""Every target on what the fuzzer has found before, and on some inputs of the plain mutator.

The inputs in `found/` once failed; each was made smaller by hand. Long runs are the command `python -m tests.fuzz.run`.
"""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from ruleengine.compiler import linking
from ruleengine.facts.schema import load_schema
from tests.fuzz.findings import Finding, tried
from tests.fuzz.ledger import Slice, add, read_ledger, told
from tests.fuzz.mutate import Stock, mutated
from tests.fuzz.ruleset_targets import grammar_words
from tests.fuzz.targets import TARGETS
from tests.fuzz.workspace import Bench

FOUND = Path(__file__).with_name("found")
#: How many mutations each target takes here: about as many as take half a second.
HOW_MANY = {
    "ruleset": 12,
    "format": 30,
    "expression": 200,
    "tests": 4,
    "facts": 40,
    "json": 1500,
    "schema": 40,
    "stored": 40,
    "evaluate": 16,
    "command": 10,
}


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_does_what_no_input_may_do(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RULEENGINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setitem(vars(linking), "load_schema", load_schema)  # as it is now, also for the tests after
    target = TARGETS[name]
    random = Random(20261122)
    seeds = [seed for seed in islice(target.seeds(), 60) if len(seed) <= target.longest]
    stock = Stock(seeds, [word.encode() for word in target.words])
    known = [path.read_bytes() for path in sorted((FOUND / name).glob("*.input"))]
    made = [mutated(random.choice(seeds), stock, random, target.longest) for _ in range(HOW_MANY[name])]
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    attempt = target.make(scratch)
    told_of = [
        finding.told
        for content in (*known, seeds[0], *made)
        if (finding := tried(attempt, content)) is not None
    ]
    assert told_of == []


def test_what_was_found_is_of_a_target() -> None:
    assert {path.parent.name for path in FOUND.rglob("*.input")} <= set(TARGETS)
    assert len(list(FOUND.rglob("*.input"))) >= 3


def test_a_fault_is_a_finding_with_a_name(tmp_path: Path) -> None:
    def attempt(content: bytes) -> None:
        assert content != b"bad", "two ways differ"

    assert tried(attempt, b"good") is None
    found = tried(attempt, b"bad")
    assert isinstance(found, Finding)
    assert found.name.startswith("AssertionError-")
    assert found.name.endswith("two-ways-differ")
    assert found.keep(tmp_path)
    assert not found.keep(tmp_path)
    assert [path.read_bytes() for path in tmp_path.glob("*.input")] == [b"bad"]


def test_mutations_follow_their_seed_and_stay_short() -> None:
    stock = Stock([b"measure m {\n}\n", b"let a = 5\n"], [b"when", b"otherwise"])
    runs = [
        [mutated(b"bands rag {\n green\n}", stock, Random(seed), 30) for seed in range(200)] for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert len(set(runs[0])) > 150
    assert max(map(len, runs[0])) <= 30


def test_schemas_of_other_folders_are_read_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(linking), "load_schema", load_schema)
    workspace = Bench(tmp_path / "bench").workspace
    first, again = (vars(linking)["load_schema"]("account", "1", workspace.schemas)[0] for _ in range(2))
    assert first is again
    for name in ("one", "two"):
        place = tmp_path / name / "schemas/account/1.schema.json"
        place.parent.mkdir(parents=True)
        place.write_text(json.dumps({"properties": {name: {"type": "string", "x-id": True}}}))
        monkeypatch.chdir(tmp_path / name)
        schema, reports = vars(linking)["load_schema"]("account", "1", "schemas")
        assert reports == []
        assert schema.id_path == (name,)


def test_the_words_of_the_dictionary_come_from_the_grammar() -> None:
    assert {"measure", "scorecard", "when", "otherwise", "redistribute", "flagged until changed"} <= set(
        grammar_words()
    )


def test_the_ledger_adds_up(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.json"
    add(ledger, Slice("json", True, 60.0, 1000, 7, 30, ("TypeError-a",)), "2026-11-21")
    add(ledger, Slice("json", False, 30.0, 500, 0, 0, ("TypeError-a", "KeyError-b")), "2026-11-22")
    entry = read_ledger(ledger)["targets"]["json"]
    assert (entry["seconds"], entry["guided_seconds"], entry["executions"]) == (90, 60, 1500)
    assert (entry["corpus"], entry["edges"], entry["findings"]) == (7, 30, ["KeyError-b", "TypeError-a"])
    assert list(told(read_ledger(ledger)))[-1].startswith(
        "in all 0.03 hours (0.02 guided by coverage), 1,500 executions, 2 causes found"
    )

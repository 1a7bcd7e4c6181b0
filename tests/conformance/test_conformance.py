"""The suite: this engine meets it, the reference meets it, it is what its scripts make, and it reaches what it must."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conformance.coverage import codes, of_grammar
from tests.conformance.engine import disagreements, expressions_of, values_found
from tests.conformance.making.all_topics import file_texts
from tests.conformance.matching import differences
from tests.conformance.run import is_rejection
from tests.conformance.suite import AS_OF, CASES, HERE, RULESET, SCHEMAS, Group, groups, text_of
from tests.differential.compare import CODES as CODES_OF_REFERENCE
from tests.differential.reference import evaluate

GROUPS = list(groups())
TOPICS = sorted({group.topic for group in GROUPS})
#: What the reference is not made for: texts of templates, and what only an explanation says.
NOT_OF_REFERENCE = ("texts", "reason")


def of_topic(topic: str) -> list[Group]:
    return [group for group in GROUPS if group.topic == topic]


@pytest.mark.parametrize("topic", TOPICS)
def test_the_engine_meets_every_case(topic: str, tmp_path: Path) -> None:
    failed = []
    for number, group in enumerate(of_topic(topic)):
        folder = tmp_path / str(number)
        folder.mkdir()
        failed += list(disagreements(group, folder))
    assert failed == []


@pytest.mark.parametrize(
    "topic", [topic for topic in TOPICS if any(g.kind in ("value", "result") for g in of_topic(topic))]
)
def test_the_reference_meets_every_case_that_it_can_evaluate(topic: str, tmp_path: Path) -> None:
    failed = []
    for number, group in enumerate(of_topic(topic)):
        if group.kind in ("value", "result"):
            failed += list(by_reference(group, tmp_path / str(number)))
    assert failed == []


def by_reference(group: Group, folder: Path) -> list[tuple[str, str]]:
    """Everything in which the reference is not as a group expects."""
    for name, text in group.files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if group.kind == "value":
        path = folder / RULESET
        path.write_text(text_of(group.said["ruleset"]) + expressions_of(group), encoding="utf-8")
        return list(values_found(group, result_of(folder, {"facts": group.said["facts"]})["outputs"]))
    failed = []
    for case in group.cases:
        lines = differences(known_to_reference(case["expected"]), result_of(folder, case))
        failed += [(case["id"], line) for line in lines]
    return failed


def result_of(folder: Path, case: dict[str, Any]) -> dict[str, Any]:
    day = date.fromisoformat(case.get("as_of", AS_OF))
    return evaluate(folder / RULESET, case["facts"], day, folder / "rulesets", SCHEMAS, case.get("previous"))


def known_to_reference(expected: Any) -> Any:
    """An expectation without what the reference does not tell."""
    if not isinstance(expected, dict):
        return expected
    kept = {key: known_to_reference(value) for key, value in expected.items() if key != "texts"}
    if "problems" in kept:
        kept["problems"] = [code for code in kept["problems"] if code in CODES_OF_REFERENCE]
    if {"band", "points", "status"} & kept.keys():
        kept.pop("reason", None)
    return kept


def test_the_files_are_what_their_scripts_make() -> None:
    stored = {f"cases/{path.name}": path.read_text(encoding="utf-8") for path in CASES.glob("*.json")}
    stored["INDEX.md"] = (HERE / "INDEX.md").read_text(encoding="utf-8")
    made = file_texts()
    assert sorted(stored) == sorted(made)
    assert [name for name, text in made.items() if stored[name] != text] == []


def test_the_files_have_the_format_that_is_described() -> None:
    schema = json.loads((HERE / "format.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for path in CASES.glob("*.json"):
        found = [
            error.message[:200]
            for error in validator.iter_errors(json.loads(path.read_text(encoding="utf-8")))
        ]
        assert found == [], path.name


def test_every_case_has_an_id_of_its_own_and_none_stands_twice() -> None:
    ids = Counter(case["id"] for group in GROUPS for case in group.cases)
    assert [identity for identity, count in ids.items() if count > 1] == []
    said = Counter(
        json.dumps(
            [group.said.get("ruleset"), group.said.get("facts"), {k: v for k, v in case.items() if k != "id"}]
        )
        for group in GROUPS
        for case in group.cases
        if group.kind in ("value", "report")
    )
    assert [text for text, count in said.items() if count > 1] == []


def test_there_are_as_many_cases_as_promised() -> None:
    cases = [case for group in GROUPS for case in group.cases]
    assert len(cases) >= 1_500
    assert sum(map(is_rejection, cases)) >= 500


def test_every_production_and_every_word_of_the_grammar_is_met_twice() -> None:
    completed, offered = of_grammar(GROUPS)
    assert [name for name, count in completed.items() if count < 2] == []
    assert [name for name, count in offered.items() if count < 2] == []
    assert len(completed) > 500
    assert len(offered) > 50


def test_every_code_is_met_twice() -> None:
    assert [code for code, count in codes(GROUPS).items() if count < 2] == []


def test_every_numbered_rule_has_cases() -> None:
    found = Counter(rule for group in GROUPS for rule in group.rules for _ in group.cases)
    assert [rule for rule in range(1, 21) if found[rule] < 10] == []

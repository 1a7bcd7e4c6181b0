"""`ruleengine test` says what it found where a test fails, and of a secret only that it is one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.project import SCHEMA, run

OWNER = {
    "type": "object",
    "x-secret": True,
    "properties": {"phone": {"type": "string"}, "vip": {"type": "boolean"}, "seats": {"type": "integer"}},
}
RULES = """ruleset hush 1.0.0 { title "Hush" ; effective from 2024-01-01 ; facts hush 1 }
let vip = owner.vip
measure places { value owner.seats ; rate { points 20 when > 3 ; points 80 otherwise } }
scorecard health { places }
"""
TESTS = """test "fails" {
  as of  2024-06-01
  facts  "hush.json"
  expect owner.phone = "1"
  expect owner.seats = 1
  expect vip = (places.points = 80)
  expect places = 80
  expect name = "Bob"
}
"""


@pytest.fixture
def hush() -> None:
    folder = Path("rulesets/hush")
    folder.mkdir()
    (folder / "1.0.0.rules").write_text(RULES, encoding="utf-8")
    (folder / "1.0.0.test.rules").write_text(TESTS, encoding="utf-8")
    Path("schemas/hush").mkdir()
    schema = {**SCHEMA, "properties": {**SCHEMA["properties"], "owner": OWNER}}
    Path("schemas/hush/1.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    facts = {"id": "a", "name": "Ann", "owner": {"phone": "555-1234", "vip": True, "seats": 4711}}
    for place in (Path("hush.json"), folder / "hush.json"):
        place.write_text(json.dumps(facts), encoding="utf-8")


@pytest.mark.parametrize("how", ["text", "json", "junit"])
@pytest.mark.usefixtures("hush")
def test_what_is_below_a_secret_record_is_not_found_aloud(how: str) -> None:
    outcome = run("test", "hush", "--format", how)
    assert outcome.exit_code == 1, outcome.output
    assert "owner.phone is (secret)" in outcome.output
    assert "vip is (secret)" in outcome.output
    assert "Ann" in outcome.output
    assert "555-1234" not in outcome.output
    assert "4711" not in outcome.output

"""`x-secret` on an object or a list covers everything below it, in all that the engine says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ruleengine

SECRET = {"x-secret": True}
OWNER = {
    "type": "object",
    "properties": {
        "phone": {"type": "string"},
        "vip": {"type": "boolean"},
        "tier": {"type": "string", "enum": ["gold", "iron"]},
        "age": {"type": "integer"},
        "address": {"type": "object", "properties": {"city": {"type": "string"}}},
        "calls": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"number": {"type": "string"}, "on": {"type": "string", "format": "date"}},
            },
        },
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}
SCHEMA = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "x-id": True},
        "owner": {**OWNER, **SECRET},
        "visible": OWNER,
        "size": {"type": "string", "enum": ["small", "large"]},
        "flagged": {"type": "boolean", **SECRET},
    },
}
FACTS: dict[str, Any] = {
    "id": "a",
    "size": "large",
    "flagged": True,
    "owner": {
        "phone": "555-1234",
        "vip": True,
        "tier": "iron",
        "age": 4711,
        "address": {"city": "Atlantis"},
        "calls": [{"number": "555-9876", "on": "2024-01-01"}],
        "tags": ["mermaid"],
    },
}
WORDS = ("555-1234", "Atlantis", "555-9876", "mermaid", "4711", "iron")
RULES = """ruleset loan 1.0.0 { facts loan 1 }
let newest = latest c in owner.calls by c.on
measure years "Years" { value owner.age ; rate { points 1 when > 3 ; points 2 otherwise } }
measure city "City" {
  value count c in owner.calls where c.number = "555-9876"
  rate { points 1 when > 3 ; points 2 otherwise }
}
scorecard card { years ; city }
output phone = owner.phone
output town = owner.address.city
output number = newest.number
output tags = owner.tags
output elders = owner.age > 3
trigger call { when owner.age > 3 because "{owner.phone} in {owner.address.city}" ; reason "{newest.number}" ; field phone = owner.phone }
matrix place "Where" {
  rows    owner.tier: gold, iron
  columns size: small, large
  gold    gives keep, keep
  iron    gives drop, drop
  cell keep "Keep" { owner "{owner.phone}" ; text "{owner.address.city}" }
  cell drop "Drop" { owner "{owner.phone}" ; text "{owner.address.city}" }
}
template note { subject "{owner.phone}" ; labels "{owner.address.city}" ; body "{owner.address.city} has {owner.tags}" }
"""


def load(folder: Path, text: str) -> ruleengine.Ruleset:
    """A ruleset on disk, with its schema beside it."""
    for name in ("rulesets/loan", "schemas/loan"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "rulesets/loan/1.0.0.rules").write_text(text, encoding="utf-8")
    (folder / "schemas/loan/1.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return ruleengine.load("loan@1.0.0", rulesets=folder / "rulesets", cache=False)


def everything(rules: ruleengine.Ruleset, facts: dict[str, Any]) -> str:
    """All that is said about an account."""
    said = [rules.score_dict(facts, "2024-03-01"), rules.explain(facts, "2024-03-01").to_dict()]
    return json.dumps([*said, rules.texts(facts, "2024-03-01")])


def test_nothing_below_a_secret_record_is_said(tmp_path: Path) -> None:
    rules = load(tmp_path, RULES)
    result = rules.score_dict(FACTS, "2024-03-01")
    assert result["outputs"] == {"phone": None, "town": None, "number": None, "tags": None, "elders": True}
    (fired,) = result["triggers"]
    assert (fired["because"], fired["reason"]) == (["(secret) in (secret)"], "(secret)")
    assert fired["fields"] == {"phone": None}
    cell = result["matrices"]["place"]
    assert (cell["cell"], cell["owner"], cell["text"]) == ("drop", "(secret)", "(secret)")
    assert cell["at"] == {"owner.tier": None, "size": "large"}
    (text,) = rules.texts(FACTS, "2024-03-01")
    assert (text["subject"], text["body"]) == ("(secret)", "(secret) has (secret)")
    said = everything(rules, FACTS)
    said = said.replace("iron    gives", "").replace('"values": ["gold", "iron"]', "")  # words of the ruleset
    said = said.replace('c.number = \\"555-9876\\"', "")
    assert [word for word in WORDS if word in said] == []


def test_the_same_record_without_the_mark_is_said(tmp_path: Path) -> None:
    rules = load(tmp_path, RULES.replace("owner.", "visible."))
    facts = {**FACTS, "visible": FACTS["owner"]}
    assert rules.score_dict(facts, "2024-03-01")["outputs"]["town"] == "Atlantis"
    said = everything(rules, facts)
    assert all(word in said for word in WORDS)


def test_what_is_of_the_wrong_type_is_not_repeated(tmp_path: Path) -> None:
    rules = load(tmp_path, RULES)
    wrong: list[tuple[Any, str]] = [
        ("hush", "/owner"),
        ({"phone": ["hush"]}, "/owner/phone"),
        ({"address": "hush"}, "/owner/address"),
        ({"calls": ["hush"]}, "/owner/calls/0"),
        ({"calls": [{"on": "hush"}]}, "/owner/calls/0/on"),
        ({"tags": [{"hush": 31337}]}, "/owner/tags/0"),
        ({"tags": [31337]}, "/owner/tags/0"),
    ]
    for owner, pointer in wrong:
        facts = {"id": "a", "size": "large", "owner": owner}
        problems = rules.score_dict(facts, "2024-03-01")["problems"]
        assert pointer in [problem.get("pointer") for problem in problems], owner
        said = everything(rules, facts)
        assert "hush" not in said
        assert "31337" not in said, owner


def test_two_lists_of_like_records_are_told_apart(tmp_path: Path) -> None:
    """The same field of two lists: one is secret and one is not, whichever is read first."""
    lists = ["visible", "owner"]
    for order in (lists, lists[::-1]):
        outputs = "".join(f"output of_{name} = (latest c in {name}.calls by c.on).number\n" for name in order)
        rules = load(tmp_path, f"ruleset loan 1.0.0 {{ facts loan 1 }}\n{outputs}")
        calls = {name: {"calls": [{"on": f"never {name}"}]} for name in lists}
        said = everything(rules, {"id": "a", **calls})
        assert "never visible" in said
        assert "never owner" not in said

"""Lists and records of the facts where others that a ruleset makes stand for the same: each is read, and once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ruleengine
from tests.evaluator.test_seldom_asked import PROPERTIES, load, result

KNOWN = "let known = list w in words where true\nlet ones = list v in visits where true\n"


@pytest.mark.parametrize(
    "either",
    [
        "if marked then words else known",
        "if marked is na then known else words",
        "words default known",
        'if marked then words else ["a", kind]',
        "by_table(1)",
        "defined(1)",
    ],
)
def test_words_of_the_facts_beside_other_words(tmp_path: Path, either: str) -> None:
    """5 is no word, so it is null, and nobody knows whether "b" is among them; that it was found is said once."""
    rules = f"""{KNOWN}
    table by_table(n count) {{ < 5 gives words ; otherwise gives ["b", kind] }}
    define defined(n count) = if n > 0 then words else ["b", kind]
    let either = {either}
    output said  = either
    output has_b = either contains "b"
    output lists = [either, ["c"]]
    """.replace(" ; otherwise", "\n otherwise")
    found = result(load(tmp_path, rules), words=["a", 5], marked=True)
    assert found["outputs"] == {"said": ["a", None], "has_b": None, "lists": [["a", None], ["c"]]}
    assert [problem["pointer"] for problem in found["problems"]] == ["/words/1"]


@pytest.mark.parametrize("order", ["{a}\n{b}", "{b}\n{a}"])
@pytest.mark.parametrize(
    ("body", "one", "other", "outputs"),
    [
        ("list of v.kind for v in x", "visits", "ones", {"a": [None, "k"], "b": [None, "k"]}),
        ("x.day", "{day: certain}", "first s in stays", {"a": 1, "b": "2024-01-02"}),
        ("x.day", "{day: since}", "first s in stays", {"a": "2024-02-03", "b": "2024-01-02"}),
    ],
)
def test_a_definition_is_written_for_facts_and_for_others(
    tmp_path: Path, order: str, body: str, one: str, other: str, outputs: dict[str, Any]
) -> None:
    calls = order.format(a=f"output a = f({one})", b=f"output b = f({other})")
    ruleset = load(tmp_path, f"{KNOWN}define f(x) = {body}\n{calls}")
    facts = {"visits": ["x", {"kind": "k"}], "stays": [{"day": "2024-01-02"}], "since": "2024-02-03"}
    assert result(ruleset, **facts)["outputs"] == outputs


@pytest.mark.parametrize(
    "either",
    [
        "if marked then {day: since} else (first s in stays)",
        "if marked then [{day: since}] else stays",
        "if marked then {v: ones} else {v: visits}",
        'if marked then {a: 1} else {a: "one"}',
        "if marked then {a: 1} else {a: 1, b: 2}",
    ],
)
def test_records_that_are_read_in_two_ways_do_not_go_together(tmp_path: Path, either: str) -> None:
    with pytest.raises(ruleengine.RulesetError) as refused:
        load(tmp_path, f"{KNOWN}output either = {either}")
    assert [found.code for found in refused.value.diagnostics] == ["RE301"]


def test_records_go_together_field_by_field(tmp_path: Path) -> None:
    assert PROPERTIES["plan"]["enum"] == ["small", "large"]
    rules = "output either = if certain > 5 then {a: plan, b: na} else {a: kind, b: seats}"
    ruleset = load(tmp_path, rules)
    assert result(ruleset, certain=6, plan="small")["outputs"]["either"] == {"a": "small", "b": None}
    assert result(ruleset, certain=1, kind="other", seats=7)["outputs"]["either"] == {"a": "other", "b": 7}

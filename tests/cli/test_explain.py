"""`ruleengine explain`: for people, for issues, for machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.project import AS_OF, FACTS, run, write_facts

EXPLAIN = ("explain", "demo", "facts.ndjson", "--as-of", AS_OF)


def test_the_tree_begins_with_plain_sentences() -> None:
    outcome = run(*EXPLAIN, "--id", "bob")
    assert outcome.exit_code == 0
    assert outcome.stdout.splitlines()[:3] == [
        "Bob Ltd (bob) is red in “Health” as of 2024-06-01, with a score of 20.",
        "What costs the most: Seat use (30 points; red) and Tickets (30 points; red).",
        "It is 30 points from green: at its best, Seat use would add 30, which is enough.",
    ]


def test_the_tree_names_the_line_of_the_ruleset_that_decided() -> None:
    text = run(*EXPLAIN, "--id", "bob").stdout
    lines = Path("rulesets/demo/1.0.0.rules").read_text(encoding="utf-8").splitlines()
    decided = lines.index("    red   otherwise") + 1
    assert f"rulesets/demo/1.0.0.rules:{decided}  red otherwise" in text


def test_the_same_again_from_the_cache() -> None:
    assert run(*EXPLAIN, "--id", "bob").stdout == run(*EXPLAIN, "--id", "bob").stdout


def test_what_is_not_there_says_why() -> None:
    text = run(*EXPLAIN, "--id", "dan").stdout
    assert "Nothing can be said about Seat use (no data). 50% of the weight rests on data." in text
    assert "50% → 100%" in text
    assert "50% → 0%" in text


def test_markdown_and_json() -> None:
    assert run(*EXPLAIN, "--id", "ann", "--format", "markdown").stdout.startswith("# Ann Ltd\n\n## Health\n")
    document = json.loads(run(*EXPLAIN, "--id", "ann", "--format", "json").stdout)
    assert document["id"] == "ann"
    assert document["scorecards"][0]["score"] == 80


def test_out_writes_the_explanation() -> None:
    printed = run(*EXPLAIN, "--id", "ann").stdout
    assert run(*EXPLAIN, "--id", "ann", "--out", "why.txt").stdout == ""
    assert Path("why.txt").read_text(encoding="utf-8") == printed


def test_an_unknown_id_is_reported_with_the_nearest() -> None:
    outcome = run(*EXPLAIN, "--id", "anm")
    assert outcome.exit_code == 4
    assert outcome.stdout == ""
    assert "error[RE513]: no record has the id `anm` (5 records read)" in outcome.stderr
    assert "did you mean" in outcome.stderr
    assert "`ann`" in outcome.stderr


def test_an_id_that_is_like_no_other_is_reported_with_what_there_is() -> None:
    outcome = run(*EXPLAIN, "--id", "0123456789")
    assert "there are `ann`, `bob`, `cat`, `dan`, `eve`" in outcome.stderr


def test_an_id_that_occurs_twice_is_told() -> None:
    write_facts(Path("twice.ndjson"), [*FACTS, {**FACTS[0], "seats": 1}])
    outcome = run("explain", "demo", "twice.ndjson", "--as-of", AS_OF, "--id", "ann")
    assert outcome.exit_code == 0
    assert "score of 80" in outcome.stdout
    assert "warning[RE503]" in outcome.stderr


@pytest.mark.parametrize(("choice", "colored"), [("always", True), ("never", False), ("auto", False)])
def test_color_is_for_terminals_unless_asked_for(choice: str, colored: bool) -> None:
    assert ("\x1b[" in run(*EXPLAIN, "--id", "bob", "--color", choice).stdout) == colored


def test_escapes_in_facts_are_shown_and_not_obeyed() -> None:
    write_facts(Path("evil.ndjson"), [{"id": "a", "name": "x\x1b[2Jy", "seats": 3}])
    for output_format in ("tree", "markdown"):
        outcome = run(
            "explain", "demo", "evil.ndjson", "--as-of", AS_OF, "--id", "a", "--format", output_format
        )
        assert "\x1b" not in outcome.stdout
        assert "x1b" in outcome.stdout

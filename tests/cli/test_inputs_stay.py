"""No command writes over what it reads: rulesets, imports, tests, schemas, facts, earlier results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.project import AS_OF, RULES, run, run_process
from tests.cli.test_test import FILE, write

RULESET = "rulesets/demo/1.0.0.rules"
SCHEMA = "schemas/thing/1.schema.json"
DATED = ("--as-of", AS_OF)
SCORES = ("eval", "demo", "facts.ndjson", *DATED)


def refused(*arguments: str, target: str, **options: bytes) -> None:
    """The command ends with 2 and one sentence, and the file is as it was."""
    before = Path(target).read_bytes() if Path(target).exists() else None
    outcome = run(*arguments, **options)
    assert outcome.exit_code == 2, outcome.stderr
    assert "name another file" in outcome.stderr
    assert (Path(target).read_bytes() if Path(target).exists() else None) == before


@pytest.mark.parametrize("option", ["--out", "--rejects"])
@pytest.mark.parametrize("target", [RULESET, FILE, SCHEMA, "other.rules", "OTHER.RULES", "previous.ndjson"])
def test_eval_keeps_its_inputs(option: str, target: str) -> None:
    write()
    Path("previous.ndjson").write_text(run(*SCORES, "--format", "ndjson").stdout, encoding="utf-8")
    refused(*SCORES, "--previous", "previous.ndjson", option, target, target=target)


@pytest.mark.parametrize("target", [RULESET, FILE, SCHEMA, "other.rules", "facts.ndjson"])
@pytest.mark.parametrize(
    "command",
    [
        ("explain", "demo", "facts.ndjson", "--id", "ann", *DATED),
        ("explain", "demo", "facts.ndjson", "--id", "ann", *DATED, "--previous", "facts.ndjson"),
        ("test",),
        ("test", "--format", "json"),
    ],
)
def test_explain_and_test_keep_theirs(command: tuple[str, ...], target: str) -> None:
    write()
    if "--previous" in command:
        Path("previous.ndjson").write_text(run(*SCORES, "--format", "ndjson").stdout, encoding="utf-8")
        command = (*command[:-1], "previous.ndjson")
        target = "previous.ndjson"
    refused(*command, "--out", target, target=target)


@pytest.mark.parametrize("target", [RULESET, FILE, SCHEMA, "other.rules"])
@pytest.mark.parametrize(
    "command",
    [("docs", "demo"), ("compile", "demo", "--to", "tree"), ("generate", "--schema", "thing@1", *DATED)],
)
def test_commands_without_facts_keep_rulesets_and_schemas(command: tuple[str, ...], target: str) -> None:
    write()
    refused(*command, "--out", target, target=target)


def test_a_ruleset_that_is_imported_from_a_link_to_another_name_stays() -> None:
    folder = Path("rulesets/base")
    folder.mkdir()
    text = RULES.replace("VERSION", "1.0.0").replace("ruleset demo", "ruleset base")
    Path("rulesets/base/kept.txt").write_text(text, encoding="utf-8")
    (folder / "1.0.0.rules").symlink_to("kept.txt")
    refused(*SCORES, "--out", "rulesets/base/kept.txt", target="rulesets/base/kept.txt")


@pytest.mark.parametrize("target", [RULESET, FILE, SCHEMA, "facts.ndjson", "other.rules"])
@pytest.mark.parametrize("out", [(), ("--out", "outcome.txt")])
def test_coverage_keeps_what_the_tests_read(out: tuple[str, ...], target: str) -> None:
    write()
    refused("test", *out, "--coverage-out", target, target=target)
    assert not Path("outcome.txt").exists()


@pytest.mark.parametrize("same", ["same.txt", "./same.txt"])
def test_outcome_and_coverage_do_not_share_a_file(same: str) -> None:
    write()
    refused("test", "--out", "same.txt", "--coverage-out", same, target="same.txt")


def test_facts_that_come_through_standard_input_stay() -> None:
    before = Path("facts.ndjson").read_bytes()
    with Path("facts.ndjson").open("rb") as facts:
        outcome = run_process("eval", "demo", "-", *DATED, "--out", "facts.ndjson", stdin=facts)
    assert outcome.returncode == 2
    assert Path("facts.ndjson").read_bytes() == before


def test_texts_for_a_folder_keep_the_facts_in_it() -> None:
    template = 'template note "Note" { body "Dear customer" }\n'
    path = Path(RULESET)
    path.write_text(path.read_text(encoding="utf-8") + template, encoding="utf-8")
    facts = Path("ann.txt")
    facts.write_text(json.dumps({"id": "ann"}) + "\n", encoding="utf-8")
    refused(
        "render", "demo", "ann.txt", "--facts-format", "ndjson", *DATED, "--out-dir", ".", target="ann.txt"
    )

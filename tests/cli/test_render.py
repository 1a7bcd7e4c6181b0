"""`ruleengine render --out-dir`: one file an account, and what cannot be written is told."""

from __future__ import annotations

from pathlib import Path

from tests.cli.project import AS_OF, run, write_facts

RENDER = ("render", "demo", "facts.ndjson", "--as-of", AS_OF)
TEMPLATE = 'template note "Note" { body "{name} has {seats} seats" }\n'


def with_template(*seats: tuple[str, int]) -> None:
    path = Path("rulesets/demo/1.0.0.rules")
    path.write_text(path.read_text(encoding="utf-8") + TEMPLATE, encoding="utf-8")
    write_facts(Path("facts.ndjson"), [{"id": each, "name": each, "seats": number} for each, number in seats])


def test_of_one_id_the_first_text_stays_and_the_second_is_told() -> None:
    with_template(("ann", 20), ("bob", 5), ("ann", 7))
    outcome = run(*RENDER, "--out-dir", "texts")
    assert outcome.exit_code == 4
    assert sorted(each.name for each in Path("texts").iterdir()) == ["ann.txt", "bob.txt"]
    assert Path("texts/ann.txt").read_text(encoding="utf-8") == "ann has 20 seats\n"
    assert "error[RE503]: the text for a second record with the id `ann` is not written" in outcome.stderr
    assert "facts.ndjson:3" in outcome.stderr
    assert outcome.stderr.count("RE503") == 1
    assert "read 3 records: 0 rejected, 2 texts written to texts" in outcome.stderr


def test_a_second_run_replaces_the_texts_of_the_first() -> None:
    with_template(("ann", 20))
    assert run(*RENDER, "--out-dir", "texts").exit_code == 0
    write_facts(Path("facts.ndjson"), [{"id": "ann", "name": "ann", "seats": 3}])
    assert run(*RENDER, "--out-dir", "texts").exit_code == 0
    assert Path("texts/ann.txt").read_text(encoding="utf-8") == "ann has 3 seats\n"


def test_ids_that_differ_by_capitals_have_files_of_their_own() -> None:
    with_template(("ann", 20), ("ANN", 5))
    outcome = run(*RENDER, "--out-dir", "texts")
    assert outcome.exit_code == 0
    assert len(list(Path("texts").iterdir())) == 2
    assert "2 texts written" in outcome.stderr


def test_one_output_holds_every_text_also_of_one_id() -> None:
    with_template(("ann", 20), ("ann", 7))
    outcome = run(*RENDER)
    assert outcome.exit_code == 0
    assert outcome.stdout.count("ann has") == 2
    assert "2 texts written" in outcome.stderr


def test_lines_of_json_are_no_files() -> None:
    with_template(("ann", 20))
    outcome = run(*RENDER, "--format", "ndjson", "--out-dir", "texts")
    assert outcome.exit_code == 2
    assert "--format ndjson writes one output" in outcome.stderr
    assert not Path("texts").exists()

"""The documents that tests name: found by id, inside of the project and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.casebook.books import Project

ROOT = Path(__file__).parents[2]


def with_facts(facts: str) -> str:
    return (
        f'test "one" {{\n  as of 2024-03-01\n  facts {facts}\n  expect health is known or health is na\n}}\n'
    )


@pytest.mark.parametrize(
    ("facts", "identity"),
    [
        ('"facts.ndjson" id "ann"', "ann"),
        ('"facts.ndjson" id "bob"', "bob"),
        ('"ann.json"', "ann"),
        ('"ann.json" id "ann"', "ann"),
        ('"./facts.ndjson" id "bob"', "bob"),
        ('"table.csv" id "cat"', "cat"),
    ],
)
def test_a_document_is_found_by_its_id(project: Project, facts: str, identity: str) -> None:
    project.write("table.csv", "id,plan,seats\ncat,large,3\n")
    (outcome,) = project.outcomes(with_facts(facts))
    assert outcome.result["id"] == identity


@pytest.mark.parametrize(
    ("facts", "report"),
    [
        ('"facts.ndjson" id "bop"', "3:3 RE513 `facts.ndjson` has no document with the id `bop` (did you mean `bob`?)"),
        ('"facts.ndjson" id "zzz"', "3:3 RE513 `facts.ndjson` has no document with the id `zzz` (it holds `ann`, `bob`)"),
        ('"facts.ndjson" id 7', "3:3 RE513 `facts.ndjson` has no document with the id `7`"),
        ('"facts.ndjson" id 7%', "3:27 RE320 an id is a text in quotes or a number"),
        (
            '"facts.ndjson"',
            '3:3 RE513 `facts.ndjson` holds 2 documents, and the test does not say which it means (add `id "ann"`)',
        ),
        ('"fact.ndjson" id "ann"', "3:3 RE514 there is no file `"),
        ('"rulesets"', "3:3 RE514"),
        ('"broken.json"', "3:3 RE514"),
        ('"../facts.ndjson" id "ann"', "3:3 RE519 `../facts.ndjson` is outside of the project"),
        ('"/etc/hostname"', "3:3 RE519 `/etc/hostname` is outside of the project"),
        ('"link.json"', "3:3 RE519 `link.json` is outside of the project"),
        ('"loop.json"', "3:3 RE5"),
        ('"a\\u0000b"', "3:3 RE519"),
    ],
)  # fmt: skip
def test_what_cannot_be_found_is_reported(project: Project, facts: str, report: str) -> None:
    outside = project.folder.parent / "facts.ndjson"
    outside.write_text('{"id": "ann"}', encoding="utf-8")
    (project.folder / "link.json").symlink_to(outside)
    (project.folder / "loop.json").symlink_to(project.folder / "loop.json")
    project.write("broken.json", '{"id": ')
    found = project.reports(with_facts(facts))
    assert len(found) >= 1
    assert report in found[0]


@pytest.mark.parametrize("command", [["check"], ["test"]])
def test_a_pipe_is_not_waited_for(project: Project, command: list[str]) -> None:
    os.mkfifo(project.folder / "facts.pipe")
    project.path.write_text(with_facts('"facts.pipe" id "ann"'), encoding="utf-8")
    outcome = subprocess.run(
        [sys.executable, "-m", "ruleengine", *command],
        cwd=project.folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert outcome.returncode == 5
    said = "error[RE514]: `facts.pipe` is a pipe or a device, and no file"
    assert said in outcome.stdout + outcome.stderr


def test_a_faulty_document_does_not_hide_the_others(project: Project) -> None:
    project.write("some.ndjson", '{"id": "ann"}\n{"id": \n{"id": "bob"}\n')
    (outcome,) = project.outcomes(with_facts('"some.ndjson" id "bob"'))
    assert outcome.result["id"] == "bob"


def test_every_place_that_names_a_missing_file_is_reported(project: Project) -> None:
    tests = with_facts('"nowhere.json"') + with_facts('"nowhere.json"').replace('"one"', '"two"')
    assert [report.split(" ")[:2] for report in project.reports(tests)] == [
        ["3:3", "RE514"],
        ["8:3", "RE514"],
    ]


def test_all_files_that_were_read_are_known(project: Project) -> None:
    book = project.book(with_facts('"facts.ndjson" id "ann"'))
    assert [path.relative_to(project.folder) for path in book.inputs] == [
        Path("rulesets/demo/1.0.0.test.rules"), Path("rulesets/demo/1.0.0.rules"),
        Path("schemas/thing/1.schema.json"), Path("facts.ndjson"),
    ]  # fmt: skip

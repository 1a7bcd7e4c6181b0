"""`init`, `compile`, `generate`, `list` and `schema`."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest

from ruleengine.cli.init import FILES
from tests.cli.project import AS_OF, RULES, run


def test_a_new_project_passes_everything_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    written = [str(Path("new") / name) for name in (*FILES, ".github/workflows/ruleengine.yml")]
    assert run("init", "new").stdout.splitlines() == written
    monkeypatch.chdir("new")
    assert run("check", "--strict").exit_code == 0
    assert run("fmt", "--check").exit_code == 0
    assert run("test").stderr == "19 cases in 1 test file: 19 passed\n"
    assert run("schema", "check", "--strict", "schemas/account/1.schema.json").exit_code == 0
    score = ("eval", "account_health", "examples/accounts.ndjson", "--as-of", AS_OF)
    outcome = run(*score, "--strict")
    assert outcome.exit_code == 0
    assert "8 accounts: 2 red, 1 yellow, 5 green" in outcome.stdout
    explain = (
        "explain",
        "account_health",
        "examples/accounts.ndjson",
        "--as-of",
        AS_OF,
        "--id",
        "cedar-bank",
    )
    assert run(*explain).exit_code == 0


@pytest.mark.parametrize(("service", "ci_file"), [
    ("github", ".github/workflows/ruleengine.yml"), ("gitlab", ".gitlab-ci.yml"), ("none", None),
])  # fmt: skip
def test_a_new_project_has_the_ci_file_of_the_service_that_is_named(
    service: str, ci_file: str | None
) -> None:
    assert run("init", "new", "--ci", service).exit_code == 0
    named = [ci_file] if ci_file else []
    written = [str(path.relative_to("new")) for path in Path("new").rglob("*") if path.is_file()]
    assert sorted(written) == sorted([*FILES, *named])
    readme = Path("new/README.md").read_text(encoding="utf-8")
    assert "CI_FILE" not in readme
    assert [line for line in readme.splitlines() if "at every change" in line] == [
        f"| `{name}` | what is checked at every change, and what a merge request is told about it |"
        for name in named
    ]


def test_init_knows_the_services_that_it_has_files_for() -> None:
    outcome = run("init", "new", "--ci", "jenkins")
    assert outcome.exit_code == 2
    assert "'github', 'gitlab', 'none'" in outcome.stderr
    assert not Path("new").exists()


@pytest.mark.parametrize("name", ["plain", "two words", "it's", "-dash", "a;b", "$HOME", "new/deep one"])
def test_what_init_says_to_try_runs_in_a_shell(name: str) -> None:
    (said,) = run("init", "--", name).stderr.splitlines()
    place, _, command = said.removeprefix("Try: ").partition(" && ruleengine ")
    assert command.startswith("eval account_health ")
    done = subprocess.run(("sh", "-c", f"{place} && pwd"), capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == Path(name).resolve()


def test_init_overwrites_nothing() -> None:
    Path("new").mkdir()
    Path("new/README.md").write_text("mine", encoding="utf-8")
    outcome = run("init", "new")
    assert outcome.exit_code == 5
    assert "README.md" in outcome.stderr
    assert [path.name for path in Path("new").iterdir()] == ["README.md"]
    assert run("init", "facts.ndjson").exit_code == 2


def test_compile_shows_the_tree_and_python_that_compiles() -> None:
    python = run("compile", "demo", "--to", "python").stdout
    compile(python, "generated", "exec")
    assert "seat_use" in python
    assert "seat_use" in run("compile", "demo@1", "--to", "tree").stdout
    assert run("compile", "demo", "--to", "sql").exit_code == 2


def test_generated_facts_are_the_same_for_the_same_seed_and_can_be_scored() -> None:
    generate = ("generate", "--schema", "thing@1", "--count", "12", "--as-of", AS_OF)
    first = run(*generate, "--seed", "3").stdout
    assert first == run(*generate, "--seed", "3").stdout
    assert first != run(*generate, "--seed", "4").stdout
    assert len(first.splitlines()) == 12
    outcome = run("eval", "demo", "-", "--as-of", AS_OF, "--strict", input=first)
    assert outcome.exit_code == 0


@pytest.mark.parametrize("output_format", ["ndjson", "json", "csv"])
def test_every_format_of_generated_facts_reads_back_alike(output_format: str) -> None:
    name = f"facts.{output_format}"
    generate = ("generate", "--schema", "schemas/thing/1.schema.json", "--count", "20", "--as-of", AS_OF)
    assert run(*generate, "--out", name).exit_code == 0
    scored = run("eval", "demo", name, "--as-of", AS_OF, "--format", "ndjson").stdout
    plain = run(
        "eval", "demo", "-", "--as-of", AS_OF, "--format", "ndjson", input=run(*generate).stdout
    ).stdout
    assert scored == plain


def test_generated_csv_quotes_a_carriage_return() -> None:
    path = Path("schemas/thing/1.schema.json")
    schema = json.loads(path.read_text(encoding="utf-8"))
    schema["properties"]["plan"]["enum"] = ["a\rb"]
    path.write_text(json.dumps(schema), encoding="utf-8")
    command = (
        "generate",
        "--schema",
        "thing",
        "--count",
        "3",
        "--missing",
        "0",
        "--format",
        "csv",
        "--as-of",
        AS_OF,
    )
    rows = list(csv.DictReader(io.StringIO(run(*command).stdout, newline="")))
    assert [row["plan"] for row in rows] == ["a\rb"] * 3


def test_generated_csv_has_dotted_columns() -> None:
    text = run("generate", "--schema", "thing", "--count", "2", "--format", "csv", "--as-of", AS_OF).stdout
    assert next(csv.reader(io.StringIO(text))) == ["id", "name", "seats", "tickets", "plan"]


def test_shares_and_schemas_that_cannot_be() -> None:
    generate = ("generate", "--as-of", AS_OF, "--schema")
    assert run(*generate, "thing", "--missing", "1.5").exit_code == 2
    assert run(*generate, "th!ng").exit_code == 2
    unknown = run(*generate, "thingg")
    assert unknown.exit_code == 3
    assert "did you mean" in unknown.stderr
    assert run(*generate, "nowhere.json").exit_code == 5
    Path("broken.json").write_text("{", encoding="utf-8")
    assert run(*generate, "broken.json").exit_code == 3


def test_list_marks_the_version_in_force() -> None:
    later = RULES.replace("VERSION", "2.0.0").replace("2024-01-01", "2024-07-01")
    Path("rulesets/demo/2.0.0.rules").write_text(later, encoding="utf-8")
    assert run("list", "--as-of", "2024-06-30").stdout.splitlines() == [
        "NAME  VERSION  IN FORCE  EFFECTIVE                         TITLE",
        "demo  1.0.0    yes       from 2024-01-01 until 2024-07-01  Demo",
        "demo  2.0.0              from 2024-07-01                   Demo",
    ]
    document = json.loads(run("list", "--as-of", "2024-07-01", "--format", "json").stdout)
    assert document["as_of"] == "2024-07-01"
    assert [entry["in_force"] for entry in document["rulesets"]] == [False, True]
    assert document["rulesets"][1]["effective_until"] is None


def test_list_of_no_folder_is_an_input_that_cannot_be_read() -> None:
    outcome = run("list", "--rulesets", "nowhere")
    assert outcome.exit_code == 5
    assert "error[RE211]" in outcome.stderr


def test_a_schema_is_drafted_and_the_draft_is_sound() -> None:
    assert (
        run("schema", "infer", "facts.ndjson", "--name", "thing", "--out", "draft.schema.json").exit_code == 0
    )
    draft = json.loads(Path("draft.schema.json").read_text(encoding="utf-8"))
    assert draft["title"] == "thing"
    assert draft["properties"]["id"]["x-id"] is True
    assert draft["properties"]["seats"]["type"] == "integer"
    Path("schemas/draft").mkdir()
    Path("draft.schema.json").rename("schemas/draft/1.schema.json")
    assert run("schema", "check", "schemas/draft/1.schema.json").exit_code == 0


def test_samples_that_cannot_be_read_are_told() -> None:
    Path("some.ndjson").write_text('{"id":"a"}\nnonsense\n', encoding="utf-8")
    outcome = run("schema", "infer", "some.ndjson")
    assert outcome.exit_code == 4
    assert "1 record rejected" in outcome.stderr
    assert json.loads(outcome.stdout)["properties"]["id"]["type"] == "string"
    Path("some.csv").write_text("id\na\n", encoding="utf-8")
    assert run("schema", "infer", "some.csv").exit_code == 5
    assert run("schema", "infer", "nowhere.json").exit_code == 5


def test_a_schema_that_cannot_be_used_is_reported() -> None:
    Path("schemas/thing/2.schema.json").write_text(
        '{"type":"object","properties":{"a":true}}', encoding="utf-8"
    )
    outcome = run("schema", "check", "schemas/thing/1.schema.json", "schemas/thing/2.schema.json")
    assert outcome.exit_code == 3
    assert "error[RE516]" in outcome.stdout
    assert run("schema", "check", "nowhere.schema.json").exit_code == 5

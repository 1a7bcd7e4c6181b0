"""Choices that are seldom made on a command line, and what terminals are shown: each is told in words, with its exit code."""

from __future__ import annotations

import io
import json
import sys
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from ruleengine import inspection
from ruleengine.casebook.accounts import Account
from ruleengine.casebook.watching import Watcher
from ruleengine.cli import mutation
from ruleengine.cli.analyze_accounts import Witness, write_accounts
from ruleengine.diagnostics.nearest import nearest
from ruleengine.diagnostics.visible import for_terminal
from ruleengine.inputs import InputError
from ruleengine.limits import limited
from tests.cli.project import AS_OF, RULES, run, write_facts

RULESET = Path("rulesets/demo/1.0.0.rules")
EVAL = ("demo", "facts.ndjson", "--as-of", AS_OF)
TEMPLATES = """
template note "Note" { body "{name} has {seats} seats" }
template other "Other" { for big ; body "{name} is big" }
"""
_CLEAR = "\r\x1b[K"


class Terminal(io.StringIO):
    """A stream that somebody looks at."""

    def isatty(self) -> bool:
        return True


def add(text: str, instead: str = "") -> None:
    before = RULESET.read_text(encoding="utf-8")
    assert instead in before
    RULESET.write_text(before.replace(instead, text) if instead else before + text, encoding="utf-8")


def watched(monkeypatch: pytest.MonkeyPatch, *commands: str) -> None:
    """Let commands believe that a terminal shows what they say."""
    for name in commands:
        monkeypatch.setattr(import_module(f"ruleengine.cli.{name}"), "is_terminal", lambda stream: True)


# ── render ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("texts", "arguments", "said"),
    [
        (TEMPLATES, ("--out-dir", "texts", "--out", "one.txt"), "--out-dir and --out exclude each other."),
        ("", (), "demo 1.0.0 has no templates."),
        (TEMPLATES, ("--template", "notes"), "no template 'notes'. Did you mean `note`?"),
        (TEMPLATES, ("--template", "zebra"), "no template 'zebra'. There is note, other"),
    ],
)
def test_what_cannot_be_rendered(texts: str, arguments: tuple[str, ...], said: str) -> None:
    add(texts)
    done = run("render", *EVAL, *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not Path("texts").exists()


def test_some_templates_for_some_accounts() -> None:
    add(TEMPLATES)
    done = run("render", *EVAL, "--template", "note", "--where", "big")
    assert done.exit_code == 0
    assert done.stdout == "── ann · Note\nAnn Ltd has 20 seats\n\n── bob · Note\nBob Ltd has 5 seats\n"
    assert "read 5 records: 0 rejected, 2 texts written" in done.stderr


def test_of_many_rejected_records_some_are_told() -> None:
    add(TEMPLATES)
    write_facts(Path("facts.ndjson"), [{"seats": number} for number in range(60)])
    done = run("render", *EVAL)
    assert done.exit_code == 4
    told = done.stderr.count("error[RE")
    assert f"and {60 - told} more" in done.stderr
    assert 0 < told < 60


def test_a_file_is_never_hidden_by_its_id() -> None:
    add(TEMPLATES)
    write_facts(Path("facts.ndjson"), [{"id": ".ann", "name": "Ann", "seats": 3}])
    done = run("render", *EVAL, "--template", "note", "--out-dir", "texts")
    assert done.exit_code == 0
    assert [each.name for each in Path("texts").iterdir()] == ["%2Eann.txt"]


# ── analyze ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def analyze(*arguments: str) -> Any:
    return run("analyze", *arguments, "--as-of", AS_OF, "--no-solver")


@pytest.mark.parametrize(
    ("segment", "said"),
    [("bigg", "no segment 'bigg'. Did you mean `big`?"), ("zebra", "no segment 'zebra'. There is big.")],
)
def test_a_segment_that_is_not_there(segment: str, said: str) -> None:
    done = analyze("demo", "--only", "bounds", "--segment", segment)
    assert done.exit_code == 2
    assert said in done.stderr


def test_bounds_of_a_segment_from_accounts_that_can_be_read() -> None:
    write_facts(Path("facts.ndjson"), [{"seats": 3}, {"id": "ann", "seats": 20, "tickets": 9}])
    done = analyze("demo", "--facts", "facts.ndjson", "--only", "bounds", "--segment", "big")
    assert done.exit_code == 0
    # 20 to 80 among all accounts and among the big ones
    assert [line.split()[-2:] for line in done.stdout.splitlines() if line.startswith(("all accounts", "in big"))] == [
        ["green", "red"], ["green", "red"],
    ]  # fmt: skip


def test_a_terminal_is_shown_what_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    watched(monkeypatch, "analyze")
    done = analyze("demo", "--only", "bounds")
    assert done.exit_code == 0
    shown = done.stderr.split(_CLEAR)
    assert len(shown) > 2
    assert any("health" in each for each in shown[:-1])


def test_accounts_with_an_earlier_result_are_written_with_it() -> None:
    day = date(2024, 6, 1)
    told = [
        Witness("Red again", "it is red twice", Account({"id": "x"}, day, {"scorecards": {}})),
        Witness("Red again", "it is red once more", Account({}, day)),
    ]
    write_accounts("shown", told, "demo", ("id",), ())
    assert json.loads(Path("shown/index.json").read_text(encoding="utf-8")) == [
        {"file": "red-again.json", "id": "red-again", "as_of": AS_OF, "shows": "it is red twice",
         "previous": "red-again.previous.json"},
        {"file": "red-again-2.json", "id": "red-again-2", "as_of": AS_OF, "shows": "it is red once more"},
    ]  # fmt: skip
    earlier = json.loads(Path("shown/red-again.previous.json").read_text(encoding="utf-8"))
    assert earlier == [{"scorecards": {}, "id": "red-again"}]


def test_an_account_has_its_id_where_its_schema_has_it() -> None:
    one = Witness("one", "", Account({"crm": {"seats": 3}}, date(2024, 6, 1)))
    write_accounts("nested", [one], "demo", ("crm", "id"), ())
    assert json.loads(Path("nested/one.json").read_text(encoding="utf-8")) == {
        "crm": {"seats": 3, "id": "one"}
    }
    write_accounts("without", [], "demo", ("id",), ())
    assert json.loads(Path("without/index.json").read_text(encoding="utf-8")) == []


def test_an_analysis_answers_for_itself() -> None:
    with pytest.raises(InputError, match="there is no kind of question `everything`; there are "):
        inspection.analyze("demo", as_of=AS_OF, only=("everything",))
    add('invariant "never big and red" never big and health is red\n')
    found = inspection.analyze("demo", as_of=AS_OF, only=("invariants", "bounds"), solver=False)
    assert not found.ok
    assert [each.code for each in found.findings] == ["RE707"]
    assert [(each.lowest.score, each.highest.score) for each in found.bounds if each.kind == "all"] == [
        (20, 80)
    ]
    assert [each.text for each in found.invariants] == ["never big and red"]
    assert found.to_dict()["invariants"][0]["text"] == "never big and red"
    assert found.to_text().startswith("demo 1.0.0 as of 2024-06-01")
    assert found.to_markdown().startswith("# Demo: what can happen")


@pytest.mark.parametrize(("edit", "equal"), [(">= 10", True), (">= 11", False)])
def test_whether_two_rulesets_are_equal(edit: str, equal: bool) -> None:
    text = RULES.replace("VERSION", "2.0.0").replace(">= 10", edit)
    Path("rulesets/demo/2.0.0.rules").write_text(text, encoding="utf-8")
    found = inspection.equivalent("demo@1.0.0", "demo@2.0.0", as_of=AS_OF, solver=False)
    assert found.equal is equal
    said = "give every account the same" if equal else "do not give every account the same"
    assert found.to_text().startswith(f"demo 1.0.0 and demo 2.0.0 {said}, as of 2024-06-01")
    assert found.to_markdown().startswith(f"**demo 1.0.0 and demo 2.0.0 {said}, as of 2024-06-01**")
    assert found.to_dict()["old"]["version"] == "1.0.0"


# ── test ────────────────────────────────────────────────────────────────────────────────────────────────────────────

CASE = 'test "ann" {\n  as of 2024-06-01\n  facts "facts.ndjson" id "ann"\n  expect health = 80\n}\n'


def write_tests(*versions: str) -> None:
    for version in versions:
        Path(f"rulesets/demo/{version}.rules").write_text(RULES.replace("VERSION", version), encoding="utf-8")
        Path(f"rulesets/demo/{version}.test.rules").write_text(CASE, encoding="utf-8")


def test_files_are_counted_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    write_tests("1.0.0", "2.0.0", "3.0.0")
    watched(monkeypatch, "test")
    done = run("test")
    assert done.exit_code == 0
    assert done.stderr.split(_CLEAR)[:5] == ["", "", "1 of 3 test files", "", "2 of 3 test files"]


@pytest.mark.parametrize(
    ("selectors", "folder"),
    [((), "rulesets"), (("demo",), "rulesets/demo"), (("rulesets/demo",), "rulesets/demo")],
)
def test_watching_runs_what_a_change_concerns(
    monkeypatch: pytest.MonkeyPatch, selectors: tuple[str, ...], folder: str
) -> None:
    write_tests("1.0.0", "2.0.0")
    second = Path("rulesets/demo/2.0.0.test.rules")
    changes = iter([[Path("elsewhere.txt")], [second]])
    seen: list[tuple[Path, ...]] = []

    def wait(watcher: Watcher) -> list[Path]:
        seen.append(tuple(watcher.folders))
        for change in changes:
            second.write_text(CASE.replace("= 80", "= 81"), encoding="utf-8")
            return change
        raise KeyboardInterrupt

    monkeypatch.setattr(Watcher, "wait", wait)
    done = run("test", *selectors, "--watch")
    assert done.exit_code == 0
    assert done.stdout.count("passed") == 2
    assert done.stdout.count("FAILED") == 1
    assert "changed: " in done.stderr
    assert done.stderr.count("waiting for a change; Ctrl-C ends") == 3
    assert {Path(each).absolute() for each in seen[0]} == {Path(folder).absolute()}


def test_watching_shows_text_alone() -> None:
    write_tests("1.0.0")
    done = run("test", "--watch", "--format", "json")
    assert done.exit_code == 2
    assert "--watch shows text on the terminal" in done.stderr


def test_how_many_changes_have_been_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([10.0, 10.0, 10.1, 20.0, 20.0])
    monkeypatch.setattr(mutation, "monotonic", lambda: next(times))
    monkeypatch.setattr(mutation, "_last", [0.0])
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    for done in (1, 2, 3, 4):
        mutation.show_progress(done, 4)
    assert terminal.getvalue().split(_CLEAR) == ["", "1 of 4 changes tried", "3 of 4 changes tried", ""]


# ── generated tests ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_tests_of_a_ruleset_with_errors_are_not_written() -> None:
    add("output broken = no_such_name\n")
    done = run("test", "demo", "--generate")
    assert done.exit_code == 3
    assert "error[RE201]" in done.stderr
    assert not Path("rulesets/demo/1.0.0.test.rules").exists()


def test_tests_with_errors_are_not_added_to() -> None:
    Path("rulesets/demo/1.0.0.test.rules").write_text(
        'test "x" { expect nothing_here = 3 }\n', encoding="utf-8"
    )
    done = run("test", "demo", "--generate")
    assert done.exit_code == 3
    assert done.stdout == ""
    assert "error[RE" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("demoo", "--generate"), 3, "error[RE"),
        (("demo", "--generate", "--of", "nobody"), 0, "nothing is called `nobody`"),
        (("demo", "--of", "health"), 2, "--of names what --generate writes tests of."),
    ],
)
def test_generating_for_what_is_not_there(arguments: tuple[str, ...], code: int, said: str) -> None:
    done = run("test", *arguments)
    assert done.exit_code == code
    assert said in done.stderr


# ── other commands ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_unknown_command_is_told() -> None:
    done = run("evaluate")
    assert done.exit_code == 2
    assert "No such command 'evaluate'" in done.stderr


def test_sql_needs_what_writes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    done = run("compile", "demo", "--to", "sql", "--dialect", "duckdb")
    assert done.exit_code == 2
    assert "--to sql needs sqlglot" in done.stderr


def test_a_dbt_model_is_written_into_a_folder() -> None:
    Path("taken").write_text("here", encoding="utf-8")
    done = run(
        "compile",
        "demo",
        "--to",
        "sql",
        "--dialect",
        "duckdb",
        "--as",
        "dbt",
        "--source",
        "facts",
        "--out",
        "taken",
    )
    assert done.exit_code == 2
    assert "'taken' is a file." in done.stderr
    assert Path("taken").read_text(encoding="utf-8") == "here"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--engine", "python", "--facts-format", "parquet"), "Parquet is read by --engine duckdb."),
        (
            ("--engine", "spark", "--out", "there", "--format", "json"),
            "--format json is for --engine duckdb; Spark writes ",
        ),
        (("--engine", "spark", "--format", "ndjson"), "--engine spark needs --out"),
    ],
)
def test_what_an_engine_cannot_do(arguments: tuple[str, ...], said: str) -> None:
    done = run("eval", *EVAL, *arguments)
    assert done.exit_code == 2
    assert said in done.stderr


def test_groups_by_a_list_are_for_the_evaluator() -> None:
    path = Path("schemas/thing/1.schema.json")
    schema = json.loads(path.read_text(encoding="utf-8"))
    schema["properties"]["tags"] = {"type": "array", "items": {"type": "string"}}
    schema["properties"]["paid"] = {"type": "boolean"}
    path.write_text(json.dumps(schema), encoding="utf-8")
    write_facts(Path("facts.ndjson"), [
        {"id": "a", "tags": ["x", "y", "x"], "paid": True}, {"id": "b", "tags": ["y"], "paid": False}, {"id": "c"},
    ])  # fmt: skip
    tags = run("eval", *EVAL, "--by", "tags", "--engine", "python")
    assert [line.split()[:2] for line in tags.stdout.splitlines() if line.split()[:1] in (["x"], ["y"])] == [
        ["y", "2"],
        ["x", "1"],
    ]
    paid = run("eval", *EVAL, "--by", "paid", "--engine", "python")
    assert [
        line.split()[:2] for line in paid.stdout.splitlines() if line.split()[:1] in (["yes"], ["no"])
    ] == [["no", "1"], ["yes", "1"]]


def test_standard_input_has_a_largest_size() -> None:
    with limited(ruleset_bytes=100):
        done = run("fmt", "-", input=RULES)
    assert done.exit_code != 0
    assert done.stdout == ""
    assert "it is larger than 100 bytes" in done.stderr


def test_of_one_name_only_its_own_rulesets_are_checked() -> None:
    other = Path("rulesets/other/1.0.0.rules")
    other.parent.mkdir()
    other.write_text(
        RULES.replace("VERSION", "1.0.0").replace("ruleset demo", "ruleset other") + "output x = nowhere\n",
        encoding="utf-8",
    )
    assert run("check", "demo").exit_code == 0
    assert run("check", "other").exit_code == 3


def test_generated_columns_reach_into_records() -> None:
    path = Path("schemas/thing/1.schema.json")
    schema = json.loads(path.read_text(encoding="utf-8"))
    schema["properties"]["owner"] = {"type": "object", "properties": {"team": {"type": "string"}}}
    path.write_text(json.dumps(schema), encoding="utf-8")
    done = run("generate", "--schema", "thing@1", "--count", "2", "--format", "csv")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0].replace('"', "") == "id,name,seats,tickets,plan,owner.team"
    assert len(done.stdout.splitlines()) == 3


# ── names and signs ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_nearest_of_very_many_names_is_found() -> None:
    names = [f"ab{number:05}" for number in range(3000)] + ["abcdefgh"]
    assert nearest("abcdefgi", names) == ["abcdefgh"]
    assert nearest("ab01499x", names)[0] == "ab01499"


def test_signs_that_a_terminal_would_obey_are_shown() -> None:
    assert for_terminal("plain") == "plain"
    assert for_terminal("one\ntwo\x9b3") == "one\ntwo\\u009b3"

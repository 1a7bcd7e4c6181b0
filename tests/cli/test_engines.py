"""`eval` on DuckDB: the outputs, messages and exit codes of Python; what an engine cannot do; runs that end badly."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from tests.cli.pipes import fed
from tests.cli.project import AS_OF, ROOT, run

LINES = (
    '{"id":"x\\"; DROP TABLE results; --","name":"{{ 7*7 }}","seats":20,"plan":"large","tickets":1}',
    '{"id":"b","name":"=1+1","seats":3,"tickets":9,"plan":"large"}',
    '{"id":"c","seats":"many"}',
    '{"id":"d","seats":5,',
    "[1]",
    "",
    '{"id":null}',
    '{"id":"e","seats":12,"plan":"small"}',
    '{"id":"b","seats":7,"plan":"large","name":"é\\u0001\\n,\\""}',
    '{"id":"f"}',
)
WISHES = (
    (), ("--strict",), ("--where", "big"), ("--where", "health is red or tickets > 5"), ("--by", "plan"), ("--by", "health"),
    ("--fail-on", "health is red"), ("--fail-on", "share of (health is red) > 90%"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def facts() -> None:
    Path("facts.ndjson").write_text("\n".join(LINES), encoding="utf-8")


@pytest.mark.parametrize("wish", WISHES, ids=" ".join)
@pytest.mark.parametrize("kind", ["ndjson", "csv", "table", "json", "markdown"])
def test_both_engines_write_and_say_the_same(kind: str, wish: tuple[str, ...]) -> None:
    found = []
    for engine in ("python", "duckdb"):
        options = ("--engine", engine, "--format", kind, "--rejects", f"{engine}.rejects", *wish)
        outcome = run("eval", "demo", "facts.ndjson", "--as-of", AS_OF, *options)
        rejects = Path(f"{engine}.rejects")
        found.append(
            (outcome.exit_code, outcome.stdout, outcome.stderr, rejects.exists() and rejects.read_bytes())
        )
    assert found[0] == found[1]


def test_the_ending_tells_the_format_and_parquet_needs_no_engine_named() -> None:
    said = run("eval", "demo", "facts.ndjson", "--as-of", AS_OF, "--out", "out.parquet")
    assert "read 9 records: 6 scored, 3 rejected" in said.stderr
    assert said.exit_code == 4
    assert run("eval", "demo", "facts.ndjson", "--as-of", AS_OF, "--out", "out.duckdb").exit_code == 4
    with duckdb.connect("out.duckdb", read_only=True) as connection:
        query = "SELECT id, scorecards.health.band FROM {} WHERE id LIKE '%DROP%'"
        stored = connection.execute(query.format("results")).fetchall()
        assert stored == connection.execute(query.format("'out.parquet'")).fetchall()
    assert stored == [('x"; DROP TABLE results; --', "green")]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--format", "parquet"), "needs --out FILE"),
        (("--engine", "python", "--out", "o.parquet"), "is written by --engine duckdb"),
        (("--engine", "duckdb", "--previous", "facts.ndjson"), "is for --engine python"),
        (("--engine", "duckdb", "--by", "seats"), "is for --engine python"),
        (("--engine", "spark"), "needs --out"),
        (("--engine", "spark", "--out", "o.parquet", "--strict"), "are for --engine duckdb"),
        (("--master", "local"), "is for --engine spark"),
        (("--out", "o.parquet", "--by", "plan"), "use table, markdown, csv or json"),
    ],
)
def test_what_an_engine_cannot_do_is_a_usage_error(options: tuple[str, ...], words: str) -> None:
    outcome = run("eval", "demo", "facts.ndjson", "--as-of", AS_OF, *options)
    assert outcome.exit_code == 2
    assert words in outcome.stderr
    assert not Path("o.parquet").exists()


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ruleengine.portfolio.duckdb_session.is_installed", lambda: False)
    outcome = run("eval", "demo", "facts.ndjson", "--as-of", AS_OF, "--engine", "duckdb")
    assert outcome.exit_code == 5
    assert "error[RE620]" in outcome.stderr
    assert "pip install 'ruleengine[duckdb]'" in outcome.stderr


def test_without_the_extra_a_folder_is_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ruleengine.portfolio.duckdb_session.is_installed", lambda: False)
    outcome = run("eval", "demo", ".", "--as-of", AS_OF)
    assert outcome.exit_code == 5
    assert (
        "error[RE620]: `.` is a folder, which only the engine for portfolios reads, and that is not installed"
        in outcome.stderr
    )
    assert "help: name files of facts, or run `pip install 'ruleengine[duckdb]'`" in outcome.stderr


def test_large_inputs_go_to_duckdb_only_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ruleengine.cli.engines.LARGE", 1)
    monkeypatch.setattr("ruleengine.portfolio.duckdb_session.is_installed", lambda: False)
    assert run("eval", "demo", "facts.ndjson", "--as-of", AS_OF).exit_code == 4


def test_a_stored_row_is_confirmed_or_what_differs_is_said() -> None:
    run("eval", "demo", "facts.ndjson", "--as-of", AS_OF, "--out", "out.parquet")
    explain = ("explain", "demo", "facts.ndjson", "--result", "out.parquet", "--id")
    agreed = run(*explain, "e")
    assert (agreed.exit_code, "`out.parquet` agrees" in agreed.stderr) == (0, True)
    assert run(*explain, "nobody").exit_code == 4
    Path("facts.ndjson").write_text('{"id":"e","seats":2,"plan":"small"}\n', encoding="utf-8")
    changed = run(*explain, "e")
    assert changed.exit_code == 1
    assert "/measures/seat_use/value: 12 is stored, 2 is computed" in changed.stderr


@pytest.mark.parametrize("name", ["out.parquet", "out.ndjson", "out.duckdb"])
def test_a_full_disk_is_one_message_and_leaves_what_was_there(name: str) -> None:
    many = [LINES[0].replace("results", f"results {number}") for number in range(3_000)]
    Path("facts.ndjson").write_text("\n".join(many), encoding="utf-8")
    Path(name).write_text("old", encoding="utf-8")
    before = sorted(os.listdir())
    process = start("facts.ndjson", name, 20_000)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 5
    assert said.count(b"RE515") == 1
    assert Path(name).read_text(encoding="utf-8") == "old"
    assert sorted(os.listdir()) == before


@pytest.mark.parametrize("name", ["out.parquet", "out.ndjson"])
def test_a_killed_run_leaves_what_was_there_and_nothing_else(name: str) -> None:
    os.mkfifo("facts.pipe")
    Path(name).write_text("old", encoding="utf-8")
    before = sorted(os.listdir())
    process = start("facts.pipe", name)
    with fed("facts.pipe", process) as pipe:
        pipe.write(LINES[0].encode() + b"\n")
        time.sleep(1)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=60)
    assert sorted(os.listdir()) == before
    assert Path(name).read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("name", ["out.parquet", "out.ndjson", "out.duckdb"])
def test_an_interrupted_run_ends_though_its_input_does_not(name: str) -> None:
    os.mkfifo("facts.pipe")
    before = sorted(os.listdir())
    process = start("facts.pipe", name)
    with fed("facts.pipe", process) as pipe:
        pipe.write(LINES[0].encode() + b"\n")
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()
    assert sorted(os.listdir()) == before


def start(facts: str, out: str, limit: int = 0) -> subprocess.Popen[bytes]:
    def limited() -> None:
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    words = [
        "eval",
        "demo",
        facts,
        "--as-of",
        AS_OF,
        "--facts-format",
        "ndjson",
        "--engine",
        "duckdb",
        "--out",
        out,
    ]
    # Python keeps a compiled module that a full disk cut off, and every later process stumbles over it
    environment = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "ruleengine", *words], env={**os.environ, **environment},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limited,
    )  # fmt: skip

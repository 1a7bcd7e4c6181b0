"""Hostile names, paths and files, from the command line: the evaluator's bytes, or one clear message."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.cli.project import AS_OF, FACTS, make_project, run, run_process, write_facts

IDS = (
    'x"; DROP TABLE results; --', "{{ 7*7 }}", "{% raw %}", "'", "a\\b", "line\nfeed", "\u202eright to left", "${env:HOME}",
    "e\u0301", "\U0001f600", "*?[]", "%s", "{0}", "--help", " lead", "\u00a0", "\ufeffmark", "=1+1", "\u2028", "\x7f", "\x01",
    "null", "0", "x" * 50_000,
)  # fmt: skip
NAMES = (
    "it's",
    'q"',
    "sp ace",
    "[abc]",
    "st*r",
    "q?",
    "{a,b}",
    "a\\b",
    "new\nline",
    "\U0001f600",
    "--help",
    "${HOME}",
    "y" * 240,
)


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's folder, which is the current one."""
    folder = make_project(tmp_path / "project")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("RULEENGINE_CACHE", str(tmp_path / "cache"))
    return folder


def scored(path: str, engine: str, *options: str) -> tuple[int, str]:
    outcome = run(
        "eval", "demo", "--as-of", AS_OF, "--engine", engine, "--format", "ndjson", *options, "--", path
    )
    return outcome.exit_code, outcome.stdout


def said(path: str, *options: str) -> str:
    """What is said about facts that cannot be used; one message, and the exit code for it."""
    outcome = run(
        "eval", "demo", "--as-of", AS_OF, "--engine", "duckdb", "--format", "ndjson", *options, "--", path
    )
    assert (outcome.exit_code, outcome.stdout) == (5, "")
    assert outcome.stderr.count("error[") == 1
    return outcome.stderr


def as_parquet(path: str, query: str = "SELECT * FROM read_json('facts.ndjson')") -> None:
    with duckdb.connect() as connection:
        connection.sql(query).write_parquet("facts.parquet")
    os.replace("facts.parquet", path)


def test_ids_and_texts_that_look_like_code(project: Path) -> None:
    lines = [{"id": each, "name": each, "seats": 20, "plan": "large"} for each in IDS]
    write_facts(project / "facts.ndjson", lines)
    expected = scored("facts.ndjson", "python")
    lines_of_results = expected[1].split("\n")[:-1]
    assert [json.loads(line)["id"] for line in lines_of_results] == [each for each in IDS if each.strip()]
    assert scored("facts.ndjson", "duckdb") == expected


@pytest.mark.parametrize("name", NAMES)
def test_names_of_files_are_names(name: str) -> None:
    expected = scored("facts.ndjson", "python")
    as_parquet(f"{name}.parquet")
    Path(f"{name}.ndjson").write_bytes(Path("facts.ndjson").read_bytes())
    assert scored(f"{name}.ndjson", "duckdb") == expected
    assert scored(f"{name}.parquet", "duckdb", "--out", f"./out {name[:200]}.ndjson") == (0, "")
    assert Path(f"out {name[:200]}.ndjson").read_text(encoding="utf-8") == expected[1]


def test_a_pipe_is_read_once() -> None:
    content = Path("facts.ndjson").read_bytes()
    expected = scored("facts.ndjson", "python")
    os.mkfifo("pipe.ndjson")
    threading.Thread(target=lambda: Path("pipe.ndjson").write_bytes(content), daemon=True).start()
    found = run_process(
        "eval", "demo", "pipe.ndjson", "--as-of", AS_OF, "--engine", "duckdb", "--format", "ndjson"
    )
    assert (found.returncode, found.stdout.decode()) == expected


def test_parquet_is_no_stream() -> None:
    os.mkfifo("pipe.parquet")
    assert "`pipe.parquet` is no file on disk" in said("pipe.parquet")
    assert "`<stdin>` is no file on disk" in said("-", "--facts-format", "parquet")


BAD: dict[str, tuple[Callable[[], object], str]] = {
    "no id": (lambda: as_parquet("bad.parquet", "SELECT 5 AS seats"), "has no column `id`"),
    "an id in capitals": (lambda: as_parquet("bad.parquet", "SELECT 'a' AS \"ID\""), "did you mean `ID`?"),
    "an id of bytes": (lambda: as_parquet("bad.parquet", "SELECT 'a'::BLOB AS id"), "is BLOB, and its fact needs texts"),
    "a number of texts": (
        lambda: as_parquet("bad.parquet", "SELECT 'a' AS id, 'x' AS seats"),
        "is VARCHAR, and its fact needs numbers",
    ),
    "nothing": (lambda: Path("bad.parquet").write_bytes(b""), "is no whole Parquet file"),
    "half of it": (lambda: Path("bad.parquet").write_bytes(b"PAR1" + bytes(300)), "is no whole Parquet file"),
    "a folder without facts": (lambda: Path("bad.parquet").mkdir(), "holds no facts"),
    "no such file": (lambda: None, "there is no file `bad.parquet`"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_parquet_file_is_one_message(case: str) -> None:
    make, words = BAD[case]
    make()
    assert words in said("bad.parquet")


def test_odd_parquet_files_are_read() -> None:
    as_parquet("none.parquet", "SELECT * FROM read_json('facts.ndjson') LIMIT 0")
    assert scored("none.parquet", "duckdb") == (0, "")
    as_parquet("more.parquet", "SELECT *, 1 AS zzz, {'a': 1} AS \"x y\" FROM read_json('facts.ndjson')")
    assert scored("more.parquet", "duckdb") == scored("facts.ndjson", "python")
    as_parquet("null.parquet", "SELECT NULL AS id, * EXCLUDE id FROM read_json('facts.ndjson')")
    outcome = run("eval", "demo", "null.parquet", "--as-of", AS_OF, "--engine", "duckdb")
    assert outcome.exit_code == 4
    assert f"{len(FACTS)} rejected" in outcome.stderr


@pytest.mark.parametrize("content", [b"", b"\n \n\t\n\r\n"], ids=["empty", "blank"])
def test_inputs_without_records(content: bytes) -> None:
    Path("facts.ndjson").write_bytes(content)
    assert scored("facts.ndjson", "duckdb") == scored("facts.ndjson", "python") == (0, "")

"""Ragged CSV: `csv_documents.jsonl` says of each file which accounts it has, what is rejected, or why it is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.project import AS_OF, run
from tests.facts.samples import customer_schema
from tests.hostile.scored import lines_of, make_project, score, score_twice
from tests.hostile.test_json_documents import content

FILES = lines_of(Path(__file__).with_name("csv_documents.jsonl").read_text(encoding="utf-8"))
READ = [each for each in FILES if "refused" not in each]
REFUSED = [each for each in FILES if "refused" in each]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_project(tmp_path / "project", monkeypatch)


def short(text: Any) -> Any:
    return f"{len(text)} signs" if isinstance(text, str) and len(text) > 1_000 else text


def account_of(result: dict[str, Any]) -> dict[str, Any]:
    """What a result says of its facts, as the files of this folder write it."""
    facts = {
        name.removeprefix("the_"): short(value)
        for name, value in result["outputs"].items()
        if value is not None
    }
    invalid = [problem["pointer"] for problem in result["problems"]]
    found: dict[str, Any] = {"id": short(result["id"])}
    return found | ({"facts": facts} if facts else {}) | ({"invalid": invalid} if invalid else {})


def test_every_file() -> None:
    """All in one run: no file touches what another one gives."""
    names = {f"{number:03}.csv": each for number, each in enumerate(READ)}
    for name, each in names.items():
        Path(name).write_bytes(content(each))
    scored = score_twice(list(names))
    results = iter(scored.results)
    for name, each in names.items():
        expected = each["scored"]
        found = [account_of(next(results)) for _ in expected]
        assert found == expected, each
        told = [[it["line"], it["code"], it["reason"]] for it in scored.rejects if it["path"] == name]
        assert told == each["rejected"], each
    assert next(results, None) is None


@pytest.mark.parametrize(
    "file", [each for each in READ if "warned" in each], ids=lambda each: str(each["name"])
)
def test_what_is_warned_of(file: dict[str, Any]) -> None:
    Path("x.csv").write_bytes(content(file))
    assert f"warning[{file['warned'][0]}]" in score(["x.csv"], "python").said


@pytest.mark.parametrize("file", REFUSED, ids=lambda each: str(each["name"]))
def test_a_file_that_is_refused(file: dict[str, Any]) -> None:
    Path("x.csv").write_bytes(content(file))
    refused = score(["x.csv"], "python")
    assert refused.code == 5
    assert refused.said.startswith(f"error[RE514]: {file['refused']}\n")


def test_a_cell_is_never_read_as_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text of any length, with line feeds and what looks like an account, stays one cell."""
    lines = "\n".join(["x" * 1_000, "boss,injected"] * 200)
    Path("x.csv").write_text(f'id,name\na,"{lines}"\nb,y\n', encoding="utf-8")
    assert [each["id"] for each in score_twice(["x.csv"]).results] == ["a", "b"]


def test_a_row_beyond_the_limit_gives_no_rows() -> None:
    from ruleengine.facts.readers import read_facts
    from ruleengine.facts.records import ReadOptions, Rejection

    Path("x.csv").write_text('id,name\na,"' + "boss,injected\n" * 20 + '"\nb,y\n', encoding="utf-8")
    options = ReadOptions(max_line_bytes=100)
    items = list(read_facts(["x.csv"], customer_schema(), options))
    assert all(isinstance(each, Rejection) for each in items)
    assert [each.reason for each in items if isinstance(each, Rejection)] == [
        "the row is longer than 100 bytes"
    ]


def test_standard_input_and_a_name_that_says_nothing() -> None:
    raw = b"id,share\r\na,1\r\nb,x\r\n,5\r\n"
    Path("facts").write_bytes(raw)
    named = score_twice(["facts"])
    assert named.counts == (3, 2, 1)
    piped = run(
        "eval", "hostile", "-", "--as-of", AS_OF, "--facts-format", "csv", "--format", "ndjson", input=raw
    )
    assert lines_of(piped.stdout) == named.results

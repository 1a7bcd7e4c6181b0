"""Stored results that are read again: every way in which `eval` writes them, and what is no such file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ruleengine.casebook import stored_results
from ruleengine.casebook.stored_results import StoredResults
from ruleengine.facts.records import FactsUnreadable, ReadOptions

RESULT: dict[str, Any] = {
    "id": "a", "as_of": "2024-03-01", "ruleset": {"name": "demo", "version": "1.0.0", "digest": "sha256:0"}, "engine": "1.0.0",
    "scorecards": {}, "measures": {}, "triggers": [], "matrices": {}, "outputs": {}, "segments": [], "problems": [],
}  # fmt: skip
LINE = json.dumps(RESULT, separators=(",", ":"))
OPENS, CLOSES = '{"as_of":"2024-03-01","results":[', '],"summary":{}}'


def read(folder: Path, content: str) -> list[tuple[int, str, int, bool, bytes]]:
    """Number, id, line, whether as written, and bytes of the results in a file of this content."""
    path = folder / "stored.json"
    path.write_bytes(content.encode())
    with StoredResults() as results:
        results.read([str(path)])
        return [
            (each.number, str(each.identity), each.line, each.as_written, results.bytes_of(each))
            for each in results.results
        ]


@pytest.mark.parametrize(
    ("content", "lines", "as_written"),
    [
        (LINE, [1], True),
        (f"{LINE}\n{LINE}\n", [1, 2], True),
        (f"\n\n{LINE}\n\n{LINE}", [3, 5], True),
        (f"\ufeff{LINE}\n", [1], True),
        (f"{OPENS}\n{LINE},\n{LINE}\n{CLOSES}\n", [2, 3], True),
        (f"{OPENS}\r\n{LINE},\r\n\r\n{LINE}\r\n{CLOSES}\n\n", [2, 4], True),
        (f"[{LINE},{LINE}]", [1, 1], True),
        (f"[{LINE}, {LINE}]", [1, 1], False),
        (f"{{\n \"results\": [{LINE}]}}", [1], False),
    ],
)  # fmt: skip
def test_results_are_read(tmp_path: Path, content: str, lines: list[int], as_written: bool) -> None:
    assert read(tmp_path, content) == [
        (number, "a", line, as_written, LINE.encode()) for number, line in enumerate(lines, start=1)
    ]


def without(lacking: str, **changes: Any) -> str:
    """The result with other fields in its ruleset."""
    ruleset = {key: value for key, value in {**RESULT["ruleset"], **changes}.items() if key != lacking}
    return json.dumps({**RESULT, "ruleset": ruleset})


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("", 1, "`stored.json` holds no result"),
        ("\n \n", 1, "`stored.json` holds no result"),
        (f"{OPENS}\n{CLOSES}\n", 1, "`stored.json` holds no result"),
        (f"{OPENS}\n{LINE}\n", 1, "`stored.json` ends before its results do"),
        (f"{OPENS}\n{LINE}\n{CLOSES}\n\n{LINE}\n", 5, "more text follows in `stored.json` after the end of the document"),
        (f"{LINE}\n[1]\n", 2, "line 2 of `stored.json` is no result"),
        (f"{OPENS}\n{LINE},\n7\n", 3, "line 3 of `stored.json` is no result"),
        ("\n[\n1,\n}", 4, "`stored.json` is neither NDJSON nor JSON"),
        (without("version"), 1, "result 1 cannot be replayed: its `ruleset` has no name and version"),
        (without("", version="1.0"), 1, "result 1 cannot be replayed: its `ruleset` has no name and version"),
        (without("", name="../demo"), 1, "result 1 cannot be replayed: its `ruleset` has no name and version"),
        ("[7]", 1, "result 1 cannot be replayed"),
    ],
)  # fmt: skip
def test_what_holds_no_results_is_refused(tmp_path: Path, content: str, line: int, message: str) -> None:
    with pytest.raises(FactsUnreadable) as caught:
        read(tmp_path, content)
    found = caught.value.diagnostic
    assert found.message.replace(f"{tmp_path}/", "").startswith(message)
    assert found.span.line == line


LONG = "x" * 2000


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (LONG, 1),
        (f"\n{LONG}", 2),
        (f"{LINE}\n{LONG}\n", 2),
        (f"{OPENS}\n{LINE},\n{LONG}\n", 3),
        (f"[{LINE},\n{LONG}", 2),
    ],
)
def test_a_line_that_is_too_long_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, line: int
) -> None:
    monkeypatch.setattr(stored_results, "ReadOptions", lambda: ReadOptions(max_line_bytes=1000))
    with pytest.raises(FactsUnreadable) as caught:
        read(tmp_path, content)
    found = caught.value.diagnostic
    assert found.message.replace(f"{tmp_path}/", "") == f"line {line} of `stored.json` is too long to read"
    assert found.span.line == line


def test_standard_input_is_read_once() -> None:
    with (
        StoredResults() as results,
        pytest.raises(FactsUnreadable, match="standard input can be read only once"),
    ):
        results.read(["-", "-"])

"""Hostile texts get their reports, with a place and within seconds; what passes can be run."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import orjson
import pytest

import ruleengine
from ruleengine.diagnostics import Severity
from tests.hostile.texts import ALL, Hostile

HEADER = "ruleset hostile 1.0.0 {\n  facts hostile 1\n}\n"
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "id": {"type": "string", "x-id": True},
        "a": {"type": "number"},
        "t": {"type": "string"},
        "f": {"type": "boolean"},
        "l": {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "number"}}}},
    },
}
DOCUMENTS: tuple[dict[str, Any], ...] = (
    {"id": "plain", "a": 3, "t": "a" * 1_000, "f": True, "l": [{"x": 1}]},
    {"id": "large", "a": 999_999_999_999_999, "t": "", "f": False, "l": []},
    {"id": "missing"},
)
SECONDS = 60  # of work: a hang, on any machine; one or two are usual, and the benchmark `growth` measures


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    schema = tmp_path / "schemas/hostile/1.schema.json"
    schema.parent.mkdir(parents=True)
    schema.write_text(json.dumps(SCHEMA), encoding="utf-8")
    (tmp_path / "rulesets/hostile").mkdir(parents=True)
    return tmp_path / "rulesets"


def write(folder: Path, content: bytes) -> Path:
    path = folder / "hostile/1.0.0.rules"
    path.write_bytes(content)
    return path


def errors_of(path: Path, folder: Path) -> list[tuple[str, int]]:
    """The errors in a file, each a code and a line, after a look at their words."""
    report = ruleengine.check_file(path, rulesets=folder)
    errors = [each for each in report.diagnostics if each.severity is Severity.ERROR]
    for each in errors:
        assert each.message
        assert each.span.path
        assert each.span.line >= 1
    return [(each.code, each.span.line) for each in errors]


@pytest.mark.parametrize("hostile", ALL, ids=lambda hostile: hostile.name)
def test_hostile_texts_get_their_reports(hostile: Hostile, folder: Path) -> None:
    path = write(folder, (HEADER + hostile.text).encode())
    start = time.process_time()
    errors = errors_of(path, folder)
    assert time.process_time() - start < SECONDS
    assert {code for code, _ in errors} == hostile.codes
    if errors:
        assert errors[0][1] == hostile.line
        with pytest.raises(ruleengine.RulesetError):
            ruleengine.load(path, rulesets=folder, cache=False)
    else:
        run(path, folder)


def run(path: Path, folder: Path) -> None:
    """Score and explain accounts, and write what comes out."""
    ruleset = ruleengine.load(path, rulesets=folder, cache=False)
    assert ruleset.tree_text()
    for document in DOCUMENTS:
        result = ruleset.score_dict(document, "2024-03-01")
        assert orjson.dumps(result)
        assert "Infinity" not in json.dumps(result)
        assert set(ruleset.scores(document, "2024-03-01")) == set(result["scorecards"])
    assert orjson.dumps(ruleset.explain(DOCUMENTS[0], "2024-03-01").to_dict())


# ── what is no text at all ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xef\xbb\xbf\xff", "no UTF-8 text: line 1"),
        (HEADER.encode() + b'let x = "\xff"\n', "no UTF-8 text: line 4"),
        (HEADER.encode() + b'let x = "\xed\xa0\x80"\n', "no UTF-8 text: line 4"),
        (HEADER.encode("utf-16"), "no UTF-8 text: line 1"),
        (HEADER.encode() + b"# \0\n", "NUL"),
        (HEADER.encode() + b"let a1 = a\n" * 1_000_000, "larger than 2,000,000 bytes"),
    ],
)
def test_what_is_no_text_is_told(content: bytes, words: str, folder: Path) -> None:
    path = write(folder, content)
    start = time.process_time()
    report = ruleengine.check_file(path, rulesets=folder)
    assert time.process_time() - start < SECONDS
    assert [each.code for each in report.diagnostics] == ["RE107"]
    assert words in report.diagnostics[0].message


def test_a_byte_order_mark_moves_no_place(folder: Path) -> None:
    path = write(folder, b"\xef\xbb\xbf" + (HEADER + "let x = zz\noutput o = x\n").encode())
    assert errors_of(path, folder) == [("RE201", 4)]


def test_an_empty_file_is_no_ruleset(folder: Path) -> None:
    assert errors_of(write(folder, b""), folder) == [("RE109", 1)]


def test_faults_beside_what_is_too_deep_are_told_too(folder: Path) -> None:
    deep = "output o = " + "(" * 500 + "a" + ")" * 500 + "\n"
    text = HEADER + "let x = zz\n" + deep + "output p = yy + x\n"
    assert errors_of(write(folder, text.encode()), folder) == [("RE201", 4), ("RE106", 5), ("RE201", 6)]


# ── what lies outside the folder ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("link", ["folder", "file", "circle"])
def test_links_out_of_the_folder_are_not_followed(link: str, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside/1.0.0.rules"
    outside.parent.mkdir()
    outside.write_text(HEADER.replace("hostile 1.0.0", "other 1.0.0") + "let x = a\n", encoding="utf-8")
    if link == "folder":
        (folder / "other").symlink_to(outside.parent)
    else:
        (folder / "other").mkdir()
        (folder / "other/1.0.0.rules").symlink_to(outside if link == "file" else "1.0.0.rules")
    path = write(folder, (HEADER + "import other 1.0.0 (x)\noutput o = x\n").encode())
    assert errors_of(path, folder) == [("RE207", 4)]


@pytest.mark.parametrize("name", ["`../../outside`", "`..`", "`hostile/../hostile`", "`.`"])
def test_schemas_are_in_their_folder(name: str, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside/1.schema.json"
    outside.parent.mkdir()
    outside.write_text(json.dumps(SCHEMA), encoding="utf-8")
    path = write(folder, f"ruleset hostile 1.0.0 {{\n  facts {name} 1\n}}\n".encode())
    assert errors_of(path, folder) == [("RE209", 2)]


def test_two_rulesets_that_import_each_other(folder: Path) -> None:
    (folder / "other").mkdir()
    other = HEADER.replace("hostile 1.0.0", "other 1.0.0") + "import hostile 1.0.0 (x)\nlet y = x\n"
    (folder / "other/1.0.0.rules").write_text(other, encoding="utf-8")
    path = write(folder, (HEADER + "import other 1.0.0 (y)\nlet x = y\noutput o = x\n").encode())
    assert errors_of(path, folder) == [("RE206", 4)]

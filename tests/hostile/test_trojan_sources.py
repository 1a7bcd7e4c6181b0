"""Rulesets, tests and schemas made to deceive or to exhaust: one report at its place, or a ruleset that runs; through every command."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import ruleengine
from ruleengine.cli.main import ruleengine as command
from ruleengine.diagnostics import Severity
from ruleengine.facts.schema import schema_from_bytes
from ruleengine.source import Source
from ruleengine.syntax.parse import parse
from tests.hostile.test_texts import HEADER, errors_of, folder, write

__all__ = ["folder"]

HIDDEN = {
    "an override in a text": 'output o = "\u202ea"',
    "an isolate in a comment": "output o = a # \u2066 } output p = b \u2069",
    "an embedding between words": "output o = \u202b a",
    "an escape of terminals in a comment": "output o = a # \x1b[2K",
    "a carriage return that shows a comment as code": "output o = a # note\rlet y = 1",
    "a line separator": "output o = a # note\u2028let y = 1",
    "a paragraph separator": "output o = a # note\u2029let y = 1",
    "a next line": "output o = a # note\x85let y = 1",
    "a form feed": "output o =\x0ca",
    "a byte order mark inside": "output o = \ufeffa",
    "a delete in a text": 'output o = "a\x7fb"',
    "a blank of no width in a name": "let `a\u200bb` = a",
    "a joiner in a name": "let `a\u2060b` = a",
    "a filler in a name": "let `a\u3164b` = a",
    "a Cyrillic letter among Latin ones": "let `\u0430ccount` = a",
    "a Greek letter among Latin ones": "let `acc\u03bfunt` = a",
}  # fmt: skip
SEEN = {
    "another script": "let `размер` = a\noutput o = `размер`",
    "letters with marks": "let `größe` = a\noutput o = `größe`",
    "emoji, and a mark of right-to-left writing, in a text": 'output o = "👩\u200d🚀 \u200fשלום"',
    "escapes": 'output o = "\\u202e\\u0000\\u001b"',
    "words of Python": "let lambda = a\nlet __class__ = lambda\nlet None = __class__\noutput import_ = None + 1\noutput __init__ = a",
    "names of the generated program": "let facts_ = a\nlet problems = facts_\nlet spend = problems\nlet NA = spend\noutput trace = NA",
    "signs of Python in names": "let `a\"b'c` = a\nlet `x\\n{}` = `a\"b'c`\noutput `%s` = `x\\n{}`",
    "signs of Python in texts": 'output o = "\\"\'\'\'\\n{a}\\\\%s"\noutput p = concat("\\"\\"\\"", "x")',
    "carriage returns with line feeds": "let x = a\r\noutput o = x\r",
    "patterns that go back elsewhere": 'output o = matches(t, "(a+)+$")\noutput p = matches(t, "((a*)*)*b|(a|aa)+$")',
    "a division by zero": "output o = a / 0\noutput p = a / (1 - 1)",
}  # fmt: skip
REFUSED = {
    "a number with an exponent": ("output o = a > 1e400", "RE101"),
    "a huge pattern": ('output o = matches(t, "(a{1000}){1000}")', "RE318"),
    "a pattern whose automaton is huge": ('output o = matches(t, "\\\\pL{1000}")', "RE318"),
    "an address": ("import `http://example.com/x` 1.0.0 (x)", "RE207"),
    "an absolute path": ("import `/etc/passwd` 1.0.0 (x)", "RE207"),
    "a device": ("import `/dev/zero` 1.0.0 (x)", "RE207"),
    "a path in a version's place": ("import other ../../1.0.0 (x)", "RE101"),
    "a name declared twice": ("let x = a\nlet x = a\noutput o = x", "RE202"),
    "an output twice": ("output o = a\noutput o = a", "RE202"),
    "a scorecard in itself": ("scorecard s { s }", "RE206"),
    "a not too deep in a record": (f"output o = {'{x: ' * 60}{'not (' * 35}f{')' * 35}{'}' * 60}", "RE106"),
    "a record too deep": (f"output o = {'{x: ' * 99}1{'}' * 99}", "RE106"),
    "conditions too deep": (f"output o = {'(f and (f or ' * 49}f{'))' * 49}", "RE106"),
}
DOCUMENT = {"id": "x", "a": 3, "t": "a" * 2_000, "f": True}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_cannot_be_seen_is_refused_once(name: str, folder: Path) -> None:
    path = write(folder, (HEADER + HIDDEN[name] + "\n").encode())
    assert errors_of(path, folder) == [("RE105", 4)]
    text = f'test "t" {{\n  as of 2024-03-01\n  facts {{a: 1}}\n  expect o = 1 # {HIDDEN["a line separator"]}\n}}\n'
    assert [each.code for each in parse(Source("x.test.rules", text))[1]] == ["RE105"]


@pytest.mark.parametrize("name", SEEN)
def test_what_is_odd_and_can_be_seen_runs(name: str, folder: Path) -> None:
    path = write(folder, (HEADER + SEEN[name] + "\n").encode())
    assert errors_of(path, folder) == []
    ruleset = ruleengine.load(path, rulesets=folder, cache=False)
    outputs = ruleset.score_dict(DOCUMENT, "2024-03-01")["outputs"]
    assert json.loads(json.dumps(outputs)) == outputs
    assert ruleset.explain(DOCUMENT, "2024-03-01").to_dict()


def test_names_and_texts_stay_what_they_are(folder: Path) -> None:
    text = (
        SEEN["signs of Python in texts"]
        + "\n"
        + SEEN["words of Python"]
        + "\n"
        + SEEN["signs of Python in names"]
    )
    ruleset = ruleengine.load(write(folder, (HEADER + text + "\n").encode()), rulesets=folder, cache=False)
    outputs = ruleset.score_dict(DOCUMENT, "2024-03-01")["outputs"]
    assert outputs["o"] == "\"'''\n{a}\\%s"
    assert (outputs["import_"], outputs["__init__"], outputs["%s"]) == (4, 3, 3)


@pytest.mark.parametrize("name", REFUSED)
def test_what_deceives_or_exhausts_is_one_report(name: str, folder: Path) -> None:
    text, code = REFUSED[name]
    assert [found for found, _ in errors_of(write(folder, (HEADER + text + "\n").encode()), folder)] == [code]


# ── schemas ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_ID = {"id": {"type": "string", "x-id": True}}


def _with(field: Any, **words: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {**_ID, "x": field}, **words}


_DOUBLING = {
    f"d{each}": {"type": "object", "properties": {side: {"$ref": f"#/$defs/d{each + 1}"} for side in "ab"}} for each in range(60)
}  # fmt: skip
_CHAIN = {f"d{each}": {"$ref": f"#/$defs/d{each + 1}"} for each in range(5_000)}
SCHEMAS: dict[str, tuple[Any, int]] = {
    "a field that is itself": (_with({"$ref": "#/properties/x"}), 1),
    "two that are each other": (_with({"$ref": "#/$defs/a"}, **{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}), 1),
    "references that double": (_with({"$ref": "#/$defs/d0"}, **{"$defs": {**_DOUBLING, "d60": {"type": "number"}}}), 2),
    "a chain of references": (_with({"$ref": "#/$defs/d0"}, **{"$defs": {**_CHAIN, "d5000": {"type": "number"}}}), 0),
    "50,000 words": (_with({"enum": [f"w{each}" for each in range(50_000)]}), 0),
    "a pattern that would go back": (_with({"type": "string", "pattern": "(a+)+b$"}), 0),
    "a bound without end": (_with({"type": "number", "minimum": 10**400}), 1),
    "an address": (_with({"$ref": "http://example.com/x.json"}), 1),
    "a file": (_with({"$ref": "file:///etc/passwd"}), 1),
    "a name of 100,000 letters": (_with({"type": "object", "properties": {"x" * 100_000: {"type": "number"}}}), 0),
    "no object": ([1], 1),
    "properties that are none": ({"type": "object", "properties": [1]}, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", SCHEMAS)
def test_hostile_schemas(name: str) -> None:
    document, most = SCHEMAS[name]
    start = time.process_time()
    _, reports = schema_from_bytes(json.dumps(document).encode(), name="x", version="1", path="x.json")
    assert time.process_time() - start < 60  # a hang, on any machine
    errors = [each for each in reports if each.severity is Severity.ERROR]
    assert bool(most) == bool(errors), [each.message for each in errors]
    assert len(errors) <= most, [each.message for each in errors]
    assert all(each.span.line >= 1 for each in errors)


# ── every command ───────────────────────────────────────────────────────────────────────────────────────────────────

TEXTS = {
    "deep": f"output o = {'(' * 100_000}a\n", "hidden": HIDDEN["an override in a text"], "number": f"output o = {'9' * 10_000}",
    "record": REFUSED["a record too deep"][0], "circle": "let x = y\nlet y = x\noutput o = x", "import": "import `../x` 1.0.0 (x)",
}  # fmt: skip
BYTES = {
    "NUL": b"# \0\n",
    "no UTF-8": b"# \xff\n",
    "UTF-16": HEADER.encode("utf-16"),
    "10 MB": b"\n" * 10_000_000,
}


@pytest.mark.parametrize("name", [*TEXTS, *BYTES])
def test_every_command_ends_with_a_report(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    good = (HEADER + "output o = a\n").encode()
    (folder / "hostile/0.9.0.rules").write_bytes(good.replace(b"1.0.0", b"0.9.0"))
    write(folder, BYTES[name] if name in BYTES else (HEADER + TEXTS[name] + "\n").encode())
    (folder / "hostile/1.0.0.test.rules").write_text(
        'test "t" { as of 2024-03-01 ; facts {a: 1} ; expect o = 1 }\n'
    )
    Path("facts.ndjson").write_text('{"id": "x", "a": 1}\n')
    day = ("--as-of", "2024-03-01")
    for words in (
        ("check", "hostile@1"), ("fmt", "--check", "rulesets/hostile/1.0.0.rules"), ("eval", "hostile@1", "facts.ndjson", *day),
        ("explain", "hostile@1", "facts.ndjson", "--id", "x", *day), ("test", "hostile@1"), ("docs", "hostile@1"),
        ("diff", "hostile@0.9", "hostile@1"), ("compile", "hostile@1", "--to", "python"), ("list",),
    ):  # fmt: skip
        start = time.process_time()
        done = CliRunner().invoke(command, words)
        text = done.output + done.stderr
        assert time.process_time() - start < 60, words
        assert isinstance(done.exception, SystemExit | None), words
        assert done.exit_code in ((0, 1) if words[0] in ("list", "fmt") else (3,)) or "error[" in text, (
            words,
            text[:300],
        )
        assert done.exit_code in (0, 1, 3, 5), (words, text[:300])
        assert "Traceback" not in text
        assert "this is a bug" not in text, words
        assert len(text) < 20_000, words


@pytest.mark.parametrize(
    "name",
    ["a\nb.rules", "'; rm -rf x.rules", "\u202ex.rules", "{}%s.rules", "-x.rules", "é" * 100 + ".rules"],
)
def test_odd_names_of_files(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    Path(name).write_text(HEADER + "output o = zz\n", encoding="utf-8")
    for words in (("check", "--", name), ("fmt", "--check", "--", name), ("docs", "--", name)):
        done = CliRunner().invoke(command, words)
        text = done.output + done.stderr
        assert done.exit_code in (0, 1, 3), (words, text)
        assert "this is a bug" not in text
        assert "\u202e" not in text

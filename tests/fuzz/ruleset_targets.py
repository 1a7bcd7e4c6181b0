"""Targets for texts in the language: rulesets, their layout, their tests.

What must hold: whatever the text, there are reports, each inside of the text and fit to be shown; what compiles scores
any document; what reads without a fault is laid out once and for all, and means the same afterwards.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ruleengine.checker.check import check_compilation
from ruleengine.compiler.compile import Compilation, compile_ruleset
from ruleengine.diagnostics import Diagnostic
from ruleengine.evaluator.explain import explain
from ruleengine.evaluator.program import Evaluator
from ruleengine.report.diagnostics import text as shown
from ruleengine.source import Source
from ruleengine.syntax import tree as t
from ruleengine.syntax.format import format_file
from ruleengine.syntax.parse import parse, parse_expression
from tests.fuzz.target import ROOT, Target, Try, text_of
from tests.fuzz.workspace import HEADER, Bench, documents_for, random_sources, ruleset_files, test_files

AS_OF = "2024-03-01"
_LONGEST = 2048


def _pieces(text: str, longest: int) -> Iterator[str]:
    """A file if it is short, and each of its items below its header."""
    if len(text) <= longest:
        yield text
    source = Source("seed", text)
    file, _ = parse(source)
    items = [text[item.span.start : item.span.end] for item in file.items]
    shared = [
        part for node, part in zip(file.items, items, strict=True) if isinstance(node, t.Header | t.BandSet)
    ]
    for part in items:
        if part not in shared:
            yield "\n".join((*shared, part))


def ruleset_seeds() -> Iterable[bytes]:
    """The rulesets of the project, whole and in pieces, and some made at random."""
    for path in ruleset_files():
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        if "tests" in path.relative_to(ROOT).parts:
            yield text.encode()
        else:
            yield from (piece.encode() for piece in _pieces(text, _LONGEST))
    for text in random_sources(30):
        yield from (piece.encode() for piece in _pieces(text, _LONGEST))


def with_header(text: str) -> str:
    """A text that begins as a ruleset must, so that more than its first line is tried."""
    begins = any(line.startswith("ruleset") for line in text.split("\n")[:20])
    return text if begins else HEADER.format(schema="account 1") + text


def check_reports(reports: Iterable[Diagnostic], source: Source) -> None:
    """Each report is inside of the text and can be shown."""
    found = list(reports)
    for each in found:
        assert each.message, each.code
        if each.span.path == source.path:
            assert 0 <= each.span.start <= each.span.end <= len(source.text), (
                f"{each.code} lies outside of the text"
            )
    shown.render(found[:20], {source.path: source})


def score_all(compilation: Compilation, documents: Iterable[dict[str, Any]]) -> None:
    """Result, scores and explanation of some documents; all are JSON, and two ways agree."""
    program = compilation.program
    assert program is not None
    lines = {name: source.text.split("\n") for name, source in compilation.sources.items()}
    evaluator = Evaluator(program, lines)
    for document in documents:
        score_one(evaluator, compilation.sources, document)


def score_one(evaluator: Evaluator, sources: Any, document: dict[str, Any]) -> dict[str, Any]:
    """One document in every way that there is; the result."""
    from ruleengine.inputs import day

    result = evaluator.result(document, day(AS_OF), texts=[])
    scores = evaluator.scores(document, day(AS_OF), None)
    explained = explain(evaluator, sources, document, day(AS_OF), None).to_dict()
    for each in (result, explained):
        assert json.loads(json.dumps(each, allow_nan=False)) == each, "a result does not survive JSON"
    for name, (score, band) in scores.items():
        card = result["scorecards"][name]
        assert card["band"] == band, f"two ways to score differ in the band of `{name}`"
        near = score is None or abs((card["score"] or 0.0) - score) <= 1e-9 * max(1.0, abs(score))
        near = near and (card["score"] is None) == (score is None)
        assert near, f"two ways to score differ in `{name}`"
    return result


def make_ruleset(folder: Path) -> Try:
    """Reads, compiles, checks and runs a ruleset."""
    from ruleengine.facts.schema import load_schema

    bench = Bench(folder)

    def attempt(content: bytes) -> None:
        text = with_header(text_of(content))
        path = bench.put(text.encode())
        compilation = compile_ruleset(path, bench.workspace)
        reports = check_compilation(compilation)
        check_reports(reports, compilation.sources.get(str(path), Source(str(path), text)))
        program = compilation.program
        if program is None:
            assert any(each.severity.value == "error" for each in reports), "no program, and no error"
            return
        schema, _ = load_schema(program.schema_name, program.schema_version, bench.workspace.schemas)
        score_all(compilation, [{}, *documents_for(schema, 2)])

    return attempt


def make_format(folder: Path) -> Try:
    """Lays a text out, twice."""

    def attempt(content: bytes) -> None:
        source = Source("fuzz.rules", text_of(content))
        file, reports = parse(source)
        check_reports(reports, source)
        if file.damaged or any(each.severity.value == "error" for each in reports):
            return
        formatted = Source("fuzz.rules", format_file(file, source))
        again, faults = parse(formatted)
        assert not [each for each in faults if each.severity.value == "error"], "formatted text has faults"
        assert again.items == file.items, "the layout changes the meaning"
        assert [c.text for c in again.comments] == [c.text for c in file.comments], "a comment is lost"
        assert format_file(again, formatted) == formatted.text, "a second layout differs"

    return attempt


def expression_seeds() -> Iterable[bytes]:
    """What follows `when`, `value` or `=` in the rulesets of the project."""
    import re

    found: dict[str, None] = {}
    for path in ruleset_files():
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        found |= dict.fromkeys(re.findall(r"(?:when|value|=) +([^;{}#\n]{1,200})", text))
    yield from (each.strip().encode() for each in list(found)[::3])


def make_expression(folder: Path) -> Try:
    """Reads one expression, such as a condition in an option of the command line."""

    def attempt(content: bytes) -> None:
        source = Source("<--where>", text_of(content))
        found, reports = parse_expression(source)
        check_reports(reports, source)
        assert found is not None or any(each.severity.value == "error" for each in reports), (
            "no expression, and no error"
        )

    return attempt


def test_seeds() -> Iterable[bytes]:
    """The tests of the project's rulesets, whole and case by case."""
    for path in test_files():
        yield from (piece.encode() for piece in _pieces(path.read_text(encoding="utf-8"), _LONGEST))


def make_tests(folder: Path) -> Try:
    """Reads and runs a file of tests beside one of our rulesets."""
    from ruleengine.casebook.suite import SuiteOptions, run_file
    from ruleengine.report.tests.data import report_data

    bench = Bench(folder)
    text = (ROOT / "rulesets/platform_adoption/1.0.0.rules").read_bytes()
    bench.put(text.replace(b"platform_adoption 1.0.0", b"fuzz 1.0.0"))
    (folder / "examples").mkdir()
    shutil.copyfile(ROOT / "examples/accounts.ndjson", folder / "examples/accounts.ndjson")
    options = SuiteOptions(rulesets=bench.workspace.rulesets, schemas=bench.workspace.schemas)

    def attempt(content: bytes) -> None:
        path = bench.put(text_of(content).encode(), "1.0.0.test.rules")
        report = run_file(path, options)
        check_reports(report.diagnostics, Source(str(path), text_of(content)))
        json.dumps(report_data([report]), allow_nan=False)

    return attempt


def grammar_words() -> tuple[str, ...]:
    """Every word and sign that the grammar names, read from the grammar itself."""
    import re

    grammar = (ROOT / "ruleengine/syntax/grammar.lark").read_text(encoding="utf-8")
    terminals = re.findall(r"^[A-Z_]+(?:\.\d+)?: (.+)$", grammar, re.MULTILINE)
    spelt = (re.sub(r"\\b|\(\?[=!].*|/|\\s[+*]", " ", each) for each in terminals)
    found = {word for each in spelt for word in re.findall(r"[a-z][a-z ]*[a-z]|<=|>=|!=|\.\.<?", each)}
    return tuple(sorted(found | {word for each in found for word in each.split()}))


_WORDS = grammar_words()
TARGETS = (
    Target(
        "ruleset", "ruleset text: read, compile, check, score", ruleset_seeds, make_ruleset, _WORDS, _LONGEST
    ),
    Target(
        "format",
        "ruleset text: laid out twice, the same meaning",
        ruleset_seeds,
        make_format,
        _WORDS,
        _LONGEST,
    ),
    Target(
        "expression",
        "one expression: read, its places inside of the text",
        expression_seeds,
        make_expression,
        _WORDS,
        256,
    ),
    Target("tests", "test files: read, compile, run", test_seeds, make_tests, _WORDS, _LONGEST),
)

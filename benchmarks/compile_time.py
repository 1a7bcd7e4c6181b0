"""What it costs to compile a ruleset, by its length, and to score an account, by the number of measures."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import ruleengine
from benchmarks.large_ruleset import with_lines, with_measures
from benchmarks.tables import Table, Target, number
from benchmarks.timing import interleaved
from benchmarks.workload.accounts import AS_OF, RULESET, accounts
from ruleengine.source import Source
from ruleengine.syntax.parse import parse

SCHEMAS = RULESET.parents[2] / "schemas"
COMPILE_TARGET = Target(300, "ms")
_LINES = (100, 1000, 2000)
_MEASURES = (12, 120, 1200)


def measure(quick: bool) -> list[Table]:
    """Both tables."""
    with tempfile.TemporaryDirectory() as name:
        if quick:
            return [_compiling(Path(name), _LINES[:1], 1), _scoring(Path(name), _MEASURES[:1], 1)]
        return [_compiling(Path(name), _LINES, 9), _scoring(Path(name), _MEASURES, 7)]


def save(folder: Path, name: str, text: str) -> Path:
    """A ruleset in a folder of rulesets of its own."""
    path = folder / name / "large" / "1.0.0.rules"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def load(path: Path) -> ruleengine.Ruleset:
    """A ruleset, compiled anew."""
    return ruleengine.load(path, rulesets=path.parent.parent, schemas=SCHEMAS, cache=False)


def _compiling(folder: Path, sizes: Sequence[int], rounds: int) -> Table:
    rows = []
    for lines in sizes:
        path = save(folder, f"lines_{lines}", with_lines(lines))
        source = Source(str(path), path.read_text(encoding="utf-8"))
        ruleset = load(path)
        work: dict[str, tuple[Callable[[], object], int]] = {
            "parse": (lambda source=source: parse(source), 1),  # type: ignore[misc]  # mypy has no type for a lambda with a default
            "check": (lambda path=path: _check(path), 1),  # type: ignore[misc]  # as above
            "compile": (lambda path=path: load(path), 1),  # type: ignore[misc]  # as above
            "generate": (lambda ruleset=ruleset: _generate(ruleset), 1),  # type: ignore[misc]  # as above
        }
        found = interleaved(work, rounds)
        times = {name: sorted(seconds)[len(seconds) // 2] * 1e3 for name, seconds in found.items()}
        whole = times["compile"] + times["generate"]
        rows.append(
            (
                f"{lines:,} lines", *(number(times[name]) for name in work), number(whole),
                f"{whole / lines * 1e3:.0f}", COMPILE_TARGET.text(whole) if lines == 1000 else "",
            )
        )  # fmt: skip
    head = ("ruleset of", "parse", "check", "load", "generate", "load + generate", "µs a line", "target")
    notes = (
        "ms, medians. `load` parses, resolves, type-checks and builds the evaluation tree; `generate` makes the",
        "Python for whole results and compiles it; `check` is all that the command does: gaps, overlaps, domains.",
    )
    return Table("compile", "Compiling a ruleset, by its length", head, tuple(rows), notes)


def _check(path: Path) -> None:
    report = ruleengine.check_file(path, rulesets=path.parent.parent, schemas=SCHEMAS)
    assert report.ok, str(report.diagnostics[0])


def _generate(ruleset: ruleengine.Ruleset) -> None:
    compile(ruleset.python_source(), "<generated>", "exec")


def _scoring(folder: Path, sizes: Sequence[int], rounds: int) -> Table:
    work: dict[str, tuple[Callable[[], object], int]] = {}
    for measures in sizes:
        ruleset = load(save(folder, f"measures_{measures}", with_measures(measures)))
        documents = list(accounts(max(5, 2400 // measures)))
        for words, function in (("score only", ruleset.scores), ("whole result", ruleset.score_dict)):

            def run(
                function: Callable[..., object] = function, documents: list[dict[str, object]] = documents
            ) -> None:
                for document in documents:
                    function(document, AS_OF)

            work[f"{measures} {words}"] = (run, len(documents))
    found = interleaved(work, rounds)
    middle = {name: sorted(seconds)[len(seconds) // 2] * 1e6 for name, seconds in found.items()}
    rows = []
    for measures in sizes:
        score, whole = middle[f"{measures} score only"], middle[f"{measures} whole result"]
        rows.append(
            (
                f"{measures:,}",
                number(score),
                number(score / measures),
                number(whole),
                number(whole / measures),
            )
        )
    head = ("measures", "score only, µs", "each", "whole result, µs", "each")
    return Table("measures", "Scoring one account, by the number of measures", head, tuple(rows))

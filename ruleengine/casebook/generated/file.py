"""A whole file of generated tests, and the proof that it passes.

In: a compiled ruleset, the path at which its tests stand, the cases that there are. Out: the text and its tests. Guaranteed:
read from that path, every test in it passes; one that would not is left out, and counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import frozen

from ruleengine.casebook.generated.generating import Generated, generate_tests
from ruleengine.casebook.generated.writing import file_text
from ruleengine.casebook.model import Case
from ruleengine.casebook.mutation.mutant import MutationOptions
from ruleengine.casebook.mutation.running import Progress, mutate
from ruleengine.casebook.reading import read_casebook
from ruleengine.casebook.run import run_casebook
from ruleengine.facts.schema import load_schema
from ruleengine.source import Source
from ruleengine.tree import ruleset as r
from ruleengine.workspace import Workspace

_MOST_GAPS = 200


@frozen(slots=True)
class Asked:
    """What is wanted: of which tests that there are (their `cases` and their `text`), of which thing, and how thoroughly.

    With `closing`, also a test for each small change that the others would not notice.
    """

    cases: Sequence[Case] = ()
    text: str = ""
    only: str = ""
    closing: bool = False
    progress: Progress | None = None


@frozen(slots=True)
class GeneratedFile:
    """The text of a test file, the tests in it, and how many could not be written so that they pass."""

    text: str
    tests: tuple[Generated, ...]
    left_out: int = 0

    @property
    def cases(self) -> int:
        """How many cases the tests are."""
        return sum(each.cases for each in self.tests)


def generated_file(
    program: r.Program,
    sources: Mapping[str, Source],
    path: Path,
    workspace: Workspace,
    asked: Asked,
) -> GeneratedFile | None:
    """Tests of a ruleset that say what its tests do not say; None without its fact schema."""
    schema = load_schema(program.schema_name, program.schema_version, workspace.schemas)[0]
    if schema is None:
        return None
    tests = generate_tests(program, sources, schema, asked.cases, asked.only)
    name = f"{program.name} {program.version}"
    kept = _passing(name, tests, path, workspace)
    if asked.closing:
        gaps = _gaps(file_text(name, [(each.of, each.text) for each in kept]), path, workspace, asked)
        tests += gaps
        kept += _passing(name, gaps, path, workspace)
    return GeneratedFile(
        file_text(name, [(each.of, each.text) for each in kept]), tuple(kept), len(tests) - len(kept)
    )


def _passing(name: str, tests: Sequence[Generated], path: Path, workspace: Workspace) -> list[Generated]:
    """The tests that can be read and pass."""
    kept = list(tests)
    while kept:
        text = file_text(name, [(each.of, each.text) for each in kept])
        faulty = {f'test "{title}" {{' for title in _faulty(text, path, workspace)}
        passing = [each for each in kept if each.text.split("\n")[0] not in faulty]
        if not faulty:
            break
        # Where the fault is in none of them, none can be read from there.
        kept = passing if len(passing) < len(kept) else []
    return kept


def _gaps(text: str, path: Path, workspace: Workspace, asked: Asked) -> list[Generated]:
    """Tests for the small changes that neither the tests that there are nor the generated ones notice."""
    source = Source(str(path), asked.text + "\n" + text)
    book = read_casebook(source, path, workspace)
    if book.broken or book.ruleset is None:
        return []
    found = mutate(book, book.cases, workspace.schemas, MutationOptions(_MOST_GAPS), asked.progress)
    told = [(outcome, outcome.told) for outcome in found.survivors if asked.only in ("", outcome.of)]
    return [Generated(outcome.of, outcome.line, each.test, 1) for outcome, each in told if each is not None]


def _faulty(text: str, path: Path, workspace: Workspace) -> set[str]:
    """The titles of tests that cannot be read, or do not pass."""
    source = Source(str(path), text)
    book = read_casebook(source, path, workspace)
    lines = text.split("\n")
    found = {
        _title_above(lines, report.span.line)
        for report in book.diagnostics
        if report.span.path == source.path
    }
    return found | {outcome.case.title for outcome in run_casebook(book) if not outcome.passed}


def _title_above(lines: Sequence[str], number: int) -> str:
    """The title of the test around a line."""
    above = (line for line in reversed(lines[:number]) if line.startswith('test "'))
    return next(above, 'test ""').removeprefix('test "').rsplit('"', 1)[0]

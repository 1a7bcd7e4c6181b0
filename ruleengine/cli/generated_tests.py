"""`ruleengine test --generate`: tests that say what a ruleset says today, in a file that was not there, or where they are asked for.

In: what somebody named. Out: a new `VERSION.test.rules` beside each ruleset that has none; for a ruleset that has tests, those
that they lack, to `--out` or to standard output. Guaranteed: no file that is there is written over, and every test that is
written passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from ruleengine.cli import exits
from ruleengine.cli.console import counted, put, report, say
from ruleengine.cli.mutation import show_progress

if TYPE_CHECKING:
    from ruleengine.casebook.generated.file import Asked
    from ruleengine.casebook.model import Case
    from ruleengine.casebook.suite import SuiteOptions
    from ruleengine.workspace import Workspace


def generate(
    selectors: Sequence[str], options: SuiteOptions, only: str, closing: bool, out: str | None, color: str
) -> int:
    """Write tests of the rulesets that are meant; the exit code."""
    from ruleengine.casebook.generated.file import Asked

    rulesets = _rulesets(selectors, options, color)
    if out is not None and len(rulesets) != 1:
        raise click.UsageError(
            f"--out takes the tests of one ruleset, and {counted(len(rulesets), 'ruleset')} are meant."
        )
    if out not in (None, "-") and Path(out or "").exists():
        raise click.UsageError(f"there is a file `{out}`; generated tests are never written over a file.")
    asked = Asked(only=only, closing=closing, progress=show_progress)
    codes = [_one(path, options, asked, out, color, alone=len(rulesets) == 1) for path in rulesets]
    return exits.gravest(codes)


def _rulesets(selectors: Sequence[str], options: SuiteOptions, color: str) -> list[Path]:
    from ruleengine.casebook.reading import ruleset_of
    from ruleengine.casebook.selecting import select_tests, select_untested
    from ruleengine.workspace import open_workspace

    workspace = open_workspace(options.rulesets, options.schemas)
    files, reports = select_tests(selectors, workspace, untested=True)
    report(reports, color=color)
    if reports:
        raise exits.Finished(exits.code_for(reports))
    return sorted({*map(ruleset_of, files), *select_untested(selectors, workspace)})


def _one(path: Path, options: SuiteOptions, asked: Asked, out: str | None, color: str, alone: bool) -> int:
    from ruleengine.casebook.generated.file import generated_file
    from ruleengine.casebook.selecting import tests_beside
    from ruleengine.cli.output import write_file
    from ruleengine.compiler.compile import compile_ruleset

    tests = tests_beside(path)
    workspace = options.workspace(tests)
    if tests.is_file() and not alone and out is None:
        say(f"{path}: has tests; name it alone to see those that they lack")
        return exits.SUCCESS
    compilation = compile_ruleset(path, workspace)
    errors = [each for each in compilation.diagnostics if each.severity.value == "error"]
    if compilation.program is None or errors:
        report(errors, compilation.sources, color)
        return exits.code_for(errors)
    cases = _cases(tests, workspace, options, color) if tests.is_file() else ()
    if tests.is_file():
        asked = attrs.evolve(asked, cases=cases, text=tests.read_text(encoding="utf-8-sig"))
    made = generated_file(compilation.program, compilation.sources, tests, workspace, asked)
    if made is None or not made.tests:
        why = f"nothing is called `{asked.only}`" if asked.only else "nothing in it decides"
        say(f"{path}: {'the tests say all of it already' if cases and not asked.only else why}")
        return exits.SUCCESS
    target = out if out is not None else "-" if tests.is_file() else str(tests)
    if target == "-":
        put(made.text)
    else:
        write_file(target, made.text.encode())
    where = "" if target == "-" else f" written to {target}"
    say(
        f"{path}: {counted(len(made.tests), 'test')} with {counted(made.cases, 'case')}{where}; they expect what it says today"
    )
    if made.left_out:
        say(
            f"{path}: {counted(made.left_out, 'test')} left out, which could not be written so that they pass"
        )
    return exits.SUCCESS


def _cases(tests: Path, workspace: Workspace, options: SuiteOptions, color: str) -> Sequence[Case]:
    """The cases that there are; tests with errors end the command."""
    from ruleengine.casebook.reading import open_casebook
    from ruleengine.casebook.suite import fits

    book = open_casebook(tests, workspace)
    if book.broken:
        errors = [each for each in book.diagnostics if each.severity.value == "error"]
        report(errors, book.sources, color)
        raise exits.Finished(exits.code_for(errors))
    return [case for case in book.cases if fits(case, options.wanted)]

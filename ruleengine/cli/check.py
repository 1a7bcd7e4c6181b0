"""`ruleengine check`: find the faults of rulesets before they run, and explain diagnostic codes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleengine.cli import exits
from ruleengine.cli.console import counted, put, say, wants_color
from ruleengine.cli.options import color_option, rulesets_option, schemas_option
from ruleengine.workspace import TESTS_SUFFIX

if TYPE_CHECKING:
    from ruleengine.diagnostics import Diagnostic
    from ruleengine.source import Source

_FORMATS = ("text", "json", "sarif", "github", "gitlab")


@click.command("check")
@click.argument("selectors", nargs=-1, metavar="[PATHS OR NAMES]...")
@click.option(
    "--format", "output_format", type=click.Choice(_FORMATS), default="text", show_default=True,
    help="How the reports are written.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Warnings count like errors.")
@click.option("--explain", "code", metavar="CODE", help="Explain a diagnostic code, such as RE203.")
@rulesets_option
@schemas_option
@color_option
def command(
    selectors: tuple[str, ...],
    output_format: str,
    strict: bool,
    code: str | None,
    rulesets: str | None,
    schemas: str | None,
    color: str,
) -> None:
    """Check rulesets and their tests: files, folders, names (every version) or `name@2.0.0`.

    Without any, everything in the rulesets folder is checked.
    """
    if code is not None:
        _explain(code)
        return
    checked, diagnostics, sources = _checked(selectors, rulesets, schemas)
    put(_rendered(diagnostics, sources, output_format, color))
    errors = [each for each in diagnostics if each.severity.value == "error"]
    warnings = [each for each in diagnostics if each.severity.value == "warning"]
    tests = sum(path.name.endswith(TESTS_SUFFIX) for path in checked)
    rulesets_checked = counted(len(checked) - tests, "ruleset") if tests < len(checked) or not tests else ""
    said = [rulesets_checked, counted(tests, "test file") if tests else ""]
    say(
        f"{' and '.join(each for each in said if each)} checked: {counted(len(errors), 'error')}, "
        f"{counted(len(warnings), 'warning')}"
    )
    if errors:
        raise exits.Finished(exits.code_for(errors))
    if strict and warnings:
        raise exits.Finished(exits.RULESET_HAS_ERRORS)


def _checked(
    selectors: Sequence[str], rulesets: str | None, schemas: str | None
) -> tuple[set[Path], list[Diagnostic], dict[str, Source]]:
    """The files that were checked, their reports (each once, though several may import a faulty file)."""
    from ruleengine import api

    diagnostics: dict[tuple[str, object, str], Diagnostic] = {}
    sources: dict[str, Source] = {}
    checked = set[Path]()
    for found in _selected(selectors, rulesets, schemas):
        if isinstance(found, Path):
            if found.resolve() in checked:
                continue
            checked.add(found.resolve())
            report = api.check_file(found, rulesets=rulesets, schemas=schemas)
            sources.update(report.sources)
            reports: Sequence[Diagnostic] = report.diagnostics
        else:
            reports = [found]
        for each in reports:
            diagnostics.setdefault((each.code, each.span, each.message), each)
    return checked, list(diagnostics.values()), sources


def _selected(
    selectors: Sequence[str], rulesets: str | None, schemas: str | None
) -> Iterator[Path | Diagnostic]:
    """The files that are meant, and a report for whatever means none."""
    from ruleengine.diagnostics import Diagnostic
    from ruleengine.source import Span
    from ruleengine.workspace import SUFFIX, find_ruleset, list_rulesets, open_workspace

    workspace = open_workspace(rulesets, schemas)
    if not selectors:
        entries, reports = list_rulesets(workspace)
        yield from reports
        for entry in entries:
            yield from _with_tests(entry.path)
        if not entries and not reports:
            message = f"there is no ruleset in `{workspace.rulesets}`"
            yield Diagnostic("RE211", Span(str(workspace.rulesets), 0, 0, 1, 1), message)
        return
    for selector in selectors:
        folder = Path(selector)
        is_name = selector.isidentifier() and (workspace.rulesets / selector).is_dir()
        if folder.is_dir() and not is_name:
            found = _below(folder, SUFFIX)
            yield from found
            if not found:
                place = Span(selector, 0, 0, 1, 1)
                yield Diagnostic("RE211", place, f"there is no ruleset in `{selector}`")
        elif is_name:
            for entry in list_rulesets(workspace)[0]:
                if entry.name == selector:
                    yield from _with_tests(entry.path)
        else:
            path, reports = find_ruleset(selector, workspace)
            yield from reports
            if path is not None and str(path) == selector:
                yield path
            elif path is not None:
                yield from _with_tests(path)


def _with_tests(path: Path) -> Iterator[Path]:
    """A ruleset file and the file of its tests, where there is one."""
    yield path
    tests = path.with_name(path.stem + TESTS_SUFFIX)
    if tests.is_file():
        yield tests


def _below(folder: Path, suffix: str) -> list[Path]:
    """Every ruleset file in a folder, and every file of tests."""
    return sorted(path for path in folder.rglob(f"*{suffix}") if path.is_file())


def _rendered(
    diagnostics: Sequence[Diagnostic], sources: dict[str, Source], output_format: str, color: str
) -> str:
    from ruleengine.report.diagnostics import FORMATS, text

    if output_format == "text":
        return text.render(diagnostics, sources, colour=wants_color(color, sys.stdout))
    return FORMATS[output_format](diagnostics, sources)


def _explain(code: str) -> None:
    """Print the page of a code."""
    from importlib.resources import files

    from ruleengine.diagnostics import CODES, did_you_mean

    wanted = code.upper()
    if wanted not in CODES:
        guess = did_you_mean(wanted, CODES)
        raise click.BadParameter(
            f"there is no code '{code}'. {guess[:1].upper()}{guess[1:]}".rstrip(), param_hint="'--explain'"
        )
    put(files("ruleengine.diagnostics").joinpath("pages", f"{wanted}.md").read_text(encoding="utf-8"))

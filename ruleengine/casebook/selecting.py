"""Which test files are meant: by file, by folder, by ruleset.

In: what somebody wrote, such as `rulesets/`, `customer_health`, `customer_health@2.0.0` or the path of a ruleset. Out: the
paths of test files, each once, in order; and a report for whatever means none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ruleengine.diagnostics import Diagnostic
from ruleengine.source import Source, Span
from ruleengine.workspace import COMMAND_LINE, SUFFIX, TESTS_SUFFIX, Workspace, find_ruleset, list_rulesets


def select_tests(
    selectors: Sequence[str], workspace: Workspace, untested: bool = False
) -> tuple[list[Path], list[Diagnostic]]:
    """The test files that are meant; all of the rulesets folder when nothing is.

    With `untested` it is no fault to mean rulesets that have no test file.
    """
    found: dict[Path, Path] = {}
    reports: list[Diagnostic] = []
    for selector in selectors or [str(workspace.rulesets)]:
        for each in _selected(selector, workspace):
            if isinstance(each, Diagnostic):
                reports += [] if untested and select_untested([selector], workspace) else [each]
            else:
                found.setdefault(each.resolve(), each)
    return list(found.values()), reports


def _selected(selector: str, workspace: Workspace) -> Iterator[Path | Diagnostic]:
    path = Path(selector)
    named = selector.isidentifier() and (workspace.rulesets / selector).is_dir()
    if named:
        yield from _of_versions(selector, workspace)
    elif path.is_dir():
        files = sorted(each for each in path.rglob(f"*{TESTS_SUFFIX}") if each.is_file())
        yield from files
        if not files:
            yield _nothing(Span(selector, 0, 0, 1, 1), f"there is no test file in `{selector}`")
    elif selector.endswith(TESTS_SUFFIX):
        yield path if path.is_file() else _nothing(_spoken(selector), f"there is no file `{selector}`")
    else:
        ruleset, reports = find_ruleset(selector, workspace)
        yield from reports
        if ruleset is not None:
            tests = tests_beside(ruleset)
            yield tests if tests.is_file() else _nothing(_spoken(selector), f"there is no file `{tests}`")


def select_untested(selectors: Sequence[str], workspace: Workspace) -> list[Path]:
    """The rulesets that are meant, by folder, name or file, and have no test file."""
    found: dict[Path, None] = {}
    for selector in selectors or [str(workspace.rulesets)]:
        if selector.isidentifier() and (workspace.rulesets / selector).is_dir():
            rulesets = [entry.path for entry in list_rulesets(workspace)[0] if entry.name == selector]
        elif Path(selector).is_dir():
            rulesets = sorted(each for each in Path(selector).rglob(f"*{SUFFIX}") if each.is_file())
        else:
            ruleset = find_ruleset(selector, workspace)[0]
            rulesets = [ruleset] if ruleset is not None else []
        for each in rulesets:
            if not each.name.endswith(TESTS_SUFFIX) and not tests_beside(each).is_file():
                found.setdefault(each)
    return list(found)


def _of_versions(name: str, workspace: Workspace) -> Iterator[Path | Diagnostic]:
    entries = [entry for entry in list_rulesets(workspace)[0] if entry.name == name]
    files = [tests_beside(entry.path) for entry in entries]
    there = [each for each in files if each.is_file()]
    yield from there
    if not there:
        yield _nothing(_spoken(name), f"no version of `{name}` has a test file")


def tests_beside(ruleset: Path) -> Path:
    """Where the tests of a ruleset stand."""
    return ruleset.with_name(ruleset.stem + TESTS_SUFFIX)


def _spoken(selector: str) -> Span:
    return Source(COMMAND_LINE, selector).span(0, len(selector))


def _nothing(span: Span, message: str) -> Diagnostic:
    hint = "the tests of `VERSION.rules` stand beside it, in `VERSION.test.rules`"
    return Diagnostic("RE211", span, message, help=hint)

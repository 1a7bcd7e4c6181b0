"""`.test.rules` files as pytest items: one for each case.

In: the path of a test file. Out: items called by the title of the test and the values of the row. Guaranteed: a file is
read and compiled once a process; a case that fails is shown as `ruleengine test` shows it; what keeps a file from running
is a collection error with its reports.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ruleengine.casebook.model import Case
from ruleengine.casebook.reading import open_casebook
from ruleengine.casebook.suite import CaseReport, CaseRunner, SuiteOptions
from ruleengine.diagnostics.visible import visible
from ruleengine.pytest_plugin.settings import folder
from ruleengine.report.diagnostics import FORMATS
from ruleengine.report.tests.text import failure_lines


class RulesetWarning(UserWarning):
    """What is said of a test file that can be run all the same."""


class CaseFailed(Exception):
    """A case of which an expectation does not hold; its text is what is shown."""

    def __init__(self, report: CaseReport, path: str) -> None:
        lines = failure_lines(report, path)
        super().__init__("\n".join(line.removeprefix("  ").rstrip() for line in lines))
        self.report = report

    @property
    def summary(self) -> str:
        """The first expectation that does not hold, on one line."""
        first = next(check for check in self.report.checks if not check.held)
        return visible(f"expected {first.expected}, found: {first.found}")


class RulesetTestFile(pytest.File):
    """A test file."""

    def collect(self) -> Iterator[pytest.Item]:
        """Its cases. Raises `CollectError` with the reports when it cannot be run."""
        path = Path(_seen_from_here(self.path))
        options = SuiteOptions(
            rulesets=_folder(self.config, "ruleset_folder", "RULEENGINE_RULESETS"),
            schemas=_folder(self.config, "ruleset_schemas", "RULEENGINE_SCHEMAS"),
        )
        casebook = open_casebook(path, options.workspace(path))
        if casebook.diagnostics:
            text = FORMATS["text"](casebook.diagnostics, casebook.sources).rstrip("\n")
            if casebook.broken:
                raise self.CollectError(text)
            self.warn(RulesetWarning(text))
        runner = CaseRunner(casebook)
        words = {casebook.program.name, casebook.program.version} if casebook.program is not None else set()
        for case, name in zip(casebook.cases, item_names(casebook.cases), strict=True):
            item = RulesetCase.from_parent(self, name=name, case=case, runner=runner, shown=str(path))
            item.extra_keyword_matches |= words
            item.add_marker("ruleset_case")
            yield item

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """A warning that is an error here is told as one is that keeps the file from running."""
        return (
            str(excinfo.value) if isinstance(excinfo.value, RulesetWarning) else super().repr_failure(excinfo)
        )


class RulesetCase(pytest.Item):
    """A case of a test file."""

    def __init__(self, *, case: Case, runner: CaseRunner, shown: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.case = case
        self.runner = runner
        self.shown = shown

    def runtest(self) -> None:
        """Run it. Raises `CaseFailed`."""
        report = self.runner.run(self.case)
        if not report.passed:
            raise CaseFailed(report, self.shown)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was expected, what was found and why; the place is the line of the case."""
        if not isinstance(excinfo.value, CaseFailed):
            return super().repr_failure(excinfo, style)
        shown = excinfo.getrepr(style="value")
        if shown.reprcrash is not None:
            shown.reprcrash.path = self.shown
            shown.reprcrash.lineno = self.case.span.line
            shown.reprcrash.message = excinfo.value.summary
        if self.config.getoption("tbstyle") == "line":
            shown.reprtraceback.reprentries = []
        return shown

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case stands."""
        return self.path, self.case.span.line - 1, self.name


def item_names(cases: Sequence[Case]) -> list[str]:
    """Names that pytest can select: on one line, without `::`, each its own; `title` alone selects all rows of a test."""
    known: dict[str, int] = {}
    names = []
    for case in cases:
        values = ", ".join(f"{column} {value}" for column, value in case.columns)
        name = visible(f"{case.title}[{values}]" if case.row else case.title)
        name = re.sub(":(?=:)", ": ", name)
        known[name] = known.get(name, 0) + 1
        names.append(name if known[name] == 1 else f"{name.removesuffix(']')}, case {case.row}]")
    return names


def _seen_from_here(path: Path) -> str:
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)


def _folder(config: pytest.Config, setting: str, variable: str) -> Path | None:
    found = folder(config, setting, variable)
    return None if found is None else Path(found)

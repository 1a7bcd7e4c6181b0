"""Trying a mutant: load it, run what reaches it, and say who noticed.

In: a mutant, in a process that has not imported the engine. Out: `(KILLED, who)` or `(SURVIVED, how much was run)`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.mutation.mutants import Mutant, load_changed
from tests.mutation.processes import KILLED, SURVIVED, quick_pytest
from tests.mutation.units import Unit, is_as_expected

#: The module that makes the parser: under a change of it nothing that was kept is used.
_PARSER = "ruleengine/syntax/parse.py"


class _FirstFailure:
    """Remembers which test failed."""

    who = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The first report that is not good."""
        if report.failed and not self.who:
            self.who = report.nodeid


def tried(
    mutant: Mutant | None,
    cases: Sequence[str],
    tests: Sequence[str],
    known: Mapping[str, Unit],
    kept: Path | None,
) -> tuple[int, str]:
    """Whether anything notices a mutant (None: the engine as it is). `kept` holds tables of the parser as it is."""
    own = Path(tempfile.mkdtemp())
    if kept is not None and (mutant is None or mutant.path != _PARSER):
        shutil.copytree(kept, own, dirs_exist_ok=True)
    os.environ["RULEENGINE_CACHE"] = str(own)
    if mutant is not None:
        load_changed(mutant)
    for name in cases:
        if not is_as_expected(known[name]):
            return KILLED, name
    first = _FirstFailure()
    if tests:
        code = quick_pytest(["-x", *tests], first)
        if code != pytest.ExitCode.OK:
            return KILLED, first.who or f"pytest: {code}"
    return SURVIVED, f"{len(cases)} cases, {len(tests)} tests"


def keep_parser(folder: Path) -> tuple[int, str]:
    """Write the tables of the parser once, as every process would make the same."""
    os.environ["RULEENGINE_CACHE"] = str(folder)
    from ruleengine.syntax.parse import _parser

    _parser()
    return SURVIVED, ""

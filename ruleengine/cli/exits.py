"""The exit codes of every command, in one place.

A run that meets several of these ends with the first that applies, in this order: interrupted, a bug, an
input or output that failed, a wrong command line, errors in the ruleset, a gate that failed, facts that were
rejected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ruleengine.diagnostics import Diagnostic

SUCCESS = 0
GATE_FAILED = 1
WRONG_COMMAND_LINE = 2
RULESET_HAS_ERRORS = 3
FACTS_REJECTED = 4
INPUT_OR_OUTPUT_FAILED = 5
BUG_IN_THE_ENGINE = 70
INTERRUPTED = 130

#: What `--help` and the documentation say about each.
MEANINGS: tuple[tuple[int, str], ...] = (
    (SUCCESS, "success; warnings of `check` and `analyze` count as success unless --strict"),
    (
        GATE_FAILED,
        "a gate failed: --fail-on holds, a test failed, --coverage-min is not reached, more accounts move than a budget allows, "
        "`analyze --equivalent` has no proof that two rulesets are equal, "
        "a snapshot or a stored result differs, fewer accounts have a score than --fail-below-goal wants, or "
        "`fmt --check` found a file to format",
    ),
    (WRONG_COMMAND_LINE, "the command line is wrong"),
    (
        RULESET_HAS_ERRORS,
        "the ruleset, its tests or the schema have errors, or do not exist; git knows no such revision or file",
    ),
    (
        FACTS_REJECTED,
        "facts were rejected, or had problems under --strict (results are written nevertheless), or there is no such id",
    ),
    (
        INPUT_OR_OUTPUT_FAILED,
        "an input could not be read, or an output not written as a whole, also because its reader left or standard output is closed; "
        "git cannot be used here",
    ),
    (BUG_IN_THE_ENGINE, "a bug in the engine"),
    (INTERRUPTED, "interrupted"),
)

_PRECEDENCE = (
    INTERRUPTED,
    BUG_IN_THE_ENGINE,
    INPUT_OR_OUTPUT_FAILED,
    WRONG_COMMAND_LINE,
    RULESET_HAS_ERRORS,
    GATE_FAILED,
    FACTS_REJECTED,
    SUCCESS,
)


class Finished(Exception):
    """Ends a command with an exit code when everything has been said."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def gravest(codes: Iterable[int]) -> int:
    """The exit code of a run that met all of these."""
    met = {SUCCESS, *codes}
    return next(code for code in _PRECEDENCE if code in met)


def code_for(errors: Sequence[Diagnostic]) -> int:
    """The exit code for a ruleset that cannot be used: who is to blame, as far as the reports tell."""
    if any(report.code in ("RE514", "RE515") for report in errors):
        return INPUT_OR_OUTPUT_FAILED
    if errors and all(report.span.path.startswith("<--") for report in errors):  # a condition in an option
        return WRONG_COMMAND_LINE
    return RULESET_HAS_ERRORS

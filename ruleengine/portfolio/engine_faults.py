"""What is said when an engine for portfolios cannot be used on this machine, or stops in the middle of its work.

Both exceptions carry one `diagnostic`, with the remedy as its help; a command ends with the exit code for inputs and
outputs that failed.
"""

from __future__ import annotations

from ruleengine.diagnostics import Diagnostic
from ruleengine.source import Span


class EngineUnavailable(Exception):
    """An engine is not installed, or lacks what it needs; `diagnostic` says what, and its help what to do."""

    def __init__(self, engine: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic("RE620", Span(f"<{engine}>", 0, 0, 1, 1), message, help=remedy)


class EngineFailed(Exception):
    """An engine gave up a run that had begun; `diagnostic` says why, as far as the engine tells."""

    def __init__(self, engine: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic("RE620", Span(f"<{engine}>", 0, 0, 1, 1), message, help=remedy)

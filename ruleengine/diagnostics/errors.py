"""The one exception for faults of rulesets: it holds every report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ruleengine.diagnostics.diagnostic import Diagnostic
from ruleengine.source import Source


class RulesetError(Exception):
    """A ruleset cannot be used. `diagnostics` holds every report, `sources` the texts that they point into."""

    def __init__(
        self, diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source] | None = None
    ) -> None:
        super().__init__("\n".join(str(report) for report in diagnostics))
        self.diagnostics = list(diagnostics)
        self.sources = dict(sources or {})

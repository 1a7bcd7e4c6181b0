"""Snapshots of explanations for syrupy: one text file for each, which people read and review.

In: what `explanation(…)` or `ruleset.explain(…)` gives. Out: the text that `ruleengine snapshot` keeps of an account.
Guaranteed: the same account under the same rules gives the same bytes; a change of the ruleset that changes nothing for the
account changes nothing here. Missing and unused snapshots are syrupy's to tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from ruleengine.evaluator.explain import Explanation
from ruleengine.report.snapshots import render_snapshot


class ExplanationSnapshotExtension(SingleFileSnapshotExtension):
    """`assert ruleset.explain(account, "2024-03-01") == snapshot(extension_class=ExplanationSnapshotExtension)`."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"
    _file_extension = "txt"  # what syrupy before 5 calls it

    def serialize(self, data: Any, **_: Any) -> str:
        """The text of an explanation. What is left out of it on purpose is left out by the ruleset, not here."""
        if isinstance(data, Explanation):
            return render_snapshot(data.to_dict())
        if isinstance(data, Mapping) and "scorecards" in data and "output_texts" in data:
            return render_snapshot(data)
        if isinstance(data, str):
            return data if data.endswith("\n") else f"{data}\n"
        raise TypeError(
            "an explanation is compared here, as `explanation(account)` or `ruleset.explain(account, as_of)` gives it, "
            f"and this is a value of type `{type(data).__name__}`"
        )

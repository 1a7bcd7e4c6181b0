"""Diagnostics as text for people and as documents for machines.

In: diagnostics, and the sources they speak of by path. Out: one text in the chosen format, ending with a
line end unless it is empty. A source may be missing from the mapping (a file that could not be read has
none): its reports are then shown without the line. To add a format, write its file and add a row here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ruleengine.diagnostics import Diagnostic
from ruleengine.report.diagnostics import github, gitlab, json, sarif, text
from ruleengine.source import Source

Render = Callable[[Sequence[Diagnostic], Mapping[str, Source]], str]

FORMATS: Mapping[str, Render] = {
    "text": text.render,
    "json": json.render,
    "sarif": sarif.render,
    "github": github.render,
    "gitlab": gitlab.render,
}

__all__ = ["FORMATS", "Render"]

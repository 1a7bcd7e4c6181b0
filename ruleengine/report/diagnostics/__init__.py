"""Diagnostics as text for people and as documents for machines.

In: diagnostics, and the sources they speak of by path. Out: one text in the chosen format, ending with a
line end unless it is empty. A source may be missing from the mapping (a file that could not be read has
none): its reports are then shown without the line. To add a format, write its file and add a row here. A format is
imported when it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ruleengine.diagnostics import Diagnostic
    from ruleengine.source import Source

    Render = Callable[[Sequence[Diagnostic], Mapping[str, Source]], str]


def _of(name: str) -> Render:
    def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
        text: str = import_module(f"{__name__}.{name}").render(diagnostics, sources)
        return text

    return render


FORMATS: Mapping[str, Render] = {name: _of(name) for name in ("text", "json", "sarif", "github", "gitlab")}

__all__ = ["FORMATS", "Render"]

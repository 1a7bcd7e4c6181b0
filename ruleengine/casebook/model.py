"""What a test file says once it has been read: cases that can be run, each with its facts and its expectations.

A test without `cases` is one case; with them it is as many as there are rows. Everything here is data that does not
change; the program that answers the expectations is compiled once for the whole file.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from attrs import field, frozen

from ruleengine.diagnostics import Diagnostic, Severity
from ruleengine.source import Source, Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r


@frozen(slots=True, eq=False)
class Subject:
    """Something that an expectation asks about: its `kind` is measure, card, node or step; `name` as in the program."""

    kind: str
    name: str
    path: str
    span: Span


@frozen(slots=True, eq=False)
class Part:
    """A part of an expectation that is shown beside it: a value, or what came of a measure or a card."""

    text: str
    value: e.Expression | None
    place: int = -1  # among the values that the probe finds
    subject: Subject | None = None
    secret: bool = False


@frozen(slots=True, eq=False)
class Expectation:
    """One `expect` of one case. `kind` is condition, problem or no problem; `text` has the columns filled in."""

    kind: str
    text: str
    wanted: str
    span: Span
    parts: tuple[Part, ...] = ()
    subjects: tuple[Subject, ...] = ()


@frozen(slots=True, eq=False)
class Case:
    """One case: what goes in, and what is expected. `row` counts from 1; it is 0 for a test without cases."""

    number: int
    title: str
    row: int
    columns: tuple[tuple[str, str], ...]
    span: Span
    as_of: date
    facts: dict[str, Any]
    previous: dict[str, Any] | None
    expectations: tuple[Expectation, ...]

    @property
    def name(self) -> str:
        """The title, and the values of the row."""
        values = ", ".join(f"{column} {value}" for column, value in self.columns)
        return f"{self.title} [{values}]" if self.row else self.title


@frozen(slots=True, eq=False)
class Casebook:
    """A test file, ready to run.

    `program` is the ruleset with a probe for every expectation, `ruleset` without; both are None, and there are no
    cases, when there is an error among the `diagnostics`. `inputs` are all files that were read.
    """

    path: Path
    ruleset_path: Path
    program: r.Program | None
    ruleset: r.Program | None
    cases: tuple[Case, ...]
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, Source] = field(repr=False)
    inputs: tuple[Path, ...] = ()

    @property
    def broken(self) -> bool:
        """Whether the tests cannot be run."""
        return any(report.severity is Severity.ERROR for report in self.diagnostics)

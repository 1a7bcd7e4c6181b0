"""A small project with a schema of every kind of field, a ruleset, and ways to try test files in it."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

from ruleengine.casebook.model import Casebook
from ruleengine.casebook.reading import open_casebook
from ruleengine.casebook.run import CaseOutcome, run_casebook
from ruleengine.workspace import Workspace

AS_OF = "2024-03-01"


def number(unit: str, **more: Any) -> dict[str, Any]:
    """A number of a schema."""
    return {"type": "number", "x-unit": unit, **more}


def text(**more: Any) -> dict[str, Any]:
    """A text of a schema."""
    return {"type": "string", **more}


SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": text(**{"x-id": True}),
        "plan": text(enum=["small", "large"]),
        "name": text(),
        "active": {"type": "boolean"},
        "seats": {"type": "integer", "minimum": 0, "maximum": 1000, "x-unit": "count"},
        "share": number("percent 0..1"),
        "score_given": number("percent 0..100"),
        "ratio": {"type": "number"},
        "age": number("days"),
        "term": number("months"),
        "fee": number("money USD"),
        "since": text(format="date"),
        "seen_at": text(format="date-time"),
        "secret_code": {"type": "number", "x-secret": True},
        "words": {"type": "array", "items": text()},
        "contact": {
            "type": "object",
            "properties": {"email": text(), "checked_on": text(format="date")},
        },
        "calls": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"on": text(format="date"), "minutes": {"type": "integer"}, "who": text()},
            },
        },
    },
}

#: How a ruleset begins that needs nothing but bands.
HEAD = """\
ruleset demo 1.0.0 {
  facts thing 1
}

bands rag {
  green  75..100     points 80
  yellow 50..<75     points 60
  red     0..<50     points 20
}
"""
RULES = """\
ruleset demo 1.0.0 {
  facts      thing 1
  calendar   zone "Europe/Paris"
}

bands rag {
  green  75..100     points 80
  yellow 50..<75     points 60
  red     0..<50     points 20
}

segment big when plan = "large"
let last_call = latest c in calls by c.on
problem "too many seats" when seats > 500
invariant "big means seats" never big and seats < 1

measure seat_use "Seats" {
  value    seats
  rate {
    green  when >= 10
    yellow when >= 5
    red    otherwise
  }
}

measure share_use "Share" {
  value    share     shown as percent
  rate { green when >= 50% ; red otherwise }
}

measure freshness "Last seen" {
  value    days since last_call.on
  rate { green when <= 30 days ; red otherwise }
  applies  to big
}

measure hidden "Secret" {
  value    secret_code
  rate { green when > 1 ; red otherwise }
}

scorecard health "Health" {
  bands   rag

  group use "Use" 80% {
    seat_use  50%
    share_use 50%
  }
  freshness 20%

  override red when seat_use is red
    because "nobody uses it"
}
"""
#: Ann's health is 80, green: every measure that applies is green.
ANN: dict[str, Any] = {
    "id": "ann", "plan": "large", "name": "Ann Ltd", "seats": 20, "share": 0.9, "since": "2020-01-31",
    "seen_at": "2024-02-28T18:53:00Z", "calls": [{"on": "2024-02-20", "minutes": 5}, {"on": "2024-01-20"}],
}  # fmt: skip
BOB: dict[str, Any] = {"id": "bob", "plan": "small", "seats": 600, "share": 0.1}


class Project:
    """A project on disk in which test files are tried."""

    def __init__(self, folder: Path, rules: str = RULES) -> None:
        self.folder = folder
        self.workspace = Workspace(folder / "rulesets", folder / "schemas")
        self.path = folder / "rulesets/demo/1.0.0.test.rules"
        self.write("rulesets/demo/1.0.0.rules", rules)
        self.write("schemas/thing/1.schema.json", json.dumps(SCHEMA))
        self.write("facts.ndjson", "".join(json.dumps(each) + "\n" for each in (ANN, BOB)))
        self.write("ann.json", json.dumps(ANN))

    def write(self, name: str, content: str) -> Path:
        """Write a file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    def book(self, tests: str) -> Casebook:
        """The casebook of a test file with this text."""
        self.write("rulesets/demo/1.0.0.test.rules", dedent(tests))
        return open_casebook(self.path, self.workspace)

    def reports(self, tests: str) -> list[str]:
        """What is reported about a test file: `line:column code message`, with the help in parentheses."""
        return [
            f"{each.span.line}:{each.span.column} {each.code} {each.message}"
            + (f" ({each.help})" if each.help else "")
            for each in self.book(tests).diagnostics
        ]

    def one_test(self, *statements: str) -> str:
        """The text of a test of Ann with these statements."""
        lines = [f"as of {AS_OF}", 'facts "ann.json"', *statements]
        return 'test "one" {\n' + "".join(f"  {line}\n" for line in lines) + "}\n"

    def outcomes(self, tests: str) -> list[CaseOutcome]:
        """What comes of a test file that has no faults."""
        book = self.book(tests)
        assert [str(each) for each in book.diagnostics] == []
        return list(run_casebook(book))

    def failures(self, *statements: str) -> list[str]:
        """`expected: found` of the expectations of one test of Ann that do not hold."""
        (outcome,) = self.outcomes(self.one_test(*statements))
        return [f"{check.expectation.text}: {check.found}" for check in outcome.checks if not check.held]

    def facts(self, *changes: str) -> dict[str, Any]:
        """Ann's document after these changes."""
        (case,) = self.book(self.one_test(*(f"with {change}" for change in changes), "expect big")).cases
        return case.facts

"""A small project of somebody who tests a ruleset with pytest, and runs of pytest in it."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

import pytest
import syrupy
from attrs import frozen

# What runs of pytest in this process import is forgotten after each; what is here already stays.
from ruleengine.pytest_plugin import case_items, snapshots, workbench

KEPT = (case_items, snapshots, workbench)

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "x-id": True},
        "seats": {"type": "integer", "minimum": 0, "x-unit": "count"},
        "support": {
            "type": "object",
            "properties": {"tickets": {"type": "integer", "x-unit": "count"}, "since": {"type": "string", "format": "date"}},
        },
        "sites": {
            "type": "array",
            "items": {"type": "object", "properties": {"users": {"type": "integer", "x-unit": "count"}}},
        },
    },
}  # fmt: skip

#: Half seats, half tickets: green is worth 80 points, red 20.
RULES = """\
ruleset demo 1.0.0 {
  title      "Demo"
  effective  from 2024-01-01
  facts      thing 1
}

bands rag {
  green  50..100     points 80
  red     0..<50     points 20
}

measure seat_use "Seats" {
  value    seats
  rate {
    green when >= 10
    red   otherwise
  }
}

measure ticket_load "Tickets" {
  value    support.tickets
  rate {
    green when <= 3
    red   otherwise
  }
}

scorecard health "Health" {
  seat_use     50%
  ticket_load  50%
}
"""

CASES = """\
test "ten seats are green" {
  as of  2024-03-01
  facts  {id: "x", seats: 10, support: {tickets: 0}}
  expect seat_use is green
}

test "tickets" {
  as of  2024-03-01
  facts  {id: "x", seats: 10, support: {tickets: 0}}
  with   support.tickets = how_many
  expect ticket_load is expected
  cases  how_many, expected {
         3,        green
         4,        red
  }
}
"""

ACCOUNTS: list[dict[str, Any]] = [
    {"id": "ann", "seats": 12, "support": {"tickets": 1}, "sites": [{"users": 1}, {"users": 2}]},
    {"id": "bob", "seats": 2, "support": {"tickets": 9}},
]

MARK = 'pytest.mark.ruleset("demo@1.0.0", as_of="2024-03-01", facts="accounts.ndjson")'


@frozen(slots=True)
class Project:
    """The project, and pytest in it."""

    pytester: pytest.Pytester
    with_syrupy: bool = False

    def write(self, path: str, text: str) -> None:
        """Write a file."""
        place = self.pytester.path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(dedent(text), encoding="utf-8")

    def accounts(self, *accounts: Any) -> None:
        """Write other accounts."""
        self.write("accounts.ndjson", "".join(f"{json.dumps(each)}\n" for each in accounts))

    def test(self, text: str, mark: str = MARK) -> None:
        """Write the module of tests."""
        marked = f"pytestmark = {mark}\n" if mark else ""
        self.write("tests/test_it.py", f"import pytest\n{marked}\n{dedent(text)}")

    def run(self, *arguments: str) -> pytest.RunResult:
        """Run pytest here; colours, other plugins and the width of a terminal play no part."""
        mine = syrupy._syrupy  # of the run that this test belongs to
        plugins = ["-p", "ruleengine.pytest_plugin", *(["-p", "syrupy"] if self.with_syrupy else [])]
        quiet = "ignore::pytest.PytestAssertRewriteWarning"  # the plugin is here already
        try:
            return self.pytester.runpytest_inprocess(
                *plugins, "-p", "no:cacheprovider", *arguments, "-W", quiet
            )
        finally:
            syrupy._syrupy = mine

    def shown(self, *arguments: str) -> str:
        """What a run shows."""
        return self.run(*arguments).stdout.str()


def make_project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with a ruleset, its tests and two accounts."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("RULEENGINE_CACHE", str(pytester.path / "cache"))
    monkeypatch.setenv("COLUMNS", "180")
    for name in ("RULEENGINE_RULESETS", "RULEENGINE_SCHEMAS", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "CI"):
        monkeypatch.delenv(name, raising=False)
    project = Project(pytester)
    project.write("pytest.ini", "[pytest]\n")
    project.write("schemas/thing/1.schema.json", json.dumps(SCHEMA))
    project.write("rulesets/demo/1.0.0.rules", RULES)
    project.write("rulesets/demo/1.0.0.test.rules", CASES)
    project.accounts(*ACCOUNTS)
    return project

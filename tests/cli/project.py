"""A small project on disk, and ways to run commands in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from ruleengine.cli.main import ruleengine

ROOT = Path(__file__).parents[2]
AS_OF = "2024-06-01"

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "x-id": True},
        "name": {"type": "string"},
        "seats": {"type": "integer", "minimum": 0, "maximum": 100, "x-unit": "count"},
        "tickets": {"type": "integer", "minimum": 0, "maximum": 100, "x-unit": "count"},
        "plan": {"type": "string", "enum": ["small", "large"]},
    },
}

RULES = """\
ruleset demo VERSION {
  title      "Demo"
  effective  from 2024-01-01
  facts      thing 1
}

bands rag {
  green  50..100     points 80
  red     0..<50     points 20
}

segment big  when plan = "large"
accept RE406 for big because "only selected by"

measure seat_use "Seat use" {
  value    seats
  rate {
    green when >= 10
    red   otherwise
  }
}

measure ticket_load "Tickets" {
  value    tickets
  rate {
    green when <= 3
    red   otherwise
  }
}

output busy = tickets > 3

scorecard health "Health" {
  bands   rag

  seat_use    50%
  ticket_load 50%
}
"""

#: ann 80 green, bob 20 red, cat 50 green, dan 80 by tickets alone, eve has nothing.
FACTS: list[dict[str, Any]] = [
    {"id": "ann", "name": "Ann Ltd", "seats": 20, "tickets": 1, "plan": "large"},
    {"id": "bob", "name": "Bob Ltd", "seats": 5, "tickets": 9, "plan": "large"},
    {"id": "cat", "name": "Cat Ltd", "seats": 20, "tickets": 9, "plan": "small"},
    {"id": "dan", "name": "Dan Ltd", "tickets": 2},
    {"id": "eve", "plan": "small"},
]


def make_project(folder: Path) -> Path:
    """Write the project into a folder."""
    rules = folder / "rulesets/demo"
    rules.mkdir(parents=True)
    (rules / "1.0.0.rules").write_text(RULES.replace("VERSION", "1.0.0"), encoding="utf-8")
    schemas = folder / "schemas/thing"
    schemas.mkdir(parents=True)
    (schemas / "1.schema.json").write_text(json.dumps(SCHEMA, indent=2), encoding="utf-8")
    write_facts(folder / "facts.ndjson", FACTS)
    return folder


def write_facts(path: Path, documents: list[dict[str, Any]]) -> None:
    """Write documents as NDJSON."""
    path.write_text("".join(json.dumps(document) + "\n" for document in documents), encoding="utf-8")


def run(*arguments: str, **options: Any) -> Result:
    """Run a command line in this process."""
    return CliRunner().invoke(ruleengine, list(arguments), **options)


def run_process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run a command line in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("environment", {})}
    return subprocess.run(
        [sys.executable, "-m", "ruleengine", *arguments],
        capture_output=options.pop("capture_output", True),
        env=environment,
        check=False,
        timeout=60,
        **options,
    )

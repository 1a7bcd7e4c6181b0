"""Snapshots of the small project, recorded and looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.cli.project import AS_OF, ROOT, run

FOLDER = Path("snapshots/demo")
RULES = Path("rulesets/demo/1.0.0.rules")
RECORD = ("snapshot", "record", "demo", "facts.ndjson")
SCHEMA = json.loads((ROOT / "schemas/snapshot_report/1.schema.json").read_text(encoding="utf-8"))


def recorded(*options: str) -> None:
    """Record the five accounts."""
    done = run(*RECORD, "--as-of", AS_OF, *options)
    assert done.exit_code == 0, done.output


def contents(folder: Path = FOLDER) -> dict[str, bytes]:
    """Every file of a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def edit(path: Path, old: str, new: str) -> None:
    """Replace what occurs once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def report_of(*arguments: str) -> dict[str, Any]:
    """The JSON of `verify`."""
    document: dict[str, Any] = json.loads(run("snapshot", "verify", *arguments, "--format", "json").stdout)
    Draft202012Validator(SCHEMA).validate(document)
    return document

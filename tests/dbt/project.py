"""A project of dbt with a table of facts, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
from attrs import frozen

import ruleengine
from ruleengine.columnar.dbt import model_files
from ruleengine.columnar.emit import Emitted
from ruleengine.columnar.statements import table_name, view_name

_PROJECT = """
name: scores
version: "1.0"
profile: scores
model-paths: [models]
test-paths: [tests]
"""
_SOURCES = """
version: 2
sources:
  - name: sales
    schema: main
    tables:
      - name: facts
"""


@frozen
class Project:
    """A folder with a model of a ruleset; `source` is how it names the table of facts."""

    folder: Path
    emitted: Emitted

    @property
    def database(self) -> Path:
        """Where the facts are, and the results."""
        return self.folder / "scores.duckdb"

    def build(self, *arguments: str) -> tuple[int, str, dict[str, str]]:
        """Run `dbt build`: its exit code, what it says, and the status of every model and test by its name."""
        done = subprocess.run(
            [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "build", *arguments],
            cwd=self.folder, capture_output=True, text=True, check=False, timeout=300,
            env={**os.environ, "DBT_PROFILES_DIR": str(self.folder), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        )  # fmt: skip
        results = self.folder / "target" / "run_results.json"
        statuses = {}
        if results.exists():
            for each in json.loads(results.read_text(encoding="utf-8"))["results"]:
                statuses[each["unique_id"].split(".")[2]] = each["status"]
        return done.returncode, done.stdout + done.stderr, statuses

    def rows(self) -> list[dict[str, Any]]:
        """What the model holds."""
        with duckdb.connect(str(self.database)) as connection:
            cursor = connection.execute(f'SELECT * FROM "{view_name(self.emitted)}"')
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def documentation(self) -> dict[str, Any]:
        """What dbt knows of the model."""
        manifest = json.loads((self.folder / "target" / "manifest.json").read_text(encoding="utf-8"))
        found: dict[str, Any] = manifest["nodes"][f"model.scores.{view_name(self.emitted)}"]
        return found


def make_project(folder: Path, emitted: Emitted, facts: pyarrow.Table, source: str = "facts") -> Project:
    """A project with the files of a ruleset; the facts are a source, and a model where `source` has no dot."""
    project = Project(folder, emitted)
    settings = {"disabled_optimizers": "projection_placement", "TimeZone": "UTC"}
    profile = {"type": "duckdb", "path": str(project.database), "threads": 1, "settings": settings}
    files = {
        "dbt_project.yml": _PROJECT,
        "profiles.yml": json.dumps({"scores": {"target": "here", "outputs": {"here": profile}}}),
        "models/sources.yml": _SOURCES,
        **model_files(emitted, table_name(source), None),
    }
    if "." not in source:
        files["models/given.sql"] = "select * from {{ source('sales', 'facts') }}"
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    with duckdb.connect(str(project.database)) as connection:
        connection.register("given table", facts)
        connection.execute('CREATE TABLE facts AS SELECT * FROM "given table"')
    return project


def example(name: str, root: Path) -> ruleengine.Ruleset:
    """A ruleset of this repository, with its text."""
    return ruleengine.load(name, rulesets=root / "rulesets", cache=False)

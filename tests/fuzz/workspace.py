"""The folder in which rulesets from the fuzzer are compiled: every schema and every ruleset of the project is at hand.

In: an empty folder. Out: a `Bench`, which puts a text where a ruleset or its tests belong. Guaranteed: the schemas of
the project, of the examples from other fields and of the random rulesets can all be named by a text.
"""

from __future__ import annotations

import shutil
from functools import cache, cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from attrs import define

from ruleengine.compiler import linking
from ruleengine.workspace import Workspace
from tests.fuzz.target import ROOT

_SCHEMAS = (
    "schemas",
    "examples/fields/schemas",
    "examples/trial/schemas",
    "tests/differential/schemas",
    "tests/cases",
)
_RULESETS = ("rulesets", "examples/fields/rulesets", "examples/trial/rulesets")
HEADER = "ruleset fuzz 1.0.0 {{\n  facts {schema}\n}}\n"


@define(slots=False)
class Bench:
    """A rulesets folder and a schemas folder of its own."""

    folder: Path

    @cached_property
    def workspace(self) -> Workspace:
        """The folders, filled once."""
        schemas, rulesets = self.folder / "schemas", self.folder / "rulesets"
        for path in (path for root in _SCHEMAS for path in sorted((ROOT / root).rglob("*.schema.json"))):
            place = schemas / path.parent.name / path.name
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.exists():
                shutil.copyfile(path, place)
        for path in (path for root in _RULESETS for path in sorted((ROOT / root).rglob("*.rules"))):
            place = rulesets / path.parent.name / path.name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
        (rulesets / "fuzz").mkdir(exist_ok=True)
        _read_once(schemas)
        return Workspace(rulesets, schemas)

    def put(self, content: bytes, name: str = "1.0.0.rules") -> Path:
        """A file of the ruleset `fuzz`."""
        path = self.workspace.rulesets / "fuzz" / name
        path.write_bytes(content)
        return path


def _read_once(folder: Path) -> None:
    """No schema of this folder changes, and reading one takes longer than the rest. What the compiler reads from elsewhere in
    this process is read as ever: relative folders of two tests are not the same."""
    read = vars(linking)["load_schema"]
    known = cache(read)

    def load(name: str, version: str, directory: str | Path) -> Any:
        return (known if Path(directory) == folder else read)(name, version, directory)

    vars(linking)["load_schema"] = load


def ruleset_files() -> list[Path]:
    """Every ruleset of the project, also those of its tests."""
    roots = [ROOT / root for root in (*_RULESETS, "tests/cases")]
    found = (path for root in roots for path in sorted(root.rglob("*.rules")))
    return [path for path in found if not path.name.endswith(".test.rules")]


def test_files() -> list[Path]:
    """Every file of tests of the project."""
    return [path for root in _RULESETS for path in sorted((ROOT / root).rglob("*.test.rules"))]


def random_sources(count: int) -> list[str]:
    """The texts of rulesets made at random, each in one file."""
    from tests.differential.print_ruleset import print_file
    from tests.differential.random_rulesets import random_ruleset

    texts = (files for seed in range(10 * count) if len(files := random_ruleset(seed).files) == 1)
    return [print_file(files[0]) for files in islice(texts, count)]


def documents_for(schema: Any, count: int) -> list[dict[str, Any]]:
    """Some documents of a schema."""
    from datetime import date

    from ruleengine.generate import generate_documents

    return list(generate_documents(schema, count, 1, date(2024, 3, 1)))

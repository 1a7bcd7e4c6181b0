"""Rulesets to alter, with accounts for them: random ones, those of the project, and those of other fields.

In: a seed. Out: `Material`, all of it text and plain documents; the same seed gives the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from attrs import frozen

import ruleengine
from ruleengine.generate import generate_documents
from ruleengine.syntax import tree
from tests.differential.fields import SCHEMAS
from tests.differential.print_ruleset import print_file
from tests.differential.random_facts import random_facts
from tests.differential.random_rulesets import random_ruleset

ROOT = Path(__file__).resolve().parents[3]
DAY = date(2024, 3, 1)
Documents = list[dict[str, Any]]


@frozen
class Material:
    """The texts of a ruleset and of what it imports, by path; accounts at two times, and their earlier results."""

    name: str
    texts: Mapping[str, str]
    root: str
    schemas: Path
    accounts: Documents
    later: Documents
    day: date
    later_day: date


def material(seed: int, accounts: int = 6) -> Material:
    """The material of a seed."""
    random = Random(seed)
    chosen = random.random()
    if chosen < 0.5:
        return _made_at_random(seed, accounts, random)
    folder = ROOT if chosen < 0.8 else ROOT / "examples/fields"
    return _written(random.choice(_rulesets(folder)), folder, accounts, random)


def _made_at_random(seed: int, number: int, random: Random) -> Material:
    texts = {}
    path = ""
    for file in random_ruleset(seed).files:
        header = next(item for item in file.items if isinstance(item, tree.Header))
        path = f"{header.name}/{header.version}.rules"
        texts[path] = print_file(file)
    first, second = (
        [{**random_facts(random), "id": f"account-{each}"} for each in range(number)] for _ in range(2)
    )
    days = DAY, random.choice((date(2024, 5, 31), date(2024, 12, 31), date(2023, 2, 28)))
    return Material(
        f"random ruleset {seed}", texts, path, SCHEMAS, first, _mixed(first, second, random), *days
    )


def _written(path: Path, folder: Path, number: int, random: Random) -> Material:
    rulesets = folder / "rulesets"
    texts: dict[str, str] = {}
    _collect(path, rulesets, texts)
    example = folder / ("examples/accounts.ndjson" if folder == ROOT else f"facts/{path.parent.name}.ndjson")
    documents = _documents(example)
    first = random.sample(documents, min(number // 2, len(documents)))
    schema = ruleengine.load(path, rulesets=rulesets, schemas=folder / "schemas").schema
    made = generate_documents(schema, number * 2, random.randrange(10**6), DAY)
    prefixed = [_with_id(each, f"made-{at}") for at, each in enumerate(made)]
    first, second = [*first, *prefixed[: number - len(first)]], prefixed[number:]
    later_day = DAY + timedelta(days=random.choice((20, 45, 100, -30)))
    name = f"{path.parent.name} {path.stem}"
    root = str(path.relative_to(rulesets))
    return Material(
        name, texts, root, folder / "schemas", first, _mixed(first, second, random), DAY, later_day
    )


def _mixed(first: Documents, second: Documents, random: Random) -> Documents:
    """The first with some of the sections of the second."""
    found = []
    for one, other in zip(first, second, strict=True):
        taken = random.sample(sorted(other), min(len(other), random.choice((0, 1, 2))))
        found.append(
            {**one, **{name: other[name] for name in taken if name != "id" and other[name] != one["id"]}}
        )
        found[-1]["id"] = one["id"]
    return found


def _with_id(document: dict[str, Any], identity: str) -> dict[str, Any]:
    return {**document, "id": identity}


@cache
def _rulesets(folder: Path) -> list[Path]:
    every = sorted((folder / "rulesets").glob("*/*.rules"))
    return [path for path in every if not path.name.endswith(".test.rules")]


@cache
def _documents(path: Path) -> Documents:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _collect(path: Path, rulesets: Path, texts: dict[str, str]) -> None:
    """The text of a ruleset, and of all that it imports."""
    name = str(path.relative_to(rulesets))
    if name not in texts:
        texts[name] = path.read_text(encoding="utf-8")
        for ruleset, version in re.findall(r"(?m)^import\s+(\w+)\s+([\d.]+)", texts[name]):
            _collect(rulesets / ruleset / f"{version}.rules", rulesets, texts)

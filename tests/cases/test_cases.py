"""Every folder below this one that holds `ruleset.rules`, `facts.json` and `expected.json` is a test.

`expected.json` is written by hand. Of the result only what it names is compared: records by the keys it names, lists as a
whole, numbers to 10⁻⁹, problems by their codes. `as_of` in it is the date of the evaluation. Schemas are those of
`tests/cases/schemas`, or of a folder `schemas` of the case; imports are looked up in the folder of the case.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ruleengine

HERE = Path(__file__).parent
CASES = sorted(found.parent for found in HERE.rglob("expected.json"))


def load(folder: Path) -> ruleengine.Ruleset:
    """The ruleset of a case."""
    own = folder / "schemas"
    schemas = own if own.is_dir() else HERE / "schemas"
    return ruleengine.load(folder / "ruleset.rules", rulesets=folder, schemas=schemas, cache=False)


def read(folder: Path, name: str) -> Any:
    """A JSON document of a case."""
    return json.loads((folder / name).read_text(encoding="utf-8"))


def differences(expected: Any, found: Any, path: str = "") -> Iterator[str]:
    """One line for each thing that is not as expected."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            if key in found:
                yield from differences(value, found[key], f"{path}.{key}")
            else:
                yield f"{path}.{key} is not there"
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for at, (value, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(value, other, f"{path}.{at}")
    elif not _equal(expected, found):
        yield f"{path}: {expected!r} expected, {found!r} found"


def _equal(expected: Any, found: Any) -> bool:
    if _is_number(expected) and _is_number(found):
        return bool(abs(expected - found) <= 1e-9)
    return type(expected) is type(found) and bool(expected == found)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: str(folder.relative_to(HERE)))
def test_case(folder: Path) -> None:
    """The result is as `expected.json` says, and scoring without a trace agrees."""
    expected = read(folder, "expected.json")
    as_of = expected.get("as_of", "2024-03-01")
    ruleset, facts = load(folder), read(folder, "facts.json")
    result = ruleset.score_dict(facts, as_of)
    if all(isinstance(each, str) for each in expected.get("problems", [])):
        result["problems"] = sorted(problem["code"] for problem in result["problems"])
    assert list(differences(expected, {**result, "as_of": as_of})) == []
    for name, (score, band) in ruleset.scores(facts, as_of).items():
        card = result["scorecards"][name]
        assert list(differences([card["score"], card["band"]], [score, band], name)) == []


def test_there_are_cases() -> None:
    """The folders are found."""
    assert len(CASES) >= 1

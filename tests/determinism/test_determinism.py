"""The same inputs give the same bytes in all surroundings; each is tried alone by `python -m tests.determinism.run`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.determinism.commands import COMMANDS, EXTRAS, QUICK, READ_FACTS, ROOT, outcome
from tests.determinism.variations import (
    EVERYTHING,
    PLAIN,
    REVERSED,
    Variation,
    environment,
    others,
    single,
    write_facts,
)

HARMLESS = (0, 3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Facts as they are and with their keys reversed."""
    place = tmp_path_factory.mktemp("determinism")
    write_facts(place)
    return place


def outcomes(variation: Variation, folder: Path, names: tuple[str, ...] = QUICK) -> dict[str, Any]:
    """What the quick commands write in one surrounding; one process runs them all."""
    where = folder / variation.facts
    command = [variation.python, *variation.options, "-m", "tests.determinism.commands", str(where), *names]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(variation, folder), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def plain(folder: Path) -> dict[str, Any]:
    """What the quick commands write in plain surroundings."""
    return outcomes(PLAIN, folder)


def test_the_commands_write_something(plain: dict[str, Any]) -> None:
    assert set(plain) == set(QUICK) <= set(COMMANDS)
    assert {code for code, *_ in plain.values()} <= set(HARMLESS)
    assert [name for name, found in plain.items() if found[-1] < 100] == ["fmt"]


def test_all_surroundings_at_once_change_no_byte(plain: dict[str, Any], folder: Path) -> None:
    """Another hash seed, zone, locale and terminal, two processes, a cache, and no asserts."""
    assert outcomes(EVERYTHING, folder) == plain


def test_the_order_of_keys_in_facts_changes_no_byte(plain: dict[str, Any], folder: Path) -> None:
    names = tuple(name for name in QUICK if name in READ_FACTS)
    said = {name: plain[name][:2] for name in names}
    assert {name: found[:2] for name, found in outcomes(REVERSED, folder, names).items()} == said
    first = (folder / "reversed/facts.ndjson").read_bytes().splitlines()[0]
    assert first != (folder / "plain/facts.ndjson").read_bytes().splitlines()[0]


def test_another_python_writes_the_same_bytes(plain: dict[str, Any], folder: Path) -> None:
    if not others():
        pytest.skip(
            "no other python3.X on PATH (or in RULEENGINE_OTHER_PYTHON) can import what the engine needs; "
            "`python -m tests.determinism.run --install` sets one up"
        )
    names = tuple(name for name in QUICK if name not in EXTRAS)
    for other in others():
        assert outcomes(other, folder, names) == {name: plain[name] for name in names}, other.name


def test_single_surroundings_differ_in_one_thing() -> None:
    for each in single():
        changed = [bool(each.environment), bool(each.options), each.facts != PLAIN.facts]
        assert sum(changed) == 1 or each is EVERYTHING, each.name
        assert len(each.environment) <= 1 or each is EVERYTHING, each.name
    assert len({each.name for each in single()}) == len(list(single()))


def test_a_byte_that_differs_is_seen() -> None:
    assert outcome(0, b"score 1.5 and more", b"") != outcome(0, b"score 1.6 and more", b"")
    assert outcome(0, b"", b"done in 1.5 s")[:3] == outcome(0, b"", b"done in 17.25 s")[:3]

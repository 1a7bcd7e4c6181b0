"""The cache is never believed: whatever stands in its folder, the same program comes out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import ruleengine
from ruleengine.tree.data import from_data, to_data
from ruleengine.tree.text import tree_text
from ruleengine.workspace import list_rulesets, open_workspace
from tests.properties.documents import ROOT

FOLDERS = (ROOT / "rulesets", ROOT / "examples/fields/rulesets")
PUBLISHED = [
    (f"{entry.name}@{entry.version}", folder)
    for folder in FOLDERS
    for entry in list_rulesets(open_workspace(folder))[0]
]
SELECTOR = "customer_health@2.0.0"

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "half": lambda content: content[: len(content) // 2],
    "one byte less": lambda content: content[:-1],
    "edited": lambda content: content.replace(b"87.5", b"12.5"),
    "another line first": lambda content: b"0" * 64 + b"\n" + content,
    "no digest": lambda content: content.partition(b"\n")[2],
    "foreign": lambda content: b'{"format": 1}',
    "deep": lambda content: b"[" * 100_000 + b"]" * 100_000,
    "no text": lambda content: bytes(range(256)) * 10,
}


def load() -> ruleengine.Ruleset:
    return ruleengine.load(SELECTOR, rulesets=ROOT / "rulesets")


def entries(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(("selector", "folder"), PUBLISHED, ids=[selector for selector, _ in PUBLISHED])
def test_data_gives_back_the_tree(selector: str, folder: Path) -> None:
    ruleset = ruleengine.load(selector, rulesets=folder, cache=False)
    data = json.loads(json.dumps(to_data(ruleset.program)))
    assert tree_text(from_data(data)) == ruleset.tree_text()
    assert json.dumps(to_data(from_data(data))) == json.dumps(data)


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_is_damaged_is_made_again(
    damage: Callable[[bytes], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RULEENGINE_CACHE", str(tmp_path))
    expected = load().tree_text()
    kept = entries(tmp_path)
    assert kept
    for name, content in kept.items():
        (tmp_path / name).write_bytes(damage(content))
    assert entries(tmp_path) != kept
    ruleset = load()
    assert ruleset.tree_text() == expected
    assert ruleset.sources  # it has been compiled, not taken from the cache
    assert {
        name: content for name, content in entries(tmp_path).items() if not name.startswith("grammar")
    } == {name: content for name, content in kept.items() if not name.startswith("grammar")}
    assert not load().sources


def test_an_entry_of_another_ruleset_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RULEENGINE_CACHE", str(tmp_path))
    expected = load().tree_text()
    (entry,) = [path for path in tmp_path.iterdir() if not path.name.startswith("grammar")]
    other = tmp_path / "other"
    monkeypatch.setenv("RULEENGINE_CACHE", str(other))
    assert ruleengine.load("customer_health@1.0.0", rulesets=ROOT / "rulesets").tree_text() != expected
    (foreign,) = [path for path in other.iterdir() if not path.name.startswith("grammar")]
    entry.write_bytes(foreign.read_bytes())
    monkeypatch.setenv("RULEENGINE_CACHE", str(tmp_path))
    assert load().tree_text() == expected


def test_a_folder_that_is_a_file_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "cache"
    place.write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("RULEENGINE_CACHE", str(place))
    assert (
        load().tree_text() == ruleengine.load(SELECTOR, rulesets=ROOT / "rulesets", cache=False).tree_text()
    )

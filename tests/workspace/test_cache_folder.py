"""Where is kept what would be computed again: the folder that is chosen, that of the user, or none; and entries that are whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ruleengine.cache_folder import cache_folder, keep, kept


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"RULEENGINE_CACHE": "/somewhere"}, "/somewhere"),
        ({"RULEENGINE_CACHE": ""}, None),
        ({"RULEENGINE_CACHE": "", "XDG_CACHE_HOME": "/caches"}, None),
        ({"XDG_CACHE_HOME": "/caches", "HOME": "/me"}, "/caches/ruleengine"),
        ({"HOME": "/me"}, "/me/.cache/ruleengine"),
        ({"XDG_CACHE_HOME": "", "HOME": "/me"}, "/me/.cache/ruleengine"),
    ],
)
def test_where_it_is(settings: dict[str, str], expected: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RULEENGINE_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert cache_folder() == (None if expected is None else Path(expected))


def test_who_has_no_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("could not determine home directory")

    for name in ("RULEENGINE_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert cache_folder() is None


def test_an_entry_is_what_was_written(tmp_path: Path) -> None:
    entry = tmp_path / "deep" / "entry"
    keep(entry, b"some\ncontent")
    assert kept(entry) == b"some\ncontent"
    entry.write_bytes(entry.read_bytes()[:-1])
    with pytest.raises(ValueError, match="damaged"):
        kept(entry)


def test_an_entry_that_cannot_be_put_in_place_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: str, target: Path) -> None:
        raise OSError("no room")

    monkeypatch.setattr(os, "replace", refuse)
    keep(tmp_path / "entry", b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    keep(tmp_path / "file" / "entry", b"x")
    with pytest.raises(NotADirectoryError):
        kept(tmp_path / "file" / "entry")

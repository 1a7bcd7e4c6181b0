"""From what users name to the files that are read."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ruleengine.facts.records import FactsUnreadable
from ruleengine.portfolio.paths import files_of, is_remote, size_of
from ruleengine.portfolio.remote import remote_blocks


def make(folder: Path, *names: str) -> None:
    """Files of five bytes."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"12345")


def test_a_file_is_taken_by_its_name_whatever_that_is(tmp_path: Path) -> None:
    make(tmp_path, "x[1]*.ndjson", "x1.ndjson", "it's {{ x }}?.csv")
    for name in ("x[1]*.ndjson", "it's {{ x }}?.csv"):
        assert files_of([str(tmp_path / name)]) == [str(tmp_path / name)]
    assert files_of(["-", "s3://b/*.parquet", str(tmp_path / "none.json")])[:2] == ["-", "s3://b/*.parquet"]


def test_patterns_and_folders_are_in_order(tmp_path: Path) -> None:
    make(
        tmp_path,
        "b/2.ndjson",
        "b/1.ndjson.gz",
        "a/x.parquet",
        "a/notes.txt",
        "_log/x.json",
        "b/.x.csv",
        "c/deep/y.JSONL",
    )
    wanted = ["a/x.parquet", "b/1.ndjson.gz", "b/2.ndjson", "c/deep/y.JSONL"]
    assert files_of([str(tmp_path)]) == [str(tmp_path / name) for name in wanted]
    assert files_of([str(tmp_path / "b/[0-9].*")]) == [
        str(tmp_path / name) for name in ("b/1.ndjson.gz", "b/2.ndjson")
    ]
    assert files_of([str(tmp_path / "**/*.parquet")]) == [str(tmp_path / "a/x.parquet")]
    assert size_of(files_of([str(tmp_path)])) == 20
    assert size_of(["-", "https://x/y.parquet", str(tmp_path / "none")]) == 0


def test_what_fits_nothing_is_refused(tmp_path: Path) -> None:
    make(tmp_path, "accounts.ndjson", "empty/notes.txt")
    for path, words in (
        ("acounts*", "no file fits"),
        ("empty", "holds no facts"),
        ("none/*.csv", "no file fits"),
    ):
        with pytest.raises(FactsUnreadable, match=words) as refused:
            files_of([str(tmp_path / path)])
        assert refused.value.diagnostic.code == "RE514"


def test_addresses() -> None:
    assert all(map(is_remote, ("s3://b/x", "gs://b/x", "https://h/x", "HTTP://h/x")))
    assert not any(map(is_remote, ("x", "./s3/x", "file:x", "-", "C:/x")))


def test_the_bytes_of_an_address_are_the_engines(tmp_path: Path) -> None:
    """A local file stands in for a remote one: the engine reads both with one function."""
    make(tmp_path, "x.ndjson")
    assert list(remote_blocks(duckdb.connect(), str(tmp_path / "x.ndjson"))) == [b"12345"]
    with pytest.raises(FactsUnreadable, match="there is no file"):
        list(remote_blocks(duckdb.connect(), str(tmp_path / "none.ndjson")))

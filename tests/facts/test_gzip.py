"""Gzipped facts in every format, and what is read of damaged ones."""

from __future__ import annotations

import gzip
import io
import random
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleengine.facts.readers import read_facts
from ruleengine.facts.records import FactsUnreadable, ReadOptions, ReadSummary, Rejection

from .samples import customer_schema, in_short, read_bytes, reasons

LINES = b"".join(b'{"id":"%d"}\n' % number for number in range(5))
PACKED = gzip.compress(LINES, mtime=0)
FIVE = [(number + 1, str(number)) for number in range(5)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.ndjson.gz", LINES),
        ("x.json.gz", b'[{"id":"0"},\n{"id":"1"},\n{"id":"2"},\n{"id":"3"},\n{"id":"4"}]'),
        ("x.gz", LINES),
        ("x.ndjson", LINES),
    ],
)
def test_gzip_is_told_by_its_first_bytes(tmp_path: Path, name: str, content: bytes) -> None:
    items, _ = read_bytes(tmp_path, name, gzip.compress(content))
    assert in_short(items) == FIVE


def test_gzipped_csv(tmp_path: Path) -> None:
    items, _ = read_bytes(tmp_path, "x.csv.gz", gzip.compress(b"\xef\xbb\xbfid,size\na,1\n"))
    assert in_short(items) == [(2, "a")]


def test_gzip_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(PACKED)))
    assert in_short(list(read_facts(["-"], customer_schema()))) == FIVE


def test_several_members_and_padding(tmp_path: Path) -> None:
    items, summary = read_bytes(tmp_path, "x.ndjson.gz", PACKED + PACKED + b"\0" * 100)
    assert [item.line for item in items] == list(range(1, 11))
    assert summary.repeated_ids == 5


@pytest.mark.parametrize(
    ("content", "expected", "reason"),
    [
        (PACKED[:-1], [*FIVE, (6, "RE501")], "the gzip data ends early"),
        (PACKED[:5], [(1, "RE501")], "the gzip data ends early"),
        (b"", [(1, "RE501")], "the gzip data ends early"),
        (b"plain", [(1, "RE501")], "the gzip data is damaged: incorrect header check"),
        (PACKED + b"garbage", [*FIVE, (6, "RE501")], "the gzip data is damaged: incorrect header check"),
        (
            PACKED[:-8] + b"\0\0\0\0" + PACKED[-4:],
            [*FIVE, (6, "RE501")],
            "the gzip data is damaged: its check sum is wrong, so the records before may be wrong too",
        ),
    ],
)
def test_damage_is_one_rejection_after_what_is_complete(
    tmp_path: Path, content: bytes, expected: list[tuple[int, str]], reason: str
) -> None:
    items, _ = read_bytes(tmp_path, "x.ndjson.gz", content)
    assert in_short(items) == expected
    assert reasons(items) == [reason]


def test_a_cut_in_the_middle_keeps_the_lines_before_it(tmp_path: Path) -> None:
    items, _ = read_bytes(tmp_path, "x.ndjson.gz", PACKED[:-9])
    assert in_short(items) == [*FIVE[:4], (5, "RE501")]


def test_a_cut_row_of_csv_is_never_taken_for_a_whole_one(tmp_path: Path) -> None:
    rows = b"id,size\n" + b"".join(b"row-%d,%d\n" % (number, 1000 + number) for number in range(200))
    whole = {f"row-{number}": 1000 + number for number in range(200)}
    packed = gzip.compress(rows)
    for cut in range(60, len(packed) - 1, 7):
        items, _ = read_bytes(tmp_path, "x.csv.gz", packed[:cut])
        *records, last = items
        assert isinstance(last, Rejection)
        assert last.line == len(records) + 2
        for record in records:
            assert not isinstance(record, Rejection)
            assert whole[str(record.id)] == record.document["size"]


def test_a_cut_json_list_keeps_its_whole_elements(tmp_path: Path) -> None:
    content = b'[{"id":"a"},\n{"id":"b"},\n{"id":"c"}]'
    packed = gzip.compress(content, compresslevel=0)
    items, _ = read_bytes(tmp_path, "x.json.gz", packed[: packed.index(b'"c"') + 1])
    assert in_short(items) == [(1, "a"), (2, "b"), (3, "RE501")]
    assert reasons(items) == ["the gzip data ends early"]


def test_the_bytes_before_damage_are_read_although_they_came_in_one_block(tmp_path: Path) -> None:
    """Stored members, of which the second is damaged: everything before the damage comes out."""
    second = bytearray(gzip.compress(LINES, compresslevel=0))
    second[10] = 0x07  # the type of the first block does not exist
    items, _ = read_bytes(tmp_path, "x.ndjson.gz", PACKED + bytes(second))
    assert in_short(items) == [*FIVE, (6, "RE501")]
    assert reasons(items) == ["the gzip data is damaged: invalid block type"]


def test_the_limit_of_decompressed_bytes_holds_over_all_inputs(tmp_path: Path) -> None:
    for name in ("1.ndjson.gz", "2.ndjson.gz"):
        (tmp_path / name).write_bytes(PACKED)
    summary = ReadSummary()
    paths = [str(tmp_path / name) for name in ("1.ndjson.gz", "2.ndjson.gz")]
    limit = len(LINES) + 10
    items = list(read_facts(paths, customer_schema(), ReadOptions(max_decompressed_bytes=limit), summary))
    assert in_short(items) == [*FIVE, (1, "RE501")]
    assert reasons(items) == [f"the data comes to more than {limit} bytes after decompression"]
    assert (summary.read, summary.delivered, summary.rejected) == (6, 5, 1)


def test_a_bomb_ends_at_the_limit(tmp_path: Path) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    items, _ = read_bytes(tmp_path, "x.ndjson.gz", bomb, max_decompressed_bytes=3_000_000)
    assert in_short(items) == [(1, "RE501")]
    assert "more than 3,000,000 bytes" in reasons(items)[0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.integers(0, 2_000), st.integers(0, 255), st.sampled_from(["json", "ndjson", "csv"]))
def test_any_damaged_byte_leaves_the_counts_right(tmp_path: Path, place: int, byte: int, chosen: str) -> None:
    drawn = random.Random(1)
    ids = [drawn.getrandbits(40) for _ in range(100)]
    contents = {
        "json": "[" + ",\n".join(f'{{"id":"{each}"}}' for each in ids) + "]",
        "ndjson": "\n".join(f'{{"id":"{each}"}}' for each in ids),
        "csv": "id\n" + "\n".join(map(str, ids)),
    }
    packed = bytearray(gzip.compress(contents[chosen].encode(), mtime=0))
    packed[place % (len(packed) - 40) + 40] = byte
    try:
        items, _ = read_bytes(tmp_path, f"x.{chosen}.gz", bytes(packed))
    except FactsUnreadable:
        assert chosen == "csv"  # the damage is in the header
    else:
        assert items

"""gzip data and Parquet that are cut, damaged, padded, of many members, or bombs."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from random import Random

import duckdb
import pytest

from ruleengine.facts.readers import read_facts
from ruleengine.facts.records import ReadOptions, Record, Rejection
from tests.facts.samples import customer_schema
from tests.hostile.scored import make_project, score, score_twice

PLAIN = b"".join(b'{"id":"account-%d","share":%d.5}\n' % (n, n) for n in range(300))
#: Some of it cannot be compressed, so that a cut of the packed data cuts the plain data in the middle.
MIXED = b"".join(
    b'{"id":"account-%d","name":"%s"}\n' % (n, Random(n).randbytes(40).hex().encode()) for n in range(300)
)


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_project(tmp_path / "project", monkeypatch)


def test_whole_gzip_data_of_any_make() -> None:
    Path("plain.ndjson").write_bytes(PLAIN)
    expected = score(["plain.ndjson"], "python")
    members = b"".join(gzip.compress(PLAIN[n : n + 1_000]) for n in range(0, len(PLAIN), 1_000))
    named = gzip.compress(b"", mtime=0)[:3] + b"\x1e" + bytes(6) + b"\x03\x00abc" + b"\x1b[31mname\0comment\0"
    body = zlib.compressobj(wbits=-15)
    header = zlib.crc32(named) & 0xFFFF
    named += header.to_bytes(2, "little") + body.compress(PLAIN) + body.flush()
    named += zlib.crc32(PLAIN).to_bytes(4, "little") + len(PLAIN).to_bytes(4, "little")
    makes = {
        "one member": gzip.compress(PLAIN),
        "many members": members,
        "empty members between": gzip.compress(b"") + gzip.compress(PLAIN) + gzip.compress(b"") * 50,
        "stored and not compressed": gzip.compress(PLAIN, 0),
        "padded with zeros": gzip.compress(PLAIN) + bytes(10_000),
        "zeros between members": gzip.compress(PLAIN[:1_000]) + bytes(512) + gzip.compress(PLAIN[1_000:]),
        "a header with all fields": named,
    }
    for name, packed in makes.items():
        Path("facts.ndjson.gz").write_bytes(packed)
        found = score(["facts.ndjson.gz"], "python")
        assert (found.results, found.counts) == (expected.results, expected.counts), name
    Path("facts.ndjson").write_bytes(members)  # what is gzip data is told by its content
    assert score(["facts.ndjson"], "duckdb").results == expected.results
    assert score(["-"], "python", "--facts-format", "ndjson", stdin=members).results == expected.results


def test_gzip_data_that_is_cut_anywhere() -> None:
    """What comes before the cut is scored, and one rejection tells of the cut; nothing is made up."""
    packed = gzip.compress(MIXED, mtime=0)
    Path("whole.ndjson").write_bytes(MIXED)
    whole = score(["whole.ndjson"], "python").results
    places = [
        *range(2, 30, 3),
        *range(30, len(packed), len(packed) // 8),
        *range(len(packed) - 9, len(packed), 3),
    ]
    for cut in places:
        Path("facts.ndjson.gz").write_bytes(packed[:cut])
        found = score(["facts.ndjson.gz"], "python")
        assert found.results == whole[: len(found.results)], cut
        assert [each["reason"] for each in found.rejects] == ["the gzip data ends early"], cut
        assert found.code == 4
    Path("facts.ndjson.gz").write_bytes(packed[: len(packed) // 2])
    score_twice(["facts.ndjson.gz"])


def test_gzip_data_that_is_damaged() -> None:
    random = Random(5)
    packed = gzip.compress(MIXED, mtime=0)
    for _ in range(15):
        place = random.randrange(len(packed))
        broken = bytearray(packed)
        broken[place] ^= 1 << random.randrange(8)
        Path("facts.ndjson.gz").write_bytes(broken)
        found = score(["facts.ndjson.gz"], "python")
        harmless = found.counts == (300, 300, 0)  # a flag or a name in the header
        assert harmless or found.rejects, place


@pytest.mark.parametrize(
    "content",
    [b"", b"\x1f", b"\x1f\x8b", b"\x1f\x8b\x08", b"\x1f\x8b\x09" + bytes(20), b"\x1f\x8b" + b"\xff" * 100, b"not gzip\n", bytes(100)],
)  # fmt: skip
def test_what_is_called_gz_and_is_none(content: bytes) -> None:
    Path("facts.ndjson.gz").write_bytes(content)
    found = score(["facts.ndjson.gz"], "python")
    assert found.code in (4, 5)
    assert found.said.count("gzip data") == 1


def test_bombs_end_at_the_limit() -> None:
    """The limit counts what comes out, over all members and all files together."""
    blanks = gzip.compress(b" " * 2_000_000)
    deep = gzip.compress(gzip.compress(bytes(4_000_000)))
    record = gzip.compress(b'{"id":"a"}\n')
    cases = {
        "one line": [blanks],
        "many members": [gzip.compress(b"\n" * 50_000) * 30],
        "many files": [record + gzip.compress(b"\n" * 400_000)] * 4,
        "records": [gzip.compress(b'{"id":"a"}\n' * 100_000)],
    }
    options = ReadOptions(max_decompressed_bytes=1_000_000)
    for name, contents in cases.items():
        paths = []
        for number, content in enumerate(contents):
            paths.append(f"{number}.ndjson.gz")
            Path(paths[-1]).write_bytes(content)
        items = list(read_facts(paths, customer_schema(), options))
        told = [each.reason for each in items if isinstance(each, Rejection)]
        assert "the data comes to more than 1,000,000 bytes after decompression" in told, name
    Path("deep.ndjson.gz").write_bytes(deep)  # gzip data in gzip data is not unpacked twice
    (item,) = read_facts(["deep.ndjson.gz"], customer_schema(), options)
    assert isinstance(item, Rejection)


def parquet(rows: int = 200) -> bytes:
    with duckdb.connect() as connection:
        connection.sql(
            f"SELECT 'account-' || range AS id, range + 0.5 AS share FROM range({rows})"
        ).write_parquet("made.parquet", row_group_size=2_048)
    return Path("made.parquet").read_bytes()


def test_parquet_that_is_cut_or_damaged() -> None:
    """One message and exit code 5, or results for all rows; never a fault of the engine."""
    whole = parquet()
    random = Random(7)
    broken = [whole[:cut] for cut in (0, 4, len(whole) // 2, len(whole) - 1)]
    broken += [whole + b"\n", whole[4:], b"PAR1" + whole[-300:], whole[:-8] + b"\xff\xff\xff\x7fPAR1"]
    for _ in range(3):
        changed = bytearray(whole)
        changed[random.randrange(len(whole) - 400, len(whole) - 8)] ^= 1 << random.randrange(8)
        broken.append(bytes(changed))
    codes = set()
    for content in broken:
        Path("facts.parquet").write_bytes(content)
        found = score(["facts.parquet"], "duckdb")
        codes.add(found.code)
        if found.code == 5:
            assert found.said.count("error[RE514]") == 1, found.said
    assert 5 in codes


def test_a_list_in_another_engine_has_the_same_accounts() -> None:
    """Two documents with one id, in files of different formats: both are scored, and it is said where."""
    Path("1.ndjson").write_text(json.dumps({"id": "twice", "share": 1}) + "\n", encoding="utf-8")
    Path("2.csv").write_text("id,share\nonce,1\ntwice,2\n", encoding="utf-8")
    Path("3.json").write_text(json.dumps([{"id": "twice"}, {"id": 7}, {"id": "7"}]), encoding="utf-8")
    scored = score_twice(["1.ndjson", "2.csv", "3.json"])
    assert [each["id"] for each in scored.results] == ["twice", "once", "twice", "twice", 7, "7"]
    assert scored.said.count("warning[RE503]") == 2
    assert "the id `twice` occurs again, after line 1 of `1.ndjson`" in scored.said


def test_the_first_record_is_scored_before_the_damage() -> None:
    packed = gzip.compress(b'{"id":"a"}\n', mtime=0) + b"garbage"
    Path("facts.ndjson.gz").write_bytes(packed)
    items = list(read_facts(["facts.ndjson.gz"], customer_schema()))
    assert [type(each) for each in items] == [Record, Rejection]

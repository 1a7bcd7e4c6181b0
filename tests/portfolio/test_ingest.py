"""The reader of portfolios says what the reader of single documents says, whatever stands in the file."""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleengine.facts.model import FactSchema
from ruleengine.facts.records import KEPT_REPORTS, ReadOptions
from ruleengine.facts.schema import schema_from_document
from ruleengine.portfolio.ingest import Ingest
from ruleengine.portfolio.reading import IngestOptions
from tests.facts.samples import customer_schema
from tests.portfolio.hostile_lines import ODD, mixed, plain
from tests.portfolio.reading_twice import Read, all_columns, assert_the_same

SCHEMA = customer_schema()
#: So many plain lines around an odd one that it is found by itself.
AROUND = 30


def check(folder: Path, name: str, content: bytes, fast: list[int] | None = None, **how: Any) -> Read:
    """Write a file; both readers say the same of it."""
    path = folder / name
    path.write_bytes(content)
    return assert_the_same([str(path)], SCHEMA, how.pop("options", None), fast=fast, **how)


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_line_among_plain_ones(odd: str, tmp_path: Path) -> None:
    lines = [plain(number) for number in range(AROUND)]
    lines.insert(AROUND // 2, ODD[odd])
    fast: list[int] = []
    check(tmp_path, "x.ndjson", b"\n".join(lines) + b"\n", fast)
    assert sum(fast) >= AROUND


def test_a_long_file_with_some_broken_lines(tmp_path: Path) -> None:
    content = b"\n".join(mixed(20_000, 200, seed=5)) + b"\n"
    fast: list[int] = []
    found = check(tmp_path, "x.ndjson", content, fast, rows=7_000)
    assert len(fast) == 2  # a piece of 2 MB is never divided
    assert sum(fast) > 19_800
    assert len(found.rejections) > 50
    assert found.counts[0] == len(found.rows) + len(found.rejections)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n", b" \n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_ends_of_lines_and_a_byte_order_mark(end: bytes, mark: bytes, tmp_path: Path) -> None:
    content = mark + end.join(mixed(300, 20, seed=1))
    check(tmp_path, "x.ndjson", content)
    check(tmp_path, "x.ndjson", content + end)


def test_chunks_of_any_size_say_the_same(tmp_path: Path) -> None:
    content = b"\n".join(mixed(400, 40, seed=2))
    found = [check(tmp_path, "x.ndjson", content, rows=rows) for rows in (1, 50, 1_000)]
    assert found[0] == found[1] == found[2]


def test_keys_in_any_order_and_keys_that_come_later(tmp_path: Path) -> None:
    random = Random(3)
    lines = []
    for number in range(3_000):
        document = json.loads(plain(number))
        extra = {f"extra_{random.randrange(1 + number // 100)}": random.choice([1, 2.5, None, -3])}
        document["usage"] |= extra if number % 3 else {}
        items = list((document | extra).items())
        random.shuffle(items)
        lines.append(json.dumps(dict(items)).encode())
    fast: list[int] = []
    check(tmp_path, "x.ndjson", b"\n".join(lines), fast)
    assert sum(fast) == 3_000


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_moments_without_an_offset_are_in_the_zone_of_the_ruleset(zone: str, tmp_path: Path) -> None:
    moments = ["2024-07-01T10:00", "2024-07-01T10:00:00.000001", "2024-03-10T02:30:00", "2024-07-01T10:00Z"]
    lines = [
        json.dumps({"id": str(n), "usage": {"events": [{"at": at}]}}) for n, at in enumerate(moments * 10)
    ]
    fast: list[int] = []
    check(tmp_path, "x.ndjson", "\n".join(lines).encode(), fast, zone=zone)
    assert sum(fast) == 40


def test_the_limits_of_reading(tmp_path: Path) -> None:
    long = b'{"id":"' + b"x" * 3_000_000 + b'"}'
    lines = [plain(1), long, plain(2), b'{"id":"' + b"y" * 200 + b'"}', plain(3)]
    for longest in (100, 250, 1_000_000, 64 * 2**20):
        found = check(tmp_path, "x.ndjson", b"\n".join(lines), options=ReadOptions(max_line_bytes=longest))
        assert len(found.rows) == {100: 0, 250: 4, 1_000_000: 4}.get(longest, 5)
        check(tmp_path, "x.ndjson", b"\n".join([*lines, long]), options=ReadOptions(max_line_bytes=longest))
    for nesting in (1, 2, 3, 4):
        check(tmp_path, "x.ndjson", b"\n".join(lines), options=ReadOptions(max_nesting=nesting))
    packed = gzip.compress(b"\n".join(lines))
    check(tmp_path, "x.ndjson.gz", packed, options=ReadOptions(max_decompressed_bytes=3_000_100))


@pytest.mark.parametrize("cut", [1, 9, 40, 2_000])
def test_a_damaged_gzip_file(cut: int, tmp_path: Path) -> None:
    packed = gzip.compress(b"\n".join(mixed(2_000, 50, seed=4)) + b"\n", mtime=0)
    check(tmp_path, "x.ndjson.gz", packed)
    found = check(tmp_path, "x.ndjson.gz", packed[:-cut])
    assert found.rejections[-1].reason == "the gzip data ends early"
    check(tmp_path, "x.ndjson.gz", packed[: len(packed) // 2] + b"\xff" * 20 + packed[len(packed) // 2 :])
    check(tmp_path, "x.json.gz", gzip.compress(b'[{"id":"a"},\n{"id":"b"},\n{"id":"c"}]')[:-cut])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.json", '[{"id":"a"},{"id":"a","size":"x"},\n{"id":5},{},{"id":"b",},[],{"id":"c","usage":{"share":3}}'),
        ("x.json", '{"id":"a","size":1}'),
        ("x.json", ""),
        ("x.ndjson", ""),
        ("x.ndjson", "\n\n \n"),
        ("x.csv", "id,size,usage.share,usage.since,usage.active,usage.events,other\n"
                  "a,1,2.5,2024-01-01,true,\"[{\"\"at\"\":\"\"2024-01-01T10:00Z\"\"}]\",x\nb,x,,2024-13-01,maybe,[],\n"
                  "\n,1,,,,,\nc,1\nd,5.0,-0.0,,,not json,\n\"e\n"),
        ("x.csv", "size\n1\n"),
        ("x.csv", "id,id\na,b\n"),
        ("x.csv", ""),
        ("x", '{"id":"a"}\n{"id":"b"}\n'),
        ("x", "id\na\n"),
    ],
)  # fmt: skip
def test_other_formats(name: str, content: str, tmp_path: Path) -> None:
    check(tmp_path, name, content.encode())
    check(tmp_path, name, content.encode(), rows=1)


def test_several_files_and_ids_that_come_again(tmp_path: Path) -> None:
    contents = {
        "1.ndjson": b"\n".join([plain(1), b"", plain(2), b'{"id":1}', b"{}", plain(1)]),
        "2.csv": b"id,size\naccount-2,5\n1,5\n1,x\n",
        "3.json": b'[{"id":1},{"id":"account-1"},\n{"id":"account-9","size":"x"},{"id":"account-9"}]',
        "4.ndjson": b"\n".join(plain(number) for number in range(20)),
    }
    paths = []
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        paths.append(str(tmp_path / name))
    for rows in (1, 3, 1_000):
        found = assert_the_same(paths, SCHEMA, rows=rows)
        assert found.counts[3] == 9


def test_more_reports_than_are_kept(tmp_path: Path) -> None:
    lines = [line for n in range(3 * KEPT_REPORTS) for line in (plain(n % 50), b"{}" if n % 3 else b'{"id":')]
    for rows in (20, 10_000):
        found = check(tmp_path, "x.ndjson", b"\n".join(lines), rows=rows)
        assert len(found.reports) == KEPT_REPORTS


def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"\n".join(mixed(200, 20, seed=8))

    def fresh() -> None:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))

    from tests.portfolio import reading_twice

    fresh()
    expected = reading_twice.read_singly(["-"], SCHEMA, ReadOptions())
    fresh()
    found = reading_twice.read_in_chunks(["-"], SCHEMA, ReadOptions())
    assert (found.rows, found.rejections, found.counts) == (
        expected.rows,
        expected.rejections,
        expected.counts,
    )


def other_schema() -> FactSchema:
    """A schema whose names are hostile to SQL, with an id within a record."""
    text = {"type": "string"}
    inner = {
        "type": "object",
        "properties": {"a'b": text, 'c"d': {"type": "integer"}, "id": {"type": "integer", "x-id": True}},
    }
    entry = {
        "type": "object",
        "properties": {
            "x, y": text,
            "in": {"type": "object", "properties": {"day": {**text, "format": "date"}}},
        },
    }
    properties = {
        "select": inner, 'x"; DROP TABLE facts; --': text, "{{ x }}": {"type": "array", "items": entry},
        "words": {"enum": ["it's", 'a"b', "{{ x }}", "é"]}, "numbers": {"type": "array", "items": {"type": "number"}},
        "texts": {"type": "array", "items": {"type": "array", "items": text}},
    }  # fmt: skip
    found, reports = schema_from_document(
        {"type": "object", "properties": properties}, name="odd", version="1"
    )
    assert found is not None
    assert reports == []
    return found


texts = st.sampled_from(
    ["a", "it's", 'x"; DROP TABLE facts', "{{ x }}", "é", "日本", "", "\\", "\U0001f600", "?", "1", "true"]
)
numbers = st.sampled_from([0, 1, -1, 5.0, 0.5, -0.0, 1e14, 1e15, 1e300, 2**53, 2**63, 2**64, 10**30])
odd_values = st.one_of(st.none(), st.booleans(), numbers, texts, st.just([]), st.just({}), st.just([None]))
documents = st.fixed_dictionaries(
    {"select": st.fixed_dictionaries({"id": st.one_of(st.integers(1, 10**6), odd_values)},
                                     optional={"a'b": odd_values, 'c"d': st.one_of(numbers, odd_values)})},
    optional={
        'x"; DROP TABLE facts; --': odd_values,
        "{{ x }}": st.lists(st.fixed_dictionaries({}, optional={
            "x, y": st.one_of(texts, odd_values),
            "in": st.fixed_dictionaries({}, optional={"day": st.sampled_from(["2024-02-29", "2023-02-29", None, "x"])}),
        }), max_size=3),
        "words": st.sampled_from(["it's", 'a"b', "{{ x }}", "é", "e", None]),

        "numbers": st.lists(st.one_of(numbers, numbers, st.none()), max_size=3),
        "texts": st.lists(st.one_of(st.lists(texts, max_size=2), st.none()), max_size=2),
        "beside": odd_values,
    },
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(documents, max_size=25), st.booleans(), st.sampled_from([3, 1_000]))
def test_random_documents_of_a_hostile_schema(
    tmp_path: Path, found: list[dict[str, Any]], ascii_only: bool, rows: int
) -> None:
    path = tmp_path / "x.ndjson"
    path.write_text("\n".join(json.dumps(each, ensure_ascii=ascii_only) for each in found), encoding="utf-8")
    assert_the_same([str(path)], other_schema(), rows=rows)


def test_reading_that_is_given_up_leaves_nothing_in_the_engine(tmp_path: Path) -> None:
    path = tmp_path / "x.ndjson"
    path.write_bytes(b"\n".join(mixed(40_000, 10, seed=9)))
    connection = duckdb.connect()
    ingest = Ingest(connection, SCHEMA, all_columns(SCHEMA), IngestOptions(rows=100))
    chunks = ingest.chunks([str(path)])
    first = next(chunks)
    assert 0 < first.bytes_read < ingest.total_bytes == path.stat().st_size
    chunks.close()
    left = connection.execute("SELECT table_name FROM information_schema.tables").fetchall()
    assert left == []
    with pytest.raises(duckdb.CatalogException):
        connection.execute(f"SELECT * FROM {first.table}_read")

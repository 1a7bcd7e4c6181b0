"""Formats, lines, ids and counts: every document is delivered or rejected, with its place."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleengine.facts.readers import FORMATS, read_facts
from ruleengine.facts.records import (
    KEPT_REPORTS,
    FactsUnreadable,
    ReadOptions,
    ReadSummary,
    Record,
    Rejection,
    rejection_report,
)
from ruleengine.facts.schema import schema_from_document

from .samples import customer_schema, in_short, read_bytes, reasons

TWO = '{"id":"a","size":1}\n{"id":"b","usage":{"active":true}}\n'


def test_ndjson(tmp_path: Path) -> None:
    content = b'\xef\xbb\xbf{"id":"a"}\r\n\n  \n{"id":"b","size":2}\n[]\n{"id":\n{"id":"c"}'
    items, summary = read_bytes(tmp_path, "facts.ndjson", content)
    assert in_short(items) == [(1, "a"), (4, "b"), (5, "RE501"), (6, "RE501"), (7, "c")]
    assert reasons(items) == ["it is a list, not an object", "a value is expected here"]
    assert (summary.read, summary.delivered, summary.rejected) == (5, 3, 2)
    assert isinstance(items[1], Record)
    assert items[1].document == {"id": "b", "size": 2}
    assert items[1].path == str(tmp_path / "facts.ndjson")


def test_one_json_object(tmp_path: Path) -> None:
    items, _ = read_bytes(tmp_path, "facts.json", b'\n{\n "id": "a"\n}\n')
    assert in_short(items) == [(2, "a")]


def test_a_json_list_tells_the_line_of_each_element(tmp_path: Path) -> None:
    content = (
        b'[\n {"id": "a"}, {"id": "b"},\n {\n  "id": "c"},\n 7,\n {"id": "d", "size": NaN},\n {"id": "e"}]\n'
    )
    items, _ = read_bytes(tmp_path, "facts.json", content)
    assert in_short(items) == [(2, "a"), (2, "b"), (3, "c"), (5, "RE501"), (6, "RE501"), (7, "e")]
    assert [item.column for item in items if isinstance(item, Rejection)] == [2, 22]


@pytest.mark.parametrize(
    ("content", "expected", "reason"),
    [
        (b"[]", [], None),
        (b"", [], None),
        (b" \n\n", [], None),
        (
            b'[{"id":"a"},\n{"id":tru},{"id":"c"}]',
            [(1, "a"), (2, "RE501"), (2, "c")],
            "a value is expected here",
        ),
        (b'[{"id":"a"},\n,{"id":"b"}]', [(1, "a"), (2, "RE501"), (2, "b")], "a value is expected here"),
        (b'[{"id":"a"},\n]', [(1, "a"), (2, "RE501")], "a comma stands before the closing bracket"),
        (b'[nope, {"id":"b"}]', [(1, "RE501"), (1, "b")], "a value is expected here"),
        (
            b'[{"id":"a"}\n{"id":"b"}]',
            [(1, "a"), (2, "RE501")],
            "a comma or a closing bracket is expected here; what follows is not read",
        ),
        (b'[{"id":"a"}\n', [(1, "a"), (2, "RE501")], "the list does not end"),
        (
            b'[{"id":"a"},\n{"id":"b"',
            [(1, "a"), (2, "RE501")],
            "a comma or a closing bracket is expected here",
        ),
        (b'[{"id":"a"}]\nx', [(1, "a"), (2, "RE501")], "more text follows after the end of the list"),
        (b'[{"id":"\xff"},{"id":"b"}]', [(1, "RE501"), (1, "b")], "the byte 0xff is no UTF-8"),
        (b"[" * 50_000, [(1, "RE501")], "more than 200 levels are nested"),
        (
            b'{"id":"a"}\n{"id":"b"}',
            [(2, "RE501")],
            "more text follows after the document; one document a line is the format ndjson",
        ),
    ],
)
def test_json_that_is_broken_in_places(
    tmp_path: Path, content: bytes, expected: list[tuple[int, str]], reason: str | None
) -> None:
    items, _ = read_bytes(tmp_path, "facts.json", content)
    assert in_short(items) == expected
    assert reasons(items) == ([reason] if reason else [])


@pytest.mark.parametrize("name", ["x.csv", "x.json", "x.ndjson", "x.txt"])
@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_what_holds_nothing_has_no_records_in_any_format(tmp_path: Path, name: str, content: bytes) -> None:
    items, summary = read_bytes(tmp_path, name, content)
    assert (items, summary.read, summary.reports) == ([], 0, [])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize(
    ("name", "text"),
    [("x.csv", "id,size\na,1\n"), ("x.json", '[{"id": "a"}]'), ("x.ndjson", '{"id": "a"}\n{"id": "b"}\n'), ("x", "id\na\n")],
)  # fmt: skip
def test_wide_text_is_one_message(tmp_path: Path, name: str, text: str, encoding: str) -> None:
    with pytest.raises(FactsUnreadable) as caught:
        read_bytes(tmp_path, name, text.encode(encoding))
    assert caught.value.diagnostic.code == "RE514"
    assert caught.value.diagnostic.message.endswith("is UTF-16 text, and facts are UTF-8")
    assert "UTF-8" in caught.value.diagnostic.help


def test_a_nul_is_no_wide_text(tmp_path: Path) -> None:
    items, _ = read_bytes(tmp_path, "x.ndjson", b'\0\n{"id":"a"}\n')
    assert in_short(items) == [(1, "RE501"), (2, "a")]
    items, _ = read_bytes(tmp_path, "x.ndjson", b'{\0}\n{"id":"a"}\n')
    assert in_short(items) == [(1, "RE501"), (2, "a")]


def test_lines_that_end_in_carriage_returns_alone_are_one_message(tmp_path: Path) -> None:
    items, _ = read_bytes(tmp_path, "x.ndjson", b'{"id":"a"}\r{"id":"b"}\r')
    assert in_short(items) == [(1, "RE501")]
    assert reasons(items)[0].startswith("its lines end in carriage returns alone")
    with pytest.raises(FactsUnreadable, match="its lines end in carriage returns alone"):
        read_bytes(tmp_path, "x.csv", b"id,size\ra,1\rb,2\r")
    items, _ = read_bytes(tmp_path, "x.csv", b"id,size\na,\r1\nb,2\n")
    assert reasons(items) == ["a carriage return stands outside of quotes"]
    items, _ = read_bytes(tmp_path, "x.json", b'[{"id":"a"},\r{"id":"b"}]\r')
    assert in_short(items) == [(1, "a"), (1, "b")]


def test_a_line_that_is_too_long_is_rejected_and_the_next_ones_are_read(tmp_path: Path) -> None:
    content = b'{"id":"' + b"x" * 2_000_000 + b'"}\n{"id":"b"}\n{"id":"' + b"y" * 100 + b'"}\n{"id":"c"}'
    items, _ = read_bytes(tmp_path, "facts.ndjson", content, max_line_bytes=50)
    assert in_short(items) == [(1, "RE501"), (2, "b"), (3, "RE501"), (4, "c")]
    assert set(reasons(items)) == {"the line is longer than 50 bytes"}


def test_a_line_across_many_blocks(tmp_path: Path) -> None:
    long = "x" * 3_000_000
    items, _ = read_bytes(
        tmp_path, "facts.ndjson", f'{{"id":"a"}}\n{{"id":"{long}"}}\n{{"id":"c"}}\n'.encode()
    )
    assert in_short(items) == [(1, "a"), (2, long), (3, "c")]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x", TWO, [(1, "a"), (2, "b")]),
        ("x", '\n\n[{"id":"a"}]', [(3, "a")]),
        ("x", '{\n"id":"a"}', [(1, "a")]),
        ("x", '{"id":"a"}', [(1, "a")]),
        ("x", '{"id":"a",}\n{"id":"b"}\n', [(1, "RE501"), (2, "b")]),
        ("x", "id,size\na,1\n", [(2, "a")]),
        ("x", "", []),
        ("x.JSONL", TWO, [(1, "a"), (2, "b")]),
        ("x.json", '{"id":"a"}\n', [(1, "a")]),
        ("x.v2.csv", "id\na\n", [(2, "a")]),
    ],
)
def test_the_format_is_told_by_name_or_content(
    tmp_path: Path, name: str, content: str, expected: list[tuple[int, str]]
) -> None:
    items, _ = read_bytes(tmp_path, name, content.encode())
    assert in_short(items) == expected


def test_the_format_can_be_said(tmp_path: Path) -> None:
    items, _ = read_bytes(tmp_path, "x.json", TWO.encode(), format="ndjson")
    assert in_short(items) == [(1, "a"), (2, "b")]
    assert sorted(FORMATS) == ["csv", "json", "ndjson"]


class Dripping(io.RawIOBase):
    """A pipe that gives one byte at a time."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1) -> bytes:
        first, self._content = self._content[:1], self._content[1:]
        return first


@pytest.mark.parametrize("content", [TWO, '[{"id":"a"},\n{"id":"b"}]', "\ufeffid\na\nb\n"])
@pytest.mark.parametrize("stream", [io.BytesIO, Dripping])
def test_standard_input(content: str, stream: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=stream(content.encode())))
    items = list(read_facts(["-"], customer_schema()))
    assert [item.id for item in items] == ["a", "b"]
    assert {item.path for item in items} == {"<stdin>"}


def test_standard_input_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record is delivered before the next one has been written."""
    written = iter([b'{"id":"a"}\n{"id":"b"}\n', b'{"id":"c"}\n', b""])
    asked: list[int] = []

    def read1(size: int) -> bytes:
        asked.append(size)
        return next(written)

    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=SimpleNamespace(read1=read1, read=read1)))
    items = read_facts(["-"], customer_schema(), ReadOptions(format="ndjson"))
    assert [next(items).id, next(items).id] == ["a", "b"]
    assert len(asked) == 1
    assert [item.id for item in items] == ["c"]


def test_standard_input_can_be_read_only_once() -> None:
    with pytest.raises(FactsUnreadable, match="only once"):
        read_facts(["-", "-"], customer_schema())


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "the record has no id: `id` is missing"),
        ('"id":null', "the record has no id: `id` is missing"),
        ('"id":""', "the record has no id: `id` is empty"),
        ('"id":"  "', "the record has no id: `id` is empty"),
        ('"id":1.0', "the record has no id: `id` is neither a text nor an integer"),
        ('"id":true', "the record has no id: `id` is neither a text nor an integer"),
        ('"id":["a"]', "the record has no id: `id` is neither a text nor an integer"),
    ],
)
def test_a_record_without_a_usable_id(tmp_path: Path, value: str, reason: str) -> None:
    items, summary = read_bytes(tmp_path, "x.ndjson", f"{{{value}}}".encode())
    assert in_short(items) == [(1, "RE502")]
    assert reasons(items) == [reason]
    assert [report.code for report in summary.reports] == ["RE502"]


def test_integers_and_texts_are_different_ids(tmp_path: Path) -> None:
    items, summary = read_bytes(tmp_path, "x.ndjson", b'{"id":1}\n{"id":"1"}\n{"id":0}\n{"id":-7}')
    assert [item.id for item in items] == [1, "1", 0, -7]
    assert summary.repeated_ids == 0


def test_an_id_within_a_record(tmp_path: Path) -> None:
    inner = {"type": "object", "properties": {"number": {"type": "integer", "x-id": True}}}
    schema, _ = schema_from_document({"type": "object", "properties": {"a": inner}}, name="t", version="1")
    assert schema is not None
    path = tmp_path / "x.ndjson"
    path.write_text('{"a":{"number":7}}\n{"a":[7]}\n{"a":{}}')
    items = list(read_facts([str(path)], schema))
    assert in_short(items) == [(1, 7), (2, "RE502"), (3, "RE502")]
    assert reasons(items)[0] == "the record has no id: `a.number` is missing"


def test_an_id_that_occurs_again_is_delivered_and_reported(tmp_path: Path) -> None:
    first, second = tmp_path / "1.ndjson", tmp_path / "2.json"
    first.write_text('{"id":"a"}\n{"id":"b"}\n{"id":"a"}\n')
    second.write_text('[{"id":"c"},{"id":"c"},\n{"id":"b"}]')
    summary = ReadSummary()
    items = list(read_facts([str(first), str(second)], customer_schema(), None, summary))
    assert [item.id for item in items] == ["a", "b", "a", "c", "c", "b"]
    assert (summary.read, summary.delivered, summary.repeated_ids) == (6, 6, 3)
    assert [(report.code, str(report.span), report.message) for report in summary.reports] == [
        ("RE503", f"{first}:3:1", "the id `a` occurs again, after line 1"),
        ("RE503", f"{second}:1:1", "the id `c` occurs again, after line 1"),
        ("RE503", f"{second}:2:1", f"the id `b` occurs again, after line 2 of `{first}`"),
    ]
    assert [label.span.line for report in summary.reports for label in report.labels] == [1, 1, 2]


def test_only_the_first_reports_are_kept(tmp_path: Path) -> None:
    _, summary = read_bytes(tmp_path, "x.ndjson", b"{}\n" * (KEPT_REPORTS + 5))
    assert (len(summary.reports), summary.reports_left_out, summary.rejected) == (
        KEPT_REPORTS,
        5,
        KEPT_REPORTS + 5,
    )


def test_the_report_of_a_rejection() -> None:
    report = rejection_report(Rejection("x.ndjson", 7, "a value is expected here", column=3))
    assert str(report) == "x.ndjson:7:3: error[RE501]: the record is rejected: a value is expected here"
    report = rejection_report(Rejection("x.ndjson", 7, "the record has no id: `id` is missing", "RE502"))
    assert str(report) == "x.ndjson:7:1: error[RE502]: the record has no id: `id` is missing"


def test_what_cannot_be_read_raises_before_anything_is_read(tmp_path: Path) -> None:
    good = tmp_path / "accounts.ndjson"
    good.write_text(TWO)
    for path, words, help_text in (
        (tmp_path / "acounts.ndjson", "there is no file", "did you mean `accounts.ndjson`?"),
        (tmp_path / "none" / "x.json", "there is no file", f"there is no folder `{tmp_path / 'none'}`"),
        (tmp_path, "is a folder", "name the files in it"),
    ):
        with pytest.raises(FactsUnreadable) as caught:
            read_facts([str(good), str(path)], customer_schema())
        assert caught.value.diagnostic.code == "RE514"
        assert words in caught.value.diagnostic.message
        assert caught.value.diagnostic.help == help_text


def test_an_input_that_fails_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Iterator[bytes]:
        yield b'{"id":"a"}\n'
        raise OSError(5, "Input/output error")

    blocks = fail()
    buffer = SimpleNamespace(read1=lambda size: next(blocks), read=None)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=buffer))
    items = read_facts(["-"], customer_schema(), ReadOptions(format="ndjson"))
    assert next(items).id == "a"
    with pytest.raises(FactsUnreadable, match="input/output error"):
        next(items)


lines = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [
            b'{"id":"a"}',
            b'{"id":1}',
            b"{}",
            b"",
            b"[",
            b"]",
            b",",
            b'[{"id":"b"}',
            b'"',
            b"id,size",
            b"a,1",
            b"\r",
        ]
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.lists(lines, max_size=8).map(b"\n".join), st.sampled_from(["", "json", "ndjson", "csv"]))
def test_read_is_delivered_and_rejected_for_any_bytes(tmp_path: Path, content: bytes, chosen: str) -> None:
    try:
        items, summary = read_bytes(tmp_path, "x", content, format=chosen)
    except FactsUnreadable:
        # a header that cannot be used, or what looks like UTF-16
        assert chosen in ("", "csv") or b"\0" in content or content.startswith((b"\xff\xfe", b"\xfe\xff"))
    else:
        assert summary.read == len(items)
        line_count = content.count(b"\n") + 1
        assert all(1 <= item.line <= line_count for item in items)
        assert all(isinstance(item, Record) or item.reason for item in items)


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=6), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_formats_agree(tmp_path: Path, ids: list[str], with_size: bool) -> None:
    documents = [
        {"id": each, **({"size": 3, "usage": {"active": True}} if with_size else {})} for each in ids
    ]
    columns = ["id", "size", "usage.active"] if with_size else ["id"]
    rows = [",".join(columns), *(f"{each},3,true" if with_size else each for each in ids)]
    contents = {
        "x.json": json.dumps(documents, indent=1),
        "x.ndjson": "\n".join(json.dumps(each) for each in documents),
        "x.csv": "\n".join(rows),
    }
    for name, content in contents.items():
        items, summary = read_bytes(tmp_path, name, content.encode())
        assert [item.document for item in items if isinstance(item, Record)] == documents
        assert summary.repeated_ids == len(ids) - len(set(ids))

"""CSV: dotted columns, cells typed by the schema, and what a row can have wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ruleengine.facts.records import FactsUnreadable, Record

from .samples import in_short, read_bytes, reasons


def document(folder: Path, header: str, row: str) -> dict[str, Any]:
    """The document of one row."""
    (item,), _ = read_bytes(folder, "x.csv", f"{header}\n{row}\n".encode())
    assert isinstance(item, Record)
    return item.document


def test_a_row_becomes_a_document(tmp_path: Path) -> None:
    header = "\ufeffid,size,usage.share,usage.active,usage.since,usage.level,usage.events"
    row = 'a,12,83.5,true,2026-01-31,high,"[{""at"": ""2026-01-31T10:00:00Z""}]"'
    assert document(tmp_path, header, row) == {
        "id": "a",
        "size": 12,
        "usage": {
            "share": 83.5,
            "active": True,
            "since": "2026-01-31",
            "level": "high",
            "events": [{"at": "2026-01-31T10:00:00Z"}],
        },
    }


def test_an_empty_cell_is_absent(tmp_path: Path) -> None:
    assert document(tmp_path, "id,size,usage.share", "a,,") == {"id": "a"}


def test_a_record_column_holds_json(tmp_path: Path) -> None:
    assert document(tmp_path, "id,usage", 'a,"{""active"": false}"') == {
        "id": "a",
        "usage": {"active": False},
    }


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("size", "7", 7),
        ("size", " +7 ", 7),
        ("size", "-7", -7),
        ("size", "7.50", 7.5),
        ("size", ".5", 0.5),
        ("size", "1e3", 1000.0),
        ("size", "12345678901234567890123", 1.2345678901234568e22),
        ("size", "seven", "seven"),
        ("size", "1.000,50", "1.000,50"),
        ("size", "NaN", "NaN"),
        ("size", "inf", "inf"),
        ("size", "0x10", "0x10"),
        ("size", "٣", "٣"),
        ("usage.active", "TRUE", True),
        ("usage.active", "False", False),
        ("usage.active", "yes", "yes"),
        ("usage.active", "1", "1"),
        ("usage.events", "[1, 2", "[1, 2"),
        ("usage.events", '{"a": 1, "a": 2}', '{"a": 1, "a": 2}'),
        ("usage.since", "31.1.2026", "31.1.2026"),
        ("usage.level", " high", " high"),
    ],
)
def test_cells_are_converted_or_stay_as_they_are(
    tmp_path: Path, column: str, cell: str, expected: Any
) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    found: Any = document(tmp_path, f"id,{column}", f"a,{quoted}")
    for step in column.split("."):
        found = found[step]
    assert found == expected
    assert type(found) is type(expected)


def test_faults_of_rows(tmp_path: Path) -> None:
    content = (
        (
            b"id,size\n"  # 1
            b"a\n"  # 2: ragged
            b"b,1,2\n"  # 3: ragged
            b'"c\nd",1\n'  # 4 and 5: a line feed in a cell
            b"\n"  # 6: blank
            b'"e"x,1\n'  # 7: text after the quote
            b"f,1e400\n"  # 8
            b",1\n"  # 9: no id
            b"g\0,1\n"  # 10
            b"h,1\n"  # 11
        )
        + b"\xff,1\ni,1\n"
        + b'j,"1'
    )
    items, summary = read_bytes(tmp_path, "x.csv", content)
    assert in_short(items) == [
        (2, "RE501"),
        (3, "RE501"),
        (4, "c\nd"),
        (7, "RE501"),
        (8, "RE501"),
        (9, "RE502"),
        (10, "RE501"),
        (11, "h"),
        (12, "RE501"),
        (13, "i"),
        (14, "RE501"),
    ]
    assert reasons(items) == [
        "the row has 1 cell and the header has 2",
        "the row has 3 cells and the header has 2",
        "more text follows after the closing quote of a cell",
        "the number in the column `size` is too large for a double",
        "the record has no id: `id` is missing",
        "a cell holds a NUL character",
        "a cell holds bytes that are no UTF-8",
        "a quoted cell does not end",
    ]
    assert (summary.read, summary.delivered, summary.rejected) == (11, 3, 8)


def test_windows_line_ends(tmp_path: Path) -> None:
    items, _ = read_bytes(tmp_path, "x.csv", b"id,size\r\na,1\r\nb,2\r\n")
    assert [item.document for item in items if isinstance(item, Record)] == [
        {"id": "a", "size": 1},
        {"id": "b", "size": 2},
    ]


def test_a_row_that_is_too_long(tmp_path: Path) -> None:
    content = b"id,size\n" + b"a" * 60 + b",1\n" + b'"' + b"b\n" * 40 + b'",1\nc,1\n'
    items, _ = read_bytes(tmp_path, "x.csv", content, max_line_bytes=50)
    assert in_short(items)[0] == (2, "RE501")
    assert in_short(items)[-1][1] == "c"
    assert set(reasons(items)) == {"the row is longer than 50 bytes"}


def test_unknown_columns_are_one_warning(tmp_path: Path) -> None:
    items, summary = read_bytes(tmp_path, "x.csv", b"id,usage.shore,other\na,1,2\nb,3,4\n")
    assert [item.document for item in items if isinstance(item, Record)] == [{"id": "a"}, {"id": "b"}]
    (report,) = summary.reports
    assert (report.code, report.help) == ("RE517", "did you mean `usage.share`?")
    assert report.message == "the schema `customer 1` does not know the columns `usage.shore`, `other`"


@pytest.mark.parametrize(
    ("content", "words", "remedy"),
    [
        (b"id,size,id\n", "the column `id` occurs twice", "keep one of them"),
        (b"id,usage,usage.active\n", "the column `usage` overlaps with its own parts", "keep one of them"),
        (b"Id,size\n", "has no column `id` for the id", "did you mean `Id`?"),
        (b"id;size\n", "has no column `id` for the id", "separate columns by commas, not by `;`"),
        (b'"id\n', "the header of", ""),
    ],
)
def test_a_header_that_cannot_be_used(tmp_path: Path, content: bytes, words: str, remedy: str) -> None:
    with pytest.raises(FactsUnreadable) as caught:
        read_bytes(tmp_path, "x.csv", content)
    assert caught.value.diagnostic.code == "RE514"
    assert words in caught.value.diagnostic.message
    assert caught.value.diagnostic.help == remedy

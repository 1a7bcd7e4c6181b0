"""The line that tells how far a run has come."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest

from ruleengine.cli import progress
from ruleengine.cli.progress import Progress, lines_in


class Terminal(io.StringIO):
    """A standard error that somebody looks at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("total", "shown"),
    [
        (None, ["64 accounts, 32 a second", "128 accounts, 43 a second"]),
        (256, ["64 accounts (25%), 32 a second", "128 accounts (50%), 43 a second"]),
        (100, ["64 accounts (64%), 32 a second", "128 accounts (100%), 43 a second"]),
    ],
)
def test_count_speed_and_share(total: int | None, shown: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    times = iter([0.0, 2.0, 2.0, 3.0, 3.0])
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(progress, "monotonic", lambda: next(times))
    line = Progress(total)
    for count in range(1, 129):
        line.at(count)
    line.done()
    assert terminal.getvalue().split("\r\x1b[K") == ["", *shown, ""]


def test_nothing_is_written_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr("sys.stderr", pipe)
    line = Progress(10)
    for count in range(10_000):
        line.at(count)
    line.done()
    assert pipe.getvalue() == ""


def test_how_many_records_there_are_is_known_for_lines(tmp_path: Path) -> None:
    lines = tmp_path / "a.ndjson"
    lines.write_text("{}\n{}\n{}\n", encoding="utf-8")
    table = tmp_path / "b.CSV"
    table.write_text("id\nx\n", encoding="utf-8")
    packed = tmp_path / "c.ndjson.gz"
    packed.write_bytes(gzip.compress(b"{}\n"))
    assert lines_in([str(lines), str(table)]) == 5
    for unknown in (str(packed), "-", str(tmp_path / "none.ndjson"), str(tmp_path)):
        assert lines_in([str(lines), unknown]) is None

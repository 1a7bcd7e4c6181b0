"""Matrices for people: which cell an account stands in, what that says, and where it stands on each axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ruleengine.report.cells import BOLD, DIM, cell, paint
from ruleengine.report.sentences import status_words

_Matrix = Mapping[str, Any]


def cell_sentence(entry: _Matrix) -> str:
    """The label with its owner, its text and its fields; or why there is no cell."""
    if entry["status"] != "scored":
        return f"nothing ({_why(entry)})"
    parts = [cell(entry["label"])]
    parts += [f"owner {cell(entry['owner'])}"] if entry["owner"] else []
    parts += [cell(entry["text"])] if entry["text"] else []
    parts += [f"{cell(name)} {cell(value)}" for name, value in entry["fields"].items()]
    return "; ".join(parts)


def _why(entry: _Matrix) -> str:
    reason = cell(entry["reason"]) if entry["reason"] else ""
    if entry["status"] == "not_applicable" and reason:
        return reason
    return f"{status_words(entry['status'])}: {reason}" if reason else status_words(entry["status"])


def axes_sentence(entry: _Matrix) -> str:
    """Where the account stands: `health is green, account.growth is high`; of a secret only that it is one."""
    parts = []
    for axis in entry["axes"]:
        value = cell(axis["value"]) if axis["value"] is not None else None
        if axis["secret"]:
            parts.append(f"{cell(axis['name'])} is (secret)")
        elif axis["name"] == "segments":
            parts.append(f"in the segment {value}" if value is not None else "in none of the segments")
        else:
            parts.append(f"{cell(axis['name'])} is {value if value is not None else 'not known'}")
    return ", ".join(parts)


def decided_line(entry: _Matrix) -> str:
    """`path:line  text` of the row that holds the cell; empty where no row was reached."""
    source = entry["source"]
    if not entry["decided"]:
        return ""
    return f"{cell(source['path'])}:{source['line']}  {cell(' '.join(source['text'].split()))}"


def matrix_lines(matrices: Sequence[_Matrix], color: bool) -> Iterator[str]:
    """The matrices of an explanation."""
    if not matrices:
        return
    yield paint("Matrices", BOLD, color)
    for entry in matrices:
        yield f"  {cell(entry['title'])}: {cell_sentence(entry)}"
        yield paint(f"    {axes_sentence(entry)}", DIM, color)
        if entry["decided"]:
            yield paint(f"    {decided_line(entry)}", DIM, color)
    yield ""

"""Rows that overlap or can never win, under each hit policy; and overrides that are lifted when a measure expires."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checker.test_lints import RAG, check


def told(folder: Path, text: str) -> list[str]:
    """The line, the words and the labels of each report."""
    return [
        f"{each.code} {each.span.line} {each.message}"
        + "".join(f" | {label.span.line} {label.text}" for label in each.labels)
        for each in check(folder, text)
    ]


def table(hits: str, *rows: str) -> str:
    """A table over usage.index, its first row in line 3; what it gives is used as its hit policy needs it."""
    call = "sum(t(usage.index))" if hits == "hits all" else "t(usage.index)"
    return (
        f"table t(v number) {hits} {{\n" + "".join(f"  {row}\n" for row in rows) + f"}}\noutput o = {call}\n"
    )


def overlap(later: int, earlier: int, shown: str, effect: str) -> str:
    return (
        f"RE402 {later} this row and the one in line {earlier} both fit some values, for example {shown}; {effect}"
        f" | {earlier} fits it too"
    )


ONE = "with `hits one` that is no result"
NOT_AGREED = "and they do not agree"


@pytest.mark.parametrize(
    ("hits", "rows", "expected"),
    [
        ("", ["in 0..5 gives 1", "in 5..9 gives 2", "otherwise gives 3"], [overlap(4, 3, "`v` = 5", "line 3 wins")]),
        ("", ["in 0..5 gives 1", "in 5..9 gives 1", "otherwise gives 3"], []),
        ("", ["in 0..5 gives 1", "in >5..9 gives 2", "otherwise gives 3"], []),
        ("", ["in 0..5 gives 1", "in 0..9 gives 2", "otherwise gives 3"], []),  # the later takes in the earlier
        ("hits one", ["in 0..5 gives 1", "in 0..9 gives 2", "otherwise gives 3"], [overlap(4, 3, "`v` = 0", ONE)]),
        ("hits one", ["in 0..5 gives 1", "in 5..9 gives 1", "otherwise gives 3"], [overlap(4, 3, "`v` = 5", ONE)]),
        ("hits one", ["in 0..4 gives 1", "in 5..9 gives 1", "otherwise gives 3"], []),
        (
            "hits one",
            ["in 0..4 gives 1", "in 6..9 gives 2", "in 4..6 gives 3", "otherwise gives 4"],
            [overlap(5, 3, "`v` = 4", ONE)],
        ),
        (
            "hits one",
            ["in 0..4 gives 1", "in 6..9 gives 2", "in 5..6 gives 3", "otherwise gives 4"],
            [overlap(5, 4, "`v` = 6", ONE)],
        ),
        ("hits agreeing", ["in 0..5 gives 1", "in 5..9 gives 1", "otherwise gives 3"], []),
        ("hits agreeing", ["in 0..5 gives 1", "in 5..9 gives 2", "otherwise gives 3"], [overlap(4, 3, "`v` = 5", NOT_AGREED)]),
        ("hits agreeing", ["in 0..5 gives 1", "in 5..9 gives usage.index", "otherwise gives 3"], []),
        (
            "hits agreeing",
            ["in 0..5 gives 1", "in 3..9 gives 1", "in 5..12 gives 2", "otherwise gives 3"],
            [overlap(5, 3, "`v` = 5", NOT_AGREED)],
        ),
        ("hits all", ["in 0..5 gives 1", "in 5..9 gives 2"], []),
    ],
)  # fmt: skip
def test_overlaps(hits: str, rows: list[str], expected: list[str], folder: Path) -> None:
    assert told(folder, table(hits, *rows)) == expected


def never(later: int, earlier: int, example: str) -> str:
    goes = f", for example {example} goes to line {earlier}" if example else ""
    return f"RE403 {later} this row can never win{goes} | {earlier} wins instead"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["in 0..9 gives 1", "in 2..5 gives 2", "otherwise gives 3"], [never(4, 3, "`v` = 2")]),
        (["in 0..9 gives 1", "in 0..9 gives 2", "otherwise gives 3"], [never(4, 3, "`v` = 0")]),
        (["<= 5 gives 1", "> 5 gives 2", "otherwise gives 3"], [never(5, 3, "`v` = 5")]),
        (["<= 5 gives 1", "< 9 gives 2", "in 6..7 gives 3", "otherwise gives 4"], [never(5, 4, "`v` = 6")]),
        # the example is one that no row before the one named takes
        (
            ["in 0..5 gives 1", "in 0..9 gives 2", "in 2..7 gives 3", "otherwise gives 4"],
            [overlap(5, 3, "`v` = 2", "line 3 wins"), never(5, 4, "`v` = 6")],
        ),
        (["<= 5 gives 1", "< 9 gives 2", "otherwise gives 4"], []),
    ],
)
def test_rows_that_can_never_win(rows: list[str], expected: list[str], folder: Path) -> None:
    assert told(folder, table("", *rows)) == expected


MEASURE = """measure m {{
  value customer.seats
  fresh by customer.since{fresh}
  rate {{ red when < 5 ; green otherwise }}
}}
let bad = m is red
scorecard s {{
  m
  override red when {condition} because "so"
}}
"""


@pytest.mark.parametrize(
    ("fresh", "condition", "is_told"),
    [
        (", expired after 60 days", "m is red", True),
        (", expired after 60 days", "bad", True),
        (", expired after 60 days", "m.value < 3", True),
        (", expired after 60 days", "customer.owned and (m is red or bad)", True),
        (", expired after 60 days", "m is red and m is not expired", False),
        (", expired after 60 days", "m was red", False),
        (", expired after 60 days", "customer.owned", False),
        (", stale after 60 days", "m is red", False),
    ],
)
def test_overrides_that_are_lifted_when_a_measure_expires(
    fresh: str, condition: str, is_told: bool, folder: Path
) -> None:
    found = told(folder, RAG + MEASURE.format(fresh=fresh, condition=condition))
    words = "RE407 11 when `m` expires, this override is lifted | 5 its limit"
    assert [each for each in found if each.startswith("RE407")] == ([words] if is_told else [])

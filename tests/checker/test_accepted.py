"""What is accepted with a reason is not told; what accepts nothing is, with the reason and what to do instead."""

from __future__ import annotations

from pathlib import Path

import pytest

import ruleengine
from tests.checker.test_lints import RAG

RULES = """ruleset case 1.0.0 {{ facts customer 1 }}
{top}
{bands}measure m {{
  value customer.seats
  rate {{ green when > 9 ; red when < 5 }}
  {measure}
}}
scorecard s {{ m ; {card} }}
{end}
"""
WHY = 'because "so"'
GAP = "RE401 6 `m` has no row for some values, for example `value` = 5 | add a row for it, or one with `otherwise`"
REMOVE = "remove this line"
ELSEWHERE = "the one of line 6 is not in what this line is about"


def told(folder: Path, top: str = "", measure: str = "", card: str = "", end: str = "") -> list[str]:
    """The reports of the ruleset with an `accept` somewhere."""
    path = folder / "rulesets" / "case" / "1.0.0.rules"
    path.write_text(RULES.format(bands=RAG, top=top, measure=measure, card=card, end=end), encoding="utf-8")
    return [
        f"{each.code} {each.span.line} {each.message}" + (f" | {each.help}" if each.help else "")
        for each in ruleengine.check_file(path).diagnostics
    ]


def test_what_nobody_accepts_is_told(folder: Path) -> None:
    assert told(folder) == [GAP]


@pytest.mark.parametrize("words", ["accept RE401", "accept RE401 for m"])
def test_in_the_whole_file_by_code_or_name(words: str, folder: Path) -> None:
    assert told(folder, top=f"{words} {WHY}") == []
    assert told(folder, top=f"{words} {WHY} ; {words} {WHY}".replace(" ; ", "\n")) == []
    assert told(folder, measure=f"{words} {WHY}") == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("accept RE402", f"there is no `RE402` here to accept | {REMOVE}"),
        ("accept RE402 for m", f"there is no `RE402` here to accept | {REMOVE}"),
        ("accept RE401 for s", f"there is no `RE401` here to accept | {ELSEWHERE}"),
        ("accept RE401 for n", "nothing here is called `n`"),
        ("accept RE401 for ss", "nothing here is called `ss` | did you mean `s`?"),
        ("accept RE499", "there is no report `RE499` | did you mean `RE409`?"),
        ("accept RE201", "`RE201` is an error, and errors cannot be accepted | mend what it reports"),
        ("accept RE506", "`RE506` is about facts, and only reports about the ruleset can be accepted"),
        ("accept RE701 for nobody", "nothing here is called `nobody`"),
    ],
)
def test_what_accepts_nothing_is_told(words: str, message: str, folder: Path) -> None:
    assert told(folder, top=f"{words} {WHY}") == [f"RE413 2 {message}", GAP]


def test_inside_of_something_it_is_about_that(folder: Path) -> None:
    nothing = f"RE413 9 there is no `RE401` here to accept | {ELSEWHERE}"
    assert told(folder, card=f"accept RE401 {WHY}") == [GAP, nothing]
    assert told(folder, card=f"group g {{ accept RE401 {WHY} }}")[0] == GAP
    there = "`m` of line 4 is not part of this; write the line outside, or there without `for`"
    assert told(folder, card=f"accept RE401 for m {WHY}") == [
        GAP,
        f"RE413 9 nothing here is called `m` | {there}",
    ]
    assert told(folder, card=f"accept RE401 for mm {WHY}")[1].endswith("| did you mean `m`?")
    assert told(folder, measure=f"accept RE402 {WHY}") == [
        GAP,
        f"RE413 7 there is no `RE402` here to accept | {REMOVE}",
    ]


def test_what_the_analysis_finds_is_left_to_it(folder: Path) -> None:
    assert told(folder, top=f"accept RE701 {WHY}") == [GAP]
    assert told(folder, measure=f"accept RE701 {WHY}") == [GAP]


def test_beside_an_error_only_what_could_never_accept_anything_is_told(folder: Path) -> None:
    error = "RE201 10 unknown name `nothing`"
    assert told(folder, top=f"accept RE402 {WHY}", end="output o = nothing") == [GAP, error]
    assert told(folder, top=f"accept RE401 {WHY}", end="output o = nothing") == [error]
    assert told(folder, top=f"accept RE402 for nobody {WHY}", end="output o = nothing") == [
        "RE413 2 nothing here is called `nobody`",
        GAP,
        error,
    ]

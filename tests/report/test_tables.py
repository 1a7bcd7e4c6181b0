"""Tables, Markdown and CSV of results, the order of rows, and the summary of a run."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from ruleengine.api import CardInfo
from ruleengine.report.delimited import DelimitedRows
from ruleengine.report.markdown import code, escape, render_markdown
from ruleengine.report.rows import AccountRow, account_row, worst_first
from ruleengine.report.summary import RunSummary
from ruleengine.report.table import render_table
from tests.report.results import card, measure, result

BANDS = ("green", "yellow", "red")
HEALTH = CardInfo("health", "Customer health", BANDS, True)


def row(identity: str, band: str | None, score: float | None, **changes: Any) -> AccountRow:
    status = "scored" if score is not None else "missing"
    return account_row(
        result(identity, scorecards={"health": card(status=status, band=band, score=score, **changes)}),
        "health",
    )


def test_the_worst_band_comes_first_then_accounts_without_one() -> None:
    rows = [row("a", "green", 90.0), row("b", "red", 40.0), row("c", None, None), row("d", "red", 10.0),
            row("e", "yellow", 60.0)]  # fmt: skip
    assert [each.id for each in worst_first(rows, BANDS)] == ["d", "b", "c", "e", "a"]


def test_where_low_scores_are_good_the_highest_of_a_band_comes_first() -> None:
    rows = [row("a", "green", 10.0), row("b", "red", 200.0), row("c", "red", 300.0)]
    assert [each.id for each in worst_first(rows, BANDS)] == ["c", "b", "a"]


def test_a_band_by_override_says_nothing_about_the_scale() -> None:
    overridden = {"band": "red", "reason": None, "line": 1}
    rows = [row("a", "red", 95.0, override=overridden), row("b", "red", 90.0, override=overridden),
            row("c", "green", 80.0)]  # fmt: skip
    assert [each.id for each in worst_first(rows, BANDS)] == ["b", "a", "c"]


def test_without_bands_the_lowest_score_comes_first_and_no_score_last() -> None:
    rows = [row("a", None, 3.0), row("b", None, 1.0), row("c", None, None)]
    assert [each.id for each in worst_first(rows, ())] == ["b", "a", "c"]


def test_a_table_aligns_numbers_and_names_what_is_missing() -> None:
    table = render_table([row("acme", "red", 9.5), row("b", None, None, coverage=None)], BANDS)
    assert table.splitlines() == [
        "ACCOUNT  BAND               SCORE  COVERAGE",
        "acme     red                  9.5      100%",
        "b        no score: missing      –         –",
    ]


@pytest.mark.parametrize(
    ("scores", "shown"),
    [((1.0, 20.0), ["1", "20"]), ((1.5, 20.0), ["1.5", "20.0"]), ((1.25, 66.6666), ["1.25", "66.67"])],
)
def test_scores_have_as_many_decimals_as_they_need(scores: tuple[float, ...], shown: list[str]) -> None:
    table = render_table([row("a", "red", score) for score in scores], BANDS)
    assert [line.split()[2] for line in table.splitlines()[1:]] == shown


def test_notes_tell_what_acted() -> None:
    scored = result(
        scorecards={
            "health": card(
                override={"band": "red", "reason": "x", "line": 1},
                limits=[{"kind": "cap", "band": "yellow", "reason": None, "line": 2}],
                borderline={"band": "red", "distance": 0.5},
            )
        },
        measures={"a": measure(status="stale"), "b": measure(status="missing")},
        problems=[{"code": "RE504", "message": "x", "line": None}],
    )
    assert account_row(scored, "health").notes == ("override", "cap", "borderline", "1 stale", "1 problem")


def test_the_cost_is_shown_with_its_points() -> None:
    cost = {"title": "Seat use", "path": "seats", "cost": 31.25}
    assert account_row(result(), "health", "Acme", cost).cost == "Seat use (-31.2)"


def test_a_table_without_a_scorecard_shows_the_outputs() -> None:
    scored = result(scorecards={}, outputs={"risk": 0.25, "tier": "A"})
    assert render_table([account_row(scored, None)], ()).splitlines() == [
        "ACCOUNT  risk  tier".replace("risk  tier", "RISK  TIER"),
        "acme     0.25  A",
    ]


def test_a_narrow_terminal_cuts_costs_and_names_and_nothing_else() -> None:
    wide = AccountRow(
        "acme-0001", "A very long company name", "scored", "red", 9.5, 1.0, (), "License use " * 9, {}
    )
    lines = render_table([wide], BANDS, width=60).splitlines()
    assert max(map(len, lines)) <= 60
    assert lines[1].startswith("acme-0001  ")
    assert "red" in lines[1]
    assert lines[1].endswith("…")


def test_wide_characters_keep_columns_in_line() -> None:
    rows = [AccountRow("株式会社", "", "scored", "red", 1.0, 1.0, (), "", {}),
            AccountRow("abcdefgh", "", "scored", "red", 1.0, 1.0, (), "", {})]  # fmt: skip
    first, second = render_table(rows, BANDS).splitlines()[1:]
    assert first.index("red") == second.index("red") - 4  # four signs that take two columns each


def test_escapes_and_colours() -> None:
    evil = result("a\x1b[31mb\nc", scorecards={"health": card(band="red")})
    rows = [account_row(evil, "health", "n\u202ename")]
    assert "\x1b" not in render_table(rows, BANDS)
    assert r"a\x1b[31mb\x0ac" in render_table(rows, BANDS)
    assert r"n\u202ename" in render_table(rows, BANDS)
    assert "\x1b[31mred" in render_table(rows, BANDS, color=True)


def test_markdown_of_users_is_text() -> None:
    assert escape("a|b") == r"a\|b"
    assert escape("**bold** [x](y) <b> `c` # &amp;") == r"\*\*bold\*\* \[x\](y) \<b\> \`c\` \# \&amp;"
    assert escape("- item") == r"\- item"
    assert escape("1. item") == r"1\. item"
    assert escape("see https://x.example, @all") == "see https&#58;//x.example, &#64;&#8203;all"
    assert code("a`b``c") == "``` a`b``c ```"
    assert "\n" not in escape("a\nb")


def test_a_markdown_table() -> None:
    text = render_markdown([row("a|b", "red", 9.5)], "1 account: 1 red")
    assert text == (
        "| account | band | score | coverage |\n| --- | --- | ---: | ---: |\n| a\\|b | red | 9.5 | 100% |\n\n"
        "1 account: 1 red\n"
    )


def test_csv_has_one_row_an_account_and_guards_formulas() -> None:
    rows = DelimitedRows(["health"], ["seats"])
    scored = result("=cmd()", outputs={"note": "@x", "delta": -2.5}, segments=["a", "b"],
                    measures={"seats": measure(value=1e-7)})  # fmt: skip
    text = rows.heading(scored) + rows.row(scored)
    (read,) = csv.DictReader(io.StringIO(text))
    assert read["id"] == "'=cmd()"
    assert read["output.note"] == "'@x"
    assert read["output.delta"] == "-2.5"
    assert read["seats.value"] == "0.0000001"
    assert read["health.score"] == "56.25"
    assert read["health.override"] == ""
    assert read["segments"] == "a;b"
    assert read["problems"] == "0"


@pytest.mark.parametrize(
    "sign", ["\r", "\n", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
)
def test_csv_quotes_every_line_break(sign: str) -> None:
    rows = DelimitedRows(["health"], ["seats"])
    for note, written in (
        (f"a{sign}=cmd()", f"a{sign}=cmd()"),
        (f"{sign}=cmd()", f"'{sign}=cmd()"),
        (f" {sign} +1", f"' {sign} +1"),
        (f"a{sign}", f"a{sign}"),
    ):
        noted = result("a", outputs={"note": note}, measures={"seats": measure(value=1)})
        text = rows.heading(noted) + rows.row(noted)
        assert f'"{written}"' in text
        (read,) = csv.DictReader(io.StringIO(text, newline=""))
        assert read["output.note"] == written


def test_the_summary_of_a_run() -> None:
    summary = RunSummary([HEALTH])
    summary.add(result("a", scorecards={"health": card(band="red", coverage=0.5)},
                       measures={"x": measure(status="stale"), "y": measure(status="missing")}))  # fmt: skip
    summary.add(result("b", scorecards={"health": card(band=None, score=None, coverage=None)},
                       measures={"x": measure(status="missing"), "y": measure(status="missing")},
                       problems=[{"code": "RE504", "message": "m", "line": None}]))  # fmt: skip
    assert summary.to_dict() == {
        "accounts": 2,
        "scorecards": {
            "health": {
                "bands": {"green": 0, "yellow": 0, "red": 1},
                "without_band": 1,
                "with_score": 1,
                "share_with_score": 0.5,
                "mean_score": 56.25,
                "mean_coverage": 0.5,
                "overridden": 0,
                "borderline": 0,
            }
        },
        "measures": {
            "scored": 0, "stale": 1, "invalid": 0, "expired": 0, "missing": 3, "grace": 0, "excluded": 0,
            "not_applicable": 0,
        },
        "triggers": {},
        "matrices": {},
        "accounts_with_stale": 1,
        "accounts_with_missing": 2,
        "problems": 1,
        "accounts_with_problems": 1,
    }  # fmt: skip
    assert summary.line("health") == (
        "2 accounts: 1 red, 0 yellow, 0 green, 1 without a band · 50% with a score · mean coverage 50% · "
        "measures: 1 stale, 3 missing"
    )


def test_a_run_without_accounts_has_a_summary() -> None:
    assert RunSummary([HEALTH]).line("health") == (
        "0 accounts: 0 red, 0 yellow, 0 green · measures: 0 stale, 0 missing"
    )
    assert RunSummary([HEALTH]).to_dict()["scorecards"]["health"]["share_with_score"] is None

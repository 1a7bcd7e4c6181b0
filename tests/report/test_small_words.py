"""The smallest parts of reports, by hand: amounts, bands, headings, groups, and what they say where something is lacking."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from ruleengine.report import groups as grouping
from ruleengine.report.cells import number_text
from ruleengine.report.diff.clauses import few, shortened
from ruleengine.report.diff.headline import budget_words, dates
from ruleengine.report.diff.layout import Cell, Column, folded, table
from ruleengine.report.portfolio.headline import goal_text, headline, notes, share_beside
from ruleengine.report.sentences import card_sentences
from ruleengine.report.summary import RunSummary
from ruleengine.report.words.names import tone_of_name
from ruleengine.report.words.quantities import quantity
from ruleengine.report.words.ratings import interval_words
from ruleengine.source import Span
from ruleengine.tree import ruleset as r
from ruleengine.values import Kind, Type

DAYS = Type(Kind.NUMBER, "days")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0.5, ("12", " hours")), (1 / 24, ("1", " hour")), (1 / 1440, ("1", " minute")), (90 / 1440, ("90", " minutes")),
        (0.3, ("432", " minutes")), (0.0001, ("0.0001", " days")), (1.0, ("1", " day")), (2.5, ("2.5", " days")),
    ],
)  # fmt: skip
def test_parts_of_a_day(days: float, said: tuple[str, str]) -> None:
    assert quantity(days, DAYS) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(None, None, "any score"), (None, 5.0, "below 5"), (5.0, 9.0, "5 to below 9")],
)
def test_the_scores_of_a_band(low: float | None, high: float | None, said: str) -> None:
    band = r.Band("one", low, high, False, high is not None, None, True, span=Span("x", 0, 0, 1, 1))
    assert interval_words(band) == said
    assert interval_words(attrs.evolve(band, has_interval=False)) == ""


def test_the_tone_of_bands_without_colours() -> None:
    assert tone_of_name(["only"], 0) == "none"
    assert [tone_of_name(["a", "b", "c"], place) for place in range(3)] == ["best", "middle", "worst"]


def test_lists_and_texts_have_an_end() -> None:
    assert few([]) == ""
    assert few(["a", "b", "c", "d"]) == "a, b, c and d"
    assert few(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert shortened("one two, three four", 9) == "one two …"
    assert number_text(None) == "–"


def test_a_comparison_of_nothing_has_no_day_and_no_budget() -> None:
    assert dates({"old": {}, "new": {}}) == ""
    assert dates({"old": {"as_of": None}, "new": {"as_of": "2024-06-01"}}) == "as of today → 2024-06-01"
    assert dates({"old": {"as_of": "2024-06-01"}, "new": {"as_of": "2024-06-01"}}) == "as of 2024-06-01"
    assert budget_words({"budget": None}) == ""
    assert budget_words({"budget": {"ok": True, "limits": []}}) == "Budget kept"


def test_a_table_that_does_not_fit_is_cut_at_its_widest_columns() -> None:
    columns = (Column("what", elastic=True), Column("number", right=True))
    rows = [(Cell("a long text that has to give"), Cell("1,000"))]
    narrow = list(table(columns, rows, 24, False))
    assert all(len(line) <= 24 for line in narrow)
    assert narrow[1].split()[0] == "a"
    assert narrow[1].endswith("1,000")
    assert "…" in narrow[1]
    tiny = list(table(columns, rows, 3, False))
    assert len(tiny) == 2


def test_words_longer_than_a_line_are_broken() -> None:
    assert list(folded("abcdefghij", 4)) == ["abcd", "efgh", "ij"]
    assert list(folded("ab", 0)) == ["a", "b"]


@pytest.mark.parametrize(
    ("share", "goal", "said"),
    [
        (0.5, 0.9, "50%"), (0.9, 0.9, "90%"), (0.90004, 0.9, "90.004%"), (0.9999, 1.0, "99.99%"), (1.0, 1.0, "100%"),
        (0.90000000001, 0.9, "90%"),
    ],
)  # fmt: skip
def test_a_share_does_not_look_like_a_goal_that_it_is_not(share: float, goal: float, said: str) -> None:
    assert share_beside(share, goal) == said
    assert goal_text(goal) == ("100%" if goal == 1 else "more than 90%")


@pytest.mark.parametrize(
    ("accounts", "fired", "said"),
    [
        (1, 0, "As of 2024-06-01 there are 1 account, and no trigger fired."),
        (12, 5, "As of 2024-06-01 there are 12 accounts, and triggers fired for 5 of them."),
    ],
)
def test_a_portfolio_without_a_scorecard(accounts: int, fired: int, said: str) -> None:
    document = {
        "as_of": "2024-06-01", "accounts": accounts, "accounts_with_triggers": fired, "scorecards": [], "card": None,
        "known_from": "ruleset", "ruleset": {"name": "demo", "version": "1.0.0", "digests": ["a", "b"]},
    }  # fmt: skip
    assert headline(document) == said
    assert notes(document) == ["The results are of 2 different texts of demo 1.0.0."]


# ── counts ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@attrs.frozen
class Card:
    """A scorecard as far as counts need it."""

    name: str
    title: str
    bands: tuple[str, ...]


def result(**cards: dict[str, Any]) -> dict[str, Any]:
    return {
        "problems": [],
        "scorecards": cards,
        "triggers": [{"name": "call"}],
        "matrices": {},
        "measures": {},
    }


def test_a_run_without_a_scorecard_is_counted_in_one_line() -> None:
    summary = RunSummary([Card("health", "Health", ())])
    summary.add(result())
    assert summary.line(None).startswith("1 account")
    assert "with a score" not in summary.line(None)
    assert "0% with a score" in summary.line("health")
    assert summary.to_dict()["scorecards"]["health"]["with_score"] == 0


def test_of_very_many_groups_the_last_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "MOST_GROUPS", 2)
    counted = grouping.GroupedSummary("region", [])
    for name in ("a", "b", "c", "d", "a"):
        counted.add([name], result())
    assert [(name, each.accounts) for name, each in counted.groups()] == [("a", 2), ("…", 2), ("b", 1)]
    assert counted.columns(None) == {
        "region": ["a", "…", "b"], "accounts": ["2", "2", "1"], "triggers": ["2", "2", "1"],
    }  # fmt: skip


# ── one account ─────────────────────────────────────────────────────────────────────────────────────────────────────


def card(**parts: Any) -> dict[str, Any]:
    return {
        "name": "health", "title": "Health", "path": "health", "score": None, "band": None, "status": "scored", "reason": "",
        "override": None, "limits": [], "costs": [], "next_band": None, "borderline": None, "coverage": 1.0, "members": [],
        "computed_band": None, "computed_score": None, "children": [], **parts,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"band": "red"}, "Kraken is red in “Health” as of 2024-06-01, without a score."),
        ({"score": 40.0}, "Kraken scores 40 in “Health” as of 2024-06-01."),
        ({"status": "missing"}, "Kraken has no score for “Health” as of 2024-06-01 (no data)."),
    ],
)
def test_the_verdict_on_an_account(parts: dict[str, Any], said: str) -> None:
    explanation = {"id": "Kraken", "as_of": "2024-06-01"}
    assert card_sentences(explanation, card(**parts))[0] == said


def test_how_far_the_next_band_is_where_nothing_costs_points() -> None:
    near = card(score=70.0, band="yellow", next_band={"band": "green", "distance": 5.0})
    told = card_sentences({"id": "Kraken", "as_of": "2024-06-01"}, near, "Kraken")
    assert "It is 5 points from green." in told

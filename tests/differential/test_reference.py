"""What the second opinion itself must get right about values and measures: every expectation here was worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.differential.reference_runs import RAG, run, value_of


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("2 + 3 * 4 - 1", 13),
        ("-(2 - 5) / 4", 0.75),
        ("size / 0", None),
        ("size / (0.1 + 0.2 - 0.3)", None),
        ("account.margin + 5%", 0.35),
        ("account.discount", 0.25),
        ("round(2.675, 2)", 2.68),
        ("round(-2.5)", -3),
        ("round(2.5, 0, half_even)", 2),
        ("round(3.5, 0, half_even)", 4),
        ("round(2.5, 0, half_down)", 2),
        ("round(-2.1, 0, up)", -3),
        ("round(-2.9, 0, down)", -2),
        ("floor(-2.1)", -3),
        ("ceiling(-2.9)", -2),
        ("floor(2.99999999999)", 3),
        ("sqrt(2)", 1.41421356237),
        ("ln(10)", 2.302585093),
        ("exp(1)", 2.71828182846),
        ("power(2, 0.5)", 1.41421356237),
        ("power(2, -2)", 0.25),
        ("power(0, -1)", None),
        ("power(-8, 0.5)", None),
        ("sqrt(-1)", None),
        ("0.1 + 0.2 = 0.3", True),
        ("0.3 < 0.1 + 0.2", False),
        ("1 < 1.00000000005", False),
        ("1 < 1.0000000002", True),
        ("account.level default 7", 7),
        ("account.priority default 7", None),
        ("(account.level is missing) and not (account.priority is missing)", True),
        ("account.priority is invalid", True),
        ("account.level > 3 or 1 = 1", True),
        ("account.level > 3 and 1 = 2", False),
        ("account.level > 3 or 1 = 2", None),
        ("if account.level > 3 then 5 else 5.00000000001", 5),
        ("if account.level > 3 then 5 else 6", None),
        ("if size > 3 then na excluded else 6", None),
        ("size in 10..20", True),
        ("size in >10..20", False),
        ("account.discount in 10..25%", True),
        ("account.discount in 10..<25%", False),
        ("account.delay in 1..2 weeks", True),
        ("account.term in 1..2 years", True),
        ('account.tier in ("gold", "silver")', True),
        ('words contains "Größe"', True),
        ('account.label contains "ß"', False),
        ('matches(account.label, "^[a-z]+$")', True),
        ('concat(upper(account.label), "!")', "DEV!"),
        ("count true of (true, size = 10, false)", 2),
    ],
)
def test_expressions(tmp_path: Path, expression: str, expected: Any) -> None:
    """One expression over one document."""
    account = {
        "margin": 0.3,
        "discount": 25,
        "priority": 3.5,
        "delay": 10,
        "term": 18,
        "tier": "gold",
        "label": "dev",
    }
    found = value_of(tmp_path, expression, {"account": account, "size": 10, "words": ["Größe"]})
    assert found == pytest.approx(expected) if isinstance(expected, float) else found == expected


@pytest.mark.parametrize(
    ("expression", "since", "expected"),
    [
        ("months since account.since", "2024-01-31", 1),
        ("months since account.since", "2024-02-01", 1),
        ("months since account.since", "2024-02-02", 0),
        ("months until account.since", "2024-04-30", 1),
        ("days since account.since", "2024-02-28", 2),
        ("days since account.since", "2024-03-02", None),
        ("days until account.since", "2024-03-02", 1),
        ("weeks since account.since", "2024-02-10", 2),
        ("quarters since account.since", "2023-08-31", 2),
        ("years since account.since", "2020-02-29", 4),
        ("account.since + 1 month", "2024-01-31", "2024-02-29"),
        ("account.since - 1 month", "2024-03-31", "2024-02-29"),
        ("account.since within 30 days", "2024-01-31", True),
        ("account.since within 29 days", "2024-01-31", False),
        ("account.since within 1 month", "2024-01-31", False),
        ("account.since within 2 months", "2024-01-01", True),
        ("account.since within 3 days", "2024-03-02", False),
        ("start of week (account.since)", "2024-03-03", "2024-02-26"),
        ("end of quarter (account.since)", "2024-02-10", "2024-03-31"),
        ("start of fiscal quarter (account.since)", "2024-01-10", "2023-11-01"),
        ("end of fiscal year (account.since)", "2024-02-10", "2025-01-31"),
        ("fiscal year (account.since)", "2024-02-01", 2025),
        ("fiscal year (account.since)", "2024-01-31", 2024),
        ("fiscal quarter (account.since)", "2024-01-31", 4),
        ("account.since is invalid", "2023-02-29", True),
    ],
)
def test_time(tmp_path: Path, expression: str, since: str, expected: Any) -> None:
    """Elapsed time and calendar, as of the first of March 2024; the fiscal year starts in February."""
    assert value_of(tmp_path, expression, {"account": {"since": since}}) == expected


VISITS = [
    {"on": "2024-01-01", "score": 3, "ok": True, "people": 2},
    {"on": "2024-02-01", "score": None, "ok": None, "people": 1},
    {"on": "2024-02-01", "score": 5, "ok": False, "people": 4},
    {"score": 9, "ok": True},
]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(latest v in visits by v.on).people", 1),
        ("(latest v in visits where v.score is known by v.on).people", 4),
        ("(earliest v in visits by v.on).score", 3),
        ("(first v in visits where v.score > 3).score", 5),
        ("count v in visits", 4),
        ("count v in visits where v.ok", None),
        ("count v in visits where v.ok default false", 2),
        ("any v in visits where v.score > 8", True),
        ("any v in visits where v.score > 100", None),
        ("all v in visits where v.score > 4", False),
        ("sum of v.score for v in visits", None),
        ("sum of v.score for v in visits where v.score is known", 17),
        ("mean of v.score for v in visits where v.ok default false", 6),
        ("max of v.score for v in visits where v.score > 100 and v.score is known", None),
        ("sum of v.score for v in (top 2 v in visits by v.score)", 14),
        ("sum of v.score for v in (bottom 1 v in visits by v.score)", 3),
        ("count v in (list v in visits where v.ok)", 2),
        ("sum(readings)", 0),
        ("mean(readings)", None),
        ("(mean(readings)) is missing", True),
        ("any v in readings where v > 1", False),
        ("all v in readings where v > 1", True),
        ("count(words)", None),
    ],
)
def test_queries(tmp_path: Path, expression: str, expected: Any) -> None:
    """Undecided elements, NA keys, ties and empty lists."""
    assert value_of(tmp_path, expression, {"visits": VISITS, "readings": []}) == expected


@pytest.mark.parametrize(
    ("hits", "rows", "expected", "codes"),
    [
        ("first", "> 5, any gives 1 ; > 1, any gives 2", 1, []),
        ("first", "any, true gives 1 ; > 1, any gives 2", None, []),
        ("first", "any, true gives 2 ; > 1, any gives 2", 2, []),
        ("first", "> 50, any gives 1 ; otherwise gives 2", 2, []),
        ("first", "> 50, any gives 1", None, ["RE505"]),
        ("one", "> 5, any gives 1 ; > 1, any gives 2", None, ["RE510"]),
        ("one", "> 5, any gives 1 ; any, true gives 2", None, []),
        ("one", "10, any gives 1 ; > 50, true gives 2", 1, []),
        ("agreeing", "> 5, any gives 1 ; > 1, any gives 1", 1, []),
        ("agreeing", "> 5, any gives 1 ; > 1, any gives 3", None, ["RE510"]),
    ],
)
def test_tables(tmp_path: Path, hits: str, rows: str, expected: Any, codes: list[str]) -> None:
    """Hit policies; the second column is NA."""
    text = f"table t(a number, b flag) hits {hits} {{ {rows} }}\noutput o = t(size, account.active)\n"
    result = run(tmp_path, text, {"size": 10})
    assert (result["outputs"]["o"], result["problems"]) == (expected, codes)


def test_a_table_of_all_hits_gives_a_list(tmp_path: Path) -> None:
    """Every row that holds, to be summed."""
    text = (
        "table t(a number) hits all { > 5 gives 1 ; > 1 gives 2 ; > 50 gives 4 }\noutput o = sum(t(size))\n"
    )
    assert run(tmp_path, text, {"size": 10})["outputs"] == {"o": 3}


MEASURES = [
    (
        "value size\nrate { green when >= 75 ; yellow when >= 50 ; red otherwise }",
        75,
        "scored",
        "green",
        87.5,
    ),
    ("value size\nrate { green when >= 75 ; red otherwise }", 75 - 1e-11, "scored", "green", 87.5),
    ("value size\nrate { green when >= 75 ; red otherwise }", None, "missing", None, None),
    ("value size\nrate { green when >= 75 }", 3, "invalid", None, None),
    ("value size\nrate { points 10 when >= 75 ; points 3 * size otherwise }", 3, "scored", None, 9),
    (
        "bands rag\nvalue size\nrate { points 10 when >= 75 ; points 30 * size otherwise }",
        3,
        "scored",
        "green",
        90,
    ),
    (
        "bands rag\nvalue size\nrate { points 10 when >= 75 ; points 90 * size otherwise }",
        3,
        "invalid",
        None,
        None,
    ),
    ("value size\nrate { green when > 5 ; points 60 otherwise }", 3, "scored", "yellow", 60),
    ("value size\npoints steps above 1, 2, 3", 3, "scored", None, 2),
    ("value size\npoints steps from 1, 2, 3", 3, "scored", None, 3),
    ("value size\npoints steps up to 1, 2, 3", 3, "scored", None, 1),
    ("value size\nrate { linear 20..40 when in 0..10 ; points 0 otherwise }", 2.5, "scored", None, 25),
    ("value size\nrate { na excluded when > 1 ; green otherwise }", 3, "excluded", None, None),
    ("value account.label\nrate as given", 3, "scored", "yellow", 62.5),
    ("value account.contact.name\nrate as given", 3, "invalid", None, None),
    (
        "value size\nrate when account.level > 1 { green otherwise }\nrate { red otherwise }",
        3,
        "missing",
        None,
        None,
    ),
    ("value size\nrate when size > 1 { green when > 5 }\nrate { red otherwise }", 3, "invalid", None, None),
    (
        "value size\nrate { green otherwise }\nfresh by account.since, expired after 29 days",
        3,
        "expired",
        None,
        None,
    ),
    (
        "value size\nrate { green otherwise }\nfresh by account.since, stale after 29 days",
        3,
        "stale",
        "green",
        87.5,
    ),
    (
        "value size\nrate { green otherwise }\nfresh by account.since, stale after 30 days",
        3,
        "scored",
        "green",
        87.5,
    ),
    (
        "value size\nrate { green otherwise }\nfresh by account.contact.rated, stale after 1 day",
        3,
        "missing",
        None,
        None,
    ),
    ("value size\nrate { green otherwise }\napplies when size > 3", 3, "not_applicable", None, None),
    ("value size\nrate { green otherwise }\napplies to all except big", 3, "scored", "green", 87.5),
    ("value size\nrate { green otherwise }\napplies to big", 3, "not_applicable", None, None),
    ("value size\nrate { green otherwise }\ncap yellow", 3, "scored", "yellow", 87.5),
    ("value size\nrate { red otherwise }\nfloor green\ncap yellow", 3, "scored", "yellow", 25.0),
    ("bands rag\npoints 90\ncap score 60\ncap score 40 when size > 5", 3, "scored", "yellow", 60),
    ("value account.level\nrate { red otherwise }\noverride green when size = 3", 3, "scored", "green", None),
]


@pytest.mark.parametrize(("body", "size", "status", "band", "points"), MEASURES)
def test_measures(
    tmp_path: Path, body: str, size: float | None, status: str, band: str | None, points: float | None
) -> None:
    """Every rating form, freshness, applicability and limits; 2024-01-31 is thirty days before."""
    text = f"{RAG}segment big when size > 50\nmeasure m {{\n{body}\n}}\n"
    account = {"since": "2024-01-31", "label": "yellow", "contact": {"name": "teal"}}
    found = run(tmp_path, text, {"size": size, "account": account})["measures"]["m"]
    assert (found["status"], found["band"], found["points"]) == (status, band, points)

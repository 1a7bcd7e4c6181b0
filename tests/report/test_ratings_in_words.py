"""Ratings in words: each row says its own share of the values, whatever the order in which rows are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleengine.report.words.policies import Policies
from ruleengine.report.words.quantities import Stretch, number_words, stretch_words
from ruleengine.report.words.ratings import Ratings, block_text
from ruleengine.report.words.stretches import EVERYTHING, beyond, common
from ruleengine.report.words.text import plain
from ruleengine.values import DATE, MONTHS, NUMBER, PERCENT
from tests.report.pages import BANDS, load, words_of

USE = "value subscription.licensed_users / usage.monthly_active_users shown as percent"
TICKETS = "value support.tickets_last_month"


def blocks_of(folder: Path, body: str, before: str = "") -> list[str]:
    ruleset = load(folder, f"{BANDS}{before}\nmeasure m {{ {body} }}\nscorecard s {{ bands none ; m }}\n")
    words = words_of(ruleset)
    return [block_text(block) for block in Ratings(words).blocks(words.names.measures["m"])]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            f"{USE} ; rate {{ red when < 10% ; yellow when <= 50% ; green otherwise }}",
            ["green above 50%; yellow from 10% to 50%; red below 10%"],
        ),
        (
            f"{USE} ; rate {{ green when > 50% ; yellow when >= 10% ; red otherwise }}",
            ["green above 50%; yellow from 10% to 50%; red below 10%"],
        ),
        (
            f"{USE} ; rate {{ red when <= 10% ; yellow when < 50% ; green otherwise }}",
            ["green at least 50%; yellow above 10% and below 50%; red at most 10%"],
        ),
        (
            f"{TICKETS} ; rate {{ green when in 1..5 ; red when > 15 ; yellow otherwise }}",
            ["green from 1 to 5; yellow below 1 or above 5 and at most 15; red above 15"],
        ),
        (
            f"{TICKETS} ; rate {{ yellow when = 0 because \"silent\" ; green when not > 5 ; red otherwise }}",
            ["green above 0 and at most 5; yellow exactly 0 (silent); red above 5"],
        ),
        (
            f"{TICKETS} ; rate {{ green when >= 1 and < 5 or = 9 ; red otherwise }}",
            ["green at least 1 and below 5 or exactly 9; red below 1, at least 5 and below 9 or above 9"],
        ),
        (
            "value account.size ; rate { green when = \"large\" ; yellow when in (\"medium\", \"small\") ; red otherwise }",
            ["green “large”; yellow “medium” or “small”; red"],
        ),
        (
            "value account.customer_since ; rate { green when < 2020-01-01 ; red otherwise }",
            ["green before 2020-01-01; red on or after 2020-01-01"],
        ),
        (
            f"{TICKETS} ; points steps above 1, 5, 9",
            ["1 point above 1, 2 above 5, 3 above 9, else 0"],
        ),
        (
            f"{TICKETS} ; rate {{ linear 100..50 when in 0..10 ; points 0 otherwise }}",
            ["100 to 50 points in proportion from 0 to 10; 0 points above 10"],
        ),
        (
            f"{TICKETS} ; rate {{ points 100 - value when < 10 ; na excluded \"too many\" otherwise }}",
            ["points: 100 − the value below 10; no rating: excluded (too many) at least 10"],
        ),
        (
            f"{TICKETS} ; rate when account.csm_owned {{ green when < 9 ; red otherwise }} ; rate {{ yellow otherwise }}",
            ["account CSM owned is yes: green below 9; red at least 9", "otherwise: yellow"],
        ),
        (
            f"{TICKETS} ; rate {{ green when < 9 and account.csm_owned ; red otherwise }}",
            ["green the value is below 9 and account CSM owned is yes; red"],
        ),
        ("value sentiment.rating ; rate as given", ["as given: the value is itself green, yellow or red"]),
    ],
)  # fmt: skip
def test_rows(tmp_path: Path, body: str, expected: list[str]) -> None:
    title = 'measure other "CSM" { value sentiment.rating ; rate as given }'
    assert blocks_of(tmp_path, body, title) == expected


def test_a_row_that_never_comes_is_not_told(tmp_path: Path) -> None:
    body = f"{TICKETS} ; rate {{ green when < 10 ; yellow when < 5 ; red otherwise }}"
    assert blocks_of(tmp_path, body) == ["green below 10; red at least 10"]


# ── stretches ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("stretch", "kind", "expected"),
    [
        (Stretch(2, 6, high_open=True), MONTHS, "at least 2 and below 6 months"),
        (Stretch(1, 6), MONTHS, "from 1 to 6 months"),
        (Stretch(1, None), MONTHS, "at least 1 month"),
        (Stretch(0.1, 0.5, low_open=True), PERCENT, "above 10% and at most 50%"),
        (Stretch(0.1, 0.5, True, True), PERCENT, "above 10% and below 50%"),
        (Stretch(None, 5, high_open=True), NUMBER, "below 5"),
        (Stretch(3, 3), NUMBER, "exactly 3"),
        (Stretch(None, None), NUMBER, "any value"),
        (Stretch(738_946, 738_946), DATE, "on 2024-03-01"),
        (Stretch(738_946, 738_947, low_open=True), DATE, "after 2024-03-01 and on or before 2024-03-02"),
    ],
)
def test_stretches_say_which_ends_belong_to_them(stretch: Stretch, kind: object, expected: str) -> None:
    assert stretch_words(stretch, kind) == expected  # type: ignore[arg-type]  # a type of values


def test_what_lies_beyond_touches_without_overlap() -> None:
    region = (Stretch(1, 5), Stretch(9, None, low_open=True))
    assert beyond(region) == (Stretch(None, 1, high_open=True), Stretch(5, 9, low_open=True))
    assert common(region, beyond(region)) == ()
    assert beyond(EVERYTHING) == ()
    assert beyond(()) == EVERYTHING
    assert beyond(beyond(region)) == region


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12_345.5, "12,345.5"), (9999.0, "9999"), (-0.5, "−0.5"), (-0.0, "0"), (1e-7, "0.0000001"), (1e15, "1,000,000,000,000,000"),
        (0.1 + 0.2, "0.30000000000000004"), (-20_000.0, "−20,000"),
    ],
)  # fmt: skip
def test_numbers_are_said_exactly(value: float, expected: str) -> None:
    assert number_words(value) == expected


# ── policies ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("applies to all except a, b", "all except a and b"),
        ("applies to a, b", "only a or b"),
        ("applies to a", "only a"),
        ("applies when tenure < 3 months", "only when tenure is below 3 months"),
        ("applies to all except a ; applies when b", "all except a; only b"),
        ("", ""),
    ],
)
def test_where_a_measure_applies(tmp_path: Path, statement: str, expected: str) -> None:
    text = f"""{BANDS}
let tenure = months since account.customer_since
segment a when account.service_level = "scale"
segment b when account.service_level = "growth"
measure m {{ {TICKETS} ; rate {{ green otherwise }} ; {statement} }}
scorecard s {{ m }}
"""
    words = words_of(load(tmp_path, text))
    assert plain(Policies(words).applies(words.names.measures["m"])) == expected


def test_limits_of_age_say_their_side(tmp_path: Path) -> None:
    fresh = "fresh by support.updated_at, stale after 1 day, expired after 2 months"
    words = words_of(
        load(tmp_path, f"{BANDS}measure m {{ {TICKETS} ; rate {{ green otherwise }} ; {fresh} }}\n")
    )
    lines = [plain(line) for line in Policies(words).fresh(words.names.measures["m"].fresh)]
    assert lines == [
        "stale when older than 1 day",
        "not used when older than 2 months",
        "counted from support updated at",
    ]

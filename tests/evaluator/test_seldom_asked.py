"""What a ruleset can say and seldom does; whole results and scores alone agree, and expectations are computed by hand."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import ruleengine
from ruleengine.api import Ruleset

AS_OF = date(2024, 6, 30)
HEAD = """ruleset demo 1.0.0 { facts thing 1 }
bands rag { green 50..100 points 80 ; yellow 20..<50 points 40 ; red 0..<20 points 10 }
"""
_COUNT = {"type": "integer", "minimum": -1000, "maximum": 1000, "x-unit": "count"}
_DATE = {"type": "string", "format": "date"}
PROPERTIES: dict[str, Any] = {
    "id": {"type": "string", "x-id": True},
    "certain": _COUNT,
    "seats": _COUNT,
    "sold": _COUNT,
    "positive": {"type": "number", "exclusiveMinimum": 0},
    "plan": {"type": "string", "enum": ["small", "large"]},
    "kind": {"type": "string"},
    "marked": {"type": "boolean"},
    "since": _DATE,
    "joined": {"type": "string", "format": "date-time"},
    "words": {"type": "array", "items": {"type": "string"}},
    "usage": {"type": "object", "properties": {"users": _COUNT}},
    "stays": {
        "type": "array",
        "items": {"type": "object", "required": ["day"], "properties": {"day": _DATE}},
    },
    "visits": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["kind"],
            "properties": {
                "kind": {"type": "string"}, "on": _DATE, "minutes": {"type": "number"}, "marked": {"type": "boolean"},
            },
        },
    },
}  # fmt: skip
SCHEMA = {"type": "object", "required": ["id", "certain"], "properties": PROPERTIES}


def load(folder: Path, rules: str) -> Ruleset:
    for name, text in (
        ("schemas/thing/1.schema.json", json.dumps(SCHEMA)),
        ("rulesets/demo/1.0.0.rules", HEAD + rules),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return ruleengine.load(
        "demo@1.0.0", rulesets=folder / "rulesets", schemas=folder / "schemas", cache=False
    )


def result(ruleset: Ruleset, previous: dict[str, Any] | None = None, /, **facts: Any) -> dict[str, Any]:
    """The whole result; the scores alone are those of it."""
    document = {"id": "a", "certain": 1, **facts}
    found: dict[str, Any] = ruleset.score_dict(document, AS_OF, previous)
    scores = {name: (card["score"], card["band"]) for name, card in found["scorecards"].items()}
    for name, (score, band) in ruleset.scores(document, AS_OF, previous).items():
        assert (score if score is None else pytest.approx(score), band) == scores[name]
    return found


def outputs(folder: Path, rules: str, **facts: Any) -> Any:
    return result(load(folder, rules), **facts)["outputs"]


# ── queries and series ──


def test_the_latest_by_a_date_that_is_always_there(tmp_path: Path) -> None:
    rules = """
    output newest = (latest v in visits by (v.on default 2024-01-01)).kind
    output alike  = (latest v in visits by as_of).kind
    output ones   = value of (series of 1 for v in visits by (v.on default 2024-01-01)) at as_of
    """
    visits = [{"kind": "a", "on": "2023-12-31"}, {"kind": "b"}, {"kind": "c", "on": "2023-11-30"}]
    assert outputs(tmp_path, rules, visits=visits) == {"newest": "b", "alike": "a", "ones": 1}


def test_an_answer_can_be_too_large_a_number(tmp_path: Path) -> None:
    """(9 · 10^14)^19 · 10^5 is 1.35 · 10^289 a day; of 8 days it is more than 10^290, beyond which nothing is counted."""
    rules = f"""
    let large = series of {" * ".join(["v.minutes"] * 19)} * 100000 for v in visits by v.on
    output day  = max of large over 10 days > 0
    output days = sum of large over 10 days > 0
    """
    visits = [{"kind": "a", "on": f"2024-06-{day}", "minutes": 900_000_000_000_000} for day in range(23, 31)]
    found = result(load(tmp_path, rules), visits=visits)
    assert found["outputs"] == {"day": True, "days": None}
    assert [problem["code"] for problem in found["problems"]] == ["RE506"]
    assert "too large a number" in found["problems"][0]["message"]


def test_a_list_that_a_query_gives_keeps_what_could_not_be_read(tmp_path: Path) -> None:
    """5 is no word and "x" no visit: each is reported once, at its place, and no list counts it."""
    rules = """
    let known = list w in words where true
    let ones  = list v in visits where true
    output these = list w in known where w = "a"
    output kinds = list of v.kind for v in ones where v.kind = "a"
    """
    found = result(load(tmp_path, rules), words=["a", 5, "a"], visits=["x", {"kind": "a"}])
    assert found["outputs"]["these"] == ["a", "a"]
    assert found["outputs"]["kinds"] == ["a"]
    places = [problem["pointer"] for problem in found["problems"] if problem["code"] == "RE504"]
    assert sorted(places) == ["/visits/0", "/words/1"]


def test_a_word_among_words_that_are_not_all_words(tmp_path: Path) -> None:
    rules = 'output has_b = words contains "b"\noutput has_c = words contains "c"'
    assert outputs(tmp_path, rules, words=["a", "b"]) == {"has_b": True, "has_c": False}
    assert outputs(tmp_path, rules, words=["a", 5]) == {"has_b": None, "has_c": None}


# ── expressions ──


def test_a_date_before_a_moment_and_the_days_after_one(tmp_path: Path) -> None:
    rules = """
    output before = since < joined
    output later  = joined + 3 days
    """
    facts = {"since": "2024-02-27", "joined": "2024-02-28T23:30:00Z"}
    assert outputs(tmp_path, rules, **facts) == {"before": True, "later": "2024-03-02"}
    assert outputs(tmp_path, rules, **{**facts, "since": "2024-02-28"})["before"] is False


@pytest.mark.parametrize(("seats", "among"), [(0, True), (98, True), (99, False), (100, True), (None, None)])
def test_one_of_more_than_fifty_numbers(tmp_path: Path, seats: int | None, among: bool | None) -> None:
    rules = f"output even = seats in ({', '.join(str(number) for number in range(0, 102, 2))})"
    assert outputs(tmp_path, rules, seats=seats) == {"even": among}


def test_the_largest_of_more_than_fifty_values(tmp_path: Path) -> None:
    rules = f"output most = max({', '.join(f'seats + {number}' for number in range(60))})"
    assert outputs(tmp_path, rules, seats=1) == {"most": 60}
    assert outputs(tmp_path, rules) == {"most": None}


def test_more_than_fifty_conditions_at_once(tmp_path: Path) -> None:
    rules = f"output all_above = {' and '.join(f'seats > {number}' for number in range(60))}"
    assert outputs(tmp_path, rules, seats=60) == {"all_above": True}
    assert outputs(tmp_path, rules, seats=59) == {"all_above": False}
    assert outputs(tmp_path, rules) == {"all_above": None}


# ── measures ──


def test_steps_whose_edges_may_be_missing(tmp_path: Path) -> None:
    rules = """
    measure steps { value certain ; points steps above 0, seats, sold }
    scorecard card { bands none ; steps }
    """
    ruleset = load(tmp_path, rules)
    assert result(ruleset, certain=5, seats=4, sold=5)["scorecards"]["card"]["score"] == 2
    assert result(ruleset, certain=5, seats=4)["scorecards"]["card"]["status"] == "missing"


def test_points_of_a_band_with_more_decimals_than_are_printed(tmp_path: Path) -> None:
    rules = """bands fine { high points 66.66666666666667 ; low points 0 }
    measure size { bands fine ; value seats ; rate { high when > 5 ; low otherwise } ; cap low when marked }
    scorecard card { bands none ; size }
    """
    found = result(load(tmp_path, rules), seats=6, marked=False)
    assert (found["measures"]["size"]["points"], found["scorecards"]["card"]["score"]) == (66.6666666667,) * 2


def test_a_measure_without_a_rating_has_no_band_in_a_definition(tmp_path: Path) -> None:
    rules = """
    measure size { value seats }
    measure late { value sold ; rate { green when > 5 ; red otherwise } ; fresh by since, stale after 30 days ; cap red when marked }
    scorecard card { group inner { late } }
    define told(n count) = if late is stale or size is missing then late.value + n else n
    define light(n count) = if n > 1 and computed late is green and card.inner.late is red then card.coverage else 0%
    define heavy(n count) = if n > 2 then card.inner.late.effective_weight else 0%
    output first  = told(1)
    output second = light(2)
    output third  = heavy(3)
    """
    found = result(load(tmp_path, rules), seats=1, sold=7, since="2024-01-01", marked=True)
    assert found["outputs"] == {"first": 8, "second": 1, "third": 1}


def test_grace_from_a_date_that_is_always_there(tmp_path: Path) -> None:
    rules = """
    measure size { value certain ; rate { green when > 5 ; red otherwise } }
    scorecard early { grace first 30 days from 2024-06-01 ; size }
    scorecard late  { grace first 1 month from 2024-05-30 ; size }
    """
    cards = result(load(tmp_path, rules))["scorecards"]
    assert (cards["early"]["status"], cards["late"]["score"]) == ("grace", 10)


@pytest.mark.parametrize(
    ("limits", "status"), [("stale after 30 days", "stale"), ("expired after 1 month", "expired")]
)
def test_an_age_that_is_always_known(tmp_path: Path, limits: str, status: str) -> None:
    rules = f"""
    measure size {{ value certain ; rate {{ green when > 5 ; red otherwise }} ; fresh by 2024-05-20, {limits} }}
    scorecard card {{ size }}
    """
    assert result(load(tmp_path, rules))["measures"]["size"]["status"] == status


def test_a_line_between_two_ends_that_are_one(tmp_path: Path) -> None:
    rules = """
    measure size { value certain ; rate { linear 10..40 when in seats..sold ; points 0 otherwise } }
    scorecard card { bands none ; size }
    """
    ruleset = load(tmp_path, rules)
    assert result(ruleset, certain=5, seats=5, sold=5)["scorecards"]["card"]["score"] == 10
    assert result(ruleset, certain=5, seats=4, sold=6)["scorecards"]["card"]["score"] == 25


def test_an_override_of_a_measure_that_nothing_rates(tmp_path: Path) -> None:
    ruleset = load(tmp_path, "measure size { bands rag ; value certain ; override red when marked }")
    assert result(ruleset, marked=True)["measures"]["size"]["band"] == "red"
    assert result(ruleset, marked=False)["measures"]["size"]["band"] is None


def test_what_was_computed_for_a_member_at_its_place(tmp_path: Path) -> None:
    rules = """
    measure size { value certain ; rate { green when > 5 ; red otherwise } }
    scorecard low  { size ; cap red }
    scorecard card { group inner { low } }
    output before = computed card.inner.low
    output after  = card.inner.low.score
    """
    assert outputs(tmp_path, rules, certain=6) == {"before": 80, "after": 10}


# ── matrices, triggers, templates ──


def test_scores_alone_ask_a_matrix_for_one_of_its_texts(tmp_path: Path) -> None:
    rules = """
    measure size { value certain ; rate { green when > 5 ; red otherwise } }
    segment big when certain > 5
    matrix way {
      rows    plan: small, large
      columns size
      small gives stay, stay, go
      large gives go,   stay, stay
      cell stay { owner "Ana" ; text "{seats} seats" }
      cell go   { text "go" }
    }
    matrix unasked { rows plan: small, large ; columns size ; small gives "a", "b", "c" ; large gives "a", "b", "c" }
    measure owned { rate { green when way.owner = "Ana" ; red otherwise } }
    scorecard card { owned }
    output owner = way.owner
    """
    ruleset = load(tmp_path, rules)
    assert result(ruleset, plan="small", certain=6)["scorecards"]["card"]["score"] == 80
    assert result(ruleset, plan="large", certain=6)["scorecards"]["card"]["status"] == "missing"


def test_what_no_cell_of_a_matrix_says(tmp_path: Path) -> None:
    rules = """
    matrix way { rows kind: a ; columns plan: small, large
      a gives stay, "go"
      cell stay { text "here" }
    }
    output owner = way.owner
    output text  = way.text
    """
    assert outputs(tmp_path, rules, kind="a", plan="small") == {"owner": None, "text": "here"}
    assert outputs(tmp_path, rules, kind="a", plan="large") == {"owner": None, "text": None}


def test_a_text_may_be_empty(tmp_path: Path) -> None:
    found = result(load(tmp_path, 'trigger t { when certain = 1 ; reason "" ; playbook "P" }'))
    assert (found["triggers"][0]["reason"], found["triggers"][0]["playbook"]) == ("", "P")


# ── assumptions, dates, the earlier result ──


def test_as_many_dates_as_one_likes(tmp_path: Path) -> None:
    ruleset = load(tmp_path, "output age = months since since")
    document = {"id": "a", "certain": 1, "since": "2024-01-15"}
    for day in range(1, 29):
        for month in (1, 2, 3):
            found = ruleset.score_dict(document, date(2024 + month, 1, day))["outputs"]["age"]
            assert found == 12 * month - (day < 15)


def test_an_assumption_about_a_record_that_is_none(tmp_path: Path) -> None:
    ruleset = load(tmp_path, "assume usage.users = 7\noutput users = usage.users")
    assert result(ruleset)["outputs"] == {"users": 7}
    assert result(ruleset, usage=5)["outputs"] == {"users": None}


@pytest.mark.parametrize(
    ("previous", "was"),
    [
        ({"measures": {"flag": {"value": True}, "moment": {"value": "2024-06-01T12:00:00Z"}}}, (True, 29)),
        ({"measures": {"flag": {"value": 1}, "moment": {"value": "yesterday"}}}, (None, None)),
        ({"measures": {"flag": {"value": "true"}, "moment": {"value": 5}}}, (None, None)),
        ({"as_of": 5}, (None, None)),
        (["no", "record"], (None, None)),
        ({"as_of": None}, (None, None)),
    ],
)
def test_what_an_earlier_result_holds(tmp_path: Path, previous: Any, was: Any) -> None:
    rules = """
    measure flag   { value marked }
    measure moment { value joined }
    output was_marked = previous flag.value
    output days       = days since (previous moment.value)
    """
    earlier = {"id": "a", "as_of": "2024-06-01", **previous} if isinstance(previous, dict) else previous
    found = result(load(tmp_path, rules), earlier, marked=False)
    assert tuple(found["outputs"].values()) == was
    assert bool(found["problems"]) is (was == (None, None))

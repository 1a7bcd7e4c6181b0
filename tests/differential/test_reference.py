"""What the second opinion itself must get right: every expectation here was worked out by hand."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.differential.fields import SCHEMAS
from tests.differential.reference import evaluate

HEAD = "ruleset sample_rules 1.0.0 { facts sample 1 ; calendar fiscal year starts february }\n"
RAG = """
bands rag {
  green  75..100 points 87.5
  yellow 50..<75 points 62.5
  red    0..<50  points 25
}
"""
AS_OF = date(2024, 3, 1)


def run(folder: Path, text: str, facts: dict[str, Any], as_of: date = AS_OF) -> dict[str, Any]:
    """The result of a ruleset that is written here."""
    path = folder / "sample_rules" / "1.0.0.rules"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + text, encoding="utf-8")
    return evaluate(path, {"id": "x", **facts}, as_of, folder, SCHEMAS)


def value_of(folder: Path, expression: str, facts: dict[str, Any]) -> Any:
    """The value of one expression."""
    return run(folder, f"output o = {expression}\n", facts)["outputs"]["o"]


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
    ("value size\nrate { green otherwise }\ncap yellow", 3, "scored", "yellow", 62.5),
    ("value size\nrate { red otherwise }\nfloor green\ncap yellow", 3, "scored", "yellow", 62.5),
    ("bands rag\npoints 90\ncap score 60\ncap score 40 when size > 5", 3, "scored", "yellow", 60),
    ("value account.level\nrate { red otherwise }\noverride green when size = 3", 3, "scored", "green", 87.5),
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


def measures(**bands: str) -> str:
    """A measure for each name: its band, or NA for a reason, or points."""
    body = {
        "missing": "na missing",
        "invalid": "na invalid",
        "excluded": "na excluded",
        "na": "na not_applicable",
    }
    return "".join(
        f"measure {name} {{ rate {{ {body.get(outcome, outcome)} otherwise }} }}\n"
        for name, outcome in bands.items()
    )


def card(folder: Path, body: str, facts: dict[str, Any] | None = None, **bands: str) -> dict[str, Any]:
    """The result of one scorecard over measures with given outcomes."""
    text = f"{RAG}{measures(**bands)}scorecard c {{\n{body}\n}}\n"
    result: dict[str, Any] = run(folder, text, facts or {})["scorecards"]["c"]
    return result


NESTED = "group g 60% { a 50% ; b 50% }\ngroup h 40% { e 100% ; d 0% }"


def test_weights_move_within_the_group_first(tmp_path: Path) -> None:
    """`b` is missing, so `a` takes the whole 60%; `d` weighs nothing."""
    found = card(tmp_path, NESTED, a="green", b="missing", e="red", d="green")
    assert found["score"] == 62.5  # 0.6 · 87.5 + 0.4 · 25
    assert found["band"] == "yellow"
    assert found["coverage"] == 0.7
    assert found["nodes"]["g.a"] == {
        "status": "scored", "score": 87.5, "band": "green", "weight": 0.3, "effective_weight": 0.6,
        "contribution": 52.5,
    }  # fmt: skip
    assert found["nodes"]["g.b"]["effective_weight"] == 0
    assert found["next_band"] == {"band": "green", "distance": 12.5}


def test_a_group_in_which_none_counts_gives_its_weight_to_its_siblings(tmp_path: Path) -> None:
    """Only the measure of weight 0 is scored in `h`."""
    found = card(tmp_path, NESTED, a="green", b="red", e="excluded", d="green")
    assert found["score"] == 56.25
    assert found["nodes"]["h"]["status"] == "excluded"
    assert found["nodes"]["g"]["effective_weight"] == 1
    assert found["coverage"] == 1


def test_flat_redistribution_weighs_leaves_by_their_paths(tmp_path: Path) -> None:
    """Paths 30, 30 and 40%, of which 70% count."""
    found = card(tmp_path, NESTED + "\nmissing redistribute flat", a="green", b="missing", e="red", d="green")
    assert found["score"] == pytest.approx((0.3 * 87.5 + 0.4 * 25) / 0.7)
    assert found["nodes"]["g"]["effective_weight"] == pytest.approx(3 / 7)


@pytest.mark.parametrize(
    ("policy", "score", "status"),
    [
        ("redistribute", 87.5, "scored"),
        ("impute 40", 63.75, "scored"),
        ("impute red", 56.25, "scored"),
        ("as zero", 43.75, "scored"),
        ("require all", None, "missing"),
        ("require 1 of 2", 87.5, "scored"),
        ("require 2 of 2", None, "missing"),
        ("require coverage 50%", 87.5, "scored"),
        ("require coverage 51%", None, "missing"),
    ],
)
def test_missing_policies(tmp_path: Path, policy: str, score: float | None, status: str) -> None:
    """One of two is missing."""
    found = card(tmp_path, f"a 50% ; b 50%\nmissing {policy}", a="green", b="missing")
    assert (found["score"], found["status"], found["coverage"]) == (score, status, 0.5)


def test_what_is_excluded_is_never_imputed(tmp_path: Path) -> None:
    """`as zero` is about lacking data."""
    found = card(tmp_path, "a 50% ; b 50%\nmissing as zero", a="green", b="excluded")
    assert (found["score"], found["coverage"]) == (87.5, 1)


@pytest.mark.parametrize(
    ("rollup", "score", "contributions"),
    [
        ("rollup sum", 112.5, [87.5, 25, 0]),
        ("rollup minimum", 25, [0, 25, 0]),
        ("rollup maximum", 87.5, [87.5, 0, 0]),
        ("rollup worst band", 25, [0, 25, 0]),
        ("rollup count of green", 1, [1, 0, 0]),
        ("score a - b / 2", 75, [None, None, None]),
    ],
)
def test_roll_ups(tmp_path: Path, rollup: str, score: float, contributions: list[Any]) -> None:
    """A green, a red and a missing one; the sum lies outside of the bands."""
    found = card(tmp_path, f"a ; b ; d\n{rollup}", a="green", b="red", d="missing")
    assert found["score"] == (score if score <= 100 else None)
    assert [node["contribution"] for node in found["nodes"].values()] == contributions


def test_reasons_rise_in_their_order(tmp_path: Path) -> None:
    """`invalid` before `missing` before `excluded`; `not_applicable` only when all are."""
    assert card(tmp_path, "a ; b ; d", a="missing", b="invalid", d="excluded")["status"] == "invalid"
    assert card(tmp_path, "a ; b ; d", a="na", b="na", d="excluded")["status"] == "excluded"
    assert card(tmp_path, "a ; b ; d", a="na", b="na", d="na")["status"] == "not_applicable"


GRACE = "a 50% ; b 50%\ngrace first 30 days from account.since, except b"


@pytest.mark.parametrize(
    ("since", "score", "status"),
    [("2024-02-01", 25, "grace"), ("2024-01-31", 56.25, "scored"), (None, 56.25, "scored")],
)
def test_grace(tmp_path: Path, since: str | None, score: float, status: str) -> None:
    """29 and 30 days after, and never."""
    found = card(tmp_path, GRACE, {"account": {"since": since}}, a="green", b="red")
    assert (found["score"], found["nodes"]["a"]["status"]) == (score, status)


def test_columns_of_weights_replace_the_default(tmp_path: Path) -> None:
    """The first that holds; one that is undecided is passed over with a problem."""
    body = """a 50% ; b 50%
      weights when account.level > 1 { a 0% ; b 100% }
      weights when size > 1 { a 80% ; b 20% }
      weights when size > 0 { a 10% ; b 90% }"""
    text = f"{RAG}{measures(a='green', b='red')}scorecard c {{\n{body}\n}}\n"
    result = run(tmp_path, text, {"size": 2})
    assert result["scorecards"]["c"]["score"] == 75  # 0.8 · 87.5 + 0.2 · 25
    assert result["problems"] == ["RE509"]


def test_limits_and_overrides_of_a_scorecard(tmp_path: Path) -> None:
    """The number stays where a band is set; a score limit derives the band again."""
    found = card(tmp_path, 'a ; b\noverride red when b is yellow because "it is"', a="green", b="yellow")
    assert (found["score"], found["band"], found["computed_band"]) == (75, "red", "green")
    assert found["override"] == {"band": "red", "because": "it is"}
    found = card(
        tmp_path, "a ; b\ncap score 60\nfloor score 70\nfloor green when a is missing", a="green", b="yellow"
    )
    assert (found["score"], found["band"], found["computed_score"]) == (60, "yellow", 75)


def test_overrides_act_on_na_and_caps_do_not(tmp_path: Path) -> None:
    """A parent takes the points of the band that was set."""
    body = "group g { a\noverride red when b is green }\nb"
    found = card(tmp_path, body, a="missing", b="green")
    assert found["nodes"]["g"]["status"] == "scored"
    assert found["score"] == 56.25
    assert card(tmp_path, "a\ncap red", a="missing", b="green")["band"] is None


def test_rounding_comes_before_the_band(tmp_path: Path) -> None:
    """74.96 is yellow, and 75 is green."""
    body = "a\n{}"
    assert card(tmp_path, body.format(""), a="points 74.96")["band"] == "yellow"
    rounded = card(tmp_path, body.format("round to 1 decimals\nborderline within 0.5"), a="points 74.96")
    assert (rounded["score"], rounded["band"]) == (75, "green")
    assert rounded["borderline"] == {"band": "yellow", "distance": 0}


def test_problems_and_invariants(tmp_path: Path) -> None:
    """An undecided one says nothing."""
    text = 'problem "p" when size > 1\nproblem "q" when account.level > 1\ninvariant "i" never size = 2\n'
    text += 'invariant "j" always account.level = 2\n'
    assert run(tmp_path, text, {"size": 2})["problems"] == ["RE507", "RE508"]


def test_assumptions_stand_in_for_missing_facts_only(tmp_path: Path) -> None:
    """An invalid fact stays invalid."""
    text = "assume account.level, size = 3\noutput a = account.level\noutput b = size\n"
    assert run(tmp_path, text, {"size": "large"})["outputs"] == {"a": 3, "b": None}


def test_imports_keep_their_own_names(tmp_path: Path) -> None:
    """What only an imported measure needs is shown under its ruleset's name."""
    library = tmp_path / "library" / "2.0.0.rules"
    library.parent.mkdir()
    library.write_text(
        "ruleset library 2.0.0 { facts sample 1 }\nlet twice = size * 2\nmeasure inner { points twice }\n"
        "measure outer { points inner + 1 }\nmeasure unused { points 1 }\n"
    )
    text = "import library 2.0.0 (outer as shown)\nlet twice = 100\nmeasure own { points shown + twice }\n"
    found = run(tmp_path, text, {"size": 4})["measures"]
    assert {name: each["points"] for name, each in found.items()} == {
        "shown": 9,
        "own": 109,
        "library.inner": 8,
    }


def test_it_shares_nothing_with_the_engine_but_the_parser() -> None:
    """Otherwise one fault could be in both."""
    for file in (Path(__file__).parent / "reference").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("ruleengine"):
                assert node.module in ("ruleengine.source", "ruleengine.syntax", "ruleengine.syntax.parse"), (
                    file
                )
            elif isinstance(node, ast.Import):
                assert not any(each.name.startswith("ruleengine") for each in node.names), file

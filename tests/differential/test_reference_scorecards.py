"""What the second opinion itself must get right about scorecards: every expectation here was worked out by hand."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from tests.differential.reference_runs import RAG, run


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


def test_flat_redistribution_asks_no_group_how_it_rolls_up(tmp_path: Path) -> None:
    """`e` is missing: `a` and `b` share everything, though the group for itself would take the worst of them."""
    body = (
        "missing redistribute flat\ngroup g 60% { rollup worst band\n a 50% ; b 50% }\ngroup h 40% { e 100% }"
    )
    found = card(tmp_path, body, a="green", b="red", e="missing")
    assert found["score"] == 56.25  # 0.5 · 87.5 + 0.5 · 25
    assert found["nodes"]["g.a"]["contribution"] == 43.75
    assert found["nodes"]["g.b"]["contribution"] == 12.5


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
    assert found["override"] == {"band": "red", "reason": "it is"}
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

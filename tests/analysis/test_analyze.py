"""Bounds, reach and invariants of rulesets whose truths are worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ruleengine.analysis.analyze import analyze
from ruleengine.analysis.findings import Analysis, Bounds, Verdict
from ruleengine.analysis.options import Options
from ruleengine.casebook.accounts import Account
from tests.analysis.small import AS_OF, SCHEMA, opened

KINDS = frozenset({"bounds", "reach", "invariants"})
MEASURES = """\
segment large when plan = "large"
measure mood "Mood" {
  value feeling
  rate  as given
}
measure seats "Seats" {
  value users
  rate { green when >= 50 ; yellow when >= 20 ; red otherwise }
}
measure load "Load" {
  value issues
  rate { yellow when > 10 ; green otherwise }
}
"""
CARD = """\
scorecard health "Health" {
  bands rag
  mood  50%
  seats 30%
  load  20%
}
"""


def analysed(folder: Path, rules: str, solver: bool = False, schema: dict[str, Any] = SCHEMA) -> Analysis:
    """The analysis of some rules."""
    found = opened(folder, rules, schema=schema)
    given = [Account({"id": "x"}, AS_OF)]
    options = Options(only=KINDS, solver=solver)
    return analyze(found.program, found.compilation.sources, found.schema, given, AS_OF, options)


def of(analysis: Analysis, among: str = "") -> Bounds:
    """The bounds among some accounts."""
    return next(each for each in analysis.bounds if each.among == among)


def test_the_ends_of_a_weighted_mean(tmp_path: Path) -> None:
    # Load is never red. So 0.5 × 25 + 0.3 × 25 + 0.2 × 62.5 = 32.5 where all is there, and 25 where load is missing.
    found = of(analysed(tmp_path, MEASURES + CARD))
    assert (found.lowest.score, found.highest.score) == (25.0, 87.5)
    assert found.lowest.is_exact
    assert found.highest.is_exact
    assert [each.answer.verdict for each in found.bands] == [Verdict.SHOWN] * 3


def test_with_only_load_no_account_is_red(tmp_path: Path) -> None:
    found = of(analysed(tmp_path, MEASURES + CARD), "with only Load")
    assert found.parts == ("load",)
    assert (found.lowest.score, found.highest.score) == (62.5, 87.5)
    assert {each.band: each.answer.verdict for each in found.bands} == {
        "green": Verdict.SHOWN, "yellow": Verdict.SHOWN, "red": Verdict.PROVED,
    }  # fmt: skip


def test_required_data_raise_the_lowest_score(tmp_path: Path) -> None:
    card = CARD.replace("  bands rag\n", "  bands rag\n  missing require all\n")
    found = of(analysed(tmp_path, MEASURES + card))
    assert found.lowest.score == pytest.approx(32.5)
    assert found.lowest.is_exact


def test_a_segment_has_bounds_of_its_own(tmp_path: Path) -> None:
    # Large accounts are only judged by their load, small ones by all.
    rules = MEASURES.replace("  value feeling\n", "  value feeling\n  applies to all except large\n")
    rules = rules.replace("  value users\n", "  value users\n  applies to all except large\n")
    found = analysed(tmp_path, rules + CARD)
    assert of(found, "large").lowest.score == 62.5
    assert of(found).lowest.score == 25.0
    assert [each.answer.verdict for each in of(found, "large").bands] == [
        Verdict.SHOWN,
        Verdict.SHOWN,
        Verdict.PROVED,
    ]


def test_an_override_reaches_a_band_that_no_score_has(tmp_path: Path) -> None:
    card = 'scorecard health "Health" {\n  bands rag\n  load 100%\n  override red when users = 0\n}\n'
    found = of(analysed(tmp_path, MEASURES + card))
    red = found.bands[2].answer
    assert red.verdict is Verdict.SHOWN
    assert red.account is not None
    assert red.account.facts["users"] == 0


def test_what_nobody_can_reach(tmp_path: Path) -> None:
    card = 'scorecard health "Health" {\n  bands rag\n  load 100%\n  cap yellow when issues > 50\n  override red when users < 0\n}\n'
    found = analysed(tmp_path, MEASURES + card)
    assert {(each.code, each.id) for each in found.findings} == {
        ("RE701", "reach.health.limit.cap.1"), ("RE701", "reach.health.limit.override.2"), ("RE708", "band.health.red"),
    }  # fmt: skip


def test_what_is_always_so(tmp_path: Path) -> None:
    rules = MEASURES.replace('plan = "large"', 'plan = "large" or plan != "large" or plan is missing')
    found = analysed(tmp_path, rules + CARD)
    assert [(each.code, each.subject) for each in found.findings] == [("RE702", "large")]


def test_a_measure_that_never_matters(tmp_path: Path) -> None:
    rules = MEASURES.replace("  value issues\n", "  value issues\n  applies when users > 100\n")
    found = analysed(tmp_path, rules + CARD)
    assert ("RE703", "load") in {(each.code, each.subject) for each in found.findings}


def test_an_invariant_is_proved_or_refuted_by_an_account(tmp_path: Path) -> None:
    rules = (
        MEASURES
        + CARD
        + 'invariant "one"\n  never mood is red and health is green and seats is scored and load is scored\n'
        'invariant "two"\n  never mood is red and health is yellow\n'
    )
    one, two = analysed(tmp_path, rules).invariants
    # 0.5 × 25 + 0.3 × 87.5 + 0.2 × 87.5 = 56.25: yellow at the most
    assert one.answer.verdict is Verdict.PROVED
    assert two.answer.verdict is Verdict.SHOWN
    assert two.answer.account is not None
    assert two.answer.account.facts["feeling"] == "red"


def test_what_the_schema_excludes_is_no_account(tmp_path: Path) -> None:
    rules = MEASURES + CARD + 'invariant "seats are at most a hundred"\n  never users > 100\n'
    assert analysed(tmp_path, rules).invariants[0].answer.verdict is Verdict.PROVED


def test_a_score_without_an_end_is_not_exact(tmp_path: Path) -> None:
    share = {"type": "number", "exclusiveMinimum": 0}
    schema = {**SCHEMA, "properties": {**SCHEMA["properties"], "share": share}}
    found = analysed(tmp_path, 'scorecard odds "Odds" {\n  bands none\n  score ln(share)\n}\n', schema=schema)
    for end in (of(found).lowest, of(found).highest):
        assert end.score is not None
        assert end.known_limit is None
        assert not end.is_exact
    assert found.unknown == 2


def test_what_is_imputed_counts_where_a_part_has_no_data(tmp_path: Path) -> None:
    # With mood alone, load counts with its 87.5: 0.5 × 87.5 + 0.5 × 87.5 at best, and 0.5 × 25 + 0.5 × 87.5 = 56.25 at
    # worst. With load alone mood counts nothing, and load is never red. So only red is lost, and with either.
    rules = MEASURES.replace("  value issues\n", "  value issues\n  missing impute 87.5\n")
    found = analysed(
        tmp_path, rules + 'scorecard health "Health" {\n  bands rag\n  mood 50%\n  load 50%\n}\n'
    )
    whole, mood, load = of(found), of(found, "with only Mood"), of(found, "with only Load")
    assert (whole.lowest.score, whole.highest.score) == (43.75, 87.5)
    assert (mood.lowest.score, mood.highest.score) == (56.25, 87.5)
    assert (load.lowest.score, load.highest.score) == (62.5, 87.5)
    assert [each.answer.verdict for each in mood.bands] == [Verdict.SHOWN, Verdict.SHOWN, Verdict.PROVED]


def test_a_part_that_always_has_a_number_is_never_without_data(tmp_path: Path) -> None:
    # Group two has a score whatever is there, of 25 where load is missing: no account has data in group one only, and
    # with group two only every band is possible.
    rules = MEASURES + (
        'scorecard health "Health" {\n  bands rag\n  group one "One" 50% { mood 100% }\n'
        '  group two "Two" 50% {\n    missing impute 25\n    load 100%\n  }\n}\n'
    )
    assert [each.among for each in analysed(tmp_path, rules).bounds if each.kind == "data"] == []


@pytest.mark.parametrize("status", ["not_applicable", "known", "missing", "up"])
@pytest.mark.parametrize(
    "asking",
    [
        "segment asked when way is {}",
        'trigger asked {{ when way is {} ; kind risk ; reason "x" }}',
        'invariant "asked" never way is {} and health is green and mood is red and users > 100',
        "segment asked when way is {}\nmeasure late {{ value users ; rate {{ green when > 3 ; red otherwise }} ; applies to asked }}",
        "scorecard second {{ bands rag ; seats ; override red when way is {} }}",
    ],
)
def test_whether_a_matrix_has_a_cell_is_asked(tmp_path: Path, asking: str, status: str) -> None:
    """A place without a cell, a missing plan and a place with a cell: the test may be true, and may be false."""
    matrix = (
        "matrix way { rows health ; columns plan: small, large ; green gives up, na ; yellow gives up, na\n"
        '  red gives up, na ; cell up "Up" }\n'
    )
    found = opened(tmp_path, MEASURES + CARD + matrix + asking.format(status) + "\n")
    given = [Account({"id": "x"}, AS_OF)]
    sources = found.compilation.sources
    analysis = analyze(found.program, sources, found.schema, given, AS_OF, Options(solver=False))
    told = {(each.code, each.subject, each.verdict) for each in analysis.findings}
    unknown = {("RE706", measure, Verdict.UNKNOWN) for measure in ("mood", "seats", "load")}
    assert told == {("RE705", "health", Verdict.SHOWN)} | (unknown if "override" in asking else set())

"""What tests reach, how it is counted, and tests that reach the rest: each of them run."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest
from jsonschema import Draft202012Validator

import ruleengine
from ruleengine.api import Ruleset
from ruleengine.casebook import search
from ruleengine.casebook.coverage import Coverage, CoverageOptions, Share, coverage_of
from ruleengine.casebook.model import Case
from ruleengine.casebook.reading import open_casebook
from ruleengine.casebook.run import run_casebook
from ruleengine.source import Span
from tests.evaluator.covered_rulesets import AS_OF, loaded

ROOT = Path(__file__).resolve().parents[2]
PLACE = Span("a", 0, 0, 1, 1)
SIZE = "measure size { value seats ; rate { red when < 5 ; yellow when < 50 ; green otherwise } }\n"


def case(previous: dict[str, Any] | None = None, /, **facts: Any) -> Case:
    """A case that expects nothing."""
    return Case(1, "a", 0, (), PLACE, AS_OF, {"id": "a", "certain": 1, **facts}, previous, ())


def covered(ruleset: Ruleset, *cases: Case, suggestions: int = 0, imports: bool = False) -> Coverage:
    """The coverage of a ruleset by some cases."""
    options = CoverageOptions(imports, suggestions)
    return coverage_of(ruleset.evaluator, ruleset.sources, cases, ruleset.workspace.schemas, options)


# ── Shares ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_shares_of_each_kind_over_all_cases(tmp_path: Path) -> None:
    found = covered(
        loaded(tmp_path, SIZE + "segment big when seats > 9"), case(seats=4), case(seats=4), case(seats=7)
    )
    assert [(kind, share.reached, share.total) for kind, _, share in found.kinds()] == [
        ("band", 2, 3), ("row", 2, 3), ("segment", 0, 1), ("status", 0, 1),
    ]  # fmt: skip
    assert (found.cases, found.counted, found.everything) == (3, Share(4, 6), Share(4, 8))
    assert [item.title for item in found.missing] == [
        "size is green", "size: row `green otherwise`", "size: seats is missing", "segment big",
    ]  # fmt: skip
    assert found.suggestions == ()


@pytest.mark.parametrize(
    ("reached", "total", "percent"),
    [(0, 0, 100), (1, 3, 33.3), (2, 3, 66.6), (1999, 2000, 99.9), (7, 7, 100)],
)
def test_a_share_is_never_rounded_up(reached: int, total: int, percent: float) -> None:
    assert Share(reached, total).percent == percent


def test_what_is_asked_for_is_compared_exactly() -> None:
    assert Share(19, 20).is_at_least(95)
    assert not Share(1899, 2000).is_at_least(95)
    assert Share(2, 3).is_at_least(200 / 3)
    assert Share(0, 0).is_at_least(100)


def test_imports_are_counted_only_when_asked_for(tmp_path: Path) -> None:
    other = "ruleset other 1.0.0 { facts thing 1 }\nbands two { good ; bad }\n" + SIZE.replace("red", "bad").replace(
        "green", "good").replace("yellow", "bad")  # fmt: skip
    ruleset = loaded(tmp_path, "import other 1.0.0 (size)\nsegment bad when size is bad", other=other)
    assert covered(ruleset, case(seats=9)).everything == Share(1, 1)
    assert covered(ruleset, case(seats=9), imports=True).of("band") == Share(1, 2)


# ── Suggestions ─────────────────────────────────────────────────────────────────────────────────────────────────────

EVERYTHING = """
let last   = latest v in visits where v.kind = "call" by v.on
let weekly = series of v.minutes for v in visits by v.on

segment large when plan = "large"
segment new_here when since >= as_of - 90 days

table price(n count, p text) {
  < 10, "small" gives 1
  < 10, any     gives 2
  any,  any     gives 3
}
define cost(n count) = price(n, plan default "small") * 2

measure size "Size" {
  value seats / sold   shown as percent
  rate when large { red when < 50% ; green otherwise }
  rate { red when < 10% ; yellow when in 10..20% ; na excluded "too many" when > 500% ; green otherwise }
}
measure minutes "Minutes" {
  value last.minutes
  rate  { points 0 when = 0 ; linear 20..80 when in 1..60 ; points 100 otherwise }
  bands rag
  fresh by last.on, stale after 30 days, expired after 60 days
  applies when not marked
}
measure trend "Trend" { value change of weekly over 1 month ; rate { red when < 0 ; green otherwise } }
measure falls "Falls" { value consecutive declines of weekly ; rate { red when >= 2 ; green otherwise } }
measure word "Word" { value said ; rate as given ; cap yellow when marked }
measure many "Many" {
  rate {
    green  when (count v in visits where v.minutes > 30) >= 3
    yellow when all v in visits where v.kind in ("call", "mail")
    red    otherwise
  }
}

scorecard health "Health" {
  bands rag
  grace first 30 days from since
  group one "One" 60% { size 50% ; minutes 50% }
  group two "Two" 40% { word ; many }
  weights for large { one 10% ; two 90% }
  missing require coverage 25%
  cap yellow when size is red
  override red when said = "red" and certain > 5
}

trigger fell "Fell" { when health is worse than previous health ; when large and health is red }
trigger call "Call" { when minutes.value > 45 and not new_here }
matrix plan_of "Plan" {
  rows    health
  columns plan: large, small
  green  gives "grow", "keep"
  yellow gives "look", na
  red    gives "act", "act"
}
problem "sold more than there are" when sold > seats
output paid = cost(seats)
"""


def tried(ruleset: Ruleset, found: Coverage) -> tuple[list[str], Coverage]:
    """What fails of the tests that are suggested, and what they reach."""
    path = ruleset.path.with_name(f"{ruleset.path.stem}.test.rules")
    path.write_text("\n".join(each.test for each in found.suggestions), encoding="utf-8")
    book = open_casebook(path, ruleset.workspace)
    assert [str(each) for each in book.diagnostics] == []
    failed = [
        f"{outcome.case.title}: {check.expectation.text}: {check.found}"
        for outcome in run_casebook(book) for check in outcome.checks if not check.held
    ]  # fmt: skip
    return failed, covered(ruleset, *book.cases)


def test_suggested_tests_pass_and_reach_everything(tmp_path: Path) -> None:
    ruleset = loaded(tmp_path, EVERYTHING)
    found = covered(ruleset, suggestions=1000)
    assert {item.kind for item in found.items} == {
        "band", "row", "table row", "cell", "limit", "weights", "segment", "status", "trigger", "alternative", "problem",
    }  # fmt: skip
    failed, reached = tried(ruleset, found)
    assert failed == []
    assert [item.title for item in reached.missing] == []


def test_suggested_facts_are_valid_and_hold_nothing_that_is_not_needed(tmp_path: Path) -> None:
    ruleset = loaded(tmp_path, EVERYTHING)
    schema = json.loads((tmp_path / "schemas/thing/1.schema.json").read_text(encoding="utf-8"))
    for each in covered(ruleset, suggestions=1000).suggestions:
        Draft202012Validator(schema).validate(each.facts)
        day = date.fromisoformat(each.as_of)
        wanted = each.items[0]
        for name in set(each.facts) - {"id", "certain"}:
            less = {key: value for key, value in each.facts.items() if key != name}
            shorter = attrs.evolve(case(each.previous), as_of=day, facts=less)
            assert wanted not in covered(ruleset, shorter).reached, f"{each.items[0]} without {name}"


def test_suggestions_stand_at_the_edges(tmp_path: Path) -> None:
    ruleset = loaded(tmp_path, SIZE)
    found = covered(ruleset, case(seats=4), suggestions=9)
    assert [(each.items, each.facts) for each in found.suggestions] == [
        (("size.band.green", "size.row.3"), {"id": "suggested", "certain": 1, "seats": 50}),
        (("size.band.yellow", "size.row.2"), {"id": "suggested", "certain": 1, "seats": 49}),
        (("size.status.missing seats",), {"id": "suggested", "certain": 1}),
    ]
    assert found.suggestions[1].test == (
        'test "size is yellow" {\n'
        "  as of  2024-06-30\n"
        '  facts  {id: "suggested", certain: 1, seats: 49}\n'
        "  expect size is yellow\n"
        "}\n"
    )


def test_no_more_is_suggested_than_wanted_bands_and_rows_first(tmp_path: Path) -> None:
    ruleset = loaded(tmp_path, "segment big when seats > 9\n" + SIZE)
    found = covered(ruleset, suggestions=1)
    assert [each.items[0] for each in found.suggestions] == ["size.band.green"]


def test_what_cannot_be_reached_is_said_and_costs_little(tmp_path: Path) -> None:
    rules = "measure size { value seats ; rate { red when < 5 ; green otherwise ; } }\nsegment never_so when seats > 1 and seats < 1"
    ruleset = loaded(tmp_path, rules.replace("otherwise ;", "otherwise"))
    found = covered(ruleset, suggestions=99)
    assert found.tried == {"never_so.segment.holds"}
    assert tried(ruleset, found)[1].everything == Share(5, 6)


def test_the_search_is_bounded_and_always_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ruleset = loaded(tmp_path, EVERYTHING)
    first, second = (covered(ruleset, suggestions=1000) for _ in range(2))
    assert first == second
    monkeypatch.setattr(search, "MOST_FOR_ALL", 40)
    assert len(covered(ruleset, suggestions=1000).suggestions) < len(first.suggestions)


def test_secret_values_of_the_tests_are_not_shown(tmp_path: Path) -> None:
    ruleset = loaded(tmp_path, 'segment hushed when secret = "hush"\nsegment other when seats = 3')
    found = covered(ruleset, case(secret="hush-hush", seats=2), suggestions=9)
    assert "hush-hush" not in str(found.suggestions)


@pytest.mark.parametrize(
    "path",
    [
        "rulesets/customer_health/2.0.0.rules",
        "rulesets/early_warning/1.0.0.rules",
        "rulesets/renewal_signals/1.0.0.rules",
        "examples/fields/rulesets/nutri_score/1.0.0.rules",  # points of seven facts together decide
        "examples/fields/rulesets/cvss/1.0.0.rules",  # a formula of choices in choices
    ],
)
def test_suggestions_reach_everything_in_the_rulesets_of_this_project(path: str) -> None:
    ruleset = ruleengine.load(ROOT / path, cache=False)
    found = covered(ruleset, suggestions=1000)
    cases = []
    for each in found.suggestions:
        case_of = attrs.evolve(case(each.previous), as_of=date.fromisoformat(each.as_of), facts=each.facts)
        assert set(each.items) <= covered(ruleset, case_of).reached
        cases.append(case_of)
    assert covered(ruleset, *cases).missing == ()


def test_the_rows_of_a_criterion_are_its_answers(tmp_path: Path) -> None:
    criterion = 'checklist many {\n  red few "Few" when seats < 5\n}\nscorecard health { many }\n'
    found = covered(loaded(tmp_path, criterion), case(seats=4))
    rows = [(item.title, item.id in found.reached) for item in found.items if item.kind == "row"]
    assert rows == [("few: answered yes", True), ("few: answered no", False)]

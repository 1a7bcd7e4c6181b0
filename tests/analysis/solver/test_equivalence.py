"""Two rulesets compared: equal in other words, told apart by the smallest account, and with facts that only one knows."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ruleengine.analysis.equivalence import equivalent
from ruleengine.analysis.equivalence_facts import shared
from ruleengine.analysis.findings import Change, Equivalence, Method, Verdict
from ruleengine.analysis.sides import Side
from ruleengine.analysis.solver import terms
from ruleengine.analysis.solver.solver import is_available
from ruleengine.casebook.accounts import Account
from ruleengine.evaluator.program import Evaluator
from ruleengine.values import Field, Kind, Type
from tests.analysis.small import AS_OF, opened

OLD = """
measure seats "Seats" {
  value users
  rate { green when >= 50 ; yellow when >= 20 ; red otherwise }
}
measure trouble "Trouble" {
  value issues
  rate { green when < 5 ; yellow when in 5..20 ; red otherwise }
}
scorecard health "Health" { bands rag ; seats 60% ; trouble 40% ; override red when trouble is red }
trigger call "Call" { when trouble is red and users > 10 }
"""
#: The same in other words: rows in another order, weights of another size, a let, a segment, a negation.
REWRITTEN = """
let count = users
segment many when count >= 50
measure seats "Seats" {
  value count
  rate { red when < 20 ; green when many ; yellow otherwise }
}
measure trouble "Trouble" {
  value issues
  rate { red when > 20 ; yellow when not (issues < 5) ; green otherwise }
}
scorecard health "Health" { bands rag ; seats 3 ; trouble 2 ; override red when issues > 20 }
trigger call "Call" { when not (issues <= 20 or users <= 10) }
"""
CHANGED = OLD.replace(">= 50", ">= 60")


def side(folder: Path, rules: str) -> Side:
    return opened(folder, rules).side


def compare(folder: Path, old: str, new: str, solver: bool) -> Equivalence:
    return equivalent(side(folder / "old", old), side(folder / "new", new), [], AS_OF, 30, solver)


def replayed(folder: Path, rules: str, change: Change) -> tuple[float | None, str | None]:
    """What a ruleset, loaded anew, gives the account of a change."""
    assert change.answer.account is not None
    program = side(folder, rules).program
    card = Evaluator(program).result(change.answer.account.facts, AS_OF)["scorecards"]["health"]
    return card["score"], card["band"]


def test_the_same_text_is_equal_by_what_it_says(tmp_path: Path) -> None:
    found = compare(tmp_path, OLD, OLD.replace('"Seats"', '"Licences"'), solver=False)
    assert (found.verdict, found.method) == (Verdict.PROVED, Method.TREE)
    assert found.equal == ("health", "call")


def test_the_same_in_other_words_is_proved_equal(tmp_path: Path) -> None:
    pytest.importorskip("z3", reason="proofs need the extra `prove`")
    found = compare(tmp_path, OLD, REWRITTEN, solver=True)
    assert (found.verdict, found.method, found.unknown) == (Verdict.PROVED, Method.SOLVER, 0)
    assert found.equal == ("health", "call")


def test_without_a_solver_the_same_in_other_words_stays_open(tmp_path: Path) -> None:
    found = compare(tmp_path, OLD, REWRITTEN, solver=False)
    assert found.verdict is Verdict.UNKNOWN
    assert found.changes
    assert all(each.answer.verdict is Verdict.UNKNOWN for each in found.changes)


def test_a_threshold_that_moved_is_told_by_the_smallest_account(tmp_path: Path) -> None:
    """50 to 59 users become yellow: alone (87.5 → 62.5), with a green (87.5 → 72.5) or yellow (77.5 → 62.5) trouble."""
    pytest.importorskip("z3", reason="proofs need the extra `prove`")
    found = compare(tmp_path, OLD, CHANGED, solver=True)
    assert (found.verdict, found.unknown) == (Verdict.SHOWN, 0)
    assert found.equal == ("call",)
    shown = {
        (each.part, each.before, each.after): each
        for each in found.changes
        if each.answer.account is not None
    }
    assert set(shown) == {
        ("band", "green", "yellow"),
        ("score", "red", "red"),
    }  # the override keeps the number
    change = shown["band", "green", "yellow"]
    assert change.answer.account is not None
    facts = dict(change.answer.account.facts)
    assert 50 <= facts.pop("users") <= 59
    assert set(facts) == {"id"}  # nothing else is needed
    assert replayed(tmp_path / "old", OLD, change) == (87.5, "green")
    assert replayed(tmp_path / "new", CHANGED, change) == (62.5, "yellow")
    assert change.old is not None
    assert change.new is not None
    assert (change.old.score, change.new.score) == (87.5, 62.5)
    others = [each for each in found.changes if each not in shown.values()]
    assert len(others) == 14  # 16: four words each, and the score or the reason where the word stays
    assert all(each.answer.verdict is Verdict.PROVED for each in others)


def test_what_only_one_has_is_said(tmp_path: Path) -> None:
    without = OLD[: OLD.index("trigger")]
    found = compare(tmp_path, OLD, without, solver=False)
    assert found.apart == ("only the old ruleset has the trigger `call`",)
    assert found.verdict is Verdict.SHOWN


def test_shared_facts_are_those_that_both_allow() -> None:
    def record(*fields: Field) -> Type:
        return Type(Kind.RECORD, fields=fields)

    number, words = Type(Kind.NUMBER), Type(Kind.CHOICE, choices=("a", "b"))
    old = record(
        Field("x", number, minimum=0, maximum=10), Field("y", number), Field("w", words), Field("p", number)
    )
    new = record(
        Field("x", number, minimum=2, maximum=10, exclusive_maximum=True, required=True),
        Field("y", Type(Kind.FLAG)), Field("w", Type(Kind.CHOICE, choices=("b", "c"))), Field("z", number),
    )  # fmt: skip
    apart: list[str] = []
    found = {each.name: each for each in shared(old, new, apart).fields}
    assert list(found) == ["x", "w", "p", "z"]
    assert (found["x"].minimum, found["x"].maximum, found["x"].exclusive_maximum) == (2, 10, True)
    assert found["x"].required
    assert found["w"].type.choices == ("b",)
    assert apart == [
        "the schemas declare `y` in ways that no value fits both",
        "only the old schema knows `p`",
        "only the new schema knows `z`",
    ]


def test_without_z3_there_is_no_solver_and_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "z3", None)
    terms.z3.cache_clear()
    try:
        assert not is_available()
        found = compare(tmp_path, OLD, REWRITTEN, solver=True)
    finally:
        terms.z3.cache_clear()
    assert (found.verdict, found.solver) == (Verdict.UNKNOWN, False)


def test_an_account_that_is_not_valid_shows_nothing(tmp_path: Path) -> None:
    """Without an id, and with more users than there can be: to it the rulesets would give different scores."""
    sides = side(tmp_path / "old", OLD), side(tmp_path / "new", OLD.replace("issues", "issues + 0 * users"))
    wrong = [Account({"users": 55}, AS_OF), Account({"id": "x", "users": 1000}, AS_OF)]
    found = equivalent(*sides, wrong, AS_OF, 5, solver=False)
    for change in found.changes:
        if change.answer.account is not None:
            assert change.answer.account.facts["id"]
            assert 0 <= change.answer.account.facts.get("users", 0) <= 100

"""What items of a ruleset an account can reach, and what can be asked besides: conditions, and claims in terms."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleengine.analysis.findings import Answer, Verdict
from ruleengine.analysis.solver.solver import Solver
from ruleengine.analysis.solver.terms import compare
from ruleengine.casebook.accounts import Account
from ruleengine.evaluator.covering import Covering
from ruleengine.evaluator.program import Evaluator
from ruleengine.tree import ruleset as r
from tests.analysis.small import AS_OF, opened
from tests.analysis.solver.wide import SCHEMA

pytest.importorskip("z3", reason="proofs need the extra `prove`")

RULES = """
segment large when plan = "large"
segment tiny when users < 5
measure seats "Seats" {
  value users
  rate { green when >= 50 ; yellow when >= 20 ; red otherwise }
  fresh by begun, stale after 10 days, expired after 90 days
  missing impute 60
}
measure mood "Mood" { value feeling ; rate as given ; applies to all except large }
measure odd "Odd" {
  value issues / users
  rate { red when > 100 ; green when > 2 ; na excluded "none" otherwise }
  cap yellow when active
  override red when users = 200
}
scorecard card "Card" {
  grace first 30 days from begun, except mood
  missing require all
  seats 50%
  mood 30%
  odd 20%
  weights for large { seats 100% ; mood 0% ; odd 0% }
  override red when seats is red
  cap yellow when issues > 5
  floor score 10 when paid
}
table sizes(n number) hits first { > 100 gives 1 ; > 5 gives 2 ; otherwise gives 3 }
trigger call "Call" { when sizes(users) = 2 because "many" ; when card is red }
matrix grid "Grid" {
  rows card
  columns plan: small
  green gives "a"
  yellow gives "c"
  red gives na
  otherwise "b"
}
matrix segs "Segs" { rows plan ; columns segments: large, tiny ; small gives "a", "b" ; large gives "a", "c" }
problem "too many" when users > 100
invariant "a count" always users >= 0
"""
#: Users end at 100, issues at 50, and who is large is no small one.
IMPOSSIBLE = {
    "odd.band.red", "odd.row.1", "odd.limit.override.2", "sizes.table_row.1", "segs.cell.small large",
    "segs.cell.large tiny", "problem.problem.too many",
}  # fmt: skip
#: What terms do not tell: caps and floors, what lies beside a matrix, and which of several causes has left no data.
OPEN = {
    "seats.status.age", "seats.status.missing users", "mood.status.missing plan", "mood.status.missing feeling",
    "odd.status.missing users", "odd.status.missing issues", "odd.limit.cap.1", "card.limit.cap.2", "card.limit.floor.3",
    "grid.cell.otherwise",
}  # fmt: skip


def solver_of(folder: Path, rules: str = RULES) -> Solver:
    return Solver(opened(folder, rules, schema=SCHEMA).side, AS_OF)


def test_items(tmp_path: Path) -> None:
    """What the terms deny is impossible by the rules above; what is shown has reached its item."""
    solver = solver_of(tmp_path)
    covering = Covering(Evaluator(solver.sides[0].program))
    found = {item: solver.possible(item, 5) for item in solver.inventory.items}
    assert {item for item, answer in found.items() if answer.verdict is Verdict.PROVED} == IMPOSSIBLE
    assert {item for item, answer in found.items() if answer.verdict is Verdict.UNKNOWN} <= OPEN
    assert found.keys() > IMPOSSIBLE | OPEN
    for item, answer in found.items():
        if answer.account is not None:
            assert item in covering.reached(answer.account.facts, AS_OF, None)
    assert solver.possible("no such item", 5).verdict is Verdict.UNKNOWN


def checked(solver: Solver, seconds: float = 5) -> Answer:
    """The answer to the condition of the only invariant."""
    (check,) = (step for step in solver.sides[0].program.steps if isinstance(step, r.Check))
    return solver.possible(check.condition, seconds)


def test_a_condition_is_shown_by_an_account_of_which_it_is_true(tmp_path: Path) -> None:
    answer = checked(solver_of(tmp_path, 'invariant "i"\n  never users > 7 and plan = "large"\n'))
    assert answer.verdict is Verdict.SHOWN
    assert answer.account is not None
    assert answer.account.facts["users"] > 7
    assert answer.account.facts["plan"] == "large"


@pytest.mark.parametrize("condition", ["users > 7 and users < 3", "true is na", "false"])
def test_a_condition_that_never_holds_is_proved_impossible(tmp_path: Path, condition: str) -> None:
    assert checked(solver_of(tmp_path, f'invariant "i"\n  never {condition}\n')).verdict is Verdict.PROVED


def test_what_is_always_true_is_true_of_any_account(tmp_path: Path) -> None:
    assert checked(solver_of(tmp_path, 'invariant "i"\n  never true\n')).verdict is Verdict.SHOWN


def test_a_claim_in_terms_needs_a_test(tmp_path: Path) -> None:
    solver = solver_of(tmp_path, "segment tiny when users < 5\n")
    users = solver.atoms.fact(("users",))
    claim = compare(">", users.term, 98)
    with pytest.raises(ValueError, match="comes with a test"):
        solver.possible(claim, 5)
    answer = solver.possible(claim, 5, lambda account: account.facts.get("users", 0) > 98)
    assert answer.verdict is Verdict.SHOWN
    assert answer.account is not None
    assert answer.account.facts["users"] in (99, 100)


def test_what_no_test_confirms_is_not_shown(tmp_path: Path) -> None:
    """Where every account is refused, the patterns of flags run out: nothing is proved by that."""
    solver = solver_of(tmp_path, "segment tiny when users < 5\n")
    refused: list[Account] = []

    def test(account: Account) -> bool:
        refused.append(account)
        return False

    answer = solver.possible("tiny.segment.holds", 5, test)
    assert answer.verdict is Verdict.UNKNOWN
    assert refused
    assert solver.rejected == refused


def test_without_time_nothing_is_known(tmp_path: Path) -> None:
    solver = solver_of(tmp_path, 'invariant "i"\n  never users > 7\n')
    assert checked(solver, 0).verdict is Verdict.UNKNOWN

"""Accounts that models stand for: each that is shown has been evaluated, and what cannot be found is said to be unknown."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from ruleengine.analysis.findings import Answer, Verdict
from ruleengine.analysis.solver.solver import Solver
from ruleengine.evaluator.program import Evaluator
from tests.analysis.small import AS_OF, opened
from tests.analysis.solver.wide import SCHEMA

pytest.importorskip("z3", reason="proofs need the extra `prove`")

_LETS = {
    "last": "let last = latest p in people by p.seen\n",
    "one": 'let one = first p in people where p.role = "user"\n',
}


def _with_moments() -> dict[str, Any]:
    schema = copy.deepcopy(SCHEMA)
    moment = {"type": "string", "format": "date-time"}
    schema["properties"]["people"]["items"]["properties"]["at"] = moment
    schema["properties"]["free"] = {"type": "number"}
    schema["properties"]["calls"] = {"type": "array", "items": moment}
    return schema


FACTS = _with_moments()


def asked(folder: Path, condition: str) -> tuple[Solver, Answer, Evaluator]:
    """A solver that has been asked for an account for which a condition holds."""
    lets = "".join(text for name, text in _LETS.items() if f"{name}." in condition or f"{name} " in condition)
    side = opened(folder, f"{lets}segment wanted when {condition}\n", schema=FACTS).side
    solver = Solver(side, AS_OF)
    return solver, solver.possible("wanted.segment.holds", 5), Evaluator(side.program)


@pytest.mark.parametrize(
    "condition",
    [
        "users * issues = 61 and users > 30",
        'users * issues = 61 and note is known and note != "a"',
        "contract is missing and users * issues = 6",
        "users * load is missing and load is known",
        'note contains "again"',
        'lower(note) = "x"',
        '(if active then lower(note) else note) = "q"',
        'plan = "large" and note = "hello"',
        "contract is known and plan is missing",
        'contract.worth > 12.5 USD and contract.worth < 12.6 USD and contract.kind = "click"',
        "contract.worth >= 1000 USD",  # 1000 itself is excluded, and what differs by 10⁻¹¹ counts as equal to it
        "share > 33% and share < 34% and active and not paid",
        "load / 3 = 1",
        "ln(load) is invalid",
        "called > begun and called = 2024-02-29",
        "called > 9999-12-31T23:59:59Z and ends = 9999-12-31",
        "called < 1900-01-01 and begun < 0002-01-01",
        "year(begun) = 2023",
        "people is missing",
        "people is known and last is missing",
        "all p in people where p.logins > 2",
        "any p in people where p.logins > 2",
        "(sum of p.logins for p in people) = 5",
        "(max of p.seen for p in people) = 2024-02-03",
        "(max of p.at for p in people) > 2024-01-01T00:00:00Z",
        "(latest p in people by p.at).at > 2024-01-01T00:00:00Z",
        "(first m in calls) > 2024-01-01T00:00:00Z",
        'last.skills contains "sql"',
        'last.name = "Ann" and one.name = "Bo" and one.logins = 3',
        "last.logins > 3 and one.logins < 2",
        # two queries that find one element: of two, one is merged
        'last.logins = 3 and (first p in people where p.role = "buyer") is known and (count p in people) = 1',
        "(max of p.seen for p in people) is missing and people is known",
        "free > 999999999999930 and free < 999999999999999",
        "last is known and last.home is missing and last.logins is missing",
    ],
)
def test_an_account_is_found(tmp_path: Path, condition: str) -> None:
    _, answer, evaluator = asked(tmp_path, condition)
    assert answer.verdict is Verdict.SHOWN
    assert answer.account is not None
    assert evaluator.result(answer.account.facts, AS_OF)["segments"] == ["wanted"]


@pytest.mark.parametrize("condition", ["users > 100", "last.logins < 0", "share > 100%"])
def test_what_no_schema_allows_is_proved_impossible(tmp_path: Path, condition: str) -> None:
    assert asked(tmp_path, condition)[1].verdict is Verdict.PROVED


@pytest.mark.parametrize(
    "condition",
    [
        "load * load = 2",  # no decimal squares to this
        "exp(load) > 20000",
        "sqrt(load) is invalid and users > 3",  # of negative loads
        "any p in people where p.logins > 3 and p.logins < 2",
        'upper(plan) = "LARGE"',
        "called > 9999-12-31T23:59:59.999999Z",
        # the last moment that there is, and models beyond it
        "(first m in calls) > 9999-12-31T23:59:59.999999Z",
        "(max of p.at for p in people) > 9999-12-31T23:59:59.999999Z",
        "(latest p in people by p.at).at > 9999-12-31T23:59:59.999999Z",
    ],
)
def test_what_is_not_found_stays_open(tmp_path: Path, condition: str) -> None:
    """Nothing is shown that has not been evaluated: the accounts that were tried do not make the condition true."""
    solver, answer, evaluator = asked(tmp_path, condition)
    assert (answer.verdict, answer.account) == (Verdict.UNKNOWN, None)
    assert solver.rejected
    for account in solver.rejected:
        assert evaluator.result(account.facts, AS_OF)["segments"] == []

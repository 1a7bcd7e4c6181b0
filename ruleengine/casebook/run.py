"""Cases → outcomes: one run of the compiled ruleset for each case.

In: an evaluator of the casebook's program and a case. Out: a `CaseOutcome`. An expectation that is undecided has failed,
and says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import frozen

from ruleengine.casebook.exact import undecided
from ruleengine.casebook.found import Decided, Finder
from ruleengine.casebook.model import Case, Casebook, Expectation
from ruleengine.evaluator.program import Evaluator
from ruleengine.values import NA

_SHOWN_PROBLEMS = 3


@frozen(slots=True, eq=False)
class Check:
    """What came of one expectation; `found` is empty where it holds. `undecided` says why it could not be decided."""

    expectation: Expectation
    held: bool
    found: str = ""
    undecided: str = ""
    decided: tuple[Decided, ...] = ()


@frozen(slots=True, eq=False)
class CaseOutcome:
    """What came of one case, with the whole result of the account."""

    case: Case
    checks: tuple[Check, ...]
    result: dict[str, Any]

    @property
    def passed(self) -> bool:
        """Whether every expectation holds."""
        return all(check.held for check in self.checks)


def evaluator_of(casebook: Casebook) -> Evaluator:
    """The evaluator that answers the cases of a casebook; raises ValueError when it is broken."""
    if casebook.program is None:
        raise ValueError("the tests cannot be run")
    lines = {name: source.text.split("\n") for name, source in casebook.sources.items()}
    return Evaluator(casebook.program, lines)


def run_case(evaluator: Evaluator, case: Case) -> CaseOutcome:
    """Run one case."""
    answers: list[Sequence[Any]] = []
    asks = any(each.kind == "condition" for each in case.expectations)
    probe = (case.number, answers) if asks else None
    result = evaluator.result(case.facts, case.as_of, previous=case.previous, probe=probe)
    rest = iter(answers)
    checks = tuple(
        _condition(evaluator, each, next(rest), result)
        if each.kind == "condition"
        else _problem(each, result["problems"])
        for each in case.expectations
    )
    return CaseOutcome(case, checks, result)


def run_casebook(casebook: Casebook) -> Iterator[CaseOutcome]:
    """Run all cases of a casebook; none of a broken one."""
    if casebook.program is not None:
        evaluator = evaluator_of(casebook)
        for case in casebook.cases:
            yield run_case(evaluator, case)


def _condition(
    evaluator: Evaluator, expectation: Expectation, answer: Sequence[Any], result: dict[str, Any]
) -> Check:
    verdict = answer[0]
    if verdict is True:
        return Check(expectation, True)
    finder = Finder.of(evaluator.program)
    why = undecided(verdict) if verdict.__class__ is NA else ""
    found = finder.condition(expectation, answer, result)
    return Check(expectation, False, found, why, tuple(finder.decided(expectation, result)))


def _problem(expectation: Expectation, problems: Sequence[dict[str, Any]]) -> Check:
    """`problem "…"`: one whose message holds that text; `no problem`: none at all, or none that holds it."""
    fitting = [each for each in problems if expectation.wanted in each["message"]]
    if bool(fitting) == (expectation.kind == "problem"):
        return Check(expectation, True)
    listed = fitting or problems
    found = "; ".join(f"{each['code']}: {each['message']}" for each in listed[:_SHOWN_PROBLEMS])
    rest = f" and {len(listed) - _SHOWN_PROBLEMS} more" if len(listed) > _SHOWN_PROBLEMS else ""
    return Check(expectation, False, f"{found}{rest}" if found else "no problem")

"""Whether `never` and `always` hold for every account: proved, or refuted by an account that has been evaluated."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from ruleengine.analysis.claims import of_expression
from ruleengine.analysis.findings import Answer, Invariant, Method, Question, Verdict
from ruleengine.analysis.prove import Test
from ruleengine.analysis.question import EACH_BY_SOLVER, Asked
from ruleengine.casebook.accounts import Account
from ruleengine.casebook.shrinking import shrunk
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r


def invariants(asked: Asked) -> Iterator[Invariant]:
    """Every invariant of a ruleset. An undecided condition violates nothing."""
    for step in asked.program.steps:
        if isinstance(step, r.Check) and step.kind in ("never", "always"):
            asked.options.progress(f"the invariant “{step.text}”")
            test = asked.holding(step.condition, step.kind == "never")
            yield Invariant(step.text, step.kind, step.span, _small(asked, _answer(asked, step, test), test))


def _small(asked: Asked, answer: Answer, violates: Test) -> Answer:
    """The answer by an account in which there is no more than it needs."""
    if answer.account is None:
        return answer

    def kept(smaller: Account, before: Account) -> Account:
        return smaller if violates(smaller) else before

    return evolve(answer, account=shrunk(answer.account, kept, asked.side.schema.root))


def _answer(asked: Asked, step: r.Check, test: Test) -> Answer:
    """Whether some account violates it."""
    wanted = step.kind == "never"
    for account, _ in asked.results:
        if test(account):
            asked.asked += 1
            return Answer(Verdict.SHOWN, Method.SEARCH, account)
    question = Question(
        "invariants", "RE707", f"invariant {step.text}", step.text,
        f"whether an account can violate the invariant “{step.text}”", step.span,
    )  # fmt: skip
    claim = of_expression(step.condition, wanted)
    return asked.ask(question, claim, test, more=lambda: _solved(asked, step, wanted))


def _solved(asked: Asked, step: r.Check, wanted: bool) -> Answer | None:
    solver, seconds = asked.solver, asked.left(EACH_BY_SOLVER)
    if solver is None or not seconds:
        return None
    condition = step.condition if wanted else e.Not(step.condition, type=step.condition.type, span=step.span)
    found: Answer = solver.possible(condition, seconds, asked.holding(step.condition, wanted))
    return None if found.verdict is Verdict.UNKNOWN else found

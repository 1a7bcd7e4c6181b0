"""All mutants of a ruleset against its tests.

In: a test file. Out: a `Mutation`. Guaranteed: a mutant is killed just when some case that passes fails with it, or can no
longer be answered; the same files give the same outcome. Only what a case needs of a changed ruleset is compiled, the cases that
ask for the changed thing first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from ruleengine.casebook.model import Case, Casebook
from ruleengine.casebook.mutation.equivalence import Equivalence
from ruleengine.casebook.mutation.mutant import (
    EQUIVALENT,
    KILLED,
    SURVIVED,
    Mutant,
    Mutation,
    MutationOptions,
    Outcome,
)
from ruleengine.casebook.mutation.mutating import Asking, Part
from ruleengine.casebook.mutation.rules import mutants_of
from ruleengine.casebook.run import evaluator_of, run_case
from ruleengine.evaluator.program import Evaluator
from ruleengine.tree import ruleset as r

#: So many cases are compiled together first, and then at a time.
_SIZES = {"first": 12, "next": 120}
#: Told how many mutants of how many are done.
Progress = Callable[[int, int], None]


def mutate(
    casebook: Casebook,
    cases: Sequence[Case],
    schemas: Path,
    options: MutationOptions,
    progress: Progress | None = None,
) -> Mutation:
    """Try all mutants of the ruleset of a casebook that is not broken."""
    assert casebook.ruleset is not None
    start = perf_counter()
    program = casebook.ruleset
    name = f"{program.name} {program.version}"
    plain = evaluator_of(casebook)
    failing = sum(not run_case(plain, case).passed for case in cases)
    if failing:
        return Mutation(
            name, program.path, str(casebook.path), len(cases), (), failing, perf_counter() - start
        )
    mutants = mutants_of(program, casebook.sources, options.imports)
    killer = Killer(casebook, cases)
    equivalence = Equivalence(program, casebook.sources)
    outcomes: list[Outcome] = []
    survivors: dict[int, Mutant] = {}
    for number, mutant in enumerate(mutants):
        status, why = killer.outcome(mutant, equivalence)
        outcomes.append(outcome_of(mutant, status, why))
        if status == SURVIVED:
            survivors[number] = mutant
        if progress is not None:
            progress(number + 1, len(mutants))
    if survivors and options.suggestions:
        from ruleengine.casebook.mutation.telling import tell

        outcomes = tell(casebook, cases, schemas, outcomes, survivors, options.suggestions)
    return Mutation(
        name, program.path, str(casebook.path), len(cases), tuple(outcomes), 0, perf_counter() - start
    )


def outcome_of(mutant: Mutant, status: str, why: str) -> Outcome:
    """What came of a mutant, as plain data."""
    span = mutant.span
    return Outcome(mutant.kind, mutant.of, span.path, span.line, mutant.before, mutant.after, status, why)


class Killer:
    """Looks for a case that notices a mutant."""

    def __init__(self, casebook: Casebook, cases: Sequence[Case]) -> None:
        self.asking = Asking(casebook, cases)
        self.lines = {name: source.text.split("\n") for name, source in casebook.sources.items()}

    def outcome(self, mutant: Mutant, equivalence: Equivalence) -> tuple[str, str]:
        """What came of a mutant, and by what."""
        for batch, needed in self.asking.batches(mutant, _SIZES):
            case = self._noticing(mutant, batch, needed)
            if case is not None:
                return KILLED, case.name
        why = equivalence.why(mutant)
        return (EQUIVALENT, why) if why else (SURVIVED, "")

    def _noticing(self, mutant: Mutant, batch: Sequence[Case], needed: frozenset[Part]) -> Case | None:
        numbers = {case.number for case in batch}
        kept = frozenset(
            key for key in needed
            if not isinstance(probe := self.asking.parts.parts[key], r.Probe) or probe.case in numbers
        )  # fmt: skip
        program = self.asking.parts.changed(mutant, kept)
        evaluator = Evaluator(program, self.lines)
        return next((case for case in batch if not _holds(evaluator, case)), None)


def _holds(evaluator: Evaluator, case: Case) -> bool:
    """Whether everything that a case expects holds."""
    answers: list[Any] = []
    asks = any(each.kind == "condition" for each in case.expectations)
    probe = (case.number, answers) if asks else None
    result = evaluator.result(case.facts, case.as_of, previous=case.previous, probe=probe)
    if any(answer[0] is not True for answer in answers):
        return False
    for each in case.expectations:
        if each.kind != "condition":
            found = any(each.wanted in problem["message"] for problem in result["problems"])
            if found is not (each.kind == "problem"):
                return False
    return True

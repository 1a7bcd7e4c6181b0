"""The solver on rulesets over facts with so few values that every account can be counted out.

    python -m tests.analysis.solver.counted --rulesets 50 --seed 1

For each random ruleset: what items can be reached, the ends of the score, and against a changed copy of itself the ways in
which the result can change. Prints how many answers were given and how many were wrong.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ruleengine
from ruleengine.analysis.equivalence import equivalent
from ruleengine.analysis.equivalence_subjects import given, part_of_change, subjects
from ruleengine.analysis.findings import End, Verdict
from ruleengine.analysis.sides import Side
from ruleengine.analysis.solver.solver import Solver
from ruleengine.evaluator.covering import Covering
from tests.analysis.brute import AS_OF, SCHEMA, accounts, rules_of
from tests.columnar.probing import load

_SECONDS = 10.0


def side_of(ruleset: ruleengine.Ruleset) -> Side:
    """What an analysis needs of a ruleset."""
    return Side(ruleset.program, ruleset.sources, ruleset.schema)


def wrong_answers(ruleset: ruleengine.Ruleset, counts: Counter[str]) -> Iterator[str]:
    """Where the solver says of a ruleset what counting does not."""
    solver = Solver(side_of(ruleset), AS_OF)
    covering = Covering(ruleset.evaluator)
    every = accounts()
    reached = {item for facts in every for item in covering.reached(facts, AS_OF, None)}
    for item in solver.inventory.items:
        answer = solver.possible(item, _SECONDS)
        counts[f"item {answer.verdict.value}"] += 1
        if answer.verdict is Verdict.PROVED and item in reached:
            yield f"{item} is reached"
        if answer.verdict is Verdict.SHOWN and item not in reached:
            yield f"{item} is not reached"
    results = [ruleset.evaluator.result(facts, AS_OF)["scorecards"]["card"] for facts in every]
    scores = [each["score"] for each in results if each["score"] is not None]
    lowest, highest = solver.bounds("card", _SECONDS)
    for end, true, sign in ((lowest, min(scores, default=None), 1), (highest, max(scores, default=None), -1)):
        counts["end exact" if end.is_exact else "end open"] += 1
        yield from _wrong_end(end, true, sign)


def _wrong_end(end: End, true: float | None, sign: int) -> Iterator[str]:
    if true is None:
        if end.score is not None:
            yield f"an end is {end.score}, and there is no score"
    elif end.limit is not None and sign * (true - end.limit) < -1e-6:
        yield f"a score is {true}, beyond {end.limit}"
    elif end.is_exact and end.score is not None and abs(end.score - true) > 1e-6:
        yield f"an end is {end.score}, and it is {true}"


def wrong_changes(old: ruleengine.Ruleset, new: ruleengine.Ruleset, counts: Counter[str]) -> Iterator[str]:
    """Where the comparison of two rulesets says what counting does not."""
    found = equivalent(side_of(old), side_of(new), [], AS_OF, 30.0, solver=True)
    compared = list(subjects(old.program, new.program, []))
    true: set[tuple[str, str, str, str]] = set()
    for facts in accounts():
        results = [ruleset.evaluator.result(facts, AS_OF) for ruleset in (old, new)]
        for subject in compared:
            one, other = (
                given(results[0], subject.kind, subject.old),
                given(results[1], subject.kind, subject.new),
            )
            if part := part_of_change(one, other):
                true.add((subject.label, part, one.word, other.word))
    counts[f"pair {found.verdict.value}"] += 1
    if (found.verdict is Verdict.PROVED and true) or (found.verdict is Verdict.SHOWN and not true):
        yield f"the pair is {found.verdict.value}, and {sorted(true)} are counted"
    for change in found.changes:
        way = (change.subject, change.part, change.before, change.after)
        counts[f"way {change.answer.verdict.value}"] += 1
        if (change.answer.verdict is Verdict.PROVED) is (
            way in true
        ) and change.answer.verdict is not Verdict.UNKNOWN:
            yield f"{way} is {change.answer.verdict.value}"
    if found.verdict is Verdict.SHOWN:
        told = {(each.subject, each.part, each.before, each.after) for each in found.changes}
        yield from (f"{way} is not told" for way in sorted(true - told))


def altered(rules: str, seed: int) -> str:
    """The rules with one number of a comparison, or one weight, a little different."""
    chance = random.Random(seed)
    places = list(re.finditer(r"(?<=[<>=] )\d+|(?<=  m\d )\d+", rules))
    if not places:
        return rules
    place = chance.choice(places)
    return (
        rules[: place.start()] + str(int(place.group()) + chance.choice([0, 1, 1, 2])) + rules[place.end() :]
    )


def judged(seed: int, counts: Counter[str]) -> list[str]:
    """What is wrong for the ruleset of a seed."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        try:
            old = load(Path(one), SCHEMA, rules_of(seed))
            new = load(Path(other), SCHEMA, altered(rules_of(seed), seed))
        except ruleengine.RulesetError:
            counts["refused"] += 1
            return []
        counts["rulesets"] += 1
        return [*wrong_answers(old, counts), *wrong_changes(old, new, counts)]


def main() -> int:
    """Run, and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rulesets", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    mistakes: list[Any] = []
    for seed in range(options.seed, options.seed + options.rulesets):
        for line in judged(seed, counts):
            mistakes.append(line)
            sys.stdout.write(f"seed {seed}: {line}\n")
    told = ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
    sys.stdout.write(f"{told}; {len(mistakes)} wrong\n")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())

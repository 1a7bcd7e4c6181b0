"""What may be, held against what is: every result of the evaluator must lie in what was said to be possible.

    python -m tests.analysis.soundness --rulesets 500 --seed 1

Random rulesets, valid random accounts, and for each account boxes that fix some of its facts, or all of them, or that
say of some of its measures and parts of scorecards whether they have data.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import ruleengine
from ruleengine.analysis.may import ANYTHING, May, Numbers, Words
from ruleengine.analysis.outcomes import Outcome
from ruleengine.analysis.run import Looking, Run
from ruleengine.analysis.situation import Impossible, Key
from ruleengine.checker.index import Index, walk
from ruleengine.evaluator.program import Evaluator
from ruleengine.facts.model import FactSchema
from ruleengine.generate import generate_documents
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import Kind
from tests.differential.pairs import load_checked, random_pairs, write

AS_OF = date(2024, 3, 1)
_CLOSE = 1e-6


class Judge:
    """Holds results of one ruleset against what may be."""

    def __init__(self, program: r.Program, schema: FactSchema) -> None:
        self.program = program
        self.schema = schema
        self.looking = Looking(program, Index(program, {}, program.path, {}), AS_OF, schema)
        self.evaluator = Evaluator(program)
        self.bands = {bands.key: [band.name for band in bands.bands] for bands in program.band_sets}
        self.facts = [
            node for node in {node.path: node for node in walk(program) if isinstance(node, e.Fact)}.values()
            if node.type.kind in (Kind.NUMBER, Kind.DATE, Kind.TEXT, Kind.CHOICE, Kind.FLAG) and node.assumed is None
        ]  # fmt: skip

    def box_of(self, facts: dict[str, Any], share: float, chance: random.Random) -> dict[Key, May]:
        """What some of the facts of an account are."""
        found: dict[Key, May] = {}
        for node in self.facts:
            key = self.looking.keys.of(node)
            if key is not None and chance.random() < share:
                found[key] = _value(node, facts)
        return found

    def box_of_data(self, facts: dict[str, Any], chance: random.Random) -> dict[Key, May]:
        """Which measures and which parts of scorecards have data, of some."""
        result = self.evaluator.result(facts, AS_OF)
        found: dict[Key, May] = {
            ("outcome", name): _standing(each) for name, each in result["measures"].items()
        }
        for name, card in result["scorecards"].items():
            found.update({("place", name, path): _standing(node) for path, node in card["nodes"].items()})
        return {key: may for key, may in found.items() if chance.random() < 0.5}

    def wrong(self, facts: dict[str, Any], box: dict[Key, May]) -> Iterator[str]:
        """What is, and was said not to be possible."""
        result = self.evaluator.result(facts, AS_OF)
        run = self.looking.run(box)
        try:
            for step in self.program.steps:
                if isinstance(step, r.Measure) and step.name in result["measures"]:
                    yield from self._measure(run, step, result["measures"][step.name])
                elif isinstance(step, r.Scorecard) and step.name in result["scorecards"]:
                    yield from self._card(run, step, result["scorecards"][step.name])
                elif isinstance(step, r.Segment):
                    test = run.named(e.Variable(step.name, type=step.condition.type, span=step.span))
                    holds = step.label in result["segments"]
                    if (holds and not test.holds(True)) or (not holds and test.is_surely is True):
                        yield f"segment {step.label} is {holds}, and not {test}"
        except Impossible:
            yield "the box of this very account is said to be impossible"

    def _measure(self, run: Run, step: r.Measure, found: dict[str, Any]) -> Iterator[str]:
        outcome = run.measure(step.name)
        yield from self._fits(
            f"measure {step.name}", outcome, found["status"], found["band"], found["points"], step.bands
        )

    def _card(self, run: Run, step: r.Scorecard, found: dict[str, Any]) -> Iterator[str]:
        places = run.card(step.name)
        yield from self._fits(
            f"card {step.name}",
            places[""].outcome,
            found["status"],
            found["band"],
            found["score"],
            step.bands,
        )
        for path, node in found["nodes"].items():
            place = places[path]
            where = f"node {step.name}.{path}"
            if node.get("imputed"):
                continue
            if not _fits_status(place.outcome, node["status"]):
                yield f"{where}: {node['status']} is not in {place.outcome}"
            elif node["score"] is not None and not _in(place.outcome.seen, node["score"]):
                yield f"{where}: {node['score']} is not in {place.outcome}"

    def _fits(
        self, where: str, outcome: Outcome, status: str, band: str | None, score: float | None, bands: str
    ) -> Iterator[str]:
        if not _fits_status(outcome, status):
            yield f"{where}: {status} is not in {outcome}"
            return
        if status not in ("scored", "stale"):
            return
        position = self.bands[bands].index(band) if band is not None else None
        for way in outcome.ways:
            if (
                way.band == position
                and (way.score is None) == (score is None)
                and (score is None or _in(way.score, score))
            ):
                return
        yield f"{where}: {band} with {score} is not in {outcome}"


def _standing(found: dict[str, Any]) -> May:
    """Whether something has data, or why not."""
    status = found["status"]
    return May(present=ANYTHING) if status in ("scored", "stale") else May(frozenset({status}))


def _fits_status(outcome: Outcome, status: str) -> bool:
    if status == "scored":
        return bool(outcome.ways)
    if status == "stale":
        return bool(outcome.ways) and outcome.stale is not None and outcome.stale.holds(True)
    return status in outcome.reasons


def _in(found: Numbers | None, value: float) -> bool:
    slack = _CLOSE * max(1.0, abs(value)) * 1e-3
    return found is not None and found.low - slack <= value <= found.high + slack


def _value(node: e.Fact, facts: dict[str, Any]) -> May:
    found: Any = facts
    for name in node.path:
        found = found.get(name) if isinstance(found, dict) else None
    if found is None:
        return May(frozenset({"missing"}))
    if node.type.kind is Kind.DATE:
        day = date.fromisoformat(found).toordinal()
        return May(present=Numbers(day, day, 1))
    if node.type.kind is Kind.NUMBER:
        value = found * node.fact.scale
        wide = 0.0 if node.fact.scale == 1 else 1e-12 * max(1.0, abs(value))
        return May(present=Numbers(value - wide, value + wide))
    return May(present=Words(frozenset({found})))


def judged(seed: int, accounts: int, folder: Path) -> Iterator[str]:
    """What is wrong with the analysis of one random ruleset."""
    files, _ = random_pairs(seed, 1)
    path = write(files, folder)
    try:
        ruleset = load_checked(path, folder)
    except ruleengine.RulesetError:
        return
    judge = Judge(ruleset.program, ruleset.schema)
    chance = random.Random(seed)
    for number, facts in enumerate(generate_documents(ruleset.schema, accounts, seed, AS_OF, missing=0.3)):
        for share in (0.0, 0.5, 1.0):
            box = judge.box_of(facts, share, chance)
            for line in judge.wrong(facts, box):
                yield f"seed {seed}, account {number}, {share:.0%} of the facts: {line}"
        for line in judge.wrong(facts, judge.box_of_data(facts, chance)):
            yield f"seed {seed}, account {number}, what has data: {line}"


def main() -> int:
    """Run, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rulesets", type=int, default=200)
    parser.add_argument("--accounts", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    wrong = 0
    for seed in range(options.seed, options.seed + options.rulesets):
        with tempfile.TemporaryDirectory() as folder:
            for line in judged(seed, options.accounts, Path(folder)):
                wrong += 1
                if wrong <= 20:
                    sys.stdout.write(line[:600] + "\n")
    sys.stdout.write(
        f"{options.rulesets} rulesets, {options.accounts} accounts each, four boxes an account: {wrong} wrong\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""What is proved of improvements and of waiting, held against what accounts do.

    python -m tests.analysis.harmless --rulesets 500 --seed 1

Random rulesets and accounts. A measure of which no improvement can lower a scorecard is held at each of its outcomes: no
account may get worse. A measure whose expiry can only help is held expired: no account that keeps a score may get worse.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import ruleengine
from ruleengine.analysis.lifting import Lifting
from ruleengine.analysis.monotonicity import outcomes_of
from ruleengine.analysis.outlook import Outlook
from ruleengine.analysis.population import Population, is_scored
from ruleengine.analysis.rising import effects
from ruleengine.analysis.standing import Standings
from ruleengine.casebook.accounts import Account
from ruleengine.tree import ruleset as r
from tests.differential.pairs import load_checked, random_pairs, write

AS_OF = date(2024, 3, 1)
_SLACK = 1e-6


class Tally:
    """How many claims were looked at, and by how many comparisons."""

    def __init__(self) -> None:
        self.rising = self.lifting = self.compared = 0


def judged(seed: int, folder: Path, tally: Tally) -> Iterator[str]:
    """What accounts do that was said to be impossible in one random ruleset."""
    files, documents = random_pairs(seed, 25)
    try:
        ruleset = load_checked(write(files, folder), folder)
    except ruleengine.RulesetError:
        return
    given = [Account(each, AS_OF) for each in documents]
    population = Population(ruleset.program, ruleset.sources, ruleset.schema, given)
    outlook = Outlook(ruleset.program, population.index)
    for measure in outlook.measures.values():
        sure = [card for card, harmless in effects(outlook, measure) if harmless]
        tally.rising += len(sure)
        if sure and measure.bands:
            yield from _improving(measure, sure, population, outlook, tally)
        lifted = [card for card in outlook.own_cards() if Lifting(outlook, measure).effect(card) == 1]
        tally.lifting += len(lifted)
        if lifted:
            yield from _expiring(measure, lifted, population, outlook, tally)


def _improving(
    measure: r.Measure, cards: Sequence[r.Scorecard], population: Population, outlook: Outlook, tally: Tally
) -> Iterator[str]:
    standings = Standings(outlook)
    held = [population.forced(measure, outcome, key) for key, outcome in outcomes_of(measure, outlook)]
    for account in population.accounts:
        if not is_scored(population.kept_result(account), measure):
            continue
        results = [each.result(account.facts, account.as_of) for each in held]
        ends = [standings.of_measure(measure, each["measures"][measure.name]) for each in results]
        for card in cards:
            cards_then = [each["scorecards"][card.name] for each in results]
            found = [standings.of_card(card, each["score"], each["band"]) for each in cards_then]
            for worse, before in zip(ends, found, strict=True):
                for better, after in zip(ends, found, strict=True):
                    tally.compared += 1
                    band, score = after.loss(before)
                    if better.band_gain(worse) > 0 and (band > 0 or score > _SLACK):
                        yield f"{measure.name} from {worse} to {better}: {card.name} from {before} to {after}, {account}"


def _expiring(
    measure: r.Measure, cards: Sequence[r.Scorecard], population: Population, outlook: Outlook, tally: Tally
) -> Iterator[str]:
    standings = Standings(outlook)
    held = population.forced(measure, r.NaOutcome("expired", ""), "expired")
    for account in population.accounts:
        result = population.kept_result(account)
        if not is_scored(result, measure):
            continue
        later = held.result(account.facts, account.as_of)
        for card in cards:
            entries = [each["scorecards"][card.name] for each in (result, later)]
            before, after = (standings.of_card(card, each["score"], each["band"]) for each in entries)
            tally.compared += 1
            band, score = after.loss(before)
            if band > 0 or score > _SLACK:
                yield f"{measure.name} expires: {card.name} from {before} to {after}, {account}"


def main() -> int:
    """Run, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rulesets", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    tally, wrong = Tally(), 0
    for seed in range(options.seed, options.seed + options.rulesets):
        with tempfile.TemporaryDirectory() as folder:
            for line in judged(seed, Path(folder), tally):
                wrong += 1
                if wrong <= 20:
                    sys.stdout.write(f"seed {seed}: {line[:700]}\n")
    sys.stdout.write(
        f"{options.rulesets} rulesets, {tally.rising} measures that can do no harm, {tally.lifting} whose expiry can only help, "
        f"{tally.compared} comparisons: {wrong} wrong\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

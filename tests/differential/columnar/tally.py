"""What came of many batches: counts, kinds of differences, and what must not be.

In: batches, one after the other. Out: counts, and objections: differences, what SQL cannot say, and more accounts left to
the evaluator than it is meant for, so that being careful hides nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from attrs import define, field

from tests.differential.columnar.batch import Batch

#: So much of the valid accounts may a query leave to the evaluator: those with letters beyond ASCII where case plays a
#: part, signs that no terminal shows in a text with values, timestamps of long ago in a zone.
MOST_LEFT = 0.11
#: In so many rulesets it may be more than half of them.
MOST_HALF_LEFT = 0.03
#: So much of the accounts may have something that is not valid.
MOST_UNFIT = 0.15
#: What SQL cannot say of a random ruleset, in the words of the emitter with `…` for what stands in the ruleset.
NOT_EMITTED: frozenset[str] = frozenset()
#: Of so few accounts no share is judged.
_FEW = 5000


def faults(batch: Batch) -> Iterator[tuple[str, int, str]]:
    """What is wrong with a batch: the kind, the account and the words of the first thing in each account that differs."""
    if batch.kind == "not emitted":
        words = re.sub(r"`[^`]*`", "`…`", batch.words)
        if words not in NOT_EMITTED:
            yield f"not emitted: {words}", 0, batch.words
    elif batch.kind == "raised":
        yield f"raised: {_without_digits(batch.words.splitlines()[0])[:120]}", 0, batch.words
    for each in batch.different:
        yield f"different: {_without_digits(each.lines[0].split(':')[0])}", each.account, each.lines[0]


def _without_digits(words: str) -> str:
    return re.sub(r"[\d_]+", "", words)


@define
class Tally:
    """Counts of what came of batches, and the first batch with each kind of fault: its seed, the account, the words."""

    counts: Counter[str] = field(factory=Counter)
    kinds: Counter[str] = field(factory=Counter)
    first: dict[str, tuple[int, int, str]] = field(factory=dict)

    def add(self, seed: int, batch: Batch) -> None:
        """Count a batch."""
        self.counts[f"rulesets {batch.kind}"] += 1
        self.counts.update(
            same=batch.same, different=len(batch.different), left=batch.left, unfit=batch.unfit
        )
        self.counts["rulesets left by half"] += batch.left * 2 > batch.fit
        for kind, account, words in faults(batch):
            self.kinds[kind] += 1
            self.first.setdefault(kind, (seed, account, words))

    @property
    def pairs(self) -> int:
        """How many pairs of a ruleset and an account there were."""
        return self.fit + self.counts["unfit"]

    @property
    def fit(self) -> int:
        """How many of them were SQL's to score."""
        return self.counts["same"] + self.counts["different"] + self.counts["left"]

    def objections(self) -> list[str]:
        """What must not be."""
        found = [f"{number} × {kind}: {self.first[kind]}" for kind, number in self.kinds.most_common()]
        if self.pairs < _FEW:
            return found
        rulesets = self.counts["rulesets compared"]
        if self.counts["left"] > MOST_LEFT * self.fit:
            found.append(f"{self.counts['left']} of {self.fit} valid accounts are left to the evaluator")
        if self.counts["rulesets left by half"] > max(1, MOST_HALF_LEFT * rulesets):
            found.append(
                f"of {self.counts['rulesets left by half']} of {rulesets} rulesets half is left to the evaluator"
            )
        if self.counts["unfit"] > MOST_UNFIT * self.pairs:
            found.append(f"{self.counts['unfit']} of {self.pairs} accounts are not valid")
        if self.counts["rulesets refused"]:
            found.append("a random ruleset is refused")
        return found

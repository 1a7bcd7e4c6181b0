"""Branch and prune: whether a claim can hold for some account, by going through the cells of the facts.

In: a claim, and a box to begin with. Out: `PROVED` that it cannot hold, `SHOWN` by an account that has been evaluated, or
unknown. A box in which the claim cannot hold is dropped; another is cut at a test that it leaves undecided, until nothing is
open. So an answer that it cannot hold rests on every cell; what bounds the work is a number of boxes and a time.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from ruleengine.analysis.claims import Claim
from ruleengine.analysis.findings import Answer, Method, Verdict
from ruleengine.analysis.may import May, Numbers, Words, meet, numbers
from ruleengine.analysis.run import Looking, Run
from ruleengine.analysis.situation import Box, Impossible, Key, Open
from ruleengine.casebook.accounts import Account
from ruleengine.tree import expressions as e

#: What tells whether an account is what was asked for.
Test = Callable[[Account], bool]
#: Accounts that may lie in a box.
Guesses = Callable[[Box], Sequence[Account]]

MOST_BOXES = 3_000
_MOST_GUESSES = 12
_WIDTH = 1e-6


def cut(box: Box, found: Open) -> list[dict[Key, May]]:
    """The boxes into which an open test cuts a box."""
    held = box.get(found.key)
    boxes: list[dict[Key, May]] = []
    for part in found.parts:
        left = part if held is None else meet(held, part)
        if not left.is_empty and left != held:
            boxes.append({**box, found.key: left})
    return boxes


def chosen(run: Run) -> Open | None:
    """The test to cut at: what is asked of a measure first, then what most tests ask for, then any fact that is left."""
    useful = [each for each in run.opens if len(each.parts) > 1]
    if not useful:
        return next(_spare(run), None)
    outcome = next((each for each in useful if _is_outcome(each.key)), None)
    if outcome is not None:
        return outcome
    counted = Counter(each.key for each in useful)
    return max(useful, key=lambda each: counted[each.key], default=None)


def _spare(run: Run) -> Iterator[Open]:
    """Facts that have been looked at and are not one value yet: what is computed of several may hang on each."""
    for key in sorted(run.looked_at, key=repr):
        node = run.keys.nodes.get(key)
        if isinstance(node, e.Fact):
            parts = _halves(run.value(node))
            if len(parts) > 1:
                yield Open(key, node, tuple(parts))


def _halves(found: May) -> list[May]:
    parts = [May(frozenset({reason})) for reason in sorted(found.reasons)]
    present = found.present
    if isinstance(present, Words) and len(present.words) > 1:
        parts += [May(present=Words(frozenset({each}))) for each in sorted(present.words, key=str)]
        return parts + (
            [May(present=Words(frozenset(), True, present.words | present.without))] if present.others else []
        )
    if parts and present is not None:
        return [*parts, May(present=present)]
    if (
        isinstance(present, Numbers)
        and present.high - present.low > _WIDTH
        and not math.isinf(present.high - present.low)
    ):
        middle = (present.low + present.high) / 2
        halves = (
            numbers(present.low, middle, present.step),
            numbers(math.nextafter(middle, math.inf), present.high, present.step),
        )
        return [May(present=half) for half in halves if half is not None]
    return []


def _is_outcome(key: Key) -> bool:
    return isinstance(key, tuple) and key[:1] == ("outcome",)


class Prover:
    """Answers questions about one program."""

    def __init__(self, looking: Looking, guesses: Guesses) -> None:
        self.looking = looking
        self.guesses = guesses

    def ask(self, claim: Claim, test: Test, seconds: float, box: Mapping[Key, May] | None = None) -> Answer:
        """Whether the claim holds for some account of a box, confirmed by `test`."""
        until = time.monotonic() + seconds
        waiting: list[Mapping[Key, May]] = [box or {}]
        boxes = tried = 0
        unsure = False
        while waiting:
            boxes += 1
            if boxes > MOST_BOXES or time.monotonic() > until:
                return Answer(Verdict.UNKNOWN, Method.CELLS, None, boxes)
            here = waiting.pop()
            run = self.looking.run(here)
            try:
                found = claim(run)
            except Impossible:
                continue
            if not found.holds(True):
                continue
            at = chosen(run)
            if at is None or (found.is_surely is True and tried < _MOST_GUESSES):
                tried += 1
                for account in self.guesses(here):
                    if test(account):
                        return Answer(Verdict.SHOWN, Method.CELLS, account, boxes)
            parts = cut(here, at) if at is not None else []
            if not parts:
                unsure = True
                continue
            waiting += reversed(parts)
        if unsure:
            return Answer(Verdict.UNKNOWN, Method.CELLS, None, boxes)
        return Answer(Verdict.PROVED, Method.CELLS, None, boxes)

"""The lowest and the highest score of a scorecard, and the bands that it can have.

In: a scorecard, and which accounts are meant: all, those of a segment, those that only have some of the data. Out: `Bounds`.
Boxes are cut best first: the one that promises the highest score is looked into next, until an account reaches what no other
box exceeds. Where time or boxes run out, the limit still holds, and what was reached is told beside it.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from math import inf

from attrs import field, frozen

from ruleengine.analysis.claims import Claim, all_of, band_claim, of_expression
from ruleengine.analysis.findings import Answer, Bounds, End, Method, Question, Reach, Verdict
from ruleengine.analysis.may import TRUE, May, Numbers
from ruleengine.analysis.prove import chosen, cut
from ruleengine.analysis.question import EACH_BY_CELLS, EACH_BY_SOLVER, Asked, Result
from ruleengine.analysis.run import Run
from ruleengine.analysis.situation import Box, Impossible, Key, Open
from ruleengine.casebook.accounts import Account
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r

_MOST_BOXES = 1_500
_SAME = 1e-6
_MOST_GUESSES = 12
_DIGITS = 9


def _every(run: Run) -> May:
    return TRUE


def _any(result: Result) -> bool:
    return True


@frozen(slots=True, eq=False)
class Among:
    """Which accounts are meant: a claim that may be looked at, the same of a result, and what the box says to begin with."""

    kind: str = "all"
    words: str = ""
    parts: tuple[str, ...] = ()
    claim: Claim = _every
    test: Callable[[Result], bool] = _any
    box: Mapping[Key, May] = field(factory=dict)
    condition: e.Expression | None = None
    seconds: float = EACH_BY_CELLS

    @property
    def id(self) -> str:
        """What tells a question about these accounts from the same about all; empty for all."""
        return {"segment": f".{self.words}", "data": f".data.{'+'.join(self.parts)}"}.get(self.kind, "")

    @property
    def said(self) -> str:
        """The same in words, behind an account or a score; empty for all."""
        return f" in `{self.words}`" if self.kind == "segment" else f" {self.words}" if self.words else ""


class Scores:
    """Bounds of one scorecard."""

    def __init__(self, asked: Asked, card: r.Scorecard) -> None:
        self.asked = asked
        self.card = card
        self.bands = next(
            (
                [each.name for each in bands.bands]
                for bands in asked.program.band_sets
                if bands.key == card.bands
            ),
            [],
        )

    def bounds(self, among: Among) -> Bounds:
        """Ends and bands among some accounts."""
        reached = tuple(Reach(band, self.band(band, among)) for band in self.bands)
        return Bounds(
            self.card.label,
            among.kind,
            among.words,
            among.parts,
            self.end(among, highest=False),
            self.end(among, highest=True),
            reached,
        )

    # ── bands ──

    def band(self, band: str, among: Among) -> Answer:
        """Whether an account among these gets a band."""

        def fits(result: Result) -> bool:
            return result["scorecards"][self.card.name]["band"] == band and among.test(result)

        account = self.asked.known(fits)
        if account is not None:
            self.asked.asked += 1
            return Answer(Verdict.SHOWN, Method.SEARCH, account)
        claim = band_claim(self.card, band, self.asked.program)
        question = Question(
            "bounds", "RE708", f"band.{self.card.label}.{band}{among.id}", self.card.label,
            f"whether an account{among.said} can be {band} in `{self.card.label}`", self.card.span,
        )  # fmt: skip
        return self.asked.ask(
            question,
            lambda run: all_of([among.claim(run), claim(run)]),
            lambda account: fits(self.asked.result(account)),
            among.box,
            seconds=among.seconds,
        )

    # ── ends ──

    def end(self, among: Among, highest: bool) -> End:
        """The lowest or the highest score among some accounts."""
        found = _Climb(self, among, highest).end()
        if not found.is_exact and not among.box:
            found = self._by_solver(found, among, highest)
        if not found.is_exact:
            self.asked.unanswered.append(self._question(among, "highest" if highest else "lowest"))
        return found

    def _question(self, among: Among, end: str) -> Question:
        """The question for an end, which is no finding."""
        name = self.card.label
        return Question(
            "bounds", "", f"{end}.{name}{among.id}", name, f"the {end} score of `{name}`{among.said}", self.card.span
        )  # fmt: skip

    def _by_solver(self, found: End, among: Among, highest: bool) -> End:
        """The better of what cells and the solver know of an end."""
        solver, seconds = self.asked.solver, self.asked.left(EACH_BY_SOLVER)
        if solver is None or not seconds:
            return found
        only = True if among.condition is None else solver.encoding.expression(among.condition, {}).is_true()
        other: End = solver.bounds(
            self.card.name,
            2 * seconds,
            only,
            lambda account: self.asked.is_valid(account) and among.test(self.asked.result(account)),
        )[highest]
        if other.is_exact:
            return other
        pick = (max, min) if highest else (min, max)
        scored = [(each.score, each.account) for each in (found, other) if each.score is not None]
        limits = [each.known_limit for each in (found, other) if each.known_limit is not None]
        score, account = pick[0](scored, key=lambda each: each[0], default=(None, None))
        return End(score, pick[1](limits, default=inf if highest else -inf), account)

    def score(self, result: Result) -> float | None:
        """The score in a result."""
        found: float | None = result["scorecards"][self.card.name]["score"]
        return found


#: How high a box may lead (turned, so that the highest comes first), its turn, and the test at which it will be cut.
_Waiting = tuple[float, int, Box, Open | None]


class _Climb:
    """The search for one end: `sign` turns the lowest into the highest of what is mirrored."""

    def __init__(self, scores: Scores, among: Among, highest: bool) -> None:
        self.scores, self.among = scores, among
        self.sign = 1.0 if highest else -1.0
        self.asked = scores.asked
        self.best: float | None = None
        self.account: Account | None = None
        self.order = count()
        self.guesses = 0
        self.beyond = float("-inf")
        for account, result in self.asked.results:
            self._note(account, result)

    def _note(self, account: Account, result: Result) -> None:
        score = self.scores.score(result)
        if score is None or not self.among.test(result):
            return
        height = score * self.sign
        if self.best is None or height > self.best:
            self.best, self.account = height, account

    def end(self) -> End:
        """What was reached, and what none exceeds."""
        self.asked.asked += 1
        until = time.monotonic() + self.asked.left(self.among.seconds)
        waiting: list[_Waiting] = []
        self._add(waiting, self.among.box)
        boxes = 0
        while waiting and -waiting[0][0] > self._reached():
            boxes += 1
            if boxes > _MOST_BOXES or time.monotonic() > until:
                self.beyond = max(self.beyond, -waiting[0][0])
                break
            height, _, box, at = heapq.heappop(waiting)
            for part in self._parts(box, -height, at):
                self._add(waiting, part)
        limit = max(self.beyond, self.best) if self.best is not None else self.beyond
        if limit == float("-inf"):
            return End(None, None, None)
        score = None if self.best is None else self.best * self.sign + 0.0
        return End(score, limit * self.sign + 0.0, self.account)

    def _reached(self) -> float:
        return float("-inf") if self.best is None else self.best + _SAME

    def _height(self, box: Box) -> tuple[float | None, Run]:
        """The best that a box promises; None where it has no score at all."""
        run = self.asked.looking.run(box)
        try:
            if not self.among.claim(run).holds(True):
                return None, run
            found = run.card(self.scores.card.name)[""].outcome.score
        except Impossible:
            return None, run
        return (None if found is None else _top(found, self.sign)), run

    def _add(self, waiting: list[_Waiting], box: Box) -> None:
        height, run = self._height(box)
        if height is not None and height > self._reached():
            heapq.heappush(waiting, (-round(height, _DIGITS), -next(self.order), box, chosen(run)))

    def _parts(self, box: Box, height: float, at: Open | None) -> Iterator[Box]:
        """The boxes into which a box falls; an account is guessed where nothing is open, or early, as a bound may be near."""
        parts = cut(box, at) if at is not None else []
        if not parts or self.guesses < _MOST_GUESSES:
            self.guesses += 1
            for account in self.asked.witnesses.of(box):
                if self.asked.is_valid(account):
                    self._note(account, self.asked.result(account))
        if not parts:
            self.beyond = max(self.beyond, height)
        yield from parts


def _top(found: Numbers, sign: float) -> float:
    return found.high if sign > 0 else -found.low


def segment_among(segment: r.Segment) -> Among:
    """The accounts of a segment."""
    return Among(
        "segment",
        segment.label,
        (),
        of_expression(segment.condition, True),
        lambda result: segment.label in result["segments"],
        condition=segment.condition,
    )

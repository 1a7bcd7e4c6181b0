"""One account after the other under both versions: what each scorecard says, and whose doing the change is.

In: two programs, dates, what is compared. Out: a function from accounts to what is counted of them, `ComparedAccount`. The
players of a share are the edits in their order, then the sections of the facts, then time, as in `causes`. Guaranteed:
whoever makes it from the same programs gets the same function, in this process or in another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from attrs import define, field, frozen

from ruleengine.compare.accounts import Account
from ruleengine.compare.attribution import share_out
from ruleengine.compare.compared import Change, ComparedAccount, ComparedCard, Outcome, joined_bands
from ruleengine.compare.edits import Differences
from ruleengine.compare.hybrid import Hybrids
from ruleengine.compare.meaning import differences
from ruleengine.compare.plan import Plan
from ruleengine.compare.shared import Game, Moment, SharedEvaluation
from ruleengine.evaluator.program import Evaluator
from ruleengine.facts.names import name_in
from ruleengine.tree import ruleset as r

_NO_OUTCOME = Outcome(None, None, "missing")


@frozen(slots=True)
class Versions:
    """Two programs with all that differs; the old one also in the names of the new."""

    old: r.Program
    new: r.Program
    differences: Differences
    hybrids: Hybrids

    @property
    def renamed(self) -> r.Program:
        """The old program, with the names of the new one for what is the same thing."""
        return self.hybrids.program(frozenset())

    @property
    def edits(self) -> tuple[str, ...]:
        """The names of all edits, in order."""
        return tuple(edit.id for edit in self.differences.edits)

    def cards(self) -> tuple[ComparedCard, ...]:
        """The scorecards that both have: those that the new version declares itself, or all when it declares none."""
        both = self.every_card()
        steps = {step.name: step for step in self.new.steps if isinstance(step, r.Scorecard)}
        declared = [card for card in both if steps[card.name].visible]
        return tuple(sorted(declared, key=lambda card: steps[card.name].span.start)) or both

    def every_card(self) -> tuple[ComparedCard, ...]:
        """All scorecards that both have."""
        before = {step.name: step for step in self.renamed.steps if isinstance(step, r.Scorecard)}
        old, new = _band_names(self.renamed), _band_names(self.new)
        return tuple(
            ComparedCard(
                step.name,
                step.block.title,
                joined_bands(old.get(before[step.name].bands, ()), new.get(step.bands, ())),
            )
            for step in self.new.steps
            if isinstance(step, r.Scorecard) and step.name in before
        )

    def triggers(self) -> dict[str, str]:
        """The titles of the triggers of both by name, in the order of the new version."""
        found: dict[str, str] = {}
        for program in (self.new, self.renamed):
            steps = [step for step in program.steps if isinstance(step, r.Trigger) and step.visible]
            for step in sorted(steps, key=lambda step: step.span.start):
                found.setdefault(step.name, step.title)
        return found

    def sections(self) -> tuple[str, ...]:
        """The top-level fields of the facts of both."""
        names = [each.name for program in (self.renamed, self.new) for each in program.facts.fields]
        return tuple(dict.fromkeys(names))


def _band_names(program: r.Program) -> dict[str, tuple[str, ...]]:
    return {found.key: tuple(band.name for band in found.bands) for found in program.band_sets}


def versions(old: r.Program, new: r.Program) -> Versions:
    """Two programs with all that differs."""
    found = differences(old, new)
    return Versions(old, new, found, Hybrids(old, new, found))


@frozen(slots=True)
class AccountChanges:
    """Makes the function that compares accounts. `days` are the as-of dates; `data` says that facts may differ too."""

    old: r.Program
    new: r.Program
    days: tuple[date, date]
    cards: tuple[str, ...]
    segments: tuple[str, ...] = ()
    name_path: tuple[str, ...] = ()
    data: bool = False
    known: Versions | None = field(default=None, eq=False, repr=False)

    def __call__(self) -> Callable[[Account], ComparedAccount]:
        """The function. Whoever has compared the programs already gives what was found as `known`."""
        return _Comparer(self, self.known or versions(self.old, self.new)).compare

    def __getstate__(self) -> tuple[Any, ...]:
        """What another process is sent: it compares the programs again."""
        return (self.old, self.new, self.days, self.cards, self.segments, self.name_path, self.data)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        """What another process was sent."""
        self.__init__(*state)  # type: ignore[misc]  # a frozen class is made by its own initialiser


@define(slots=True, eq=False)
class _Comparer:
    """Compares one account after the other."""

    asked: AccountChanges
    found: Versions
    _shared: SharedEvaluation = field(init=False)
    _old: Evaluator = field(init=False)
    _new: Evaluator = field(init=False)
    _segments: frozenset[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        asked, found = self.asked, self.found
        plan = Plan(found.hybrids, found.edits, asked.cards)
        sections = found.sections() if asked.data else ()
        self._shared = SharedEvaluation(plan, sections, over_time=asked.days[0] != asked.days[1])
        self._old, self._new = Evaluator(found.renamed), Evaluator(found.new)
        self._segments = frozenset(asked.segments)

    def compare(self, account: Account) -> ComparedAccount:
        """What is counted of one account."""
        first, second = self.asked.days
        facts = account.old if account.new is None else account.new
        old = self._old.result(account.old, first, previous=account.previous)
        new = self._new.result(facts, second, previous=account.previous)
        after = None if account.new is None and first == second else Moment(facts, second)
        games = self._shared.games(Moment(account.old, first), after, account.previous)
        changes = [
            _change(old["scorecards"].get(card), new["scorecards"].get(card), games[card], str(account.id))
            for card in self.asked.cards
        ]
        return ComparedAccount(
            account.id,
            name_in(facts, self.asked.name_path) or None,
            tuple(changes),
            tuple(_fired(old)),
            tuple(_fired(new)),
            tuple(name for name in new["segments"] if name in self._segments) if self._segments else (),
            len(new["problems"]),
        )


def _fired(result: dict[str, Any]) -> Iterator[str]:
    return (each["name"] for each in result["triggers"])


def _change(old: dict[str, Any] | None, new: dict[str, Any] | None, game: Game, identity: str) -> Change:
    share = share_out(game, identity) if game.players else None
    return Change(_outcome(old), _outcome(new), share)


def _outcome(card: dict[str, Any] | None) -> Outcome:
    return _NO_OUTCOME if card is None else Outcome(card["score"], card["band"], card["status"])


def causes_of(sections: Sequence[str], days: tuple[date, date], data: bool) -> list[dict[str, str]]:
    """What beside the ruleset can move accounts, in words: sections of the facts, then time."""
    found = [
        {"id": f"data: {name}", "cause": "data", "summary": f"the facts under {name} changed"}
        for name in (sections if data else ())
    ]
    passed = (days[1] - days[0]).days
    if passed:
        number = f"{abs(passed):,} {'day' if abs(passed) == 1 else 'days'}"
        told = f"{number} passed" if passed > 0 else f"the date is {number} earlier"
        found.append({"id": "time", "cause": "time", "summary": told})
    return found

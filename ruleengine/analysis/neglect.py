"""Where doing nothing helps: a measure that expires, a limit that rests on one, an account of which little is known.

In: a ruleset and accounts to begin with. Out: findings. Guaranteed: an account that is shown has been evaluated on both days, with
the same facts, and nothing else about its measures changes from the one to the other; where a finding says that waiting can only
help, that is so for every account that keeps a score, as far as nothing else becomes older.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache

from attrs import evolve, frozen

from ruleengine.analysis.findings import Finding, Method, Verdict
from ruleengine.analysis.lifting import Lifting
from ruleengine.analysis.little import little_data
from ruleengine.analysis.outlook import Outlook
from ruleengine.analysis.population import Population, Result, is_scored
from ruleengine.analysis.standing import Standing, Standings, changed_words
from ruleengine.casebook.accounts import Account
from ruleengine.casebook.search import Search
from ruleengine.casebook.ways import days_ago
from ruleengine.checker.index import Index, walk
from ruleengine.facts.model import FactSchema
from ruleengine.source import Source, Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r

_MOST_TRIED = 40
_EXPIRED = r.NaOutcome("expired", "")
_DAY = timedelta(days=1)


def neglect(
    program: r.Program,
    sources: Mapping[str, Source],
    schema: FactSchema,
    accounts: Sequence[Account],
    as_of: date,
    search: Search | None = None,
) -> list[Finding]:
    """Where waiting or missing data makes an account look better; `search` is one of the same program made already."""
    outlook = Outlook(program, Index(program, sources, program.path, {}))
    given = [*accounts] or [Account({}, as_of)]
    population = cache(lambda: Population(program, sources, schema, given, search))
    waiting = _Waiting(outlook, population)
    return [*waiting.findings(), *little_data(outlook, population)]


@frozen(slots=True, eq=False)
class _Gain:
    """One account on the last day of a measure: where it stands then, and where on the day after."""

    today: Account
    before: Standing
    after: Standing

    def is_shown(self, standings: Sequence[Standing]) -> bool:
        """Whether another account shows the same change."""
        return [(each.band, each.score) for each in standings] == [
            (each.band, each.score) for each in (self.before, self.after)
        ]


class _Waiting:
    """Looks for what waiting does."""

    def __init__(self, outlook: Outlook, population: Callable[[], Population]) -> None:
        self.outlook = outlook
        self.standings = Standings(outlook)
        self.population = population

    def findings(self) -> Iterator[Finding]:
        """One for each scorecard and measure, and for each override and trigger that rests on one."""
        for measure in self.outlook.measures.values():
            if measure.fresh is None or measure.fresh.expired is None:
                continue
            reached = self.outlook.of_expiry.resting_on(measure.name)
            for card in self.outlook.own_cards():
                if card.name in reached:
                    yield from self._card(measure, card)
            for trigger in self.outlook.program.steps:
                if isinstance(trigger, r.Trigger) and self.outlook.index.is_here(trigger.span):
                    yield from self._trigger(measure, trigger)

    # ── scorecards ──

    def _card(self, measure: r.Measure, card: r.Scorecard) -> Iterator[Finding]:
        only = Lifting(self.outlook, measure).effect(card) == 1
        override = self._override(measure, card)
        gain = self._gain(measure, card, override)
        if gain is None and not only:
            return
        if override is not None:
            yield self._lifted(measure, card, override, gain)
        elif only or (gain is not None and (not card.bands or gain.after.band != gain.before.band)):
            yield self._better(measure, card, gain, only)

    def _better(self, measure: r.Measure, card: r.Scorecard, gain: _Gain | None, only: bool) -> Finding:
        could = f"`{card.label}` can only become better when `{measure.label}` expires"
        shown = "" if gain is None else changed_words(gain.before, gain.after)
        limit = _limit_words(measure)
        if gain is None:
            text = f"{could}, {limit}"
        elif only:
            text = f"{could}, {limit}: an account goes {shown}"
        else:
            text = f"`{card.label}` goes {shown} when `{measure.label}` expires, {limit}, and nobody did anything"
        verdict, method = (Verdict.PROVED, Method.TREE) if gain is None else (Verdict.SHOWN, Method.SEARCH)
        return Finding(
            "RE704", f"waiting {card.name} {measure.name}", measure.label, text, self._place(measure, card), verdict,
            method, "ask for what it last was with `was`, impute a value, or require it", *_accounts(gain),
            details={"names": [card.label], "only_better": only, **_figures(gain)},
        )  # fmt: skip

    def _override(self, measure: r.Measure, card: r.Scorecard) -> r.Limit | None:
        """The override of a scorecard that rests on a measure, as `check` reports it."""
        for limit in card.block.limits:
            if (
                limit.kind == "override"
                and limit.condition is not None
                and self._asks(limit.condition, measure)
            ):
                return limit
        return None

    def _asks(self, condition: e.Expression, measure: r.Measure) -> bool:
        """Whether a condition asks for the rating of a measure as it is, and nowhere for its status."""
        found = [node for node in self._below(condition) if isinstance(node, e.Reference | e.IsMeasureStatus)]
        statuses = [
            each
            for each in found
            if isinstance(each, e.IsMeasureStatus) and each.subject.name == measure.name
        ]
        now = [
            each for each in found
            if isinstance(each, e.Reference) and each.name == measure.name and not each.part.startswith("past")
        ]  # fmt: skip
        return bool(now) and not statuses

    def _below(self, condition: e.Expression) -> Iterator[object]:
        """All nodes of a condition, through names."""
        seen: set[str] = set()
        stack = [condition]
        while stack:
            for node in walk(stack.pop()):
                yield node
                if isinstance(node, e.Variable) and node.name not in seen:
                    seen.add(node.name)
                    meaning = self.outlook.index.meaning(node.name)
                    stack += [meaning] if meaning is not None else []

    def _lifted(self, measure: r.Measure, card: r.Scorecard, limit: r.Limit, gain: _Gain | None) -> Finding:
        """What `check` says too, with an account."""
        label = measure.label
        return Finding(
            "RE407", f"lifted {card.name} {measure.name}", label, f"when `{label}` expires, this override is lifted",
            self.outlook.index.first_line(limit.span), Verdict.PROVED if gain is None else Verdict.SHOWN,
            Method.TREE if gain is None else Method.SEARCH,
            f"ask for what it last was with `{label} was …`, or write `accept RE407 because \"…\"`", *_accounts(gain),
            details={"names": [card.label], **_figures(gain)},
        )  # fmt: skip

    # ── triggers ──

    def _trigger(self, measure: r.Measure, trigger: r.Trigger) -> Iterator[Finding]:
        if not any(self._asks(each.condition, measure) for each in trigger.alternatives):
            return

        def fires(result: Result) -> bool:
            return any(each["name"] == trigger.name for each in result["triggers"])

        def shows(today: Account) -> bool:
            results = self._results(measure, today)
            return results is not None and fires(results[0]) and not fires(results[1])

        for today, _ in self._days(measure, lambda each: fires(self.population().kept_result(each))):
            if shows(today):
                text = (
                    f"`{trigger.label}` falls silent when `{measure.label}` expires, {_limit_words(measure)}"
                )
                small = self.population().smallest(today, shows)
                yield Finding(
                    "RE704", f"silent {trigger.name} {measure.name}", trigger.label, text,
                    self.outlook.index.first_line(trigger.span), Verdict.SHOWN, Method.SEARCH,
                    f"ask for what it last was with `{measure.label} was …`", small, _day_after(small),
                    {"names": [measure.label]},
                )  # fmt: skip
                return

    # ── two days ──

    def _gain(self, measure: r.Measure, card: r.Scorecard, override: r.Limit | None) -> _Gain | None:
        """An account whose band becomes better on the day on which a measure expires; else one whose score does.

        With an override only an account on which that acts will do.
        """
        held = self.population().forced(measure, _EXPIRED, "expired")
        best: _Gain | None = None

        def may_gain(account: Account) -> bool:
            result = self.population().kept_result(account)
            after = held.scores(account.facts, account.as_of, account.previous)[card.name]
            now, then = self._of_card(card, result), self.standings.of_card(card, *after)
            acting = result["scorecards"][card.name]["override"]
            acts = override is None or (acting is not None and acting["line"] == override.span.line)
            return acts and _is_gain(now, then)

        for today, results in self._days(measure, may_gain):
            gain = _Gain(today, *(self._of_card(card, each) for each in results))
            if gain.after.band_gain(gain.before) > 0:
                return self._small(gain, measure, card)
            if best is None and _is_gain(gain.before, gain.after):
                best = gain
        return None if best is None else self._small(best, measure, card)

    def _small(self, gain: _Gain, measure: r.Measure, card: r.Scorecard) -> _Gain:
        """The same change by an account in which there is no more than it needs."""

        def keeps(today: Account) -> bool:
            results = self._results(measure, today)
            return results is not None and gain.is_shown([self._of_card(card, each) for each in results])

        return evolve(gain, today=self.population().smallest(gain.today, keeps))

    def _days(
        self, measure: r.Measure, wanted: Callable[[Account], bool]
    ) -> Iterator[tuple[Account, tuple[Result, Result]]]:
        """Accounts on the last day of a measure, with the results of that day and the next; from those that are wanted."""
        population = self.population()
        chosen = [
            each
            for each in population.accounts
            if is_scored(population.kept_result(each), measure) and wanted(each)
        ]
        for account in chosen[:_MOST_TRIED]:
            for today in self._on_last_day(account, measure):
                results = self._results(measure, today)
                if results is not None:
                    yield today, results
                    break

    def _results(self, measure: r.Measure, today: Account) -> tuple[Result, Result] | None:
        """The results of a day and the next; None where more changes than that a measure expires."""
        results = (self.population().result(today), self.population().result(_day_after(today)))
        return results if self._only_expires(measure, results) else None

    def _on_last_day(self, account: Account, measure: r.Measure) -> Iterator[Account]:
        """An account with facts that expire tomorrow."""
        fresh = measure.fresh
        assert fresh is not None
        assert fresh.expired is not None
        days = int(fresh.expired)
        if fresh.expired_unit == "months":
            days = (account.as_of - _months_before(account.as_of, int(fresh.expired))).days
        yield from (other for other, _ in self.population().tried(account, days_ago(fresh.by, days)))

    def _only_expires(self, measure: r.Measure, results: tuple[Result, Result]) -> bool:
        """Whether one measure expires from one day to the next, and all others stay as they are."""
        before, after = (each["measures"] for each in results)
        if not is_scored(results[0], measure) or after[measure.name]["status"] != "expired":
            return False
        others = [name for name in before if name != measure.name]
        return all(
            before[name][key] == after[name][key] for name in others for key in ("status", "band", "points")
        )

    # ── words ──

    def _of_card(self, card: r.Scorecard, result: Result) -> Standing:
        entry = result["scorecards"][card.name]
        return self.standings.of_card(card, entry["score"], entry["band"])

    def _place(self, measure: r.Measure, card: r.Scorecard) -> Span:
        index = self.outlook.index
        if measure.fresh is not None and index.is_here(measure.fresh.span):
            return index.first_line(measure.fresh.span)
        for node in walk(card.block):
            if isinstance(node, r.Member) and node.name == measure.name:
                return index.first_line(node.span)
        return index.first_line(card.span)


def _day_after(account: Account) -> Account:
    return evolve(account, as_of=account.as_of + _DAY)


def _is_gain(before: Standing, after: Standing) -> bool:
    gain = after.band_gain(before)
    return gain > 0 or (gain == 0 and after.score_gain(before) > 0)


def _accounts(gain: _Gain | None) -> tuple[Account | None, Account | None]:
    return (None, None) if gain is None else (gain.today, _day_after(gain.today))


def _figures(gain: _Gain | None) -> dict[str, object]:
    if gain is None:
        return {}
    return {"card": [{"score": each.score, "band": each.band} for each in (gain.before, gain.after)]}


def _limit_words(measure: r.Measure) -> str:
    fresh = measure.fresh
    assert fresh is not None
    assert fresh.expired is not None
    unit = fresh.expired_unit.removesuffix("s") if fresh.expired == 1 else fresh.expired_unit
    return f"after {fresh.expired:g} {unit}"


def _months_before(day: date, months: int) -> date:
    """The latest date that, with so many months added, is this day or the last before it."""
    number = day.year * 12 + day.month - 1 - months
    for back in range(4):
        try:
            return date(number // 12, number % 12 + 1, day.day - back)
        except ValueError:
            continue
    return day

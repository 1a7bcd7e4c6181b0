"""Scorecards in which an account of which little is known gets the best band.

In: a program and accounts. Out: a finding for each scorecard in which an account with less than half of the data has the best band,
with the account that has the least. Guaranteed: the account has been evaluated, and its coverage is what the result says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ruleengine.analysis.findings import Finding, Method, Verdict
from ruleengine.analysis.outlook import Outlook
from ruleengine.analysis.population import Population
from ruleengine.analysis.signs import members
from ruleengine.casebook.accounts import Account
from ruleengine.tree import ruleset as r

#: An account with less of the data than this should not be the best of all.
_LITTLE = 0.5
#: So many measures are tried alone.
_MOST_MEASURES = 8


def little_data(outlook: Outlook, population: Callable[[], Population]) -> Iterator[Finding]:
    """RE705 for each scorecard of the file."""
    for card in outlook.own_cards():
        if card.bands and _redistributes(card.block):
            found = _least(card, outlook, population())
            if found is not None and found[0] < _LITTLE:
                yield _finding(card, *found, outlook)


def _redistributes(block: r.Block) -> bool:
    """Whether missing data may leave a score."""
    return block.missing is None or block.missing.policy != "require all"


def _finding(card: r.Scorecard, coverage: float, account: Account, outlook: Outlook) -> Finding:
    best = outlook.bands[card.bands].bands[0].name
    share = f"{round(coverage * 100, 1):g}%"
    return Finding(
        "RE705", f"little data {card.name}", card.label,
        f"an account is `{best}` in `{card.label}` with {share} of the data", outlook.index.first_line(card.span),
        Verdict.SHOWN, Method.SEARCH,
        "say how much has to be there: `missing require coverage 60%`, or `require 3 of 5`", account,
        details={"coverage": coverage, "band": best},
    )  # fmt: skip


def _least(card: r.Scorecard, outlook: Outlook, population: Population) -> tuple[float, Account] | None:
    """The smallest coverage with the best band that was found, with its account."""
    best = outlook.bands[card.bands].bands[0].name
    found: tuple[float, Account] | None = None
    for account in _candidates(card, outlook, population):
        entry = population.result(account)["scorecards"][card.name]
        coverage = entry["coverage"]
        if entry["band"] == best and coverage is not None and (found is None or coverage < found[0] - 1e-12):
            found = (coverage, account)
    return None if found is None else (found[0], _small(card, found[1], population))


def _small(card: r.Scorecard, account: Account, population: Population) -> Account:
    """The account without what is not needed for its score, band and coverage."""

    def said(each: Account) -> tuple[object, ...]:
        entry = population.result(each)["scorecards"][card.name]
        return entry["band"], entry["score"], entry["coverage"]

    wanted = said(account)
    return population.smallest(account, lambda each: said(each) == wanted)


def _candidates(card: r.Scorecard, outlook: Outlook, population: Population) -> Iterator[Account]:
    """Accounts that may have the best band with little: those that have it, and those with one good measure alone."""
    search, bands = population.search, population.search.covering.inventory.bands
    yield from population.accounts
    wanted = [("card", card.name, outlook.bands[card.bands].bands[0].name)]
    leaves = sorted(
        (each for each in members(card.block) if each.kind == "measure"), key=lambda each: each.weight
    )
    for member in leaves[:_MOST_MEASURES]:
        key = outlook.measures[member.name].bands
        if key:
            wanted.append(("measure", member.name, outlook.bands[key].bands[0].name))
    items = [search.covering.inventory.items[bands[each]] for each in wanted if each in bands]
    ways = search.prepare(items)
    for item in items:
        account = search.found(item, ways[item.id])
        if account is not None:
            yield account

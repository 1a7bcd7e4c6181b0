"""What a ruleset tells a summary beyond its results: titles, the order of bands, the best that each place could have.

In: a program, or nothing. Out: a `Known`. Guaranteed: with the ruleset, lost points are the costs that explanations show;
without it the order of bands and the best points are taken from the results themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from ruleengine.evaluator.costs import Costs
from ruleengine.tree.ruleset import Measure, Program, Scorecard


@frozen(slots=True)
class KnownCard:
    """A scorecard: its title, its bands from best to worst, whether more points are better, its places."""

    title: str
    bands: tuple[str, ...]
    rising: bool
    best: Mapping[str, float | None]
    titles: Mapping[str, str]


@frozen(slots=True)
class Known:
    """All scorecards by name, the titles of measures, and the scorecard that is shown first."""

    cards: Mapping[str, KnownCard] = field(factory=dict)
    measures: Mapping[str, str] = field(factory=dict)
    first: str = ""
    from_ruleset: bool = False


def known_of(program: Program, first: str) -> Known:
    """What a program tells. `first` is the scorecard that is shown when none is named."""
    costs = Costs(program)
    bands = {found.key: tuple(band.name for band in found.bands) for found in program.band_sets}
    cards = {}
    for step in program.steps:
        if isinstance(step, Scorecard):
            leaves = costs.leaves[step.name]
            cards[step.name] = KnownCard(
                step.block.title, bands.get(step.bands, ()), costs.rising[step.name],
                {leaf.path: leaf.best for leaf in leaves}, {leaf.path: leaf.member.title for leaf in leaves},
            )  # fmt: skip
    titles = {step.name: step.title for step in program.steps if isinstance(step, Measure)}
    return Known(cards, titles, first, from_ruleset=True)


def order_of_bands(
    means: Mapping[str, float | None], following: Sequence[tuple[str, str, int]]
) -> tuple[tuple[str, ...], bool]:
    """The bands from best to worst as results tell it, and whether more points are better.

    `means` are the mean scores of the bands; `following` says of how many accounts which band is the next better one.
    """
    votes = 0
    for band, better, accounts in following:
        low, high = means.get(band), means.get(better)
        if low is not None and high is not None and low != high:
            votes += accounts if high > low else -accounts
    rising = votes >= 0
    scored = [band for band, mean in means.items() if mean is not None]
    scored.sort(key=lambda band: (-(means[band] or 0.0) if rising else (means[band] or 0.0), band))
    return (*scored, *sorted(band for band, mean in means.items() if mean is None)), rising

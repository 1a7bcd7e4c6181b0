"""The whole analysis of one ruleset: bounds, reach, neglect, monotonicity, invariants.

In: a compiled ruleset, its schema, accounts to start from, an as-of date, options. Out: an `Analysis`. Every account in it has
been evaluated; what is said to be impossible is proved for all accounts that the schema allows, at the as-of date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from ruleengine.analysis.bounds import Among, Scores, segment_among
from ruleengine.analysis.findings import Analysis, Bounds, Finding, Verdict
from ruleengine.analysis.invariants import invariants
from ruleengine.analysis.missing import patterns
from ruleengine.analysis.monotonicity import monotonicity
from ruleengine.analysis.neglect import neglect
from ruleengine.analysis.options import Options
from ruleengine.analysis.question import Asked
from ruleengine.analysis.reach import always_true, idle_measures, unreachable
from ruleengine.analysis.sides import Side
from ruleengine.casebook.accounts import Account
from ruleengine.facts.model import FactSchema
from ruleengine.source import Source
from ruleengine.tree import ruleset as r


def analyze(
    program: r.Program,
    sources: Mapping[str, Source],
    schema: FactSchema,
    accounts: Sequence[Account],
    as_of: date,
    options: Options | None = None,
) -> Analysis:
    """What a ruleset can and cannot do, for every account that is valid by its schema."""
    options = options or Options()
    asked = Asked(Side(program, sources, schema), accounts, as_of, options)
    found: list[Finding] = []
    checked = tuple(invariants(asked)) if options.wants("invariants") else ()
    bounds = list(_bounds(asked)) if options.wants("bounds") else []
    found += _lost_bands(asked, bounds)
    if options.wants("reach"):
        found += [*unreachable(asked), *always_true(asked), *idle_measures(asked)]
    if options.wants("neglect"):
        options.progress("what waiting and missing data do")
        found += neglect(program, sources, schema, accounts, as_of, asked.search)
    if options.wants("monotonicity"):
        options.progress("what improvements do")
        found += monotonicity(program, sources, schema, accounts, as_of, asked.search)
    bounds = list(_with_patterns(asked, bounds))
    solver = options.solver and asked.solver is not None
    unanswered = sorted(asked.unanswered, key=lambda each: (each.span.path, each.span.start))
    return Analysis(
        program.name, program.version, program.digest, as_of.isoformat(), tuple(found), tuple(bounds), checked, asked.asked,
        tuple(unanswered), solver,
    )  # fmt: skip


def _bounds(asked: Asked) -> Iterator[Bounds]:
    """The bounds of every scorecard: of all accounts, of each segment, with data for some parts only."""
    segments = [step for step in asked.program.steps if isinstance(step, r.Segment)]
    wanted = asked.options.segments
    for card in asked.index.cards.values():
        if not card.visible:
            continue
        asked.options.progress(f"bounds of {card.label}")
        scores = Scores(asked, card)
        whole = scores.bounds(Among())
        yield whole
        for segment in segments:
            if not wanted or segment.label in wanted:
                asked.options.progress(f"bounds of {card.label} in {segment.label}")
                yield scores.bounds(segment_among(segment))


def _with_patterns(asked: Asked, bounds: Sequence[Bounds]) -> Iterator[Bounds]:
    """The bounds of each scorecard, and behind them what it comes to with data for some parts only."""
    cards = {card.label: card for card in asked.index.cards.values()}
    for card, found in groupby(bounds, lambda each: each.card):
        listed = list(found)
        yield from listed
        if not asked.options.segments:
            asked.options.progress(f"{card} with data for some parts only")
            yield from patterns(asked, cards[card], listed[0])


def _lost_bands(asked: Asked, bounds: Sequence[Bounds]) -> Iterator[Finding]:
    """Bands of scorecards that no account can get."""
    cards = {card.label: card for card in asked.index.cards.values()}
    for each in bounds:
        for reach in each.bands if each.kind == "all" else ():
            if reach.answer.verdict is Verdict.PROVED and cards[each.card].span.path == asked.program.path:
                yield Finding(
                    "RE708", f"band.{each.card}.{reach.band}", each.card, f"no account can be {reach.band} in `{each.card}`",
                    cards[each.card].span, reach.answer.verdict, reach.answer.method,
                    "change the bands, or the points that its measures give",
                )  # fmt: skip

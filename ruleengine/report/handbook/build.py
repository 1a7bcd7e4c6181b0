"""The page of a ruleset: which sections it has, in which order.

In: a program, the texts it was compiled from, and the other versions of it. Out: a `Page`. Guaranteed: the page
follows from the evaluation tree and from nothing else; the same rulesets give the same page on every day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ruleengine.report.handbook.cards import Cards
from ruleengine.report.handbook.declarations import Declarations
from ruleengine.report.handbook.history import Version, history_section
from ruleengine.report.handbook.matrices import Matrices
from ruleengine.report.handbook.measures import Measures
from ruleengine.report.handbook.page import Block, Bullets, Page, Paragraph, Section, Terms
from ruleengine.report.handbook.triggers import Triggers
from ruleengine.report.words.conditions import Words
from ruleengine.report.words.names import Names
from ruleengine.report.words.text import Text, code, listed, say, strong
from ruleengine.source import Source
from ruleengine.tree import ruleset as r
from ruleengine.version import __version__

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def build_page(
    program: r.Program,
    sources: Mapping[str, Source],
    versions: Sequence[Version] = (),
    until: date | None = None,
) -> Page:
    """The page of one version of a ruleset; `until` is the day on which the next version takes over."""
    names = Names(program, sources)
    words = Words(names)
    measures = Measures(words, _used(names))
    cards, declarations, triggers = Cards(measures), Declarations(words), Triggers(measures)
    matrices = Matrices(words)
    sections = [
        *(cards.section(card) for card in cards.leading if card.visible),
        triggers.triggers(),
        triggers.checklists(),
        *matrices.matrices(),
        matrices.templates(),
        *(cards.section(card) for card in cards.leading if not card.visible),
        declarations.bands(),
        declarations.segments(),
        _measures(measures),
        _members(cards),
        declarations.values(),
        declarations.tables(),
        declarations.definitions(),
        declarations.assumptions(),
        declarations.outputs(),
        declarations.checks(),
        declarations.facts(),
        history_section(program, versions),
        _reading(),
    ]
    title = program.title or names.human(program.name)
    foot = say(
        "Written by ruleengine ",
        __version__,
        " from what runs: ",
        code(f"{program.name} {program.version}"),
        ".",
    )
    lead = _lead(names, until)
    return Page(title, lead, tuple(section for section in sections if section is not None), foot)


def _lead(names: Names, until: date | None) -> tuple[Block, ...]:
    program = names.program
    pairs: list[tuple[str, Text]] = [
        ("Ruleset", say(code(program.name), " version ", strong(program.version)))
    ]
    if program.owner:
        pairs.append(("Owner", say(program.owner)))
    pairs.append(("In force", say(_period(program, until))))
    pairs.append(("Facts", say(code(f"{program.schema_name} {program.schema_version}"))))
    imported = sorted(
        {origin for step in program.steps if (origin := Declarations(Words(names)).origin(step.span))}
    )
    if imported:
        pairs.append(("Imports", listed([code(each) for each in imported])))
    if program.fiscal_month != 1:
        pairs.append(("Fiscal year", say(f"starts in {_MONTHS[program.fiscal_month - 1]}")))
    pairs.append(("Digest", say(code(program.digest))))
    lead = (Paragraph(say(program.description), "lead"),) if program.description else ()
    return (*lead, Terms(tuple(pairs)))


def _period(program: r.Program, until: date | None) -> str:
    if program.effective_from is None:
        return "only when it is asked for by number"
    start = f"from {date.fromordinal(program.effective_from)}"
    end = date.fromordinal(program.effective_until) if program.effective_until is not None else until
    return f"{start} until {end} (that day excluded)" if end is not None else start


def _used(names: Names) -> dict[str, tuple[Text, ...]]:
    """The scorecards and groups that each measure counts in."""
    found: dict[str, tuple[Text, ...]] = {}
    for (card, path), node in names.nodes.items():
        if isinstance(node, r.Member) and node.kind == "measure":
            group = names.nodes.get((card, path.rpartition(".")[0]))
            inside = say(names.title(group), " of ") if group is not None else ()
            found[node.name] = (*found.get(node.name, ()), say(inside, names.card(card)))
    return found


def _measures(measures: Measures) -> Section | None:
    """A section for each measure, in the order of the files; criteria of checklists have their own."""
    program = measures.names.program
    found = [measure for measure in measures.names.measures.values() if not measure.checklist]
    found.sort(key=lambda measure: (measure.span.path != program.path, measure.span.path, measure.span.start))
    blocks = tuple(measures.section(measure) for measure in found)
    return Section(say("Measures"), "measures", blocks) if blocks else None


def _members(cards: Cards) -> Section | None:
    blocks = tuple(cards.member_section(card) for card in cards.members)
    return Section(say("Scorecards inside the score"), "member-scorecards", blocks) if blocks else None


def _reading() -> Section:
    items = (
        say("“From 1 to 5” and “at least”, “at most” include their ends; “below” and “above” do not."),
        say("The first case that holds counts. What fits no row has no rating, and counts as invalid."),
        say("“Share of score” is what a measure weighs in the whole score while everything has a value."),
        say("No value is never a bad value: what is missing is left out, or treated as the page says."),
        say("“Stale” values count and are flagged. Values that are “not used” count as missing."),
    )
    return Section(say("How to read this page"), "reading", (Bullets(items),))

"""What everything in a ruleset is called on a page, and where on the page it is explained.

In: a program, and the texts it was compiled from. Out: names in words (`account.csm_priority` becomes “account CSM
priority”, spelled as the titles of the ruleset spell it), each with the anchor of its explanation. Guaranteed: an
anchor holds nothing but letters, digits, `-` and `_`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import attrs

from ruleengine.report.words.text import BAND, CODE, NAME, Run
from ruleengine.source import Source, Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import Kind

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|#[^\n]*')
#: Bands whose names are colours keep them; others are coloured by their place in the set.
_COLOURS = {
    "green": "best", "blue": "good", "yellow": "middle", "amber": "poor", "orange": "poor", "red": "worst",
    "grey": "none", "gray": "none",
}  # fmt: skip
_TONES = ("best", "good", "middle", "poor", "worst")


def anchor(kind: str, name: str) -> str:
    """The place on the page where something is explained."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", f"{kind}-{name}").strip("-")


@attrs.frozen(slots=False)
class Names:
    """Names of one program."""

    program: r.Program
    sources: Mapping[str, Source] = attrs.field(factory=dict)

    # ── what there is ──

    @cached_property
    def measures(self) -> dict[str, r.Measure]:
        """Measures by their unique name."""
        return {step.name: step for step in self.program.steps if isinstance(step, r.Measure)}

    @cached_property
    def cards(self) -> dict[str, r.Scorecard]:
        """Scorecards by their unique name."""
        return {step.name: step for step in self.program.steps if isinstance(step, r.Scorecard)}

    @cached_property
    def band_sets(self) -> dict[str, r.BandSet]:
        """Band sets by their key."""
        return {found.key: found for found in self.program.band_sets}

    @cached_property
    def band_places(self) -> dict[str, Run]:
        """By key, the name under which each set of bands is explained; sets of one name that are alike share a place."""
        found: dict[str, Run] = {}
        alike: dict[tuple[object, ...], Run] = {}
        for bands in self.program.band_sets:
            ends = tuple((b.name, b.low, b.high, b.low_open, b.high_open, b.points) for b in bands.bands)
            taken = any(run.text == bands.name for run in alike.values())
            title = f"{bands.name} of {bands.key.rpartition('.')[0]}" if taken else bands.name
            run = Run(title, NAME, anchor("bands", bands.key))
            found[bands.key] = alike.setdefault((bands.name, bands.step, ends), run)
        return found

    @cached_property
    def called(self) -> dict[str, r.Table | r.Definition]:
        """Tables and definitions by the key of their instance."""
        found: dict[str, r.Table | r.Definition] = {table.key: table for table in self.program.tables}
        return found | {definition.key: definition for definition in self.program.definitions}

    @cached_property
    def nodes(self) -> dict[tuple[str, str], r.Block | r.Member]:
        """Groups and members by the name of their scorecard and their path in it."""
        return {
            (card.name, path): node
            for card in self.cards.values()
            for path, node in below(card.block)
        }  # fmt: skip

    @cached_property
    def variables(self) -> dict[str, Run]:
        """What the author calls each named value, segment, parameter and trigger."""
        found: dict[str, Run] = {}
        for step in self.program.steps:
            if isinstance(step, r.Let):
                found[step.name] = self._named(step.label, anchor("value", step.name))
            elif isinstance(step, r.Segment):
                shown = step.title or self.human(step.label)
                found[step.name] = Run(shown, NAME, anchor("segment", step.name))
            elif isinstance(step, r.Measure):
                place = anchor("measure", step.name)
                found |= {let.name: self._named(let.label, place) for let in step.lets}
            elif isinstance(step, r.Trigger | r.Matrix | r.Template):
                place = anchor(type(step).__name__.lower(), step.name)
                found[step.name] = Run(step.title or self.human(step.label), NAME, place)
        for owner in self.called.values():
            for name, label in zip(owner.parameters, self.parameters(owner), strict=True):
                found.setdefault(name, Run(self.human(label)))
        return found

    @cached_property
    def constants(self) -> dict[str, e.Constant]:
        """Named values that are numbers as written, so that a page can say the number beside the name."""
        steps = self.program.steps
        lets = [
            *(step for step in steps if isinstance(step, r.Let)),
            *(let for m in self.measures.values() for let in m.lets),
        ]
        return {
            let.name: let.value
            for let in lets
            if isinstance(let.value, e.Constant) and let.value.type.kind is Kind.NUMBER
        }

    def _named(self, label: str, place: str) -> Run:
        return Run(self.human(label), NAME, place)

    def parameters(self, owner: r.Table | r.Definition) -> tuple[str, ...]:
        """The parameters of a table or definition as the author wrote them.

        The names of further instances carry a number; those of the first, compiled at the same place, do not.
        """
        first = next(
            each
            for each in self.called.values()
            if each.name == owner.name and each.span == owner.span  # the same text, for other types
        )
        return tuple(name.removeprefix(f"{owner.name}.") for name in first.parameters)

    # ── words ──

    @cached_property
    def _spelling(self) -> dict[str, str]:
        """How the titles spell words that are not written in small letters: CSM, DevSecOps."""
        titles = [self.program.title]
        for step in self.program.steps:
            if isinstance(step, r.Measure | r.Segment | r.Trigger | r.Matrix | r.Template):
                titles.append(step.title or "")
            elif isinstance(step, r.Scorecard):
                titles += [step.block.title, *(node.title for _, node in below(step.block))]
        words = (word for title in titles for word in _WORD.findall(title))
        return {word.lower(): word for word in words if not word[1:].islower() and len(word) > 1}

    def human(self, name: str) -> str:
        """An identifier as words."""
        return " ".join(self._spelling.get(word, word) for word in name.split("_") if word) or name

    def fact(self, path: tuple[str, ...]) -> str:
        """A path into the facts as words, no word twice in a row: `usage.usage_rate` is “usage rate”."""
        words: list[str] = []
        for step in path:
            for word in self.human(step).split(" "):
                if not words or words[-1] != word:
                    words.append(word)
        return " ".join(words)

    def title(self, item: r.Measure | r.Scorecard | r.Block | r.Member) -> str:
        """The title of something, or its name in words."""
        block = item.block if isinstance(item, r.Scorecard) else item
        return block.title if block.title and block.title != block.label else self.human(block.label)

    def measure(self, name: str) -> Run:
        """A measure by its title, with the way to it."""
        found = self.measures.get(name)
        return Run(self.title(found) if found else self.human(name), NAME, anchor("measure", name))

    def card(self, name: str) -> Run:
        """A scorecard by its title, with the way to it."""
        found = self.cards.get(name)
        return Run(self.title(found) if found else self.human(name), NAME, anchor("card", name))

    def node(self, card: str, path: str) -> Run:
        """A group or member by its title; the way leads to its measure or scorecard."""
        found = self.nodes.get((card, path))
        if isinstance(found, r.Member):
            return Run(self.title(found), NAME, anchor(found.kind, found.name))
        return Run(self.title(found) if found else self.human(path), NAME, anchor("card", card))

    def bands_of(self, reference: e.Reference) -> tuple[r.Band, ...]:
        """The bands, best first, that a reference to a measure, scorecard or node can be in."""
        node = self.nodes.get((reference.name, reference.path)) if reference.kind == "node" else None
        name = node.name if isinstance(node, r.Member) else reference.name
        owner = self.measures.get(name) or self.cards.get(name)
        found = self.band_sets.get(owner.bands) if owner is not None else None
        return found.bands if found is not None else ()

    def source(self, span: Span) -> Run:
        """A stretch of a ruleset on one line, without its comments; empty when its text is not at hand."""
        source = self.sources.get(span.path)
        text = source.text[span.start : span.end] if source is not None else ""
        return Run(" ".join(_COMMENT.sub(lambda found: found[1] or " ", text).split()), CODE)


def band_run(bands: tuple[r.Band, ...], position: int) -> Run:
    """A band with its tone: by its name when that is a colour, otherwise by its place."""
    return Run(bands[position].name, BAND, tone_of(bands, position))


def tone_of(bands: tuple[r.Band, ...], position: int) -> str:
    """One of best, good, middle, poor, worst, none."""
    return tone_of_name([band.name for band in bands], position)


def tone_of_name(names: Sequence[str], position: int) -> str:
    """The same of bands of which only the names are known, from best to worst."""
    if names[position] in _COLOURS:
        return _COLOURS[names[position]]
    if len(names) == 1:
        return "none"
    return _TONES[round(position * (len(_TONES) - 1) / (len(names) - 1))]


def below(block: r.Block) -> Iterator[tuple[str, r.Block | r.Member]]:
    """Every group and member of a block with its path in the scorecard, from the top."""
    for child in block.children:
        path = f"{block.path}.{child.label}" if block.path else child.label
        yield path, child
        if isinstance(child, r.Block):
            yield from below(child)


def is_plural(node: e.Expression) -> bool:
    """Whether one says “are” of a value: “licensed users are below 10”."""
    if not isinstance(node, e.Fact | e.Attribute):
        return False
    name = node.path[-1] if isinstance(node, e.Fact) else node.name
    many = node.type.kind is Kind.LIST or (node.type.kind is Kind.NUMBER and node.type.unit == "count")
    return many and name.split("_")[-1].endswith("s")

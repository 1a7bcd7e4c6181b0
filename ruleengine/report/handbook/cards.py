"""Scorecards: the table of groups, measures, weights and thresholds, and the rules below it.

In: scorecards of the tree. Out: parts of the page. Guaranteed: the table holds every group, measure and scorecard that
takes part, those of member scorecards too; a share is only told where weights are shares of the score.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from attrs import evolve, frozen

from ruleengine.report.handbook.measures import Measures, place_of
from ruleengine.report.handbook.page import (
    GROUP_ROW,
    NESTED_ROW,
    PLAIN_ROW,
    Block,
    Bullets,
    Column,
    Paragraph,
    Row,
    Section,
    Table,
    Terms,
    cell,
    without_empty_columns,
)
from ruleengine.report.words.names import Names, anchor
from ruleengine.report.words.policies import Policies, share_words, weight_words
from ruleengine.report.words.text import NAME, Run, Text, capital, quiet, say, strong
from ruleengine.tree import ruleset as r

_COLUMNS = (
    Column("Group and measure"), Column("Weight", number=True), Column("Share of score", number=True),
    Column("What is measured"), Column("Thresholds"), Column("Applies to"), Column("Old or missing data"),
)  # fmt: skip
_MEAN = "weighted mean"


@frozen(slots=True)
class Place:
    """Where a member stands: its share of the whole score where that can be told, and the blocks around it."""

    share: float | None
    around: tuple[r.Block, ...]
    depth: int = 0


@frozen(slots=False)
class Cards:
    """Writes scorecards."""

    measures: Measures

    @property
    def names(self) -> Names:
        """The names of the program."""
        return self.measures.names

    @property
    def policies(self) -> Policies:
        """Words for policies."""
        return self.measures.policies

    @cached_property
    def inside(self) -> frozenset[str]:
        """The scorecards that are members of another one."""
        return frozenset(
            node.name
            for node in self.names.nodes.values()
            if isinstance(node, r.Member) and node.kind == "card"
        )

    @cached_property
    def leading(self) -> tuple[r.Scorecard, ...]:
        """The scorecards that are no member of another one: those of the file first, in its order."""
        found = [card for card in self.names.cards.values() if card.name not in self.inside]
        return tuple(
            sorted(found, key=lambda card: (not card.visible, card.span.start if card.visible else 0))
        )

    @cached_property
    def members(self) -> tuple[r.Scorecard, ...]:
        """The others, in the order in which they are computed."""
        return tuple(card for card in self.names.cards.values() if card.name in self.inside)

    def bands(self, card: r.Scorecard) -> tuple[r.Band, ...]:
        """The bands of a scorecard."""
        found = self.names.band_sets.get(card.bands)
        return found.bands if found is not None else ()

    # ── sections ──

    def section(self, card: r.Scorecard) -> Section:
        """A leading scorecard with its whole table."""
        blocks: list[Block] = []
        if card.block.description:
            blocks.append(Paragraph(say(card.block.description)))
        if card.block.children:
            blocks.append(self.table(card))
        blocks += self.rules(card)
        return Section(
            say(self.names.title(card)), anchor("card", card.name), tuple(blocks), place_of(card.span)
        )

    def member_section(self, card: r.Scorecard) -> Section:
        """A scorecard whose table stands inside that of others."""
        blocks: list[Block] = [Paragraph(say(card.block.description))] if card.block.description else []
        blocks.append(Bullets(tuple(self._member_line(card, child) for child in card.block.children)))
        blocks += self.rules(card)
        return Section(
            say(self.names.title(card)), anchor("card", card.name), tuple(blocks), place_of(card.span)
        )

    def _member_line(self, card: r.Scorecard, child: r.Member | r.Block) -> Text:
        name = self._name(child)
        weight = self._weight(card.block, child)
        return say(name, f" ({weight})" if weight else "")

    def rules(self, card: r.Scorecard) -> list[Block]:
        """How the score is made of its members, and what changes it afterwards."""
        bands, block = self.bands(card), card.block
        pairs: list[tuple[str, Text]] = [("Score", self.policies.rollup(block, bands))]
        if block.children:
            pairs.append(("Without data", self.policies.missing(block.missing, block.rollup, bands)))
        for path, group in self._groups(block):
            if group.missing is not None:
                said = self.policies.missing(group.missing, group.rollup, bands)
                pairs.append((f"Without data in {self.names.title(group)}", said))
            if group.rollup != _MEAN and path:
                pairs.append((f"Score of {self.names.title(group)}", self.policies.rollup(group, bands)))
        if card.grace is not None:
            pairs.append(("New accounts", self.policies.grace(card.grace, card)))
        if block.rounding is not None:
            pairs.append(("Rounded", self.policies.rounding(block.rounding)))
        if card.bands:
            pairs.append(("Bands", say(self.names.band_places[card.bands])))
        if card.borderline is not None:
            within = self.measures.words.value(card.borderline)
            pairs.append(("Borderline", say("said of a score within ", within, " points of another band")))
        found: list[Block] = [Terms(tuple(pairs))]
        limits = [
            say("" if group is block else f"{self.names.title(group)}: ", self.policies.limit(limit, bands))
            for _, group in (("", block), *self._groups(block))
            for limit in group.limits
        ]
        if limits:
            found += [Paragraph(say(strong("What overrules the score")), "heading"), Bullets(tuple(limits))]
        found += [
            self._other_weights(group) for _, group in (("", block), *self._groups(block)) if group.columns
        ]
        return found

    def _groups(self, block: r.Block) -> Iterator[tuple[str, r.Block]]:
        for child in block.children:
            if isinstance(child, r.Block):
                yield child.path, child
                yield from self._groups(child)

    def _other_weights(self, block: r.Block) -> Table:
        """What the members weigh under each condition."""
        columns = [
            Column(self.names.title(block) if block.path else "Member"),
            Column("Usually", number=True),
        ]
        heads = [
            capital(say("when ", self.measures.words.condition(column.condition))) for column in block.columns
        ]
        rows = []
        for number, child in enumerate(block.children):
            weights = [child.weight, *(column.weights[number] for column in block.columns)]
            rows.append(
                Row((cell(self._name(child)), *(cell(weight_words(each, block.percent)) for each in weights)))
            )
        numbered = [Column(f"Case {number}", number=True) for number in range(1, len(heads) + 1)]
        cases = Row((cell(""), cell(""), *(cell(head) for head in heads)), NESTED_ROW)
        caption = "Weights in special cases; the first that holds counts"
        return Table(caption, (*columns, *numbered), (cases, *rows), "special")

    # ── the table ──

    def table(self, card: r.Scorecard) -> Table:
        """Every group, measure and member scorecard with all that decides about it."""
        rows = tuple(self._rows(card, card.block, Place(1.0, (card.block,))))
        caption = f"How {self.names.title(card)} is scored"
        return without_empty_columns(Table(caption, _COLUMNS, rows, "scorecard"))

    def _rows(self, card: r.Scorecard, block: r.Block, place: Place) -> Iterator[Row]:
        total = sum(child.weight for child in block.children)
        for child in block.children:
            share = None
            if place.share is not None and block.rollup == _MEAN and total > 0:
                share = place.share * child.weight / total
            there = evolve(place, share=share)
            if isinstance(child, r.Block) and self._is_checklist(child):
                yield self._checklist_row(block, child, there)
            elif isinstance(child, r.Block):
                yield self._group_row(block, child, there)
                yield from self._rows(card, child, Place(share, (*place.around, child), place.depth))
            elif child.kind == "measure":
                yield self._measure_row(card, block, child, there)
            else:
                yield from self._card_rows(block, child, there)

    def _group_row(self, block: r.Block, child: r.Block, place: Place) -> Row:
        how = () if child.rollup == _MEAN else capital(self.policies.rollup(child, ()))
        name = say(strong(self.names.title(child)))
        cells = (
            cell(name), cell(self._weight(block, child)), cell(_share(place)),
            cell(say(child.description), how), cell(), cell(), cell(),
        )  # fmt: skip
        return Row(cells, GROUP_ROW if not place.depth else NESTED_ROW, place.depth)

    def _is_checklist(self, block: r.Block) -> bool:
        measures = [
            self.names.measures.get(child.name) for child in block.children if isinstance(child, r.Member)
        ]
        return (
            bool(measures)
            and len(measures) == len(block.children)
            and all(m and m.checklist for m in measures)
        )

    def _checklist_row(self, block: r.Block, child: r.Block, place: Place) -> Row:
        """A checklist in one row: its criteria stand in a section of their own."""
        way = Run("its own section", NAME, anchor("checklist", child.label))
        told = say(
            f"{len(child.children)} {'criterion' if len(child.children) == 1 else 'criteria'}, each answered yes, no or not at all: see ",
            way,
        )
        without = self.policies.missing_leaf(None, (*place.around, child), ())
        cells = (
            cell(say(strong(self.names.title(child)))), cell(self._weight(block, child)), cell(_share(place)),
            cell(say(child.description), told), cell(), cell(), cell(say("a criterion without answer: ", without)),
        )  # fmt: skip
        return Row(cells, GROUP_ROW if not place.depth else NESTED_ROW, place.depth)

    def _measure_row(self, card: r.Scorecard, block: r.Block, child: r.Member, place: Place) -> Row:
        measure = self.names.measures[child.name]
        bands = self.names.band_sets.get(measure.bands)
        without = self.policies.missing_leaf(
            measure, place.around, bands.bands if bands else self.bands(card)
        )
        shown = say(quiet("by the points of its band")) if child.by_band else ()
        cells = (
            cell(self.names.measure(child.name), shown), cell(self._weight(block, child)), cell(_share(place)),
            self.measures.measured(measure), self.measures.thresholds(measure), self.measures.where(measure),
            cell(*self.policies.fresh(measure.fresh, told_by=False), say("missing: ", without)),
        )  # fmt: skip
        return Row(cells, NESTED_ROW if place.depth else PLAIN_ROW, place.depth)

    def _card_rows(self, block: r.Block, child: r.Member, place: Place) -> Iterator[Row]:
        card = self.names.cards[child.name]
        how = say("A scorecard: its score is ", self.policies.rollup(card.block, self.bands(card)))
        shown = say(quiet("by the points of its band")) if child.by_band else ()
        without = self.policies.missing_leaf(None, place.around, self.bands(card))
        cells = (
            cell(self.names.card(child.name), shown), cell(self._weight(block, child)), cell(_share(place)),
            cell(say(card.block.description), how),
            cell(), cell(), cell(say("missing: ", without)),
        )  # fmt: skip
        yield Row(cells, NESTED_ROW if place.depth else PLAIN_ROW, place.depth)
        share = None if child.by_band else place.share
        yield from self._rows(card, card.block, Place(share, (card.block,), place.depth + 1))

    def _weight(self, block: r.Block, child: r.Member | r.Block) -> str:
        """The weight as written; nothing where weights were left out and play no part."""
        if not block.percent and {each.weight for each in block.children} == {1.0}:
            return "" if block.rollup != _MEAN or len(block.children) < 2 else "equal"
        if block.rollup not in (_MEAN, "sum"):
            return "shown only" if child.weight == 0 else ""
        return weight_words(child.weight, block.percent)

    def _name(self, child: r.Member | r.Block) -> Text:
        if isinstance(child, r.Block):
            return say(self.names.title(child))
        return say(self.names.measure(child.name) if child.kind == "measure" else self.names.card(child.name))


def _share(place: Place) -> str:
    return "" if place.share is None else share_words(place.share)

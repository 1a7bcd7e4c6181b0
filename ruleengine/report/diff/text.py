"""A comparison for a terminal: the sentence everybody needs, then who moves, why, and what was changed.

In: the document of a comparison. Out: lines of text. Guaranteed: nothing of a user is obeyed by the terminal; no line is
wider than the terminal; colour adds nothing that is not said in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ruleengine.report.cells import BOLD, DIM, GREEN, RED, YELLOW, band_style, cell, cell_width, paint
from ruleengine.report.diff import headline as words
from ruleengine.report.diff.figures import BETTER, LOST, WORSE, Card, Driver, Figures, Mover
from ruleengine.report.diff.layout import Cell, Column, bar, fits, folded, table
from ruleengine.report.diff.naming import Names

_STYLES = {WORSE: RED, BETTER: GREEN, LOST: YELLOW}
_MARKS = {"added": "+", "removed": "−", "changed": "~"}
_BAR = 30
_DECISIVE = "*"
#: So many parts of a change are listed one by one.
_PARTS = 8
#: What an edit is called beside an account takes so many columns where no width is known, and never has to take less.
_NAME, _SHORTEST_NAME = 100, 54
#: So many columns stand before it.
_BESIDE_NAME = 13


def render(
    document: Mapping[str, Any], *, color: bool = False, width: int | None = None, movers: int = 20
) -> str:
    """The whole report; the first `movers` accounts that move are listed."""
    return "".join(f"{line}\n" for line in _Report(Figures(document), color, width, movers).lines())


class _Report:
    """One report as it is written."""

    def __init__(self, found: Figures, color: bool, width: int | None, movers: int) -> None:
        self.found = found
        self.document = found.document
        self.color = color
        self.width = width
        self.most = movers

    def lines(self) -> Iterator[str]:
        """All lines, from what everybody needs to what hardly anybody does."""
        yield from self.say(words.headline(self.document), style=BOLD)
        yield from self.say(self._compared(), style=DIM)
        yield from self._edits()
        yield from self._causes()
        for card in self.found.changing:
            yield from self._card(card)
        if self.found.still:
            yield ""
            yield from self.say(words.still_words(self.found), style=DIM)
        yield from self._triggers()
        yield from self._movers()
        yield from self._quiet()
        yield from self._budget()

    def say(self, text: str, indent: str = "", hanging: str | None = None, style: str = "") -> Iterator[str]:
        """Words of anybody, folded."""
        for line in folded(cell(text), self.width, indent, hanging):
            blanks = len(line) - len(line.lstrip(" "))
            yield line[:blanks] + paint(line[blanks:], style, self.color)

    def heading(self, text: str, note: str = "") -> Iterator[str]:
        """A line that begins a part."""
        yield ""
        yield from self.say(text, style=BOLD)
        if note:
            yield from self.say(note, style=DIM)

    def rows(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
        """A table."""
        yield from table(columns, rows, self.width, self.color)

    def _compared(self) -> str:
        parts = [words.title(self.document)]
        population = self.found.population
        if population is not None:
            parts += [words.dates(self.document), words.counted(population["accounts"], "account")]
            parts += words.left_out(population)
        return " · ".join(part for part in parts if part)

    def _budget(self) -> Iterator[str]:
        budget = self.document["budget"]
        if budget is None:
            return
        yield ""
        yield from self.say(words.budget_words(self.document), style=GREEN if budget["ok"] else RED)
        for limit in budget["limits"]:
            yield from self.say(words.limit_words(limit), f"  {'✓' if limit['ok'] else '✗'} ", "    ")

    # ── the population ──

    def _card(self, card: Card) -> Iterator[str]:
        assert self.found.population is not None
        yield from self.heading(card.title)
        yield from self.say(words.card_words(card, self.found.population["accounts"]), "  ")
        if card.moved:
            yield from self._matrix(card)
        if card.by:
            yield ""
            yield from self._segments(card)
        if card.distribution:
            yield ""
            yield from self._distribution(card)

    def _matrix(self, card: Card) -> Iterator[str]:
        columns = [
            Column("from \\ to"),
            *(Column(cell(words.band_words(b)), right=True) for b in card.columns),
        ]
        columns += [Column("before", right=True)]
        rows = [
            [
                Cell(cell(words.band_words(old)), band_style(old, card.bands)),
                *(self._number(card, old, new) for new in card.columns),
                Cell(f"{card.before(old):,}"),
            ]
            for old in card.rows
        ]
        after = [Cell(f"{card.after(band):,}") for band in card.columns]
        rows.append([Cell("now"), *after, Cell("")])
        if fits(columns, rows, self.width):
            yield from self.rows(columns, rows)
            return
        for old, new, number in card.flows():
            style = _STYLES.get(card.direction(old, new), "")
            yield from self.say(
                f"{words.band_words(old)} → {words.band_words(new)}: {number:,}", "  ", "    ", style
            )

    def _number(self, card: Card, old: str, new: str) -> Cell:
        number = card.number(old, new)
        if not number:
            return Cell("·", DIM)
        return Cell(f"{number:,}", DIM if old == new else _STYLES.get(card.direction(old, new), ""))

    def _segments(self, card: Card) -> Iterator[str]:
        columns = [
            Column("segment", elastic=True), Column("accounts", right=True), Column("change band", right=True),
            Column("change score", right=True), Column("on average", right=True), Column("newly", elastic=True),
        ]  # fmt: skip
        rows = [
            [
                Cell(cell(each["segment"])), Cell(f"{each['accounts']:,}"), Cell(f"{each['moved']:,}"),
                Cell(f"{each['changed']:,}"), Cell(words.signed(each["mean_change"])),
                Cell(cell(words.newly_words(card, each["newly"]))),
            ]
            for each in card.by
        ]  # fmt: skip
        if fits(columns, rows, self.width):
            yield from self.rows(columns, rows)
            return
        for each in card.by:
            yield from self.say(f"{each['segment']}: {words.segment_words(card, each)}", "  ", "    ")

    def _distribution(self, card: Card) -> Iterator[str]:
        most = max(each["accounts"] for each in card.distribution)
        columns = [Column("points", right=True), Column("accounts", right=True), Column("")]
        room = _BAR if self.width is None else max(min(_BAR, self.width - 32), 5)
        rows = [
            [
                Cell(words.bin_words(each)),
                Cell(f"{each['accounts']:,}"),
                Cell(bar(each["accounts"], most, room)),
            ]
            for each in card.distribution
        ]
        yield from self.rows(columns, rows)

    # ── what moves them ──

    def _edits(self) -> Iterator[str]:
        groups = self.found.edits
        if not groups:
            return
        yield from self.heading("Edits")
        for subject, drivers in groups:
            yield from self.say(words.subject_words(subject), "  ", "    ", BOLD)
            for driver in drivers:
                yield from self._edit(driver)

    def _edit(self, driver: Driver) -> Iterator[str]:
        yield from self.say(driver.summary, f"    {_MARKS[driver.change]} ", "      ")
        if driver.old is not None and driver.new is not None:
            yield from self.say(f"{driver.old} → {driver.new}", "      ", "        ")
        yield from self._effects(driver)
        places = " → ".join(driver.places)
        together = f"{driver.id} · {places}"
        fits_line = self.width is None or cell_width(cell(together)) + 6 <= self.width
        for text in (together,) if fits_line else (driver.id, places):
            yield from self.say(text, "      ", "        ", DIM)

    def _effects(self, driver: Driver) -> Iterator[str]:
        for told in words.effects_words(driver, self.found):
            yield from self.say(told, "      ", "        ")

    def _causes(self) -> Iterator[str]:
        if not self.found.causes:
            return
        yield from self.heading("Data and time")
        for driver in self.found.causes:
            yield from self.say(driver.summary, "    ~ ", "      ")
            yield from self._effects(driver)
            yield from self.say(driver.id, "      ", "        ", DIM)

    def _triggers(self) -> Iterator[str]:
        if not self.found.triggers:
            return
        yield from self.heading("Triggers")
        columns = [
            Column("trigger", elastic=True), Column("start", right=True), Column("stop", right=True),
            Column("as before", right=True),
        ]  # fmt: skip
        rows = [
            [
                Cell(cell(each["title"] or each["name"])), Cell(f"{each['started']:,}"),
                Cell(f"{each['stopped']:,}"), Cell(f"{each['both']:,}"),
            ]
            for each in self.found.triggers
        ]  # fmt: skip
        yield from self.rows(columns, rows)

    # ── whom ──

    def _movers(self) -> Iterator[str]:
        movers = self.found.movers
        shown = movers[: self.most]
        if not shown:
            return
        marked = any(mover.decisive for mover in shown)
        note = f"{_DECISIVE} without this the band would be another" if marked else ""
        yield from self.heading(words.movers_title(len(shown), self.found), note)
        names = Names(self.found.drivers, self._room_for_names())
        for mover in shown:
            yield from self._mover(mover, names)
        if len(movers) > len(shown):
            yield from self.say(words.more_movers(len(movers) - len(shown), self.found), "  ", style=DIM)

    def _room_for_names(self) -> int:
        """A line of the terminal, or two of a narrow one."""
        return _NAME if self.width is None else max(self.width - _BESIDE_NAME, _SHORTEST_NAME)

    def _mover(self, mover: Mover, names: Names) -> Iterator[str]:
        who = cell(f"{mover.name} ({mover.id})" if mover.name else mover.id)
        who += cell(f" · {mover.card.title}") if len(self.found.cards) > 1 else ""
        change = f" ({words.signed(mover.change)})" if mover.change is not None else ""
        moved = cell(words.outcome_words(mover) + change)
        style = _STYLES.get(mover.direction, "")
        if self.width is None or cell_width(who) + cell_width(moved) + 4 <= self.width:
            yield f"  {paint(who, BOLD, self.color)}  {paint(moved, style, self.color)}"
        else:
            yield from self.say(who, "  ", "    ", BOLD)
            yield from self.say(moved, "    ", "      ", style)
        yield from self._parts(mover, names)

    def _parts(self, mover: Mover, names: Names) -> Iterator[str]:
        shown, rest = mover.parts[:_PARTS], mover.parts[_PARTS:]
        for driver, number in shown:
            mark = _DECISIVE if driver in mover.decisive else " "
            if number is not None or driver in mover.decisive:
                yield from self._part(mark, number, names(driver))
        others = words.together(rest)
        if others is not None:
            yield from self._part(" ", others, f"by {len(rest):,} more")
        for remark in words.beside(mover, names):
            yield from self.say(remark.text, "    ", "      ", DIM)
            for item in remark.items:
                yield from self.say(item, "      · ", "        ", DIM)

    def _part(self, mark: str, number: float | None, name: str) -> Iterator[str]:
        """One share of the change: `* −3.06 Risk weighs 25% instead of 0%`."""
        style = "" if mark == _DECISIVE else DIM
        yield from self.say(name, f"    {mark} {words.signed(number):>6} ", " " * _BESIDE_NAME, style)

    # ── what moves nobody ──

    def _quiet(self) -> Iterator[str]:
        renamings, wording = self.document["renamings"], self.document["wording"]
        if renamings:
            yield from self.heading("Renamed")
        for each in renamings:
            yield from self.say(f"{each['kind']}: {each['old']} → {each['new']}", "  ", "    ", DIM)
        if wording:
            yield from self.heading("Wording")
        for each in wording:
            yield from self.say(words.wording_words(each), "  ", "    ", DIM)

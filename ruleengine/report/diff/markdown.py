"""A comparison as a note of a merge request: what everybody needs first, everything else folded.

In: the document of a comparison. Out: Markdown that GitHub and GitLab both render. Guaranteed: what a user wrote is text
and never markup, a link or a mention; the note stays below the limit of such notes, and says what it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ruleengine.report.cells import cell, cut
from ruleengine.report.diff import headline as words
from ruleengine.report.diff.figures import NA, SAME, Card, Driver, Figures, Mover
from ruleengine.report.diff.layout import bar
from ruleengine.report.diff.naming import Names
from ruleengine.report.markdown import code, escape
from ruleengine.report.words.names import tone_of_name

#: GitHub refuses notes above 65,536 characters.
LIMIT = 60_000
#: How many of 1,000 characters a part may take; accounts that move take what the others leave.
_ROOM = {
    "headline": 30, "compared": 20, "budget": 80, "matrix": 90, "edits": 250, "causes": 40, "cards": 70,
    "segments": 50, "distribution": 30, "triggers": 40, "wording": 50,
}  # fmt: skip
#: Texts of users are cut after so many columns.
_LONGEST = 160
_MARKS = {"best": "🟢", "good": "🔵", "middle": "🟡", "poor": "🟠", "worst": "🔴", "none": "⚪"}
_PARTS = 5
#: What an edit is called beside an account.
_NAME = 80
_BAR = 20
_LEAST_TO_SAY_MORE = 80


def render(document: Mapping[str, Any], *, movers: int = 50, limit: int = LIMIT) -> str:
    """The whole note, of at most `limit` characters; at most `movers` accounts that move are listed."""
    return _Note(Figures(document), movers, limit).text()


class _Note:
    """One note as it is written."""

    def __init__(self, found: Figures, movers: int, limit: int) -> None:
        self.found = found
        self.document = found.document
        self.most = movers
        self.limit = limit
        self.names = Names(found.drivers, _NAME)

    def text(self) -> str:
        """All parts, one below the other."""
        above = [
            self._headline(),
            self._compared(),
            self._budget(),
            *self._matrix(),
            self._edits(),
            self._causes(),
        ]
        below = [self._segments(), self._distribution(), self._others(), self._triggers(), self._wording()]
        taken = sum(len(part) + 2 for part in (*above, *below) if part)
        parts = [*above, self._movers(self.limit - taken - 2), *below]
        return "\n".join(f"{part}\n" for part in parts if part)

    def room(self, part: str) -> int:
        """How many characters a part may take."""
        return _ROOM[part] * self.limit // 1000

    # ── what is seen at once ──

    def _headline(self) -> str:
        return _fitting(words.headline(self.document), self.room("headline"))

    def _compared(self) -> str:
        population = self.found.population
        parts = [_fitting(words.title(self.document), self.room("compared") // 2)]
        if population is not None:
            told = [words.dates(self.document), words.counted(population["accounts"], "account")]
            parts += [escape(each) for each in (*told, *words.left_out(population)) if each]
        return " · ".join(parts)

    def _budget(self) -> str:
        budget = self.document["budget"]
        if budget is None:
            return ""
        head = f"{_verdict(budget['ok'])} **{words.budget_words(self.document)}**\n"
        items = [
            f"- {_verdict(each['ok'])} {_code(each['limit'])}: {_text(each['summary'], 2 * _LONGEST)}"
            for each in budget["limits"]
        ]
        return "\n".join([head, *_within(items, self.room("budget"), "limit")])

    def _matrix(self) -> Iterator[str]:
        card = self.found.main
        if card is None or card in self.found.still:
            return
        assert self.found.population is not None
        yield _fitting(
            f"{card.title}: {words.card_words(card, self.found.population['accounts'])}",
            self.room("matrix") // 4,
        )
        if card.moved:
            yield self._moves(card, self.room("matrix") * 3 // 4)

    def _moves(self, card: Card, room: int) -> str:
        """The matrix as a table; where that would be too long, the moves as a list."""
        head = ["from ╲ to", *(_band(card, band) for band in card.columns), "before"]
        lines = [_row(head), _row(["---", *["---:"] * (len(head) - 1)])]
        for old in card.rows:
            numbers = (_number(card, old, new) for new in card.columns)
            lines.append(_row([_band(card, old), *numbers, f"{card.before(old):,}"]))
        lines.append(_row(["now", *(f"{card.after(band):,}" for band in card.columns), ""]))
        if sum(len(line) + 1 for line in lines) <= room:
            return "\n".join(lines)
        flows = [
            f"- {_band(card, old)} → {_band(card, new)}: {number:,}" for old, new, number in card.flows()
        ]
        return "\n".join(_within(flows, room, "move"))

    # ── what moves them ──

    def _edits(self) -> str:
        groups = self.found.edits
        if not groups:
            return ""
        items = []
        for subject, drivers in groups:
            for number, driver in enumerate(drivers):
                head = "" if number else f"**{_text(words.subject_words(subject))}**\n\n"
                last = "" if number < len(drivers) - 1 else "\n"
                items.append(head + self._edit(driver) + last)
        total = sum(driver.cause == "ruleset" for driver in self.found.drivers)
        opened = self.found.population is None
        return _folded(words.counted(total, "edit"), _within(items, self.room("edits"), "edit"), opened)

    def _edit(self, driver: Driver) -> str:
        told = f"- {_text(driver.summary)}"
        if driver.old is not None and driver.new is not None:
            told += f" ({_text(driver.old)} → {_text(driver.new)})"
        lines = [told, *(f"  - {effect}" for effect in self._effects(driver))]
        places = " → ".join(_code(place) for place in driver.places)
        lines.append(f"  - {' · '.join(part for part in (_code(driver.id), places) if part)}")
        return "\n".join(lines)

    def _effects(self, driver: Driver) -> Iterator[str]:
        for told in words.effects_words(driver, self.found):
            yield _text(told, 2 * _LONGEST)

    def _causes(self) -> str:
        items = [
            "\n".join(
                [
                    f"- {_text(each.summary)} ({_code(each.id)})",
                    *(f"  - {told}" for told in self._effects(each)),
                ]
            )
            for each in self.found.causes
        ]
        return _folded("Data and time", _within(items, self.room("causes"), "cause")) if items else ""

    # ── whom ──

    def _movers(self, room: int) -> str:
        movers = self.found.movers
        if not movers or room < 0:
            return ""
        several = len(self.found.cards) > 1
        head = ["account", *(["scorecard"] if several else []), "from", "to", "change", "by"]
        table = [_row(head), _row(["---:" if title == "change" else "---" for title in head])]
        note = "**Bold**: without this the band would be another.\n"
        title = words.counted(len(movers), "account that changes", "accounts that change")
        if several:
            title = words.counted(len(movers), "change of an account", "changes of accounts")
        room -= len(_folded(title, [*table, "", note]))
        rows = (_row(self._mover(mover, several)) for mover in movers[: self.most])
        shown = _within(list(rows), room, "change" if several else "account", total=len(movers))
        if len(shown) == 1 and not shown[0].startswith("|"):
            return f"{escape(shown[0])}"
        last = [] if shown[-1].startswith("|") else ["", shown.pop()]
        return _folded(title, [note, *table, *shown, *last])

    def _mover(self, mover: Mover, several: bool) -> list[str]:
        who = f"{_text(mover.name)} ({_text(mover.id)})" if mover.name else _text(mover.id)
        sides = (_outcome(mover.card, side) for side in (mover.old, mover.new))
        card = [_text(mover.card.title)] if several else []
        return [who, *card, *sides, words.signed(mover.change), "<br>".join(self._parts(mover))]

    def _parts(self, mover: Mover) -> Iterator[str]:
        shown, rest = mover.parts[:_PARTS], mover.parts[_PARTS:]
        for driver, number in shown:
            decisive = driver in mover.decisive
            if number is not None or decisive:
                points = f"{words.signed(number)} " if number else ""
                told = points + escape(self.names(driver))
                yield f"**{told}**" if decisive else told
        others = words.together(rest)
        if others is not None:
            yield f"{words.signed(others)} by {len(rest):,} more"
        for remark in words.beside(mover, self.names):
            yield _text(remark.text, 2 * _LONGEST)
            yield from (f"· {_text(item, 2 * _LONGEST)}" for item in remark.items)

    # ── more about the population ──

    def _segments(self) -> str:
        items = [
            _row([_text(each["segment"]), f"{each['accounts']:,}", f"{each['moved']:,}", f"{each['changed']:,}",
                  words.signed(each["mean_change"]), _text(words.newly_words(card, each["newly"]))])
            for card in self.found.cards[:1] for each in card.by
        ]  # fmt: skip
        if not items:
            return ""
        head = ["segment", "accounts", "change band", "change score", "on average", "newly"]
        return self._table("By segment", head, items, "segments", "segment")

    def _distribution(self) -> str:
        card = self.found.main
        if card is None or not card.distribution:
            return ""
        most = max(each["accounts"] for each in card.distribution)
        items = [
            _row([words.bin_words(each), f"{each['accounts']:,}", bar(each["accounts"], most, _BAR)])
            for each in card.distribution
        ]
        return self._table("Changes of score", ["points", "accounts", " "], items, "distribution", "bar")

    def _triggers(self) -> str:
        items = [
            _row(
                [
                    _text(each["title"] or each["name"]),
                    *(f"{each[key]:,}" for key in ("started", "stopped", "both")),
                ]
            )
            for each in self.found.triggers
        ]
        if not items:
            return ""
        title = words.counted(len(items), "trigger starts or stops", "triggers start or stop")
        return self._table(title, ["trigger", "start", "stop", "as before"], items, "triggers", "trigger")

    def _others(self) -> str:
        """The scorecards after the first, in a sentence each and with their moves."""
        population = self.found.population
        if population is None:
            return ""
        items = []
        for card in self.found.changing[1:]:
            told = _text(f"{card.title}: {words.card_words(card, population['accounts'])}", 2 * _LONGEST)
            moves = self._moves(card, self.room("cards") // 2) if card.moved else ""
            items.append(f"{told}\n\n{moves}\n" if moves else f"{told}\n")
        still = _fitting(words.still_words(self.found), self.room("cards") // 4)
        if not items:
            return still
        title = words.counted(len(items), "more scorecard")
        shown = _folded(title, _within(items, self.room("cards") * 3 // 4, "scorecard"))
        return f"{shown}\n\n{still}" if still else shown

    def _table(self, title: str, head: Sequence[str], items: list[str], part: str, word: str) -> str:
        rule = _row(["---", *["---:"] * (len(head) - 2), "---" if head[-1] in ("newly", " ") else "---:"])
        shown = _within(items, self.room(part), word)
        last = [] if shown[-1].startswith("|") else ["", shown.pop()]
        return _folded(title, [_row(head), rule, *shown, *last])

    # ── what moves nobody ──

    def _wording(self) -> str:
        renamings, wording = self.document["renamings"], self.document["wording"]
        items = [
            f"- {_text(each['kind'])} {_code(each['old'])} is now {_code(each['new'])}" for each in renamings
        ]
        items += [f"- {_text(words.wording_words(each), 2 * _LONGEST)}" for each in wording]
        if not items:
            return ""
        parts = [words.counted(len(renamings), "renaming")] if renamings else []
        parts += [words.counted(len(wording), "change of wording", "changes of wording")] if wording else []
        return _folded(" and ".join(parts), _within(items, self.room("wording"), "line"))


# ── pieces ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _text(text: str, most: int = _LONGEST) -> str:
    return escape(cut(cell(text), most))


def _code(text: str) -> str:
    """Text as code, outside of tables: there a bar is a bar."""
    return code(cut(cell(text), _LONGEST)).replace("\\|", "|")


def _fitting(text: str, room: int) -> str:
    """As much of a text as takes at most `room` characters of Markdown."""
    most = room
    while most > 1 and len(_text(text, most)) > room:
        most = most * 3 // 4
    return _text(text, most)


def _within(items: Sequence[str], room: int, word: str, total: int | None = None) -> list[str]:
    """As many items as there is room for, and a line that says how many are left out."""
    everything = len(items) if total is None else total
    shown: list[str] = []
    taken = 0
    for item in items:
        taken += len(item) + 1
        if taken + _LEAST_TO_SAY_MORE > room:
            break
        shown.append(item)
    if len(shown) < everything:
        shown.append(words.more(everything - len(shown), word))
    return shown


def _folded(title: str, lines: Sequence[str], opened: bool = False) -> str:
    """Lines that are seen when somebody asks for them. `title` holds words of ours alone."""
    inside = "\n".join(lines).strip("\n")
    return f"<details{' open' if opened else ''}>\n<summary>{title}</summary>\n\n{inside}\n\n</details>"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _band(card: Card, band: str | None) -> str:
    if band is None or band == NA:
        return f"{_MARKS['none']} NA"
    mark = _MARKS[tone_of_name(card.bands, card.bands.index(band))] if band in card.bands else ""
    return f"{mark} {_text(band)}".strip()


def _number(card: Card, old: str, new: str) -> str:
    number = card.number(old, new)
    if not number:
        return "·"
    return f"{number:,}" if card.direction(old, new) == SAME else f"**{number:,}**"


def _outcome(card: Card, found: Mapping[str, Any]) -> str:
    told = words.outcome(found)
    if found["band"] is None:
        return f"{_MARKS['none']} {_text(told)}" if card.bands else _text(told)
    return f"{_band(card, found['band'])} {_text(told.removeprefix(found['band']).strip())}".strip()


def _verdict(ok: bool) -> str:
    return "✅" if ok else "❌"

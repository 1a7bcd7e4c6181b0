"""An analysis for a terminal: what scores can be, what always holds, what is probably not meant, what is accepted.

In: an `Inspection`. Out: lines of text. Guaranteed: nothing of a user is obeyed by the terminal; colour adds nothing that
is not said in words; what is not known is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ruleengine.analysis.findings import Invariant, Question, Verdict
from ruleengine.analysis.reported import Inspection, Reported, how
from ruleengine.casebook.accounts import Account
from ruleengine.diagnostics import Severity
from ruleengine.report.analysis.accounts import lines as account_lines
from ruleengine.report.analysis.accounts import same_facts
from ruleengine.report.analysis.accounts import title as account_title
from ruleengine.report.analysis.figures import CardFigures, Row, cards_of, joined
from ruleengine.report.cells import (
    BOLD,
    DIM,
    GREEN,
    RED,
    YELLOW,
    band_style,
    cell,
    cell_width,
    padded,
    paint,
)
from ruleengine.report.diagnostics import text as diagnostics_text
from ruleengine.report.diff.layout import folded

_WIDEST = 110
_GAP = "  "
#: So many measures are listed by name.
_FEW = 4
#: So many questions without an answer are named.
_MOST_NAMED = 10


def render(found: Inspection, *, color: bool = False, width: int | None = None) -> str:
    """The whole report."""
    return "".join(f"{line}\n" for line in _Report(found, color, width or _WIDEST).lines())


class _Report:
    """One report as it is written."""

    def __init__(self, found: Inspection, color: bool, width: int) -> None:
        self.found = found
        self.color = color
        self.width = width
        self.id_path = found.program.id_path

    def lines(self) -> Iterator[str]:
        """All lines: first what scores can be, at the end what was looked at."""
        found = self.found
        title = f"{found.program.name} {found.program.version} as of {found.as_of.isoformat()}"
        yield paint(f"{cell(title)}: for all accounts that its fact schema allows", BOLD, self.color)
        for card in cards_of(found.program, found.analysis.bounds):
            yield from self._card(card)
        yield from self._invariants(found.analysis.invariants)
        yield from self._reports(found.left)
        yield from self._rising()
        yield from self._not_known()
        yield from self._short("Accepted by the ruleset", found.accepted)

    # ── bounds ──

    def _card(self, card: CardFigures) -> Iterator[str]:
        rows, left_out = card.rows()
        low, high = ("", "") if card.scale is None else (f"{each:g}" for each in card.scale)
        heading = Row(card.title, "LOWEST", "HIGHEST", low + high.rjust(len(rows[0].bar) - len(low)), ())
        widths = [
            max(cell_width(text) for text in texts)
            for texts in zip(*((row.among, row.lowest, row.highest) for row in (heading, *rows)), strict=True)
        ]
        yield ""
        bands = f"{_GAP}BANDS" if card.order else ""
        yield paint(f"{self._cells(heading, widths)}{bands}", BOLD, self.color)
        for row in rows:
            yield f"{self._cells(row, widths)}{_GAP}{self._bands(row, card)}".rstrip()
        if left_out:
            yield paint(f"and {left_out} further patterns of data (--format json has all)", DIM, self.color)
        for sentence in card.sentences():
            yield from folded(sentence, self.width, "  ")

    def _cells(self, row: Row, widths: Sequence[int]) -> str:
        among, lowest, highest = widths
        bar = f"{_GAP}{row.bar}" if row.bar else ""
        return (
            f"{padded(row.among, among)}{_GAP}{padded(row.lowest, lowest, right=True)}{bar}{_GAP}"
            f"{padded(row.highest, highest, right=True)}"
        )

    def _bands(self, row: Row, card: CardFigures) -> str:
        shown = [
            paint(name if can else f"{name}?", band_style(name, card.order) if can else DIM, self.color)
            for name, can in row.bands
            if can is not False
        ]
        return " ".join(shown)

    # ── invariants ──

    def _invariants(self, invariants: Sequence[Invariant]) -> Iterator[str]:
        if invariants:
            yield ""
            yield paint("INVARIANTS", BOLD, self.color)
        for each in invariants:
            answer = each.answer
            word, style = {
                Verdict.PROVED: ("holds", GREEN),
                Verdict.SHOWN: ("violated", RED),
                Verdict.UNKNOWN: ("not known", YELLOW),
            }[answer.verdict]
            said = f"“{cell(each.text)}” ({cell(each.span.path)}:{each.span.line})"
            yield f"{paint(word.ljust(9), style, self.color)}{_GAP}{said}"
            if answer.verdict is not Verdict.SHOWN:
                yield paint(f"{' ' * 9}{_GAP}{how(answer.verdict, answer.method)}", DIM, self.color)
            elif answer.account is not None:
                yield from self._account(answer.account, " " * 9 + _GAP)

    # ── findings ──

    def _reports(self, reports: Sequence[Reported]) -> Iterator[str]:
        told = {each.account for each in (one.answer for one in self.found.analysis.invariants)}
        for each in reports:
            yield ""
            block = diagnostics_text.render([each.diagnostic], self.found.sources, colour=self.color)
            yield from block.rstrip("\n").split("\n")
            finding = each.finding
            if finding is not None and finding.account is not None and finding.account not in told:
                yield from self._account(finding.account, "    ", "for example ")
                if finding.other is not None:
                    yield from self._other(finding.account, finding.other)

    def _account(self, account: Account, margin: str, before: str = "") -> Iterator[str]:
        yield f"{margin}{before}{account_title(account)}:"
        yield from (f"{margin}  {line}" for line in account_lines(account, self.id_path))

    def _other(self, one: Account, other: Account) -> Iterator[str]:
        if same_facts(one, other):
            yield f"    and the same one as of {other.as_of.isoformat()}"
        else:
            yield from self._account(other, "    ", "and ")

    def _short(self, heading: str, reports: Sequence[Reported]) -> Iterator[str]:
        """Reports in a line each."""
        if reports:
            yield ""
            yield paint(heading.upper(), BOLD, self.color)
        for place, each in enumerate(reports):
            report = each.diagnostic
            yield from folded(
                f"{report.code} {cell(str(report.span))}: {cell(report.message)}", self.width, "  ", "    "
            )
            same_reason = place + 1 < len(reports) and reports[place + 1].accepted == each.accepted
            if each.accepted is not None and not same_reason:
                yield from folded(f"because: {cell(each.accepted)}", self.width, "      ")

    def _not_known(self) -> Iterator[str]:
        """What was asked and has no answer: reports, and questions that are told nowhere else."""
        yield from self._short("Not known", self.found.open)
        if self.found.unanswered and not self.found.open:
            yield ""
            yield paint("NOT KNOWN", BOLD, self.color)
        named, more = first_unanswered(self.found)
        for each in named:
            yield from folded(
                f"{each.code} {cell(str(each.span))}: {cell(each.text)}", self.width, "  ", "    "
            )
        if more:
            yield paint(f"  and {more} more (--format json has all)", DIM, self.color)

    # ── what was proved ──

    def _rising(self) -> Iterator[str]:
        for sentence in rising_sentences(self.found):
            yield ""
            yield from folded(sentence, self.width, "  ")


def first_unanswered(found: Inspection) -> tuple[tuple[Question, ...], int]:
    """The questions without an answer that a report names, and how many more there are."""
    return found.unanswered[:_MOST_NAMED], max(0, len(found.unanswered) - _MOST_NAMED)


def rising_sentences(found: Inspection) -> Iterator[str]:
    """For each scorecard the measures of which no improvement can do harm."""
    open_ones = {(name, each.finding.subject) for each in found.reports if each.finding is not None
                 and each.finding.code == "RE706" for name in each.names}  # fmt: skip
    for name, measures in (found.rising or {}).items():
        told = [cell(each) for each in measures]
        if len(told) > _FEW and not any(card == name for card, _ in open_ones):
            yield f"No improvement of any of the {len(told)} measures of {cell(name)} can lower it: proved."
        elif told:
            yield f"No improvement of {joined(told)} can lower {cell(name)}: proved."


def summary(found: Inspection) -> str:
    """One line: what was reported, what was asked and what is not known."""
    errors, warnings = found.count(Severity.ERROR), found.count(Severity.WARNING)
    analysis = found.analysis
    parts = [_counted(errors, "error"), _counted(warnings, "warning")]
    if found.accepted:
        parts.append(f"{len(found.accepted)} accepted")
    asked = f" · {_counted(analysis.asked, 'question')}, {analysis.unknown or 'none'} unanswered"
    told = f"{cell(found.program.name)} {found.program.version} analysed: {', '.join(parts)}"
    return told + (asked if analysis.asked else "")


def summary_of_all(every: Sequence[Inspection]) -> str:
    """One line about several rulesets."""
    errors, warnings = (sum(each.count(one) for each in every) for one in (Severity.ERROR, Severity.WARNING))
    asked, unknown = (sum(getattr(each.analysis, name) for each in every) for name in ("asked", "unknown"))
    accepted = sum(len(each.accepted) for each in every)
    told = (
        f"{_counted(len(every), 'ruleset')} analysed: {_counted(errors, 'error')}, {_counted(warnings, 'warning')}, "
        f"{accepted} accepted"
    )
    return f"{told} · {_counted(asked, 'question')}, {unknown or 'none'} unanswered" if asked else told


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"

"""An analysis as Markdown, for a pull request.

In: an `Inspection`. Out: text in which what a ruleset or an account says is text and never markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ruleengine.analysis.findings import Verdict
from ruleengine.analysis.reported import Inspection, Reported, how
from ruleengine.casebook.accounts import Account
from ruleengine.report.analysis.accounts import lines as account_lines
from ruleengine.report.analysis.accounts import same_facts
from ruleengine.report.analysis.accounts import title as account_title
from ruleengine.report.analysis.figures import CardFigures, cards_of
from ruleengine.report.analysis.text import first_unanswered, rising_sentences, summary
from ruleengine.report.markdown import escape

_MARK = {Verdict.PROVED: "holds", Verdict.SHOWN: "**violated**", Verdict.UNKNOWN: "not known"}


def render(found: Inspection) -> str:
    """The whole page."""
    return "\n".join(_lines(found)).rstrip("\n") + "\n"


def _lines(found: Inspection) -> Iterator[str]:
    program = found.program
    yield f"# {escape(program.title or program.name)}: what can happen"
    yield ""
    yield f"{escape(summary(found))}, as of {found.as_of.isoformat()}."
    yield ""
    for card in cards_of(program, found.analysis.bounds):
        yield from _card(card)
    if found.analysis.invariants:
        yield "| invariant | | how |"
        yield "| --- | --- | --- |"
        for each in found.analysis.invariants:
            answer = each.answer
            yield f"| {escape(each.text)} | {_MARK[answer.verdict]} | {how(answer.verdict, answer.method)} |"
        yield ""
    yield from _reports("## Findings", found.left, found)
    for sentence in rising_sentences(found):
        yield escape(sentence)
        yield ""
    yield from _not_known(found)
    yield from _reports("## Accepted by the ruleset", found.accepted, found)


def _card(card: CardFigures) -> Iterator[str]:
    rows, left_out = card.rows()
    yield f"## {escape(card.title)}"
    yield ""
    yield "| accounts | lowest | highest | bands |"
    yield "| --- | ---: | ---: | --- |"
    for row in rows:
        bands = ", ".join(name if can else f"{name}?" for name, can in row.bands if can is not False)
        yield f"| {escape(row.among)} | {escape(row.lowest)} | {escape(row.highest)} | {escape(bands)} |"
    yield ""
    if left_out:
        yield f"{left_out} further patterns of data are left out here."
        yield ""
    for sentence in card.sentences():
        yield f"- {escape(sentence)}"
    yield ""


def _reports(heading: str, reports: Sequence[Reported], found: Inspection) -> Iterator[str]:
    if not reports:
        return
    yield heading
    yield ""
    for each in reports:
        report = each.diagnostic
        yield f"- `{report.code}` {escape(str(report.span))}: {escape(report.message)}"
        if report.help and each.accepted is None:
            yield f"  - {escape(report.help)}"
        if each.accepted is not None:
            yield f"  - because: {escape(each.accepted)}"
        finding = each.finding
        if finding is not None and finding.account is not None and each.accepted is None:
            yield from _account(finding.account, found.program.id_path)
            if finding.other is not None and same_facts(finding.account, finding.other):
                yield f"  - and the same one as of {finding.other.as_of.isoformat()}"
            elif finding.other is not None:
                yield from _account(finding.other, found.program.id_path)
    yield ""


def _not_known(found: Inspection) -> Iterator[str]:
    """Reports that stay open, and questions without an answer that are told nowhere else."""
    heading = "## Not known"
    yield from _reports(heading, found.open, found)
    if not found.unanswered:
        return
    if not found.open:
        yield heading
        yield ""
    named, more = first_unanswered(found)
    for each in named:
        yield f"- `{each.code}` {escape(str(each.span))}: {escape(each.text)}"
    if more:
        yield f"- and {more} more"
    yield ""


def _account(account: Account, id_path: tuple[str, ...]) -> Iterator[str]:
    facts = "<br>".join(escape(each) for each in account_lines(account, id_path))
    yield f"  - {account_title(account)}:<br>{facts}"

"""Whether two rulesets are equal, for a terminal and as Markdown.

In: an `Equivalence`. Out: text. Guaranteed: what is not known is said; nothing of a user is obeyed by a terminal or taken
for markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ruleengine.analysis.findings import Change, Equivalence, Given, Verdict
from ruleengine.analysis.reported import how
from ruleengine.report.analysis.accounts import lines as account_lines
from ruleengine.report.analysis.accounts import title as account_title
from ruleengine.report.analysis.figures import joined
from ruleengine.report.cells import BOLD, DIM, GREEN, RED, YELLOW, cell, paint, short_number
from ruleengine.report.diff.layout import folded
from ruleengine.report.markdown import escape

_WIDEST = 110
_STYLES = {Verdict.PROVED: GREEN, Verdict.SHOWN: RED, Verdict.UNKNOWN: YELLOW}


def headline(found: Equivalence) -> str:
    """The sentence that everybody needs."""
    old, new = (f"{each.name} {each.version}" for each in (found.old, found.new))
    accounts = f"as of {found.as_of}"
    if found.verdict is Verdict.PROVED:
        said = "give every account the same"
    elif found.verdict is Verdict.SHOWN:
        said = "do not give every account the same"
    else:
        said = "may give every account the same or may not: no account was found that tells them apart, and no proof"
    return f"{old} and {new} {said}, {accounts}"


def render(
    found: Equivalence, id_path: tuple[str, ...], *, color: bool = False, width: int | None = None
) -> str:
    """The report for a terminal."""
    return "".join(f"{line}\n" for line in _lines(found, id_path, color, width or _WIDEST))


def _lines(found: Equivalence, id_path: tuple[str, ...], color: bool, width: int) -> Iterator[str]:
    yield paint(cell(headline(found)), _STYLES[found.verdict] + BOLD if color else "", color)
    if found.verdict is Verdict.PROVED:
        yield paint(f"  {how(found.verdict, found.method)}", DIM, color)
    for change in (each for each in found.changes if each.answer.verdict is Verdict.SHOWN):
        yield ""
        yield paint(_said(change), BOLD, color)
        account = change.answer.account
        if account is not None:
            yield f"  {account_title(account)}:"
            yield from (f"    {line}" for line in account_lines(account, id_path))
    for heading, sentences in _lists(found):
        yield ""
        yield paint(heading.upper(), BOLD, color)
        for each in sentences:
            yield from folded(each, width, "  ", "    ")


def _lists(found: Equivalence) -> Iterator[tuple[str, list[str]]]:
    """What is said in a line each: headings with their lines."""
    never = _by_subject(each for each in found.changes if each.answer.verdict is Verdict.PROVED)
    unknown = _by_subject(each for each in found.changes if each.answer.verdict is Verdict.UNKNOWN)
    equal = [f"{joined([cell(each) for each in found.equal])}"] if found.equal else []
    for heading, lines in (
        ("Proved to be the same", equal),
        ("Proved not to happen", never),
        ("Not known", unknown),
        ("Not compared", [cell(each) for each in found.apart]),
    ):
        if lines:
            yield heading, lines


def _by_subject(changes: Iterable[Change]) -> list[str]:
    """The ways of each subject in one line."""
    found: dict[str, list[str]] = {}
    for change in changes:
        found.setdefault(cell(change.subject), []).append(_way(change))
    return [f"{subject}: {'; '.join(ways)}" for subject, ways in found.items()]


def _way(change: Change) -> str:
    if change.before == change.after:
        return f"{cell(change.before)} with another {change.part}"
    return f"{cell(change.before)} → {cell(change.after)}"


def _said(change: Change) -> str:
    """A change with what both rulesets gave."""
    figures = f" ({_figure(change.old)} → {_figure(change.new)})" if change.old and change.new else ""
    return f"{cell(change.subject)}: {_way(change)}{figures}"


def _figure(given: Given) -> str:
    if given.score is not None:
        return short_number(given.score)
    return cell(given.reason or given.word)


def render_markdown(found: Equivalence, id_path: tuple[str, ...]) -> str:
    """The report for a pull request."""
    lines = [f"**{escape(headline(found))}**", ""]
    shown = [each for each in found.changes if each.answer.verdict is Verdict.SHOWN]
    if shown:
        lines += ["| what | an account |", "| --- | --- |"]
        for change in shown:
            account = change.answer.account
            facts = (
                ""
                if account is None
                else "<br>".join(escape(each) for each in account_lines(account, id_path))
            )
            lines.append(f"| {escape(_said(change))} | {facts} |")
        lines.append("")
    for heading, sentences in _lists(found):
        lines += [f"{heading}:", "", *(f"- {escape(each)}" for each in sentences), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def summary(found: Equivalence) -> str:
    """One line about what was asked."""
    asked = f"{found.asked:,} question{'' if found.asked == 1 else 's'}, {found.unknown or 'none'} unanswered"
    return f"{asked}{'' if found.solver else ' · without a solver'}"

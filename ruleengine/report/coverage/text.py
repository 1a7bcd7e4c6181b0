"""What tests reach of rulesets, for people: shares, what no test reaches with its line, tests that would.

In: coverages. Out: lines of text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ruleengine.casebook.coverage import Coverage, Share
from ruleengine.evaluator.coverage import CoverageItem
from ruleengine.report.cells import BOLD, DIM, GREEN, RED, cell, cut, paint

_WIDEST = 400


def render(coverages: Sequence[Coverage], *, color: bool = False, width: int | None = None) -> list[str]:
    """The lines of a report."""
    lines: list[str] = []
    for coverage in coverages:
        own = list(_ruleset(coverage, color, width or _WIDEST))
        apart = not lines or len(own) > 1 or lines[-1].startswith(" ")
        lines += ["", *own] if apart else own
    return lines


def share_text(share: Share) -> str:
    """`28 of 33 (84.8%)`."""
    return f"{share.reached:,} of {share.total:,} ({share.percent:g}%)"


def not_found(coverage: Coverage, item: CoverageItem) -> str:
    """What is said beside an item for which no example was found."""
    return " (no example was found)" if item.id in coverage.tried else ""


def place(coverage: Coverage, item: CoverageItem) -> str:
    """Where an item stands: its line, and its file where that is another one."""
    return f"line {item.line}" if item.path == coverage.path else f"{item.path}:{item.line}"


def _ruleset(coverage: Coverage, color: bool, width: int) -> Iterator[str]:
    counted, everything = coverage.counted, coverage.everything
    style = GREEN if counted.reached == counted.total else RED
    yield (
        f"{paint(cell(coverage.ruleset), BOLD, color)}: tests reach {paint(share_text(counted), style, color)} of its bands "
        f"and rows, {share_text(everything)} of everything"
    )
    if everything.reached == everything.total:
        return
    for _, words, share in coverage.kinds():
        yield f"  {words:<28} {share.reached:>4} of {share.total:<4} {f'{share.percent:g}%':>6}"
    yield ""
    yield f"  No test reaches, in {cell(coverage.path)}:"
    places = [place(coverage, item) for item in coverage.missing]
    room = max(map(len, places))
    for item, where in zip(coverage.missing, places, strict=True):
        said = f"{cell(item.title)}{not_found(coverage, item)}"
        yield cut(f"    {paint(where.ljust(room), DIM, color)}  {said}", width)
    yield from _suggestions(coverage)


def _suggestions(coverage: Coverage) -> Iterator[str]:
    if not coverage.suggestions:
        return
    number = len(coverage.suggestions)
    yield ""
    what = (
        "This test reaches some of it; it expects"
        if number == 1
        else f"These {number} tests reach some of it; they expect"
    )
    yield f"  {what} what the ruleset says today, so look before you keep {'it' if number == 1 else 'them'}:"
    for suggestion in coverage.suggestions:
        yield ""
        yield from (f"    {cell(line)}" for line in suggestion.test.rstrip("\n").split("\n"))

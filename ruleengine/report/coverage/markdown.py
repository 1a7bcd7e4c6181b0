"""What tests reach of rulesets as Markdown: one table over all rulesets, then what is missing of each.

In: coverages. Out: text in which what a ruleset says is text and never markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ruleengine.casebook.coverage import Coverage
from ruleengine.diagnostics.visible import visible
from ruleengine.report.coverage.text import not_found, place, share_text
from ruleengine.report.markdown import escape


def render(coverages: Sequence[Coverage], least: float | None = None) -> str:
    """The whole page."""
    lines = ["# What the tests reach", ""]
    if least is not None:
        lines += [f"Asked for: {least:g}% of the bands and rows of each ruleset.", ""]
    lines += ["| ruleset | cases | bands and rows | everything |", "| --- | ---: | ---: | ---: |"]
    for each in coverages:
        short = least is not None and not each.counted.is_at_least(least)
        counted = share_text(each.counted)
        lines.append(
            f"| {escape(each.ruleset)} | {each.cases:,} | {f'**{counted}**' if short else counted} | "
            f"{share_text(each.everything)} |"
        )
    for each in coverages:
        if each.missing:
            lines += ["", *_ruleset(each)]
    return "\n".join(lines) + "\n"


def _ruleset(coverage: Coverage) -> Iterator[str]:
    yield f"## {escape(coverage.ruleset)}"
    yield ""
    yield "| what | reached | share |"
    yield "| --- | ---: | ---: |"
    for _, words, share in coverage.kinds():
        yield f"| {words} | {share.reached:,} of {share.total:,} | {share.percent:g}% |"
    yield ""
    yield f"No test reaches, in {escape(coverage.path)}:"
    yield ""
    for item in coverage.missing:
        yield f"- {place(coverage, item)}: {escape(item.title)}{not_found(coverage, item)}"
    for suggestion in coverage.suggestions:
        fence = "````"
        yield from ("", f"{fence}rules", *map(visible, suggestion.test.rstrip("\n").split("\n")), fence)

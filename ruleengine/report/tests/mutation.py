"""What mutants of rulesets came to, for people: shares, the changes that no test notices with their lines, tests that would.

In: mutations. Out: lines of text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ruleengine.casebook.mutation.mutant import EQUIVALENT, KILLED, SURVIVED, Mutation, Outcome
from ruleengine.report.cells import BOLD, DIM, GREEN, RED, cell, cut, paint

_WIDEST = 400


def mutation_lines(
    mutations: Sequence[Mutation], *, color: bool = False, width: int | None = None
) -> list[str]:
    """The lines of a report."""
    lines: list[str] = []
    for mutation in mutations:
        own = list(_ruleset(mutation, color, width or _WIDEST))
        lines += ["", *own] if not lines or len(own) > 1 or lines[-1].startswith(" ") else own
    return lines


def share_text(mutation: Mutation) -> str:
    """`95 of 100 (95%)`."""
    return f"{mutation.of(KILLED):,} of {mutation.counted:,} ({mutation.percent:g}%)"


def _ruleset(mutation: Mutation, color: bool, width: int) -> Iterator[str]:
    name = paint(cell(mutation.ruleset), BOLD, color)
    if mutation.failing:
        number = f"{mutation.failing:,} {'case fails' if mutation.failing == 1 else 'cases fail'}"
        yield f"{name}: {paint(number, RED, color)} as the ruleset is, so no change was tried: mend that first"
        return
    style = GREEN if mutation.of(SURVIVED) == 0 else RED
    same = mutation.of(EQUIVALENT)
    more = f"; {same:,} more {'makes' if same == 1 else 'make'} no difference" if same else ""
    yield f"{name}: tests notice {paint(share_text(mutation), style, color)} small changes{more}"
    if not mutation.survivors:
        return
    for _, words, killed, total in mutation.kinds():
        yield f"  {words:<42} {killed:>4} of {total}"
    yield ""
    yield f"  No test notices, in {cell(mutation.path)}:"
    places = [_place(mutation, each) for each in mutation.survivors]
    room = max(map(len, places))
    for outcome, where in zip(mutation.survivors, places, strict=True):
        yield cut(f"    {paint(where.ljust(room), DIM, color)}  {change_text(outcome)}", width)
    yield from _suggestions(mutation)


def change_text(outcome: Outcome) -> str:
    """The change in words: ``health: `red when < 50%` → `red when < 51%` ``."""
    sought = " (no account was found that shows it)" if outcome.sought and outcome.told is None else ""
    after = "taken away" if outcome.after == "(taken away)" else f"`{cell(outcome.after)}`"
    return f"{cell(outcome.of)}: `{cell(outcome.before)}` → {after}{sought}"


def _place(mutation: Mutation, outcome: Outcome) -> str:
    return f"line {outcome.line}" if outcome.path == mutation.path else f"{cell(outcome.path)}:{outcome.line}"


def _suggestions(mutation: Mutation) -> Iterator[str]:
    found = [each.told.test for each in mutation.survivors if each.told is not None]
    told = list(dict.fromkeys(found))  # one test may notice several changes
    if not told:
        return
    yield ""
    one = len(told) == 1
    what = (
        f"This test notices {'one' if len(found) == 1 else len(found)} of them; it expects"
        if one
        else f"These {len(told)} tests notice some of them; they expect"
    )
    yield f"  {what} what the ruleset says today, so look before you keep {'it' if one else 'them'}:"
    for test in told:
        yield ""
        yield from (f"    {cell(line)}" for line in test.rstrip("\n").split("\n"))

"""The lines in which two texts differ, with what stands around them.

In: a text as it was and as it is. Out: lines for a terminal, or the whole as a unified diff for programs.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher, unified_diff

from ruleengine.report.cells import DIM, GREEN, RED, cell, paint

_AROUND = 2


def difference_lines(old: str, new: str, color: bool = False) -> Iterator[str]:
    """Lines that went led by `-`, lines that came by `+`, two lines around each as they are, `…` for what is left out."""
    before, after = old.split("\n"), new.split("\n")
    if before[-1:] != after[-1:]:  # a file that does not end with a line break
        before, after = [*before[:-1], *_ending(before)], [*after[:-1], *_ending(after)]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(_AROUND)):
        if number or group[0][1] > 0:
            yield paint("  …", DIM, color)
        for tag, start, end, new_start, new_end in group:
            if tag == "equal":
                yield from (paint(f"  {cell(line)}".rstrip(), DIM, color) for line in before[start:end])
                continue
            yield from (paint(f"- {cell(line)}".rstrip(), RED, color) for line in before[start:end])
            yield from (paint(f"+ {cell(line)}".rstrip(), GREEN, color) for line in after[new_start:new_end])


def _ending(lines: list[str]) -> list[str]:
    return [lines[-1] + " (no line break at the end)"] if lines[-1] else []


def unified(old: str, new: str, file: str) -> str:
    """The unified diff of a snapshot."""
    return "\n".join(
        line.rstrip("\n")
        for line in unified_diff(
            old.split("\n")[: -1 if old.endswith("\n") else None],
            new.split("\n")[: -1 if new.endswith("\n") else None],
            f"a/{file}", f"b/{file}", lineterm="",
        )
    )  # fmt: skip

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
    before, after = _lines(old), _lines(new)
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


def _lines(text: str) -> list[str]:
    """The lines of a text; that the last one is not ended, as after an editor, is said."""
    *lines, last = text.split("\n")
    return [*lines, f"{last} (no line break at the end)"] if last else lines


def unified(old: str, new: str, file: str) -> str:
    """The unified diff of a snapshot."""
    lines = unified_diff(_lines(old), _lines(new), f"a/{file}", f"b/{file}", lineterm="")
    return "\n".join(lines)

"""What edits and causes are called beside an account, where each has a line at most.

In: the edits and causes of a comparison, and how many columns one may take. Out: for each its summary, cut at a word.
Guaranteed: no two are called the same: where cut summaries do not tell them apart their ids do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ruleengine.report.cells import cell, cell_width, cut
from ruleengine.report.diff.figures import Driver

#: Cutting at a word must not take more than this from what there is room for.
_MOST_LOST = 20
_WITHIN = str.maketrans("“”", "‘’")


class Names:
    """Short names of edits and causes, by their ids."""

    def __init__(self, drivers: Sequence[Driver], longest: int) -> None:
        self._short = {driver.id: cut_at_word(cell(driver.summary), longest) for driver in drivers}
        self._times = Counter(self._short.values())

    def __call__(self, driver: str) -> str:
        """`Risk weighs 25% instead of 0%`; with the id behind it where another is called the same."""
        short = self._short.get(driver)
        if short is None:
            return cell(driver)
        return short if self._times[short] == 1 else f"{short} ({cell(driver)})"

    def quoted(self, driver: str) -> str:
        """The same in quotation marks, for several in one sentence; those within it become single ones."""
        return f"“{self(driver).translate(_WITHIN)}”"


def cut_at_word(text: str, columns: int) -> str:
    """`text` in at most `columns` terminal columns, cut between two words where that loses little."""
    if cell_width(text) <= columns:
        return text
    shown = cut(text, columns - 1).removesuffix("…")
    whole = shown.rpartition(" ")[0].rstrip(" ,;:–—-")
    if text[len(shown) : len(shown) + 1] == " ":
        whole = shown.rstrip(" ,;:–—-")
    return f"{whole} …" if whole and cell_width(whole) >= columns - _MOST_LOST else f"{shown}…"

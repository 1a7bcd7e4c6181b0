"""Results as CSV: one row an account, for spreadsheets.

In: what the ruleset computes, and results one after the other. Out: lines of CSV. Guaranteed: every row has
the same columns; a text that a spreadsheet would take for a formula is led by an apostrophe; numbers are
decimals without exponents; a text with a line break of any kind is one cell of one row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from ruleengine.report.cells import plain_value

_CARD_PARTS = ("status", "score", "band", "computed_score", "computed_band", "coverage")
_MEASURE_PARTS = ("status", "band", "points", "value")
#: Spreadsheets read a cell that begins with one of these as a formula.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: Everything that some program takes for the end of a line.
_LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"


class DelimitedRows:
    """Turns results into CSV lines. The outputs are those of the first result; all results have the same."""

    def __init__(self, cards: Sequence[str], measures: Sequence[str]) -> None:
        self._cards = tuple(cards)
        self._measures = tuple(measures)
        self._outputs: tuple[str, ...] | None = None
        self._matrices: tuple[str, ...] = ()

    def heading(self, result: Mapping[str, Any] | None) -> str:
        """The line of column names; `result` is the first one, or None when there is none."""
        self._outputs = tuple(result["outputs"]) if result else ()
        self._matrices = tuple(result["matrices"]) if result else ()
        return delimited_line(
            [
                "id", "as_of", "ruleset", "version",
                *(f"{card}.{part}" for card in self._cards for part in _CARD_PARTS),
                *(f"{card}.override" for card in self._cards),
                *(f"{measure}.{part}" for measure in self._measures for part in _MEASURE_PARTS),
                *(f"output.{output}" for output in self._outputs),
                *(f"matrix.{matrix}" for matrix in self._matrices),
                "triggers", "segments", "problems",
            ]
        )  # fmt: skip

    def row(self, result: Mapping[str, Any]) -> str:
        """The line of one result."""
        cards, measures, outputs = result["scorecards"], result["measures"], result["outputs"]
        ruleset = result["ruleset"]
        return delimited_line(
            [
                result["id"], result["as_of"], ruleset["name"], ruleset["version"],
                *(cards.get(card, {}).get(part) for card in self._cards for part in _CARD_PARTS),
                *((cards.get(card, {}).get("override") or {}).get("reason") for card in self._cards),
                *(measures.get(name, {}).get(part) for name in self._measures for part in _MEASURE_PARTS),
                *(outputs.get(output) for output in self._outputs or ()),
                *(result["matrices"][matrix]["label"] for matrix in self._matrices),
                ";".join(each["name"] for each in result["triggers"]),
                ";".join(result["segments"]), len(result["problems"]),
            ]
        )  # fmt: skip


def delimited_line(values: Sequence[Any]) -> str:
    """One line of CSV, with values as texts that no spreadsheet takes for formulas."""
    return quoted_line([_guarded(value) for value in values])


def quoted_line(texts: Sequence[str]) -> str:
    """One line of CSV with texts as they are."""
    held = io.StringIO()
    csv.writer(held, lineterminator=_LINE_BREAKS).writerow(
        texts
    )  # what ends a line is what is quoted in a cell
    return held.getvalue().removesuffix(_LINE_BREAKS) + "\n"


def _guarded(value: Any) -> str:
    text = plain_value(value)
    if isinstance(value, int | float):  # a negative number is a number
        return text
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) or text.lstrip().startswith(_FORMULA_SIGNS) else text

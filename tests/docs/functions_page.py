"""The page of functions, made from the records of the library.

In: nothing. Out: the text of `docs/language/functions.md`. Run `python -m tests.docs.functions_page` to write it; a
test fails when the page and the library disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ruleengine.library import Function
from ruleengine.library.dates import DATE_FUNCTIONS
from ruleengine.library.numbers import NUMBER_FUNCTIONS
from ruleengine.library.series import QUESTIONS, Question
from ruleengine.library.texts import TEXT_FUNCTIONS
from tests.docs.examples import ROOT

PAGE = ROOT / "docs" / "language" / "functions.md"
_OF_NUMBERS = "Rounding, `abs`, `min`, `max`, `sum` and `mean` keep the unit of what they are given."
_OF_DATES = "Ages and the calendar have words of their own: see [Lists and dates](lists-and-dates.md)."
_FAMILIES: tuple[tuple[str, str, Iterable[Function]], ...] = (
    ("Numbers", _OF_NUMBERS, NUMBER_FUNCTIONS),
    ("Texts", "", TEXT_FUNCTIONS),
    ("Dates", _OF_DATES, DATE_FUNCTIONS),
)
_INTRODUCTION = """# Functions

<!-- This page is made from the library: `python -m tests.docs.functions_page` writes it. -->

A function is called by its name and parentheses. When an argument is NA, the result is NA for the same reason; a
function that has no value for what it is given, such as the root of a negative number, is NA `invalid`. An N for
decimals is written as a whole number from 0 to 10, a rounding mode as one of `half_up`, `half_even`, `half_down`, `up`,
`down`, `floor`, `ceiling`, a pattern as a text; these cannot be computed.

`date(t)` is the calendar date of a timestamp in the ruleset's zone.
"""


#: The series of the examples.
SERIES = """let sales = series of p.value for p in [
  {date: 2024-01-01, value: 100}, {date: 2024-02-01, value: 120}, {date: 2024-03-01, value: 126}
] by p.date
let steady = series of p.value for p in [
  {date: 2024-01-01, value: 0}, {date: 2024-02-01, value: 62}, {date: 2024-03-01, value: 120}
] by p.date
"""
_OF_SERIES = f"""A series is asked in words, without parentheses: see [Series](lists-and-dates.md#series), also for what P can be and for when
there is no answer. In these examples the as-of date is 1 March 2024, and

```text
{SERIES.rstrip()}
```

<!-- preamble
ruleset example 1.0.0 {{ facts account 1 }}
{SERIES}-->"""


def page() -> str:
    """The text of the page."""
    families = (_family(*family) for family in _FAMILIES)
    return "\n".join((_INTRODUCTION, *families, _family("Series", _OF_SERIES, QUESTIONS.values())))


def _family(title: str, words: str, functions: Iterable[Function | Question]) -> str:
    rows = [f"| {' '.join(record.doc.replace('`: ', '` | ', 1).split())} |" for record in functions]
    lines = [
        f"{example} → {shown(value)}" for record in functions for example, value in record.examples.items()
    ]
    parts = [
        f"## {title}",
        "",
        *((words, "") if words else ()),
        "| function | value |",
        "| --- | --- |",
        *rows,
    ]
    return "\n".join((*parts, "", "```evaluates", *lines, "```", ""))


def shown(value: Any) -> str:
    """A value as the page writes it."""
    if isinstance(value, str):
        return f'"{value}"'
    return str(value).lower() if isinstance(value, bool) else repr(value)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

"""What people write who come from elsewhere: `=<`, `==`, `5,5%`, `1e6`, `1 March 2024`, `$5`.

In: a text, and the place where it cannot be read on. Out: the piece that was written out of habit, and how the
language writes it; None when nothing of the kind stands there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from attrs import frozen


@frozen(slots=True)
class Habit:
    """The offsets of a piece, and the remedy."""

    start: int
    end: int
    help: str


#: How far around the place a piece may reach.
_REACH = 40
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?"
_SIGNS = {"=<": "<=", "=>": ">=", "===": "=", "==": "=", "<>": "!=", "!==": "!=", "=!": "!="}
#: More digits than this are no number of the language.
_MOST_DIGITS = 40


def habit_at(text: str, offset: int) -> Habit | None:
    """What stands around `offset` out of habit."""
    begin = max(0, offset - _REACH)
    for pattern, remedy in _HABITS:
        for match in pattern.finditer(text, begin, offset + _REACH):
            if match.start() <= offset < match.end():
                help_text = remedy(match)
                return Habit(match.start(), match.end(), help_text) if help_text else None
    return None


def _sign(match: re.Match[str]) -> str:
    return f"write `{_SIGNS[match.group()]}`"


def _date(match: re.Match[str]) -> str:
    month = _MONTHS.index(match["month"][:3].lower()) + 1
    try:
        day = date(int(match["year"]), month, int(match["day"]))
    except ValueError:
        return "a date is written as year, month and day: `2024-03-01`"
    return f"a date is written `{day}`"


def _date_in_figures(match: re.Match[str]) -> str:
    return "a date is written as year, month and day: `2024-03-01`"


def _power(match: re.Match[str]) -> str:
    exact = Decimal(match.group())
    if abs(exact.adjusted()) >= _MOST_DIGITS:
        return f"a number has at most {_MOST_DIGITS} digits"
    return f"write the number in full: `{exact:f}`"


def _comma(match: re.Match[str]) -> str:
    percent = "%" if match["percent"] else ""
    whole, fraction = match["whole"].replace(".", ""), match["fraction"]
    if len(fraction) == 3 and not percent and "." not in match["whole"]:
        return (
            f"write `{whole}{fraction}` or `{whole}_{fraction}`; a fraction has a point: `{whole}.{fraction}`"
        )
    return f"a fraction has a point: `{whole}.{fraction}{percent}`"


def _grouped(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match.group())
    return f"write `{digits}`"


def _currency(match: re.Match[str]) -> str:
    word = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}[match["sign"]]
    return (
        f"write `{match['amount'].replace(',', '')} {word}`: the currency stands behind, by its three letters"
    )


def _percent(match: re.Match[str]) -> str:
    return f"write `{match['number']}%`"


def _duration(match: re.Match[str]) -> str:
    return f"write `{match['number']} {match['unit']}`"


_HABITS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), remedy)
    for pattern, remedy in (
        (r"===?|!==|=<|=>|<>|=!", _sign),
        (rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+{_MONTH}\s*,?\s*(?P<year>\d{{4}})\b", _date),
        (rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+(?P<year>\d{{4}})\b", _date),
        (
            r"\b\d{1,2}\.\d{1,2}\.\d{2,4}\b|\b\d{4}\.\d{1,2}\.\d{1,2}\b|\b\d{4}-\d{1,2}-\d{1,2}(?!\d)",
            _date_in_figures,
        ),
        (r"\b\d+(?:\.\d+)?e[+-]?\d{1,4}\b", _power),
        (r"\b\d{1,3}(?:[',’]\d{3}){2,}\b|\b\d{1,3}(?:['’]\d{3})\b|\b\d{1,3}(?:\.\d{3}){2,}\b", _grouped),
        (r"(?P<sign>[$€£¥])\s*(?P<amount>\d[\d_,]*(?:\.\d+)?)", _currency),
        (r"\b(?P<whole>\d+|\d{1,3}(?:\.\d{3})+),(?P<fraction>\d+)(?:\s*(?P<percent>%))?", _comma),
        (r"\b(?P<number>\d[\d_]*(?:\.\d+)?)\s*(?:percent|pct)\b", _percent),
        (
            r"\b(?P<number>\d[\d_]*(?:\.\d+)?)(?P<unit>(?:minute|hour|day|week|month|quarter|year)s?)\b",
            _duration,
        ),
    )
)

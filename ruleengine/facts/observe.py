"""What sample documents have in common: the evidence from which a schema is drafted.

In: documents. Out: one `Seen` for the documents, with a `Seen` for every property and for the elements of
every list. Guaranteed: memory grows with the number of different fields, hardly with the number of documents.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any

from attrs import define, field

from ruleengine.values import timestamp_of

#: So many different words are counted; more than that are no choice in any case.
_MOST_WORDS = 40
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:]{5,8}(?:\.[0-9]+)?(?:[Zz]|[-+][0-9]{2}:[0-9]{2})"
)
_DEEPEST = 30

_KINDS: dict[type, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
}


@define(slots=True)
class Seen:
    """All that was seen at one place: how often it could have been there (`chances`) and was, and as what."""

    depth: int = 0
    chances: int = 0
    nulls: int = 0
    kinds: Counter[str] = field(factory=Counter)
    words: Counter[str] = field(factory=Counter)
    too_many_words: bool = False
    dates: int = 0
    timestamps: int = 0
    low: float = float("inf")
    high: float = float("-inf")
    distinct: set[int] = field(factory=set)
    repeated: bool = False
    properties: dict[str, Seen] = field(factory=dict)
    element: Seen | None = None

    @property
    def present(self) -> int:
        """How often there was a value other than null."""
        return self.kinds.total()

    def add(self, value: Any) -> None:
        """Take one value into account."""
        if value is None:
            self.nulls += 1
            return
        self.kinds[_KINDS.get(type(value), "string")] += 1
        if type(value) is dict:
            self._add_object(value)
        elif type(value) is list:
            self._add_list(value)
        elif type(value) is str:
            self._add_text(value)
        elif type(value) is not bool:
            self.low, self.high = min(self.low, value), max(self.high, value)
            self._add_identity(value)

    def _add_object(self, value: dict[str, Any]) -> None:
        if self.depth >= _DEEPEST:
            return
        for name, inner in value.items():
            seen = self.properties.get(name)
            if seen is None:
                seen = self.properties[name] = Seen(self.depth + 1)
            seen.add(inner)
        for seen in self.properties.values():
            seen.chances = self.kinds["object"]

    def _add_list(self, value: list[Any]) -> None:
        if self.depth >= _DEEPEST:
            return
        if self.element is None:
            self.element = Seen(self.depth + 1)
        self.element.chances += len(value)
        for inner in value:
            self.element.add(inner)

    def _add_text(self, value: str) -> None:
        if not self.too_many_words:
            self.words[value] += 1
            self.too_many_words = len(self.words) > _MOST_WORDS
        self.dates += _is_date(value)
        self.timestamps += _is_timestamp(value)
        self._add_identity(value)

    def _add_identity(self, value: object) -> None:
        """Whether all values differ: as soon as one repeats, nothing more needs to be kept."""
        if self.repeated:
            return
        size = len(self.distinct)
        self.distinct.add(hash(value))
        if len(self.distinct) == size:
            self.repeated = True
            self.distinct.clear()


def _is_date(value: str) -> bool:
    if not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_timestamp(value: str) -> bool:
    if not _TIMESTAMP.fullmatch(value):
        return False
    try:
        timestamp_of(value)
    except ValueError:
        return False
    return True

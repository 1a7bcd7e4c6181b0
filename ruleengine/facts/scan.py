"""Where things stand in a JSON text.

In: the text. Out: its keys, values and openings in order, each with its JSON pointer and its offsets. The
scan is made for places and never builds values; a text that is no JSON is scanned as far as it makes sense,
because the place of a fault is wanted exactly when something is wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import Enum

from attrs import define, field, frozen

# Possessive, so that a text without an end costs one pass and no stack.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\]:,]|[^\s{}\[\]:,"]+|"', re.DOTALL)


class Part(Enum):
    """What stands at a place."""

    KEY = "key"
    VALUE = "value"
    OPENING = "opening"
    CLOSING = "closing"


@frozen(slots=True)
class Place:
    """One part of a JSON text: `text` is the token as written, `depth` counts the open brackets around it."""

    part: Part
    pointer: str
    start: int
    end: int
    text: str
    depth: int


@define(slots=True)
class _Frame:
    """An object or a list that is open."""

    pointer: str
    is_object: bool
    key: str | None = None
    index: int = 0
    awaits_key: bool = field(default=True)

    def child(self) -> str:
        """The pointer of the value that comes next."""
        step = (self.key or "").replace("~", "~0").replace("/", "~1") if self.is_object else str(self.index)
        return f"{self.pointer}/{step}"


def unquote(token: str) -> str:
    """The text that a quoted JSON token stands for; the token itself when it is broken."""
    try:
        value = json.loads(token)
    except ValueError:
        return token
    return value if isinstance(value, str) else token


def _take_separator(frame: _Frame, token: str) -> None:
    if token == ",":
        frame.index += 1
        frame.awaits_key = True
    else:
        frame.awaits_key = False


def scan(text: str, pointers: bool = False) -> Iterator[Place]:
    """The parts of a JSON text in order; with their pointers only on demand, as long keys bloat them."""
    frames: list[_Frame] = []
    for match in _TOKEN.finditer(text):
        token, begin, end = match.group(), match.start(), match.end()
        frame = frames[-1] if frames else None
        if token in "{[":
            pointer = frame.child() if frame and pointers else ""
            yield Place(Part.OPENING, pointer, begin, end, token, len(frames))
            frames.append(_Frame(pointer, token == "{"))
        elif token in "}]":
            closed = frames.pop() if frames else None
            yield Place(Part.CLOSING, closed.pointer if closed else "", begin, end, token, len(frames))
        elif token in ":,":
            if frame:
                _take_separator(frame, token)
        elif frame and frame.is_object and frame.awaits_key:
            frame.key = unquote(token)
            yield Place(Part.KEY, frame.child() if pointers else "", begin, end, token, len(frames))
        else:
            yield Place(
                Part.VALUE, frame.child() if frame and pointers else "", begin, end, token, len(frames)
            )


def key_places(text: str) -> dict[str, tuple[int, int]]:
    """The offsets of every key and every list element of a JSON text, by JSON pointer."""
    places: dict[str, tuple[int, int]] = {}
    for place in scan(text, pointers=True):
        if place.part is not Part.CLOSING:
            places.setdefault(place.pointer, (place.start, place.end))
    return places


def end_of_brackets(text: str, start: int) -> int:
    """Where the value at `start`, broken or not, ends: behind its last bracket, or behind a single word."""
    depth = 0
    for match in _TOKEN.finditer(text, start):
        token = match.group()
        if token in "{[":
            depth += 1
        elif token in "}]":
            depth -= 1
        if depth <= 0:
            return match.end()
    return len(text)

"""One JSON document from bytes, strictly.

In: UTF-8 bytes. Out: the document as Python values. Guaranteed: what JSON leaves open is refused with a plain
reason and its place: duplicate keys at any depth, NaN and Infinity, numbers that a double cannot hold,
invalid UTF-8, lone surrogates, NUL characters, more than `max_nesting` levels. -0.0 is 0. Integers outside of
64 bits become doubles.

There are two ways through, which agree: orjson for what is well-formed, and Python's own parser for the rest,
which also finds the words and the place of a fault.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import orjson

from ruleengine.facts.scan import Part, Place, scan
from ruleengine.inputs import InputError
from ruleengine.limits import Limits, limits

_SMALLEST_INTEGER, _LARGEST_INTEGER = -(2**63), 2**64 - 1
_BOM = b"\xef\xbb\xbf"
_SPACE = " \t\r\n"

#: Python's words for broken JSON (their beginnings), and ours.
_PLAIN_WORDS = (
    ("Expecting property name", "a key in double quotes is expected here"),
    ("Expecting ',' delimiter", "a comma or a closing bracket is expected here"),
    ("Expecting ':' delimiter", "a colon is expected after the key"),
    ("Expecting value", "a value is expected here"),
    ("Unterminated string", "a quoted text does not end"),
    ("Invalid control character", "a control character stands unescaped in a text"),
    ("Invalid \\escape", "a backslash in a text begins no known escape"),
    ("Invalid \\uXXXX", "`\\u` is not followed by four hexadecimal digits"),
    ("Illegal trailing comma", "a comma stands before the closing bracket"),
    ("Extra data", "more text follows after the end of the document"),
)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class RejectedDocument(InputError):
    """A document that cannot be used: `reason` in plain words, and the place in the given bytes, from 1."""

    def __init__(self, reason: str, column: int | None = None, line: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column
        self.line = line


class _Strict(Exception):
    """Python's parser met something that strict reading refuses."""


def parse_document(raw: bytes, max_nesting: int | None = None) -> dict[str, Any]:
    """The JSON object in `raw`.

    Raises `RejectedDocument` for everything that is no strict JSON object.
    """
    return _object(parse_fact(raw, max_nesting))


def parse_object(raw: bytes, max_nesting: int | None = None) -> dict[str, Any]:
    """The same for what is no fact document, as a schema is: its lists and texts have no limit of their own."""
    return _object(parse_value(raw, max_nesting))


def _object(document: Any) -> dict[str, Any]:
    if type(document) is not dict:
        raise RejectedDocument(f"it is {_name_of(document)}, not an object", 1)
    return document


def parse_value(raw: bytes, max_nesting: int | None = None) -> Any:
    """Any JSON value in `raw`; raises `RejectedDocument`."""
    return _parsed(raw, limits().fact_nesting if max_nesting is None else max_nesting)


def parse_fact(raw: bytes, max_nesting: int | None = None) -> Any:
    """The same for facts, whose lists and texts have a limit."""
    found = parse_value(raw, max_nesting)
    if len(raw) > surely_short():
        _refuse_long(found, limits())
    return found


def surely_short() -> int:
    """So many bytes hold no list and no text that is too long: a list of n elements takes 2n bytes at least."""
    most = limits()
    return min(2 * most.fact_list, most.fact_text)


def _refuse_long(value: Any, most: Limits) -> None:
    """Raise `RejectedDocument` for a value that holds a list or a text that is too long."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        pointer, each = waiting.pop()
        if isinstance(each, str) and len(each) > most.fact_text:
            raise RejectedDocument(f"the text `{pointer}` is longer than {most.fact_text:,} characters")
        if isinstance(each, list):
            if len(each) > most.fact_list:
                raise RejectedDocument(f"the list `{pointer}` has more than {most.fact_list:,} elements")
            waiting.extend((pointer, element) for element in each if isinstance(element, str | list | dict))
        elif isinstance(each, dict):
            waiting.extend((f"{pointer}/{_short(key)}", inner) for key, inner in each.items())


def _parsed(raw: bytes, max_nesting: int) -> Any:
    """The value; slowly only where that is needed."""
    try:
        document = orjson.loads(raw)
        written = orjson.dumps(document)
    except (ValueError, TypeError):
        return parse_slowly(raw, max_nesting)
    # INVARIANT: orjson keeps the last of equal keys, so a dropped key, and nothing else, loses quotes.
    if raw != written and raw.count(b'"') != written.count(b'"'):
        return parse_slowly(raw, max_nesting)
    # `\u0022` is a quote that this count does not see, `\u0000` is the NUL that we refuse.
    if b"\\" in raw and (b"\\u0022" in raw or b"\\u0000" in raw):
        return parse_slowly(raw, max_nesting)
    if raw.count(b"{") + raw.count(b"[") > max_nesting and _depth(document) > max_nesting:
        return parse_slowly(raw, max_nesting)
    return _without_negative_zero(document) if b"-0.0" in written else document


def parse_slowly(raw: bytes, max_nesting: int | None = None) -> Any:
    """The same as `parse_value` by way of Python's parser: slower, and it knows what is wrong and where."""
    max_nesting = limits().fact_nesting if max_nesting is None else max_nesting
    text = decode(raw)
    fault: tuple[int, str] | None = None
    try:
        document = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_refuse,
            parse_float=_double,
            parse_int=_integer,
        )
    except json.JSONDecodeError as error:
        fault = error.pos, _in_plain_words(error.msg)
    except (_Strict, RecursionError):
        fault = len(text), "the document cannot be read"
    if fault is None and "\\u" not in text and text.count("{") + text.count("[") <= max_nesting:
        return document
    first = first_fault(text, max_nesting)
    if first is not None and (fault is None or first[0] <= fault[0]):
        fault = first
    if fault is None:
        return document
    return _reject(text, *fault)


def decode(raw: bytes) -> str:
    """The text of UTF-8 bytes; raises `RejectedDocument` where they are none."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        return _reject(before, len(before), f"the byte 0x{raw[error.start]:02x} is no UTF-8")
    if not text.strip(_SPACE):
        raise RejectedDocument("there is no document", 1)
    if raw.startswith(_BOM):
        raise RejectedDocument("a byte order mark stands before the document", 1)
    return text


def first_fault(text: str, max_nesting: int) -> tuple[int, str] | None:
    """The first thing in a JSON text that strict reading refuses and JSON allows: its offset and a reason.

    Also finds the constants NaN and Infinity, which are no JSON but which Python's parser takes.
    """
    keys: list[set[str]] = []
    for place in scan(text):
        if place.part is Part.OPENING:
            if place.depth >= max_nesting:
                return place.start, f"more than {max_nesting} levels are nested"
            keys.append(set())
        elif place.part is Part.CLOSING:
            if keys:
                keys.pop()
        else:
            reason = _fault_of(place, keys)
            if reason:
                return place.start, reason
    return None


def _fault_of(place: Place, keys: list[set[str]]) -> str:
    if place.text.startswith('"'):
        return _fault_of_text(place, keys)
    word = place.text
    if word in ("NaN", "Infinity", "-Infinity"):
        return f"`{word}` is no number that JSON knows"
    if _NUMBER.fullmatch(word) and abs(float(word)) == float("inf"):
        return "the number is too large for a double"  # which one is not said: it may be secret
    return ""


def _fault_of_text(place: Place, keys: list[set[str]]) -> str:
    try:
        value = str(json.loads(place.text))
    except ValueError:
        return ""
    if "\0" in value:
        return "a text holds a NUL character"
    if _SURROGATE.search(value):
        return "a text holds half of a surrogate pair"
    if place.part is Part.KEY and keys:
        if value in keys[-1]:
            return f"the key `{_short(value)}` occurs twice in one object"
        keys[-1].add(value)
    return ""


def _reject(text: str, offset: int, reason: str) -> NoReturn:
    line_start = text.rfind("\n", 0, offset) + 1
    raise RejectedDocument(reason, offset - line_start + 1, text.count("\n", 0, offset) + 1)


def _in_plain_words(message: str) -> str:
    for beginning, words in _PLAIN_WORDS:
        if message.startswith(beginning):
            return words
    return message[:1].lower() + message[1:]


def _name_of(value: object) -> str:
    if value is None:
        return "null"
    names: dict[type, str] = {list: "a list", str: "a text", bool: "a flag"}
    return names.get(type(value), "a number")


def _short(word: str) -> str:
    return word if len(word) <= 40 else f"{word[:37]}…"


def _depth(document: Any) -> int:
    """How deep lists and objects are nested in `document`."""
    level, depth = [document], 0
    while level := [each for each in level if type(each) in (dict, list)]:
        depth += 1
        level = [inner for each in level for inner in (each.values() if type(each) is dict else each)]
    return depth


def _without_negative_zero(value: Any) -> Any:
    if type(value) is float:
        return value + 0.0
    if type(value) is dict:
        return {key: _without_negative_zero(each) for key, each in value.items()}
    if type(value) is list:
        return [_without_negative_zero(each) for each in value]
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    built = dict(pairs)
    if len(built) != len(pairs):
        raise _Strict
    return built


def _refuse(constant: str) -> NoReturn:
    raise _Strict


def _double(digits: str) -> float:
    number = float(digits)
    if abs(number) == float("inf"):
        raise _Strict
    return number + 0.0


def _integer(digits: str) -> int | float:
    if len(digits) > 20:
        return _double(digits)
    number = int(digits)
    return number if _SMALLEST_INTEGER <= number <= _LARGEST_INTEGER else float(digits)

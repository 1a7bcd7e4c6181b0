"""A plain mutator: an input changed a little, by bytes, by tokens and by lines, from a seeded chance.

In: an input, others to take parts from, the words of a format, a seeded `Random`. Out: another input, at most as long as
allowed. Guaranteed: the same arguments give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

from attrs import frozen

_TOKEN = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*|[0-9]+(?:\.[0-9]+)?|\s+|[^\sA-Za-z0-9_]")
_ODD = (
    b"0", b"-1", b"1e400", b"99999999999999999999", b"0.1", b"-0.0", b"null", b"NaN", b"true", b'""', b"{}", b"[]", b"\x00", b"\xff",
    b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\r", b"\n", b"\t", b"\\u0000", b"\\ud800", b"\xe2\x80\xae", "é".encode(), "٣".encode(),
    b"2024-02-30", b"0000-01-01", b"9999-12-31", b"0001-01-01", b"((((((((", b"{{{{{{{{", b"[[[[[[[[", b"100%", b"1 month",
)  # fmt: skip


@frozen(slots=True)
class Stock:
    """What parts are taken from."""

    others: Sequence[bytes]
    words: Sequence[bytes]


def mutated(content: bytes, stock: Stock, random: Random, longest: int) -> bytes:
    """The input after one to four changes."""
    for _ in range(random.choice((1, 1, 2, 4))):
        content = random.choice(_CHANGES)(content, stock, random)[:longest]
    return content


def _tokens(content: bytes, stock: Stock, random: Random) -> bytes:
    """A token is dropped, doubled, replaced, or swapped with another."""
    tokens = _TOKEN.findall(content) or [b" "]
    at, other = random.randrange(len(tokens)), random.randrange(len(tokens))
    way = random.randrange(5)
    if way == 0:
        del tokens[at]
    elif way == 1:
        tokens.insert(at, tokens[other])
    elif way == 2:
        tokens[at], tokens[other] = tokens[other], tokens[at]
    else:
        tokens[at] = random.choice(stock.words or _ODD) if way == 3 else random.choice(_ODD)
    return b"".join(tokens)


def _lines(content: bytes, stock: Stock, random: Random) -> bytes:
    """A run of lines is dropped, doubled, or comes from another input."""
    lines = content.split(b"\n")
    first = random.randrange(len(lines))
    last = min(len(lines), first + random.choice((1, 1, 2, 5, 20)))
    way = random.randrange(3)
    if way == 0:
        del lines[first:last]
    elif way == 1:
        lines[last:last] = lines[first:last]
    elif stock.others:
        taken = random.choice(stock.others).split(b"\n")
        begin = random.randrange(len(taken))
        lines[first:last] = taken[begin : begin + random.choice((1, 2, 5, 20))]
    return b"\n".join(lines)


def _bytes(content: bytes, stock: Stock, random: Random) -> bytes:
    """Some bytes become others."""
    changed = bytearray(content or b"\0")
    for _ in range(random.choice((1, 1, 3))):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _piece(content: bytes, stock: Stock, random: Random) -> bytes:
    """Something odd, or a word of the format, stands somewhere."""
    at = random.randrange(len(content) + 1)
    piece = random.choice(_ODD) if random.random() < 0.5 or not stock.words else random.choice(stock.words)
    return content[:at] + piece * random.choice((1, 1, 1, 40)) + content[at:]


def _shortened(content: bytes, stock: Stock, random: Random) -> bytes:
    """Something is missing."""
    first = random.randrange(len(content) + 1)
    return content[:first] + content[first + random.choice((1, 4, 30, 400)) :]


_CHANGES: tuple[Callable[[bytes, Stock, Random], bytes], ...] = (
    _tokens,
    _tokens,
    _lines,
    _bytes,
    _piece,
    _shortened,
)

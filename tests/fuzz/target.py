"""What every target of the fuzzer is: a name, inputs to start from, and a way to try one input.

In: bytes. Out: nothing, or an exception, which is a finding: a target lets pass only what the project documents for bad
input (reports, and its own exceptions). Guaranteed: a target has no clock, no chance and no memory, so an input that
fails once fails again; it writes into the folder that it is given and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).resolve().parents[2]
#: So much computing one small input may take.
MOST_SECONDS = 10.0
#: What "small" is.
SMALL = 64 * 1024

Try = Callable[[bytes], None]


class TooSlow(AssertionError):
    """A small input that took too long."""


@frozen(slots=True)
class Target:
    """One thing that strangers can hand us."""

    name: str
    what: str
    seeds: Callable[[], Iterable[bytes]]
    make: Callable[[Path], Try]
    words: tuple[str, ...] = ()
    longest: int = 4096


def text_of(content: bytes) -> str:
    """An input as text, whatever its bytes are; no file could hold half a character, so no text has one."""
    return content.decode("utf-8", "replace").replace("\r\n", "\n")

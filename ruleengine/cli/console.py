"""Where words go: those for people to standard error, in colour or not, results to standard output.

Guaranteed: results and nothing else go to standard output; text that no terminal of this locale can show is
escaped and never stops a command; no colour reaches a pipe unless it was asked for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from ruleengine.diagnostics import Diagnostic
    from ruleengine.source import Source

#: The values of `--color`.
COLOR_CHOICES = ("auto", "always", "never")


def wants_color(choice: str, stream: TextIO) -> bool:
    """Whether to colour what goes to `stream`: as told; otherwise on a terminal, unless NO_COLOR is set."""
    if choice != "auto":
        return choice == "always"
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def is_terminal(stream: TextIO) -> bool:
    """Whether somebody looks at `stream`."""
    try:
        return stream.isatty()
    except (ValueError, AttributeError):  # closed, or replaced by something simpler
        return False


def terminal_width(stream: TextIO) -> int | None:
    """How many columns fit into a line of `stream`; None when nobody looks, and nothing need be cut."""
    if not is_terminal(stream):
        return None
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def say(text: str) -> None:
    """Write lines for people to standard error; if that fails there is nobody left to tell."""
    with suppress(OSError):
        _write(sys.stderr, text if text.endswith("\n") or not text else text + "\n")


def put(text: str) -> None:
    """Write a result to standard output. Raises `OutputFailed`."""
    if is_terminal(sys.stdout):
        from ruleengine.diagnostics.visible import for_terminal

        text = for_terminal(text)
    try:
        _write(sys.stdout, text)
    except BrokenPipeError:
        raise
    except OSError as error:
        from ruleengine.cli.output import OutputFailed

        raise OutputFailed("<stdout>", error) from error


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def report(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source] | None = None, color: str = "auto"
) -> None:
    """Show diagnostics on standard error."""
    if not diagnostics:
        return
    from ruleengine.report.diagnostics import text

    say(text.render(diagnostics, sources or {}, colour=wants_color(color, sys.stderr)))


def counted(number: int, word: str, plural: str = "") -> str:
    """`1 account`, `2 accounts`, `1,000 accounts`."""
    return f"{number:,} {word if number == 1 else plural or word + 's'}"

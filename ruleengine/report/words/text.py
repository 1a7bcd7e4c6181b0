"""Text in runs: plain words, names that link to where they are explained, code, bands.

In: words and what they are. Out: `Text`, which the writers of Markdown and HTML turn into markup. Guaranteed:
no run holds markup; what an author wrote is text in it and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

PLAIN, STRONG, CODE, NAME, BAND, QUIET, ANCHOR = "", "strong", "code", "name", "band", "quiet", "anchor"

#: Runs of one of these kinds that follow one another are one.
_FLOWING = (PLAIN, STRONG, QUIET)


@frozen(slots=True)
class Run:
    """Some words of one kind. `target` is the anchor that a name leads to or stands at, or the tone of a band."""

    text: str
    kind: str = PLAIN
    target: str = ""


Text = tuple[Run, ...]
Part = str | Run | Text


def say(*parts: Part) -> Text:
    """All parts one after the other."""
    runs: list[Run] = []
    for part in parts:
        for run in (Run(part),) if isinstance(part, str) else (part,) if isinstance(part, Run) else part:
            last = runs[-1] if runs else None
            if last is not None and run.kind == last.kind and run.kind in _FLOWING:
                runs[-1] = Run(last.text + run.text, run.kind)
            elif run.text:
                runs.append(run)
    return tuple(runs)


def plain(text: Text) -> str:
    """The words alone."""
    return "".join(run.text for run in text)


def joined(parts: Iterable[Part], separator: Part) -> Text:
    """The parts with a separator between them."""
    runs: list[Part] = []
    for number, part in enumerate(parts):
        if number:
            runs.append(separator)
        runs.append(part)
    return say(*runs)


def listed(parts: Sequence[Part], last: str = "and") -> Text:
    """`a, b and c`."""
    if len(parts) < 2:
        return say(*parts)
    return say(joined(parts[:-1], ", "), f" {last} ", parts[-1])


def strong(text: str) -> Run:
    """Words that stand out."""
    return Run(text, STRONG)


def code(text: str) -> Run:
    """Words as they stand in a ruleset."""
    return Run(text, CODE)


def quiet(text: str) -> Run:
    """Words that stand back."""
    return Run(text, QUIET)


def capital(text: Text) -> Text:
    """`text` with a capital letter at its beginning, unless it begins with a name or with code."""
    if not text or text[0].kind not in (PLAIN, STRONG, QUIET) or not text[0].text:
        return text
    first = text[0]
    return (Run(first.text[0].upper() + first.text[1:], first.kind, first.target), *text[1:])

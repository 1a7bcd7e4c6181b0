"""A change of a ruleset in the words of the ruleset: the line as it stands, and as it would stand.

In: the sources, a place that is shown, and what replaces parts of it. Out: two texts on one line each, cut around what
differs where they are long.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from attrs import frozen

from ruleengine.source import Source, Span
from ruleengine.syntax.formatting import words

_LONGEST = 110
_AROUND = 40
_LITERAL = re.compile(r"-?\d|\"|true\b|false\b")

#: From, up to, and the text that comes to stand there, as places in the text of a file.
Edit = tuple[int, int, str]


@frozen(slots=True)
class Wording:
    """Writes changes of the files of one ruleset."""

    sources: Mapping[str, Source]

    def text(self, span: Span) -> str:
        """The words of a place."""
        source = self.sources.get(span.path)
        return "" if source is None else source.text[span.start : span.end]

    def is_literal(self, span: Span) -> bool:
        """Whether a number, a text or a flag is written at a place."""
        return _LITERAL.match(self.text(span)) is not None

    def edited(self, shown: Span, edits: Sequence[Edit]) -> tuple[str, str]:
        """What is shown, before and after some edits in it."""
        source = self.sources.get(shown.path)
        if source is None:
            return "", ""
        start = min([shown.start, *(each[0] for each in edits)])
        end = max([shown.end, *(each[1] for each in edits)])
        start, end = _with_parentheses(source.text, start, end)
        before = source.text[start:end]
        after, at = "", start
        for first, last, text in sorted(edits):
            after += source.text[at:first] + text
            at = last
        return shortened(_line(before), _line(after + source.text[at:end]))

    def replaced(self, shown: Span, inner: Span, text: str) -> tuple[str, str]:
        """The same with one place in it replaced; where it does not lie in it, only that is shown."""
        inside = shown.path == inner.path and shown.start <= inner.start and inner.end <= shown.end
        return self.edited(shown if inside else inner, [(inner.start, inner.end, text)])

    def other_band(self, span: Span, name: str, other: str) -> tuple[str, str] | None:
        """Another band in the place of one, in quotes where that is."""
        named = (
            (name, band_name(other)),
            (f"`{name}`", band_name(other)),
            (words.quoted(name), words.quoted(other)),
        )
        because = self.sign(span.start, span.end, span.path, "because")
        end = because[0] if because is not None else span.end  # a reason may be called as the band is
        found = [(self.sign(span.start, end, span.path, old), new) for old, new in named]
        places = [(*place, new) for place, new in found if place is not None]
        # A name in quotes begins before the name in it.
        return self.edited(span, [min(places)]) if places else None

    def sign(self, low: int, high: int, path: str, sign: str) -> tuple[int, int] | None:
        """Where a sign or word stands between two places of a file."""
        source = self.sources.get(path)
        if source is None:
            return None
        is_word = sign.replace("_", "").isalnum()
        pattern = rf"\b{re.escape(sign)}\b" if is_word else rf"(?<![<>=!]){re.escape(sign)}(?![=])"
        found = re.search(pattern, source.text[low:high])
        return (low + found.start(), low + found.end()) if found else None


def band_name(name: str) -> str:
    """A band as a ruleset writes it."""
    return name if words.member_name(name) == name else words.quoted(name)


def _with_parentheses(text: str, start: int, end: int) -> tuple[int, int]:
    """A place with the parentheses beside it that close or open one in it: `(a + b) / 2` begins with its `a`."""
    opened = lacking = 0
    for sign in re.findall(r"[()]", text[start:end]):
        opened += 1 if sign == "(" else -1
        lacking = max(lacking, -opened)
    for _ in range(lacking):
        start = text.rindex("(", 0, start) if text[:start].rstrip().endswith("(") else start
    for _ in range(opened + lacking):
        end = text.index(")", end) + 1 if text[end:].lstrip().startswith(")") else end
    return start, end


def _line(text: str) -> str:
    uncommented = (re.sub(r"\s#.*$", "", line) for line in text.split("\n"))
    return re.sub(r"\s+(?=\))", "", " ".join(" ".join(uncommented).split()))


def shortened(before: str, after: str) -> tuple[str, str]:
    """Two texts cut around what differs, with `…` where something was left out."""
    if max(len(before), len(after)) <= _LONGEST:
        return before, after
    same = min(len(before), len(after))
    first = next((place for place in range(same) if before[place] != after[place]), same)
    last = next(
        (place for place in range(same - first) if before[-1 - place] != after[-1 - place]), same - first
    )
    start = max(0, first - _AROUND)
    return _cut(before, start, len(before) - last + _AROUND), _cut(after, start, len(after) - last + _AROUND)


def _cut(text: str, start: int, end: int) -> str:
    inner = text[start:end]
    return ("…" if start else "") + inner + ("…" if end < len(text) else "")

"""Parse tree → syntax tree, for texts with values and for triggers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from attrs import evolve

from ruleengine.syntax import tree as t
from ruleengine.syntax.build_expressions import ExpressionBuilder, ParseToken, ParseTree

#: Text up to a brace, a doubled brace, or a value; a value may hold texts of its own.
_PART = re.compile(
    r"(?P<words>(?:[^{}\\]|\\.)+)|(?P<brace>\{\{|\}\})|\{(?P<value>(?:[^{}\"\\]|\\.|\"[^\"]*\")*)\}|(?P<odd>[{}\\])",
    re.DOTALL,
)

#: Reads `EXPRESSION [shown as percent]` that stands at an offset of the source; None after a report.
ReadPlaceholder = Callable[[int, int], "t.Placeholder | None"]


class TriggerBuilder(ExpressionBuilder):
    """Builds texts with values, and triggers."""

    read_placeholder: ReadPlaceholder

    def text_with_values(self, token: ParseToken | None) -> t.TextWithValues | None:
        """The text of a token, with the values that stand in braces."""
        if token is None:
            return None
        quotes = 3 if token.value.startswith('"""') else 1
        span = self.token_span(token)
        raw = token.value[quotes:-quotes]
        parts = tuple(self._parts(raw, self.offset + token.start_pos + quotes))
        return t.TextWithValues(raw, parts if quotes == 1 else _outdented(raw, parts), span=span)

    def _parts(self, raw: str, start: int) -> Iterator[t.Words | t.Placeholder]:
        for match in _PART.finditer(raw):
            begin, end = start + match.start(), start + match.end()
            span = self.source.span(begin, end)
            if match["value"] is not None:
                found = self.read_placeholder(begin + 1, end - 1)
                if found is not None:
                    yield found
            elif match["odd"] == "\\":
                self._backslash(begin, end)
            elif match["odd"]:
                self.diagnostics.report(
                    "RE101", span, f"this `{match['odd']}` has no partner in its text",
                    help=f"a value stands in `{{…}}`; a brace itself is written `{match['odd'] * 2}`",
                )  # fmt: skip
            else:
                yield t.Words(self._words(match, begin, end), span=span)

    def _words(self, match: re.Match[str], begin: int, end: int) -> str:
        if match["brace"]:
            return match["brace"][0]
        lines = match["words"].replace("\r\n", "\n")  # a text is the same whatever the line ends of its file
        text = _ESCAPE.sub(lambda found: self._escaped(found[1], begin, end), lines)
        joined = _HALVES.sub(lambda found: found[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
        return self.whole_signs(joined, self.source.span(begin, end))

    def _escaped(self, sign: str, begin: int, end: int) -> str:
        if len(sign) > 1:
            return chr(int(sign[1:], 16))
        if sign not in _ESCAPES:
            self._backslash(begin, end)
        return _ESCAPES.get(sign, sign)

    def _backslash(self, begin: int, end: int) -> None:
        self.diagnostics.report(
            "RE101", self.source.span(begin, end), 'a backslash in a text stands before `"`, `\\`, `n`, `t` or `u0000` only',
            help="write `\\\\` for a backslash",
        )  # fmt: skip

    # ── triggers ──

    def on_trigger(self, tree: ParseTree) -> t.Trigger:
        name, title, *statements = tree.children
        word = self.build(name)
        return t.Trigger(
            word.name, self.text(title), self.all(statements), span=self.span(tree), name_span=word.span
        )

    def on_trigger_when(self, tree: ParseTree) -> t.TriggerWhen:
        condition, because = tree.children
        return t.TriggerWhen(self.build(condition), self.text_with_values(because), span=self.span(tree))

    def on_trigger_word(self, tree: ParseTree) -> t.TriggerWord:
        key, word = tree.children
        return t.TriggerWord(key.value, self.build(word), span=self.span(tree))

    def on_trigger_text(self, tree: ParseTree) -> t.TriggerText:
        key, text = tree.children
        return t.TriggerText(key.value, self._required(text), span=self.span(tree))

    def on_due(self, tree: ParseTree) -> t.Due:
        return t.Due(self.build(tree.children[0]), span=self.span(tree))

    def on_trigger_field(self, tree: ParseTree) -> t.TriggerField:
        name, _, value, flagged = tree.children
        return t.TriggerField(
            self.build(name).name, self.build(value), flagged is not None, span=self.span(tree)
        )

    def on_placeholder(self, tree: ParseTree) -> t.Placeholder:
        value, percent = tree.children
        return t.Placeholder(self.build(value), percent is not None, span=self.span(tree))

    def _required(self, token: Any) -> t.TextWithValues:
        found = self.text_with_values(token)
        assert found is not None
        return found


def _outdented(raw: str, parts: tuple[t.Words | t.Placeholder, ...]) -> tuple[t.Words | t.Placeholder, ...]:
    """The parts of a text over several lines without its common indentation, and without its first and last line end."""
    lines = [line for line in raw.split("\n")[1:] if line.strip()]
    if not lines:
        return parts
    indent = min(len(line) - len(line.lstrip(" ")) for line in lines)
    margin = re.compile(rf"\n {{0,{indent}}}")
    found = [
        evolve(part, text=margin.sub("\n", part.text)) if isinstance(part, t.Words) else part
        for part in parts
    ]
    if isinstance(found[0], t.Words) and raw.split("\n")[0].strip() == "":
        found[0] = evolve(found[0], text=found[0].text.partition("\n")[2])
    if isinstance(found[-1], t.Words) and raw.rsplit("\n", 1)[-1].strip() == "":
        found[-1] = evolve(found[-1], text=found[-1].text.rpartition("\n")[0])
    return tuple(part for part in found if not isinstance(part, t.Words) or part.text)


_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
#: Both halves of a character, each written on its own.
_HALVES = re.compile("[\ud800-\udbff][\udc00-\udfff]")

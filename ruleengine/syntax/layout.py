"""The layout pass: which line ends end a statement, where items begin and end, which brackets belong together.

In: a source. Out: a `Layout` whose text is as long as the source's, character for character in the same place, with
comments blanked, every line end that ends a statement written `;`, and every other one blank; the list of top-level
items; the comments; and the faults of brackets and quotes. The grammar never sees a line end.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from attrs import define, field, frozen

from ruleengine.diagnostics import Diagnostic, Label
from ruleengine.limits import limits
from ruleengine.source import Source
from ruleengine.syntax.hidden import fault_of_name, hidden_signs

#: Words with which every top-level item begins.
ITEM_WORDS = frozenset(
    [
        "ruleset",
        "import",
        "bands",
        "segment",
        "let",
        "define",
        "assume",
        "table",
        "measure",
        "scorecard",
        "problem",
        "output",
        "invariant",
        "accept",
        "trigger",
        "template",
        "checklist",
        "matrix",
        "test",
    ]
)
#: At the margin these words begin an item even when a bracket before them was never closed.
_MARGIN_WORDS = ITEM_WORDS - {"accept", "let", "bands"}
#: A line that begins with one of these words goes on with the statement before it.
JOINING_WORDS = frozenset(
    ["where", "by", "and", "or", "then", "else", "because", "never", "always", "except", "default", "unless"]
)
_JOINING_SIGNS = frozenset("+*/)]")
_OPEN_ENDED = frozenset(("and", "or", "not", "=", "<", ">", "<=", ">=", "!=", "+", "-", "*", "/", ","))
_PARTNER = {"(": ")", "[": "]", "{": "}"}
_MARGIN = re.compile(rf"^(?:{'|'.join(sorted(ITEM_WORDS))})\b", re.MULTILINE)
_PARTS = "name a part of it with `let`"
#: How many signs of a token are its quotes.
_QUOTES = {"quoted": 2, "text": 2, "long": 6}
#: After so many faults of brackets and quotes the rest of a file is no text of the language.
_MOST_FAULTS = 100

_TOKEN = re.compile(
    r"""(?P<mark>\A\ufeff)|(?P<comment>\#[^\n]*)
      |(?P<long>"{3}(?:[^"\\]|\\[\s\S]|"(?!""))*"{3})
      |(?P<endless>"{3}(?:[^\n]*\n(?!\}))*[^\n]*)|(?P<text>"[^"\\\n]*(?:\\.[^"\\\n]*)*")|(?P<unclosed>"[^\n]*)|(?P<quoted>`[^`\n]*`)
      |(?P<end>\n|;)|(?P<open>[({\[])|(?P<close>[)}\]])|(?P<word>[A-Za-z_][A-Za-z0-9_]*)
      |(?P<sign>[<>!]=|[^\s])|(?P<blank>[^\S\n]+)""",
    re.VERBOSE,
)


@frozen(slots=True)
class ItemRange:
    """One top-level item: its offsets, and whether its brackets are faulty (`closers` would mend them).

    One that is nested too deeply cannot be read at all.
    """

    start: int
    end: int
    broken: bool = False
    closers: str = ""
    too_deep: bool = False


@frozen(slots=True)
class CommentRange:
    """A comment: its offsets, and whether it stands alone on its line."""

    start: int
    end: int
    alone: bool


@frozen(slots=True)
class Layout:
    """What the layout pass found."""

    text: str
    items: tuple[ItemRange, ...]
    comments: tuple[CommentRange, ...]
    diagnostics: tuple[Diagnostic, ...]


@define(slots=True)
class _Opened:
    sign: str
    offset: int
    indent: int
    statement: int  # where the statement begins that goes on behind the closing bracket


@define(slots=True)
class _Scanner:
    source: Source
    characters: list[str]
    stack: list[_Opened] = field(factory=list)
    items: list[ItemRange] = field(factory=list)
    comments: list[CommentRange] = field(factory=list)
    diagnostics: list[Diagnostic] = field(factory=list)
    item_start: int = -1
    statement_start: int = 0
    broken: bool = False
    hidden: list[int] = field(factory=list)  # the offsets of signs that cannot be seen
    endless: bool = False  # a long text that was never closed took in all that follows, brackets too
    suspect: _Opened | None = None
    pending: int = -1  # offset of the first statement end since the last token, or -1
    pending_is_line: bool = True
    previous: str = ";"
    before_previous: str = ";"
    last_end: int = 0
    nesting: int = field(factory=lambda: limits().nesting)
    longest_name: int = field(factory=lambda: limits().name_length)
    longest_text: int = field(factory=lambda: limits().text_length)

    def run(self) -> Layout:
        text, position = self.source.text, 0
        line_end = -1  # of the last report: one for each line is enough
        for offset, what in hidden_signs(text):
            self.hidden.append(offset)
            if offset < line_end:
                continue
            found = text.find("\n", offset)
            line_end = found if found >= 0 else len(text)
            self._report("RE105", offset, offset + 1, what, "remove it: what runs must be what can be seen")
        while position < len(text):
            position = self._scan(position)
        self._close_item(len(text))
        return Layout(
            "".join(self.characters), tuple(self.items), tuple(self.comments), tuple(self.diagnostics)
        )

    def _scan(self, position: int) -> int:
        """Look at the text from an offset on: all of it, or up to an item that is nested too deeply."""
        text = self.source.text
        for match in _TOKEN.finditer(text, position):
            kind = match.lastgroup or "sign"
            if kind == "blank":
                continue
            if kind == "mark":  # a byte order mark means nothing
                self._blank(match.start(), match.end())
            elif kind == "comment":
                self._comment(match.start(), match.end())
            elif kind == "end":
                self._end(match.start(), match.group())
            else:
                if kind in ("unclosed", "endless"):
                    self._unclosed_text(match.start(), match.end())
                self._token(kind, match.group(), match.start())
                self._remember(kind, match.group())
                if kind == "unclosed":
                    self._brace_of_unclosed(match.start(), match.group())
                self.last_end = match.end()
                if len(self.stack) > self.nesting:
                    return self._leave_item(match.start())
        return len(text)

    def _leave_item(self, offset: int) -> int:
        """Give up an item that is nested too deeply; where the next one begins."""
        self._report(
            "RE106", offset, offset + 1, f"brackets are nested more than {self.nesting} deep", _PARTS
        )
        following = _MARGIN.search(self.source.text, offset)
        end = following.start() if following is not None else len(self.source.text)
        self.items.append(ItemRange(self.item_start, end, broken=True, too_deep=True))
        self.stack.clear()
        self.item_start, self.broken, self.endless, self.suspect = -1, False, False, None
        self.pending, self.last_end = -1, end
        self.previous = self.before_previous = ";"
        return end

    def _remember(self, kind: str, token: str) -> None:
        """The last token, as far as it matters; after one dot every word is a plain name, also `or` and `not`."""
        member = kind == "word" and self.previous == "." and self.before_previous != "."
        self.before_previous = self.previous
        self.previous = "member" if member else '"' if kind in ("text", "long") else token

    def _report(
        self, code: str, start: int, end: int, message: str, help: str = "", label: Label | None = None
    ) -> None:
        if len(self.diagnostics) >= _MOST_FAULTS:
            return
        span = self.source.span(start, end)
        self.diagnostics.append(
            Diagnostic(code, span, message, help=help, labels=(label,) if label is not None else ())
        )

    def _blank(self, start: int, end: int) -> None:
        for offset in range(start, end):
            self.characters[offset] = " "

    def _comment(self, start: int, end: int) -> None:
        line_start = self.source.text.rfind("\n", 0, start) + 1
        alone = not self.source.text[line_start:start].removeprefix("\ufeff").strip()
        self.comments.append(CommentRange(start, end, alone))
        self._blank(start, end)

    def _end(self, offset: int, sign: str) -> None:
        self._blank(offset, offset + 1)
        if sign == ";" and self.stack and self.stack[-1].sign in "([":
            self.characters[offset] = ";"  # the parser reports it
        elif self.pending < 0:
            self.pending = offset
            self.pending_is_line = sign == "\n"
        elif sign == ";":
            self.pending_is_line = False

    def _unclosed_text(self, start: int, end: int) -> None:
        if self.source.text.startswith('"""', start):
            self._report("RE104", start, start + 3, "this text has no end", 'close it with `"""`')
            self.endless = True
        else:
            self._report(
                "RE104", start, end, "this text has no closing quote on its line", 'close it with `"`'
            )
        self.broken = True
        self._blank(start, end)
        if end - start > 1:  # an empty or longer text in its place, so that the rest can be read
            self.characters[start] = self.characters[end - 1] = '"'

    def _brace_of_unclosed(self, start: int, text: str) -> None:
        """A text that was not closed before the `{` of its item: the brace still opens."""
        written = re.sub(r"\s*#[^\"\n]*$", "", text).rstrip()
        if not self.stack and len(written) > 3 and written.endswith("{"):
            brace = start + len(written) - 1
            self._blank(brace - 1, start + len(text))
            self.characters[brace - 1 : brace + 1] = '"{'
            self._token("open", "{", brace)
            self._remember("open", "{")

    def _token(self, kind: str, token: str, offset: int) -> None:
        self._missing_brace(kind, token, offset)
        longest = self.longest_name if kind in ("word", "quoted") else self.longest_text
        if len(token) - _QUOTES.get(kind, 0) > longest:
            self._too_long(kind, offset, longest)
        elif kind == "quoted" and (fault := fault_of_name(token)):
            self._report(
                "RE105",
                offset,
                offset + len(token),
                fault,
                "write the name anew, with the letters of one script",
            )
        if self.pending >= 0:
            if self._ends_statement(kind, token, offset):
                self.statement_start = offset
                if self.stack:
                    self.characters[self.pending] = ";"
                else:
                    self._close_item(self.pending)
            self.pending = -1
        if self.item_start < 0:
            self.item_start = self.statement_start = offset
        if self.previous == "{":
            self.statement_start = offset
        if kind == "open":
            self._open(token, offset)
        elif kind == "close":
            self._close(token, offset)

    def _too_long(self, kind: str, offset: int, longest: int) -> None:
        """Report a name or a text that is longer than it may be."""
        what = "name" if kind in ("word", "quoted") else "text"
        self._report("RE106", offset, offset + 1, f"this {what} is longer than {longest:,} characters")

    def _ends_statement(self, kind: str, token: str, offset: int) -> bool:
        if self.item_start < 0:
            return False
        if self.stack and self.stack[-1].sign in "([":
            return False
        if self.previous in "({[" or token in ")}]":
            return False
        if not self.pending_is_line:
            return True
        if self.previous == ",":
            return False
        if (
            self.previous in _OPEN_ENDED
        ):  # what follows was meant only if it is indented; else something is missing
            return not self._is_indented(offset)
        if kind == "word":
            joins = token == "when" and (not self.stack or self._is_indented(offset))
            return token not in JOINING_WORDS and not joins
        return token not in _JOINING_SIGNS

    def _indent(self, offset: int) -> int:
        line_start = self.source.text.rfind("\n", 0, offset) + 1
        line = self.source.text[line_start : offset + 1]
        return len(line) - len(line.lstrip())

    def _is_indented(self, offset: int) -> bool:
        """Whether a line begins further right than the statement before it."""
        return self._indent(offset) > self._indent(self.statement_start)

    def _open(self, token: str, offset: int) -> None:
        self.stack.append(_Opened(token, offset, self._indent(offset), self.statement_start))

    def _close(self, token: str, offset: int) -> None:
        while self.stack and _PARTNER[self.stack[-1].sign] != token:
            if not any(_PARTNER[opened.sign] == token for opened in self.stack):
                break
            self._unclosed(self.stack.pop(), self.source.span(offset, offset + 1))
        if (
            self.stack
            and self.stack[-1].sign in "(["
            and token in ")]"
            and _PARTNER[self.stack[-1].sign] != token
        ):
            partner = _PARTNER[self.stack.pop().sign]
            self._report(
                "RE103",
                offset,
                offset + 1,
                f"`{token}` stands where `{partner}` belongs",
                f"write `{partner}`",
            )
            self.characters[offset] = partner
            return
        if not self.stack or _PARTNER[self.stack[-1].sign] != token:
            self._report(
                "RE103", offset, offset + 1, f"`{token}` closes nothing", "remove it, or open it before"
            )
            self.broken = self.broken or bool(self.stack)
            self._blank(offset, offset + 1)
            if not self.stack and self.item_start == offset:
                self.item_start = -1
            return
        opened = self.stack.pop()
        self.statement_start = opened.statement
        line_start = self.source.text.rfind("\n", 0, offset) + 1
        alone = not self.source.text[line_start:offset].strip()
        if token == "}" and alone and self._indent(offset) < opened.indent and self.suspect is None:
            self.suspect = opened

    def _unclosed(self, opened: _Opened, found: object = None) -> None:
        partner = _PARTNER[opened.sign]
        self.broken = True
        if self.endless:
            return
        self._report(
            "RE102",
            opened.offset,
            opened.offset + 1,
            f"this `{opened.sign}` is never closed",
            f"add `{partner}`",
        )

    def _missing_brace(self, kind: str, token: str, offset: int) -> None:
        """At an item word at the margin, all that is still open was forgotten: report it once, and go on."""
        at_margin = (
            kind == "word"
            and token in _MARGIN_WORDS
            and offset == self.source.text.rfind("\n", 0, offset) + 1
        )
        if self.stack and at_margin and self.pending >= 0 and self.previous != ",":
            self._close_item(self.pending)
            self.pending = -1

    def _close_item(self, end: int) -> None:
        closers = "".join(_PARTNER[opened.sign] for opened in reversed(self.stack))
        if self.stack:
            self._unclosed(self.suspect if self.suspect is not None else self.stack[-1])
        if self.item_start >= 0:
            last = max(end, self.last_end)
            place = bisect_left(self.hidden, self.item_start)
            broken = self.broken or (place < len(self.hidden) and self.hidden[place] < last)
            self.items.append(ItemRange(self.item_start, last, broken, closers))
        self.stack.clear()
        self.item_start, self.broken, self.endless, self.suspect = -1, False, False, None


def lay_out(source: Source) -> Layout:
    """Run the layout pass over `source`."""
    return _Scanner(source, list(source.text)).run()

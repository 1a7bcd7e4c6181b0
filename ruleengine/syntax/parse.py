"""Text → syntax tree: the only module that knows the parser library.

In: a `Source`. Out: a `File` and the reports of what could not be read. Never raises for a fault of the text. Each
top-level item is parsed alone; a statement that cannot be read is reported, blanked, and the item is read again, so
one fault gives one report and the rest of the file is still checked.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any

import orjson
from lark import Lark, Tree
from lark import __version__ as lark_version
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.grammar import Rule
from lark.lexer import TerminalDef

from ruleengine.cache_folder import cache_folder, keep, kept
from ruleengine.diagnostics import Diagnostic, Diagnostics, nearest
from ruleengine.source import Source
from ruleengine.syntax import tree as t
from ruleengine.syntax.build import StatementBuilder
from ruleengine.syntax.habits import habit_at
from ruleengine.syntax.layout import ITEM_WORDS, ItemRange, Layout, lay_out

MAX_FAULTS_PER_ITEM = 50
_LOCK = Lock()
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: Words that no bare name can be, wherever it stands.
RESERVED_WORDS = frozenset(
    ("and", "or", "not", "in", "is", "was", "if", "then", "else", "default", "contains", "within", "where", "by", "for",
     "true", "false", "na", "as_of", "because", "when", "otherwise", "gives", "never", "always", "except")
)  # fmt: skip


_OPTIONS: dict[str, Any] = {
    "parser": "lalr", "lexer": "contextual", "start": ["item", "expression", "placeholder"],
    "propagate_positions": True, "maybe_placeholders": True,
}  # fmt: skip


@lru_cache(maxsize=1)
def _parser() -> Lark:
    """The parser: from tables kept by an earlier process, or built from the grammar, which takes ten times as long."""
    grammar = files("ruleengine.syntax").joinpath("grammar.lark").read_text(encoding="utf-8")
    digest = hashlib.sha256(f"{lark_version} {sys.version_info[:2]} {grammar}".encode()).hexdigest()
    folder = cache_folder()
    entry = None if folder is None else folder / f"grammar-{digest[:32]}.json"
    if entry is not None:
        with suppress(Exception):  # whatever is wrong with the entry, the grammar is at hand
            return _from_tables(kept(entry))
    parser = Lark(grammar, **_OPTIONS)
    if entry is not None:
        data, memo = parser.memo_serialize([TerminalDef, Rule])
        keep(entry, json.dumps({"data": data, "memo": memo}).encode())
    return parser


def _from_tables(content: bytes) -> Lark:
    """The parser that was kept as data; its numbers have become texts on the way through JSON."""
    found = orjson.loads(content)
    tables = found["data"]["parser"]["parser"]
    tables["tokens"] = {int(number): name for number, name in tables["tokens"].items()}
    tables["states"] = {
        int(state): {int(token): action for token, action in actions.items()}
        for state, actions in tables["states"].items()
    }
    memo = {int(number): node for number, node in found["memo"].items()}
    load: Callable[..., Lark] = Lark._load_from_dict
    return load(found["data"], memo)


def parse(source: Source) -> tuple[t.File, list[Diagnostic]]:
    """Read a ruleset file. Items with a fault are left out of `File.items` or lack the faulty statement."""
    layout = lay_out(source)
    diagnostics = Diagnostics()
    diagnostics.extend(layout.diagnostics)
    items: list[t.Item] = []
    damaged: set[str] = set()
    unread: set[str] = set()
    skipping = False
    for item_range in layout.items:
        text = layout.text[item_range.start : item_range.end]
        skipping = skipping and not _begins_item(source, item_range, text)
        if skipping:
            damaged |= _names_in(text)
            continue
        if not item_range.broken and _lacks_brace(text):
            skipping = True
            damaged |= _names_in(text)
            _report_missing_brace(source, item_range, diagnostics)
            continue
        node, faulty, lost = _read_item(source, layout, item_range, diagnostics)
        if node is not None:
            items.append(node)
        if faulty:
            damaged |= _names_in(text)
        unread |= lost
    damaged |= unread - {item.name for item in items if isinstance(item, t.Declaration)}
    comments = tuple(
        t.Comment(source.text[c.start : c.end].rstrip(), c.alone, span=source.span(c.start, c.end))
        for c in layout.comments
    )
    whole = source.span(0, len(source.text))
    return t.File(tuple(items), comments, frozenset(damaged), span=whole), list(diagnostics)


_BLOCK_HEAD = re.compile(
    r"(ruleset|bands|table|measure|scorecard|trigger|template|checklist|matrix|test)\b[^{]*\Z"
)
_ITEM_WORD = re.compile(r"[a-z]+")


def _begins_item(source: Source, item: ItemRange, text: str) -> bool:
    """Whether an item stands at the margin and begins as items do."""
    word = _ITEM_WORD.match(text)
    return source.span(item.start, item.end).column == 1 and word is not None and word.group() in ITEM_WORDS


def _lacks_brace(text: str) -> bool:
    return _BLOCK_HEAD.match(text) is not None


def _report_missing_brace(source: Source, item: ItemRange, diagnostics: Diagnostics) -> None:
    """One report for a block whose `{` was forgotten; its lines and its `}` say nothing more."""
    place = source.span(max(item.start, item.end - 1), item.end)
    following = re.compile(r"^(?:" + "|".join(sorted(ITEM_WORDS)) + r")\b", re.MULTILINE).search(
        source.text, item.end
    )
    end = following.start() if following else len(source.text)
    diagnostics.remove(
        [report for report in diagnostics if report.code == "RE103" and item.end <= report.span.start < end]
    )
    diagnostics.report(
        "RE102",
        place,
        "a `{` is missing here: nothing opens this block",
        help="add `{` at the end of the line",
    )


def parse_expression(source: Source) -> tuple[t.Expression | None, list[Diagnostic]]:
    """Read one expression, for example a condition given on the command line."""
    layout = lay_out(source)
    diagnostics = Diagnostics()
    diagnostics.extend(layout.diagnostics)
    if diagnostics.has_errors:
        return None, list(diagnostics)
    try:
        with _LOCK:
            found = _parser().parse(layout.text, start="expression")
    except UnexpectedInput as error:
        diagnostics.add(_report(source, layout.text, 0, error))
        return None, list(diagnostics)
    node: t.Expression | None = StatementBuilder(source, 0, diagnostics).whole(found)
    return node, list(diagnostics)


def _read_item(
    source: Source, layout: Layout, item: ItemRange, diagnostics: Diagnostics
) -> tuple[t.Item | None, bool, set[str]]:
    """The node of one item, or None; whether anything in it was faulty; and the words of statements left out."""
    lost: set[str] = set()
    if item.too_deep:
        return None, True, lost
    text = layout.text[item.start : item.end] + item.closers
    faulty = item.broken
    for _ in range(MAX_FAULTS_PER_ITEM):
        try:
            with _LOCK:
                found = _parser().parse(text, start="item")
        except UnexpectedInput as error:
            if not item.broken:  # the brackets were reported; what follows from them is not
                diagnostics.add(_report(source, text, item.start, error))
            faulty = True
            start, end = _statement_around(text, _offset_of(error, text))
            remaining = _without_statement(text, start, end)
            if remaining is None:
                return None, True, lost
            lost |= _declared_by(text[start:end])
            text = remaining
        else:
            node = _build(source, item, found, diagnostics)
            return node, faulty or node is None, lost
    return None, True, lost


def _build(source: Source, item: ItemRange, found: Tree[Any], diagnostics: Diagnostics) -> t.Item | None:
    builder = StatementBuilder(source, item.start, diagnostics)
    builder.read_placeholder = lambda start, end: _read_placeholder(source, start, end, diagnostics)
    node: t.Item | None = builder.whole(found)
    return node


def _read_placeholder(source: Source, start: int, end: int, diagnostics: Diagnostics) -> t.Placeholder | None:
    """The value that stands between two braces of a text; None after a report."""
    text = source.text[start:end].replace("\n", " ")
    if not text.strip():
        place = source.span(start - 1, end + 1)
        diagnostics.report(
            "RE101", place, "there is no value between these braces", help="a brace itself is written twice"
        )
        return None
    try:
        with _LOCK:
            found = _parser().parse(text, start="placeholder")
    except UnexpectedInput as error:
        diagnostics.add(_report(source, text, start, error))
        return None
    node: t.Placeholder | None = StatementBuilder(source, start, diagnostics).whole(found)
    return node


def _offset_of(error: UnexpectedInput, text: str) -> int:
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return len(text.rstrip())
    position: int | None = error.pos_in_stream
    return position if position is not None and position >= 0 else 0


def _without_statement(text: str, start: int, end: int) -> str | None:
    """`text` with one statement blanked; None when that is the whole item."""
    if start <= 0 or not text[start:end].strip():
        return None
    keep = list(text)
    keep[start:end] = " " * (end - start)
    if end < len(text) and text[end] == ";":
        keep[end] = " "
    else:  # the last statement of its block: the separator before it goes too
        before = text.rfind(";", 0, start)
        if before >= 0 and not text[before + 1 : start].strip():
            keep[before] = " "
    return "".join(keep)


_STRUCTURE = re.compile(
    r'"{3}(?:[^"\\]|\\[\s\S]|"(?!""))*"{3}|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|`[^`\n]*`|[{}();\[\]]'
)

#: A brace that begins a record, which is a part of a statement; other braces hold statements.
_RECORD = re.compile(r"""\{\s*(?:[A-Za-z_][A-Za-z0-9_]*|`[^`\n]*`|"[^"\\\n]*(?:\\.[^"\\\n]*)*")\s*:""")


def _statement_around(text: str, offset: int) -> tuple[int, int]:
    """The offsets of the innermost statement that holds `offset`; a statement end belongs to the one it ends."""
    starts = [0]  # start of the current statement, one for each open bracket
    kinds = [""]
    for match in _STRUCTURE.finditer(text):
        sign, place = match.group()[0], match.start()
        sign = "(" if sign == "{" and _RECORD.match(text, place) else sign
        closes = sign in ")]}" and len(kinds) > 1
        if place >= offset and (sign == ";" or closes) and kinds[-1] in ("{", ""):
            return starts[-1], place
        if place >= offset and sign in "([{":
            return _skip_from(text, starts, kinds, place)
        if closes:
            kinds.pop()
            starts.pop()
        elif sign in "([{":
            kinds.append(sign)
            starts.append(match.end() if sign == "{" else starts[-1])
        elif sign == ";":
            starts[-1] = match.end()
    return starts[-1], len(text)


def _skip_from(text: str, starts: list[int], kinds: list[str], offset: int) -> tuple[int, int]:
    """The end of a statement that goes on with a bracket at `offset`, which may stand within others."""
    depth = len(kinds)
    # The depth of the statement.
    outside = max(place for place, kind in enumerate(kinds) if kind in ("{", "")) + 1
    for match in _STRUCTURE.finditer(text, offset):
        sign = match.group()[0]
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        if depth < outside or (sign == ";" and depth == outside):
            return starts[-1], match.start()
    return starts[-1], len(text)


#: Statements that begin with these words give no name to anything.
_NAMELESS = re.compile(
    r"(title|owner|description|effective|facts|calendar|bands|value|rate|points|fresh|applies|missing|baseline|cap|floor|override"
    r"|grace|rollup|score|round|borderline|weights|accept|when|due)\b"
)


def _declared_by(statement: str) -> set[str]:
    """The names that a statement may have declared that could not be read."""
    words = _WORD.findall(statement)
    return set() if _NAMELESS.match(statement.strip()) else {*words, *(word.lower() for word in words)}


def _names_in(text: str) -> set[str]:
    """What a faulty item declares, as far as it can be told: its name, and the names of its groups."""
    found = re.match(r"\s*[a-z]+\s+([A-Za-z_][A-Za-z0-9_]*)", text)
    names = {found.group(1)} if found else set()
    names |= set(re.findall(r"\b(?:group|let)\s+([A-Za-z_][A-Za-z0-9_]*)", text))
    if text.lstrip().startswith(("import", "checklist")):
        names |= set(_WORD.findall(text))
    return names


# ── Messages ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _report(source: Source, text: str, base: int, error: UnexpectedInput) -> Diagnostic:
    offset = _offset_of(error, text)
    habit = habit_at(text, offset)
    if habit is not None:
        place = source.span(base + habit.start, base + habit.end)
        return Diagnostic("RE101", place, f"unexpected `{text[habit.start : habit.end]}`", help=habit.help)
    if isinstance(error, UnexpectedToken) and error.token.type not in ("$END", "_END", "RBRACE"):
        length = max(1, len(str(error.token)))
    else:
        word = _WORD.match(text, offset)
        length = word.end() - offset if word else 1
    found = text[offset : offset + length].strip()
    span = source.span(base + offset, min(base + offset + length, len(source.text)))
    expected = _expected_words(error)
    if isinstance(error, UnexpectedCharacters) and not _usable(found[:1]):
        return Diagnostic(
            "RE105", span, f"`{_shown(found[:1])}` is no sign of the language", help=_sign_help(found[:1])
        )
    if found in ("", ";", "}", ")", "]"):
        end = len(text[:offset].rstrip())
        place = (
            span
            if found in (")", "]")
            else source.span(base + max(0, end - 1), min(base + max(1, end), len(source.text)))
        )
        what = "the statement ends too early" if found in ("", ";", "}") else f"unexpected `{found}`"
        return Diagnostic(
            "RE101", place, what, help=_interval_help(text[:offset], error) or _expectation(expected)
        )
    guess = nearest(found, expected)
    if offset == 0 or _is_item_start(text, offset):
        guess = nearest(found, ITEM_WORDS)
        expected = sorted(ITEM_WORDS)
    help_text = (
        f"did you mean `{guess[0]}`?" if guess else _expectation(expected) or _expected_kind(error, found)
    )
    accepted = _accepted(error)
    if found in RESERVED_WORDS and "QUOTED_NAME" in accepted:
        help_text = f"`{found}` is a word of the language: as a name it stands in backticks"
    elif interval_help := _interval_help(text[:offset], error):
        help_text = interval_help
    elif "_END" in accepted and not guess:
        help_text = "a statement ends at the end of its line or at `;`"
    return Diagnostic("RE101", span, f"unexpected `{_shown(found)}`", help=help_text)


def _interval_help(before: str, error: UnexpectedInput) -> str:
    """What to write where an interval was begun and does not go on; empty where none was."""
    if "DOTS" not in _accepted(error):
        return ""
    if re.search(r"\bin\s+[A-Za-z_`][\w.`]*\s*$", before):
        return "after `in` stands `(a, b)`, `a..b` or `this month`; whether a list holds something is asked with `LIST contains X`"
    return "an interval has two ends: `5..10`, `5..`, or `5..5` for a single number"


def _is_item_start(text: str, offset: int) -> bool:
    return not text[:offset].strip()


def _usable(sign: str) -> bool:
    return sign.isascii() and (sign.isalnum() or sign in '_"`#(){}[].,;:<>=!+-*/%')


def _shown(text: str) -> str:
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)


def _sign_help(sign: str) -> str:
    replacements = {
        "“": '"', "”": '"', "„": '"', "‘": '"', "’": '"', "'": '"', "–": "-", "—": "-", "−": "-", "×": "*", "÷": "/",
        "≤": "<=", "≥": ">=", "≠": "!=", "…": "..", "&": "and", "|": "or", "^": "power(x, y)",
    }  # fmt: skip
    return (
        f"write `{replacements[sign]}`"
        if sign in replacements
        else "odd names stand in backticks, text in quotes"
    )


_TERMINAL_WORDS = {
    "NAME": "a name", "TEXT": "a text in quotes", "NUMBER": "a number", "PERCENT": "a percentage", "DATE": "a date",
    "DURATION": "a duration such as `30 days`", "VERSION": "a version such as `1.0.0`", "LBRACE": "`{`", "RBRACE": "`}`",
    "LPAR": "`(`", "RPAR": "`)`", "COMMA": "`,`", "EQUALS": "`=`", "_END": "the end of the line", "DOTS": "`..`",
    "DIAGNOSTIC_CODE": "a code such as `RE401`", "COLON": "`:`",
}  # fmt: skip


def _accepted(error: UnexpectedInput) -> set[str]:
    """The terminals that could stand where the fault is."""
    for attribute in ("accepts", "expected", "allowed"):
        found = getattr(error, attribute, None)
        if found:
            return set(found)
    return set()


def _expected_kind(error: UnexpectedInput, found: str) -> str:
    """What kind of thing must stand where the fault is, where nothing else can."""
    accepted = _accepted(error)
    if accepted == {"VERSION"} and (short := re.fullmatch(r"\d+(\.\d+)?", found)):
        return f"a version has three numbers: `{found}{'.0' if short.group(1) else '.0.0'}`"
    kinds = {_TERMINAL_WORDS.get(name, "") for name in accepted - {"COLON", "COMMA"}}
    return f"here stands {kinds.pop()}" if len(kinds) == 1 and "" not in kinds else ""


def _expected_words(error: UnexpectedInput) -> list[str]:
    """The words of the language that could stand where the fault is."""
    accepted = _accepted(error)
    patterns = {terminal.name: terminal.pattern.value for terminal in _parser().terminals}
    found: set[str] = set()
    for name in accepted:
        if name in _TERMINAL_WORDS or name.startswith("$"):
            continue
        pattern = patterns.get(name, "")
        spelled = pattern.removesuffix(r"\b").replace(r"\s+", " ")
        if re.fullmatch(r"[a-z_ ]+", spelled):
            found.add(spelled)
        elif match := re.fullmatch(r"\(([a-z_ |]+)\)", spelled):
            found.update(match.group(1).split("|"))
    return sorted(found)


def _expectation(expected: list[str]) -> str:
    if not expected or len(expected) > 14:
        return ""
    quoted = [f"`{word}`" for word in expected]
    return "here could stand " + (
        " or ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else quoted[0]
    )


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        _, reports = parse(Source(argument, Path(argument).read_text(encoding="utf-8")))
        sys.stdout.write("".join(f"{report}\n" for report in reports) or f"{argument}: no faults\n")

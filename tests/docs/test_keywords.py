"""Every keyword of the grammar is in the language reference, in an example or a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

from tests.docs.examples import ROOT

_TERMINAL = re.compile(r"^_?[A-Z_]+\.[0-9]+: /(.*)/$", re.MULTILINE)
_LOOKAHEAD = re.compile(r"\(\?[=!].*")


def keywords() -> Iterator[str]:
    """The words that terminals of the grammar spell out."""
    grammar = files("ruleengine.syntax").joinpath("grammar.lark").read_text(encoding="utf-8")
    for pattern in _TERMINAL.findall(grammar):
        spelled = re.sub(r"\\[a-z]\+?|\[[^\]]*\]", " ", _LOOKAHEAD.sub("", pattern)).replace("?", "")
        yield from re.findall(r"[a-z_]{2,}", spelled)


def test_the_grammar_was_read() -> None:
    assert {"ruleset", "weighted", "mean", "borderline", "not_applicable", "fiscal"} <= set(keywords())


def test_every_keyword_is_in_the_reference() -> None:
    pages = (ROOT / "docs" / "language").glob("*.md")
    said = set(re.findall(r"[a-z_]+", "\n".join(page.read_text(encoding="utf-8") for page in pages)))
    assert sorted(set(keywords()) - said) == []

"""The same ruleset, written otherwise: formatted, its things in another order."""

from __future__ import annotations

from random import Random

from ruleengine.source import Source
from ruleengine.syntax import tree as t
from ruleengine.syntax.format import format_file
from ruleengine.syntax.parse import parse
from ruleengine.syntax.walk import walk

_OF_CARDS = (t.Group, t.MemberLine, t.Missing, t.Round, t.Grace, t.Borderline)


def formatted(file: str, text: str) -> str:
    """The text as `fmt` writes it."""
    source = Source(file, text)
    return format_file(parse(source)[0], source)


def reordered(file: str, text: str, random: Random) -> str:
    """The text with its things, and what stands in its scorecards, in another order; imports stay where they are."""
    found, _ = parse(Source(file, text))
    for card in reversed([each for each in found.items if isinstance(each, t.Scorecard)]):
        blocks = [each for each in walk(card) if isinstance(each, t.Scorecard | t.Group)]
        block = random.choice(blocks)
        text = _shuffled(text, [each for each in block.statements if isinstance(each, _OF_CARDS)], random)
    found, _ = parse(Source(file, text))
    fixed = t.Header | t.Import | t.Accept
    return _shuffled(text, [each for each in found.items if not isinstance(each, fixed)], random)


def _shuffled(text: str, nodes: list[t.Node], random: Random) -> str:
    """The text with the words of these nodes changed among them."""
    words = [text[node.span.start : node.span.end] for node in nodes]
    random.shuffle(words)
    for node, word in reversed(list(zip(nodes, words, strict=True))):
        text = text[: node.span.start] + word + text[node.span.end :]
    return text

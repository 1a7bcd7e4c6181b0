"""Every word of the language, as a name in every place where a name may stand, survives formatting."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from ruleengine.syntax import tree as t
from ruleengine.syntax.format import format_file
from tests.properties.trees import SOURCE
from tests.syntax.nodes import A, arithmetic, compare, interval, name, node, number, within, word
from tests.syntax.reading import read_file


def grammar_words() -> list[str]:
    """All words that any terminal of the grammar is made of."""
    grammar = files("ruleengine.syntax").joinpath("grammar.lark").read_text(encoding="utf-8")
    terminals = re.findall(r"^_?[A-Z_]+(?:\.\d+)?: (.*)$", grammar, re.MULTILINE)
    found = {plain for terminal in terminals for plain in re.findall(r"(?<![\\A-Za-z])[a-z_]{2,}", terminal)}
    return sorted(found)


def file_with(free: str) -> t.File:
    """A file with `free` as a name in every place that has room for a name."""
    itself = name(free)
    member = node(t.Member, itself, free)
    query = node(t.Query, "latest", free, itself, member, itself)
    ends = node(t.Interval, itself, itself, False, False)
    quoted = word(free, quoted=True)
    row = node(t.Row, node(t.BandOutcome, quoted), node(t.Is, itself, "is", (quoted,)), None)
    measure = (
        node(t.BandsUse, free),
        node(t.Let, free, query),
        node(t.Value, node(t.Call, free, (itself, member)), False),
        node(t.Rate, within(itself, ends), (row, row)),
        node(t.AppliesTo, True, (quoted,)),
        node(t.AppliesTo, False, (quoted,)),
        node(t.Fresh, itself, number("1", "day"), None),
        node(t.Limit, "cap", quoted, None, within(itself, interval("5", None)), "b"),
        node(t.Baseline, itself),
    )
    line = node(t.MemberLine, free, node(t.Weight, "3", False), True)
    card = (
        node(t.Grace, number("3", "days"), itself, (quoted,)),
        node(t.Rollup, "count", quoted),
        node(t.Weights, None, quoted, (node(t.WeightEntry, free, node(t.Weight, "1", False)),)),
        node(t.Group, free, None, None, (line, node(t.MemberLine, free, None, False))),
        line,
    )
    cells = (itself, node(t.AnyCell), compare(itself, "=", node(t.Negative, itself)))
    items = (
        node(t.Header, free, "1.0.0", (node(t.FactsSchema, free, "1"), node(t.Accept, "RE401", free, "b"))),
        node(t.Import, free, "1.0.0", (node(t.ImportedName, free, free), node(t.ImportedName, free, None))),
        node(t.BandSet, free, None, (node(t.Band, quoted, ends, number("1")), node(t.Band, quoted, None, None))),
        node(t.Segment, free, None, itself),
        node(t.Define, free, (node(t.Parameter, free, "number"), node(t.Parameter, free, None)), itself),
        node(t.Assume, (itself, member), node(t.Default, (itself, A)), "b"),
        node(t.Output, free, arithmetic("+-", itself, node(t.Computed, itself), itself), True),
        node(t.Problem, "p", node(t.Record, (node(t.RecordField, free, itself),))),
        node(t.Table, free, (node(t.Parameter, free, "date"),), "all", (node(t.TableRow, cells, itself, None),)),
        node(t.Measure, free, None, measure),
        node(t.Scorecard, free, "s", card),
    )  # fmt: skip
    made: t.File = node(t.File, items)
    return made


def test_the_words_are_found() -> None:
    assert {"measure", "latest", "computed", "never", "fiscal", "decimals", "days", "not_applicable"} <= set(
        grammar_words()
    )


@pytest.mark.parametrize("free", [*grammar_words(), "D", "_", "odd name", "é", "1st", "a.b", "#", "}"])
def test_a_word_is_a_name_in_every_place(free: str) -> None:
    file = file_with(free)
    text = format_file(file, SOURCE)
    assert read_file(text).items == file.items

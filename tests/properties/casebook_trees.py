"""Strategies that make tests of rulesets."""

from __future__ import annotations

from hypothesis import strategies as st

from ruleengine.syntax import tree as t
from tests.properties import trees
from tests.properties.trees import Strategy, maybe, node, several

days = node(t.Date, text=st.just("2024-03-01")) | node(t.Name, name=trees.names)
#: A column begins a list of names after a word, so a name there needs no more than a name anywhere.
columns = trees.name_words
atoms: Strategy[t.Expression] = st.one_of(
    node(t.Text, value=trees.texts), trees.plain_numbers, node(t.Name, name=trees.names)
)
fields = node(t.RecordField, name=trees.plain_words, value=trees.expressions)
records = node(t.Record, fields=several(fields))
changed: Strategy[t.Expression] = (
    trees.expressions | records | node(t.ListLiteral, items=several(records | trees.expressions))
)
statements = st.one_of(
    node(t.TestDay, day=days),
    node(t.TestFacts, path=trees.texts, id=maybe(atoms)),
    node(t.TestFacts, record=records),
    node(t.TestChange, path=trees.paths, value=changed),
    node(t.TestPrevious, path=trees.texts, id=maybe(atoms)),
    node(t.TestPrevious, record=records, day=maybe(days)),
    node(t.Expect, condition=trees.expressions, tolerance=maybe(trees.numbers | trees.paths)),
    node(t.ExpectProblem, text=trees.texts),
    node(t.ExpectProblem, text=maybe(trees.texts), absent=st.just(True)),
    node(
        t.Cases,
        columns=several(columns, 1),
        rows=several(node(t.CaseRow, cells=several(trees.expressions, 1))),
    ),
)
tests = node(t.Test, title=trees.texts, statements=several(statements, most=5))
files: Strategy[t.File] = node(t.File, items=several(tests, 0, 3))

"""Strategies that make checklists and matrices."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ruleengine.syntax import tree as t
from tests.properties import trees
from tests.properties.trees import Strategy, maybe, node, several

descriptions = node(t.Property, key=st.just("description"), text=trees.texts)
#: Words with which a line begins that means something else, so as a band they stand in quotes.
bands = trees.words.filter(lambda word: word.quoted or word.name not in ("owner",))
criteria = node(
    t.Criterion,
    band=bands,
    name=trees.names,
    title=maybe(trees.texts),
    condition=trees.expressions,
    unless=several(trees.name_words),
)
checklists = node(
    t.Checklist,
    name=trees.names,
    title=maybe(trees.texts),
    statements=several(st.one_of(descriptions, trees.bands_use, trees.accepts, criteria), most=5),
)


@st.composite
def spoken(draw: st.DrawFn) -> t.TextWithValues:
    """A text as written, with a value in it or without."""
    words = draw(st.sampled_from(("Expand now", "", "é {{ # }}")))
    shown = words.replace("{{", "{").replace("}}", "}")
    parts: tuple[Any, ...] = (t.Words(words, span=trees.PLACE),) if words == shown else ()
    if words and not parts:
        parts = tuple(t.Words(part, span=trees.PLACE) for part in ("é ", "{", " # ", "}"))
    return t.TextWithValues(words, parts if words else (), span=trees.PLACE)


uses = node(t.CellUse, word=maybe(trees.words))
rows = node(t.MatrixRow, value=trees.words, cells=several(uses, 1, 4))
cells = node(
    t.Cell,
    name=trees.names,
    title=maybe(trees.texts),
    statements=several(
        node(t.CellText, key=st.sampled_from(("owner", "text")), text=spoken())
        | node(t.CellField, name=trees.names, text=spoken())
    ),
)
axis_kinds = st.sampled_from(("rows", "columns", "blocks"))
matrices = node(
    t.Matrix,
    name=trees.names,
    title=maybe(trees.texts),
    statements=several(
        st.one_of(
            descriptions,
            trees.accepts,
            node(t.Axis, kind=axis_kinds, subject=trees.expressions, values=several(trees.words)),
            node(t.Axis, kind=axis_kinds, subject=st.none(), values=several(trees.words, 1)),
            rows,
            node(t.MatrixBlock, values=several(trees.words, 1), rows=several(rows)),
            cells,
            node(t.MatrixOtherwise, cell=uses),
        ),
        most=6,
    ),
)
files: Strategy[t.File] = node(t.File, items=several(checklists | matrices, 0, 3))

"""Names that nothing uses: lets, definitions, tables, bands, imports, assumptions, measures, checklists, segments, cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ruleengine.checker.examined import Examined
from ruleengine.checker.index import walk
from ruleengine.compiler.scope import Symbol
from ruleengine.diagnostics import Diagnostic
from ruleengine.syntax import tree as t
from ruleengine.syntax.walk import bare_names
from ruleengine.syntax.walk import walk as walk_syntax
from ruleengine.tree import expressions as e

_KINDS = {"let": "value", "define": "definition", "table": "table", "bands": "band set", "import": "import"}


def unused(examined: Examined) -> Iterator[Diagnostic]:
    """RE404: a let, definition, table, band set, import or assumption that nothing uses."""
    library = _is_library(examined)
    for symbol in examined.module.symbols.values():
        if library and symbol.kind != "import":
            continue
        if symbol.kind in _KINDS and not _is_used(symbol, examined):
            what = _KINDS[symbol.kind]
            yield Diagnostic(
                "RE404", symbol.span, f"nothing uses the {what} `{symbol.name}`",
                help="remove it, or make it a result with `output`" if symbol.kind == "let" else "remove it",
            )  # fmt: skip
    for item in examined.module.file.items:
        if isinstance(item, t.Measure):
            yield from _lets_of(item)
        elif isinstance(item, t.Assume):
            yield from _assumptions(item, examined)
        elif isinstance(item, t.Matrix) and item.name not in examined.module.damaged:
            yield from _cells_of(item)


def _is_library(examined: Examined) -> bool:
    """Whether a file scores, shows and tests nothing itself: what it declares is there to be imported."""
    passive = (t.Header, t.Import, t.Let, t.Define, t.Table, t.BandSet, t.Segment, t.Assume, t.Accept)
    return not examined.module.damaged and all(
        isinstance(item, passive) for item in examined.module.file.items
    )


def measures_nowhere(examined: Examined) -> Iterator[Diagnostic]:
    """RE405: a measure is in no scorecard, and nothing else asks for it."""
    symbols = examined.module.symbols.values()
    if not any(symbol.kind == "scorecard" for symbol in symbols):
        return  # a library of measures: the rulesets that import them have the scorecards
    for symbol in symbols:
        if isinstance(symbol.node, t.Checklist) and symbol.node.criteria and not _is_used(symbol, examined):
            yield Diagnostic(
                "RE405", symbol.span, f"the checklist `{symbol.name}` is in no scorecard",
                help=f"add a line `{symbol.name}` to a scorecard",
            )  # fmt: skip
        if (
            symbol.kind == "measure"
            and not isinstance(symbol.node, t.Criterion)
            and not _is_used(symbol, examined)
            and not _rates_a_card(symbol, examined)
        ):
            yield Diagnostic(
                "RE405", symbol.span, f"the measure `{symbol.name}` is in no scorecard",
                help="add it to a scorecard, with weight 0 if it is only to be shown",
            )  # fmt: skip


def _rates_a_card(symbol: Symbol, examined: Examined) -> bool:
    """Whether a measure reads a scorecard: then it is a result on top of it, such as a letter for a score."""
    measure = examined.index.measures.get(symbol.name)
    return measure is not None and any(
        isinstance(node, e.Reference) and node.kind in ("card", "node") for node in walk(measure)
    )


def segments_nowhere(examined: Examined) -> Iterator[Diagnostic]:
    """RE406: no measure applies to a segment, no weights are for it, and no condition asks for it."""
    if _is_library(examined):
        return
    for symbol in examined.module.symbols.values():
        if symbol.kind == "segment" and not _is_used(symbol, examined):
            yield Diagnostic(
                "RE406", symbol.span, f"no measure and no weights are for the segment `{symbol.name}`",
                help="remove it, or say `applies to …`, `weights for …`",
            )  # fmt: skip


def _is_used(symbol: Symbol, examined: Examined) -> bool:
    if symbol.used or symbol.name in examined.module.damaged or symbol.name in examined.meant:
        return True
    if not examined.faulty:
        return False
    text = examined.module.source.text  # what has an error was not read to its end: any mention counts
    return len(re.findall(rf"\b{re.escape(symbol.name)}\b", text)) > 1


def _lets_of(measure: t.Measure) -> Iterator[Diagnostic]:
    mentioned = Counter(name for statement in measure.statements for name in bare_names(statement))
    for let in measure.statements:
        if isinstance(let, t.Let) and mentioned[let.name] == (let.name in bare_names(let)):
            yield Diagnostic(
                "RE404",
                let.name_span,
                f"nothing in this measure uses the value `{let.name}`",
                help="remove it",
            )


def _cells_of(matrix: t.Matrix) -> Iterator[Diagnostic]:
    used = {
        use.word.name for use in walk_syntax(matrix) if isinstance(use, t.CellUse) and use.word is not None
    }
    for cell in matrix.statements:
        if isinstance(cell, t.Cell) and cell.name not in used:
            yield Diagnostic(
                "RE404",
                cell.name_span,
                f"no row of this matrix gives the cell `{cell.name}`",
                help="remove it",
            )


def _assumptions(item: t.Assume, examined: Examined) -> Iterator[Diagnostic]:
    if examined.faulty:
        return
    read = {
        node.path
        for node in walk(examined.index.program)
        if isinstance(node, e.Fact) and examined.index.is_here(node.span)
    }
    for path in item.paths:
        names = _names(path)
        if not any(found[: len(names)] == names or names[: len(found)] == found for found in read):
            yield Diagnostic(
                "RE404", path.span, f"nothing reads `{'.'.join(names)}`, so the assumption has no effect",
                help="remove it from the assumption",
            )  # fmt: skip


def _names(node: t.Expression) -> tuple[str, ...]:
    names: list[str] = []
    while isinstance(node, t.Member):
        names.append(node.name)
        node = node.base
    if isinstance(node, t.Name) and not (node.name == "facts" and names):
        names.append(node.name)
    return tuple(reversed(names))

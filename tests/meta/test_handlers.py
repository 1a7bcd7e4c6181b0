"""Every node has its handler in every reader of its tree."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from types import ModuleType

import attrs

from ruleengine.compiler.cards import Cards
from ruleengine.evaluator import generate
from ruleengine.evaluator.generate import ProgramWriter
from ruleengine.syntax import tree as t
from ruleengine.tree import actions, data, expressions, ruleset
from tests.meta.test_formatter_complete import every_kind_of

ROOT = Path(__file__).resolve().parents[2]
#: Expressions that stand only inside others, which compile them.
INSIDE_OTHERS: dict[type[t.Node], str] = {
    t.Interval: "what stands after `in` and `linear`",
}

#: Nodes that a reader meets only in a field of another one, by that field.
OF_SYNTAX = {
    "Branch": "branches", "NaOutcome": "outcome", "Parameter": "parameters", "RecordField": "fields", "Row": "rows",
    "WeightEntry": "entries",
}  # fmt: skip
OF_EVALUATION = {
    "Band": "bands", "TableRow": "rows", "Row": "rows", "RateBlock": "rates", "Applies": "applies", "Column": "columns",
    "Limit": "limits", "Fresh": "fresh", "Alternative": "alternatives", "TriggerField": "fields", "CellText": "texts",
    "MatrixCell": "cells", "MatrixRow": "rows",
}  # fmt: skip


def met_in(field: str | None, text: str) -> bool:
    """Whether a program text reads a field of that name."""
    return field is not None and re.search(rf"\w\.{field}\b", text) is not None


def text_of(folder: str) -> str:
    """The program text in a folder."""
    return "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "ruleengine" / folder).rglob("*.py"))
    )


def nodes_of(module: ModuleType) -> list[type]:
    """The classes that a module declares."""
    return [
        found
        for _, found in inspect.getmembers(module, inspect.isclass)
        if found.__module__ == module.__name__
    ]


def test_the_compiler_handles_every_expression() -> None:
    kinds = every_kind_of(t.Expression) - set(INSIDE_OTHERS)
    assert [kind.__name__ for kind in kinds if not hasattr(Cards, f"_on_{kind.__name__.lower()}")] == []
    assert [kind.__name__ for kind in INSIDE_OTHERS if hasattr(Cards, f"_on_{kind.__name__.lower()}")] == []


def test_the_compiler_knows_every_node_of_the_syntax_tree() -> None:
    text = text_of("compiler") + text_of("casebook")
    named = {*re.findall(r"\bt\.([A-Z]\w+)", text), *re.findall(r"_on_([a-z]+)", text)}
    kinds = {kind.__name__ for kind in every_kind_of(t.Node)} - {"Comment", "File"}
    unknown = {kind for kind in kinds if not {kind, kind.lower()} & named}
    assert sorted(kind for kind in unknown if not met_in(OF_SYNTAX.get(kind), text)) == []


def test_the_generator_handles_every_expression() -> None:
    kinds = [kind for kind in nodes_of(expressions) if issubclass(kind, expressions.Expression)]
    kinds.remove(expressions.Expression)
    assert len(kinds) > 20
    assert [
        kind.__name__ for kind in kinds if not hasattr(ProgramWriter, f"_on_{kind.__name__.lower()}")
    ] == []


def test_the_generator_knows_every_node_of_the_evaluation_tree() -> None:
    text = text_of("evaluator")
    named = set(re.findall(r"\b[re]\.([A-Z]\w+)", text))
    kinds = {kind.__name__ for module in (actions, ruleset) for kind in nodes_of(module) if attrs.has(kind)}
    assert sorted(kind for kind in kinds - named if not met_in(OF_EVALUATION.get(kind), text)) == []


def test_no_two_parts_of_the_evaluator_offer_one_name_to_generated_programs() -> None:
    offered = [found for name, found in vars(generate).items() if name.endswith("_GLOBALS")]
    assert len(offered) > 1
    assert sum(map(len, offered)) == len({name for part in offered for name in part})
    assert set(generate.GLOBALS) >= {name for part in offered for name in part}


def test_every_node_of_the_evaluation_tree_can_be_kept() -> None:
    kinds = {
        kind for module in (expressions, actions, ruleset) for kind in nodes_of(module) if attrs.has(kind)
    }
    assert kinds <= set(data._CLASSES)

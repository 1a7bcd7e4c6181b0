"""Triggers, and texts with values in them, as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from ruleengine.syntax import tree

Print = Callable[[tree.Expression], str]


def raw_text(parts: Iterable[tree.Words | tree.Placeholder], expression: Print) -> str:
    """What stands between the quotes of a text with values."""
    return "".join(_part(each, expression) for each in parts)


def _part(part: tree.Words | tree.Placeholder, expression: Print) -> str:
    if isinstance(part, tree.Placeholder):
        return "{" + expression(part.value) + (" shown as percent" if part.percent else "") + "}"
    return json.dumps(part.text, ensure_ascii=False)[1:-1].replace("{", "{{").replace("}", "}}")


def trigger_lines(item: tree.Trigger, expression: Print) -> list[str]:
    """The statements of a trigger."""
    return [_statement(each, expression) for each in item.statements]


def _statement(node: tree.TriggerStatement, expression: Print) -> str:
    match node:
        case tree.TriggerWhen():
            because = f' because "{node.because.raw}"' if node.because else ""
            return f"when {expression(node.condition)}{because}"
        case tree.TriggerWord():
            return f"{node.key} {node.word.name}"
        case tree.TriggerText():
            return f'{node.key} "{node.text.raw}"'
        case tree.Due():
            return f"due {expression(node.date)}"
        case tree.TriggerField():
            flagged = ", flagged until changed" if node.flagged else ""
            return f"field {node.name} = {expression(node.value)}{flagged}"
    raise NotImplementedError(type(node).__name__)

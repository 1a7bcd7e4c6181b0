"""The evaluation tree as indented text, for people."""

from __future__ import annotations

from typing import Any

import attrs

from ruleengine.source import Span
from ruleengine.tree.ruleset import Program
from ruleengine.values import Field, Type

_PLAIN = (str, int, float, bool, type(None))


def tree_text(program: Program) -> str:
    """One line a node: its class, its plain parts, its type and its line."""
    lines: list[str] = []
    stack: list[tuple[Any, int, str]] = [(program, 0, "")]
    while stack:
        node, depth, label = stack.pop()
        prefix = "  " * depth + (f"{label}: " if label else "")
        below: list[tuple[Any, int, str]] = []
        parts = []
        for field in attrs.fields(type(node)):
            value = getattr(node, field.name)
            if isinstance(value, Span):
                continue
            if isinstance(value, Type):
                parts.append(f"→ {value}")
            elif isinstance(value, Field):
                continue
            elif isinstance(value, _PLAIN):
                if value not in (None, "", False):
                    parts.append(f"{field.name}={value!r}")
            elif isinstance(value, tuple):
                if value and all(isinstance(item, _PLAIN) for item in value):
                    parts.append(f"{field.name}={value!r}")
                below.extend(
                    (item, depth + 1, field.name)
                    for item in value
                    if attrs.has(type(item)) and not isinstance(item, Type | Field)
                )
            else:
                below.append((value, depth + 1, field.name))
        span = getattr(node, "span", None)
        place = f"  [line {span.line}]" if isinstance(span, Span) else ""
        lines.append(f"{prefix}{type(node).__name__} {' '.join(parts)}{place}".rstrip())
        stack.extend(reversed(below))
    return "\n".join(lines) + "\n"

"""The expressions of GitHub's workflow files, `${{ … }}`, as far as the files here use them.

In: a text and what its names stand for, nested mappings by dots. Out: the text with every expression replaced, or whether a
condition holds. A name that nothing is known of is empty, as there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_TOKEN = re.compile(r"\s*(&&|\|\||==|!=|[!()]|'(?:[^']|'')*'|[A-Za-z_][\w.-]*)\s*")
STATUS_FUNCTIONS = ("success", "failure", "always", "cancelled")


def expand(text: str, context: Mapping[str, Any]) -> str:
    """The text with its expressions replaced."""
    return _EXPRESSION.sub(lambda match: _as_text(_Reader(match.group(1), context).read()), text)


def holds(condition: str | None, context: Mapping[str, Any]) -> bool:
    """Whether a step with this `if` runs: without a function about the status, only when no step has failed."""
    text = (condition or "").strip().removeprefix("${{").removesuffix("}}")
    held = not text or bool(_Reader(text, context).read())
    asks_for_status = any(f"{name}()" in text for name in STATUS_FUNCTIONS)
    return held and (asks_for_status or bool(context["success"]))


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Reader:
    """Reads one expression and evaluates it on the way."""

    def __init__(self, text: str, context: Mapping[str, Any]) -> None:
        self._tokens = _tokens_of(text)
        self._context = context

    def read(self) -> Any:
        value = self._either()
        assert not self._tokens, self._tokens
        return value

    def _next_is(self, token: str) -> bool:
        if self._tokens[:1] != [token]:
            return False
        self._tokens.pop(0)
        return True

    def _either(self) -> Any:
        value = self._both()
        while self._next_is("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:
        value = self._compared()
        while self._next_is("&&"):
            other = self._compared()
            value = other if value else value
        return value

    def _compared(self) -> Any:
        value = self._single()
        if self._next_is("=="):
            return value == self._single()
        return value != self._single() if self._next_is("!=") else value

    def _single(self) -> Any:
        if self._next_is("!"):
            return not self._single()
        if self._next_is("("):
            value = self._either()
            assert self._next_is(")")
            return value
        token = self._tokens.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if self._next_is("("):
            assert self._next_is(")")
            return self._status(token)
        return self._named(token)

    def _status(self, name: str) -> bool:
        assert name in STATUS_FUNCTIONS, name
        success = bool(self._context["success"])
        return {"success": success, "failure": not success, "always": True, "cancelled": False}[name]

    def _named(self, name: str) -> Any:
        value: Any = self._context
        for part in name.split("."):
            value = value.get(part, "") if isinstance(value, Mapping) else ""
        return value


def _tokens_of(text: str) -> list[str]:
    found, place, text = [], 0, text.strip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        assert match is not None, f"this expression is not understood: {text[place:]}"
        found.append(match.group(1))
        place = match.end()
    return found

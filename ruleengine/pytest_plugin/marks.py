"""`@pytest.mark.ruleset(…)` of a function, its class and its module → what the test asks for.

In: a test. Out: a `Wish`. Each argument is taken from the nearest marker that gives it, so that a module names the ruleset
and the facts once, and a test another day. Whatever is wrong is a `MarkerFault` that names the place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pytest
from attrs import frozen

from ruleengine.diagnostics import did_you_mean
from ruleengine.diagnostics.visible import visible
from ruleengine.inputs import InputError, day

_ARGUMENTS = ("as_of", "facts", "previous", "rulesets", "schemas")
_EXAMPLE = (
    '@pytest.mark.ruleset("customer_health@2.0.0", as_of="2024-03-01", facts="examples/accounts.ndjson")'
)


class Placed(Protocol):
    """A test, a class or a module."""

    name: str

    @property
    def nodeid(self) -> str:
        """Its file and its name."""


class MarkerFault(Exception):
    """A marker that cannot be used."""


@frozen(slots=True)
class Wish:
    """What a test asks for; `place` is the test, for messages. Relative paths are not resolved yet."""

    place: str
    selector: str
    as_of: date | None = None
    facts: tuple[str, ...] = ()
    previous: str | None = None
    rulesets: str | None = None
    schemas: str | None = None


def read_marks(node: pytest.Item) -> Wish:
    """What the markers of a test say together. Raises `MarkerFault`."""
    said: dict[str, Any] = {}
    for holder, mark in node.iter_markers_with_node("ruleset"):
        place = place_of(holder)
        for name, value in _arguments(mark, place).items():
            said.setdefault(name, value)
    place = place_of(node)
    if not said:
        raise MarkerFault(f"{place}: this test names no ruleset: mark it with\n  {_EXAMPLE}")
    if "selector" not in said:
        raise MarkerFault(_message(place, "no ruleset is named", f"for example {_EXAMPLE}"))
    return Wish(place, **said)


def place_of(node: Placed) -> str:
    """The file and the line of a test, a class or a module."""
    path = visible(node.nodeid.partition("::")[0])
    report = getattr(node, "reportinfo", None)
    line = report()[1] if report is not None else None
    named = f" ({visible(node.name)})" if "::" in node.nodeid else ""
    return f"{path}:{line + 1}{named}" if line is not None and named else f"{path}{named}"


def _arguments(mark: pytest.Mark, place: str) -> Mapping[str, Any]:
    """The arguments of one marker, each checked."""
    found: dict[str, Any] = {}
    if len(mark.args) > 1:
        raise MarkerFault(_message(place, "one ruleset is named, and everything else by name", _EXAMPLE))
    if mark.args:
        if not isinstance(mark.args[0], str | Path) or not str(mark.args[0]).strip():
            raise MarkerFault(
                _message(place, f"a ruleset is named by a text, and this is {_said(mark.args[0])}", _EXAMPLE)
            )
        found["selector"] = str(mark.args[0])
    for name, value in mark.kwargs.items():
        if name not in _ARGUMENTS:
            hint = did_you_mean(name, _ARGUMENTS) or "there are " + ", ".join(_ARGUMENTS)
            raise MarkerFault(_message(place, f"there is no argument `{visible(name)}`", hint))
        found[name] = _read(name, value, place)
    return found


def _read(name: str, value: Any, place: str) -> Any:
    if name == "as_of":
        try:
            return day(value)
        except InputError as error:
            raise MarkerFault(_message(place, f"as_of: {visible(str(error))}")) from None
    if name == "facts" and isinstance(value, Sequence) and not isinstance(value, str):
        paths = tuple(_path(name, each, place) for each in value)
        if paths:
            return paths
    path = _path(name, value, place)
    return (path,) if name == "facts" else path


def _path(name: str, value: Any, place: str) -> str:
    if isinstance(value, str | Path) and str(value).strip() and "\0" not in str(value):
        return str(value)
    raise MarkerFault(_message(place, f"{name}: a path is a text, and this is {_said(value)}"))


def _said(value: Any) -> str:
    return f"`{visible(repr(value)[:60])}`"


def _message(place: str, fault: str, hint: str = "") -> str:
    return f"{place}: @pytest.mark.ruleset: {fault}" + (f"\n  {hint}" if hint else "")

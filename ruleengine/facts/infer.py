"""A first draft of a fact schema from sample documents.

In: documents. Out: a JSON Schema 2020-12 as Python values, in which every guess says so in its `$comment`.
Guaranteed: the draft passes `ruleengine schema check` without an error; what the samples leave open is left
out and named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from ruleengine.facts.check import DIALECT
from ruleengine.facts.observe import Seen

_ENUM_SAMPLES, _ENUM_WORDS, _ENUM_REPEATS = 10, 8, 5
_ENUM_NAMES = frozenset(
    (
        "type",
        "status",
        "level",
        "plan",
        "tier",
        "priority",
        "kind",
        "stage",
        "state",
        "phase",
        "category",
        "region",
    )
)
_WORD = re.compile(r"[^\s.@/]{1,20}(?:[ _-][^\s.@/]{1,20}){0,2}")
_PERCENT_NAMES = frozenset(("percent", "percentage", "pct", "ratio", "rate", "share"))
_MONEY_NAMES = frozenset(("arr", "mrr", "revenue", "amount", "price", "cost", "budget", "spend"))
_COUNT_ENDINGS = frozenset(("count", "users", "seats", "licenses", "tickets"))
#: More names than this in one object are data, not fields.
_MOST_PROPERTIES = 400
_ID_NAMES = ("id", "uuid", "key", "number", "code", "name")


def infer_schema(documents: Iterable[dict[str, Any]], name: str) -> dict[str, Any]:
    """Draft the schema `name` from sample documents."""
    seen = Seen()
    for document in documents:
        seen.add(document)
    drafted = _object(seen)
    identity = _find_id(seen)
    properties: dict[str, Any] = drafted.get("properties", {})
    if identity:
        _mark_id(drafted, identity, seen)
    else:
        missing = "guess: no sample has a field that names it; say here which field does"
        taken = next(key for key in _free_names() if key not in properties)
        properties = {taken: {"type": "string", "x-id": True, "$comment": missing}, **properties}
    draft = {
        "$schema": DIALECT,
        "title": name,
        "$comment": f"drafted from {seen.kinds['object']} sample documents; check every guess",
        **drafted,
        "properties": properties or drafted["properties"],
    }
    return {key: draft[key] for key in ("$schema", "title", *draft) if key in draft}


def _free_names() -> Iterator[str]:
    """Names for an id that the samples lack, the best first."""
    yield from ("id", "record_id")
    yield from (f"record_id_{number}" for number in count(2))


def _object(seen: Seen) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    left_out: list[str] = []
    required: list[str] = []
    for name, inner in seen.properties.items():
        drafted = _node(name, inner)
        if drafted is None:
            left_out.append(name)
            continue
        properties[name] = drafted
        if inner.present == inner.chances:
            required.append(name)
    node: dict[str, Any] = {"type": "object"}
    if left_out:
        node["$comment"] = f"left out, because the samples do not show a type: {', '.join(sorted(left_out))}"
    node["properties"] = properties
    if required:
        node["required"] = required
    return node


def _node(name: str, seen: Seen) -> dict[str, Any] | None:
    """The draft of one place; None when the samples do not show what it is."""
    kind = _kind_of(seen)
    comments: list[str] = []
    fitting = (kind, "integer") if kind == "number" else (kind,)
    others = [f"{other} ({times})" for other, times in seen.kinds.items() if other not in fitting]
    if kind == "object":
        if not seen.properties or len(seen.properties) > _MOST_PROPERTIES:
            return None
        node = _object(seen)
        if not node["properties"]:
            return None
        comments = [node.pop("$comment")] if "$comment" in node else []
    elif kind == "array":
        element = _node(name, seen.element) if seen.element else None
        if element is None:
            return None
        if element.get("x-unit") == "percent 0..100":  # elements of lists have no scale of their own
            element = {key: value for key, value in element.items() if key not in ("x-unit", "$comment")}
        node = {"type": "array", "items": element}
    elif kind:
        node, comments = _scalar(name, kind, seen)
    else:
        return None
    if others:
        comments.append(f"guess: also seen as {', '.join(others)}, which will count as invalid")
    if seen.nulls:
        node["type"] = [node["type"], "null"]
        if "enum" in node:
            node["enum"] = [*node["enum"], None]
    return {**node, "$comment": "; ".join(comments)} if comments else node


def _kind_of(seen: Seen) -> str:
    """The JSON type seen most often, integers and other numbers together; empty when there was none."""
    kinds = dict(seen.kinds)
    if "number" in kinds and "integer" in kinds:
        kinds["number"] += kinds.pop("integer")
    return max(kinds, key=lambda kind: kinds[kind]) if kinds else ""


def _scalar(name: str, kind: str, seen: Seen) -> tuple[dict[str, Any], list[str]]:
    if kind in ("integer", "number"):
        return _number(name, kind, seen)
    if kind != "string":
        return {"type": kind}, []
    texts = seen.kinds["string"]
    for format_name, fitting in (("date", seen.dates), ("date-time", seen.timestamps)):
        if fitting == texts:
            return {"type": "string", "format": format_name}, [f"guess: every sample is a {format_name}"]
    if _is_choice(name, seen):
        return {"type": "string", "enum": sorted(seen.words)}, [
            f"guess: {texts} samples show only these words"
        ]
    return {"type": "string"}, []


def _is_choice(name: str, seen: Seen) -> bool:
    texts, different = seen.kinds["string"], len(seen.words)
    if seen.too_many_words or texts < _ENUM_SAMPLES or different > _ENUM_WORDS:
        return False
    if not all(_WORD.fullmatch(word) for word in seen.words):
        return False
    telling = any(word in _ENUM_NAMES for word in _parts(name))
    return texts >= different * (2 if telling else _ENUM_REPEATS)


def _parts(name: str) -> list[str]:
    """The words of a name in snake_case, kebab-case or camelCase."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [part.lower() for part in re.split(r"[^A-Za-z0-9]+", spaced) if part]


def _number(name: str, kind: str, seen: Seen) -> tuple[dict[str, Any], list[str]]:
    unit = _unit(_parts(name), kind, seen)
    node: dict[str, Any] = {"type": kind}
    if unit == "count":
        node["minimum"] = 0
    if not unit:
        return node, []
    node["x-unit"] = unit
    reason = f"guess: the unit, from the name and values from {seen.low:g} to {seen.high:g}"
    return node, [reason]


def _unit(parts: list[str], kind: str, seen: Seen) -> str:
    last = parts[-1] if parts else ""
    if _PERCENT_NAMES.intersection(parts) and seen.low >= 0:
        if seen.high <= 1:
            return "percent 0..1"
        return "percent 0..100" if seen.high <= 100 and "ratio" not in parts else ""
    if last in ("days", "months"):
        return last
    if last in ("usd", "eur", "gbp", "chf", "jpy"):
        return f"money {last.upper()}"
    if last in _MONEY_NAMES:
        return "money"
    counted = last in _COUNT_ENDINGS or parts[:2] == ["number", "of"] or parts[:1] == ["num"]
    return "count" if counted and kind == "integer" and seen.low >= 0 else ""


def _find_id(seen: Seen) -> tuple[str, ...]:
    """The path of the best guess for the id: always there, always different, and named like one."""
    candidates = [
        (_id_rank(path, inner), index, path)
        for index, (path, inner) in enumerate(_scalars(seen, ()))
        if inner.present == seen.kinds["object"] and not inner.repeated and inner.present
    ]
    if candidates:
        return min(candidates)[2]
    plain = seen.properties.get("id")
    return ("id",) if plain is not None and _kind_of(plain) in ("string", "integer") else ()


def _id_rank(path: tuple[str, ...], seen: Seen) -> tuple[int, int]:
    """Sorts candidates: names first, then texts before integers, then what lies higher in the document."""
    parts = _parts(path[-1])
    if path[-1].lower() == "id":
        return 0, len(path)
    if parts and parts[-1] in _ID_NAMES:
        return 1 + _ID_NAMES.index(parts[-1]), len(path)
    return (20 if "string" in seen.kinds else 30), len(path)


def _scalars(seen: Seen, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Seen]]:
    """Every place outside of lists that holds plain texts or integers only."""
    for name, inner in seen.properties.items():
        path = (*above, name)
        if set(inner.kinds) == {"object"} and len(inner.properties) <= _MOST_PROPERTIES:
            yield from _scalars(inner, path)
        elif set(inner.kinds) in ({"string"}, {"integer"}) and not (inner.dates or inner.timestamps):
            yield path, inner


def _mark_id(drafted: dict[str, Any], path: tuple[str, ...], seen: Seen) -> None:
    node, inner = drafted, seen
    for step in path:
        node, inner = node["properties"][step], inner.properties[step]
    kind = node["type"] if isinstance(node["type"], str) else node["type"][0]
    evidence = "some samples share one" if inner.repeated else "present and different in every sample"
    node.clear()
    node.update({"type": kind, "x-id": True, "$comment": f"guess: the id, {evidence}"})

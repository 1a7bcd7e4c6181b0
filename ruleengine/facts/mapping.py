"""From the nodes of a JSON Schema to the engine's types.

In: a schema document that is read (`Reading`). Out: `Field`s and `Type`s; beside them the ids, the hints for
examples and the reports in the reading. Guaranteed: a property that cannot be used is reported once and left
out; the rest stays.
"""

from __future__ import annotations

from typing import Any

from attrs import evolve, frozen

from ruleengine.facts.model import ELEMENT, ExampleHint, Path
from ruleengine.facts.quantity import PLAIN, Quantity, quantity_of
from ruleengine.facts.reading import Node, Reading, resolve
from ruleengine.limits import limits
from ruleengine.values import ADDRESS, DATE, FACT_LIST, FLAG, TEXT, TIMESTAMP, Field, Kind, Type

#: Types nested deeper than this are refused: no document is written so, and references could go on for long.

_TYPE_WORDS = ("object", "array", "string", "boolean", "number", "integer")


@frozen(slots=True)
class _Place:
    """Where a node belongs: its path in the documents and the references that led to it."""

    path: Path
    references: tuple[str, ...] = ()


@frozen(slots=True)
class _Typed:
    """What one node comes to."""

    type: Type
    node: Node
    quantity: Quantity = PLAIN


def map_record(reading: Reading) -> Type | None:
    """The record type of the whole document; None after a report."""
    typed = _map(reading, reading.document, "", _Place(()))
    if typed is None:
        return None
    if typed.type.kind is not Kind.RECORD:
        reading.fault(
            "/type", f"the schema describes {typed.type}, and facts are objects", 'write `"type": "object"`'
        )
        return None
    return _secret_below(typed.type) if _flagged(reading, typed.node, "x-secret") else typed.type


def _map(reading: Reading, raw: object, pointer: str, place: _Place) -> _Typed | None:
    node = resolve(reading, raw, pointer, place.references)
    if node is None:
        return None
    if len(place.path) > limits().field_depth:
        if not reading.too_deep:
            reading.fault(pointer, f"more than {limits().field_depth} levels are nested")
        reading.too_deep = True
        return None
    if "enum" in node.words or "const" in node.words:
        return _map_values(reading, node)
    kind, nullable = _kind_of(reading, node)
    node = evolve(node, nullable=node.nullable or nullable)
    if not kind:
        return None
    if kind == "object":
        return _map_object(reading, node, place)
    if kind == "array":
        return _map_list(reading, node, place)
    if kind in ("number", "integer"):
        quantity = quantity_of(reading, node, integer=kind == "integer")
        return None if quantity is None else _Typed(Type(Kind.NUMBER, quantity.unit), node, quantity)
    return _Typed(FLAG if kind == "boolean" else _text_type(node), node)


def _text_type(node: Node) -> Type:
    return {"date": DATE, "date-time": TIMESTAMP, "uri": ADDRESS}.get(str(node.words.get("format")), TEXT)


def _kind_of(reading: Reading, node: Node) -> tuple[str, bool]:
    """The one type word of a node and whether null stands beside it; an empty word after a report."""
    declared = node.words.get("type")
    if declared is None:
        for keyword, kind in (("properties", "object"), ("patternProperties", "object"), ("items", "array")):
            if keyword in node.words:
                return kind, False
        reading.fault(node.pointer, "the type is not said", "add a `type`")
        return "", False
    words = declared if isinstance(declared, list) else [declared]
    unknown = [word for word in words if word not in (*_TYPE_WORDS, "null")]
    if unknown:
        reading.fault(
            node.place("type"), f"`{unknown[0]}` is no type", f"the types are {', '.join(_TYPE_WORDS)}"
        )
        return "", False
    kinds = [word for word in dict.fromkeys(words) if word != "null"]
    if "number" in kinds:
        kinds = [word for word in kinds if word != "integer"]
    if len(kinds) != 1:
        said = " and ".join(f"`{word}`" for word in kinds) or "only `null`"
        reading.fault(
            node.place("type"),
            f"the type is {said}, and a field has one type",
            "name one type, or one beside `null`",
        )
        return "", False
    return kinds[0], "null" in words


def _map_values(reading: Reading, node: Node) -> _Typed | None:
    """`enum` and `const`: words are a choice, numbers a number between the smallest and the largest."""
    keyword = "enum" if "enum" in node.words else "const"
    listed = node.words[keyword] if keyword == "enum" else [node.words[keyword]]
    listed = listed if isinstance(listed, list) else []
    values = [value for value in listed if value is not None]
    declared = node.words.get("type")
    nullable = (
        node.nullable or len(values) < len(listed) or (isinstance(declared, list) and "null" in declared)
    )
    node = evolve(node, nullable=nullable)
    if values and all(isinstance(value, str) for value in values):
        return _Typed(Type(Kind.CHOICE, choices=tuple(dict.fromkeys(values))), node)
    if values and all(isinstance(value, bool) for value in values):
        return _Typed(FLAG, node)
    if values and all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        integer = declared != "number" and all(isinstance(value, int) for value in values)
        bounds = {"minimum": min(values), "maximum": max(values)}
        words = {**node.words, **{word: node.words.get(word, bound) for word, bound in bounds.items()}}
        origins = {**dict.fromkeys(bounds, node.origins[keyword]), **node.origins}
        node = evolve(node, words=words, origins=origins)
        quantity = quantity_of(reading, node, integer=integer)
        return None if quantity is None else _Typed(Type(Kind.NUMBER, quantity.unit), node, quantity)
    what = "lists values of several types" if values else "lists no value that can be present"
    reading.fault(node.place(keyword), f"`{keyword}` {what}", "list words only, or numbers only")
    return None


def _map_object(reading: Reading, node: Node, place: _Place) -> _Typed | None:
    properties = node.words.get("properties")
    if not isinstance(properties, dict) or not properties:
        keyword = "patternProperties" if "patternProperties" in node.words else "additionalProperties"
        reading.fault(
            node.place(keyword) if keyword in node.words else node.pointer,
            "the object names no properties, so that a ruleset could name none",
            "list what can be used under `properties`, or make it a list of objects with a name and a value",
        )
        return None
    if "patternProperties" in node.words:
        reading.note(node.place("patternProperties"), "`patternProperties` cannot be named in a ruleset")
    required = node.words.get("required")
    needed = (
        frozenset(each for each in required if isinstance(each, str))
        if isinstance(required, list)
        else frozenset()
    )
    fields = []
    for name, raw in properties.items():
        step = name.replace("~", "~0").replace("/", "~1")
        inner = _Place((*place.path, name), node.references)
        made = _map_field(reading, name, raw, f"{node.place('properties')}/{step}", inner)
        if made is not None:
            fields.append(evolve(made, required=name in needed))
    return _Typed(Type(Kind.RECORD, fields=tuple(fields)), node)


def _map_list(reading: Reading, node: Node, place: _Place) -> _Typed | None:
    if "prefixItems" in node.words or isinstance(node.words.get("items"), list):
        keyword = "prefixItems" if "prefixItems" in node.words else "items"
        reading.fault(
            node.place(keyword),
            "the elements of the list differ by place",
            "make it an object with named parts",
        )
        return None
    if not isinstance(node.words.get("items"), dict):
        reading.fault(
            node.place("items"), "the type of the list's elements is not said", "add `items` with a `type`"
        )
        return None
    inner = _Place((*place.path, ELEMENT), node.references)
    element = _map(reading, node.words["items"], node.place("items"), inner)
    if element is None:
        return None
    if element.quantity.scale != 1.0:
        reading.fault(
            element.node.place("x-unit"),
            "the elements of a list cannot be percents stored as 0..100",
            "store them as 0..1, or make each element an object with a field that holds the percent",
        )
        return None
    _hint(reading, element, inner.path)
    reading.elements[inner.path] = _field(reading, ELEMENT, element)
    if _flagged(reading, element.node, "x-secret"):
        node = evolve(node, words={**node.words, "x-secret": True})
    if _flagged(reading, element.node, "x-id"):
        reading.fault(
            element.node.place("x-id"), "`x-id` stands on the elements of a list", "a document has one id"
        )
    return _Typed(Type(Kind.LIST, unit=FACT_LIST, element=element.type), node)


def _map_field(reading: Reading, name: str, raw: object, pointer: str, place: _Place) -> Field | None:
    if reading.too_many_fields(pointer):
        return None
    typed = _map(reading, raw, pointer, place)
    if typed is None:
        return None
    node = typed.node
    if "x-unit" in node.words and typed.type.kind is not Kind.NUMBER:
        reading.note(node.place("x-unit"), f"`x-unit` means nothing on `{name}`, which is no number")
    if _flagged(reading, node, "x-id"):
        _take_id(reading, typed, place)
    _hint(reading, typed, place.path)
    return _field(reading, name, typed)


def _field(reading: Reading, name: str, typed: _Typed) -> Field:
    node, quantity = typed.node, typed.quantity
    secret = _flagged(reading, node, "x-secret")
    return Field(
        name,
        _secret_below(typed.type) if secret else typed.type,
        description=_said(node, "description") or _said(node, "title"),
        secret=secret,
        integer=quantity.integer,
        scale=quantity.scale,
        minimum=quantity.minimum,
        maximum=quantity.maximum,
        exclusive_minimum=quantity.exclusive_minimum,
        exclusive_maximum=quantity.exclusive_maximum,
    )


def _secret_below(of_type: Type) -> Type:
    """The type of something secret: every field below it is secret as well, so that no reader has to look above."""
    if of_type.kind is Kind.LIST and of_type.element is not None:
        return evolve(of_type, element=_secret_below(of_type.element))
    fields = (evolve(each, secret=True, type=_secret_below(each.type)) for each in of_type.fields)
    return evolve(of_type, fields=tuple(fields))


def _said(node: Node, keyword: str) -> str:
    value = node.words.get(keyword, "")
    return " ".join(value.split()) if isinstance(value, str) else ""


def _flagged(reading: Reading, node: Node, keyword: str) -> bool:
    value = node.words.get(keyword, False)
    if not isinstance(value, bool):
        reading.fault(
            node.place(keyword), f"`{keyword}` is neither true nor false", "write `true` without quotes"
        )
    return value is True


def _take_id(reading: Reading, typed: _Typed, place: _Place) -> None:
    pointer = typed.node.place("x-id")
    if ELEMENT in place.path:
        reading.fault(
            pointer, "`x-id` stands within a list", "a document has one id, so put it outside of lists"
        )
    elif not (typed.type.kind in (Kind.TEXT, Kind.CHOICE) or typed.quantity.integer):
        reading.fault(
            pointer, f"`x-id` stands on {_with_article(typed.type)}", "an id is a text or an integer"
        )
    else:
        reading.ids.append((place.path, pointer))


def _with_article(of_type: Type) -> str:
    return f"a {of_type}" if str(of_type)[:1] not in "aeiou" else f"an {of_type}"


def _hint(reading: Reading, typed: _Typed, path: Path) -> None:
    """Keep what the schema says about examples of one field."""
    node = typed.node
    low, high = _example_range(reading, node)
    hint = ExampleHint(low, high, nullable=node.nullable)
    at_most: Any = node.words.get("x-example-at-most")
    if at_most is not None:
        if isinstance(at_most, str) and typed.type.kind is Kind.NUMBER:
            reading.at_most.append((path, at_most, node.place("x-example-at-most")))
        else:
            reading.fault(
                node.place("x-example-at-most"),
                "`x-example-at-most` names no field for a number",
                "name a number field",
            )
    if hint != ExampleHint():
        reading.hints[path] = hint


def _example_range(reading: Reading, node: Node) -> tuple[float | None, float | None]:
    given = node.words.get("x-example-range")
    if given is None:
        return None, None
    if isinstance(given, list) and len(given) == 2 and all(type(each) in (int, float) for each in given):
        low, high = given
        if low <= high:
            return float(low), float(high)
    reading.fault(
        node.place("x-example-range"), "`x-example-range` is no pair of numbers", "write `[lowest, highest]`"
    )
    return None, None

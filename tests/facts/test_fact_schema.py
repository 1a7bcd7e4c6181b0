"""What a JSON Schema comes to as typed fields, and what is told about the parts that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ruleengine.diagnostics import Severity
from ruleengine.facts.model import (
    ELEMENT,
    ExampleHint,
    every_field,
    find_field,
    pointer_of,
    secret_pointers,
)
from ruleengine.facts.schema import load_schema, schema_from_bytes, schema_from_document
from ruleengine.values import (
    COUNT,
    DATE,
    DAYS,
    FACT_LIST,
    FLAG,
    MONEY,
    MONTHS,
    NUMBER,
    PERCENT,
    TEXT,
    TIMESTAMP,
    Field,
    Kind,
    Type,
)

from .samples import with_properties


def field_of(node: Any, **definitions: Any) -> Field:
    """The field that one property comes to, when there is nothing to report."""
    document = {**with_properties(x=node), "$defs": definitions}
    schema, reports = schema_from_document(document, name="t", version="1")
    assert schema is not None
    assert [str(report) for report in reports] == []
    found = find_field(schema.root, ("x",))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"type": "string"}, TEXT),
        ({"type": "string", "format": "email"}, TEXT),
        ({"type": "string", "format": "date"}, DATE),
        ({"type": "string", "format": "date-time"}, TIMESTAMP),
        ({"type": "boolean"}, FLAG),
        ({"const": True}, FLAG),
        ({"type": "number"}, NUMBER),
        ({"type": "integer"}, NUMBER),
        ({"type": ["integer", "number"]}, NUMBER),
        ({"type": ["string", "null"]}, TEXT),
        ({"oneOf": [{"type": "null"}, {"type": "boolean"}]}, FLAG),
        ({"anyOf": [{"type": "string", "format": "date"}, {"const": None}]}, DATE),
        ({"type": "string", "enum": ["b", "a"]}, Type(Kind.CHOICE, choices=("b", "a"))),
        ({"enum": ["a", None, "a"]}, Type(Kind.CHOICE, choices=("a",))),
        ({"const": "only"}, Type(Kind.CHOICE, choices=("only",))),
        ({"oneOf": [{"const": "a", "title": "A"}, {"const": "b"}]}, Type(Kind.CHOICE, choices=("a", "b"))),
        ({"type": "array", "items": {"type": "boolean"}}, Type(Kind.LIST, unit=FACT_LIST, element=FLAG)),
        ({"type": "number", "x-unit": "percent 0..1"}, PERCENT),
        ({"type": "number", "x-unit": "percent 0..100"}, PERCENT),
        ({"type": "number", "x-unit": "percent", "maximum": 1}, PERCENT),
        ({"type": "number", "x-unit": "days"}, DAYS),
        ({"type": "number", "x-unit": "months"}, MONTHS),
        ({"type": "number", "x-unit": "count"}, COUNT),
        ({"type": "number", "x-unit": "money"}, MONEY),
        ({"type": "number", "x-unit": "money CHF"}, Type(Kind.NUMBER, "money CHF")),
        ({"allOf": [{"type": "string"}], "description": "d"}, TEXT),
    ],
)
def test_the_type_of_a_property(node: Any, expected: Type) -> None:
    assert field_of(node).type == expected


def test_a_record_keeps_the_order_and_marks_what_is_required() -> None:
    node = {
        "type": "object",
        "required": ["b"],
        "properties": {"b": {"type": "string", "description": "two\n words"}, "a": {"type": "boolean"}},
    }
    record = field_of(node).type
    assert [each.name for each in record.fields] == ["b", "a"]
    assert [each.required for each in record.fields] == [True, False]
    assert record.fields[0].description == "two words"


@pytest.mark.parametrize(
    ("unit", "maximum", "scale"),
    [
        ("percent 0..1", None, 1.0),
        ("percent 0..100", None, 0.01),
        ("percent", 1, 1.0),
        ("percent", 100, 0.01),
        ("percent", 100.0, 0.01),
    ],
)
def test_how_a_percent_is_stored(unit: str, maximum: float | None, scale: float) -> None:
    node: dict[str, Any] = {"type": "number", "x-unit": unit}
    if maximum is not None:
        node["maximum"] = maximum
    assert field_of(node).scale == scale


def test_bounds() -> None:
    found = field_of(
        {"type": "integer", "minimum": 0, "exclusiveMinimum": 0, "maximum": 10, "exclusiveMaximum": 12}
    )
    assert (found.minimum, found.exclusive_minimum) == (0.0, True)
    assert (found.maximum, found.exclusive_maximum) == (10.0, False)
    assert found.integer


def test_an_enumeration_of_integers_is_a_number_between_them() -> None:
    found = field_of({"enum": [3, 1, 2, None]})
    assert found.type == NUMBER
    assert (found.minimum, found.maximum, found.integer) == (1.0, 3.0, True)


def test_a_reference_is_followed_and_what_stands_beside_it_wins() -> None:
    share = {"type": "number", "x-unit": "percent 0..1", "description": "far", "minimum": 0}
    found = field_of({"$ref": "#/$defs/share", "description": "near"}, share=share)
    assert (found.type, found.description, found.minimum) == (PERCENT, "near", 0.0)


def test_a_reference_through_a_pointer_with_escapes() -> None:
    assert field_of({"$ref": "#/$defs/a~1b~0c"}, **{"a/b~c": {"type": "boolean"}}).type == FLAG


def test_the_same_definition_may_be_used_twice_along_one_path_in_different_places() -> None:
    day = {"type": "string", "format": "date"}
    node = {"type": "object", "properties": {"from": {"$ref": "#/$defs/day"}, "to": {"$ref": "#/$defs/day"}}}
    assert [each.type for each in field_of(node, day=day).type.fields] == [DATE, DATE]


@pytest.mark.parametrize(
    ("node", "place", "words"),
    [
        ({"oneOf": [{"type": "string"}, {"type": "number"}]}, "/oneOf", "`oneOf` allows 2 types"),
        ({"type": ["string", "number"]}, "/type", "the type is `string` and `number`"),
        ({"type": "null"}, "/type", "only `null`"),
        ({"type": "text"}, "/type", "`text` is no type"),
        ({"description": "what"}, "", "the type is not said"),
        (True, "", "says `anything`"),
        ({"type": "array"}, "/items", "type of the list's elements is not said"),
        ({"type": "array", "prefixItems": [{"type": "string"}]}, "/prefixItems", "differ by place"),
        ({"type": "array", "items": [{"type": "string"}]}, "/items", "differ by place"),
        ({"type": "object"}, "", "names no properties"),
        (
            {"type": "object", "additionalProperties": {"type": "number"}},
            "/additionalProperties",
            "no properties",
        ),
        (
            {"type": "object", "patternProperties": {"^a": {"type": "number"}}},
            "/patternProperties",
            "no properties",
        ),
        ({"$ref": "https://example.org/other"}, "/$ref", "leads out of this file"),
        ({"$ref": "#/$defs/nothing"}, "/$ref", "leads nowhere"),
        ({"$dynamicRef": "#a"}, "/$dynamicRef", "cannot be followed"),
        ({"type": "number", "x-unit": "percent"}, "/x-unit", "does not say how the number is stored"),
        ({"type": "number", "x-unit": "percent", "maximum": 50}, "/x-unit", "does not say how"),
        ({"type": "number", "x-unit": "money dollars"}, "/x-unit", "names no currency"),
        (
            {"type": "number", "minimum": 2, "maximum": 1},
            "/minimum",
            "the minimum 2 lies above the maximum 1",
        ),
        ({"enum": ["a", 1]}, "/enum", "values of several types"),
        ({"enum": [None]}, "/enum", "no value that can be present"),
        ({"allOf": [{"type": "string"}, {"enum": ["a"]}]}, "/allOf", "joins 2 types"),
        (
            {"type": "array", "items": {"type": "number", "x-unit": "percent 0..100"}},
            "/items/x-unit",
            "cannot be percents stored as 0..100",
        ),
    ],
)
def test_what_cannot_be_used_is_reported_and_left_out(node: Any, place: str, words: str) -> None:
    document = with_properties(x=node, kept={"type": "string"})
    text = json.dumps(document, indent=2)
    schema, reports = schema_from_document(document, name="t", version="1", path="t.json", text=text)
    assert schema is not None
    assert [each.name for each in schema.root.fields] == ["id", "kept"]
    (report,) = reports
    assert (report.code, report.severity) == ("RE516", Severity.ERROR)
    assert words in report.message
    assert report.pointer == f"/properties/x{place}"
    start = text.index('"x":')
    written = text.find(f'"{place.rpartition("/")[2] or "x"}":', start)
    line = text.count("\n", 0, max(written, start)) + 1
    assert (report.span.path, report.span.line) == ("t.json", line)


def test_a_definition_that_needs_itself() -> None:
    loop = {"type": "object", "properties": {"inner": {"$ref": "#/$defs/loop"}, "kept": {"type": "string"}}}
    document = {**with_properties(x={"$ref": "#/$defs/loop"}), "$defs": {"loop": loop}}
    schema, reports = schema_from_document(document, name="t", version="1")
    assert schema is not None
    assert find_field(schema.root, ("x", "kept")) is not None
    assert find_field(schema.root, ("x", "inner")) is None
    assert ["needs itself" in report.message for report in reports] == [True]


def test_references_that_multiply_end() -> None:
    definitions: dict[str, Any] = {"d0": {"type": "string"}}
    for level in range(1, 12):
        part = {"$ref": f"#/$defs/d{level - 1}"}
        definitions[f"d{level}"] = {"type": "object", "properties": dict.fromkeys("abcdefgh", part)}
    document = {**with_properties(x={"$ref": "#/$defs/d11"}), "$defs": definitions}
    schema, reports = schema_from_document(document, name="t", version="1")
    assert schema is not None
    assert [report.message for report in reports] == ["the schema comes to more than 10,000 fields"]


def test_an_unknown_unit_is_a_note_and_a_plain_number() -> None:
    document = with_properties(x={"type": "number", "x-unit": "mmol/L"})
    schema, reports = schema_from_document(document, name="t", version="1")
    assert schema is not None
    found = find_field(schema.root, ("x",))
    assert found is not None
    assert found.type == NUMBER
    assert [report.severity for report in reports] == [Severity.NOTE]


@pytest.mark.parametrize(
    ("properties", "path", "words"),
    [
        ({"a": {"type": "string"}}, (), "no property carries `x-id`"),
        (
            {"a": {"type": "string", "x-id": True}, "b": {"type": "integer", "x-id": True}},
            ("a",),
            "`b` is a second id",
        ),
        ({"a": {"type": "number", "x-id": True}}, (), "`x-id` stands on a number"),
        ({"a": {"type": "boolean", "x-id": True}}, (), "`x-id` stands on a flag"),
        ({"a": {"type": "string", "x-id": "yes"}}, (), "`x-id` is neither true nor false"),
        (
            {
                "a": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"b": {"type": "string", "x-id": True}}},
                }
            },
            (),
            "`x-id` stands within a list",
        ),
        (
            {"a": {"type": "array", "items": {"type": "string", "x-id": True}}},
            (),
            "on the elements of a list",
        ),
    ],
)
def test_exactly_one_id(properties: Any, path: tuple[str, ...], words: str) -> None:
    schema, reports = schema_from_document(
        {"type": "object", "properties": properties}, name="t", version="1"
    )
    assert schema is not None
    assert schema.id_path == path
    (report,) = reports
    assert words in report.message
    assert report.severity is Severity.ERROR


def test_the_id_may_be_an_integer_within_a_record() -> None:
    record = {"type": "object", "properties": {"number": {"type": "integer", "x-id": True}}}
    schema, reports = schema_from_document(
        {"type": "object", "properties": {"a": record}}, name="t", version="1"
    )
    assert schema is not None
    assert reports == []
    assert schema.id_path == ("a", "number")


def test_secrets() -> None:
    contact = {"type": "object", "properties": {"e/mail": {"type": "string", "x-secret": True}}}
    document = with_properties(
        key={"type": "string", "x-secret": True},
        contacts={"type": "array", "items": contact},
        phones={"type": "array", "items": {"type": "string", "x-secret": True}},
    )
    schema, reports = schema_from_document(document, name="t", version="1")
    assert schema is not None
    assert reports == []
    assert secret_pointers(schema.root) == ("/key", "/contacts/*/e~1mail", "/phones")


def test_a_secret_that_is_no_flag_is_reported() -> None:
    document = with_properties(x={"type": "string", "x-secret": "true"})
    _, reports = schema_from_document(document, name="t", version="1")
    assert ["`x-secret` is neither true nor false" in report.message for report in reports] == [True]


def test_hints_for_examples() -> None:
    document = with_properties(
        seats={"type": "integer", "x-example-range": [5, 50]},
        used={"type": ["integer", "null"], "x-example-at-most": "seats"},
        plan={"type": "object", "properties": {"limit": {"type": "number", "x-example-at-most": "seats"}}},
        months={
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"a": {"type": "number"}, "b": {"type": "number", "x-example-at-most": "a"}},
            },
        },
    )
    schema, reports = schema_from_document(document, name="t", version="1")
    assert schema is not None
    assert reports == []
    assert schema.hints == {
        ("seats",): ExampleHint(5.0, 50.0),
        ("used",): ExampleHint(at_most=("seats",), nullable=True),
        ("plan", "limit"): ExampleHint(at_most=("seats",)),
        ("months", ELEMENT, "b"): ExampleHint(at_most=("months", ELEMENT, "a")),
    }


@pytest.mark.parametrize(
    ("node", "words"),
    [
        ({"type": "integer", "x-example-at-most": "nothing"}, "names `nothing`, which is no number here"),
        ({"type": "integer", "x-example-at-most": "x"}, "names `x`, which is no number here"),
        ({"type": "string", "x-example-at-most": "x"}, "names no field for a number"),
        ({"type": "integer", "x-example-range": [5]}, "is no pair of numbers"),
        ({"type": "integer", "x-example-range": [5, 1]}, "is no pair of numbers"),
        ({"type": "integer", "minimum": "0"}, "`minimum` is no number"),
        ({"type": "string", "x-unit": "days"}, "`x-unit` means nothing on `x`"),
    ],
)
def test_annotations_that_say_nothing(node: Any, words: str) -> None:
    schema, reports = schema_from_document(with_properties(x=node), name="t", version="1")
    assert schema is not None
    assert find_field(schema.root, ("x",)) is not None
    assert [words in report.message for report in reports] == [True]


def test_look_ups() -> None:
    element = {"type": "object", "properties": {"at": {"type": "string", "format": "date"}}}
    document = with_properties(a={"type": "object", "properties": {"b": {"type": "array", "items": element}}})
    schema, _ = schema_from_document(document, name="t", version="1")
    assert schema is not None
    assert find_field(schema.root, ()) is None
    assert find_field(schema.root, ("a", "c")) is None
    assert find_field(schema.root, ("id", "c")) is None
    assert find_field(schema.root, ("a", "b", "at")) is None
    found = find_field(schema.root, ("a", "b", ELEMENT, "at"))
    assert found is not None
    assert found.type == DATE
    assert [path for path, _ in every_field(schema.root)] == [
        ("id",),
        ("a",),
        ("a", "b"),
        ("a", "b", ELEMENT, "at"),
    ]
    assert pointer_of(("a", 0, "b/c~d")) == "/a/0/b~1c~0d"


def test_a_schema_file(tmp_path: Path) -> None:
    (tmp_path / "customer").mkdir()
    file = tmp_path / "customer" / "2.schema.json"
    file.write_bytes(
        b'\xef\xbb\xbf{"type":"object","title":"T","properties":{"id":{"type":"string","x-id":true}}}'
    )
    schema, reports = load_schema("customer", "2", tmp_path)
    assert schema is not None
    assert reports == []
    assert (schema.name, schema.version, schema.path, schema.description) == ("customer", "2", str(file), "T")
    # sha256sum of the file above
    assert schema.digest == "sha256:a101681085bf175f89cf84c63de7340aa134400909834ab4a386e78cbd910c20"


def test_a_schema_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "account").mkdir()
    (tmp_path / "account" / "1.schema.json").write_text("{}")
    for name, version, help_text in (
        ("acount", "1", "did you mean `account`?"),
        ("account", "2", "`account` has version 1"),
        ("zebra", "1", "there are account"),
    ):
        schema, (report,) = load_schema(name, version, tmp_path)
        assert schema is None
        assert (report.code, report.help) == ("RE209", help_text)
        assert report.span.path.endswith(f"{version}.schema.json")
    schema, (report,) = load_schema("account", "1", tmp_path / "none")
    assert schema is None
    assert "there is no folder" in report.help


@pytest.mark.parametrize(
    ("content", "words", "line", "column"),
    [
        (b'{"type": "object",\n "a": 1,\n "a": 2}', "the key `a` occurs twice", 3, 2),
        (b'{"type":\n object}', "a value is expected here", 2, 2),
        (b"[]", "it is a list, not an object", 1, 1),
        (b"", "there is no document", 1, 1),
        (b'{"a": "\xff"}', "no UTF-8", 1, 8),
        (b"{}", "the type is not said", 1, 1),
        (b'{"type": "string"}', "the schema describes text, and facts are objects", 1, 2),
        (b'{"type": "object", "properties": {}}', "names no properties", 1, 1),
    ],
)
def test_a_file_that_is_no_schema(content: bytes, words: str, line: int, column: int) -> None:
    schema, (report,) = schema_from_bytes(content, name="t", version="1", path="t.json")
    assert schema is None
    assert report.code == "RE516"
    assert words in report.message
    assert (report.span.line, report.span.column) == (line, column)

"""References of a fact schema that lead to odd places."""

from __future__ import annotations

from typing import Any

import pytest

from ruleengine.facts.schema import schema_from_document

DEFINITIONS: dict[str, Any] = {
    "kinds": [{"type": "string"}, {"type": "integer"}],
    "words": ["small"],
    "a/b": {"type": "boolean"},
}


def read(kind: dict[str, Any]) -> tuple[Any, list[str]]:
    """The type of a field `f`, and what is reported."""
    document = {
        "type": "object", "required": ["id"], "$defs": DEFINITIONS,
        "properties": {"id": {"type": "string", "x-id": True}, "f": kind},
    }  # fmt: skip
    schema, reports = schema_from_document(document, name="t", version="1")
    found = (
        None
        if schema is None
        else next((f.type.kind.value for f in schema.root.fields if f.name == "f"), None)
    )
    return found, [each.message for each in reports]


@pytest.mark.parametrize(
    ("reference", "kind"),
    [("#/$defs/kinds/0", "text"), ("#/$defs/kinds/1", "number"), ("#/$defs/a~1b", "flag")],
)
def test_a_reference_into_a_list_and_to_an_odd_name(reference: str, kind: str) -> None:
    assert read({"$ref": reference}) == (kind, [])


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("#/$defs/kinds/2", "the reference `#/$defs/kinds/2` leads nowhere"),
        ("#/$defs/kinds/x", "the reference `#/$defs/kinds/x` leads nowhere"),
        ("#/$defs/kinds", "the reference `#/$defs/kinds` leads to no schema"),
        ("#/$defs/words/0", "the reference `#/$defs/words/0` leads to no schema"),
    ],
)
def test_a_reference_to_no_schema(reference: str, message: str) -> None:
    _, messages = read({"$ref": reference})
    assert messages == [message]

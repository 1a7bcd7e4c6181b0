"""Drafting a schema from samples: what is seen, what is guessed, and that the draft can be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleengine.diagnostics import Severity
from ruleengine.facts.check import check_schema
from ruleengine.facts.infer import infer_schema


def infer(*documents: dict[str, Any]) -> dict[str, Any]:
    """The draft of documents to which ids are added."""
    return infer_schema(({"id": f"n{number}", **each} for number, each in enumerate(documents)), "customer")


def drafted(name: str, *values: Any) -> dict[str, Any]:
    """The draft of one property with the given values, without its comment."""
    node = dict(infer(*({name: value} for value in values))["properties"][name])
    node.pop("$comment", None)
    return node


def errors_of(folder: Path, draft: dict[str, Any]) -> list[str]:
    """What the check of the draft calls an error."""
    folder.joinpath("1.schema.json").write_text(json.dumps(draft))
    reports = check_schema(folder / "1.schema.json")
    return [str(report) for report in reports if report.severity is Severity.ERROR]


def test_a_whole_draft() -> None:
    draft = infer_schema(
        [{"id": "a", "n": 1, "x": {"on": True}}, {"id": "b", "n": None, "x": {}}], "customer"
    )
    assert draft == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "customer",
        "$comment": "drafted from 2 sample documents; check every guess",
        "type": "object",
        "properties": {
            "id": {
                "type": "string",
                "x-id": True,
                "$comment": "guess: the id, present and different in every sample",
            },
            "n": {"type": ["integer", "null"]},
            "x": {"type": "object", "properties": {"on": {"type": "boolean"}}},
        },
        "required": ["id", "x"],
    }


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2], {"type": "integer"}),
        ([1, 2.5], {"type": "number"}),
        ([1.0, None], {"type": ["number", "null"]}),
        ([True, False], {"type": "boolean"}),
        (["2026-01-31", "2024-02-29"], {"type": "string", "format": "date"}),
        (["2026-01-31", "2026-02-30"], {"type": "string"}),
        (["2026-01-31", "soon"], {"type": "string"}),
        (["2026-01-31T10:00:00Z", "2026-01-31t10:00:00.5+01:00"], {"type": "string", "format": "date-time"}),
        (["2026-01-31T10:00:00"], {"type": "string"}),
        (["2026-01-31T25:00:00Z"], {"type": "string"}),
        ([[1], [2.5], []], {"type": "array", "items": {"type": "number"}}),
        (["a", "b", 7], {"type": "string"}),
    ],
)
def test_types(values: list[Any], expected: dict[str, Any]) -> None:
    assert drafted("thing", *values) == expected


def test_a_conflict_of_types_is_named() -> None:
    node = infer({"x": "a"}, {"x": "b"}, {"x": 7})["properties"]["x"]
    assert node["type"] == "string"
    assert node["$comment"] == "guess: also seen as integer (1), which will count as invalid"


def test_a_field_that_is_sometimes_absent_is_not_required() -> None:
    draft = infer({"a": 1, "b": 1}, {"a": 2})
    assert draft["required"] == ["id", "a"]


@pytest.mark.parametrize(
    ("name", "words", "choice"),
    [
        ("support_level", ["low", "high"] * 5, True),
        ("support_level", ["low", "high"] * 4, False),  # fewer than ten samples
        ("colour", ["red", "green"] * 5, True),
        (
            "colour",
            [f"c{number}" for number in range(5)] * 2,
            False,
        ),  # seen twice each, and the name says nothing
        ("plan", [f"c{number}" for number in range(5)] * 2, True),
        ("plan", [f"c{number}" for number in range(9)] * 5, False),  # more than eight words
        ("status", ["all is well, as far as we can see today"] * 20, False),
        ("customerStatus", ["new customer", "lost"] * 6, True),
    ],
)
def test_choices_need_evidence(name: str, words: list[str], choice: bool) -> None:
    node = drafted(name, *words)
    assert node.get("enum") == (sorted(set(words)) if choice else None)


def test_a_choice_that_is_sometimes_null() -> None:
    assert drafted("plan", *["a", "b"] * 6, None) == {"type": ["string", "null"], "enum": ["a", "b", None]}


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("adoption_rate", [0.2, 1], "percent 0..1"),
        ("adoption_percent", [20, 99.5], "percent 0..100"),
        ("adoptionPercent", [20, 99.5], "percent 0..100"),
        ("current_ratio", [0.5, 3.2], None),
        ("growth_rate", [-0.1, 0.4], None),
        ("growth_rate", [5, 250], None),
        ("generated", [0.5], None),
        ("open_days", [3, 70], "days"),
        ("contract_months", [12], "months"),
        ("ticket_count", [0, 3], "count"),
        ("ticket_count", [-1, 3], None),
        ("ticket_count", [1.5], None),
        ("active_users", [10], "count"),
        ("number_of_sites", [10], "count"),
        ("arr", [1000.5], "money"),
        ("price_eur", [10], "money EUR"),
        ("height", [10], None),
    ],
)
def test_units_are_guessed_and_marked(name: str, values: list[float], expected: str | None) -> None:
    node = infer(*({name: value} for value in values))["properties"][name]
    assert node.get("x-unit") == expected
    assert ("$comment" in node) == (expected is not None)


@pytest.mark.parametrize(
    ("documents", "path"),
    [
        ([{"name": "a", "id": 7}, {"name": "b", "id": 8}], ("id",)),
        ([{"size": 1, "label": "a"}, {"size": 2, "label": "b"}], ("label",)),
        ([{"label": "a", "customer_id": 1}, {"label": "b", "customer_id": 2}], ("customer_id",)),
        ([{"label": "a", "n": 1}, {"label": "a", "n": 2}], ("n",)),
        ([{"day": "2026-01-01", "n": 1}, {"day": "2026-01-02", "n": 2}], ("n",)),
        ([{"label": "a", "in": {"id": "x"}}, {"label": "b", "in": {"id": "y"}}], ("in", "id")),
        ([{"id": "a", "n": 1}, {"id": "a", "n": 1}], ("id",)),
        ([{"n": 1.5}, {"n": 2.5}], ("id",)),
        ([{"id": [1]}, {"id": [2]}], ("record_id",)),
        ([], ("id",)),
    ],
)
def test_the_id_is_guessed(tmp_path: Path, documents: list[dict[str, Any]], path: tuple[str, ...]) -> None:
    draft = infer_schema(documents, "t")
    node = draft
    for step in path:
        node = node["properties"][step]
    assert node["x-id"] is True
    assert node["$comment"].startswith("guess: ")
    assert errors_of(tmp_path, draft) == []


def test_what_the_samples_leave_open_is_left_out_and_named(tmp_path: Path) -> None:
    many = {f"key{number}": 1 for number in range(500)}
    draft = infer({"b": None, "a": {}, "c": [], "d": [[]], "e": {"f": None}, "many": many, "g": 1})
    assert list(draft["properties"]) == ["id", "g"]
    assert draft["$comment"].endswith("left out, because the samples do not show a type: a, b, c, d, e, many")
    assert errors_of(tmp_path, draft) == []


letters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])  # what no reader lets through
names = st.text(letters, min_size=1, max_size=8) | st.sampled_from(
    ["id", "rate", "x_days", "status", "a~b/c"]
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-5, 200)
    | st.floats(0, 100)
    | st.sampled_from(["a", "b", "2026-01-01", "2026-01-01T00:00:00Z"])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(st.lists(st.dictionaries(names, values, max_size=4), max_size=6))
def test_every_draft_passes_the_check(tmp_path: Path, documents: list[dict[str, Any]]) -> None:
    assert errors_of(tmp_path, infer_schema(documents, "t")) == []

"""Accounts that are tried: the emptiest one that a schema allows, values as a document holds them, and changes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ruleengine.casebook.accounts import ABSENT, Account, Alone, New, Patch, blank, changed, plain, stored
from ruleengine.values import Field, Kind, Type

DAY = date(2024, 6, 30)
NUMBER, TEXT, FLAG = Type(Kind.NUMBER), Type(Kind.TEXT), Type(Kind.FLAG)


def record(*fields: Field) -> Type:
    """The type of a record."""
    return Type(Kind.RECORD, fields=fields)


OWNER = record(Field("name", TEXT, required=True), Field("age", NUMBER))
ROOT = record(
    Field("owner", OWNER),
    Field("people", Type(Kind.LIST, element=OWNER)),
    Field("words", Type(Kind.LIST, element=TEXT)),
)


@pytest.mark.parametrize(
    ("root", "path", "facts"),
    [
        (record(Field("id", TEXT, required=True)), ("id",), {"id": "suggested"}),
        (record(Field("id", NUMBER, required=True)), ("id",), {"id": 1}),
        (record(Field("meta", record(Field("key", TEXT)))), ("meta", "key"), {"meta": {"key": "suggested"}}),
        (record(Field("size", NUMBER, required=True, minimum=5)), (), {"size": 5}),
        (record(Field("size", NUMBER, required=True, minimum=5, exclusive_minimum=True)), (), {"size": 6}),
        (record(Field("size", NUMBER, required=True, maximum=0)), (), {"size": 0}),
        (record(Field("words", Type(Kind.LIST, element=TEXT), required=True)), (), {"words": []}),
        (record(Field("on", Type(Kind.TIMESTAMP), required=True)), (), {"on": "2024-06-30T12:00:00Z"}),
        (record(Field("is", FLAG, required=True)), (), {"is": False}),
    ],
)
def test_the_emptiest_account_holds_what_the_schema_requires(
    root: Type, path: tuple[str, ...], facts: dict[str, Any]
) -> None:
    assert blank(root, DAY, path).facts == facts


@pytest.mark.parametrize(
    ("value", "declared", "found"),
    [
        (0.25, Field("", NUMBER, scale=0.01), 25),
        (2.5, Field("", NUMBER, integer=True), None),
        (7, Field("", NUMBER, maximum=6), None),
        (6, Field("", NUMBER, maximum=6, exclusive_maximum=True), None),
        (2, Field("", NUMBER, minimum=2, exclusive_minimum=True), None),
        (1e15, Field("", NUMBER), None),
        (True, Field("", NUMBER), None),
        (739067, Field("", Type(Kind.DATE)), "2024-06-30"),
        (0, Field("", Type(Kind.DATE)), None),
        ("red", Field("", Type(Kind.CHOICE, choices=("red",))), "red"),
        ("blue", Field("", Type(Kind.CHOICE, choices=("red",))), None),
        (1, Field("", TEXT), None),
        (1, Field("", FLAG), None),
    ],
)
def test_a_value_as_the_document_holds_it(value: Any, declared: Field, found: Any) -> None:
    assert stored(value, declared) == found


def test_a_choice_without_words_is_any_word() -> None:
    assert plain(Field("", Type(Kind.CHOICE)), DAY) == "any"


NEW = New()


@pytest.mark.parametrize(
    ("patch", "facts"),
    [
        (((("owner", "age"), 3),), {"owner": {"name": "any", "age": 3}}),
        (((("owner", "age"), 3), (("owner", "name"), ABSENT)), {"owner": {"age": 3}}),
        (((("owner", "age"), ABSENT),), {}),
        ((((("people"), NEW, "age"), 3), (("people", NEW, "name"), "Eve")), {"people": [{"name": "Eve", "age": 3}]}),
        (((("words", New()), "a"), (("words", New()), "b")), {"words": ["a", "b"]}),
        (((("words", New()), "a"), (("words", NEW), Alone("b"))), {"words": ["b"]}),
        (((("words", NEW), "a"), (("words", NEW), Alone("b"))), {"words": ["a"]}),
        (((("words", 1), "b"),), {"words": [None, "b"]}),
    ],
)  # fmt: skip
def test_a_change(patch: Patch, facts: dict[str, Any]) -> None:
    before = Account({}, DAY)
    assert changed(before, patch, ROOT).facts == facts
    assert before.facts == {}


def test_what_stands_at_a_path() -> None:
    account = Account({"words": ["a"], "owner": {"name": "Eve"}}, DAY)
    assert [account.at(path) for path in (("words", 0), ("words", 1), ("owner", "name"), ("owner", 0), ("age",))] == [
        "a", None, "Eve", None, None,
    ]  # fmt: skip

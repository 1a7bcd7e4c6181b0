"""A band that comes beside another edit, and names of rows that are alike: every edit has its own name, any set of them runs."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from ruleengine.compare.account_changes import causes_of
from ruleengine.compare.accounts import AccountReader, Documents, FactsSource
from ruleengine.facts.schema import schema_from_document
from tests.compare.two_versions import BODY, TwoVersions, changed, compared

#: A band between two others: in all that is old, the band below it has another number from here on.
_ORANGE = (
    "yellow 50..<75  points 62.5\n  red     0..<50  points 25",
    "yellow 50..<75  points 62.5\n  orange 25..<50  points 40\n  red     0..<25  points 10",
)
_COLUMN = "  weights when use is na { use 0% ; voice 100% }\n"
_OVERRIDE = "  override red when mood_given is red\n"

BESIDE: dict[str, tuple[tuple[tuple[str, str], ...], list[str]]] = {
    "a row": ((("red    when < 25%", "red    when < 30%"),), ["seat_use.rate.red"]),
    "a row of the band itself": (
        (("    yellow when < 50%\n", "    orange when < 30%\n    yellow when < 50%\n"),),
        [],
    ),
    "a member that moves": (
        (("{ load 60% ; mood_given 40% }", "{ load 100% }"),
         ("{ seat_use 50% ; calling 50% }", "{ seat_use 50% ; calling 40% ; mood_given 10% }")),
        ["health.use.calling.weight", "health.use.mood_given", "health.voice.load.weight"],
    ),
    "a column": ((("use 0% ; voice 100%", "use 10% ; voice 90%"),), ["health.weights.use_is_na"]),
    "a condition of a column": (((_COLUMN, _COLUMN.replace("is na", "is red")),), ["health.weights.use_is_red"]),
    "one more override": (
        ((_OVERRIDE, "  override yellow when mood_given is yellow\n" + _OVERRIDE),), ["health.override.yellow"],
    ),
    "an override to the band": (((_OVERRIDE, _OVERRIDE.replace("override red", "override orange")),), []),
    "a value and a policy": (
        (("value tickets\n", "value tickets + 1\n"), ("  missing redistribute\n", "  missing impute 30\n")),
        ["health.missing", "load.value"],
    ),
    "a rating": ((('rate when plan = "small"', "rate when seats > 3"),), ["calling.rate"]),
}  # fmt: skip

#: The old version, and what it becomes.
_NA = BODY.replace("    red    when < 25%\n", "    na missing when < 5%\n    red    when < 25%\n")
_TWICE = BODY.replace("    red    when < 25%\n", "    red    when < 25%\n    red    when < 30%\n")
_SEATS = BODY.replace('rate when plan = "large"', "rate when seats > 20").replace(
    'rate when plan = "small"', "rate when seats > 5"
)
_POINTS = BODY.replace(
    "green  when in 1..5\n    yellow when in 6..15\n    red    when > 15\n    yellow when = 0",
    "points 5 when > 10\n    points 5 when > 8\n    linear 20..40 when in 1..5\n    points 7 otherwise",
)
NAMED: dict[str, tuple[str, tuple[tuple[str, str], ...], list[str]]] = {
    "NA": (_NA, (("< 5%", "< 6%"), ("< 25%", "< 24%")), ["seat_use.rate.missing", "seat_use.rate.red"]),
    "a band twice": (_TWICE, (("< 25%", "< 24%"), ("< 30%", "< 31%")), ["seat_use.rate.red", "seat_use.rate.red_2"]),
    "a condition of a block": (_SEATS, (("seats > 20", "seats > 15"),), ["calling.rate.when.seats_above_15"]),
    "points and lines": (
        _POINTS, (("when > 10", "when > 11"), ("when > 8", "when > 7"), ("in 1..5", "in 1..4")),
        ["load.rate.linear", "load.rate.points_5", "load.rate.points_5_2"],
    ),
    "one block less": (
        BODY, (('  rate when plan = "small" { green when <= 65 days ; red otherwise }\n', ""),), ["calling.rate"],
    ),
}  # fmt: skip


def assert_told(found: TwoVersions, expected: list[str]) -> None:
    assert sorted(found.ids) == expected
    found.check()


@pytest.mark.parametrize("name", BESIDE)
def test_a_band_that_comes_beside_another_edit(name: str, tmp_path: Path) -> None:
    changes, expected = BESIDE[name]
    assert_told(changed(tmp_path, _ORANGE, *changes), ["bands.rag", *expected])


@pytest.mark.parametrize("name", NAMED)
def test_rows_that_are_alike_have_names_of_their_own(name: str, tmp_path: Path) -> None:
    old, changes, expected = NAMED[name]
    new = old
    for before, after in changes:
        assert before in new
        new = new.replace(before, after)
    assert_told(compared(tmp_path, old, new), expected)


def test_a_zone_is_of_the_version_that_is_chosen(tmp_path: Path) -> None:
    head = 'ruleset demo VERSION {\n  facts thing 1\n  calendar zone "ZONE"\n}\n'
    body = "measure m { value tickets ; points value }\nscorecard s { m }\n"
    found = compared(tmp_path, body, body, head.replace("ZONE", "UTC"), head.replace("ZONE", "Europe/Berlin"))
    assert found.hybrids.program(frozenset()).zone == "UTC"
    assert found.hybrids.program(frozenset(found.ids)).zone == "Europe/Berlin"
    found.check()


# ── what accounts come from, and what moves them ──


@pytest.mark.parametrize(
    ("source", "given", "joined"),
    [
        (FactsSource(), False, False),
        (FactsSource(both=("a.ndjson",)), True, False),
        (FactsSource(old=("a.ndjson",)), True, True),
        (FactsSource(new=("a.ndjson",)), True, True),
        (FactsSource(generated=1), True, False),
    ],
)  # fmt: skip
def test_where_accounts_come_from(source: FactsSource, given: bool, joined: bool) -> None:
    assert (source.given, source.joined) == (given, joined)


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (0, None), (1, "1 day passed"), (2, "2 days passed"), (-1, "the date is 1 day earlier"), (1000, "1,000 days passed"),
        (-31, "the date is 31 days earlier"),
    ],
)  # fmt: skip
def test_time_is_a_cause_where_it_passed(days: int, told: str | None) -> None:
    start = date(2024, 6, 30)
    found = causes_of(["usage"], (start, start + timedelta(days)), data=False)
    assert found == ([] if told is None else [{"id": "time", "cause": "time", "summary": told}])


@pytest.mark.parametrize(
    ("kind", "ids"),
    [({"type": "string"}, ["generated-000001", "generated-000002"]), ({"type": "integer", "minimum": 1}, [1, 2])],
)  # fmt: skip
def test_made_accounts_are_known_as_made_by_ids_that_are_texts(kind: dict[str, Any], ids: list[Any]) -> None:
    """Also by an id inside of a record; a number stays the number that was made."""
    key = {"type": "object", "required": ["key"], "properties": {"key": {**kind, "x-id": True}}}
    schema, reports = schema_from_document(
        {"type": "object", "required": ["held"], "properties": {"held": key}}, name="t", version="1"
    )
    assert schema is not None, reports
    reader = AccountReader(
        FactsSource(generated=2, seed=1), (schema, schema), date(2024, 6, 1), lambda: schema
    )
    found = list(reader)
    assert [account.id for account in found] == ids
    assert [account.old["held"]["key"] for account in found] == ids


def test_documents_of_a_program_may_be_joined_with_standard_input() -> None:
    """Standard input is read once here; it is refused only where both sides are to be read from it."""
    schema, _ = schema_from_document(
        {"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "x-id": True}}}, name="t", version="1",
    )  # fmt: skip
    assert schema is not None
    sides: list[Any] = [Documents([{"id": "a"}]), ("-",)]
    for old, new in (sides, sides[::-1]):
        reader = AccountReader(
            FactsSource(old=old, new=new), (schema, schema), date(2024, 6, 1), lambda: schema
        )
        with patch("sys.stdin", TextIOWrapper(BytesIO(b'{"id": "a"}\n'))):
            assert [account.id for account in reader] == ["a"]


def test_sections_of_the_facts_are_causes_where_each_side_has_facts_of_its_own() -> None:
    start = date(2024, 6, 30)
    assert causes_of(["usage", "plan"], (start, start), data=True) == [
        {"id": "data: usage", "cause": "data", "summary": "the facts under usage changed"},
        {"id": "data: plan", "cause": "data", "summary": "the facts under plan changed"},
    ]

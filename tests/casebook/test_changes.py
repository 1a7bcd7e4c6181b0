"""Facts that a test writes: as the schema stores them, and refused where the schema says otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from tests.casebook.books import ANN, Project


@pytest.mark.parametrize(
    ("change", "name", "stored"),
    [
        ("seats = 7", "seats", 7),
        ("share = 12.5%", "share", 0.125),
        ("score_given = 12.5%", "score_given", 12.5),
        ("score_given = 90%", "score_given", 90),
        ("ratio = 2.5", "ratio", 2.5),
        ("ratio = -2", "ratio", -2),
        ("age = 3 days", "age", 3),
        ("age = 2 weeks", "age", 14),
        ("age = 0", "age", 0),
        ("term = 1 year", "term", 12),
        ("fee = 1200 USD", "fee", 1200),
        ('plan = "small"', "plan", "small"),
        ('name = "B"', "name", "B"),
        ("active = true", "active", True),
        ("since = 2024-02-29", "since", "2024-02-29"),
        ("since = as_of - 91 days", "since", "2023-12-01"),
        ("since = as_of - 1 month", "since", "2024-02-01"),
        ("since = start of quarter", "since", "2024-01-01"),
        ("seen_at = 2024-02-28", "seen_at", "2024-02-28T00:00:00"),
        ("seen_at = as_of - 2 days", "seen_at", "2024-02-28T00:00:00"),
        ("seen_at = 2024-02-28T10:30Z", "seen_at", "2024-02-28T10:30:00Z"),
        ("seen_at = 2024-02-28T10:30", "seen_at", "2024-02-28T09:30:00Z"),  # in the zone of the ruleset
        ('words = ["a", "b"]', "words", ["a", "b"]),
        ('words = ["a", na]', "words", ["a", None]),
        ("words = []", "words", []),
        ('contact = {email: "a@b.example", checked_on: as_of}', "contact", {"email": "a@b.example", "checked_on": "2024-03-01"}),
        ("contact = {email: na}", "contact", {}),
        ("calls = [{on: as_of - 1 day}, {minutes: 3}]", "calls", [{"on": "2024-02-29"}, {"minutes": 3}]),
        ("facts.seats = 8", "seats", 8),
    ],
)  # fmt: skip
def test_values_are_stored_as_the_schema_says(project: Project, change: str, name: str, stored: Any) -> None:
    found = project.facts(change)
    assert found == {**ANN, name: stored}
    assert type(found[name]) is type(stored)


def test_na_takes_a_field_away(project: Project) -> None:
    assert project.facts("seats = na") == {name: value for name, value in ANN.items() if name != "seats"}
    assert project.facts("age = na") == ANN
    assert project.facts("contact.email = na") == ANN


def test_a_record_on_the_way_is_made(project: Project) -> None:
    assert project.facts('contact.email = "x"')["contact"] == {"email": "x"}


def test_through_a_list_every_element_is_changed(project: Project) -> None:
    assert project.facts("calls.minutes = 9")["calls"] == [
        {"on": "2024-02-20", "minutes": 9},
        {"on": "2024-01-20", "minutes": 9},
    ]
    assert project.facts("calls.on = na")["calls"] == [{"minutes": 5}, {}]


def test_changes_come_one_after_another(project: Project) -> None:
    assert project.facts('contact = {email: "x"}', "contact.checked_on = 2024-01-01", "seats = 1", "seats = 2") == {
        **ANN, "contact": {"email": "x", "checked_on": "2024-01-01"}, "seats": 2,
    }  # fmt: skip


def test_the_file_stays_as_it_is(project: Project) -> None:
    tests = "".join(
        f'test "{name}" {{\n as of 2024-03-01\n facts "ann.json"\n {change}\n expect seat_use is {band}\n}}\n'
        for name, change, band in (("a", "with seats = 5", "yellow"), ("b", "", "green"))
    )
    assert [outcome.passed for outcome in project.outcomes(tests)] == [True, True]


@pytest.mark.parametrize(
    ("change", "report"),
    [
        ("seets = 7", "4:8 RE203 unknown field `seets` (did you mean `seats`?)"),
        ("contact.emial = na", "4:8 RE203 unknown field `contact.emial` (did you mean `email`?)"),
        ("seats.x = 7", "4:8 RE203 unknown field `seats.x`"),
        ("calls = [{an: as_of}]", "4:18 RE203 unknown field `an`"),
        ("contact = {email: na, email: na}", "4:30 RE202 the field `email` stands twice in this record"),
        ('seats = "7"', "4:16 RE301 this is a text, where a count is needed"),
        ("share = 0.5", "4:16 RE302 this is a plain number, where a percentage is needed (write the unit, for example `0.5%`: 1% is 0.01)"),
        ("age = 3 months", "4:14 RE302 this is a number of months, where a number of days is needed"),
        ("age = 30", "4:14 RE302 this is a plain number, where a number of days is needed (write the unit, for example `30 days`)"),
        ("since = since", "4:16 RE320 a fact that a test writes is a constant"),
        ("seats = seat_use.value", "4:16 RE320 a fact that a test writes is a constant"),
        ('plan = "medium"', '4:15 RE304 this field never holds "medium" (it holds `"small"`, `"large"`)'),
        ("plan = small", '4:15 RE201 `small` is no name here (a text stands in quotes: `"small"`)'),
        ("seats = na expired", "4:16 RE320 a fact is there or it is not: it cannot be `expired`"),
        ("seats = 2.5", "4:16 RE320 `seats` is a whole number, and this is 2.5"),
        ("ratio = 1 / 0", "RE320 this has no value"),
        ('contact = "x"', "4:18 RE301 this is a text, where a record is needed"),
        ("words = 3", "4:16 RE301 this is a plain number, where a list is needed"),
    ],
)  # fmt: skip
def test_what_the_schema_does_not_allow_is_reported(project: Project, change: str, report: str) -> None:
    found = project.reports(project.one_test(f"with {change}", "expect big"))
    errors = [each for each in found if " RE412 " not in each]  # the division is told too
    assert len(errors) == 1, found
    assert report in errors[0]


def test_a_list_without_elements_cannot_be_changed_inside(project: Project) -> None:
    (report,) = project.reports(project.one_test("with calls = []", "with calls.on = as_of", "expect big"))
    assert report.startswith(
        "5:3 RE320 the list `calls` has no element here, so `calls.on` cannot be changed"
    )


def test_a_document_that_holds_something_else_cannot_be_changed_inside(project: Project) -> None:
    project.write("ann.json", '{"id": "ann", "contact": "by phone"}')
    (report,) = project.reports(project.one_test('with contact.email = "x"', "expect big"))
    assert report.startswith("4:3 RE320 `contact` is no record in this document")


def test_a_value_outside_the_domain_is_warned_about(project: Project) -> None:
    book = project.book(project.one_test("with seats = 1001", "expect seat_use is green"))
    assert [each.code for each in book.diagnostics] == ["RE408"]
    assert not book.broken
    assert len(book.cases) == 1


def test_a_whole_document_is_written_in_the_test(project: Project) -> None:
    tests = """
        test "inline" {
          as of  2024-03-01
          facts  {
            id: "eve",
            plan: "large",
            seats: 5,
            calls: [{on: as_of - 30 days}],
          }
          expect seat_use is yellow
          expect freshness is green
        }
        """.replace("30 days}],", "30 days}]")
    (outcome,) = project.outcomes(tests)
    assert outcome.passed
    assert outcome.case.facts == {"id": "eve", "plan": "large", "seats": 5, "calls": [{"on": "2024-01-31"}]}
    assert outcome.result["id"] == "eve"


def test_a_document_may_be_empty(project: Project) -> None:
    (outcome,) = project.outcomes(
        'test "nothing" {\n as of 2024-03-01\n facts {}\n expect health is missing\n expect no problem\n}\n'
    )
    assert outcome.passed
    assert outcome.result["id"] is None

"""Tables of cases: a column stands for a value, a band, a status, a day or an id, and each row is a run."""

from __future__ import annotations

from tests.casebook.books import Project

#: In the second row health is 60: (60 + 80) / 2 for 80%, and 20 for 20%, as the last call is 31 days ago.
EVERY_KIND = """
    test "every kind of column" {
      as of  day
      facts  "facts.ndjson" id account
      with   seats = seats_used
      with   contact.checked_on = day
      expect seat_use is expected
      expect health.band = band_text
      cases  day,        account, seats_used, expected, band_text {
             2024-03-01, "ann",   20,         green,    "green"
             2024-03-22, "ann",   5,          yellow,   "yellow"
             2024-03-01, "bob",   4,          "red",    "red"
             2024-03-01, "bob",   na,         missing,  "red"
             2024-03-01, "bob",   na,         na,       "red"
      }
    }
    """


def test_a_column_stands_for_a_value_a_band_a_status_a_day_or_an_id(project: Project) -> None:
    outcomes = project.outcomes(EVERY_KIND)
    assert [outcome.passed for outcome in outcomes] == [True] * 5
    assert [(outcome.result["id"], outcome.result["as_of"]) for outcome in outcomes] == [
        ("ann", "2024-03-01"), ("ann", "2024-03-22"), ("bob", "2024-03-01"), ("bob", "2024-03-01"), ("bob", "2024-03-01"),
    ]  # fmt: skip
    assert [outcome.case.facts.get("seats") for outcome in outcomes] == [20, 5, 4, None, None]
    assert outcomes[1].case.facts["contact"] == {"checked_on": "2024-03-22"}


def test_each_row_has_a_number_a_name_and_a_place(project: Project) -> None:
    tests = """\
    test "bands" {
      as of  2024-03-01
      facts  "ann.json"
      with   seats = used
      expect seat_use is expected
      cases  used, expected { 20, green ; 4,   red }
    }
    test "no cases" {
      as of  2024-03-01
      facts  "ann.json"
      expect big
    }
    """
    cases = [outcome.case for outcome in project.outcomes(tests)]
    assert [(case.number, case.row, case.name, case.span.line) for case in cases] == [
        (0, 1, "bands [used 20, expected green]", 6),
        (1, 2, "bands [used 4, expected red]", 6),
        (2, 0, "no cases", 8),
    ]


def test_equal_rows_are_cases_of_their_own(project: Project) -> None:
    tests = project.one_test("with seats = used", "expect seat_use is green", "cases used { 20 ; 20 }")
    assert [outcome.case.row for outcome in project.outcomes(tests)] == [1, 2]


def test_a_failed_case_shows_the_values_of_its_row(project: Project) -> None:
    tests = project.one_test(
        "with seats = used", "expect seat_use is expected", "expect health = wanted to within tolerance",
        "cases used, expected, wanted, tolerance { 6, red, 65, 1 }",
    )  # fmt: skip
    (outcome,) = project.outcomes(tests)
    # 6 seats: yellow, 60 points; (60 + 80) / 2 · 80% + 80 · 20% = 72
    assert [(check.expectation.text, check.found) for check in outcome.checks] == [
        ("seat_use is red", "seat_use is yellow (value 6, 60 points)"),
        ("health = 65 to within 1", "health is 72"),
    ]


def test_the_variable_of_a_query_is_no_column(project: Project) -> None:
    tests = project.one_test(
        "expect (count c in calls where c.minutes = c and big) = 0 or c = 5", "cases c { 5 }"
    ).replace("c.minutes = c", "c.minutes = 6")
    (outcome,) = project.outcomes(tests)
    assert outcome.passed


def test_rows_of_the_wrong_length_are_reported(project: Project) -> None:
    tests = project.one_test(
        "with seats = used", "expect seat_use is expected",
        "cases used, expected {", "20, green", "20", "20, green, red", "}",
    )  # fmt: skip
    hint = "(a row has one cell for each column, with commas between them)"
    assert project.reports(tests) == [
        f"8:3 RE316 this row has 1 cell for 2 columns {hint}",
        f"9:3 RE316 this row has 3 cells for 2 columns {hint}",
    ]


def test_columns_that_nothing_uses_are_warned_about(project: Project) -> None:
    (report,) = project.reports(
        project.one_test("with seats = used", "expect seat_use is green", "cases used, wanted { 20, green }")
    )
    assert report.startswith("6:15 RE404 nothing in this test uses the column `wanted`")


def test_columns_have_names_of_their_own(project: Project) -> None:
    reports = project.reports(
        project.one_test(
            "with seats = used", "expect seat_use is big", "cases used, used, big, seats { 1, 2, 3, 4 }"
        )
    )
    assert [report.split(" (")[0] for report in reports if "RE202" in report] == [
        "6:15 RE202 the column `used` stands twice in these cases",
        "6:21 RE202 `big` is already a name of the ruleset or its facts",
        "6:26 RE202 `seats` is already a name of the ruleset or its facts",
    ]


def test_a_faulty_cell_is_reported_where_it_stands(project: Project) -> None:
    tests = project.one_test(
        "with share = used",
        "expect seat_use is expected",
        "cases used, expected {",
        "50%, green",
        "0.5, gren",
        "}",
    )
    assert [report.split(" (")[0] for report in project.reports(tests)] == [
        "8:3 RE302 this is a plain number, where a percentage is needed",
        "8:8 RE204 `gren` is no band of `rag`",
    ]


def test_a_day_is_a_date_as_written(project: Project) -> None:
    tests = (
        'test "x" {\n as of day\n facts "ann.json"\n expect big\n cases day { as_of ; 2024-01-01T10:00 }\n}\n'
    )
    assert [report.split(" (")[0] for report in project.reports(tests)] == [
        "5:14 RE320 the as-of date is a date as written",
        "5:22 RE320 the as-of date is a date as written",
    ]


def test_cases_without_a_row_are_reported(project: Project) -> None:
    (report,) = project.reports(project.one_test("with seats = used", "expect big", "cases used { }"))
    assert report.startswith("6:3 RE111 these cases have no row")


def test_a_cell_that_is_no_word_is_reported_where_it_stands(project: Project) -> None:
    tests = project.one_test(
        "with seats = used", "expect seat_use is expected",
        "cases used, expected {", "1, not red", "2, 12", "3, green or red", "4, red", "}",
    )  # fmt: skip
    assert [report.split(" (")[0] for report in project.reports(tests)] == [
        "7:6 RE204 `not red` is no band of `rag`",
        "8:6 RE204 `12` is no band of `rag`",
        "9:6 RE204 `green or red` is no band of `rag`",
    ]


def test_a_cell_of_another_kind_is_reported_where_it_stands(project: Project) -> None:
    tests = project.one_test(
        "expect seat_use.value = x", "cases x {", "20", '"a"', "2024-01-01", "30 days", "}"
    )
    assert [report.split(" (")[0] for report in project.reports(tests)] == [
        "7:3 RE301 a count is compared with a text",
        "8:3 RE301 a count is compared with a date",
        "9:3 RE302 a count is compared with a number of days",
    ]
    (report,) = project.reports(
        project.one_test('expect seat_use.value = "a" and big = x', "cases x {", "true", "}")
    )
    assert report.startswith("4:10 RE301")


def test_a_column_may_hold_conditions_of_several_kinds(project: Project) -> None:
    assert project.reports(project.one_test("expect x", "cases x { big ; true ; seat_use is green }")) == []
    assert project.reports(project.one_test("expect big = x", "cases x { true ; big }")) == []
    (report,) = project.reports(project.one_test("expect x", "cases x { true ; seats = 20 }"))
    assert report.startswith("4:3 RE409 this says nothing about the ruleset")


def test_faulty_columns_are_told_once(project: Project) -> None:
    for column in ("seats", "seat_use", "health", "big"):
        tests = project.one_test(
            f"with seats = {column}", f"expect seat_use is {column}", f"cases {column} {{ 20 }}"
        )
        (report,) = project.reports(tests)
        assert report.startswith(f"6:9 RE202 `{column}` is already a name")
    tests = project.one_test("with seats = n", "expect seat_use is n", "cases n, n { 20, green ; 3, red }")
    (report,) = project.reports(tests)
    assert report.startswith("6:12 RE202 the column `n` stands twice")

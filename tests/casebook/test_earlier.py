"""The earlier result that a test gives its account."""

from __future__ import annotations

import json

import pytest

from ruleengine.casebook.reading import open_casebook
from ruleengine.casebook.run import run_casebook
from tests.casebook.books import ANN, RULES, Project

RULES_WITH_PREVIOUS = (
    RULES
    + """
trigger fell "Fell" {
  when health is worse than previous health
}
output score_then = previous health.score
output day_then = previous as_of
output share_then = previous health.use.effective_weight
output seats_then = previous seat_use.value
"""
)


@pytest.fixture
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("earlier") / "project", RULES_WITH_PREVIOUS)


def test_without_an_earlier_result_nothing_is_known(project: Project) -> None:
    assert project.failures("expect score_then is missing", "expect not fell") == [
        "not fell: fell is missing: there is no earlier result of this account; so it is undecided"
    ]


def test_an_earlier_result_is_written_in_the_test(project: Project) -> None:
    statements = (
        "with seats = 7",
        "previous as of 2024-02-01 {health: {score: 90, band: green, use: {effective_weight: 75%}}, seat_use: {value: 12}}",
        "expect fell", "expect score_then = 90", "expect day_then = 2024-02-01", "expect share_then = 75%", "expect seats_then = 12",
    )  # fmt: skip
    assert project.failures(*statements) == []


def test_without_a_day_it_is_of_the_day_of_the_test(project: Project) -> None:
    assert (
        project.failures("previous {health: {band: red}}", "expect not fell", "expect day_then = as_of") == []
    )


def test_columns_stand_in_an_earlier_result_too(project: Project) -> None:
    tests = project.one_test(
        "with seats = 7", "previous as of earlier {health: {band: before}}", "expect fell = falls",
        "cases before, falls, earlier { green, true, 2024-01-01 ; yellow, false, 2024-01-02 ; red, false, 2024-01-02 }",
    )  # fmt: skip
    assert [outcome.passed for outcome in project.outcomes(tests)] == [True, True, True]


def test_an_earlier_result_comes_from_a_file(project: Project) -> None:
    (outcome,) = project.outcomes(project.one_test("expect health is green"))
    earlier = {**outcome.result, "as_of": "2024-02-01"}
    project.write("results.ndjson", json.dumps(earlier) + "\n" + json.dumps({**earlier, "id": "bob"}) + "\n")
    project.write("results.json", json.dumps({"results": [earlier]}))
    statements = ("with seats = 7", "expect fell", "expect score_then = 80", "expect day_then = 2024-02-01")
    for previous in ('"results.ndjson" id "ann"', '"results.json"'):
        assert project.failures(f"previous {previous}", *statements) == []
    failures = project.failures(
        'previous "results.ndjson" id "bob"', "expect no problem", "expect score_then is missing"
    )
    assert failures == [
        "no problem: RE518: the earlier result is left aside: it is of another account, `bob`"
    ]


@pytest.mark.parametrize(
    ("previous", "report"),
    [
        ("{helth: {band: green}}", "4:13 RE201 `helth` is no measure or scorecard of the ruleset (did you mean `health`?)"),
        ("{health: 80}", "4:21 RE320 an earlier result is a record"),
        ("{health: {sore: 80}}", "4:22 RE203 an earlier result has no `sore` here (did you mean `score`?)"),
        ("{health: {band: 80}}", "4:28 RE320 a band is a word"),
        ("{health: {status: scord}}", "4:30 RE204 `scord` is no status (did you mean `scored`?)"),
        ("{health: {score: 80%}}", "4:29 RE302 this is a percentage, where a plain number is needed"),
        ("{health: {use: 3}}", "4:27 RE320 an earlier result is a record"),
        ("{health: {coverage: 0.5}}", "4:32 RE302 this is a plain number, where a percentage is needed"),
        ('"ann.json"', "4:3 RE514 `"),
        ('"facts.ndjson" id "ann"', "4:3 RE514 `"),
        ('"nowhere.ndjson" id "ann"', "4:3 RE514 there is no file"),
        ('"../results.json"', "4:3 RE519 `../results.json` is outside of the project"),
    ],
)  # fmt: skip
def test_what_no_earlier_result_can_be_is_reported(project: Project, previous: str, report: str) -> None:
    found = project.reports(project.one_test(f"previous {previous}", "expect big"))
    assert len(found) == 1, found
    assert report in found[0]


def test_the_document_is_still_the_one_of_the_file(project: Project) -> None:
    project.write(
        "rulesets/demo/1.0.0.test.rules", project.one_test("previous {health: {band: red}}", "expect big")
    )
    (outcome,) = run_casebook(open_casebook(project.path, project.workspace))
    assert outcome.case.facts == ANN

"""Expectations: which hold, what is shown of those that do not, and which are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.casebook.books import RULES, Project

#: Ann: 20 seats, 90% in use, last call ten days ago, in the segment `big`: all green, so health is 80.
HOLDING = [
    "health is green",
    "health = 80",
    "health.score in 79..81",
    "computed health is green",
    "health.use is green",
    "health.use.seat_use is green",
    "health.use.effective_weight = 80%",
    "health.use.seat_use.contribution = 32",
    "health.coverage = 100%",
    "seat_use.value = 20",
    "seat_use is not worse than yellow",
    "seat_use is in (green, yellow)",
    "share_use.value = 90%",
    "freshness.value = 10 days",
    "freshness is scored",
    "hidden is missing",
    "hidden.points is na",
    "health.band = \"green\"",
    "big",
    "not (seat_use is red and hidden is green) and big",
    "last_call.on = 2024-02-20",
    "(count c in calls where c.minutes is known and big) = 1",
    "no problem",
    'no problem "too many seats"',
    "health = 80.4 to within 0.5",
    "health = 80.5 to within 0.5",
    "health.use.effective_weight = 80.4% to within 0.5%",
    "share_use.value = 89.9% to within 0.2%",
    "last_call.on = 2024-02-22 to within 2 days",
    "freshness.value = 12 days to within 2 days",
]  # fmt: skip


def test_everything_of_the_ruleset_can_be_expected(project: Project) -> None:
    assert project.failures(*(f"expect {each}" for each in HOLDING)) == []


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("health is red", "health is green (score 80)"),
        ("computed health is red", "computed health is green (score 80)"),
        ("health.use is red", "health.use is green (score 80)"),
        ("seat_use is red", "seat_use is green (value 20, 80 points)"),
        ("not seat_use is green", "seat_use is green (value 20, 80 points)"),
        ("freshness is red", "freshness is green (value 10 days, 80 points)"),
        ("health = 80.5", "health is 80"),
        ("health = 80.6 to within 0.5", "health is 80"),
        ("health.use.effective_weight = 80.01%", "health.use.effective_weight is 80%"),
        ("share_use.value >= 90.5%", "share_use.value is 90%"),
        ("share_use.value in 0..10%", "share_use.value is 90%"),
        ("freshness.value < 1 day", "freshness.value is 10 days"),
        ("last_call.on = 2024-02-21", "last_call.on is 2024-02-20"),
        ("last_call.on = 2024-02-22 to within 1 day", "last_call.on is 2024-02-20"),
        ("last_call.on within 1 day", "last_call.on is 2024-02-20"),
        ("not big", "big is yes"),
        ("big and seat_use is red", "big is yes; seat_use is green (value 20, 80 points)"),
        ("hidden is green", "hidden is missing (`secret_code`); so it is undecided (missing: `secret_code`)"),
        ("hidden.points > 1", "hidden.points is missing: `secret_code`; so it is undecided"),
        ("hidden is excluded", "hidden is missing (`secret_code`)"),
        ('health.band in ("red", "yellow")', 'health.band is "green"'),
        ('problem "seats"', "no problem"),
    ],
)  # fmt: skip
def test_what_was_found_is_said(project: Project, expected: str, found: str) -> None:
    assert project.failures(f"expect {expected}") == [f"{expected}: {found}"]


def test_what_is_undecided_says_why(project: Project) -> None:
    (outcome,) = project.outcomes(project.one_test("expect hidden is green", "expect health is red"))
    assert [(check.held, check.undecided) for check in outcome.checks] == [
        (False, "missing: `secret_code`"),
        (False, ""),
    ]


def test_problems_are_found_by_a_part_of_their_text(project: Project) -> None:
    statements = (
        'with seats = 600', 'with name = na', 'expect problem "too many"', 'expect problem "too many seats"',
        'expect problem "violated"', "expect no problem", 'expect no problem "many"', 'expect no problem "means seats"',
    )  # fmt: skip
    assert project.failures(*statements) == [
        'problem "violated": RE507: too many seats',
        "no problem: RE507: too many seats",
        'no problem "many": RE507: too many seats',
    ]


def test_secrets_stay_secret(project: Project) -> None:
    statements = (
        "with secret_code = 7",
        "expect hidden.value = 8",
        "expect secret_code = 9 and big",
        "expect hidden is red",
    )
    assert project.failures(*statements) == [
        "hidden.value = 8: hidden.value is (secret)",
        "secret_code = 9 and big: secret_code is (secret); big is yes",
        "hidden is red: hidden is green (80 points)",
    ]


@pytest.mark.parametrize(
    ("statements", "lines"),
    [
        (("expect seat_use is red",), [("seat_use", "green  when >= 10")]),
        (("with seats = 6", "expect seat_use is red"), [("seat_use", "yellow when >= 5")]),
        (("with seats = na", "expect seat_use is red"), [("seat_use", 'measure seat_use "Seats" {')]),
        (("expect health is red",), [("health", 'scorecard health "Health" {')]),
        (("with seats = 1", "expect health is green"), [("health", "override red when seat_use is red")]),
        (("expect health.use is red",), [("use", 'group use "Use" 80% {')]),
        (("expect health.use.share_use is red",), [("share_use", "rate { green when >= 50% ; red otherwise }")]),
        (("expect not big and seat_use is red",), [
            ("big", 'segment big when plan = "large"'), ("seat_use", "green  when >= 10"),
        ]),
        (('expect problem "seats"',), []),
    ],
)  # fmt: skip
def test_the_line_that_decided_is_told(
    project: Project, statements: tuple[str, ...], lines: list[tuple[str, str]]
) -> None:
    (outcome,) = project.outcomes(project.one_test(*statements))
    (check,) = outcome.checks
    rules = (project.folder / "rulesets/demo/1.0.0.rules").read_text().splitlines()
    assert [(each.name, rules[each.line - 1].strip()) for each in check.decided] == lines
    assert all(each.path.endswith("rulesets/demo/1.0.0.rules") for each in check.decided)


@pytest.mark.parametrize(
    ("expected", "report"),
    [
        ("helth is green", "4:10 RE201 unknown name `helth` (did you mean `health`?)"),
        ("health is gren", "4:20 RE204 `gren` is no band of `rag` (did you mean `green`?)"),
        ("health.used is green", "4:10 RE203 `health` has no `used` (did you mean `use`?)"),
        ("seat_use.value", "4:10 RE305 a condition is needed here, and this is a count"),
        ('seat_use.value = "x"', "4:10 RE301 a count is compared with a text"),
        ("freshness.value = 3", "4:10 RE302 a number of days is compared with a plain number"),
        ("share_use.value = 5", "4:10 RE302 a percentage is compared with a plain number"),
        ("health = 80 to within 1 day", "RE302 a plain number is compared with a number of days"),
        ("health = 80 to within -1", "4:32 RE320 a tolerance is not below 0"),
        ("health > 80 to within 1", "4:3 RE213 `to within` stands after `A = B`"),
        ('health.band = "green" to within 1', "4:3 RE306 `to within` needs numbers or dates"),
        ('no problem "to many"', '4:3 RE201 the ruleset declares no problem "to many", so this is always true'),
        ("true", "4:3 RE409 this says nothing about the ruleset"),
        ("plan = \"large\"", "4:3 RE409 this says nothing about the ruleset"),
        ("1 = 1", "4:3 RE409 this says nothing about the ruleset"),
        ("health.score = health.score", "4:3 RE409 both sides are the same"),
        ("health = expected", "4:19 RE201 unknown name `expected`"),
    ],
)  # fmt: skip
def test_what_cannot_be_expected_is_reported(project: Project, expected: str, report: str) -> None:
    found = project.reports(project.one_test(f"expect {expected}"))
    assert len(found) == 1, found
    assert report in found[0]


ACTIONS = """
trigger growth "Growth" {
  when     seat_use is green and big
  severity high
}
matrix strategy "Strategy" {
  rows    health
  columns plan: large, small
  green   gives expand, keep
  yellow  gives keep, keep
  red     gives keep, na
  cell expand "Expand now" { owner "Account executive" }
  cell keep "Keep" { owner "Nobody" }
}
checklist criteria "Criteria" {
  green few "Few seats" when seats <= 100
  red   none "No seats" when seats < 1
}
"""


def test_triggers_cells_and_criteria_are_expected_like_all_else(tmp_path: Path) -> None:
    project = Project(tmp_path / "project", RULES + ACTIONS)
    holding = ("growth", 'growth.severity = "high"', "strategy is expand", 'strategy.owner = "Account executive"',
               "few is green", "none is not_applicable", "criteria.yes = 1")  # fmt: skip
    assert project.failures(*(f"expect {each}" for each in holding)) == []
    failing = ("not growth", "strategy is keep", 'strategy.label = "Keep"', "criteria.yes = 2")
    assert project.failures(
        "with seats = 6", "with calls = na", *(f"expect {each}" for each in holding[:3])
    ) == [
        "growth: growth is no",
        'growth.severity = "high": growth.severity is not applicable: the trigger does not fire; so it is undecided',
        "strategy is expand: strategy is keep",
    ]
    assert project.failures(*(f"expect {each}" for each in failing)) == [
        "not growth: growth is yes",
        "strategy is keep: strategy is expand",
        'strategy.label = "Keep": strategy.label is "Expand now"',
        "criteria.yes = 2: criteria.yes is 1",
    ]


def test_the_line_of_a_matrix_decides(tmp_path: Path) -> None:
    project = Project(tmp_path / "project", RULES + ACTIONS)
    (outcome,) = project.outcomes(project.one_test("expect strategy is keep", "expect not growth"))
    rules = (project.folder / "rulesets/demo/1.0.0.rules").read_text().splitlines()
    lines = [rules[each.line - 1].strip() for check in outcome.checks for each in check.decided]
    assert lines == ["green   gives expand, keep", 'trigger growth "Growth" {']


def test_what_is_shown_as_a_percentage_is_found_as_one(tmp_path: Path) -> None:
    rules = RULES.replace(
        "value    share     shown as percent", "value    seats / ratio     shown as percent"
    )
    project = Project(tmp_path / "project", rules + "\noutput part = seats / ratio   shown as percent\n")
    assert project.failures(  # Ann has 20 seats, and a ratio of 80: a quarter
        "with ratio = 80", "expect share_use.value = 33%", "expect part = 33%", "expect share_use.value = ratio",
        "expect share_use.value > part", "expect share_use.points = 33", "expect share_use is green",
    ) == [
        "share_use.value = 33%: share_use.value is 25%",
        "part = 33%: part is 25%",
        "share_use.value = ratio: share_use.value is 25%; ratio is 80",
        "share_use.value > part: share_use.value is 25%; part is 25%",
        "share_use.points = 33: share_use.points is 20",
        "share_use is green: share_use is red (value 25%, 20 points)",
    ]  # fmt: skip

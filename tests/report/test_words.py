"""Expressions in plain English: nothing that they say is lost."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from ruleengine.report.words.conditions import Words, walk
from ruleengine.report.words.text import plain
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from tests.report.pages import BANDS, load, words_of

MEASURES = """
let tenure = months since account.customer_since
let notice = 30 days
let recent = list t in timeline where t.date within 3 months
let newest = latest i in usage.instances where i.type = "production" by i.reported_at
segment scale when account.service_level = "scale"
segment large "Large accounts" when account.size = "large"
measure mood "CSM sentiment" { value sentiment.rating ; rate as given }
measure seats "Seats" { value subscription.licensed_users ; rate { green when >= 10 ; red otherwise } }
scorecard health "Customer health" { bands rag ; group people "People" { mood } ; group use "Use" { seats } }
"""

CONDITIONS = [
    ("support.tickets_last_month < 5", "support tickets last month is below 5"),
    ("support.tickets_last_month <= 5", "support tickets last month is at most 5"),
    ("support.tickets_last_month > 5", "support tickets last month is above 5"),
    ("5 < support.tickets_last_month", "support tickets last month is above 5"),
    ("subscription.licensed_users >= 12000", "subscription licensed users are at least 12,000"),
    ("not subscription.licensed_users >= 12", "subscription licensed users are below 12"),
    ("tenure in 2..6 months", "tenure is from 2 to 6 months"),
    ("tenure in 2..<6 months", "tenure is at least 2 and below 6 months"),
    ("tenure in >2..6 months", "tenure is above 2 and at most 6 months"),
    ("tenure in >2..<6 months", "tenure is above 2 and below 6 months"),
    ("tenure in 6 months..", "tenure is at least 6 months"),
    ("tenure in ..<6 months", "tenure is below 6 months"),
    ("not tenure in 2..<6 months", "tenure is not (at least 2 and below 6 months)"),
    ("account.annual_recurring_revenue > 1500.5 USD", "account annual recurring revenue is above 1500.5 USD"),
    ('account.service_level = "tech_touch"', "account service level is “tech_touch”"),
    ('account.service_level != "scale"', "account service level is not “scale”"),
    ('account.size in ("large", "small")', "account size is “large” or “small”"),
    (
        'account.region in ("EMEA", "APAC", "LATAM")',
        "account region is one of “EMEA”, “APAC” or “LATAM”",
    ),
    (
        'not account.region in ("EMEA", "APAC", "LATAM")',
        "account region is none of “EMEA”, “APAC” and “LATAM”",
    ),
    ("account.csm_owned", "account CSM owned is yes"),
    ("not account.csm_owned", "account CSM owned is no"),
    ("scale", "in the segment scale"),
    ("not (scale or large)", "not in the segment scale and not in the segment Large accounts"),
    (
        "account.csm_owned and (scale or tenure < 1 month)",
        "account CSM owned is yes and (in the segment scale or tenure is below 1 month)",
    ),
    ("mood is red", "CSM sentiment is red"),
    ("mood is not red", "CSM sentiment is not red"),
    ("mood is worse than green", "CSM sentiment is yellow or red"),
    ("health is not worse than yellow", "Customer health is not red"),
    ("computed health is red", "Customer health is, as computed, red"),
    ("mood is missing", "CSM sentiment is missing"),
    ("mood is not known", "CSM sentiment is not known"),
    ("health is na", "Customer health is without a value"),
    ("health.people.mood.effective_weight > 50%", "the effective weight of CSM sentiment in Customer health is above 50%"),
    ("health.score < 50", "the score of Customer health is below 50"),
    ("subscription.renewal_date < 2024-03-01", "subscription renewal date is before 2024-03-01"),
    ("subscription.renewal_date <= as_of", "subscription renewal date is on or before the as-of date"),
    ("subscription.renewal_date within 3 months", "subscription renewal date is within the last 3 months"),
    ("days until subscription.renewal_date <= notice", "days until subscription renewal date is at most notice (30 days)"),
    (
        "subscription.renewal_date in this fiscal quarter or next",
        "subscription renewal date is in this fiscal quarter or the next",
    ),
    (
        'any t in recent where t.external_roles contains "Dev Lead"',
        "at least one of recent where the external roles include “Dev Lead”",
    ),
    ("not (any p in success_plans where p.has_strategy)", "none of success plans where has strategy is yes"),
    (
        "all p in success_plans where p.objectives >= 1",
        "for every one of success plans: the objectives are at least 1",
    ),
    (
        '(count i in usage.instances where i.type = "production") > 1',
        "(the number of usage instances where the type is “production”) is above 1",
    ),
    (
        "(account.csm_priority default 3) in (1, 2)",
        "(account CSM priority, or 3 where missing) is 1 or 2",
    ),
    ('starts_with(account.name, "A")', "account name begins with “A”"),
    ('matches(account.name, "^A+$")', "account name fits the pattern ^A+$"),
    ("newest.billable_users = 0", "billable users of the newest are 0"),
]  # fmt: skip

VALUES = [
    ("newest.billable_users / subscription.licensed_users", "billable users of the newest ÷ subscription licensed users"),
    ("(seats.value + 1) * 2", "(the value of Seats + 1) × 2"),
    ("10 - (3 - seats.value)", "10 − (3 − the value of Seats)"),
    ("round(seats.value / 3, 2)", "(the value of Seats ÷ 3), rounded to 2 decimals"),
    ("floor(seats.value)", "the value of Seats, rounded down to a whole number"),
    ("min(seats.value, 10)", "the smallest of the value of Seats and 10"),
    ("if scale then 1 else 2", "if in the segment scale: 1; otherwise 2"),
    ('na excluded "left out"', "no value (excluded: left out)"),
    ("sum of p.objectives for p in success_plans", "the sum of the objectives over success plans"),
    ("top 2 p in success_plans by p.objectives", "the 2 highest of success plans, by objectives"),
    ("count true of (scale, large)", "how many of these hold: in the segment scale; in the segment Large accounts"),
    ("start of fiscal quarter", "the start of this fiscal quarter"),
    ("as_of - 91 days", "the as-of date − 91 days"),
    ("12.5%", "12.5%"),
    ("2 hours", "2 hours"),
    ("-0.5", "−0.5"),
    ("mood.points", "the points of CSM sentiment"),
]  # fmt: skip


def said(folder: Path, declaration: str) -> tuple[Words, r.Program]:
    text = f"{BANDS}{MEASURES}{declaration}\n"
    header = "ruleset demo 1.0.0 { facts account 1 ; calendar fiscal year starts february }\n"
    ruleset = load(folder, header + text, header=False)
    return words_of(ruleset), ruleset.program


@pytest.mark.parametrize(("written", "expected"), CONDITIONS)
def test_conditions(tmp_path: Path, written: str, expected: str) -> None:
    words, program = said(tmp_path, f'problem "p" when {written}')
    check = next(step for step in program.steps if isinstance(step, r.Check))
    assert plain(words.condition(check.condition)) == expected


@pytest.mark.parametrize(("written", "expected"), VALUES)
def test_values(tmp_path: Path, written: str, expected: str) -> None:
    words, program = said(tmp_path, f"output o = {written}")
    output = next(step for step in program.steps if isinstance(step, r.Output))
    assert plain(words.value(output.value)) == expected


def test_what_words_would_hide_is_shown_as_written(tmp_path: Path) -> None:
    formula = "1 - (1 - ln(2)) * (1 - ln(3)) * (1 - sqrt(5)) / (1 + abs(seats.value))"
    words, program = said(tmp_path, f"output o = {formula}  # for engineers")
    output = next(step for step in program.steps if isinstance(step, r.Output))
    (run,) = words.value(output.value)
    assert (run.kind, run.text) == ("code", formula)


def test_comments_inside_of_a_formula_are_left_out(tmp_path: Path) -> None:
    formula = '1 - (1 - ln(2)) * (1 - ln(3))  # "first"\n  * (1 - sqrt(5)) / (1 + length("a # b"))'
    words, program = said(tmp_path, f"output o = {formula}")
    output = next(step for step in program.steps if isinstance(step, r.Output))
    assert (
        plain(words.value(output.value))
        == '1 - (1 - ln(2)) * (1 - ln(3)) * (1 - sqrt(5)) / (1 + length("a # b"))'
    )


def test_every_expression_can_be_said() -> None:
    """A new node is said in words, or on purpose as it is written."""
    kinds = [
        kind
        for kind in vars(e).values()
        if isinstance(kind, type)
        and attrs.has(kind)
        and issubclass(kind, e.Expression)
        and kind is not e.Expression
    ]
    assert len(kinds) > 20
    handlers = [name.lower() for name in dir(Words)]
    unsaid = [
        k.__name__
        for k in kinds
        if not {f"_say_{k.__name__.lower()}", f"_test_{k.__name__.lower()}"} & {*handlers}
    ]
    assert unsaid == []


def test_a_tree_is_walked_whole(tmp_path: Path) -> None:
    _, program = said(tmp_path, "output o = if scale then seats.value else 2")
    output = next(step for step in program.steps if isinstance(step, r.Output))
    names = [type(node).__name__ for node in walk(output)]
    assert names == ["Output", "Choose", "Branch", "Variable", "Reference", "Constant"]

"""Sentences about changes that are seldom made: each says what differs, in words that make a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.diff_sentences import BEFORE
from tests.report.edits import said_of
from tests.report.pages import BANDS
from tests.report.rare_rulesets import CARDS, CONDITIONS, RATINGS, SETS_OF_BANDS, TABLES

#: What is replaced in the text, and what is to be said of it.
Case = tuple[tuple[tuple[str, str], ...], list[str]]


def _one(old: str, new: str, *expected: str) -> Case:
    return ((old, new),), list(expected)


_MOOD = "; applies to all except small }"
_ROWS = "{ green when < 9 and account.csm_owned ; red when < 5 ; yellow otherwise }"

MEASURES: list[Case] = [
    _one(
        'mood "CSM sentiment" { value sentiment.rating ; rate as given',
        'mood "CSM sentiment" { rate { green when sentiment.rating = "green" ; red otherwise }',
        "CSM sentiment no longer has a value (before: sentiment rating); CSM sentiment is rated green sentiment "
        "rating is “green”; red instead of as given: the value is itself green, yellow or red",
    ),
    _one(
        _MOOD,
        "; applies to small }",
        "CSM sentiment applies only to Small accounts instead of to all except Small accounts",
    ),
    _one(
        _MOOD,
        '; applies when subscription.plan = "premium" and account.csm_owned }',
        "CSM sentiment applies only when subscription plan is “premium” and account CSM owned is yes instead of to all "
        "except Small accounts",
    ),
    _one(
        "\n  missing impute 50",
        "\n  missing as zero",
        "Without data, support issues count as 0 points instead of counting as 50 points",
    ),
    _one(
        "red when < 25% ; yellow when < 50% ; green otherwise",
        "points 10 when < 25% ; points 20 when < 50% ; points 90 otherwise",
        "Users of git are rated otherwise: 10 points below 25%; 20 points at least 25% and below 50%; 90 points at least 50%",
    ),
    _one("cap points 60 when recent", "cap points 60", "The cap of support issues at 60 points acts always"),
    _one(
        'override red when mood is red because "so it is"', "override red", "The override to red acts always"
    ),
    _one("baseline 40", "baseline 40 ; floor points 10", "The floor of support issues at 10 points is new"),
]

APPLIES = [
    ("", "applies to small", "CSM sentiment now applies only to Small accounts"),
    ("", "applies to all except small", "CSM sentiment no longer applies to Small accounts"),
    ("applies to small", "", "CSM sentiment no longer applies only to Small accounts"),
    ("applies to small", "applies to small, enterprise", "CSM sentiment now applies to Enterprise too"),
    ("applies to small, enterprise", "applies to small", "CSM sentiment no longer applies to Enterprise"),
    ("applies to small", "applies to enterprise", "CSM sentiment applies only to Enterprise instead of only to Small accounts"),
    ("applies to small", "applies to all except small",
     "CSM sentiment applies to all except Small accounts instead of only to Small accounts"),
    ("applies to small", "applies when account.csm_owned",
     "CSM sentiment applies only when account CSM owned is yes instead of only to Small accounts"),
    ("applies to all except small, enterprise", "applies to all except small", "CSM sentiment now applies to Enterprise too"),
]  # fmt: skip

OF_RATINGS: list[Case] = [
    _one(
        "csm_priority <= 1", "csm_priority <= 3",
        "Last contact has a rating of its own when account CSM priority is at most 3 instead of at most 1",
    ),
    _one(
        "when < 90 ; points 9", "when < 95 ; points 9",
        "Seats: 1 point above 10, 2 above 20, 3 above 30, else 0 below 95 instead of 90",
    ),
    _one(
        "  override points 5 when account.csm_owned\n  override points 7 when small",
        "  override points 7 when small\n  override points 5 when account.csm_owned",
        "What overrules Seats stands in another order",
    ),
    _one(
        "override red when mood is red ; override yellow when small",
        "override yellow when small ; override red when mood is red",
        "What overrules Health stands in another order",
    ),
    _one(
        "cap yellow when small", "cap red when small",
        "The cap of Other is at red instead of yellow when in the segment Small accounts",
    ),
    _one("cap yellow when small", "cap yellow", "The cap of Other at yellow acts always"),
    _one(
        "  rate { yellow otherwise }\n", "",
        "Last contact is rated otherwise: account CSM priority is at most 1: green at most 35 days; red above 35 days; "
        "account CSM priority is 2: green at most 65 days; red above 65 days",
    ),
    _one(
        "rate { yellow otherwise }", "rate { yellow when <= 99 days ; red otherwise }",
        "Last contact is rated yellow at most 99 days; red above 99 days instead of yellow",
    ),
    _one(
        _ROWS, "{ green when < 9 and small ; red when < 5 ; yellow otherwise }",
        "Order is rated otherwise: green the value is below 9 and in the segment Small accounts; red below 5; yellow",
    ),
    (
        (('  red leaving "They leave" when triage.told_us_they_cancel ; ', "  "),
         ('"Heard" {\n', '"Heard" {\n  red leaving "They leave" when triage.told_us_they_cancel\n')),
        ["They leave belongs to the checklist heard instead of asked", "They leave counts in Heard instead of Asked"],
    ),
    (
        ((' ; red silent "Silent" when triage.unresponsive', ""),
         ("measure mood", 'measure silent "Silent" { value triage.unresponsive\n'
          '  rate { red when is known and value ; na not_applicable "answered no" otherwise } }\nmeasure mood'),
         ("{ asked ; heard }", "{ asked ; heard ; silent }")),
        ["Silent is rated red known and yes; no rating: not applicable (answered no) instead of red yes; no rating: not "
         "applicable (answered no)",
         "Silent no longer belongs to the checklist heard", "Silent counts in Triage instead of Heard"],
    ),
]  # fmt: skip

OF_BANDS: list[Case] = [
    _one(
        'mood "CSM sentiment" { bands rag ', 'mood "CSM sentiment" { bands rag2 ',
        "CSM sentiment has a rating changed in a way that these words do not show",
    ),
    _one('Other" { bands rag ', 'Other" { bands rag2 ', "The bands of Other are those of another set"),
    _one('Other" { bands rag ', 'Other" { bands plain ', "The bands of Other are good, bad instead of green, yellow, red"),
    _one('Other" { bands rag ', 'Other" { bands none ', "The bands of Other are none instead of green, yellow, red"),
    _one(
        "bands plain {", "bands plain of steps of 5 {",
        "Scores in the bands plain go in steps of 5 instead of being any number",
    ),
    _one(
        "fine 50.. ; poor ..<50", "fine 50..100 ; poor 0..<50",
        "Fine ends at 100 instead of nowhere in the bands open", "Poor begins at 0 instead of nowhere in the bands open",
    ),
    _one(
        "plain { good 50..100", "plain { good 50..<100",
        "Good ends below 100 instead of at 100 in the bands plain",
    ),
    _one(
        "rag2 { green 75..100 points 87.5", "rag2 { green 75..100",
        "Green is no longer worth points of its own in the bands rag2 (before: 87.5)",
    ),
    _one("good 50..100", "good 50..100 points 60", "Good is now worth 60 points in the bands plain"),
]  # fmt: skip

OF_TABLES: list[Case] = [
    _one("hits first", "hits all", "Of the rows of the table points for that fit, all count instead of the first one counts"),
    _one("hits one", "hits agreeing", "Of the rows of the table pick that fit, all have to agree instead of there may be only one"),
    _one(
        "  < 10 gives 1\n  in 10..100 gives 2", "  in 10..100 gives 2\n  < 10 gives 1",
        "Row 1 of the table points for says seats is from 10 to 100: 2 instead of seats is below 10: 1",
        "Row 2 of the table points for says seats is below 10: 1 instead of seats is from 10 to 100: 2",
    ),
    _one(
        "  < 10 gives 1\n  in 10..100 gives 2", "  in 10..100 gives 2\n  < 10 gives 1\n  in 200..300 gives 7",
        "The table points for has 4 rows instead of 3: seats is from 10 to 100: 2; seats is below 10: 1; seats is from "
        "200 to 300: 7; otherwise: 3",
    ),
    _one(
        "  in 10..100 gives 2\n", "  in 10..100 gives 2\n  in 10..100 gives 5\n",
        "The table points for has 4 rows instead of 3: seats is below 10: 1; seats is from 10 to 100: 2; seats is from "
        "10 to 100: 5; otherwise: 3",
    ),
    _one(
        '"small", = 1 gives "a"', '"small", = 2 gives "c"',
        "Row 1 of the table pick says size is “small” and level is 2: “c” instead of size is “small” and level is 1: “a”",
    ),
    _one("any gives 1", "any gives 2", "Row 1 of the table flat gives 2 instead of 1"),
    _one("otherwise gives 3", "in 5..7 gives 4", "Row 3 of the table points for says seats is from 5 to 7: 4 instead of otherwise: 3"),
]  # fmt: skip

OF_CARDS: list[Case] = [
    _one(
        "value support.tickets_last_month / subscription.licensed_users",
        "value support.open_emergency_tickets / subscription.licensed_users",
        "Support issues count support open emergency tickets instead of support tickets last month, both divided by "
        "subscription licensed users",
    ),
    _one("default 3", "default 2", "Third takes 2 instead of 3 where account csm priority is missing"),
    _one(
        "account.csm_priority default 3", "support.tickets_last_month default 2",
        "Third is measured by support tickets last month, or 2 where missing instead of account csm priority, or 3 where missing",
    ),
    _one(
        "tickets 50% ; seats 50%", "tickets 2 ; seats 3",
        "Support issues in First weigh 40% instead of 50%", "Seats in First weigh 60% instead of 50%",
    ),
    _one(
        '  weights when account.size = "small" { a 50% ; third 50% }\n  weights when account.csm_owned { a 100% ; third 0% }\n',
        '  weights when account.csm_owned { a 100% ; third 0% }\n  weights when account.size = "small" { a 50% ; third 50% }\n',
        "The special weights of Health stand in another order",
    ),
    _one(
        'when account.size = "small" {', 'when account.size = "large" {',
        "The special weights of Health hold when account size is “large” instead of “small”",
    ),
    _one(
        "a 100% ; third 0%", "a 80% ; third 20%",
        "When account csm owned is yes, First weighs 80% instead of 100%; Third weighs 20% instead of 0%",
    ),
    _one(
        "/ 2 + 1", "/ 2 + 2",
        "More is computed as (the score of Health in More + the value of Seats) ÷ 2 + 2 instead of (the score of Health in "
        "More + the value of Seats) ÷ 2 + 1",
    ),
    _one(
        "score (health.score + seats.value) / 2 + 1 ; ", "",
        "More is the mean of its members instead of (the score of Health in More + the value of Seats) ÷ 2 + 1",
    ),
    _one("rollup sum", "rollup maximum", "Raw is the highest of its members instead of the sum of its members"),
    _one("  borderline within 3\n", "", "Health is no longer borderline near a boundary (before: within 3 points)"),
    _one(
        'scorecard more "More" { ', 'scorecard more "More" { borderline within 5 ; ',
        "More is now borderline within 5 points of a boundary",
    ),
    _one('scorecard raw "Raw" { bands none ; rollup sum ; tickets 2 ; seats 3 }\n', "", "The scorecard Raw is gone"),
    _one("missing redistribute ; third", "third", "Data that Inside lacks are treated otherwise"),
    (
        (("third 40%\n", "third 40%\n".replace("third", "inner")),
         ("{ a 50% ; third 50% }", "{ a 50% ; inner 50% }"), ("{ a 100% ; third 0% }", "{ a 100% ; inner 0% }"),
         ('scorecard health "Health"', 'scorecard inner "Third" { bands rag ; third }\nscorecard health "Health"')),
        ["Third is new in Health, with a weight of 40%", "Third no longer counts in Health (it weighed 40%)"],
    ),
]  # fmt: skip

OF_CONDITIONS: list[Case] = [
    _one(
        "+ account.csm_priority", "+ account.csm_priority * 2",
        "The output sum of uses account csm priority × 2 instead of account csm priority",
    ),
    _one(
        "/ 7, 2)", "/ 7, 3)",
        "The output rounded is (subscription licensed users ÷ 7), rounded to 3 decimals instead of (subscription licensed "
        "users ÷ 7), rounded to 2",
    ),
    _one(
        "licensed_users, 3)", "licensed_users, 3, 5)",
        "The output largest is the largest of subscription licensed users, 3 and 5 instead of the largest of subscription "
        "licensed users and 3",
    ),
    _one("within 30 days", "within 60 days",
         "The output flagged says whether subscription renewal date is within the last 60 days instead of within the last 30"),
    _one("output region = account.region", "output region = account.csm_owned",
         "The output region is account csm owned is yes instead of account region"),
    _one("output told = m.value", "output told = n.value", "The output told is changed in a way that these words do not show"),
    _one("when m is green", "when n is green", "Segment Seven: Same is green, changed in a way that these words do not show"),
    _one("x > 10", "x > 20", "The definition big asks whether x is above 20 instead of above 10"),
    _one(
        "let plain_one = account.csm_priority", "let plain_one = account.csm_owned",
        "“plain one” means account csm owned is yes instead of account csm priority",
    ),
    _one(
        "> 3 and support.tickets_last_month < 4", "> 3 and support.tickets_last_month < 4 and account.csm_owned",
        "The segment One is narrower: only accounts where account csm owned is yes",
    ),
    _one(
        "> 3 and support.tickets_last_month < 4", "> 4 and support.tickets_last_month < 5",
        "Segment One: subscription licensed users are above 4 and support tickets last month is below 5 instead of "
        "subscription licensed users are above 3 and support tickets last month is below 4",
    ),
    _one(
        "> 3 and support.tickets_last_month < 4", "> 4 and support.tickets_last_month < 5 and account.csm_owned",
        "Segment One: subscription licensed users are above 4 and support tickets last month is below 5 and account csm owned "
        "is yes instead of subscription licensed users are above 3 and support tickets last month is below 4",
    ),
    _one("when 10 < sub", "when 20 < sub",
         "Segment Two: subscription licensed users are above 20 instead of subscription licensed users are above 10"),
    _one("in 10..20", "in 15..25", "Segment Three: subscription licensed users are from 15 to 25 instead of from 10 to 20"),
    _one("in 10..20", "in (15, 17)",
         "Segment Three: subscription licensed users are 15 or 17 instead of from 10 to 20, which is narrower"),
    _one("in 10..20", "in 5..", "Segment Three: subscription licensed users are at least 5 instead of from 10 to 20, which is wider"),
    _one(
        "in 10..support", "in >20..<support",
        "Segment Four: subscription licensed users are above 20 and below support tickets last month instead of at least 10 "
        "and at most support tickets last month",
    ),
    _one(
        'account.name contains "x"', 'lower(account.name) contains "x"',
        "Segment Five: lower(account name) contains “x” instead of account name contains “x”",
    ),
    _one(
        "in this month or next", "in this month or last",
        "Segment Six: subscription renewal date is in the last month or this one instead of in this month or the next",
    ),
]  # fmt: skip

_NEW = "output plans"
_CALL = ' ; playbook "Call"'
_NOTE = '  when mood is red because "The mood is red"\n'

OF_THINGS: list[Case] = [
    _one(_NEW, f"let idle = account.csm_priority + 1\n{_NEW}", "The named value “idle” is new"),
    _one(_NEW, f'segment idle "Idle ones" when account.csm_owned\n{_NEW}', "The segment Idle ones is new"),
    _one(_NEW, f"define idle(x) = x + 1\n{_NEW}", "The definition idle is new"),
    _one(_NEW, f"table idle(x count) {{ < 10 gives 1 ; otherwise gives 2 }}\n{_NEW}", "The table idle is new"),
    _one(_NEW, f'measure idle "Idle" {{ value account.csm_priority ; points 1 }}\n{_NEW}', "The measure Idle is new"),
    _one(_NEW, f'trigger extra "Extra" {{\n when mood is yellow\n when small }}\n{_NEW}', "The trigger Extra is new"),
    _one(_NEW, f'template extra "Extra" {{ body "Dear {{account.name}}" }}\n{_NEW}', "The template Extra is new"),
    _one(
        _NEW, 'matrix extra "Extra" {\n rows health ; columns account.size: large\n green gives "a" ; yellow gives "b" ; '
        f'red gives "c" }}\n{_NEW}',
        "The matrix Extra is new",
    ),
    _one(
        'problem "too many" when', 'invariant "too many" always',
        "The invariant “too many” is new", "The problem “too many” is gone",
    ),
    _one("assume sub", 'assume account.csm_owned = true because "most are"\nassume sub',
         "Where account CSM owned is missing, “yes” is now assumed"),
    _one(_NOTE, f"{_NOTE}  when small\n", "The trigger Note also fires when in the segment Small accounts"),
    _one(
        f"{_NOTE}  when health is yellow and small", "  when mood is yellow\n  when health is red and enterprise",
        "The trigger Note fires when CSM sentiment is yellow; or when Health is red and in the segment Enterprise instead of "
        "when CSM sentiment is red; or when Health is yellow and in the segment Small accounts",
    ),
    _one('; subject "Hello"', '; labels "a", "b" ; subject "Hello"', "The labels of the template Letter are changed"),
    _one('; subject "Hello"', '; format markdown ; subject "Hello"', "The format of the template Letter is markdown instead of text"),
    _one(' ; subject "Hello"', "", "The subject of the template Letter is gone (before: “Hello”)"),
    _one(_CALL, f' ; reason "It is {{health}}"{_CALL}', "The reason of the trigger Call the customer is new: “It is {the band of Health}”"),
    _one(_CALL, "", "The playbook of the trigger Call the customer is gone (before: “Call”)"),
    _one(" ; due as_of + 7 days", "", "The day that the trigger Call the customer is due is gone (before: the as-of date + 7 days)"),
    _one(
        '= "csm"', '= account.region default "x", flagged until changed',
        "The field helper of the trigger Call the customer is account region, or “x” where missing, flagged until it is changed "
        "instead of “csm”",
    ),
    _one("The mood is red", "The mood is {mood}",
         "The explanation of the trigger Note is The mood is {the band of CSM sentiment} instead of The mood is red"),
    _one('\n  otherwise "Ask"', "", "In the matrix Engagement, anything else is no cell instead of Ask"),
    _one(
        '"Keep", "Scale" ; yellow gives "Watch", "Watch" ; red gives "Act", na',
        '"Hold", "Grow" ; yellow gives "Look", "Watch" ; red gives "Do", na',
        "In the matrix Engagement, green / large is Hold instead of Keep; green / small is Grow instead of Scale; and 2 more",
    ),
    _one(
        '  otherwise "Ask"', '  otherwise gives ask\n  cell ask "Ask" { text "Please" ; owner "Sales" }',
        "In the matrix Engagement, the text of Ask is Please instead of nothing; the owner of Ask is Sales instead of nothing",
    ),
]  # fmt: skip

GROUPS = {
    "measures": (BEFORE, MEASURES), "ratings": (RATINGS, OF_RATINGS), "bands": (SETS_OF_BANDS, OF_BANDS),
    "tables": (TABLES, OF_TABLES), "cards": (CARDS, OF_CARDS), "conditions": (CONDITIONS, OF_CONDITIONS),
    "things": (BEFORE, OF_THINGS),
}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "changes", "expected"),
    [
        pytest.param(before, *case, id=f"{name}-{number}")
        for name, (before, cases) in GROUPS.items()
        for number, case in enumerate(cases)
    ],
)
def test_a_rare_change_is_said_in_a_sentence(
    tmp_path: Path, before: str, changes: tuple[tuple[str, str], ...], expected: list[str]
) -> None:
    said = said_of(tmp_path, before, *changes)
    assert sorted(said.summaries().values()) == sorted(expected)


@pytest.mark.parametrize(("old", "new", "expected"), APPLIES)
def test_where_a_measure_applies(tmp_path: Path, old: str, new: str, expected: str) -> None:
    before = BEFORE.replace("; applies to all except small }", f"; {old} }}")
    said = said_of(tmp_path, before, (f"rate as given ; {old} }}", f"rate as given ; {new} }}"))
    assert list(said.summaries().values()) == [expected]


def test_what_acts_always_comes_to_act_only_when(tmp_path: Path) -> None:
    before = BEFORE.replace("cap points 60 when recent", "cap points 60")
    said = said_of(tmp_path, before, ("cap points 60", "cap points 60 when recent"))
    assert list(said.summaries().values()) == ["The cap of support issues at 60 points acts only when recent"]


def test_a_baseline_comes(tmp_path: Path) -> None:
    before = BEFORE.replace("\n  baseline 40", "")
    said = said_of(tmp_path, before, ("  missing impute 50", "  missing impute 50 ; baseline 30"))
    assert list(said.summaries().values()) == ["The baseline of support issues is new: 30 points"]


def test_a_template_is_written_for_fewer(tmp_path: Path) -> None:
    before = BEFORE.replace("for health is red ; subject", "subject")
    said = said_of(tmp_path, before, ("{ subject", "{ for small ; subject"))
    assert list(said.summaries().values()) == [
        "The template Letter is written only when in the segment Small accounts"
    ]


def test_a_text_of_a_cell_is_gone(tmp_path: Path) -> None:
    before = BEFORE.replace(
        '  otherwise "Ask"', '  otherwise gives ask\n  cell ask "Ask" { text "Please" ; owner "Sales" }'
    )
    said = said_of(tmp_path, before, (' ; owner "Sales"', ""))
    assert list(said.summaries().values()) == [
        "In the matrix Engagement, the owner of Ask is nothing instead of Sales"
    ]


def test_another_thing_of_the_same_title(tmp_path: Path) -> None:
    measure = (
        'measure third "Third" { value account.csm_priority ; rate { green when < 3 ; red otherwise } }\n'
    )
    text = f'{BANDS}{measure}scorecard inner "Inner" {{ rest }}\nscorecard card "Card" {{ third }}\n'
    text = text.replace(
        "scorecard inner", measure.replace("third", "rest").replace("Third", "Rest") + "scorecard inner"
    )
    said = said_of(tmp_path, text, (measure, ""), ('scorecard inner "Inner"', 'scorecard third "Third"'))
    assert "Third in Card is another one of the same name" in said.summaries().values()


def test_what_is_new_or_gone_has_one_side(tmp_path: Path) -> None:
    new = said_of(tmp_path, BEFORE, (_NEW, f"define idle(x) = x + 1\n{_NEW}"))
    assert new.sides() == [(None, "x + 1")]
    table = said_of(
        tmp_path, BEFORE, (_NEW, f"table idle(x count) {{ < 10 gives 1 ; otherwise gives 2 }}\n{_NEW}")
    )
    assert table.sides() == [(None, "x is below 10: 1; otherwise: 2")]
    trigger = said_of(
        tmp_path, BEFORE, (_NEW, f"trigger extra {{\n when mood is yellow\n when small }}\n{_NEW}")
    )
    assert trigger.sides() == [(None, "CSM sentiment is yellow; or when in the segment Small accounts")]
    measure = said_of(
        tmp_path, BEFORE, (_NEW, f"measure idle {{ value account.csm_priority ; points 1 }}\n{_NEW}")
    )
    assert measure.sides() == [(None, "account CSM priority")]
    template = said_of(tmp_path, BEFORE, (_NEW, f'template extra {{ body "Dear {{account.name}}" }}\n{_NEW}'))
    assert template.sides() == [(None, "Dear {account name}")]


def test_in_a_sum_weights_count_as_they_are_written(tmp_path: Path) -> None:
    """Two parts of the one and three of the other are no shares of a whole: the sum is larger than before."""
    said = said_of(tmp_path, CARDS, ("sum ; tickets  50% ; seats  50%", "sum ; tickets 2 ; seats 3"))
    assert list(said.summaries().values()) == [
        "Support issues in Shares weigh 2 instead of 50%",
        "Seats in Shares weigh 3 instead of 50%",
    ]


def test_of_special_weights_only_those_that_differ_are_told(tmp_path: Path) -> None:
    said = said_of(
        tmp_path, CARDS, ("tickets 40% ; seats 40% ; third 20%", "tickets 40% ; seats 50% ; third 10%")
    )
    assert list(said.summaries().values()) == [
        "When account csm owned is yes, Seats weigh 50% instead of 40%; Third weighs 10% instead of 20%"
    ]


MEASURED = f"""{BANDS}
measure a "Largest" {{ value max(support.tickets_last_month, 3) ; points 1 * value }}
measure b "Share" {{ value support.tickets_last_month / subscription.licensed_users ; points 1 * value }}
measure c "Mood" {{ rate {{ green when sentiment.rating = "green" ; red otherwise }} }}
scorecard all "All" {{ a ; b ; c }}
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("month, 3)", "month, 3, 5)",
         "Largest is measured by the largest of support tickets last month, 3 and 5 instead of the largest of support "
         "tickets last month and 3"),
        ("support.tickets_last_month / subscription.licensed_users",
         "support.open_emergency_tickets / account.csm_priority",
         "Share is measured by support open emergency tickets ÷ account csm priority instead of support tickets last month ÷ "
         "subscription licensed users"),
        ('{ rate { green when sentiment.rating = "green" ; red otherwise } }', "{ value sentiment.rating ; rate as given }",
         "Mood now has a value: sentiment rating; Mood is rated as given: the value is itself green, yellow or red instead "
         "of green sentiment rating is “green”; red"),
    ],
)  # fmt: skip
def test_what_is_measured(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert list(said_of(tmp_path, MEASURED, (old, new)).summaries().values()) == [expected]


def test_a_scorecard_that_redistributes_does_so_said_or_not(tmp_path: Path) -> None:
    """Without a policy the weight of what is missing goes to the others anyway; only within a group may it undo another one."""
    assert said_of(tmp_path, BEFORE, ("  missing redistribute\n", "")).summaries() == {}
    assert said_of(tmp_path, CARDS, ("missing redistribute ; third", "third")).summaries().keys() == {
        "lacking.x.missing"
    }

"""Facts that are wished for: after one of the first guesses the evaluator says that the condition holds, or that it does not."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from attrs import frozen

import ruleengine
from ruleengine.casebook.accounts import Account, blank, changed
from ruleengine.casebook.edges import Edges
from ruleengine.casebook.wishes import Wishes
from ruleengine.checker.index import Index
from ruleengine.tree import ruleset as r
from tests.casebook.books import SCHEMA, number, text

AS_OF = date(2024, 6, 30)
_DATE = text(format="date")
_MORE: dict[str, Any] = {
    "signed": _DATE,
    "height": number(""),
    "visitors": number("count"),
    "nick": text(),
    "signed_off": {"type": "boolean"},
    "kinds": {"type": "array", "items": text(enum=["phone", "mail"])},
    "days": {"type": "array", "items": _DATE},
    "amounts": {"type": "array", "items": number("count")},
    "ticks": {"type": "array", "items": {"type": "boolean"}},
    "second": text(enum=["small", "large"]),
    "visits": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["kind"],
            "properties": {
                "kind": text(),
                "on": _DATE,
                "minutes": {"type": "integer", "minimum": 0, "x-unit": "count"},
                "paid": {"type": "boolean"},
                "cost": number(""),
                "roles": {"type": "array", "items": text()},
                "guests": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"age": number("count")}},
                },
            },
        },
    },
}
_HEAD = """\
ruleset demo 1.0.0 { facts thing 1 ; calendar fiscal year starts february, zone "UTC" }
bands rag { green 50..100 points 80 ; yellow 20..<50 points 40 ; red 0..<20 points 10 }
bands marks { good 50..100 points 75 ; poor 0..<50 points 25 }

let weekly  = series of v.minutes for v in visits by v.on
let phoned  = series of v.minutes for v in visits where v.kind = "phone" by v.on
let mood    = series of v.kind for v in visits by v.on
let costs   = series of v.cost for v in visits by v.on
let payment = series of v.paid for v in visits by v.on
let newest  = latest v in visits where v.minutes > 10 by v.on
let longest = latest v in visits by v.minutes
let shown   = newest default (first v in visits)
let listed  = list v in visits where v.kind = "phone"
let limit   = if plan = "large" then 100 else 10
assume seats = 4 because "so many are usual"

table price(n count, p text) {
  < 10, "small" gives 1
  < 10, any     gives 2
  any,  any     gives 3
}
table level(n count) {
  < 10 gives {word: "low",  points: 1}
  any  gives {word: "high", points: 5}
}
define twice(n count) = n * 2
define much(n count) = n > 7 and n < 900
define taken(v text, w text) = v = w

measure size  { bands rag ; value ratio ; rate { green when >= 50 ; yellow when >= 20 ; red otherwise } }
measure given { bands rag ; value name ; rate as given }
measure slow  {
  bands rag
  value ratio * 2
  rate when active { green when > 10 ; red otherwise }
  rate { points value otherwise }
  fresh by signed, stale after 1 month, expired after 60 days
  applies when share > 10%
}
measure plain { bands rag ; rate { green when active ; yellow when ratio = 3 ; na excluded "no" when ratio = 4 ; red otherwise } }
scorecard inner { bands rag ; plain }
scorecard outer { bands rag ; grace first 30 days from signed ; group one { size ; given } ; inner }
matrix way { rows size ; columns plan: small, large ; green gives up, up ; yellow gives up, na ; red gives down, down ; cell up "Up"
  cell down "Down" }
trigger fell { when size is red and active ; when ratio = 77 ; reason "it fell" }
"""
#: Conditions of which both can be brought about.
EITHER = (
    # comparisons
    "ratio = 3", "ratio != 3", "ratio < 3", "ratio <= 3", "ratio > 3", "ratio >= 3", "3 < ratio", "3 >= ratio",
    "share >= 12.5%", "fee < 20 USD", "age <= 30 days", "term > 2 months", 'plan = "large"', 'name = "Ann"', "active",
    "active = false", "since > 2024-01-01", "seen_at < 2024-01-01", "seats > 7",
    "since > signed", "since >= signed", "since = signed", "since != signed", "since <= signed", "since < signed",
    "ratio < height", "plan = second", "plan != second", "name = nick", "active = signed_off", "active != signed_off",

    # intervals, lists of choices, periods
    "ratio in 5..9", "ratio in >5..<9", "ratio in 5..", "ratio in ..<9", "not (ratio in 5..9)", "since in 2024-01-01..2024-03-31",
    "since in this fiscal quarter", "since in this month or last", "since in next year", "ratio in (1, 2, 3)",
    'name in ("Ann", "Bob")', 'plan in ("small")', "ratio not in (1, 2)", "2 in (ratio, height)",
    "since within 10 days", "since within 3 months", "not (since within 2 months)", "seen_at within 7 days",
    # logic, choices, names
    "ratio > 3 and active", "ratio > 3 or active", "not (ratio > 3 or active)", "not active",
    'if plan = "large" then active else ratio > 5', "if active then ratio > 1 else ratio < 0",
    "much(visitors)", "twice(seats) = 12", "price(seats, plan) = 2", "price(seats, plan) = 3",
    "taken(name, nick)", '{word: name}.word = "Ann"', "count true of (active, ratio > 3, share > 1%) = 2",
    "(ratio default 5) > 5", "(ratio default height) = 9",
    # arithmetic
    "ratio + 2 = 9", "ratio - 2 = 9", "12 - ratio = 9", "2 + ratio > 9", "ratio + height = 9", "ratio - height > 9", "ratio * 2 = 9",
    "2 * ratio = 9", "ratio * height = 9", "ratio / 4 = 9", "ratio / height = 0.5", "-ratio = 9", "abs(ratio) = 9", "round(ratio, 1) = 9",
    "min(ratio, height) = 9", "max(ratio, height) = 9", "floor(ratio) > 9", "mean(ratio, height) = 4", "ratio > 3 * 4 - 1",
    # dates
    "days since since = 9 days", "weeks since since = 3", "months since since > 2 months", "quarters since since = 2",
    "years since since >= 1", "days until since = 9 days", "months until since > 2 months",
    "since + 10 days > as_of", "since - 10 days < as_of", "since + 2 months > as_of", "since - 2 months < as_of",
    "since > as_of - 5 days", "since > start of fiscal quarter", "since <= end of month", "year(since) = 2020", "month(since) = 3",
    "day(since) = 12", "fiscal quarter (since) = 2", "fiscal year (since) = 2024", 'name of quarter (since) = "2024-Q1"',
    "days since date(seen_at) = 4 days",
    # texts
    'name contains "nn"', 'starts_with(name, "An")', 'ends_with(name, "nn")', 'lower(name) = "ann"', 'trim(name) = "Ann"',
    "length(name) = 4", 'matches(name, "^ab+$")', 'matches(name, "cat|dog")',
    # what is known
    "ratio is known", "ratio is missing", "ratio is na", "signed is known", "contact is missing", "words is known", "ratio + height is known",
    "newest.minutes is known", "newest.minutes is missing", "newest is known", "weekly is known", "growth of weekly over 1 month is missing",
    "(ratio default height) is missing", "(if active then ratio else height) is missing", "days since signed is known",
    "(ratio < height) is missing", "contact.email is known", 'contact.email = "a@b.c"', "limit is known",
    "(first v in visits where v.minutes > 3) is known", "price(seats, plan) is known",
    # lists
    'words contains "red"', "kinds contains \"mail\"", "count(words) = 3", "(count w in words) = 2", 'any w in words where w = "red"',
    'all w in words where w = "red"', "any m in ticks", "all m in ticks", "any d in days where d within 10 days",
    "(count v in visits) = 0", "(count v in visits where v.minutes > 3) = 2", "(sum of v.minutes for v in visits) > 40",
    "(sum of v.minutes for v in visits) = 0", '(max of v.minutes for v in visits where v.kind = "phone") > 40',
    "any v in visits where v.kind = \"phone\" and v.paid", "all v in visits where v.minutes > 3",
    'any v in visits where v.roles contains "lead"', "any v in visits where (any g in v.guests where g.age > 3)",
    "newest.minutes = 30", 'longest.kind = "phone"', "shown.minutes = 30", "(first v in visits).minutes > 5",
    "(earliest v in visits by v.on).minutes = 5", "count(listed) = 2", "any v in listed where v.minutes > 3",
    "(any v in (top 2 v in visits by v.minutes) where v.paid)", "days since newest.on < 10 days",
    'newest.roles contains "lead"', "(first d in days) > 2024-03-01", "(latest a in amounts by a) = 5",
    "(if active then newest else longest).minutes = 12",
    # series
    "value of weekly at as_of > 40", "value of weekly 2 months ago = 40", "change of weekly over 1 month > 10",
    "change of weekly over 20 days = -5", "growth of weekly over 1 month >= 10%", "monthly slope of costs over 3 months > 5",
    "daily slope of weekly over 3 months > 5", "days without change of weekly > 20 days", "months without change of weekly >= 2 months",
    "days without change of mood = 5 days", "days without change of payment = 5 days", "consecutive declines of weekly >= 2",
    "consecutive rises of weekly = 3", "mean of weekly over 3 values = 12", "sum of weekly over 2 values = 12",
    "max of weekly over 3 months > 30", "value of phoned at as_of = 5", 'value of mood at as_of = "mail"',
    # measures, scorecards, matrices, triggers, the result before
    "size is green", "size is not green", "size is in (red, yellow)", "size is worse than green", "given is red", "size is scored",
    "size is missing", "slow is stale", "slow is expired", "slow is not_applicable", "slow is missing", "slow.value = 12", "size.points = 40",
    "outer is red", "outer.one is green", "inner is scored", "way is up", "size is better than previous size",
    "size is worse than previous size", "previous outer.score > 30", 'previous size is green', "fell", "plain is excluded",
    "inner is green", "outer is better than red",
)  # fmt: skip
#: Conditions whose opposite nobody guesses: what the table gives otherwise is not looked for.
HELD = ('level(seats).word = "high"', "level(seats).points = 1", "level(seats).points = 5")


@frozen(slots=True, eq=False)
class Wished:
    """A program with a segment for each condition, and one for its opposite; and what guesses facts for them."""

    ruleset: ruleengine.Ruleset
    wishes: Wishes
    start: Account
    conditions: dict[str, r.Segment]

    def after(self, name: str, truth: bool) -> dict[str, Any] | None:
        """The facts after the first guess for a condition with which it holds, or decidedly does not hold."""
        segment = self.conditions[name]
        opposite = f"not_{name}"
        self.wishes.begin(self.start)
        guesses = list(self.wishes.hold(segment.condition, truth, {}))
        assert len(guesses) <= 24
        for patch in guesses:
            account = changed(self.start, patch, self.ruleset.evaluator.program.facts)
            found = self.ruleset.evaluator.result(account.facts, account.as_of, previous=account.previous)[
                "segments"
            ]
            assert not {name, opposite} <= set(found)
            if (name if truth else opposite) in found:
                return account.facts
        return None


@pytest.fixture(scope="module")
def wished(tmp_path_factory: pytest.TempPathFactory) -> Wished:
    """All the conditions in one ruleset."""
    folder = tmp_path_factory.mktemp("wished")
    segments = "".join(
        f"segment c{place} when {condition}\nsegment not_c{place} when not ({condition})\n"
        for place, condition in enumerate(EITHER + HELD)
    )
    files = {
        "rulesets/demo/1.0.0.rules": _HEAD + segments,
        "schemas/thing/1.schema.json": json.dumps(
            {**SCHEMA, "properties": {**SCHEMA["properties"], **_MORE}}
        ),
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    ruleset = ruleengine.load(
        "demo@1.0.0", rulesets=folder / "rulesets", schemas=folder / "schemas", cache=False
    )
    program = ruleset.evaluator.program
    index = Index(program, ruleset.sources, program.path, {})
    start = blank(program.facts, AS_OF, program.id_path)
    steps = {step.label: step for step in program.steps if isinstance(step, r.Segment)}
    return Wished(ruleset, Wishes(index, Edges(index)), start, steps)


@pytest.mark.parametrize("truth", [True, False])
@pytest.mark.parametrize("condition", EITHER)
def test_a_guess_brings_about_what_is_wished_for(wished: Wished, condition: str, truth: bool) -> None:
    assert wished.after(f"c{EITHER.index(condition)}", truth) is not None


@pytest.mark.parametrize("condition", HELD)
def test_a_guess_makes_a_condition_hold(wished: Wished, condition: str) -> None:
    assert wished.after(f"c{len(EITHER) + HELD.index(condition)}", True) is not None

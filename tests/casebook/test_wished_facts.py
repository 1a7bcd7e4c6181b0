"""Facts that are wished for: after one of the first guesses the evaluator says that the condition holds, or that it does not."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from attrs import evolve, frozen

import ruleengine
from ruleengine.casebook.accounts import Account, blank, changed
from ruleengine.casebook.edges import Edges
from ruleengine.casebook.wishes import Wishes
from ruleengine.checker.index import Index
from ruleengine.tree import ruleset as r
from tests.casebook.books import SCHEMA, number, text

AS_OF = date(2024, 6, 30)
_DATE = text(format="date")
_PERSON = {"type": "object", "required": ["name"], "properties": {"name": text(), "of": _DATE}}
_MORE: dict[str, Any] = {
    "signed": _DATE,
    "left": _DATE,
    "nicks": {"type": "array", "items": text()},
    "account": {"type": "object", "properties": {"owner": _PERSON, "second": _PERSON}},
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
                "place": {
                    "type": "object",
                    "properties": {"city": text(), "streets": {"type": "array", "items": text()}},
                },
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
let begins  = signed default 2024-01-01
let ends    = left default 2024-12-31
let names   = words default nicks
let given_place = newest.place default longest.place
let number0 = ratio
let row0    = weekly
let turn0   = active
assume seats = 4 because "so many are usual"

table price(n count, p text) {
  < 10, "small" gives 1
  < 10, any     gives 2
  any,  any     gives 3
}
table level(n count) {
  < 5  gives na excluded "too few"
  < 10 gives {word: "low",  points: 1}
  any  gives {word: "high", points: 5}
}
table counted(n count) {
  < 5 gives na excluded "too few"
  < 9 gives true
  any gives false
}
define twice(n count) = n * 2
define much(n count) = n > 7 and n < 900
define paired(n count) = {word: name, points: n + 2}
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
measure pair { bands marks ; value ratio ; rate { good when >= 50 ; poor otherwise } }
scorecard inner { bands rag ; plain }
scorecard mixed { bands rag ; pair ; inner }
scorecard bare { bands none ; pair }
scorecard outer { bands rag ; grace first 30 days from signed ; group one { size ; given } ; inner }
matrix way { rows size ; columns plan: small, large ; green gives up, up ; yellow gives up, na ; red gives down, down ; cell up "Up"
  cell down "Down" }
trigger fell { when size is red and active ; when ratio = 77 ; reason "it fell" }
"""
#: Conditions of which both can be brought about.
EITHER = (
    # comparisons
    "ratio = 3", "ratio != 3", "ratio < 3", "ratio <= 3", "ratio > 3", "ratio >= 3", "3 < ratio", "3 >= ratio", "share >= 12.5%",
    "fee < 20 USD", "age <= 30 days", "term > 2 months", 'plan = "large"', 'name = "Ann"', "active", "active = false",
    "since > 2024-01-01", "seen_at < 2024-01-01", "seats > 7", "since > signed", "since >= signed", "since = signed",
    "since != signed", "since <= signed", "since < signed", "ratio < height", "plan = second", "plan != second", "name = nick",
    "active = signed_off", "active != signed_off",
    # intervals, lists of choices, periods
    "ratio in 5..9", "ratio in >5..<9", "ratio in 5..", "ratio in ..<9", "not (ratio in 5..9)", "since in 2024-01-01..2024-03-31",
    "since in this fiscal quarter", "since in this month or last", "since in next year", "ratio in (1, 2, 3)",
    'name in ("Ann", "Bob")', 'plan in ("small")', "ratio not in (1, 2)", "2 in (ratio, height)", "since within 10 days",
    "since within 3 months", "not (since within 2 months)", "seen_at within 7 days", "since in begins..ends",
    "since in >begins..<ends", "ratio in height..9", "ratio in 1..height", "ratio in height..", "since in signed..left",
    "since within term", "since within age", "since + age > as_of", "since - term < as_of", "as_of >= 2025-03-01",
    "as_of < 2024-03-01", "since < signed + 3 days",
    # logic, choices, names
    "ratio > 3 and active", "ratio > 3 or active", "not (ratio > 3 or active)", "not active",
    'if plan = "large" then active else ratio > 5', "if active then ratio > 1 else ratio < 0", "much(visitors)",
    "twice(seats) = 12", "price(seats, plan) = 2", "price(seats, plan) = 3", "taken(name, nick)", '{word: name}.word = "Ann"',
    "count true of (active, ratio > 3, share > 1%) = 2", "(ratio default 5) > 5", "(ratio default height) = 9", "counted(seats)",
    "count true of (active, signed_off) = 1", "if active then true else ratio > 5", "(any v in visits where v.paid) = true",
    # arithmetic
    "ratio + 2 = 9", "ratio - 2 = 9", "12 - ratio = 9", "2 + ratio > 9", "ratio + height = 9", "ratio - height > 9",
    "ratio * 2 = 9", "2 * ratio = 9", "ratio * height = 9", "ratio / 4 = 9", "ratio / height = 0.5", "-ratio = 9",
    "abs(ratio) = 9", "round(ratio, 1) = 9", "min(ratio, height) = 9", "max(ratio, height) = 9", "floor(ratio) > 9",
    "mean(ratio, height) = 4", "ratio > 3 * 4 - 1",
    # dates
    "days since since = 9 days", "weeks since since = 3", "months since since > 2 months", "quarters since since = 2",
    "years since since >= 1", "days until since = 9 days", "months until since > 2 months", "since + 10 days > as_of",
    "since - 10 days < as_of", "since + 2 months > as_of", "since - 2 months < as_of", "since > as_of - 5 days",
    "since > start of fiscal quarter", "since <= end of month", "year(since) = 2020", "month(since) = 3", "day(since) = 12",
    "fiscal quarter (since) = 2", "fiscal year (since) = 2024", 'name of quarter (since) = "2024-Q1"',
    "days since date(seen_at) = 4 days",
    # texts
    'name contains "nn"', 'starts_with(name, "An")', 'ends_with(name, "nn")', 'lower(name) = "ann"', 'trim(name) = "Ann"',
    "length(name) = 4", 'matches(name, "^ab+$")', 'matches(name, "cat|dog")',
    # what is known
    "ratio is known", "ratio is missing", "ratio is na", "signed is known", "contact is missing", "words is known",
    "ratio + height is known", "newest.minutes is known", "newest.minutes is missing", "newest is known", "weekly is known",
    "growth of weekly over 1 month is missing", "(ratio default height) is missing",
    "(if active then ratio else height) is missing", "days since signed is known", "(ratio < height) is missing",
    "contact.email is known", 'contact.email = "a@b.c"', "limit is known", "(first v in visits where v.minutes > 3) is known",
    "price(seats, plan) is known", "(if active then signed_off else ratio > 3) is known",
    "(if active then signed else since) is known", "(if active then name else nick) is known", "account.owner is known",
    "account.owner.of is known", 'account.owner.name = "Eve"',
    # lists
    'words contains "red"', "kinds contains \"mail\"", "count(words) = 3", "(count w in words) = 2",
    'any w in words where w = "red"', 'all w in words where w = "red"', "any m in ticks", "all m in ticks",
    "any d in days where d within 10 days", "(count v in visits) = 0", "(count v in visits where v.minutes > 3) = 2",
    "(sum of v.minutes for v in visits) > 40", "(sum of v.minutes for v in visits) = 0",
    '(max of v.minutes for v in visits where v.kind = "phone") > 40', "any v in visits where v.kind = \"phone\" and v.paid",
    "all v in visits where v.minutes > 3", 'any v in visits where v.roles contains "lead"',
    "any v in visits where (any g in v.guests where g.age > 3)", "newest.minutes = 30", 'longest.kind = "phone"',
    "shown.minutes = 30", "(first v in visits).minutes > 5", "(earliest v in visits by v.on).minutes = 5", "count(listed) = 2",
    "any v in listed where v.minutes > 3", "(any v in (top 2 v in visits by v.minutes) where v.paid)",
    "days since newest.on < 10 days", 'newest.roles contains "lead"', "(first d in days) > 2024-03-01",
    "(latest a in amounts by a) = 5", "(if active then newest else longest).minutes = 12", 'names contains "red"',
    "count(names) = 2", "(first m in ticks)", "count(list of v.kind for v in visits) = 2", 'newest.place.city = "Bern"',
    "newest.place.city is known", 'newest.place.streets contains "Elm"', 'given_place.city = "Bern"',
    '(if active then account.owner else account.second).name = "Eve"', "(account.owner default account.second).of > 2024-03-01",
    "(if active then newest.place else longest.place).city = \"Bern\"", "words contains name", '["a", "b"] contains name',
    'paired(seats).word = "Ann"', "paired(seats).points > 20", "ratio > height", "contact.email is missing", "name contains nick",
    "words contains lower(name)",
    # series
    "value of weekly at as_of > 40", "value of weekly 2 months ago = 40", "change of weekly over 1 month > 10",
    "change of weekly over 20 days = -5", "growth of weekly over 1 month >= 10%", "monthly slope of costs over 3 months > 5",
    "daily slope of weekly over 3 months > 5", "days without change of weekly > 20 days",
    "months without change of weekly >= 2 months", "days without change of mood = 5 days",
    "days without change of payment = 5 days", "consecutive declines of weekly >= 2", "consecutive rises of weekly = 3",
    "mean of weekly over 3 values = 12", "sum of weekly over 2 values = 12", "max of weekly over 3 months > 30",
    "value of phoned at as_of = 5", 'value of mood at as_of = "mail"',
    # measures, scorecards, matrices, triggers, the result before
    "size is green", "size is not green", "size is in (red, yellow)", "size is worse than green", "given is red",
    "size is scored", "size is missing", "slow is stale", "slow is expired", "slow is not_applicable", "slow is missing",
    "slow.value = 12", "size.value = 3", "size.points = 40", "outer is red", "outer.one is green", "inner is scored", "way is up",
    "size is better than previous size", "size is worse than previous size", "previous outer.score > 30",
    'previous size is green', "fell", "plain is excluded", "inner is green", "outer is better than red",
    "way is not_applicable", "way is known", "way is missing", "way is na", "way is scored", "way is not known",
    "mixed.pair is poor", "mixed.pair is good", "mixed.inner is yellow", "bare.pair is poor",
)  # fmt: skip
#: Conditions whose opposite nobody guesses: what the table gives otherwise is not looked for.
HELD = (
    'level(seats).word = "high"', "level(seats).points = 1", "level(seats).points = 5",
    '(if active then {word: name} else {word: nick}).word = "Ann" or active', "sqrt(ratio) = 3 or active",
)  # fmt: skip
#: Conditions that nothing can bring about.
NEVER = (
    "newest.minutes = 1.5", "years since since = 9000", "as_of > 9999-12-31", "since within 999999 months",
    "since + 9999999 days < as_of", "since + 999999 months < as_of", "seats > 1000", "visitors = 2000000000000000",
    "month(since) = 13", "active and not active", "if active then false else false", "length(name) = 41.5", "count(words) = -1",
    'level(seats).word = "middle"', "count([ratio, height]) = 3", 'plan = "large" and plan = "small"',
)  # fmt: skip


#: Names of names, of which fifty are followed; conditions in conditions, of which twenty-four are.
_CHAINS = "".join(
    f"let number{place + 1} = number{place}\nlet row{place + 1} = row{place}\nlet turn{place + 1} = not turn{place}\n"
    for place in range(55)
)
_NAMED = (
    "number40 = 3",
    "change of row40 over 1 month > 10",
    "(change of row40 over 1 month) is missing",
    "turn20",
)
_TOO_FAR = (
    "number55 = 3",
    "change of row55 over 1 month > 10",
    "(change of row55 over 1 month) is missing",
    "turn55",
)
#: What an account may hold already.
FULL: dict[str, Any] = {
    "ratio": 5, "height": 4, "active": False, "words": ["blue"], "contact": {"email": "b@c.d"}, "days": ["2020-01-01"],
    "visits": [{"kind": "mail", "minutes": 2, "paid": False, "on": "2024-06-01"}],
}  # fmt: skip
ALREADY = (
    "ratio is known", "ratio is missing", "ratio > height", "contact.email is missing", 'words contains "red"', "count(words) = 3",
    'any v in visits where v.kind = "phone" and v.paid', "all v in visits where v.minutes > 3", "newest.minutes = 30",
    'longest.kind = "phone"', "(first v in visits).minutes > 5", "(first d in days) > 2024-03-01",
)  # fmt: skip
_CONDITIONS = (*EITHER, *HELD, *NEVER, *_NAMED, *_TOO_FAR)


@frozen(slots=True, eq=False)
class Wished:
    """A program with a segment for each condition, and one for its opposite; and what guesses facts for them."""

    ruleset: ruleengine.Ruleset
    wishes: Wishes
    start: Account
    conditions: dict[str, r.Segment]

    def after(self, condition: str, truth: bool, **facts: Any) -> dict[str, Any] | None:
        """The facts after the first guess for a condition with which it holds, or decidedly does not hold."""
        name = f"c{_CONDITIONS.index(condition)}"
        start = evolve(self.start, facts=self.start.facts | facts)
        segment = self.conditions[name]
        opposite = f"not_{name}"
        self.wishes.begin(start)
        guesses = list(self.wishes.hold(segment.condition, truth, {}))
        assert len(guesses) <= 24
        for patch in guesses:
            account = changed(start, patch, self.ruleset.evaluator.program.facts)
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
        for place, condition in enumerate(_CONDITIONS)
    )
    files = {
        "rulesets/demo/1.0.0.rules": _HEAD + _CHAINS + segments,
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
    assert wished.after(condition, truth) is not None


@pytest.mark.parametrize("truth", [True, False])
@pytest.mark.parametrize("condition", ALREADY)
def test_a_guess_changes_what_is_there_already(wished: Wished, condition: str, truth: bool) -> None:
    assert wished.after(condition, truth, **FULL) is not None


@pytest.mark.parametrize("condition", HELD + _NAMED)
def test_a_guess_makes_a_condition_hold(wished: Wished, condition: str) -> None:
    assert wished.after(condition, True) is not None


@pytest.mark.parametrize("condition", NEVER)
def test_nothing_brings_about_what_cannot_be(wished: Wished, condition: str) -> None:
    assert wished.after(condition, True) is None


@pytest.mark.parametrize("condition", _TOO_FAR)
def test_what_lies_very_deep_is_not_looked_into(wished: Wished, condition: str) -> None:
    assert wished.after(condition, True) is None

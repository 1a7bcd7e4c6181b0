"""Measures: rows, several ratings, points, steps, linear, as given, applicability, missing, baseline; tables, matrices, checklists."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

from tests.conformance.making.reference import by_reference
from tests.conformance.making.writing import RAG, Case, Group, Topic, account, accounts, topic


def staircase() -> list[Case]:
    """Rows with closed, open and single edges: below, on and above each."""
    found = []
    for number in (-1, 0, 0.5, 1, 4.9, 5, 5.1, 14.9, 15, 15.1, 99.9, 100, 100.1):
        band = (
            "yellow"
            if number == 0
            else "green"
            if 0 < number <= 5
            else "yellow"
            if 5 < number < 15
            else "red"
            if number >= 15
            else None
        )
        reason = "silence is no sign of health" if number == 0 else None
        measure = {
            "status": "scored" if band else "invalid",
            "band": band,
            "points": {"green": 87.5, "yellow": 62.5, "red": 25, None: None}[band],
        }
        expected: dict[str, Any] = {
            "measures": {"m": {**measure, **({"reason": reason} if reason else {})}},
            "problems": [] if band else ["RE505"],
        }
        found.append(account({"a": number}, expected, "rule"))
    return found


STEPS: dict[str, Callable[[float, int], bool]] = {"above": lambda value, edge: value > edge, "from": lambda value, edge: value >= edge,
         "below": lambda value, edge: value < edge, "up to": lambda value, edge: value <= edge}  # fmt: skip


def steps() -> list[Group]:
    """How many of the edges 3, 6 and 9 a value passes, in each of the four ways."""
    found = []
    for word, passes in STEPS.items():
        text = f"measure m {{ value a ; points steps {word} 3, 6, 9 }}\nmeasure k {{ value a ; rate {{ points steps {word} 3, 6, 9 when yes ; points 0 otherwise }} }}\nscorecard s {{ m ; k }}"
        cases = []
        for number in (2.9, 3, 3.1, 6, 8.9, 9, 9.1):
            points = sum(passes(number, edge) for edge in (3, 6, 9))
            measures = {"m": {"points": points, "band": None}, "k": {"points": points}}
            cases.append(
                account(
                    {"a": number, "yes": True},
                    {"measures": measures, "scorecards": {"s": {"score": points}}},
                    "rule",
                )
            )
        found.append(accounts(f"steps {word}", text, cases, rules=[17]))
    return found


def linear() -> Group:
    """A line from 0 to 40 over 10..<50, one downwards over 50..<150, and a formula above."""
    text = """measure m {
  value a
  rate {
    points 0                   when < 10
    linear 0..40               when in 10..<50
    linear 100..40             when in 50..<150
    points min(100, value / 2) otherwise
  }
}
scorecard s { m }
"""
    cases = []
    for number in (9.9, 10, 20, 30, 49, 50, 75, 100, 149, 150, 180, 300):
        exact = Fraction(str(number))
        points = (
            0
            if exact < 10
            else (exact - 10) * 40 / 40
            if exact < 50
            else 100 - (exact - 50) * 60 / 100
            if exact < 150
            else min(Fraction(100), exact / 2)
        )
        cases.append(
            account(
                {"a": number}, {"measures": {"m": {"points": Fraction(points), "status": "scored"}}}, "rule"
            )
        )
    return accounts("linear", text, cases, rules=[17])


def several_ratings() -> Group:
    """Ratings for some accounts, and one for the others."""
    several = (
        RAG
        + """measure m {
  value a
  rate when n = 1 { green when <= 35 ; yellow when <= 60 ; red otherwise }
  rate when n = 2 { green when <= 65 ; yellow when <= 90 ; red otherwise }
  rate { na not_applicable "nobody is expected to call" otherwise }
}
scorecard s { m }
"""
    )
    cases = []
    for n, edge in ((1, (35, 60)), (2, (65, 90))):
        for number in (edge[0], edge[0] + 1, edge[1], edge[1] + 1):
            band = "green" if number <= edge[0] else "yellow" if number <= edge[1] else "red"
            cases.append(
                account(
                    {"a": number, "n": n}, {"measures": {"m": {"status": "scored", "band": band}}}, "rule"
                )
            )
    cases += [
        account(
            {"a": 5, "n": 3},
            {
                "measures": {
                    "m": {"status": "not_applicable", "band": None, "reason": "nobody is expected to call"}
                }
            },
        ),
        account({"a": 5}, {"measures": {"m": {"status": "missing", "band": None}}}),
        account({"n": 1}, {"measures": {"m": {"status": "missing", "value": None}}}),
    ]
    return accounts("several ratings", several, cases, rules=[2])


def given_words() -> Group:
    """Words that are bands, and words that are none."""
    given = (
        RAG
        + "measure m { value colour ; rate as given }\nmeasure w { bands rag ; value word ; rate as given }\nscorecard s { m ; w }"
    )
    words = [
        account(
            {"colour": word, "word": word},
            {"measures": {"m": {"band": word}, "w": {"band": word, "status": "scored"}}},
        )
        for word in ("green", "yellow", "red")
    ]
    words += [
        account(
            {"word": "blue"},
            {
                "measures": {"m": {"status": "missing"}, "w": {"status": "invalid", "band": None}},
                "problems": ["RE512"],
            },
        ),
        account(
            {"colour": "blue"},
            {
                "measures": {"m": {"status": "invalid", "band": None}, "w": {"status": "missing"}},
                "problems": ["RE504"],
            },
        ),
        account({"word": "Green"}, {"measures": {"w": {"status": "invalid"}}, "problems": ["RE512"]}),
    ]
    return accounts("as given", given, words, rules=[5, 15])


def rows_without_rating() -> Group:
    """Rows that say why there is none, and rows that say why."""
    reasons = (
        RAG
        + "measure m {\n  value a\n  rate {\n"
        + "".join(
            f'    na {reason} "it is {reason}" when = {number}\n'
            for number, reason in enumerate(
                ("missing", "not_applicable", "excluded", "invalid", "expired"), 1
            )
        )
        + '    green when = 6\n    red otherwise because "nothing else"\n  }\n}\nscorecard s { m }'
    )
    of_rows = [
        account(
            {"a": number},
            {
                "measures": {"m": {"status": reason, "band": None}},
                "scorecards": {"s": {"status": reason, "score": None}},
            },
        )
        for number, reason in enumerate(("missing", "not_applicable", "excluded", "invalid", "expired"), 1)
    ]
    of_rows += [
        account({"a": 6}, {"measures": {"m": {"status": "scored", "band": "green"}}}),
        account({"a": 7}, {"measures": {"m": {"band": "red", "reason": "nothing else"}}}),
    ]
    return accounts("rows without a rating", reasons, of_rows, rules=[1, 14])


def points_in_bands() -> Group:
    """Points bring a band where there are bands; outside all of them they are invalid."""
    text = (
        RAG
        + "measure m { bands rag ; value a ; points value * 100 }\nmeasure k { value b ; rate { green when > 5 ; points 60 when > 3 ; points 200 when > 1 ; red otherwise } }\nscorecard s { m ; k }"
    )
    cases = []
    for number in (0, Fraction(49, 100), Fraction(1, 2), Fraction(3, 4), 1):
        points = Fraction(number) * 100
        band = "green" if points >= 75 else "yellow" if points >= 50 else "red"
        cases.append(account({"a": number}, {"measures": {"m": {"points": points, "band": band}}}, "rule"))
    return accounts("points in bands", text, [
        *cases, account({"a": 1.01}, {"measures": {"m": {"status": "invalid", "points": None, "band": None}}, "problems": ["RE511"]}),
        account({"b": 6}, {"measures": {"k": {"points": 87.5, "band": "green"}}}), account({"b": 4}, {"measures": {"k": {"points": 60, "band": "yellow"}}}),
        account({"b": 2}, {"measures": {"k": {"status": "invalid", "points": None}}, "problems": ["RE511"]}), account({"b": 1}, {"measures": {"k": {"points": 25, "band": "red"}}}),
    ], rules=[15])  # fmt: skip


def applicability() -> Group:
    """To segments, to all except segments, and conditions: what is false decides, what is undecided gives its reason."""
    text = (
        RAG
        + """segment big when people > 10
segment strategic when also
measure m1 { value a ; rate { green when > 5 ; red otherwise } ; applies to big, strategic }
measure m2 { value a ; rate { green when > 5 ; red otherwise } ; applies to all except big, strategic }
measure m3 { value a ; rate { green when > 5 ; red otherwise } ; applies when yes ; applies to all except big }
scorecard s { m1 ; m2 ; m3 }
"""
    )
    documents = []
    for people, also, yes in product((20, 5, None), (True, False, None), (True, False, None)):
        document = {"a": 7, "people": people, "also": also, "yes": yes}
        documents.append({key: value for key, value in document.items() if value is not None})
    keys: dict[str, tuple[str, ...]] = {
        "measures": ("status", "value", "band"),
        "scorecards": ("score", "coverage"),
        "segments": (),
    }
    return accounts("applicability", text, by_reference(text, documents, keys), rules=[3, 6, 11, 12])


def tables() -> list[Group]:
    """Decision tables: every hit policy over rows that fit, that do not, and that are undecided."""
    rows = "{ > 10, any gives %s ; any, true gives %s ; > 20, any gives %s }"
    text = 'accept RE402 because "it is about overlaps"\naccept RE401 because "and about gaps"\naccept RE403 because "and about reach"\n'
    for policy in ("first", "one", "agreeing"):
        text += f"table {policy}_of(x number, y flag) hits {policy} {rows % (1, 2, 3)}\noutput {policy} = {policy}_of(a, yes)\n"
        text += f"table {policy}_same(x number, y flag) hits {policy} {rows % (5, 5, 5)}\noutput {policy}_same_rows = {policy}_same(a, yes)\n"
    text += f"table all_of(x number, y flag) hits all {rows % (1, 2, 3)}\noutput every = all_of(a, yes)\noutput total = sum(all_of(a, yes))\n"
    documents = [
        {key: value for key, value in (("a", a), ("yes", yes)) if value is not None}
        for a, yes in product((5, 10, 15, 25, None), (True, False, None))
    ]
    keys: dict[str, tuple[str, ...]] = {"outputs": (), "problems": ()}
    levels = """table cost(tier, seats count) {
  "gold", >= 100       gives {label: "large", each: 17}
  "gold", < 100        gives {label: "small", each: 19}   because "few seats cost more"
  in ("silver", "bronze"), in 1..10 gives {label: "tiny", each: 25}
  is na, any           gives {label: "nobody knows", each: 0}
  otherwise            gives {label: "other", each: 20}
}
output label = cost(tier, people).label
output each = cost(tier, people).each
"""
    hand = [
        account({"tier": tier, "people": people}, {"outputs": {"label": label, "each": each}})
        for tier, people, label, each in (
            ("gold", 100, "large", 17),
            ("gold", 99, "small", 19),
            ("silver", 10, "tiny", 25),
            ("bronze", 11, "other", 20),
            ("bronze", 1, "tiny", 25),
        )
    ]
    hand += [
        account({"people": 4}, {"outputs": {"label": None, "each": None}, "problems": []}),
        account({"tier": "gold"}, {"outputs": {"label": None, "each": None}, "problems": []}),
    ]
    return [
        accounts("hit policies", text, by_reference(text, documents, keys), rules=[2]),
        accounts("rows of records", levels, hand, rules=[2]),
    ]


def matrices() -> list[Group]:
    """A matrix of three bands and three tiers, one of segments and blocks, and what happens where there is no cell."""
    text = (
        RAG
        + """measure m { value a ; rate { green when >= 10 ; yellow when >= 5 ; red otherwise } }
scorecard s { m }
matrix x "Which way" {
  rows    s
  columns tier: gold, silver, bronze
  green   gives grow, grow, keep
  yellow  gives keep, keep, "Just watch"
  red     gives rescue, keep, na
  cell grow "Grow it" { owner "Sales" ; text "{a} is much" ; field playbook "Expansion" }
  cell keep
  cell rescue "Rescue it" { owner "Managers" }
}
matrix y {
  rows    word: north, south
  columns s
  north   gives "a", "b", "c"
  otherwise gives "d"
}
matrix z {
  rows    s
  columns segments: big, small
  blocks  tier: gold, silver
  for gold   { green gives "1", "2" ; yellow gives "3", "4" ; red gives "5", na }
  for silver { green gives "6", "7" ; yellow gives "8", "9" ; red gives na, na }
  otherwise gives "none"
}
segment big when people > 10
segment small when people <= 10
output to_grow = x is grow
output busy = x is in (grow, rescue)
output who = x.owner default "Nobody"
output book = x.playbook
"""
    )
    text = text.replace('  otherwise gives "d"\n', '  south   gives "d", "d", "e"\n')
    documents = []
    for a, tier in product((12, 7, 1, None), ("gold", "silver", "bronze", None)):
        document = {
            "a": a,
            "tier": tier,
            "people": 20 if a == 12 else 5,
            "word": "north" if tier == "gold" else "south" if tier == "silver" else "west",
        }
        documents.append({key: value for key, value in document.items() if value is not None})
    documents += [{"a": 12}, {"a": 12, "tier": "gold"}]
    keys: dict[str, tuple[str, ...]] = {
        "matrices": ("status", "cell", "label", "owner", "text", "at"),
        "outputs": (),
        "problems": (),
    }
    return [accounts("matrices", text, by_reference(text, documents, keys), rules=[2])]


def checklists() -> Group:
    """Three criteria, one of which gives way to another: every answer to each, by the rule itself."""
    text = (
        "bands rag { green 75..100 points 100 ; yellow 25..<75 points 50 ; red 0..<25 points 0 }\n"
        + """checklist list "Questions" {
  red    worse "Worse" when yes
  yellow bad   "Bad"   when also unless worse
  green  fine  "Fine"  when third
}
scorecard s { list }
output answered = list.yes
output denied = list.no
output unknown = list.unknown
"""
    )
    cases = []
    for yes, also, third in product((True, False, None), repeat=3):
        facts = {
            key: said for key, said in (("yes", yes), ("also", also), ("third", third)) if said is not None
        }
        gives_way = yes is True
        answers = {"worse": yes, "bad": False if gives_way else also, "fine": third}
        points = {"worse": 0, "bad": 50, "fine": 100}
        scored = [points[name] for name, answer in answers.items() if answer is True]
        unknown = sum(answer is None for answer in answers.values())
        expected = len(scored) + unknown
        statuses = {
            name: {
                "status": "scored" if answer is True else "missing" if answer is None else "not_applicable"
            }
            for name, answer in answers.items()
        }
        card = {
            "score": Fraction(sum(scored), len(scored)) if scored else None,
            "coverage": Fraction(len(scored), expected) if expected else None,
        }
        outputs = {"answered": len(scored), "denied": 3 - expected, "unknown": unknown}
        cases.append(
            account(facts, {"measures": statuses, "scorecards": {"s": card}, "outputs": outputs}, "rule")
        )
    return accounts("checklists", text, cases, rules=[10, 12, 14])


def topics() -> list[Topic]:
    """Two files."""
    stairs = (
        RAG
        + """accept RE401 because "a negative number has no outcome"
measure m {
  value a
  rate {
    yellow when = 0 because "silence is no sign of health"
    green  when in >0..5
    yellow when > 5 and < 15
    red    when in 15..
  }
}
scorecard s { m }
"""
    )
    of_measures = [
        accounts("rows and their edges", stairs, staircase(), rules=[2, 17]), *steps(), linear(), several_ratings(), given_words(), rows_without_rating(), points_in_bands(), applicability(),
    ]  # fmt: skip
    return [
        topic("measures", "Ratings, points, steps, lines, words that are given, applicability.", of_measures),
        topic("tables", "Decision tables, matrices and checklists.", [*tables(), *matrices(), checklists()]),
    ]

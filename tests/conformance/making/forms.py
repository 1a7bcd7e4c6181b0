"""Every form of every statement: with and without each of its optional parts, with one element and with several."""

from __future__ import annotations

from typing import Any

from tests.conformance.making.writing import RAG, Group, Topic, account, accounts, fault, faults, topic

MEASURE = "measure m { value a ; rate { green when > 5 ; red otherwise } }\n"

#: Blocks with nothing in them; each stands twice, under two names.
EMPTY = (
    ("bands «k {{ }}\nmeasure l {{ bands k ; value a ; points value }}\noutput z = l", "RE312"), ("bands «k of whole numbers {{ }}\nmeasure l {{ bands k ; value a ; points value }}\noutput z = l", "RE312"), ("bands «k of whole numbers {{ good 0..1 }}\nmeasure l {{ bands k ; value a ; points value }}\noutput z = l", "RE312"),
    ("table «k(x, y) hits first {{ }}\noutput z = k(a, b)", "RE111"), ("table «k(x, y) {{ }}\noutput z = k(a, b)", "RE111"), ("table «k(x) hits one {{ }}\noutput z = k(a)", "RE111"), ("table «k() hits one {{ }}\noutput z = k()", "RE111"),
    ("table «k() {{ }}\noutput z = k()", "RE111"), ("table «k(x) {{ }}\noutput z = k(a)", "RE111"), ("measure «k \"K\" {{ }}", "RE111"), ("measure «k {{ }}", "RE111"), ("trigger «k \"K\" {{ }}", "RE111"), ("trigger «k {{ }}", "RE111"),
    ("checklist «k \"K\" {{ }}", "RE111"), ("checklist «k {{ }}", "RE111"), ("template «k \"K\" {{ }}", "RE111"), ("template «k {{ }}", "RE111"), ("scorecard «k \"K\" {{ }}", "RE111"), ("scorecard «k {{ }}", "RE111"), ("scorecard «k \"K\" {{ description \"d\" }}", "RE111"), ("matrix ««k \"K\" {{ }}", "RE111", "RE111"), ("matrix ««k {{ }}", "RE111", "RE111"),
    ("measure l {{ value a ; «rate when yes {{ }} }}\noutput k = l", "RE111"), ("measure l {{ value a ; «rate {{ }} }}\noutput k = l", "RE111"),
    ("scorecard k {{ m 50% ; group «g \"G\" 50% {{ }} }}", "RE111"), ("scorecard k {{ m ; group «g \"G\" {{ }} }}", "RE111"), ("scorecard k {{ m 50% ; group «g 50% {{ }} }}", "RE111"), ("scorecard k {{ m ; group «g {{ }} }}", "RE111"),
    ("scorecard k {{ m ; «weights when yes {{ }} }}", "RE310"), ("segment h when yes\nscorecard k {{ m ; «weights for h {{ }} }}", "RE310"), ("measure l {{ value a ; points 3 ; «fresh by day }}\noutput k = l", "RE111"),
    ("matrix «k \"K\" {{ rows m }}", "RE111"), ("matrix «k {{ rows m }}", "RE111"), ("output k = «count of (yes)", "RE213"), ("output k = «share of (yes)", "RE213"),
    ("table k() hits first {{ «otherwise gives 3 ; otherwise gives 4 }}\noutput l = k()", "RE213"), ("table k() {{ «otherwise gives 3 ; otherwise gives 4 }}\noutput l = k()", "RE213"),
    ("table k(x, y) {{ «> 10, > 5, > 3 gives 3 because \"so\" ; otherwise gives 4 because \"else\" }}\noutput l = k(a, b)", "RE316"),
    ("matrix k {{\n  rows m\n  columns segments: one\n  blocks tier\n  «for silver, bronze {{ green gives na ; red gives na }}\n  otherwise na\n}}\nsegment one when yes", "RE316"),
    ("matrix k {{\n  rows m\n  columns segments: one\n  blocks tier\n  «for silver, bronze {{ }}\n  otherwise na\n}}\nsegment one when yes", "RE316"),
    ("matrix k {{\n  rows m\n  columns segments: one\n  blocks tier\n  for gold {{ }}\n  otherwise na\n  «otherwise na\n}}\nsegment one when yes", "RE110"),
    ("scorecard k {{ m ; round to 1 decimal ; «accept RE403 because \"so\" }}", "RE413"), ("trigger k {{ when yes ; «accept RE403 because \"so\" }}", "RE413"),
    ("template k {{ body \"x\" ; «accept RE403 because \"so\" }}", "RE413"), ("checklist k {{ red q \"Q\" when yes ; «accept RE403 because \"so\" }}\nscorecard l {{ k }}", "RE413"),
)  # fmt: skip


def empty() -> list[dict[str, Any]]:
    """Each in two positions: alone, and after another line."""
    found = []
    for text, *codes in EMPTY:
        plain = text.replace("{{", "{").replace("}}", "}")
        found += [fault(plain, *codes), fault(f"# a comment\n\n{plain}", *codes)]
    return found


HEADERS = """ruleset case 1.0.0 {
  title "Every form"
  owner "nobody"
  description "One of each"
  effective from 2023-01-01%s
  facts case %s
  calendar fiscal year starts april, zone "UTC"%s
  accept RE404 because "not all is used"
  accept RE405 because "not all is scored"
  accept RE406 because "segments apply to nothing"
}
"""
FORMS = """
bands marks of whole numbers { pass 50..100 ; fail 0..49 }
bands steps of steps of 0.1 { low 0..3.9 ; high 4.0..10 }
bands words { good ; `so so` ; "bad one" }
bands rag { green 75..100 points 87.5 ; yellow 50..<75 points 62.5 ; red 0..<50 points 25 }
segment big "Big ones" when people > 10
segment small when people <= 10
segment quoted when `odd key` > 1
define answer() = 42
define three(x number, y percent, z) = x * y + z
define of_list(l list, r record) = count(l)
define of_day(d date, t timestamp) = d <= date(t)
define of_text(t text, c choice, f flag) = f and length(t) > 0 and c = "gold"
define of_time(d days, m months) = d / 1 day + m / 1 month
define of_money(m money, c count, n number) = m / 1 USD + c + n
assume b, nested.a, c = 2
assume n = 3
assume third, also = true because "so it is"
table one_row(x number) hits first { otherwise gives 1 because "always" }
table one_row_of_two(x, y) hits first { any, any gives 5 because "whatever" }
table of_one(x) { > 10 gives 1 because "much" ; <= 10 gives 2 because "little" }
table two(x, y) { otherwise gives 3 }
table three_of(x, y, z) hits all { > 1, > 2, > 3 gives 9 ; any, any, any gives 1 because "always" }
table constant() { otherwise gives 7 }
table constants() hits one { otherwise gives 8 because "eight" }
measure m "M" { value a ; description "what it is" ; bands rag ; rate { green when >= 10 because "much" ; yellow when > 5 ; red otherwise } ; fresh by day, stale after 10 days, expired after 20 days ; applies to all ; accept RE403 because "so" }
accept RE405 for one because "it is shown"
measure one "One" { value b }
measure some { value a ; points steps above 3 ; applies to big, small, quoted ; baseline 0.5 }
measure others { value word ; rate { points 1 when is na ; points 2 when contains "x" ; points 3 otherwise } ; applies to all except quoted, small }
measure stepped { value a ; rate { points steps from 1 when > 3 ; points 0 otherwise } }
measure age_of { value day ; rate when yes { points 1 when within 3 months } ; rate when also { na missing when within 1 year } ; rate { na excluded otherwise } }
measure kind_of { value tier ; rate { points 1 when in ("gold") ; points 2 when is known ; points 0 otherwise } ; missing redistribute }
measure when_of { value day ; rate { points 1 when in this month or last ; points 2 when not in 2024-01-01.. ; points 3 otherwise } }
measure capped { bands rag ; value a ; points value ; cap points 60 because "never more" ; floor points 10 ; override red when c > 99 because "so" ; missing impute 20 }
measure worded { bands words ; value word ; rate as given }
trigger asked "Asked" { when yes }
trigger full "Full" { description "full" ; when yes because "so" ; when also ; kind call ; severity high ; playbook "P" ; reason "{a / 20 shown as percent} and {b / 4 shown as percent}" ; due as_of ; field x = a ; field y = word default "w", flagged until changed ; accept RE403 because "so" }
checklist q "Q" { description "questions" ; bands rag ; red q1 "First" when yes ; green q2 when also unless q1 ; yellow q3 "Third" when third unless q1, q2, q4 ; green q4 when yes unless q1, q2 ; accept RE403 because "so" }
checklist short "Short" { green only_one when yes }
matrix x "X" {
  description "where to go"
  rows s
  columns segments: big
  green gives go ; yellow gives "text" ; red gives na
  cell go "Go" { owner "O" ; text "T {a}" ; field one "1" ; field two "2" }
  otherwise gives "else"
  accept RE403 because "so"
}
matrix y {
  rows m: green, yellow
  columns segments: big, small, quoted
  green  gives stay, here, there
  yellow gives far, near, na
  cell stay { owner "O" }
  cell here { owner "O" ; text "T" }
  cell there { }
  cell far "Far"
  cell near "Near" { }
  otherwise na
}
matrix z {
  rows word: north
  columns segments: small
  blocks m
  blocks tier
  for green, gold { north gives a_cell }
  cell a_cell "A" { owner "O" }
  otherwise b_cell
  cell b_cell
}
matrix w {
  rows word: north
  columns tier: gold
  blocks m
  for green { north gives "one" }
  otherwise na
}
matrix v {
  rows word: north, south
  columns tier: gold
  blocks m
  blocks segments: big
  for green, big { north gives "one" ; south gives "two" }
  for red, big { north gives "three" ; south gives "four" }
  otherwise na
}
template t "T" { description "a text" ; for yes ; format markdown ; subject "S" ; labels "one" ; body "B" ; accept RE403 because "so" }
template only "Only" { body "O" }
template u { format text ; labels "one", "two", "three" ; subject "U" ; body \"\"\"
  {reasons of s}
  \"\"\" }
scorecard s "S" {
  bands rag
  description "a card"
  grace first 3 days from other_day, except m, capped
  group g "G" 40% { m 50% ; capped 50% }
  group h "H" 30% { m2 }
  group i 30% { others2 50% ; kind_of2 50% }
  weights for big { g 30% ; h 40% ; i 30% }
  borderline within 1
  cap red when c > 99 because "so"
  override green when c > 98
  accept RE403 because "so"
}
scorecard single "Single" { bands rag ; m }
scorecard summed { bands none ; rollup sum ; group j "J" { some ; age_of } ; group k "K" { when_of } ; group l { others } }
scorecard meaned { bands rag ; rollup weighted mean ; grace first 1 month from other_day except m ; m ; capped }
scorecard later { bands rag ; grace first 1 month from other_day, except m ; m ; weights for small { m 1 } }
scorecard last { bands rag ; grace first 3 days from other_day except m, capped ; m ; capped ; single by band ; meaned }
scorecard sooner { bands rag ; grace first 1 month from other_day, ; m }
scorecard heavy { bands rag ; single 60% by band ; later 40% }
measure m2 { bands rag ; value a ; rate { green when >= 10 ; red otherwise } }
measure others2 { value a ; rate { points 20 when > 3 ; points 10 otherwise } }
measure kind_of2 { value a ; rate { points 20 when > 3 ; points 10 otherwise } }
problem "never" when also and c > 98
invariant "always so" always a > 0
invariant "never so" never a < 0
output answer_of = answer()
output three_of_them = three(a, 50%, 1)
output listed = of_list([a], {x: 1, y: 2})
output emptied = count([]) + count([a, b, c])
output recorded = {"x": 1, `odd key`: 2}.`odd key`
output dated = of_day(day, moment)
output texted = of_text(word, tier, yes)
output timed = of_time(age, term)
output paid = of_money(price, people, a)
output cells = one_row(a) + of_one(a) + one_row_of_two(a, b) + two(a, b) + constant() + constants()
output all_cells = three_of(a, b, c)
output share_shown = a / 20 shown as percent
output chain = if a < 0 then 1 else if a < 1 then 2 else if a < 2 then 3 else (any i in items where i.yes)
output long = a + b - c + n and_more
output either = yes or also or third or a > 3
output both = yes and also and third and a > 3
output ladder = a / 2 / 2 / 1
output deep = facts.nested.a
output negated = m is not na
output not_worse = m is not worse than green
output not_among = m is not in (green, yellow)
output among = m is in (green)
output better = m is better than red
output in_one = a in (5)
output above = a in >3..
output up_to_call = a in 0..answer()
output trues = count true of (yes)
output firsts = list of i.n for i in (top 1 i in items where i.yes by i.n)
output lasts = value of (series of i.n for i in items where i.yes by i.day) at as_of
output slope = monthly slope of (series of i.n for i in items by i.day) over 2 values
output daily = daily slope of (series of i.n for i in items by i.day) over 2 values
output none_of_it = []
output odd = `odd key` + `count`
output bands_of_words = worded is `so so`
output no = false
"""


def clean(text: str) -> str:
    """The forms without what only one of the two rulesets has."""
    return text.replace(" and_more", "").replace("[]\n", "[]\n").replace(" + `count`", "")


FACTS: dict[str, Any] = {
    "a": 12, "yes": True, "people": 20, "day": "2024-02-25", "other_day": "2023-01-01", "moment": "2024-02-26T10:00:00Z", "word": "so so", "tier": "gold", "age": 3, "term": 2,
    "price": 8, "odd key": 5, "items": [{"day": "2024-02-01", "n": 4, "yes": True}, {"day": "2024-03-01", "n": 2, "yes": True}],
}  # fmt: skip
#: b, c, n, also and third are assumed: 2, 2, 3, true and true.
OUTPUTS: dict[str, Any] = {
    "answer_of": 42, "three_of_them": 7, "listed": 1, "emptied": 3, "recorded": 2, "dated": True, "texted": True, "timed": 5, "paid": 40, "cells": 25, "all_cells": [1],
    "share_shown": 0.6, "long": 15, "either": True, "both": True, "ladder": 3, "deep": 2, "negated": True, "not_worse": True, "not_among": False, "among": True, "better": True,
    "in_one": False, "above": True, "up_to_call": True, "trues": 1, "firsts": [4], "lasts": 2, "daily": -2 / 29, "slope": -2 / 29 * 365.2425 / 12, "none_of_it": [], "odd": 5,
    "bands_of_words": True, "no": False,
}  # fmt: skip


def expected() -> dict[str, Any]:
    """What the account of the forms comes to."""
    nodes = {"g": {"score": 49.75}, "h": {"score": 87.5}, "i": {"score": 20}}
    return {
        "outputs": OUTPUTS, "problems": [], "segments": ["big", "quoted"],
        "measures": {
            "m": {"status": "scored", "band": "green", "points": 87.5, "reason": "much"}, "some": {"points": 1}, "others": {"status": "not_applicable"}, "age_of": {"points": 1},
            "when_of": {"points": 1}, "capped": {"points": 12, "band": "red"}, "worded": {"band": "so so"}, "q1": {"band": "red"}, "q2": {"status": "not_applicable"}, "q3": {"status": "not_applicable"},
        },
        "scorecards": {"s": {"score": 55.925, "band": "yellow", "nodes": nodes}, "single": {"score": 87.5}, "summed": {"score": 2}},
        "matrices": {"z": {"status": "scored", "cell": "b_cell"}, "w": {"status": "not_applicable"}, "x": {"status": "scored"}, "y": {"label": "stay"}},
    }  # fmt: skip


def groups() -> list[Group]:
    """The forms twice, under headers of both kinds, and what is empty."""
    chain = "output chain = if a < 0 then 1 else if a < 1 then 2 else if a < 2 then 3 else 4\noutput asked_list = if yes then any i in items where i.yes else any i in items where i.n > 9\n"
    text = clean(FORMS).replace(
        "output chain = if a < 0 then 1 else if a < 1 then 2 else if a < 2 then 3 else (any i in items where i.yes)\n",
        chain,
    )
    until = HEADERS % (" until 2030-01-01", "1", ""), HEADERS % ("", "1", "")
    found = [
        accounts(f"every form {number}", head + text, [account(FACTS, expected())], rules=[])
        for number, head in enumerate(until, 1)
    ]
    return [*found, faults("nothing inside", RAG + MEASURE + "output u = m\n<<here>>", empty())]


def topics() -> list[Topic]:
    """One file."""
    return [topic("forms", "Every form of every statement, and blocks with nothing in them.", groups())]

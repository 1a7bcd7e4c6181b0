"""Names that mean nothing, mean two things, or need themselves: RE2xx."""

from __future__ import annotations

from typing import Any

from tests.conformance.making.writing import HEAD, RAG, Topic, fault, faults, topic

MEASURE = "measure m { value a ; rate { green when > 5 ; red otherwise } }\n"
CARD = RAG + MEASURE + "scorecard s { m }\n"
LIBRARY = """ruleset library 1.0.0 { facts case 1 }
let size = a * 2
segment big when a > 100
define half(x number) = x / 2
measure depth { value b ; points value }
output shown = size + half(b) + (if big then 1 else 2) + depth
"""


def unknown() -> list[dict[str, Any]]:
    """Names that nothing has, RE201, RE203, RE204 and RE205."""
    return [
        fault("let total = a\noutput o = «totl", "RE201"),
        fault("output o = max(a, «aa)", "RE201"),
        fault("output o = count i in «itms", "RE201"),
        fault("output o = count i in items where «j.n > 1", "RE201"),
        fault("scorecard k { «mm ; m }", "RE201"),
        fault("scorecard k { group g { «mm } ; m }", "RE201"),
        fault("measure k { value a ; points 3 ; applies to «tall }\noutput o = k", "RE201"),
        fault("measure k { value a ; points 3 ; applies to all except «tall }\noutput o = k", "RE201"),
        fault("scorecard k { grace first 30 days from day, except «mm ; m }", "RE201"),
        fault("measure k { «bands rog ; value a ; points 3 }\noutput o = k", "RE201"),
        fault("scorecard k { «bands rog ; m }", "RE201"),
        fault("checklist l { red x \"X\" when yes ; red y \"Y\" when also unless «z }\nscorecard k { l }", "RE201"),
        fault("output o = «nested.z", "RE203"),
        fault("output o = a + «facts.z", "RE203"),
        fault("output o = count i in items where «i.z > 1", "RE203"),
        fault("output o = («first i in items).z", "RE203"),
        fault("assume «nested.z = 1 because \"so\"\noutput o = a", "RE203"),
        fault("output o = «{x: 1}.y", "RE203"),
        fault("output o = {} is known and «{}.y", "RE203"),
        fault("assume «nested.a.z = 1 because \"so\"\noutput o = a", "RE203"),
        fault("assume a, «nested.day.z = 1\noutput o = a", "RE203"),
        fault("output o = «s.z", "RE203"),
        fault("output o = «as_of.year", "RE203"),
        fault("output o = m is «gren", "RE204"),
        fault("output o = m is not «gren", "RE204"),
        fault("output o = m is worse than «gren", "RE204"),
        fault("output o = m is in (green, «rad)", "RE204"),
        fault("output o = m was «rad", "RE204"),
        fault("output o = computed s is «rad", "RE204"),
        fault("measure k { value a ; rate { «gren when > 5 ; red otherwise } }\nscorecard k2 { k }", "RE204"),
        fault("scorecard k { m ; override «rad when yes }", "RE204"),
        fault("scorecard k { m ; missing impute «rad }", "RE201"),
        fault("scorecard k { bands none ; rollup count of «gren ; m }", "RE204"),
        fault("output o = «roun(a)", "RE205"),
        fault("define twice(x) = x * 2\noutput o = twice(a) + «twce(a)", "RE205"),
        fault("table t(x) { > 10 gives 2 ; otherwise gives 3 }\noutput o = t(a) + «tt(a)", "RE205"),
    ]  # fmt: skip


def double() -> list[dict[str, Any]]:
    """Names that mean two things, RE202."""
    return [
        fault("let x = a\nlet «x = b\noutput o = x", "RE202"),
        fault("let x = a\nsegment «x when yes\noutput o = x", "RE202"),
        fault("let «nested = a\noutput o = facts.nested.a", "RE202"),
        fault("measure «m { value b ; points 3 }", "RE202"),
        fault("define f(x, «x) = x + x\noutput o = f(a, b)", "RE202"),
        fault("output o = a\noutput «o = b", "RE202"),
        fault("output o = a\nlet «o = b", "RE202"),
        fault("bands «rag { good points 1 ; bad points 0 }", "RE202"),
        fault("checklist l { red x \"X\" when yes ; green «x \"Y\" when also }\nscorecard k { l }", "RE202"),
        fault("trigger t { when yes ; field x = a ; «field x = b }", "RE202"),
        fault("output o = {x: a, «x: b}", "RE202"),
        fault("scorecard k { group g { m } ; group «g { l } }\nmeasure l { value a ; rate { green when > 5 ; red otherwise } }", "RE319"),
    ]  # fmt: skip


def circles() -> list[dict[str, Any]]:
    """Definitions that need themselves, RE206; the report stands at the first in the file."""
    return [
        fault("let «x = y + 1\nlet y = x + 1\noutput o = x", "RE206"),
        fault("let «x = x + 1\noutput o = x", "RE206"),
        fault("define f(x) = «f(x) + 1\noutput o = f(a)", "RE206"),
        fault("segment «g when not g\noutput o = g", "RE206"),
        fault("measure «k { points l + 1 }\nmeasure l { points k + 1 }\noutput o = k", "RE206"),
        fault("scorecard «k { l ; m }\nscorecard l { k ; m }", "RE206"),
        fault("assume a = «a + 1 because \"so\"\noutput o = a", "RE206"),
        fault("checklist l { red «x \"X\" when yes unless y ; red y \"Y\" when also unless x }\nscorecard k { l }", "RE206"),
        fault("trigger «t { when t }", "RE206"),
        fault("table t(x) { > 10 gives «t(x) ; otherwise gives 1 }\noutput o = t(a)", "RE206"),
    ]  # fmt: skip


def meaningless() -> list[dict[str, Any]]:
    """Names in places where they mean nothing, RE212, RE213 and RE214."""
    return [
        fault("output o = a is «scored", "RE213"),
        fault("output o = «word is red", "RE213"),
        fault("output o = «s was red", "RE213"),
        fault("table t(x) { > 10 gives 2 ; otherwise gives 3 }\noutput o = t(a) + «t", "RE213"),
        fault("measure k { value a ; points 3 ; «missing require all }\noutput o = k", "RE213"),
        fault("measure k { value a ; points 3 ; «title \"K\" }\noutput o = k", "RE213"),
        fault("trigger t { when yes ; «title \"K\" }", "RE213"),
        fault("scorecard k { m ; «owner \"me\" }", "RE213"),
        fault("checklist l { «title \"L\" ; red x \"X\" when yes }\nscorecard k { l }", "RE213"),
        fault("checklist l { red x \"X\" when yes }\nscorecard k { l }\noutput o = «l", "RE213"),
        fault("checklist l { red x \"X\" when yes }\nscorecard k { l }\noutput o = «l.maybe", "RE213"),
        fault("output o = round(a, 1, «half)", "RE214"),
        fault("scorecard k { m ; «round to 1 decimals half_evn }", "RE214"),
        fault("trigger t { when yes ; severity «terrible }", "RE214"),
        fault("output o = «price > 5 XYZ", "RE302"),
    ]  # fmt: skip


def bands() -> list[dict[str, Any]]:
    """Bands of which it is not clear which are meant, RE212, and bands that stand twice."""
    two = "bands one { green points 1 ; red points 0 }\nbands two { green points 2 ; red points 1 }\n"
    others = "bands one { green 1..2 points 1 ; red 0..<1 points 0 }\nbands two { good 1..2 points 1 ; bad 0..<1 points 0 }\n"
    sure = "measure k { bands one ; value a ; rate { green when > 5 ; red otherwise } }\n"
    both = "output x = k\nmeasure l { bands two ; value b ; rate { good when > 5 ; bad otherwise } }\noutput y = l"
    return [
        fault(f"{two}measure «m {{ value a ; rate {{ green when > 5 ; red otherwise }} }}\noutput o = m", "RE212"),
        fault(f"{two}checklist «l {{ green x \"X\" when yes }}\nscorecard k {{ bands one ; l }}", "RE212"),
        fault(f"{others}{sure}{both}\nscorecard «o {{ k }}", "RE212"),
        fault("bands one { green points 1 ; «green points 0 }\nmeasure k { value a ; rate { green otherwise } }\noutput o = k", "RE202"),
        fault("bands one { green points 1 ; red points 0 }\nbands «one { good points 1 ; bad points 0 }\nmeasure k { value a ; rate { green otherwise } }\noutput o = k", "RE202"),
    ]  # fmt: skip


def imports() -> list[dict[str, Any]]:
    """Imports of what is not there, RE207 and RE208."""
    return [
        fault("«import libary 1.0.0 (size)\noutput o = size", "RE207"),
        fault("«import library 2.0.0 (size)\noutput o = size", "RE207"),
        fault("import library 1.0.0 («siz)\noutput o = siz", "RE208"),
        fault("import library 1.0.0 (size as s, «deep as d)\noutput o = s + d", "RE208"),
        fault("import library 1.0.0 (shown)\noutput o = «shown", "RE213"),
        fault("import library 1.0.0 («size)\nlet size = a\noutput o = size", "RE202"),
        fault("import library 1.0.0 (big, half)\noutput o = half(«big)", "RE303"),
        fault("import library 1.0.0 (depth)\noutput o = «depth.nothing", "RE203"),
        fault("import library 1.0.0 («half)\noutput o = a", "RE404"),
    ]  # fmt: skip


def topics() -> list[Topic]:
    """One file."""
    with_card = HEAD + CARD + "<<here>>"
    library = {"rulesets/library/1.0.0.rules": LIBRARY.strip().split("\n")}
    groups = [
        faults("unknown", with_card, unknown()),
        faults("twice", with_card, double()),
        faults("in a circle", with_card, circles()),
        faults("out of place", with_card, meaningless()),
        faults("bands", "<<here>>", bands()),
        faults("imported", "<<here>>", imports(), files=library),
    ]
    return [topic("rejected_names", "Names that mean nothing, mean two things, or need themselves.", groups)]

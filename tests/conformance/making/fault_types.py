"""Types, units, weights and bands that do not go together: RE3xx; and what is probably a mistake: RE4xx."""

from __future__ import annotations

from typing import Any

from tests.conformance.making.writing import HEAD, RAG, Topic, fault, faults, topic

MEASURE = "measure m { value a ; rate { green when > 5 ; red otherwise } }\n"
OTHER = "measure o { value b ; rate { green when > 7 ; red otherwise } }\n"


def kinds() -> list[dict[str, Any]]:
    """Values of types or units that do not go together: RE301 to RE306."""
    return [
        fault("output x = «word > \"m\"", "RE301"),
        fault("output x = days since «a", "RE301"),
        fault("output x = a in (1, «word)", "RE301"),
        fault("output x = «a contains 3", "RE301"),
        fault("output x = «word within 3 days", "RE301"),
        fault("output x = [1, «\"a\"]", "RE301"),
        fault("output x = if yes then 1 else «\"a\"", "RE301"),
        fault("output x = a default «\"a\"", "RE301"),
        fault("output x = «day + 3", "RE301"),
        fault("output x = any i in «a where i > 1", "RE301"),
        fault("output x = growth of «numbers over 1 month", "RE301"),
        fault("table t(x) { > 10 gives 2 ; otherwise gives «\"dear\" }\noutput x = t(a)", "RE301"),
        fault("output x = start of month («a)", "RE301"),
        fault("output x = «items.n", "RE301"),
        fault("measure k { value a ; rate { green when «= \"a\" ; red otherwise } }\nscorecard s { k }", "RE301"),
        fault("trigger t { when yes ; due «a }", "RE301"),
        fault("output x = «share + 1", "RE302"),
        fault("output x = «age + term", "RE302"),
        fault("output x = «price + a", "RE302"),
        fault("output x = «price * age", "RE302"),
        fault("output x = «a / age * 2", "RE302"),
        fault("output x = age in «3..5", "RE302"),
        fault("output x = term in «3..5 days", "RE302"),
        fault("output x = day within «3", "RE302"),
        fault("output x = max(1, «age)", "RE302"),
        fault("measure k { value age ; rate { green when «> 5 ; red otherwise } }\nscorecard s { k }", "RE302"),
        fault("measure k { value share ; rate { green when «> 5 ; red otherwise } }\nscorecard s { k }", "RE302"),
        fault("output x = «round(a, 1, half_up, 3)", "RE303"),
        fault("output x = length(«a)", "RE303"),
        fault("output x = count(«a)", "RE303"),
        fault("output x = round(a, «1.5)", "RE303"),
        fault("output x = round(a, «11)", "RE303"),
        fault("define f(x, y) = x + y\noutput x = «f(a)", "RE303"),
        fault("define f(x number) = x * 2\noutput x = f(«word)", "RE303"),
        fault("table t(x number) { > 10 gives 2 ; otherwise gives 3 }\noutput x = t(«word)", "RE303"),
        fault("output x = tier in (\"gold\", «\"sliver\")", "RE304"),
        fault("output x = colour != «\"purple\"", "RE304"),
        fault("output x = (tier default \"none\") = «\"sliver\"", "RE304"),
        fault("table t(x) { «\"sliver\" gives 2 ; otherwise gives 3 }\noutput x = t(tier)", "RE304"),
        fault("segment g when «a\noutput x = g", "RE305"),
        fault("output x = «> 15", "RE305"),
        fault("output x = yes and «word", "RE305"),
        fault("output x = not «day", "RE305"),
        fault("output x = count i in items where «i.n", "RE305"),
        fault("output x = count true of (yes, «a)", "RE305"),
        fault("output x = sum of «i.word for i in items", "RE306"),
        fault("measure k { points «word }\noutput x = k", "RE306"),
        fault("output x = a * «yes", "RE306"),
        fault("output x = «word - 1", "RE306"),
        fault("scorecard s { score «word }", "RE306"),
        fault("output x = a in «10..5", "RE317"),
        fault("output x = a in «5..<5", "RE317"),
        fault("measure k { value a ; rate { green when in «10..5 ; red otherwise } }\nscorecard s { k }", "RE317"),
        fault("output x = matches(word, «\"[a\")", "RE318"),
        fault("output x = matches(word, «word)", "RE318"),
        fault("output x = matches(word, «\"(a)\\\\1\")", "RE318"),
    ]  # fmt: skip


def weights() -> list[dict[str, Any]]:
    """Weights that are not whole, and members that cannot count: RE307 to RE310, RE314, RE315, RE319."""
    return [
        fault("scorecard «s { m 60% ; o 33% }", "RE307"),
        fault("scorecard s { group «g 100% { m 60% ; o 50% } }", "RE307"),
        fault("scorecard s { m 60% ; o 40% ; «weights when yes { m 60% ; o 41% } }", "RE307"),
        fault("scorecard s { m 60% ; o «2 }", "RE308"),
        fault("scorecard s { group g 50% { m } ; o «2 }", "RE308"),
        fault("scorecard s { m 60% ; o 40% ; weights when yes { m «3 ; o 50% } }", "RE308"),
        fault("scorecard s { m 100% ; «o }", "RE309"),
        fault("scorecard «s { m 0 ; o 0 }", "RE309"),
        fault("scorecard s { group «g 50% { m 0 } ; o 50% }", "RE309"),
        fault("scorecard s { m 60% ; o 40% ; «weights when yes { m 100% } }", "RE310"),
        fault("scorecard s { m 60% ; o 40% ; weights when yes { m 50% ; o 50% ; «n 0% } }", "RE310"),
        fault("measure k { value a }\nscorecard s { m ; o ; «k }", "RE314"),
        fault("measure k { value a }\nscorecard s { m ; o ; group g { «k } }", "RE314"),
        fault("bands two { good 0..1 points 1 ; bad -1..<0 points -1 }\nmeasure k { bands two ; value a ; rate { good when > 1 ; bad otherwise } }\nscorecard inner { bands two ; k }\nscorecard s { bands rag ; m ; o ; «inner }", "RE315"),
        fault("bands two { good 0..1 points 1 ; bad -1..<0 points -1 }\nmeasure k { bands two ; value a ; rate { good when > 1 ; bad otherwise } }\nscorecard inner { bands two ; k }\nscorecard s { bands rag ; rollup maximum ; m ; o ; «inner }", "RE315"),
        fault("scorecard s { m 50% ; «m 50% }\noutput x = o", "RE319"),
        fault("scorecard s { group g { m ; o } ; group h { «o } }", "RE319"),
    ]  # fmt: skip


def band_sets() -> list[dict[str, Any]]:
    """Bands that cannot be: RE311, RE312, RE313, RE317 and RE320."""
    use = "\nmeasure k { bands two ; value a ; points value }\nscorecard s { bands two ; k }"
    sets = (
        ("good 50..100 points 75 ; «bad 0..50 points 25", "RE311"),
        ("good 50..100 points 75 ; «fair 20..60 points 40 ; bad 0..<20 points 10", "RE311"),
        ("good 75..100 points 90 ; «bad 0..<50 points 25 ; fair 50..<75 points 60", "RE312"),
        ("good 50..100 points 75 ; «bad points 25", "RE312"),
        ("good 50..100 points «40 ; bad 0..<50 points 25", "RE313"),
        ("good 50..100 points 75 ; bad 0..<50 points «50", "RE313"),
        ("good «100..50 points 75 ; bad 0..<50 points 25", "RE317"),
        ("good 50..100 points 75 ; bad «0..<0 points 0", "RE317"),
    )  # fmt: skip
    found = [fault(f"bands two {{ {text} }}{use}", code) for text, code in sets]
    many = " ; ".join(f"b{number} points {30 - number}" for number in range(27))
    single = "measure k { bands two ; value a ; rate { %s otherwise } }\nscorecard s { bands none ; k }"
    return [
        *found,
        fault(f"bands «two {{ good points 1 }}\n{single % 'good'}", "RE312"),
        fault(f"bands «two {{ {many} }}\n{single % 'b1'}", "RE312"),
    ]


def shapes() -> list[dict[str, Any]]:
    """Rows with too many cells or too few, and values of the wrong kind: RE316 and RE320."""
    return [
        fault("table t(x, y) { «> 10 gives 2 ; any, any gives 3 }\noutput x = t(a, b)", "RE316"),
        fault("table t(x, y) { «> 10, > 5, > 3 gives 2 ; any, any gives 3 }\noutput x = t(a, b)", "RE316"),
        fault("scorecard s { m }\nmatrix x {\n  rows s\n  columns tier\n  «green gives \"a\", \"b\"\n  yellow gives na, na, na\n  red gives na, na, na\n}", "RE316"),
        fault("scorecard s { m }\nmatrix x {\n  rows s\n  columns tier\n  «green gives \"a\", \"b\", na, na\n  yellow gives na, na, na\n  red gives na, na, na\n}", "RE316"),
        fault("measure k { value a ; points 3 ; fresh by day, expired after «2.5 days }\noutput x = k", "RE320"),
        fault("measure k { value a ; points 3 ; fresh by day, stale after «12 hours }\noutput x = k", "RE320"),
        fault("scorecard s { m ; grace first «1.5 months from day }", "RE320"),
    ]  # fmt: skip


def lints() -> list[dict[str, Any]]:
    """What is probably a mistake: RE401 to RE414."""
    bad = "fresh by day, expired after 120 days"
    return [
        fault("measure k { value n ; «rate { green when < 5 ; red when > 5 } }\nscorecard s { k ; m }", "RE401"),
        fault("measure k { value colour ; «rate { green when = \"green\" ; red when = \"red\" } }\nscorecard s { k ; m }", "RE401"),
        fault("«table t(x number) { > 10 gives 2 ; < 10 gives 3 }\nscorecard s { m }\noutput x = t(a)", "RE401"),
        fault("measure k { value n ; rate { green when < 5 ; «yellow when in 4..8 ; red otherwise } }\nscorecard s { k ; m }", "RE402"),
        fault("table t(x number) hits one { < 10 gives 1 ; «< 20 gives 2 ; otherwise gives 3 }\nscorecard s { m }\noutput x = t(a)", "RE402"),
        fault("measure k { value n ; rate { green when > 5 ; «yellow when > 9 ; red otherwise } }\nscorecard s { k ; m }", "RE403"),
        fault("table t(x number) { > 10 gives 1 ; «> 20 gives 2 ; otherwise gives 3 }\nscorecard s { m }\noutput x = t(a)", "RE403"),
        fault("let «l = a\nscorecard s { m }", "RE404"),
        fault("define «f(x) = x * 2\nscorecard s { m }", "RE404"),
        fault("table «t(x) { > 10 gives 1 ; otherwise gives 3 }\nscorecard s { m }", "RE404"),
        fault("bands «two { good points 1 ; bad points 0 }\nscorecard s { bands rag ; m }\nmeasure k { bands rag ; value b ; rate { green when > 1 ; red otherwise } }\nscorecard w { bands rag ; k }", "RE404"),
        fault("measure k { let «l = a ; value b ; points 3 }\nscorecard s { m ; k }", "RE404"),
        fault("assume «b = 3 because \"so\"\nscorecard s { m }", "RE404"),
        fault("measure «k { value b ; points 3 }\nscorecard s { m }", "RE405"),
        fault("measure «k { value n ; rate { green when > 5 ; red otherwise } }\nscorecard s { m }", "RE405"),
        fault("checklist «l { red x \"X\" when yes }\nscorecard s { m }", "RE405"),
        fault("segment «g when yes\nscorecard s { m }", "RE406"),
        fault("segment g when yes\nsegment «h when also\nmeasure k { value b ; points 3 ; applies to g }\nscorecard s { k }\noutput x = m", "RE406"),
        fault(f"measure k {{ value b ; rate {{ green when > 1 ; red otherwise }} ; {bad} }}\nscorecard s {{ k ; m ; «override red when k is red }}", "RE407"),
        fault(f"measure k {{ value b ; rate {{ green when > 1 ; red otherwise }} ; {bad} }}\nscorecard s {{ m ; group g {{ k ; «override red when k is red and yes }} }}", "RE407"),
        fault("scorecard s { m }\noutput x = n > «101", "RE408"),
        fault("scorecard s { m }\noutput x = n in («-1, 5)", "RE408"),
        fault("measure k { value share ; rate { green when > «120% ; red otherwise } }\nscorecard s { k ; m }", "RE408"),
        fault("scorecard s { m }\noutput x = «n >= 0", "RE409"),
        fault("scorecard s { m }\noutput x = «n < 3 and n > 7", "RE409"),
        fault("scorecard s { m }\noutput x = «s <= 100", "RE409"),
        fault("scorecard s { m }\noutput x = a / «0", "RE412"),
        fault("scorecard s { m }\noutput x = 5 / «0 + a", "RE412"),
        fault("«accept RE401 because \"there is none\"\nscorecard s { m }", "RE413"),
        fault("measure k { value b ; points 3 ; «accept RE403 because \"so\" }\nscorecard s { m ; k }", "RE413"),
        fault("«accept RE401 for nobody because \"so\"\nscorecard s { m }", "RE413"),
        fault("scorecard s { m ; «accept RE407 because \"so\" }", "RE413"),
        fault("measure k { value a / b shown as percent ; rate { green when > «5 ; red otherwise } }\nscorecard s { k ; m }", "RE414"),
        fault("measure k { value a / b shown as percent ; rate { green when in 10..«20 ; red otherwise } }\nscorecard s { k ; m }", "RE414"),
        fault("scorecard s { m }\noutput x = «s.coverage > 60", "RE302"),
    ]  # fmt: skip


def gaps() -> list[dict[str, Any]]:
    """Bands that leave a gap, RE410."""
    use = "\nmeasure k { bands two ; value a ; points value }\nscorecard s { bands two ; k }"
    sets = (
        "good 50..100 points 75 ; «bad 0..49 points 25",
        "good 75..100 points 90 ; fair 50..<75 points 60 ; «bad 0..<49.5 points 25",
        "good >50..100 points 75 ; «bad 0..<50 points 25",
    )
    found = [fault(f"bands two {{ {text} }}{use}", "RE410") for text in sets]
    steps = "bands two of steps of 0.1 { low 0..5 points 1 ; «high 5.3..10 points 8 }"
    return [*found, fault(steps + use, "RE410")]


def topics() -> list[Topic]:
    """Two files."""
    with_measures = HEAD + RAG + MEASURE + OTHER + "<<here>>"
    types = [
        faults("types and units", HEAD + RAG + MEASURE + "<<here>>\noutput used = m", kinds()),
        faults("weights", with_measures, weights()),
        faults("bands", "<<here>>", band_sets()),
        faults("shapes", HEAD + RAG + MEASURE + "<<here>>", shapes()),
    ]
    warnings = [
        faults("lints", HEAD + RAG + MEASURE + "<<here>>", lints()),
        faults("gaps of bands", "<<here>>", gaps()),
    ]
    return [
        topic("rejected_types", "Types, units, weights and bands that do not go together.", types),
        topic(
            "warned", "What is probably a mistake: reports that do not keep a ruleset from running.", warnings
        ),
    ]

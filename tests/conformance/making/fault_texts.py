"""Texts that cannot be read, and statements that are not whole: RE1xx."""

from __future__ import annotations

import base64
from typing import Any

from tests.conformance.making.writing import HEAD, RAG, Topic, fault, faults, other, topic

MEASURE = "measure m { value a ; rate { green when > 5 ; red otherwise } }\n"
CARD = RAG + MEASURE + "scorecard s { m }\n"
NESTING = 100
DEEP = 130


def unexpected() -> list[dict[str, Any]]:
    """Statements that the grammar does not know, RE101."""
    return [
        fault("«mesure k { value a }", "RE101"),
        fault("«segmnt g when yes", "RE101"),
        fault("output o «a", "RE101"),
        fault("output «= a", "RE101"),
        fault("output o = a «b", "RE101"),
        fault("output o = a «== 5", "RE101"),
        fault("output o = if yes «1 else 2", "RE101"),
        fault("output o = 1 < 2 «< 3", "RE101"),
        fault("output o = max(a, «)", "RE101"),
        fault("output o = [a, «]", "RE101"),
        fault("output o = 1 + «+ a", "RE101"),
        fault("bands «{ green ; red }", "RE101"),
        fault("bands rag { green 75«-100 ; red 0..<75 }", "RE101"),
        fault("define f «= 3", "RE101"),
        fault("table t(x) { > 10 «give 2 ; otherwise gives 3 }", "RE101"),
        fault("table t(x) hits «some { > 10 gives 2 ; otherwise gives 3 }", "RE101"),
        fault("problem «when yes", "RE101"),
        fault("invariant \"it\" «sometimes yes", "RE101"),
        fault("assume a «5", "RE101"),
        fault("import other «(x)", "RE101"),
        fault("accept «RE1 because \"it\"", "RE101"),
        fault("trigger t { «whn yes }", "RE101"),
        fault("trigger t { when yes ; «sevrity high }", "RE101"),
        fault("template t { for yes ; format «html ; body \"x\" }", "RE101"),
        fault("checklist l { red leaving \"They leave\" «if yes }", "RE101"),
    ]  # fmt: skip


def unexpected_in_measures() -> list[dict[str, Any]]:
    """Statements of a measure that cannot be read."""
    return [
        fault("«valu a", "RE101"),
        fault("rate { green when > 5 ; red «otherwse }", "RE101"),
        fault("rate { green «wen > 5 ; red otherwise }", "RE101"),
        fault("rate «given", "RE101"),
        fault("rate { linear 0..10 «if in 0..5 ; points 0 otherwise }", "RE101"),
        fault("points steps «over 1, 2, 3", "RE101"),
        fault("value a\n  «fresh at day, expired after 3 days", "RE101"),
        fault("value a\n  fresh by day, «old after 3 days", "RE101"),
        fault("value a\n  applies «for all", "RE101"),
        fault("value a\n  missing «ignore", "RE101"),
        fault("value a\n  missing require coverage «60", "RE101"),
        fault("value a\n  cap «when yes", "RE101"),
        fault("value a\n  «celing 5 when yes", "RE101"),
        fault("value a\n  baseline «= 5", "RE101"),
    ]


def unexpected_in_cards() -> list[dict[str, Any]]:
    """Statements of a scorecard that cannot be read."""
    return [
        fault("m 50%«%", "RE101"),
        fault("grup «g { m }", "RE101"),
        fault("m\n  rollup «average", "RE101"),
        fault("m\n  round to «two decimals", "RE101"),
        fault("m\n  «borderline 5", "RE201"),
        fault("m\n  grace first 30 days «since day", "RE101"),
        fault("m\n  weights «{ m 1 }", "RE101"),
        fault("m\n  override «when yes", "RE101"),
        fault("m 50% «by colour", "RE101"),
        fault("m\n  scor«e", "RE101"),
    ]


def brackets() -> list[dict[str, Any]]:
    """Brackets and quotes without a partner, signs that are none, and what is nested too deeply."""
    return [
        fault("output o = «(a + 1", "RE102"),
        fault("output o = max«(a, 5\noutput p = b", "RE102"),
        fault("output o = «[1, 2", "RE102"),
        fault("measure k «{\n  value a\n  rate { points 1 otherwise }\n\noutput o = k", "RE102"),
        fault("measure k {\n  value a\n  rate «{ points 1 otherwise\n}\noutput o = k", "RE102"),
        fault("output o = a«)", "RE103"),
        fault("output o = a\n«}", "RE103"),
        fault("output o = (a + 1«]", "RE103"),
        fault("output o = a + 1«]", "RE103"),
        fault("output o = word = «\"gold", "RE104"),
        fault("segment g «\"Gold when yes\noutput o = g", "RE104"),
        fault("measure k {\n  value a\n  description «\"Title\n  points 3\n}\noutput o = k", "RE104"),
        fault("problem «\"it cannot be\n  when yes", "RE104"),
        fault("output o = a «≥ 5", "RE105"),
        fault("output o = word = «“gold”", "RE105"),
        fault("output o = a «% 2", "RE101"),
        fault("output o = «$a", "RE105"),
        fault("output o = a «× 2", "RE105"),
        fault("output o = a «– 2", "RE105"),
        fault("output o = word = «'gold'", "RE105"),
        fault("output o = yes «&& also", "RE105"),
        fault("output o = yes «|| also", "RE105"),
        fault("output ö = 1".replace("ö", "«ö"), "RE105"),
        fault("output o = " + "(" * NESTING + "«" + "(" * (DEEP - NESTING) + "a" + ")" * DEEP, "RE106"),
        fault("output o = " + "[" * NESTING + "«" + "[" * (DEEP - NESTING) + "1" + "]" * DEEP, "RE106"),
        fault("output o = day > «2023-02-29", "RE108"),
        fault("output o = day > «2024-13-01", "RE108"),
        fault("output o = day in 2024-01-01..«2024-02-30", "RE108"),
        fault("output o = day > «2024-04-31", "RE108"),
        fault("output o = moment > «2024-02-01T25:00Z", "RE108"),
        fault("output o = a > «1_000_000_000_000_000_000_000_000_000_000_000_000_000_000_000", "RE108"),
    ]  # fmt: skip


def twice() -> list[dict[str, Any]]:
    """Statements that stand twice, RE110."""
    return [
        fault("measure k { value a ; «value b ; points 3 }\noutput o = k", "RE110"),
        fault("measure k { description \"A\" ; «description \"B\" ; points 3 }\noutput o = k", "RE110"),
        fault("measure k { points 3 ; «points 4 }\noutput o = k", "RE403"),
        fault("measure k { value a ; points 3 ; baseline 1 ; «baseline 2 }\noutput o = k", "RE110"),
        fault(
            "measure k { value a ; points 3 ; fresh by day, expired after 1 day ; «fresh by day, stale after 1 day }\noutput o = k",
            "RE110",
        ),
        fault("measure k { value a ; points 3 ; missing as zero ; «missing impute 3 }\noutput o = k", "RE110"),
        fault(f"{CARD.replace('{ m }', '{ m ; missing as zero ; «missing redistribute }')}", "RE110"),
        fault(f"{CARD.replace('{ m }', '{ m ; rollup sum ; «rollup minimum }')}", "RE110"),
        fault(f"{CARD.replace('{ m }', '{ m ; round to 1 decimal ; «round to 0 decimals }')}", "RE110"),
        fault(f"{CARD.replace('{ m }', '{ m ; borderline within 1 ; «borderline within 2 }')}", "RE110"),
        fault("trigger t { when yes ; kind call ; «kind ring }", "RE110"),
        fault("trigger t { when yes ; due as_of ; «due day }", "RE110"),
        fault("template t { body \"x\" ; «body \"y\" }", "RE110"),
        fault("template t { for yes ; «for also ; body \"y\" }", "RE110"),
    ]  # fmt: skip


def absent() -> list[dict[str, Any]]:
    """Statements that are not there and must be, RE111."""
    return [
        fault("measure «k { description \"Nothing\" }\noutput o = k", "RE111"),
        fault("scorecard «k { description \"Nobody\" }", "RE111"),
        fault("trigger «t { kind call }", "RE111"),
        fault("template «t { for yes }", "RE111"),
        fault("checklist «l { description \"Nothing\" }", "RE111"),
        fault("output o = «latest i in items", "RE111"),
        fault("output o = «earliest i in items where i.yes", "RE111"),
        fault("output o = «any i in items", "RE111"),
        fault("output o = «all i in items", "RE111"),
        fault("table «t(x) {}\noutput o = t(a)", "RE111"),
        fault("measure k { value a ; «rate {} }\noutput o = k", "RE111"),
    ]  # fmt: skip


HEADERS = (
    ("title \"A\"\n  «title \"B\"\n  facts case 1", "RE110"),
    ("facts case 1\n  «facts case 1", "RE110"),
    ("«ownr \"me\"\n  facts case 1", "RE101"),
    ("facts case «one", "RE101"),
    ("facts case 1\n  effective «since 2024-01-01", "RE101"),
    ("facts case 1\n  effective from «2023-02-29", "RE108"),
    ("«facts cases 1", "RE209"),
    ("«facts case 2", "RE209"),
    ("facts case 1\n  calendar fiscal year starts «febuary", "RE101"),
    ("facts case 1\n  calendar «zone \"Europe/Berlim\"", "RE214"),
    ("facts case 1\n  calendar «zone \"Mars\"", "RE214"),
    ("facts case 1\n  calendar fiscal year starts april, zone \"UTC\", «zone \"UTC\"", "RE110"),
    ("facts case 1\n  calendar fiscal year starts april,\n    zone \"UTC\", «fiscal year starts may", "RE110"),
    ("facts case 1\n  calendar fiscal year starts april,\n    «zone \"Mars\"", "RE214"),
    ("«facts case 1.0.0", "RE209"),
    ("title \"T\"\n  «facts case 0.1.0", "RE209"),
    ("facts case 1\n  «effective from 2024-02-01 until 2024-01-01", "RE317"),
)  # fmt: skip


def whole_files() -> list[dict[str, Any]]:
    """Files that do not begin as they must, or hold what belongs elsewhere."""
    return [
        fault("«output o = a", "RE109"),
        fault("# nothing but a comment\n«segment g when yes\noutput o = g", "RE109"),
        fault("«", "RE109"),
        fault("ruleset «case 1.0.0 { title \"No facts\" }\noutput o = 1", "RE111"),
        fault("ruleset «case 1.0.0 { }\noutput o = 1", "RE111"),
        fault("# first\nruleset «case 1.0.0 { }\noutput o = 1", "RE111"),
        fault("ruleset «kase 1.0.0 { facts case 1 }\noutput o = a", "RE210"),
        fault("ruleset «case 1.0.1 { facts case 1 }\noutput o = a", "RE210"),
        fault(f"{HEAD}output o = a\n«test \"many\" {{ as of 2024-03-01 ; facts {{id: \"a\"}} ; expect o is missing }}", "RE112"),
        fault(f"{HEAD}output o = a\nruleset «case 1.0.0 {{ facts case 1 }}", "RE110"),
    ]  # fmt: skip


def _bytes(content: bytes, code: str, line: int, column: int) -> dict[str, Any]:
    report = {"code": code, "line": line, "column": column}
    return {"source": "hand", "base64": base64.b64encode(content).decode(), "reports": [report]}


def unreadable() -> list[dict[str, Any]]:
    """Files that are no text."""
    return [
        _bytes(b'ruleset case 1.0.0 { title "\xff" }', "RE107", 1, 29),
        _bytes(b"ruleset case 1.0.0 { facts case 1 }\noutput o = \xc3\x28", "RE107", 2, 12),
        _bytes(b"ruleset\0case", "RE107", 1, 8),
        _bytes(b"ruleset case 1.0.0 { facts case 1 }\noutput o = a\x00", "RE107", 2, 13),
    ]


def topics() -> list[Topic]:
    """One file."""
    inside = f"{CARD}measure k {{\n  <<here>>\n}}\noutput o = k"
    card = f"{RAG}{MEASURE}scorecard s {{\n  <<here>>\n}}"
    groups = [
        faults("unexpected", "<<here>>", unexpected()),
        faults("unexpected in a measure", inside, unexpected_in_measures()),
        faults("unexpected in a scorecard", card, unexpected_in_cards()),
        faults("brackets, quotes and signs", "<<here>>", brackets()),
        faults("twice", "<<here>>", twice()),
        faults("absent", "<<here>>", absent()),
        faults(
            "headers", "ruleset case 1.0.0 {\n  <<here>>\n}\noutput o = 1", [fault(*each) for each in HEADERS]
        ),
        faults("whole files", "<<here>>", whole_files(), head=False),
        other("no text", "report", unreadable()),
    ]
    return [topic("rejected_texts", "Texts that cannot be read, and statements that are not whole.", groups)]

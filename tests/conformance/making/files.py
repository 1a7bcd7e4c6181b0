"""What is around a ruleset: tests of it, documents of facts, versions in force, schemas, and what a program does with files."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from tests.conformance.making.writing import HEAD, RAG, Case, Group, Topic, fault, faults, lines, other, topic

RULES = (
    RAG
    + """measure m { value a ; rate { green when > 5 ; red otherwise } ; fresh by day, expired after 30 days }
scorecard s { m }
segment big when people > 10
problem "too many" when n > 50
trigger t { when s is red and s is worse than previous s }
output doubled = a * 2
"""
)


def run(text: str, *held: list[bool]) -> Case:
    """Tests, and for each case which of its expectations hold."""
    return {"source": "hand", "tests": lines(text), "held": list(held)}


def tests() -> Group:
    """Tests of rulesets: what they give, change and expect."""
    given = "as of 2024-03-01 ; facts {a: 7, day: 2024-02-20, people: 20}"
    cases = [
        run(f"test \"one\" {{\n  {given}\n  expect s is green\n  expect s = 87.5\n  expect s.score > 90\n}}", [True, True, False]),
        run(f"test \"two\" {{ {given} ; with a = 5 ; expect s is red ; expect m.points = 25 ; expect big }}", [True, True, True]),
        run(f"test \"three\" {{ {given} ; with a = na ; expect m is missing ; expect s is green ; expect s is na }}", [True, False, True]),
        run(f"test \"four\" {{ {given} ; with day = as_of - 31 days ; expect m is expired ; with people = 3 ; expect not big }}", [True, True]),
        run(f"test \"five\" {{ {given} ; expect doubled = 13.96 to within 0.05 ; expect doubled = 13.9 to within 0.05 }}", [True, False]),
        run(f"test \"six\" {{ {given} ; with n = 51 ; expect problem \"too many\" ; expect no problem ; expect no problem \"too many\" }}", [True, False, False]),
        run(f"test \"seven\" {{ {given} ; expect no problem ; expect problem \"too many\" }}", [True, False]),
        run("test \"eight\" {\n  as of day_of_test\n  facts {a: number, day: 2024-02-20}\n  expect m is found\n  cases number, found, day_of_test {\n    7, green, 2024-03-01\n    7, expired, 2024-03-22\n    7, green, 2024-03-21\n    5, red, 2024-03-01\n    5, green, 2024-03-01\n  }\n}",
            [True], [True], [True], [True], [False]),
        run("test \"nine\" {\n  as of 2024-03-01\n  facts {a: 5, day: 2024-02-20}\n  previous as of 2024-02-01 {s: {band: green, score: 87.5}}\n  expect t\n}\ntest \"ten\" {\n  as of 2024-03-01\n  facts {a: 5, day: 2024-02-20}\n  previous {s: {band: red}}\n  expect t ; expect not t\n}", [True], [False, True]),
        run("test \"eleven\" {\n  as of 2024-03-01\n  facts {a: 5, day: 2024-02-20}\n  previous as of before {s: {band: green}}\n  expect t\n  cases before { 2024-02-01 ; 2024-02-29 }\n}\ntest \"twelve\" { as of 2024-03-01 ; facts {a: 5, day: 2024-02-20} ; expect t is na }", [True], [True], [True]),
        run("test \"thirteen\" {\n  as of 2024-03-01\n  facts \"facts/some.ndjson\" id \"two\"\n  expect doubled = 4\n}\ntest \"fourteen\" { as of 2024-03-01 ; facts \"facts/one.json\" ; expect doubled = 2 }\ntest \"fifteen\" {\n  as of 2024-03-01\n  facts \"facts/some.ndjson\" id which\n  expect doubled = wanted\n  cases which, wanted { \"one\", 2 ; \"two\", 5 }\n}", [True], [True], [True], [False]),
        run("test \"sixteen\" {\n  as of 2024-03-01\n  facts {id: \"x\", a: 5, day: 2024-02-20}\n  previous \"facts/before.ndjson\" id \"x\"\n  expect t\n}\ntest \"seventeen\" {\n  as of 2024-03-01\n  facts {id: \"x\", a: 5, day: 2024-02-20}\n  previous \"facts/before.ndjson\"\n  expect t is missing\n}", [True], [False]),
    ]  # fmt: skip
    cases += [
        run("test \"eighteen\" {\n  as of given\n  facts {}\n  previous as of given {s: {band: green, score: 87.5}, m: {band: green}}\n  expect no problem \"too\"\n  expect m is status\n  cases given, status { 2024-03-01, missing }\n}", [True, True]),
        run("test \"nineteen\" {\n  as of 2024-03-01\n  facts {}\n  previous as of 2024-02-01 {s: {band: green}, m: {band: red}}\n  expect s is na\n}\ntest \"twenty\" {\n  as of 2024-03-01\n  facts {}\n  previous {s: {band: green, score: 80}, m: {band: red}}\n  expect s is known\n}", [True], [False]),
        run("test \"a\" { as of 2024-03-01 ; facts {} ; previous {} ; expect t is na }\ntest \"b\" { as of 2024-03-01 ; facts {a: 5, day: 2024-03-01} ; previous {} ; expect t is missing }", [True], [True]),
        run("test \"c\" { as of 2024-03-01 ; facts {} ; previous as of 2024-02-01 {} ; expect t is na }\ntest \"d\" { as of 2024-03-01 ; facts {} ; previous as of 2024-02-02 {} ; expect t is missing }", [True], [True]),
        run("test \"e\" { as of 2024-03-01 ; facts {} ; previous as of x {} ; expect t is y ; cases x, y { 2024-02-01, na ; 2024-02-02, missing } }", [True], [True]),
        run("test \"f\" { as of 2024-03-01 ; facts {} ; previous as of x {s: {band: green}, m: {band: z}} ; expect t is na ; cases x, z { 2024-02-01, red } }\ntest \"g\" { as of 2024-03-01 ; facts {a: x} ; expect doubled = 6 ; cases x { 3 } }", [True], [True]),
        run("test \"h\" { as of 2024-03-01 ; facts {} ; previous as of x {} ; expect t is na ; cases x { 2024-02-01 } }\ntest \"i\" { as of 2024-03-01 ; facts {} ; expect no problem \"too many\" }", [True], [True]),
        run("test \"j\" {\n  as of 2024-03-01\n  facts {id: \"x\", a: 5, day: 2024-02-20}\n  previous \"facts/before.ndjson\" id \"x\"\n  expect t\n}\ntest \"k\" {\n  as of 2024-03-01\n  facts {id: \"x\", a: 7, day: 2024-02-20}\n  previous \"facts/before.ndjson\"\n  expect not t\n}", [True], [True]),
        run("test \"l\" { as of 2024-03-01 ; facts {} ; previous as of 2024-02-01 {s: {band: green}} ; expect t is na }\ntest \"m\" { as of 2024-03-01 ; facts {} ; previous as of 2024-02-01 {s: {band: green}, m: {band: red}} ; expect t is na }", [True], [True]),
        run("test \"n\" { as of 2024-03-01 ; facts {} ; previous as of x {s: {band: green}} ; expect t is na ; cases x { 2024-02-01 } }\ntest \"o\" { as of 2024-03-01 ; facts {} ; previous {s: {band: green}} ; expect t is na }\ntest \"p\" { as of 2024-03-01 ; facts {} ; previous {s: {band: green}, m: {band: red}} ; expect t is na }", [True], [True], [True]),
    ]  # fmt: skip
    before = '{"id": "x", "as_of": "2024-02-01", "ruleset": {"name": "case", "version": "1.0.0"}, "scorecards": {"s": {"status": "scored", "score": 87.5, "band": "green"}}}'
    files = {
        "facts/some.ndjson": ['{"id": "one", "a": 1}', '{"id": "two", "a": 2}'], "facts/one.json": ['{"id": "one", "a": 1}'],
        "facts/before.ndjson": [before],
    }  # fmt: skip
    return other("tests", "tests", cases, RULES, files=files)


IN_TESTS = (
    ("«expct s is green", "RE101"), ("expect «nothing > 1", "RE201"), ("expect s is «gren", "RE204"), ("expect «nested.x = 1", "RE203"), ("expect «rond(a) = 1", "RE205"),
    ("expect s is green and tier = «\"golden\"", "RE304"), ("expect «s.score > 3 days", "RE302"), ("with «nothing = 1", "RE203"), ("with a = «\"x\"", "RE301"), ("with day = «2024-02-30", "RE108"),
    ("«expect a = 5", "RE409"), ("«facts {a: 6}", "RE110"), ("«as of 2024-03-02", "RE110"), ("expect s is red\n  cases «x { 1 ; 2 }", "RE404"),
    ("with a = number\n  cases number { «1, 2 }", "RE316"), ("expect «a", "RE305"),
)  # fmt: skip


def in_tests() -> list[Group]:
    """Faults of tests, of their files, and of what stands in one."""
    around = 'test "one" {\n  as of 2024-03-01\n  facts {a: 7}\n  expect s is green\n  <<here>>\n}'
    shared: dict[str, Any] = {
        "head": False, "path": "rulesets/case/1.0.0.test.rules",
        "files": {"rulesets/case/1.0.0.rules": lines(HEAD + RULES), "facts/some.ndjson": ['{"id": "one", "a": 1}', '{"id": "two", "a": 2}'], "facts/broken.ndjson": ["{"]},
    }  # fmt: skip
    of_files = [
        fault("«facts \"facts/nothing.ndjson\"", "RE514"), fault("«facts \"facts/nothing.json\" id \"one\"", "RE514"), fault("«facts \"../outside.ndjson\"", "RE519"),
        fault("«facts \"/outside.ndjson\" id \"one\"", "RE519"), fault("«facts \"facts/some.ndjson\" id \"three\"", "RE513"), fault("«facts \"facts/some.ndjson\"", "RE513"),
    ]  # fmt: skip
    whole = [
        fault("test \"zero\" { as of 2024-03-01 ; facts {} ; expect s is na }\n«««test \"one\" { }", "RE111", "RE111", "RE111"),
        fault("«««test \"one\" { }\ntest \"two\" { as of 2024-03-01 ; facts {} ; expect s is na }", "RE111", "RE111", "RE111"),
        fault("««test \"one\" { as of 2024-03-01 }", "RE111", "RE111"), fault("««test \"one\" { facts {a: 7} }", "RE111", "RE111"),
        fault("test \"one\" { as of y ; facts {a: x} ; expect s is red ; «cases x, y { } }", "RE111"), fault("test \"one\" { as of x ; facts {a: y} ; expect s is green ; «cases x, y { } }", "RE111"),
        fault("test \"one\" { as of x ; facts {a: 7} ; expect s is green ; «cases x { } }", "RE111"), fault("test \"one\" { as of 2024-03-01 ; facts {a: x} ; expect s is green ; «cases x { } }", "RE111"),
        fault("«test \"one\" { facts {a: 7} ; expect s is green }", "RE111"), fault("«test \"one\" { as of 2024-03-01 ; expect s is green }", "RE111"),
        fault("«test \"one\" { as of 2024-03-01 ; facts {a: 7} }", "RE111"), fault("test \"one\" { as of 2024-03-01 ; facts {a: 7} ; expect s is green }\n«output o = a", "RE112"),
        fault("«let l = a\ntest \"one\" { as of 2024-03-01 ; facts {a: 7} ; expect s is green }", "RE112"),
        fault("test \"one\" { as of 2024-03-01 ; facts {a: 7} ; expect s is green }\n«test \"one\" { as of 2024-03-01 ; facts {a: 8} ; expect s is green }", "RE202"),
    ]  # fmt: skip
    return [
        faults("faults in tests", around, [fault(*each) for each in IN_TESTS], **shared),
        faults(
            "files of tests",
            'test "one" {\n  as of 2024-03-01\n  <<here>>\n  expect s is green\n}',
            of_files,
            **shared,
        ),
        faults("whole tests", "<<here>>", whole, **shared),
    ]


def versions() -> Group:
    """Which version is in force, and what is chosen by number."""

    def ruleset(version: str, effective: str = "") -> list[str]:
        return [f"ruleset moves {version} {{ facts case 1 ; {effective} }}", "output o = a"]

    files = {
        "rulesets/moves/1.0.0.rules": ruleset("1.0.0", "effective from 2023-01-01"), "rulesets/moves/1.1.0.rules": ruleset("1.1.0", "effective from 2023-07-01"),
        "rulesets/moves/2.0.0.rules": ruleset("2.0.0", "effective from 2024-01-01 until 2024-06-01"), "rulesets/moves/2.0.1.rules": ruleset("2.0.1"),
        "rulesets/moves/10.0.0.rules": ruleset("10.0.0"), "rulesets/still/1.0.0.rules": ["ruleset still 1.0.0 { facts case 1 }", "output o = a"],
    }  # fmt: skip
    by_date = (
        ("2023-01-01", "1.0.0"), ("2023-06-30", "1.0.0"), ("2023-07-01", "1.1.0"), ("2023-12-31", "1.1.0"), ("2024-01-01", "2.0.0"), ("2024-05-31", "2.0.0"),
        ("2024-06-01", None), ("2022-12-31", None),
    )  # fmt: skip
    by_number = (
        ("moves@1", "1.1.0"), ("moves@1.0", "1.0.0"), ("moves@2", "2.0.1"), ("moves@2.0.0", "2.0.0"), ("moves@10", "10.0.0"), ("moves@3", None), ("moves@2.1", None),
        ("mooves", None), ("still", None), ("still@1", "1.0.0"), ("moves@1.0.7", None),
    )  # fmt: skip
    cases = [_version("moves", day, version) for day, version in by_date]
    cases += [_version(selector, "2024-02-01", version) for selector, version in by_number]
    return other("versions", "version", cases, rules=[20], files=files)


def _version(selector: str, as_of: str, version: str | None) -> Case:
    expected: dict[str, Any] = {"codes": ["RE211"]} if version is None else {"version": version}
    return {"source": "hand", "selector": selector, "as_of": as_of, "expected": expected}


def record(text: str | bytes, ids: Iterable[str], *reports: tuple[str, int], form: str = "ndjson") -> Case:
    """An input of facts: the ids that are read, and code and line of each report."""
    content = {"base64": base64.b64encode(text).decode()} if isinstance(text, bytes) else {"text": text}
    return {
        "source": "hand",
        "format": form,
        **content,
        "ids": list(ids),
        "reports": [list(each) for each in reports],
    }


def records() -> list[Group]:
    """Documents that can be read, and those that are rejected, each with its line."""
    good = '{"id": "a"}\n'
    bad = (
        "{", "{]", "[1, 2", "{\"id\": \"b\"", "{\"id\": \"b\",}", "{'id': 'b'}", "{id: \"b\"}", "nothing", "{\"id\": \"b\"} {}", "5", "\"b\"", "null", "[]", "true",
        "{\"id\": \"b\", \"a\": 1e400}", "{\"id\": \"b\", \"a\": NaN}", "{\"id\": \"b\", \"a\": Infinity}", "{\"id\": \"b\", \"a\": -1e999}", "{\"id\": \"b\", \"a\": 01}",
        "{\"id\": \"b\", \"a\": .5}", "{\"id\": \"b\", \"a\": 5.}", "{\"id\": \"b\", \"a\": +5}", "{\"id\": \"b\", \"a\": 0x5}", "{\"id\": \"b\", \"word\": \"a\tb\"}", "{\"id\": \"b\", \"word\": \"\\x\"}",
        "{\"id\": \"b\", \"a\": }", "{\"id\": \"b\" \"a\": 5}", "{\"id\": \"b\", \"a\": tru}", "{\"id\": \"b\", \"word\": \"\\u12\"}", "{\"id\": \"b\", // no\n", "{\"a\"}",
    )  # fmt: skip
    rejected = [record(f"{good}{text.strip()}\n", ["a"], ("RE501", 2)) for text in bad]
    no_id = (
        '{"a": 5}',
        '{"id": null}',
        '{"id": ""}',
        '{"id": true}',
        '{"id": []}',
        '{"id": 1.5}',
        '{"id": {"id": "b"}}',
    )
    lacking = [record(f"{good}{text}\n", ["a"], ("RE502", 2)) for text in no_id]
    accepted = [
        record(good, ["a"]), record("", []), record("\n\n", []), record(f"\n{good}\n", ["a"]), record('{"id": "a"}', ["a"]), record('{"id": "a"}\r\n{"id": "b"}\r\n', ["a", "b"]),
        record('{"id": "a", "unknown": {"x": [1, {"y": null}]}}\n', ["a"]), record('{"id": "\\u00e9"}\n', ["é"]), record('{"id": "a", "a": 1e-400}\n', ["a"]), record('{"id": "a", "a": -0.0}\n', ["a"]),
        record('{"id": "a", "word": "\\ud83d\\ude00"}\n', ["a"]), record('  {"id": "a"}  \n', ["a"]), record('{"id": "a"}\n{"id": "a"}\n', ["a", "a"], ("RE503", 2)),
        record('{"id": "a"}\n{"id": "b"}\n{"id": "a"}\n', ["a", "b", "a"], ("RE503", 3)), record('[{"id": "a"}, {"id": "b"}]', ["a", "b"], form="json"), record('{"id": "a"}', ["a"], form="json"),
        record('[{"id": "a"},\n 5,\n {"id": "b"}]', ["a", "b"], ("RE501", 2), form="json"), record("[]", [], form="json"), record("id,a,nested.a\na,5,6\nb,,\n", ["a", "b"], form="csv"),
        record("id,a\na,5\n,6\n", ["a"], ("RE502", 3), form="csv"), record("id,a\na,5,7\nb,6\n", ["b"], ("RE501", 2), form="csv"), record("id,b.z\na,5\n", ["a"], ("RE517", 1), form="csv"),
        record("id,aa\na,5\n", ["a"], ("RE517", 1), form="csv"),
    ]  # fmt: skip
    not_text = [
        record(b'{"id": "a"}\n{"id": "\xff"}\n', ["a"], ("RE501", 2)),
        record(b'{"id": "a", "word": "\xc3\x28"}\n', [], ("RE501", 1)),
    ]
    refused = [
        {"source": "hand", "format": "csv", "text": text, "reports": [["RE514", 1]]}
        for text in ("id,id\na,b\n", "id,a,a\nx,1,2\n")
    ]
    return [
        other("rejected records", "records", rejected, rules=[5]), other("no id", "records", lacking, rules=[5]), other("records", "records", accepted, rules=[5]),
        other("no text", "records", not_text, rules=[5]), other("no table", "records", refused, rules=[5]),
    ]  # fmt: skip


SCHEMAS = {
    "unknown type": ('"a": {«"type": "quantity"}', "RE516"),
    "unknown unit": ('"a": {"type": "number", «"x-unit": "furlongs"}', "RE516"),
    "no reference": ('"a": {«"$ref": "#/$defs/nothing"}', "RE516"),
}


def schemas() -> list[Group]:
    """Schemas that hold what nobody can use: a ruleset that reads them is refused at the schema."""
    found = []
    for name, (text, code) in SCHEMAS.items():
        report = {"code": code, "line": 3, "column": text.index("«") + 1, "file": "schemas/own/1.schema.json"}
        schema = [
            '{"type": "object", "properties": {',
            '"id": {"type": "string", "x-id": true},',
            text.replace("«", ""),
            "}}",
        ]
        case = {"source": "hand", "put": "output o = 1", "reports": [report]}
        around = f'ruleset case 1.0.0 {{ facts own 1 ; title "{name}" }}\n<<here>>'
        found.append(
            other(f"schema: {name}", "report", [case], around, files={"schemas/own/1.schema.json": schema})
        )
    return found


def programs() -> list[Group]:
    """What a program that reads and writes files reports: only for implementations that have one."""
    cases = [
        {"do": "explain", "facts": "facts/some.ndjson", "account": "three", "codes": ["RE513"]}, {"do": "eval", "facts": "facts/nothing.ndjson", "codes": ["RE514"]},
        {"do": "eval", "facts": "facts/some.ndjson", "out": "nowhere/out.json", "format": "json", "codes": ["RE515"]},
        {"do": "eval", "facts": "facts/some.ndjson", "out": "facts", "format": "ndjson", "codes": ["RE515"]},
        {"do": "eval", "facts": "facts/twice.ndjson", "format": "json", "codes": ["RE503"]},
        {"do": "to sql", "dialect": "duckdb", "codes": ["RE610"]}, {"do": "to sql", "dialect": "spark", "codes": ["RE610"]},
    ]  # fmt: skip
    files = {
        "facts/some.ndjson": ['{"id": "one", "a": 1}', '{"id": "two", "a": 2}'],
        "facts/twice.ndjson": ['{"id": "one", "a": 1}', '{"id": "one", "a": 2}'],
    }
    capitals = "output Total = a\noutput total = a + 1"
    spark = {
        "do": "eval",
        "facts": "facts/some.ndjson",
        "engine": "spark",
        "out": "out.ndjson",
        "format": "ndjson",
        "codes": ["RE620"],
    }
    unreachable = [{"source": "hand", **spark, "master": f"spark://localhost:{port}"} for port in (1, 2)]
    return [
        other("programs", "action", [{"source": "hand", **case} for case in cases], capitals, files=files),
        other("engines", "action", unreachable, "output o = a", files=files),
    ]


def topics() -> list[Topic]:
    """One file."""
    groups = [tests(), *in_tests(), versions(), *records(), *schemas(), *programs()]
    return [topic("files", "Tests of rulesets, documents of facts, versions in force, programs.", groups)]

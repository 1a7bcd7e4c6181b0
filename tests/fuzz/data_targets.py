"""Targets for data: facts in every format, fact schemas, stored results, snapshots.

What must hold: read = delivered + rejected; what is delivered has an id and scores; an input that cannot be read at all
is one report.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import ruleengine
from ruleengine.facts.records import FactsUnreadable, ReadOptions, ReadSummary, Record
from tests.fuzz.target import ROOT, Target, Try

AS_OF = "2024-03-01"
#: How an input tells its format by its first byte.
FORMATS = {b"n": "ndjson", b"j": "json", b"c": "csv", b"?": ""}
_SCHEMA_WORDS = (
    "$schema", "$ref", "$defs", "type", "object", "array", "string", "number", "integer", "boolean", "null", "properties", "required",
    "items", "enum", "const", "anyOf", "oneOf", "allOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "format", "date",
    "date-time", "x-id", "x-unit", "x-secret", "percent", "0..1", "0..100", "days", "months", "money", "count", "additionalProperties",
    "prefixItems", "patternProperties", "title", "description", "default", "examples", "minItems", "maxItems", "pattern", "#/$defs/",
)  # fmt: skip


def _lines(path: str, count: int) -> list[bytes]:
    return (ROOT / path).read_bytes().split(b"\n")[:count]


def facts_seeds() -> Iterable[bytes]:
    """Accounts as NDJSON, as JSON, as CSV, and packed."""
    lines = _lines("examples/accounts.ndjson", 12)
    table = b"\n".join(_lines("examples/accounts.csv", 4))
    for line in lines:
        yield b"n" + line
        yield b"j" + json.dumps(json.loads(line), indent=1).encode()
    yield b"n" + b"\n".join(lines[:2])
    yield b"j[" + b",".join(lines[:2]) + b"]"
    yield from (b"c" + table, b"?" + table, b"?" + lines[0])
    yield from (b"?" + gzip.compress(each, mtime=0) for each in (lines[0], table, b""))
    yield b"c" + b'id,account.tier\n1,"a\nb"\n2,\n'


def make_facts(folder: Path) -> Try:
    """Reads facts and scores what is delivered."""
    from ruleengine.facts.readers import id_of, read_facts

    rules = ruleengine.load("customer_health@2.0.0", rulesets=ROOT / "rulesets", cache=False)
    path = folder / "facts"
    options = {format: ReadOptions(format, 50, 4096, 2**20) for format in FORMATS.values()}

    def attempt(content: bytes) -> None:
        path.write_bytes(content[1:])
        summary = ReadSummary()
        delivered = rejected = 0
        with suppress(FactsUnreadable):
            for item in read_facts([str(path)], rules.schema, options[FORMATS.get(content[:1], "")], summary):
                if not isinstance(item, Record):
                    rejected += 1
                    assert item.reason
                    continue
                delivered += 1
                assert id_of(item.document, rules.facts_model.id_path) == item.id, "the id is another one"
                if delivered < 4:
                    json.dumps(rules.score_dict(item.document, AS_OF), allow_nan=False).encode()
        assert (summary.read, summary.delivered, summary.rejected) == (
            delivered + rejected,
            delivered,
            rejected,
        )

    return attempt


def json_seeds() -> Iterable[bytes]:
    """Small documents that hold each thing that JSON has."""
    yield from (
        b'{"a": [1, -0.0, 1.5e3, true, false, null], "b": {"c": "\\u00e9\\n"}}',
        b'{"id": 9223372036854775808}',
    )
    yield from (
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"a": 1e400}',
        b'{"a": "\\ud800"}',
        b'{"a": "\\u0000"}',
        b"[1]",
        b'"a"',
        b"{}",
        b"\xff",
    )
    for line in _lines("examples/accounts.ndjson", 3):
        yield from (b"{%b}" % part for part in line[:2000].split(b"{") if part)


def make_json(folder: Path) -> Try:
    """Reads one document in both ways that there are: they take the same, and give the same."""
    from ruleengine.facts.parse import RejectedDocument, decode, first_fault, parse_slowly, parse_value

    def outcome(read: Any, content: bytes) -> tuple[str, Any]:
        try:
            return "read", json.dumps(read(content, 40), allow_nan=False, sort_keys=True)
        except RejectedDocument as rejected:
            return ("rejected" if rejected.reason and rejected.line >= 1 else "rejected without a word"), ""

    def attempt(content: bytes) -> None:
        fast, slow = outcome(parse_value, content), outcome(parse_slowly, content)
        assert fast[0] in ("read", "rejected")
        assert fast == slow, f"two ways to read differ: {fast[0]} and {slow[0]}"
        if fast[0] == "read":
            assert first_fault(decode(content), 40) is None, "what was read has a fault"

    return attempt


def schema_seeds() -> Iterable[bytes]:
    """Every schema of the project, the small ones whole, and parts of the large ones."""
    for root in ("schemas", "examples", "tests/differential/schemas", "tests/cases"):
        for path in sorted((ROOT / root).rglob("*.schema.json")):
            document = json.loads(path.read_bytes())
            whole = json.dumps(document, indent=1).encode()
            if len(whole) <= 4096:
                yield whole
            for name, part in document.get("properties", {}).items():
                small = {
                    "$defs": document.get("$defs", {}),
                    "properties": {"id": {"type": "string", "x-id": True}, name: part},
                }
                yield json.dumps({"type": "object", **small}).encode()


def make_schema(folder: Path) -> Try:
    """Reads and checks a schema, and makes documents from one that can be used."""
    from ruleengine.facts.check import check_schema
    from ruleengine.facts.csv_rows import unknown_columns  # noqa: F401 - what reads tables is imported before it is tried
    from ruleengine.facts.infer import infer_schema
    from ruleengine.facts.schema import schema_from_bytes, schema_from_document
    from ruleengine.generate import generate_documents
    from ruleengine.report.diagnostics import text

    path = folder / "fuzz/1.schema.json"
    path.parent.mkdir(parents=True, exist_ok=True)

    def attempt(content: bytes) -> None:
        path.write_bytes(content)
        reports = check_schema(path)
        text.render(reports[:20], {})
        schema, found = schema_from_bytes(content, name="fuzz", version="1", path=str(path))
        errors = [each for each in (*reports, *found) if each.severity.value == "error"]
        if schema is None or errors:
            assert errors, "no schema, and no error"
            return
        documents = list(generate_documents(schema, 3, 1, date(2024, 3, 1)))
        json.dumps(documents, allow_nan=False)
        drafted, faults = schema_from_document(infer_schema(documents, "fuzz"), name="fuzz", version="1")
        assert drafted is not None, [str(each) for each in faults]

    return attempt


def stored_seeds() -> Iterable[bytes]:
    """Results as `eval` writes them, and the index of a folder of snapshots."""
    rules = ruleengine.load("use_case_adoption@4.0.0", rulesets=ROOT / "rulesets", cache=False)
    accounts = [json.loads(line) for line in _lines("examples/accounts.ndjson", 3)]
    results = [json.dumps(rules.score_dict(each, AS_OF), separators=(",", ":")) for each in accounts]
    smallest = {
        "id": "a",
        "as_of": AS_OF,
        "ruleset": {"name": "a", "version": "1.0.0", "digest": "d"},
        "engine": "0",
        "scorecards": {},
    }
    yield json.dumps(smallest).encode()
    yield "\n".join(results[:2]).encode()
    yield (f'{{"run":{{}},"results":[\n{results[0]},\n{results[1]}\n],"summary":{{}}}}\n').encode()
    yield json.dumps([smallest, {**smallest, "id": 2}], indent=1).encode()
    yield from (gzip.compress(json.dumps(smallest).encode(), mtime=0), results[0].encode())
    yield _index_text().encode()


def _index_text() -> str:
    from ruleengine.casebook.snapshot_index import Index, Origin

    origin = Origin(
        "a@1", ("facts.ndjson",), "rulesets", "schemas", "ndjson", "previous.ndjson", "a = 1", ("1",), "card"
    )
    return Index(
        "a", "1.0.0", "sha256:0", "0", AS_OF, origin, (("x", "x.snapshot.txt"), (1, "1.snapshot.txt"))
    ).text()


def make_stored(folder: Path) -> Try:
    """Reads results to replay, earlier results, and an index."""
    from ruleengine.casebook.snapshot_index import read_index
    from ruleengine.casebook.stored_results import StoredResults
    from ruleengine.facts.earlier_results import read_earlier_results

    results, index = folder / "results.json", folder / "index.json"
    parts: tuple[tuple[str, ...], ...] = (
        ("segments",),
        ("scorecards", "adoption", "score"),
        ("measures", "scm_adoption"),
    )

    def attempt(content: bytes) -> None:
        results.write_bytes(content)
        index.write_bytes(content)
        with suppress(FactsUnreadable), StoredResults() as stored:
            stored.read([str(results)])
            for each in stored.results:
                raw: Any = json.loads(stored.bytes_of(each))
                assert raw["id"] == each.identity, "the bytes are of another result"
        for asked in (parts[:1], parts[1:]):
            with suppress(FactsUnreadable):
                read_earlier_results(str(results), asked)
        with suppress(FactsUnreadable):
            found = read_index(folder)
            assert found is not None
            assert all("/" not in file and file not in ("", ".", "..") for _, file in found.accounts)

    return attempt


_JSON_WORDS = (
    "id",
    "as_of",
    "ruleset",
    "scorecards",
    "measures",
    "results",
    "summary",
    "name",
    "version",
    "digest",
    "engine",
)
TARGETS = (
    Target(
        "facts", "facts as NDJSON, JSON, CSV and gzip: read and score", facts_seeds, make_facts, _JSON_WORDS
    ),
    Target(
        "json",
        "one JSON document in two ways, which agree",
        json_seeds,
        make_json,
        ("null", "true", "1e308", "-0", "\\u00"),
        512,
    ),
    Target("schema", "fact schemas: check, read, make documents", schema_seeds, make_schema, _SCHEMA_WORDS),
    Target(
        "stored",
        "stored results, earlier results, indexes of snapshots",
        stored_seeds,
        make_stored,
        _JSON_WORDS,
    ),
)

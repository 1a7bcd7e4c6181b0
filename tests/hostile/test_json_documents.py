"""What JSON parsers disagree on: `json_documents.jsonl` says of each document what JSON says, and what we do.

`says` is `accept`, `reject` or `free`, by the grammar of JSON. Everything that JSON accepts is accepted, but for three things that
are refused on purpose (`ON_PURPOSE`); everything that it rejects is rejected; what it leaves free is written down. Every document
goes through as a `.json` file, and through both engines as a line of NDJSON, plain, gzipped and from standard input.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.scored import Scored, make_project, score, score_twice

Document = dict[str, Any]
DOCUMENTS: list[Document] = [
    json.loads(line)
    for line in Path(__file__).with_name("json_documents.jsonl").read_text(encoding="utf-8").split("\n")
    if line
]
#: What JSON accepts and we refuse, and what has no id of an account.
ON_PURPOSE = (
    "occurs twice in one object",
    "a text holds a NUL character",
    "not an object",
    "the record has no id",
)


def content(document: Document) -> bytes:
    """The bytes of a document: a text, hexadecimal digits, or parts that repeat (`%` is the number of the repetition)."""
    if "hex" in document:
        return bytes.fromhex(document["hex"])
    if "parts" in document:
        parts = (
            "".join(text.replace("%", str(n)) for n in range(times)) for text, times in document["parts"]
        )
        return "".join(parts).encode()
    text: str = document["text"]
    return text.encode()


WRITTEN = [(each, content(each)) for each in DOCUMENTS]
REFUSED = [each for each in WRITTEN if each[0]["we"]["is"] == "refused"]
READ = [each for each in WRITTEN if each[0]["we"]["is"] != "refused"]
#: A byte order mark stands at the beginning of a file alone, so these are no lines of one.
LINES: list[tuple[Document, Document, bytes]] = [
    (each, each.get("as a line") or each["we"], raw)
    for each, raw in READ
    if b"\n" not in raw and not raw.startswith(b"\xef\xbb\xbf")
]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_project(tmp_path / "project", monkeypatch)


def outcome_of(result: Document, document: Document) -> Document:
    """What a result says of the field that a document is about."""
    if result["problems"]:
        assert {each["code"] for each in result["problems"]} == {"RE504"}
        return {"is": "invalid"}
    field = document.get("field")
    return {"is": "accepted"} | ({"value": result["outputs"][f"the_{field}"]} if field else {})


def rejection_of(told: Document) -> Document:
    code = {} if told["code"] == "RE501" else {"code": told["code"]}
    return {"is": "rejected", "line": told["line"], "column": told["column"], "reason": told["reason"]} | code


def as_files(scored: Scored, names: list[str]) -> list[Document]:
    """What was made of each file, all of which hold one document or none."""
    rejected = {each["path"]: rejection_of(each) for each in scored.rejects}
    results = iter(scored.results)
    found = []
    for name, (document, _) in zip(names, READ, strict=True):
        expected = document["we"]["is"]
        if expected == "no record":
            assert name not in rejected
            found.append({"is": "no record"})
        elif expected == "accepted, then rejected":
            told = {key: value for key, value in rejected[name].items() if key != "is"}
            found.append({"is": f"{outcome_of(next(results), document)['is']}, then rejected"} | told)
        elif name in rejected:
            found.append(rejected[name])
        else:
            found.append(outcome_of(next(results), document))
    assert next(results, None) is None
    return found


def test_the_documents_are_what_they_say() -> None:
    assert len({each["name"] for each in DOCUMENTS}) == len(DOCUMENTS) >= 500
    for each in DOCUMENTS:
        done = each["we"]["is"]
        if each["says"] == "accept":
            assert done in ("accepted", "invalid", "no record") or any(
                words in each["we"]["reason"] for words in ON_PURPOSE
            ), each
        elif each["says"] == "reject":
            assert done in ("rejected", "refused", "accepted, then rejected"), each
        else:
            assert each["says"] == "free"


def test_every_document_in_a_file_of_its_own() -> None:
    names = [f"{number:03}.json" for number in range(len(READ))]
    for name, (_, raw) in zip(names, READ, strict=True):
        Path(name).write_bytes(raw)
    scored = score(names, "python")
    found = as_files(scored, names)
    for (document, _), outcome in zip(READ, found, strict=True):
        assert outcome == document["we"], document
    some = names[::7]  # all of them as lines, below; a file of its own takes DuckDB its time
    assert score(some, "duckdb").rejects == [each for each in scored.rejects if each["path"] in some]


def test_every_document_as_a_line() -> None:
    Path("all.ndjson").write_bytes(b"\n".join(raw for _, _, raw in LINES) + b"\n")
    scored = score_twice(["all.ndjson"])
    rejected = {each["line"]: rejection_of(each) for each in scored.rejects}
    results = iter(scored.results)
    for number, (document, expected, _) in enumerate(LINES, 1):
        if expected["is"] == "no record":
            assert number not in rejected
        elif expected["is"] == "rejected":
            assert rejected.pop(number) == {**expected, "line": number}, document
        else:
            assert outcome_of(next(results), document) == expected, document
    assert not rejected
    assert next(results, None) is None


def test_lines_from_gzip_data_and_from_standard_input_are_the_same() -> None:
    lines = b"\r\n".join(raw for _, _, raw in LINES)  # Windows line ends, and none at the end
    Path("all.ndjson.gz").write_bytes(gzip.compress(lines[:50_000], 1) + gzip.compress(lines[50_000:], 1))
    packed = score(["all.ndjson.gz"], "duckdb")
    piped = score(["-"], "python", "--facts-format", "ndjson", stdin=lines)
    assert packed.counts == piped.counts
    assert packed.results == piped.results
    assert [each | {"path": ""} for each in packed.rejects] == [each | {"path": ""} for each in piped.rejects]


def test_a_document_in_a_list_is_taken_or_not_as_alone() -> None:
    """What stands before it is always scored; a broken one does not end the run."""
    names = []
    for number, (_, raw) in enumerate(READ):
        names.append(f"{number:03}.json")
        Path(names[-1]).write_bytes(b'[{"id":"first-%d"},\n' % number + raw + b"\n]")
    scored = score(names, "python")
    assert {each["id"] for each in scored.results} >= {f"first-{number}" for number in range(len(READ))}
    rejected = {each["path"] for each in scored.rejects}
    for name, (document, _) in zip(names, READ, strict=True):
        alone = document["we"]["is"]
        if alone == "rejected" and document["name"] != "two documents and a comma":
            assert name in rejected, document


@pytest.mark.parametrize("document", REFUSED, ids=lambda each: str(each[0]["name"]))
def test_text_in_another_encoding_is_refused_as_a_whole(document: tuple[Document, bytes]) -> None:
    Path("facts.json").write_bytes(document[1])
    refused = score_twice(["facts.json"])
    assert refused.code == 5
    assert refused.said.count("error[RE514]") == 1

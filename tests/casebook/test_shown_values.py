"""What is shown where an expectation fails: values of every kind, what decided, the trace; and what cannot be read or run."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ruleengine.casebook import documents
from ruleengine.casebook.coverage import CoverageOptions, coverage_of
from ruleengine.casebook.exact import decimal, exact
from ruleengine.casebook.model import Subject
from ruleengine.casebook.run import evaluator_of
from ruleengine.casebook.snapshot_index import FORMAT, INDEX, read_index
from ruleengine.casebook.trace import trace_of
from ruleengine.facts.records import FactsUnreadable
from ruleengine.source import Span
from ruleengine.values import NA, Kind, Type
from tests.casebook.books import RULES, Project
from tests.casebook.test_coverage import SIZE, case
from tests.evaluator.covered_rulesets import loaded

MORE = (
    RULES
    + """
measure bare "Bare" { bands none_of_them ; value seats ; rate { points value * 2 otherwise } }
measure old "Old" { bands rag ; value seats ; rate { green otherwise } ; fresh by since, stale after 30 days }
scorecard total { bands none ; bare }
scorecard whole { bands rag ; group all { health } ; seat_use }
scorecard empty { bands rag ; hidden ; override red when seats = 20 }
trigger fell { when seats < 5 and not (health is red) }
matrix way { rows seat_use ; columns plan: small, large
  green gives up, up
  yellow gives up, "Wait"
  red gives up, na
  cell up "Up"
}
"""
)
NUMBER = Type(Kind.NUMBER)


@pytest.fixture
def shown(tmp_path: Path) -> Project:
    """The project with more rules."""
    return Project(tmp_path / "project", MORE.replace(" bands none_of_them ;", ""))


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("old is red", "old is green (value 20, 80 points, stale)"),
        ("bare is missing", "bare is 40 points (value 20)"),
        ("total is missing", "total is score 40"),
        ("empty is green", "empty is red"),
        ("computed empty is green", "computed empty is without a score"),
        ("way is na", "way is up"),
        ("fell", "fell is no"),
        ('words contains "zz" and big', 'words is ["red", "blue"]'),
        ("seen_at < 2024-01-01 and big", "seen_at is 2024-02-28 18:53 UTC"),
        ("ratio * 1000000 < 3 and big", "ratio * 1000000 is 9e+17"),
        ("contact is missing and big", 'contact is {"email": "a@b.c"}'),
    ],
)
def test_what_was_found_is_shown(shown: Project, expected: str, found: str) -> None:
    statements = (
        "with ratio = 900000000000",
        'with words = ["red", "blue"]',
        'with contact = {email: "a@b.c"}',
    )
    assert shown.failures(*statements, f"expect {expected}")[0].startswith(f"{expected}: {found}")


@pytest.mark.parametrize(
    ("value", "kind", "found"),
    [
        (True, Type(Kind.FLAG), "yes"), (False, Type(Kind.FLAG), "no"), (2.50, NUMBER, "2.5"), (-0.0, NUMBER, "0"),
        (1, Type(Kind.NUMBER, unit="days"), "1 day"), (2, Type(Kind.NUMBER, unit="months"), "2 months"),
        (0.125, Type(Kind.NUMBER, unit="percent"), "12.5%"), (3, Type(Kind.NUMBER, unit="money EUR"), "3 EUR"),
        ([1, 2], Type(Kind.LIST, element=NUMBER), "[1, 2]"), ([True], Type(Kind.LIST), "[yes]"), ({"a": 1}, Type(Kind.RECORD), '{"a": 1}'),
        (19782, Type(Kind.DATE), "0055-02-28"), ("a\"b", Type(Kind.TEXT), '"a\\"b"'), ("x" * 300, Type(Kind.TEXT), '"' + "x" * 198 + "…"),
        (NA("missing"), NUMBER, "missing"), (None, NUMBER, "None"),
    ],
)  # fmt: skip
def test_a_value_of_each_kind(value: Any, kind: Type, found: str) -> None:
    assert exact(value, kind) == found


def test_a_number_with_its_decimals() -> None:
    assert [decimal(each) for each in (1 / 3, 1e-11, -1e-11, 1e15, 999_999_999_999_999)] == [
        "0.3333333333", "0", "0", "1e+15", "999999999999999",
    ]  # fmt: skip


def test_the_trace_of_what_failed(shown: Project) -> None:
    book = shown.book(shown.one_test("expect health is red"))
    evaluator = evaluator_of(book)
    place = Span("a", 0, 0, 1, 1)

    def traced(*subjects: tuple[str, str, str]) -> list[tuple[str, Any]]:
        wanted = [Subject(kind, name, path, place) for kind, name, path in subjects]
        found = trace_of(evaluator, book.sources, book.cases[0], wanted)
        return [(each.get("kind", ""), each.get("path", each.get("name"))) for each in found]

    assert traced() == []
    assert traced(("measure", "nobody", "")) == []
    assert traced(("card", "whole", "")) == [("scorecard", "whole")]
    assert traced(("measure", "seat_use", ""), ("measure", "seat_use", "")) == [("measure", "seat_use")]
    assert traced(("node", "health", "use.share_use")) == [("measure", "use.share_use")]
    assert traced(("node", "health", "use.nobody")) == []
    assert traced(("node", "health", "use"), ("card", "health", "")) == [("scorecard", "health")]
    assert traced(("matrix", "way", ""), ("measure", "bare", "")) == [("", "way"), ("measure", "bare")]


def test_tests_that_are_broken_are_not_run(shown: Project) -> None:
    with pytest.raises(ValueError, match="the tests cannot be run"):
        evaluator_of(shown.book("test nonsense"))


# ── What cannot be read ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("statement", "report"),
    [
        ("expect health < 80 to within 0.5", "4:3 RE213 `to within` stands after `A = B`"),
        ("expect health = 80 to within name", "4:32 RE306 a number is needed here, and this is a text"),
        ("expect health = nobody to within 0.5", "4:19 RE201 unknown name `nobody`"),
        ("previous {big: {band: red}}", "4:13 RE201 `big` is no measure or scorecard of the ruleset"),
        ('previous "pipe" id "ann"', "4:3 RE514 `pipe` is a pipe or a device, and no file"),
        ('previous "result.json" id "ann"', "4:3 RE514"),
        ('previous "broken.json" id "ann"', "4:3 RE514"),
    ],
)  # fmt: skip
def test_what_a_test_cannot_say_or_read_is_reported(shown: Project, statement: str, report: str) -> None:
    os.mkfifo(shown.folder / "pipe")
    shown.write("result.json", '{"id": "ann", "scorecards": 7}')
    shown.write("broken.json", '{"id": "ann"')
    assert shown.reports(shown.one_test(statement, "expect health is green"))[0].startswith(report)


def test_a_file_of_very_many_documents_is_refused(shown: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_DOCUMENTS", 1)
    tests = 'test "one" {\n  as of 2024-03-01\n  facts "facts.ndjson" id "ann"\n  expect health is green\n}\n'
    (report,) = shown.reports(tests)
    assert "holds more than 1 documents (test with a smaller file)" in report


def test_an_index_of_snapshots_whose_accounts_are_no_list_is_refused(tmp_path: Path) -> None:
    index = {
        "format": FORMAT, "ruleset": {"name": "demo", "version": "1.0.0", "digest": "sha256:0"}, "engine": "1.0.0",
        "as_of": "2024-03-01", "recorded_from": {"ruleset": "demo.rules", "facts": ["facts.ndjson"]}, "accounts": [],
    }  # fmt: skip
    (tmp_path / INDEX).write_text(json.dumps(index), encoding="utf-8")
    found = read_index(tmp_path)
    assert found is not None
    assert (found.name, found.accounts) == ("demo", ())
    (tmp_path / INDEX).write_text(json.dumps({**index, "accounts": {}}), encoding="utf-8")
    with pytest.raises(FactsUnreadable, match="`accounts` is no list"):
        read_index(tmp_path)


def test_nothing_is_suggested_without_the_fact_schema(tmp_path: Path) -> None:
    ruleset = loaded(tmp_path, SIZE)
    found = coverage_of(
        ruleset.evaluator, ruleset.sources, [case(seats=4)], tmp_path / "nowhere", CoverageOptions()
    )
    assert (len(found.missing), found.suggestions, found.tried) == (5, (), frozenset())

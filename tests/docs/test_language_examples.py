"""Every example of the documentation does what the page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleengine.casebook.run import run_casebook
from tests.docs.examples import (
    AS_OF,
    ROOT,
    Example,
    casebook_of,
    codes_of,
    disagreements,
    examples_of,
    facts_of,
    found_by_analysis,
    load,
    misjudged,
    previous_of,
    reports_of,
)

#: A part of a ruleset uses not all that it declares.
OF_PARTS = {"RE404", "RE405", "RE406"}
PAGES = sorted((ROOT / "docs").rglob("*.md"))
EXAMPLES = [example for page in PAGES for example in examples_of(page)]


def of_kind(kind: str) -> pytest.MarkDecorator:
    found = [example for example in EXAMPLES if example.kind == kind]
    return pytest.mark.parametrize("example", found, ids=str)


@of_kind("check")
def test_rulesets_have_no_fault(example: Example, tmp_path: Path) -> None:
    found = reports_of(example, tmp_path)
    if "fragment" in example.block.info:
        found = [each for each in found if each.split(":")[0] not in OF_PARTS]
    assert found == []


@of_kind("error")
def test_faults_have_their_code(example: Example, tmp_path: Path) -> None:
    found = codes_of(example, tmp_path)
    assert {each.split(":")[0] for each in found} == {example.block.info[-1]}, found


@of_kind("warning")
def test_warnings_have_their_code(example: Example, tmp_path: Path) -> None:
    found = reports_of(example, tmp_path)
    assert {each.split(":")[0] for each in found} == {example.block.info[-1]}, found


@of_kind("analysis")
def test_the_analysis_finds_the_code(example: Example, tmp_path: Path) -> None:
    assert found_by_analysis(example, tmp_path) == {example.block.info[-1]}


@of_kind("unfound")
def test_the_analysis_does_not_find_the_code(example: Example, tmp_path: Path) -> None:
    assert found_by_analysis(example, tmp_path) == set()


@of_kind("result")
def test_results(example: Example, tmp_path: Path) -> None:
    as_of = example.block.info[1] if len(example.block.info) > 1 else AS_OF
    result = load(example, tmp_path).score_dict(facts_of(example), as_of, previous_of(example))
    assert list(disagreements(example, result)) == []


@of_kind("rendered")
def test_texts(example: Example, tmp_path: Path) -> None:
    texts = load(example, tmp_path).texts(facts_of(example), AS_OF, previous_of(example))
    assert [text["body"] for text in texts] == [example.block.text.rstrip("\n")]


@of_kind("tests")
def test_tests_pass(example: Example, tmp_path: Path) -> None:
    book = casebook_of(example, tmp_path)
    expected = {example.block.info[-1]} if "error" in example.block.info else set()
    assert {report.code for report in book.diagnostics} == expected, [str(each) for each in book.diagnostics]
    failed = [check.found for outcome in run_casebook(book) for check in outcome.checks if not check.held]
    assert failed == []
    assert book.cases or expected


@of_kind("costs")
def test_ranked_costs(example: Example, tmp_path: Path) -> None:
    explained = load(example, tmp_path).explain(facts_of(example), AS_OF).to_dict()
    costs = [
        (each["title"], each["cost"]) for each in explained["scorecards"][0]["costs"] if each["cost"] > 0
    ]
    lines = [line.split("#")[0] for line in example.block.text.splitlines()]
    expected = [(title.strip(), float(cost)) for title, cost in (line.split(" = ") for line in lines)]
    assert costs == expected


@of_kind("evaluates")
def test_expressions(example: Example, tmp_path: Path) -> None:
    assert list(misjudged(example, tmp_path)) == []


def test_the_reference_has_examples_on_every_page() -> None:
    told = {example.block.page for example in EXAMPLES}
    index = ROOT / "docs" / "language" / "README.md"
    assert [
        page.name for page in PAGES if page.parent.name == "language" and page not in told | {index}
    ] == []

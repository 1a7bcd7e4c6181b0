"""Generated tests: what they vary, what they expect, that they pass, and that they are worth something."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleengine.casebook.generated.file import Asked, GeneratedFile, generated_file
from ruleengine.casebook.mutation.mutant import SURVIVED, MutationOptions
from ruleengine.casebook.mutation.running import mutate
from ruleengine.casebook.reading import read_casebook
from ruleengine.casebook.run import run_casebook
from ruleengine.compiler.compile import compile_ruleset
from ruleengine.source import Source
from ruleengine.syntax.format import format_file
from ruleengine.syntax.parse import parse
from ruleengine.workspace import open_workspace
from tests.casebook.books import Project
from tests.casebook.test_mutation import RULES, SEATS, SHARE

ROOT = Path(__file__).parents[2]
#: One of each sort: weights and grace, series and triggers, a checklist, points, tables, segments.
SEVERAL = (
    "rulesets/early_warning/1.0.0.rules", "rulesets/platform_adoption/1.0.0.rules", "rulesets/devops_adoption/1.0.0.rules",
    "examples/fields/rulesets/newborn/1.0.0.rules", "examples/fields/rulesets/fact_g/1.0.0.rules",
    "examples/fields/rulesets/delivery/1.0.0.rules", "examples/trial/rulesets/trial_health/1.0.0.rules",
)  # fmt: skip


def made(folder: Path, asked: Asked | None = None) -> GeneratedFile:
    """The generated tests of the small ruleset."""
    project = Project(folder, RULES)
    path = project.path.with_name("1.0.0.rules")
    compilation = compile_ruleset(path, project.workspace)
    assert compilation.program is not None
    found = generated_file(
        compilation.program, compilation.sources, project.path, project.workspace, asked or Asked()
    )
    assert found is not None
    assert not found.left_out
    return found


def test_a_table_has_values_below_at_and_above_every_cut_and_nothing_at_all(tmp_path: Path) -> None:
    text = made(tmp_path).text
    assert (
        'test "seat_use around 5 and 10" {\n'
        "  as of  2024-01-31\n"
        '  facts  {id: "example", seats: seats_given}\n'
        "  expect seat_use is expected\n"
        "  cases  seats_given, expected {\n"
        "         4,           red\n         5,           yellow\n         6,           yellow\n"
        "         9,           yellow\n         10,          green\n         11,          green\n"
        "         na,          missing\n"
        "  }\n}\n"
    ) in text
    assert "cases  share_given, expected { 49%, red ; 50%, green ; 51%, green ; na, missing }" in text
    assert "expect big = expected\n" in text
    assert 'cases  plan_given, expected { "large", true ; "small", false }' in text
    assert '  facts  {id: "example"}\n  expect big is missing\n' in text


def test_the_heading_says_that_today_is_expected_right_or_wrong(tmp_path: Path) -> None:
    text = made(tmp_path).text
    assert text.startswith("# Tests of demo 1.0.0, written by `ruleengine test --generate`.\n")
    assert "what the ruleset says today, right or wrong" in text
    source = Source("generated.test.rules", text)
    assert format_file(parse(source)[0], source) == text


def test_the_same_ruleset_gives_the_same_file(tmp_path: Path) -> None:
    assert made(tmp_path / "one").text == made(tmp_path / "two").text


def test_what_the_tests_say_already_is_left_out(tmp_path: Path) -> None:
    project = Project(tmp_path, RULES)
    book = project.book(SEATS + SHARE)
    found = made(tmp_path, Asked(book.cases, SEATS + SHARE))
    assert "50%, green" not in found.text
    assert "51%" in found.text
    assert not any(each.text.startswith('test "seat_use: seats is missing"') for each in found.tests)


def test_one_thing_alone(tmp_path: Path) -> None:
    assert {each.of for each in made(tmp_path, Asked(only="share_use")).tests} == {"share_use"}


def test_with_the_gaps_closed_no_small_change_goes_unnoticed_that_an_account_can_show(tmp_path: Path) -> None:
    """The scores are 80, 68, 60, 56, 44 and 20 with these two measures, so no edge of a band moved by one shows."""
    found = made(tmp_path, Asked(closing=True))
    project = Project(tmp_path, RULES)
    book = read_casebook(Source(str(project.path), found.text), project.path, project.workspace)
    after = mutate(book, book.cases, project.workspace.schemas, MutationOptions(0))
    assert {each.kind for each in after.outcomes if each.status == SURVIVED} == {"band"}
    assert all("points" not in each.before for each in after.outcomes if each.status == SURVIVED)


@pytest.mark.parametrize("name", SEVERAL)
def test_generated_tests_of_real_rulesets_can_be_read_and_pass(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    path = Path(name)
    tests = path.with_name("1.0.0.generated.test.rules").with_name(f"{path.stem}.test.rules")
    workspace = open_workspace(None, None, name)
    compilation = compile_ruleset(path, workspace)
    assert compilation.program is not None
    found = generated_file(compilation.program, compilation.sources, tests, workspace, Asked())
    assert found is not None
    assert found.tests
    assert not found.left_out
    book = read_casebook(Source(str(tests), found.text), tests, workspace)
    assert [(report.code, report.message) for report in book.diagnostics] == []
    outcomes = list(run_casebook(book))
    assert len(outcomes) == found.cases
    assert all(outcome.passed for outcome in outcomes)

"""A page about what is seldom written: cells that say nothing, templates without a subject, rows about two parameters."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.edits import said_of
from tests.report.pages import BANDS, load, markdown_of

RULES = f"""{BANDS}
segment big "Big ones" when account.size = "large"
measure filled "Filled" {{ bands rag ; value support.tickets_last_month ; rate {{ green when < 3 ; red otherwise }} ; missing impute yellow }}
measure given "Given" {{ bands rag ; value sentiment.rating ; rate as given ; applies to all }}
measure bare "Bare" {{ value account.csm_priority }}
scorecard best "Best" {{ bands rag ; rollup maximum ; filled 1 ; given 0 }}
scorecard filling "Filling" {{ bands rag ; missing impute red ; filled ; given }}
matrix plain "Plain" {{ rows best ; columns segments: big ; green gives "Keep" ; yellow gives "Watch" ; red gives "Act" }}
matrix long "Long" {{ rows account.size: large, small ; columns best
  large gives "a", "b", "c" ; small gives "d", "e", na }}
template short "Short" {{ body "Dear {{account.name}}" }}
table near(x count, y count) {{ any, >= x gives "above" ; otherwise gives "below" }}
output side = near(account.csm_priority, support.tickets_last_month)
let newest = latest i in usage.instances by i.reported_at
output users = newest.billable_users
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return markdown_of(load(tmp_path_factory.mktemp("page"), RULES))


def section(page: str, title: str) -> str:
    """What stands below a heading, up to the next heading."""
    _, found, rest = page.partition(f"# {title}\n")
    assert found, [line for line in page.splitlines() if line.startswith("#")]
    return rest.partition("\n#")[0]


def test_a_matrix_whose_cells_say_nothing_more_has_no_table_of_cells(page: str) -> None:
    told = section(page, "Plain")
    assert "Keep" in told
    assert "Cells of Plain" not in page
    assert "Big ones" in told


def test_a_template_without_subject_and_labels(page: str) -> None:
    told = section(page, "Short")
    assert "every account" in told
    assert "Subject" not in told
    assert "Labels" not in told


def test_a_row_about_two_parameters_is_told_whole(page: str) -> None:
    told = section(page, "near")
    assert "| When | Result |" in told
    assert "Y is at least x" in told


def test_a_weight_that_only_chooses_who_is_shown(page: str) -> None:
    rows = [line for line in page.splitlines() if line.startswith("|") and "Given" in line]
    assert any("shown only" in line for line in rows)


def test_a_measure_without_a_rating_is_told_by_its_value(page: str) -> None:
    told = section(page, "Bare")
    assert "account csm priority" in told
    assert "| Rating" not in told


def test_what_stands_in_for_missing_data(page: str) -> None:
    assert "yellow" in section(page, "Filled")


def test_words_that_change_nothing_come_and_go(tmp_path: Path) -> None:
    measure = 'measure one "One" { value account.csm_priority ; points 1 }\noutput o = one.points\n'
    told = 'measure one "One" { description "What it is" ; value account.csm_priority ; points 1 }\noutput o = one.points\n'
    come = said_of(tmp_path, BANDS + measure, (measure, told))
    assert [come.words.wording(each) for each in come.differences.wording] == [
        "The description of One is new: “What it is”"
    ]
    gone = said_of(tmp_path, BANDS + told, (told, measure))
    assert [gone.words.wording(each) for each in gone.differences.wording] == [
        "The description of One is gone (before: “What it is”)"
    ]

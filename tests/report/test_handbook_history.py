"""What changed from version to version: told in words, from the trees, whatever the layout."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from ruleengine import api
from ruleengine.report.handbook.history import Version, changes_between
from ruleengine.report.words.text import plain
from tests.report.markup import ReadPage
from tests.report.pages import BANDS, ROOT, html_of, load, version_of

BEFORE = f"""{BANDS}
segment small when account.size = "small"
let notice = 30 days
let open_plans = list p in success_plans where p.status = "active"
measure use "Use" {{
  value subscription.licensed_users
  rate {{ green when > 50 ; yellow when > 20 ; red otherwise }}
  fresh by support.updated_at, expired after 60 days
}}
measure mood "Mood" {{ value sentiment.rating ; rate as given ; applies to all except small }}
scorecard health "Health" {{ use 60% ; mood 40% ; override red when mood is red because "so it is" }}
output plans = count p in open_plans
table pick(x) {{ 1 gives 2 ; otherwise gives 3 }}
output picked = pick(account.csm_priority)
trigger call "Call" {{ when mood is red ; severity high }}
"""


def changes(folder: Path, *edits: tuple[str, str], before: str = BEFORE) -> list[str]:
    after = before
    for old, new in edits:
        assert old in after
        after = after.replace(old, new)
    one = version_of(load(folder, before, "1.0.0"))
    two = version_of(load(folder, after, "2.0.0"))
    return [plain(text) for text in changes_between(one, two)]


def test_layout_and_comments_change_nothing(tmp_path: Path) -> None:
    text = (
        BEFORE.replace(" ; ", "\n")
        .replace("measure use", "# a comment\n\nmeasure use")
        .replace("p in", "plan in")
        .replace("p.", "plan.")
    )
    one, two = version_of(load(tmp_path, BEFORE, "1.0.0")), version_of(load(tmp_path, text, "2.0.0"))
    assert list(changes_between(one, two)) == []


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        (
            [("use 60% ; mood 40%", "use 70% ; mood 30%")],
            ["Health, Use: weight 70% (was: weight 60%)", "Health, Mood: weight 30% (was: weight 40%)"],
        ),
        (
            [("green when > 50", "green when >= 50")],
            ["Use, green: at least 50 (was: above 50)", "Use, yellow: above 20 and below 50 (was: above 20 and at most 50)"],
        ),
        ([("expired after 60 days", "expired after 90 days")],
         ["Use, age of data: not used when older than 90 days; counted from support updated at "
          "(was: not used when older than 60 days; counted from support updated at)"]),
        ([("all except small", "small")], ["Mood, applies to: only small (was: all except small)"]),
        ([('account.size = "small"', 'account.size in ("small", "medium")')],
         ["small, accounts in it: account size is “small” or “medium” (was: account size is “small”)"]),
        (
            [("points 62.5", "points 60")],
            ["rag, yellow: 50 to below 75, 60 points (was: 50 to below 75, 62.5 points)"],
        ),
        ([("30 days", "45 days")], ["notice, means: 45 days (was: 30 days)"]),
        ([("1 gives 2", "1 gives 5")], ["pick, row 1: x is 1: 5 (was: x is 1: 2)"]),
        ([("mood is red because", "mood is yellow because")],
         ["Health, override: Always red when Mood is yellow (so it is) (was: Always red when Mood is red (so it is))"]),
        ([("severity high", "severity low")], ["Call, severity: low (was: high)"]),
        ([('p.status = "active"', 'p.status = "draft"')],
         ["open plans, means: those of success plans where the status is “draft” "
          "(was: those of success plans where the status is “active”)"]),
    ],
)  # fmt: skip
def test_changes(tmp_path: Path, edits: list[tuple[str, str]], expected: list[str]) -> None:
    assert changes(tmp_path, *edits) == expected


def test_things_that_come_and_go(tmp_path: Path) -> None:
    found = changes(
        tmp_path,
        (
            "scorecard health",
            'measure more "More" { value account.csm_priority ; rate { green otherwise } }\nscorecard health',
        ),
        ("use 60% ; mood 40%", "use 60% ; more 40%"),
        ('trigger call "Call" { when mood is red ; severity high }', ""),
        ("let notice = 30 days", ""),
    )
    assert found == [
        "Health, More: weight 40% (new)",
        "Health, Mood: no longer (was: weight 40%)",
        "New measure More: account csm priority.",
        "Trigger Call is gone.",
        "Named value notice is gone.",
    ]


def test_a_change_that_words_do_not_show_is_told(tmp_path: Path) -> None:
    before = (
        BANDS
        + 'measure m "M" { value account.csm_priority ; rate { green otherwise } }\noutput o = max(1, 2) + m.value\n'
    )
    found = changes(
        tmp_path,
        ("value account.csm_priority", "value account.csm_priority   shown as percent"),
        before=before,
    )
    assert found == ["M: changed in a way that these words do not show; compare the rulesets."]


def test_a_version_with_faults_is_passed_over(tmp_path: Path) -> None:
    first, third = (
        load(tmp_path, BEFORE, "1.0.0"),
        load(tmp_path, BEFORE.replace("60 days", "61 days"), "3.0.0"),
    )
    versions = (version_of(first), Version("2.0.0", None, None, None), version_of(third))
    page = ReadPage(html_of(third, versions))
    titles = [
        words.removesuffix("#")
        for level, words in page.headings
        if level == 3 and words.startswith("Version")
    ]
    assert titles == ["Version 3.0.0", "Version 2.0.0", "Version 1.0.0"]
    assert "This version has faults and cannot be run." in page.text
    assert "Against version 1.0.0:" in page.text
    assert "The first version here: 1 scorecard, 2 measures." in page.text


def test_one_version_has_no_history(tmp_path: Path) -> None:
    ruleset = load(tmp_path, BEFORE)
    assert "Changes" not in {
        words for _, words in ReadPage(html_of(ruleset, (version_of(ruleset),))).headings
    }


def test_what_changed_in_customer_health() -> None:
    versions = [
        version_of(api.load(ROOT / f"rulesets/customer_health/{number}.rules", cache=False))
        for number in ("0.9.0", "1.0.0", "2.0.0")
    ]
    first = [plain(text) for text in changes_between(versions[0], versions[1])]
    second = [plain(text) for text in changes_between(versions[1], versions[2])]
    assert "Imports use_case_adoption 3.0.0 in place of 2.0.0." in first
    assert {
        "Customer health, Product: weight 50% (was: weight 25%)",
        "Customer health, Risk: weight 0% (was: weight 50%)",
        "Users who deploy, green: above 12% (was: at least 10%)",
    } <= {*first}
    assert {
        "Imports use_case_adoption 4.0.0 in place of 3.0.0.",
        "Customer health, License utilization in Product: weight 30% (was: weight 40%)",
        "Customer health, User engagement in Product: weight 10% (new)",
        "Customer health, Risk: weight 25% (was: weight 0%)",
        "Users of git, red: at most 10% (was: below 25%)",
        "Measure Users of container scanning is gone.",
    } <= {*second}


def test_the_generations_of_use_cases_differ_on_the_published_edges() -> None:
    versions = [
        version_of(api.load(ROOT / f"rulesets/use_case_adoption/{number}.0.0.rules", cache=False))
        for number in "1234"
    ]
    told = [" / ".join(plain(text) for text in changes_between(*pair)) for pair in pairwise(versions)]
    assert "green: above 12% (was: at least 10%)" in told[1]
    assert "green: above 33% (was: at least 50%)" in told[2]

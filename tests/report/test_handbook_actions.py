"""Triggers, checklists, matrices and templates on the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.markup import ReadPage
from tests.report.pages import BANDS, html_of, load, markdown_of

TEXT = f"""{BANDS}
let notice = 30 days
segment enterprise "Enterprise" when account.segment = "enterprise"
segment smb "Small business"    when account.segment = "smb"
measure mood "Mood" {{ value sentiment.rating ; rate as given }}
scorecard health "Health" {{ mood ; criteria }}
checklist criteria "Criteria" {{
  red    leaving "They leave" when triage.told_us_they_cancel
  yellow behind "Behind" when triage.major_releases_behind >= 1 unless far_behind
  red    far_behind "Far behind" when triage.major_releases_behind >= 2
}}
trigger churn "Churn" {{
  when     health is red and days since engagement.last_contact_at > notice  because "silent for {{days since engagement.last_contact_at}}"
  when     previous health is green and health is worse than previous health
  kind     risk
  severity high
  playbook "At-Risk"
  due      as_of + 14 days
  field    impact = account.annual_recurring_revenue
  field    cause = renewal.risk default "unknown", flagged until changed
}}
matrix strategy "Which strategy" {{
  rows    health
  columns segments: enterprise, smb
  green  gives expand, na
  yellow gives "Only a label", expand
  red    gives expand, expand
  cell expand "Expand" {{ owner "Sales" ; text "{{account.name}} wants more" ; field resources "People" }}
  otherwise expand
}}
template note "A note" {{
  for     churn
  format  markdown
  subject "{{account.name}}: {{health.band}}"
  labels  "New", "{{account.region}}"
  body \"\"\"
  # {{account.name}}

  - {{reasons of health}}
  \"\"\"
}}
"""


@pytest.fixture
def page(tmp_path: Path) -> ReadPage:
    return ReadPage(html_of(load(tmp_path, TEXT)))


def table(page: ReadPage, first: str) -> list[list[str]]:
    (found,) = [each for each in page.tables if each[0][0] == first]
    return found


def test_triggers(page: ReadPage) -> None:
    heads, churn = table(page, "Trigger")
    assert heads == ["Trigger", "Fires when", "Severity", "Playbook", "Reason given"]
    assert churn == [
        "Churn | risk",
        "Health is red and days since engagement last contact at is above notice (30 days) | "
        "or when the previous health is “green” and the band of Health is worse than the previous health",
        "high",
        "At-Risk",
        "silent for {days since engagement last contact at}",
    ]
    assert "Due the as-of date + 14 days" in page.text
    assert "Impact account annual recurring revenue" in page.text
    assert "Cause renewal risk; until it is known, “unknown”, and flagged" in page.text


def test_checklists(page: ReadPage) -> None:
    assert table(page, "Criterion") == [
        ["Criterion", "If yes", "Answered yes when", "Gives way to"],
        ["Behind", "yellow", "Triage major releases behind is at least 1", "“Far behind”"],
        ["They leave", "red", "Triage told us they cancel is yes", ""],
        ["Far behind", "red", "Triage major releases behind is at least 2", ""],
    ]
    (row,) = [row for row in page.tables[0] if row[0] == "Criteria"]
    assert "3 criteria, each answered yes, no or not at all: see its own section" in row
    assert "An unknown answer counts as missing, not as no." in page.text
    assert "Behind" not in {words.removesuffix("#") for _, words in page.headings}


def test_matrices(page: ReadPage) -> None:
    assert table(page, "Health / Segments") == [
        ["Health / Segments", "Enterprise", "Small business"],
        ["green", "Expand | by Sales", "not applicable"],
        ["yellow", "Only a label", "Expand | by Sales"],
        ["red", "Expand | by Sales", "Expand | by Sales"],
    ]
    assert table(page, "Cell")[1] == ["Expand", "Sales", "{account name} wants more", "People"]
    assert "Anything else: Expand" in page.text


def test_templates(page: ReadPage) -> None:
    assert "Written for the trigger Churn fires" in page.text
    assert "Subject {account name}: {the band of Health}" in page.text
    assert "Labels New and {account region}" in page.text
    assert "# {account name}" in page.text
    assert "- {the reasons of Health, what costs most first}" in page.text


def test_a_template_is_no_markup_of_the_page_it_is_on(tmp_path: Path) -> None:
    lines = markdown_of(load(tmp_path, TEXT)).splitlines()
    assert any(line.startswith("> \\# \\{") for line in lines)
    assert not any(line.startswith("> #") for line in lines)


def test_what_is_nested_as_deeply_as_can_be_has_a_page(tmp_path: Path) -> None:
    flag = "account.csm_owned"
    for number in range(45):
        flag = f"({flag} {'and' if number % 2 else 'or'} account.csm_owned)"
    formula = " + ".join(["account.csm_priority"] * 99)
    text = f'problem "deep" when {flag}\noutput long = {formula}\noutput no = {"not (" * 45}account.csm_owned{")" * 45}\n'
    assert ReadPage(html_of(load(tmp_path, text))).faults == []

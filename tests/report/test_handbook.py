"""Handbook pages: every table, link and text of them, whatever the authors wrote."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from ruleengine import api
from ruleengine.report.handbook.build import build_page
from ruleengine.report.handbook.html import page_html
from tests.report.markup import ReadPage, markdown_tables
from tests.report.pages import BANDS, ROOT, html_of, load, markdown_of, page_of

RULESETS = sorted(
    path
    for folder in ("rulesets", "examples/fields/rulesets", "examples/trial/rulesets")
    for path in (ROOT / folder).rglob("*.rules")
    if re.fullmatch(r"\d+\.\d+\.\d+\.rules", path.name)
)
HOSTILE = "<script>alert(1)</script> & \"q\" 'x' | [a](b) *c* _d_ `e` http://evil.example @all {{f}} # g"


@pytest.fixture(scope="module", params=RULESETS, ids=lambda path: f"{path.parent.name}@{path.stem}")
def ruleset(request: pytest.FixtureRequest) -> api.Ruleset:
    return api.load(request.param, cache=False)


def test_every_page_is_whole(ruleset: api.Ruleset) -> None:
    page = ReadPage(html_of(ruleset))
    assert page.faults == []
    assert len(page.anchors) == len(set(page.anchors))
    assert [link for link in page.links if not link.startswith("#") or link[1:] not in page.anchors] == []
    assert [tag for tag, _ in page.tags if tag in ("script", "link", "img", "iframe", "object", "form")] == []
    for table in page.tables:
        assert {len(row) for row in table} == {len(table[0])}
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_page_is_whole_in_markdown(ruleset: api.Ruleset) -> None:
    text = markdown_of(ruleset)
    tables = list(markdown_tables(text))
    assert len(tables) == len(ReadPage(html_of(ruleset)).tables)
    for table in tables:
        assert {len(row) for row in table} == {len(table[0])}
    anchors = re.findall(r'<a id="([^"]+)"></a>', text)
    assert len(anchors) == len(set(anchors))
    assert [link for link in re.findall(r"\]\(#([^)]+)\)", text) if link not in anchors] == []


def test_both_pages_say_the_same(ruleset: api.Ruleset) -> None:
    html, markdown = html_of(ruleset), markdown_of(ruleset)
    for measure in ruleset.measures:
        words = " ".join(measure.title.split())
        assert words in ReadPage(html).text
        assert (
            re.sub(r"[^\w]", "", words) in re.sub(r"[^\w]|_", "", markdown.replace("&#64;", ""))
            or "_" in words
        )


def test_every_part_is_on_its_page(ruleset: api.Ruleset) -> None:
    text = html_of(ruleset)
    for name in (*(measure.name for measure in ruleset.measures), *(card.name for card in ruleset.cards)):
        assert f"-{name.replace('.', '-')}" in text
    assert ruleset.digest in text


# ── text of authors ─────────────────────────────────────────────────────────────────────────────────────────────────


def hostile(folder: Path) -> api.Ruleset:
    quoted = HOSTILE.replace('"', '\\"')
    plain = quoted.replace("{", "(").replace("}", ")")
    text = f"""ruleset demo 1.0.0 {{ title "{plain}" ; owner "{plain}" ; description "{plain}" ; facts account 1 }}
{BANDS}
segment s "{plain}" when account.name = "{plain}"
measure m "{plain}" {{
  description "{plain}"
  value account.csm_priority
  rate {{ green when = 1 because "{plain}" ; na excluded "{plain}" when = 2 ; red otherwise }}
}}
scorecard c "{plain}" {{ group g "{plain}" {{ m }} ; override red when s because "{plain}" }}
trigger t "{plain}" {{ when s because "{quoted}" ; playbook "{quoted}" ; severity high }}
table pick(x) {{ 1 gives "{plain}" because "{plain}" ; otherwise gives "b" }}
assume account.industry = "{plain}" because "{plain}"
output o = pick(account.csm_priority)
problem "{plain}" when account.industry = "x"
"""
    return load(folder, text, header=False)


def test_text_of_authors_is_text_in_html(tmp_path: Path) -> None:
    text = html_of(hostile(tmp_path))
    page = ReadPage(text)
    assert page.faults == []
    assert "script" not in {tag for tag, _ in page.tags}
    assert text.count("<script") == 0
    assert page.text.count("<script>alert(1)</script> & \"q\" 'x' | [a](b)") > 12
    assert "\u202e" not in text
    allowed = {
        "class", "id", "href", "lang", "charset", "name", "content", "http-equiv", "role", "scope", "data-label",
        "aria-label", "aria-labelledby",
    }  # fmt: skip
    assert {name for _, values in page.tags for name in values} <= allowed
    assert all(link.startswith("#") for link in page.links)


def test_the_page_forbids_what_it_does_not_need(tmp_path: Path) -> None:
    policies = [
        values["content"]
        for tag, values in ReadPage(html_of(hostile(tmp_path))).tags
        if tag == "meta" and values.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(policies) == 1
    assert "default-src 'none'" in (policies[0] or "")
    assert "script" not in (policies[0] or "")


def test_text_of_authors_is_text_in_markdown(tmp_path: Path) -> None:
    text = markdown_of(hostile(tmp_path))
    outside = re.sub(r"`[^`\n]*`", "", re.sub(r'<a id="[^"]+"></a>|</?sub>|<br>', "", text))
    assert re.search(r"(?<!\\)<", outside) is None
    assert "http://" not in outside
    assert "@all" not in outside
    assert "](b)" not in outside.replace("\\](b)", "")
    assert "\u202e" not in text
    for table in markdown_tables(text):
        assert {len(row) for row in table} == {len(table[0])}


def test_a_name_of_code_with_backticks_stays_code(tmp_path: Path) -> None:
    header = "ruleset demo 1.0.0 { facts account 1 }\nlet `value | strange` = 3\noutput `a | b` = `value | strange`\n"
    text = markdown_of(load(tmp_path, header, header=False))
    (outputs,) = [table for table in markdown_tables(text) if table[0][0] == "Output"]
    assert outputs[1][0] == "`a \\| b`"


# ── single parts ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_without_anything_is_a_page(tmp_path: Path) -> None:
    page = ReadPage(html_of(load(tmp_path, "")))
    assert [words for level, words in page.headings if level == 1] == ["demo"]
    assert page.faults == []


def test_when_it_is_in_force(tmp_path: Path) -> None:
    header = "ruleset demo 1.0.0 { facts account 1 ; effective from 2024-01-01 }"
    ruleset = load(tmp_path, header, header=False)
    html = page_html(build_page(ruleset.program, ruleset.sources, (), date(2025, 1, 1)))
    assert "from 2024-01-01 until 2025-01-01 (that day excluded)" in html
    assert "only when it is asked for by number" in html_of(load(tmp_path, ""))


CARD = f"""{BANDS}
measure a "Alpha" {{ value sentiment.rating ; rate as given ; missing impute 10 }}
measure b "Beta" {{ value sentiment.rating ; rate as given }}
measure c "Gamma" {{ value sentiment.rating ; rate as given }}
scorecard whole "Whole" {{
  missing impute red
  grace first 2 months from account.customer_since, except a
  borderline within 3
  round to 1 decimals half_even
  group first "First" 75% {{
    a 3
    b 1
    weights when b is missing {{ a 1 ; b 0 }}
  }}
  group second "Second" 25% {{ rollup worst band ; missing require all ; c }}
  cap yellow when a is red because "no better"
  floor score 20
}}
scorecard total "Total" {{ bands none ; rollup sum ; whole 1 ; c 2 }}
"""


def row_of(page: ReadPage, name: str, table: int = 0) -> list[str]:
    return next(row for row in page.tables[table] if row[0] == name)


def test_weights_and_shares_of_nested_scorecards(tmp_path: Path) -> None:
    page = ReadPage(html_of(load(tmp_path, CARD)))
    heads = page.tables[0][0]
    assert heads[:3] == ["Group and measure", "Weight", "What is measured"]  # a sum has no shares
    assert row_of(page, "Whole")[1] == "1"
    assert row_of(page, "Gamma")[1] == ""  # the only one in its group
    assert [row[:2] for row in page.tables[0] if row[0] in ("Alpha", "Beta")] == [
        ["Alpha", "3"],
        ["Beta", "1"],
    ]
    assert page.tables[0][-1][:2] == ["Gamma", "2"]


def test_shares_multiply_through_groups(tmp_path: Path) -> None:
    text = CARD.replace("rollup sum ; whole 1 ; c 2", "whole 80% ; c 20%")
    page = ReadPage(html_of(load(tmp_path, text)))
    assert page.tables[0][0][2] == "Share of score"
    shares = {row[0]: row[1:3] for row in page.tables[0][1:-1]}
    assert shares["Whole"] == ["80%", "80%"]
    assert shares["First"] == ["75%", "60%"]
    assert shares["Alpha"] == ["3", "45%"]  # 0.8 · 0.75 · 3/4
    assert shares["Beta"] == ["1", "15%"]
    assert shares["Second"] == ["25%", "20%"]
    assert shares["Gamma"][1] == ""  # the worst band decides; there is no share
    assert page.tables[0][-1][:3] == ["Gamma", "20%", "20%"]


def test_rules_of_a_scorecard(tmp_path: Path) -> None:
    words = ReadPage(html_of(load(tmp_path, CARD))).text
    assert "Without data a measure without data counts as red" in words
    assert "Without data in Second no score when any of its measures lacks data" in words
    assert "Score of Second the points of the worst band among its members" in words
    assert "for the first 2 months from account customer since, only Alpha counts" in words
    assert "Borderline said of a score within 3 points of another band" in words
    assert "Rounded to 1 decimal, halves to the even number" in words
    assert "At most yellow when Alpha is red (no better)" in words
    assert "At least 20 points" in words
    assert "When Beta is missing" in words


def test_what_counts_in_place_of_missing_data(tmp_path: Path) -> None:
    page = ReadPage(html_of(load(tmp_path, CARD)))
    assert row_of(page, "Alpha")[-1] == "missing: counts as 10 points"
    assert row_of(page, "Beta")[-1] == "missing: counts as red"


def test_tables_are_grids(tmp_path: Path) -> None:
    text = """
table factor(kind, number) {
  "large", > 5        gives 3 because "rare"
  "large", any        gives 2
  in ("medium", "small"), <= 5 gives 1.5
  otherwise gives 0
}
output o = factor(account.size, account.csm_priority)
"""
    page = ReadPage(html_of(load(tmp_path, text)))
    (grid,) = [table for table in page.tables if table[0][0] == "Kind"]
    assert grid == [
        ["Kind", "Number", "Result", "Because"],
        ["“large”", "above 5", "3", "Rare"],
        ["“large”", "any", "2", ""],
        ["“medium” or “small”", "at most 5", "1.5", ""],
        ["otherwise", "", "0", ""],
    ]


def test_facts_say_which_list_they_are_of(tmp_path: Path) -> None:
    text = "let newest = latest m in engagement.meetings by m.date\noutput o = newest.title\noutput p = account.csm_owned\n"
    page = ReadPage(html_of(load(tmp_path, text)))
    (facts,) = [table for table in page.tables if table[0][0] == "Fact"]
    assert [row[0] for row in facts[1:]] == [
        "account.csm_owned", "engagement.meetings", "engagement.meetings[].date", "engagement.meetings[].title",
    ]  # fmt: skip
    assert facts[1][2] == "yes or no"


def test_bands_that_are_alike_are_shown_once() -> None:
    text = page_of(api.load(ROOT / "rulesets/customer_health/2.0.0.rules", cache=False))
    (bands,) = [section for section in text.sections if section.anchor == "bands"]
    assert len(bands.blocks) == 1

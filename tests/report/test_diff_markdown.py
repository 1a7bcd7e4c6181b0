"""A comparison as a note of a merge request: figures in their places, texts of anybody as text, never too long."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ruleengine.report.diff import markdown
from ruleengine.report.diff.headline import headline
from ruleengine.report.markdown import escape
from tests.compare.sample_documents import (
    SAMPLES,
    document,
    meaning_only,
    part,
    sampled,
    through_time,
    two_edits,
)
from tests.report.diff_documents import crowded, merge_request
from tests.report.markup import markdown_tables

EVIL = (
    "<script>alert(1)</script> | @all @team `a` **b** [x](javascript:alert(1)) ![p](https://evil.example/p.png) "
    "https://evil.example #12 !3 %4 $x$ :tada: <!-- </details> \x1b[31m \u202e"
)
_CODE = re.compile(r"(?<!`)(`+) ?(?!`).*?(?<!`) ?\1(?!`)")


def words_alone(text: str) -> str:
    """A note without what is shown as code, where nothing is obeyed."""
    return _CODE.sub("", text)


def folds(text: str) -> list[str]:
    return re.findall(r"<summary>(.*)</summary>", text)


# ── the figures ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_seen_at_once() -> None:
    found = two_edits()
    limits = [limit["summary"] for limit in found["budget"]["limits"][:2]]
    seen = markdown.render(found).partition("<details>")[0]
    assert seen.splitlines()[:9] == [
        "2 edits; 3 of 10 accounts change band, 1 newly red, 1 newly NA; 2 of them because Support issues in Voice "
        "weigh 10% instead of 5%",
        "",
        "customer\\_health 1.0.0 → 2.0.0 · as of 2024-03-01 · 10 accounts · 1 rejected",
        "",
        "❌ **Budget exceeded: 2 of 3 limits**",
        "",
        f"- ❌ `--max-moved 5%`: {limits[0]}",
        f"- ✅ `--max-newly red=10`: {limits[1]}",
        "- ❌ `--fail-on moved > 5% of accounts`: \\`moved \\> 5% of accounts\\` holds: moved 3, accounts 10",
    ]
    assert (
        "Customer health: Of 10 accounts, 3 change band, 4 change score and 6 stay as they are; newly 1 red, 1 yellow, 1 NA; "
        "mean score 63.88 → 62.5"
    ) in seen
    assert list(markdown_tables(seen)) == [
        [
            ["from ╲ to", "🟢 green", "🟡 yellow", "🔴 red", "⚪ NA", "before"],
            ["🟢 green", "3", "**1**", "·", "·", "4"],
            ["🟡 yellow", "·", "2", "**1**", "**1**", "4"],
            ["🔴 red", "·", "·", "2", "·", "2"],
            ["now", "3", "3", "3", "1", ""],
        ]
    ]


def test_what_is_folded() -> None:
    shown = markdown.render(two_edits())
    assert folds(shown) == [
        "2 edits", "4 accounts that change", "By segment", "Changes of score", "1 trigger starts or stops",
    ]  # fmt: skip
    movers, segments, distribution, triggers = list(markdown_tables(shown))[1:]
    support = "health.voice.support_issues.weight"
    more_support = "Support issues in Voice weigh 10% instead of 5%"
    less_seats = "License utilization in Product weighs 30% instead of 40%"
    assert movers == [
        ["account", "from", "to", "change", "by"],
        ["Globex (globex)", "🟡 yellow 50", "🔴 red 46", "−4", f"**−4 {more_support}**"],
        ["Acme Corporation (acme)", "🟢 green 76.25", "🟡 yellow 70.5", "−5.75",
         f"**−4.5 {more_support}**<br>−1.25 {less_seats}"],
        ["Umbrella (4711)", "🟡 yellow 62.5", "⚪ NA (missing)", "–", f"**{less_seats}**"],
        ["initech", "🟡 yellow 60", "🟡 yellow 56", "−4", f"−2 {more_support}<br>−2 {less_seats}"],
    ]  # fmt: skip
    assert segments[1] == ["enterprise", "6", "2", "3", "−2.29", "1 red, 1 yellow"]
    assert distribution[1:] == [
        ["−6 to −5", "1", "█" * 10],
        ["−5 to −4", "0", ""],
        ["−4 to −3", "2", "█" * 20],
    ]
    assert triggers == [["trigger", "start", "stop", "as before"], ["Churn risk", "1", "0", "2"]]
    assert "- Support issues in Voice weigh 10% instead of 5% (5% → 10%)\n" in shown
    assert "  - touches 3 accounts, decisive for 2, −3.5 points on average\n" in shown
    assert (
        f"  - `{support}` · `rulesets/customer_health/1.0.0.rules:40` → `rulesets/customer_health/2.0.0.rules:41`"
    ) in shown


def test_without_accounts_the_edits_are_seen_at_once() -> None:
    shown = markdown.render(meaning_only())
    assert shown.startswith(
        "6 edits; no accounts were compared\n\ncustomer\\_health 1.0.0 → 2.0.0\n\n<details open>\n"
    )
    assert folds(shown) == ["6 edits", "1 renaming and 2 changes of wording"]
    assert "- measure `mau` is now `user_engagement`\n" in shown
    assert list(markdown_tables(shown)) == []


def test_nothing_changes() -> None:
    assert markdown.render(document()) == "Nothing changes\n\ncustomer\\_health 1.0.0 → 2.0.0\n"


def test_causes_sets_and_samples() -> None:
    shown = markdown.render(through_time())
    assert "<summary>Data and time</summary>\n\n- the facts under usage changed (`data: usage`)\n" in shown
    assert (
        "<br>any of these is enough for the new band:<br>· 30 days passed<br>· the facts under support changed |"
        in shown
    )
    shown = markdown.render(sampled())
    assert "<br>−4.5 by 9 more<br>" in shown  # five of fourteen are listed
    assert "<br>sampled: the points are right to about ±0.08 |" in shown


def test_what_is_decisive_is_named_though_the_score_stays() -> None:
    found = two_edits()
    found["movers"] = found["movers"][:1]
    found["movers"][0] |= {"change": 0.0, "attribution": [part(found["edits"][0]["id"], 0.0)]}
    movers = list(markdown_tables(markdown.render(found)))[1]
    assert movers[1][-2:] == ["0", "**Support issues in Voice weigh 10% instead of 5%**"]


def test_several_scorecards() -> None:
    found = two_edits()
    cards = found["population"]["scorecards"]
    cards["adoption"] = {**cards["health"], "title": "Adoption", "by": [], "distribution": []}
    shown = markdown.render(found)
    assert "1 more scorecard" in folds(shown)
    assert "| account | scorecard | from | to | change | by |" in shown
    assert "\nAdoption: Of 10 accounts, 3 change band" in shown
    assert "  - Customer health: touches 3 accounts, decisive for 2, −3.5 points on average\n" in shown
    assert "- Adoption: touches" not in shown
    assert "4 changes of accounts" in folds(shown)
    cards["adoption"] |= {"moved": 0, "changed": 0}
    shown = markdown.render(found)
    assert "\nNo account changes in Adoption\n" in shown
    assert "1 more scorecard" not in folds(shown)


@pytest.mark.parametrize("name", SAMPLES)
def test_it_begins_with_the_sentence_and_every_fold_is_closed(name: str) -> None:
    found = SAMPLES[name]()
    shown = markdown.render(found)
    assert shown.startswith(escape(headline(found)) + "\n")
    assert shown.count("<details") == shown.count("\n</details>\n") == shown.count("</summary>\n\n")
    assert "\n\n\n" not in shown
    assert shown.endswith("\n")
    assert len([*markdown_tables(shown)]) == len(re.findall(r"^\| ---", shown, re.MULTILINE))


# ── texts of anybody ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("bands", [3, 5])
def test_texts_are_never_markup(bands: int) -> None:
    shown = words_alone(markdown.render(crowded(6, 2, EVIL, bands)))
    tags = {*re.findall(r"(?<!\\)<[^>]*>?", shown)}
    assert tags == {"<details>", "</details>", "<summary>", "</summary>", "<br>"} - ({"<br>"} - tags)
    assert "@" not in shown
    assert "://" not in shown
    assert re.search(r"(?<!\\)\[|(?<!\\)\]", shown) is None
    assert re.search(r"(?<!\\)`", shown) is None
    assert re.search(r"(?<![\\&])#\d", shown) is None
    assert re.search(r"[!%]\d", shown) is None
    assert "$" not in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert ":tada:" not in shown
    assert [*markdown_tables(shown)] != []


def test_rows_of_tables_keep_their_cells() -> None:
    for table in markdown_tables(markdown.render(crowded(6, 2, "a | b | `c | d` \\| e"))):
        assert {len(row) for row in table} == {len(table[0])}


def test_a_bar_is_escaped_in_tables_and_not_in_code() -> None:
    shown = markdown.render(crowded(1, 1, "a|b"))
    assert "  - `edit 0 a|b` · `a|b:1` → `a|b:1`\n" in shown
    assert "**−10 a\\|b 0** |" in shown


# ── length ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("accounts", "edits", "text", "bands"),
    [
        (5_000, 3, "x", 3),
        (200, 400, "x", 3),
        (200, 400, "x" * 1_000, 3),
        (200, 400, "<@&#|" * 200, 3),
        (300, 30, "\x1b\u202e" * 500, 60),
        (300, 1, "日本語" * 300, 5),
    ],
)
def test_it_stays_below_the_limit(accounts: int, edits: int, text: str, bands: int) -> None:
    found = crowded(accounts, edits, text, bands)
    for limit in (20_000, markdown.LIMIT):
        assert len(markdown.render(found, movers=10_000, limit=limit)) <= limit
    assert markdown.LIMIT == 60_000


def test_what_is_left_out_is_counted() -> None:
    found = crowded(5_000, 400, "a longer name of somebody", 3)
    shown = markdown.render(found, movers=10_000)
    movers = (
        shown.count(" | 🟢 green 50 | ") + shown.count(" | 🟡 yellow 50 | ") + shown.count(" | 🔴 red 50 | ")
    )
    assert movers > 50
    assert f"\n… and {5_000 - movers:,} more accounts\n" in shown
    edits = len(re.findall(r"^- a longer name of somebody \d+ \(", shown, re.MULTILINE))
    assert 20 < edits < 400
    assert f"\n… and {400 - edits:,} more edits\n" in shown
    assert "more limits\n" in shown
    assert "more segments\n" in shown
    assert "more triggers\n" in shown


def test_as_many_movers_as_asked_for() -> None:
    found = merge_request()
    shown = markdown.render(found, movers=4)
    assert shown.count("(acc-") == 4
    assert f"\n\n… and {len(found['movers']) - 4} more accounts\n" in shown
    assert f"{len(found['movers'])} accounts that change" in folds(shown)
    none = markdown.render(found, movers=0)
    assert "(acc-" not in none
    assert f"\n… and {len(found['movers'])} more accounts\n" in none


def test_a_matrix_of_very_many_bands_becomes_a_list() -> None:
    found: dict[str, Any] = crowded(200, 1, "y", 60)
    shown = markdown.render(found)
    assert "from ╲ to" not in shown
    assert (
        "- 🟢 band 0 y → 🟢 band 1 y: 4\n" in shown
    )  # 200 accounts, each to the next of 60 bands: 4 in the first 20

"""A comparison as a page: figures in their places, pictures that add up, nothing loaded, nothing of anybody obeyed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ruleengine.report.diff import html
from ruleengine.report.diff.figures import Figures
from ruleengine.report.diff.pictures import migration, parts_bar
from tests.compare.sample_documents import (
    SAMPLES,
    SUPPORT,
    document,
    meaning_only,
    sampled,
    through_time,
    two_edits,
)
from tests.report.diff_documents import counted, crowded, merge_request, moved
from tests.report.markup import ReadPage

EVIL = (
    "\"><script>alert(1)</script><img src=x onerror=alert(1)> ' & </style></svg> \x1b[31m\u202e "
    + "W" * 1_000
)
_RECT = re.compile(r'<rect class="([\w-]+)" x="([\d.]+)%" y="2" width="([\d.]+)%"')
_FLOW = re.compile(
    r'<path class="(\w+) (\w+)" d="M0 ([\d.]+)C50 \3 50 ([\d.]+) 100 \4V([\d.]+)[^"]*"><title>([^<]*)<'
)


def read(found: dict[str, Any], movers: int = 200) -> ReadPage:
    page = ReadPage(html.render(found, movers=movers))
    assert page.faults == []
    return page


# ── the figures ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_head_and_the_figures_of_the_sample() -> None:
    page = read(two_edits())
    assert page.headings[:3] == [
        (1, "customer_health 1.0.0 → 2.0.0"),
        (2, "Contents"),
        (2, "Movement budget"),
    ]
    assert (
        "2 edits; 3 of 10 accounts change band, 1 newly red, 1 newly NA; 2 of them because Support"
        in page.text
    )
    assert "Old version customer_health@1.0.0 New version customer_health@2.0.0" in page.text
    assert "Compared 10 accounts, 1 rejected Date as of 2024-03-01" in page.text
    assert "change band · 30% 3 newly red 1 newly NA 1 change score · 40% 4 stay as before 6" in page.text
    assert "mean score 63.88 → 62.5" in page.text
    matrix, distribution, segments, movers, triggers = page.tables
    assert matrix == [
        ["from ╲ to", "green", "yellow", "red", "NA", "before"],
        ["green", "3", "1", "·", "·", "4"],
        ["yellow", "·", "2", "1", "1", "4"],
        ["red", "·", "·", "2", "·", "2"],
        ["now", "3", "3", "3", "1", ""],
    ]
    assert [row[:2] for row in distribution[1:]] == [["−6 to −5", "1"], ["−5 to −4", "0"], ["−4 to −3", "2"]]
    assert segments[1:] == [
        ["enterprise", "6", "2", "3", "−2.29", "1 red, 1 yellow"], ["tech_touch", "4", "1", "1", "0", "1 NA"],
    ]  # fmt: skip
    assert [row[:4] for row in movers[1:]] == [
        ["Globex | globex", "yellow 50", "red 46", "−4"],
        ["Acme Corporation | acme", "green 76.25", "yellow 70.5", "−5.75"],
        ["Umbrella | 4711", "yellow 62.5", "NA missing", "–"],
        ["initech", "yellow 60", "yellow 56", "−4"],
    ]
    assert movers[2][4] == (
        "−4.5 Support issues in Voice weigh 10% instead of 5% decisive"
        "−1.25 License utilization in Product weighs 30% instead of 40%"
    )
    assert triggers == [["Trigger", "Start", "Stop", "As before"], ["Churn risk", "1", "0", "2"]]


def test_edits_stand_with_what_they_do_and_where() -> None:
    page = read(two_edits())
    assert (
        "Support issues · measure support_issues Support issues in Voice weigh 10% instead of 5% 5% → 10% "
        "touches 3 accounts, decisive for 2, −3.5 points on average "
        "health.voice.support_issues.weight · rulesets/customer_health/1.0.0.rules:40 → "
        "rulesets/customer_health/2.0.0.rules:41"
    ) in page.text
    assert {"#edit-1", "#edit-2"} <= {*page.links}
    assert {link[1:] for link in page.links} <= {*page.anchors}
    assert len({*page.anchors}) == len(page.anchors)


def test_the_budget_says_what_was_allowed_and_found() -> None:
    found = two_edits()
    shown = html.render(found)
    assert '<div class="budget exceeded"><p><strong>Budget exceeded: 2 of 3 limits</strong>' in shown
    assert shown.count('<li class="exceeded">') == 2
    assert shown.count('<li class="kept">') == 1
    for limit in found["budget"]["limits"]:
        assert limit["summary"] in ReadPage(shown).text
    assert '<div class="budget kept"><p><strong>Budget kept</strong>' in html.render(merge_request())
    assert "budget" not in html.render(through_time()).partition("<body")[2]


def test_without_accounts_only_the_meaning() -> None:
    page = read(meaning_only())
    assert [words for level, words in page.headings if level == 2] == [
        "Contents",
        "Edits",
        "Renamed",
        "Wording",
    ]
    assert page.tables == []
    assert "swatch" not in {values.get("class") for _, values in page.tags}
    assert "User engagement is new in Product and weighs 10% added" in page.text
    assert "is no longer red when the sentiment is red removed" in page.text
    assert "measure mau is now user_engagement" in page.text
    assert "ROI success plan: title “ROI success plan” → “Success plan”" in page.text


def test_nothing_changes() -> None:
    page = read(document())
    assert "Nothing changes" in page.text
    assert [level for level, _ in page.headings] == [1]


def test_causes_sets_and_samples() -> None:
    page = read(through_time())
    assert (
        "Data and time The facts under usage changed touches 1 account, decisive for 1, +9.5 points"
        in page.text
    )
    assert (
        "Any of these is enough for the new band: 30 days passed the facts under support changed" in page.text
    )
    assert (
        "Version customer_health@2.0.0 Compared 3 accounts, 1 only in the old facts, 2 only in the new facts"
        in page.text
    )
    assert "2024-02-01" in html.render(through_time()).partition('class="side"')[2][:60]
    page = read(sampled())
    assert "−3 by 6 more" in page.text
    assert "Sampled: the points are right to about ±0.08" in page.text


def test_movers_that_are_not_shown_are_counted() -> None:
    found = merge_request()
    number = len(found["movers"])
    page = read(found, movers=5)
    assert len(page.tables[3]) == 1 + 5
    assert f"The first 5 of {number}, the worst news first." in page.text
    assert f"… and {number - 5} more accounts" in page.text
    assert "more accounts" not in read(two_edits()).text


# ── pictures ────────────────────────────────────────────────────────────────────────────────────────────────────────


def flows(shown: str) -> list[tuple[str, str, float, float, float, str]]:
    """Kind, tone, top at the left, top at the right, height, words of every flow."""
    return [
        (kind, tone, float(left), float(right), round(float(bottom) - float(right), 2), words)
        for kind, tone, left, right, bottom, words in _FLOW.findall(shown)
    ]


def picture_of(found: dict[str, Any]) -> str:
    return migration(Figures(found).cards[0], ("old", "new"), "x")


def test_flows_are_as_high_as_many_accounts_go_there() -> None:
    """Ten accounts on 250 pixels, 25 each: at most 35% of them move here, so all are drawn alike, but for the cap of 8."""
    found = document(
        population=counted([moved(n, 76.0, {SUPPORT: -5.0}) for n in range(4)], {"green": 5, "red": 1})
    )
    drawn = flows(picture_of(found))
    assert [(kind, tone, height, words) for kind, tone, _, _, height, words in drawn] == [
        ("stay", "best", 125.0, "5 accounts stay green"),
        ("stay", "worst", 25.0, "1 account stays red"),
        ("move", "middle", 100.0, "4 accounts go from green to yellow"),
    ]
    stay, red, move = drawn
    assert move[2] == stay[2] + stay[4]  # they leave green below those who stay
    assert stay[3] == stay[2] == 28.0  # below the names of the versions
    assert red[3] > move[3] + move[4]  # red is below yellow
    assert "<figcaption" not in picture_of(found)


def test_few_who_move_among_many_are_drawn_larger_and_that_is_said() -> None:
    """10 of 1,000: 8 pixels each, the most there are, and 170 are left for the 990: 0.1717 each, 47 times less."""
    found = document(population=counted([moved(n, 76.0, {SUPPORT: -5.0}) for n in range(10)], {"green": 990}))
    shown = picture_of(found)
    assert [(kind, height) for kind, _, _, _, height, _ in flows(shown)] == [("stay", 170.0), ("move", 80.0)]
    assert "An account that moves is drawn 47 times as wide as one that stays." in shown


def test_the_picture_is_told_to_those_who_do_not_see_it() -> None:
    shown = picture_of(two_edits())
    assert 'role="img" aria-labelledby="x-title x-words"' in shown
    assert '<title id="x-title">Customer health: from band to band</title>' in shown
    assert (
        '<desc id="x-words">1 account goes from yellow to red; 1 account goes from green to yellow; '
        "1 account goes from yellow to NA; 7 accounts stay in the same band</desc>"
    ) in shown


def test_very_many_bands_are_a_table_alone() -> None:
    shown = html.render(crowded(40, 1, "x", 30))
    assert 'class="flows"' not in shown
    assert len(ReadPage(shown).tables[0]) == 32  # a heading, 30 bands, now
    assert 'class="flows"' in html.render(crowded(40, 1, "x", 12))


def test_bars_stack_what_takes_to_the_left_and_what_gives_to_the_right() -> None:
    """From −6 to +4, ten points are 100%: the line stands at 60%."""
    shown = parts_bar([("edit-1", -4.5), ("edit-2", 2.0), ("edit-3", -1.5), ("edit-4", 1.0)], -6.0, 4.0)
    assert _RECT.findall(shown) == [
        ("edit-1", "15", "45"), ("edit-2", "60", "20"), ("edit-3", "0", "15"), ("edit-4", "80", "10"),
    ]  # fmt: skip
    assert '<line x1="60%" x2="60%"' in shown


def test_all_bars_of_a_page_share_a_scale() -> None:
    """The largest loss of the sample is 5.75 points: 100%; each edit has its colour throughout."""
    shown = html.render(two_edits())
    assert _RECT.findall(shown) == [
        ("edit-1", "30.43", "69.57"),  # globex: 4 of 5.75
        ("edit-1", "21.74", "78.26"), ("edit-2", "0", "21.74"),  # acme: 4.5 and 1.25
        ("edit-1", "65.22", "34.78"), ("edit-2", "30.43", "34.78"),  # initech: 2 and 2
    ]  # fmt: skip


def test_the_eight_edits_with_most_points_have_colours_of_their_own() -> None:
    found = sampled()
    found["movers"][0]["attribution"][13]["points"] = -9.0
    shown = html.render(found)
    kinds = re.findall(
        r'id="edit-(\d+)" class="changed"><p class="told"><span class="swatch ([\w-]+)"', shown
    )
    assert [kind for _, kind in kinds] == [f"edit-{n}" for n in range(1, 8)] + ["edit-rest"] * 6 + ["edit-8"]


# ── texts of anybody ────────────────────────────────────────────────────────────────────────────────────────────────

DOCUMENTS = {
    **{name: build() for name, build in SAMPLES.items()},
    "crowded": crowded(6, 3, EVIL),
    "bands": crowded(6, 3, EVIL, 5),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_of_a_user_is_obeyed_and_nothing_loaded(name: str) -> None:
    shown = html.render(DOCUMENTS[name])
    page = ReadPage(shown)
    assert page.faults == []
    assert {tag for tag, _ in page.tags} & {
        "script",
        "img",
        "link",
        "iframe",
        "object",
        "form",
        "b",
        "i",
    } == set()
    assert not any(key.startswith("on") or key == "src" for _, values in page.tags for key in values)
    assert all(link.startswith("#") for link in page.links)
    assert "url(" not in shown
    assert "@import" not in shown
    assert all(sign.isprintable() or sign == "\n" for sign in shown)
    policy = next(values["content"] for _, values in page.tags if values.get("http-equiv"))
    assert "default-src 'none'" in (policy or "")
    assert [
        values["style"]
        for _, values in page.tags
        if not re.fullmatch(r"width:[\d.]+%", values.get("style") or "width:0%")
    ] == []


def test_hostile_names_are_seen_as_they_are() -> None:
    page = read(SAMPLES["hostile"]())
    assert (
        '<script>alert("x")</script> | **bold** [link](javascript:alert(1)) · measure support_issues'
        in page.text
    )
    assert "\\x1b[31mRed & Sons\\x1b[0m \\u202eevil | <i>" in page.text
    assert (2, "Health <\"'&>") in page.headings


def test_the_same_document_gives_the_same_page() -> None:
    assert html.render(merge_request()) == html.render(merge_request())

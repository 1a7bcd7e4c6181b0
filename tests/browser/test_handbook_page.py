"""Handbook pages in a browser: the table stands, nothing overflows, the console is silent, everything can be reached."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest

from tests.browser.checks import CLIPPED, FAINT, OVERFLOW, WIDTHS
from tests.browser.chromium import Chromium, find_chromium
from tests.browser.conftest import ROOT, write_page


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows(chromium: Chromium, page: Path, width: int) -> None:
    chromium.show(page, width)
    assert chromium.value(OVERFLOW) == {"page": 0, "beyond": []}
    assert chromium.value(CLIPPED) == []


def test_the_console_is_silent_and_nothing_is_loaded(chromium: Chromium, page: Path) -> None:
    chromium.show(page, 1280)
    assert chromium.complaints() == []


def test_headings_can_be_reached(chromium: Chromium, page: Path) -> None:
    """Somebody who hears the page finds every section, in order and without a level left out."""
    chromium.show(page, 1280)
    headings = chromium.headings()
    assert [level for level, _ in headings].count(1) == 1
    assert headings[0][0] == 1
    assert all(words.strip() for _, words in headings)
    assert all(after <= before + 1 for (before, _), (after, _) in pairwise(headings))
    assert len(headings) == chromium.value("document.querySelectorAll('h1, h2, h3, h4, h5, h6').length")


def test_every_link_of_the_contents_leads_to_what_it_names(chromium: Chromium, page: Path) -> None:
    chromium.show(page, 1280)
    lost = chromium.value(
        "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => a.getAttribute('href') !== '#content'"
        " && !document.getElementById(a.getAttribute('href').slice(1))).map(a => a.href)"
    )
    assert lost == []
    assert chromium.value("document.querySelectorAll('nav a').length") > 10


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_words_stand_out_from_their_ground(chromium: Chromium, page: Path, scheme: str) -> None:
    chromium.show(page, 1280, scheme=scheme)
    dark = chromium.value("matchMedia('(prefers-color-scheme: dark)').matches")
    assert dark is (scheme == "dark")
    assert chromium.value(FAINT) == []


def test_a_browser_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    with pytest.raises(RuntimeError, match="apt-get install chromium"):
        find_chromium()


def test_the_checks_would_see_faults(chromium: Chromium, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text(
        '<body style="background:#fff"><h1>a</h1><p style="width:3000px;color:#eee">wide and faint</p>'
        '<td></td><p style="width:40px;white-space:nowrap">clipped clipped clipped</p>'
        "<img src='missing.png'><script>console.error('no')</script></body>",
        encoding="utf-8",
    )
    chromium.show(bad, 1280)
    found = chromium.value(OVERFLOW)
    assert found["page"] > 1000
    assert len(found["beyond"]) == 1
    assert len(chromium.value(CLIPPED)) == 1
    assert chromium.value(FAINT) != []
    told = " ".join(chromium.complaints())
    assert "missing.png" in told
    assert "console:" in told


# ── the table ───────────────────────────────────────────────────────────────────────────────────────────────────────

_ROWS = """[...document.querySelectorAll('table.scorecard tbody tr')].map(row =>
  [...row.children].map(cell => [cell.innerText.trim(), cell.getBoundingClientRect().height > 0]))"""


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page("customer_health@2.0.0", tmp_path_factory.mktemp("newest"))


@pytest.mark.parametrize("width", WIDTHS)
def test_the_table_is_seen(chromium: Chromium, newest: Path, width: int) -> None:
    chromium.show(newest, width)
    rows = {row[0][0]: row for row in chromium.value(_ROWS)}
    for group in ("Product", "Risk", "Outcomes", "Voice of the customer", "Engagement"):
        assert rows[group][0][1], f"{group} is hidden"
    meeting = rows["Meeting cadence"]
    assert all(seen for words, seen in meeting if words)
    assert "green: at most 35 days" in meeting[4][0]
    assert "all except scale and tech touch" in meeting[5][0]


def test_on_a_phone_a_row_is_a_card_that_names_its_cells(chromium: Chromium, newest: Path) -> None:
    chromium.show(newest, 400)
    first = "document.querySelector('table.scorecard td.number')"
    assert chromium.value(f"getComputedStyle({first}, '::before').content") != "none"
    assert chromium.value(f"{first}.dataset.label") == "Weight"
    lefts = chromium.value(
        "[...document.querySelectorAll('table.scorecard tbody tr:nth-child(2) > *')]"
        ".filter(e => e.offsetHeight).map(e => Math.round(e.getBoundingClientRect().left))"
    )
    assert len(set(lefts)) == 1  # below one another


def test_a_printed_page_has_no_dark_ground(chromium: Chromium, newest: Path) -> None:
    chromium.show(newest, 1280, media="print")
    assert (
        chromium.value("getComputedStyle(document.querySelector('header')).backgroundColor")
        == "rgba(0, 0, 0, 0)"
    )
    assert chromium.value("getComputedStyle(document.querySelector('nav')).display") == "none"


def test_pictures(chromium: Chromium, newest: Path, tmp_path: Path) -> None:
    """Pictures to look at: in the folder that RULEENGINE_PICTURES names. One is kept in the documentation."""
    folder = Path(os.environ.get("RULEENGINE_PICTURES") or tmp_path)
    for name, width, scheme, height in (
        ("handbook", 1280, "light", 1700), ("handbook-dark", 1280, "dark", 1700), ("handbook-phone", 400, "light", 2600),
    ):  # fmt: skip
        chromium.show(newest, width, scheme=scheme)
        chromium.picture(folder / f"{name}.png", height=height)
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert (ROOT / "docs/images/handbook.png").read_bytes().startswith(b"\x89PNG")

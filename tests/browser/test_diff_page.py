"""Pages of comparisons in a browser: nothing overflows, nothing is loaded, hostile names stay text, the picture is seen."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ruleengine.report.diff import html
from tests.browser.checks import CLIPPED, FAINT, OVERFLOW, WIDTHS
from tests.browser.chromium import Chromium
from tests.browser.conftest import ROOT
from tests.compare.sample_documents import SAMPLES
from tests.report.diff_documents import crowded, merge_request

EVIL = (
    "\"><script>document.title = 'taken'</script><img src=x onerror=\"document.title='taken'\"> \x1b[31m"
    + "W" * 1_000
)
DOCUMENTS: dict[str, dict[str, Any]] = {
    **{name: SAMPLES[name]() for name in ("document", "meaning_only", "through_time", "sampled", "hostile")},
    "merge_request": merge_request(),
    "crowded": crowded(8, 4, EVIL),
    "many_bands": crowded(40, 3, EVIL, 12),
}
#: Names and numbers of the picture that lie over one another, or beyond it.
_LABELS = """(() => {
  const picture = document.querySelector('.flows').getBoundingClientRect();
  const boxes = [...document.querySelectorAll('.flows text')].map(e => [e.textContent, e.getBoundingClientRect()]);
  const faults = boxes.filter(([, b]) => b.left < picture.left - 1 || b.right > picture.right + 1 || b.bottom > picture.bottom + 1);
  const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4;
  const pairs = boxes.flatMap(([n, a], i) => boxes.slice(i + 1).filter(([, b]) => over(a, b)).map(([m]) => `${n} over ${m}`));
  return [...faults.map(([n]) => n), ...pairs];
})()"""


@pytest.fixture(scope="module", params=DOCUMENTS)
def diff_page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of a comparison."""
    path = tmp_path_factory.mktemp("diffs") / f"{request.param}.html"
    path.write_text(html.render(DOCUMENTS[request.param]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def merge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the picture in the documentation."""
    path = tmp_path_factory.mktemp("merge") / "diff.html"
    path.write_text(html.render(DOCUMENTS["merge_request"], movers=25), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows(chromium: Chromium, diff_page: Path, width: int) -> None:
    chromium.show(diff_page, width)
    assert chromium.value(OVERFLOW) == {"page": 0, "beyond": []}
    assert chromium.value(CLIPPED) == []


def test_very_many_bands_scroll_by_themselves(chromium: Chromium, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(html.render(crowded(40, 3, "x", 30)), encoding="utf-8")
    chromium.show(page, 400)
    assert chromium.value("document.documentElement.scrollWidth") == 400
    assert chromium.value("document.querySelector('.matrix').scrollWidth") > 1000


def test_nothing_is_loaded_or_run(chromium: Chromium, diff_page: Path) -> None:
    chromium.show(diff_page, 1280)
    assert chromium.complaints() == []
    assert chromium.value("document.title").startswith("customer_health ")
    assert chromium.value("document.querySelectorAll('script, img, iframe, object, link').length") == 0


def test_hostile_names_stay_text(chromium: Chromium, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(html.render(DOCUMENTS["crowded"]), encoding="utf-8")
    chromium.show(page, 1280)
    heading = chromium.value("document.querySelector('#moves h2').textContent")
    assert heading == EVIL.replace("\x1b", "\\x1b")
    assert chromium.value("document.querySelector('#wording li').textContent").count("<script>") == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_words_stand_out_from_their_ground(chromium: Chromium, diff_page: Path, scheme: str) -> None:
    chromium.show(diff_page, 1280, scheme=scheme)
    assert chromium.value(FAINT) == []


def test_headings_and_links_can_be_reached(chromium: Chromium, diff_page: Path) -> None:
    chromium.show(diff_page, 1280)
    headings = chromium.headings()
    assert [level for level, _ in headings].count(1) == 1
    assert all(after <= before + 1 for (before, _), (after, _) in pairwise(headings))
    lost = chromium.value(
        "[...document.querySelectorAll('a')].filter(a => !document.getElementById(a.hash.slice(1))).map(a => a.href)"
    )
    assert lost == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["merge_request", "through_time", "many_bands"])
def test_the_words_of_the_picture_can_be_read(
    chromium: Chromium, tmp_path: Path, name: str, width: int
) -> None:
    page = tmp_path / "page.html"
    page.write_text(html.render(DOCUMENTS[name]), encoding="utf-8")
    chromium.show(page, width)
    assert chromium.value(_LABELS) == []


def test_the_picture_has_a_name_for_those_who_hear_it(chromium: Chromium, merge: Path) -> None:
    chromium.show(merge, 1280)
    nodes = chromium.ask("Accessibility.getFullAXTree")["nodes"]
    pictures = [
        str(node["name"]["value"])
        for node in nodes
        if node.get("role", {}).get("value") in ("image", "img") and not node.get("ignored")
    ]
    assert len(pictures) == 1
    assert pictures[0].startswith("Customer health: from band to band 7 accounts go from yellow to red; ")


def test_bars_stand_in_their_cells(chromium: Chromium, merge: Path) -> None:
    chromium.show(merge, 1280)
    out = chromium.value(
        "[...document.querySelectorAll('.parts rect')].filter(bar => {"
        " const [a, b] = [bar, bar.closest('td')].map(e => e.getBoundingClientRect());"
        " return a.left < b.left - 1 || a.right > b.right + 1; }).length"
    )
    assert out == 0
    assert chromium.value("document.querySelectorAll('.parts rect').length") > 40


def test_a_printed_page_keeps_its_colours_and_drops_its_ground(chromium: Chromium, merge: Path) -> None:
    chromium.show(merge, 1000, media="print")
    assert (
        chromium.value("getComputedStyle(document.querySelector('header')).backgroundColor")
        == "rgba(0, 0, 0, 0)"
    )
    assert chromium.value("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert chromium.value("getComputedStyle(document.querySelector('.swatch')).printColorAdjust") == "exact"


def test_pictures(chromium: Chromium, merge: Path, tmp_path: Path) -> None:
    """Pictures to look at: in the folder that RULEENGINE_PICTURES names. One is kept in the documentation."""
    folder = Path(os.environ.get("RULEENGINE_PICTURES") or tmp_path)
    for name, width, scheme, height in (
        ("diff", 1280, "light", 2480), ("diff-dark", 1280, "dark", 1700), ("diff-phone", 400, "light", 2600),
    ):  # fmt: skip
        chromium.show(merge, width, scheme=scheme)
        chromium.picture(folder / f"{name}.png", height=height)
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    kept = (ROOT / "docs/images/diff.png").read_bytes()
    assert kept.startswith(b"\x89PNG")
    assert len(kept) < 300_000

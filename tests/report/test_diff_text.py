"""A comparison in a terminal: its first sentence, its figures, its widths, and texts that would be obeyed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ruleengine.report.cells import cell_width
from ruleengine.report.diff import text
from ruleengine.report.diff.headline import counted, headline, listed, signed
from ruleengine.report.diff.layout import bar, folded
from tests.compare.sample_documents import (
    SAMPLES,
    SEATS,
    SUPPORT,
    document,
    edit,
    effect,
    meaning_only,
    mover,
    outcome,
    part,
    side,
    subject,
    through_time,
    two_edits,
)
from tests.report.diff_documents import crowded, merge_request

_COLOUR = re.compile(r"\x1b\[\d*m")
HOSTILE = "\x1b[2J\x07\u202edrow \u2066x\u2069 日本語 " + "x" * 1_000


def population(moved: int, **newly: int) -> dict[str, Any]:
    """1,204 accounts, of which some change band."""
    found: dict[str, Any] = two_edits()["population"]
    card = found["scorecards"]["health"]
    card |= {"moved": moved, "newly": newly, "changed": moved}
    return {**found, "accounts": 1204, "moved": moved, "triggers": []}


def changed(support: int, seats: int, moved: int, **newly: int) -> dict[str, Any]:
    """Two edits, and for how many accounts each is decisive."""
    about = subject("measure", "support_issues", "Support issues")
    edits = [
        edit(SUPPORT, "weight", about, "Support issues weigh 10% instead of 5%.", effect=effect(900, support, -9.0, -0.01)),
        edit(SEATS, "weight", about, "Seats weigh 30%", effect=effect(30, seats, -9.0, -0.3)),
    ]  # fmt: skip
    edits[0]["because"] = "support issues weigh 10% instead of 5%"
    return document(edits=edits, population=population(moved, **newly))


# ── the first sentence ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (changed(29, 12, 41, red=7, yellow=30),
         "2 edits; 41 of 1,204 accounts change band, 7 newly red; 29 of them because support issues weigh 10% instead of 5%"),
        (changed(41, 0, 41, red=7),
         "2 edits; 41 of 1,204 accounts change band, 7 newly red; all of them because support issues weigh 10% instead of 5%"),
        (changed(1, 0, 1, red=1),
         "2 edits; 1 of 1,204 accounts changes band, 1 newly red, because support issues weigh 10% instead of 5%"),
        (changed(3, 5, 9, na=2),
         "2 edits; 9 of 1,204 accounts change band, none newly red, 2 newly NA; 5 of them because Seats weigh 30%"),
        (changed(0, 0, 4, red=4), "2 edits; 4 of 1,204 accounts change band, 4 newly red"),
        (changed(0, 0, 0), "2 edits; none of 1,204 accounts changes score or band"),
        (document(), "Nothing changes"),
        (document(renamings=[{"kind": "measure", "old": "a", "new": "b"}]), "Nothing changes but names"),
        (meaning_only(), "6 edits; no accounts were compared"),
        (document(population=population(0)), "Nothing changes"),
        (through_time(),
         "2 sections of the facts and the as-of date differ; 2 of 3 accounts change band, 1 newly red; "
         "1 of them because the facts under usage changed"),
    ],
)  # fmt: skip
def test_the_first_sentence_says_what_everybody_needs(found: dict[str, Any], said: str) -> None:
    assert headline(found) == said
    assert text.render(found).splitlines()[0] == said


def test_scores_without_bands_are_told_of_too() -> None:
    found = changed(0, 0, 0)
    card = found["population"]["scorecards"]["health"]
    card["changed"] = 12
    assert headline(found) == "2 edits; none of 1,204 accounts changes band, 12 change score"
    card["bands"] = []
    assert headline(found) == "2 edits; 12 of 1,204 accounts change score"


def test_without_a_scorecard_triggers_are_what_changes() -> None:
    found = changed(0, 0, 0)
    found["population"]["triggers"] = [
        {"name": "churn", "title": "Churn risk", "started": 1, "stopped": 0, "both": 0},
        {"name": "renewal", "title": "Renewal", "started": 0, "stopped": 0, "both": 4},
    ]
    assert headline(found) == "2 edits; none of 1,204 accounts changes score; triggers start 1 time"
    found["population"] |= {"scorecard": None, "scorecards": {}, "matrix": {}}
    assert headline(found) == "2 edits; triggers start 1 time"
    found["population"]["triggers"][0]["stopped"] = 2
    assert headline(found) == "2 edits; triggers start 1 time and stop 2 times"
    assert "Renewal" not in text.render(found)
    assert "Churn risk" in text.render(found)


@pytest.mark.parametrize(
    ("causes", "said"),
    [
        (["data: usage"], "1 section of the facts differs"),
        (["time"], "the as-of date differs"),
        (["data: usage", "data: support"], "2 sections of the facts differ"),
        (["data: usage", "time"], "1 section of the facts and the as-of date differ"),
    ],
)
def test_what_is_none_of_the_ruleset_is_counted_apart(causes: list[str], said: str) -> None:
    found = through_time()
    found["causes"] = [
        {"id": each, "cause": each.partition(":")[0], "summary": each, "effect": {}} for each in causes
    ]
    assert headline(found).startswith(f"{said}; 2 of 3 accounts")
    found["edits"] = two_edits()["edits"]
    assert headline(found).startswith(f"2 edits; {said}; 2 of 3 accounts")


@pytest.mark.parametrize(
    ("number", "said"),
    [(3.5, "+3.5"), (-2.0, "−2"), (0.0, "0"), (-0.0, "0"), (0.004, "+<0.01"), (-1e-9, "−<0.01"), (-1.005, "−1"),
     (1234.567, "+1234.57"), (None, "–"), (0.005, "+0.01")],
)  # fmt: skip
def test_changes_have_a_sign_and_are_never_hidden(number: float | None, said: str) -> None:
    assert signed(number) == said


def test_plural_forms() -> None:
    assert [counted(n, "account") for n in (0, 1, 1000)] == ["0 accounts", "1 account", "1,000 accounts"]
    assert [listed(list("abc"[:n])) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


# ── the figures ─────────────────────────────────────────────────────────────────────────────────────────────────────


TWO_EDITS = [
    "2 edits; 3 of 10 accounts change band, 1 newly red, 1 newly NA; 2 of them because "
    "Support issues in Voice weigh 10% instead of 5%",
    "customer_health 1.0.0 → 2.0.0 · as of 2024-03-01 · 10 accounts · 1 rejected",
    "",
    "Edits",
    "  Support issues · measure support_issues",
    "    ~ Support issues in Voice weigh 10% instead of 5%",
    "      5% → 10%",
    "      touches 3 accounts, decisive for 2, −3.5 points on average",
    "      health.voice.support_issues.weight · "
    "rulesets/customer_health/1.0.0.rules:40 → rulesets/customer_health/2.0.0.rules:41",
    "  License utilization · measure license_utilization",
    "    ~ License utilization in Product weighs 30% instead of 40%",
    "      40% → 30%",
    "      touches 3 accounts, decisive for 1, −1.62 points on average",
    "      health.product.license_utilization.weight · "
    "rulesets/customer_health/1.0.0.rules:40 → rulesets/customer_health/2.0.0.rules:41",
    "",
    "Customer health",
    "  Of 10 accounts, 3 change band, 4 change score and 6 stay as they are; newly 1 red, 1 yellow, 1 NA; "
    "mean score 63.88 → 62.5",
    "  from \\ to  green  yellow  red  NA  before",
    "  green          3       1    ·   ·       4",
    "  yellow         ·       2    1   1       4",
    "  red            ·       ·    2   ·       2",
    "  now            3       3    3   1",
    "",
    "  segment     accounts  change band  change score  on average  newly",
    "  enterprise         6            2             3       −2.29  1 red, 1 yellow",
    "  tech_touch         4            1             1           0  1 NA",
    "",
    "    points  accounts",
    "  −6 to −5         1  ███████████████",
    "  −5 to −4         0",
    "  −4 to −3         2  ██████████████████████████████",
    "",
    "Triggers",
    "  trigger     start  stop  as before",
    "  Churn risk      1     0          2",
    "",
    "Accounts that change",
    "* without this the band would be another",
    "  Globex (globex)  yellow 50 → red 46 (−4)",
    "    *     −4 Support issues in Voice weigh 10% instead of 5%",
    "  Acme Corporation (acme)  green 76.25 → yellow 70.5 (−5.75)",
    "    *   −4.5 Support issues in Voice weigh 10% instead of 5%",
    "       −1.25 License utilization in Product weighs 30% instead of 40%",
    "  Umbrella (4711)  yellow 62.5 → NA (missing)",
    "    *      – License utilization in Product weighs 30% instead of 40%",
    "  initech  yellow 60 → yellow 56 (−4)",
    "          −2 Support issues in Voice weigh 10% instead of 5%",
    "          −2 License utilization in Product weighs 30% instead of 40%",
    "",
]


def test_a_whole_report() -> None:
    """Every figure of the sample, in its place."""
    found = two_edits()
    limits = [limit["summary"] for limit in found["budget"]["limits"]]
    assert text.render(found).splitlines() == [
        *TWO_EDITS,
        "Budget exceeded: 2 of 3 limits",
        f"  ✗ --max-moved 5%: {limits[0]}",
        f"  ✓ --max-newly red=10: {limits[1]}",
        f"  ✗ --fail-on moved > 5% of accounts: {limits[2]}",
    ]


def test_only_the_meaning() -> None:
    shown = text.render(meaning_only())
    assert "accounts" not in shown.split("\n", 1)[1]
    assert (
        "    − Customer health is no longer red when the sentiment is red\n      health.override.red · "
        in shown
    )
    assert "    + User engagement is new in Product and weighs 10%\n" in shown
    assert (
        shown.count("Support issues · measure support_issues") == 1
    )  # two edits of one thing under one heading
    assert shown.index("Wording") > shown.index("Renamed") > shown.index("Edits")
    assert "  Customer health: owner nothing → “customer success operations”\n" in shown


def test_edits_are_grouped_by_what_they_are_about() -> None:
    """Two groups of one scorecard are two things; one thing that is named twice is one."""
    about = [
        subject("group", "health", "Risk", "risk"), subject("group", "health", "Voice", "voice"),
        subject("group", "health", "Risk", "risk"), subject("member", "seats", "Seats", "product.seats"),
        subject("named_value", "limit", "limit"),
    ]  # fmt: skip
    found = document(edits=[edit(f"e{n}", "weight", each, f"Edit {n}") for n, each in enumerate(about)])
    lines = text.render(found).partition("Edits\n")[2].splitlines()
    assert [line.strip(" ~") for line in lines if line.startswith(("  R", "  V", "  S", "  n", "    ~"))] == [
        "Risk · group health.risk", "Edit 0", "Edit 2", "Voice · group health.voice", "Edit 1",
        "Seats · member product.seats", "Edit 3", "named value limit", "Edit 4",
    ]  # fmt: skip


def test_through_time_causes_and_sets_that_suffice_are_named() -> None:
    shown = text.render(through_time())
    assert (
        "customer_health 2.0.0 · as of 2024-02-01 → 2024-03-02 · 3 accounts · 1 only in the old facts · "
        in shown
    )
    assert (
        "    ~ 30 days passed\n      touches 1 account, decisive for none, −10.5 points on average\n      time\n"
        in shown
    )
    assert (
        "    any of these is enough for the new band:\n"
        "      · 30 days passed\n      · the facts under support changed\n"
    ) in shown
    assert "Edits" not in shown


def test_sampled_parts_say_how_exact_they_are() -> None:
    shown = text.render(SAMPLES["sampled"]())
    assert "sampled: the points are right to about ±0.08" in shown
    assert "−3 by 6 more" in shown  # eight of fourteen are listed; −0.5 each
    assert (
        "    any of these is enough for the new band:\n"
        "      · “Measure 1 in Product weighs 1% instead of 2%” and “Measure 2 in Product weighs 2% instead of 3%”\n"
        "      · “Measure 1 in Product weighs 1% instead of 2%” and “Measure 3 in Product weighs 3% instead of 4%”\n"
    ) in shown


def test_what_is_decisive_is_named_though_the_score_stays() -> None:
    """A boundary or an override changes bands alone."""
    found = two_edits()
    ups, downs = outcome(77.5, "green"), outcome(77.5, "yellow")
    found["movers"] = [mover("x", ups, downs, [part(SUPPORT, 0.0), part(SEATS, 0.0)], decisive=[SUPPORT])]
    assert (
        "  x  green 77.5 → yellow 77.5 (0)\n    *      0 Support issues in Voice weigh 10% instead of 5%\n"
        in text.render(found)
    )
    assert "License utilization" not in text.render(found).partition("Accounts that change")[2]
    found["movers"][0]["attribution"] = []
    assert "\n    *      – Support issues in Voice weigh 10% instead of 5%\n" in text.render(found)


def test_where_bands_stay_the_largest_change_comes_first() -> None:
    found = two_edits()
    found["movers"] = [
        mover(band, outcome(old, band), outcome(new, band), [part(SUPPORT, new - old)])
        for band, old, new in (("red", 40.0, 41.0), ("green", 90.0, 80.0), ("yellow", 60.0, 56.0))
    ]
    shown = text.render(found)
    assert shown.index("  green  green") < shown.index("  yellow  yellow") < shown.index("  red  red")


def test_sets_that_suffice_begin_with_the_small_ones_and_most_points() -> None:
    """Three of five are listed: of −6, −3 and −1 points alone and two of two edits each, which are −7 and −4."""
    found = two_edits()
    about = subject("group", "health", "Risk", "risk")
    sizes = {"a": -1.0, "b": -6.0, "c": -3.0}
    found["edits"] = [edit(each, "weight", about, f"“{each}, {each}” weighs less") for each in sizes]
    sets = [["a", "c"], ["a"], ["a", "b"], ["c"], ["b"]]
    whole = mover(
        "x", outcome(76.0, "green"), outcome(66.0, "yellow"), [part(*each) for each in sizes.items()]
    )
    found["movers"] = [{**whole, "decisive": [], "sufficient": sets}]
    lines = text.render(found).splitlines()
    assert lines[lines.index("    any of these is enough for the new band:") + 1 :][:4] == [
        "      · “b, b” weighs less",
        "      · “c, c” weighs less",
        "      · “a, a” weighs less",
        "      · … and 2 more sets",
    ]
    found["movers"][0]["sufficient"] = sets[:1]
    assert "    enough for the new band: “‘c, c’ weighs less” and “‘a, a’ weighs less”\n" in text.render(
        found
    )
    found["movers"][0]["sufficient"] = [*sets[:2], *sets[3:]]
    assert "      · … and 1 more set\n" in text.render(found)


def test_edits_are_named_in_words_and_by_ids_where_words_are_the_same() -> None:
    found = two_edits()
    for each, end in zip(found["edits"], ("one", "another"), strict=True):
        each["summary"] = f"The special weights when Product is without a value are gone, and so is {end}"
    assert (
        "    *     −4 The special weights when Product is without a value are gone, and so is one\n"
        in text.render(found)
    )
    lines = text.render(found, width=72).splitlines()
    first = lines.index("    *     −4 The special weights when Product is without a value are …")
    assert lines[first + 1] == "             (health.voice.support_issues.weight)"


def test_the_first_movers_are_shown_and_the_others_counted() -> None:
    found = merge_request()
    shown = text.render(found, movers=3)
    assert f"Accounts that change: 3 of {len(found['movers'])}" in shown
    assert f"… and {len(found['movers']) - 3} more accounts" in shown
    assert shown.count("(acc-") == 3
    assert "(acc-" not in text.render(found, movers=0)
    assert "more account" not in text.render(two_edits(), movers=4)


def test_worst_news_first() -> None:
    two_down = mover("two", outcome(80.0, "green"), outcome(30.0, "red"), [part(SUPPORT, -50.0)])
    up = mover("up", outcome(40.0, "red"), outcome(80.0, "green"), [part(SUPPORT, 40.0)])
    back = mover("back", outcome(None, None, "missing"), outcome(80.0, "green"), [part(SUPPORT, None)])
    found = two_edits()
    found["movers"] = [back, up, *found["movers"], two_down]
    order = re.findall(r"^  (\S.*?)  \S+ ", text.render(found).partition("Accounts that change")[2], re.M)
    assert order == [
        "two",
        "Globex (globex)",
        "Acme Corporation (acme)",
        "Umbrella (4711)",
        "up",
        "back",
        "initech",
    ]


def test_where_there_is_nothing_to_compare_nobody_is_said_to_stay() -> None:
    found = two_edits()
    found["population"] |= {"scorecard": None, "scorecards": {}, "triggers": []}
    found["edits"][0]["subject"] = subject("scorecard", "health", "Health")
    assert headline(found) == "2 edits; no scorecard is in both versions, so no account is compared"
    found = changed(0, 0, 0)
    found["population"]["accounts"] = 0
    assert headline(found) == "2 edits; no account to compare"
    assert "changes no score" not in text.render(found)


def test_colours_add_nothing_and_bands_have_theirs() -> None:
    found = two_edits()
    plain, coloured = text.render(found), text.render(found, color=True)
    assert _COLOUR.sub("", coloured) == plain
    assert "\x1b" not in plain
    assert "\x1b[31mred\x1b[0m" in coloured
    assert "\x1b[32mgreen\x1b[0m" in coloured
    assert "\x1b[31myellow 50 → red 46 (−4)\x1b[0m" in coloured
    assert "\x1b[31mBudget exceeded: 2 of 3 limits\x1b[0m" in coloured


# ── widths and texts of anybody ─────────────────────────────────────────────────────────────────────────────────────

DOCUMENTS = {
    **{name: build() for name, build in SAMPLES.items()},
    "merge request": merge_request(),
    "crowded": crowded(30, 4, HOSTILE),
    "many bands": crowded(40, 3, "x", 30),
}


@pytest.mark.parametrize("width", [40, 57, 80, 120, 200])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    for line in text.render(DOCUMENTS[name], width=width, color=True).splitlines():
        assert cell_width(_COLOUR.sub("", line)) <= width


@pytest.mark.parametrize("width", [None, 40, 100])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_of_a_user_is_obeyed(name: str, width: int | None) -> None:
    shown = text.render(DOCUMENTS[name], width=width)
    assert all(sign.isprintable() or sign == "\n" for sign in shown)
    assert [line for line in shown.splitlines() if line != line.rstrip()] == []


def test_where_the_matrix_does_not_fit_moves_are_listed() -> None:
    shown = text.render(two_edits(), width=40)
    assert "from \\ to" not in shown
    assert (
        shown.index("  yellow → red: 1\n")
        < shown.index("  green → yellow: 1\n")
        < shown.index("  yellow → NA: 1\n")
    )
    assert "  enterprise: 6 accounts, 2 change band,\n" in shown


def test_nothing_is_lost_by_folding() -> None:
    found = crowded(2, 2, HOSTILE)
    found["population"]["triggers"] = []  # a table: cut, not folded
    wide, narrow = (re.sub(r"\s+", "", text.render(found, width=width)) for width in (None, 50))
    assert narrow.count("x" * 1_000) == wide.count("x" * 1_000) > 10


def test_long_words_are_broken_and_wide_signs_counted() -> None:
    assert list(folded("日本語日本語 ab", 7, "> ", "  ")) == ["> 日本", "  語日", "  本語", "  ab"]
    assert list(folded("one two three", 9, "- ", "  ")) == ["- one two", "  three"]
    assert list(folded("one two", None, "- ")) == ["- one two"]
    assert list(folded("", 10)) == [""]


def test_bars_show_everything_that_is_not_nothing() -> None:
    assert [bar(number, 1000, 10) for number in (0, 1, 500, 1000)] == ["", "▏", "█████", "██████████"]


def test_one_ruleset_of_another_name() -> None:
    found = document(new=side("2.0.0", name="account_health"))
    assert text.render(found).splitlines()[1] == "customer_health 1.0.0 → account_health 2.0.0"

"""Reports of analyses made by hand: every answer that there can be is told in words, on a terminal and as Markdown."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ruleengine.analysis.findings import (
    Analysis,
    Answer,
    Bounds,
    Change,
    Compared,
    End,
    Equivalence,
    Finding,
    Given,
    Invariant,
    Method,
    Question,
    Reach,
    Verdict,
)
from ruleengine.analysis.reported import Inspection, Reported
from ruleengine.casebook.accounts import Account
from ruleengine.diagnostics import Diagnostic
from ruleengine.report.analysis import equivalence, markdown, text
from ruleengine.report.analysis.accounts import lines
from ruleengine.report.analysis.data import analysis_data
from ruleengine.report.analysis.figures import MOST_ROWS, cards_of
from ruleengine.source import Span
from tests.report.pages import BANDS, load

PROVED = Answer(Verdict.PROVED, Method.CELLS)
UNKNOWN = Answer(Verdict.UNKNOWN, Method.SOLVER)
SHOWN = Answer(Verdict.SHOWN, Method.SEARCH)
DAY = date(2024, 6, 1)
ID = ("id",)
HERE = Span("demo.rules", 0, 1, 1, 7)
RULES = f"""{BANDS}
measure use "Use" {{ value subscription.licensed_users ; rate {{ green when > 50 ; red otherwise }} }}
measure mood "Mood" {{ value sentiment.rating ; rate as given }}
scorecard health "Health" {{ use 60% ; group people "People" 40% {{ mood }} }}
scorecard total "Total" {{ bands none ; rollup sum ; use ; mood }}
"""


def account(day: date = DAY, previous: dict[str, Any] | None = None, **facts: Any) -> Account:
    return Account({"id": "kraken", **facts}, day, previous)


def end(score: float | None, limit: float | None = None) -> End:
    return End(score, score if limit is None else limit, None)


def bounds(
    card: str, kind: str, among: str, parts: tuple[str, ...], ends: tuple[End, End], **bands: Answer
) -> Bounds:
    return Bounds(
        card, kind, among, parts, *ends, tuple(Reach(name, answer) for name, answer in bands.items())
    )


BOUNDS = (
    bounds("health", "all", "", (), (end(25), end(87.5)), green=SHOWN, yellow=UNKNOWN, red=SHOWN),
    bounds("health", "segment", "large", (), (end(40, float("-inf")), end(87.5, 90)), green=PROVED, yellow=SHOWN, red=PROVED),
    bounds("health", "data", "", (), (end(None), end(None)), green=PROVED, yellow=PROVED, red=PROVED),
    bounds("health", "data", "", ("people",), (end(25), end(62.5)), green=PROVED, yellow=SHOWN, red=SHOWN),
    bounds("health", "data", "", ("use", "people"), (end(25), end(87.5)), green=SHOWN, yellow=SHOWN, red=SHOWN),
    bounds("total", "all", "", (), (End(None, 3.0, None), end(8))),
    bounds("total", "segment", "large", (), (end(2), end(8))),
)  # fmt: skip


def inspection(folder: Path, reports: tuple[Reported, ...] = (), **other: Any) -> Inspection:
    ruleset = load(folder, RULES)
    found = Analysis(
        "demo", "1.0.0", "digest", DAY.isoformat(), (), other.get("bounds", ()), other.get("invariants", ()), 7,
        other.get("unanswered", ()), True,
    )  # fmt: skip
    return Inspection(ruleset.program, ruleset.sources, DAY, found, reports, 0, other.get("rising"))


def question(kind: str, code: str, text: str) -> Question:
    return Question(kind, code, text, "health", text, HERE)


def reported(code: str, subject: str, accepted: str | None = None, **about: Any) -> Reported:
    verdict = about.pop("verdict", Verdict.SHOWN)
    hint = about.pop("hint", "")
    finding = Finding(code, code, subject, f"{subject} is odd", HERE, verdict, Method.SEARCH, **about)
    return Reported(Diagnostic(code, HERE, f"{subject} is odd", help=hint), finding, accepted)


# ── scores ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_scores_can_be_on_a_terminal(tmp_path: Path) -> None:
    told = text.render(inspection(tmp_path, bounds=BOUNDS)).splitlines()
    # of 0 to 100 in 24 columns: 25 begins at column 6, 40 at 9; 87.5 ends at 21, 62.5 at 15
    assert told == [
        "demo 1.0.0 as of 2024-06-01: for all accounts that its fact schema allows",
        "",
        "Health                            LOWEST  0                    100  HIGHEST  BANDS",
        "all accounts                          25  ░░░░░░███████████████░░░     87.5  green yellow? red",
        "in large                             40*  ░░░░░░░░░████████████░░░    87.5*  yellow",
        "without any data                       –                                  –",
        "with data only in People              25  ░░░░░░█████████░░░░░░░░░     62.5  yellow red",
        "with data only in Use and People      25  ░░░░░░███████████████░░░     87.5  green yellow red",
        "  An account in large cannot be green or red.",
        "  With only People, an account cannot be green.",
        "  * in large, lowest: 40 was reached; how far it goes is not known.",
        "  * in large, highest: 87.5 was reached; nothing above 90 is possible, and what lies between is not known.",
        "",
        "Total         LOWEST  2                      8  HIGHEST",
        "all accounts      –*                                  8",
        "in large           2  ████████████████████████        8",
        "  * all accounts, lowest: no account was found; nothing below 3 is possible, and what lies between is not",
        "  known.",
    ]


def test_what_scores_can_be_as_markdown(tmp_path: Path) -> None:
    told = markdown.render(inspection(tmp_path, bounds=BOUNDS[:4])).splitlines()
    assert told == [
        "# demo: what can happen",
        "",
        "demo 1.0.0 analysed: 0 errors, 0 warnings · 7 questions, none unanswered, as of 2024-06-01.",
        "",
        "## Health",
        "",
        "| accounts | lowest | highest | bands |",
        "| --- | ---: | ---: | --- |",
        "| all accounts | 25 | 87.5 | green, yellow?, red |",
        r"| in large | 40\* | 87.5\* | yellow |",
        "| without any data | – | – |  |",
        "| with data only in People | 25 | 62.5 | yellow, red |",
        "",
        "- An account in large cannot be green or red.",
        "- With only People, an account cannot be green.",
        r"- \* in large, lowest: 40 was reached; how far it goes is not known.",
        r"- \* in large, highest: 87.5 was reached; nothing above 90 is possible, and what lies between is not known.",
    ]


def test_of_many_patterns_some_are_told(tmp_path: Path) -> None:
    many = tuple(
        bounds("health", "data", "", (f"part{number}",), (end(25), end(62.5)), green=PROVED)
        for number in range(MOST_ROWS + 3)
    )
    found = inspection(tmp_path, bounds=many)
    assert "3 further patterns of data are left out here." in markdown.render(found)
    assert "and 3 further patterns of data (--format json has all)" in text.render(found)
    (card,) = cards_of(found.program, many)
    (told,) = card.sentences()
    assert told.startswith("With only part0; or only part1; ")
    assert told.endswith("; or only part9; and 3 further patterns, an account cannot be green.")
    assert len(card.rows(most=None)[0]) == MOST_ROWS + 3


def test_a_bar_needs_two_ends(tmp_path: Path) -> None:
    """Without bands and with one score there is nothing from which to which a bar could go."""
    (card,) = cards_of(inspection(tmp_path).program, [bounds("total", "all", "", (), (end(5), end(5)))])
    assert card.scale is None
    assert card.rows()[0][0].bar == ""


# ── invariants ──────────────────────────────────────────────────────────────────────────────────────────────────────

_SHOWING = account(sentiment={"rating": "red"})
INVARIANTS = (
    Invariant("it holds", "never", HERE, Answer(Verdict.PROVED, Method.TREE)),
    Invariant("it is violated", "never", HERE, Answer(Verdict.SHOWN, Method.SEARCH, _SHOWING)),
    Invariant("nobody can tell", "always", HERE, UNKNOWN),
    Invariant("seen elsewhere", "always", HERE, SHOWN),
)


def test_invariants(tmp_path: Path) -> None:
    found = inspection(tmp_path, invariants=INVARIANTS)
    assert text.render(found).splitlines()[1:] == [
        "",
        "INVARIANTS",
        "holds      “it holds” (demo.rules:1)",
        "           proved: the ruleset itself says so",
        "violated   “it is violated” (demo.rules:1)",
        "           an account as of 2024-06-01:",
        "             sentiment.rating  red",
        "not known  “nobody can tell” (demo.rules:1)",
        "           not known: neither a proof nor an account was found",
        "violated   “seen elsewhere” (demo.rules:1)",
    ]
    assert markdown.render(found).splitlines()[4:] == [
        "| invariant | | how |",
        "| --- | --- | --- |",
        "| it holds | holds | proved: the ruleset itself says so |",
        "| it is violated | **violated** | shown by an account |",
        "| nobody can tell | not known | not known: neither a proof nor an account was found |",
        "| seen elsewhere | **violated** | shown by an account |",
    ]


# ── findings ────────────────────────────────────────────────────────────────────────────────────────────────────────

_ONE = account(plan="a")
PAIRS = (
    reported("RE706", "use", account=_ONE, other=account(date(2024, 6, 2), plan="a"), hint="look at it"),
    reported("RE705", "mood", account=_ONE, other=account(plan="b")),
    reported("RE704", "health", account=_ONE),
)
ACCEPTED = (
    reported("RE703", "use", "both are shown only", account=_ONE, hint="give it a weight"),
    reported("RE703", "mood", "both are shown only"),
    reported("RE702", "health", "it is meant"),
)


def test_findings_come_with_the_accounts_that_show_them(tmp_path: Path) -> None:
    found = inspection(tmp_path, PAIRS)
    told = text.render(found).splitlines()
    assert [line for line in told if line.startswith("    ") or "odd" in line] == [
        "warning[RE706]: use is odd",
        "    for example an account as of 2024-06-01:",
        "      plan  a",
        "    and the same one as of 2024-06-02",
        "warning[RE705]: mood is odd",
        "    for example an account as of 2024-06-01:",
        "      plan  a",
        "    and an account as of 2024-06-01:",
        "      plan  b",
        "warning[RE704]: health is odd",
        "    for example an account as of 2024-06-01:",
        "      plan  a",
    ]
    assert markdown.render(found).splitlines()[4:] == [
        "## Findings",
        "",
        "- `RE706` demo.rules&#58;1:7: use is odd",
        "  - look at it",
        "  - an account as of 2024-06-01:<br>plan  a",
        "  - and the same one as of 2024-06-02",
        "- `RE705` demo.rules&#58;1:7: mood is odd",
        "  - an account as of 2024-06-01:<br>plan  a",
        "  - an account as of 2024-06-01:<br>plan  b",
        "- `RE704` demo.rules&#58;1:7: health is odd",
        "  - an account as of 2024-06-01:<br>plan  a",
    ]


def test_an_account_that_refutes_an_invariant_is_told_once(tmp_path: Path) -> None:
    found = inspection(tmp_path, (reported("RE707", "use", account=_SHOWING),), invariants=INVARIANTS)
    assert text.render(found).count("sentiment.rating  red") == 1


def test_what_is_accepted_is_told_with_its_reason_once(tmp_path: Path) -> None:
    found = inspection(
        tmp_path,
        (*ACCEPTED, reported("RE704", "use", verdict=Verdict.UNKNOWN)),
        unanswered=(question("bounds", "", "the lowest score of `health`"),),
    )
    assert text.render(found).splitlines()[1:] == [
        "",
        "NOT KNOWN",
        "  RE704 demo.rules:1:7: use is odd",
        "",
        "ACCEPTED BY THE RULESET",
        "  RE703 demo.rules:1:7: use is odd",
        "  RE703 demo.rules:1:7: mood is odd",
        "      because: both are shown only",
        "  RE702 demo.rules:1:7: health is odd",
        "      because: it is meant",
    ]
    assert markdown.render(found).splitlines()[2:] == [
        "demo 1.0.0 analysed: 0 errors, 0 warnings, 3 accepted · 7 questions, 1 unanswered, as of 2024-06-01.",
        "",
        "## Not known",
        "",
        "- `RE704` demo.rules&#58;1:7: use is odd",
        "",
        "## Accepted by the ruleset",
        "",
        "- `RE703` demo.rules&#58;1:7: use is odd",
        "  - because: both are shown only",
        "- `RE703` demo.rules&#58;1:7: mood is odd",
        "  - because: both are shown only",
        "- `RE702` demo.rules&#58;1:7: health is odd",
        "  - because: it is meant",
    ]


def test_questions_without_an_answer_are_named_where_nothing_else_tells_of_them(tmp_path: Path) -> None:
    """Bounds have a `?` or a `*` already, invariants a line of their own."""
    open_ones = (
        question("bounds", "RE708", "whether an account can be red in `health`"),
        question("reach", "RE701", "health: cap *yellow*: whether it acts on any account"),
        question("invariants", "RE707", "whether an account can violate the invariant “always”"),
    )
    found = inspection(tmp_path, unanswered=open_ones)
    assert text.render(found).splitlines()[1:] == [
        "",
        "NOT KNOWN",
        "  RE701 demo.rules:1:7: health: cap *yellow*: whether it acts on any account",
    ]
    assert markdown.render(found).splitlines()[2:] == [
        "demo 1.0.0 analysed: 0 errors, 0 warnings · 7 questions, 3 unanswered, as of 2024-06-01.",
        "",
        "## Not known",
        "",
        r"- `RE701` demo.rules&#58;1:7: health: cap \*yellow\*: whether it acts on any account",
    ]


def test_reports_that_stay_open_and_questions_without_an_answer_stand_together(tmp_path: Path) -> None:
    found = inspection(
        tmp_path,
        (reported("RE706", "use", verdict=Verdict.UNKNOWN),),
        unanswered=(question("reach", "RE703", "whether `use` is ever scored"),),
    )
    assert text.render(found).splitlines()[2:] == [
        "NOT KNOWN",
        "  RE706 demo.rules:1:7: use is odd",
        "  RE703 demo.rules:1:7: whether `use` is ever scored",
    ]
    told = markdown.render(found)
    assert told.count("Not known") == 1
    assert [line[:9] for line in told.splitlines() if line.startswith("- ")] == ["- `RE706`", "- `RE703`"]


@pytest.mark.parametrize(("count", "more"), [(10, None), (11, 1), (30, 20)])
def test_of_many_questions_without_an_answer_ten_are_named(
    tmp_path: Path, count: int, more: int | None
) -> None:
    many = tuple(question("reach", "RE701", f"row {number}") for number in range(count))
    found = inspection(tmp_path, unanswered=many)
    lines = text.render(found).splitlines()
    assert [line.rpartition(": ")[2] for line in lines if "RE701" in line] == [f"row {n}" for n in range(10)]
    assert lines[13:] == ([] if more is None else [f"  and {more} more (--format json has all)"])
    written = [line for line in markdown.render(found).splitlines() if line.startswith("- ")]
    assert written[10:] == ([] if more is None else [f"- and {more} more"])
    assert [each["text"] for each in analysis_data(found)["unanswered"]] == [f"row {n}" for n in range(count)]


@pytest.mark.parametrize(
    ("rising", "reports", "expected"),
    [
        ({"health": ("use", "mood")}, (), ["No improvement of use and mood can lower health: proved."]),
        ({"health": tuple("abcde")}, (), ["No improvement of any of the 5 measures of health can lower it: proved."]),
        ({"health": tuple("abcde")}, (reported("RE706", "f", details={"names": ["health"]}),),
         ["No improvement of a, b, c, d and e can lower health: proved."]),
        ({"health": (), "total": ("use",)}, (), ["No improvement of use can lower total: proved."]),
    ],
)  # fmt: skip
def test_which_improvements_do_no_harm(
    tmp_path: Path, rising: dict[str, tuple[str, ...]], reports: tuple[Reported, ...], expected: list[str]
) -> None:
    found = inspection(tmp_path, reports, rising=rising)
    assert list(text.rising_sentences(found)) == expected
    for page in (text.render(found), markdown.render(found)):
        assert [line.strip() for line in page.splitlines() if "No improvement" in line] == expected


# ── accounts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_account_in_a_few_lines() -> None:
    assert list(lines(account(), ID)) == ["nothing but its id"]
    assert list(lines(account(plans=[{"name": "one"}, {"name": "two"}], list=[], seats=0), ID)) == [
        "plans[0].name  one",
        "plans[1].name  two",
        "list           nothing",
        "seats          0",
    ]
    many = Account({"id": "kraken"} | {f"fact{number:02}": number for number in range(12)}, DAY)
    assert list(lines(many, ID))[-2:] == ["fact09  9", "and 2 further facts"]
    assert list(lines(account(previous={"band": "red"}), ID))[-1] == 'earlier result: {"band":"red"}'


# ── equivalence ─────────────────────────────────────────────────────────────────────────────────────────────────────


def same(verdict: Verdict, *changes: Change, equal: tuple[str, ...] = ()) -> Equivalence:
    sides = (Compared("demo", "1.0.0", "a"), Compared("demo", "2.0.0", "b"))
    return Equivalence(
        *sides, DAY.isoformat(), verdict, Method.CELLS, equal, changes, ("only one has x",), 3, 1, False
    )


def test_whether_two_rulesets_are_equal() -> None:
    unknown = same(
        Verdict.UNKNOWN, Change("card", "health", "band", "green", "red", UNKNOWN), equal=("a", "b")
    )
    said = (
        "demo 1.0.0 and demo 2.0.0 may give every account the same or may not: no account was found that tells them "
        "apart, and no proof, as of 2024-06-01"
    )
    assert equivalence.render(unknown, ID).splitlines() == [
        said, "", "PROVED TO BE THE SAME", "  a and b", "", "NOT KNOWN", "  health: green → red", "", "NOT COMPARED",
        "  only one has x",
    ]  # fmt: skip
    assert equivalence.render_markdown(unknown, ID).splitlines() == [
        f"**{said}**", "", "Proved to be the same:", "", "- a and b", "", "Not known:", "", "- health: green → red", "",
        "Not compared:", "", "- only one has x",
    ]  # fmt: skip
    proved = same(Verdict.PROVED)
    assert equivalence.render(proved, ID).splitlines()[:2] == [
        "demo 1.0.0 and demo 2.0.0 give every account the same, as of 2024-06-01",
        "  proved for all accounts that can be",
    ]


def test_changes_that_accounts_show() -> None:
    changes = (
        Change("card", "health", "score", "na", "na", Answer(Verdict.SHOWN, Method.SEARCH, _ONE),
               Given("na", None, "missing"), Given("na", None, "expired")),
        Change("card", "health", "score", "green", "green", SHOWN, Given("green", 80.0), Given("green", 75.5)),
        Change("card", "health", "band", "green", "red", PROVED),
    )  # fmt: skip
    found = same(Verdict.SHOWN, *changes)
    assert equivalence.render(found, ID).splitlines() == [
        "demo 1.0.0 and demo 2.0.0 do not give every account the same, as of 2024-06-01",
        "",
        "health: na with another score (missing → expired)",
        "  an account as of 2024-06-01:",
        "    plan  a",
        "",
        "health: green with another score (80 → 75.5)",
        "",
        "PROVED NOT TO HAPPEN",
        "  health: green → red",
        "",
        "NOT COMPARED",
        "  only one has x",
    ]
    assert equivalence.render_markdown(found, ID).splitlines()[2:6] == [
        "| what | an account |",
        "| --- | --- |",
        "| health: na with another score (missing → expired) | plan  a |",
        "| health: green with another score (80 → 75.5) |  |",
    ]
    assert equivalence.summary(found) == "3 questions, 1 unanswered · without a solver"

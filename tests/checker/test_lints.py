"""Lints: the defects of the pages that rulesets are copied from, the words of the reports, and what is left alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ruleengine
from ruleengine.checker import pieces
from ruleengine.checker.check import check_compilation
from ruleengine.compiler.compile import compile_ruleset
from ruleengine.diagnostics import Diagnostic
from ruleengine.values import less
from ruleengine.workspace import Workspace

ROOT = Path(__file__).parent.parent.parent
RAG = "bands rag { green points 2 ; yellow points 1 ; red points 0 }\n"


def check(folder: Path, text: str) -> list[Diagnostic]:
    path = folder / "rulesets" / "case" / "1.0.0.rules"
    path.write_text("ruleset case 1.0.0 { facts customer 1 }\n" + text, encoding="utf-8")
    return list(ruleengine.check_file(path).diagnostics)


def messages(folder: Path, text: str) -> list[str]:
    return [f"{report.code} {report.message}" for report in check(folder, text)]


def rated(rows: str, value: str = "customer.seats", more: str = "") -> str:
    """A measure `m` with a rating, in a scorecard."""
    return f"{RAG}measure m {{\n  value {value}\n  {more}\n  rate {{ {rows} }}\n}}\nscorecard s {{ m }}\n"


# ── the pages ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_five_tickets_have_two_colours_and_none_has_no_colour(folder: Path) -> None:
    found = messages(folder, rated("green when in 1..5 ; yellow when in 5..15 ; red when > 15"))

    assert found == [
        "RE401 `m` has no row for some values, for example `value` = 0",
        "RE402 this row and the one in line 6 both fit some values, for example `value` = 5; line 6 wins",
    ]


def test_two_scores_lie_between_the_bands_of_the_page(folder: Path) -> None:
    bands = "bands rag {\n  green 75..100\n  yellow 50..74\n  red 0..49\n}\n"
    measure = (
        "measure m { value customer.seats ; rate { green when > 9 ; yellow when > 4 ; red otherwise } }\n"
    )
    found = messages(folder, f"{bands}{measure}scorecard s {{ rollup worst band ; m }}\n")

    assert found == [
        "RE410 a score of 74.5 lies in no band, between `yellow` and `green`",
        "RE410 a score of 49.5 lies in no band, between `red` and `yellow`",
    ]


def test_the_same_bands_as_rows_leave_the_same_gaps(folder: Path) -> None:
    rows = "green when in 75..100 ; yellow when in 50..74 ; red when in 0..49"
    found = messages(folder, rated(rows, "usage.index"))

    assert found == ["RE401 `m` has no row for some values, for example `value` = 49.5, -1, 74.5"]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "rulesets").glob("*/*.rules")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_our_rulesets_have_nothing_to_report(path: Path) -> None:
    assert [str(report) for report in ruleengine.check_file(path).diagnostics] == []


# ── examples in the units of the ruleset ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rows", "value", "example"),
    [
        ("green when > 50% ; red when < 50%", "usage.share", "`value` = 50%"),
        ("green when <= 10 days ; red when >= 12 days", "usage.wait", "`value` = 11 days"),
        ("green when < 2 months ; red when > 2 months", "months since customer.since", "`value` = 2 months"),
        ("green when >= 500 USD ; red when in 0..<500 USD", "usage.spend", "`value` = -1 USD"),
        ('green when = "gold" ; red when = "silver"', "customer.tier", '`value` = "bronze"'),
        ("green when customer.owned", "customer.seats", "`customer.owned` = false"),
        ("green when >= 2024-01-01", "customer.since", "`value` = 2023-12-31"),
        ("green when < 1 ; red when > 1", "customer.seats / customer.priority", "`value` = 1"),
    ],
)
def test_a_gap_is_shown_by_a_value_with_its_unit(rows: str, value: str, example: str, folder: Path) -> None:
    assert messages(folder, rated(rows, value)) == [
        f"RE401 `m` has no row for some values, for example {example}"
    ]


def test_an_example_names_every_key_that_matters(folder: Path) -> None:
    rows = 'green when > 5 and customer.tier = "gold" ; yellow when customer.tier != "gold" ; red when <= 4'

    assert messages(folder, rated(rows)) == [
        'RE401 `m` has no row for some values, for example `value` = 5 and `customer.tier` = "gold"'
    ]


def test_blocks_leave_a_gap_unless_the_measure_does_not_apply_there(folder: Path) -> None:
    blocks = (
        "  rate when priority = 1 { green when > 5 ; red otherwise }\n"
        "  rate when priority = 2 { green when > 9 ; red otherwise }\n"
    )
    let = "let priority = customer.priority default 3\n"
    card = "scorecard s { m }\n"

    open_ended = messages(folder, f"{RAG}{let}measure m {{\n  value customer.seats\n{blocks}}}\n{card}")
    restricted = messages(
        folder,
        f"{RAG}{let}measure m {{\n  value customer.seats\n{blocks}  applies when priority in (1, 2)\n}}\n{card}",
    )

    assert open_ended == ["RE401 `m` has no `rate` block for some values, for example `priority` = 3"]
    assert restricted == []


# ── percent signs ───────────────────────────────────────────────────────────────────────────────────────────────────


RATIO = "customer.seats / customer.priority"


@pytest.mark.parametrize(
    ("text", "report"),
    [
        (
            rated("red when < 5 ; green otherwise", f"{RATIO} shown as percent"),
            "`value` is shown as percent, and 5 is 500%: write `5%`, or `500%` if that is meant",
        ),
        (
            "let least = 62.5\noutput low = usage.share < least\noutput at_least = least\n",
            "`usage.share` is a percentage, and 62.5 is 6250%: write `62.5%`, or `6250%` if that is meant",
        ),
        (
            rated("red when in 10..20 ; green otherwise", f"{RATIO} shown as percent"),
            "`value` is shown as percent, and 20 is 2000%: write `20%`, or `2000%` if that is meant",
        ),
        (
            rated("points steps above 10, 20, 30 otherwise", f"{RATIO} shown as percent"),
            "`value` is shown as percent, and 10 is 1000%: write `10%`, or `1000%` if that is meant",
        ),
    ],
)  # fmt: skip
def test_a_forgotten_percent_sign_is_one_report(text: str, report: str, folder: Path) -> None:
    assert [f"{each.code} {each.message}: {each.help}" for each in check(folder, text)] == [f"RE414 {report}"]


@pytest.mark.parametrize(
    "text",
    [
        rated("red when < 5 ; green otherwise", RATIO),  # nobody shows it as percent
        rated("red when < 0.5 ; yellow when <= 1 ; green otherwise", f"{RATIO} shown as percent"),
        rated("red when < 150% ; green otherwise", f"{RATIO} shown as percent"),
        rated("red when < 5% and customer.seats > 5 ; green otherwise", f"{RATIO} shown as percent"),
    ],
)
def test_numbers_above_1_that_are_meant(text: str, folder: Path) -> None:
    assert messages(folder, text) == []


# ── what is left alone ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        rated("red when < 10 ; yellow when <= 50 ; green otherwise"),
        rated("red when > 9 ; yellow when customer.priority = 1 ; green otherwise"),
        # whole numbers: nothing lies between
        rated("red when <= 1 ; yellow when = 2 ; green when >= 3"),
        # what cannot be looked into may hold or not
        rated('green when customer.name contains "x" ; red when length(customer.name) > customer.seats'),
        # keys that rest on the same field cannot be chosen freely
        rated("red when value < 2 ; yellow when value * 2 >= 4", "usage.index"),
        rated(
            "red when value < 2 days ; green when months since customer.since > 0",
            "days since customer.since",
        ),
        # a last row for figures that the schema excludes
        rated("red when = 1 ; yellow when = 2 ; green when = 3 ; na invalid otherwise", "customer.priority"),
        "table t(n) hits all { < 10 gives 1 ; < 20 gives 2 }\noutput a = sum(t(customer.seats))\n",
        "table t(n) hits agreeing { < 10 gives 1 ; < 20 gives 1 ; >= 20 gives 2 }\noutput a = t(customer.seats)\n",
        # a value that was taken out before is no gap
        'table t(w) { "gold" gives 1 ; "silver" gives 2 }\n'
        'output a = t(if customer.tier = "bronze" then "silver" else customer.tier)\n',
    ],
)
def test_what_people_write_is_not_reported(text: str, folder: Path) -> None:
    assert messages(folder, text) == []


def test_tables_are_checked_for_what_they_are_called_with(folder: Path) -> None:
    table = "table t(n number) {\n  in 0..4 gives 1\n  >= 5 gives 2\n}\n"

    assert messages(folder, f"{table}output a = t(customer.seats)\n") == []
    assert messages(folder, f"{table}output a = t(usage.index)\n") == [
        "RE401 `t` has no row for some values, for example `n` = 4.5, -1"
    ]


def test_long_chains_of_names_and_wide_tables_are_no_problem(folder: Path) -> None:
    names = "let a0 = customer.seats\nlet f0 = customer.owned\n" + "".join(
        f"let a{n} = a{n - 1} + a{n - 1}\nlet f{n} = not f{n - 1}\n" for n in range(1, 600)
    )
    columns = ", ".join(f"c{n} number" for n in range(8))
    rows = "".join(f"  {', '.join(f'< {n + row}' for n in range(8))} gives {row}\n" for row in range(12))
    wide = f"table wide({columns}) {{\n{rows}}}\noutput b = wide({', '.join(['a1'] * 8)})\n"

    found = messages(folder, f"{names}output a = if f599 then a599 else 0\n{wide}")

    assert found == []


def test_lints_of_a_thousand_lines_end_and_find_nothing(folder: Path) -> None:
    measures = "".join(
        f"measure m{n} {{\n  value customer.seats / customer.priority\n"
        f"  rate when customer.priority = 1 {{ red when < {n} ; yellow when <= {n + 5} ; green otherwise }}\n"
        f"  rate when customer.priority != 1 {{ red when < {n + 1} ; yellow when <= {n + 9} ; green otherwise }}\n"
        "  fresh by customer.since, expired after 60 days\n  applies when customer.owned\n}\n"
        for n in range(1, 141)
    )
    members = "".join(f"  m{n}\n" for n in range(1, 141))
    path = folder / "rulesets" / "case" / "1.0.0.rules"
    path.write_text(
        f"ruleset case 1.0.0 {{ facts customer 1 }}\n{RAG}{measures}scorecard s {{\n{members}}}\n"
    )
    compilation = compile_ruleset(path, Workspace(folder / "rulesets", folder / "schemas"))
    assert check_compilation(compilation) == []


# ── against counting ────────────────────────────────────────────────────────────────────────────────────────────────

_ENDS = st.integers(0, 8)
_ROWS = st.lists(
    st.tuples(_ENDS, st.integers(0, 5), st.booleans(), st.booleans(), st.sampled_from(["green", "yellow", "red"])),
    min_size=1, max_size=4,
)  # fmt: skip


def _fits(row: tuple[int, int, bool, bool, str], number: int) -> bool:
    low, length, low_open, high_open, _ = row
    high = low + 1 + length
    return (low < number if low_open else low <= number) and (number < high if high_open else number <= high)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_ROWS)
def test_gaps_and_dead_rows_are_those_that_counting_finds(
    rows: list[tuple[int, int, bool, bool, str]], folder: Path
) -> None:
    """Seats are whole numbers from 0, and no end is beyond 14: trying 0 to 15 tries everything."""
    written = [
        f"    {band} when in {'>' * low_open}{low}..{'<' * high_open}{low + 1 + length}\n"
        for low, length, low_open, high_open, band in rows
    ]
    reports = check(
        folder,
        f"{RAG}measure m {{\n  value customer.seats\n  rate {{\n{''.join(written)}  }}\n}}\noutput a = m\n",
    )

    unfit = [number for number in range(16) if not any(_fits(row, number) for row in rows)]
    winners = [next((at for at, row in enumerate(rows) if _fits(row, n)), None) for n in range(16)]
    fitting = [any(_fits(row, number) for number in range(16)) for row in rows]
    dead = [at for at, fits in enumerate(fitting) if fits and at not in winners]

    gaps = [report.message for report in reports if report.code == "RE401"]
    assert len(gaps) == any(fitting), "where no row can hold, each row says so"
    for message in gaps:
        examples = {int(part) for part in message.rpartition("= ")[2].split(", ")}
        assert examples <= {*unfit, *range(16, 20)}
    assert [report.span.line - 6 for report in reports if report.code == "RE403"] == dead
    for report in reports:
        if report.code == "RE402":
            later = report.span.line - 6
            number = int(report.message.partition("`value` = ")[2].partition(";")[0])
            before = [at for at in range(later) if _fits(rows[at], number)]
            assert _fits(rows[later], number)
            assert any(rows[at][4] != rows[later][4] for at in before)


def test_every_lint_states_its_codes() -> None:
    from ruleengine.checker.check import LINTS

    codes = list(itertools.chain.from_iterable(stated.split(", ") for stated, _ in LINTS))
    assert codes == [*(f"RE40{number}" for number in range(1, 10)), "RE414"]


@pytest.mark.parametrize(
    "table",
    [
        lambda count: "".join(f"  > {each} gives {each}\n" for each in range(count, 0, -1)),
        lambda count: "".join(f"  in {3 * each}..{3 * each + 2} gives {each}\n" for each in range(count)),
    ],
    ids=["thresholds", "intervals"],
)
def test_twice_the_rows_are_twice_the_comparisons(
    folder: Path, monkeypatch: pytest.MonkeyPatch, table: Callable[[int], str]
) -> None:
    def comparisons(rows: int) -> int:
        counted = itertools.count()
        monkeypatch.setattr(pieces, "less", lambda one, other: (next(counted), less(one, other))[1])
        check(folder, f"table look(x count) {{\n{table(rows)}}}\noutput o = look(customer.seats)\n")
        return next(counted)

    assert 0 < comparisons(80) <= 2.5 * comparisons(40)  # each is found by halving: one step more


# ── what an invariant claims ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "claim",
    [
        "never usage.share > 100%",
        "always usage.share <= 100%",
        "always days since customer.since >= 0 days or customer.seats >= 0",
        "never customer.seats < 0 or usage.share > 100%",
        "never customer.seats < 0 and customer.priority > 2",
        "never not (customer.seats >= 0)",
        "always not (customer.seats < 0) and usage.share >= 0%",
        "always (if customer.priority > 2 then customer.seats >= 0 else customer.owned)",
    ],
)
def test_an_invariant_may_claim_what_the_schema_promises(claim: str, folder: Path) -> None:
    """The bounds of the schema are promises that nothing enforces: a claim that one of them is kept is no mistake."""
    assert messages(folder, f'invariant "sane" {claim}\n') == []


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("never customer.seats >= 0", "this is always true: `customer.seats` is never below 0"),
        ("always customer.seats < 0", "this is never true: `customer.seats` is never below 0"),
        ("always not (customer.seats >= 0)", "this is always true: `customer.seats` is never below 0"),
        ("never customer.seats >= 0 and customer.owned", "this is always true: `customer.seats` is never below 0"),
        ("never customer.seats > 7 or 1 = 1", "this is always true"),
    ],
)  # fmt: skip
def test_an_invariant_that_is_always_violated_or_says_nothing_is_told(
    claim: str, said: str, folder: Path
) -> None:
    assert messages(folder, f'invariant "sane" {claim}\n') == [f"RE409 {said}"]


@pytest.mark.parametrize("word", ["unknown", "null", "none"])
def test_other_words_for_no_value_are_told_ours(word: str, folder: Path) -> None:
    (found,) = check(folder, f"output a = customer.seats is {word}\n")
    assert found.code == "RE213"
    assert found.help == "ask with `is na` whether there is no value, with `is known` whether there is one"

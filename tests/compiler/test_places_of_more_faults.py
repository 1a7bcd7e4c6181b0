"""Where a fault is, and what is said of it: each text marks with `«…»` what is reported; nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compiler.marked import expected, make_folder, reported

RATED = "{ value seats ; rate { green when > 5 ; red otherwise } }\n"
MEASURE = "measure m " + RATED
OK_BAD = "bands q { ok 6..9 ; bad 1..<5 }\n"
IN_Q = "rate { ok when > 5 ; bad otherwise }"
TWO_BANDS = (
    OK_BAD
    + f"measure m {{ bands q ; value seats ; {IN_Q} }}\nmeasure n "
    + RATED.replace("{", "{ bands rag ;", 1)
)

#: Code, text, and words of what is said (the message and, after the bar, the help).
FAULTS = [
    # measures
    ("RE202", "measure m { let a = 5 ; let «a» = 6 ; value a ; rate { green when > 5 ; red otherwise } }", "declared twice in this measure"),
    ("RE110", 'measure m { value kind ; «rate as given» ; rate { green when = "x" ; red otherwise } }', "stands alone | remove the other"),
    ("RE301", "measure m { value seats ; «rate as given» }", "needs the word of a band, and the value is a count"),
    ("RE111", "measure m { «rate as given» }", "`rate as given` needs a `value`"),
    ("RE214", "measure m { value seats ; rate { «na banana» when > 5 ; red otherwise } }", "| reasons are not_applicable, missing, excluded"),
    ("RE214", "measure m { value seats ; rate { «na mising» when > 5 ; red otherwise } }", "| did you mean `missing`?"),
    ("RE302", "measure m { value seats ; points «days since since» }", "points are a plain number, and this is a number of days"),
    ("RE111", "measure m { «points steps above 1, 2» }", "this measure has no `value`"),
    ("RE302", "measure m { value seats ; points steps above «1 day», 2 }", "a count is compared with a number of days"),
    ("RE111", "measure m { value seats ; rate { «linear 20..40» when > 5 ; green otherwise } }", "an interval with two ends"),
    ("RE111", "measure m { value seats ; rate { «linear 20..40» when in 10.. ; green otherwise } }", "an interval with two ends"),
    ("RE302", "measure m { value seats ; rate { linear 20..40 when in «5 days»..10 days ; green otherwise } }", "with a number of days"),
    ("RE314", OK_BAD + f"measure m {{ bands q ; value seats ; {IN_Q} ; «missing impute ok» }}", "`ok` has no points | declare its points"),
    # bands
    ("RE201", OK_BAD + f"measure m {{ «bands qq» ; value seats ; {IN_Q} }}", "unknown band set `qq` | did you mean `q`?"),
    ("RE311", "bands a { x 5.. ; y ..<5 ; «z ..<2» }", "`y` and `z` overlap: 5 is in both"),
    # calls and queries
    ("RE303", "output o = «min(words)»", "`min` needs numbers, and these are text"),
    ("RE305", "output o = «is known»", "`is` needs something on its left side"),
    ("RE213", "output o = «is green»", "a band test needs a measure or a scorecard on its left side"),
    ("RE213", "output o = count v in visits by «v.on»", "`count` takes no `by`"),
    ("RE213", "let l = list v in visits by «v.minutes»", "`list` takes no `by`"),
    ("RE213", "output o = any v in visits where v.marked by «v.on»", "`any` takes no `by`"),
    ("RE201", "output o = «round»", "| `round` is a function: call it with `(…)`"),
    ("RE201", "output o = growth of «nobody» over 1 month", "unknown name `nobody`"),
    ("RE201", "output o = growth of (series of v.minutes for v in visits by v.on) over «nobody»", "unknown name `nobody`"),
    ("RE201", "trigger t { when «nobody» }\noutput o = t.kind", "unknown name `nobody`"),
    ("RE306", 'trigger t { when seats > 5 ; reason "{«kind shown as percent»}" }', "only a number can be shown as percent"),
    ("RE201", 'template x { for seats > 5 ; body "{reasons of s}" }\nscorecard s { «nobody» }', "unknown measure `nobody`"),
    ("RE201", "checklist c { red leaving when «nobody» }\noutput o = c.yes", "unknown name `nobody`"),
    # what was
    ("RE301", TWO_BANDS + "output o = «m is worse than previous n»", "different bands: `q` and `rag` | compare the bands of one"),
    ("RE204", "measure p { value seats ; points value }\n" + MEASURE + "output o = «p is worse than previous m»", "this has no bands"),
    # scorecards
    ("RE203", MEASURE + "scorecard s { m }\noutput o = «s.borderline»", "`s` does not say when it is borderline"),
    ("RE110", MEASURE + "scorecard s { m ; «rollup minimum» ; score m.score }", "a `rollup` or a `score`, not both"),
    ("RE320", MEASURE + "scorecard s { m ; «round to 12 decimals» }", "rounded to at most 10 decimals"),
    ("RE320", MEASURE + "scorecard s { m ; «missing require 2 of 2» }", "here are 1 measures, and the policy says 2 of 2"),
    ("RE320", MEASURE + "scorecard s { m ; «missing require 2 of 1» }", "the policy says 2 of 1 | write `require 1 of 1`"),
    # matrices
    ("RE201", "matrix way { rows «nobody» ; columns plan: small, large\nhot gives na, na }", "unknown name `nobody`"),
    ("RE111", "matrix way { «rows kind» ; columns plan: small, large }", "the values of these rows are not known | list them: `rows … :"),
    ("RE304", "matrix way { rows plan: small, large ; columns kind: x\nsmall gives na\n«huge» gives na\nlarge gives na }",
     "`huge` is no value of `plan` | there are `small`, `large`"),
    ("RE304", "matrix way { rows plan: small, «big» ; columns kind: x\nsmall gives na }", 'this is never "big" | there are `small`, `large`'),
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("more_faults"))


@pytest.mark.parametrize("number", range(len(FAULTS)))
def test_a_fault_is_reported_where_it_is(number: int, folder: Path) -> None:
    code, marked, words = FAULTS[number]
    places, said = reported(folder, marked)
    assert places == expected(code, marked)
    assert words in said[0]


def test_a_measure_without_bands_is_told_to_declare_them(folder: Path) -> None:
    marked = (
        "measure m { value seats ; rate { «green» when > 5 ; «red» otherwise } ; cap «red» when seats > 1 }"
    )
    places, said = reported(folder, marked, head="ruleset demo 1.0.0 { facts thing 1 }\n")
    assert places == expected("RE204", marked)
    assert said[0].startswith("`green` is a band, and no bands are declared | declare them: `bands rag {")


def test_the_worst_band_needs_bands(folder: Path) -> None:
    marked = "measure m { value seats ; points value }\nscorecard s { m ; «rollup worst band» }"
    places, said = reported(folder, marked, head="ruleset demo 1.0.0 { facts thing 1 }\n")
    assert (places, said[0]) == (
        expected("RE204", marked),
        "`worst band` needs bands, and none are declared | ",
    )

"""Where a fault is: each text marks with `«…»` what is to be reported, in the order in which it stands; nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compiler.marked import expected, make_folder, reported

MEASURE = "measure m { value seats ; rate { green when > 5 ; red otherwise } }\n"
WAY = "matrix way { rows plan: small, large ; columns kind: a, b\n"

FAULTS = [
    # numbers, dates, texts
    ("RE306", "output o = seats + «kind»"), ("RE306", "output o = «kind» * seats"), ("RE306", "output o = «marked» / seats"),
    ("RE306", "output o = 3 - «words»"), ("RE301", "output o = «since + seats»"),
    ("RE302", "let a = days since since\nlet b = months since since\noutput o = «a + b»"),
    ("RE302", "output o = «days since since > months since since»"), ("RE301", "output o = «kind < plan»"),
    ("RE301", "output o = «marked > true»"),
    ("RE301", "output o = «since = 5»"), ("RE301", "output o = «kind = seats»"), ("RE302", "output o = seats in «1 day»..5"),
    ("RE302", "output o = seats in «1»..5 days"), ("RE317", "output o = seats in «5..1»"), ("RE317", "output o = seats in «5..<5»"),
    ("RE301", "output o = «seats within 3 months»"), ("RE302", "output o = since within «3»"),
    ("RE301", "output o = «seats contains 5»"), ("RE301", "output o = kind contains «5»"), ("RE301", "output o = «words contains 5»"),
    ("RE301", "output o = days since «seats»"), ("RE301", "output o = start of month(«kind»)"),
    ("RE214", "output o = «start of fiscal month(since)»"),
    ("RE214", "output o = «name of fiscal week(since)»"), ("RE301", "output o = «seats in this month»"),
    ("RE305", "output o = count true of (marked, «seats», «kind»)"),
    # lists
    ("RE301", "output o = (latest v in visits by «v.kind»).kind"), ("RE301", "let l = top 2 v in visits by «v.marked»"),
    ("RE111", "output o = («latest v in visits»).kind"), ("RE111", "output o = «any v in visits»"),
    ("RE306", "output o = sum of «v.kind» for v in visits"),
    ("RE306", "output o = mean of «v.on» for v in visits"), ("RE306", "output o = max of «v.marked» for v in visits"),
    ("RE203", "output o = count v in visits where «v.nothing» = 5"),
    # names
    ("RE201", "output o = «nobody»"), ("RE201", "output o = «nobody».x + «nothing»"), ("RE203", "output o = «usage.guests»"),
    ("RE205", "output o = «rond»(seats)"), ("RE213", "output a = 5\noutput o = «a»"), ("RE201", MEASURE + "scorecard s { m ; «size» }"),
    ("RE201", MEASURE + "let size = 5\nscorecard s { m ; «size» }"), ("RE203", "assume «usage.guests» = 5"),
    ("RE319", MEASURE + "scorecard s { m ; group g { «m» } }"), ("RE213", MEASURE + "scorecard s { group g { «borderline within 2» ; m } }"),
    # bands
    ("RE311", "bands a { x 5..9 ; «y 6..<7» }"), ("RE312", "bands «a» { x 5..9 }"), ("RE202", "bands a { x 5..9 ; «x» 1..<5 }"),
    ("RE317", "bands a { x «9..5» ; y 1..<5 }"), ("RE313", "bands a { x 5..9 points «10» ; y 1..<5 points 1 }"),
    ("RE312", "bands a { x 5..9 ; «y» }"), ("RE320", "bands a { x «5 days»..9 ; y 1..<5 }"),
    # matrices
    ("RE111", "matrix «way» { rows plan: small, large ; columns kind: a, b\nsmall gives \"x\", \"y\" }"),
    ("RE316", WAY + "«small gives \"x\"»\nlarge gives \"x\", \"y\" }"),
    ("RE202", WAY + "small gives \"x\", \"y\"\nlarge gives \"x\", \"y\"\n«large» gives \"x\", \"y\" }"),
    ("RE201", WAY + "small gives «go», \"y\"\nlarge gives na, \"y\" }"),
    ("RE202", WAY + "small gives go, go\nlarge gives go, go\ncell go\ncell «go» }"),
    ("RE213", WAY + "small gives na, na\nlarge gives na, na\n«for x { small gives na, na }» }"),
    ("RE111", "matrix «way» { rows plan: small, large ; columns kind: a, b ; blocks id: x, y\n"
     "for x { small gives na, na ; large gives na, na } }"),
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("faults"))


@pytest.mark.parametrize("number", range(len(FAULTS)))
def test_a_fault_is_reported_where_it_is(number: int, folder: Path) -> None:
    code, marked = FAULTS[number]
    places, _ = reported(folder, marked)
    assert places == expected(code, marked)

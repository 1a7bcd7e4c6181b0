"""What rulesets seldom say: SQL gives the evaluator's results, and those are as computed by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

import ruleengine
from ruleengine.columnar.context import NotEmitted
from ruleengine.columnar.dbt import model_files
from ruleengine.columnar.emit import DIALECTS, emit, emit_for
from ruleengine.columnar.statements import table_name
from tests.columnar.agreement import compare, earlier_column
from tests.columnar.warehouse import emitted_text
from tests.differential.columnar.batch import row_of, table_of
from tests.evaluator.test_seldom_asked import HEAD, PROPERTIES, SCHEMA

DAY = date(2024, 6, 30)
BANDS = "bands q { red 6..9 ; good 3..<6 ; bad 1..<3 }\n"
RATED = """measure m { bands rag ; value seats ; rate { green when > 5 ; yellow when > 2 ; red otherwise } }
measure n { bands rag ; value sold ; rate { green when > 5 ; red otherwise } }
"""
LIBRARY = """ruleset lib 1.0.0 { facts thing 1 }
bands hl { high 5..9 ; low 0..<5 }
matrix way { rows plan: small, large ; columns kind: a, b
small gives "y", na
large gives "x", na }
trigger t { when seats > 5 ; reason "many" ; field f = seats }
measure m { value way.label ; rate { points 5 when = "x" ; points 6 otherwise } }
measure n { value t.f ; rate { points value when t.reason = "many" ; points 3 otherwise } }
table every(a) hits one { 1 gives na ; 1 gives na missing ; 2 gives a ; otherwise gives 8 }
define f(x) = every(x)
"""
Cases = list[tuple[dict[str, Any], dict[str, Any]]]

#: Rules, and documents with the outputs that they must have.
OUTPUTS: dict[str, tuple[str, Cases]] = {
    # A member without bands is never the worst, unless its policy gives it points of a band of the scorecard's.
    "worst band": (
        BANDS + RATED + """measure p { value certain ; rate { points value when > 1 ; na missing otherwise } }
        measure r { value kind ; rate { points 4 when = "a" ; points 60 otherwise } ; missing impute 30 }
        scorecard s { bands rag ; rollup worst band ; n ; p ; r ; missing impute 5 }
        scorecard u { bands rag ; rollup count of red ; n ; p ; r ; missing impute 55 }
        scorecard v { bands rag ; rollup worst band ; n ; p }
        output band = s.band
        output reds = u.score
        output plain = v.band""",
        [
            ({"sold": 9, "certain": 5, "kind": "b"}, {"band": "green", "reds": 0, "plain": "green"}),
            ({"sold": 9, "certain": 1, "kind": "b"}, {"band": "red", "reds": 0, "plain": "green"}),  # 5 points are red, 55 are not
            ({"sold": 9, "certain": 5}, {"band": "yellow", "reds": 0, "plain": "green"}),  # 30 points are yellow
            ({"sold": 4, "certain": 5, "kind": "a"}, {"band": "red", "reds": 1, "plain": "red"}),
        ],
    ),
    "tables": (
        """table every(a) hits all { otherwise gives a }
        table some(a number, c number) hits all { 1, 2 gives na ; 2, any gives 5 ; otherwise gives c }
        table agreed(a number) hits agreeing { > 6 gives na missing ; > 5 gives na missing ; > 2 gives 7 ; > 1 gives 7 ; otherwise gives 4 }
        table first_row(a number) { otherwise gives a }
        table alone(a) hits one { otherwise gives 8 }
        table given(a number) hits one { 1 gives a }
        output a = count(every(seats))
        output b = some(seats, sold)
        output c = agreed(seats)
        output d = first_row(seats)
        output e = alone(seats)
        output f = given(seats)
        output g = agreed(3)""",
        [
            ({"seats": 7, "sold": 9}, {"a": 1, "b": [9], "c": None, "d": 7, "e": 8, "f": None, "g": 7}),
            ({"seats": 4, "sold": 9}, {"a": 1, "b": [9], "c": 7, "d": 4, "e": 8, "f": None, "g": 7}),
            ({"seats": 1, "sold": 2}, {"a": 1, "b": [None], "c": 4, "d": 1, "e": 8, "f": 1, "g": 7}),
            ({"seats": 2}, {"a": 1, "b": [5], "c": 7, "d": 2, "e": 8, "f": None, "g": 7}),
        ],
    ),
    # A list that may be NA as a whole, beside one whose elements may be.
    "lists": (
        """let l = if marked then na else [seats, sold]
        let r = if marked then na else { a: seats, b: sold }
        output sum = sum(l)
        output number = count(l)
        output mean = mean(l)
        output five = l contains 5
        output nothing = [] contains seats
        output unknown = [seats] contains na
        output said = (if marked then [] else words) contains kind
        output field = r.a
        output growth = growth of (series of v.minutes for v in visits by v.on) over 999999 days
        output fine = round(seats / 3, 10)""",
        [
            (
                {
                    "seats": 7, "sold": 9, "words": ["a"], "kind": "a", "marked": False,
                    "visits": [{"kind": "x", "on": "2024-01-01", "minutes": 3.5}, {"kind": "x", "on": "2024-05-01", "minutes": 7}],
                },
                {
                    "sum": 16, "number": 2, "mean": 8, "five": False, "nothing": False, "unknown": None, "said": True, "field": 7,
                    "growth": None, "fine": 2.3333333333,
                },
            ),
            (
                {"marked": True, "seats": 5},
                {
                    "sum": None, "number": None, "mean": None, "five": None, "nothing": False, "unknown": None, "said": None,
                    "field": None, "growth": None, "fine": 1.6666666667,
                },
            ),
            (
                {"sold": 5, "marked": False},
                {
                    "sum": None, "number": 2, "mean": None, "five": True, "nothing": None, "unknown": None, "said": None,
                    "field": None, "growth": None, "fine": None,
                },
            ),
        ],
    ),
    # 25 June is less than 30 days before 30 June; `n` is excepted from grace.
    "grace": (
        RATED + """scorecard s { grace first 30 days from since, except n ; m ; n }
        output scored = s is scored
        output stale = s is stale
        output own_missing = m is missing
        output missing = s.m is missing
        output at_place = s.m is scored
        output place_stale = s.m is stale
        output graced = s.m is grace
        scorecard t { grace first 30 days from since ; s ; m ; score s.computed_score }
        output points = t.score""",
        [
            # green has 80 points, yellow 40, red 10
            ({"seats": 7, "sold": 9, "since": "2024-06-25"},
             {"scored": True, "stale": False, "own_missing": False, "missing": False, "at_place": False, "place_stale": False, "graced": True,
              "points": 80}),
            ({"seats": 3, "sold": 9, "since": "2020-06-25"},
             {"scored": True, "stale": False, "own_missing": False, "missing": False, "at_place": True, "place_stale": False, "graced": False,
              "points": 60}),
            ({"sold": 1, "since": "2024-06-25"},
             {"scored": True, "stale": False, "own_missing": True, "missing": False, "at_place": False, "place_stale": False, "graced": True,
              "points": 10}),
            ({"sold": 1},
             {"scored": True, "stale": False, "own_missing": True, "missing": True, "at_place": False, "place_stale": False, "graced": False,
              "points": 10}),
        ],
    ),
    "texts of a matrix that has none": (
        """matrix way { rows plan: small, large ; columns kind: a, b
        small gives "y", na
        large gives "x", na }
        output text = way.text
        output owner = way.owner is known
        output label = way.label
        output more = na < seats""",
        [
            ({"plan": "small", "kind": "a"}, {"text": None, "owner": False, "label": "y", "more": None}),
            ({"plan": "large", "kind": "b", "seats": 5}, {"text": None, "owner": False, "label": None, "more": None}),
        ],
    ),
    # A grace that begins with the day itself always holds; of bands without intervals points have none.
    "grace from today": (
        """bands plain { good ; bad }
        measure m { bands plain ; value seats ; rate when marked { good when > 5 ; points 3 otherwise }
                    rate { points 3 when > 6 ; good when > 4 ; bad otherwise } }
        measure o { value seats ; points value ; bands rag }
        scorecard s { grace first 30 days from as_of ; bands rag ; o }
        output graced = s is grace
        output points = m.points
        output band = m.band""",
        [
            ({"seats": 7, "marked": True}, {"graced": True, "points": None, "band": "good"}),
            ({"seats": 7}, {"graced": True, "points": None, "band": None}),  # `good`, or 3 points
            ({"seats": 3, "marked": True}, {"graced": True, "points": 3, "band": None}),
            ({"seats": 7, "marked": False}, {"graced": True, "points": 3, "band": None}),
        ],
    ),
    # What another ruleset has is not shown, and computed where something asks for it; the rows of `every` for 1 both are NA.
    "hidden": (
        "import lib 1.0.0 (m, n, f)\noutput a = m.points\noutput b = n.points\noutput c = f(seats)",
        [
            ({"seats": 7, "plan": "large", "kind": "a"}, {"a": 5, "b": 7, "c": 8}),
            ({"seats": 1, "plan": "small", "kind": "a"}, {"a": 6, "b": None, "c": None}),
            ({"seats": 2, "plan": "small", "kind": "b"}, {"a": None, "b": None, "c": 2}),
        ],
    ),
    # The first row that holds and the first that may hold are not told apart where both give the same NA.
    "rows that may hold": (
        """measure p { value seats ; rate when marked { na missing when > 5 ; points value when > 2 ; red otherwise }
                      rate { na missing when > 6 ; points 9 when > 4 ; points value when > 3 ; red when > 2 ; yellow otherwise } }
        measure o { value seats ; rate { na expired when > 6 ; points sold when sold > 4 ; na missing when sold > 3 ; points 1 otherwise } }
        measure only { value seats ; bands rag }
        output points = p.points
        output status = p is missing
        output other = o.points
        output value = only.value
        output band = p.band""",
        [
            ({"seats": 7}, {"points": None, "status": True, "other": None, "value": 7, "band": None}),
            ({"seats": 5, "sold": 7, "marked": False}, {"points": 9, "status": False, "other": 7, "value": 5, "band": "red"}),
            ({"seats": 5, "sold": 3, "marked": True}, {"points": 5, "status": False, "other": 1, "value": 5, "band": "red"}),
            ({"seats": 3, "marked": False}, {"points": 10, "status": False, "other": None, "value": 3, "band": "red"}),
            ({"seats": 1, "sold": 4}, {"points": None, "status": True, "other": None, "value": 1, "band": None}),
        ],
    ),
    # 45 measures of seats + 0, 1, …, 44 points have the mean seats + 22.
    "more members than one sum adds up": (
        "".join(f"measure m{n} {{ value seats ; points value + {n} }}\n" for n in range(45))
        + f"scorecard s {{ {' ; '.join(f'm{n}' for n in range(45))} }}\noutput mean = s.score",
        [({"seats": 5}, {"mean": 27}), ({}, {"mean": None})],
    ),
    "a scorecard that requires all of nothing": (
        "scorecard s { missing require all ; score seats }\nscorecard fixed { score 5 }\noutput a = s.score\noutput c = fixed.score",
        [({"seats": 5}, {"a": 5, "c": 5}), ({}, {"a": None, "c": 5})],
    ),
}  # fmt: skip


def loaded(folder: Path, rules: str, schema: dict[str, Any] = SCHEMA, head: str = HEAD) -> ruleengine.Ruleset:
    for name, text in (
        ("schemas/thing/1.schema.json", json.dumps(schema)),
        ("rulesets/lib/1.0.0.rules", LIBRARY),
        ("rulesets/demo/1.0.0.rules", head + rules + "\n"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return ruleengine.load(
        "demo@1.0.0", rulesets=folder / "rulesets", schemas=folder / "schemas", cache=False
    )


def agreed(ruleset: ruleengine.Ruleset, given: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The results of some documents, which SQL gives as well."""
    documents = [{"id": f"{number}", "certain": 1, **each} for number, each in enumerate(given)]
    found = compare(ruleset, documents, DAY)
    assert (found.compared, found.irregular, found.differences) == (len(documents), 0, ())
    return [ruleset.score_dict(document, DAY) for document in documents]


@pytest.mark.parametrize("name", OUTPUTS)
def test_outputs(name: str, tmp_path: Path) -> None:
    rules, cases = OUTPUTS[name]
    results = agreed(loaded(tmp_path, rules), [facts for facts, _ in cases])
    assert [found["outputs"] for found in results] == [wanted for _, wanted in cases]


def test_a_due_date_that_is_never_known_and_defaults_that_stand(tmp_path: Path) -> None:
    """A default stands where the value is the same, and where the value is not known."""
    rules = """trigger t { when seats > 5 ; due na ; field a = na default 6, flagged until changed
                 field b = seats default 5, flagged until changed }
    trigger u { when seats > 4 because "many" ; when sold > 5 ; due since }"""
    found = agreed(
        loaded(tmp_path, rules), [{"seats": 7}, {"sold": 9, "seats": 5, "since": "2024-01-01"}, {}]
    )
    shown = [
        [(each["name"], each["due"], each["flagged"]) for each in result["triggers"]] for result in found
    ]
    assert shown == [[("t", None, ["a"]), ("u", None, [])], [("u", "2024-01-01", [])], []]


def test_an_id_inside_of_a_record(tmp_path: Path) -> None:
    properties = {name: dict(kind) for name, kind in PROPERTIES.items()}
    del properties["id"]["x-id"]
    key = {"key": {"type": "string", "x-id": True}, "n": {"type": "integer"}}
    properties["held"] = {"type": "object", "required": ["key"], "properties": key}
    ruleset = loaded(
        tmp_path, "output n = held.n", {**SCHEMA, "required": ["certain", "held"], "properties": properties}
    )
    found = agreed(ruleset, [{"held": {"key": "x", "n": 5}}, {"held": {"key": "y"}}])
    assert [(result["id"], result["outputs"]["n"]) for result in found] == [("x", 5), ("y", None)]
    text = emit_for(ruleset.program, DIALECTS["duckdb"](), DAY, checked=True).sql()
    # A row without its id is for the evaluator, which says what it lacks.
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE facts AS SELECT 0 AS position, {'key': NULL::VARCHAR, 'n': 5::BIGINT} AS held"
        )
        assert connection.execute(f"SELECT irregular FROM ({text})").fetchall() == [(True,)]


def test_scores_alone_are_those_of_the_whole_result(tmp_path: Path) -> None:
    ruleset = loaded(tmp_path, RATED + "scorecard s { m ; n }\nscorecard plain { bands rag ; score seats }")
    emitted = emit(ruleset.program, "duckdb", DAY, whole=False)
    assert [name for name, _ in emitted.columns] == ["position", "irregular", "id", "scorecards"]
    cases: list[tuple[int | None, dict[str, tuple[float | None, str | None]]]] = [
        (7, {"s": (45.0, "yellow"), "plain": (7.0, "red")}),
        (None, {"s": (10.0, "red"), "plain": (None, None)}),
    ]
    for seats, score in cases:
        document = {"id": "a", "certain": 1, "seats": seats, "sold": 1}
        row = row_of(emitted, earlier_column(ruleset.program), (document, None), DAY, 0)
        assert row is not None
        with duckdb.connect() as connection:
            connection.register("facts", table_of(emitted, [row]))
            ((_, irregular, name, cards),) = connection.execute(emitted.sql()).fetchall()
        assert (irregular, name) == (False, "a")
        assert {card: (each["score"], each["band"]) for card, each in cards.items()} == score
        assert ruleset.scores(document, DAY) == score


def test_a_text_of_a_template_has_no_sql(tmp_path: Path) -> None:
    loaded(tmp_path, 'template x { for seats > 5 ; body "many" }')
    gated = ruleengine.load(
        "demo@1.0.0", rulesets=tmp_path / "rulesets", schemas=tmp_path / "schemas", cache=False,
        conditions={"gate": 'x.body = "many"'},
    )  # fmt: skip
    with pytest.raises(NotEmitted, match="is a text of a template"):
        emit(gated.program, "duckdb", DAY)


# ── files of dbt ──


def files(folder: Path, rules: str) -> dict[str, str]:
    found = model_files(emitted_text(loaded(folder, rules)), table_name("facts"), None)
    return {name.rpartition("/")[2]: text for name, text in found.items()}


def test_dbt_tests_only_what_a_ruleset_has(tmp_path: Path) -> None:
    """Without scorecards no weights, without measures no bands: of nothing there is no test."""
    assert sorted(files(tmp_path, "output o = seats")) == [
        "demo_1_0_0.sql",
        "demo_1_0_0.yml",
        "demo_1_0_0_irregular.sql",
    ]


def test_dbt_adds_up_means_alone(tmp_path: Path) -> None:
    """`rounded` is no sum of what its members give, `highest` no mean; in `deep` a group's members are counted once, in it."""
    rules = (
        RATED
        + """scorecard rounded { m ; n ; round to 1 decimals }
    scorecard highest { rollup maximum ; m ; n }
    scorecard deep { m 1 ; group g 2 { n 1 } }"""
    )
    found = files(tmp_path, rules)
    sums, weights = found["demo_1_0_0_contributions.sql"], found["demo_1_0_0_weights.sql"]
    assert [name for name in ("rounded", "highest", "deep") if f"'{name}'" in sums] == ["deep"]
    assert {name for name in ("rounded.m", "highest.m", "deep.m", "deep.g", "deep.g.n") if f"'{name}'" in weights} == {
        "rounded.m", "deep.m", "deep.g", "deep.g.n",
    }  # fmt: skip
    assert (
        sums.count("'contribution'") == 4
    )  # of `m` and of `g`, in the sum that is shown and in the one that is tested


def test_dbt_tests_no_bands_of_what_is_hidden(tmp_path: Path) -> None:
    found = files(tmp_path, "import lib 1.0.0 (m as theirs)\n" + RATED + "output o = theirs.points")
    bands = found["demo_1_0_0_bands.sql"]
    assert [name for name in ("m", "n", "theirs") if f"'{name}'" in bands] == ["m", "n"]


def test_a_ruleset_that_says_what_stands_for_its_table(tmp_path: Path) -> None:
    """The words that hold the place of the table and the date are others than any word of the ruleset."""
    plain = files(tmp_path, 'output o = kind = "x"')["demo_1_0_0.sql"]
    text = files(tmp_path, 'output o = kind in ("as of 0", "table 0")')["demo_1_0_0.sql"]
    for found in (plain, text):
        assert found.count("{{ ref('facts') }}") == 1
        assert found.count("{{ var('as_of'") == 1
    assert "as of 0" in text
    assert "table 0" in text


# ── Spark, whose text is not run here ──


def test_spark_takes_sure_patterns_and_the_day_of_a_zone(tmp_path: Path) -> None:
    """A pattern that Java may read in another way is left to the evaluator: such a row is irregular where there is a text."""
    head = HEAD.replace("{ facts thing 1 }", '{ facts thing 1 ; calendar zone "Europe/Berlin" }')
    text = {}
    for pattern in ("a.b", "(?i)a", "(a|b)+"):
        ruleset = loaded(
            tmp_path, f'output m = matches(kind, "{pattern}")\noutput d = days since joined', head=head
        )
        text[pattern] = emit(ruleset.program, "spark", DAY).sql()
        assert "FROM_UTC_TIMESTAMP" in text[pattern].upper()
    assert ["REGEXP_LIKE" in text[each].upper() for each in text] == [True, True, False]
    assert ["OCTET_LENGTH" in text[each].upper() for each in text] == [False, True, False]

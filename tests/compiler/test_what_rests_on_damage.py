"""What could not be read is reported once: what names it says nothing more. And what imports bring, and in which order."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import ruleengine
from ruleengine.limits import limited
from tests.compiler.marked import make_folder, reported

HEAD = "ruleset demo 1.0.0 { facts thing 1 }\n"
BANDS = "bands rag { green 50..100 points 80 ; yellow 20..<50 points 40 ; red 0..<20 points 10 }\n"
RATED = "{ value seats ; rate { green when > 5 ; red otherwise } }\n"
MEASURE = "measure m " + RATED
LIBRARY = """ruleset lib 1.0.0 { facts thing 1 }
trigger t { when seats > 5 }
trigger u { when seats > 5 }
output shown = 7
"""
AS_OF = date(2024, 6, 30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = make_folder(tmp_path_factory.mktemp("damage"))
    for name, text in (("lib", LIBRARY), ("torn", "ruleset torn 1.0.0 { facts thing 1 }\nlet broken = )\n")):
        (place / f"rulesets/{name}").mkdir()
        (place / f"rulesets/{name}/1.0.0.rules").write_text(text, encoding="utf-8")
    return place


def scored(folder: Path, text: str, conditions: dict[str, str] | None = None, **facts: Any) -> Any:
    (folder / "rulesets/demo/1.0.0.rules").write_text(HEAD + text + "\n", encoding="utf-8")
    rulesets, schemas = folder / "rulesets", folder / "schemas"
    ruleset = ruleengine.load(
        "demo@1.0.0", rulesets=rulesets, schemas=schemas, cache=False, conditions=conditions
    )
    return ruleset.score_dict({"id": "a", "certain": 1, **facts}, AS_OF)


@pytest.mark.parametrize(
    "text",
    [
        BANDS + "let broken = )\nscorecard s { broken ; m }\n" + MEASURE,
        "bands broken )\nmeasure m { bands broken ; value seats ; rate { ok when > 5 ; bad otherwise } }",
        "bands broken { ok 5..9 ; bad ! }\nmeasure m { value seats ; rate { ok when > 5 ; bad otherwise } }",
        'let broken = )\ntemplate x { for seats > 5 ; body "{reasons of broken}" }',
        "let broken = )\noutput o = previous broken.score",
        "let broken = )\noutput o = broken is green",
        "matrix broken { rows ) ; columns kind: a ; small gives na }",
        "matrix broken { rows kind ; columns plan ; small gives ) }",
        "import torn 1.0.0 (broken)\noutput o = broken + 1",
        "import torn 1.0.0 (broken as other)\noutput o = other + 1",
    ],
)
def test_only_what_could_not_be_read_is_reported(text: str, folder: Path) -> None:
    places, said = reported(folder, text, HEAD)
    assert {code for code, _ in places} <= {"RE101", "RE102", "RE103"}, said
    assert places


def test_a_band_that_is_not_there_is_told_where_all_could_be_read(folder: Path) -> None:
    text = "bands whole { ok 5..9 ; bad 1..<5 }\nmeasure m { value seats ; bands whole ; rate { ok when > 5 ; bat otherwise } }"
    places, said = reported(folder, text, HEAD)
    assert places == [("RE204", "bat")]
    assert said == ["`bat` is no band of `whole` | did you mean `bad`?"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("template x { for seats > 5 ; body \"{reasons of s}\" }\nscorecard s { m ; score s + 1 }\n", "s → s"),
        ("trigger t { when u.kind = \"x\" }\ntrigger u { when t.kind = \"y\" }\n", "t → u → t"),
        ("checklist c { red x when c.yes > 1 }\noutput o = c.yes\n", "x → x"),
        ("checklist c { red x when s.score > 1 }\nscorecard s { c }\n", "x → s → x"),
        ("scorecard s { m ; override red when s is green }\n", "s → s"),
        # a circle longer than what waits for one another; what stands beside it is no part of it
        (
            "let d = 5\n" + "".join(f"let a{n} = d + a{(n + 1) % 30} + d\n" for n in range(30)),
            "a0 → a1 → a2 → a3 → a4 → a5 → … → a25 → a26 → a27 → a28 → a29 → a0",
        ),
    ],
)  # fmt: skip
def test_a_circle_is_reported_once(text: str, what: str, folder: Path) -> None:
    places, said = reported(folder, text + MEASURE, HEAD + BANDS)
    assert [code for code, _ in places] == ["RE206"]
    assert said[0].endswith(
        f"needs itself: {what} | a value cannot rest on itself: remove one of the references"
    )


def test_too_many_parts_are_reported_once(folder: Path) -> None:
    """A sum of two is three parts: the first of the second sum's is one too many, and nothing after it is told of."""
    with limited(nodes=4):
        places, said = reported(folder, "".join(f"output o{n} = seats + certain\n" for n in range(3)), HEAD)
    assert places == [("RE106", "seats")]
    assert said == [
        "the expressions of this ruleset have more than 4 parts | divide it into several rulesets"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("for y { }", "`way` has no row for `small`, `large` for `y`"),
        ("for y { large gives na, na }", "`way` has no row for `small` for `y`"),
        (
            "for y { big gives na, na }",
            "`big` is no value of `plan`",
        ),  # then nothing of the rows that are not there
    ],
)
def test_what_a_block_lacks_is_told_once(text: str, message: str, folder: Path) -> None:
    head = "matrix way { rows plan: small, large ; columns kind: a, b ; blocks id: x, y\n"
    _, said = reported(
        folder, head + "for x { small gives na, na ; large gives na, na }\n" + text + " }", HEAD
    )
    assert [each.partition(" | ")[0] for each in said] == [message]


# ── imports ──


def test_what_is_not_there_cannot_be_imported(folder: Path) -> None:
    places, said = reported(folder, "import lib 1.0.0 (show)\noutput o = show + 1", HEAD)
    assert places == [("RE208", "show")]  # and no unknown name where it is used
    assert said == ["`lib 1.0.0` has no `show` | did you mean `shown`?"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trigger b { when seats > 5 }\nimport lib 1.0.0 (t as c, u as a)\ntrigger z { when seats > 5 }", "bcaz"),
        ("import lib 1.0.0 (t as c, u as a)\ntrigger z { when seats > 5 }\ntrigger b { when seats > 5 }", "cazb"),
    ],
)  # fmt: skip
def test_imported_triggers_stand_where_they_are_imported(text: str, expected: str, folder: Path) -> None:
    found = scored(folder, text, seats=9)
    assert "".join(trigger["name"] for trigger in found["triggers"]) == expected


def test_a_condition_cannot_ask_for_an_output_of_another_ruleset(folder: Path) -> None:
    """It is not computed here; before, such a condition was accepted and could not be answered for any account."""
    text = "import lib 1.0.0 (shown)\noutput own = 3"
    assert scored(folder, text, {"gate": "own > 2"})["conditions"] == {"gate": True}
    with pytest.raises(ruleengine.RulesetError) as caught:
        scored(folder, text, {"gate": "shown > 5"})
    (report,) = caught.value.diagnostics
    assert (report.code, report.span.path, report.span.start, report.span.end) == ("RE213", "<gate>", 0, 5)


def test_a_condition_from_outside_that_cannot_be_read(folder: Path) -> None:
    with pytest.raises(ruleengine.RulesetError) as caught:
        scored(folder, "output own = 3", {"gate": "own >", "other": "own > 2"})
    assert [(report.code, report.span.path) for report in caught.value.diagnostics] == [("RE101", "<gate>")]


# ── what is derived ──


def test_rows_are_those_that_are_written(folder: Path) -> None:
    text = 'matrix way { rows kind ; columns plan: small, large\nhot gives "x", "y"\ncold gives "p", na }'
    for kind, plan, label in (
        ("hot", "small", "x"),
        ("hot", "large", "y"),
        ("cold", "small", "p"),
        ("mild", "small", None),
    ):
        assert scored(folder, text, kind=kind, plan=plan)["matrices"]["way"]["label"] == label  # fmt: skip


def test_blocks_are_those_that_are_written(folder: Path) -> None:
    """The rows of the second block come in another order; each is found by its value, and each block by its own."""
    text = (
        'matrix way { rows kind ; columns plan: small, large ; blocks id ; for a { hot gives "x", "y" ; cold gives "p", na }\n'
        'for b { cold gives na, "w" ; hot gives "r", "s" } }'
    )
    expected = {
        ("hot", "small", "a"): "x", ("hot", "large", "a"): "y", ("cold", "small", "a"): "p", ("cold", "large", "a"): None,
        ("hot", "small", "b"): "r", ("hot", "large", "b"): "s", ("cold", "small", "b"): None, ("cold", "large", "b"): "w",
        ("hot", "small", "c"): None,
    }  # fmt: skip
    found = {
        (kind, plan, name): scored(folder, text, kind=kind, plan=plan, id=name)["matrices"]["way"]["label"]
        for kind, plan, name in expected
    }
    assert found == expected


def test_an_assumption_may_name_its_field_as_a_fact(folder: Path) -> None:
    """`facts.seats` is `seats`; `facts` alone is a field like any other, and there is none of that name."""
    assert scored(folder, "assume facts.seats = 5\noutput o = seats + 1")["outputs"] == {"o": 6}
    places, said = reported(folder, "assume facts = 5\noutput o = seats", HEAD)
    assert places == [("RE203", "facts")]
    assert said[0].startswith("unknown field `facts`")


def test_what_was_may_be_asked_of_what_is_being_computed(folder: Path) -> None:
    """Its bands are known before it is; without an earlier result nothing is overridden."""
    text = BANDS + MEASURE + "scorecard s { m ; override red when previous s is green }"
    assert scored(folder, text, seats=9)["scorecards"]["s"]["band"] == "green"


@pytest.mark.parametrize("value", ["words", "visits"])
def test_an_earlier_result_holds_no_lists(value: str, folder: Path) -> None:
    text = f"measure m {{ value {value} ; rate {{ green when is known ; red otherwise }} }}\noutput o = previous m.value"
    places, said = reported(folder, text, HEAD + BANDS)
    assert places == [("RE213", "previous m.value")]
    assert said[0].startswith("an earlier result shows numbers, texts, dates and flags, no lists or records")


def test_a_list_of_nothing_contains_nothing(folder: Path) -> None:
    assert scored(folder, "output o = [] contains 5\noutput p = [1, 5] contains 5")["outputs"] == {
        "o": False,
        "p": True,
    }


def test_a_measure_of_points_has_no_bands(folder: Path) -> None:
    text = "measure p { value seats ; points value }\noutput o = p is green"
    places, said = reported(folder, text, HEAD + BANDS)
    assert places == [("RE204", "p is green")]
    assert said == ["this has no bands | compare its score or points instead"]

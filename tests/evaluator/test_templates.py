"""Templates: for whom, with which words; expectations are written by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ruleengine
from ruleengine.compiler.compile import compile_ruleset
from ruleengine.workspace import Workspace
from tests.evaluator.test_triggers import FACTS, HEAD, SCHEMAS, load


def texts(tmp_path: Path, template: str, **facts: Any) -> list[dict[str, Any]]:
    return load(tmp_path, template).texts({**FACTS, **facts}, "2024-03-01")


def body(tmp_path: Path, text: str, how: str = "text") -> str:
    found = texts(tmp_path, f'template t {{ format {how}\n  body """{text}"""\n}}')
    assert len(found) == 1
    written: str = found[0]["body"]
    return written


def test_it_is_written_for_whom_it_says(tmp_path: Path) -> None:
    for condition, count in (("mood is red", 1), ("mood is green", 0), ("renewal.at_risk", 0), ("true", 1)):
        assert len(texts(tmp_path, f'template t {{ for {condition} ; body "x" }}')) == count


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("one line", "one line"),
        ("\n    a\n      b\n\n    c\n    ", "a\n  b\n\nc"),
        ('\n  say "{mood}"\n', 'say "red"'),
        ("\n  - {[1, 2]}\n  end", "- 1\n- 2\nend"),
        ("\n  - {list x in timeline where x.date within 3 days}\n  end", None),
        ("{list of e.subject for e in timeline}", "unknown"),
        ("{[1, 2]} {[3, 4]} {[5, 6, 7]}", "1 3 5, 6, 7\n2 4 5, 6, 7"),
        ("# no comment", "# no comment"),
        ("a ; b } c", None),
    ],
)
def test_bodies(text: str, reads: str | None, tmp_path: Path) -> None:
    if reads is None:
        with pytest.raises(ruleengine.RulesetError):
            body(tmp_path, text)
    elif reads == "unknown":  # a list that is not there has no line
        assert body(tmp_path, text) == ""
    else:
        assert body(tmp_path, text) == reads


def test_values_are_escaped_for_markdown_and_words_are_not(tmp_path: Path) -> None:
    template = 'template t { format markdown ; subject "{account.name}" ; body "**{account.name}** {[account.name]}" }'
    evil = {"name": "# <b>*x*</b> @all\n[a](http://b)"}
    found = texts(tmp_path, template, account=evil)[0]
    assert found["subject"] == "# <b>*x*</b> @all [a](http://b)"
    escaped = r"\# \<b\>\*x\*\</b\> &#64;&#8203;all \[a\](http&#58;//b)"
    assert found["body"] == f"**{escaped}** {escaped}"


def test_an_address_of_the_web_is_a_link_and_nothing_else_is(tmp_path: Path) -> None:
    template = 'template t { format markdown ; body "{account.crm_url} {account.name}" }'
    for address, written in (
        ("https://crm.example/a_b?c=1", "<https://crm.example/a_b?c=1>"),
        ("https://x> [y](z)", r"https&#58;//x\> \[y\](z)"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        (None, "unknown"),
    ):
        found = texts(tmp_path, template, account={"name": "http://evil", "crm_url": address})[0]
        assert found["body"] == f"{written} http&#58;//evil"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("/close", "&#47;close"), ("see !3 %1 $2 GH-5", "see &#33;&#8203;3 &#37;1 &#36;2 GH&#45;&#8203;5"),
        (":smile: a:b", "&#58;smile: a:b"),
        ("    code", "code"), ("83.3% of 5/6", "83.3% of 5/6"), ("R&D: 5", "R\\&D: 5"), ("well-known", "well-known"),
    ],
)  # fmt: skip
def test_no_tracker_makes_anything_of_a_value(name: str, written: str, tmp_path: Path) -> None:
    template = 'template t { format markdown ; body "{account.name}" }'
    assert texts(tmp_path, template, account={"name": name})[0]["body"] == written


def test_labels(tmp_path: Path) -> None:
    template = 'template t { labels "New", "{mood}", "{account.region}", "{[mood.band, health.band]}", "v{1}" ; body "x" }'
    assert texts(tmp_path, template)[0]["labels"] == ["New", "red", "yellow", "v1"]


def test_reasons_are_told_by_what_they_cost(tmp_path: Path) -> None:
    """mood costs (87.5 - 25) x 50%, use nothing; the override comes first."""
    text = """scorecard other { use ; mood ; override red when mood is red because "a red mood" }
template t { body "{reasons of other}" }"""
    assert texts(tmp_path, text)[0]["body"] == "a red mood\nmood (red)\nUse (green)"


def test_texts_and_outputs_are_values_for_what_stands_beside(tmp_path: Path) -> None:
    text = 'template t { for mood is red ; subject "S {mood}" ; labels "a", "b" ; body "B {health}" }\noutput late = 3'
    load(tmp_path, text)
    conditions = {
        "body": 't contains "B yellow" and t.body = "B yellow"', "subject": 't.subject = "S red"',
        "labels": 't.labels contains "b"', "output": "late = 3",
    }  # fmt: skip
    path = tmp_path / "rulesets/demo/1.0.0.rules"
    loaded = ruleengine.load(path, rulesets=tmp_path / "rulesets", schemas=SCHEMAS, conditions=conditions)
    assert loaded.score_dict(FACTS, "2024-03-01")["conditions"] == dict.fromkeys(conditions, True)
    green = {**FACTS, "sentiment": {"rating": "green"}}
    assert loaded.score_dict(green, "2024-03-01")["conditions"]["body"] is None


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ('template t { subject "a" }', ["RE111"]),
        ('template t { body "a" ; body "b" }', ["RE110"]),
        ('template t { for mood ; body "a" }', ["RE305"]),
        ('template t { body "{reasons of mood}" }', ["RE213"]),
        ("output x = reasons of health", ["RE213"]),
        ('template t { body "a" }\noutput x = t.body', ["RE213"]),
        ('template t { body """a\n}', ["RE104"]),
        ("trigger t { when mood is red }\noutput x = t.nothing", ["RE203"]),
    ],
)  # fmt: skip
def test_one_fault_gives_one_report(text: str, codes: list[str], tmp_path: Path) -> None:
    path = tmp_path / "demo.rules"
    path.write_text(HEAD + text, encoding="utf-8")
    found = compile_ruleset(path, Workspace(tmp_path, SCHEMAS)).diagnostics
    assert [report.code for report in found if report.code != "RE210"] == codes, [str(each) for each in found]

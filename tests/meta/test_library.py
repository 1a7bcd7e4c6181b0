"""Every example of every library function has its value in the real engine."""

from __future__ import annotations

from typing import Any

import pytest

import ruleengine
from ruleengine.library import FUNCTIONS
from ruleengine.library.series import QUESTIONS
from ruleengine.syntax import tree as t
from tests.docs.examples import HEADER, ROOT
from tests.docs.functions_page import SERIES
from tests.syntax.reading import read_expression

_OF_FUNCTIONS = {name: record.examples for name, record in FUNCTIONS.items()}
_OF_QUESTIONS = {name: record.examples for name, record in QUESTIONS.items()}
EXAMPLES = [
    (name, text, value)
    for name, examples in (*_OF_FUNCTIONS.items(), *_OF_QUESTIONS.items())
    for text, value in examples.items()
]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one ruleset with all examples gives, by the text of the example."""
    path = tmp_path_factory.mktemp("library") / "library.rules"
    lines = [f"output example_{number} = {text}\n" for number, (_, text, _) in enumerate(EXAMPLES)]
    path.write_text(HEADER + SERIES + "".join(lines), encoding="utf-8")
    ruleset = ruleengine.load(path, schemas=ROOT / "schemas", cache=False)
    found = ruleset.score_dict({"id": "example"}, "2024-03-01")["outputs"]
    return {text: found[f"example_{number}"] for number, (_, text, _) in enumerate(EXAMPLES)}


@pytest.mark.parametrize(("name", "text", "value"), EXAMPLES, ids=[text for _, text, _ in EXAMPLES])
def test_examples_are_true(name: str, text: str, value: Any, outputs: dict[str, Any]) -> None:
    assert outputs[text] == (round(value, 10) if isinstance(value, float) else value)  # as results print it
    assert isinstance(outputs[text], bool) is isinstance(value, bool)
    assert isinstance(outputs[text], str) is isinstance(value, str)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_documented_and_have_examples_of_themselves(name: str) -> None:
    record = FUNCTIONS[name]
    assert record.name == name
    assert record.doc.startswith(f"`{name}(")
    assert record.doc.endswith(".")
    assert record.examples
    assert [text for text in record.examples if not text.startswith(f"{name}(")] == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_questions_to_series_are_documented_and_have_examples_of_themselves(name: str) -> None:
    record = QUESTIONS[name]
    assert record.doc.startswith(f"`{name} of S")
    assert record.doc.endswith(".")
    assert record.examples
    asked = [read_expression(text) for text in record.examples]
    assert all(isinstance(question, t.OfSeries) and question.kind == name for question in asked)

"""Statements that are seldom written: in the usual form they stay as they are, also when they are formatted again."""

from __future__ import annotations

import pytest

from ruleengine.source import Source
from ruleengine.syntax.format import format_file
from tests.syntax.reading import PATH, read_file

HEAD = "ruleset demo 1.0.0 {\n  facts      thing 1\n}\n\n"
LONG = """template x "Title" {
  for     s is red
  format  markdown
  subject "Hello {name}"
  body \"\"\"
    first {seats}
    second
  \"\"\"
  labels  "New", "{plan}"
}
"""
RATES = """measure m {
  value    seats
  rate {
    points steps above 10, 20, 30 when seats > 5
    na not_applicable "too early" when seats < 1
    na missing                    otherwise
    linear 20..40                 when in 1..5
  }
}
"""


def formatted(text: str) -> str:
    return format_file(read_file(HEAD + text), Source(PATH, HEAD + text)).removeprefix(HEAD)


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        RATES,
        'template x {\n  body """"quoted" at once"""\n}\n',
        'template x {\n  body    "{reasons of s}"\n}\n',
        'checklist c {\n  red   x "They leave"\n    when seats > 5\n  green y when seats < 5 unless x\n}\n',
    ],
)
def test_it_stays_as_it_is(text: str) -> None:
    assert formatted(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # three quotes are for texts of several lines, and for those that begin with a quote
        ('template x {\n  body """on a line"""\n}\n', 'template x {\n  body    "on a line"\n}\n'),
        ('template x {\n  labels   "New" ,"{plan}"\n}\n', 'template x {\n  labels  "New", "{plan}"\n}\n'),
    ],
)
def test_the_usual_form(text: str, expected: str) -> None:
    assert formatted(text) == expected
    assert formatted(expected) == expected

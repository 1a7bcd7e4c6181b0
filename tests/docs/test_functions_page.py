"""The page of functions and the library agree."""

from __future__ import annotations

from ruleengine.library import FUNCTIONS
from ruleengine.library.series import QUESTIONS
from tests.docs.functions_page import PAGE, page


def test_the_page_is_made_of_the_library() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_function_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in FUNCTIONS if f"| `{name}(" not in text] == []
    assert [name for name in QUESTIONS if f"| `{name} of S" not in text] == []

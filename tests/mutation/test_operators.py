"""The changes that are made in a module: which there are, which there are not, and that one is one."""

from __future__ import annotations

import ast

import pytest

from tests.mutation.operators import changes_of


def changed(text: str) -> set[str]:
    """Every text that one change makes of a text."""
    found = set()
    for number in range(len(changes_of(ast.parse(text)))):
        tree = ast.parse(text)
        changes_of(tree)[number].make()
        found.add(ast.unparse(tree))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < b", {"a <= b", "a >= b"}),
        ("a == b", {"a != b"}),
        ("a is not b", {"a is b"}),
        ("a in b", {"a not in b"}),
        ("a + b", {"a - b"}),
        ("a // b", {"a * b"}),
        ("a and b", {"a or b"}),
        ("not a", {"a"}),
        ("-a", {"a"}),
        ("x = 3", {"x = 4", "x = 2"}),
        ("x = True", {"x = False"}),
        ("x[1:]", {"x[2:]", "x[0:]", "x[:]"}),
        ("x[-1]", {"x[1]", "x[-2]", "x[-0]"}),
        ("b if a else c", {"b if True else c", "b if False else c"}),
        ("[a for a in b if a]", {"[a for a in b if True]", "[a for a in b if False]"}),
        ("if a:\n    b", {"if True:\n    b", "if False:\n    b"}),
        ("while a:\n    b", {"while False:\n    b"}),
        ("any(a)", {"all(a)", "pass"}),
        ("x = sorted(a, key=b)", {"x = list(a)"}),
        ("x = min(a)", {"x = max(a)"}),
        ("x = a.startswith(b)", {"x = a.endswith(b)"}),
        ("a.b = c", {"pass"}),
        ("a += c", {"pass", "a -= c"}),
        ("raise a", {"pass"}),
        ("for a in b:\n    break", {"for a in b:\n    continue"}),
        ("def f():\n    return a", {"def f():\n    return None"}),
        ("def f(a=1):\n    return", {"def f(a=2):\n    return", "def f(a=0):\n    return"}),
    ],
)
def test_each_operator_gives_what_it_says(text: str, expected: set[str]) -> None:
    assert changed(text) == {ast.unparse(ast.parse(each)) for each in expected}


@pytest.mark.parametrize(
    "text",
    [
        '"""A text"""',
        "x: int | None",
        "def f(a: Literal[1]) -> Literal[2]:\n    pass",
        "if TYPE_CHECKING:\n    x = 1",
        "assert a < b",
        "__all__ = ['a'][:1]",
        "def __repr__(self):\n    return 1",
        "@overload\ndef f(a=1):\n    pass",
        "class A(Protocol):\n    x = 1",
        "@lru_cache(maxsize=3)\ndef f():\n    pass",
        "@frozen(slots=True)\nclass A:\n    pass",
        "x = field(repr=False)",
        "Value = int | Other",
        "Value = tuple[int, ...]",
        "x = 'text'",
        "return None",
    ],
)
def test_what_nobody_can_observe_is_left_alone(text: str) -> None:
    assert changed(text) == set()


def test_of_a_statement_with_a_body_only_the_head_is_the_place() -> None:
    change = changes_of(ast.parse("if a:\n    b\n    c\n"))[0]
    assert (change.line, change.end_line) == (1, 1)

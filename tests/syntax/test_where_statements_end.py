"""Where a faulty statement ends, so that what follows is read; how many faults are told; and the parser that is kept."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ruleengine.cache_folder import keep
from ruleengine.syntax import parse as parsing
from ruleengine.syntax import tree as t
from tests.syntax.reading import read

#: A text; where its faults are; and what is read, an item with its statements.
FAULTS: dict[str, tuple[list[str], list[str]]] = {
    # a bracket that nothing expects, at the level of statements
    "measure m { value 2 (3) ; rats x ; value b }": (["1:21", "1:27"], ["m Value"]),
    "measure m { value a {1; 2} ; rats x ; value b }": (["1:21", "1:30"], ["m Value"]),
    "measure m { value a [{1}] ; value b }": (["1:21"], ["m Value"]),
    "measure m { value b ; value 2 (3) }": (["1:31"], ["m Value"]),
    "measure m { value b ; value 2 ((3) ; (4)) ; points 1 }": (["1:31"], ["m Value Points"]),
    # and within others
    "measure m { value max(2 [3], 4) ; rats x ; value b }": (["1:25", "1:35"], ["m Value"]),
    "measure m { value max(1, max(2 (3), 4)) ; rats x ; value b }": (["1:32", "1:43"], ["m Value"]),
    "measure m { value {a: 1 (2), b: 3} ; rats x ; value b }": (["1:25", "1:38"], ["m Value"]),
    "measure m { value [1 {2}, 3] ; value b }": (["1:22"], ["m Value"]),
    "measure m { value b ; value max(2 [3], 4) }": (["1:35"], ["m Value"]),
    # in a block within a block
    "measure m { rate { red when a {1} ; yellow wen 3 ; green otherwise } ; value b }": (["1:31", "1:44"], ["m Rate Value"]),
    "scorecard s { group g { m (1) ; n 2 } ; k (3) ; l }": (["1:27", "1:43"], ["s Group MemberLine"]),
    "scorecard s { group g { n ; round to (1) decimals } ; l }": (["1:38"], ["s Group MemberLine"]),
    # at the top there is no block
    "let a = 1 (2); let b = 3": (["1:11"], ["b"]),
    "let a = max(2 [3]); let b = 3": (["1:15"], ["b"]),
    "let a = 1 (2)\nlet b = 3": (["1:11"], ["b"]),
    "output o = 1 (2) [3]; output p = 1": (["1:14"], ["p"]),
}  # fmt: skip


@pytest.mark.parametrize("text", FAULTS)
def test_what_follows_a_faulty_statement_is_read(text: str) -> None:
    file, reports = read(f"{text}\n")
    places, items = FAULTS[text]
    assert [f"{each.span.line}:{each.span.column}" for each in reports] == places
    assert {each.code for each in reports} == {"RE101"}
    found = [[item.name, *(type(each).__name__ for each in getattr(item, "statements", ()))]
             for item in file.items if isinstance(item, t.Declaration)]  # fmt: skip
    assert [" ".join(words) for words in found] == items


@pytest.mark.parametrize("text", FAULTS)
def test_the_same_is_read_below_other_lines(text: str) -> None:
    file, reports = read(f"let z = 1\n\n{text}\n")
    places, items = FAULTS[text]
    assert [f"{each.span.line - 2}:{each.span.column}" for each in reports] == places
    assert len(file.items) == len(items) + 1


@pytest.mark.parametrize(
    "text",
    [
        "«let a = 1 ¦2»", "«let a = 1¦»; 2", "let a = 1;«¦ 2»", "«let a = (1 ¦2)»; 3", "«let a = ((1) ¦(2))»; 3",
        "measure m {« value ¦a x »; value b }", "measure m {« value 1 +¦»; value b }", "measure m {« value a¦ b »}",
        "measure m { value a ;« value ¦b x »}", "measure m { value a ;« value max(1, 2¦ 3) »; value b }",
        "measure m { value max(1, [2, 3]) ;« rats¦ x »; value b }", "measure m { value (1) ; value [2] ;« rats ¦x »}",
        "measure m { rate { red when (1) ; green otherwise } ;« rats ¦x »; value b }",
        "measure m { rate { red when (1) ;« green ¦3 »; yellow otherwise } ; value b }",
        "measure m { rate { red when (1) ;« green ¦3 »} ; value b }", "measure m {« rate { red } ¦3 »; value b }",
        "measure m {« rate ¦{ red when 1 ; green } »; value b }", "measure m {« rate ¦{ red when 1 ; green } »}",
        "measure m {« value {a: 1 ¦b, c: 2} »; value b }", "measure m {« value {a: 1, c: {d: ¦{e: 1}}} »; value b }",
        "measure m { value {a: 1} ;« rats ¦x »; value b }", 'measure m { title "a ; { (" ;« rats ¦x »; value b }',
        "measure m { value `a ; {` ;« rats ¦x »; value b }", "«measure m { value b }¦ x»; y",
        "scorecard s { group g { a ; group h { b } ;« c ¦d »} ; e }", "scorecard s { group g { a ; group h { b } ; c } ;« d ¦e »}",
        "scorecard s {« group g ¦( a ; b ) { c ; d } »; e }", "measure m {« value 2 ¦(3 ; 4) »; value b }",
    ],
)  # fmt: skip
def test_the_statement_around_a_place(text: str) -> None:
    """`¦` marks the place, and « » the innermost statement: an end belongs to what it ends, a record is no block."""
    start, end = text.replace("¦", "").index("«"), text.replace("¦", "").replace("«", "").index("»")
    place = text.replace("«", "").replace("»", "").index("¦")
    plain = text.translate(str.maketrans("", "", "«»¦"))
    assert parsing._statement_around(plain, place) == (start, end)


@pytest.mark.parametrize(
    ("faults", "told", "items"), [(1, 1, ["m", "x"]), (49, 49, ["m", "x"]), (50, 50, ["x"]), (90, 50, ["x"])]
)
def test_of_one_item_fifty_faults_are_told(faults: int, told: int, items: list[str]) -> None:
    """Where there are as many, the item is given up; what it declares counts as declared."""
    lines = "  rats x\n" * faults
    file, reports = read(f'measure m {{\n  title "a"\n{lines}}}\nlet x = 1\n')
    assert [each.span.line for each in reports] == [*range(3, 3 + told)]
    assert [item.name for item in file.items if isinstance(item, t.Declaration)] == items
    assert "m" in file.damaged


class Built:
    """What stands in for a parser that was built from the grammar."""

    def __init__(self, grammar: str, **options: object) -> None:
        self.grammar = grammar

    def memo_serialize(self, types: list[type]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Its tables."""
        return {"rules": len(types)}, {"1": "memo"}


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What makes the parser, told whether it was built or taken from what was kept."""
    monkeypatch.setattr(parsing, "Lark", Built)
    monkeypatch.setattr(parsing, "_from_tables", lambda content: ("kept", json.loads(content)))
    return parsing._parser.__wrapped__


def test_the_parser_is_built_once_and_then_taken_from_its_folder(
    build: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RULEENGINE_CACHE", str(tmp_path))
    assert isinstance(build(), Built)
    [entry] = tmp_path.iterdir()
    assert (len(entry.stem.removeprefix("grammar-")), entry.suffix) == (32, ".json")
    assert build() == ("kept", {"data": {"rules": 2}, "memo": {"1": "memo"}})
    entry.write_bytes(b"damaged")
    assert isinstance(build(), Built)
    assert build()[0] == "kept"
    keep(entry, b"no tables")
    assert isinstance(build(), Built)


def test_versions_of_python_that_differ_more_than_in_their_faults_share_no_parser(
    build: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RULEENGINE_CACHE", str(tmp_path))
    counts = []
    for version in ((3, 11, 1), (3, 11, 9), (3, 12, 1), (3, 13, 1), (3, 12, 4)):
        monkeypatch.setattr(parsing, "sys", SimpleNamespace(version_info=version))
        build()
        counts.append(len(list(tmp_path.iterdir())))
    assert counts == [1, 1, 2, 3, 3]


def test_without_a_folder_the_parser_is_built_each_time(
    build: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RULEENGINE_CACHE", "")
    monkeypatch.chdir(tmp_path)
    assert isinstance(build(), Built)
    assert isinstance(build(), Built)
    assert list(tmp_path.iterdir()) == []

"""Trying changes: what is noticed and what is not, each in a process of its own."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.mutation.equivalents import FILE, equivalents
from tests.mutation.mutants import Mutant, drawn, mutants_in, mutants_of
from tests.mutation.noticing import Map, chosen
from tests.mutation.operators import changes_of
from tests.mutation.processes import KILLED, SURVIVED, Verdict, verdicts
from tests.mutation.rooms import ROOMS, ROOT, files_of
from tests.mutation.run import outcome_of, table

ROUNDING = """
def half(number):
    if number > 10:
        return 5
    return number / 2
"""


def noticed(text: str, number: int | None) -> tuple[int, str]:
    """Whether `half(8) == 4` fails under a change of a text."""
    tree = ast.parse(text)
    if number is not None:
        changes_of(tree)[number].make()
    names: dict[str, Callable[[float], float]] = {}
    exec(compile(ast.fix_missing_locations(tree), "half", "exec"), names)
    return (SURVIVED, "") if names["half"](8) == 4 else (KILLED, "half(8)")


def said(number: int | None) -> Verdict:
    [(_, verdict)] = verdicts([partial(noticed, ROUNDING, number)], 1, 20)
    return verdict


def test_what_changes_nothing_survives_and_what_changes_a_result_is_killed() -> None:
    changes = changes_of(ast.parse(ROUNDING))
    division = next(number for number, each in enumerate(changes) if each.before == "Div")
    beyond = next(number for number, each in enumerate(changes) if each.before == "10")
    assert said(None) == (SURVIVED, "")
    assert said(beyond) == (SURVIVED, "")
    assert said(division) == (KILLED, "half(8)")


def forever() -> tuple[int, str]:
    while True:
        pass


def raising() -> tuple[int, str]:
    raise LookupError("gone")


def test_what_hangs_or_raises_is_told() -> None:
    found = dict(verdicts([forever, raising, partial(noticed, ROUNDING, None)], 3, 1))
    assert found == {0: None, 1: (KILLED, "LookupError: gone"), 2: (SURVIVED, "")}


def test_a_sample_is_the_same_each_time_and_has_something_of_each_room() -> None:
    one, other = drawn(["library", "values"], 20, 7), drawn(["library", "values"], 20, 7)
    assert one == other
    assert {each.room for each in one} == {"library", "values"}
    assert drawn(["values"], 5, 8) != drawn(["values"], 5, 9)


def test_every_room_has_files() -> None:
    assert [room for room in ROOMS if not any(path.exists() for path in files_of(room))] == []


def test_a_mutant_is_its_module_with_one_change() -> None:
    path = ROOT / "ruleengine/values.py"
    for mutant in mutants_in("values", path)[:3]:
        assert mutant.code().co_filename == str(path)
        assert path.read_text(encoding="utf-8").splitlines()[mutant.line - 1].strip() == mutant.text


def map_of(folder: Path, seconds: dict[str, float]) -> Map:
    """A map without lines."""
    (folder / "tests.json").write_text(json.dumps(seconds), encoding="utf-8")
    (folder / "digests").write_text("{}", encoding="utf-8")
    return Map(folder)


def test_near_and_cheap_tests_come_first_and_of_each_family_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = {
        "cards/one#0": 0.1, "cards/one#1": 0.1, "cards/two#0": 0.15, "tests/report/a.py::b": 0.02,
        "tests/evaluator/a.py::c[1]": 0.05, "tests/evaluator/a.py::c[2]": 0.05, "tests/evaluator/a.py::d": 0.06,
    }  # fmt: skip
    found = map_of(tmp_path, seconds)
    mutant = mutants_of("values")[0]
    monkeypatch.setattr(found, "reaching", lambda mutant: (list(seconds), True))
    assert chosen(found, mutant) == (
        ["cards/one#0", "cards/two#0", "cards/one#1"],
        [
            "tests/evaluator/a.py::c[1]",
            "tests/evaluator/a.py::d",
            "tests/report/a.py::b",
            "tests/evaluator/a.py::c[2]",
        ],
    )


def test_the_table_counts_what_hangs_as_noticed() -> None:
    mutants = mutants_of("values")[:4]
    given: list[Verdict] = [(KILLED, "a"), None, (SURVIVED, "b"), (SURVIVED, "c")]
    rows = table([outcome_of(mutant, verdict) for mutant, verdict in zip(mutants, given, strict=True)])
    assert rows[1].split() == ["values", "4", "1", "1", "2", "50.0%", "0", "50.0%"]


def test_each_known_change_is_still_in_the_code_and_has_a_reason() -> None:
    lines = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in {line["path"] for line in lines}}
    assert [line for line in lines if line["text"] not in texts[line["path"]]] == []
    assert all(len(reason) > 20 for reason in equivalents().values())
    assert len(equivalents()) == len(lines)


def test_a_mutant_has_all_that_asks_for_it() -> None:
    mutant: Mutant = mutants_of("values")[0]
    assert mutant.place == f"ruleengine/values.py:{mutant.line}:{mutant.operator}"

"""What is run against a mutant: the cases and tests that reach its lines, those first that tell most in least time.

In: the map that `reach.py` made, and a mutant. Out: names of units of the suite and of tests. Where a map is of another text of the
file, or a line runs only while it is imported, whatever reaches the lines that use its name, or the file, stands in.
"""

from __future__ import annotations

import ast
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from tests.mutation.mutants import Mutant
from tests.mutation.rooms import NEAREST, ROOT

#: Seconds that the cases and the tests of one mutant would take without the change; nothing slower than `_SLOWEST` is run.
_OF_CASES, _OF_TESTS = 5.0, 25.0
_SLOWEST = 5.0
_MOST_TESTS = 600
_PART_OF_GUESSES = 0.4
#: What so few reach by the names that a line defines may be used from other files, too.
_FEW = 20


class Map:
    """Which contexts reach which lines, and how long each takes."""

    def __init__(self, folder: Path) -> None:
        self._databases = sorted(folder.glob("*.sqlite"))
        self.seconds: dict[str, float] = {}
        for path in folder.glob("*.json"):
            self.seconds.update(json.loads(path.read_text(encoding="utf-8")))
        self.digests: dict[str, str] = json.loads((folder / "digests").read_text(encoding="utf-8"))
        self._lines: dict[str, dict[str, int]] = {}

    def lines(self, path: str) -> dict[str, int]:
        """Contexts that reach a file, with the lines as bits."""
        if path not in self._lines:
            self._lines[path] = dict(self._read(path))
        return self._lines[path]

    def _read(self, path: str) -> Iterable[tuple[str, int]]:
        for database in self._databases:
            with sqlite3.connect(database) as connection:
                rows = connection.execute(
                    "select context, numbits from line_bits join context on context.id = context_id"
                    " join file on file.id = file_id where file.path like ?",
                    (f"%/{path}",),
                )
                for name, bits in rows:
                    if self.seconds.get(name, _SLOWEST) < _SLOWEST:
                        yield name, int.from_bytes(bits, "little")

    def reaching(self, mutant: Mutant) -> tuple[list[str], bool]:
        """The contexts that reach a mutant; where none is known, those that use what it defines, its function, or its file.

        And whether they are known."""
        known = self.lines(mutant.path)
        around = _around(mutant.path, mutant.line)
        own = range(mutant.line, mutant.end_line + 1) if mutant.line in around else ()
        for lines in (own, _uses(mutant.path, mutant.line), around):
            bits = sum(1 << line for line in lines)
            found = [name for name, reached in known.items() if reached & bits]
            if found and (lines is own or len(found) >= _FEW):
                return found, lines is own
        return list(known), False


def chosen(reach: Map, mutant: Mutant, effort: int = 1) -> tuple[list[str], list[str]]:
    """Units of the suite, and tests, in the order in which they are run; with more effort, for longer."""
    found, known = reach.reaching(mutant)
    part = effort * (1.0 if known else _PART_OF_GUESSES)
    cases = [name for name in found if "#" in name and "::" not in name]
    tests = [name for name in found if "::" in name]
    nearest = NEAREST[mutant.room]
    return (
        _within(part * _OF_CASES, _ordered(reach, cases, lambda name: 1), reach),
        _within(part * _OF_TESTS, _ordered(reach, tests, lambda name: 1 if name.startswith(nearest) else 4), reach)[: effort * _MOST_TESTS],
    )  # fmt: skip


def _ordered(reach: Map, names: Sequence[str], factor: Callable[[str], float]) -> list[str]:
    """Cheap ones first, but the first of each family before all its brothers: they are alike."""
    before: Counter[str] = Counter()
    keyed = []
    for name in sorted(names, key=lambda each: (reach.seconds[each], each)):
        family = name.partition("#")[0].partition("[")[0]
        keyed.append(((0.01 + reach.seconds[name]) * factor(name) * (1 + before[family]), name))
        before[family] += 1
    return [name for _, name in sorted(keyed)]


def _within(seconds: float, names: Sequence[str], reach: Map) -> list[str]:
    found: list[str] = []
    for name in names:
        seconds -= reach.seconds[name]
        if seconds < 0 and found:
            break
        found.append(name)
    return found


@lru_cache(maxsize=512)
def _tree(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_bytes())


def _uses(path: str, line: int) -> list[int]:
    """The lines that use a name to which the statement of a line gives a value, or that are in a function of that line."""
    names: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.lineno <= line <= (node.end_lineno or line):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {each.id for each in targets if isinstance(each, ast.Name)}
        if isinstance(node, ast.FunctionDef) and node.lineno <= line < node.body[0].lineno:
            return list(range(node.body[0].lineno, (node.end_lineno or line) + 1))
    return [
        node.lineno
        for node in ast.walk(_tree(path))
        if (node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else "")
        in names
        and isinstance(node, ast.Name | ast.Attribute)
    ]


def _around(path: str, line: int) -> list[int]:
    """The lines of the innermost function around a line: what leaves by an exception, or too deep, may not have been recorded."""
    around = [
        node
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or line)
    ]
    inner = max(around, key=lambda node: node.lineno, default=None)
    return list(range(inner.body[0].lineno, (inner.end_lineno or line) + 1)) if inner is not None else []

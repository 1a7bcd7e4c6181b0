"""Mutants: changes of the core that can be named, drawn at random, and loaded in place of a module.

In: the files of the core. Out: `Mutant`s, and an importer that gives a module with one change in it. Only a process that has not
imported the engine yet may use that importer; so decorators, constants and class bodies are changed as well.
"""

from __future__ import annotations

import ast
import random
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, ModuleType

from attrs import frozen

from tests.mutation.operators import changes_of
from tests.mutation.rooms import ROOT, files_of, module_of


@frozen
class Mutant:
    """One change of a file: its number among all of that file, and what it is."""

    room: str
    path: str
    number: int
    line: int
    end_line: int
    operator: str
    before: str
    after: str
    text: str

    @property
    def place(self) -> str:
        """How one asks for it: `FILE:LINE:OPERATOR`."""
        return f"{self.path}:{self.line}:{self.operator}"

    def code(self) -> CodeType:
        """The module with this change."""
        path = ROOT / self.path
        tree = ast.parse(path.read_bytes())
        changes_of(tree)[self.number].make()
        return compile(ast.fix_missing_locations(tree), str(path), "exec", dont_inherit=True)


def mutants_of(room: str) -> list[Mutant]:
    """All mutants of a room."""
    return [each for path in files_of(room) for each in mutants_in(room, path)]


def mutants_in(room: str, path: Path) -> list[Mutant]:
    """All mutants of a file; `text` is the line, by which known ones are found again when lines have moved."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    return [
        Mutant(
            room, str(path.relative_to(ROOT)), number, each.line, each.end_line, each.operator, each.before,
            each.after, lines[each.line - 1].strip(),
        )
        for number, each in enumerate(changes_of(ast.parse(source)))
    ]  # fmt: skip


def drawn(rooms: Sequence[str], count: int, seed: int) -> list[Mutant]:
    """A random sample; each room has as large a part of it as of all mutants, and at least one."""
    chance = random.Random(seed)
    strata = [mutants_of(room) for room in rooms]
    whole = sum(map(len, strata))
    found: list[Mutant] = []
    for stratum in strata:
        found += chance.sample(stratum, min(len(stratum), max(1, round(count * len(stratum) / whole))))
    chance.shuffle(found)
    return found


class Importer(MetaPathFinder, Loader):
    """Gives one module from other code than its file holds."""

    def __init__(self, path: str, code: CodeType) -> None:
        self._path = path
        self._module = module_of(path)
        self._code = code

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Only the one module."""
        if fullname != self._module:
            return None
        origin = str(ROOT / self._path)
        package = self._path.endswith("/__init__.py")
        spec = spec_from_loader(fullname, self, origin=origin, is_package=package)
        if spec is not None:
            spec.has_location = True
            if package:
                spec.submodule_search_locations = [str((ROOT / self._path).parent)]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """Run the other code."""
        exec(self._code, module.__dict__)


def load_changed(mutant: Mutant) -> None:
    """From now on this process has the changed module."""
    load_instead(mutant.path, mutant.code())


def load_instead(path: str, code: CodeType) -> None:
    """From now on this process has other code for a module."""
    if any(name == "ruleengine" or name.startswith("ruleengine.") for name in sys.modules):
        raise RuntimeError("the engine has been imported already")
    sys.meta_path.insert(0, Importer(path, code))

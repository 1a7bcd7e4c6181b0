"""Ruleset files read into name tables: what each name of a file stands for.

In: the path of a ruleset file and the folder of all rulesets. Out: `Module`s, with their imports. A file
that does not parse is a fault of the test, so it raises.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import define, field, fields, has

from ruleengine.source import Source
from ruleengine.syntax import tree
from ruleengine.syntax.parse import parse

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
FACTORS = {
    "%": Fraction(1, 100),
    "minute": Fraction(1, 1440),
    "hour": Fraction(1, 24),
    "week": Fraction(7),
    "quarter": Fraction(3),
    "year": Fraction(12),
}


CALLED = (tree.Table, tree.Define)
SHOWN = (tree.Measure, tree.Criterion, tree.Scorecard, tree.Segment)


@define(eq=False)
class Module:
    """One file: its declarations by name, its imports by local name, its assumptions by path."""

    name: str
    file: tree.File
    zone: str
    fiscal_month: int
    schema: str
    declarations: dict[str, tree.Declaration]
    imports: dict[str, tuple[Module, str]] = field(factory=dict)
    assumptions: dict[tuple[str, ...], tree.Expression] = field(factory=dict)

    def find(self, name: str) -> tuple[Module, tree.Declaration] | None:
        """The declaration that a name of this file stands for, and the file in which that stands."""
        if name in self.declarations:
            return self, self.declarations[name]
        if name in self.imports:
            module, original = self.imports[name]
            return module.find(original)
        return None

    @cached_property
    def shown(self) -> dict[str, tuple[Module, tree.Declaration]]:
        """What a result tells of, by the name that it has there."""
        found = {name: self.find(name) for name in (*self.imports, *self.declarations)}
        return {name: each for name, each in found.items() if each} | needed_elsewhere(self)

    @cached_property
    def read_paths(self) -> list[tuple[Module, tuple[str, ...]]]:
        """Every path that is mentioned in what this file needs, with the file that mentions it."""
        return [(module, path) for module, item in needed(self) for path in paths_within(item)]

    def band_sets(self) -> list[tree.BandSet]:
        """All band sets, declared or imported."""
        found = (self.find(name) for name in (*self.imports, *self.declarations))
        return [each[1] for each in found if each and isinstance(each[1], tree.BandSet)]


def load_module(path: Path, rulesets: Path, loaded: dict[Path, Module] | None = None) -> Module:
    """The file at `path` with everything that it imports; what two files import is loaded once."""
    loaded = {} if loaded is None else loaded
    if path in loaded:
        return loaded[path]
    file, diagnostics = parse(Source(str(path), path.read_text(encoding="utf-8")))
    if diagnostics:
        raise ValueError(f"{path} does not parse: {diagnostics[0]}")
    header = next(item for item in file.items if isinstance(item, tree.Header))
    calendars = [each for each in header.statements if isinstance(each, tree.Calendar)]
    schemas = [
        f"{each.name}/{each.version}" for each in header.statements if isinstance(each, tree.FactsSchema)
    ]
    module = Module(
        name=header.name,
        file=file,
        zone=next((each.zone for each in calendars if each.zone), "UTC"),
        fiscal_month=next((MONTHS.index(each.month) + 1 for each in calendars if each.month), 1),
        schema=schemas[0] if schemas else "",
        declarations=_declared(file),
    )
    loaded[path] = module
    for item in file.items:
        if isinstance(item, tree.Import):
            imported = load_module(rulesets / item.ruleset / f"{item.version}.rules", rulesets, loaded)
            for each in item.names:
                module.imports[each.alias or each.name] = (imported, each.name)
        elif isinstance(item, tree.Assume):
            for path_expression in item.paths:
                module.assumptions[path_of(path_expression)] = item.value
    return module


def _declared(file: tree.File) -> dict[str, tree.Declaration]:
    """The declarations of a file by name; the criteria of a checklist are among them."""
    lists = [item for item in file.items if isinstance(item, tree.Checklist)]
    found = [item for item in file.items if isinstance(item, tree.Declaration)]
    return {each.name: each for each in (*found, *(c for each in lists for c in each.criteria))}


def load_schema(module: Module, schemas: Path) -> dict[str, Any]:
    """The schema document that a file names."""
    document: dict[str, Any] = json.loads(
        (schemas / f"{module.schema}.schema.json").read_text(encoding="utf-8")
    )
    return document


def path_of(node: tree.Expression) -> tuple[str, ...]:
    """`facts.account.since` and `account.since` as the same tuple of names; empty for anything else."""
    names: list[str] = []
    while isinstance(node, tree.Member):
        names.insert(0, node.name)
        node = node.base
    if not isinstance(node, tree.Name):
        return ()
    names.insert(0, node.name)
    return tuple(names[1:] if names[0] == "facts" else names)


def walk(node: Any) -> Iterator[Any]:
    """A node and everything below it."""
    if isinstance(node, tuple):
        for each in node:
            yield from walk(each)
    elif isinstance(node, tree.Node):
        yield node
        kind = type(node)
        if kind not in _FIELDS:
            _FIELDS[kind] = tuple(each.name for each in fields(kind)) if has(kind) else ()
        for name in _FIELDS[kind]:
            yield from walk(getattr(node, name))


#: The fields of each kind of node that has been looked at.
_FIELDS: dict[type[Any], tuple[str, ...]] = {}


def paths_within(node: tree.Node) -> list[tuple[str, ...]]:
    """Every path to a fact, or to something else, that a declaration mentions."""
    return [path_of(each) for each in walk(node) if isinstance(each, tree.Name | tree.Member)]


def names_within(node: tree.Node) -> set[str]:
    """Every name that a declaration mentions in a place where a declaration can be meant."""
    names: set[str] = set()
    for each in walk(node):
        if isinstance(each, tree.Name | tree.MemberLine | tree.Criterion):
            names.add(each.name)
        elif isinstance(each, tree.Axis) and each.subject is None:
            names.update(word.name for word in each.values)
        elif isinstance(each, tree.Call):
            names.add(each.function)
        elif isinstance(each, tree.Grace | tree.AppliesTo):
            names.update(word.name for word in each.names)
        elif isinstance(each, tree.Weights) and each.segment:
            names.add(each.segment.name)
    return names


def needed_elsewhere(root: Module) -> dict[str, tuple[Module, tree.Declaration]]:
    """Measures, scorecards and segments that only imported things need, as `ruleset.name`."""
    imported = {id(found[1]) for name in root.imports if (found := root.find(name))}
    return {
        f"{module.name}.{declaration.name}": (module, declaration)
        for module, declaration in needed(root)
        if isinstance(declaration, SHOWN) and module is not root and id(declaration) not in imported
    }


def needed(root: Module) -> list[tuple[Module, tree.Declaration]]:
    """All that a file declares, imports or needs of what it imports; what is only called when it is called."""
    waiting: list[tuple[Module, Any]] = [(root, item) for item in root.file.items]
    waiting += [
        found for name in root.imports if (found := root.find(name)) and not isinstance(found[1], CALLED)
    ]
    seen: dict[int, tuple[Module, Any]] = {}
    while waiting:
        module, item = waiting.pop(0)
        if id(item) not in seen and not isinstance(item, tree.Header | tree.Import):
            seen[id(item)] = (module, item)
            waiting += [found for name in sorted(names_within(item)) if (found := module.find(name))]
    return list(seen.values())


def amount(node: tree.Number, unit: str | None = None) -> Fraction:
    """The amount of a literal as if it had a unit, without its being months or not."""
    factor = FACTORS.get((node.unit if unit is None else unit).rstrip("s"), Fraction(1))
    return Fraction(node.digits.replace("_", "")) * factor


def is_months(unit: str) -> bool:
    """Whether a literal's unit counts months."""
    return unit.rstrip("s") in ("month", "quarter", "year")

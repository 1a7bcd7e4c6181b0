"""Python text for reading facts: a fast path written out, and a `Reader` for everything unusual.

Each fact is read once, at the beginning of the program. A field that is absent is NA missing; one of the wrong type is
NA invalid, and a problem.
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from ruleengine.evaluator.names import Names
from ruleengine.evaluator.runtime import DateCache, DayOf, Plus, Reader
from ruleengine.evaluator.writer import Code, Writer
from ruleengine.facts.model import pointer_of
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.magnitude import KnownMagnitudes
from ruleengine.tree.source_text import SourceText
from ruleengine.tree.whole import field_is_whole
from ruleengine.values import FACT_LIST, Field, Kind, Type

#: Numbers within this are read without a call. Python compares ints below 2^30 in a third of the time of larger ones.
_SMALL = 10**9


#: The path of a fact, and the place of what a file assumes for it.
FactKey = tuple[tuple[str, ...], Span | None]


def fact_key(node: e.Fact) -> FactKey:
    """What tells the facts of a program apart."""
    return node.path, None if node.assumed is None else node.assumed.span


class FactReading:
    """The state of one generated program, and the reading of facts."""

    tracing: bool

    def __init__(self, program: r.Program, source_lines: dict[str, list[str]]) -> None:
        self.program = program
        self.source = SourceText(source_lines)
        self.names = Names()
        self.out = Writer()
        self.dates, self.instants = DateCache(), DateCache()
        self.days = DayOf(program.zone)
        self.plus: dict[float, Plus] = {}
        self.variables: dict[str, Code] = {}
        self.magnitudes = KnownMagnitudes()
        self.inside_queries = 0  # so many loops are around what is written, as far as is known
        self.readers: dict[object, str] = {}
        self.fact_names: dict[FactKey, str] = {}

    def text_of(self, span: Span) -> str:
        """The words of the ruleset at a place, when the source is at hand."""
        return self.source.of(span)

    def day_of(self) -> str:
        """The name of the table of calendar dates."""
        return self.names.constant(self.days, "day_of")

    def plus_months(self, months: float) -> str:
        """The name of the table of dates so many months later."""
        table = self.plus.setdefault(months, Plus(months))
        return self.names.constant(table, "plus")

    def reader(self, field: Field, pointer: str) -> str:
        """The name of the reader of a field."""
        key = (
            field.name, str(field.type), field.type.choices, field.scale, field.integer, field.secret, pointer
        )  # fmt: skip
        found = self.readers.get(key)
        if found is None:
            made = Reader(field, pointer, self.program.zone, self.dates, self.instants, self.program.secrets)
            found = self.names.constant(made, f"read_{field.name}" if field.name.isidentifier() else "read")
            self.readers[key] = found
        return found

    def _missing_of(self, reader: str) -> str:
        """The name of what a reader gives for a field that is absent: so common that it is not called for that."""
        return self.names.constant(self.names.objects[reader].missing, "missing")

    # ── fixed facts ──

    def read_facts(self, facts: list[e.Fact]) -> None:
        """Write the reading of all facts that the program names."""
        for fact in facts:
            self.fact(fact)

    def _record(self, path: tuple[str, ...]) -> str:
        """The name of the record at a path; written when first needed."""
        if not path:
            return "facts"
        known = self.out.known(("record", path))
        if known is not None:
            return known.text
        above = self._record(path[:-1])
        name = self.names.variable(".".join(path), "r_")
        self.out.line(f"{name} = {above}.get({path[-1]!r})")
        field = Field(path[-1], Type(Kind.RECORD), secret=pointer_of(path) in self.program.secrets)
        reader = self.reader(field, "/" + "/".join(path))
        with self.out.block(f"if {name}.__class__ is not dict"):
            self.out.line(f"{name} = BadRecord({reader}({name}, {above}, facts, problems))")
        self.out.remember(("record", path), Code(name, atom=True))
        return name

    def fact_name(self, node: e.Fact) -> str:
        """The name of the local that holds a fact; one that a file assumes where it is missing has a name of its own."""
        key = fact_key(node)
        if key not in self.fact_names:
            stem = ".".join(node.path)
            self.fact_names[key] = self.names.variable(
                stem if node.assumed is None else f"{stem} assumed {len(self.fact_names)}", "f_"
            )
        return self.fact_names[key]

    def fact(self, node: e.Fact) -> Code:
        """The value of a fact, or what the file that reads it assumes where it is missing."""
        key = ("fact", fact_key(node))
        known = self.out.known(key)
        if known is not None:
            return known
        name = self.fact_name(node)
        if node.assumed is not None:
            found = self.fact(evolve(node, assumed=None))
            self.out.line(f"{name} = {found.text}")
            with self.out.block(f"if {name}.__class__ is NA and {name}.reason == 'missing'"):
                assumed = self.expression(node.assumed)
                self.out.line(f"{name} = {assumed.text}")
            whole = found.whole and assumed.whole
            return self.out.remember(key, Code(name, na=True, atom=True, whole=whole))
        above = self._record(node.path[:-1])
        reader = self.reader(node.fact, "/" + "/".join(node.path))
        self.read(name, f"{above}.get({node.path[-1]!r})", node.fact, reader, above)
        return self.out.remember(key, Code(name, na=True, atom=True, whole=field_is_whole(node.fact)))

    def expression(self, node: e.Expression) -> Code:
        """Python for a node; written by `expressions.py`."""
        raise NotImplementedError  # pragma: no cover - abstract

    # ── fields of records in lists ──

    def attribute(self, base: Code, node: e.Attribute) -> Code:
        """The value of a field of a record that is a value itself."""
        key = ("attribute", base.text, node.name)
        known = self.out.known(key)
        if known is not None:
            return known
        name = self.names.temporary(f"{node.name}_" if node.name.isidentifier() else "t")
        found = f"{base.text}.get({node.name!r})" if node.fact is not None else f"{base.text}[{node.name!r}]"
        if base.na:
            found = f"{base.text} if {base.text}.__class__ is NA else {found}"
        if node.fact is None:
            self.out.line(f"{name} = {found}")
        else:
            self.read(name, found, node.fact, self.reader(node.fact, f"[].{node.name}"), base.text)
        whole = node.fact is not None and field_is_whole(node.fact)
        return self.out.remember(key, Code(name, na=True, atom=True, whole=whole))

    def read(self, name: str, found: str, field: Field, reader: str, holder: str) -> None:
        """Write `name = found`, checked to be of the field's type."""
        kind = field.type.kind
        missing = self._missing_of(reader)
        slow = f"{name} = {missing} if {name} is None else {reader}({name}, {holder}, facts, problems)"
        if kind in (Kind.DATE, Kind.TIMESTAMP):
            cache = self.names.constant(self.dates if kind is Kind.DATE else self.instants, "dates")
            raw = self.names.temporary("raw")
            self.out.line(f"{raw} = {found}")
            self.out.line(f"{name} = {cache}.get({raw}) if {raw}.__class__ is str else None")
            with self.out.block(f"if {name} is None"):
                self.out.line(
                    f"{name} = {missing} if {raw} is None else {reader}({raw}, {holder}, facts, problems)"
                )
            return
        self.out.line(f"{name} = {found}")
        test = {
            Kind.FLAG: f"{name}.__class__ is not bool",
            Kind.TEXT: f"{name}.__class__ is not str",
            Kind.LIST: f"{name}.__class__ is not list",
            Kind.RECORD: f"{name}.__class__ is not dict",
        }.get(kind)
        if kind is Kind.CHOICE:
            words = self.names.constant(frozenset(field.type.choices), f"words_{name}")
            test = f"{name}.__class__ is not str or {name} not in {words}"
        elif kind is Kind.NUMBER:
            test = f"{name}.__class__ is not int or {name} <= {-_SMALL} or {name} >= {_SMALL}"
            if not field.integer and field.scale != 1.0:
                test = f"({name}.__class__ is not float or not -1e15 < {name} < 1e15) and ({test})"
            elif not field.integer:  # 5 and 5.0 are one number, and give the same digits in all that follows
                test = f"{name}.__class__ is not float or not -1e15 < {name} < 1e15"
                small = f"{name}.__class__ is int and {-_SMALL} < {name} < {_SMALL}"
                slow = f"{name} = {name} + 0.0 if {small} else {slow.removeprefix(f'{name} = ')}"
        with self.out.block(f"if {test}"):
            self.out.line(slow)
        if kind is Kind.NUMBER and field.scale != 1.0:
            with self.out.block("else"):
                self.out.line(f"{name} = {name} / {round(1 / field.scale)}")

    def element_reader(self, kind: Type) -> str | None:
        """The name of a function that reads an element of a list of facts; None for lists that the program made."""
        element = kind.element
        if element is None or kind.unit != FACT_LIST or element.kind is Kind.RECORD:
            return None
        key = ("element", str(element), element.choices)
        found = self.readers.get(key)
        if found is None:
            found = self.names.constant(self.raw_reader(Field("", element)), "element")
            self.readers[key] = found
        return found

    def elements(self, values: str, kind: Type) -> str:
        """A list with all elements read, and those of the wrong type reported."""
        if kind.unit != FACT_LIST or kind.element is None:
            return values
        reader = self.reader(Field("", kind.element), "[]")
        return f"[{reader}.element(raw, {values}, facts, problems) for raw in {values}]"

    def raw_reader(self, field: Field) -> Callable[[object], object]:
        """A function that reads a raw value of a field, without a report."""
        reader = Reader(field, "[]", self.program.zone, self.dates, self.instants, self.program.secrets)
        return lambda raw: reader(raw, None, None, [])

"""Python text for what a ruleset calls: definitions and decision tables, each a function of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ruleengine.evaluator.blocks import of_member
from ruleengine.evaluator.facts import FactKey, fact_key
from ruleengine.evaluator.measures import PAST
from ruleengine.evaluator.result_writer import ResultWriter
from ruleengine.evaluator.writer import Code, Writer
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk
from ruleengine.values import NA, Type


class DefinitionWriter(ResultWriter):
    """Writes definitions and tables before the program."""

    functions: dict[str, str]
    function_names: set[str]
    free: dict[str, list[str]]
    instances: dict[str, r.Definition | r.Table]
    preamble: list[str]
    uses_previous: bool
    past: set[str]

    def part_of_trigger(self, name: str, part: str) -> str:
        """The local that holds a part of what a trigger says; named by `triggers.py`."""
        raise NotImplementedError  # pragma: no cover - abstract

    def locals_of_matrix(self, node: e.Reference) -> list[str]:
        """The locals that a reference to a matrix reads; written by `matrices.py`."""
        raise NotImplementedError  # pragma: no cover - abstract

    # ── definitions and tables ──

    def call_of(self, instance: str, arguments: list[str]) -> str:
        """A call of the function of a definition or table; written when first called."""
        for needed in self._needed(instance):
            self._define(needed)
        passed = [*arguments, *self.free[instance]]
        return f"{self.functions[instance]}({', '.join([*passed, *self._surroundings()])})"

    def _needed(self, instance: str) -> list[str]:
        """A definition or table and what it calls, as far as not written yet; each after what it calls."""
        order: list[str] = []
        stack = [] if instance in self.functions else [instance]
        while stack:
            name = stack[-1]
            found = walk(self.instances[name])
            calls = [node.instance for node in found if isinstance(node, e.CallDefinition)]
            missing = [call for call in calls if call not in self.functions and call not in order]
            if missing:
                stack.append(missing[0])
            else:
                order.append(stack.pop())
        return order

    def _surroundings(self) -> list[str]:
        """What every generated function is passed besides its own parameters."""
        always = ["facts", "as_of", "months", "problems", *(["notes"] if self.tracing else [])]
        return [*always, "previous"] if self.uses_previous else always

    def _define(self, instance: str) -> None:
        node = self.instances[instance]
        name = self.names.variable(node.name, "define_" if isinstance(node, r.Definition) else "table_")
        if name in self.function_names:
            name = self.names.temporary(name + "_")
        self.function_names.add(name)
        self.functions[instance] = name
        outer, self.out = self.out, Writer()
        free_facts, free_names = self._free(node)
        parameters = [self.names.variable(parameter) for parameter in node.parameters]
        for parameter, text in zip(node.parameters, parameters, strict=True):
            self.variables[parameter] = Code(text, na=True, atom=True)
        for fact in free_facts:
            self.out.remember(("fact", fact_key(fact)), Code(self.fact_name(fact), na=True, atom=True))
        self.free[instance] = free_names
        inner = ", ".join([*parameters, *free_names, *self._surroundings()])
        self.out.depth = 0
        self.inside_queries += 1  # it may be called in one
        with self.out.block(f"def {name}({inner})"):
            if isinstance(node, r.Definition):
                self.out.line(f"return {self.expression(node.body).text}")
            else:
                self._table(node)
        self.inside_queries -= 1
        self.preamble += [*self.out.lines, "", ""]
        self.out = outer

    def _free(self, node: r.Definition | r.Table) -> tuple[list[e.Fact], list[str]]:
        """The facts and the names from outside that a body needs, through what it calls."""
        facts: dict[FactKey, e.Fact] = {}
        names: dict[str, None] = {}
        stack: list[Any] = [node]
        own = set(node.parameters)
        seen: set[str] = {node.key}
        while stack:
            for found in walk(stack.pop()):
                if isinstance(found, e.Fact):
                    facts.setdefault(fact_key(found), found)
                elif isinstance(found, e.Query):
                    own.add(found.variable)
                elif isinstance(found, e.CallDefinition) and found.instance not in seen:
                    seen.add(found.instance)
                    inner = self.instances[found.instance]
                    own |= set(inner.parameters)
                    stack.append(inner)
                elif isinstance(found, e.Variable) and found.name in self.variables and found.name not in own:
                    names.setdefault(self.variables[found.name].text)
                elif isinstance(found, e.Said) and found.kind == "trigger":
                    names.setdefault(self.part_of_trigger(found.name, found.part))
                elif isinstance(found, e.Reference):
                    for text in self._names_of(found):
                        names.setdefault(text)
        fact_names = [self.fact_name(fact) for fact in facts.values()]
        return list(facts.values()), sorted({*fact_names, *(name for name in names if name.isidentifier())})

    def _names_of(self, node: e.Reference) -> list[str]:
        if node.part == "past_band" and node.name in self.past:
            return [self.names.variable(node.name + PAST, "m_")]
        if node.kind == "measure":
            names = [self.names.variable(node.name, "m_"), self.names.variable(f"{node.name}.value", "v_")]
            fresh = self.measures[node.name].fresh
            if fresh is not None and fresh.stale is not None:
                names.append(self.names.variable(f"{node.name}.stale", "s_"))
            return [*names, *([self.names.variable(node.name, "c_")] if node.name in self.limited else [])]
        if node.kind == "matrix":
            return self.locals_of_matrix(node)
        if node.part in ("effective_weight", "contribution"):
            # of the place alone: a card that stands there has none
            return [self.names.variable(f"{node.name}.{node.path}.{node.part}", "q_")]
        place = self.places[node.name, node.path]
        names = [place.what, place.points, place.band, place.computed, place.computed_band]
        if isinstance(place.node, r.Member):
            names += self._names_of(of_member(node, place.node))
        if node.part == "borderline":
            names.append(self.names.variable(node.name, "near_"))
        if node.part == "coverage":
            names.append(self.names.variable(node.name, "coverage_"))
        return [name for name in names if name]

    def _table(self, node: r.Table) -> None:
        rows: list[tuple[e.Expression | None, Callable[[str], bool]]] = []
        kind = (node.type.element or node.type) if node.hits == "all" else node.type
        for row in node.rows:

            def write(name: str, row: r.TableRow = row) -> bool:
                return self._table_row(row, kind, name)

            rows.append((row.condition, write))
        none_fits = self._no_row_fits(node)
        if node.hits == "first":
            self.rows("result", rows, none_fits)
            self.table_decided()
            self.out.line("return result")
            return
        self._all_rows(node, rows, none_fits)

    def _all_rows(
        self, node: r.Table, rows: list[tuple[e.Expression | None, Callable[[str], bool]]], none_fits: str
    ) -> None:
        self.out.line("hits, pending = [], []")
        for condition, write in rows:
            if condition is None:
                with self.out.block("if not hits"):
                    write("result")
                    self.out.line("hits.append(result)")
                    self.table_hit()
                continue
            test = self.value_of(condition)
            with self.out.block(f"if {test.text} is not False"):
                write("result")
                with self.out.block(f"if {test.text} is True"):
                    self.out.line("hits.append(result)")
                    self.table_hit()
                with self.out.block("else"):
                    self.out.line(f"pending.append(({test.text}, result))")
        if node.hits == "all":
            self.table_collected("not pending")
            self.out.line("return pending[0][0] if pending else hits")
            return
        several = self.names.constant(
            NA("invalid", f"several rows of `{node.name}` fit", "", "RE510"), "several"
        )
        self.out.line(f"result = one_hit(hits, pending, {several}, {node.hits == 'agreeing'})")
        self.table_collected("hits and result is hits[0]")
        self.out.line(f"return result if result is not None else {none_fits}")

    def _table_row(self, row: r.TableRow, kind: Type, target: str) -> bool:
        """Write the result of one row, of a kind that all have, into `target`; returns whether it can be NA."""
        found = self.one_of(row.result, kind)
        self.out.line(f"{target} = {found.text}")
        return found.na

    # ── what a program that counts what it reaches writes besides ──

    def table_decided(self) -> None:
        """The table is about to return `result`."""

    def table_hit(self) -> None:
        """A row that holds has been added to `hits`."""

    def table_collected(self, decided: str) -> None:
        """The rows in `hits` are about to decide, if the test `decided` holds."""

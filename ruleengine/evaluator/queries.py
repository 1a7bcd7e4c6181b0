"""Evaluation tree → Python text, for queries over lists: one loop each."""

from __future__ import annotations

from collections.abc import Callable

from ruleengine.evaluator.series import SeriesWriter
from ruleengine.evaluator.writer import Code
from ruleengine.tree import expressions as e
from ruleengine.values import FACT_LIST, NA, Field, Kind


class QueryWriter(SeriesWriter):
    """Writes queries."""

    def query(self, node: e.Query) -> Code:
        """The loop for a query, and the name of its result."""
        source = self.value_of(node.source)
        result = self.names.temporary(f"{node.kind}_")
        writers: dict[str, Callable[[e.Query, str, str], None]] = {
            "latest": self._extreme, "earliest": self._extreme, "first": self._first, "any": self._any, "all": self._any,
            "count": self._count, "list": self._collect, "top": self._ranked, "bottom": self._ranked,
            "series_of": self._series,
        }  # fmt: skip
        write = writers.get(node.kind, self._projected)
        if self.inside_queries:
            self.out.line(f"spend(problems, {source.text})")
        self.inside_queries += 1
        if source.na:
            self.out.line(f"{result} = {source.text}")
            with self.out.block(f"if {result}.__class__ is not NA"):
                write(node, source.text, result)
        else:
            write(node, source.text, result)
        self.inside_queries -= 1
        return Code(result, na=True, atom=True)

    def _loop(self, node: e.Query, source: str) -> str:
        """Write the head of the loop over the elements; returns the variable."""
        variable = self.names.variable(node.variable)
        self.variables[node.variable] = Code(variable, na=True, atom=True)
        self.out.line(f"for {variable} in {source}:")
        return variable

    def _read_element(self, node: e.Query, variable: str, source: str) -> None:
        element = node.source.type.element
        if element is None or node.source.type.unit != FACT_LIST:
            return
        reader = self.reader(Field("", element), "[]")
        read = f"{variable} = {reader}.element({variable}, {source}, facts, problems)"
        if element.kind is Kind.RECORD:
            with self.out.block(f"if {variable}.__class__ is not dict"):
                self.out.line(read)
        else:
            self.out.line(read)

    def _each(
        self,
        node: e.Query,
        source: str,
        body: Callable[[str], None],
        on_undecided: Callable[[str], None] | None,
    ) -> None:
        """The loop: read the element, test `where`, run the body. Undecided elements are left out unless told otherwise."""
        variable = self._loop(node, source)
        self.out.depth += 1
        self.out.scopes.append({})
        self._read_element(node, variable, source)
        if node.where is not None:
            test = self.expression(node.where)
            if test.na:
                test = self.atom(test)
                if on_undecided is not None:
                    with self.out.block(f"if {test.text}.__class__ is NA"):
                        on_undecided(test.text)
                elif self.tracing:
                    with self.out.block(f"if {test.text}.__class__ is NA and notes is not None"):
                        self.out.line(f"notes.append(({node.span.line}, {test.text}))")
                with self.out.block(f"if {test.text} is not True"):
                    self.out.line("continue")
            else:
                with self.out.block(f"if not {test.text}"):
                    self.out.line("continue")
        body(variable)
        self.out.scopes.pop()
        self.out.depth -= 1

    def _empty(self, node: e.Query) -> str:
        return self.names.constant(NA("missing", f"`{self.text_of(node.span)}` finds nothing"), "empty")

    def _extreme(self, node: e.Query, source: str, result: str) -> None:
        best = self.names.temporary("key")
        self.out.line(f"{best} = None")

        def body(variable: str) -> None:
            assert node.by is not None
            key = self.value_of(node.by)
            if key.na:
                with self.out.block(f"if {key.text}.__class__ is NA"):
                    self.out.line("continue")
            first, second = (best, key.text) if node.kind == "latest" else (key.text, best)
            better = f"less({first}, {second})" if node.by.type.kind is Kind.NUMBER else f"{first} < {second}"
            with self.out.block(f"if {best} is None or {better}"):
                self.out.line(f"{best} = {key.text}")
                self.out.line(f"{result} = {variable}")

        self._each(node, source, body, None)
        with self.out.block(f"if {best} is None"):
            self.out.line(f"{result} = {self._empty(node)}")

    def _first(self, node: e.Query, source: str, result: str) -> None:
        self.out.line(f"{result} = {self._empty(node)}")

        def body(variable: str) -> None:
            self.out.line(f"{result} = {variable}")
            self.out.line("break")

        self._each(node, source, body, None)

    def _any(self, node: e.Query, source: str, result: str) -> None:
        deciding, other = ("True", "False") if node.kind == "any" else ("False", "True")
        self.out.line(f"{result} = {other}")
        variable = self._loop(node, source)
        self.out.depth += 1
        self.out.scopes.append({})
        self._read_element(node, variable, source)
        test = self.value_of(node.where) if node.where is not None else Code(variable, na=True, atom=True)
        with self.out.block(f"if {test.text} is {deciding}"):
            self.out.line(f"{result} = {deciding}")
            self.out.line("break")
        if test.na:
            with self.out.block(f"if {test.text} is not {other} and {result} is {other}"):
                self.out.line(f"{result} = {test.text}")
        self.out.scopes.pop()
        self.out.depth -= 1

    def _count(self, node: e.Query, source: str, result: str) -> None:
        self.out.line(f"{result} = 0")

        def stop(test: str) -> None:
            self.out.line(f"{result} = {test}")
            self.out.line("break")

        self._each(node, source, lambda variable: self.out.line(f"{result} += 1"), stop)

    def _collect(self, node: e.Query, source: str, result: str) -> None:
        self.out.line(f"{result} = []")
        self._each(node, source, lambda variable: self.out.line(f"{result}.append({variable})"), None)

    def _ranked(self, node: e.Query, source: str, result: str) -> None:
        self.out.line(f"{result} = []")

        def body(variable: str) -> None:
            assert node.by is not None
            key = self.value_of(node.by)
            guard = f"if {key.text}.__class__ is not NA" if key.na else "if True"
            with self.out.block(guard):
                self.out.line(f"{result}.append(({key.text}, {variable}))")

        self._each(node, source, body, None)
        self.out.line(f"{result} = ranked({result}, {node.number}, {node.kind == 'top'})")

    def _series(self, node: e.Query, source: str, result: str) -> None:
        """`series of E for x in L by K`: points without date or value are left out, and those after the as-of date."""
        self.out.line(f"{result} = []")

        def body(variable: str) -> None:
            assert node.by is not None
            assert node.projection is not None
            key, value = self.value_of(node.by), self.value_of(node.projection)
            for found in (key, value):
                if found.na:
                    with self.out.block(f"if {found.text}.__class__ is NA"):
                        self._left_out(node, found.text)
            day = f"{self.day_of()}[{key.text}]" if node.by.type.kind is Kind.TIMESTAMP else key.text
            with self.out.block(f"if {day} <= as_of"):
                self.out.line(f"{result}.append(({day}, {value.text}))")

        self._each(node, source, body, None)
        self.out.line(f"{result} = points_by_day({result})")

    def _left_out(self, node: e.Query, na: str) -> None:
        """Leave the element out of a series; an explanation counts it."""
        if self.tracing:
            with self.out.block("if notes is not None"):
                self.out.line(f"notes.append(({node.span.line}, {na}))")
        self.out.line("continue")

    def _projected(self, node: e.Query, source: str, result: str) -> None:
        """`sum of`, `mean of`, `min of`, `max of`, `list of`."""
        assert node.projection is not None
        projection = node.projection
        self.out.line(f"{result} = []")
        strict = node.kind != "list_of"

        def stop(test: str) -> None:
            self.out.line(f"{result} = {test}")
            self.out.line("break")

        def body(variable: str) -> None:
            value = self.value_of(projection)
            if strict and value.na:
                with self.out.block(f"if {value.text}.__class__ is NA"):
                    stop(value.text)
            self.out.line(f"{result}.append({value.text})")

        self._each(node, source, body, stop if strict else None)
        if strict:
            final = {
                "sum_of": "total(X)",
                "mean_of": "total(X) / len(X)",
                "min_of": "min(X)",
                "max_of": "max(X)",
            }[node.kind]
            with self.out.block(f"if {result}.__class__ is not NA"):
                guard = "" if node.kind == "sum_of" else f" if {result} else {self._empty(node)}"
                self.out.line(f"{result} = {final.replace('X', result)}{guard}")

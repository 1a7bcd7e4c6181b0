"""Python text for rows that are tried in order: `if`, rating rows, `rate when` blocks, decision tables.

While conditions are plain and decided this is an if-chain. From the first that is not on, each row is guarded, and
undecided rows are kept until it is known whether they would have given the same. Every condition and every outcome is
written once, however deep rows are nested: the text grows with the ruleset, not with its nesting.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from ruleengine.evaluator.facts import FactReading
from ruleengine.evaluator.writer import Code
from ruleengine.tree import expressions as e

#: A row: its condition (None for `otherwise`), and what writes its outcome into a name and tells whether it can be NA.
Row = tuple[e.Expression | None, Callable[[str], bool]]


#: After so many plain rows each is guarded too: Python cannot read if-chains of any length.
_LONGEST_CHAIN = 100


class RowWriter(FactReading):
    """Writes rows."""

    def atom(self, code: Code, stem: str = "t") -> Code:
        """The same value in a form that may be repeated."""
        if code.atom:
            return code
        name = self.names.temporary(stem)
        self.out.line(f"{name} = {code.text}")
        return Code(name, code.na, atom=True, whole=code.whole)

    def rows(self, target: str, rows: list[Row], none_fits: str) -> bool:
        """Write rows tried in order into `target`; returns whether the result can be NA."""
        na = chained = False
        for position, (condition, write) in enumerate(rows):
            if condition is None:
                with self.out.block("else") if chained else nullcontext():
                    return write(target) or na
            with self.out.trial() as lines:
                test = self.expression(condition)
            if lines or test.na or position == _LONGEST_CHAIN:
                self._guarded_rows(target, rows[position:], (test, lines), none_fits, chained)
                return True
            with self.out.block(f"{'elif' if chained else 'if'} {test.text}"):
                na = write(target) or na
            chained = True
        with self.out.block("else") if chained else nullcontext():
            self.out.line(f"{target} = {none_fits}")
        return True

    def _guarded_rows(
        self, target: str, rows: list[Row], first: tuple[Code, list[str]], none_fits: str, chained: bool
    ) -> None:
        pending = self.names.temporary("pending")
        with self.out.block("else") if chained else nullcontext():
            self.out.line(f"{target} = None")
        self.out.line(f"{pending} = None")
        depth = self.out.depth
        for position, (condition, write) in enumerate(rows):
            guard: AbstractContextManager[None] = nullcontext()
            if position or chained:
                guard = self.out.block(f"if {target} is None")
            with guard:
                if condition is None:
                    write(target)
                    continue
                if position == 0:  # this condition has been written on trial
                    self.out.lines += ["    " * (self.out.depth - depth) + line for line in first[1]]
                    test = first[0]
                else:
                    test = self.expression(condition)
                self._guarded_row(target, test, write, pending)
        with self.out.block(f"if {target} is None"):
            self.out.line(f"{target} = {none_fits}")
        with self.out.block(f"if {pending} is not None"):
            self.row_settled(target, pending)
            self.out.line(f"{target} = settle({pending}, {target})")

    def _guarded_row(self, target: str, test: Code, write: Callable[[str], bool], pending: str) -> None:
        if not test.na:
            with self.out.block(f"if {test.text}"):
                write(target)
            return
        test = self.atom(test)
        with self.out.block(f"if {test.text} is not False"):
            outcome = self.names.temporary("o")
            write(outcome)
            with self.out.block(f"if {test.text} is True"):
                self.out.line(f"{target} = {outcome}")
                self.row_taken(target, outcome)
            with self.out.block("else"):
                self.out.line(f"{pending} = [*({pending} or ()), ({test.text}, {outcome})]")

    # ── what a program that counts what it reaches writes besides ──

    def row_taken(self, target: str, outcome: str) -> None:
        """A row that holds has given its outcome to `target`."""

    def row_settled(self, target: str, pending: str) -> None:
        """It is about to be settled whether undecided rows would have given the same as `target`."""

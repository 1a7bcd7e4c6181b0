"""Python text for `and` and `or` of conditions that may be undecided.

A whole result reads everything, so that whatever is wrong is reported. Scores alone stop at the operand that decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from ruleengine.evaluator.rows import RowWriter
from ruleengine.evaluator.writer import Code
from ruleengine.tree import expressions as e

#: Longer chains of operands are written in parts, as Python cannot read expressions of any length.
LONGEST_CHAIN = 50


class LogicWriter(RowWriter):
    """Writes `and` and `or`."""

    def logic(self, operator: str, operands: Sequence[e.Expression]) -> Code:
        """`and` / `or` of conditions; in scores alone, what takes statements is only computed while it can decide."""
        if self.tracing:
            return self.kleene(operator, [self.expression(operand) for operand in operands])
        first = self.expression(operands[0])
        parts: list[tuple[Code, list[str]]] = []
        for operand in operands[1:]:
            with self.out.trial() as lines:
                parts.append((self.expression(operand), lines))
        if not any(lines for _, lines in parts):
            return self.kleene(operator, [first, *(code for code, _ in parts)])
        result = self.names.temporary("t")
        self.out.line(f"{result} = {first.text}")
        na = first.na
        for code, lines in parts:
            with self.out.block(f"if {result} is not {_deciding(operator)}"):
                self.out.lines += [f"    {line}" for line in lines]
                self._joined(operator, result, na, self.atom(code))
            na = na or code.na
        return Code(result, na, atom=True)

    def _joined(self, operator: str, result: str, na: bool, code: Code) -> None:
        """Write one more operand into a result that it has not been decided by: an NA result stays, unless it decides."""
        if not na:
            self.out.line(f"{result} = {code.text}")
            return
        other = "True" if operator == "and" else "False"
        with self.out.block(f"if {result} is {other} or {code.text} is {_deciding(operator)}"):
            self.out.line(f"{result} = {code.text}")

    def kleene(self, operator: str, operands: list[Code]) -> Code:
        """`and` / `or` of flags; the first NA decides the reason of an undecided result."""
        if len(operands) == 1:
            return operands[0]
        if len(operands) > LONGEST_CHAIN:  # the first that is NA decides: so it does part by part
            starts = range(0, len(operands), LONGEST_CHAIN)
            parts = [operands[start : start + LONGEST_CHAIN] for start in starts]
            return self.kleene(operator, [self.atom(self.kleene(operator, part)) for part in parts])
        if not any(code.na for code in operands):
            return Code("(" + f" {operator} ".join(code.text for code in operands) + ")")
        atoms = [self.atom(code) for code in operands]
        deciding = _deciding(operator)
        other = "True" if operator == "and" else "False"
        decided = " or ".join(f"{code.text} is {deciding}" for code in atoms)
        text = f"({deciding} if {decided} else "
        text += "".join(f"{code.text} if {code.text} is not {other} else " for code in atoms if code.na)
        return Code(f"{text}{other})", na=True)


def _deciding(operator: str) -> str:
    """The operand that decides whatever the others are."""
    return "False" if operator == "and" else "True"

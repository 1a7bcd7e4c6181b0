"""Evaluation tree → Python text, for what is asked of series; and what that Python calls."""

from __future__ import annotations

from typing import Any

from ruleengine.evaluator.expressions import ExpressionWriter
from ruleengine.evaluator.runtime import after_months
from ruleengine.evaluator.writer import Code
from ruleengine.library.series import QUESTIONS, points_by_day
from ruleengine.tree import expressions as e
from ruleengine.values import ABSOLUTE_TOLERANCE, NA

_LARGEST = 1e290
#: What is asked over a period, or over the newest so many values.
_OVER_VALUES = ("daily slope", "monthly slope", "sum", "mean", "min", "max")


class SeriesWriter(ExpressionWriter):
    """Writes questions about series."""

    def _on_ofseries(self, node: e.OfSeries) -> Code:
        asked = self.names.constant(QUESTIONS[node.kind].implementation, f"ask_{node.kind.replace(' ', '_')}")
        series = self.value_of(node.series)
        label = f"`{self.text_of(node.span)}`"
        if node.date is not None:
            operands = [series, self.value_of(node.date)]
            arguments = [operands[1].text]
        elif node.period is not None:
            operands = [series, self.value_of(node.period)]
            arguments = [
                self._start(node.period, operands[1]),
                *(["None"] if node.kind in _OVER_VALUES else []),
            ]
        else:
            operands = [series]
            arguments = ["None", str(node.number)] if node.number is not None else []
            arguments += ["as_of"] if node.kind.endswith("without change") else []
        text = f"answer_of({asked}({', '.join([series.text, *arguments])}), {label!r})"
        if node.period is not None and not isinstance(node.period, e.Constant):
            short = NA(
                "invalid", f"{label}: the time is shorter than one {node.period.type.unit[:-1]}", "", "RE506"
            )
            text = f"{self.names.constant(short, 'short')} if less({operands[1].text}, 1) else {text}"
        return self.atom(self.guarded(operands, text, na=True))

    def _start(self, period: e.Expression, found: Code) -> str:
        """The day after which a period begins."""
        months = period.type.unit == "months"
        if isinstance(period, e.Constant):
            number = int(float(period.value))
            return f"after_months(as_of, {-number})" if months else f"as_of - {number}"
        return f"day_before(as_of, {found.text}, {months})"


def day_before(as_of: int, amount: float, months: bool) -> int:
    """The day so many whole days or months before."""
    number = int(amount + ABSOLUTE_TOLERANCE)
    return after_months(as_of, -number) if months else as_of - number


def answer_of(answer: Any, label: str) -> Any:
    """An answer, or NA that names the question."""
    if answer.__class__ is NA:
        return NA(answer.reason, f"{label}: {answer.text}", "", answer.code)
    if answer.__class__ is float and not -_LARGEST < answer < _LARGEST:
        return NA("invalid", f"{label} is too large a number", "", "RE506")
    return answer


SERIES_GLOBALS: dict[str, Any] = {
    "answer_of": answer_of,
    "day_before": day_before,
    "points_by_day": points_by_day,
}

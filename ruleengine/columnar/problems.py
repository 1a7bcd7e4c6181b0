"""What is wrong with an account, as the list `problems` of its result.

In: conditions, in the order in which the evaluator would find them: those of the steps one after the other (cards, checks,
matrices), then of each measure, then of each output. Out: the list of those that hold, made only where one does.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from attrs import frozen

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.context import Context
from ruleengine.columnar.reasons import reason_of
from ruleengine.columnar.types import INTEGER, TEXT, ColumnType, list_of, record_of
from ruleengine.columnar.value import Value
from ruleengine.values import NA

PROBLEM = record_of([("code", TEXT), ("message", TEXT), ("line", INTEGER), ("of", TEXT), ("pointer", TEXT)])


@frozen(slots=True, eq=False)
class Problem:
    """A problem: whether there is one (never NULL), and what it says; `of` and `pointer` are NULL where it has none."""

    condition: Sql
    code: Sql
    message: Sql
    line: int
    of: str = ""
    pointer: Sql | None = None

    def fields(self) -> list[tuple[str, Sql]]:
        """The fields of its record."""
        of = b.text(self.of) if self.of else b.null(TEXT)
        pointer = self.pointer if self.pointer is not None else b.null(TEXT)
        line = b.cast(b.integer(self.line), INTEGER)
        said = [("code", self.code), ("message", self.message), ("line", line)]
        return [*said, ("of", of), ("pointer", pointer)]


class ProblemEmitter(Context):
    """Collects the problems of an account."""

    @cached_property
    def problem_list(self) -> list[Problem]:
        """The problems so far, in their order."""
        return []

    def problem(
        self, condition: Sql, code: str, message: str | Sql, line: int, of: str = "", pointer: str = ""
    ) -> None:
        """One more problem, where a condition holds that is never NULL."""
        said = b.text(message) if isinstance(message, str) else message
        place = b.text(pointer) if pointer else None
        found = self.named(condition, f"{of or code} problem")
        self.problem_list.append(Problem(found, b.text(code), said, line, of, place))

    def report_invalid(self, value: Value, line: int, of: str) -> None:
        """A problem where a value is invalid by itself; nothing where it cannot be."""
        self.report_codes(b.is_null(value.sql), value.code, value.codes, line, of)

    def report_codes(self, unavailable: Sql, code: Sql, codes: Iterable[int], line: int, of: str) -> None:
        """The same for what is NA under a condition, for the reason that a code tells."""
        everything = sorted(codes)
        telling = [each for each in everything if self.reasons.reports(each)]
        if not telling:
            return
        among = b.one_of(code, [b.integer(each) for each in telling])
        test = unavailable if telling == everything else b.conjunction([unavailable, among])
        nas = {each: self.reasons.na(each) for each in telling}
        message = b.concat([b.text(f"{of}: "), self.words_of(code, telling)])
        marks = _by_code(code, {each: na.code or "RE506" for each, na in nas.items()})
        self._append(test, marks, message, line, of, code, nas)

    def undecided(self, what: str, value: Value, line: int, of: str) -> None:
        """A problem where a condition is undecided, so that the default is taken."""
        if not value.codes:
            return
        nas = {code: self.reasons.na(code) for code in sorted(value.codes)}
        why = [(code, self._sentence(code, na)) for code, na in nas.items()]
        start = b.text(f"{what} of `{of}` is undecided, so the default is taken: ")
        message = b.concat([start, _chosen(value.code, why)])
        self._append(b.is_null(value.sql), b.text("RE509"), message, line, of, value.code, nas)

    def _sentence(self, code: int, na: NA) -> Sql:
        """What a code says, with its reason where that is only a place."""
        words = self.reasons.words(code)
        if na.text or not na.pointer:
            return words
        return b.concat([words, b.text(f" is {na.reason.replace('_', ' ')}")])

    def _append(
        self, test: Sql, mark: Sql, message: Sql, line: int, of: str, code: Sql, nas: dict[int, NA]
    ) -> None:
        pointers = {each: na.pointer for each, na in nas.items()}
        place = _by_code(code, pointers) if any(pointers.values()) else None
        found = self.named(test, f"{of} problem")
        self.problem_list.append(Problem(found, mark, message, line, of, place))

    def words_of(self, code: Sql, codes: Iterable[int]) -> Sql:
        """What a code says, which is one of some; codes that say the same are taken together."""
        return _chosen(code, [(each, self.reasons.words(each)) for each in sorted(codes)])

    def problems(self) -> tuple[Sql, ColumnType]:
        """The list of all problems that there are, and its type."""
        kind = list_of(PROBLEM)
        none = self.dialect.list_of([], PROBLEM)
        if not self.problem_list:
            return none, kind
        entries = [
            b.case([(each.condition, self.dialect.record(each.fields()))]) for each in self.problem_list
        ]
        listed = self.dialect.kept(self.dialect.list_of(entries, PROBLEM), b.is_known)
        any_holds = b.disjunction([each.condition for each in self.problem_list])
        return b.case([(any_holds, listed)], none), kind


def _by_code(code: Sql, texts: dict[int, str]) -> Sql:
    """A text for each code; NULL for the empty text."""
    return _chosen(code, [(each, b.text(said) if said else b.null(TEXT)) for each, said in texts.items()])


def status_of(code: Sql, codes: Iterable[int]) -> Sql:
    """The reason that a code stands for, which is one of some."""
    return _chosen(code, [(each, b.text(reason_of(each))) for each in sorted(codes)])


def _chosen(code: Sql, said: list[tuple[int, Sql]]) -> Sql:
    """The SQL for a code which is one of those listed; equal ones stand there once."""
    groups: list[tuple[Sql, list[int]]] = []
    for each, sql in said:
        known = next((codes for found, codes in groups if found == sql), None)
        if known is None:
            groups.append((sql, [each]))
        else:
            known.append(each)
    if not groups:
        return b.null(TEXT)
    tests = [(b.one_of(code, [b.integer(each) for each in codes]), sql) for sql, codes in groups]
    return b.case(tests[:-1], tests[-1][1])

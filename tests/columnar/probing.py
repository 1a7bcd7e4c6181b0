"""Values of outputs by SQL and by the evaluator, both as Python values with their NA.

Inside the evaluator an output is caught before it is written to the result, so that its NA can be compared too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import frozen

import ruleengine
from ruleengine.columnar import build as b
from ruleengine.columnar.definitions import DefinitionEmitter
from ruleengine.columnar.dialect import Dialect
from ruleengine.columnar.reasons import Reasons
from ruleengine.columnar.stages import Owner, tables_of
from ruleengine.columnar.types import INTEGER, FactColumn, fact_columns
from ruleengine.columnar.value import CODE, PLAIN, VALUE, Form, Value, code_field
from ruleengine.evaluator.generate import GLOBALS
from ruleengine.evaluator.results import RESULT_GLOBALS
from ruleengine.evaluator.work import AccountProblems
from ruleengine.tree import ruleset as r
from ruleengine.tree.magnitude import magnitude
from ruleengine.tree.source_text import SourceText
from ruleengine.values import NA, OWN_RECORD, Kind, Type

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def load(folder: Path, schema: dict[str, Any], rules: str) -> ruleengine.Ruleset:
    """A ruleset of some rules over a schema."""
    for name in ("rulesets/shop", "schemas/shop"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    text = "ruleset shop 1.0.0 { facts shop 1 }\n" + rules
    (folder / "rulesets/shop/1.0.0.rules").write_text(text, encoding="utf-8")
    (folder / "schemas/shop/1.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    return ruleengine.load(
        "shop@1.0.0", rulesets=folder / "rulesets", schemas=folder / "schemas", cache=False
    )


# ── The evaluator ───────────────────────────────────────────────────────────────────────────────────────────────────


def evaluated(
    ruleset: ruleengine.Ruleset, documents: Iterable[dict[str, Any]], as_of: str
) -> list[dict[str, Any]]:
    """The value of each output for each document, in the evaluator's own form: dates are numbers, NA is an NA."""
    evaluator = ruleset.evaluator
    module = evaluator.generated(True)
    found: dict[str, Any] = {}

    def caught(value: Any, show: Any, line: int, name: str, problems: Any) -> Any:
        found[name] = value

    namespace: dict[str, Any] = {**GLOBALS, **RESULT_GLOBALS, **module.objects, "output_result": caught}
    exec(
        compile(module.text, "<probed>", "exec"), namespace
    )  # the program under test, with one function replaced
    day = date.fromisoformat(as_of).toordinal()
    every = []
    for document in documents:
        found = {}
        namespace["trace"](document, day, evaluator.months(day), AccountProblems(), None, None, None)
        every.append(found)
    return every


# ── SQL ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Probe(DefinitionEmitter):
    """Emits lets and outputs."""

    def __init__(self, ruleset: ruleengine.Ruleset, dialect: Dialect, as_of: str) -> None:
        lines = {path: source.text.split("\n") for path, source in ruleset.sources.items()}
        day = date.fromisoformat(as_of).toordinal()
        super().__init__(ruleset.program, dialect, day, SourceText(lines))
        self._facts = {}
        self.magnitudes = {}
        self.outputs: dict[str, Value] = {}
        for step in ruleset.program.steps:
            if isinstance(step, r.Let):
                self.variables[step.name] = self.value_of(step.value, step.label)
                self.magnitudes[step.name] = magnitude(step.value, self.magnitudes)
            elif isinstance(step, r.Output):
                self.owner = Owner(step.name)
                self.outputs[step.name] = self.value_of(step.value, step.name)


@frozen(slots=True)
class Probed:
    """A query that gives `irregular`, and for each output its value and its code."""

    text: str
    facts: tuple[FactColumn, ...]
    outputs: dict[str, Value]
    reasons: Reasons

    def values(self, row: Sequence[Any]) -> dict[str, Any] | None:
        """The values of a row of the query; None of an irregular one."""
        if row[0]:
            return None
        names = list(self.outputs)
        pairs = zip(names, row[1::2], row[2::2], strict=True)
        return {name: self._value(self.outputs[name], found, code) for name, found, code in pairs}

    def _value(self, value: Value, found: Any, code: Any) -> Any:
        if found is None:
            assert value.codes, "a value that is never NA is NULL"
            assert code in value.codes, f"{code} is none of its codes"
            return self.reasons.na(code)
        return self._python(found, value.type, value.form)

    def _python(self, found: Any, kind: Type, form: Form) -> Any:
        if isinstance(found, datetime):
            return (found.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
        if isinstance(found, date):
            return found.toordinal()
        if isinstance(found, list) and kind.element is not None:
            element, inner = form.element or PLAIN, kind.element
            return [self._element(each, inner, element) for each in found]
        if kind.kind is Kind.RECORD and kind.unit == OWN_RECORD:
            return {each.name: self._field(found, each.name, each.type, form) for each in kind.fields}
        return found

    def _field(self, found: dict[str, Any], name: str, kind: Type, form: Form) -> Any:
        inner = form.fields.get(name, PLAIN)
        if found[name] is None:
            return self.reasons.na(found[code_field(name)])
        return self._python(found[name], kind, inner)

    def _element(self, each: Any, kind: Type, form: Form) -> Any:
        if not form.codes:
            assert each is not None
            return self._python(each, kind, form)
        if each[VALUE] is None:
            assert each[CODE] in form.codes
            return self.reasons.na(each[CODE])
        return self._python(each[VALUE], kind, form)


def probe(ruleset: ruleengine.Ruleset, dialect: Dialect, as_of: str, source: str = "facts") -> Probed:
    """The query for the outputs of a ruleset."""
    found = Probe(ruleset, dialect, as_of)
    tables = [(name, select) for _, name, select in tables_of(found.stages.columns, source)]
    shown = [b.disjunction(found.beyond[0])]
    for value in found.outputs.values():
        shown += [value.sql, value.code if value.codes else b.null(INTEGER)]
    columns = ", ".join(
        f"{dialect.text_of(sql)} AS {'irregular' if place == 0 else f'c{place}'}"
        for place, sql in enumerate(shown)
    )
    quote = "`" if dialect.name == "spark" else '"'
    parts = [f"{quote}{name}{quote} AS ({dialect.text_of(select)})" for name, select in tables]
    last = tables[-1][0] if tables else source
    head = f"WITH {', '.join(parts)} " if parts else ""
    text = f"{head}SELECT {columns} FROM {quote}{last}{quote} ORDER BY position"
    return Probed(text, fact_columns(ruleset.program), found.outputs, found.reasons)


# ── Comparing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def differences(
    probed: Probed, rows: Sequence[Sequence[Any]], expected: Sequence[dict[str, Any]]
) -> tuple[list[str], int]:
    """What differs between the rows of a query and the evaluator, and how many rows are irregular."""
    assert len(rows) == len(expected)
    found, irregular = [], 0
    for place, (row, wanted) in enumerate(zip(rows, expected, strict=True)):
        values = probed.values(row)
        if values is None:
            irregular += 1
            continue
        for name, value in values.items():
            if not alike(value, wanted[name]):
                found.append(f"{place} {name}: SQL {value!r}, evaluator {wanted[name]!r}")
    return found, irregular


def alike(found: Any, wanted: Any) -> bool:
    """Whether SQL gave what the evaluator did; records of the facts by the fields that the columns have."""
    if isinstance(wanted, NA) or isinstance(found, NA):
        same_class = isinstance(wanted, NA) and isinstance(found, NA)
        return same_class and (found.reason, found.describe(), found.code) == (
            wanted.reason, wanted.describe(), wanted.code
        )  # fmt: skip
    if isinstance(wanted, list) and isinstance(found, list):
        return len(found) == len(wanted) and all(map(alike, found, wanted))
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(alike(value, _raw_as_read(wanted.get(name), value)) for name, value in found.items())
    if isinstance(wanted, tuple):
        return bool(found == {"day": wanted[0], "value": wanted[1]})
    return bool(found == wanted) and isinstance(found, bool) == isinstance(wanted, bool)


def _raw_as_read(raw: Any, beside: Any) -> Any:
    """A raw value of a record of the facts in the form of what SQL gives."""
    if isinstance(raw, str) and isinstance(beside, datetime):
        return datetime.fromisoformat(raw).replace(tzinfo=None)
    if isinstance(raw, str) and isinstance(beside, date):
        return date.fromisoformat(raw)
    return raw

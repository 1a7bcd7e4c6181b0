"""The whole check of a schema file, as users run it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from ruleengine.diagnostics import Severity
from ruleengine.facts.check import check_schema

from .samples import CUSTOMER, with_properties


def check(folder: Path, document: Any, name: str = "1.schema.json") -> list[tuple[str, str, int]]:
    """Severity, message and line of each report."""
    file = folder / name
    file.write_text(document if isinstance(document, str) else json.dumps(document, indent=1))
    return [(report.severity.value, report.message, report.span.line) for report in check_schema(file)]


def test_a_sound_schema_has_no_report(tmp_path: Path) -> None:
    assert check(tmp_path, CUSTOMER) == []


def test_what_the_meta_schema_refuses_is_reported_once_with_its_place(tmp_path: Path) -> None:
    text = """{"type": "object",
 "required": "id",
 "properties": {
  "id": {"type": "string", "x-id": true,
   "minLength": -1}}}"""
    reports = check(tmp_path, text)
    assert [(severity, line) for severity, _, line in reports] == [("error", 2), ("error", 5)]
    assert all(message.startswith("no JSON Schema 2020-12: ") for _, message, _ in reports)


def test_a_fault_that_both_checks_find_is_reported_once(tmp_path: Path) -> None:
    reports = check(tmp_path, with_properties(x={"type": "text"}))
    assert [message for _, message, _ in reports] == ["`text` is no type"]


def test_reports_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    reports = check(tmp_path, with_properties(b={"type": "object"}, a={"type": "number", "x-unit": "mmol/L"}))
    assert [severity for severity, _, _ in reports] == ["error", "note"]
    assert reports[0][2] < reports[1][2]


def test_another_dialect_and_another_file_name(tmp_path: Path) -> None:
    old = {**CUSTOMER, "$schema": "http://json-schema.org/draft-07/schema#"}
    assert [severity for severity, _, _ in check(tmp_path, old)] == ["warning"]
    assert [severity for severity, _, _ in check(tmp_path, CUSTOMER, "schema.json")] == ["note"]


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.schema.json", tmp_path):
        (report,) = check_schema(path)
        assert (report.code, report.severity) == ("RE209", Severity.ERROR)


def test_keywords_of_the_wrong_type_never_raise(tmp_path: Path) -> None:
    keywords = [
        "type", "properties", "items", "enum", "const", "oneOf",
        "anyOf", "allOf", "$ref", "required", "format", "minimum",
        "exclusiveMaximum", "x-unit", "x-id", "x-secret", "x-example-range", "x-example-at-most",
        "description", "$defs", "prefixItems", "patternProperties", "$schema",
    ]  # fmt: skip
    odd: list[Any] = [None, 7, "x", [], {}, [[]], [{}], {"a": 1}, True, [None, "null"]]
    for keyword in keywords:
        for value in odd:
            check(tmp_path, {**CUSTOMER, keyword: value})
            check(tmp_path, with_properties(x={"type": "number", keyword: value}))
            check(tmp_path, with_properties(x={keyword: value}))


def test_jsonschema_is_imported_only_by_the_check() -> None:
    program = (
        "import sys, ruleengine.facts.readers, ruleengine.facts.check, ruleengine.facts.infer\n"
        "import ruleengine.generate\n"
        "print(sorted({'jsonschema', 'lark', 'click', 'rich'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"

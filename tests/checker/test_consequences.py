"""What stands in for a fault could be anything: no warning follows from it."""

from __future__ import annotations

from pathlib import Path

import ruleengine

ROOT = Path(__file__).parent.parent.parent
RULES = """ruleset example 1.0.0 { facts account 1 }
let priority = account.csm_prioritty default 3
output first = priority = 1
output chosen = (if account.csm_owned then account.csm_prioritty else 3) > 5
"""


def test_an_unknown_field_has_no_domain(tmp_path: Path) -> None:
    path = tmp_path / "example.rules"
    path.write_text(RULES, encoding="utf-8")
    found = ruleengine.check_file(path, schemas=ROOT / "schemas").diagnostics
    assert [(report.code, report.span.line) for report in found] == [("RE203", 2), ("RE203", 4)]

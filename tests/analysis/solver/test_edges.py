"""Terms on the edges: ends of months, leap days, zones, and numbers beside the tolerance of equal ones."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import ruleengine
from tests.analysis.small import AS_OF
from tests.analysis.solver.truth import compared
from tests.analysis.solver.wide import SCHEMA, triggers

pytest.importorskip("z3", reason="proofs need the extra `prove`")

DAYS = [
    "2024-02-29", "2024-01-31", "2023-12-31", "2024-03-31", "2023-02-28", "2023-03-01", "2020-02-29", "2024-03-01",
    "0001-01-01", "9999-12-31", "2025-02-28",
]  # fmt: skip
OF_DAYS = [
    "months since begun >= 1 month", "months since begun = 12 months", "years since begun >= 1", "years until begun >= 1",
    "months until begun >= 1 month", "quarters since begun = 0", "weeks since begun = 4", "begun + 1 month > as_of",
    "begun - 1 month >= as_of", "begun + 13 months <= as_of", "begun within 1 month", "begun within 12 months",
    "begun + 1 month >= as_of and begun + 1 month <= as_of", "begun + 40000 days > as_of", "begun - 800000 days < as_of",
    "begun + 24000 months > as_of", "begun > ends",
]  # fmt: skip
OF_MOMENTS = [
    "days since called = 1 day", "called within 1 day", "called > begun", "called = 2024-02-29", "called >= 2024-03-01",
    "months since called >= 1 month", "called in 2024-02-01..2024-02-29", "called > 2024-03-01T00:00:00-05:00",
    "called <= as_of", "called within 2 weeks",
]  # fmt: skip
OF_NUMBERS = [
    "load = 0.3", "load < 0.3", "load <= 0.3", "load > 0.3", "load >= 0.3", "load != 0.3", "load * 3 = 0.9",
    "load in 0.1..<0.3", "load in >0.1..0.3", "load in (0.1, 0.3)", "share = 33.3%", "share >= 0.3%", "1 / load > 0",
    "1 / load is invalid", "users / load >= 20", "load / users = 0.05", "abs(load) = 0.3", "min(load, 0.3) = 0.3",
    "load = users / 20", "load >= issues / 10", "(0 - load) = 0.3", "users / 6 + issues = 9",
]  # fmt: skip


def counts(
    folder: Path,
    conditions: list[str],
    documents: list[dict[str, Any]],
    zone: str = "UTC",
    as_of: date = AS_OF,
) -> tuple[list[str], int, int]:
    """What the terms deny of what the evaluator says of documents, how much they settle, and how much they leave open."""
    for name in ("rulesets/shop", "schemas/shop"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    header = f'ruleset shop 1.0.0 {{ facts shop 1 ; calendar zone "{zone}" }}\n'
    (folder / "rulesets/shop/1.0.0.rules").write_text(header + triggers(conditions), encoding="utf-8")
    (folder / "schemas/shop/1.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    ruleset = ruleengine.load(
        "shop@1.0.0", rulesets=folder / "rulesets", schemas=folder / "schemas", cache=False
    )
    found = compared(ruleset, documents, as_of)
    return found.denied, found.counts["only"], found.counts["open"]


@pytest.mark.parametrize("as_of", ["2024-02-29", "2024-03-31"])
def test_days(tmp_path: Path, as_of: str) -> None:
    documents = [
        {"id": "x", "begun": begun, "ends": ends} for begun, ends in zip(DAYS, DAYS[::-1], strict=True)
    ]
    found = counts(tmp_path, OF_DAYS, documents, as_of=date.fromisoformat(as_of))
    assert found == ([], len(OF_DAYS) * len(DAYS), 0)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_moments_by_zone(tmp_path: Path, zone: str) -> None:
    """Beside UTC a day is told within one, so that much stays open; nothing is denied."""
    moments = ["2024-03-01T03:00:00Z", "2024-02-29T23:30:00-05:00", "2024-03-01T04:59:59.999999Z", "2024-03-01T05:00:00Z"]  # fmt: skip
    documents = [{"id": "x", "called": moment, "begun": "2024-02-29"} for moment in moments]
    denied, settled, left = counts(tmp_path, OF_MOMENTS, documents, zone)
    assert denied == []
    assert settled + left == len(OF_MOMENTS) * len(moments)
    assert (left == 0) is (zone == "UTC")


def test_numbers_beside_edges(tmp_path: Path) -> None:
    loads = [0.3, 0.1, 0.30000000001, 0.3000000002, 0.29999999995, 0.2999999998, -0.3, 1e-11, 0, 2.5, 10]
    documents: list[dict[str, Any]] = [
        {"id": "x", "load": load, "users": 6 * number, "issues": number - 9, "share": max(load, 0)}
        for number, load in enumerate(loads)
    ]
    assert counts(tmp_path, OF_NUMBERS, documents) == ([], len(OF_NUMBERS) * len(loads), 0)

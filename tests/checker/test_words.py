"""The words of all reports of the conformance suite are as they were when they were last read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.checker.words import FILE, said_by, with_reports
from tests.conformance.suite import Group

KEPT = json.loads(FILE.read_text(encoding="utf-8"))
GROUPS = with_reports()


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_reports_say_what_they_said(group: Group, tmp_path: Path) -> None:
    assert said_by(group, tmp_path) == KEPT[str(group)], "where this is meant: python -m tests.checker.words"


def test_nothing_is_kept_that_nobody_says() -> None:
    assert sorted(KEPT) == sorted(map(str, GROUPS))

"""What tests of the checker share: a folder for a ruleset `case` beside the schemas of the cases that are rejected."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

SCHEMAS = Path(__file__).parent.parent / "cases" / "errors" / "schemas"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder, one for each module."""
    found = tmp_path_factory.mktemp("checked")
    shutil.copytree(SCHEMAS, found / "schemas")
    (found / "rulesets" / "case").mkdir(parents=True)
    return found

"""The command on hostile texts: exit code 3, one report, no traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.test_texts import HEADER, folder, write
from tests.hostile.texts import ALL

__all__ = ["folder"]

BY_NAME = {hostile.name: hostile for hostile in ALL}
CHOSEN = (
    "100000 lists",
    "100000 groups",
    "100000 closing }",
    "5,000 terms",
    "a circle of 2,000 lets",
    "half a character",
)


def check(selector: Path | str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "ruleengine", "check", str(selector), "--rulesets", str(folder)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", CHOSEN)
def test_one_report_and_exit_code_3(name: str, folder: Path) -> None:
    hostile = BY_NAME[name]
    done = check(write(folder, (HEADER + hostile.text).encode()), folder)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert all(f"error[{code}]" in done.stdout for code in hostile.codes)
    assert f"1.0.0.rules:{hostile.line}:" in done.stdout
    assert len(done.stdout) < 50_000


@pytest.mark.parametrize("output_format", ["tree", "json", "markdown"])
def test_a_hundred_scorecards_in_one_another_are_explained(output_format: str, folder: Path) -> None:
    write(folder, (HEADER + BY_NAME["100 scorecards in one another"].text).encode())
    facts = folder / "facts.ndjson"
    facts.write_text('{"id": "plain", "a": 3}\n', encoding="utf-8")
    words = [
        sys.executable, "-m", "ruleengine", "explain", "hostile@1", str(facts), "--id", "plain", "--as-of", "2024-03-01",
        "--rulesets", str(folder), "--format", output_format,
    ]  # fmt: skip
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "s99" in done.stdout


def test_a_folder_without_rulesets_is_a_fault(folder: Path) -> None:
    done = check(f"{folder}/hostile/", folder)
    assert done.returncode == 3
    assert "error[RE211]: there is no ruleset in" in done.stdout


@pytest.mark.parametrize(
    "selector", [f"hostile@{'9' * 200}", f"{'x' * 200}", "../hostile", "hostile@..", "hostile@1.0.0@2"]
)
def test_selectors_that_select_nothing(selector: str, folder: Path) -> None:
    done = check(selector, folder)
    assert done.returncode == 3
    assert "error[RE211]" in done.stdout

"""The project as a whole: one version, codes that are raised, links that lead somewhere, nothing of one machine."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import ruleengine
from ruleengine.diagnostics import CODES
from ruleengine.version import __version__

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (".ci", "benchmarks", "docs", "examples", "ruleengine", "rulesets", "schemas", "tests")
TEXTS = sorted(
    path
    for path in (
        *ROOT.glob("*.*"),
        ROOT / "LICENSE",
        *(each for name in FOLDERS for each in (ROOT / name).rglob("*")),
    )
    if path.is_file() and "__pycache__" not in path.parts and path.suffix not in (".pyc", ".gz")
)
#: Folders of a machine, or of a person on it. They are put together here so that this file does not hold them.
LOCAL = re.compile(rf"(?<![\w.])/(?:{'|'.join(('work', 'root', 'home', 'Users', 'tmp/venv'))})/", re.ASCII)
PAGES = [path for path in TEXTS if path.suffix == ".md"]
_LINK = re.compile(r"\]\(([^)\s#]+)")
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def test_there_is_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == __version__ == ruleengine.__version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_code_is_raised_somewhere() -> None:
    files = [path for path in (ROOT / "ruleengine").rglob("*.py") if path.name != "codes.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert [code for code in CODES if not re.search(rf"['\"]{code}['\"]", text)] == []


def test_nothing_speaks_of_one_machine() -> None:
    assert LOCAL.search("see " + "/".join(("", "home", "someone", "notes")))
    found = []
    for path in TEXTS:
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if LOCAL.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_files_lead_somewhere(page: Path) -> None:
    prose = _FENCED.sub("", page.read_text(encoding="utf-8"))
    links = [link for link in _LINK.findall(prose) if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in links if not (page.parent / link).exists()] == []

"""One browser for all tests of the stage. Without Chromium the stage fails, and says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ruleengine.cli.main import ruleengine as command_line
from tests.browser.chromium import Chromium, find_chromium, open_chromium

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "customer_health@2.0.0",
    "customer_health@1.0.0",
    "account_triage",
    "renewal_signals",
    "early_warning",
)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Nothing here may pass for lack of a browser."""
    try:
        find_chromium()
    except RuntimeError as error:
        pytest.exit(str(error), returncode=1)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """A headless browser."""
    with open_chromium() as found:
        yield found


@pytest.fixture(scope="session", params=PAGES)
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page as the command writes it."""
    return write_page(request.param, tmp_path_factory.mktemp("pages"))


def write_page(selector: str, folder: Path) -> Path:
    """Write the page of a ruleset of this repository."""
    path = folder / f"{selector.replace('@', '-')}.html"
    arguments = [
        "docs",
        selector,
        "--rulesets",
        str(ROOT / "rulesets"),
        "--out",
        str(path),
        "--as-of",
        "2024-03-01",
    ]
    with pytest.raises(SystemExit) as left:
        command_line.main(arguments)
    assert left.value.code == 0
    return path

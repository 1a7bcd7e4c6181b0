"""The pytest plugin: tests of rulesets in Python, snapshots of explanations, and `.test.rules` files as pytest items.

In: `@pytest.mark.ruleset(…)`, options and ini settings, test files that pytest comes by. Out: fixtures and test items.
Guaranteed: a run that uses nothing of it imports nothing of the engine; no test depends on today's date; a fault of a
marker, a ruleset, a test file or facts is one readable message and no traceback. pytest and syrupy are imported
nowhere else, and syrupy only where it is installed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ruleengine.pytest_plugin import fixtures

if TYPE_CHECKING:
    from ruleengine.pytest_plugin.accounts import Accounts
    from ruleengine.pytest_plugin.case_items import RulesetWarning
    from ruleengine.pytest_plugin.scoring import Changing, Explaining, Scoring
    from ruleengine.pytest_plugin.snapshots import ExplanationSnapshotExtension

__all__ = ["Accounts", "Changing", "Explaining", "ExplanationSnapshotExtension", "RulesetWarning", "Scoring"]

#: What test files of rulesets are called; the workspace says the same, and is not imported for it.
TESTS_SUFFIX = ".test.rules"
_PLACES = {
    "Accounts": "accounts",
    "Changing": "scoring",
    "ExplanationSnapshotExtension": "snapshots",
    "Explaining": "scoring",
    "RulesetWarning": "case_items",
    "Scoring": "scoring",
}
_MARKERS = (
    "ruleset(selector, *, as_of, facts, previous, rulesets, schemas): the ruleset that a test is about, the day as of "
    "which it scores, and the files of its accounts; what is left out is taken from the class or the module",
    "ruleset_case: a case of a test file of rulesets (`VERSION.test.rules`)",
)


def __getattr__(name: str) -> Any:
    """Import a name for annotations, or the extension for snapshots, when it is first used."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options and ini settings."""
    group = parser.getgroup("ruleengine", "rulesets (ruleengine)")
    group.addoption(
        "--ruleset-as-of", metavar="DATE", default=None,
        help="Score as of this day, such as 2024-03-01, in tests whose marker says none.",
    )  # fmt: skip
    group.addoption(
        "--no-ruleset-tests", action="store_true", default=False, help="Do not collect `.test.rules` files."
    )
    parser.addini("ruleset_as_of", "the day as of which tests score whose marker says none", default="")
    parser.addini("ruleset_tests", "collect `.test.rules` files (default: true)", type="bool", default=True)
    parser.addini("ruleset_folder", "the folder with the rulesets (default: rulesets)", default="")
    parser.addini(
        "ruleset_schemas", "the folder with the fact schemas (default: beside the rulesets)", default=""
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers and the fixture for snapshots; refuse a default day that is none."""
    for line in _MARKERS:
        config.addinivalue_line("markers", line)
    if config.getoption("ruleset_as_of") or config.getini("ruleset_as_of"):
        from ruleengine.pytest_plugin.settings import default_day

        default_day(config)
    has_syrupy = config.pluginmanager.hasplugin("syrupy")
    holder = fixtures.FixtureOfSyrupy() if has_syrupy else fixtures.FixtureWithoutSyrupy()
    config.pluginmanager.register(fixtures, "ruleengine-fixtures")
    config.pluginmanager.register(holder, "ruleengine-snapshots")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Test files of rulesets are collected wherever pytest comes by."""
    if not file_path.name.endswith(TESTS_SUFFIX):
        return None
    config = parent.config
    if config.getoption("no_ruleset_tests") or not config.getini("ruleset_tests"):
        return None
    from ruleengine.pytest_plugin.case_items import RulesetTestFile

    return RulesetTestFile.from_parent(parent, path=file_path)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Check the markers of a test, and make one test of each account where it asks for `account`."""
    wants_account = fixtures.ACCOUNT in metafunc.fixturenames
    if wants_account or next(metafunc.definition.iter_markers("ruleset"), None) is not None:
        from ruleengine.pytest_plugin.workbench import workbench_of

        bench = workbench_of(metafunc.config)
        wish = bench.wish(metafunc.definition)
        if wants_account:
            known = bench.accounts(wish, "account")
            metafunc.parametrize(fixtures.ACCOUNT, list(known), indirect=True, ids=bench.names(wish))

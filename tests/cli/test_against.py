"""What a working tree changes against a revision: which files are compared with which, and what is told instead."""

from __future__ import annotations

import os
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from ruleengine.api import RulesetError
from ruleengine.cli.against import changes_against
from ruleengine.cli.revisions import NotInRevision
from ruleengine.cli.sides import Opener
from tests.cli.repository import commit, edit, git, repository

__all__ = ["repository"]

RULES = Path("rulesets/demo/1.0.0.rules")
IMPORTER = """\
ruleset NAME 1.0.0 {
  facts thing 1
}

import demo VERSION (seat_use, rag)

scorecard use "Use" {
  bands rag
  seat_use
}
"""


def against(*selectors: str, revision: str = "main") -> tuple[list[str], list[str]]:
    """Pairs as `new < old`, and what is told."""
    with ExitStack() as stack:
        found = changes_against(revision, Opener(stack, (None, None), date(2024, 6, 1)), selectors)
        pairs = [f"{each.new} < {found.taken.shown(str(each.old))}" for each in found.pairs]
        return [pair.replace("rulesets/", "") for pair in pairs], list(found.told)


def write(name: str, version: str, text: str) -> None:
    path = Path(f"rulesets/{name}/{version}.rules")
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def importer(name: str, version: str = "1.0.0") -> None:
    write(name, "1.0.0", IMPORTER.replace("NAME", name).replace("VERSION", version))


def next_version(version: str) -> None:
    write("demo", version, RULES.read_text(encoding="utf-8").replace("demo 1.0.0", f"demo {version}"))


def test_nothing_changed(repository: Path) -> None:
    assert against() == ([], [])


def test_a_file_that_changed(repository: Path) -> None:
    importer("other")
    commit(repository)
    write("other", "1.0.0", "# nothing else\n")
    assert against() == (["other/1.0.0.rules < other/1.0.0.rules@main"], [])


def test_line_ends_are_no_change(repository: Path) -> None:
    RULES.write_bytes(RULES.read_bytes().replace(b"\n", b"\r\n"))
    assert against() == ([], [])


def test_rulesets_that_rest_on_what_changed(repository: Path) -> None:
    importer("reader")
    write("far", "1.0.0", IMPORTER.replace("NAME", "far").replace("demo VERSION", "reader 1.0.0"))
    write("apart", "1.0.0", "ruleset apart 1.0.0 { facts thing 1 }\n")
    commit(repository)
    edit(RULES, "green when >= 10", "green when >= 12")
    assert against()[0] == [
        "demo/1.0.0.rules < demo/1.0.0.rules@main",
        "far/1.0.0.rules < far/1.0.0.rules@main",
        "reader/1.0.0.rules < reader/1.0.0.rules@main",
    ]
    commit(repository)
    edit(repository / "schemas/thing/1.schema.json", '"small"', '"tiny"')
    assert len(against()[0]) == 4
    assert against("apart@1", "far")[0] == [
        "apart/1.0.0.rules < apart/1.0.0.rules@main",
        "far/1.0.0.rules < far/1.0.0.rules@main",
    ]


def test_rulesets_that_import_each_other_are_followed_once(repository: Path) -> None:
    write("one", "1.0.0", IMPORTER.replace("NAME", "one").replace("demo VERSION", "two 1.0.0"))
    write("two", "1.0.0", IMPORTER.replace("NAME", "two").replace("demo VERSION", "one 1.0.0"))
    commit(repository)
    assert against() == ([], [])
    edit(Path("rulesets/one/1.0.0.rules"), '"Use"', '"Usage"')
    assert len(against()[0]) == 2


def test_a_new_version_is_compared_with_the_one_below_it(repository: Path) -> None:
    next_version("1.2.0")
    next_version("1.10.0")
    assert against() == (
        [
            "demo/1.2.0.rules < demo/1.0.0.rules@main",
            "demo/1.10.0.rules < demo/1.2.0.rules",
        ],
        [],
    )
    git(repository, "add", "-A")  # whether git knows of a new file makes no difference
    assert against("demo@1.2")[0] == ["demo/1.2.0.rules < demo/1.0.0.rules@main"]


def test_a_version_that_was_renamed(repository: Path) -> None:
    next_version("2.0.0")
    RULES.unlink()
    assert against() == (
        ["demo/2.0.0.rules < demo/1.0.0.rules@main"],
        ["`rulesets/demo/1.0.0.rules` is deleted; it was there at `main`"],
    )
    assert against("demo@1") == ([], ["`rulesets/demo/1.0.0.rules` is deleted; it was there at `main`"])


def test_what_has_nothing_below_it(repository: Path) -> None:
    importer("reader")
    next_version("0.9.0")
    assert against() == (
        [],
        [
            "`rulesets/demo/0.9.0.rules` is new, and there is no version below it to compare it with",
            "`rulesets/reader/1.0.0.rules` is new, and there is no version below it to compare it with",
        ],
    )


def test_a_revision_without_rulesets(repository: Path) -> None:
    git(repository, "rm", "-q", "-r", "--cached", "rulesets")
    git(repository, "commit", "-q", "-m", "None")
    assert against() == (
        [],
        ["`rulesets/demo/1.0.0.rules` is new, and there is no version below it to compare it with"],
    )


def test_tests_of_rulesets_are_no_rulesets(repository: Path) -> None:
    write("demo", "1.0.0.test", "# a test\n")
    assert against() == ([], [])


@pytest.mark.parametrize(
    "selector", ["demo", "demo@1", "demo@1.0.0", str(RULES), os.path.abspath(RULES)[:0] + "./" + str(RULES)]
)
def test_selectors_narrow_it_down(selector: str, repository: Path) -> None:
    importer("reader")
    commit(repository)
    edit(RULES, "green when >= 10", "green when >= 12")
    assert against(selector)[0] == [f"{RULES.relative_to('rulesets')} < demo/1.0.0.rules@main"]


@pytest.mark.parametrize("selector", ["dmeo", "demo@7", "rulesets/demo/7.0.0.rules"])
def test_what_means_nothing_is_refused(selector: str, repository: Path) -> None:
    with pytest.raises(RulesetError):
        against(selector)


def test_an_unknown_revision(repository: Path) -> None:
    with pytest.raises(NotInRevision):
        against(revision="mian")


def test_from_a_folder_below(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(RULES, "green when >= 10", "green when >= 12")
    monkeypatch.chdir(repository / "rulesets" / "demo")
    assert against("./1.0.0.rules")[0] == [f"{repository}/demo/1.0.0.rules < 1.0.0.rules@main"]

"""Rulesets out of git: what a revision holds, how its files are named, and what is said when something is not there."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from ruleengine.api import RulesetError
from ruleengine.cli.revisions import GitFailed, NotInRevision, checked_out, open_repository
from ruleengine.cli.sides import Opener, Side
from ruleengine.workspace import Workspace, open_workspace
from tests.cli.repository import commit, edit, git, repository

__all__ = ["repository"]

RULES = Path("rulesets/demo/1.0.0.rules")


def sides(old: str, new: str, rulesets: str | None = None) -> tuple[tuple[str, str], tuple[str, str]]:
    """Titles and files of the two sides that selectors mean."""
    with ExitStack() as stack:
        found = Opener(stack, (rulesets, None), date(2024, 6, 1)).both(old, new)
        return _told(found[0]), _told(found[1])


def _told(side: Side) -> tuple[str, str]:
    return side.ruleset.title, side.shown(str(side.ruleset.path))


def refused(old: str, new: str = "demo@1") -> str:
    """What is said about two selectors that mean nothing."""
    with pytest.raises((NotInRevision, RulesetError, GitFailed)) as raised:
        sides(old, new)
    error = raised.value
    if isinstance(error, GitFailed):
        return str(error.diagnostic)
    assert isinstance(error, NotInRevision | RulesetError)
    [report] = error.diagnostics
    return str(report)


def renamed(title: str) -> None:
    text = RULES.read_text(encoding="utf-8")
    before = text.partition('title      "')[2].partition('"')[0]
    edit(RULES, f'title      "{before}"', f'title      "{title}"')


def test_a_hook_of_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", ".git")
    renamed("Working")
    assert sides("git:main", "demo@1")[0] == ("Demo", "rulesets/demo/1.0.0.rules@main")


@pytest.mark.parametrize(
    ("selector", "shown"),
    [
        ("git:main", "rulesets/demo/1.0.0.rules@main"),
        ("git:main:", "rulesets/demo/1.0.0.rules@main"),
        ("git:HEAD:rulesets/demo/1.0.0.rules", "rulesets/demo/1.0.0.rules@HEAD"),
        ("git:main:demo@1", "rulesets/demo/1.0.0.rules@main"),
        ("git:main:demo@1.0.0", "rulesets/demo/1.0.0.rules@main"),
        ("git:main:demo", "rulesets/demo/1.0.0.rules@main"),
    ],
)
def test_a_ruleset_as_it_was(selector: str, shown: str, repository: Path) -> None:
    renamed("Working")
    assert sides(selector, "demo@1") == (("Demo", shown), ("Working", "rulesets/demo/1.0.0.rules"))
    assert sides("demo@1", selector) == (("Working", "rulesets/demo/1.0.0.rules"), ("Demo", shown))


def test_two_revisions(repository: Path) -> None:
    renamed("Second")
    commit(repository)
    renamed("Third")
    found = sides("git:HEAD~1", "git:HEAD:demo@1")
    assert found == (
        ("Demo", "rulesets/demo/1.0.0.rules@HEAD~1"),
        ("Second", "rulesets/demo/1.0.0.rules@HEAD"),
    )


def test_the_schema_is_that_of_the_revision(repository: Path) -> None:
    edit(repository / "schemas/thing/1.schema.json", '"small"', '"tiny"')
    commit(repository)
    with ExitStack() as stack:
        old, new = Opener(stack, (None, None), date(2024, 6, 1)).both("git:HEAD~1", "demo@1")
        assert old.ruleset.digest != new.ruleset.digest
        words = [each.type.choices for side in (old, new) for each in side.ruleset.facts_model.root.fields]
    assert ("small", "large") in words
    assert ("tiny", "large") in words


def test_paths_are_meant_from_the_current_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "rulesets" / "demo")
    shown = ("Demo", "1.0.0.rules@main")
    assert sides("git:main:./1.0.0.rules", "1.0.0.rules")[0] == shown
    assert sides("git:main", "1.0.0.rules")[0] == shown
    assert sides("git:main:rulesets/demo/1.0.0.rules", "1.0.0.rules")[0] == shown
    assert sides("git:main:demo", "../../rulesets/demo/1.0.0.rules", "..")[0] == shown


def test_a_project_below_the_top_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = tmp_path / "project"
    (top / "inner").mkdir()
    for name in ("rulesets", "schemas"):
        (top / name).rename(top / "inner" / name)
    git(top, "init", "-q", "-b", "main")
    commit(top)
    monkeypatch.chdir(top / "inner")
    assert sides("git:main", "demo@1")[0] == ("Demo", "rulesets/demo/1.0.0.rules@main")
    monkeypatch.chdir(top)
    path = "inner/rulesets/demo/1.0.0.rules"
    assert sides("git:main", path)[0] == ("Demo", f"{path}@main")
    assert sides(f"git:main:{path}", path)[0] == ("Demo", f"{path}@main")
    monkeypatch.chdir(tmp_path)
    assert sides("git:main", f"project/{path}")[0] == ("Demo", f"project/{path}@main")


def test_a_reader_of_several_versions(repository: Path) -> None:
    second = RULES.with_name("2.0.0.rules")
    text = RULES.read_text(encoding="utf-8").replace("demo 1.0.0", "demo 2.0.0")
    second.write_text(text.replace("2024-01-01", "2025-01-01"), encoding="utf-8")
    commit(repository)
    assert sides("git:main:demo", "demo@2")[0][1] == "rulesets/demo/1.0.0.rules@main"
    assert refused("git:HEAD~1:demo@2").startswith(
        "<command line>:1:1: error[RE211]: `demo` has no version 2"
    )


@pytest.mark.parametrize(
    ("selector", "says"),
    [
        ("git:mian", "git knows no revision `mian` (did you mean `main`?)"),
        ("git:0123456", "git knows no revision `0123456` (write a branch, a tag or a commit"),
        ("git:", "`` is no revision"),
        ("git:--output=x", "`--output=x` is no revision"),
        ("git:-h:demo", "`-h` is no revision"),
        ("git:main:rulesets/demo/1.0.1.rules", "there is no file `rulesets/demo/1.0.1.rules` at `main` (did you mean `1.0.0.rules`?)"),
        ("git:main:rulesets/none/1.0.0.rules", "there is no folder `rulesets/none` at `main`"),
        ("git:main:nothing@1", "there is no ruleset `nothing` in `rulesets@main`"),
        ("git:main:demo@7", "`demo` has no version 7 (there is 1.0.0)"),
        ("git:main:../../etc/x.rules", "there is no file `../../etc/x.rules` at `main`"),
    ],
)  # fmt: skip
def test_what_is_not_there(selector: str, says: str, repository: Path) -> None:
    assert says in refused(selector)


def test_a_ruleset_that_was_broken(repository: Path) -> None:
    edit(RULES, "value    seats", "value    saets")
    commit(repository)
    edit(RULES, "value    saets", "value    seats")
    with pytest.raises(RulesetError) as raised:
        sides("git:main", "demo@1")
    [report] = raised.value.diagnostics
    assert str(report).startswith("rulesets/demo/1.0.0.rules@main:16:12: error[RE2")
    assert list(raised.value.sources) == ["rulesets/demo/1.0.0.rules@main"]
    assert "ruleengine-" not in str(report)


def test_no_repository(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert f"`{project / RULES.parent}` is not in a git repository" in refused("git:main")


def test_no_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable) + "/nothing")
    assert "git is not installed" in refused("git:main")


def test_a_repository_without_a_commit(project: Path) -> None:
    git(project, "init", "-q", "-b", "main")
    assert "the repository has no commit yet" in refused("git:HEAD")


def test_a_shallow_clone_says_so(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed("Second")
    commit(repository)
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    assert "the clone is shallow" in refused("git:HEAD~1")


def test_rulesets_that_are_not_there_at_a_revision(repository: Path) -> None:
    git(repository, "rm", "-q", "-r", "rulesets")
    git(repository, "commit", "-q", "-m", "None")
    git(repository, "checkout", "-q", "HEAD~1")
    with pytest.raises(NotInRevision) as raised:
        sides("git:main:demo", "demo@1")
    assert "there is no ruleset in `rulesets` at `main`" in str(raised.value)


def test_links_inside_are_followed_and_those_that_lead_out_are_not(repository: Path, tmp_path: Path) -> None:
    (repository / "schemas").rename(repository / "kept")
    (repository / "schemas").symlink_to("kept")
    (repository / "rulesets/demo/2.0.0.rules").symlink_to("1.0.0.rules")
    (tmp_path / "secret.json").write_text("{}", encoding="utf-8")
    (repository / "rulesets/demo/3.0.0.rules").symlink_to(tmp_path / "secret.json")
    (repository / "rulesets/demo/4.0.0.rules").symlink_to("../../../secret.json")
    commit(repository)
    revision = open_repository(repository).revision("main")
    with checked_out(revision, Workspace(repository / "rulesets", repository / "schemas")) as there:
        names = sorted(each.name for each in (there.workspace.rulesets / "demo").iterdir())
        assert names == ["1.0.0.rules", "2.0.0.rules"]
        assert (there.workspace.rulesets / "demo/2.0.0.rules").read_bytes() == RULES.read_bytes()
        assert (there.workspace.schemas / "thing/1.schema.json").is_file()
        folder = there.folder
    assert not folder.exists()


def test_the_working_tree_is_left_alone(repository: Path) -> None:
    renamed("Working")
    (repository / "new.txt").write_text("x", encoding="utf-8")
    git(repository, "add", "new.txt")
    before = git(repository, "status", "--porcelain")
    sides("git:main", "demo@1")
    assert git(repository, "status", "--porcelain") == before
    assert sides("git:main", "demo@1")[1][0] == "Working"


def test_nothing_of_a_revision_is_kept_in_the_cache(repository: Path, tmp_path: Path) -> None:
    sides("git:main", "git:main:demo@1")
    cache = tmp_path / "cache"
    assert not cache.exists() or not list(cache.rglob("*.json"))


def test_names_of_files_with_unusual_letters(repository: Path) -> None:
    folder = repository / "rül es"
    (repository / "rulesets").rename(folder)
    commit(repository)
    path = "rül es/demo/1.0.0.rules"
    assert sides("git:main", path)[0] == ("Demo", f"{path}@main")


def test_a_schemas_folder_elsewhere_is_taken_as_it_is(repository: Path, tmp_path: Path) -> None:
    (repository / "schemas").rename(tmp_path / "schemas")
    commit(repository)
    with ExitStack() as stack:
        opener = Opener(stack, (None, str(tmp_path / "schemas")), date(2024, 6, 1))
        assert _told(opener.both("git:main", "demo@1")[0])[0] == "Demo"
    assert open_workspace().rulesets == Path("rulesets")

"""Revisions of git that nobody should trust: their trees, their links, and what a repository is set up to do."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from ruleengine.cli import revisions
from ruleengine.cli.revisions import GitFailed, NotInRevision, checked_out, open_repository
from ruleengine.workspace import Workspace
from tests.cli.conftest import project
from tests.cli.project import AS_OF, run
from tests.cli.repository import commit, edit, git, repository
from tests.hostile.revisions import Trees

__all__ = ["project", "repository"]


def taken_out(folder: Path, name: str = "hostile") -> dict[str, str]:
    """The files and links of a revision as they are taken out, each with what it holds or leads to."""
    workspace = Workspace(folder / "rulesets", folder / "schemas")
    with checked_out(open_repository(folder).revision(name), workspace) as there:
        return {
            path.relative_to(there.folder).as_posix(): os.readlink(path)
            if path.is_symlink()
            else path.read_text()
            for path in there.folder.rglob("*")
            if not path.is_dir() or path.is_symlink()
        }


def refused(folder: Path) -> str:
    with pytest.raises(GitFailed) as raised:
        taken_out(folder)
    return str(raised.value)


@pytest.mark.parametrize("name", ["..", ".", ".git", ".GIT", "/tmp"])
def test_names_that_lead_elsewhere(name: str, repository: Path, tmp_path: Path) -> None:
    trees = Trees(repository)
    stolen = trees.tree(trees.inside(f"x{tmp_path}", trees.file("9.0.0.rules", b"")))
    trees.commit(trees.rules(("40000", name, stolen)), trees.schemas())
    assert "cannot be taken out: that is no name of a file" in refused(repository)
    assert not list(tmp_path.rglob("9.0.0.rules"))


def test_nothing_is_written_above_the_folder(repository: Path, tmp_path: Path) -> None:
    trees = Trees(repository)
    above = trees.tree(
        trees.inside("..", trees.inside(str(tmp_path)[1:], trees.file("out.schema.json", b"{}")))
    )
    for _ in range(12):
        above = trees.tree(("40000", "..", above))
    trees.commit(trees.rules(("40000", "..", above)), trees.schemas())
    assert run("diff", "git:hostile", "demo@1", "--as-of", AS_OF).exit_code == 5
    assert not (tmp_path / "out.schema.json").exists()


def test_links_through_links_lead_nowhere_else(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.rules").write_text("root:x:0:0\n", encoding="utf-8")
    trees = Trees(repository)
    deep = trees.inside("a/b/c/d", trees.link("e", "../../../../../x"))
    goal = f"../a/b/c/d/e/../../..{tmp_path}/secret.rules"
    short = trees.inside(
        "other", trees.link("1.0.0.rules", goal), trees.link("2.0.0.rules", "../demo/1.0.0.rules")
    )
    trees.commit(
        trees.rules(deep, short), trees.schemas(), trees.inside("x", trees.file("x.schema.json", b"{}"))
    )
    found = taken_out(repository)
    assert "rulesets/other/1.0.0.rules" not in found
    assert found["rulesets/other/2.0.0.rules"] == "../demo/1.0.0.rules"
    outcome = run("diff", "git:hostile:other@1", "demo@1", "--as-of", AS_OF)
    assert outcome.exit_code == 3
    assert "root" not in outcome.output


@pytest.mark.parametrize(
    "goal", ["1.0.0.rules", "../other/1.0.0.rules", "/dev/zero", "/etc/passwd", "\x00", ""]
)
def test_links_to_nothing_to_devices_and_in_circles(goal: str, repository: Path) -> None:
    trees = Trees(repository)
    trees.commit(trees.rules(trees.inside("other", trees.link("1.0.0.rules", goal))), trees.schemas())
    assert sorted(taken_out(repository)) == ["rulesets/demo/1.0.0.rules", "schemas/thing/1.schema.json"]


def test_a_folder_that_is_a_link_too(repository: Path, tmp_path: Path) -> None:
    trees = Trees(repository)
    both = (
        trees.link("other", "../x"),
        trees.inside("other", trees.link("1.0.0.rules", "../demo/1.0.0.rules")),
    )
    trees.commit(trees.rules(*both), trees.schemas(), trees.inside("x", trees.file("x.schema.json", b"{}")))
    assert "x/1.0.0.rules" not in taken_out(repository)


def test_a_name_that_is_there_twice(repository: Path) -> None:
    trees = Trees(repository)
    twice = trees.inside("other", trees.file("1.0.0.rules", b"1"), trees.file("1.0.0.rules", b"2"))
    trees.commit(trees.rules(twice), trees.schemas())
    assert "`rulesets/other/1.0.0.rules` at `hostile` cannot be taken out: another name there" in refused(
        repository
    )


def test_a_name_that_no_disk_takes(repository: Path) -> None:
    trees = Trees(repository)
    trees.commit(trees.rules(trees.file(f"{'x' * 300}.rules", b"")), trees.schemas())
    assert "cannot be taken out: file name too long" in refused(repository)


def test_folders_without_end(repository: Path) -> None:
    """Eight folders in each of twelve: 68 thousand million files in a few hundred bytes."""
    trees = Trees(repository)
    inner = trees.tree(*(trees.file(f"{n}.rules", b"") for n in range(8)))
    for _ in range(11):
        inner = trees.tree(*(("40000", str(n), inner) for n in range(8)))
    trees.commit(trees.rules(("40000", "bomb", inner)), trees.schemas())
    assert "`rulesets` holds more than 20,000 files at `hostile`" in refused(repository)


def test_folders_without_end_and_without_a_ruleset(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "_MOST_PASSED", 5_000)
    trees = Trees(repository)
    inner = trees.tree(*(trees.file(f"{n}.txt", b"") for n in range(8)))
    for _ in range(11):
        inner = trees.tree(*(("40000", str(n), inner) for n in range(8)))
    trees.commit(trees.rules(("40000", "bomb", inner)), trees.schemas())
    assert "`rulesets` holds more than 5,000 files at `hostile`" in refused(repository)


def test_a_file_that_is_too_large(repository: Path) -> None:
    trees = Trees(repository)
    trees.commit(
        trees.rules(trees.inside("other", trees.file("1.0.0.rules", b"#" * (65 * 2**20)))), trees.schemas()
    )
    assert "rulesets and schemas of `hostile` hold more than 64 MB; one of them is `rulesets/" in refused(
        repository
    )


def test_attributes_change_nothing(repository: Path) -> None:
    """`export-subst` and `export-ignore` are for archives, filters for working trees."""
    (repository / ".gitattributes").write_text("*.rules export-ignore export-subst filter=x text eol=crlf\n")
    path = repository / "rulesets/demo/1.0.0.rules"
    path.write_bytes(b"# $Format:%H$\n" + path.read_bytes())
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "Attributes")
    assert taken_out(repository, "main")["rulesets/demo/1.0.0.rules"].startswith("# $Format:%H$\n")


def touching(name: str, repository: Path) -> str:
    """A command that leaves a trace when it is run."""
    return f"touch {repository.parent}/RUN-{name}; false"


def traces(repository: Path) -> list[str]:
    return sorted(each.name for each in repository.parent.glob("RUN-*"))


def promises(folder: Path, config: Path, command: str) -> None:
    """Make git believe that what it misses can be fetched, by a program of the repository's choice."""
    pairs = {
        "core.repositoryformatversion": "1", "extensions.partialClone": "evil", "remote.evil.promisor": "true",
        "remote.evil.url": f"file://{folder}", "remote.evil.uploadpack": command, "protocol.allow": "always",
    }  # fmt: skip
    for key, value in pairs.items():
        git(folder, "config", "--file", str(config), key, value)


def test_no_program_of_the_repository_is_run(repository: Path) -> None:
    programs = {
        "core.fsmonitor": "fsmonitor", "diff.external": "diff", "core.pager": "pager", "core.sshCommand": "ssh",
        "diff.x.textconv": "textconv", "filter.x.smudge": "smudge", "gpg.program": "gpg", "core.editor": "editor",
    }  # fmt: skip
    for key, name in programs.items():
        git(repository, "config", key, touching(name, repository))
    for name in ("rev-parse", "ls-tree", "cat-file"):
        git(repository, "config", f"alias.{name}", f"!{touching(name, repository)}")
    for name in ("post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc", "post-read"):
        hook = repository / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\n{touching(name, repository)}\n", encoding="utf-8")
        hook.chmod(0o755)
    (repository / ".gitattributes").write_text("*.rules diff=x filter=x\n", encoding="utf-8")
    assert run("diff", "--against", "main", "--as-of", AS_OF).exit_code == 0
    assert run("diff", "git:main", "demo@1", "--as-of", AS_OF).exit_code == 0
    assert traces(repository) == []


def test_nothing_is_fetched(repository: Path) -> None:
    blob = git(repository, "rev-parse", "main:rulesets/demo/1.0.0.rules")
    (repository / ".git/objects" / blob[:2] / blob[2:]).unlink()
    promises(repository, repository / ".git/config", touching("uploadpack", repository))
    outcome = run("diff", "git:main", "demo@1", "--as-of", AS_OF)
    assert outcome.exit_code == 5
    assert "the content of `rulesets/demo/1.0.0.rules` at `main` is not here" in outcome.output
    assert "`git fetch --refetch --no-filter` brings them" in outcome.output
    assert traces(repository) == []


def test_a_lost_content(repository: Path) -> None:
    blob = git(repository, "rev-parse", "main:rulesets/demo/1.0.0.rules")
    (repository / ".git/objects" / blob[:2] / blob[2:]).unlink()
    outcome = run("diff", "git:main", "demo@1", "--as-of", AS_OF)
    assert outcome.exit_code == 5
    assert "the repository is damaged; `git fsck` tells more" in outcome.output


def test_a_folder_of_the_tree_that_is_a_repository(repository: Path) -> None:
    """What is cloned may hold a folder that git takes for a bare repository, with a configuration of its own."""
    rulesets = repository / "rulesets"
    for name in ("objects", "refs/heads"):
        (rulesets / name).mkdir(parents=True)
    (rulesets / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    (rulesets / "refs/heads/main").write_text(f"{'1' * 40}\n", encoding="utf-8")
    (rulesets / "config").write_text("[core]\n\tworktree = .\n", encoding="utf-8")
    promises(repository, rulesets / "config", touching("uploadpack", repository))
    outcome = run("diff", "--against", "main", "--as-of", AS_OF)
    assert outcome.exit_code == 5
    assert "cannot use bare repository" in outcome.output
    assert traces(repository) == []


@pytest.mark.parametrize(
    "name", ["-h", "--all", "^main", "main..HEAD", "main...HEAD", "HEAD^@", "HEAD^!", "@{-1}", "@{u}", "main^{tree}", "ma\x1b[31min"]
)  # fmt: skip
def test_names_that_are_no_single_commit(name: str, repository: Path) -> None:
    with pytest.raises(NotInRevision):
        open_repository(repository).revision(name)
    outcome = run("diff", f"--against={name}", "--as-of", AS_OF)
    assert outcome.exit_code == 3
    assert "\x1b" not in outcome.output


def test_a_bare_repository(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(repository), "bare.git")
    shutil.copytree(repository / "rulesets", tmp_path / "bare.git/rulesets")
    monkeypatch.chdir(tmp_path / "bare.git")
    outcome = run("diff", "--against", "main", "--as-of", AS_OF)
    assert outcome.exit_code == 5
    assert "git refuses the folder" in outcome.output


def test_a_second_working_tree(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(repository, "worktree", "add", "-q", str(tmp_path / "second"), "-b", "second")
    monkeypatch.chdir(tmp_path / "second")
    outcome = run("diff", "--against", "main", "--as-of", AS_OF)
    assert (outcome.exit_code, outcome.stdout) == (0, "No ruleset differs from `main`.\n")


#: Git refuses controls in names of branches, but neither backticks nor marks that turn the direction of writing.
HOSTILE_NAME = "a`<img>@all\u202e|x"


@pytest.mark.parametrize("output_format", ["text", "markdown", "html", "json"])
def test_the_name_of_a_branch_is_a_name(output_format: str, repository: Path) -> None:
    (repository / "rulesets/gone").mkdir()
    text = Path("rulesets/demo/1.0.0.rules").read_text(encoding="utf-8")
    Path("rulesets/gone/1.0.0.rules").write_text(
        text.replace("ruleset demo", "ruleset gone"), encoding="utf-8"
    )
    commit(repository)
    git(repository, "branch", HOSTILE_NAME)
    same = run("diff", "--against", HOSTILE_NAME, "--as-of", AS_OF, "--format", output_format)
    shutil.rmtree("rulesets/gone")
    edit(Path("rulesets/demo/1.0.0.rules"), "green when <= 3", "green when <= 9")
    changed = run("diff", "--against", HOSTILE_NAME, "--as-of", AS_OF, "--format", output_format)
    for outcome in (same, changed):
        assert outcome.exit_code == 0
        assert "\u202e" not in (outcome.stderr if output_format == "json" else outcome.output)
        assert "<img>" not in outcome.stdout if output_format == "html" else True
    if output_format == "markdown":
        assert same.stdout == "No ruleset differs from `a'<img>@all\\u202e|x`.\n"
        assert (
            "`rulesets/gone/1.0.0.rules` is deleted; it was there at `a'<img>@all\\u202e|x`" in changed.stdout
        )


def test_a_selector_of_a_revision_with_a_sign_in_it(repository: Path) -> None:
    edit(Path("rulesets/demo/1.0.0.rules"), "green when <= 3", "green when <= 9")
    outcome = run("diff", "--against", "HEAD@{0}", "--as-of", AS_OF, "--format", "json")
    [found] = json.loads(outcome.stdout)
    assert found["old"]["selector"] == "git:HEAD@{0}:rulesets/demo/1.0.0.rules"


def test_a_name_in_a_usage_error_is_not_obeyed(repository: Path) -> None:
    outcome = run("diff", "demo@1", "demo@1", "--card", "x\u202e\x9b31m", "--as-of", AS_OF)
    assert outcome.exit_code == 2
    assert r"'x\u202e\x9b31m'" in outcome.stderr

"""`ruleengine diff` in a repository: against a revision, of revisions, and what is said of files that are not compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.project import AS_OF, RULES, run
from tests.cli.repository import commit, edit, git, repository

__all__ = ["repository"]

PATH = Path("rulesets/demo/1.0.0.rules")
OTHER = RULES.replace("demo VERSION", "other 1.0.0")


def diff(*arguments: str, code: int = 0) -> str:
    outcome = run("diff", *arguments, "--as-of", AS_OF)
    assert outcome.exit_code == code, outcome.stderr
    return outcome.stdout


def documents(*arguments: str) -> Any:
    return json.loads(diff(*arguments, "--format", "json"))


@pytest.fixture
def two(repository: Path) -> Path:
    """Two rulesets, both of which the working tree changes."""
    (repository / "rulesets/other").mkdir()
    Path("rulesets/other/1.0.0.rules").write_text(OTHER, encoding="utf-8")
    commit(repository)
    edit(PATH, "green when <= 3", "green when <= 9")
    edit(Path("rulesets/other/1.0.0.rules"), "green when >= 10", "green when >= 30")
    return repository


def test_a_file_and_what_it_was(repository: Path) -> None:
    edit(PATH, "green when <= 3", "green when <= 9")
    found = documents("git:HEAD", "demo@1", "facts.ndjson")
    assert found["movers"][0]["id"] == "bob"
    assert found["edits"][0]["places"] == {
        "old": {"file": "rulesets/demo/1.0.0.rules@HEAD", "line": 26},
        "new": {"file": "rulesets/demo/1.0.0.rules", "line": 26},
    }
    assert (found["old"]["selector"], found["new"]["selector"]) == ("git:HEAD", "demo@1")
    assert found["old"]["digest"] != found["new"]["digest"]
    back = documents("demo@1", "git:HEAD", "facts.ndjson")
    assert [each["change"] for each in back["movers"]] == [-each["change"] for each in found["movers"]]


def test_a_name_in_force_at_a_revision(repository: Path) -> None:
    edit(PATH, "green when <= 3", "green when <= 9")
    second = commit(repository)
    found = documents("git:HEAD~1:demo", f"git:{second}:demo", "facts.ndjson")
    assert [each["id"] for each in found["movers"]] == ["bob", "cat"]


def test_made_accounts_need_the_schema_of_the_revision(repository: Path) -> None:
    edit(PATH, "green when <= 3", "green when <= 9")
    assert documents("demo@1", "git:HEAD", "--generated", "20")["population"]["accounts"] == 20


def test_against_a_revision(two: Path) -> None:
    found = documents("--against", "main", "--facts", "facts.ndjson")
    assert [(each["new"]["name"], len(each["edits"])) for each in found] == [("demo", 1), ("other", 1)]
    assert found[0]["old"]["selector"] == "git:main:rulesets/demo/1.0.0.rules"
    assert [each["id"] for each in found[1]["movers"]] == ["ann", "cat"]
    assert [each["new"]["name"] for each in documents("--against", "main", "other")] == ["other"]
    text = diff("--against", "main", "--facts", "facts.ndjson")
    assert text.startswith("── demo 1.0.0 ──\n\n1 edit; 1 of 5 accounts changes band")
    assert "\n── other 1.0.0 ──\n\n1 edit; " in text
    one = diff("--against", "main", "demo", "--facts", "facts.ndjson")
    assert one.startswith("1 edit; 1 of 5 accounts changes band")
    markdown = diff("--against", "main", "--format", "markdown")
    assert markdown.startswith("## demo 1.0.0\n\n")
    assert "\n## other 1.0.0\n\n" in markdown


def test_pages_of_several_rulesets_stand_beside_each_other(two: Path) -> None:
    outcome = run("diff", "--against", "main", "--format", "html")
    assert outcome.exit_code == 2
    assert "2 rulesets differ" in outcome.stderr
    diff("--against", "main", "--format", "html", "--out", "report.html")
    assert sorted(each.name for each in two.glob("*.html")) == [
        "report.demo.1.0.0.html",
        "report.other.1.0.0.html",
    ]
    diff("--against", "main", "other", "--format", "html", "--out", "one.html")
    assert (two / "one.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_budget_holds_for_each(two: Path) -> None:
    arguments = ("--against", "main", "--facts", "facts.ndjson")
    assert diff(*arguments, "--max-newly", "green=1", "--max-newly", "red=0", code=1)
    assert diff(*arguments, "--max-moved", "1")
    assert diff("--against", "main", "demo", "--facts", "facts.ndjson", "--max-newly", "red=0")


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ("text", "No ruleset differs from `main`.\n"),
        ("markdown", "No ruleset differs from `main`.\n"),
        ("json", "[]\n"),
        ("html", "<!DOCTYPE html>\n"),
    ],
)
def test_nothing_changed(form: str, says: str, repository: Path) -> None:
    assert diff("--against", "main", "--format", form).startswith(says)


def test_only_the_layout_changed(repository: Path) -> None:
    edit(PATH, "rate {\n    green when >= 10", "rate {   # a remark\n    green when >= 10")
    [found] = documents("--against", "main")
    assert (found["edits"], found["wording"]) == ([], [])
    assert diff("--against", "main").startswith("Nothing changes")


def test_what_is_not_compared_is_told(repository: Path) -> None:
    (repository / "rulesets/other").mkdir()
    Path("rulesets/other/1.0.0.rules").write_text(OTHER, encoding="utf-8")
    PATH.unlink()
    assert diff("--against", "main").splitlines() == [
        "No ruleset can be compared with `main`.",
        "",
        "`rulesets/demo/1.0.0.rules` is deleted; it was there at `main`",
        "`rulesets/other/1.0.0.rules` is new, and there is no version below it to compare it with",
    ]
    outcome = run("diff", "--against", "main", "--format", "json")
    assert outcome.stdout == "[]\n"
    assert "is deleted" in outcome.stderr


def test_a_new_version_against_the_one_before_it(repository: Path) -> None:
    text = RULES.replace("VERSION", "1.1.0").replace("green when <= 3", "green when <= 9")
    Path("rulesets/demo/1.1.0.rules").write_text(text, encoding="utf-8")
    Path("rulesets/demo/1.2.0.rules").write_text(
        text.replace("1.1.0", "1.2.0").replace(">= 10", ">= 30"), encoding="utf-8"
    )
    found = documents("--against", "HEAD")
    assert [(each["old"]["version"], each["new"]["version"]) for each in found] == [
        ("1.0.0", "1.1.0"),
        ("1.1.0", "1.2.0"),
    ]
    assert [each["old"]["selector"] for each in found] == [
        "git:HEAD:rulesets/demo/1.0.0.rules",
        "rulesets/demo/1.1.0.rules",
    ]
    assert [len(each["edits"]) for each in found] == [1, 1]


def test_a_ruleset_that_was_broken_is_told_and_one_that_is_broken_stops(repository: Path) -> None:
    edit(PATH, "value    seats", "value    saets")
    commit(repository)
    edit(PATH, "value    saets", "value    seats")
    told = diff("--against", "HEAD")
    assert "`rulesets/demo/1.0.0.rules@HEAD` has 1 error, so there is nothing to compare" in told
    git(repository, "stash", "-q")
    outcome = run("diff", "--against", "HEAD~1")
    assert outcome.exit_code == 3
    assert "rulesets/demo/1.0.0.rules:16:12" in outcome.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--against", "mian"), 3, "git knows no revision `mian`"),
        (("--against", "-x"), 3, "`-x` is no revision"),
        (("--against", "main", "nothing"), 3, "there is no ruleset `nothing`"),
        (
            ("git:main:rulesets/demo/7.0.0.rules", "demo@1"),
            3,
            "there is no file `rulesets/demo/7.0.0.rules` at `main`",
        ),
    ],
)
def test_what_git_does_not_know(arguments: tuple[str, ...], code: int, says: str, repository: Path) -> None:
    outcome = run("diff", *arguments)
    assert (outcome.exit_code, outcome.stdout) == (code, "")
    assert says in " ".join(outcome.stderr.split())


def test_outside_of_a_repository(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    for arguments in (("git:main", "demo@1"), ("--against", "main")):
        outcome = run("diff", *arguments)
        assert outcome.exit_code == 5
        assert "is not in a git repository" in " ".join(outcome.stderr.split())

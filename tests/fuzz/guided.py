"""One slice of fuzzing guided by coverage, in a process of its own.

    python -m tests.fuzz.guided TARGET WORK [options of libFuzzer]

Needs `atheris`. Findings are kept and the run goes on, so one fault does not hide the next; only what ends a process
from outside (a hang beyond `-timeout`, too much memory) ends the slice. The last line on standard error tells the
findings of the slice.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

#: Not imported: what needs an engine of its own, pytest, or a terminal.
_LEFT_OUT = (
    "ruleengine.portfolio",
    "ruleengine.pytest_plugin",
    "ruleengine.columnar",
    "ruleengine.cli.spark",
    "ruleengine.cli.portfolio",
    "ruleengine.__main__",
)
FOUND = "fuzz-found: "


def import_all() -> None:
    """Import every module of the project, so that all of them are instrumented."""
    import ruleengine

    for module in pkgutil.walk_packages(ruleengine.__path__, "ruleengine."):
        if not module.name.startswith(_LEFT_OUT):
            with suppress(ModuleNotFoundError):  # of an extra that is not installed
                importlib.import_module(module.name)


def main() -> None:
    """Run until libFuzzer ends the process."""
    name, work, *options = sys.argv[1:]
    sys.setrecursionlimit(1000)
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["ruleengine"], enable_loader_override=False):
        import_all()
        from tests.fuzz.findings import tried
        from tests.fuzz.mutate import Stock, mutated
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]
    scratch = tempfile.mkdtemp(prefix="fuzz-", dir=work)
    attempt = target.make(Path(scratch))
    stock = Stock(
        [seed for seed in target.seeds() if len(seed) <= target.longest],
        [word.encode() for word in target.words],
    )
    folder = Path(work) / "findings" / name

    def one(content: bytes) -> None:
        finding = tried(attempt, content)
        if finding is not None and finding.keep(folder):
            os.write(2, f"{FOUND}{finding.name}\n".encode())

    def change(content: bytes, longest: int, seed: int) -> bytes:
        random = Random(seed)
        changed = mutated(content, stock, random, longest)
        return changed if random.random() < 0.6 else bytes(atheris.Mutate(changed, longest))

    atheris.Setup([sys.argv[0], *options], one, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

"""The rooms of the core, their files, and the tests that may notice a change in them.

The core is what turns a text and facts into results and comparisons: the four steps, the comparison of versions, and what all of
them stand on (the functions of the language, values, and the evaluation tree).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {
    "syntax": "ruleengine/syntax",
    "checker": "ruleengine/checker",
    "compiler": "ruleengine/compiler",
    "evaluator": "ruleengine/evaluator",
    "compare": "ruleengine/compare",
    "library": "ruleengine/library",
    "tree": "ruleengine/tree",
    "values": "ruleengine/values.py",
}
#: Tests that run in one process and are quick, in three parts of about the same length.
TESTS = (
    ("tests/compare", "tests/checker", "tests/traces", "tests/evaluator", "tests/fields"),
    ("tests/syntax", "tests/compiler", "tests/cases", "tests/properties", "tests/rulesets", "tests/casebook", "tests/library",
     "tests/differential", "tests/facts", "tests/meta", "tests/report", "tests/docs/test_language_examples.py"),
    ("tests/analysis", "tests/columnar", "tests/cli", "tests/hostile", "tests/portfolio"),
)  # fmt: skip
#: Tests that start other processes, or are about something else than the core.
LEFT_OUT = (
    "tests/properties/test_same_bytes.py", "tests/meta/test_project.py", "tests/meta/test_sizes.py",
    "tests/differential/columnar", "tests/hostile/test_processes.py", "tests/hostile/test_streams.py", "tests/cli/test_engines.py",
    "tests/portfolio/test_engine.py", "tests/portfolio/test_summary.py",
)  # fmt: skip
#: The folders whose tests are about a room, and so are tried first.
NEAREST = {
    "syntax": ("tests/syntax", "tests/properties/test_format", "tests/meta"),
    "checker": ("tests/checker",),
    "compiler": ("tests/compiler", "tests/cases"),
    "evaluator": ("tests/evaluator", "tests/casebook", "tests/traces"),
    "compare": ("tests/compare",),
    "library": ("tests/library", "tests/meta", "tests/cases"),
    "tree": ("tests/cases", "tests/compare", "tests/meta"),
    "values": ("tests/evaluator", "tests/cases"),
}


def files_of(room: str) -> Iterator[Path]:
    """The modules of a room, in the order of their names."""
    place = ROOT / ROOMS[room]
    yield from sorted(place.rglob("*.py")) if place.is_dir() else [place]


def module_of(path: str) -> str:
    """The name by which a file (relative to the root) is imported."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def tests_of(part: tuple[str, ...]) -> list[str]:
    """What there is of a part."""
    return [each for each in part if (ROOT / each).exists()]

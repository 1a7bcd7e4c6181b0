"""The target that gives hostile arguments to the command line.

An input is arguments, one a line, an empty line, and what `given.txt` holds. What must hold: the exit code is a documented
one and never "a bug in the engine"; no traceback is shown; a failure says something.

The fuzzer runs as whoever started it, so arguments cannot lead out of the project: roots and `..` are taken out of
them. What waits for something (watching, other processes, an engine of its own) is taken out as well, and tested
elsewhere.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from click.testing import CliRunner

from ruleengine.cli import exits
from ruleengine.cli.main import COMMANDS, ruleengine
from tests.cli.project import AS_OF, make_project
from tests.fuzz.target import Target, Try, text_of

_CODES = {code for code, _ in exits.MEANINGS} - {exits.BUG_IN_THE_ENGINE, exits.INTERRUPTED}
_LEFT_OUT = ("--watch", "--master", "--engine", "--jobs", "spark", "duckdb")
_LINES = (
    "check",
    "check demo@1 --format json",
    "check --explain RE301",
    "fmt --check",
    "test",
    "list",
    "docs demo@1",
    "docs demo@1 --out page.md",
    f"eval demo@1 facts.ndjson --as-of {AS_OF}",
    f"eval demo@1 given.txt --as-of {AS_OF} --format json",
    f"eval demo@1 facts.ndjson --as-of {AS_OF} --format csv --by segment",
    f"eval demo@1 facts.ndjson --as-of {AS_OF} --where big --strict",
    "eval demo@1 facts.ndjson --as-of 2024-02-30",
    f"eval demo@1 facts.ndjson given.txt --as-of {AS_OF} --previous given.txt --rejects r.ndjson",
    f"eval demo@1 facts.ndjson --as-of {AS_OF} --fail-on 'health is red'",
    f"explain demo@1 facts.ndjson --id ann --as-of {AS_OF}",
    f"eval demo@1 facts.ndjson --as-of {AS_OF} --fail-on 'share of (health is red) > 10%'",
    f"explain demo@1 facts.ndjson --id bob --as-of {AS_OF} --format json",
    f"diff demo@1 demo@1 facts.ndjson --as-of {AS_OF} --by big",
    f"diff demo@1 demo@1 --generated 3 --seed 1 --as-of {AS_OF} --max-moved 5% --fail-on 'moved > 5% of accounts'",
    f"snapshot record demo@1 facts.ndjson --as-of {AS_OF} --to kept",
    "snapshot verify kept",
    f"summary demo@1 facts.ndjson --as-of {AS_OF}",
    "replay given.txt --facts facts.ndjson",
    f"render demo@1 facts.ndjson --as-of {AS_OF}",
    "compile demo@1 --to tree",
    "compile demo@1 --to python",
    "generate --schema schemas/thing/1.schema.json --count 3 --seed 7",
    "schema check schemas/thing/1.schema.json",
    "schema infer facts.ndjson --name thing",
    "schema infer given.txt",
    "init here",
    "--help",
    "--version",
    "eval --help",
    "test --coverage --suggest 1",
)
_GIVEN = (
    "", '{"id": "ann", "seats": 3}\n', "id,seats,tickets\nann,3,4\n", '{"id": "ann", "as_of": "2024-06-01", "ruleset": {"name": "demo"}}\n',
)  # fmt: skip


def seeds() -> Iterable[bytes]:
    """The commands of the documentation, in small."""
    import shlex

    for number, line in enumerate(_LINES):
        yield ("\n".join(shlex.split(line)) + "\n\n" + _GIVEN[number % len(_GIVEN)]).encode()


def arguments_of(text: str) -> list[str]:
    """The arguments of an input, none of which leads out of the project or waits."""
    found: list[str] = []
    for word in text.split("\n")[:24]:
        if any(each in word for each in _LEFT_OUT):
            continue
        leads_out = (
            ".." in word or word.startswith(("/", "~")) or "=/" in word or "//" in word or "git:" in word
        )
        found.append(word.replace("/", "_").replace("..", "._") if leads_out else word)
    return [word.replace("\0", "") for word in found]


def make(folder: Path) -> Try:
    """Runs a command in a fresh project."""
    fresh, place = make_project(folder / "fresh"), folder / "project"
    os.environ["RULEENGINE_CACHE"] = str(folder / "cache")
    kept = {path.relative_to(fresh): path.read_bytes() for path in fresh.rglob("*") if path.is_file()}
    shutil.copytree(fresh, place)

    def restore() -> None:
        there = {Path(root, name).relative_to(place) for root, _, names in os.walk(place) for name in names}
        if there == {*kept, Path("given.txt")} and all(
            (place / name).read_bytes() == kept[name] for name in kept
        ):
            return
        shutil.rmtree(place)
        shutil.copytree(fresh, place)

    def attempt(content: bytes) -> None:
        restore()
        words, _, given = text_of(content).partition("\n\n")
        (place / "given.txt").write_text(given, encoding="utf-8")
        before = os.getcwd()
        os.chdir(place)
        try:
            done = CliRunner().invoke(ruleengine, arguments_of(words), input="", prog_name="ruleengine")
        finally:
            os.chdir(before)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code in _CODES, f"exit code {done.exit_code}: {done.output[-300:]}"
        assert "Traceback" not in done.output
        assert done.exit_code in (0, exits.GATE_FAILED) or done.output.strip(), "a failure says nothing"

    return attempt


_OPTIONS = tuple(sorted({word for line in _LINES for word in line.split() if word.startswith("--")}))
_WORDS = (
    *COMMANDS,
    *_OPTIONS,
    "demo@1",
    "facts.ndjson",
    "given.txt",
    AS_OF,
    "ndjson",
    "json",
    "csv",
    "markdown",
    "html",
    "table",
    "-",
    "kept",
)
TARGETS = (
    Target("command", "hostile arguments and files: exit codes, no traceback", seeds, make, _WORDS, 1024),
)

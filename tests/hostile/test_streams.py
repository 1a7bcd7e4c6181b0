"""Standard streams that are closed, full, left by their reader, unbuffered, of another encoding, or a narrow terminal."""

from __future__ import annotations

import json
import os
import pty
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import project
from tests.cli.project import AS_OF, ROOT, run

__all__ = ["project"]

EVAL = ("eval", "demo", "facts.ndjson", "--as-of", AS_OF)
#: What no terminal may get: it would be obeyed, hidden, or turn the direction of writing.
HIDDEN = ("\x9b", "\x85", "\x7f", "\u202e", "\u2066", "\u2028", "\x1b]8")
EVIL = "a\x9b31m\x1b]8;;http://evil\x1b\\\u202e\u2066\x85\x7f\r\n::error::x\u2028\U000e0001"


def process(*words: str, environment: dict[str, str] | None = None, **how: object) -> subprocess.Popen[bytes]:
    """A command in a process of its own."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})}
    return subprocess.Popen([sys.executable, "-m", "ruleengine", *words], env=variables, **how)  # type: ignore[call-overload, no-any-return] # the options of Popen


def closing(*numbers: int) -> Callable[[], None]:
    def close() -> None:
        for number in numbers:
            os.close(number)

    return close


@pytest.mark.parametrize(
    ("words", "closed", "code"),
    [
        (EVAL, (1,), 5),
        (EVAL, (0, 1, 2), 5),
        ((*EVAL, "--out", "out.txt"), (0, 1, 2), 0),
        (("eval", "demo", "-", "--as-of", AS_OF, "--facts-format", "ndjson"), (0,), 5),
        (("list",), (1,), 5),
        (("nonsense",), (2,), 2),
    ],
)
def test_a_stream_that_is_closed(words: tuple[str, ...], closed: tuple[int, ...], code: int) -> None:
    before = Path("facts.ndjson").read_bytes()
    started = process(*words, stdout=-1, stderr=-1, preexec_fn=closing(*closed))
    _, said = started.communicate(timeout=60)
    assert started.returncode == code, said
    assert b"Traceback" not in said
    assert b"this is a bug" not in said
    if code == 5 and 2 not in closed:
        assert b"bad file descriptor" in said
    assert Path("facts.ndjson").read_bytes() == before


def many(accounts: int = 2_000) -> None:
    lines = (
        json.dumps({"id": f"account-{n}", "name": "x" * 50, "seats": n % 30}) + "\n" for n in range(accounts)
    )
    Path("facts.ndjson").write_text("".join(lines), encoding="utf-8")


@pytest.mark.parametrize(("style", "unbuffered"), [("table", ""), ("table", "1"), ("ndjson", "1")])
def test_a_reader_who_leaves_is_no_success(style: str, unbuffered: str) -> None:
    """Also where one large write ends in the middle: an output that nobody has is never called written."""
    many()
    started = process(
        *EVAL, "--format", style, environment={"PYTHONUNBUFFERED": unbuffered}, stdout=-1, stderr=-1
    )
    assert started.stdout is not None
    assert started.stderr is not None
    started.stdout.read(10)
    started.stdout.close()
    said = started.stderr.read()
    assert started.wait(timeout=60) == 5
    assert b"Traceback" not in said


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_disk_that_is_full_after_a_part(unbuffered: str) -> None:
    many()

    def little() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    environment = {"PYTHONUNBUFFERED": unbuffered, "RULEENGINE_CACHE": "", "PYTHONDONTWRITEBYTECODE": "1"}
    with Path("printed.txt").open("wb") as printed:
        started = process(*EVAL, environment=environment, stdout=printed, stderr=-1, preexec_fn=little)
        _, said = started.communicate(timeout=60)
    assert (started.returncode, said.count(b"error[RE515]")) == (5, 1), said
    Path("kept.ndjson").write_text("old", encoding="utf-8")
    words = (*EVAL, "--format", "ndjson", "--out", "kept.ndjson")
    started = process(*words, environment=environment, stderr=-1, preexec_fn=little)
    _, said = started.communicate(timeout=60)
    assert (started.returncode, said.count(b"error[RE515]")) == (5, 1), said
    assert Path("kept.ndjson").read_text(encoding="utf-8") == "old"
    assert not list(Path().glob(".*.tmp"))


def test_a_locale_without_the_signs() -> None:
    Path("facts.ndjson").write_text('{"id":"日本","name":"Ünï","seats":1}\n', encoding="utf-8")
    environment = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    started = process(*EVAL, environment=environment, stdout=-1, stderr=-1)
    printed, said = started.communicate(timeout=60)
    assert started.returncode == 0, said
    assert b"\\u65e5\\u672c" in printed
    assert printed.isascii()


def on_terminal(*words: str, columns: str = "100") -> str:
    """What a command writes to a terminal."""
    leader, follower = pty.openpty()
    started = process(
        *words, environment={"COLUMNS": columns}, stdin=follower, stdout=follower, stderr=follower
    )
    os.close(follower)
    pieces = []
    while True:
        try:
            piece = os.read(leader, 65_536)
        except OSError:  # the terminal is closed
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(leader)
    assert started.wait(timeout=60) in (0, 4)
    return b"".join(pieces).decode()


@pytest.mark.parametrize(
    "words", [EVAL, (*EVAL, "--format", "ndjson"), ("explain", *EVAL[1:], "--id", EVIL, "--format", "json")]
)
def test_a_terminal_gets_nothing_hidden(words: tuple[str, ...]) -> None:
    documents = [
        {"id": EVIL, "name": EVIL, "seats": 1, "plan": EVIL},
        {"id": "b", "name": EVIL, "plan": EVIL},
    ]
    Path("facts.ndjson").write_text("".join(json.dumps(each) + "\n" for each in documents), encoding="utf-8")
    shown = on_terminal(*words)
    assert [sign for sign in HIDDEN if sign in shown] == []
    assert not any(line.startswith("::") for line in shown.split("\r\n"))
    if "json" in words or "ndjson" in words:
        read = json.JSONDecoder().raw_decode(shown)[0]  # it is JSON still, and says what it said
        assert read["id"] == EVIL


@pytest.mark.parametrize("columns", ["1", "-5"])
def test_a_terminal_of_any_width(columns: str) -> None:
    assert "bob" in on_terminal(*EVAL, columns=columns)


def test_an_output_that_is_a_second_name_of_the_facts() -> None:
    """A hard link is another name of the same file; the facts keep what they hold."""
    before = Path("facts.ndjson").read_bytes()
    os.link("facts.ndjson", "second.ndjson")
    outcome = run(*EVAL, "--format", "ndjson", "--out", "second.ndjson")
    assert outcome.exit_code == 0
    assert Path("facts.ndjson").read_bytes() == before


@pytest.mark.parametrize(
    "path", ["", "x" * 300, "no/such/folder/file", "facts.ndjson/below", ".", "..", "/", "rulesets/", "/proc/self/mem/x"]
)  # fmt: skip
def test_paths_that_cannot_be_written(path: str) -> None:
    for option in ("--out", "--rejects"):
        outcome = run(*EVAL, option, path)
        assert outcome.exit_code in (2, 5), (path, outcome.output)
        assert "this is a bug" not in outcome.stderr
        assert not list(Path().glob(".*.tmp"))


@pytest.mark.parametrize(
    "path", ["", "\0", "x" * 5_000, "no/such", "/proc/self/mem", "/dev/null/x", "\udcff.ndjson", "-x"]
)
def test_paths_that_cannot_be_read(path: str) -> None:
    outcome = run("eval", "demo", "--as-of", AS_OF, "--", path)
    assert outcome.exit_code in (2, 5), outcome.output
    assert "this is a bug" not in outcome.stderr
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit)

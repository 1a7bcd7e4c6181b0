"""Work in forked processes, each with a folder of its own, in which the engine is imported anew.

In: functions. Out: their verdicts. Guaranteed: a process that takes too long or too much memory is ended with all that it
started, and what it prints or keeps on disk reaches nobody.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import hypothesis
import pytest
from attrs import define

from tests.mutation.rooms import ROOT

SURVIVED, KILLED, BROKEN = 0, 1, 2
_MEMORY = 6 * 2**30
#: What hangs usually spins: it is ended by what it used, so that it does not matter how busy the machine is. What sleeps is ended by the
#: clock.
_WALL_FACTOR = 10

#: What a process says when it ends: one of the numbers above and who noticed; None: it took too long.
Verdict = tuple[int, str] | None


@define
class _Running:
    process: int
    folder: str
    until: float
    number: int
    too_slow: bool = False


def verdicts(
    work: Sequence[Callable[[], tuple[int, str]]], at_once: int, seconds: int
) -> Iterator[tuple[int, Verdict]]:
    """Run each function in a process of its own, some at once; their verdicts as they come, by the places of the functions.

    `seconds` are those of a processor."""
    running: list[_Running] = []
    waiting = list(enumerate(work))[::-1]
    try:
        while running or waiting:
            while waiting and len(running) < at_once:
                number, function = waiting.pop()
                running.append(_forked(number, function, seconds))
            ended = [each for each in running if _has_ended(each)]
            for each in ended:
                running.remove(each)
                verdict = _verdict(each)
                _end(each)
                yield each.number, verdict
            time.sleep(0 if ended else 0.01)
    finally:
        for each in running:
            _end(each)


def _forked(number: int, function: Callable[[], tuple[int, str]], seconds: int) -> _Running:
    folder = tempfile.mkdtemp(prefix="mutant-")
    sys.stdout.flush()
    process = os.fork()
    if process == 0:
        _run_and_exit(function, folder, seconds)
    return _Running(process, folder, time.monotonic() + _WALL_FACTOR * seconds, number)


def _run_and_exit(function: Callable[[], tuple[int, str]], folder: str, seconds: int) -> None:
    """In the forked process: run, say what came out, and leave nothing behind."""
    code, who = BROKEN, "the process ended"
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        tempfile.tempdir = folder
        os.environ["TMPDIR"] = folder
        nowhere = os.open(os.devnull, os.O_RDWR)
        for each in (0, 1, 2):
            os.dup2(nowhere, each)
        code, who = function()
    except BaseException as error:
        code, who = KILLED, f"{type(error).__name__}: {error}"[:200]
    finally:
        Path(folder, "verdict").write_text(f"{code} {who}", encoding="utf-8", errors="replace")
        os._exit(0)


def _has_ended(running: _Running) -> bool:
    """Whether a process is over; one that is too slow is ended here."""
    ended, status = os.waitpid(running.process, os.WNOHANG)
    if ended and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        running.too_slow = True
    if not ended and time.monotonic() > running.until:
        os.killpg(running.process, signal.SIGKILL)
        os.waitpid(running.process, 0)
        running.too_slow = True
    return bool(ended) or running.too_slow


def _verdict(running: _Running) -> Verdict:
    """What a process said that is over."""
    if running.too_slow:
        return None
    try:
        code, _, who = Path(running.folder, "verdict").read_text(encoding="utf-8").partition(" ")
    except OSError:
        return KILLED, "the process ended"
    return int(code), who


def _end(running: _Running) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended, with all that it started
        os.killpg(running.process, signal.SIGKILL)
    shutil.rmtree(running.folder, ignore_errors=True)


def everything_apart(work: Sequence[Callable[[], tuple[int, str]]], at_once: int) -> None:
    """Run functions that have to succeed, each in a process of its own."""
    for _, verdict in verdicts(work, at_once, 3600):
        if verdict is None or verdict[0] != SURVIVED:
            raise RuntimeError(f"this did not succeed: {verdict}")


def quiet(part: Callable[[], None], log: Path) -> tuple[int, str]:
    """Run a part whose output goes to a file."""
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ["RULEENGINE_CACHE"] = tempfile.mkdtemp()
    part()
    return SURVIVED, ""


def quick_pytest(arguments: Sequence[str], *plugins: object) -> int:
    """Run pytest in this process, the same way each time: nothing is kept, nothing is random, no plugins but these."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    hypothesis.settings.register_profile("mutation", derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("mutation")
    options = ["-q", "-o", "addopts=", "-p", "no:cacheprovider", "--rootdir", str(ROOT), "--tb=line"]
    return int(pytest.main([*options, *arguments], plugins=list(plugins)))

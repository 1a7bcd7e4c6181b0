"""Pipes that tests feed to a command: opened as soon as it reads, and never waited for when it has ended."""

from __future__ import annotations

import errno
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO

PATIENCE = 60.0
"""Seconds until a command that does not open its input has failed."""


@contextmanager
def fed(path: str, process: subprocess.Popen[bytes]) -> Iterator[FileIO]:
    """The pipe `path`, open for writing, once `process` reads it. A plain `open` waits for a reader forever, also for a
    dead one.

    Raises:
        AssertionError: `process` ended, or did not read within `PATIENCE`.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            number = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            assert process.poll() is None, f"it ended with {process.returncode}: {_said(process)!r}"
            assert time.monotonic() < deadline, f"it does not read `{path}`"
            time.sleep(0.01)
        else:
            break
    os.set_blocking(number, True)
    with open(number, "wb", buffering=0) as pipe:
        yield pipe


def _said(process: subprocess.Popen[bytes]) -> bytes:
    return process.stderr.read() if process.stderr is not None else b""

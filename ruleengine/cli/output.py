"""Outputs: standard output, or a file that is replaced as a whole.

Guaranteed: a file is written without a name or beside its final place, forced to disk and then moved there, so that nobody
ever sees half of it; when anything fails, or the run is interrupted, what stood there before still stands and nothing new is
left behind. A file without a name (where the system knows such) goes even when the process is killed. Devices and pipes are
written directly, as they cannot be replaced. What is called `….gz` is gzip data, and the same content gives the same bytes.
What a command reads, and what is called like a ruleset, is never written over.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ruleengine.cli.console import is_terminal
from ruleengine.workspace import SUFFIX

if TYPE_CHECKING:
    from types import TracebackType

    from ruleengine.diagnostics import Diagnostic


class OutputFailed(Exception):
    """An output that cannot be written, with the report that says why."""

    def __init__(self, path: str, error: OSError) -> None:
        reason = (error.strerror or str(error)).lower()
        super().__init__(f"`{path}` cannot be written: {reason}")
        self.diagnostic = _report(path, str(self))


def _report(path: str, message: str) -> Diagnostic:
    from ruleengine.diagnostics import Diagnostic
    from ruleengine.source import Span

    return Diagnostic("RE515", Span(path, 0, 0, 1, 1), message)


class Output:
    """Takes bytes. Every failure to write is `OutputFailed`, but for a reader who went away."""

    def __init__(self, stream: IO[bytes], path: str) -> None:
        self._stream = stream
        self._path = path

    def write(self, content: bytes) -> None:
        """Append bytes."""
        try:
            self._stream.write(content)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputFailed(self._path, error) from error


class _Terminal(Output):
    """The same for somebody who looks: what a terminal would obey or hide is seen instead."""

    def write(self, content: bytes) -> None:
        """Append bytes."""
        from ruleengine.diagnostics.visible import for_terminal

        text = content.decode("utf-8", "surrogateescape")
        super().write(for_terminal(text).encode("utf-8", "surrogateescape"))


class Nowhere:
    """Takes bytes when there is nothing to write here."""

    def write(self, content: bytes) -> None:
        """Nothing is kept."""


@contextmanager
def open_output(path: str | None, inputs: Iterable[str] = ()) -> Iterator[Output]:
    """The output of a command: the file at `path`, or standard output when there is none or it is `-`.

    Raises a usage error when the file is one of `inputs`, or is called like a ruleset.
    """
    if path is None or path == "-":
        output = (_Terminal if is_terminal(sys.stdout) else Output)(sys.stdout.buffer, "<stdout>")
        sys.stdout.flush()
        yield output
        _flush_standard_output()
        return
    refuse_inputs(path, inputs)
    with _Replacement(path, gzipped=path.lower().endswith(".gz")) as replacement:
        yield replacement.output


@contextmanager
def open_place(path: str, inputs: Iterable[str] = (), named: bool = False) -> Iterator[str]:
    """The same for what writes to a path by itself: where it is to write. `named`: it makes the file, and others beside it.

    Raises `OutputFailed`, and a usage error as `open_output` does.
    """
    refuse_inputs(path, inputs)
    with _Replacement(path, named=named) as replacement:
        if named:
            Path(replacement.place).unlink(missing_ok=True)
        yield replacement.place


def write_file(path: str, content: bytes) -> None:
    """Write a whole file as it is, in the way of `open_output`."""
    with _Replacement(path) as replacement:
        replacement.output.write(content)


def _flush_standard_output() -> None:
    try:
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputFailed("<stdout>", error) from error


def refuse_inputs(path: str | None, inputs: Iterable[str]) -> None:
    """Raise a usage error when an output is one of `inputs` (`-` is standard input), or is called like a ruleset."""
    if path is None or path == "-":
        return
    real = os.path.realpath(path)
    if any(name.lower().endswith(SUFFIX) for name in (path, real)):
        reason = f"'{path}' is called like a ruleset"
    elif any(_is_standard_input(real) if each == "-" else os.path.realpath(each) == real for each in inputs):
        reason = f"'{path}' is used for something else in this command"
    else:
        return
    import click

    raise click.UsageError(f"{reason}; name another file.")


def _is_standard_input(path: str) -> bool:
    """Whether the file at `path` is what comes through standard input."""
    with suppress(OSError, ValueError, AttributeError):  # closed, or replaced by something simpler
        there = os.stat(path)
        return stat.S_ISREG(there.st_mode) and os.path.samestat(there, os.fstat(sys.stdin.fileno()))
    return False


class _Replacement:
    """A new file beside `path` that takes its place in the end."""

    def __init__(self, path: str, gzipped: bool = False, named: bool = False) -> None:
        self._shown = path
        self._named = named or not hasattr(os, "O_TMPFILE")
        self._wants_name = named
        try:
            self._target = Path(path).resolve()  # a link stays, what it leads to is replaced
            if self._target.is_dir():
                raise IsADirectoryError(21, "it is a folder")
            start = f".{self._target.name[:100]}."
            self._temporary = self._target.with_name(f"{start}{os.getpid()}-{os.urandom(6).hex()}.tmp")
            self._direct = self._target.exists() and not self._target.is_file() and not self._target.is_dir()
            self._file = self._open()
        except (OSError, RuntimeError, ValueError) as error:  # ValueError: a path that is none
            raise OutputFailed(path, error if isinstance(error, OSError) else OSError(str(error))) from error
        self._stream = _compressing(self._file) if gzipped else self._file
        self.output = Output(self._stream, path)

    def _open(self) -> IO[bytes]:
        if self._direct and self._wants_name:
            raise OSError(
                22, "it is no file that can be replaced"
            )  # what makes a file of its own takes no device
        if self._direct:
            return self._target.open("wb")
        if not self._target.parent.is_dir():
            raise FileNotFoundError(2, f"there is no folder `{self._target.parent}`")
        if self._target.exists() and not os.access(self._target, os.W_OK):
            raise PermissionError(13, "permission denied")
        stream = self._new_file()
        if self._target.exists():
            with suppress(OSError):
                os.fchmod(stream.fileno(), self._target.stat().st_mode & 0o7777)
        return stream

    def _new_file(self) -> IO[bytes]:
        """A file in the folder of the target: without a name where that can be had."""
        if not self._named:
            with suppress(OSError):
                return os.fdopen(os.open(self._target.parent, os.O_TMPFILE | os.O_RDWR, 0o666), "w+b")
        self._named = True
        _remove_stale(self._target)
        return self._temporary.open("xb")

    @property
    def place(self) -> str:
        """The path at which the new file can be written."""
        if self._direct:
            return str(self._target)
        return str(self._temporary) if self._named else f"/proc/self/fd/{self._file.fileno()}"

    def __enter__(self) -> _Replacement:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        except OSError as failed:
            raise OutputFailed(self._shown, failed) from failed
        finally:
            for stream in (self._stream, self._file):
                with suppress(OSError):
                    stream.close()
            if not self._direct:
                for left in (self._temporary, Path(f"{self._temporary}.wal")):  # a database has one beside it
                    with suppress(OSError):
                        left.unlink()

    def _finish(self) -> None:
        if self._stream is not self._file:
            self._stream.close()  # writes the trailer
        self._file.flush()
        if self._direct:
            self._file.close()
            return
        if self._named:
            with self._temporary.open(
                "rb"
            ) as written:  # perhaps another file than the one that was opened first
                os.fsync(written.fileno())
        else:
            os.fsync(self._file.fileno())
            _give_name(self._file.fileno(), self._temporary)
        self._file.close()
        self._temporary.replace(self._target)


def _give_name(descriptor: int, path: Path) -> None:
    """Give a file without a name one."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.link(f"/proc/self/fd/{descriptor}", path.name, dst_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def _remove_stale(target: Path) -> None:
    """Remove what runs for the same target have left behind that were killed."""
    start = f".{target.name[:100]}."
    with suppress(OSError):
        for each in target.parent.iterdir():
            maker, _, rest = each.name.removeprefix(start).partition("-")
            ours = each.name.startswith(start) and rest.partition(".tmp")[1] and maker.isdigit()
            if ours and not _is_running(int(maker)):
                each.unlink()


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _compressing(file: IO[bytes]) -> IO[bytes]:
    """Takes bytes and writes them to `file` as gzip data, without a time or a name in it; leaves `file` open."""
    import gzip
    import io

    return io.BufferedWriter(gzip.GzipFile("", "wb", 6, file, mtime=0), 1 << 16)

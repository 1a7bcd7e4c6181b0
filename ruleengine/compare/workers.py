"""The same work on many items, by one process or several.

In: what makes the worker (data that can be sent to another process), items, and how many processes. Out: what the worker gives
for each item, in the order of the items. Guaranteed: the outcome does not depend on how many processes there are; only a few
batches are under way at a time; an interruption ends them all, and only the process that shares the work says so; where
one is ended from outside, all end, and `ChildProcessError` says so.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any, Generic, TypeVar, cast

from attrs import frozen

_Item = TypeVar("_Item")
_Outcome = TypeVar("_Outcome")

#: So many items go to a process at a time.
_BATCH = 64
#: So many batches are prepared for each process, so that none has to wait.
_AHEAD = 4
#: So many items are worked on before others are asked to help: starting them takes as long as a few hundred.
_ALONE = 256


@frozen(slots=True)
class Workers(Generic[_Item, _Outcome]):
    """Does the work with up to `jobs` processes. `make` can be sent to another process, which makes a worker of its own."""

    make: Callable[[], Callable[[_Item], _Outcome]]
    jobs: int = 1

    def over(self, items: Iterable[_Item]) -> Generator[_Outcome, None, None]:
        """The outcome of each item, in order."""
        work = self.make()
        source = iter(items)
        if self.jobs <= 1:
            yield from map(work, source)
            return
        yield from map(work, islice(source, _ALONE))
        following = next(_batches(source), None)
        if following is not None:
            yield from self._shared(work, following, source)

    def _shared(
        self, work: Callable[[_Item], _Outcome], first: list[_Item], source: Iterator[_Item]
    ) -> Iterator[_Outcome]:
        _Process.work = work  # a process that is forked from this one has it already
        waiting: deque[Future[list[_Outcome]]] = deque()
        pool = ProcessPoolExecutor(self.jobs, initializer=_start, initargs=(self.make,))
        try:
            waiting.append(pool.submit(_run, first))
            for batch in _batches(source):
                waiting.append(pool.submit(_run, batch))
                if len(waiting) > self.jobs * _AHEAD:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        except BrokenProcessPool:
            raise ChildProcessError(
                "a process that shared the work was ended from outside, perhaps for want of memory; `--jobs 1` needs the least"
            ) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            _Process.work = None


class _Process:
    """What a process keeps between batches."""

    work: Callable[[Any], Any] | None = None


def _batches(source: Iterator[_Item]) -> Iterator[list[_Item]]:
    while batch := list(islice(source, _BATCH)):
        yield batch


def _start(make: Callable[[], Callable[[Any], Any]]) -> None:
    """An interruption is for the process that shares the work; a request to end is obeyed without a word."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if _Process.work is None:
        _Process.work = make()


def _run(batch: list[Any]) -> list[Any]:
    return list(map(cast(Callable[[Any], Any], _Process.work), batch))

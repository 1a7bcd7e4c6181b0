"""Items that one thread makes and another one takes, with one waiting in between.

Guaranteed: what the maker raises is raised to the taker, in its place; the taker can be interrupted while it waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

_Item = TypeVar("_Item")
_WAIT_SECONDS = 0.2
_PATIENCE_SECONDS = 3.0


def waited_for(work: Callable[[], _Item]) -> _Item:
    """What some work gives that is done in a thread of its own, so that whoever waits for it can be interrupted."""
    handover: Handover[_Item] = Handover(found() for found in (work,))
    return next(iter(handover))


class Handover(Generic[_Item]):
    """Goes through `items` in a thread of its own."""

    def __init__(self, items: Iterable[_Item]) -> None:
        self._items = items
        self._queue: Queue[tuple[_Item | None, BaseException | None]] = Queue(maxsize=1)
        self._stopped = Event()
        self._maker = Thread(target=self._make, name="results", daemon=True)

    def __iter__(self) -> Iterator[_Item]:
        self._maker.start()
        while True:
            try:
                item, failure = self._queue.get(timeout=_WAIT_SECONDS)
            except Empty:
                continue
            if failure is not None:
                raise failure
            if item is None:
                return
            yield item

    def stop(self) -> None:
        """Want no more items."""
        self._stopped.set()
        if self._maker.is_alive():
            self._maker.join(_PATIENCE_SECONDS)

    def _make(self) -> None:
        try:
            for item in self._items:
                if not self._put((item, None)):
                    return
            self._put((None, None))
        except BaseException as error:  # whatever it is belongs to the thread that takes
            self._put((None, error))

    def _put(self, item: tuple[_Item | None, BaseException | None]) -> bool:
        while not self._stopped.is_set():
            try:
                self._queue.put(item, timeout=_WAIT_SECONDS)
            except Full:
                continue
            return True
        return False

"""What the fuzzer found: trying one input, naming what came of it, and keeping the input.

In: a target's way to try, an input. Out: None, or a `Finding`. Guaranteed: findings of one cause have one name (the
kind of the exception and the place in our code that raised it), and at most three inputs are kept of each.
"""

from __future__ import annotations

import hashlib
import re
import time
import traceback
from pathlib import Path

from attrs import frozen

from tests.fuzz.target import MOST_SECONDS, SMALL, TooSlow, Try

_KEPT = 3


@frozen(slots=True)
class Finding:
    """Something that no input may do."""

    name: str
    told: str
    content: bytes

    def keep(self, folder: Path) -> bool:
        """Write the input and what happened; False when enough of this cause are there."""
        folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(self.content).hexdigest()[:12]
        place = folder / f"{self.name}-{digest}.input"
        if place.exists() or len(list(folder.glob(f"{self.name}-*.input"))) >= _KEPT:
            return False
        place.write_bytes(self.content)
        (folder / f"{self.name}-{digest}.txt").write_text(
            self.told, encoding="utf-8", errors="backslashreplace"
        )
        return True


def tried(attempt: Try, content: bytes) -> Finding | None:
    """What came of one input."""
    begun = time.process_time()
    try:
        attempt(content)
        took = time.process_time() - begun
        if took > MOST_SECONDS and len(content) <= SMALL:
            raise TooSlow(f"{took:.1f} s for {len(content)} bytes")
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        return Finding(_name_of(error), "".join(traceback.format_exception(error))[-6000:], content)
    return None


def _name_of(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/ruleengine/" in frame.filename] or list(frames)
    place = f"{Path(ours[-1].filename).stem}-{ours[-1].name}"
    said = (
        re.sub(r"[^a-z]+", "-", str(error).split("\n")[0].lower())[:40]
        if isinstance(error, AssertionError)
        else ""
    )
    return re.sub(r"[^A-Za-z0-9_-]+", "", f"{type(error).__name__}-{place}-{said}").strip("-")

"""Where the engine keeps what it would otherwise compute again at every start: data only, never code."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def cache_folder() -> Path | None:
    """`RULEENGINE_CACHE`, or `ruleengine` in the user's cache folder; None where it is switched off (an empty value)."""
    chosen = os.environ.get("RULEENGINE_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "ruleengine"
    except RuntimeError:
        return None


def keep(entry: Path, content: bytes) -> None:
    """Write an entry as a whole, or not at all; a folder that cannot be written is no fault."""
    import tempfile  # most processes find what they need

    temporary = None
    try:
        entry.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=entry.parent, delete=False) as temporary:
            temporary.write(_digest(content) + b"\n" + content)
        os.replace(temporary.name, entry)
    except OSError:
        if temporary is not None:
            Path(temporary.name).unlink(missing_ok=True)


def kept(entry: Path) -> bytes:
    """What `keep` wrote; raises OSError where there is nothing, ValueError where it is not what was written."""
    digest, _, content = entry.read_bytes().partition(b"\n")
    if digest != _digest(content):
        raise ValueError("this entry is damaged")
    return content


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()

r"""Any text as a part of an XML document: signs that XML has no place for are escaped as `\x1b`."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from ruleengine.diagnostics.visible import visible

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def content(text: str) -> str:
    """Text between two tags."""
    return escape(_NO_XML.sub(_shown, text))


def attribute(text: str) -> str:
    """The value of an attribute, on one line and in quotes."""
    return quoteattr(_NO_XML.sub(_shown, visible(text)))


def _shown(match: re.Match[str]) -> str:
    return f"\\x{ord(match.group()):02x}"

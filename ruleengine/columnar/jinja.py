"""Texts as they stand in a template that dbt fills in, and in a file of YAML.

Guaranteed: whatever a ruleset says comes out of the template as it is, and nothing of it is obeyed. A template obeys what
begins with a brace and a second one, `%` or `#`, and writes every end of a line in one way.
"""

from __future__ import annotations

import json
import re

_OBEYED = re.compile(r"\{(?=[{%#])|\r")
_HIDDEN = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def escaped(text: str) -> str:
    """A text for a template."""
    return _OBEYED.sub(lambda found: "{{ '{' }}" if found.group() == "{" else r"{{ '\r' }}", text)


def literal(text: str) -> str:
    """A text between quotes inside of an expression of a template."""
    signs = (sign if (sign.isalnum() and sign.isascii()) or sign in " _-." else _coded(sign) for sign in text)
    return f"'{''.join(signs)}'"


def _coded(sign: str) -> str:
    return f"\\U{ord(sign):08x}"


def quoted(text: str) -> str:
    """A text as YAML writes it between double quotes."""
    return _HIDDEN.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(text, ensure_ascii=False))

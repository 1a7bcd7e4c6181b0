"""Signs that SQL leaves in texts as they are."""

from __future__ import annotations

import re
import sys

from ruleengine.columnar.spoken import STRANGE_SIGNS


def test_every_sign_that_is_left_is_printable() -> None:
    """Python says so; and letters of European names are among them."""
    left = [sign for sign in map(chr, range(sys.maxunicode + 1)) if re.fullmatch(STRANGE_SIGNS, sign) is None]
    assert [sign for sign in left if not sign.isprintable()] == []
    assert set("Müller Łódź Ωμέγα Дом 日本 € – “x” 😀") <= set(left)

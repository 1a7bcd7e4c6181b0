"""What "as expected" means: which parts of a result are compared, and when numbers are equal.

In: what a case expects, and what was found. Out: one line for each difference. Records are compared by the keys that are expected,
lists as a whole, numbers within 10⁻⁹ (absolutely, or of the larger one), everything else exactly. −0 is never right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

CLOSE = 1e-9


def differences(expected: Any, found: Any, path: str = "") -> Iterator[str]:
    """One line for each thing that is not as expected."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            if key in found:
                yield from differences(value, found[key], f"{path}.{key}")
            else:
                yield f"{path}.{key} is not there"
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for at, (value, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(value, other, f"{path}.{at}")
    elif not equal(expected, found):
        yield f"{path}: {expected!r} expected, {found!r} found"


def equal(expected: Any, found: Any) -> bool:
    """Whether two single values are the same."""
    if _is_number(expected) and _is_number(found):
        close = abs(expected - found) <= CLOSE * max(1.0, abs(expected), abs(found))
        return bool(close) and not (found == 0 and math.copysign(1, found) < 0)
    return type(expected) is type(found) and bool(expected == found)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

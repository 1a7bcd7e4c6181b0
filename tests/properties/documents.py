"""Strategies for fact documents: anything that JSON can hold, and plausible accounts with anything put into them.

In: nothing, or an example account. Out: documents as `json.loads` would give them. The oddest things that JSON
can hold are among them: whole numbers of any length, halves of characters, lists in place of texts, odd keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
ACCOUNTS: list[dict[str, Any]] = [
    json.loads(line) for line in (ROOT / "examples/accounts.ndjson").read_text(encoding="utf-8").splitlines()
]

#: What looks like a date, and is one or nearly one.
TIMES = (
    "2024-02-29", "2023-02-29", "2024-02-28T24:00:00Z", "2024-02-28T23:59:60Z", "0000-01-01", "0001-01-01",
    "9999-12-31", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2024-03-31T02:30:00", "2024-1-1",
    "20240229", "2024-W09-4", "2024-02-29T10:00", "2024-02-29t10:00:00z", "2024-02-29 10:00:00Z", "-2024-02-29",
    "２０２４-02-29", "2024-02-29T10:00:00.123456789Z", "2024-02-29T10:00:00+99:99",
)  # fmt: skip

texts = st.text(st.characters(), max_size=8) | st.sampled_from(
    (
        *TIMES,
        "",
        "red",
        "green",
        "production",
        "\ud800",
        "\udfff",
        "\0",
        "__class__",
        "a.b",
        "/~",
        "5",
        "true",
        "NaN",
    )
)
numbers = (
    st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from((0, -0.0, 10**15, -(10**15), 10**400, 2**63, 2**64, 1e308, 5e-324, 0.1))
)
scalars = st.none() | st.booleans() | numbers | texts
#: Any JSON value.
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
#: Any JSON object.
objects = st.dictionaries(texts, values, max_size=5)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of everything in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from places(each, (*path, key))


def with_value(document: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """A copy of a document with another value at a path; the same where an earlier change took the path away."""
    changed = deepcopy(document)
    holder: Any = changed
    with suppress(KeyError, IndexError, TypeError):
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = value
    return changed


@st.composite
def spoilt_accounts(draw: st.DrawFn) -> dict[str, Any]:
    """An example account in which up to four parts are something else."""
    spoilt: dict[str, Any] = draw(st.sampled_from(ACCOUNTS))
    for path in draw(st.lists(st.sampled_from(sorted(places(spoilt), key=repr)), min_size=1, max_size=4)):
        spoilt = with_value(spoilt, path, draw(values))
    found: dict[str, Any] = spoilt
    return found


#: Anything that could come as a document.
documents = objects | spoilt_accounts()

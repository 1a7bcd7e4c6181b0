"""What callers of the Python API give: an as-of date, the facts of one account.

Guaranteed: what cannot be used at all is an `InputError` that says what is wrong and what is expected; facts of the
wrong type inside of a record are none of it: they are problems of the account.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any


class InputError(ValueError):
    """What was given is no day, or no record of facts."""


def day(value: date | str) -> date:
    """An as-of date from a date or its text, such as `2024-03-01`; a time of day is left aside. Raises `InputError`."""
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    if not isinstance(value, str):
        raise InputError(
            f"an as-of date is a date or a text such as `2024-03-01`, and this is {_kind(value)}"
        )
    try:
        found = date.fromisoformat(value)
    except ValueError:
        found = None
    if found is None or found.isoformat() != value:  # Python knows more ways to write a day
        raise InputError(f"`{value[:40]}` is no day: write it as `2024-03-01`")
    return found


def record(facts: Any) -> dict[str, Any]:
    """The facts of one account, which are a dictionary as `json.loads` gives it. Raises `InputError`."""
    if isinstance(facts, dict):
        return facts
    remedy = "; `score_json` takes JSON" if isinstance(facts, str | bytes) else ""
    raise InputError(f"the facts of one account are a dictionary, and this is {_kind(facts)}{remedy}")


def _kind(value: Any) -> str:
    return "None" if value is None else f"a value of type `{type(value).__name__}`"

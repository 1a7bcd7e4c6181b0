"""What generated programs call, where no ruleset leads to it by itself: caches that are full, the ends of the calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ruleengine.evaluator import runtime
from ruleengine.evaluator.runtime import DateCache, DayOf, Months, Plus, after_months, pointer_to

DAY = date(2024, 3, 1).toordinal()
MICROSECONDS = 86_400_000_000


def test_full_caches_forget_and_answer_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "_LARGEST_CACHE", 2)
    texts = DateCache()
    for number, text in enumerate(("a", "b", "c")):
        texts[text] = number
    assert texts == {"c": 2}
    months, plus = Months(DAY), Plus(1)
    utc, berlin = DayOf("UTC"), DayOf("Europe/Berlin")
    for _ in range(2):
        for back in range(3):
            year = date(2024 - back, 3, 1).toordinal()
            assert months[year] == 12 * back
            assert plus[year] == date(2024 - back, 4, 1).toordinal()
            instant = back * MICROSECONDS - 1  # the last microsecond of a day
            assert utc[instant] == date(1969, 12, 31).toordinal() + back
            assert berlin[instant] == date(1970, 1, 1).toordinal() + back  # an hour ahead
            assert max(map(len, (months, plus, utc, berlin))) <= 2


def test_months_beyond_the_calendar_never_come_and_never_were() -> None:
    assert after_months(date(9999, 12, 1).toordinal(), 1) > date.max.toordinal()
    assert after_months(date(1, 1, 31).toordinal(), -1) < date.min.toordinal()
    assert after_months(DAY, -12) == date(2023, 3, 1).toordinal()


@pytest.mark.parametrize(
    ("place", "pointer"), [((), ""), (("a", 1), "/a/1"), (("b/c", 0, "~"), "/b~1c/0/~0"), (None, "")]
)
def test_the_pointer_to_a_record(place: tuple[Any, ...] | None, pointer: str) -> None:
    """By identity: a record that is equal and stands elsewhere is not found."""
    document: dict[str, Any] = {"a": [{"x": 0}, {}], "b/c": [{"~": {}}], "number": 3}
    found: Any = document
    for step in place or ():
        found = found[step]
    assert pointer_to(document, {} if place is None else found) == pointer

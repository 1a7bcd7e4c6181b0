"""Whether an error lies in a place: found by halving, and the same as by looking at every error."""

from __future__ import annotations

from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from ruleengine.checker.examined import Examined
from ruleengine.checker.index import Index
from ruleengine.compiler.scope import Module
from ruleengine.source import Span

SPANS = st.builds(
    lambda path, start, length: Counted(path, start, start + length, 1, 1),
    st.sampled_from(("one", "two")),
    st.integers(0, 12),
    st.integers(0, 4),
)


class Counted(Span):
    """A place that counts how often anybody asks for its end."""

    asked = 0

    def __getattribute__(self, name: str) -> object:
        if name == "end":
            Counted.asked += 1
        return super().__getattribute__(name)


def examined(*faulty: Span) -> Examined:
    return Examined(cast(Module, None), cast(Index, None), faulty)


@given(st.lists(SPANS, max_size=6), SPANS)
def test_a_place_is_sound_where_no_error_lies_in_it(faulty: list[Span], place: Span) -> None:
    lies_in_it = [
        fault for fault in faulty
        if fault.path == place.path and fault.start < place.end and place.start < fault.end
    ]  # fmt: skip

    assert examined(*faulty).is_sound(place) == (not lies_in_it)


def test_a_thousand_places_and_errors_are_no_million_comparisons() -> None:
    faulty = [Counted("one", 10 * each, 10 * each + 3, 1, 1) for each in range(1000)]
    found = examined(*faulty)
    Counted.asked = 0

    sound = [found.is_sound(Counted("one", 10 * each + shift, 10 * each + shift + 2, 1, 1))
             for each in range(1000) for shift in (1, 5)]  # fmt: skip

    assert sound == [False, True] * 1000
    assert Counted.asked <= 10_000

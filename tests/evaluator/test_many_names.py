"""Names of generated Python: many that look alike there cost no more than others, and none grows with its place."""

from __future__ import annotations

from ruleengine.evaluator.names import Names


class Counting(set[str]):
    """A set that counts how often it is asked."""

    asked = 0

    def __contains__(self, name: object) -> bool:
        self.asked += 1
        return super().__contains__(name)


def test_names_that_python_writes_alike_are_numbered_without_trying_all_numbers() -> None:
    names = Names(used=Counting())
    found = [
        names.variable("".join(chr(0x430 + int(digit)) for digit in f"{each:04}")) for each in range(300)
    ]

    assert isinstance(names.used, Counting)
    assert names.used.asked <= 900
    assert found[:3] == ["_", "__2", "__3"]
    assert len(set(found)) == 300


def test_the_name_of_a_group_is_cut_and_still_its_own() -> None:
    names = Names()
    path = ".".join(f"g{each}" for each in range(90))

    one, other = names.variable(f"s.{path}.m", "p_"), names.variable(f"s.{path}.n", "p_")
    assert (len(one), other) == (60, f"{one}_2")
    assert names.variable(f"s.{path}.m", "p_") == one

"""What a random ruleset has declared so far, and what an expression may therefore mention."""

from __future__ import annotations

from attrs import define, evolve, field, frozen

from tests.differential.fields import Field


@frozen
class BandSet:
    """A band set: its words from best to worst, their points, and scores to choose from."""

    name: str
    words: tuple[str, ...]
    points: tuple[str, ...]
    pool: tuple[str, ...]

    def has_points(self) -> bool:
        """Whether each band stands for points."""
        return all(self.points)


@frozen
class Rated:
    """A measure, a scorecard, or a group as `card.group`."""

    name: str
    bands: BandSet | None
    value: str | None = None
    has_points: bool = True


@frozen
class Callable:
    """A table or a definition: the kinds of its parameters and of its result."""

    name: str
    parameters: tuple[str, ...]
    result: str


@define
class Names:
    """Everything that can be named where an expression stands."""

    values: dict[str, list[tuple[str, ...]]] = field(factory=dict)
    choices: list[Field] = field(factory=list)
    records: list[tuple[str, ...]] = field(factory=list)
    segments: list[str] = field(factory=list)
    measures: list[Rated] = field(factory=list)
    cards: list[Rated] = field(factory=list)
    groups: list[Rated] = field(factory=list)
    callables: list[Callable] = field(factory=list)
    depth_of_queries: int = 0

    def add(self, kind: str, *path: str) -> None:
        """Note a value of a kind."""
        self.values.setdefault(kind, []).append(path)

    def add_fields(self, prefix: tuple[str, ...], fields: list[Field]) -> None:
        """Note the fields of a record that is known by `prefix`."""
        for each in fields:
            if each.kind == "choice":
                self.choices.append(evolve(each, path=(*prefix, *each.path)))
            else:
                self.add("list" if each.kind == "list" else each.kind, *prefix, *each.path)

    def copy(self) -> Names:
        """The same names, to which others can be added."""
        values = {kind: list(paths) for kind, paths in self.values.items()}
        return evolve(self, values=values, choices=list(self.choices))

    def inside(self, variable: str, fields: list[Field]) -> Names:
        """The names within a query over records."""
        inner = evolve(self.copy(), depth_of_queries=self.depth_of_queries + 1)
        for _ in range(3):
            inner.add_fields((variable,), fields)
        return inner

"""A child at its place in a scorecard, in SQL."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.limits import Limited, Rated
from ruleengine.columnar.value import Value
from ruleengine.tree import ruleset as r

#: A weight or a share: a number that is known now, or an expression.
Amount = float | Sql


@define(slots=True, eq=False)
class Place:
    """A child: what it has come to, the points that its parent sees, its band, and its weight among its siblings.

    `points` is NULL where it has none, and then `state` or that tells why. `total` is the sum of the weights that count,
    `decider` the number of the child that decides.
    """

    path: str
    node: r.Member | r.Block
    rated: Rated
    points: Sql
    band: Sql
    weight: Amount = 1.0
    children: list[Place] = field(factory=list)
    imputes: bool = False
    #: The bands among which an imputed band has its position; a band of its own has it among those of the member.
    imputed_bands: str = ""
    total: Sql | None = None
    decider: Sql | None = None
    worst: Sql | None = None
    policy: str = ""
    limited: Limited | None = None
    #: Whether the child is in grace here, where it can be.
    in_grace: Sql | None = None

    @property
    def state(self) -> Value:
        """Known where it is not NA."""
        return self.rated.state

    @property
    def computed(self) -> Rated:
        """Before caps, floors and overrides."""
        return self.rated if self.limited is None else self.limited.before

    def leaves(self) -> Iterator[Place]:
        """The members below, in order."""
        for child in self.children:
            if child.children or isinstance(child.node, r.Block):
                yield from child.leaves()
            else:
                yield child


def amount(value: Amount) -> Sql:
    """An amount as an expression."""
    return b.double(value) if isinstance(value, float | int) else value


def is_zero(value: Amount) -> bool:
    """Whether an amount is known to be nothing."""
    return isinstance(value, float | int) and value == 0

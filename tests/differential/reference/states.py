"""What is known about a measure, a group or a scorecard once it is evaluated, and where an expression
stands."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field, frozen

from ruleengine.syntax import tree
from tests.differential.reference.modules import Module
from tests.differential.reference.values import NA

if TYPE_CHECKING:
    from tests.differential.reference.account import Account

NOTHING = object()


@frozen(eq=False)
class Bands:
    """A band set with its edges and points worked out."""

    names: tuple[str, ...]
    intervals: tuple[Any, ...]
    points: Mapping[str, Fraction | None]

    def position(self, name: str) -> int:
        """How far down the list a band stands; the best is 0."""
        return self.names.index(name)


@define(eq=False)
class State:
    """A measure, a group or a scorecard. `points` is what a parent sees, `score` the number of its own."""

    bands: Bands | None
    value: Any = None
    na: NA | None = None
    score: Fraction | None = None
    band: str | None = None
    points: Fraction | None = None
    stale: bool = False
    computed_score: Fraction | None = None
    computed_band: str | None = None
    computed_na: NA | None = None
    override: tree.Limit | None = None
    held: list[tree.Limit] = field(factory=list)
    coverage: Fraction | None = None
    near: str | None = None
    children: list[Child] = field(factory=list)
    name: str = ""
    is_group: bool = False

    @property
    def status(self) -> str:
        """One of the eight statuses."""
        if self.na is not None:
            return self.na.reason
        return "stale" if self.stale else "scored"

    def band_points(self) -> Fraction | None:
        """The points that the final band stands for."""
        return self.bands.points[self.band] if self.bands and self.band is not None else None


@define(eq=False)
class Child:
    """A node of a scorecard: the place of a measure, of a group or of another scorecard.

    `given` is the weight as written, `weight` its share of the block; `factor` is how much of its points
    enters the block's score, `contributed` what entered where that is not factor times points, and `flat` the
    share of a leaf in a card that redistributes over all leaves at once.
    """

    name: str
    state: State
    status: str
    points: Fraction | None
    band: str | None
    is_group: bool
    given: Fraction = Fraction(1)
    weight: Fraction = Fraction(1)
    factor: Fraction | None = Fraction(0)
    contributed: Fraction | None = None
    flat: Fraction | None = None
    imputed: bool = False

    def counts(self, kind: str) -> bool:
        """Whether it has points and a weight above 0; where bands decide a band is enough."""
        banded = kind in ("worst band", "count") and self.band is not None
        return (self.points is not None or banded) and self.given > 0


@frozen(eq=False)
class Place:
    """A node named from outside: `card.group.measure`."""

    node: Mapping[str, Any]
    child: Child


@frozen(eq=False)
class Lazy:
    """A `let`: its value is found when it is needed."""

    expression: tree.Expression
    scope: Scope


@frozen(eq=False)
class Scope:
    """Where an expression stands: the file, the names around it, and what an implied comparison is about."""

    account: Account
    module: Module
    locals: Mapping[str, Any] = field(factory=dict)
    subject: Any = NOTHING
    block: Any = None

    def having(self, **names: Any) -> Scope:
        """The same place with more names."""
        return evolve(self, locals={**self.locals, **names})

    def about(self, subject: Any) -> Scope:
        """The same place with something that implied comparisons are about."""
        return evolve(self, subject=subject)

    def with_lets(self, statements: tuple[Any, ...]) -> Scope:
        """The same place with the `let`s of a block, each of which sees those before it."""
        scope = self
        for each in statements:
            if isinstance(each, tree.Let):
                scope = scope.having(**{each.name: Lazy(each.value, scope)})
        return scope

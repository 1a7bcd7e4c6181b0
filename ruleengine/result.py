"""The result of one account, with typed attributes over the plain dictionary that is written out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

_View = TypeVar("_View", bound="View")


class View:
    """A typed look at a part of a result."""

    __slots__ = ("_data",)

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data

    def to_dict(self) -> dict[str, Any]:
        """The plain dictionary behind the view; do not change it."""
        return self._data

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._data!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and self._data == other._data

    __hash__ = None  # type: ignore[assignment]  # results are mutable dictionaries underneath


class Views(Mapping[str, _View], Generic[_View]):
    """Named views, in the order of the ruleset."""

    __slots__ = ("_data", "_kind")

    def __init__(self, data: dict[str, dict[str, Any]], kind: type[_View]) -> None:
        self._data = data
        self._kind = kind

    def __getitem__(self, name: str) -> _View:
        return self._kind(self._data[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)


class NodeResult(View):
    """A group or a member at its place in a scorecard."""

    __slots__ = ()

    @property
    def status(self) -> str:
        """scored, stale, missing, expired, not_applicable, grace, excluded or invalid."""
        return self._data["status"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def score(self) -> float | None:
        """The points that its parent sees; None when it has none."""
        return self._data["score"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def band(self) -> str | None:
        """Its band; None when it has none."""
        return self._data["band"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def weight(self) -> float | None:
        """Its nominal share of the whole card, 0..1."""
        return self._data["weight"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def effective_weight(self) -> float | None:
        """The share that took effect, after redistribution; None where the roll-up has no weights."""
        return self._data["effective_weight"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def contribution(self) -> float | None:
        """What it adds to the score of the card; None where the roll-up is a formula."""
        return self._data["contribution"]  # type: ignore[no-any-return]  # by the result schema


class MeasureResult(View):
    """A measure, wherever it stands."""

    __slots__ = ()

    @property
    def status(self) -> str:
        """scored, stale, missing, expired, not_applicable, excluded or invalid."""
        return self._data["status"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def value(self) -> Any:
        """What was observed; None when there is nothing."""
        return self._data["value"]

    @property
    def band(self) -> str | None:
        """The band it was rated."""
        return self._data["band"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def points(self) -> float | None:
        """The points it was rated."""
        return self._data["points"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def reason(self) -> str | None:
        """The `because` of the row that decided, or why it is NA."""
        return self._data["reason"]  # type: ignore[no-any-return]  # by the result schema


class CardResult(View):
    """A scorecard."""

    __slots__ = ()

    @property
    def status(self) -> str:
        """scored, or the reason why there is no score."""
        return self._data["status"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def score(self) -> float | None:
        """The final score."""
        return self._data["score"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def band(self) -> str | None:
        """The final band, after overrides."""
        return self._data["band"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def computed_score(self) -> float | None:
        """The score before caps, floors and overrides."""
        return self._data["computed_score"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def computed_band(self) -> str | None:
        """The band before caps, floors and overrides."""
        return self._data["computed_band"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def coverage(self) -> float | None:
        """The scored share of the weight, 0..1; None when nothing was expected."""
        return self._data["coverage"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def override(self) -> dict[str, Any] | None:
        """The override that acted: band or score, reason, line."""
        return self._data["override"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def borderline(self) -> dict[str, Any] | None:
        """The neighbouring band that is near, and its distance."""
        return self._data["borderline"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def next_band(self) -> dict[str, Any] | None:
        """The next better band, and its distance."""
        return self._data["next_band"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def nodes(self) -> Views[NodeResult]:
        """Groups and members by their path, such as `product.license_utilization`."""
        return Views(self._data["nodes"], NodeResult)


class TriggerResult(View):
    """A trigger that fired."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """Its name."""
        return self._data["name"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def title(self) -> str:
        """Its title."""
        return self._data["title"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def kind(self) -> str | None:
        """What kind of signal it is."""
        return self._data["kind"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def severity(self) -> str | None:
        """low, medium, high or critical; None when the ruleset does not say."""
        return self._data["severity"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def playbook(self) -> str | None:
        """The playbook to follow."""
        return self._data["playbook"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def reason(self) -> str | None:
        """Why it fired, with the values of the account."""
        return self._data["reason"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def due(self) -> str | None:
        """The date by which something is to be done, YYYY-MM-DD."""
        return self._data["due"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def fields(self) -> dict[str, Any]:
        """Its free fields."""
        return self._data["fields"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def flagged(self) -> list[str]:
        """The fields whose default still stands and is to be changed."""
        return self._data["flagged"]  # type: ignore[no-any-return]  # by the result schema


class MatrixResult(View):
    """The cell of a matrix that the account stands in."""

    __slots__ = ()

    @property
    def status(self) -> str:
        """scored, or the reason why there is no cell."""
        return self._data["status"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def cell(self) -> str | None:
        """The name of the cell; None when there is none, and for a label alone."""
        return self._data["cell"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def label(self) -> str | None:
        """What to call the cell."""
        return self._data["label"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def owner(self) -> str | None:
        """Who owns it."""
        return self._data["owner"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def text(self) -> str | None:
        """What to do, with the values of the account."""
        return self._data["text"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def fields(self) -> dict[str, str]:
        """The fields of the cell by name."""
        return self._data["fields"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def at(self) -> dict[str, str | None]:
        """The value on each axis by its name; None where there is none."""
        return self._data["at"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def reason(self) -> str | None:
        """Why there is no cell."""
        return self._data["reason"]  # type: ignore[no-any-return]  # by the result schema


class Result(View):
    """Everything about one account."""

    __slots__ = ()

    @property
    def id(self) -> str | int | None:
        """The id of the account."""
        return self._data["id"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def as_of(self) -> str:
        """The as-of date, YYYY-MM-DD."""
        return self._data["as_of"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def scorecards(self) -> Views[CardResult]:
        """The scorecards by name."""
        return Views(self._data["scorecards"], CardResult)

    @property
    def measures(self) -> Views[MeasureResult]:
        """The measures by name."""
        return Views(self._data["measures"], MeasureResult)

    @property
    def matrices(self) -> Views[MatrixResult]:
        """The matrices by name."""
        return Views(self._data["matrices"], MatrixResult)

    @property
    def outputs(self) -> dict[str, Any]:
        """The declared outputs."""
        return self._data["outputs"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def segments(self) -> list[str]:
        """The segments that the account is in."""
        return self._data["segments"]  # type: ignore[no-any-return]  # by the result schema

    @property
    def triggers(self) -> list[TriggerResult]:
        """The triggers that fired, in the order of the ruleset."""
        return [TriggerResult(entry) for entry in self._data["triggers"]]

    @property
    def problems(self) -> list[dict[str, Any]]:
        """What is wrong with the account's data, or what the ruleset calls a problem."""
        return self._data["problems"]  # type: ignore[no-any-return]  # by the result schema

"""The shape of stored results: which scorecards, places, measures, matrices and outputs they hold.

In: the types of columns, or one result document. Out: a `StoredShape`; and the types with which lines of JSON are read. All
results of one version of a ruleset have one shape. Guaranteed: names are data; whatever they hold, they are quoted here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen

from ruleengine.portfolio.typed import literal, quoted

#: Columns without which something is no result.
NEEDED = ("as_of", "ruleset", "scorecards")
_NOT_AS_RESULTS_HAVE_IT = "the column `scorecards` or `ruleset` is not as results have it"
_NEAR = 'STRUCT("band" VARCHAR, "distance" DOUBLE)'
_OVERRIDE = 'STRUCT("band" VARCHAR, "score" DOUBLE, "reason" VARCHAR, "line" BIGINT)'
_LIMITS = 'STRUCT("kind" VARCHAR, "band" VARCHAR, "score" DOUBLE, "reason" VARCHAR, "line" BIGINT)[]'
_CARD = (
    '"status" VARCHAR, "score" DOUBLE, "band" VARCHAR, "computed_band" VARCHAR, "coverage" DOUBLE, '
    f'"override" {_OVERRIDE}, "limits" {_LIMITS}, "borderline" {_NEAR}, "next_band" {_NEAR}'
)
_NODE = 'STRUCT("status" VARCHAR, "score" DOUBLE, "effective_weight" DOUBLE)'
_MEASURE = f'STRUCT("status" VARCHAR, "override" {_OVERRIDE}, "limits" {_LIMITS})'
_RULESET = 'STRUCT("name" VARCHAR, "version" VARCHAR, "digest" VARCHAR)'
_TRIGGERS = 'STRUCT("name" VARCHAR, "title" VARCHAR, "kind" VARCHAR, "severity" VARCHAR)[]'
_PROBLEMS = 'STRUCT("code" VARCHAR)[]'


class NoResults(Exception):
    """Something that holds no results; the text says what is missing."""


@frozen(slots=True)
class CardShape:
    """A scorecard: its name and the paths of all places in it."""

    name: str
    nodes: tuple[str, ...]

    @property
    def leaves(self) -> tuple[str, ...]:
        """The places that are no groups: nothing lies below them."""
        above = {path[:end] for path in self.nodes for end, sign in enumerate(path) if sign == "."}
        return tuple(path for path in self.nodes if path not in above)


@frozen(slots=True)
class StoredShape:
    """What results hold. `limited` are measures with overrides, caps or floors; `lists` are columns of lists."""

    cards: tuple[CardShape, ...]
    measures: tuple[str, ...]
    limited: tuple[str, ...]
    matrices: tuple[str, ...]
    outputs: tuple[tuple[str, str], ...]
    lists: frozenset[str]

    def same_as(self, other: StoredShape) -> bool:
        """Whether both have the same scorecards, places and measures."""
        return (self.cards, self.measures) == (other.cards, other.measures)


def shape_of_types(types: Mapping[str, Any]) -> StoredShape:
    """The shape of columns, by their DuckDB types. Raises `NoResults`."""
    lacking = [name for name in NEEDED if name not in types]
    if lacking:
        raise NoResults(f"there is no column {' or '.join(f'`{name}`' for name in lacking)}")
    try:
        cards = tuple(
            CardShape(name, _nodes(_fields(card))) for name, card in _fields(types["scorecards"]).items()
        )
        has_version = "version" in _fields(types["ruleset"])
    except (KeyError, AttributeError):
        raise NoResults(_NOT_AS_RESULTS_HAVE_IT) from None
    if not has_version:
        raise NoResults(_NOT_AS_RESULTS_HAVE_IT)
    measures = _fields(types["measures"]) if "measures" in types else {}
    limited = tuple(name for name, kind in measures.items() if "limits" in _fields(kind))
    matrices = _fields(types["matrices"]) if "matrices" in types else {}
    outputs = _fields(types["outputs"]) if "outputs" in types else {}
    return StoredShape(
        cards, tuple(measures), limited, tuple(matrices), tuple((name, str(kind)) for name, kind in outputs.items()),
        frozenset(name for name in ("segments", "triggers", "problems") if name in types),
    )  # fmt: skip


def _fields(kind: Any) -> dict[str, Any]:
    """The fields of a record type; none of what is no record."""
    return dict(kind.children) if kind.id == "struct" else {}


def _nodes(card: Mapping[str, Any]) -> tuple[str, ...]:
    """The nodes of a scorecard; a column of them is not there where it has none."""
    return tuple(_fields(card["nodes"])) if "nodes" in card or "computed_score" not in card else ()


def shape_of_document(document: Mapping[str, Any]) -> StoredShape:
    """The shape of a result document. Raises `NoResults`."""
    try:
        cards = tuple(
            CardShape(name, tuple(map(str, card["nodes"]))) for name, card in document["scorecards"].items()
        )
        measures, matrices, outputs = (tuple(document[each]) for each in ("measures", "matrices", "outputs"))
    except (KeyError, TypeError, AttributeError):
        raise NoResults("a line is no result of `eval`") from None
    shape = StoredShape(
        cards, measures, measures, matrices, tuple((name, "JSON") for name in outputs),
        frozenset(("segments", "triggers", "problems")),
    )  # fmt: skip
    _check_capitals([card.name for card in cards])
    for names in (*(card.nodes for card in cards), measures, matrices, outputs):
        _check_capitals(names)
    return shape


def _check_capitals(names: Iterable[str]) -> None:
    """Columns of the engine are the same where they differ in capitals alone."""
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.lower(), name)
        if other != name:
            raise NoResults(f"`{other}` and `{name}` differ in capitals alone")


def json_columns(shape: StoredShape) -> str:
    """The types of the fields that are read of each line, as an argument of `read_json`."""
    cards = _record((card.name, _card(card)) for card in shape.cards)
    found = {"as_of": "DATE", "engine": "VARCHAR", "ruleset": _RULESET, "scorecards": cards}
    found["measures"] = _record((name, _MEASURE) for name in shape.measures)
    found["matrices"] = _record((name, 'STRUCT("label" VARCHAR)') for name in shape.matrices)
    found["outputs"] = _record((name, "JSON") for name, _ in shape.outputs)
    found |= {"segments": "VARCHAR[]", "triggers": _TRIGGERS, "problems": _PROBLEMS}
    return columns_argument({name: kind for name, kind in found.items() if kind})


def _card(card: CardShape) -> str:
    nodes = _record((path, _NODE) for path in card.nodes)
    return f"STRUCT({_CARD}, {quoted('nodes')} {nodes})" if nodes else f"STRUCT({_CARD})"


def columns_argument(columns: Mapping[str, str]) -> str:
    """Types by name in the form of an argument."""
    return "{" + ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in columns.items()) + "}"


def _record(fields: Iterable[tuple[str, str]]) -> str:
    """A record type; empty for no fields, as the engine has no such records."""
    inner = ", ".join(f"{quoted(name)} {kind}" for name, kind in fields)
    return f"STRUCT({inner})" if inner else ""


def at(*path: str) -> str:
    """SQL for a part of the records of a row."""
    return part(quoted(path[0]), *path[1:])


def part(sql: str, *path: str) -> str:
    """SQL for a part of a record."""
    for name in path:
        sql = f"struct_extract({sql}, {literal(name)})"
    return sql


def text_list(items: Sequence[str]) -> str:
    """A list of texts in SQL."""
    return f"[{', '.join(map(literal, items))}]"

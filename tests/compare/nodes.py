"""Trees made by hand, for the parts of a comparison that are tried by themselves: everything that a test does not name is plain."""

from __future__ import annotations

from typing import Any

from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import COUNT, FLAG, NUMBER, TEXT, Field, Type

PLACE = Span("a.rules", 0, 1, 1, 1)
SEATS = e.Fact(("use", "seats"), Field("seats", COUNT), type=COUNT, span=PLACE)


def number(value: float, kind: Type = NUMBER) -> e.Constant:
    return e.Constant(value, type=kind, span=PLACE)


def text(value: str) -> e.Constant:
    return e.Constant(value, type=TEXT, span=PLACE)


def variable(name: str, kind: Type = NUMBER) -> e.Variable:
    return e.Variable(name, type=kind, span=PLACE)


def compare(operator: str, left: e.Expression, right: e.Expression) -> e.Compare:
    return e.Compare(operator, left, right, type=FLAG, span=PLACE)


def over(value: float) -> e.Compare:
    """A condition of which each number gives another one."""
    return compare(">", SEATS, number(value))


def logic(operator: str, *operands: e.Expression) -> e.Logic:
    return e.Logic(operator, operands, type=FLAG, span=PLACE)


def reference(kind: str, name: str, part: str = "score", path: str = "") -> e.Reference:
    return e.Reference(kind, name, part, path, type=NUMBER, span=PLACE)


def is_band(subject: e.Reference, *positions: int) -> e.IsBand:
    return e.IsBand(subject, positions, type=FLAG, span=PLACE)


def called(instance: str, *arguments: e.Expression) -> e.CallDefinition:
    return e.CallDefinition(instance, arguments, type=NUMBER, span=PLACE)


def query(name: str, where: e.Expression | None = None) -> e.Query:
    source = variable("calls")
    return e.Query("count", name, source, where, None, None, None, type=COUNT, span=PLACE)


def band(name: str, low: float | None = None, high: float | None = None, points: float | None = None,
         low_open: bool = False, high_open: bool = True) -> r.Band:  # fmt: skip
    return r.Band(name, low, high, low_open, high_open, points, low is not None, span=PLACE)


def band_set(key: str, *bands: r.Band, step: float | None = None) -> r.BandSet:
    return r.BandSet(key, key, bands, step, span=PLACE)


def row(position: int, condition: e.Expression | None = None, because: str | None = None) -> r.Row:
    return r.Row(condition, r.BandOutcome(position), because, span=PLACE)


def limit(kind: str, to: int | None = None, score: float | None = None, when: e.Expression | None = None,
          because: str | None = None) -> r.Limit:  # fmt: skip
    return r.Limit(kind, to, None if score is None else number(score), when, because, span=PLACE)


def let(name: str, value: e.Expression | None = None) -> r.Let:
    return r.Let(name, name.rpartition(".")[2], value or SEATS, span=PLACE)


def definition(key: str, body: e.Expression, *parameters: str) -> r.Definition:
    return r.Definition(key, key.partition("(")[0], parameters, body, span=PLACE)


def table(key: str, *rows: r.TableRow, parameters: tuple[str, ...] = ()) -> r.Table:
    kinds = tuple(NUMBER for _ in parameters)
    return r.Table(key, key.partition("(")[0], parameters, kinds, "first", rows, NUMBER, span=PLACE)


def table_row(value: float, when: e.Expression | None = None, because: str | None = None) -> r.TableRow:
    return r.TableRow(when, number(value), because, span=PLACE)


def measure(name: str, **fields: Any) -> r.Measure:
    plain: dict[str, Any] = {
        "label": name, "title": name, "lets": (), "applies": (), "value": SEATS, "percent": False, "fresh": None,
        "rates": (), "as_given": False, "bands": "", "banded_points": False, "limits": (), "missing": None,
        "baseline": None, "description": "",
    }  # fmt: skip
    return r.Measure(name, **{**plain, **fields}, span=PLACE)


def member(
    name: str, weight: float = 1.0, kind: str = "measure", label: str = "", by_band: bool = False
) -> r.Member:
    return r.Member(kind, name, label or name, name, weight, by_band, span=PLACE)


def block(
    label: str, *children: r.Member | r.Block, path: str = "", weight: float = 1.0, **fields: Any
) -> r.Block:
    plain: dict[str, Any] = {
        "columns": (), "rollup": "weighted mean", "count_band": None, "formula": None, "missing": None, "limits": (),
        "rounding": None,
    }  # fmt: skip
    return r.Block(label, label, label, path, weight, children, **{**plain, **fields}, span=PLACE)


def column(condition: e.Expression, *weights: float) -> r.Column:
    return r.Column(condition, weights, span=PLACE)


def card(name: str, inside: r.Block, bands: str = "", **fields: Any) -> r.Scorecard:
    plain: dict[str, Any] = {"grace": None, "borderline": None}
    return r.Scorecard(name, name, inside, bands, **{**plain, **fields}, span=PLACE)


def missing(policy: str, to: str | None = None) -> r.Missing:
    return r.Missing(policy, None, None, None, to, span=PLACE)


def program(*steps: Any, version: str = "1.0.0", **fields: Any) -> r.Program:
    plain: dict[str, Any] = {
        "title": "", "owner": "", "description": "", "digest": "", "path": "a.rules", "effective_from": None,
        "effective_until": None, "zone": "UTC", "fiscal_month": 1, "id_path": ("id",), "band_sets": (), "definitions": (),
        "tables": (), "assumptions": (),
    }  # fmt: skip
    return r.Program("demo", version, **{**plain, **fields}, steps=steps)

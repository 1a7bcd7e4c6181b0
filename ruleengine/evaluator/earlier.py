"""The account's earlier result: whether it can be used, and what expressions read of it.

In: a result document of an earlier evaluation. Guaranteed: whatever it holds, reading gives a value or NA with a reason.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from ruleengine.evaluator.matrices import MatrixWriter
from ruleengine.evaluator.writer import Code
from ruleengine.tree import expressions as e
from ruleengine.values import NA, NA_REASONS, Kind, timestamp_of

NO_EARLIER = NA("missing", "there is no earlier result of this account")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def usable(previous: Any, identity: Any, as_of: str) -> str:
    """Why an earlier result cannot be used for an account; empty when it can."""
    if not isinstance(previous, dict):
        return "it is no result of an evaluation"
    if not isinstance(previous.get("as_of"), str) or not isinstance(previous.get("scorecards", {}), dict):
        return "it is no result of an evaluation"
    if previous.get("id") != identity:
        return f"it is of another account, `{previous.get('id')}`"
    if previous["as_of"] > as_of:
        return f"it is of a later date, {previous['as_of']}"
    return ""


def earlier(previous: Any, path: tuple[str, ...], label: str, kind: str, words: tuple[str, ...]) -> Any:
    """A part of an earlier result as a value, or NA."""
    if previous is None:
        return NO_EARLIER
    found, holder = previous, None
    for step in path:
        if not isinstance(found, dict):
            found = None
            break
        holder, found = found, found.get(step)
    if found is None:
        return _absent(holder, label)
    value = _read(found, kind)
    if value is None or (words and value not in words):
        known = f"no band of today: {', '.join(words)}" if words and isinstance(found, str) else f"no {kind}"
        return NA("invalid", f"`{label}` was `{found}` in the earlier result, which is {known}", "", "RE506")
    return value


def _absent(holder: Any, label: str) -> NA:
    status = holder.get("status") if isinstance(holder, dict) else None
    if status not in NA_REASONS:
        return NA("missing", f"the earlier result has no `{label}`")
    reason = status
    return NA(reason, f"`{label}` was {str(reason).replace('_', ' ')} in the earlier result")


def _read(found: Any, kind: str) -> Any:
    """A JSON value as a value of a kind; None when it is none."""
    if kind == "number":
        known = isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < 1e15
        return found + 0.0 if known else None
    if kind == "flag":
        return found if isinstance(found, bool) else None
    if not isinstance(found, str):
        return None
    try:
        if kind == "date":
            return date.fromisoformat(found).toordinal()
        if kind == "timestamp":
            return (timestamp_of(found) - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, TypeError):
        return None
    return found


def compared_bands(names: tuple[str, ...], left: Any, relation: str, right: Any) -> Any:
    """Whether one band is worse (or better) than another; NA where one of them is."""
    if left.__class__ is NA or right.__class__ is NA:
        return left if left.__class__ is NA else right
    here, there = names.index(left), names.index(right)
    return here > there if relation == "worse" else here < there


class EarlierWriter(MatrixWriter):
    """Writes what is said about the earlier result."""

    def _on_previous(self, node: e.Previous) -> Code:
        known = self.out.known(("previous", node.path))
        if known is not None:
            return known
        words = (
            node.type.choices
            if node.type.kind is Kind.CHOICE and node.path[-1] in ("band", "computed_band")
            else ()
        )
        kind = "text" if node.type.kind is Kind.CHOICE else node.type.kind.value
        path = self.names.constant(node.path, "path")
        code = self.atom(Code(f"earlier(previous, {path}, {node.label!r}, {kind!r}, {words!r})", na=True))
        return self.out.remember(("previous", node.path), code)

    def _on_isbandthanband(self, node: e.IsBandThanBand) -> Code:
        assert isinstance(node.left, e.Reference)
        left, _ = self.band_of(node.left)
        right = self.expression(node.right)
        names = self.names.constant(node.names, "bands")
        return self.atom(
            Code(f"compared_bands({names}, {left.text}, {node.relation!r}, {right.text})", na=True)
        )


EARLIER_GLOBALS: dict[str, Any] = {"earlier": earlier, "compared_bands": compared_bands}

"""What is said about the account's earlier result: `previous health`, `previous use.value`, `previous as_of`.

In: the result document of an earlier evaluation, whatever it holds. Out: a value, or NA with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from ruleengine.syntax import tree
from tests.differential.reference import cards, checklists, expressions, limits, measures
from tests.differential.reference.facts import read_date, read_timestamp
from tests.differential.reference.kinds import View, kind_of
from tests.differential.reference.modules import Module
from tests.differential.reference.states import Bands, Place, Scope
from tests.differential.reference.values import INVALID, MISSING, NA, ORDER_OF_REASONS, UNCOMPUTABLE, Months

Path = tuple[str, ...]
LEFT_ASIDE = "RE518"
_OF_NODES = ("score", "band", "effective_weight", "contribution")
_OF_CARDS = ("score", "band", "computed_score", "computed_band", "coverage", "borderline")
_OF_BANDS = ("band", "computed_band", "borderline")


def usable(document: Any, identity: Any, as_of: date) -> bool:
    """Whether a document is an earlier result of this account."""
    if not isinstance(document, Mapping) or not isinstance(document.get("scorecards", {}), Mapping):
        return False
    day = document.get("as_of")
    return isinstance(day, str) and document.get("id") == identity and day <= as_of.isoformat()


def identity(facts: Any, node: dict[str, Any]) -> Any:
    """The field of a document that its schema marks as the id."""
    for name, inner in node.get("properties", {}).items():
        below = facts.get(name) if isinstance(facts, Mapping) else None
        found = below if inner.get("x-id") else identity(below, inner)
        if found is not None:
            return found
    return None


def previous(node: tree.Previous, scope: Scope) -> Any:
    """The value of `previous X`: the score or the points of what stands alone."""
    if isinstance(node.operand, tree.AsOf):
        return _read(("as_of",), "date", scope)
    path = _path(node.operand, scope)
    kind = kind_of(node.operand, View(scope.module, scope.account.schema))
    found = _read(path, kind, scope)
    if path[-1] in _OF_BANDS or path[-2:] == ("borderline", "band"):
        owner = node.operand.base if isinstance(node.operand, tree.Member) else node.operand
        return _known_band(found, _bands(owner, scope))
    return found


def band_alone(node: tree.Previous, scope: Scope) -> Any:
    """The earlier band of what stands alone; None where it has no bands."""
    bands = _bands(node.operand, scope)
    if bands is None:
        return None
    return _known_band(_read((*_path(node.operand, scope)[:-1], "band"), "text", scope), bands)


def test(node: tree.Is, scope: Scope) -> Any:
    """`previous health is green`, `previous health is missing`, `health is worse than previous health`."""
    subject = node.subject
    if not isinstance(subject, tree.Previous):
        return _than_before(node, scope)
    found = band_alone(subject, scope)
    if found is None:
        found = previous(subject, scope)
    word = node.words[0]
    if node.relation == "is" and word.name in expressions.VALUE_WORDS and not word.quoted:
        return expressions.has_status(found.reason if isinstance(found, NA) else "scored", word.name)
    if isinstance(found, NA):
        return found
    bands = _bands(subject.operand, scope)
    assert bands is not None
    return any(_compared(node.relation, found, each.name, bands) for each in node.words)


def _than_before(node: tree.Is, scope: Scope) -> Any:
    assert node.other is not None
    assert node.subject is not None
    found = expressions.refer(node.subject, scope)
    state = expressions.state_of(found.child) if isinstance(found, Place) else found
    assert state.bands is not None
    now, then = expressions.band_of(state), band_alone(node.other, scope)
    if isinstance(now, NA) or isinstance(then, NA):
        return now if isinstance(now, NA) else then
    return _compared(node.relation, now, then, state.bands)


def _compared(relation: str, band: str, other: str, bands: Bands) -> bool:
    steps = bands.position(band) - bands.position(other)
    return {"is": steps == 0, "in": steps == 0, "worse": steps > 0, "better": steps < 0}[relation]


# ── What is meant ──


def _bands(node: tree.Expression, scope: Scope) -> Bands | None:
    """The bands of what a path names, which need not be known today: it may be what is being worked out."""
    if not isinstance(node, tree.Name | tree.Member):
        return None
    names = _names(node)
    around = _blocks_around(names[0], scope)
    if around:
        return _bands_within(around[-1], names, scope)
    found = scope.module.find(names[0])
    return None if found is None else _bands_of(*found, names[1:], scope)


def _bands_of(module: Module, declared: tree.Declaration, names: Path, scope: Scope) -> Bands | None:
    there = Scope(scope.account, module)
    if isinstance(declared, tree.Scorecard):
        return _bands_within(cards.Block(module, declared), names, there)
    if isinstance(declared, tree.Criterion) and not names:
        return limits.bands_of(checklists.checklist_with(declared, module).statements, there)
    if isinstance(declared, tree.Measure) and not names and measures.has_bands(declared):
        return limits.bands_of(declared.statements, there)
    return None


def _bands_within(block: cards.Block, names: Path, scope: Scope) -> Bands | None:
    """The bands of a scorecard or a group, or of something in it."""
    if not names:
        return cards.bands_of(block, scope)
    if names[0] in block.groups():
        return _bands_within(block.groups()[names[0]], names[1:], scope)
    if all(each.name != names[0] for each in block.all(tree.MemberLine)):
        return None
    found = (block.home or block.module).find(names[0])
    return None if found is None else _bands_of(*found, names[1:], scope)


def _path(node: tree.Expression, scope: Scope) -> Path:
    """Where a result has what an expression names."""
    names = _names(node)
    around = _blocks_around(names[0], scope)
    if around:
        inner = tuple(each.declared.name for each in around[1:])
        return _path_of_node(around[0].module, around[0].declared, (*inner, *names), scope)
    found = scope.module.find(names[0])
    assert found is not None
    name = scope.account.name_of(*found)
    if isinstance(found[1], tree.Measure | tree.Criterion):
        return ("measures", name, *(names[1:] or ("points",)))
    if isinstance(found[1], tree.Matrix):
        standard = names[1] in ("cell", "label", "owner", "text")
        return ("matrices", name, *(() if standard else ("fields",)), names[1])
    if len(names) == 2 and names[1] == "borderline":
        return ("scorecards", name, "borderline", "band")
    if len(names) == 1 or (len(names) == 2 and names[1] in _OF_CARDS):
        return ("scorecards", name, *(names[1:] or ("score",)))
    return _path_of_node(*found, names[1:], scope)


def _path_of_node(module: Module, card: tree.Declaration, names: Path, scope: Scope) -> Path:
    part = "score"
    if len(names) > 1 and names[-1] in _OF_NODES:
        *names, part = names  # type: ignore[assignment]  # a list is as good as a tuple here
    return ("scorecards", scope.account.name_of(module, card), "nodes", ".".join(names), part)


def _blocks_around(name: str, scope: Scope) -> list[Any]:
    """The scorecard and the groups in it down to the block of which `name` is a group; none outside of one.

    In the formula of a block the names of all its members are those of their places.
    """
    block = scope.block
    in_formula = isinstance(scope.locals.get(name), Place)
    while block is not None and not in_formula and name not in block.groups():
        block = block.parent
    return [] if block is None else [*block.outwards()][::-1]


def _names(node: tree.Expression) -> Path:
    if isinstance(node, tree.Member):
        return (*_names(node.base), node.name)
    assert isinstance(node, tree.Name)
    return (node.name,)


# ── What the document holds ──


def _read(path: Path, kind: Any, scope: Scope) -> Any:
    """A part of the earlier result; what was NA then is NA for the same reason."""
    found = scope.account.earlier
    holder: Mapping[str, Any] = {}
    for name in path:
        if not isinstance(found, Mapping):
            found = None
            break
        holder, found = found, found.get(name)
    if found is None:
        status = holder.get("status")
        return NA(status) if status in ORDER_OF_REASONS else MISSING
    value = _value(found, kind, scope.module)
    return UNCOMPUTABLE if value is INVALID else value


def _value(found: Any, kind: Any, module: Module) -> Any:
    if kind == "flag":
        return found if isinstance(found, bool) else INVALID
    if kind in ("text", "date", "timestamp"):
        if not isinstance(found, str):
            return INVALID
        return (
            found
            if kind == "text"
            else read_date(found)
            if kind == "date"
            else read_timestamp(found, module.zone)
        )
    if isinstance(found, bool) or not isinstance(found, int | float) or not abs(found) < 10**15:
        return INVALID
    return Months(str(found)) if kind == "months" else Fraction(str(found))


def _known_band(found: Any, bands: Bands | None) -> Any:
    """A band of then that is one of today's."""
    assert bands is not None
    return found if isinstance(found, NA) or found in bands.names else UNCOMPUTABLE

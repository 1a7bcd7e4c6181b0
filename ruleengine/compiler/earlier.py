"""Bands as values, band tests, and what is said about the account's earlier result: `previous health`."""

from __future__ import annotations

from ruleengine.compiler.context import unknown
from ruleengine.compiler.said import SaidParts
from ruleengine.compiler.scope import Scope
from ruleengine.diagnostics import did_you_mean
from ruleengine.syntax import tree as t
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import DATE, FLAG, TEXT, Kind, Type

#: The status words that can stand where a band is tested, for the hint at an unknown band.
STATUSES_HINTED = (
    "known",
    "missing",
    "expired",
    "stale",
    "scored",
    "na",
    "grace",
    "excluded",
    "invalid",
    "not_applicable",
)
_READABLE = (Kind.NUMBER, Kind.TEXT, Kind.CHOICE, Kind.FLAG, Kind.DATE, Kind.TIMESTAMP)
_HINT = "for example `previous health`, `previous health.score`, `previous as_of`"


def stands_alone(node: t.Expression, reference: e.Reference) -> bool:
    """Whether a measure, scorecard or group is named, and no part of it: neither `.points` nor `.score`."""
    if reference.part not in ("points", "score"):
        return False
    return not (isinstance(node, t.Member) and node.name == reference.part)


def _choice_of(bands: r.BandSet) -> Type:
    """The type of the bands of a set as texts."""
    return Type(Kind.CHOICE, choices=tuple(band.name for band in bands.bands))


class Earlier(SaidParts):
    """Compiles band tests, also of earlier results."""

    # ── bands ──

    def bands_of_reference(self, reference: e.Reference) -> r.BandSet | None:
        """The band set of a measure, card or node."""
        name = self.context.members.get((reference.name, reference.path), reference.name)
        return self.context.band_sets.get(self.context.bands_of.get(name, ""))

    def _positions(self, node: t.Is, bands: r.BandSet) -> tuple[int, ...] | None:
        """Which bands the words of a test mean; None after a report."""
        names = [band.name for band in bands.bands]
        positions = []
        for word in node.words:
            if word.name not in names:
                hint = did_you_mean(word.name, [*names, *STATUSES_HINTED]) or "its bands are " + ", ".join(
                    f"`{name}`" for name in names
                )
                self.context.report("RE204", word.span, f"`{word.name}` is no band of `{bands.name}`", hint)
                return None
            positions.append(names.index(word.name))
        if node.relation == "worse":
            return tuple(range(positions[0] + 1, len(names)))
        if node.relation == "better":
            return tuple(range(positions[0]))
        return tuple(positions)

    def is_band(self, node: t.Is, reference: e.Reference, scope: Scope) -> e.Expression:
        """`X is red` and its relatives."""
        bands = self.bands_of_reference(reference)
        if bands is None:
            return self._no_bands(node)
        positions = self._positions(node, bands)
        return (
            unknown(node.span)
            if positions is None
            else e.IsBand(reference, positions, type=FLAG, span=node.span)
        )

    def is_cell(self, node: t.Is, reference: e.Reference) -> e.Expression:
        """`strategy is expand`: which cell of a matrix it is."""
        if reference.part != "band" or node.relation in ("worse", "better"):
            text = reference.part != "band"
            return self.context.fault(
                "RE213", node.span,
                "this is a text, compare it with `=`" if text else "the cells of a matrix have no order",
                'for example `= "expand"`' if text else "ask for one, `is expand`, or for several, `is in (expand, grow)`",
            )  # fmt: skip
        matrix = self.context.matrices[reference.name]
        names = [cell.name for cell in matrix.cells]
        for word in node.words:
            if word.name not in names or not word.name:
                declared = [name for name in names if name]
                hint = did_you_mean(word.name, [*declared, *STATUSES_HINTED]) or "its cells are " + ", ".join(
                    f"`{name}`" for name in declared
                )
                message = f"`{word.name}` is no cell of `{matrix.label}`"
                return self.context.fault("RE201", word.span, message, hint)
        positions = tuple(names.index(word.name) for word in node.words)
        return e.IsBand(reference, positions, type=FLAG, span=node.span)

    def _no_bands(self, node: t.Expression) -> e.Expression:
        return self.context.fault(
            "RE204", node.span, "this has no bands", "compare its score or points instead"
        )

    # ── the earlier result ──

    def _on_reasons(self, node: t.Reasons, scope: Scope) -> e.Expression:
        """Templates have a way with it of their own."""
        return self.context.fault(
            "RE213",
            node.span,
            "`reasons of` stands in templates only",
            "they are told when all has been computed",
        )

    def _on_previous(self, node: t.Previous, scope: Scope) -> e.Expression:
        if isinstance(node.operand, t.AsOf):
            return e.Previous(("as_of",), "as_of", type=DATE, span=node.span)
        reference = self._earlier_reference(node, scope)
        if (
            reference is None
            or reference.kind == "none"
            or reference.type.kind in (Kind.UNKNOWN, Kind.NOTHING)
        ):
            return unknown(node.span)
        if reference.type.kind not in _READABLE:
            return self.context.fault(
                "RE213",
                node.span,
                "an earlier result shows numbers, texts, dates and flags, no lists or records",
                _HINT,
            )
        return self._earlier(node, reference, reference.part, reference.type)

    def _earlier_reference(self, node: t.Previous, scope: Scope) -> e.Reference | None:
        """The measure, card or group whose earlier result is meant; None after a report."""
        reference = self.reference(node.operand, scope, earlier=True)
        if reference is None:
            chain = self.chain(node.operand)
            known = chain is None or chain[0].name in self.known_names(scope)
            if known:
                self.context.report(
                    "RE213", node.span, "`previous` needs a measure, a scorecard or a group", _HINT
                )
            else:
                self.elaborate(node.operand, scope)  # reports the unknown name
        return reference

    def _earlier(self, node: t.Previous, reference: e.Reference, part: str, kind: Type) -> e.Previous:
        where = {
            "measure": ("measures", reference.name),
            "card": ("scorecards", reference.name),
            "node": ("scorecards", reference.name, "nodes", reference.path),
            "matrix": ("matrices", reference.name, *(["fields"] if part.startswith("field ") else [])),
        }[reference.kind]
        part = part.removeprefix("field ")
        if part == "borderline":
            where, part = (*where, part), "band"
        label = reference.path or reference.name
        return e.Previous((*where, part), label, type=kind, span=node.span)

    def _earlier_band(self, node: t.Previous, scope: Scope) -> tuple[e.Previous, r.BandSet] | None:
        reference = self._earlier_reference(node, scope)
        if reference is None or reference.kind == "none":
            return None
        bands = self.bands_of_reference(reference)
        if bands is None:
            self._no_bands(node)
            return None
        return self._earlier(node, reference, "band", _choice_of(bands)), bands

    def earlier_band_alone(self, node: t.Expression, scope: Scope) -> e.Expression | None:
        """The band of `previous health`, where that stands alone and has bands; None otherwise."""
        if not isinstance(node, t.Previous) or isinstance(node.operand, t.AsOf):
            return None
        reference = self.reference(node.operand, scope, earlier=True)
        if reference is None or not stands_alone(node.operand, reference):
            return None
        bands = self.bands_of_reference(reference)
        return None if bands is None else self._earlier(node, reference, "band", _choice_of(bands))

    def is_earlier_band(self, node: t.Is, subject: t.Previous, scope: Scope) -> e.Expression:
        """`previous health is green`."""
        found = self._earlier_band(subject, scope)
        positions = None if found is None else self._positions(node, found[1])
        if found is None or positions is None:
            return unknown(node.span)
        earlier, bands = found
        words = (e.Constant(bands.bands[place].name, type=TEXT, span=node.span) for place in positions)
        return e.OneOf(earlier, tuple(words), type=FLAG, span=node.span)

    def than_earlier(self, node: t.Is, scope: Scope) -> e.Expression:
        """`health is worse than previous health`."""
        assert node.other is not None
        if node.subject is None or (reference := self.reference(node.subject, scope, "band")) is None:
            return self.context.fault(
                "RE213",
                node.span,
                "`is worse than previous …` needs a measure, a scorecard or a group on its left side",
            )
        found = self._earlier_band(node.other, scope)
        own = None if reference.kind == "none" else self.bands_of_reference(reference)
        if found is None or reference.kind == "none":
            return unknown(node.span)
        earlier, bands = found
        if own is None:
            return self._no_bands(node)
        if own.key != bands.key:
            return self.context.fault(
                "RE301", node.span, f"these have different bands: `{own.name}` and `{bands.name}`",
                "compare the bands of one measure or scorecard then and now",
            )  # fmt: skip
        names = tuple(band.name for band in own.bands)
        return e.IsBandThanBand(reference, node.relation, earlier, names, type=FLAG, span=node.span)

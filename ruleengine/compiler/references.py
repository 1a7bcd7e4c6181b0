"""Names and paths: what `account.csm_priority`, `license_utilization.value` or `health.product` stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve

from ruleengine.compiler.answers import answers
from ruleengine.compiler.context import (
    Compiled,
    CompiledCard,
    CompiledMatrix,
    CompiledMeasure,
    CompiledValue,
    Context,
    Seen,
    unknown,
)
from ruleengine.compiler.scope import Module, Scope, Symbol
from ruleengine.diagnostics import did_you_mean
from ruleengine.facts.model import field_named
from ruleengine.library import FUNCTIONS
from ruleengine.source import Span
from ruleengine.syntax import tree as t
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import NUMBER, OWN_RECORD, PERCENT, TEXT, Field, Kind, Type

#: So many unknown names get a guess at what was meant: each is compared with all names there are.
_MOST_GUESSES = 100
_CARD_PARTS = ("score", "computed_score", "coverage", "band", "computed_band", "borderline")
_CARD_BANDS = ("band", "computed_band", "borderline")
_NODE_PARTS = ("score", "effective_weight", "contribution", "band")
_MEASURE_PARTS = ("value", "points", "band")
_MATRIX_PARTS = ("cell", "label", "owner", "text")


class References:
    """Resolution of names for the expressions of one module."""

    def __init__(self, context: Context, module: Module) -> None:
        self.context = context
        self.module = module

    def chain(self, node: t.Expression) -> tuple[t.Name, list[t.Member]] | None:
        """`a.b.c` as its first name and its members; None when it does not begin with a name."""
        members: list[t.Member] = []
        while isinstance(node, t.Member):
            members.append(node)
            node = node.base
        return (node, members[::-1]) if isinstance(node, t.Name) else None

    def on_path(self, node: t.Name | t.Member, scope: Scope) -> e.Expression | None:
        """The value of a name or a path that begins with a name; None when it begins with something else."""
        found = self.chain(node)
        if found is None:
            return None
        first, members = found
        if first.name in scope.variables:
            variable = scope.variables[first.name]
            base: e.Expression = e.Variable(variable.name, type=variable.type, span=first.span)
            return self.attributes(base, members)
        counted = answers(self.context, self.module.symbols.get(first.name), members, node.span)
        if counted is not None:
            return counted
        reference = self.reference(node, scope)
        if reference is not None:
            return reference
        if first.name == "facts" and members:
            return self._fact(members[0].name, members[0].span, members[1:], explicit=True)
        return self._plain_name(first, members, scope)

    def _plain_name(self, first: t.Name, members: list[t.Member], scope: Scope) -> e.Expression:
        symbol = self.module.symbols.get(first.name)
        if symbol is not None:
            symbol.used = True
            said = self.said(symbol, first, members)
            return said or self.attributes(self._symbol_value(symbol, first), members)
        if self.module.schema is not None and field_named(self.module.schema.root, first.name) is not None:
            return self._fact(first.name, first.span, members)
        if first.name in self.module.damaged or self.module.schema is None:
            return unknown(first.span)
        return self._unknown_name(first, scope, bool(members))

    def _unknown_name(self, first: t.Name, scope: Scope, has_members: bool) -> e.Expression:
        self.context.unknown_names += 1
        help_text = ""
        if self.context.unknown_names <= _MOST_GUESSES:
            help_text = did_you_mean(first.name, self.known_names(scope))
        if not help_text and first.name in FUNCTIONS:
            help_text = f"`{first.name}` is a function: call it with `(…)`"
        kind = "name"
        if has_members and self.module.schema is not None:
            roots = ", ".join(f"`{field.name}`" for field in self.module.schema.root.fields[:12])
            help_text = help_text or f"the facts begin with {roots}"
        return self.context.fault("RE201", first.span, f"unknown {kind} `{first.name}`", help_text)

    def known_names(self, scope: Scope) -> set[str]:
        """Everything that could stand as a name here."""
        names = set(self.module.symbols) | set(scope.variables)
        if scope.card is not None:
            names |= set(scope.card.nodes)
        if self.module.schema is not None:
            names |= {field.name for field in self.module.schema.root.fields}
        return names

    def said(self, symbol: Symbol, first: t.Name, members: list[t.Member]) -> e.Expression | None:
        """What a ruleset says of an account; defined by `SaidParts`."""
        raise NotImplementedError  # pragma: no cover - abstract

    def _symbol_value(self, symbol: Symbol, node: t.Name) -> e.Expression:
        origin = symbol.origin
        if origin.kind in ("let", "segment", "trigger"):
            compiled = self.context.require(origin, node.span)
            if isinstance(compiled, CompiledValue):
                return e.Variable(compiled.variable, type=compiled.type, span=node.span)
            return unknown(node.span)
        uses = {
            "table": "call it: `{}(…)`",
            "define": "call it: `{}(…)`",
            "output": "outputs are results, name the value with `let`",
            "template": "the text of a template is a result",
            "matrix": "ask which cell it is, `{} is …`, or take `{}.cell`, `{}.label`, `{}.owner`, `{}.text`",
            "checklist": "ask how many criteria hold: `{}.yes`, `{}.no`, `{}.unknown`",
        }
        hint = uses.get(origin.kind, "").replace("{}", node.name)
        return self.context.fault(
            "RE213",
            node.span,
            f"`{node.name}` is {'an' if origin.kind == 'output' else 'a'} {origin.kind}, not a value",
            hint,
        )

    # ── facts ──

    def _fact(self, root: str, span: Span, members: list[t.Member], explicit: bool = False) -> e.Expression:
        schema = self.module.schema
        if schema is None:
            return unknown(span)
        field = field_named(schema.root, root)
        if field is None:
            return self._unknown_field(
                root, span, (field.name for field in schema.root.fields), "facts." if explicit else ""
            )
        self.module.used_facts.add(root)
        path, last = [root], span
        for position, member in enumerate(members):
            if field.type.kind is not Kind.RECORD:
                base = self._fact_node(tuple(path), field, last)
                return self.attributes(base, members[position:])
            inner = field_named(field.type, member.name)
            if inner is None:
                return self._unknown_field(
                    ".".join((*path, member.name)),
                    member.span,
                    (f"{'.'.join(path)}.{f.name}" for f in field.type.fields),
                    "",
                )
            field, last = inner, member.span
            path.append(member.name)
        return self._fact_node(tuple(path), field, last)

    def _fact_node(self, path: tuple[str, ...], field: Field, span: Span) -> e.Fact:
        item = self.module.assumptions.get(path)
        assumed = None if item is None else self.assumed(path, field, item)
        return e.Fact(path, field, assumed, type=field.type, span=span)

    def assumed(self, path: tuple[str, ...], field: Field, item: t.Assume) -> e.Expression | None:
        """What a file assumes where a fact is missing; None inside of that assumption itself."""
        name = f"assume {'.'.join(path)}"
        if name in self.context.in_progress:
            self.context.report(
                "RE206",
                item.value.span,
                f"the assumption for `{'.'.join(path)}` rests on that field itself",
                "assume a value that does not need it",
            )
            return None
        self.context.in_progress.append(name)
        value = self.fitting(field, item.value)
        self.context.in_progress.pop()
        self.context.assumptions[path, value.span] = r.Assumption(
            path, value, item.because or "", span=item.span
        )
        return value

    def fitting(self, field: Field, node: t.Expression) -> e.Expression:
        """A value that can stand for a field; defined by `Expressions`."""
        raise NotImplementedError  # pragma: no cover - abstract

    def elaborate(self, node: t.Expression, scope: Scope) -> e.Expression:
        """Typed evaluation node for a syntax node; defined by `Expressions`."""
        raise NotImplementedError  # pragma: no cover - abstract

    def condition(self, node: t.Expression, scope: Scope) -> e.Expression:
        """The same for a node that must be true or false; defined by `Expressions`."""
        raise NotImplementedError  # pragma: no cover - abstract

    def _unknown_field(self, name: str, span: Span, candidates: Iterable[str], prefix: str) -> e.Expression:
        schema = self.module.schema
        label = f"`{schema.name} {schema.version}`" if schema is not None else "the facts"
        return self.context.fault(
            "RE203", span, f"unknown field `{prefix}{name}`", did_you_mean(name, candidates),
            note=f"the schema {label} has no such field",
        )  # fmt: skip

    def attributes(self, base: e.Expression, members: list[t.Member]) -> e.Expression:
        """`base.a.b` for a base that is a value."""
        for member in members:
            base = self._attribute(base, member)
        return base

    def _attribute(self, base: e.Expression, member: t.Member) -> e.Expression:
        if base.type.kind in (Kind.UNKNOWN, Kind.NOTHING):
            return unknown(member.span)
        if base.type.kind is Kind.LIST:
            return self.context.fault(
                "RE301", member.span, f"this is a list, it has no `{member.name}` of its own",
                "take an element first: `(latest x in … by x.date).field`, or ask with `any`, `count`, `sum of`",
            )  # fmt: skip
        if base.type.kind is not Kind.RECORD:
            return self.context.fault("RE203", member.span, f"a {base.type} has no field `{member.name}`")
        field = field_named(base.type, member.name)
        if field is None:
            names = [field.name for field in base.type.fields]
            return self.context.fault(
                "RE203", member.span, f"unknown field `{member.name}`", did_you_mean(member.name, names),
                note="the records of this kind have " + ", ".join(f"`{name}`" for name in names[:12]),
            )  # fmt: skip
        own = base.type.unit == OWN_RECORD
        return e.Attribute(base, member.name, None if own else field, type=field.type, span=member.span)

    # ── measures, scorecards, groups ──

    def reference(
        self, node: t.Expression, scope: Scope, part: str = "", earlier: bool = False
    ) -> e.Reference | None:
        """The measure, scorecard or node that `node` names; `part` replaces the default part (points, score).

        `earlier` is for what was: it may rest on what is being compiled.
        """
        found = self.chain(node)
        if found is None or found[0].name in scope.variables:
            return None
        first, members = found
        names = [member.name for member in members]
        if scope.card is not None and first.name in scope.card.nodes and first.name != "facts":
            local = first.name in scope.card.groups or first.name not in self.module.symbols
            if first.name in self.module.symbols and names:  # what only the member itself has is asked of it
                local = local and _is_of_node(scope.card.nodes, [first.name, *names])
            if local or (names and names[0] in ("effective_weight", "contribution")):
                return self._node(
                    scope.card.name, dict(scope.card.nodes), [first.name, *names], node.span, part
                )
        symbol = self.module.symbols.get(first.name)
        if symbol is None or symbol.origin.kind not in ("measure", "scorecard", "matrix"):
            return None
        if symbol.origin.kind == "matrix" and not members and not part:
            return None
        symbol.used = True
        thing = (self.context.sight if earlier else self._compiled)(symbol.origin, first.span)
        if isinstance(thing, CompiledMatrix):
            return self._matrix(thing.matrix, names, node.span, part)
        if thing is not None:
            name_part = self._measure if thing.kind == "measure" else self._card
            return name_part(thing, names, node.span, part)
        return e.Reference("none", "", "", type=unknown(node.span).type, span=node.span)

    def _compiled(self, symbol: Symbol, span: Span) -> Seen | CompiledMatrix | None:
        """A measure, scorecard or matrix, which is computed before what names it."""
        return seen(self.context.require(symbol, span))

    def _measure(self, measure: Seen, names: list[str], span: Span, part: str) -> e.Reference:
        if not names:
            return e.Reference("measure", measure.name, part or "points", type=NUMBER, span=span)
        if names == ["value"] and not part:
            return e.Reference("measure", measure.name, "value", type=measure.value_type(), span=span)
        if names == ["points"] and not part:
            return e.Reference("measure", measure.name, "points", type=NUMBER, span=span)
        if names == ["band"] and not part:
            return self._band(e.Reference("measure", measure.name, "band", type=TEXT, span=span))
        return self._no_part(measure.label, names, span, _MEASURE_PARTS)

    def _card(self, card: Seen, names: list[str], span: Span, part: str) -> e.Reference:
        if not names:
            return e.Reference("card", card.name, part or "score", type=NUMBER, span=span)
        if names == ["borderline"] and not card.has_borderline:
            self.context.report(
                "RE203", span, f"`{card.label}` does not say when it is borderline",
                "say it in the scorecard, for example `borderline within 5`",
            )  # fmt: skip
            return e.Reference("none", "", "", type=unknown(span).type, span=span)
        if len(names) == 1 and names[0] in _CARD_BANDS and not part:
            return self._band(e.Reference("card", card.name, names[0], type=TEXT, span=span))
        if len(names) == 1 and names[0] in _CARD_PARTS and not part:
            kind = PERCENT if names[0] == "coverage" else NUMBER
            return e.Reference("card", card.name, names[0], type=kind, span=span)
        return self._node(card.name, card.nodes, names, span, part)

    def _matrix(self, matrix: r.Matrix, names: list[str], span: Span, part: str) -> e.Reference:
        if not names and part in ("band", "status"):
            return e.Reference("matrix", matrix.name, part, type=TEXT, span=span)
        fields = dict.fromkeys(
            text.name for cell in matrix.cells for text in cell.texts if text.kind == "field"
        )
        if len(names) == 1 and names[0] in (*_MATRIX_PARTS, *fields):
            named = tuple(cell.name for cell in matrix.cells if cell.name)
            kind = Type(Kind.CHOICE, choices=named) if names[0] == "cell" else TEXT
            wanted = names[0] if names[0] in _MATRIX_PARTS else f"field {names[0]}"
            return e.Reference("matrix", matrix.name, wanted, type=kind, span=span)
        if names:
            return self._no_part(matrix.label, names, span, (*_MATRIX_PARTS, *fields))
        self.context.report(
            "RE213", span, f"`{matrix.label}` is a matrix: it has one cell, and no order",
            "ask which: for example `is expand`, `is in (expand, grow)`",
        )  # fmt: skip
        return e.Reference("none", "", "", type=unknown(span).type, span=span)

    def _node(self, card: str, nodes: dict[str, str], names: list[str], span: Span, part: str) -> e.Reference:
        wanted = ""
        if len(names) > 1 and names[-1] in _NODE_PARTS and not part:
            wanted, names = names[-1], names[:-1]
        path = nodes.get(".".join(names))
        if path is None:
            return self._no_part(card, names, span, (*_CARD_PARTS, *nodes))
        if wanted == "band":
            return self._band(e.Reference("node", card, "band", path, type=TEXT, span=span))
        kind = PERCENT if wanted == "effective_weight" else NUMBER
        return e.Reference("node", card, part or wanted or "score", path, type=kind, span=span)

    def _band(self, reference: e.Reference) -> e.Reference:
        """`health.band`: the name of the final band, a choice among the names of its band set."""
        bands = self.bands_of_reference(reference)
        if bands is None:
            self.context.report(
                "RE204", reference.span, "this has no bands", "take its score or points instead"
            )
            return e.Reference("none", "", "", type=unknown(reference.span).type, span=reference.span)
        return evolve(reference, type=Type(Kind.CHOICE, choices=tuple(band.name for band in bands.bands)))

    def bands_of_reference(self, reference: e.Reference) -> r.BandSet | None:
        """The band set of a measure, card or node; defined by `Earlier`."""
        raise NotImplementedError  # pragma: no cover - abstract

    def _no_part(self, label: str, names: list[str], span: Span, known: Iterable[str]) -> e.Reference:
        name = ".".join(names)
        if label not in self.module.damaged:  # otherwise it may be what was reported
            self.context.report("RE203", span, f"`{label}` has no `{name}`", did_you_mean(name, known))
        return e.Reference("none", "", "", type=unknown(span).type, span=span)


def seen(compiled: Compiled | None) -> Seen | CompiledMatrix | None:
    """What has been compiled, as far as its parts can be named."""
    if isinstance(compiled, CompiledMeasure):
        measure, kind = compiled.measure, compiled.value_type
        return Seen("measure", measure.name, measure.label, lambda: kind)
    if isinstance(compiled, CompiledCard):
        card = compiled.card
        return Seen(
            "card", card.name, card.label, lambda: NUMBER, compiled.nodes, card.borderline is not None
        )
    return compiled if isinstance(compiled, CompiledMatrix) else None


def _is_of_node(nodes: Mapping[str, str], names: list[str]) -> bool:
    """Whether a path is a node of a card, or a part of one."""
    return ".".join(names) in nodes or (names[-1] in _NODE_PARTS and ".".join(names[:-1]) in nodes)

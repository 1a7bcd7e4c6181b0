"""Evaluation tree → Python text, for whole scorecards: grace, and in a trace the weights that took effect."""

from __future__ import annotations

from ruleengine.evaluator.blocks import BlockWriter, Place
from ruleengine.evaluator.runtime import TO_WHOLE
from ruleengine.evaluator.writer import tuple_of
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import LACKING, NA, added_up

_LACKING = "{" + ", ".join(repr(reason) for reason in sorted(LACKING)) + "}"


class CardWriter(BlockWriter):
    """Writes scorecards."""

    def __init__(self, program: r.Program, source_lines: dict[str, list[str]]) -> None:
        super().__init__(program, source_lines)
        self.weights_needed: set[str] = set()
        self.near_asked: set[str] = set()

    def card(self, node: r.Scorecard) -> None:
        """Write one scorecard."""
        self.cards[node.name] = node
        self.out.line("")
        self.out.line(f"# {node.span.line}: scorecard {node.label}")
        in_grace = None
        if node.grace is not None:
            in_grace = self._grace(node, node.grace)
        place = self.block(node, node.block, None, in_grace)
        if self.tracing or node.name in self.weights_needed:
            self._effective(node, place)
        if self.tracing:
            self._result(node, place)
        elif node.name in self.near_asked:
            self._near(node, place, self._clean_score(place))

    def _clean_score(self, place: Place) -> str:
        """The local that holds the score as it is shown; None where it is NA."""
        score = self.names.temporary("score")
        self.out.line(f"{score} = clean({place.what}) if {place.what}.__class__ is float else None")
        return score

    def _near(self, node: r.Scorecard, place: Place, score: str) -> str:
        """Write the local that holds the band that is near, and how far it is; None where none is."""
        near = self.names.variable(node.name, "near_")
        found = "None"
        if node.borderline is not None and node.bands:
            within = self.expression(node.borderline).text
            found = f"{self.scale(node.bands)}.borderline({score}, {place.band}, {within})"
        self.out.line(f"{near} = {found}")
        return near

    def _grace(self, node: r.Scorecard, grace: r.Grace) -> str:
        name = self.names.variable(node.name, "grace_")
        day = self.value_of(grace.start)
        if grace.unit == "days":
            test = f"as_of - {day.text} < {int(grace.length)}"
        else:
            test = f"as_of < {self.plus_months(grace.length)}[{day.text}]"
        if not day.na:
            self.out.line(f"{name} = {test}")
            return name
        with self.out.block(f"if {day.text}.__class__ is NA"):
            self.out.line(f"{name} = False")
            self.undecided("the grace period", day.text, grace.span.line, node.label)
        with self.out.block("else"):
            self.out.line(f"{name} = {test}")
        return name

    # ── effective weights, from the card down ──

    def _effective(self, node: r.Scorecard, place: Place) -> None:
        nodes = self.names.variable(node.name, "nodes_")
        shares = self.nominal(place)
        leaf_total = sum_text([shares[id(leaf)] for leaf in place.leaves()])
        lack, out = self.names.temporary("lacking"), self.names.temporary("unexpected")
        if self.tracing:
            self.out.line(f"{nodes} = {{}}")
            self.out.line(f"{lack} = {out} = 0.0")
        mean = node.block.formula is None and node.block.rollup == "weighted mean"
        if place.policy == "redistribute flat" and mean:
            self._flat(node, place, shares, lack, out)
        else:
            self._below(node, place, "1.0", shares, lack, out)
        if self.tracing:
            coverage = self.names.variable(node.name, "coverage_")
            self.out.line(f"{coverage} = {leaf_total} - {out}")
            self.out.line(
                f"{coverage} = None if {coverage} < 1e-12 else "
                f"1.0 if {lack} == 0.0 else clean(({coverage} - {lack}) / {coverage})"
            )
        else:
            self._coverage(node, place, shares)

    def _coverage(self, node: r.Scorecard, place: Place, shares: dict[int, str]) -> None:
        leaves = list(place.leaves())
        listed, weights = (
            tuple_of(leaf.what for leaf in leaves),
            tuple_of(shares[id(leaf)] for leaf in leaves),
        )
        self.out.line(f"{self.names.variable(node.name, 'coverage_')} = coverage_of({listed}, {weights})")

    def _flat(self, node: r.Scorecard, place: Place, shares: dict[int, str], lack: str, out: str) -> None:
        whole = self.names.temporary("whole")
        self.out.line(f"{whole} = 1.0 / {place.total_weight} if {place.total_weight} else 0.0")
        names: dict[int, str] = {}
        for leaf in place.leaves():
            names[id(leaf)] = self.names.temporary("e")
            self.out.line(
                f"{names[id(leaf)]} = {shares[id(leaf)]} * {whole} if {leaf.points}.__class__ is not NA else 0.0"
            )
        stack = list(reversed(place.children))
        while stack:
            child = stack.pop()
            if isinstance(child.node, r.Block):
                effective = self.names.temporary("e")
                below = list(child.leaves())
                self.out.line(
                    f"{effective} = {sum_text([names[id(leaf)] for leaf in below]) if below else '0.0'}"
                )
                parts = [
                    f"({names[id(leaf)]} * {leaf.points} if {names[id(leaf)]} else 0.0)" for leaf in below
                ]
                self._node(node, child, effective, " + ".join(parts) or "0.0", shares, lack, out)
                stack.extend(reversed(child.children))
            else:
                self._node(node, child, names[id(child)], None, shares, lack, out)

    def _below(
        self, node: r.Scorecard, place: Place, effective: str, shares: dict[int, str], lack: str, out: str
    ) -> None:
        """Write effective weight and contribution of everything below a block."""
        block = place.node
        assert isinstance(block, r.Block)
        kind = "formula" if block.formula is not None else block.rollup
        share = effective
        if kind == "weighted mean" and effective != "None" and place.total_weight != "1.0":
            share = self.names.temporary("share")
            self.out.line(f"{share} = {effective} / {place.total_weight} if {place.total_weight} else 0.0")
        for position, child in enumerate(place.children):
            factor, contribution = self._factor(node, place, child, position, kind, share)
            name = factor
            if isinstance(child.node, r.Block) and not _simple(factor):
                name = self.names.temporary("e")
                self.out.line(f"{name} = {factor}")
            self._node(node, child, name, contribution, shares, lack, out)
            if isinstance(child.node, r.Block):
                self._below(node, child, name, shares, lack, out)

    def _factor(
        self, node: r.Scorecard, place: Place, child: Place, position: int, kind: str, share: str
    ) -> tuple[str, str | None]:
        """The effective weight of a child, and its contribution where that is not weight times points."""
        if share == "None" or kind == "formula":
            return "None", "None"
        if kind == "count":
            band = place.node.count_band if isinstance(place.node, r.Block) else None
            test = next((test for found, test in self._counting_by_band(place) if found is child), "False")
            return "None", f"({share} if {test} and {child.band} == {band!r} else 0.0)"
        counts = f"{child.points}.__class__ is not NA"
        if kind in ("minimum", "maximum"):
            return f"({share} if {place.decider} == {position} else 0.0)", None
        if kind == "worst band":
            points = f"{share} * ({self.scale(node.bands)}.points[{place.total_weight}] or 0.0)"
            test = f"{place.decider} == {position}"
            return f"({share} if {test} else 0.0)", f"({points} if {test} else 0.0)"
        if child.weight == "0":
            return "0.0", None
        if share == "1.0" and child.weight[0].isdigit():
            return f"({child.weight} if {counts} else 0.0)", None
        factor = share if child.weight == "1.0" else f"{child.weight} * {share}"
        return f"({factor} if {counts} else 0.0)", None

    def _node(
        self,
        node: r.Scorecard,
        child: Place,
        effective: str,
        contribution: str | None,
        shares: dict[int, str],
        lack: str,
        out: str,
    ) -> None:
        """Write effective weight and contribution of one child, and its entry in the trace."""
        stem = f"{node.name}.{child.path}"
        if not self.tracing:
            weight = self.names.variable(f"{stem}.effective_weight", "q_")
            part = self.names.variable(f"{stem}.contribution", "q_")
            missing = self.names.constant(_NO_WEIGHT, "no_weight")
            self.out.line(f"{weight} = {effective if effective != 'None' else missing}")
            product = f"{weight} * {child.points} if {child.points}.__class__ is not NA else 0.0"
            given = contribution if contribution is not None else product
            self.out.line(f"{part} = {given if given != 'None' else missing}")
            return
        nodes = self.names.variable(node.name, "nodes_")
        head = f"{nodes}[{child.path!r}] = "
        weight = shares[id(child)]
        nominal = repr(round(float(weight), 12)) if weight[0].isdigit() else f"clean({weight})"
        self.keeping = (node.name, child.path) in self.parts_needed
        with self.out.block(f"if {child.what}.__class__ is NA"):
            self._na_node(child, head, nominal, effective, contribution, lack, out, weight)
        with self.out.block("else"):
            self._scored_node(node, child, head, nominal, effective, contribution)
        if self.keeping:
            self._keep_parts(node, child, nodes)

    parts_needed: set[tuple[str, str]]
    keeping = False

    def _keep_parts(self, node: r.Scorecard, child: Place, nodes: str) -> None:
        """Write what expressions need of a node as it is, and only then what the result shows, to 10 decimals."""
        missing = self.names.constant(_NO_WEIGHT, "no_weight")
        for part in ("effective_weight", "contribution"):
            name = self.names.variable(f"{node.name}.{child.path}.{part}", "q_")
            self.out.line(f"{name} = {nodes}[{child.path!r}][{part!r}]")
            with self.out.block(f"if {name} is None"):
                self.out.line(f"{name} = {missing}")
            with self.out.block("else"):
                self.out.line(f"{nodes}[{child.path!r}][{part!r}] = clean({name})")

    def _na_node(
        self,
        child: Place,
        head: str,
        nominal: str,
        effective: str,
        contribution: str | None,
        lack: str,
        out: str,
        weight: str,
    ) -> None:
        leaf = not isinstance(child.node, r.Block)
        if leaf and weight not in ("0.0", "0"):
            with self.out.block(f"if {child.what}.reason in {_LACKING}"):
                self.out.line(f"{lack} += {weight}")
            with self.out.block("else"):
                self.out.line(f"{out} += {weight}")
        plain = {
            "status": f"{child.what}.reason",
            "score": "None",
            "band": "None",
            "weight": nominal,
            "effective_weight": "None" if effective == "None" else "0.0",
            "contribution": "None" if contribution == "None" else "0.0",
        }
        if not child.imputes:
            self._entry(head, plain)
            return
        given = contribution or f"{effective} * {child.points}"
        with self.out.block(f"if {child.points}.__class__ is NA"):
            self._entry(head, plain)
        with self.out.block("else"):
            self.out.line(
                f"{head}{{'status': {child.what}.reason, 'score': clean({child.points}), 'band': {child.band}, 'weight': {nominal}, "
                f"'effective_weight': {self._decimal(effective)}, 'contribution': {self._decimal(given)}, 'imputed': True}}"
            )

    def _scored_node(
        self,
        node: r.Scorecard,
        child: Place,
        head: str,
        nominal: str,
        effective: str,
        contribution: str | None,
    ) -> None:
        status = "'scored'"
        if isinstance(child.node, r.Member) and child.node.kind == "measure":
            fresh = self.measures[child.node.name].fresh
            if fresh is not None and fresh.stale is not None:
                status = f"'stale' if {self.names.variable(f'{child.node.name}.stale', 's_')} else 'scored'"
        points, test = child.points, f" if {child.points}.__class__ is not NA else 0.0)"
        known = not self.may_lack_points(node, child)
        given = contribution or (f"{effective} * {points}" if known else f"({effective} * {points}{test}")
        if contribution is None and not _simple(effective):
            name = self.names.temporary("e")
            plain = effective.removesuffix(test).removeprefix("(")
            self.out.line(f"{name} = {plain if known and effective.endswith(test) else effective}")
            effective = name
            given = f"{name} * {points}" if known else f"({name} * {points}{test}"
        if effective == "0.0":
            given = "0.0"
        entry = {
            "status": status,
            "score": self._printed(node, child),
            "band": child.band,
            "weight": nominal,
            "effective_weight": self._decimal(effective),
            "contribution": self._decimal(given),
        }
        self._entry(head, entry)

    def _entry(self, head: str, texts: dict[str, str]) -> None:
        """Write an entry of the result: a copy of what is constant in it, and then the rest."""
        fixed = {key: _constant(text) for key, text in texts.items()}
        self.out.line(f"{head}entry = {self.names.entry(fixed)}.copy()")
        for key, text in texts.items():
            if fixed[key] is None and text != "None":
                self.out.line(f"entry[{key!r}] = {text}")

    def _decimal(self, number: str) -> str:
        """A weight or contribution to 10 decimals: what `clean` does, and nearly always without the call."""
        if self.keeping or number in ("None", "0.0", "1.0"):
            return number
        whole = self.names.constant(TO_WHOLE, "whole")
        small = f"(amount * 1e10 + {whole} - {whole}) / 1e10"
        return f"{small} if -1000.0 < (amount := {number}) < 1000.0 else clean(amount)"

    def _printed(self, card: r.Scorecard, child: Place) -> str:
        """The points of a child as they are printed: cleaned where they come out of arithmetic."""
        plain = isinstance(child.node, r.Member) and child.node.kind == "measure"
        printed = child.points
        if not plain or self.computes_points(self.measures[child.node.name]):
            printed = f"clean({printed})"
        return (
            f"{printed} if {child.points}.__class__ is not NA else None"
            if self.may_lack_points(card, child)
            else printed
        )

    # ── the result of a card ──

    def _result(self, node: r.Scorecard, place: Place) -> None:
        scale = self.scale(node.bands) if node.bands else None
        target = self.names.variable(node.name, "card_")
        nodes, coverage = (
            self.names.variable(node.name, "nodes_"),
            self.names.variable(node.name, "coverage_"),
        )
        acted = place.acted
        override = f"acted_override({acted}, {scale}) if {acted} else None" if acted else "None"
        before = f"{place.computed}, {place.computed_band}"
        bounds = any(limit.kind != "override" for limit in node.block.limits)
        limits = f"acted_limits({acted}, {scale}, {before}) if {acted} else []" if bounds else "[]"
        score = self._clean_score(place)
        next_band = f"{scale}.next_band({score}, {place.band})" if scale else "None"
        border = self._near(node, place, score)
        computed, computed_band = score, place.band
        if place.acted:
            cleaned = f"clean({place.computed}) if {place.computed}.__class__ is float else None"
            computed = f"({score} if {place.computed} is {place.what} else {cleaned})"
            computed_band = place.computed_band
        self.out.line(
            f"{target} = {{'status': {place.what}.reason if {place.what}.__class__ is NA else 'scored', 'score': {score}, "
            f"'band': {place.band}, 'computed_score': {computed}, 'computed_band': {computed_band}, "
            f"'coverage': {coverage}, 'override': {override}, 'limits': {limits}, 'borderline': {border}, "
            f"'next_band': {next_band}, 'reason': {place.what}.describe() if {place.what}.__class__ is NA else None, "
            f"'nodes': {nodes}}}"
        )

    def needed_parts(self, references: list[e.Reference]) -> None:
        """Note which effective weights, contributions, coverages and bands the program's expressions need."""
        self.parts_needed = set()
        for reference in references:
            if reference.part in ("effective_weight", "contribution"):
                self.parts_needed.add((reference.name, reference.path))
                self.weights_needed.add(reference.name)
            elif reference.part == "borderline":
                self.near_asked.add(reference.name)
            elif reference.part == "coverage":
                self.weights_needed.add(reference.name)
            elif "band" in reference.part:
                self.bands_needed.add((reference.name, reference.path))


def sum_text(parts: list[str]) -> str:
    """A sum as Python text; added up now when all parts are constants."""
    if not parts:
        return "0.0"
    if all(part[0].isdigit() for part in parts):
        return repr(added_up(float(part) for part in parts))
    return "(" + " + ".join(parts) + ")"


def _simple(text: str) -> bool:
    return text.isidentifier() or text in ("None", "0.0", "1.0")


def _constant(text: str) -> str | float | None:
    """What a text of an entry always is; None when it is None or not always the same."""
    if text == "'scored'":
        return "scored"
    try:
        return float(text)
    except ValueError:
        return None


_NO_WEIGHT = NA("missing", "this roll-up has no weights")

"""A model of z3 as accounts: facts as the model has them, elements that queries find, guesses for what is left open.

In: a model. Out: accounts, the likeliest first. Nothing here is certain: whoever asks evaluates them. Guaranteed: each account
is valid by the fact schemas.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import islice
from typing import Any

import attrs

from ruleengine.analysis.solver.atoms import Atoms, Opaque, Record
from ruleengine.analysis.solver.encoding import Encoding
from ruleengine.analysis.solver.lists import Found
from ruleengine.analysis.solver.terms import Flag, Value, z3
from ruleengine.casebook.accounts import Account, Edit, New, Patch, blank, changed
from ruleengine.casebook.wishes import Wishes
from ruleengine.tree import expressions as e
from ruleengine.values import LARGEST_FACT, Field, Kind, Type

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GUESSES = 3


class Models:
    """Reads models of some atoms, on which one program or two rest."""

    def __init__(
        self, atoms: Atoms, encodings: Iterable[Encoding], wishes: Iterable[Wishes], id_path: tuple[str, ...]
    ) -> None:
        self.atoms = atoms
        self.encodings = tuple(encodings)
        self.wishes = tuple(wishes)
        self.root = atoms.roots[0]
        self.start = blank(self.root, date.fromordinal(atoms.as_of), id_path)

    def accounts(self, model: Any) -> Iterator[Account]:
        """Accounts that the model may stand for."""
        plain = changed(self.start, self._facts(model), self.root)
        for with_elements in self._with_elements(plain, model):
            yield with_elements
            guessed = with_elements
            for encoding, wishes in zip(self.encodings, self.wishes, strict=True):
                guessed = self._guessed(guessed, encoding, wishes, model)
            if guessed is not with_elements:
                yield guessed

    # ── facts ──

    def holds(self, model: Any, flag: Flag) -> bool:
        """Whether a flag holds in a model."""
        return flag if isinstance(flag, bool) else z3().is_true(model.eval(flag, model_completion=True))

    def _facts(self, model: Any) -> Patch:
        patch: list[tuple[tuple[str, ...], Any]] = []
        for path, (there, variable) in sorted(self.atoms.variables.items(), key=lambda each: len(each[0])):
            if not self.holds(model, there):
                continue
            declared = self.atoms.declared(path)
            if variable is not None:
                found = self.stored(model, variable, declared)
                if found is not None:
                    patch.append((path, found))
            else:
                patch.append((path, self._begun(declared.type)))
        return tuple(patch)

    def _begun(self, kind: Type) -> Any:
        if kind.kind is Kind.LIST:
            return []
        return blank(kind, self.start.as_of, ()).facts

    def stored(self, model: Any, variable: Any, declared: Field) -> Any:
        """The value of a variable as a document holds it; None where no document does."""
        found = model.eval(variable, model_completion=True)
        kind = declared.type.kind
        if kind is Kind.FLAG:
            return z3().is_true(found)
        if kind is Kind.NUMBER:
            return _number(found, declared)
        number = found.as_long()
        if kind is Kind.DATE:
            return date.fromordinal(number).isoformat() if 1 <= number <= date.max.toordinal() else None
        if kind is Kind.TIMESTAMP:
            return _moment(number)
        words = {code: text for text, code in self.atoms.texts.items()}
        return words.get(number, f"another {number}")

    # ── elements of lists ──

    def _with_elements(self, account: Account, model: Any) -> Iterator[Account]:
        """With an element for each query that finds one: each its own, then those of a list as one."""
        finds = [
            found
            for encoding in self.encodings
            for found in encoding.found.values()
            if not self.holds(model, found.value.absent)
        ]
        unique = list({id(found.record): found for found in finds}.values())
        patches = [self._element(found, model) for found in unique]
        if not patches:
            yield account
            return
        yield from self._put(account, patches)
        merged: dict[tuple[str, ...], dict[str, Any]] = {}
        for path, element in reversed(patches):
            merged[path] = {**merged.get(path, {}), **element}
        if len(merged) < len(patches):
            yield from self._put(account, list(merged.items()))

    def _put(
        self, account: Account, elements: list[tuple[tuple[str, ...], dict[str, Any]]]
    ) -> Iterator[Account]:
        for path, element in elements:
            place = New()
            edits: list[Edit] = [((*path, place, name), value) for name, value in element.items()]
            account = changed(account, edits or [((*path, place), {})], self.root)
        yield account

    def _element(self, found: Found, model: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
        """The path of the list and the fields of the element that a query finds."""
        element: dict[str, Any] = {}
        for name, (there, variable, declared) in self.atoms.elements.get(found.record.key, {}).items():
            if declared is not None and self.holds(model, there):
                value = self.stored(model, variable, declared)
                if value is not None:
                    element[name] = value
        return found.path, element

    # ── what is left open ──

    def _guessed(self, account: Account, encoding: Encoding, wishes: Wishes, model: Any) -> Account:
        """With the first guess for each expression that could not be said, to be as the model has it."""
        for node, value in encoding.asked.values():
            if isinstance(value.term, Record | Opaque) or any(
                node is each.node for each in encoding.found.values()
            ):
                continue
            wishes.begin(account)
            try:
                for patch in islice(self._wished(node, value, wishes, model), 1):
                    account = changed(account, patch, self.root)
            except (TypeError, ValueError, OverflowError, AttributeError):
                continue  # a wish for what this document cannot be, or for a day beyond the calendar
        unmoved = account.as_of == self.start.as_of
        return account if unmoved else attrs.evolve(account, as_of=self.start.as_of)

    def _wished(self, node: e.Expression, value: Value, wishes: Wishes, model: Any) -> Iterator[Patch]:
        if self.holds(model, value.absent):
            yield from wishes.absent(node, {})
        elif node.type.kind is Kind.FLAG:
            yield from wishes.hold(node, self.holds(model, value.term), {})
        else:
            wanted = self._plain(model.eval(_term(value.term), model_completion=True), node.type.kind)
            yield from wishes.become(node, wanted, {})

    def _plain(self, found: Any, kind: Kind) -> Any:
        if kind in (Kind.TEXT, Kind.CHOICE):
            words = {code: text for text, code in self.atoms.texts.items()}
            return words.get(found.as_long(), f"another {found.as_long()}")
        if kind is Kind.TIMESTAMP:
            return (_EPOCH + timedelta(microseconds=found.as_long())).toordinal()
        number = _fraction(found)
        return int(number) if number.denominator == 1 else float(number)


def _term(found: Any) -> Any:
    return z3().RealVal(str(found)) if isinstance(found, int | Fraction) else found


def _fraction(found: Any) -> Fraction:
    if z3().is_int_value(found):
        return Fraction(found.as_long())
    return Fraction(found.numerator_as_long(), found.denominator_as_long())


def _number(found: Any, declared: Field) -> float | int:
    number = _fraction(found)
    if number.denominator == 1:
        return int(number)
    shown = float(f"{float(number):.12g}")
    return shown if _within(shown, declared) else float(number)


def _within(number: float, declared: Field) -> bool:
    """Whether a stored number lies between the ends that its field has."""
    low, high = declared.minimum, declared.maximum
    above = low is None or number > low or (number == low and not declared.exclusive_minimum)
    below = high is None or number < high or (number == high and not declared.exclusive_maximum)
    return above and below and -LARGEST_FACT < number < LARGEST_FACT


def _moment(number: int) -> str | None:
    try:
        moment = _EPOCH + timedelta(microseconds=number)
    except OverflowError:
        return None
    return moment.isoformat().replace("+00:00", "Z")

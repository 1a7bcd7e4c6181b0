"""What terms are made of: facts over the domains that fact schemas give them, and fresh variables for what cannot be said.

In: the record types of one or more fact schemas. Out: values of facts by their path, the conditions under which a model is an
account (`conditions`), and the codes of texts. Guaranteed: each valid account is a model. Two programs that share atoms speak
of the same account.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from attrs import define, field

from ruleengine.analysis.solver.terms import (
    Flag,
    Number,
    Value,
    both,
    choose,
    compare,
    constant_of,
    either,
    either_value,
    exact,
    no,
    plus,
    reasons,
    scaled,
    term,
    z3,
)  # fmt: skip
from ruleengine.checker.domains import Domain, Flags, Numbers, Words
from ruleengine.facts.model import field_named
from ruleengine.values import LARGEST_FACT, Field, Kind, Type

Path = tuple[str, ...]
LAST_DAY = date.max.toordinal()
_EPOCH_DAY = date(1970, 1, 1).toordinal()
DAY = 86_400_000_000
#: What a double keeps of a number, as a share of it; twice what is lost by one rounding, as constants are rounded too.
_LAST_DIGIT = Fraction(1, 2**52)
#: Up to here that is a hundredth of what makes two numbers differ.
_SMALL = 4_500


@define(slots=True, eq=False)
class Opaque:
    """A list or a series: nothing is known of it but what tells it apart."""

    key: Any

    def mixed(self, flag: Flag, other: Any) -> Opaque:
        """The one or the other."""
        return Opaque(("mixed", str(flag), self.key, getattr(other, "key", None)))


@define(slots=True, eq=False)
class Record:
    """A record: its fields are values, made when they are asked for."""

    atoms: Atoms
    key: Any

    def get(self, name: str, declared: Field | None, kind: Type) -> Value:
        """A field of an element of a list, which nothing is known of but its domain."""
        return self.atoms.element_field((self.key, name), declared, kind)

    def mixed(self, flag: Flag, other: Any) -> Record:
        """The one or the other."""
        return MixedRecord(self.atoms, None, flag, self, other)


@define(slots=True, eq=False)
class MixedRecord(Record):
    """One record where a flag holds, else another."""

    flag: Flag
    one: Record
    other: Record

    def get(self, name: str, declared: Field | None, kind: Type) -> Value:
        """A field of the one or of the other."""
        return either_value(
            self.flag, self.one.get(name, declared, kind), self.other.get(name, declared, kind)
        )


@define(slots=True, eq=False)
class OwnRecord(Record):
    """A record that a ruleset makes."""

    fields: dict[str, Value]

    def get(self, name: str, declared: Field | None, kind: Type) -> Value:
        """A field as it was given."""
        return self.fields[name]


@define(slots=True, eq=False)
class FactRecord(Record):
    """A record at a place in the facts."""

    path: Path

    def get(self, name: str, declared: Field | None, kind: Type) -> Value:
        """A fact below it."""
        return self.atoms.fact((*self.path, name))


@define(slots=True, eq=False)
class Atoms:
    """The variables of one account."""

    roots: Sequence[Type]
    as_of: int
    conditions: list[Any] = field(factory=list)
    texts: dict[str, int] = field(factory=dict)
    facts: dict[Path, Value] = field(factory=dict)
    records: dict[Path, Flag] = field(factory=dict)
    variables: dict[Path, tuple[Any, Any]] = field(factory=dict)  # by path: whether it is there, its value
    known: dict[Any, Value] = field(factory=dict)
    numbers: dict[Any, int] = field(factory=dict)
    quotients: dict[int, tuple[Any, Number, Number]] = field(factory=dict)
    kept: list[Any] = field(factory=list)
    days: dict[int, Any] = field(factory=dict)
    elements: dict[Any, dict[str, tuple[Flag, Any, Field | None]]] = field(factory=dict)
    ends: dict[int, tuple[Fraction, Fraction]] = field(factory=dict)
    exactly: Any = None  # a flag: no computation is rounded; None as long as none could be
    count: int = 0

    # ── names, codes, fresh variables ──

    def fresh(self, sort: str, stem: str = "x") -> Any:
        """A new variable; `sort` is Bool, Int or Real."""
        self.count += 1
        return getattr(z3(), sort)(f"{stem}!{self.count}")

    def require(self, condition: Flag) -> None:
        """Every account is so."""
        if condition is not True:
            self.conditions.append(z3().BoolVal(False) if condition is False else condition)

    def code(self, text: str) -> int:
        """The number that stands for a text."""
        return self.texts.setdefault(text, len(self.texts))

    def number_of(self, meaning: Any) -> int:
        """A number for a thing, the same for equal things."""
        return self.numbers.setdefault(meaning, len(self.numbers))

    def identity(self, found: Any) -> Any:
        """What tells a term apart from others, as long as these atoms live."""
        if isinstance(found, Value):
            parts = tuple((name, self.identity(flag)) for name, flag in sorted(found.na.items()))
            return (self.identity(found.term), parts)
        if isinstance(found, bool | int | Fraction | str):
            return (type(found).__name__, found)
        if isinstance(found, Opaque):
            return ("opaque", found.key)
        self.kept.append(found)
        return ("record", id(found)) if isinstance(found, Record) else ("term", found.get_id())

    # ── facts ──

    def fact(self, path: Path) -> Value:
        """The value of a fact."""
        if path not in self.facts:
            self.facts[path] = self._fact(path)
        return self.facts[path]

    def _declared(self, path: Path) -> list[Field]:
        found = []
        for root in self.roots:
            holder: Type | None = root
            known: Field | None = None
            for name in path:
                known = field_named(holder, name) if holder is not None else None
                holder = known.type if known is not None else None
            if known is not None:
                found.append(known)
        return found

    def declared(self, path: Path) -> Field:
        """The field at a path, by the first schema that has it."""
        return self._declared(path)[0]

    def _there(self, path: Path) -> Flag:
        """Whether the document has something at a path."""
        if not path:
            return True
        if path not in self.records:
            above = self._there(path[:-1])
            if any(each.required for each in self._declared(path)):
                self.records[path] = above
            else:
                own = z3().Bool(f"has {'.'.join(path)}")
                self.variables[path] = (own, None)
                self.records[path] = both(above, own)
        return self.records[path]

    def _fact(self, path: Path) -> Value:
        declared = self._declared(path)
        there = self._there(path)
        na = reasons([("missing", no(there))])
        kind = declared[0].type.kind
        if kind is Kind.LIST:
            self.variables[path] = (there, None)
            return Value(Opaque(("fact", path)), na, ("fact", path))
        if kind is Kind.RECORD:
            return Value(FactRecord(self, ("fact", path), path), na)
        found, variable = self._value(declared, ".".join(path))
        self.variables[path] = (there, variable)
        return Value(found, na)

    def _value(self, declared: Sequence[Field], name: str) -> tuple[Any, Any]:
        """A value within all of its declarations, and the variable that it is told by."""
        first = declared[0]
        kind = first.type.kind
        if kind is Kind.FLAG:
            variable = z3().Bool(name)
            return variable, variable
        if kind is not Kind.NUMBER:
            variable = z3().Int(name)
            for each in declared:
                self._within_kind(variable, each.type)
            return variable, variable
        whole = any(each.integer for each in declared)
        variable = z3().Int(name) if whole else z3().Real(name)
        for each in declared:
            self._within(variable, each, exact(Fraction(first.scale) / Fraction(each.scale)))
        return scaled(exact(first.scale), variable), variable

    def _within_kind(self, variable: Any, kind: Type) -> None:
        if kind.kind is Kind.DATE:
            self.require(both(variable >= 1, variable <= LAST_DAY))
        elif kind.kind is Kind.TIMESTAMP:
            self.require(
                both(variable >= (0 - _EPOCH_DAY) * DAY, variable < (LAST_DAY - _EPOCH_DAY + 2) * DAY)
            )
        elif kind.choices:
            self.require(either(*(variable == self.code(word) for word in kind.choices)))
        else:
            self.require(variable >= 0)

    def _within(self, variable: Any, declared: Field, factor: int | Fraction) -> None:
        stored = scaled(factor, variable)
        largest = int(LARGEST_FACT)
        self.require(both(compare("<", stored, largest), compare(">", stored, -largest)))
        if declared.minimum is not None:
            operator = ">" if declared.exclusive_minimum else ">="
            self.require(compare(operator, stored, exact(declared.minimum)))
        if declared.maximum is not None:
            operator = "<" if declared.exclusive_maximum else "<="
            self.require(compare(operator, stored, exact(declared.maximum)))

    # ── what cannot be said ──

    def element_field(self, key: Any, declared: Field | None, kind: Type) -> Value:
        """A field of an element of a list: anything that its declaration allows, missing if that does not require it."""
        if key not in self.known:
            na = {} if declared is not None and declared.required else self.flags(["missing"])
            name = f"element!{self.number_of(key)}"
            if kind.kind in (Kind.LIST, Kind.SERIES):
                self.known[key] = Value(Opaque(key), na, key)
            elif kind.kind is Kind.RECORD:
                self.known[key] = Value(Record(self, key), na)
            elif declared is None:
                self.known[key] = Value(self.of_domain(None, kind), na)
            else:
                found, variable = self._value([declared], name)
                self.known[key] = Value(found, na)
                self.elements.setdefault(key[0], {})[key[1]] = (no(either(*na.values())), variable, declared)
        return self.known[key]

    def flags(self, names: Iterable[str]) -> dict[str, Any]:
        """A flag for each reason, of which at most one holds."""
        found = {name: self.fresh("Bool", name) for name in names}
        several = list(found.values())
        if len(several) > 1:
            self.require(z3().AtMost(*several, 1))
        return found

    def of_domain(self, domain: Domain | None, kind: Type) -> Any:
        """A fresh variable of a type, within a domain."""
        if kind.kind in (Kind.LIST, Kind.SERIES):
            return Opaque(("fresh", self.number_of(("fresh", len(self.numbers)))))
        if kind.kind is Kind.RECORD:
            return Record(self, ("fresh", self.number_of(("fresh", len(self.numbers)))))
        if kind.kind is Kind.FLAG:
            only = domain.only if isinstance(domain, Flags) else None
            return self.fresh("Bool") if only is None else only
        if kind.kind is not Kind.NUMBER:
            variable = self.fresh("Int")
            if isinstance(domain, Words) and domain.closed:
                self.require(either(*(variable == self.code(word) for word in domain.words)))
            else:
                self._within_kind(variable, kind)
            return variable
        return self._number(domain if isinstance(domain, Numbers) else Numbers())

    def _number(self, domain: Numbers) -> Any:
        whole = domain.step is not None and float(domain.step).is_integer()
        variable = self.fresh("Int" if whole else "Real")
        if domain.low is not None:
            self.require(compare(">=", variable, exact(domain.low)))
        if domain.high is not None:
            self.require(compare("<=", variable, exact(domain.high)))
        return variable

    # ── quotients ──

    def quotient(self, above: Number, below: Number, edges: Iterable[float | Fraction] = ()) -> Number:
        """`above / below`, which is only asked where `below` is not 0; told by how it compares with edges."""
        if isinstance(below, int | Fraction):
            return scaled(exact(Fraction(1) / Fraction(below)), above) if below else 0
        key = ("quotient", self.identity(above), self.identity(below))
        if key not in self.known:
            variable = self.fresh("Real", "quotient")
            self.known[key] = Value(variable)
            self.quotients[variable.get_id()] = (variable, above, below)
            for edge in (0, 1):
                self.at_edge(variable.get_id(), edge)
        found = self.known[key].term
        for each in edges:
            self.at_edge(found.get_id(), exact(each))
        return found

    def at_edge(self, name: int, edge: int | Fraction) -> None:
        """Say of a quotient on which side of an edge it lies: without any division."""
        key = ("edge", name, edge)
        if key in self.known:
            return
        self.known[key] = Value(True)
        variable, above, below = self.quotients[name]
        other = scaled(edge, below)
        positive, negative = compare(">", below, 0), compare("<", below, 0)
        low, high = compare("<=", above, other), compare(">=", above, other)
        edge_term = term(edge)
        self.require(
            z3().Implies(positive, both((variable <= edge_term) == low, (variable >= edge_term) == high))
        )
        if negative is not False:
            self.require(
                z3().Implies(negative, both((variable <= edge_term) == high, (variable >= edge_term) == low))
            )

    def quotients_in(self, found: Any) -> Iterable[int]:
        """The quotients that a number may be."""
        stack, seen = [found], set()
        while stack:
            current = stack.pop()
            if isinstance(current, int | Fraction) or current.get_id() in seen:
                continue
            seen.add(current.get_id())
            if current.get_id() in self.quotients:
                yield current.get_id()
            elif z3().is_app_of(current, z3().Z3_OP_ITE):
                stack += [current.arg(1), current.arg(2)]

    # ── what an evaluation rounds ──

    def computed(self, found: Number, domain: Domain | None = None) -> Number:
        """A sum, difference or multiple as an evaluation has it: rounded to a double, and the same for the same operands.

        What stays small, or is a whole number, is rounded by less than anybody can tell."""
        if isinstance(found, int | Fraction) or z3().is_int(found):
            return found
        ends = self.ends_of(found)
        if (
            ends is None
            and isinstance(domain, Numbers)
            and domain.low is not None
            and domain.high is not None
        ):
            ends = Fraction(domain.low), Fraction(domain.high)
        if ends is not None and max(map(abs, ends)) <= _SMALL:
            return found
        key = ("computed", found.get_id())
        if key not in self.known:
            if self.exactly is None:
                self.exactly = self.fresh("Bool", "exactly")
            self.kept.append(found)
            off = self.fresh("Real", "rounded off")
            most = scaled(_LAST_DIGIT, choose(compare("<", found, 0), scaled(-1, found), found))
            self.require(both(compare("<=", off, most), compare(">=", off, scaled(-1, most))))
            self.require(z3().Implies(self.exactly, off == 0))
            self.known[key] = Value(plus(found, off))
        return self.known[key].term

    # ── bounds of means ──

    def bounded(self, mean: Any, parts: Sequence[Number]) -> None:
        """Say of a mean that it lies between what its parts can be, where these have ends."""
        ends = [self.ends_of(part) for part in parts]
        known = [each for each in ends if each is not None]
        if len(known) == len(ends) and known:
            low, high = min(low for low, _ in known), max(high for _, high in known)
            self.ends[mean.get_id()] = (low, high)
            self.require(both(compare(">=", mean, exact(low)), compare("<=", mean, exact(high))))

    def ends_of(self, found: Number) -> tuple[Fraction, Fraction] | None:
        """The lowest and the highest that a number can be, as far as its choices tell."""
        low: Fraction | None = None
        high: Fraction | None = None
        stack, seen = [found], set()
        while stack:
            current = constant_of(stack.pop())
            if isinstance(current, int | Fraction):
                ends: tuple[Fraction, Fraction] | None = (Fraction(current), Fraction(current))
            elif current.get_id() in seen:
                continue
            else:
                seen.add(current.get_id())
                if z3().is_app_of(current, z3().Z3_OP_ITE):
                    stack += [current.arg(1), current.arg(2)]
                    continue
                ends = self.ends.get(current.get_id())
            if ends is None:
                return None
            low = ends[0] if low is None else min(low, ends[0])
            high = ends[1] if high is None else max(high, ends[1])
        return None if low is None or high is None else (low, high)

    # ── days of timestamps ──

    def day_of(self, instant: Any, utc: bool) -> Any:
        """The calendar day of an instant; in other zones than UTC within a day of that."""
        if isinstance(instant, int):
            return instant // DAY + _EPOCH_DAY
        key = instant.get_id()
        if key not in self.days:
            day = self.fresh("Int", "day")
            start = scaled(DAY, plus(day, -_EPOCH_DAY))
            slack = 0 if utc else DAY
            self.require(both(start - slack <= instant, instant < start + DAY + slack))
            self.kept.append(instant)
            self.days[key] = day
        return self.days[key]


def switched(number: Number, flag: Flag) -> Number:
    """A number where a flag holds, else 0."""
    return choose(flag, number, 0)

"""All cases that a few conditions can tell apart, counted with bits.

In: conditions over one or several keys (a key is anything compared with constants). Out: a `Grid`: each key's
domain is cut at all its constants, and every combination of the pieces is one cell, one bit of an integer. For
a condition, `truth` gives the cells where it surely holds and those where it surely does not; a part that
compares no key with constants is unknown everywhere. Guaranteed: a cell stands for values that its keys can
have, each key for itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from attrs import define, field, frozen

from ruleengine.checker.domains import domain_of
from ruleengine.checker.index import Index
from ruleengine.checker.likeness import likeness
from ruleengine.checker.pieces import EITHER, Line, Piece, Test, pieces_of
from ruleengine.tree import expressions as e
from ruleengine.values import Kind

#: The last piece of a key that may have no value.
NO_VALUE = Piece("", "na")
#: A grid with more cells is not looked at.
MOST_CELLS = 1 << 16
#: Nor one where more constants would have to be compared with pieces: that takes more than a second.
MOST_COMPARISONS = 250_000

#: Of all grids of a ruleset together: later ones are not looked at, which a few hundred long chains of conditions can lead to.
MOST_COMPARISONS_OF_ALL = 5_000_000

#: What lies deeper in a condition, through logic and names, counts as unknown.
_DEEPEST = 40

Mask = int
Truth = tuple[Mask, Mask]


@define(slots=True, eq=False)
class Key:
    """One thing that conditions compare: the expression, the tests on it, and the pieces of its domain."""

    node: e.Expression
    shown: e.Expression
    is_band: bool = False
    opaque: bool = False
    tests: list[Test] = field(factory=list)
    pieces: tuple[Piece, ...] = ()
    line: Line = field(factory=Line)
    stride: int = 1  # so many cells lie between one piece and the next

    def place(self, cell: Mask) -> int:
        """The piece in which a single cell lies."""
        return (cell.bit_length() - 1) // self.stride % len(self.pieces)


@frozen(slots=True)
class _Atom:
    """One test of one key."""

    key: Key
    test: Test


@define(slots=True, eq=False)
class Grid:
    """The cells of some conditions. `bounded` is false when the fact schema's bounds are not to be relied on.

    `split_opaque` makes a key of its own of every part that cannot be looked into: it is true or false, and the same
    wherever it stands. Good for "never", not for examples. With `with_unknown` every key may have no value besides: then its
    tests neither hold nor fail.
    """

    index: Index
    bounded: bool = True
    split_opaque: bool = False
    with_unknown: bool = False
    keys: dict[tuple[Hashable, bool], Key] = field(factory=dict)
    atoms: dict[int, _Atom | None] = field(factory=dict)
    made_of: dict[int, Sequence[e.Expression]] = field(factory=dict)
    kept: list[e.Expression] = field(factory=list)
    truths: dict[int, Truth] = field(factory=dict)
    has_unknown: bool = False
    everything: Mask = 0
    size: int = 0
    comparisons: int = 0

    @classmethod
    def over(
        cls,
        conditions: Iterable[e.Expression | None],
        index: Index,
        bounded: bool = True,
        split_opaque: bool = False,
        with_unknown: bool = False,
    ) -> Grid | None:
        """The grid of all keys in `conditions`; None when it would be too large."""
        grid = cls(index, bounded, split_opaque, with_unknown)
        for condition in conditions:
            if condition is not None:
                grid._collect(condition)
        return grid if grid._lay_out() else None

    # ── keys ──

    def _collect(self, condition: e.Expression) -> None:
        stack: list[tuple[e.Expression, int]] = [(condition, 0)]
        while stack:
            node, depth = stack.pop()
            if id(node) in self.atoms or id(node) in self.made_of:
                continue
            self.kept.append(node)  # so that its id stays its own
            below = self._inside(node) if depth < _DEEPEST else None
            if below is None:
                self.atoms[id(node)] = self._atom(node)
            else:
                self.made_of[id(node)] = below
                stack.extend((part, depth + 1) for part in reversed(below))

    def _inside(self, node: e.Expression) -> Sequence[e.Expression] | None:
        """The conditions that a condition is made of; None for an atom."""
        if isinstance(node, e.Logic):
            return node.operands
        if isinstance(node, e.Not):
            return (node.operand,)
        if isinstance(node, e.Variable):
            meaning = self.index.meaning(node.name)
            return None if meaning is None else (meaning,)
        return None

    def _atom(self, node: e.Expression) -> _Atom | None:
        found = self._test(node)
        if found is None:
            if isinstance(node, e.Constant):
                return None
            self.has_unknown = True
            if not self.split_opaque:
                return None
            key = self._key(node, node, is_band=False, opaque=True)
            return _Atom(key, Test("is", ()))
        key, test = found
        key.tests.append(test)
        return _Atom(key, test)

    def _key(
        self, node: e.Expression, shown: e.Expression, is_band: bool = False, opaque: bool = False
    ) -> Key:
        return self.keys.setdefault((likeness(node), is_band), Key(node, shown, is_band, opaque))

    def _test(self, node: e.Expression) -> tuple[Key, Test] | None:
        if isinstance(node, e.Compare):
            return self._comparison(node)
        if isinstance(node, e.Between):
            low, high = self.index.constant(node.low), self.index.constant(node.high)
            if (node.low is not None and low is None) or (node.high is not None and high is None):
                return None
            return self._keyed(node.subject, Test("between", (low, high), node.low_open, node.high_open))
        if isinstance(node, e.OneOf):
            choices = [self.index.constant(choice) for choice in node.choices]
            known = tuple(choice for choice in choices if choice is not None)
            return self._keyed(node.subject, Test("one of", known)) if len(known) == len(choices) else None
        if isinstance(node, e.IsBand):
            return self._key(node.subject, node.subject, is_band=True), Test("band", positions=node.positions)
        if isinstance(node, e.Fact | e.Attribute | e.Variable) and node.type.kind is Kind.FLAG:
            return self._key(node, node), Test("is", ())
        return None

    def _comparison(self, node: e.Compare) -> tuple[Key, Test] | None:
        left, right = self.index.constant(node.left), self.index.constant(node.right)
        if left is not None and right is None:
            return self._keyed(node.right, Test(_MIRRORED[node.operator], (left,)))
        if right is not None and left is None:
            return self._keyed(node.left, Test(node.operator, (right,)))
        return None

    def _keyed(self, subject: e.Expression, test: Test) -> tuple[Key, Test] | None:
        node = self.index.resolve(subject)
        if isinstance(node, e.Constant | e.NotAvailable) or node.type.kind not in _COMPARED:
            return None
        if any(constant is not None and constant.type.kind is Kind.TIMESTAMP for constant in test.constants):
            return None
        return self._key(node, subject), test

    # ── cells ──

    def _lay_out(self) -> bool:
        size = 1
        for key in self.keys.values():
            if key.opaque:
                key.pieces = EITHER
            else:
                domain = domain_of(key.node, self.index)
                key.pieces = pieces_of(key.node, domain, key.tests, self.index, key.is_band, self.bounded)
            key.line, key.stride = Line.of(key.pieces), size
            key.pieces += (NO_VALUE,) if self.with_unknown else ()
            size *= len(key.pieces)
            self.comparisons += len(key.pieces) * sum(len(test.constants) for test in key.tests)
            if size > MOST_CELLS or size == 0 or self.comparisons > MOST_COMPARISONS:
                return False
        self.index.spent["grids"] += self.comparisons
        if self.index.spent["grids"] > MOST_COMPARISONS_OF_ALL:
            return False
        self.size, self.everything = size, (1 << size) - 1
        return True

    def cells(self, key: Key, start: int, end: int) -> Mask:
        """The cells of some neighbouring pieces of a key."""
        run = ((1 << (end - start) * key.stride) - 1) << (start * key.stride)
        width = key.stride * len(key.pieces)
        while width < self.size:
            run |= run << width
            width *= 2
        return run & self.everything

    def truth(self, condition: e.Expression | None) -> Truth:
        """The cells where a condition surely holds, and those where it surely does not; None always holds."""
        if condition is None:
            return self.everything, 0
        found = self.truths.get(id(condition))
        if found is None:
            found = self.truths[id(condition)] = self._truth(condition)
        return found

    def _truth(self, node: e.Expression) -> Truth:
        below = self.made_of.get(id(node))
        if below is None:
            return self._atom_truth(node)
        truths = [self.truth(part) for part in below]
        if isinstance(node, e.Not):
            return truths[0][1], truths[0][0]
        yes, no = truths[0]
        for more_yes, more_no in truths[1:]:
            if isinstance(node, e.Logic) and node.operator == "and":
                yes, no = yes & more_yes, no | more_no
            else:
                yes, no = yes | more_yes, no & more_no
        return yes, no

    def _atom_truth(self, node: e.Expression) -> Truth:
        if isinstance(node, e.Constant):
            return (self.everything, 0) if node.value is True else (0, self.everything)
        atom = self.atoms.get(id(node))
        if atom is None:
            return 0, 0
        yes = 0
        for start, end in atom.test.runs(atom.key.line):
            yes |= self.cells(atom.key, start, end)
        known = len(atom.key.line.values)
        unknown = self.cells(atom.key, known, known + 1) if self.with_unknown else 0
        return yes, self.everything & ~yes & ~unknown

    def may(self, condition: e.Expression | None) -> Mask:
        """The cells where a condition could hold."""
        return self.everything & ~self.truth(condition)[1]

    def keys_in(self, condition: e.Expression | None) -> set[int]:
        """The identities of the keys in a condition."""
        found: set[int] = set()
        stack = [condition] if condition is not None else []
        while stack:
            node = stack.pop()
            atom = self.atoms.get(id(node))
            if atom is not None:
                found.add(id(atom.key))
            stack.extend(self.made_of.get(id(node), ()))
        return found

    def projected(self, mask: Mask, key: Key) -> Mask:
        """The pieces of one key that occur in some cells, each as the first of its bits in a row of cells."""
        period, width = key.stride * len(key.pieces), key.stride * len(key.pieces)
        while width < self.size:
            width *= 2
        while width > period:  # what repeats is laid on top of itself
            width //= 2
            mask = (mask | mask >> width) & ((1 << width) - 1)
        covered = 1
        while covered < key.stride:  # and what belongs to a piece is drawn together
            step = min(covered, key.stride - covered)
            mask |= mask >> step
            covered += step
        return mask & _spread(key.stride, len(key.pieces))

    def ascending(self, pieces: Mask, key: Key) -> Mask:
        """What `projected` gave, in the order of the values of numbers."""
        if not key.line.turned:
            return pieces
        last = (len(key.pieces) - 1) * key.stride
        return (pieces & ((1 << last) - 1)) << key.stride | pieces >> last

    def same_but(self, cell: Mask, key: Key) -> Mask:
        """`cell` and all that differ from it in `key` alone."""
        first = cell.bit_length() - 1 - key.place(cell) * key.stride
        return _spread(key.stride, len(key.pieces)) << first


def _spread(stride: int, count: int) -> Mask:
    """So many bits, each so far from the one before."""
    bits, have = 1, 1
    while have < count:
        bits |= bits << (have * stride)
        have *= 2
    return bits & ((1 << (stride * (count - 1) + 1)) - 1)


_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_COMPARED = (Kind.NUMBER, Kind.DATE, Kind.TEXT, Kind.CHOICE, Kind.FLAG)

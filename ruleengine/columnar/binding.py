"""What a lambda needs several times is computed once: inside of lambdas there are no columns that could hold it.

In: an expression whose parts are shared objects, and those of them that may stand in several places, in the order in which
they were made. Out: the same expression, in which each of these that is written more than once is the variable of a lambda
around it. Without this a question of a series of each element became a hundred kilobytes, over which Spark's parser needs
more memory than it has. Small expressions stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.dialect import Dialect
from ruleengine.columnar.size import Sizes, parts_of

#: Expressions up to this size are written as they are.
SMALL = 400
#: A part that is smaller is rather written again.
_WORTH_IT = 12


def computed_once(sql: Sql, repeated: Sequence[Sql], dialect: Dialect, sizes: Sizes) -> Sql:
    """An expression with the parts that it repeats bound to names around it."""
    if not repeated or sizes.of(sql) <= SMALL:
        return sql
    for part in reversed(repeated):  # each holds at most those that were made before it
        if sizes.of(part) < _WORTH_IT or part is sql:
            continue
        nodes = _in_order(sql)
        if _occurrences(part, nodes) < 2 or not _read_by(part).isdisjoint(_named_in(nodes)):
            continue
        variable = dialect.variable("once")
        body = _replaced(nodes, part, b.column(variable))
        sql = dialect.first(dialect.made_by(dialect.one(part), variable, body))
    return sql


def _in_order(sql: Sql) -> list[Sql]:
    """All objects of an expression, each once and after those that it is made of."""
    found: dict[int, Sql] = {}
    stack = [(sql, False)]
    while stack:
        node, seen = stack.pop()
        if seen:
            found[id(node)] = node
        elif id(node) not in found:
            stack.append((node, True))
            stack += [(part, False) for part in parts_of(node)]
    return list(found.values())


def _named_in(nodes: Sequence[Sql]) -> frozenset[str]:
    """The variables of all lambdas among some nodes."""
    return frozenset().union(*map(_variables, nodes))


def _variables(node: Sql) -> frozenset[str]:
    return frozenset(each.name for each in node.expressions) if isinstance(node, exp.Lambda) else frozenset()


def _read_by(sql: Sql) -> frozenset[str]:
    """The columns and variables that an expression reads from around it."""
    known: dict[int, frozenset[str]] = {}
    for node in _in_order(sql):
        read = frozenset([node.name]) if isinstance(node, exp.Column) else frozenset()
        known[id(node)] = read.union(*(known[id(part)] for part in parts_of(node))) - _variables(node)
    return known[id(sql)]


def _occurrences(part: Sql, nodes: Sequence[Sql]) -> int:
    """How often a part is written in the expression of some nodes."""
    known: dict[int, int] = {}
    for node in nodes:
        known[id(node)] = 1 if node is part else sum(known[id(each)] for each in parts_of(node))
    return known[id(nodes[-1])]


def _replaced(nodes: Sequence[Sql], part: Sql, name: Sql) -> Sql:
    """The expression of some nodes with a name wherever a part stood; what does not hold the part stays the same object."""
    known: dict[int, Sql] = {}
    for node in nodes:
        known[id(node)] = name if node is part else _with_parts(node, known)
    return known[id(nodes[-1])]


def _with_parts(node: Sql, known: dict[int, Sql]) -> Sql:
    """A node made of others; the same node where none is another."""
    if all(known[id(part)] is part for part in parts_of(node)):
        return node
    arguments = {}
    for key, value in node.args.items():
        several = isinstance(value, list)
        arguments[key] = (
            [known.get(id(each), each) for each in value] if several else known.get(id(value), value)
        )
    return type(node)(**arguments)

"""SQL as a person would write it: the same expressions with fewer parentheses, and `IS NOT NULL`.

In: a tree that is nobody else's. Out: the same tree, changed. Guaranteed: it is parsed to the same operations in the same
order, so that numbers come out the same to the last bit.
"""

from __future__ import annotations

from sqlglot import exp

from ruleengine.columnar.build import Sql

_TESTS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.In, exp.Between, exp.NullSafeEQ)
_PRODUCTS = (exp.Mul, exp.Div, exp.Mod)
_SUMS = (exp.Add, exp.Sub)
#: What a CASE gives where no branch holds anyhow, by the sign of whether its other values are texts.
_PLAIN = {exp.DataType.Type.DOUBLE: False, exp.DataType.Type.INT: False, exp.DataType.Type.VARCHAR: True}


def plain(tree: exp.Select) -> exp.Select:
    """Write a tree more plainly."""
    for negation in list(tree.find_all(exp.Not)):
        _not_null(negation)
    for choice in list(tree.find_all(exp.Case)):
        _shorter(choice)
    for node in list(tree.find_all(exp.Paren)):
        if node.parent is not None and _is_needless(node, node.parent, node.this):
            node.replace(node.this)
    return tree


def _not_null(node: Sql) -> None:
    """`NOT x IS NULL` is `x IS NOT NULL`."""
    test = node.this.unnest()
    if isinstance(test, exp.Is) and isinstance(test.expression, exp.Null):
        node.replace(exp.Is(this=test.this, expression=exp.Not(this=exp.null())))


def _shorter(node: Sql) -> None:
    """A CASE behind ELSE goes on where the outer one ends; `ELSE NULL` goes without saying."""
    inner = node.args.get("default")
    while isinstance(inner, exp.Case) and inner.this is None:
        for branch in inner.args["ifs"]:
            node.append("ifs", branch)
        inner = inner.args.get("default")
        node.set("default", inner)
    if isinstance(inner, exp.Null) or _adds_nothing(inner, _first_value(node)):
        node.set("default", None)


def _first_value(node: Sql) -> Sql:
    while isinstance(node, exp.Case):
        node = node.args["ifs"][0].args["true"]
    return node


def _adds_nothing(default: Sql | None, value: Sql) -> bool:
    """Whether a default is the NULL of the type that a literal has anyhow."""
    if not isinstance(default, exp.Cast) or not isinstance(default.this, exp.Null):
        return False
    return isinstance(value, exp.Literal) and _PLAIN.get(default.to.this) is bool(value.is_string)


def _is_needless(node: Sql, around: Sql, inside: Sql) -> bool:
    """Whether the same is read without these parentheses."""
    if isinstance(around, exp.And | exp.Or):
        joined = isinstance(inside, exp.And) or (isinstance(inside, exp.Or) and isinstance(around, exp.Or))
        return joined or isinstance(inside, (*_TESTS, exp.Not))
    if isinstance(around, exp.Not):
        return isinstance(inside, _TESTS)
    if isinstance(around, exp.If):
        return True
    if isinstance(around, _TESTS):
        return isinstance(inside, exp.Neg)
    if isinstance(around, _SUMS):
        left = node.arg_key == "this"
        return isinstance(inside, _PRODUCTS) or (left and isinstance(inside, _SUMS))
    return False

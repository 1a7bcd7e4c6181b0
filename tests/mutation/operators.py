"""The small changes that are made in a module, one at a time.

In: the syntax tree of a module. Out: `Change`s, always in the same order; each can be made in the tree that it was found in.

Not changed: docstrings and every other text, annotations and type aliases, `if TYPE_CHECKING`, `assert` and the `strict` of `zip` (they
guard what always holds), `__all__`, `__repr__`, protocols and overloads, decorators (whether a class has slots, how much a function
remembers), and keywords that only `repr` sees. An assignment is only taken away where it changes something that exists (an
attribute, an element, `x += 1`): without a new name nothing would run at all.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from attrs import define

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.Pow: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.BitXor: ast.BitOr, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
_NAMES = {
    "any": "all",
    "all": "any",
    "min": "max",
    "max": "min",
    "sorted": "list",
    "abs": "float",
    "floor": "ceil",
    "ceil": "floor",
}
_METHODS = {
    "startswith": "endswith",
    "endswith": "startswith",
    "floor": "ceil",
    "ceil": "floor",
    "find": "rfind",
    "rfind": "find",
}
_LOOPS = (ast.For, ast.While, ast.comprehension)
_UNSEEN_KEYWORDS = frozenset({"repr", "slots", "maxsize", "strict"})


@define
class Change:
    """What stands in a field of a node (at a place of a list) and what comes there instead."""

    operator: str
    line: int
    end_line: int
    before: str
    after: str
    owner: ast.AST
    field: str
    place: int | None
    new: Any

    def make(self) -> None:
        """Change the tree."""
        if self.place is None:
            setattr(self.owner, self.field, self.new)
        else:
            getattr(self.owner, self.field)[self.place] = self.new


def changes_of(tree: ast.Module) -> list[Change]:
    """Every change of a module."""
    return list(_inside(tree, tree))


def _inside(owner: ast.AST, at: ast.AST) -> Iterator[Change]:
    """The changes of all that a node holds; `at` is the node whose lines count."""
    for name, held in ast.iter_fields(owner):
        if name in _unchanged_fields(owner):
            continue
        for place, node in enumerate(held) if isinstance(held, list) else [(None, held)]:
            if isinstance(node, ast.AST) and not _is_unchanged(node):
                around = node if hasattr(node, "lineno") else at
                for operator, new in _instead_of(node, owner, name):
                    before, after = _text(node), _text(new)
                    if before != after:
                        yield Change(operator, *_lines(node, around), before, after, owner, name, place, new)
                yield from _inside(node, around)


def _unchanged_fields(owner: ast.AST) -> tuple[str, ...]:
    if isinstance(owner, ast.ClassDef):
        return "decorator_list", "bases", "keywords"
    if isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "cast":
        return ("args",)
    return "annotation", "returns", "decorator_list"


def _is_unchanged(node: ast.AST) -> bool:
    """Whether nothing inside a node is changed."""
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.Assert() | ast.Import() | ast.ImportFrom():
            return True
        case ast.FunctionDef(name="__repr__"):
            return True
        case ast.FunctionDef(decorator_list=decorators):
            return any(isinstance(each, ast.Name) and each.id == "overload" for each in decorators)
        case ast.ClassDef(bases=bases):
            return any("Protocol" in ast.unparse(each) for each in bases)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return name == "__all__" or _is_type(value)
        case ast.keyword(arg=name):
            return name in _UNSEEN_KEYWORDS
        case ast.Expr(value=ast.Constant()):
            return True
    return False


def _is_type(node: ast.expr) -> bool:
    """Whether a value is a type: `A | B`, `tuple[int, str]`."""
    match node:
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return _is_type(left) or _is_type(right)
        case ast.Subscript(value=ast.Name(id=name)):
            return name in ("tuple", "dict", "list", "set", "frozenset") or (
                name[0].isupper() and not name.isupper()
            )
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name[0].isupper() and not name.isupper()
    return False


def _lines(node: ast.AST, around: ast.AST) -> tuple[int, int]:
    """The lines of a node; of a statement with a body only its head."""
    line: int = around.lineno  # type: ignore[attr-defined]  # only nodes with places come here
    if isinstance(node, ast.If | ast.While | ast.For | ast.FunctionDef):
        return line, line
    return line, getattr(around, "end_lineno", None) or line


def _text(node: ast.AST | list[ast.AST] | None) -> str:
    """What a node says, on one line; of a statement with a body only the beginning."""
    if node is None:
        return "(nothing)"
    if isinstance(node, ast.cmpop | ast.operator | ast.boolop | ast.unaryop):
        return type(node).__name__
    return ast.unparse(node).split("\n")[0][:100]  # type: ignore[arg-type]  # lists are never put in


def _instead_of(node: ast.AST, owner: ast.AST, name: str) -> Iterator[tuple[str, Any]]:
    """What may stand in the place of a node."""
    if isinstance(node, ast.stmt):
        yield from _instead_of_statement(node)
    elif isinstance(node, ast.expr):
        yield from _instead_of_expression(node, owner)
        if name == "test" and isinstance(owner, ast.If | ast.IfExp | ast.While) and not _endless(node):
            yield from _settled(node, isinstance(owner, ast.While))
        elif name == "ifs" and isinstance(owner, ast.comprehension):
            yield from _settled(node, False)
        elif isinstance(owner, ast.Slice):
            yield "slice", None
        elif name == "value" and isinstance(owner, ast.Return | ast.Yield):
            yield "return", _at(ast.Constant(None), node)
    elif isinstance(node, ast.cmpop):
        for other in _COMPARISONS[type(node)]:
            yield "comparison", other()
    elif isinstance(node, ast.operator) and not (isinstance(owner, ast.BinOp) and _is_type(owner)):
        if type(node) in _ARITHMETIC:
            yield "arithmetic", _ARITHMETIC[type(node)]()
    elif isinstance(node, ast.boolop):
        yield "logic", (ast.Or if isinstance(node, ast.And) else ast.And)()


def _instead_of_statement(node: ast.stmt) -> Iterator[tuple[str, Any]]:
    match node:
        case (
            ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom())
            | ast.AugAssign()
            | ast.Raise()
            | ast.Delete()
        ):
            yield "statement", _at(ast.Pass(), node)
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]):
            yield "statement", _at(ast.Pass(), node)
        case ast.Break():
            yield "loop", _at(ast.Continue(), node)
        case ast.Continue():
            yield "loop", _at(ast.Break(), node)


def _instead_of_expression(node: ast.expr, owner: ast.AST) -> Iterator[tuple[str, Any]]:
    match node:
        case ast.Constant(value=bool() as value):
            yield "flag", _at(ast.Constant(not value), node)
        case ast.Constant(value=int() | float() as value):
            yield "number", _at(ast.Constant(value + 1), node)
            yield "number", _at(ast.Constant(value - 1), node)
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert(), operand=operand):
            yield "logic" if isinstance(node.op, ast.Not) else "arithmetic", operand
        case ast.Call(func=ast.Name(id="reversed" | "sorted" as name), args=[only], keywords=[]) if (
            name == "reversed"
        ):
            yield "call", only
        case ast.Call(func=ast.Name(id="sorted"), args=[only]):
            yield "call", _at(ast.Call(ast.Name("list", ast.Load()), [only], []), node)
        case ast.Name(id=name) if isinstance(owner, ast.Call) and owner.func is node and name in _NAMES:
            if name not in ("sorted", "reversed"):
                yield "call", _at(ast.Name(_NAMES[name], ast.Load()), node)
        case ast.Attribute(attr=name) if (
            isinstance(owner, ast.Call) and owner.func is node and name in _METHODS
        ):
            yield "call", _at(ast.Attribute(node.value, _METHODS[name], ast.Load()), node)


def _endless(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def _settled(node: ast.expr, loop: bool) -> Iterator[tuple[str, Any]]:
    """A condition that always holds, or never; one of a loop only never."""
    if not loop:
        yield "condition", _at(ast.Constant(True), node)
    yield "condition", _at(ast.Constant(False), node)


def _at(new: ast.AST, node: ast.AST) -> ast.AST:
    return ast.fix_missing_locations(ast.copy_location(new, node))

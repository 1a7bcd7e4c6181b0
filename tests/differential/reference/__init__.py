"""The second opinion: a deliberately naive evaluator that walks the syntax tree in exact arithmetic.

It shares nothing with the engine but the parser, so that a fault of the checker, the compiler or the
generated code shows as a difference. Everything is done in the most obvious way and nothing for speed.
"""

from tests.differential.reference.account import evaluate, evaluate_module

__all__ = ["evaluate", "evaluate_module"]

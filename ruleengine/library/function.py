"""What one function of the language is: a record with its signature, its Python, its examples and its documentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from attrs import frozen

#: Kinds of parameters: `quantity` is a number with any unit, `number` a plain number or count, `quantities` one or more
#: quantities of the same unit or one list of them, `digits` a literal 0..10, `mode` a rounding mode, `pattern` a literal
#: text with a regular expression, `any` a value of any type.
PARAMETER_KINDS = (
    "quantity", "number", "quantities", "digits", "mode", "pattern", "text", "texts", "date", "timestamp", "list", "any",
)  # fmt: skip


@frozen(slots=True)
class Function:
    """One function.

    `parameters` are kinds, those after `required` may be left out (then `defaults` fills in options). `returns` is a type
    name, or `same` for the type of the first argument, or `element` for that of the list's elements. NA in, NA out.
    The implementation gets present values only and returns None where the function has no value there (NA `invalid`,
    with `fault` as the words for it).
    """

    name: str
    parameters: tuple[str, ...]
    required: int
    returns: str
    implementation: Callable[..., Any]
    defaults: tuple[str | int, ...]
    fault: str
    missing_when_empty: bool
    examples: Mapping[str, Any]
    doc: str


_Implementation = TypeVar("_Implementation", bound=Callable[..., Any])


def function(
    name: str,
    parameters: tuple[str, ...],
    returns: str,
    examples: Mapping[str, Any],
    *,
    optional: int = 0,
    defaults: tuple[str | int, ...] = (),
    fault: str = "has no value here",
    missing_when_empty: bool = False,
) -> Callable[[Callable[..., Any]], Function]:
    """Make a `Function` of the decorated implementation, whose docstring documents it."""

    def record(implementation: Callable[..., Any]) -> Function:
        return Function(
            name, parameters, len(parameters) - optional, returns, implementation, defaults, fault, missing_when_empty,
            examples, (implementation.__doc__ or "").strip(),
        )  # fmt: skip

    return record

"""The functions of the language, one file a family, in one explicit table."""

from ruleengine.library.dates import DATE_FUNCTIONS
from ruleengine.library.function import Function
from ruleengine.library.numbers import NUMBER_FUNCTIONS
from ruleengine.library.texts import TEXT_FUNCTIONS

FUNCTIONS: dict[str, Function] = {
    record.name: record for record in (*NUMBER_FUNCTIONS, *TEXT_FUNCTIONS, *DATE_FUNCTIONS)
}

__all__ = ["FUNCTIONS", "Function"]

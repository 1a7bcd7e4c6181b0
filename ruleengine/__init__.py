"""A declarative rules engine with its own language for scoring accounts and explaining every number."""

from typing import TYPE_CHECKING, Any

from ruleengine.version import __version__

if TYPE_CHECKING:
    from ruleengine.api import CheckReport, Ruleset, RulesetError, check_file, diff, load
    from ruleengine.comparison import Comparison
    from ruleengine.diagnostics import Diagnostic
    from ruleengine.inputs import InputError
    from ruleengine.result import Result

__all__ = [
    "CheckReport",
    "Comparison",
    "Diagnostic",
    "InputError",
    "Result",
    "Ruleset",
    "RulesetError",
    "__version__",
    "check_file",
    "diff",
    "load",
]

_PLACES = {
    "Comparison": "ruleengine.comparison",
    "Diagnostic": "ruleengine.diagnostics",
    "InputError": "ruleengine.inputs",
    "Result": "ruleengine.result",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import ruleengine` costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PLACES.get(name, "ruleengine.api")), name)

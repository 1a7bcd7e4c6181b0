"""A declarative rules engine with its own language for scoring accounts and explaining every number."""

from typing import TYPE_CHECKING, Any

from ruleengine.version import __version__

if TYPE_CHECKING:
    from ruleengine.api import CheckReport, Ruleset, RulesetError, check_file, diff, load
    from ruleengine.comparison import Comparison
    from ruleengine.diagnostics import Diagnostic
    from ruleengine.inputs import InputError
    from ruleengine.inspection import AnalysisReport, EquivalenceReport, analyze, equivalent
    from ruleengine.result import Result

__all__ = [
    "AnalysisReport",
    "CheckReport",
    "Comparison",
    "Diagnostic",
    "EquivalenceReport",
    "InputError",
    "Result",
    "Ruleset",
    "RulesetError",
    "__version__",
    "analyze",
    "check_file",
    "diff",
    "equivalent",
    "load",
]

_PLACES = {
    "AnalysisReport": "ruleengine.inspection",
    "Comparison": "ruleengine.comparison",
    "Diagnostic": "ruleengine.diagnostics",
    "EquivalenceReport": "ruleengine.inspection",
    "InputError": "ruleengine.inputs",
    "Result": "ruleengine.result",
    "analyze": "ruleengine.inspection",
    "equivalent": "ruleengine.inspection",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import ruleengine` costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PLACES.get(name, "ruleengine.api")), name)

"""Reports of faults: what they are, their codes, and the nearest name that was probably meant."""

from ruleengine.diagnostics.codes import CODES, Code, Severity
from ruleengine.diagnostics.diagnostic import Diagnostic, Diagnostics, Fix, Label
from ruleengine.diagnostics.nearest import did_you_mean, nearest

__all__ = [
    "CODES",
    "Code",
    "Diagnostic",
    "Diagnostics",
    "Fix",
    "Label",
    "Severity",
    "did_you_mean",
    "nearest",
]

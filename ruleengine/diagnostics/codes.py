"""The table of diagnostic codes: RE1xx syntax, 2xx names, 3xx types and units, 4xx lints, 5xx facts and evaluation,
6xx SQL and its engines, 7xx analysis.

A code is never reused. Each has a page of its own in `ruleengine/diagnostics/pages/`, shown by
`ruleengine check --explain CODE`.
"""

from __future__ import annotations

from enum import Enum

from attrs import frozen


class Severity(Enum):
    """How bad a report is."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@frozen(slots=True)
class Code:
    """One row of the table: the number, how bad it is, and what it is about in a few words."""

    code: str
    severity: Severity
    title: str


def _row(code: str, severity: Severity, title: str) -> tuple[str, Code]:
    return code, Code(code, severity, title)


_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

CODES: dict[str, Code] = dict(
    (
        # RE1xx: the text cannot be read
        _row("RE101", _ERROR, "unexpected text"),
        _row("RE102", _ERROR, "an opening bracket has no partner"),
        _row("RE103", _ERROR, "a closing bracket has no partner"),
        _row("RE104", _ERROR, "a quoted text does not end on its line"),
        _row("RE105", _ERROR, "a character that the language does not use, or that cannot be seen"),
        _row("RE106", _ERROR, "nested too deeply or too large"),
        _row("RE107", _ERROR, "the file is no readable text"),
        _row("RE108", _ERROR, "a number or a date that cannot be"),
        _row("RE109", _ERROR, "a ruleset file must begin with its ruleset block"),
        _row("RE110", _ERROR, "a statement appears twice"),
        _row("RE111", _ERROR, "a necessary statement is missing"),
        _row("RE112", _ERROR, "an item stands in the wrong kind of file"),
        # RE2xx: names
        _row("RE201", _ERROR, "unknown name"),
        _row("RE202", _ERROR, "a name is declared twice"),
        _row("RE203", _ERROR, "unknown field"),
        _row("RE204", _ERROR, "unknown band"),
        _row("RE205", _ERROR, "unknown function"),
        _row("RE206", _ERROR, "a definition needs itself"),
        _row("RE207", _ERROR, "an imported ruleset cannot be found or read"),
        _row("RE208", _ERROR, "an imported name does not exist there"),
        _row("RE209", _ERROR, "the fact schema cannot be found or used"),
        _row("RE210", _ERROR, "the file and the ruleset disagree about name or version"),
        _row("RE211", _ERROR, "no such ruleset or version"),
        _row("RE212", _ERROR, "several band sets could be meant"),
        _row("RE213", _ERROR, "a name stands where it means nothing"),
        _row("RE214", _ERROR, "unknown unit, mode or word"),
        # RE3xx: types, units, weights
        _row("RE301", _ERROR, "values of these types do not go together"),
        _row("RE302", _ERROR, "units do not go together"),
        _row("RE303", _ERROR, "a function is called with the wrong arguments"),
        _row("RE304", _ERROR, "a word that the field cannot hold"),
        _row("RE305", _ERROR, "a condition is needed here"),
        _row("RE306", _ERROR, "a number is needed here"),
        _row("RE307", _ERROR, "percent weights do not add up to 100%"),
        _row("RE308", _ERROR, "percent and plain weights are mixed"),
        _row("RE309", _ERROR, "a weight is missing, negative or all are zero"),
        _row("RE310", _ERROR, "a replacement column of weights is not complete"),
        _row("RE311", _ERROR, "bands overlap"),
        _row("RE312", _ERROR, "bands are out of order or too few or too many"),
        _row("RE313", _ERROR, "the points of a band lie outside its interval"),
        _row("RE314", _ERROR, "a member has no points to contribute"),
        _row("RE315", _ERROR, "the scales of two scorecards do not agree"),
        _row("RE316", _ERROR, "a table row has the wrong number of cells"),
        _row("RE317", _ERROR, "an interval is upside down or empty"),
        _row("RE318", _ERROR, "a pattern that cannot be used"),
        _row("RE319", _ERROR, "a member stands twice in a scorecard"),
        _row("RE320", _ERROR, "a value of the wrong kind"),
        # RE4xx: lints
        _row("RE401", _WARNING, "a gap: some values have no outcome"),
        _row("RE402", _WARNING, "rows overlap"),
        _row("RE403", _WARNING, "a row can never win"),
        _row("RE404", _WARNING, "never used"),
        _row("RE405", _WARNING, "a measure is in no scorecard"),
        _row("RE406", _WARNING, "no measure applies to this segment"),
        _row("RE407", _WARNING, "an override rests on a measure that expires"),
        _row("RE408", _WARNING, "a value outside the domain of the field"),
        _row("RE409", _WARNING, "a condition that is always the same"),
        _row("RE410", _WARNING, "bands leave a gap"),
        _row("RE412", _WARNING, "division by constant zero"),
        _row("RE413", _WARNING, "an accepted report that does not occur"),
        _row("RE414", _WARNING, "a forgotten percent sign"),
        # RE5xx: facts and evaluation
        _row("RE501", _ERROR, "a record cannot be read"),
        _row("RE502", _ERROR, "a record has no usable id"),
        _row("RE503", _WARNING, "an id occurs twice"),
        _row("RE504", _WARNING, "a fact has the wrong type"),
        _row("RE505", _WARNING, "no row fits"),
        _row("RE506", _WARNING, "a value cannot be computed"),
        _row("RE507", _WARNING, "a problem that the ruleset declares"),
        _row("RE508", _WARNING, "an invariant is violated"),
        _row("RE509", _WARNING, "undecided, so the default was taken"),
        _row("RE510", _WARNING, "several rows of a table fit"),
        _row("RE511", _WARNING, "a value lies outside the bands"),
        _row("RE512", _WARNING, "a word that is no band"),
        _row("RE513", _ERROR, "no record has this id"),
        _row("RE514", _ERROR, "a file cannot be read"),
        _row("RE515", _ERROR, "a file cannot be written"),
        _row("RE516", _ERROR, "a schema holds what the engine cannot use"),
        _row("RE517", _WARNING, "a field that the schema does not know"),
        _row("RE518", _WARNING, "an earlier result that cannot be used"),
        _row("RE519", _ERROR, "a file outside of the project"),
        # RE6xx: SQL, and the engines that run it
        _row("RE610", _ERROR, "SQL cannot say this"),
        _row("RE620", _ERROR, "an engine for portfolios cannot be used"),
        # RE7xx: analysis, over all accounts that can be
        _row("RE701", _WARNING, "no account can reach this"),
        _row("RE702", _WARNING, "true for every account, or for none"),
        _row("RE703", _WARNING, "a measure that can never matter"),
        _row("RE704", _WARNING, "waiting can only help"),
        _row("RE705", _WARNING, "little data can look excellent"),
        _row("RE706", _WARNING, "an improvement can lower the score"),
        _row("RE707", _ERROR, "an account violates an invariant"),
        _row("RE708", _WARNING, "a band that no account can get"),
    )
)

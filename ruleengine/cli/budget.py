"""The movement budget as it is written on the command line: `--max-moved 5%`, `--max-newly red=10`, `--fail-on EXPR`.

In: the texts of the options, and the bands that an account can move to. Out: limits for `compare.budget`. Guaranteed: whatever
is wrong with a text is reported with its place before any account is read; raises `RunConditionFault`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import evolve, frozen

from ruleengine.cli.run_condition import RunConditionFault
from ruleengine.cli.total_expressions import KnownTotals, fault, faults_in, holds
from ruleengine.compare.attribution import NO_SCORE
from ruleengine.compare.budget import Amount, ConditionLimit, CountLimit, Limit, Totals, total
from ruleengine.diagnostics import Diagnostic, did_you_mean
from ruleengine.source import Source, Span
from ruleengine.syntax import tree as t
from ruleengine.syntax.parse import parse_expression
from ruleengine.syntax.walk import walk

MAX_MOVED, MAX_NEWLY, FAIL_ON = "--max-moved", "--max-newly", "--fail-on"

_AMOUNT = re.compile(r"\s*([0-9]{1,15})(\.[0-9]{1,15})?\s*(%?)\s*")
_NEWLY = re.compile(r"\bnewly\s+(?:`([^`\n]+)`|(\w+))")
_SHARE_OF = re.compile(r"%(\s*)of\b")
#: So much of a text is repeated in a report.
_SHOWN = 40
_REMEDY = "there are `moved`, `newly` and a band, `accounts`, numbers, `5% of accounts`, `+ - * /`, comparisons, and or not"


def read_budget(
    max_moved: str | None, max_newly: Sequence[str], fail_on: str | None, bands: Sequence[str]
) -> tuple[Limit, ...]:
    """The limits of all three options; `bands` are those of all compared scorecards."""
    limits: list[Limit] = []
    if max_moved is not None:
        limits.append(read_moved(max_moved))
    limits += [read_newly(each, bands) for each in max_newly]
    if fail_on is not None:
        limits.append(read_condition(fail_on, bands))
    return tuple(limits)


def read_moved(text: str) -> CountLimit:
    """`5%` or `10`: how many accounts may change band."""
    source = Source(f"<{MAX_MOVED}>", text)
    return CountLimit(f"{MAX_MOVED} {_line(text)}", _amount(source, 0))


def read_newly(text: str, bands: Sequence[str]) -> CountLimit:
    """`red=10` or `red=1%`: how many accounts may be in a band and were not."""
    source = Source(f"<{MAX_NEWLY}>", text)
    name, separator, _ = text.partition("=")
    band = name.strip().strip("`")
    start = len(name) - len(name.lstrip())
    place = source.span(start, max(start + 1, len(name.rstrip())))
    if not separator or not band:
        raise _refused(
            "RE101",
            source,
            source.span(0, len(text)),
            "a band and a number are needed here",
            "write `red=10`",
        )
    unknown = _unknown_band(band, bands)
    if unknown:
        raise _refused("RE204", source, place, f"there is no band `{band}`", unknown)
    return CountLimit(f"{MAX_NEWLY} {_line(text)}", _amount(source, len(name) + 1), band)


def _amount(source: Source, start: int) -> Amount:
    """What stands from `start` to the end of the text."""
    found = _AMOUNT.fullmatch(source.text, start)
    place = source.span(start, max(start + 1, len(source.text)))
    if found is None:
        given = _line(source.text[start:])
        given = given if len(given) <= _SHOWN else f"{given[:_SHOWN]}…"
        message = f"`{given}` is no number of accounts" if given else "a number of accounts is needed here"
        raise _refused("RE108", source, place, message, "write `10`, or `5%` for a share of all accounts")
    whole, fraction, sign = found.groups()
    number = Fraction(whole + (fraction or ""))
    if fraction and not sign:
        raise _refused(
            "RE108",
            source,
            place,
            f"`{found[0].strip()}` is no whole number of accounts",
            "write `5%` for a share of all accounts",
        )
    if sign and number > 100:
        raise _refused("RE108", source, place, f"`{found[0].strip()}` is more than all accounts")
    return Amount(number, bool(sign))


def _line(text: str) -> str:
    return " ".join(text.split())


def _unknown_band(band: str, bands: Sequence[str]) -> str:
    """Empty for a band, otherwise what could be meant."""
    known = [*bands, NO_SCORE]
    if band in known:
        return ""
    return did_you_mean(band, known) or f"there are {', '.join(f'`{each}`' for each in known)}"


def _refused(code: str, source: Source, place: Span, message: str, remedy: str = "") -> RunConditionFault:
    return RunConditionFault([Diagnostic(code, place, message, help=remedy)], source)


# ── Conditions ──────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True)
class _Condition:
    """A condition, and the band after each `newly` by its place."""

    expression: t.Expression
    bands: Mapping[int, str]

    def name(self, node: t.Name) -> str:
        """The name of a total: `moved`, `accounts`, or `newly` and a band."""
        band = self.bands.get(node.span.start)
        return node.name if band is None else f"newly {band}"

    def holds(self, totals: Totals) -> bool | None:
        """Whether it holds; None when it is undecided."""

        def value(node: t.Expression) -> Fraction:
            assert isinstance(node, t.Name)  # anything else was reported when the condition was read
            return Fraction(total(totals, self.name(node)))

        return holds(self.expression, value)

    def names(self) -> tuple[str, ...]:
        """The totals that it is about, and `accounts`."""
        named = (self.name(node) for node in walk(self.expression) if isinstance(node, t.Name))
        return tuple(dict.fromkeys([*(each for each in named if each != "accounts"), "accounts"]))


def read_condition(text: str, bands: Sequence[str]) -> ConditionLimit:
    """`moved > 5% of accounts or newly red > 10`: what must not hold."""
    source = Source(f"<{FAIL_ON}>", text)
    found = {match.start(): match[1] or match[2] for match in _NEWLY.finditer(text)}
    expression, faults = parse_expression(Source(source.path, _in_the_language(text)))
    if expression is None or faults:
        raise RunConditionFault([_about_totals(each) for each in faults], source)
    condition = _Condition(expression, found)
    faults = faults_in(expression, KnownTotals(lambda node: _faults(node, condition, bands), _REMEDY))
    faults = faults or [each for node in walk(expression) for each in _shares_of_nothing(node, condition)]
    if faults:
        raise RunConditionFault(faults, source)
    return ConditionLimit(f"{FAIL_ON} {_line(text)}", _line(text), condition.names(), condition.holds)


def _in_the_language(text: str) -> str:
    """The text as the language's own parser reads it, every place unchanged: `newly red` is one name, `% of` a product."""
    joined = _NEWLY.sub(lambda match: re.sub(r"[^\w]", "_", match[0]), text)
    return _SHARE_OF.sub(r"%\1* ", joined)


def _about_totals(report: Diagnostic) -> Diagnostic:
    """A report of the parser; what else could stand there in a ruleset is no help here."""
    return evolve(report, help=_REMEDY) if report.help.startswith("here could stand") else report


def _faults(node: t.Expression, condition: _Condition, bands: Sequence[str]) -> list[Diagnostic] | None:
    """The reports about a total; None when it is something else."""
    if not isinstance(node, t.Name):
        return None
    band = condition.bands.get(node.span.start)
    if band is not None:
        unknown = _unknown_band(band, bands)
        return [fault("RE204", node, f"there is no band `{band}`", unknown)] if unknown else []
    if node.name in ("moved", "accounts"):
        return []
    if node.name == "newly":
        return [fault("RE213", node, "`newly` needs a band", "write `newly red`")]
    near = did_you_mean(node.name, ["moved", "accounts"])
    if node.name in (*bands, NO_SCORE):
        near = f"write `newly {node.name}`"
    return [fault("RE213", node, f"`{node.name}` is no total of a comparison", near or _REMEDY)]


def _shares_of_nothing(node: t.Node, condition: _Condition) -> list[Diagnostic]:
    """The report about a bare percentage that a number of accounts is compared with."""
    if not isinstance(node, t.Compare):
        return []
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(one, t.Number) and one.unit == "%" and isinstance(other, t.Name):
            name = condition.name(other)
            remedy = f"write `{one.digits}% of accounts`"
            return [
                fault("RE302", one, f"`{one.digits}%` is a share, and `{name}` a number of accounts", remedy)
            ]
    return []

"""What came of ruleset tests as JUnit XML, which continuous integration reads.

In: file reports. Out: text. A test file is a `testsuite`, a case a `testcase`; an expectation that does not hold is a
`failure` with what was found, a file that could not be run an `error`. Signs that XML has no place for are escaped.
`time` is how many seconds it took: the only thing that is not the same every time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ruleengine.casebook.suite import CaseReport, FileReport
from ruleengine.diagnostics.visible import visible
from ruleengine.report.tests.text import failure_lines
from ruleengine.report.xml import attribute, content


def render(files: Sequence[FileReport]) -> str:
    """The XML document."""
    tests = sum(_tests(each) for each in files)
    failures = sum(each.failed for each in files)
    errors = sum(each.broken for each in files)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="ruleengine" tests="{tests}" failures="{failures}" errors="{errors}" '
        f'time="{sum(each.seconds for each in files):.3f}">',
    ]
    for each in files:
        lines += _suite(each)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _tests(report: FileReport) -> int:
    return len(report.cases) + report.broken


def _suite(report: FileReport) -> Iterator[str]:
    yield (
        f'  <testsuite name={attribute(report.path)} tests="{_tests(report)}" failures="{report.failed}" '
        f'errors="{int(report.broken)}" skipped="0" time="{report.seconds:.3f}">'
    )
    if report.broken:
        yield f'    <testcase name="the tests can be run" classname={attribute(report.path)} time="{report.seconds:.3f}">'
        errors = [each for each in report.diagnostics if each.severity.value == "error"]
        yield f"      <error message={attribute(errors[0].message)}>"
        yield content("\n".join(visible(str(each)) for each in errors))
        yield "      </error>"
        yield "    </testcase>"
    for case in report.cases:
        yield from _case(case, report)
    yield "  </testsuite>"


def _case(case: CaseReport, report: FileReport) -> Iterator[str]:
    head = (
        f"    <testcase name={attribute(case.name)} classname={attribute(report.ruleset)} "
        f'file={attribute(report.path)} line="{case.line}" '
        f'time="{case.seconds:.6f}"'
    )
    failed = [check for check in case.checks if not check.held]
    if not failed:
        yield f"{head}/>"
        return
    yield f"{head}>"
    first = f"expected {failed[0].expected}, found: {failed[0].found}"
    yield f'      <failure message={attribute(first)} type="expectation">'
    yield content("\n".join(failure_lines(case, report.path)))
    yield "      </failure>"
    yield "    </testcase>"

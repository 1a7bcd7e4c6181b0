"""Reports as SARIF 2.1.0: what the published schema demands, asserted by hand."""

from __future__ import annotations

import json
import re
from typing import Any

from ruleengine.diagnostics import CODES, Diagnostic, Fix, Label, Severity
from ruleengine.report.diagnostics import sarif
from ruleengine.source import Source
from tests.report.places import RULES, source, span_of

SOURCE = source("let a = 1\nlet b = {\n  2 }\n")
SOURCES = {RULES: SOURCE}
#: Characters that a URI reference may hold; a blank, a backslash or a letter outside ASCII may not.
_URI = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")


def log(*reports: Diagnostic, sources: dict[str, Source] = SOURCES) -> dict[str, Any]:
    """The parsed log of some reports."""
    found: dict[str, Any] = json.loads(sarif.render(reports, sources))
    return found


def rich_report() -> Diagnostic:
    """A report that has everything a report can have."""
    return Diagnostic(
        "RE202", span_of(SOURCE, "{\n  2 }"), "twice", note="a note", help="rename it",
        labels=(Label(span_of(SOURCE, "a"), "first"),), fix=Fix(span_of(SOURCE, "b"), "c"), pointer="/x",
    )  # fmt: skip


def check_region(region: dict[str, Any]) -> None:
    """`region`: whole numbers from 1, and the end not before the start."""
    assert set(region) <= {"startLine", "startColumn", "endLine", "endColumn"}
    assert all(isinstance(number, int) and number >= 1 for number in region.values())
    assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])


def check_physical(location: dict[str, Any]) -> None:
    """`physicalLocation`: an artifact with a URI reference, and a region."""
    assert set(location) == {"artifactLocation", "region"}
    artifact = location["artifactLocation"]
    assert _URI.fullmatch(artifact["uri"])
    assert set(artifact) <= {"uri", "uriBaseId"}
    check_region(location["region"])


def test_the_log_has_the_shape_of_the_schema() -> None:
    found = log(rich_report(), Diagnostic("RE404", SOURCE.span(0, 0), "unused"))
    assert found["version"] == "2.1.0"
    assert set(found) == {"$schema", "version", "runs"}
    (run,) = found["runs"]
    assert set(run) == {"tool", "columnKind", "originalUriBaseIds", "results"}
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    driver = run["tool"]["driver"]
    assert driver["name"] == "ruleengine"
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        for location in result["locations"]:
            check_physical(location["physicalLocation"])
        assert all(isinstance(value, str) for value in result["partialFingerprints"].values())


def test_every_code_is_a_rule_with_help() -> None:
    rules = log()["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(CODES)
    for rule, row in zip(rules, CODES.values(), strict=True):
        assert rule["shortDescription"]["text"] == row.title
        assert rule["defaultConfiguration"]["level"] == row.severity.value
        assert f"--explain {row.code}" in rule["help"]["text"]
        assert f"--explain {row.code}" in rule["help"]["markdown"]
    assert log()["runs"][0]["results"] == []


def test_a_result_carries_places_labels_fix_and_pointer() -> None:
    (result,) = log(rich_report())["runs"][0]["results"]
    assert result["message"]["text"] == "twice; a note; rename it"
    (location,) = result["locations"]
    assert location["physicalLocation"]["region"] == {
        "startLine": 2, "startColumn": 9, "endLine": 3, "endColumn": 6,
    }  # fmt: skip
    assert location["physicalLocation"]["artifactLocation"] == {"uri": RULES, "uriBaseId": "%SRCROOT%"}
    assert location["logicalLocations"] == [{"fullyQualifiedName": "/x", "kind": "value"}]
    (related,) = result["relatedLocations"]
    assert related["message"]["text"] == "first"
    check_physical(related["physicalLocation"])
    (fix,) = result["fixes"]
    assert fix["description"]["text"] == "rename it"
    (change,) = fix["artifactChanges"]
    (replacement,) = change["replacements"]
    assert replacement["insertedContent"] == {"text": "c"}
    assert replacement["deletedRegion"] == {"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 6}


def test_levels_follow_the_report_and_not_the_table() -> None:
    report = Diagnostic("RE404", SOURCE.span(0, 1), "x", severity=Severity.NOTE)
    assert log(report)["runs"][0]["results"][0]["level"] == "note"


def test_paths_become_uri_references() -> None:
    paths = {
        "./a b/ü.rules": "a%20b/%C3%BC.rules",
        "a\\b.rules": "a/b.rules",
        "/tmp/a.rules": "file:///tmp/a.rules",
        "C:\\a b.rules": "file:///C:/a%20b.rules",
        "<stdin>": "%3Cstdin%3E",
    }
    for path, expected in paths.items():
        odd = source("x\n", path)
        (result,) = log(Diagnostic("RE201", odd.span(0, 1), "x"), sources={path: odd})["runs"][0]["results"]
        artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert artifact["uri"] == expected
        assert ("uriBaseId" in artifact) is not expected.startswith("file:")

"""Deliberate mistakes: every fault gives exactly the reports that stand beside it as comments, and no others.

`errors/*.rules` and the `mistakes.rules` of cases hold small rulesets, split by lines `---`. `# RE203` says that the line it
stands in is reported with that code, `# RE203 => seats` that the remedy is "did you mean `seats`?".
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from attrs import frozen

import ruleengine
from ruleengine.diagnostics import CODES, Diagnostic

ERRORS = Path(__file__).parent / "errors"
CASE_FOLDERS = Path(__file__).parent
OTHER_SCHEMAS = Path(__file__).parent / "schemas"
HEADER = "ruleset case 1.0.0 { facts customer 1 }"
HEADER_OF_RULES = "ruleset case 1.0.0 { facts case 1 }"
EXPECTED = re.compile(r"#((?:\s*RE\d{3})+)(?:\s*=>\s*(\S+))?\s*$")
#: These are not about what stands in a ruleset file; they have tests of their own below.
OUTSIDE = {"RE107", "RE211"}
TESTED_CODES = sorted(code for code in CODES if code < "RE500" and code not in OUTSIDE)


@frozen
class Case:
    """One small ruleset and the reports that are expected, by line of the case's own text."""

    file: str
    line: int
    text: str

    @property
    def expected(self) -> list[tuple[int, str]]:
        return sorted(
            (number, code)
            for number, line in enumerate(self.text.split("\n"), 1)
            if (found := EXPECTED.search(line)) is not None
            for code in found.group(1).split()
        )

    @property
    def remedies(self) -> dict[int, str]:
        lines = enumerate(self.text.split("\n"), 1)
        found = {number: EXPECTED.search(line) for number, line in lines}
        return {
            number: match.group(2) for number, match in found.items() if match is not None and match.group(2)
        }


def cases_of(path: Path) -> list[Case]:
    cases, lines, start = list[Case](), list[str](), 1
    of_rule = path.name == "mistakes.rules"
    file, header = (path.parent.name, HEADER_OF_RULES) if of_rule else (path.stem, HEADER)
    for number, line in enumerate([*path.read_text(encoding="utf-8").split("\n"), "---"], 1):
        if line != "---":
            lines.append(line)
            continue
        cases.append(Case(file, start, with_header("\n".join(lines), header)))
        lines, start = [], number + 1
    return cases


def with_header(text: str, header: str = HEADER) -> str:
    """A case without a header gets one, unless it is about the header that is not there."""
    if re.search(r"^ruleset ", text, re.MULTILINE) or "# RE109" in text:
        return text
    return f"{header}\n{text}"


CASES = [
    case
    for path in (*sorted(ERRORS.glob("*.rules")), *sorted(CASE_FOLDERS.rglob("mistakes.rules")))
    for case in cases_of(path)
]
FILES = sorted({case.file for case in CASES})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the schema and the rulesets that cases import."""
    found = tmp_path_factory.mktemp("errors")
    shutil.copytree(ERRORS / "schemas", found / "schemas")
    shutil.copytree(OTHER_SCHEMAS, found / "schemas", dirs_exist_ok=True)
    shutil.copytree(ERRORS / "rulesets", found / "rulesets")
    (found / "rulesets" / "case").mkdir()
    return found


def check(folder: Path, text: str) -> list[Diagnostic]:
    path = folder / "rulesets" / "case" / "1.0.0.rules"
    path.write_text(text, encoding="utf-8")
    return list(ruleengine.check_file(path).diagnostics)


def here(reports: list[Diagnostic]) -> list[tuple[int, str]]:
    assert [str(report) for report in reports if "/case/" not in report.span.path] == []
    return sorted((report.span.line, report.code) for report in reports)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}:{case.line}")
def test_each_mistake_is_reported_where_it_is_and_nothing_else_is(case: Case, folder: Path) -> None:
    reports = check(folder, case.text)

    assert here(reports) == case.expected, "\n".join(map(str, reports))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}:{case.line}")
def test_reports_are_one_plain_sentence_with_a_remedy(case: Case, folder: Path) -> None:
    reports = check(folder, case.text)

    for report in reports:
        assert report.message, report
        assert not report.message[0].isupper(), report.message
        assert not report.message.endswith("."), report.message
        assert "\n" not in report.message + report.help + report.note, report
        assert not report.help[:1].isupper() or report.help.startswith("RE"), report.help
    for line, word in case.remedies.items():
        help_texts = [report.help for report in reports if report.span.line == line]
        assert f"did you mean `{word}`?" in help_texts, reports


@pytest.mark.parametrize("code", TESTED_CODES)
def test_every_code_has_two_cases(code: str) -> None:
    counted = Counter(found for case in CASES for _, found in case.expected)

    assert counted[code] >= 2, f"{code} {CODES[code].title}"


def test_twenty_mistakes_of_every_day_and_ten_in_one_run() -> None:
    everyday = [case for case in CASES if case.file == "every_day"]
    together = [case for case in CASES if case.file == "many_at_once"]

    assert len(everyday) == 20
    assert [len(case.expected) for case in everyday] == [1] * 20
    assert len(together[0].expected) >= 10


# ── what no case can say ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_fault_of_an_imported_file_is_told_where_it_is(folder: Path) -> None:
    reports = check(folder, f"{HEADER}\nimport faulty 1.0.0 (good, bad)\noutput a = good + bad\n")

    assert [(Path(report.span.path).parts[-2], report.span.line, report.code) for report in reports] == [
        ("faulty", 4, "RE203")
    ]


def test_warnings_of_an_imported_file_are_its_own(folder: Path) -> None:
    reports = check(folder, f"{HEADER}\nimport untidy 1.0.0 (good)\noutput a = good\n")
    own = ruleengine.check_file(folder / "rulesets" / "untidy" / "1.0.0.rules").diagnostics

    assert reports == []
    assert [report.code for report in own] == ["RE404", "RE412", "RE408"]


def test_rulesets_that_import_each_other(folder: Path) -> None:
    text = f"{HEADER}\nimport circle 1.0.0 (result)\nlet round_and_round = customer.seats\n"

    (report,) = check(folder, text + "output a = result + round_and_round\n")

    assert report.code == "RE206"
    assert (Path(report.span.path).parts[-2], report.span.line) == ("circle", 3)


@pytest.mark.parametrize("content", [b'ruleset case 1.0.0 { title "\xff" }', b"ruleset\0case"])
def test_a_file_that_is_no_text(content: bytes, folder: Path) -> None:
    path = folder / "rulesets" / "case" / "1.0.0.rules"
    path.write_bytes(content)

    assert [report.code for report in ruleengine.check_file(path).diagnostics] == ["RE107"]


@pytest.mark.parametrize(
    ("selector", "remedy"), [("libary", "did you mean `library`?"), ("library@3", "1.0.0")]
)  # fmt: skip
def test_no_such_ruleset(selector: str, remedy: str, folder: Path) -> None:
    with pytest.raises(ruleengine.RulesetError) as caught:
        ruleengine.load(selector, rulesets=folder / "rulesets")

    (report,) = caught.value.diagnostics
    assert report.code == "RE211"
    assert remedy in report.help

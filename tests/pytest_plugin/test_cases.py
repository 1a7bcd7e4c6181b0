"""`.test.rules` files as pytest items."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from ruleengine.pytest_plugin import TESTS_SUFFIX
from ruleengine.workspace import TESTS_SUFFIX as SUFFIX_OF_WORKSPACE
from tests.pytest_plugin.project import CASES, RULES, Project

pytest_plugins = ["pytester"]

FILE = "rulesets/demo/1.0.0.test.rules"
ITEMS = [
    f"{FILE}::ten seats are green",
    f"{FILE}::tickets[how_many 3, expected green]",
    f"{FILE}::tickets[how_many 4, expected red]",
]
#: Ten seats are not green any more.
BROKEN = RULES.replace("green when >= 10", "green when > 10")


def collected(project: Project, *arguments: str) -> list[str]:
    lines = project.run("--collect-only", "-q", *arguments).outlines
    return [line for line in lines if "::" in line]


def test_the_suffix_is_that_of_the_workspace() -> None:
    assert TESTS_SUFFIX == SUFFIX_OF_WORKSPACE


def test_every_case_is_an_item(project: Project) -> None:
    assert collected(project) == ITEMS
    project.run().assert_outcomes(passed=3)


def test_cases_are_selected_by_node_id(project: Project) -> None:
    assert collected(project, ITEMS[2]) == [ITEMS[2]]
    assert collected(project, f"{FILE}::tickets") == ITEMS[1:]
    assert collected(project, FILE) == ITEMS
    assert "not found" in project.shown(f"{FILE}::nothing") + project.run(f"{FILE}::nothing").stderr.str()


def test_cases_are_selected_by_words_and_marks(project: Project) -> None:
    assert collected(project, "-k", "seats and green") == [ITEMS[0]]
    assert collected(project, "-k", "demo") == ITEMS
    assert collected(project, "-k", "other") == []
    project.test("def test_other():\n    pass\n")
    assert collected(project, "-m", "ruleset_case") == ITEMS
    assert collected(project, "-m", "not ruleset_case") == ["tests/test_it.py::test_other"]


def test_a_case_that_fails_is_shown_as_the_command_shows_it(project: Project) -> None:
    project.write("rulesets/demo/1.0.0.rules", BROKEN)
    result = project.run()
    result.assert_outcomes(passed=2, failed=1)
    shown = result.stdout.str()
    assert "Traceback" not in shown
    assert "case_items.py" not in shown
    result.stdout.fnmatch_lines(
        [
            "*_ ten seats are green _*",
            "ten seats are green  rulesets/demo/1.0.0.test.rules:1",
            "  expected  seat_use is green  (line 4)",
            "  found     seat_use is red (value 10, 20 points)",
            "  decided   rulesets/demo/1.0.0.rules:16  red   otherwise",
            f"FAILED {FILE}::ten seats are green - expected seat_use is green, found: seat_use is red (value 10, 20 points)",
        ]
    )


@pytest.mark.parametrize("style", ["line", "short", "long", "native", "no"])
def test_the_style_of_tracebacks_shows_no_traceback(project: Project, style: str) -> None:
    project.write("rulesets/demo/1.0.0.rules", BROKEN)
    shown = project.shown(f"--tb={style}")
    assert "Traceback" not in shown
    assert ".py" not in shown.partition("FAILURES")[2]


def test_the_place_of_a_failure_is_the_line_of_the_case(project: Project) -> None:
    project.write("rulesets/demo/1.0.0.test.rules", CASES.replace("3,        green", "3,        red"))
    shown = project.run("--tb=line").outlines
    place = shown.index(
        "rulesets/demo/1.0.0.test.rules:13: expected ticket_load is red, found: ticket_load is green (value 3, 80 points)"
    )
    assert "FAILURES" in shown[place - 1]


def test_a_faulty_test_file_is_an_error_of_collection(project: Project) -> None:
    project.write(FILE, CASES.replace("seat_use is", "seet_use is"))
    result = project.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            f"*_ ERROR collecting {FILE} _*",
            "error[[]RE201]: *seet_use*",
            " --> rulesets/demo/1.0.0.test.rules:4:10",
            "*help: did you mean `seat_use`?",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_a_faulty_ruleset_is_an_error_of_collection(project: Project) -> None:
    project.write("rulesets/demo/1.0.0.rules", RULES.replace("value    seats", "value    saets"))
    result = project.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["error[[]RE20?]: *saets*", "*--> rulesets/demo/1.0.0.rules:13:12"])


def test_a_test_file_without_a_ruleset(project: Project) -> None:
    (project.pytester.path / "rulesets/demo/1.0.0.rules").unlink()
    project.run().stdout.fnmatch_lines(
        ["error[[]RE211]: there is no ruleset `1.0.0.rules` beside this test file"]
    )


def test_a_remark_about_a_test_file_is_a_warning(project: Project) -> None:
    project.write(
        FILE,
        CASES.replace("seats: 10, support: {tickets: 0}}\n  expect seat", "seats: -1}\n  expect not seat"),
    )
    result = project.run("-k", "seats")
    result.assert_outcomes(warnings=1, passed=1, deselected=2)
    result.stdout.fnmatch_lines(
        ["*RulesetWarning: warning[[]RE408]: `seats` is stored as -1 here, and the schema says at least 0"]
    )
    quiet = project.run("-k", "seats", "-W", "ignore::ruleengine.pytest_plugin.RulesetWarning")
    quiet.assert_outcomes(passed=1, deselected=2)
    strict = project.run("-W", "error")
    strict.assert_outcomes(errors=1)
    assert "Traceback" not in strict.stdout.str()


def test_collection_is_switched_off(project: Project) -> None:
    assert collected(project, "--no-ruleset-tests") == []
    assert collected(project, "-o", "ruleset_tests=false") == []
    project.write("pytest.ini", "[pytest]\nruleset_tests = false\n")
    assert collected(project) == []
    assert collected(project, "-o", "ruleset_tests=true") == ITEMS


def test_only_what_pytest_visits_is_collected(project: Project) -> None:
    assert collected(project, "--ignore=rulesets/demo") == []
    assert collected(project, "--ignore-glob=*.test.rules") == []
    project.test("def test_other():\n    pass\n")
    assert collected(project, "-o", "testpaths=tests") == ["tests/test_it.py::test_other"]
    project.write("conftest.py", 'collect_ignore = ["rulesets"]\n')
    assert collected(project) == ["tests/test_it.py::test_other"]


def test_in_another_folder_the_paths_are_as_seen_from_there(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("rulesets/demo/1.0.0.rules", BROKEN)
    monkeypatch.chdir(project.pytester.path / "rulesets")
    shown = project.shown()
    assert "ten seats are green  demo/1.0.0.test.rules:1" in shown
    assert "decided   demo/1.0.0.rules:16" in shown


def test_a_schemas_folder_of_another_name(project: Project) -> None:
    (project.pytester.path / "schemas").rename(project.pytester.path / "shapes")
    project.run().assert_outcomes(errors=1)
    project.run("-o", "ruleset_schemas=shapes").assert_outcomes(passed=3)


def test_odd_titles_can_be_selected_and_are_safe(project: Project) -> None:
    cases = CASES.replace('"ten seats are green"', r'"a::b:::c [c]/\u001b[31m \u202eé"')
    project.write(FILE, cases)
    first, *_ = collected(project)
    assert first.isprintable()
    assert first.count("::") == 1
    assert collected(project, first) == [first]
    assert "\x1b" not in project.shown("-v")


def test_rows_that_say_the_same_have_names_of_their_own(project: Project) -> None:
    project.write(
        FILE,
        CASES.replace("         4,        red\n", "         3,        green\n         3,        green\n"),
    )
    found = collected(project)[1:]
    assert found == [
        f"{FILE}::tickets[how_many 3, expected green]",
        f"{FILE}::tickets[how_many 3, expected green, case 2]",
        f"{FILE}::tickets[how_many 3, expected green, case 3]",
    ]
    for each in found[1:]:
        assert collected(project, each) == [each]


def test_hostile_content_is_made_visible(project: Project) -> None:
    project.write(FILE, CASES + '\ntest "x\x1b]0;owned\x07" {\n  nonsense\x1b[2J\n}\n')
    shown = project.shown()
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\\x1b" in shown


def test_junit(project: Project) -> None:
    project.write("rulesets/demo/1.0.0.rules", BROKEN.replace("<= 3", "<= 3 or > 100"))
    project.run("--junitxml=report.xml")
    root = ElementTree.parse(project.pytester.path / "report.xml").getroot()
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert list(cases) == [item.partition("::")[2] for item in ITEMS]
    failure = cases["ten seats are green"].find("failure")
    assert failure is not None
    assert (
        failure.get("message") == "expected seat_use is green, found: seat_use is red (value 10, 20 points)"
    )
    assert "  decided   rulesets/demo/1.0.0.rules:16  red   otherwise" in str(failure.text)


def test_processes_share_the_cases(project: Project) -> None:
    project.write("rulesets/demo/1.0.0.rules", BROKEN)
    result = project.run("-p", "xdist", "-n", "2")
    result.assert_outcomes(failed=1, passed=2)
    result.stdout.fnmatch_lines(
        [
            "  decided   rulesets/demo/1.0.0.rules:16  red   otherwise",
            "FAILED *::ten seats are green - expected seat_use is green, found: seat_use is red (value 10, 20 points)",
        ]
    )


def test_a_fault_of_the_engine_is_no_case_that_failed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr("ruleengine.pytest_plugin.case_items.CaseRunner.run", broken)
    shown = project.shown()
    assert "RuntimeError: out of order" in shown
    assert "  found     " not in shown

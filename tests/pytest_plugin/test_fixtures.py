"""The marker and the fixtures: rulesets, accounts, scores, changes of facts."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.pytest_plugin.project import MARK, RULES, Project

pytest_plugins = ["pytester"]

WITHOUT_DAY = 'pytest.mark.ruleset("demo@1.0.0", facts="accounts.ndjson")'
SCORES_ANN = """
    def test_ann(score):
        assert score("ann").scorecards["health"].score == 80
"""


@pytest.fixture(autouse=True)
def _no_test_files(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\nruleset_tests = false\n")


def test_fixtures_of_a_module(project: Project) -> None:
    project.test(
        """
        def test_ruleset(ruleset):
            assert (ruleset.name, ruleset.version) == ("demo", "1.0.0")

        def test_accounts(accounts):
            assert list(accounts) == ["ann", "bob"]
            assert accounts["bob"]["seats"] == 2

        def test_score(accounts, score):
            assert score(accounts["ann"]).scorecards["health"].score == 80
            assert score("bob").scorecards["health"].score == 20
            assert score({"id": "new", "seats": 10, "support": {"tickets": 4}}).scorecards["health"].score == 50

        def test_result_is_as_of_the_day(score):
            assert score("ann").to_dict()["as_of"] == "2024-03-01"
            assert score("ann", as_of="2024-04-01").to_dict()["as_of"] == "2024-04-01"

        def test_explanation(explanation):
            assert explanation("bob").startswith("bob\\nas of 2024-03-01\\n\\nhealth: red, 20\\n")
        """
    )
    project.run().assert_outcomes(passed=5)


def test_every_account_is_a_test_of_its_own(project: Project) -> None:
    project.test(
        """
        def test_green(account, score):
            assert score(account).scorecards["health"].band == "green"
        """
    )
    result = project.run("-v")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*::test_green[[]ann] PASSED*", "*::test_green[[]bob] FAILED*"])
    project.run("tests/test_it.py::test_green[ann]").assert_outcomes(passed=1)
    project.run("-k", "bob").assert_outcomes(failed=1, deselected=1)


def test_names_of_odd_accounts_are_safe_and_differ(project: Project) -> None:
    ids = ["Acme", "ACME", "../../etc/x", "a::b[c]", "\x1b[31m", "Müller & Söhne", "x" * 300, 7, "7"]
    project.accounts(*({"id": each} for each in ids))
    project.test("def test_it(account, score):\n    assert score(account).id == account['id']\n")
    result = project.run("-v")
    result.assert_outcomes(passed=len(ids))
    names = [line.split(" ")[0] for line in result.outlines if "::test_it[" in line]
    assert len({each.casefold() for each in names}) == len(ids)
    for each in names:
        inside = each.partition("[")[2].removesuffix("]")
        assert inside.isascii()
        assert not set(inside) & set('/\\[]:\x1b"<>|?*')
        assert len(inside) < 130
    assert project.run("-v").outlines[3:-1] == result.outlines[3:-1]


def test_what_a_test_does_to_an_account_is_seen_by_it_alone(project: Project) -> None:
    project.test(
        """
        def test_first(accounts, score):
            accounts["ann"]["seats"] = 0
            assert accounts["ann"]["seats"] == 0
            assert score(accounts["ann"]).measures["seat_use"].band == "red"
            assert score("ann").measures["seat_use"].band == "green"

        def test_second(accounts):
            assert accounts["ann"]["seats"] == 12

        def test_third(account):
            assert account["seats"] in (12, 2)
            account.clear()
        """
    )
    project.run().assert_outcomes(passed=4)


def test_changes_of_facts(project: Project) -> None:
    project.test(
        """
        from datetime import date

        def test_score(score, accounts):
            assert score("ann", {"support.tickets": 4}).measures["ticket_load"].band == "red"
            assert score("ann", {"support": None}).measures["ticket_load"].status == "missing"
            assert score("ann").measures["ticket_load"].band == "green"

        def test_copies(with_facts, accounts):
            ann = accounts["ann"]
            changed = with_facts(ann, {"support.tickets": 7, "support.since": date(2024, 1, 2), "seats": None})
            assert changed == {"id": "ann", "support": {"tickets": 7, "since": "2024-01-02"},
                               "sites": [{"users": 1}, {"users": 2}]}
            assert ann["seats"] == 12 and ann["support"] == {"tickets": 1}

        def test_lists(with_facts):
            assert with_facts("ann", {"sites.users": 5})["sites"] == [{"users": 5}, {"users": 5}]
            assert with_facts("ann", {"sites.1.users": 5})["sites"] == [{"users": 1}, {"users": 5}]
            assert with_facts("ann", {("sites", 0): None})["sites"] == [{"users": 2}]

        def test_begun(with_facts):
            assert with_facts({"id": "x"}, {"support.tickets": 1}) == {"id": "x", "support": {"tickets": 1}}
            assert with_facts({"id": "x"}, {"support.tickets": None}) == {"id": "x"}
        """
    )
    project.run().assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ('{"suport.tickets": 1}', "the fact schema has no field `suport`: did you mean `support`?"),
        ('{"support.ticket": 1}', "the fact schema has no field `support.ticket`: did you mean `tickets`?"),
        ('{"seats.many": 1}', "`seats` is no record and no list in this document: change the whole field"),
        ('{"sites.5.users": 1}', "`sites` has no element 5: it has 2, counted from 0"),
        ('{"": 1}', "`` is no path of a fact: write `support.tickets_last_month`"),
        ('["seats"]', "changes are a dictionary from paths to values"),
    ],
)
def test_changes_that_cannot_be_made(project: Project, changes: str, message: str) -> None:
    project.test(f"def test_it(score):\n    score('ann', {changes})\n")
    shown = project.shown()
    assert f"InputError: {message}" in shown
    assert "changes.py" not in shown


def test_an_unknown_account(project: Project) -> None:
    project.test(
        "def test_it(accounts):\n    accounts['anne']\n\ndef test_get(accounts):\n    assert accounts.get('x') is None\n"
    )
    result = project.run()
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(
        ["E *UnknownAccount: no account 'anne' in accounts.ndjson: did you mean 'ann'?"]
    )


# ── the marker ──


def test_the_nearest_marker_that_says_something_wins(project: Project) -> None:
    project.test(
        """
        @pytest.mark.ruleset(as_of="2024-05-01")
        class TestLater:
            def test_class(self, score):
                assert score("ann").to_dict()["as_of"] == "2024-05-01"

            @pytest.mark.ruleset(as_of="2024-06-01")
            def test_function(self, score):
                assert score("ann").to_dict()["as_of"] == "2024-06-01"

        def test_module(score):
            assert score("ann").to_dict()["as_of"] == "2024-03-01"
        """
    )
    project.run().assert_outcomes(passed=3)


def test_the_default_day(project: Project) -> None:
    project.test(
        "def test_day(score):\n    assert score('ann').to_dict()['as_of'] == '2024-07-01'\n", WITHOUT_DAY
    )
    project.run("--ruleset-as-of", "2024-07-01").assert_outcomes(passed=1)
    project.run("-o", "ruleset_as_of=2024-07-01").assert_outcomes(passed=1)
    project.run("--ruleset-as-of", "2024-07-01", "-o", "ruleset_as_of=2024-08-01").assert_outcomes(passed=1)
    project.test("def test_day(score):\n    assert score('ann').to_dict()['as_of'] == '2024-03-01'\n")
    project.run("--ruleset-as-of", "2024-07-01").assert_outcomes(passed=1)


def test_no_test_depends_on_today(project: Project) -> None:
    project.test(SCORES_ANN, WITHOUT_DAY)
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["tests/test_it.py:5 (test_ann): as of which day? *", "  pytest --ruleset-as-of 2024-03-01"]
    )
    project.test(
        "def test_name(ruleset):\n    assert ruleset.version == '1.0.0'\n", 'pytest.mark.ruleset("demo")'
    )
    assert "as of which day?" in project.shown()
    project.run("--ruleset-as-of", "2024-03-01").assert_outcomes(passed=1)
    assert "no version of `demo` is in force on 2023-12-31" in project.shown("--ruleset-as-of", "2023-12-31")


@pytest.mark.parametrize("arguments", [["--ruleset-as-of", "yesterday"], ["-o", "ruleset_as_of=2024-02-30"]])
def test_a_default_day_that_is_none(project: Project, arguments: list[str]) -> None:
    result = project.run(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert (
        f"`{arguments[1].removeprefix('ruleset_as_of=')}` is no day: write it as `2024-03-01`"
        in result.stderr.str()
    )


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ('"demo@1.0.0", as_off="2024-03-01"', "there is no argument `as_off`\n  did you mean `as_of`?"),
        ('"demo@1.0.0", as_of="1 March"', "as_of: `1 March` is no day: write it as `2024-03-01`"),
        ('"demo@1.0.0", as_of=20240301', "as_of: an as-of date is a date or a text such as `2024-03-01`"),
        ('"demo@1.0.0", "other"', "one ruleset is named, and everything else by name"),
        ("7", "a ruleset is named by a text, and this is `7`"),
        ('"demo@1.0.0", facts=7', "facts: a path is a text, and this is `7`"),
        ('"demo@1.0.0", facts=[]', "facts: a path is a text, and this is `[]`"),
        ('"demo@1.0.0", rulesets=""', "rulesets: a path is a text, and this is `''`"),
        ('facts="accounts.ndjson"', "no ruleset is named"),
        ('"demo@1.0.0", **{"\\x1b[31m": 1}', "there is no argument `\\x1b[31m`"),
    ],
)
def test_a_wrong_marker_is_an_error_of_collection(project: Project, mark: str, message: str) -> None:
    project.test("def test_it(ruleset):\n    pass\n", f"pytest.mark.ruleset({mark})")
    result = project.run()
    result.assert_outcomes(errors=1)
    shown = result.stdout.str()
    assert f": @pytest.mark.ruleset: {message}" in shown
    assert "tests/test_it.py" in shown.partition(": @pytest.mark.ruleset")[0].splitlines()[-1]
    assert "Traceback" not in shown
    assert "During handling" not in shown
    assert "\x1b" not in shown


def test_the_place_of_a_wrong_marker_of_a_function(project: Project) -> None:
    project.test(
        """
        class TestIt:
            @pytest.mark.ruleset("demo@1.0.0", as_off="2024-03-01")
            def test_it(self, ruleset):
                pass
        """,
        mark="",
    )
    assert "tests/test_it.py:5 (test_it): @pytest.mark.ruleset: there is no argument" in project.shown()


@pytest.mark.parametrize("fixture", ["ruleset", "accounts", "score", "explanation", "with_facts", "account"])
def test_without_a_marker(project: Project, fixture: str) -> None:
    project.test(f"def test_it({fixture}):\n    pass\n", mark="")
    result = project.run()
    result.assert_outcomes(errors=1)
    assert "tests/test_it.py:3 (test_it): this test names no ruleset: mark it with" in result.stdout.str()


@pytest.mark.parametrize("fixture", ["accounts", "account"])
def test_without_facts(project: Project, fixture: str) -> None:
    project.test(f"def test_it({fixture}):\n    pass\n", 'pytest.mark.ruleset("demo@1.0.0")')
    project.run().stdout.fnmatch_lines(
        [f"tests/test_it.py:4 (test_it): `{fixture}` needs facts: name a file of them,"]
    )


def test_an_account_that_no_test_asks_for_itself(project: Project) -> None:
    project.test("def test_it(request):\n    request.getfixturevalue('account')\n")
    assert "`account` is asked for by a test itself" in project.shown()


def test_fixtures_and_parameters_of_the_same_name_stay_theirs(project: Project) -> None:
    project.test(
        """
        @pytest.mark.parametrize("account", [1, 2])
        def test_parameter(account):
            assert account in (1, 2)

        class TestFixture:
            @pytest.fixture
            def account(self):
                return "mine"

            def test_it(self, account):
                assert account == "mine"
        """
    )
    project.run().assert_outcomes(passed=3)


# ── what cannot be loaded ──


def test_an_unknown_ruleset(project: Project) -> None:
    project.test("def test_it(ruleset):\n    pass\n", 'pytest.mark.ruleset("dem@1.0.0")')
    result = project.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "tests/test_it.py:4 (test_it): the ruleset cannot be used",
            "RE211: there is no ruleset `dem` in `rulesets`",
            "  did you mean `demo`? there is demo",
        ]
    )


def test_a_faulty_ruleset(project: Project) -> None:
    project.write("rulesets/demo/1.0.0.rules", RULES.replace("value    seats", "value    saets"))
    project.test("def test_it(ruleset):\n    pass\n")
    project.run().stdout.fnmatch_lines(
        [
            "tests/test_it.py:4 (test_it): the ruleset cannot be used",
            "error[[]RE20?]: *`saets`*",
            "*--> rulesets/demo/1.0.0.rules:13:12",
            "13 |   value    saets",
        ]
    )


def test_rejected_documents_fail_clearly(project: Project) -> None:
    project.write("accounts.ndjson", '{"id": "ann"}\n{"seats": 1}\n{"id": "bob"\n')
    project.test("def test_it(account):\n    pass\n\ndef test_all(accounts):\n    pass\n")
    result = project.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "tests/test_it.py:4 (test_it): the facts cannot be used",
            "error[[]RE502]: the record has no id: `id` is missing",
            "*--> accounts.ndjson:2:1",
            "error[[]RE501]: the record is rejected: *",
            "*--> accounts.ndjson:3:*",
        ]
    )


def test_many_rejected_documents_are_counted(project: Project) -> None:
    project.write("accounts.ndjson", "{}\n" * 300)
    project.test("def test_it(accounts):\n    pass\n")
    shown = project.shown()
    assert shown.count("error[RE502]") == 5
    assert "… and 295 more" in shown


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ('{"id": "ann"}\n{"id": "ann"}\n', "the id `ann` occurs again, after line 1"),
        ("", "accounts.ndjson holds no account"),
        ('{"id": "\\u001b[2J"}\n' * 2, "the id `\\x1b[2J` occurs again, after line 1"),
    ],
)
def test_facts_that_no_test_can_use(project: Project, facts: str, message: str) -> None:
    project.write("accounts.ndjson", facts)
    project.test("def test_it(accounts):\n    pass\n")
    shown = project.shown()
    assert message in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("facts", "message"), [("none.ndjson", "there is no file `none.ndjson`"), ("tests", "tests is no file")]
)
def test_facts_that_are_no_file(project: Project, facts: str, message: str) -> None:
    project.test("def test_it(accounts):\n    pass\n", MARK.replace("accounts.ndjson", facts))
    shown = project.shown()
    assert message in shown
    assert str(project.pytester.path) not in shown.partition("ERRORS")[2]


# ── folders and files ──


def test_paths_begin_at_the_root_folder(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.test(SCORES_ANN)
    monkeypatch.chdir(project.pytester.path / "tests")
    project.run().assert_outcomes(passed=1)


def test_a_test_that_goes_to_another_folder(project: Project) -> None:
    project.test(
        """
        def test_it(tmp_path, monkeypatch, request):
            monkeypatch.chdir(tmp_path)
            assert "Tickets: 1" in request.getfixturevalue("explanation")("ann")
        """
    )
    project.run().assert_outcomes(passed=1)


def test_other_folders(project: Project) -> None:
    path = project.pytester.path
    (path / "rulesets").rename(path / "rules")
    (path / "schemas").rename(path / "shapes")
    project.test(SCORES_ANN)
    project.run().assert_outcomes(failed=0, errors=1)
    project.run("-o", "ruleset_folder=rules", "-o", "ruleset_schemas=shapes").assert_outcomes(passed=1)
    project.test(SCORES_ANN, MARK.replace(", as_of", ', rulesets="rules", schemas="shapes", as_of'))
    project.run().assert_outcomes(passed=1)
    project.test(
        SCORES_ANN,
        MARK.replace("demo@1.0.0", "rules/demo/1.0.0.rules").replace(", as_of", ', schemas="shapes", as_of'),
    )
    project.run().assert_outcomes(passed=1)


def test_facts_of_several_files(project: Project) -> None:
    project.write("more.csv", "id,seats\ncarl,11\n")
    project.test(
        """
        def test_it(accounts):
            assert list(accounts) == ["ann", "bob", "carl"]
        """,
        MARK.replace('"accounts.ndjson"', '["accounts.ndjson", "more.csv"]'),
    )
    project.run().assert_outcomes(passed=1)


def test_earlier_results(project: Project) -> None:
    rules = RULES + dedent(
        """
        trigger fell "Fell" {
          when  health is red and previous health is green
        }
        """
    )
    project.write("rulesets/demo/1.0.0.rules", rules)
    project.test(
        """
        def test_previous(score, ruleset):
            before = score("bob", {"seats": 20, "support.tickets": 0}, as_of="2024-02-01")
            assert [each.name for each in score("bob", previous=before.to_dict()).triggers] == ["fell"]
            assert not score("bob").triggers
        """
    )
    project.run().assert_outcomes(passed=1)
    project.write(
        "earlier.ndjson",
        '{"id":"bob","as_of":"2024-02-01","ruleset":{"name":"demo","version":"1.0.0"},"scorecards":{"health":{"band":"green","score":80.0,"status":"scored"}}}\n',
    )
    project.test(
        "def test_file(score):\n    assert [each.name for each in score('bob').triggers] == ['fell']\n",
        MARK.replace(", as_of", ', previous="earlier.ndjson", as_of'),
    )
    project.run().assert_outcomes(passed=1)
    project.write("earlier.ndjson", "{nonsense\n")
    assert "tests/test_it.py:4 (test_file): the earlier results cannot be used" in project.shown()

"""`ruleengine diff`: what a new version changes, for whom and why; figures worked out by hand."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.cli.project import AS_OF, FACTS, ROOT, RULES, run, run_process, write_facts
from tests.cli.repository import edit
from tests.compare.consistency import inconsistencies

VALIDATOR = Draft202012Validator(
    json.loads((ROOT / "schemas/diff/1.schema.json").read_text(encoding="utf-8"))
)
SEATS, TICKETS = "health.seat_use.weight", "health.ticket_load.weight"


@pytest.fixture(autouse=True)
def versions(project: Path) -> None:
    """2.0.0 is green up to 9 tickets; 3.0.0 weighs 30 and 70%; 4.0.0 does both and has a trigger."""
    weights = RULES.replace("seat_use    50%", "seat_use    30%").replace(
        "ticket_load 50%", "ticket_load 70%"
    )
    for number, text in {
        2: RULES.replace("green when <= 3", "green when <= 9"),
        3: weights,
        4: weights.replace("green when <= 3", "green when <= 9") + 'trigger low "Low" { when health < 30 }\n',
    }.items():
        path = Path(f"rulesets/demo/{number}.0.0.rules")
        path.write_text(
            text.replace("VERSION", f"{number}.0.0").replace("2024-01", f"2024-{4 + number:02d}"),
            encoding="utf-8",
        )


def compared(*arguments: str, code: int = 0) -> dict[str, Any]:
    """The document of a comparison, which fits its schema and agrees with itself."""
    outcome = run("diff", *arguments, "--format", "json", "--as-of", AS_OF)
    assert outcome.exit_code == code, outcome.stderr
    document: dict[str, Any] = json.loads(outcome.stdout)
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []
    assert inconsistencies(document) == []
    return document


def refused(*arguments: str, code: int = 2) -> str:
    """What is said about a command line; nothing goes to standard output."""
    outcome = run("diff", *arguments)
    assert (outcome.exit_code, outcome.stdout) == (code, "")
    return " ".join(outcome.stderr.split())


def attribution(mover: dict[str, Any]) -> dict[str, float]:
    return {part["edit"]: part["points"] for part in mover["attribution"]}


# ── what it says ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_edit() -> None:
    """bob has 9 tickets: 20 of both becomes 20 and 80. So do those of cat, who was green by her seats already."""
    found = compared("demo@1", "demo@2", "facts.ndjson")
    [cut] = found["edits"]
    assert (cut["id"], cut["kind"], cut["summary"]) == (
        "ticket_load.rate.green",
        "cut",
        "Tickets: green up to 9 instead of 3",
    )
    assert cut["effect"] == {"health": {"touched": 2, "decisive": 1, "points": 60.0, "mean": 30.0}}
    assert cut["places"]["new"] == {"file": "rulesets/demo/2.0.0.rules", "line": 26}
    population = found["population"]
    assert (population["accounts"], population["moved"]) == (5, 1)
    assert population["matrix"] == {"green": {"green": 3}, "red": {"green": 1}, "na": {"na": 1}}
    assert [
        (each["id"], each["old"]["score"], each["new"]["score"], each["decisive"]) for each in found["movers"]
    ] == [
        ("bob", 20.0, 50.0, ["ticket_load.rate.green"]),
        ("cat", 50.0, 80.0, []),
    ]
    assert found["old"]["as_of"] == found["new"]["as_of"] == AS_OF
    assert (found["old"]["selector"], found["old"]["version"]) == ("demo@1", "1.0.0")


def test_a_change_is_shared_out_over_the_edits() -> None:
    """cat has 80 and 20, which come to 50; to 42.5 with 30 : 50, to 45 with 50 : 70, to 38 with 30 : 70.

    Seats cost (7.5 + 7) / 2 points and tickets (5 + 4.5) / 2; either of them alone would have made her red.
    """
    found = compared("demo@1", "demo@3", "facts.ndjson")
    assert {each["id"] for each in found["edits"]} == {SEATS, TICKETS}
    [cat] = found["movers"]
    assert (cat["id"], cat["name"], cat["change"], cat["method"]) == ("cat", "Cat Ltd", -12.0, "exact")
    assert attribution(cat) == {SEATS: -7.25, TICKETS: -4.75}
    assert (cat["decisive"], cat["sufficient"]) == ([], [[SEATS], [TICKETS]])


def test_without_accounts_only_what_differs_is_told() -> None:
    found = compared("demo@1", "demo@3")
    assert (len(found["edits"]), found["population"], found["movers"]) == (2, None, [])
    assert found["old"]["as_of"] is None
    assert all(each["effect"] == {} for each in found["edits"])


def test_the_same_twice() -> None:
    outcome = run("diff", "demo@1", "demo@1", "facts.ndjson", "--as-of", AS_OF)
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith("Nothing changes")
    assert outcome.stderr == "compared 5 accounts, 0 rejected\n"
    found = compared("demo@1", "demo@1", "facts.ndjson")
    assert (found["edits"], found["movers"], found["wording"]) == ([], [], [])


@pytest.mark.parametrize(
    ("form", "beginning"),
    [
        ("text", "1 edit; 1 of 5 accounts changes band, none newly red, because Tickets are green up to 9 instead of 3\n"),
        ("markdown", "1 edit; 1 of 5 accounts changes band, none newly red, because Tickets are green up to 9 instead of 3\n"),
        ("html", "<!DOCTYPE html>\n"),
        ("json", '{\n  "format": "ruleengine diff 1",\n'),
    ],
)  # fmt: skip
def test_every_format_goes_to_standard_output_and_to_a_file(form: str, beginning: str, project: Path) -> None:
    arguments = ("diff", "demo@1", "demo@2", "--facts", "facts.ndjson", "--as-of", AS_OF, "--format", form)
    shown = run(*arguments)
    assert shown.exit_code == 0
    assert shown.stdout.startswith(beginning)
    written = run(*arguments, "--out", "report")
    assert (written.exit_code, written.stdout) == (0, "")
    assert (project / "report").read_text(encoding="utf-8") == shown.stdout


def test_how_many_movers_are_listed() -> None:
    arguments = ("diff", "demo@1", "demo@2", "facts.ndjson", "--as-of", AS_OF)
    assert "Cat Ltd (cat)" in run(*arguments).stdout
    some = run(*arguments, "--movers", "1").stdout
    assert "Bob Ltd (bob)" in some
    assert "Cat Ltd (cat)" not in some
    assert "Bob Ltd (bob)" not in run(*arguments, "--movers", "0").stdout


def test_triggers_that_start_and_segments() -> None:
    """bob: 30% of 20 and 70% of 80 are 62; nobody is below 30 in 4.0.0, whose trigger is new."""
    found = compared("demo@1", "demo@4", "facts.ndjson", "--by", "segment", "--by", "big")
    assert found["population"]["triggers"] == []
    [big] = found["population"]["scorecards"]["health"]["by"]
    assert (big["segment"], big["accounts"], big["moved"], big["newly"]) == ("big", 2, 1, {"green": 1})
    edit(Path("rulesets/demo/4.0.0.rules"), "when health < 30", "when health < 70")
    [trigger] = compared("demo@1", "demo@4", "facts.ndjson")["population"]["triggers"]
    assert trigger == {"name": "low", "title": "Low", "started": 1, "stopped": 0, "both": 0}


# ── accounts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_several_files_and_standard_input(project: Path) -> None:
    write_facts(project / "one.ndjson", FACTS[:2])
    write_facts(project / "two.ndjson", FACTS[2:])
    both = compared("demo@1", "demo@2", "one.ndjson", "--facts", "two.ndjson")
    assert [each["id"] for each in both["movers"]] == ["cat", "bob"]  # --facts come first
    content = (project / "facts.ndjson").read_bytes()
    arguments = ("diff", "demo@1", "demo@2", "-", "--as-of", AS_OF, "--format", "json")
    assert json.loads(run(*arguments, input=content).stdout) == compared("demo@1", "demo@2", "facts.ndjson")


def test_rejected_records_are_told_and_the_others_compared(project: Path) -> None:
    with (project / "facts.ndjson").open("a", encoding="utf-8") as file:
        file.write('nonsense\n{"seats": 3}\n')
    found = compared("demo@1", "demo@2", "facts.ndjson", "--rejects", "rejects.ndjson", code=4)
    assert (found["population"]["accounts"], found["population"]["rejected"]) == (5, 2)
    lines = [
        json.loads(line) for line in (project / "rejects.ndjson").read_text(encoding="utf-8").splitlines()
    ]
    assert [(each["line"], each["code"]) for each in lines] == [(6, "RE501"), (7, "RE502")]
    told = run("diff", "demo@1", "demo@2", "facts.ndjson", "--as-of", AS_OF)
    assert "error[RE502]" in told.stderr
    assert told.stderr.endswith("compared 5 accounts, 2 rejected\n")


def test_facts_that_cannot_be_read() -> None:
    assert "there is no file `none.ndjson`" in refused("demo@1", "demo@2", "none.ndjson", code=5)


def test_made_accounts() -> None:
    first = compared("demo@1", "demo@2", "--generated", "50", "--seed", "1")
    assert first["population"]["accounts"] == 50
    assert first["movers"][0]["id"].startswith("generated-")
    assert compared("demo@1", "demo@2", "--generated", "50", "--seed", "1") == first
    assert compared("demo@1", "demo@2", "--generated", "50", "--seed", "2") != first
    both = compared("demo@1", "demo@2", "facts.ndjson", "--generated", "50", "--seed", "1")
    assert both["population"]["accounts"] == 55
    assert [each["id"] for each in both["movers"]][:2] == ["bob", "cat"]
    assert both["movers"][2:] == first["movers"]


@pytest.mark.parametrize("form", ["json", "text", "markdown", "html"])
def test_the_number_of_processes_makes_no_difference(form: str) -> None:
    reports = [
        run(
            "diff",
            "demo@1",
            "demo@4",
            "--generated",
            "900",
            "--as-of",
            AS_OF,
            "--format",
            form,
            "--by",
            "segment",
            "--jobs",
            jobs,
        ).stdout_bytes
        for jobs in ("1", "2", "3")
    ]
    assert len(reports[0]) > 1_000
    assert reports[0] == reports[1] == reports[2]


# ── time and data ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_ruleset_and_new_facts(project: Path) -> None:
    """ann goes from 20 to 5 seats and to 9 tickets: 80 to 20, half by each. fay is new, eve is gone."""
    later = [{**FACTS[0], "seats": 5, "tickets": 9}, *FACTS[1:4], {"id": "fay", "seats": 1}]
    write_facts(project / "later.ndjson", later)
    found = compared("demo@1", "--old-facts", "facts.ndjson", "--new-facts", "later.ndjson")
    population = found["population"]
    assert (population["accounts"], population["only_old"], population["only_new"]) == (4, 1, 1)
    [ann] = found["movers"]
    assert (ann["old"]["score"], ann["new"]["score"], ann["change"]) == (80.0, 20.0, -60.0)
    assert attribution(ann) == {"data: seats": -30.0, "data: tickets": -30.0}
    assert {part["cause"] for part in ann["attribution"]} == {"data"}
    assert [each["id"] for each in found["causes"]] == ["data: seats", "data: tickets"]
    assert found["edits"] == []
    # one of 20 is still 50, and green: both are needed
    assert sorted(ann["decisive"]) == ["data: seats", "data: tickets"]
    told = run(
        "diff", "demo@1", "--old-facts", "facts.ndjson", "--new-facts", "later.ndjson", "--as-of", AS_OF
    )
    assert (
        told.stderr == "compared 4 accounts, 0 rejected, 1 only in the old facts, 1 only in the new facts\n"
    )


def test_rulesets_data_and_time_together(project: Path) -> None:
    """bob drops to 2 tickets, which is green in both: his data moves him, and the edit does nothing for him."""
    write_facts(project / "later.ndjson", [FACTS[0], {**FACTS[1], "tickets": 2}, *FACTS[2:]])
    outcome = run(
        "diff", "demo@1", "demo@2", "--old-facts", "facts.ndjson", "--new-facts", "later.ndjson", "--format", "json",
        "--old-as-of", "2024-06-01", "--new-as-of", "2024-07-01",
    )  # fmt: skip
    found = json.loads(outcome.stdout)
    assert (found["old"]["as_of"], found["new"]["as_of"]) == ("2024-06-01", "2024-07-01")
    bob, cat = found["movers"]
    # with both, either alone is enough, so each gets half of 30
    assert attribution(bob) == {"data: tickets": 15.0, "ticket_load.rate.green": 15.0}
    assert bob["sufficient"] == [["ticket_load.rate.green"], ["data: tickets"]]
    assert attribution(cat) == {"ticket_load.rate.green": 30.0}
    assert [each["id"] for each in found["causes"]] == ["data: tickets", "time"]
    assert found["causes"][1]["effect"]["health"]["touched"] == 0


def test_names_mean_the_version_in_force_on_their_day() -> None:
    outcome = run(
        "diff", "demo", "demo", "--old-as-of", "2024-01-15", "--new-as-of", "2024-06-15", "--format", "json"
    )
    found = json.loads(outcome.stdout)
    assert (found["old"]["version"], found["new"]["version"]) == ("1.0.0", "2.0.0")


def test_an_id_that_occurs_again_cannot_be_joined(project: Path) -> None:
    write_facts(project / "later.ndjson", [FACTS[0], FACTS[0], FACTS[1]])
    found = compared(
        "demo@1",
        "--old-facts",
        "facts.ndjson",
        "--new-facts",
        "later.ndjson",
        "--rejects",
        "r.ndjson",
        code=4,
    )
    assert (found["population"]["accounts"], found["population"]["rejected"]) == (2, 1)
    [line] = (project / "r.ndjson").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["code"] == "RE503"


def test_earlier_results(project: Path) -> None:
    """A trigger on what was before fires on both sides, or on one."""
    for number, least in ((5, 60), (6, 40)):
        text = RULES.replace("VERSION", f"{number}.0.0") + (
            f'trigger fell "Fell" {{ when previous health.score > {least} and health < 60 }}\n'
        )
        Path(f"rulesets/demo/{number}.0.0.rules").write_text(text, encoding="utf-8")
    early = run("eval", "demo@1", "facts.ndjson", "--as-of", "2024-05-01", "--format", "ndjson").stdout
    (project / "before.ndjson").write_text(early, encoding="utf-8")
    [fell] = compared("demo@5", "demo@6", "facts.ndjson", "--previous", "before.ndjson")["population"][
        "triggers"
    ]
    assert (fell["started"], fell["stopped"], fell["both"]) == (1, 0, 0)  # cat had 50 then, and has it now
    told = run("diff", "demo@5", "demo@6", "facts.ndjson", "--as-of", AS_OF, "--previous", "before.ndjson")
    assert told.stderr.endswith("earlier results for 5 of 5 accounts\n")


# ── the budget ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--max-moved", "1"), 0),
        (("--max-moved", "0"), 1),
        (("--max-moved", "20%"), 0),
        (("--max-moved", "19.9%"), 1),
        (("--max-newly", "green=1", "--max-newly", "red=0"), 0),
        (("--max-newly", "green=0"), 1),
        (("--fail-on", "moved > 5% of accounts or newly red > 10"), 1),
        (("--fail-on", "newly red > 0"), 0),
    ],
)
def test_a_budget_decides_how_it_ends(options: tuple[str, ...], code: int) -> None:
    budget = compared("demo@1", "demo@2", "facts.ndjson", *options, code=code)["budget"]
    assert budget["ok"] == (code == 0)
    assert len(budget["limits"]) == len(options) // 2
    told = run("diff", "demo@1", "demo@2", "facts.ndjson", *options, "--as-of", AS_OF, "--format", "markdown")
    assert (f"{options[0]} {options[1]}: " in told.stderr) == (code == 1)


def test_a_budget_comes_before_rejected_facts(project: Path) -> None:
    with (project / "facts.ndjson").open("a", encoding="utf-8") as file:
        file.write("nonsense\n")
    compared("demo@1", "demo@2", "facts.ndjson", "--max-moved", "0", code=1)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--max-moved", "many"), "<--max-moved>:1:1"),
        (("--max-newly", "rde=1"), "did you mean `red`?"),
        (("--fail-on", "moved >"), "<--fail-on>:1:"),
    ],
)
def test_a_budget_with_a_fault_is_refused_before_accounts_are_read(
    options: tuple[str, ...], says: str
) -> None:
    assert says in refused("demo@1", "demo@2", "facts.ndjson", *options, "--as-of", AS_OF)


# ── the command line ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "give OLD and NEW"),
        (("demo@1",), "give OLD and NEW"),
        (("demo@1", "demo@2", "--max-moved", "3"), "--max-moved is about accounts"),
        (("demo@1", "demo@2", "--by", "big"), "--by is about accounts"),
        (("demo@1", "--old-facts", "facts.ndjson"), "--old-facts and --new-facts go together"),
        (("demo@1", "demo@2", "facts.ndjson", "--old-facts", "a", "--new-facts", "b"), "--facts is for both sides"),
        (("--against", "main", "--old-as-of", "2024-01-01"), "leave --old-as-of away"),
        (("--against", "main", "--facts", "-"), "standard input can be read only once"),
        (("git:main", "git:main"), "are revisions, and say no ruleset"),
        (("demo@1", "demo@2", "facts.ndjson", "--as-of", AS_OF, "--card", "helth"), "no scorecard 'helth'. Did you mean `health`?"),
        (("demo@1", "demo@2", "facts.ndjson", "--as-of", AS_OF, "--by", "bgi"), "both versions have no segment 'bgi'. Did you mean `big`?"),
        (("demo@1", "demo@2", "facts.ndjson", "--as-of", AS_OF, "--out", "facts.ndjson"), "'facts.ndjson' is used for something else"),
        (("demo@1", "demo@2", "facts.ndjson", "--as-of", AS_OF, "--rejects", "x", "--out", "x"), "'x' is used for something else"),
        (("demo@1", "demo@2", "--out", "rulesets/demo/9.0.0.rules"), "is called like a ruleset"),
        (("demo@1", "demo@2", "--as-of", "tomorrow"), "'tomorrow' is no date"),
        (("demo@1", "demo@2", "--jobs", "-1"), "--jobs"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_a_wrong_command_line(arguments: tuple[str, ...], says: str) -> None:
    assert says in refused(*arguments)


def test_rulesets_that_do_not_exist_or_have_errors() -> None:
    assert "RE211" in refused("demo@1", "demo@9", code=3)
    edit(Path("rulesets/demo/2.0.0.rules"), "value    seats", "value    saets")
    assert "rulesets/demo/2.0.0.rules:16" in refused("demo@1", "demo@2", code=3)


def test_today_is_told_where_it_matters() -> None:
    assert "(today; --as-of fixes the date)" in run("diff", "demo@1", "demo@2", "facts.ndjson").stderr
    assert "(today; --as-of fixes the date)" in run("diff", "demo", "demo@2").stderr
    assert run("diff", "demo@1", "demo@2").stderr == ""


def test_an_interruption_leaves_nothing_behind(project: Path) -> None:
    """A file that was there stays as it was, no process is left, and nothing is said beside it."""
    (project / "report.json").write_text("before", encoding="utf-8")
    command = [
        sys.executable, "-m", "ruleengine", "diff", "demo@1", "demo@4", "--generated", "5000000", "--as-of", AS_OF,
        "--jobs", "2", "--format", "json", "--out", "report.json",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    deadline = time.monotonic() + 30
    while len(_children(process.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    children = _children(process.pid)
    assert len(children) == 2
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    try:
        out, errors = process.communicate(timeout=30)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert (process.returncode, out, errors) == (130, b"", b"")
    assert not any(Path(f"/proc/{each}").exists() for each in children)
    assert (project / "report.json").read_text(encoding="utf-8") == "before"
    assert sorted(each.name for each in project.iterdir()) == [
        "facts.ndjson",
        "report.json",
        "rulesets",
        "schemas",
    ]


def _children(parent: int) -> list[str]:
    try:
        return Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    except OSError:
        return []


def test_as_a_process_of_its_own() -> None:
    done = run_process("diff", "demo@1", "demo@2", "facts.ndjson", "--as-of", AS_OF, "--max-moved", "0")
    assert done.returncode == 1
    assert done.stdout.startswith(b"1 edit; 1 of 5 accounts changes band")
    assert done.stderr == b"compared 5 accounts, 0 rejected\n"

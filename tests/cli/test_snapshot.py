"""`ruleengine snapshot record`: what is written, what is replaced only when asked, and what is never touched."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.project import AS_OF, FACTS, run, run_process, write_facts
from tests.cli.project import RULES as RULES_TEXT
from tests.cli.recorded import FOLDER, RECORD, RULES, contents, edit, recorded, report_of


def test_record_writes_a_file_an_account_and_an_index() -> None:
    done = run(*RECORD, "--as-of", AS_OF)
    assert (done.exit_code, done.stdout) == (0, "snapshots/demo: 5 accounts: 5 new\n")
    names = ["ann", "bob", "cat", "dan", "eve"]
    assert sorted(contents()) == sorted([*(f"{name}.snapshot.txt" for name in names), "index.json"])
    assert (
        (FOLDER / "bob.snapshot.txt")
        .read_text(encoding="utf-8")
        .startswith(f"Bob Ltd (bob)\nas of {AS_OF}\n\nhealth: red, 20\n")
    )
    index = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
    assert index["recorded_from"] == {
        "ruleset": "demo",
        "rulesets": "../../rulesets",
        "facts": ["../../facts.ndjson"],
    }
    assert index["accounts"] == [{"id": name, "file": f"{name}.snapshot.txt"} for name in names]
    assert index["ruleset"]["name"] == "demo"
    assert re.fullmatch("sha256:[0-9a-f]{64}", index["ruleset"]["digest"])


def test_recording_again_writes_nothing() -> None:
    recorded()
    before = {path: path.stat().st_mtime_ns for path in FOLDER.iterdir() if path.name == "index.json"}
    done = run(*RECORD)
    assert (done.exit_code, done.stdout) == (0, "snapshots/demo: 5 accounts: 5 as before\n")
    assert f"as of {AS_OF} (as recorded; --as-of changes it)" in done.stderr
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_the_order_of_the_facts_makes_no_difference() -> None:
    recorded()
    before = contents()
    write_facts(Path("facts.ndjson"), FACTS[::-1])
    assert run(*RECORD).exit_code == 0
    assert contents() == before


def test_what_would_change_needs_update() -> None:
    recorded()
    before = contents()
    edit(RULES, "green when >= 10", "green when >= 30")
    done = run(*RECORD)
    assert done.exit_code == 1
    assert "2 changed (1 in band)" in done.stdout
    assert (
        "nothing is written: 2 snapshots would change and the index would say otherwise (ruleset); --update"
        in done.stderr
    )
    assert contents() == before
    done = run("snapshot", "record", "--to", str(FOLDER), "--update")
    assert done.exit_code == 0
    changed = {name for name, content in contents().items() if before[name] != content}
    assert changed == {"ann.snapshot.txt", "cat.snapshot.txt", "index.json"}  # with 20 seats each
    assert run("snapshot", "verify").exit_code == 0


def test_a_file_that_holds_something_else_is_kept_without_an_index_too() -> None:
    FOLDER.mkdir(parents=True)
    (FOLDER / "ann.snapshot.txt").write_text("mine\n", encoding="utf-8")
    assert run(*RECORD, "--as-of", AS_OF).exit_code == 1
    assert contents() == {"ann.snapshot.txt": b"mine\n"}


def test_new_accounts_need_no_update() -> None:
    recorded()
    write_facts(Path("facts.ndjson"), [*FACTS, {"id": "fay", "seats": 50, "tickets": 0}])
    done = run(*RECORD)
    assert (done.exit_code, done.stdout) == (0, "snapshots/demo: 6 accounts: 5 as before, 1 new\n")
    assert run("snapshot", "verify").exit_code == 0


def test_unused_snapshots_stay_until_they_are_to_be_removed() -> None:
    recorded()
    (FOLDER / "notes.txt").write_text("ours", encoding="utf-8")
    (FOLDER / "left.snapshot.txt").write_text("from a merge\n", encoding="utf-8")
    write_facts(Path("facts.ndjson"), FACTS[1:])
    done = run(*RECORD)
    assert done.exit_code == 0
    assert "unused ann.snapshot.txt: there is no account `ann` any more\n" in done.stdout
    assert "unused left.snapshot.txt: the index does not name it\n" in done.stdout
    assert "2 unused snapshots" in done.stdout
    assert {"ann.snapshot.txt", "left.snapshot.txt"} <= set(contents())
    assert run("snapshot", "verify").exit_code == 1
    done = run(*RECORD, "--remove-unused")
    assert (done.exit_code, done.stdout) == (
        0,
        "snapshots/demo: 4 accounts: 4 as before; 2 removed snapshots\n",
    )
    assert sorted(contents()) == sorted(
        [*(f"{name}.snapshot.txt" for name in ("bob", "cat", "dan", "eve")), "index.json", "notes.txt"]
    )
    assert run("snapshot", "verify").exit_code == 0


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (("--id", "ann", "--id", "eve"), {"ann", "eve"}),
        (("--where", "big"), {"ann", "bob"}),
        (("--where", "seats > 10 and plan = \"small\""), {"cat"}),
    ],
)  # fmt: skip
def test_some_accounts_only(options: tuple[str, ...], names: set[str]) -> None:
    recorded(*options)
    assert set(contents()) == {"index.json", *(f"{name}.snapshot.txt" for name in names)}
    done = run("snapshot", "verify")
    assert (done.exit_code, done.stdout) == (
        0,
        f"snapshots/demo: {len(names)} account{'s' * (len(names) > 1)}: {len(names)} as recorded\n",
    )


def test_no_account_at_all_is_no_success() -> None:
    done = run(*RECORD, "--as-of", AS_OF, "--where", "seats > 99")
    assert (done.exit_code, FOLDER.exists()) == (1, False)
    assert "no account was selected: nothing is written" in done.stderr
    done = run(*RECORD, "--as-of", AS_OF, "--id", "ann", "--id", "zoe")
    assert done.exit_code == 4
    assert "RE513" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("record",),
        ("record", "demo"),
        ("record", "demo", "-"),
        ("record", "--to", "nowhere"),
        ("record", "demo", "facts.ndjson", "--card", "wealth"),
        ("verify", "--format", "table"),
    ],
)
def test_wrong_command_lines(arguments: tuple[str, ...]) -> None:
    assert run("snapshot", *arguments).exit_code == 2
    assert not Path("snapshots").exists()


def test_rejected_and_repeated_records_end_with_4_and_the_others_are_recorded() -> None:
    with Path("facts.ndjson").open("a", encoding="utf-8") as file:
        file.write('{"seats": 1}\n' + json.dumps({**FACTS[0], "seats": 0}) + "\n")
    done = run(*RECORD, "--as-of", AS_OF)
    assert done.exit_code == 4
    assert "error[RE502]" in done.stderr
    assert "error[RE503]" in done.stderr
    assert "health: green, 80" in (FOLDER / "ann.snapshot.txt").read_text(encoding="utf-8")
    assert run("snapshot", "verify").exit_code == 4


def test_hostile_ids_stay_in_the_folder() -> None:
    ids = [
        "../../up",
        "a/b",
        "Ann",
        "ann",
        "CON",
        "x" * 400,
        "\u202e\x1b[2J",
        "é",
        7,
        "7",
        "..",
        "a\nb",
    ]
    write_facts(
        Path("facts.ndjson"),
        [{"id": each, "seats": 5, "tickets": 5} for each in ids],
    )
    before = set(Path().rglob("*"))
    recorded()
    new = set(Path().rglob("*")) - before
    assert all(path.parent in (FOLDER, Path("snapshots"), Path()) for path in new)
    assert len(contents()) == len(ids) + 1
    assert run("snapshot", "verify").exit_code == 0
    assert (FOLDER / "index.json").read_text(encoding="utf-8").replace("\n", "").isprintable()


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    recorded()
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    (FOLDER / "ann.snapshot.txt").unlink()
    (FOLDER / "ann.snapshot.txt").symlink_to(secret)
    for arguments in (("verify",), ("record", "--to", str(FOLDER), "--update")):
        done = run("snapshot", *arguments)
        assert done.exit_code == 5
        assert "is no regular file" in done.stderr
        assert "secret" not in done.stdout
    assert secret.read_text(encoding="utf-8") == "secret"


def test_facts_are_not_written_over() -> None:
    FOLDER.mkdir(parents=True)
    Path("facts.ndjson").rename(FOLDER / "index.json")
    done = run("snapshot", "record", "demo", str(FOLDER / "index.json"), "--as-of", AS_OF)
    assert done.exit_code == 5
    assert set(contents()) == {"index.json"}


def test_a_folder_that_cannot_be_made() -> None:
    Path("snapshots").write_text("", encoding="utf-8")
    done = run(*RECORD, "--as-of", AS_OF)
    assert done.exit_code == 5
    assert "RE51" in done.stderr


# ── everywhere the same ──


def test_bytes_are_the_same_for_every_hash_seed_time_zone_and_locale() -> None:
    found = []
    for number, environment in enumerate(
        (
            {"PYTHONHASHSEED": "0", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
            {
                "PYTHONHASHSEED": "77",
                "TZ": "America/Los_Angeles",
                "LC_ALL": "C.UTF-8",
                "RULEENGINE_CACHE": "",
            },
        )
    ):
        folder = f"snapshots/{number}"
        arguments = ("snapshot", "record", "demo", "facts.ndjson", "--as-of", AS_OF, "--to", folder)
        assert run_process(*arguments, environment=environment).returncode == 0
        found.append(contents(Path(folder)))
    assert found[0] == found[1]
    assert run_process("snapshot", "verify", environment={"LC_ALL": "C", "PYTHONUTF8": "0"}).returncode == 0


NUMBERS = st.one_of(st.none(), st.integers(0, 100), st.sampled_from([9, 10, 11, 3, 4]))
ACCOUNTS = st.lists(st.fixed_dictionaries({"seats": NUMBERS, "tickets": NUMBERS}), min_size=1, max_size=12)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACCOUNTS, st.integers(0, 100))
def test_one_threshold_shows_exactly_the_accounts_that_it_touches(
    accounts: list[dict[str, Any]], threshold: int
) -> None:
    RULES.write_text(RULES_TEXT.replace("VERSION", "1.0.0"), encoding="utf-8")
    named = [{"id": f"account-{number}", **account} for number, account in enumerate(accounts)]
    write_facts(Path("facts.ndjson"), named)
    recorded("--update", "--remove-unused")
    assert run("snapshot", "verify").exit_code == 0
    edit(RULES, "green when >= 10", f"green when >= {threshold}")
    low, high = sorted((10, threshold))
    touched = {each["id"] for each in named if each["seats"] is not None and low <= each["seats"] < high}
    folder = report_of()["folders"][0]
    assert {each["id"] for each in folder["changed"]} == touched
    assert folder["summary"]["same"] == len(named) - len(touched)

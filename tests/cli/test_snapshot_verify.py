"""`ruleengine snapshot verify`: what differs is shown, and nothing is changed."""

from __future__ import annotations

import os
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from ruleengine.casebook.snapshot_index import read_index
from tests.cli.project import AS_OF, FACTS, ROOT, run, write_facts
from tests.cli.recorded import FOLDER, RULES, SCHEMA, contents, edit, recorded, report_of


def test_verify_shows_what_differs() -> None:
    recorded()
    edit(RULES, "green when >= 10", "green when >= 30")
    done = run("snapshot", "verify")
    assert done.exit_code == 1
    assert "changed Ann Ltd (ann): health green, 80 → green, 50\n" in done.stdout
    assert "  - health: green, 80\n  + health: green, 50\n" in done.stdout
    assert "changed Cat Ltd (cat): health green, 50 → red, 20\n" in done.stdout
    assert "snapshots/demo: 5 accounts: 3 as recorded, 2 changed (1 in band)\n" in done.stdout
    assert "note: recorded with demo 1.0.0 (sha256:" in done.stdout
    assert "no account changes" not in done.stdout


def test_shown_limits_what_is_told() -> None:
    recorded()
    edit(RULES, "green when >= 10", "green when >= 30")
    done = run("snapshot", "verify", "--shown", "1")
    assert "Ann Ltd (ann)" in done.stdout
    assert "Cat Ltd (cat)" not in done.stdout
    assert "and 1 more account changed (--shown tells more)" in done.stdout
    assert run("snapshot", "verify", "--shown", "0").stdout.count("\n") == 2


def test_colour_only_when_wanted() -> None:
    recorded()
    edit(RULES, "green when >= 10", "green when >= 30")
    assert "\x1b[" not in run("snapshot", "verify").stdout
    assert "\x1b[31m- health: green, 80\x1b[0m" in run("snapshot", "verify", "--color", "always").stdout


def test_another_digest_alone_is_a_note() -> None:
    recorded()
    edit(RULES, "green when >= 10", "green when >= 11")
    done = run("snapshot", "verify")
    assert done.exit_code == 0
    assert "note: recorded with demo 1.0.0" in done.stdout
    assert done.stdout.endswith("; no account changes\n")


def test_another_engine_alone_is_a_note() -> None:
    recorded()
    edit(FOLDER / "index.json", '"engine": "0.1.0"', '"engine": "0.0.9"')
    done = run("snapshot", "verify")
    assert (done.exit_code, done.stdout.splitlines()[1]) == (
        0, "note: recorded with engine 0.0.9, compared with engine 0.1.0; no account changes"
    )  # fmt: skip


def test_missing_and_unused_snapshots() -> None:
    recorded()
    write_facts(Path("facts.ndjson"), [*FACTS[1:], {"id": "fay", "seats": 50, "tickets": 0}])
    (FOLDER / "bob.snapshot.txt").unlink()
    before = contents()
    done = run("snapshot", "verify")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "missing Bob Ltd (bob): red, 20, and no snapshot of it",
        "missing fay: green, 80, and no snapshot of it",
        "unused ann.snapshot.txt: there is no account `ann` any more",
        "snapshots/demo: 5 accounts: 3 as recorded, 2 without a snapshot; 1 unused snapshot",
    ]
    assert contents() == before


def test_a_snapshot_that_somebody_edited() -> None:
    recorded()
    edit(FOLDER / "eve.snapshot.txt", "health: no score", "health: green, 100")
    done = run("snapshot", "verify")
    assert done.exit_code == 1
    assert "changed eve: health " in done.stdout
    (FOLDER / "eve.snapshot.txt").write_text("", encoding="utf-8")
    assert "changed eve: health nothing → no score (missing)\n" in run("snapshot", "verify").stdout


def test_line_ends_of_another_system_are_no_change() -> None:
    recorded()
    for path in FOLDER.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    before = contents()
    assert run("snapshot", "verify").exit_code == 0
    assert run("snapshot", "record", "--to", str(FOLDER)).exit_code == 0
    assert contents() == before


def test_verify_from_anywhere_and_with_other_input() -> None:
    recorded()
    Path("deep").mkdir()
    os.chdir("deep")
    assert run("snapshot", "verify", "../snapshots").exit_code == 0
    assert run("snapshot", "verify", "..").exit_code == 0
    write_facts(Path("few.ndjson"), FACTS[:1])
    done = run("snapshot", "verify", "../snapshots/demo", "--facts", "few.ndjson")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (
        1, "../snapshots/demo: 1 account: 1 as recorded; 4 unused snapshots"
    )  # fmt: skip
    draft = Path("draft.rules")
    text = Path("..", RULES).read_text(encoding="utf-8")
    draft.write_text(text.replace("green when >= 10", "green when >= 30"), encoding="utf-8")
    done = run("snapshot", "verify", "../snapshots", "--ruleset", "draft.rules", "--rulesets", "../rulesets")
    assert done.exit_code == 1
    assert "changed Ann Ltd (ann)" in done.stdout
    assert "changed Cat Ltd (cat)" in done.stdout


def test_earlier_results_are_read_again(tmp_path: Path) -> None:
    facts, folders = str(ROOT / "examples/accounts.ndjson"), ("--rulesets", str(ROOT / "rulesets"))
    first = ("eval", "renewal_signals", facts, *folders, "--format", "ndjson", "--out", "before.ndjson")
    assert run(*first, "--as-of", "2024-02-01").exit_code == 0
    record = ("snapshot", "record", "renewal_signals", facts, *folders, "--as-of", "2024-03-01")
    assert run(*record, "--previous", "before.ndjson").exit_code == 0
    folder = Path("snapshots/renewal_signals")
    assert run("snapshot", "verify").exit_code == 0
    edit(folder / "index.json", ', "previous": "../../before.ndjson"', "")
    assert run("snapshot", "verify").exit_code == 1


def test_a_ruleset_by_path_and_several_folders() -> None:
    recorded()
    done = run("snapshot", "record", str(RULES), "facts.ndjson", "--as-of", AS_OF, "--to", "snapshots/other")
    assert done.exit_code == 0
    index = read_index(Path("snapshots/other"))
    assert index is not None
    assert (index.origin.ruleset, index.origin.rulesets) == ("../../rulesets/demo/1.0.0.rules", "")
    done = run("snapshot", "verify")
    assert (done.exit_code, done.stdout.splitlines()) == (
        0, ["snapshots/demo: 5 accounts: 5 as recorded", "snapshots/other: 5 accounts: 5 as recorded"]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is no index of snapshots"),
        ("{", "is no index of snapshots"),
        ("[" * 100_000, "is no index of snapshots"),
        ("[]", "it is no record"),
        ('{"format": "ruleengine snapshots 9"}', "its `format` is not `ruleengine snapshots 1`"),
        ("<<<<<<< ours\n{}\n=======\n", "a merge conflict that nobody has resolved"),
        ('"file": "../x.snapshot.txt"', "`accounts[0].file` is no name of a snapshot"),
        ('"file": "index.json"', "`accounts[0].file` is no name of a snapshot"),
        ('"file": "BOB.snapshot.txt"', "`accounts[1]` has an id or a file that another account has too"),
        ('"as_of": "2024-13-01"', "`as_of` is no date"),
        ('"facts": "x"', "`recorded_from.facts` is no list of texts"),
        ('"facts": ["/dev/zero"]', "names `/dev/zero`, and its paths are seen from the folder"),
        ('"rulesets": "\\ud800"', "`recorded_from.rulesets` is no text"),
        ('"facts": ["\\ud800"]', "`recorded_from.facts` is no list of texts"),
        (
            '"facts": ["x"], "facts_format": "xml"',
            "`recorded_from.facts_format` is none of json, ndjson, csv",
        ),
        ('"id": "\\ud800"', "`accounts[0].id` is neither a text nor a whole number"),
        ('"file": "\\ud800.snapshot.txt"', "`accounts[0].file` is no name of a snapshot"),
        ('"rulesets": "C:/rules"', "names `C:/rules`, and its paths are seen from the folder"),
    ],
)
def test_a_damaged_index_is_one_report(content: str, said: str) -> None:
    recorded()
    index = FOLDER / "index.json"
    if content.startswith('"'):  # a part of a good index that is replaced
        key = content.partition(":")[0]
        part = re.compile(rf'{key}: (\[[^]]*\]|"[^"]*")')
        wrong = content
        content = part.sub(lambda _: wrong, index.read_text(encoding="utf-8"), count=1)
    index.write_text(content, encoding="utf-8")
    before = contents()
    for arguments in (("verify",), ("record", "demo", "facts.ndjson", "--update")):
        done = run("snapshot", *arguments)
        assert done.exit_code == 5
        assert done.stderr.count("error[RE514]") == 1
        assert said in done.stderr
    assert contents() == before


def test_a_damaged_snapshot_is_one_report() -> None:
    recorded()
    (FOLDER / "ann.snapshot.txt").write_bytes(b"\xff\xfe")
    done = run("snapshot", "verify")
    assert done.exit_code == 5
    assert done.stderr.count("error[RE514]") == 1
    assert "4 as recorded, 1 not readable" in done.stdout
    assert report_of()["folders"][0]["summary"]["damaged"] == 1
    assert run("snapshot", "record", "--to", str(FOLDER), "--update").exit_code == 5


def test_no_snapshots_at_all() -> None:
    for arguments in ((), ("nowhere",), ("rulesets",)):
        done = run("snapshot", "verify", *arguments)
        assert done.exit_code == 5
        assert "there are no snapshots in" in done.stderr


def test_facts_that_are_gone_and_rulesets_that_are_gone() -> None:
    recorded()
    Path("facts.ndjson").rename("elsewhere.ndjson")
    assert run("snapshot", "verify").exit_code == 5
    Path("elsewhere.ndjson").rename("facts.ndjson")
    RULES.unlink()
    assert run("snapshot", "verify").exit_code == 3


# ── reports for programs ──


def test_json() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    recorded()
    assert report_of()["clean"]
    edit(RULES, "green when >= 10", "green when >= 30")
    write_facts(Path("facts.ndjson"), [*FACTS[1:], {"id": "fay", "seats": 50, "tickets": 0}])
    document = report_of()
    assert not document["clean"]
    (folder,) = document["folders"]
    assert folder["summary"] == {
        "accounts": 5,
        "same": 3,
        "changed": 1,
        "missing": 1,
        "unused": 1,
        "damaged": 0,
    }
    assert folder["unused"] == [{"id": "ann", "file": "ann.snapshot.txt"}]
    assert folder["missing"] == [
        {"id": "fay", "file": "fay.snapshot.txt", "new": {"score": 80.0, "band": "green"}}
    ]
    (changed,) = folder["changed"]
    assert (changed["id"], changed["old"], changed["new"]) == (
        "cat", {"score": 50.0, "band": "green"}, {"score": 20.0, "band": "red"}
    )  # fmt: skip
    assert changed["difference"].startswith("--- a/cat.snapshot.txt\n+++ b/cat.snapshot.txt\n@@ ")
    assert folder["recorded"]["ruleset"]["digest"] != folder["now"]["ruleset"]["digest"]


def test_junit() -> None:
    recorded()
    edit(RULES, "green when >= 10", "green when >= 30")
    done = run("snapshot", "verify", "--format", "junit", "--out", "junit.xml")
    assert done.exit_code == 1
    root = ElementTree.parse("junit.xml").getroot()
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("5", "2", "0")
    failed = {each.get("name"): each.find("failure") for each in root.iter("testcase")}
    assert {name for name, failure in failed.items() if failure is not None} == {"ann", "cat"}
    failure = failed["cat"]
    assert failure is not None
    assert failure.get("message") == "health green, 50 → red, 20"
    assert "- health: green, 50\n+ health: red, 20\n" in (failure.text or "")


def test_no_report_is_written_over_a_snapshot() -> None:
    recorded()
    before = contents()
    done = run("snapshot", "verify", "--format", "json", "--out", str(FOLDER / "index.json"))
    assert done.exit_code == 2
    assert contents() == before

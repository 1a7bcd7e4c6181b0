"""`ruleengine replay`: stored results are reproduced byte for byte, and whatever differs is told."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ruleengine import api
from ruleengine.casebook.replay import Absent, Difference, differences
from tests.cli.project import AS_OF, FACTS, ROOT, run, run_process, write_facts

RULES = Path("rulesets/demo/1.0.0.rules")
RULESETS = sorted(
    f"{path.parent.name}@{path.stem}"
    for path in (ROOT / "rulesets").glob("*/*.rules")
    if ".test" not in path.name
)
SCHEMA = json.loads((ROOT / "schemas/replay/1.schema.json").read_text(encoding="utf-8"))


def store(name: str = "stored.ndjson", output_format: str = "ndjson", as_of: str = AS_OF) -> None:
    """Store the results of the five accounts."""
    assert (
        run(
            "eval", "demo", "facts.ndjson", "--as-of", as_of, "--format", output_format, "--out", name
        ).exit_code
        == 0
    )


def replay(*arguments: str, **options: Any) -> tuple[int, list[str]]:
    """Exit code and lines of a replay over the facts of the project."""
    done = run("replay", *arguments, "--facts", "facts.ndjson", **options)
    return done.exit_code, done.stdout.splitlines()


def edit_rules(old: str = "green when >= 10", new: str = "green when >= 30") -> None:
    """Change the ruleset after the fact."""
    text = RULES.read_text(encoding="utf-8")
    assert text.count(old) == 1
    RULES.write_text(text.replace(old, new), encoding="utf-8")


def results() -> list[dict[str, Any]]:
    """The stored results."""
    return [json.loads(line) for line in Path("stored.ndjson").read_text(encoding="utf-8").splitlines()]


def write_results(found: list[dict[str, Any]]) -> None:
    """Write results as `eval` does."""
    lines = (json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in found)
    Path("stored.ndjson").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


# ── identical ──


@pytest.mark.parametrize("name", RULESETS)
def test_every_example_result_of_every_ruleset_is_reproduced(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(ROOT)
    stored = str(tmp_path / "stored.ndjson")
    facts = "examples/accounts.ndjson"
    assert (
        run("eval", name, facts, "--as-of", "2024-03-01", "--format", "ndjson", "--out", stored).exit_code
        == 0
    )
    done = run("replay", stored, "--facts", facts)
    assert (done.exit_code, done.stdout) == (0, "103 results: identical, byte for byte\n")


@pytest.mark.parametrize("output_format", ["ndjson", "json"])
def test_what_eval_writes_is_reproduced(output_format: str) -> None:
    store("stored.out", output_format)
    assert replay("stored.out") == (0, ["5 results: identical, byte for byte"])
    packed = gzip.compress(Path("stored.out").read_bytes())
    assert replay("-", input=packed) == (0, ["5 results: identical, byte for byte"])


def test_what_python_writes_is_reproduced() -> None:
    ruleset = api.load("demo", as_of=AS_OF)
    raw = ruleset.score_json(json.dumps(FACTS[0]), AS_OF)
    Path("one.json").write_bytes(raw)
    assert replay("one.json") == (0, ["1 result: identical, byte for byte"])
    Path("list.json").write_bytes(b"[" + raw + b"," + ruleset.score_json(json.dumps(FACTS[1]), AS_OF) + b"]")
    assert replay("list.json", "one.json") == (0, ["3 results: identical, byte for byte"])


def test_the_version_of_the_result_is_used_and_not_the_one_in_force() -> None:
    store()
    newer = RULES.read_text(encoding="utf-8").replace("demo 1.0.0", "demo 2.0.0").replace(">= 10", ">= 30")
    Path("rulesets/demo/2.0.0.rules").write_text(
        newer.replace("from 2024-01-01", "from 2024-02-01"), encoding="utf-8"
    )
    assert replay("stored.ndjson") == (0, ["5 results: identical, byte for byte"])


def test_results_of_several_dates_and_facts_that_hold_more() -> None:
    store("first.ndjson", as_of="2024-02-01")
    store("second.ndjson", as_of="2024-03-01")
    write_facts(Path("facts.ndjson"), [{"id": "new", "seats": 1}, *FACTS[::-1]])
    assert replay("first.ndjson", "second.ndjson") == (0, ["10 results: identical, byte for byte"])


def test_an_id_that_occurs_twice_in_the_facts() -> None:
    write_facts(Path("facts.ndjson"), [*FACTS, {**FACTS[0], "seats": 0}])
    assert (
        run(
            "eval", "demo", "facts.ndjson", "--as-of", AS_OF, "--format", "ndjson", "--out", "stored.ndjson"
        ).exit_code
        == 0
    )
    assert len(results()) == 6
    assert replay("stored.ndjson") == (0, ["6 results: identical, byte for byte"])


def test_another_layout_has_the_same_values() -> None:
    store()
    Path("pretty.json").write_text(json.dumps(results(), indent=1), encoding="utf-8")
    assert replay("pretty.json") == (0, ["5 results: 5 the same, but written in another way"])
    lines = "".join(json.dumps(each, sort_keys=True) + "\r\n" for each in results())
    Path("sorted.ndjson").write_text(lines, encoding="utf-8", newline="")
    assert replay("sorted.ndjson") == (0, ["5 results: 5 the same, but written in another way"])


def test_bytes_are_the_same_for_every_hash_seed_and_time_zone() -> None:
    store()
    done = run_process(
        "replay", "stored.ndjson", "--facts", "facts.ndjson",
        environment={"PYTHONHASHSEED": "5", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "RULEENGINE_CACHE": ""},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, b"5 results: identical, byte for byte\n")


# ── different ──


def test_a_changed_ruleset_is_named_and_the_values_are_compared() -> None:
    store()
    digest = api.load("demo", as_of=AS_OF).digest
    edit_rules()
    changed = api.load("demo", as_of=AS_OF).digest
    # of the card score and computed score; of its node score, band, contribution; of the measure points, band, line
    code, lines = replay("stored.ndjson", "--shown", "3")
    assert code == 1
    assert lines[0] == f"stored.ndjson:1 ann (demo 1.0.0 as of {AS_OF}): 8 values differ"
    assert lines[1:5] == [
        "  /scorecards/health/score: 80.0 → 50.0",
        "  /scorecards/health/computed_score: 80.0 → 50.0",
        "  /scorecards/health/nodes/seat_use/score: 80.0 → 20.0",
        "  and 5 more",
    ]
    assert lines[-2:] == [
        f"5 results computed with demo 1.0.0 ({digest}), now with demo 1.0.0 ({changed})",
        "5 results: 3 the same, but for ruleset or engine; 2 different",
    ]


def test_another_digest_or_engine_alone_may_be_ignored() -> None:
    store()
    edit_rules(new="green when >= 11")
    write_results([{**each, "engine": "0.0.9"} for each in results()])
    code, lines = replay("stored.ndjson")
    assert code == 1
    assert lines[-2:] == [
        "5 results computed with engine 0.0.9, now with 0.1.0",
        "5 results: 5 the same, but for ruleset or engine",
    ]
    assert replay("stored.ndjson", "--ignore", "engine")[0] == 1
    assert replay("stored.ndjson", "--ignore", "engine", "--ignore", "ruleset") == (0, lines)
    edit_rules("green when >= 11", "green when >= 30")
    assert replay("stored.ndjson", "--ignore", "engine", "--ignore", "ruleset")[0] == 1


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"score":80.0', '"score":80', "  /scorecards/health/score: 80 → 80.0"),
        ('"busy":false', '"busy":null', "  /outputs/busy: null → false"),
        ('"segments":["big"]', '"segments":["big","old"]', '  /segments/1: "old" → nothing'),
        ('"assumptions":[]', '"assumptions":[],"a/b~c":1', "  /a~1b~0c: 1 → nothing"),
        ('"problems":[]', '"problems":[{"x":1}]', '  /problems/0: {"x": 1} → nothing'),
    ],
)
def test_every_kind_of_difference_has_its_pointer(old: str, new: str, line: str) -> None:
    store()
    text = Path("stored.ndjson").read_text(encoding="utf-8")
    assert old in text
    Path("stored.ndjson").write_text(text.replace(old, new, 1), encoding="utf-8")
    code, lines = replay("stored.ndjson")
    assert (code, lines[1]) == (1, line)
    assert lines[-1] == "5 results: 4 identical, byte for byte; 1 different"


def test_another_ruleset_may_be_named() -> None:
    store()
    edit_rules()
    old = RULES.read_text(encoding="utf-8").replace("green when >= 30", "green when >= 10")
    Path("old.rules").write_text(old, encoding="utf-8")
    assert replay("stored.ndjson", "--ruleset", "old.rules", "--rulesets", "rulesets") == (
        0, ["5 results: identical, byte for byte"]
    )  # fmt: skip


def test_facts_that_are_not_there() -> None:
    store()
    write_facts(Path("facts.ndjson"), FACTS[:3])
    code, lines = replay("stored.ndjson", "--shown", "1")
    assert code == 4
    assert lines == [
        f"stored.ndjson:4 dan (demo 1.0.0 as of {AS_OF}): no facts with this id",
        "and 1 more result without facts",
        "5 results: 3 identical, byte for byte; 2 without facts",
    ]
    edit_rules()
    assert replay("stored.ndjson")[0] == 1


def test_previous(tmp_path: Path) -> None:
    facts = str(ROOT / "examples/accounts.ndjson")
    folders = ("--rulesets", str(ROOT / "rulesets"))
    before, stored = str(tmp_path / "before.ndjson"), str(tmp_path / "stored.ndjson")
    first = ("eval", "renewal_signals", facts, *folders, "--format", "ndjson")
    assert run(*first, "--as-of", "2024-02-01", "--out", before).exit_code == 0
    assert run(*first, "--as-of", "2024-03-01", "--out", stored, "--previous", before).exit_code == 0
    done = run("replay", stored, "--facts", facts, *folders, "--previous", before)
    assert (done.exit_code, done.stdout) == (0, "103 results: identical, byte for byte\n")
    done = run("replay", stored, "--facts", facts, *folders)
    assert done.exit_code == 1
    assert "renewal_signals 1.0.0 says `previous`: --previous gives" in done.stderr


# ── what cannot be replayed ──

_RULESET: dict[str, Any] = {"name": "demo", "version": "1.0.0"}
_RESULT = {"id": "ann", "as_of": AS_OF, "ruleset": _RULESET, "scorecards": {}}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "`stored` holds no result"),
        ("\n\n", "`stored` holds no result"),
        ("[]", "`stored` holds no result"),
        ("name,score\nann,1\n", "`stored` is neither NDJSON nor JSON"),
        ("[1]", "result 1 cannot be replayed: it is no record"),
        ('{"a": 1}', "result 1 cannot be replayed: it has no `id`"),
        (json.dumps({**_RESULT, "as_of": "today"}), "result 1 cannot be replayed: its `as_of` is no date"),
        (
            json.dumps({**_RESULT, "ruleset": {"name": "../x", "version": "1.0.0"}}),
            "its `ruleset` has no name and version",
        ),
        (json.dumps({**_RESULT, "ruleset": {"name": "demo"}}), "its `ruleset` has no name and version"),
        (json.dumps(_RESULT) + "\n{", "line 2 of `stored` is no result"),
        ('{"results":[\n' + json.dumps(_RESULT), "`stored` ends before its results do"),
        ('{"results":[\n' + json.dumps(_RESULT)[:-1] + ",\n]}", "line 2 of `stored` is no result"),
        ("\x1f\x8b", "`stored` is damaged"),
        (json.dumps(_RESULT)[:-1] + ', "id": "bob"}', "the key `id` occurs twice"),
        (
            json.dumps(_RESULT) + "\n" + json.dumps(_RESULT)[:-1] + ', "id": "bob"}',
            "line 2 of `stored` is no result: the key",
        ),
        (json.dumps([_RESULT], indent=1)[:-3] + ', "id": "bob"}]', "the key `id` occurs twice"),
        (json.dumps(_RESULT)[:-1] + ', "x": 1e400}', "the number is too large for a double"),
        (json.dumps(_RESULT)[:-1] + ', "x": ' + "[" * 900 + "]" * 900 + "}", "nested"),
        ("[" + json.dumps(_RESULT)[:-1] + ', "x": ' + "[" * 900 + "]" * 900 + "}]", "nested"),
        ("[" * 100_000, "nested"),
        (
            '{"results":[\n' + json.dumps(_RESULT) + '\n],"summary":{}}\n' + json.dumps(_RESULT),
            "more text follows in `stored`",
        ),
        (
            json.dumps({**_RESULT, "ruleset": {"name": "demo", "version": "\u0661.0.0"}}),
            "has no name and version",
        ),
    ],
)
def test_what_is_no_result_is_one_report(content: str, said: str) -> None:
    Path("stored").write_bytes(content.encode("latin-1"))
    done = run("replay", "stored", "--facts", "facts.ndjson")
    assert done.exit_code == 5
    assert done.stderr.count("error[RE514]") == 1
    assert said in done.stderr
    assert done.stdout == ""


def test_rulesets_that_are_not_there_are_all_named() -> None:
    store()
    first, second, *_ = results()
    gone = {**first, "ruleset": {**first["ruleset"], "version": "7.0.0"}}
    write_results([gone, {**second, "ruleset": {**first["ruleset"], "name": "gone"}}, gone])
    done = run("replay", "stored.ndjson", "--facts", "facts.ndjson")
    assert done.exit_code == 3
    assert done.stderr.count("error[RE211]") == 2


@pytest.mark.parametrize(
    "arguments",
    [("stored.ndjson",), ("--facts", "facts.ndjson"), ("stored.ndjson", "--facts", "x", "--ignore", "all")],
)
def test_wrong_command_lines(arguments: tuple[str, ...]) -> None:
    assert run("replay", *arguments).exit_code == 2


def test_files_that_are_not_there_and_outputs_that_are_inputs() -> None:
    store()
    assert run("replay", "nowhere.ndjson", "--facts", "facts.ndjson").exit_code == 5
    assert run("replay", "stored.ndjson", "--facts", "nowhere.ndjson").exit_code == 5
    assert run("replay", "-", "-", "--facts", "facts.ndjson", input="").exit_code == 5
    before = Path("stored.ndjson").read_bytes()
    for path in ("stored.ndjson", "facts.ndjson"):
        assert run("replay", "stored.ndjson", "--facts", "facts.ndjson", "--out", path).exit_code == 2
    assert Path("stored.ndjson").read_bytes() == before


# ── for programs ──


def test_json() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    store()
    done = run("replay", "stored.ndjson", "--facts", "facts.ndjson", "--format", "json")
    document = json.loads(done.stdout)
    Draft202012Validator(SCHEMA).validate(document)
    assert (done.exit_code, document["reproduced"], document["results"], document["rulesets"]) == (
        0,
        True,
        [],
        [],
    )
    edit_rules()
    write_facts(Path("facts.ndjson"), FACTS[1:])
    done = run("replay", "stored.ndjson", "--facts", "facts.ndjson", "--format", "json")
    document = json.loads(done.stdout)
    Draft202012Validator(SCHEMA).validate(document)
    assert not document["reproduced"]
    assert document["summary"] == {
        "results": 5, "identical": 0, "rewritten": 0, "same_values": 3, "different": 1, "without_facts": 1
    }  # fmt: skip
    assert [(each["id"], each["outcome"]) for each in document["results"]] == [
        ("ann", "without_facts"), ("bob", "same_values"), ("cat", "different"), ("dan", "same_values"), ("eve", "same_values"),
    ]  # fmt: skip
    cat = document["results"][2]
    listed = {each["pointer"]: (each.get("old"), each.get("new")) for each in cat["differences"]}
    assert listed["/scorecards/health/band"] == ("green", "red")
    assert len(listed) == cat["differing"] + 1
    assert listed["/ruleset/digest"] == (
        document["rulesets"][0]["old"]["digest"],
        document["rulesets"][0]["new"]["digest"],
    )


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-3, 3) | st.text(max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab~/", max_size=2), inner, max_size=3)
    ),
    max_leaves=10,
)


def value_at(document: Any, pointer: str) -> Any:
    """The value that a JSON pointer names."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


@given(VALUES, VALUES)
def test_differences_name_the_values_that_differ(old: Any, new: Any) -> None:
    assert list(differences(old, old)) == []
    found = list(differences(old, new))
    assert [Difference(each.pointer, each.new, each.old) for each in found] == sorted(
        differences(new, old), key=lambda each: [one.pointer for one in found].index(each.pointer)
    )
    for each in found:
        for document, value in ((old, each.old), (new, each.new)):
            if value is not Absent:
                assert value_at(document, each.pointer) == value
    assert bool(found) == (
        json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True)
    ) or 0.0 in _floats((old, new))


def _floats(value: Any) -> list[float]:
    if isinstance(value, dict | list | tuple):
        return [
            found
            for each in (value.values() if isinstance(value, dict) else value)
            for found in _floats(each)
        ]
    return [value] if isinstance(value, float) else []

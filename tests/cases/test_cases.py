"""Every folder below this one that holds `expected.json` is a test; what is expected is written by hand.

- `ruleset.rules`, `facts.json`: `expected.json` is the result.
- `ruleset.rules`, `facts.ndjson`: `accounts` of `expected.json` has a result for every id, or for an id on a date,
  `"one on 2024-03-31"`. `rejected` names the lines of records that cannot be read, with the words of the rejection.
- `rulesets/NAME/VERSION.rules`, `facts.json`: `selections` has a result for every selector on a date,
  `"health on 2024-03-31"`, or the codes of the reports where nothing is selected.

`previous.json` is the earlier result of the account; with `accounts`, one for each key of these that has one.

Of a result only what is named is compared: records by the keys that are named, lists as a whole, numbers to 10⁻⁹, problems
by their codes unless they are written out, texts as they are or with `…` for anything. `trace` is held against the
explanation of the account, its nodes by `CARD.PATH`; `prints` names pieces of the JSON text. `as_of` is the date.
Schemas are those of `tests/cases/schemas`, or of a folder `schemas` of the case; imports are looked up in its folder.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from attrs import frozen

import ruleengine
from ruleengine.facts.ndjson import read_ndjson
from ruleengine.facts.records import ReadOptions, Rejection

HERE = Path(__file__).parent
CASES = sorted(found.parent for found in HERE.rglob("expected.json"))
AS_OF = "2024-03-01"


@frozen
class Evaluation:
    """One account on one day, by one ruleset, and what it must give."""

    ruleset: ruleengine.Ruleset
    facts: dict[str, Any]
    as_of: str
    expected: dict[str, Any]
    path: str = ""
    previous: dict[str, Any] | None = None


def schemas_of(folder: Path) -> Path:
    """Where the fact schemas of a case are."""
    own = folder / "schemas"
    return own if own.is_dir() else HERE / "schemas"


def load(folder: Path) -> ruleengine.Ruleset:
    """The ruleset of a case."""
    return ruleengine.load(folder / "ruleset.rules", rulesets=folder, schemas=schemas_of(folder), cache=False)


def read(folder: Path, name: str) -> Any:
    """A JSON document of a case."""
    return json.loads((folder / name).read_text(encoding="utf-8"))


def records(folder: Path) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """The documents of `facts.ndjson` by id, and what is said of the lines that hold none."""
    path = folder / "facts.ndjson"
    documents, rejections = dict[str, dict[str, Any]](), dict[str, str]()
    for found in read_ndjson(iter([path.read_bytes()]), path.name, ReadOptions()):
        if isinstance(found, Rejection):
            rejections[str(found.line)] = found.reason
        else:
            documents[found[1]["id"]] = found[1]
    return documents, rejections


def evaluations(folder: Path) -> Iterator[Evaluation]:
    """Everything that a case expects of accounts."""
    expected = read(folder, "expected.json")
    day = expected.get("as_of", AS_OF)
    if "selections" in expected:
        for selector, result in expected["selections"].items():
            name, as_of = day_of(selector)
            if isinstance(result, dict):
                yield Evaluation(
                    select(folder, name, as_of), read(folder, "facts.json"), as_of, result, selector
                )
        return
    ruleset = load(folder)
    before = read(folder, "previous.json") if (folder / "previous.json").exists() else {}
    if "accounts" not in expected:
        yield Evaluation(ruleset, read(folder, "facts.json"), day, expected, previous=before or None)
        return
    documents, _ = records(folder)
    for account, result in expected["accounts"].items():
        name, as_of = day_of(account)
        at = as_of or result.get("as_of", day)
        yield Evaluation(ruleset, documents[name], at, result, account, before.get(account))


def day_of(key: str) -> tuple[str, str]:
    """A key such as `one on 2024-03-31` in its two parts; the date is empty where there is none."""
    found = re.fullmatch(r"(.*) on (\d{4}-\d{2}-\d{2})", key)
    return (found.group(1), found.group(2)) if found else (key, "")


def select(folder: Path, selector: str, as_of: str) -> ruleengine.Ruleset:
    """The ruleset that a selector means on a date."""
    return ruleengine.load(
        selector, rulesets=folder / "rulesets", schemas=schemas_of(folder), as_of=as_of, cache=False
    )


def differences(expected: Any, found: Any, path: str = "") -> Iterator[str]:
    """One line for each thing that is not as expected."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            if key in found:
                yield from differences(value, found[key], f"{path}.{key}")
            else:
                yield f"{path}.{key} is not there"
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for at, (value, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(value, other, f"{path}.{at}")
    elif not _equal(expected, found):
        yield f"{path}: {expected!r} expected, {found!r} found"


def _equal(expected: Any, found: Any) -> bool:
    if _is_number(expected) and _is_number(found):
        return bool(abs(expected - found) <= 1e-9) and not _is_minus_zero(found)
    if isinstance(expected, str) and isinstance(found, str) and "…" in expected:
        return re.fullmatch(".*".join(map(re.escape, expected.split("…"))), found, re.DOTALL) is not None
    return type(expected) is type(found) and bool(expected == found)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_minus_zero(value: float) -> bool:
    return value == 0 and math.copysign(1, value) < 0


def trace_of(each: Evaluation) -> dict[str, Any]:
    """The explanation of an account, with its nodes by `CARD.PATH`."""
    explained = each.ruleset.explain(each.facts, each.as_of, each.previous).to_dict()
    nodes = dict[str, Any]()
    for card in explained["scorecards"]:
        waiting = list(card["nodes"])
        while waiting:
            node = waiting.pop()
            nodes[f"{card['name']}.{node['path']}"] = node
            waiting += node["children"]
    return {
        **explained,
        "nodes": nodes,
        "measures": {found["name"]: found for found in explained["measures"]},
    }


def disagreements(each: Evaluation) -> Iterator[str]:
    """Everything in which an account is not as expected, with a trace and without."""
    result = each.ruleset.score_dict(each.facts, each.as_of, each.previous)
    text = orjson.dumps(result).decode()
    scores = {name: [card["score"], card["band"]] for name, card in result["scorecards"].items()}
    expected = {key: value for key, value in each.expected.items() if key not in ("as_of", "trace", "prints")}
    if all(isinstance(problem, str) for problem in expected.get("problems", [])):
        result["problems"] = sorted(problem["code"] for problem in result["problems"])
    yield from differences(expected, result, each.path)
    yield from differences(each.expected.get("trace", {}), trace_of(each), f"{each.path}.trace")
    yield from (f"{piece} is not printed" for piece in each.expected.get("prints", []) if piece not in text)
    plain = each.ruleset.scores(each.facts, each.as_of, each.previous)
    yield from differences(
        scores, {name: list(found) for name, found in plain.items()}, f"{each.path}.scores"
    )


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: str(folder.relative_to(HERE)))
def test_case(folder: Path) -> None:
    """Every account is as `expected.json` says, and scoring without a trace agrees."""
    found = list(evaluations(folder))

    assert found
    assert [line for each in found for line in disagreements(each)] == []


@pytest.mark.parametrize(
    "folder",
    [folder for folder in CASES if (folder / "facts.ndjson").exists()],
    ids=lambda folder: str(folder.relative_to(HERE)),
)
def test_every_record_is_expected_or_rejected(folder: Path) -> None:
    """No line of a case is left without an expectation."""
    expected = read(folder, "expected.json")
    documents, rejections = records(folder)

    assert {day_of(account)[0] for account in expected["accounts"]} == set(documents)
    assert set(expected.get("rejected", {})) == set(rejections)
    assert list(differences(expected.get("rejected", {}), rejections, "rejected")) == []


@pytest.mark.parametrize(
    "folder",
    [folder for folder in CASES if (folder / "rulesets").is_dir()],
    ids=lambda folder: str(folder.relative_to(HERE)),
)
def test_what_selects_nothing_is_reported(folder: Path) -> None:
    """Selectors for which a case expects reports give exactly these."""
    for selector, codes in read(folder, "expected.json")["selections"].items():
        if isinstance(codes, list):
            name, as_of = day_of(selector)
            with pytest.raises(ruleengine.RulesetError) as caught:
                select(folder, name, as_of)
            assert [report.code for report in caught.value.diagnostics] == codes, selector


@pytest.mark.parametrize("rule", range(1, 21))
def test_every_numbered_rule_has_cases_of_its_own(rule: int) -> None:
    """Each of the twenty rules of the language has three folders at least."""
    assert len(list((HERE / "rules").glob(f"{rule:02}-*"))) >= 3

"""What callers of the Python API give: one clear exception for what can be no input, a result for everything else."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest

import ruleengine
from ruleengine.facts.parse import RejectedDocument

ROOT = Path(__file__).parents[2] / "examples" / "trial"
HARBOR = {"id": "harbor", "seats": 100, "active_users": 45, "last_visit": "2024-02-20"}
METHODS = ("score", "score_dict", "scores", "explain", "texts")


@cache
def trial() -> ruleengine.Ruleset:
    return ruleengine.load("trial_health@1", rulesets=ROOT / "rulesets", cache=False)


@pytest.mark.parametrize(
    "as_of", [date(2024, 3, 1), "2024-03-01", datetime(2024, 3, 1, 23, 59), datetime(2024, 3, 1, tzinfo=UTC)]
)
def test_days(as_of: Any) -> None:
    assert trial().score(HARBOR, as_of).to_dict()["as_of"] == "2024-03-01"


@pytest.mark.parametrize(
    "as_of",
    [
        "",
        "yesterday",
        "2024-02-30",
        "2024-3-1",
        "20240301",
        "2024-W09-5",
        " 2024-03-01",
        "2024-03-01T10:00:00",
    ],
)
@pytest.mark.parametrize("method", METHODS)
def test_texts_that_are_no_day(as_of: str, method: str) -> None:
    with pytest.raises(ruleengine.InputError) as caught:
        getattr(trial(), method)(HARBOR, as_of)
    assert str(caught.value) == f"`{as_of}` is no day: write it as `2024-03-01`"
    with pytest.raises(ruleengine.InputError):
        trial().score_json(b'{"id": "a"}', as_of)
    with pytest.raises(ruleengine.InputError):
        ruleengine.load("trial_health", rulesets=ROOT / "rulesets", as_of=as_of)


@pytest.mark.parametrize(
    ("as_of", "kind"),
    [(5, "a value of type `int`"), (None, "None"), (b"2024-03-01", "a value of type `bytes`"), (["2024-03-01"], "a value of type `list`")],
)  # fmt: skip
def test_what_is_no_day_at_all(as_of: Any, kind: str) -> None:
    with pytest.raises(ruleengine.InputError) as caught:
        trial().score(HARBOR, as_of)
    assert str(caught.value) == f"an as-of date is a date or a text such as `2024-03-01`, and this is {kind}"


@pytest.mark.parametrize("facts", [None, [], [HARBOR], "{}", b"{}", 5, json.dumps(HARBOR)])
@pytest.mark.parametrize("method", METHODS)
def test_what_is_no_record(facts: Any, method: str) -> None:
    with pytest.raises(ruleengine.InputError, match="the facts of one account are a dictionary"):
        getattr(trial(), method)(facts, "2024-03-01")


@pytest.mark.parametrize(
    "value",
    [Decimal(3), float("nan"), float("inf"), 10**30, {3}, (1,), object(), b"x", True, "3", date(2024, 1, 1), [1], {"a": 1}, "\ud800"],
)  # fmt: skip
def test_facts_of_any_type_are_problems_of_the_account(value: Any) -> None:
    for name in ("seats", "last_visit"):
        result = trial().score_dict({**HARBOR, name: value}, "2024-03-01")
        assert [problem["code"] for problem in result["problems"]] == ["RE504"]
        assert orjson.loads(orjson.dumps(result)) == result
        assert trial().explain({**HARBOR, name: value}, "2024-03-01").to_dict()["problems"]


def test_keys_that_are_no_texts() -> None:
    ruleset = ruleengine.load("customer_health@2.0.0", rulesets=ROOT.parents[1] / "rulesets", cache=False)
    facts: dict[Any, Any] = {"id": "a", 0: [[{1: 2}]], "usage": {"instances": [None, {"git_users": "x"}]}}
    result = ruleset.score_dict(facts, "2024-03-01")
    assert orjson.dumps(result)


@pytest.mark.parametrize("identity", [None, True, 1.5, [1], {"a": 1}, Decimal(3), b"x"])
def test_what_is_no_id_is_none_in_the_result(identity: Any) -> None:
    assert trial().score_dict({**HARBOR, "id": identity}, "2024-03-01")["id"] is None


@pytest.mark.parametrize("identity", ["a", 7])
def test_ids(identity: Any) -> None:
    assert trial().score_dict({**HARBOR, "id": identity}, "2024-03-01")["id"] == identity
    written = trial().score_json(json.dumps({**HARBOR, "id": identity}), "2024-03-01")
    assert orjson.loads(written)["id"] == identity


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"{}", "the record has no id: `id` is missing"),
        (b'{"id": null}', "the record has no id: `id` is missing"),
        (b'{"id": " "}', "the record has no id: `id` is empty"),
        (b'{"id": 1.5}', "the record has no id: `id` is neither a text nor an integer"),
        (b'{"id": true}', "the record has no id: `id` is neither a text nor an integer"),
        ('{"id": []}', "the record has no id: `id` is neither a text nor an integer"),
        (b"[1]", "it is a list, not an object"),
        ('{"id": "\ud800"}', "the byte 0xed is no UTF-8"),
    ],
)
def test_json_is_refused_as_eval_does(raw: bytes | str, reason: str) -> None:
    with pytest.raises(RejectedDocument) as caught:
        trial().score_json(raw, "2024-03-01")
    assert caught.value.reason == reason
    assert isinstance(caught.value, ruleengine.InputError)

"""`ruleengine.diff`: rulesets and facts as a program gives them, and what is said of those that cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ruleengine
from ruleengine import InputError, RulesetError
from ruleengine.comparison import UnknownName
from tests.cli.project import AS_OF, FACTS, RULES, make_project, run


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two versions: the second is green up to 9 tickets."""
    folder = make_project(tmp_path / "project")
    text = RULES.replace("VERSION", "2.0.0").replace("green when <= 3", "green when <= 9")
    (folder / "rulesets/demo/2.0.0.rules").write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("RULEENGINE_CACHE", str(tmp_path / "cache"))
    return folder


def moved(**options: Any) -> list[Any]:
    return [each["id"] for each in ruleengine.diff("demo@1", "demo@2", as_of=AS_OF, **options).movers]


@pytest.mark.parametrize(
    "facts", ["facts.ndjson", Path("facts.ndjson"), ["facts.ndjson"], FACTS, tuple(FACTS), iter(FACTS)]
)  # fmt: skip
def test_facts_are_paths_or_dictionaries(facts: Any) -> None:
    assert moved(facts=facts) == ["bob", "cat"]


def test_it_is_what_the_command_says() -> None:
    document = ruleengine.diff("demo@1", "demo@2", "facts.ndjson", as_of=AS_OF, by=["big"], jobs=2)
    arguments = ("diff", "demo@1", "demo@2", "facts.ndjson", "--as-of", AS_OF, "--by", "big", "--format")
    assert document.to_json().decode() == run(*arguments, "json").stdout
    assert document.to_markdown() == run(*arguments, "markdown").stdout
    assert document.to_html() == run(*arguments, "html").stdout
    assert document.to_text() == run(*arguments, "text").stdout


def test_a_loaded_ruleset_may_come_from_the_cache() -> None:
    """Its texts are read again, as sentences are made from them."""
    first = ruleengine.diff("demo@1", "demo@2").to_dict()
    cached = [ruleengine.load(each) for each in ("demo@1", "demo@2")]
    assert all(not each.sources for each in cached)
    second = ruleengine.diff(*cached).to_dict()
    assert second["edits"] == first["edits"]
    assert second["old"]["selector"] == "demo@1.0.0"


def test_one_ruleset_through_time() -> None:
    later = [{**each, "tickets": 1} for each in FACTS]
    found = ruleengine.diff("demo@1", old_facts=FACTS, new_facts=later, as_of=AS_OF)
    assert {part["cause"] for mover in found.movers for part in mover["attribution"]} == {"data"}
    assert found.within_budget
    assert found.counts.only_old == 0
    assert found.edits == []
    assert [each["id"] for each in found.causes] == ["data: tickets"]


def test_what_is_asked_for_narrows_it_down() -> None:
    found = ruleengine.diff(
        "demo@1", "demo@2", FACTS, as_of=AS_OF, cards=["health", "health"], by=["segment"]
    )
    assert found.population is not None
    assert list(found.population["scorecards"]) == ["health"]
    assert [each["segment"] for each in found.population["scorecards"]["health"]["by"]] == ["big"]
    assert ruleengine.diff("demo@1", "demo@2", []  , as_of=AS_OF).population == {
        **found.population, "accounts": 0, "moved": 0, "matrix": {},
        "scorecards": {
            "health": {
                "title": "Health", "bands": ["green", "red"], "scored": {"old": 0, "new": 0}, "moved": 0, "changed": 0,
                "unchanged": 0, "newly": {}, "matrix": {}, "mean": {"old": None, "new": None}, "distribution": [], "by": [],
            }
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"facts": FACTS, "as_of": None}, "an as-of date is needed"),
        ({"facts": FACTS, "as_of": "soon"}, "`soon` is no day"),
        ({"old_facts": FACTS}, "give `facts` for both sides"),
        ({"facts": FACTS, "old_facts": FACTS, "new_facts": FACTS}, "give `facts` for both sides"),
        ({"facts": [1, 2]}, "facts are a path, a list of paths, or a list of dictionaries"),
        ({"facts": FACTS, "cards": ["helth"]}, "both versions have no scorecard 'helth'"),
        ({"facts": FACTS, "by": ["small"]}, "both versions have no segment 'small'"),
    ],
)
def test_what_cannot_be_used_is_an_input_error(options: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says) as raised:
        ruleengine.diff("demo@1", "demo@2", **{"as_of": AS_OF, **options})
    assert isinstance(raised.value, UnknownName) == ("both versions" in says)


def test_rulesets_that_cannot_be_loaded() -> None:
    with pytest.raises(RulesetError, match="has no version 9"):
        ruleengine.diff("demo@1", "demo@9")

"""What holds of every comparison: of the rulesets of the project, of layouts, and of any set of edits to one of them."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from jsonschema import Draft202012Validator

import ruleengine
from ruleengine.api import Ruleset, load
from ruleengine.compare.account_changes import AccountChanges, Versions, versions
from ruleengine.compare.accounts import Account
from ruleengine.compare.compared import ComparedAccount
from ruleengine.evaluator.program import Evaluator
from tests.compare.consistency import inconsistencies

ROOT = Path(__file__).parents[2]
AS_OF = "2024-03-01"
VALIDATOR = Draft202012Validator(
    json.loads((ROOT / "schemas/diff/1.schema.json").read_text(encoding="utf-8"))
)
FILES = sorted(
    path for path in (ROOT / "rulesets").glob("*/*.rules") if not path.name.endswith(".test.rules")
)
#: What somebody might change of `customer_health 2.0.0`; each edit can be made with or without the others.
CHANGES = (
    ("expired after 60 days\n}\n\nmeasure user_engagement", "expired after 45 days\n}\n\nmeasure user_engagement"),
    ("{ red when <= 75% ; green otherwise }", "{ red when <= 60% ; green otherwise }"),
    ("{ red when < 10% ; yellow when <= 50%", "{ red when < 20% ; yellow when <= 50%"),
    ("yellow when < 80%", "yellow when < 85%"),
    ('deployment = "self_managed"', 'deployment in ("self_managed", "saas")'),
    ("stale after 90 days, expired after 120 days", "stale after 60 days, expired after 100 days"),
    ("green  when in 1..5\n    yellow when in 6..15", "green  when in 1..8\n    yellow when in 9..15"),
    ("closed within 7 days", "closed within 90 days"),
    ("green when <= 35 days", "green when <= 30 days"),
    ("green   75..100    points 87.5\n  yellow  50..<75 ", "green   70..100    points 87.5\n  yellow  50..<70 "),
    ("points 62.5", "points 60"),
    ("first 30 days", "first 90 days"),
    ("account.csm_priority default 3", "account.csm_priority default 2"),
    ('"Outcomes" ', '"Results" '),
)  # fmt: skip


@pytest.fixture(scope="module")
def accounts() -> list[dict[str, Any]]:
    lines = (ROOT / "examples/accounts.ndjson").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def health() -> Ruleset:
    return loaded(ROOT / "rulesets/customer_health/2.0.0.rules")


def loaded(path: Path) -> Ruleset:
    return load(path, rulesets=path.parents[1], schemas=ROOT / "schemas", cache=False)


def workspace(folder: Path) -> Path:
    """A copy of the rulesets of the project, without their tests."""
    for path in FILES:
        target = folder / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return folder


def changed(folder: Path, chosen: list[int]) -> Ruleset:
    """`customer_health 2.0.0` with some of the changes, made in their order."""
    path = workspace(folder) / "customer_health/2.0.0.rules"
    text = path.read_text(encoding="utf-8")
    for old, new in (CHANGES[number] for number in chosen):
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return loaded(path)


def compared(old: Ruleset, new: Ruleset, facts: Any, **more: Any) -> dict[str, Any]:
    """The document, which fits its schema and agrees with itself: above all, parts add up to the change exactly."""
    document = ruleengine.diff(old, new, facts, as_of=AS_OF, **more).to_dict()
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []
    assert inconsistencies(document) == []
    return document


def some_changes() -> Iterator[list[int]]:
    """All changes, and random sets of them."""
    yield list(range(len(CHANGES)))
    chance = random.Random(7)
    for size in (1, 2, 3, 4, 5, 6, 8):
        yield sorted(chance.sample(range(len(CHANGES)), size))


@pytest.fixture(scope="module", params=list(some_changes()), ids=lambda chosen: "-".join(map(str, chosen)))
def edited(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    return changed(tmp_path_factory.mktemp("edited"), request.param)


# ── nothing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_nothing_differs_from_itself(path: Path, accounts: list[dict[str, Any]]) -> None:
    found = compared(loaded(path), loaded(path), accounts)
    assert [found[part] for part in ("edits", "wording", "renamings", "movers", "causes")] == [[]] * 5
    assert found["population"]["accounts"] == len(accounts)
    for card in found["population"]["scorecards"].values():
        assert (card["moved"], card["changed"], card["unchanged"]) == (0, 0, len(accounts))


def with_another_layout(text: str) -> str:
    """The same with other remarks, other blanks and other line ends; long texts stay, as their lines are what they say."""
    parts = re.split(r'("""(?:.|\n)*?""")', text)
    return "".join(part if place % 2 else _wider(part) for place, part in enumerate(parts)).replace(
        "\n", "\r\n"
    )


def _wider(text: str) -> str:
    bare = re.sub(r'^((?:[^"#\n]|"[^"\n]*")*)#.*$', r"\1", text, flags=re.MULTILINE)
    deeper = re.sub(r"(?m)^( +)", r"\1\1", bare)
    return re.sub(r"(?m)(?<=[;{}])[ ]*$", "   # remark", deeper)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_layout_is_no_difference(path: Path, tmp_path: Path) -> None:
    for each in workspace(tmp_path).rglob("*.rules"):
        each.write_bytes(with_another_layout(each.read_text(encoding="utf-8")).encode())
    other = loaded(tmp_path / path.parent.name / path.name)
    assert other.digest != loaded(path).digest
    found = ruleengine.diff(loaded(path), other).to_dict()
    assert [found[part] for part in ("edits", "wording", "renamings")] == [[]] * 3


def test_the_order_of_things_is_no_difference(health: Ruleset, tmp_path: Path) -> None:
    path = workspace(tmp_path) / "customer_health/2.0.0.rules"
    head, *things = re.split(
        r"(?m)^(?=(?:measure|segment|let|scorecard|problem|bands) )", path.read_text(encoding="utf-8")
    )
    path.write_text(head + "".join(f"{thing}\n" for thing in reversed(things)), encoding="utf-8")
    found = ruleengine.diff(health, loaded(path)).to_dict()
    assert [found[part] for part in ("edits", "wording", "renamings")] == [[]] * 3


# ── any edits ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_both_sides_are_what_each_ruleset_says(
    health: Ruleset, edited: Ruleset, accounts: list[dict[str, Any]]
) -> None:
    found = compared(health, edited, accounts)
    movers = {each["id"]: each for each in found["movers"]}
    for facts in accounts:
        old, new = (version.score_dict(facts, AS_OF)["scorecards"]["health"] for version in (health, edited))
        mover = movers.get(facts["id"])
        differs = any(old[part] != new[part] for part in ("score", "band"))
        assert differs == (mover is not None)
        if mover is not None:
            assert [mover["old"][part] for part in ("score", "band", "status")] == [
                old[part] for part in ("score", "band", "status")
            ]
            assert [mover["new"][part] for part in ("score", "band", "status")] == [
                new[part] for part in ("score", "band", "status")
            ]


def test_the_order_of_accounts_is_no_matter(
    health: Ruleset, edited: Ruleset, accounts: list[dict[str, Any]]
) -> None:
    shuffled = random.Random(3).sample(accounts, len(accounts))
    first, second = compared(health, edited, accounts), compared(health, edited, shuffled)
    assert first["population"] == second["population"]
    assert first["edits"] == second["edits"]
    assert sorted(first["movers"], key=lambda each: each["id"]) == sorted(
        second["movers"], key=lambda each: each["id"]
    )


def test_the_way_back_takes_the_same_points(
    health: Ruleset, edited: Ruleset, accounts: list[dict[str, Any]]
) -> None:
    there, back = compared(health, edited, accounts), compared(edited, health, accounts)
    assert [each["id"] for each in there["movers"]] == [each["id"] for each in back["movers"]]
    for one, other in zip(there["movers"], back["movers"], strict=True):
        assert (one["old"], one["new"]) == (other["new"], other["old"])
        if one["change"] is not None:
            assert one["change"] == -other["change"]


def shares(
    found: Versions, accounts: list[dict[str, Any]]
) -> Iterator[tuple[tuple[str, ...], ComparedAccount]]:
    """What is counted of each account, with the names of the players."""
    day = date.fromisoformat(AS_OF)
    compare = AccountChanges(found.old, found.new, (day, day), ("health",), known=found)()
    for facts in accounts:
        yield found.edits, compare(Account(facts["id"], facts, None))


def told(edits: tuple[str, ...], account: ComparedAccount) -> dict[str, Any]:
    """Shares by the names of edits."""
    share = account.changes[0].share
    if share is None:
        return {}
    return {
        "points": {edits[number]: points and round(points, 8) for number, points in share.parts},
        "decisive": {edits[number] for number in share.decisive},
        "sufficient": {frozenset(edits[number] for number in each) for each in share.sufficient},
    }


def test_the_order_of_edits_is_no_matter(
    health: Ruleset, edited: Ruleset, accounts: list[dict[str, Any]]
) -> None:
    found = versions(health.program, edited.program)
    edits = list(found.differences.edits)
    random.Random(5).shuffle(edits)
    again = versions(health.program, edited.program)
    turned = evolve(again, differences=evolve(again.differences, edits=tuple(edits)))
    both = zip(shares(found, accounts), shares(turned, accounts), strict=True)
    for (names, one), (others, other) in both:
        share = one.changes[0].share
        if share is None or share.method == "exact":  # what is drawn depends on the order, within its error
            assert told(names, one) == told(others, other)


def test_an_edit_that_touches_nobody_moves_nobody(
    health: Ruleset, edited: Ruleset, accounts: list[dict[str, Any]]
) -> None:
    found = versions(health.program, edited.program)
    compared_accounts = list(shares(found, accounts))
    touching = {names[number] for names, each in compared_accounts for number, _ in _parts(each)}
    program = Evaluator(found.hybrids.program(frozenset(touching)))
    day = date.fromisoformat(AS_OF)
    for facts in accounts:
        assert program.scores(facts, day)["health"] == edited.scores(facts, AS_OF)["health"]


def test_decisive_and_sufficient_are_what_they_say(
    health: Ruleset, edited: Ruleset, accounts: list[dict[str, Any]]
) -> None:
    """Checked by scoring the rulesets themselves: with all edits but one, and with the edits of a set alone."""
    found = versions(health.program, edited.program)
    day, every = date.fromisoformat(AS_OF), frozenset(found.edits)
    evaluators = {edit: Evaluator(found.hybrids.program(every - {edit})) for edit in every}
    for facts, (names, each) in zip(accounts, shares(found, accounts), strict=True):
        [change] = each.changes
        if change.share is None or change.old.place == change.new.place:
            continue
        needed = {
            edit for edit in every if evaluators[edit].scores(facts, day)["health"][1] != change.new.band
        }
        assert {names[number] for number in change.share.decisive} == needed
        assert not (change.share.decisive and change.share.sufficient)
        for chosen in change.share.sufficient:
            program = found.hybrids.program(frozenset(names[number] for number in chosen))
            assert Evaluator(program).scores(facts, day)["health"][1] == change.new.band


def _parts(account: ComparedAccount) -> tuple[tuple[int, float | None], ...]:
    share = account.changes[0].share
    return share.parts if share is not None else ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("customer_health/1.0.0", "customer_health/2.0.0"),
        ("use_case_adoption/3.0.0", "use_case_adoption/4.0.0"),
        ("customer_health/0.9.0", "customer_health/2.0.0"),
    ],
)
def test_versions_of_the_project_agree_with_themselves(
    old: str, new: str, accounts: list[dict[str, Any]]
) -> None:
    sides = [loaded(ROOT / f"rulesets/{each}.rules") for each in (old, new)]
    alone = compared(sides[0], sides[1], accounts, by=["segment"], generated=200, seed=1)
    assert alone["population"]["accounts"] == len(accounts) + 200
    assert compared(sides[0], sides[1], accounts, by=["segment"], generated=200, seed=1, jobs=2) == alone

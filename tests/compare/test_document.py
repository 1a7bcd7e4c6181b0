"""The document of a comparison is put together from its parts, and fits its schema."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from ruleengine.compare.attribution import Share, share_out
from ruleengine.compare.budget import Amount, CountLimit, settle
from ruleengine.compare.compared import Change, ComparedAccount, ComparedCard
from ruleengine.compare.document import ComparedSide, Words, comparison
from ruleengine.compare.population import Population
from tests.compare.consistency import inconsistencies
from tests.compare.games import game
from tests.compare.sample_documents import NEW_DIGEST, OLD_DIGEST, edit, subject
from tests.compare.test_diff_schema import faults
from tests.compare.test_population import BANDS, outcome

ABOUT = subject("measure", "seats", "Seats")
SIDES = (
    ComparedSide("health", "1.0.0", OLD_DIGEST, "health@1.0.0", date(2024, 2, 1)),
    ComparedSide("health", "1.0.0", NEW_DIGEST, "git:main", date(2024, 3, 1)),
)
WORDS = Words(
    edits=[edit("seats.weight", "weight", ABOUT, "Seats weigh 2 instead of 1")],
    causes=[
        {"id": "data: usage", "cause": "data", "summary": "the usage changed"},
        {"id": "data: support", "cause": "data", "summary": "the support changed"},
        {"id": "time", "cause": "time", "summary": "29 days passed"},
    ],
    wording=[{"subject": ABOUT, "aspect": "title", "old": "Seat", "new": "Seats"}],
    renamings=[{"kind": "measure", "old": "seat", "new": "seats"}],
)


def counted() -> Population:
    """Four accounts: one that stays, one moved by three causes alike, one moved by data, one without a score now."""
    found = Population((ComparedCard("health", "Customer health", BANDS),), WORDS.players)
    shared = share_out(game(2, lambda made: 80.0 - 10 * len(made)), "")
    shares = (
        (80.0, 80.0, None),
        (80.0, 60.0, Share(shared.change, shared.parts, shared.decisive, shared.sufficient)),
        (70.0, 80.0, Share(10.0, ((0, -2.5), (1, 12.5)), (1,))),
        (70.0, None, Share(None, ((1, None), (0, None)), (0,))),
    )
    for number, (old, new, share) in enumerate(shares):
        name = f"Account {number}" if number else None
        found.add(ComparedAccount(number, name, (Change(outcome(old), outcome(new), share),)))
    return found


def test_it_fits_the_schema() -> None:
    population = counted()
    budget = settle([CountLimit("--max-moved 1", Amount(Fraction(1)))], population)
    for document in (comparison(SIDES, WORDS, population, budget), comparison(SIDES, WORDS)):
        assert faults(document) == []
        assert inconsistencies(document) == []


def test_without_accounts_nobody_moves() -> None:
    document = comparison(SIDES, Words(WORDS.edits))
    assert (document["population"], document["movers"], document["budget"]) == (None, [], None)
    assert document["edits"][0]["effect"] == {}
    assert document["old"] == {
        "name": "health", "version": "1.0.0", "digest": OLD_DIGEST, "selector": "health@1.0.0", "as_of": "2024-02-01"
    }  # fmt: skip


def test_effects_are_those_of_the_players() -> None:
    document = comparison(SIDES, WORDS, counted())
    # -10, -2.5 and one account without points
    assert document["edits"][0]["effect"] == {
        "health": {"touched": 3, "decisive": 1, "points": -12.5, "mean": -6.25}
    }
    # the support touches nobody, and is not listed; the time is always
    assert [each["id"] for each in document["causes"]] == ["data: usage", "time"]
    assert document["causes"][0]["effect"]["health"]["points"] == 2.5


def test_movers_are_in_order_with_the_largest_part_first() -> None:
    both, data, lost = comparison(SIDES, WORDS, counted())["movers"]
    assert (both["id"], both["name"], both["change"], both["decisive"]) == (1, "Account 1", -20.0, [])
    assert both["sufficient"] == [["seats.weight"], ["data: usage"]]
    assert data["attribution"] == [
        {"edit": "data: usage", "cause": "data", "points": 12.5},
        {"edit": "seats.weight", "cause": "ruleset", "points": -2.5},
    ]
    assert (data["old"], data["new"]["band"], data["method"], data["error"]) == (
        {"score": 70.0, "band": "yellow", "status": "scored"}, "green", "exact", 0.0
    )  # fmt: skip
    assert (lost["change"], lost["attribution"]) == (
        None,
        [{"edit": "seats.weight", "cause": "ruleset", "points": None}],
    )
    for each in (both, data):
        total = sum(Decimal(repr(part["points"])) for part in each["attribution"])
        assert total == Decimal(repr(each["change"]))

"""A comparison of several scorecards in a terminal: which comes first, what is said of those in which nothing changes."""

from __future__ import annotations

from ruleengine.report.diff import text
from ruleengine.report.diff.headline import headline
from tests.compare.sample_documents import two_edits


def test_several_scorecards_each_have_their_part() -> None:
    found = two_edits()
    cards = found["population"]["scorecards"]
    cards["adoption"] = {**cards["health"], "title": "Adoption", "moved": 0, "distribution": [], "by": []}
    found["edits"][0]["effect"]["adoption"] = {"touched": 0, "decisive": 0, "points": 0.0, "mean": None}
    shown = text.render(found)
    assert "      Customer health: touches 3 accounts, decisive for 2, −3.5 points on average\n" in shown
    assert "Adoption: touches" not in shown
    assert shown.index("\nCustomer health\n") < shown.index(
        "\nAdoption\n"
    )  # the main one first, whatever the order
    assert shown.count("from \\ to") == 1  # nobody moves in the other
    assert "Globex (globex) · Customer health" in shown


def test_the_first_sentence_is_about_scorecards_in_which_accounts_move() -> None:
    """Nothing changes in the main one: that is no reason to say that nobody moves."""
    found = two_edits()
    cards = found["population"]["scorecards"]
    still = {
        **cards["health"],
        "moved": 0,
        "changed": 0,
        "unchanged": 10,
        "newly": {},
        "distribution": [],
        "by": [],
    }
    cards |= {
        "adoption": {**cards["health"], "title": "Adoption"},
        "health": still,
        "usage": {**still, "title": "Usage"},
    }
    for each in found["edits"]:
        each["effect"] = {"adoption": each["effect"]["health"]}
    for each in found["movers"]:
        each["scorecard"] = "adoption"
    shown = text.render(found, movers=1)
    assert shown.startswith(
        "2 edits; 3 of 10 accounts change band in Adoption, 1 newly red, 1 newly NA; 2 of them because "
        "Support issues in Voice weigh 10% instead of 5%\n"
    )
    assert "\nNo account changes in Customer health and Usage\n" in shown
    assert "\nCustomer health\n" not in shown
    assert "\nChanges of accounts: 1 of 4\n" in shown
    assert "\n  … and 3 more changes\n" in shown
    cards["usage"] |= {"moved": 2, "changed": 5}
    assert headline(found).endswith("weigh 10% instead of 5%; also 2 in Usage")
    cards["adoption"] |= {"moved": 0, "changed": 4}
    cards["usage"] |= {"moved": 0, "changed": 0}
    assert headline(found) == "2 edits; none of 10 accounts changes band, 4 change score in Adoption"


def test_an_edit_that_moves_no_score_says_so_once() -> None:
    found = two_edits()
    cards = found["population"]["scorecards"]
    cards["adoption"] = {**cards["health"], "title": "Adoption"}
    nothing = {"touched": 0, "decisive": 0, "points": 0.0, "mean": None}
    found["edits"][0]["effect"] = {"health": nothing, "adoption": nothing}
    found["edits"][1]["effect"] = {"health": nothing, "adoption": {**nothing, "touched": 2}}
    shown = text.render(found)
    assert shown.count("      changes no score and no band\n") == 1
    assert "      Adoption: touches 2 accounts, decisive for none\n" in shown

"""Edits in plain words: each sentence as somebody who answers for the accounts would want to read it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ruleengine import api
from ruleengine.compare.edits import Renaming
from tests.report.diff_sentences import BEFORE, CHANGES
from tests.report.edits import Said, said_of
from tests.report.pages import BANDS, ROOT, load


@pytest.mark.parametrize(("changes", "expected"), CHANGES, ids=[changes[0][1][:40] for changes, _ in CHANGES])
def test_a_change_is_said_in_a_sentence(
    tmp_path: Path, changes: list[tuple[str, str]], expected: list[str]
) -> None:
    said = said_of(tmp_path, BEFORE, *changes)
    assert list(said.summaries().values()) == expected


def test_nothing_is_said_where_only_the_writing_differs(tmp_path: Path) -> None:
    spread = BEFORE.replace(" ; ", "\n").replace("measure mood", "# a comment\nmeasure mood")
    old, new = load(tmp_path, BEFORE, "1.0.0"), load(tmp_path, spread, "2.0.0")
    assert Said(old, new).summaries() == {}


def test_an_alternative_less_makes_a_segment_narrower(tmp_path: Path) -> None:
    wide = BEFORE.replace('when account.size = "small"', 'when account.size = "small" or account.csm_owned')
    said = said_of(tmp_path, wide, ('"small" or account.csm_owned', '"small"'))
    assert list(said.summaries().values()) == [
        "The segment Small accounts is narrower: it is not enough any more that account CSM owned is yes"
    ]


CARD = (
    BANDS
    + """measure a "Seats" { value subscription.licensed_users ; points 1 * value }
measure b "Support issues" { value support.tickets_last_month ; points 1 * value }
measure c "CSM priority" { value account.csm_priority ; points 1 * value }
"""
)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("scorecard s { a 1 ; b 1 }", "scorecard s { a 1 ; b 1 ; group g \"More\" 2 { c 1 } }",
         ["More is new in s, with a weight of 2: CSM priority"]),
        ("scorecard s { a 1 ; b 1 ; c 1 }", "scorecard s { a 1 ; b 1 ; group g \"More\" 1 { c 1 } }",
         ["More is new in s: CSM priority; CSM priority counts in More instead of s"]),
        ("scorecard s { rollup sum ; a 1 ; b 1 }", "scorecard s { rollup sum ; a 2 ; b 1 }",
         ["Seats in s weigh 2 instead of 1"]),
        ("scorecard s { a 1 ; b 1 }", "scorecard s { a 3 ; b 1 }", ["Seats in s weigh 3 instead of 1"]),
        ("scorecard s { a 50% ; b 50% }", "scorecard s { a 3 ; b 1 }",
         ["Seats in s weigh 75% instead of 50%", "Support issues in s weigh 25% instead of 50%"]),
        ("scorecard s { a 50% ; b 50% }", "scorecard s { a 1 ; b 1 }", []),
        ("scorecard s { a 1 }", "scorecard s { a 1 }\nscorecard t { b 1 }", ["The scorecard t is new: Support issues"]),
        ("scorecard s { a 1 ; b 1 }", "scorecard s { a 1 ; b 1 by band }",
         ["Support issues in s count by the points of their band instead of by their own points"]),
    ],
)  # fmt: skip
def test_what_counts_in_a_scorecard(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    said = Said(load(tmp_path, CARD + old, "1.0.0"), load(tmp_path, CARD + new, "2.0.0"))
    assert list(said.summaries().values()) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('calendar fiscal year starts february, zone "UTC"', 'calendar fiscal year starts march, zone "UTC"',
         ["The fiscal year begins in March instead of February"]),
        ('calendar zone "UTC"', 'calendar zone "Europe/Berlin"',
         ["Days are those of the time zone Europe/Berlin instead of UTC"]),
    ],
)  # fmt: skip
def test_the_calendar(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    text = "ruleset demo {} {{ facts account 1 ; {} }}\noutput o = subscription.renewal_date in this fiscal quarter\n"
    said = Said(
        load(tmp_path, text.format("1.0.0", old), "1.0.0", header=False),
        load(tmp_path, text.format("2.0.0", new), "2.0.0", header=False),
    )
    assert list(said.summaries().values()) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"type": "string", "enum": ["free", "paid"]}, {"type": "string", "enum": ["free", "paid", "gift"]},
         "Plan may also be “gift”"),
        ({"type": "string", "enum": ["free", "paid"]}, {"type": "string", "enum": ["free"]},
         "Plan may no longer be “paid”"),
        ({"type": "string"}, {"type": "string", "enum": ["free", "x"]}, "Plan is read as one of “free”, “x” instead of a text"),
    ],
)  # fmt: skip
def test_a_field_that_is_read_otherwise(
    tmp_path: Path, old: dict[str, object], new: dict[str, object], expected: str
) -> None:
    sides = []
    for number, field in (("1", old), ("2", new)):
        path = tmp_path / "schemas" / "shop" / f"{number}.schema.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        fields = {"id": {"type": "string", "x-id": True}, "plan": field}
        path.write_text(json.dumps({"type": "object", "properties": fields}))
        ruleset = tmp_path / "rulesets" / "demo" / f"{number}.0.0.rules"
        ruleset.parent.mkdir(parents=True, exist_ok=True)
        ruleset.write_text(f'ruleset demo {number}.0.0 {{ facts shop {number} }}\noutput o = plan = "free"\n')
        sides.append(api.load(ruleset, schemas=tmp_path / "schemas", cache=False))
    assert list(Said(*sides).summaries().values()) == [expected]


def test_other_bands_are_said_once(tmp_path: Path) -> None:
    said = said_of(
        tmp_path, BEFORE, ("red 0..<50 points 25", "orange 25..<50 points 37.5 ; red 0..<25 points 12")
    )
    assert list(said.summaries().values()) == [
        "The bands rag are green, yellow, orange, red instead of green, yellow, red",
        "In the matrix Engagement, the rows are green, yellow, orange, red instead of green, yellow, red",
    ]


def test_the_set_of_bands_is_named_where_there_are_several(tmp_path: Path) -> None:
    text = BANDS + "bands risk { low 0..<5 ; high 5..10 }\noutput o = 1\n"
    assert list(
        said_of(tmp_path, text, ("low 0..<5 ; high 5..10", "low 0..6 ; high >6..10")).summaries().values()
    ) == ["Low ends at 6 instead of below 5 in the bands risk"]


# ── clauses and sides ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "clause"),
    [
        (("red when < 25%", "red when <= 10%"), "users of git are red up to 10% instead of below 25%"),
        (("expired after 60 days\n", "expired after 45 days\n"), "users of git expire after 45 days instead of 60"),
        (("points 50 when in", "points 55 when in"), "support issues get 55 points instead of 50 when from 2 to 10"),
        (("; applies to all except small }", "}"), "CSM sentiment now applies to Small accounts too"),
        (("  weights when risk is na { product 100% ; risk 0% }\n", ""),
         "the special weights when Risk in Health is without a value are gone"),
        ((">= 500", ">= 1000"), "in the segment Enterprise, subscription licensed users are at least 1000 instead of "
         "at least 500, which is narrower"),
        (("  missing redistribute", "  missing require coverage 50%"), "data missing in Health are treated otherwise"),
    ],
)  # fmt: skip
def test_a_change_can_follow_because(tmp_path: Path, change: tuple[str, str], clause: str) -> None:
    assert said_of(tmp_path, BEFORE, change).clauses() == [clause]


@pytest.mark.parametrize(
    ("change", "sides"),
    [
        (("red when < 25%", "red when <= 10%"), ("red below 25%", "red up to 10%")),
        (("expired after 60 days\n", "expired after 45 days\n"), ("after 60 days", "after 45 days")),
        (("\n  baseline 40", ""), ("40", None)),
        (("expired after 60 days }", "stale after 30 days, expired after 60 days }"), (None, "after 30 days")),
        (("\n  cap yellow when enterprise", ""), ("cap at yellow when in the segment Enterprise", None)),
        (('"Watch", "Watch"', '"Watch", "Look"'), ("yellow / small: Watch", "yellow / small: Look")),
    ],
)  # fmt: skip
def test_both_sides_are_told(
    tmp_path: Path, change: tuple[str, str], sides: tuple[str | None, str | None]
) -> None:
    assert said_of(tmp_path, BEFORE, change).sides() == [sides]


def test_the_places_are_those_of_what_changed(tmp_path: Path) -> None:
    said = said_of(tmp_path, "\n" + BEFORE, ("expired after 60 days\n", "expired after 45 days\n"))
    edit = said.edits["use.fresh.expired"]
    line = ("ruleset demo 1.0.0 { facts account 1 }\n\n" + BEFORE).partition("  fresh by")[0].count("\n") + 1
    folder = tmp_path / "rulesets"
    assert said.words.places(edit, folder) == {
        "old": {"file": "demo/1.0.0.rules", "line": line},
        "new": {"file": "demo/2.0.0.rules", "line": line},
    }
    assert said.words.places(edit)["old"] == {"file": str(folder / "demo/1.0.0.rules"), "line": line}


def test_what_is_new_stands_in_no_old_place(tmp_path: Path) -> None:
    said = said_of(tmp_path, BEFORE, ("baseline 40", "baseline 40 ; cap points 80"))
    places = said.words.places(said.edits["tickets.cap.80"])
    assert places["old"] is None
    assert places["new"] is not None
    removed = said_of(tmp_path, BEFORE, ("\n  baseline 40", ""))
    assert removed.words.places(removed.edits["tickets.baseline"])["new"] is None


def test_hostile_titles_stay_on_one_line_and_are_told_as_they_are(tmp_path: Path) -> None:
    text = BANDS + 'measure m "<b>;\\n| drop" { value support.tickets_last_month ; points 1 }\n'
    text += "scorecard s { m 1 }\n"
    said = said_of(tmp_path, text, ("points 1 }", "points 2 }"))
    assert list(said.summaries().values()) == ["“<b>; | drop”: 2 points instead of 1 point"]


# ── the rulesets that come with the engine ──────────────────────────────────────────────────────────────────────────


def shipped(name: str, old: str, new: str) -> Said:
    sides = [
        api.load(ROOT / "rulesets" / name / f"{version}.rules", schemas=ROOT / "schemas", cache=False)
        for version in (old, new)
    ]
    return Said(*sides)


_BILLABLE = "divided by billable users of the scored instance instead of subscription licensed users"
_ULTIMATE = "now apply only when plan of the scored instance is “ultimate”"
USE_CASES = {
    "git_users.value": f"Users of git are {_BILLABLE}",
    "git_users.rate.red": "Users of git: red up to 10% instead of below 25%",
    "git_users.rate.yellow": "Users of git: yellow up to 33% instead of below 50%",
    "ci_adoption.builds_per_user": "Builds per user are new in CI adoption",
    "ci_adoption.pipeline_users": "Users of pipelines no longer count in CI adoption",
    "ci_adoption.ci_deployments_per_user": "“Deployments per user, for CI” no longer count in CI adoption",
    "ci_adoption.ci_deploy_users": "“Users who deploy, for CI” no longer count in CI adoption",
    "scanner_users.applies": f"Users of security scanners {_ULTIMATE}",
    "scanner_users.value": f"Users of security scanners are {_BILLABLE}",
    "devsecops_adoption.scans_per_pipeline": "Scans per pipeline are new in DevSecOps adoption",
    "devsecops_adoption.scanner_types": "Kinds of scanner in use are new in DevSecOps adoption",
    "devsecops_adoption.container_scanning_users":
        "Users of container scanning no longer count in DevSecOps adoption",
    "devsecops_adoption.secret_detection_users":
        "Users of secret detection no longer count in DevSecOps adoption",
    "cd_deploy_users.value": f"Users who deploy are {_BILLABLE}",
    "cd_deployments_per_user.value": f"Deployments per user are {_BILLABLE}",
}  # fmt: skip
HEALTH = {
    "health.product.user_engagement": "User engagement is new in Product, with a weight of 10%",
    "health.risk.weight": "Risk weighs 25% instead of 0%",
    "health.outcomes.weight": "Outcomes weigh 10% instead of 20%",
    "health.voice.weight": "Voice of the customer weighs 5% instead of 10%",
    "health.engagement.weight": "Engagement weighs 10% instead of 20%",
    "health.product.license_utilization.weight": "License utilization in Product weighs 30% instead of 40%",
    "health.weights.product_is_na":
        "The special weights when Product in Customer health is without a value are gone "
        "(Product 0%, Risk 50%, Outcomes 20%, Voice of the customer 10%, Engagement 20%)",
}  # fmt: skip


def test_the_use_cases_of_the_fourth_generation() -> None:
    assert shipped("use_case_adoption", "3.0.0", "4.0.0").summaries() == USE_CASES


def test_customer_health_of_the_newest_edition() -> None:
    imported = {
        name if name.split(".")[0].endswith("_adoption") else f"use_case_adoption.{name}": told
        for name, told in USE_CASES.items()
    }
    said = shipped("customer_health", "1.0.0", "2.0.0")
    assert said.summaries() == {**imported, **HEALTH}
    assert [(each.aspect, each.new) for each in said.differences.wording] == [
        ("description", "The page Customer Health Scoring, newest edition: Product 50%, Risk 25%, Outcomes 10%, "
         "Voice of the customer 5%, Engagement 10%."),
        ("in force from", "2023-02-01"),
    ]  # fmt: skip


def test_clauses_of_customer_health() -> None:
    said = shipped("customer_health", "1.0.0", "2.0.0")
    told = {name: said.words.because(edit) for name, edit in said.edits.items()}
    assert told["health.product.license_utilization.weight"] == (
        "license utilization in Product weighs 30% instead of 40%"
    )
    assert (
        told["use_case_adoption.git_users.rate.red"] == "users of git are red up to 10% instead of below 25%"
    )
    assert told["health.risk.weight"] == "Risk weighs 25% instead of 0%"


def test_wording_and_renaming_in_words(tmp_path: Path) -> None:
    said = said_of(
        tmp_path, BEFORE, ('small "Small accounts"', 'small "Small ones"'), ("The mood is red", "Mood is red")
    )
    told = [said.words.wording(each) for each in said.differences.wording]
    assert told == [
        "The title of Small ones is “Small ones” instead of “Small accounts”",
        "A reason of Note is “Mood is red” instead of “The mood is red”",
    ]
    renaming = Renaming("named_value", "notice", "notice_period")
    assert said.words.renaming(renaming) == "The named value notice is now called notice_period"

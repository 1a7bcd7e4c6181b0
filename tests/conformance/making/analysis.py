"""What can happen to accounts that the schema allows: RE7xx, what an analysis finds and what it does not."""

from __future__ import annotations

from tests.conformance.making.writing import RAG, Group, Topic, lines, other, topic

SEATS = "measure seats { value n ; rate { green when >= 50 ; yellow when >= 20 ; red otherwise } }\n"
TWO = "measure two { value n ; rate { green when >= 50 ; red otherwise } }\n"
MOOD = "measure mood { value colour ; rate as given }\n"
OLD = "measure old { value colour ; rate as given ; fresh by day, expired after 120 days }\n"
#: Code, ruleset, and whether it is found.
RULESETS = (
    ("RE701", SEATS + "scorecard s { seats ; override red when seats is red and n > 30 }", True),
    ("RE701", SEATS + "scorecard s { seats }\ntrigger t { when seats is green and n < 50 }", True),
    ("RE701", SEATS + "scorecard s { seats ; override red when seats is red and n > 10 }", False),
    ("RE702", SEATS + "let known = n default 0\nsegment all_of_them when known >= 0\nscorecard s { seats ; weights for all_of_them { seats 1 } }", True),
    ("RE702", SEATS + "let known = n default 0\nmeasure more { value n ; rate { green when >= 50 ; red otherwise } ; applies when known >= 0 }\nscorecard s { seats ; more }", True),
    ("RE702", SEATS + "let known = n default 0\nsegment some when known > 0\nscorecard s { seats ; weights for some { seats 1 } }", False),
    ("RE703", MOOD + SEATS + "scorecard s { mood 100% ; seats 0% }", True),
    ("RE703", MOOD + SEATS + "scorecard s { mood 1 ; group g 1 { mood2 1 ; seats 0 } }\n" + MOOD.replace("mood", "mood2"), True),
    ("RE703", MOOD + SEATS + "scorecard s { mood 80% ; seats 20% }", False),
    ("RE704", OLD + SEATS + "scorecard s { old ; seats }", True),
    ("RE704", OLD + SEATS + "scorecard s { old 40% ; seats 60% }", True),
    ("RE704", OLD + SEATS + "scorecard s { missing require all ; old ; seats }", False),
    ("RE705", MOOD + SEATS + "scorecard s { mood 10% ; seats 90% }", True),
    ("RE705", MOOD + SEATS + "scorecard s { group g 30% { mood } ; seats 70% }", True),
    ("RE705", MOOD + SEATS + "scorecard s { missing require coverage 60% ; mood 10% ; seats 90% }", False),
    ("RE706", MOOD + SEATS + "scorecard s { mood ; seats ; cap red when mood is green }", True),
    ("RE706", MOOD + SEATS + "scorecard s { mood ; seats ; override red when seats is green }", True),
    ("RE706", MOOD + SEATS + "scorecard s { mood ; seats ; cap yellow when mood is red }", False),
    ("RE707", MOOD + SEATS + "scorecard s { mood 40% ; seats 60% }\ninvariant \"red is not hidden\" never mood is red and s is not worse than yellow", True),
    ("RE707", SEATS + "scorecard s { seats }\ninvariant \"never few\" always n > 5", True),
    ("RE707", MOOD + SEATS + "scorecard s { mood 40% ; seats 60% ; override red when mood is red }\ninvariant \"red is not hidden\" never mood is red and s is not worse than yellow", False),
    ("RE708", TWO + "scorecard s { two }", True),
    ("RE708", SEATS + "scorecard s { seats ; cap yellow }", True),
    ("RE708", SEATS + "scorecard s { seats }", False),
)  # fmt: skip


def groups() -> list[Group]:
    """All of them, asked for one code each."""
    cases = []
    for code, text, found in RULESETS:
        cases.append({"source": "hand", "put": lines(RAG + text), "code": code, "found": found})
    return [other("analysis", "analysis", cases, "ruleset case 1.0.0 { facts case 1 }\n<<here>>")]


def topics() -> list[Topic]:
    """One file."""
    return [
        topic(
            "analysis",
            "What can happen to accounts that the schema allows. For implementations that have an analysis.",
            groups(),
        )
    ]

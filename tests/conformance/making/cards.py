"""Scorecards: weights, missing policies, roll-ups, rounding, bands, limits, borderline. Combinations are computed by the reference."""

from __future__ import annotations

from itertools import product
from typing import Any

from tests.conformance.making.reference import by_reference
from tests.conformance.making.writing import RAG, Case, Group, Topic, account, accounts, topic

MEASURES = """measure p { value a ; rate { green when >= 10 ; yellow when >= 5 ; red otherwise } }
measure q { value b ; rate { green when >= 10 ; yellow when >= 5 ; red otherwise } }
measure r { value c ; rate { green when >= 10 ; yellow when >= 5 ; red otherwise } ; applies when yes }
"""
POLICIES = (
    "missing redistribute", "missing redistribute flat", "missing impute yellow", "missing impute 10", "missing as zero",
    "missing require all", "missing require 2 of 3", "missing require coverage 70%",
)  # fmt: skip
SHAPES = {
    "in groups": "group one 60% { p 70% ; q 30% } ; group two 40% { r 100% }",
    "flat": "p 50% ; q 30% ; r 20%",
}
CARD = ("status", "score", "band", "coverage")
NODES = (*CARD, "nodes")


def patterns() -> list[dict[str, Any]]:
    """Each of three figures there, missing or invalid; the third may also not apply."""
    found = []
    for one, other, third in product((12, None, "x"), (6, None), (1, None, "does not apply")):
        document: dict[str, Any] = {"a": one, "b": other, "yes": third != "does not apply"}
        if isinstance(third, int):
            document["c"] = third
        found.append({key: value for key, value in document.items() if value is not None})
    return found


def policies() -> list[Group]:
    """Every missing policy over every pattern, for a card of groups and a flat one."""
    found = []
    for shape, members in SHAPES.items():
        cards = "\n".join(
            f"scorecard s{number} {{ {policy} ; {members} }}" for number, policy in enumerate(POLICIES, 1)
        )
        text = RAG + MEASURES + cards
        found.append(
            accounts(
                f"missing data, {shape}",
                text,
                by_reference(text, patterns(), {"scorecards": CARD}),
                rules=[10, 11, 12, 13],
            )
        )
    return found


ROLLUPS = (
    "rollup weighted mean ; p 50% ; q 30% ; r 20%", "rollup sum ; p 2 ; q 0.5 ; r 1", "rollup minimum ; p ; q ; r", "rollup maximum ; p ; q ; r",
    "rollup worst band ; p ; q ; r", "bands none ; rollup count of red ; p ; q ; r", "bands none ; rollup count of yellow ; group g { p ; q } ; r",
    "score (p default 50) * 0.5 + (q default 50) * 0.3 + (r default 50) * 0.2 ; p ; q ; r", "score (g * 2 + r) / 3 ; group g { p ; q } ; r",
    "group g 50% { rollup minimum ; p ; q } ; r 50%", "group g 50% { rollup worst band ; p ; q } ; r 50%", "p 1 ; q 2 ; r 5", "p ; q ; r", "p 100% ; q 0% ; r 0%",
    "group g 70% { group h 50% { p } ; q 50% } ; r 30%",
)  # fmt: skip


def rollups() -> Group:
    """Every roll-up over every pattern."""
    cards = "\n".join(f"scorecard s{number} {{ {card} }}" for number, card in enumerate(ROLLUPS, 1))
    text = RAG + MEASURES + cards
    return accounts(
        "roll-ups", text, by_reference(text, patterns(), {"scorecards": CARD}), rules=[7, 9, 10, 13]
    )


def limits() -> Group:
    """Caps, floors and overrides of a scorecard: what acts, in which order, and what stays beside it."""
    cards = """scorecard s1 { p 50% ; q 50% ; cap yellow when also ; cap red when third ; floor yellow when yes }
scorecard s2 { p 50% ; q 50% ; cap score 60 when also ; floor score 70 when yes }
scorecard s3 { p 50% ; q 50% ; override red when also because "first" ; override green when yes because "second" }
scorecard s4 { p 50% ; q 50% ; override score 55 when also ; cap score 40 when third }
scorecard s5 { group g 50% { p ; cap yellow when yes } ; q 50% }
scorecard s6 { group g 50% { p ; override score 20 when also } ; q 50% }
scorecard s7 { s3 by band ; q }
"""
    documents: list[dict[str, Any]] = []
    for also, yes, third in product((True, False, None), repeat=3):
        document: dict[str, Any] = {"a": 12, "b": 6, "also": also, "yes": yes, "third": third}
        documents.append({key: value for key, value in document.items() if value is not None})
    documents += [
        {"also": True, "yes": True},
        {"also": False, "yes": True},
        {"yes": True, "third": True, "a": "x"},
    ]
    keys = ("status", "score", "band", "computed_score", "computed_band", "override", "limits")
    text = RAG + MEASURES.replace("; applies when yes", "") + cards + "output u = r"
    return accounts("limits", text, by_reference(text, documents, {"scorecards": keys}), rules=[7, 8, 9])


def limits_of_measures() -> Group:
    """The same of measures."""
    text = (
        RAG
        + """measure m1 { value a ; rate { green when >= 10 ; yellow when >= 5 ; red otherwise } ; cap yellow when also ; floor yellow when yes }
measure m2 { value a ; rate { green when >= 10 ; yellow when >= 5 ; red otherwise } ; override red when also ; override green when yes }
measure m3 { value a ; bands rag ; points value * 5 ; cap points 60 when also ; floor points 40 when yes }
measure m4 { value a ; bands rag ; points value * 5 ; override points 99 when also because "so" }
measure m5 { value b ; rate { green when >= 10 ; red otherwise } ; cap red ; missing impute green }
scorecard s { m1 ; m2 ; m3 ; m4 ; m5 }
"""
    )
    documents = []
    for number, also, yes in product((12, 7, 1, None, "x"), (True, False, None), (True, False)):
        document = {"a": number, "also": also, "yes": yes, "b": 11}
        documents.append({key: value for key, value in document.items() if value is not None})
    keys = {
        "measures": (
            "status",
            "value",
            "band",
            "points",
            "computed_band",
            "computed_points",
            "override",
            "limits",
        ),
        "scorecards": ("score", "band"),
    }
    return accounts("limits of measures", text, by_reference(text, documents, keys), rules=[6, 9])


MODES = ("half_up", "half_even", "half_down", "up", "down", "floor", "ceiling")


def rounding() -> list[Group]:
    """Rounding comes before the band: a score of 74.5 and one of -2.5 with every mode, worked out by hand."""
    whole = {
        "half_up": (75, -3),
        "half_even": (74, -2),
        "half_down": (74, -2),
        "up": (75, -3),
        "down": (74, -2),
        "floor": (74, -3),
        "ceiling": (75, -2),
    }
    bands = "bands scale { high 75..100 ; middle 0..<75 ; low ..<0 }\nmeasure m { value a ; points value }\n"
    text = bands + "".join(
        f"scorecard {mode}_card {{ bands scale ; m ; round to 0 decimals {mode} }}\n" for mode in MODES
    )
    text += "scorecard exact_card { bands scale ; m }\nscorecard tenths_card { bands scale ; m ; round to 1 decimal }\n"
    cases = []
    for at, number in enumerate((74.5, -2.5)):
        cards: dict[str, Any] = {
            f"{mode}_card": {
                "score": whole[mode][at],
                "band": _band(whole[mode][at]),
                "computed_score": whole[mode][at],
            }
            for mode in MODES
        }
        cards["exact_card"] = {"score": number, "band": _band(number)}
        cards["tenths_card"] = {"score": number, "band": _band(number)}
        cases.append(account({"a": number}, {"scorecards": cards}))
    for number in (74.94, 74.95, 74.96, 74.999, 0.04, -0.04, -0.05):
        tenth = {74.94: 74.9, 74.95: 75, 74.96: 75, 74.999: 75, 0.04: 0, -0.04: 0, -0.05: -0.1}[number]
        cases.append(
            account(
                {"a": number},
                {
                    "scorecards": {
                        "tenths_card": {"score": tenth, "band": _band(tenth)},
                        "exact_card": {"band": _band(number)},
                    }
                },
            )
        )
    return [accounts("rounding", text, cases, rules=[7, 17])]


def _band(number: float) -> str:
    return "high" if number >= 75 else "middle" if number >= 0 else "low"


def edges() -> list[Group]:
    """Bands, the next better one, and those that are near: below, on and above every edge."""
    cases: list[Case] = []
    for number in (0, 2, 3, 47, 48, 49.9, 50, 52, 53, 72, 73, 74.99, 75, 77, 78, 100):
        band = "green" if number >= 75 else "yellow" if number >= 50 else "red"
        upper = {"green": None, "yellow": ("green", 75), "red": ("yellow", 50)}[band]
        lower = {"green": ("yellow", 75), "yellow": ("red", 50), "red": None}[band]
        better = None if upper is None else {"band": upper[0], "distance": round(upper[1] - number, 10)}
        near = [
            {"band": name, "distance": round(abs(edge - number), 10)}
            for name, edge in filter(None, (upper, lower))
            if abs(edge - number) <= 2
        ]
        card = {"score": number, "band": band, "next_band": better, "borderline": near[0] if near else None}
        cases.append(
            account(
                {"a": number},
                {"scorecards": {"s": card}, "outputs": {"near": near[0]["band"] if near else None}},
                "rule",
            )
        )
    outside = {
        "scorecards": {"s": {"status": "invalid", "score": None, "band": None}},
        "problems": ["RE511", "RE511"],
    }  # of the card, and of the output that asks for it
    cases += [account({"a": 100.5}, outside), account({"a": -1}, outside), account({"a": 1e9}, outside)]
    text = (
        RAG
        + "measure m { bands none ; value a ; points value }\nscorecard s { m ; borderline within 2 }\noutput near = s.borderline"
    )
    text = text.replace("bands none ; value", "value")
    less = "bands risk { low ..<5 ; medium 5..<10 ; high 10.. }\nmeasure m { value a ; points value }\nscorecard s { bands risk ; m ; borderline within 1 }"
    others: list[Case] = []
    for number in (-3, 3.9, 4, 4.5, 5, 6, 6.1, 8.9, 9, 10, 11, 12):
        band = "low" if number < 5 else "medium" if number < 10 else "high"
        better = {
            "low": None,
            "medium": {"band": "low", "distance": round(number - 5, 10)},
            "high": {"band": "medium", "distance": round(number - 10, 10)},
        }[band]
        others.append(
            account({"a": number}, {"scorecards": {"s": {"band": band, "next_band": better}}}, "rule")
        )
    return [
        accounts("edges of bands", text, cases, rules=[15, 17]),
        accounts("less is better", less, others, rules=[15, 17]),
    ]


def weights() -> Group:
    """Replacement columns: the first that holds, an undecided one is passed over with a problem."""
    text = (
        RAG
        + MEASURES.replace("; applies when yes", "")
        + """segment big when people > 10
scorecard s {
  p 50% ; q 30% ; r 20%
  weights for big { p 10% ; q 10% ; r 80% }
  weights when yes { p 100% ; q 0% ; r 0% }
}
scorecard t { group g 50% { p 1 ; q 3 ; weights when also { p 3 ; q 1 } } ; r 50% }
"""
    )
    documents = []
    for people, yes, also in product((20, 5, None), (True, False, None), (True, None)):
        document = {"a": 12, "b": 6, "c": 1, "people": people, "yes": yes, "also": also}
        documents.append({key: value for key, value in document.items() if value is not None})
    keys: dict[str, tuple[str, ...]] = {"scorecards": NODES, "problems": (), "segments": ()}
    return accounts("replaced weights", text, by_reference(text, documents, keys), rules=[3, 7, 10])


def scorecards_as_members() -> Group:
    """A scorecard in another one: its score, or the points of its band; and why it has none."""
    text = (
        RAG
        + MEASURES
        + """scorecard inner { p ; r }
scorecard by_score { inner 50% ; q 50% }
scorecard by_points { inner 50% by band ; q 50% }
output o = inner + by_score.coverage / 1%
output parts = by_score.inner.effective_weight
output before = computed inner
"""
    )
    keys: dict[str, tuple[str, ...]] = {"scorecards": NODES, "outputs": ()}
    return accounts("scorecards as members", text, by_reference(text, patterns(), keys), rules=[13, 14])


def topics() -> list[Topic]:
    """One file."""
    groups = [
        *policies(),
        rollups(),
        limits(),
        limits_of_measures(),
        *rounding(),
        *edges(),
        weights(),
        scorecards_as_members(),
    ]
    return [topic("cards", "Scorecards: weights, missing data, roll-ups, rounding, bands, limits.", groups)]

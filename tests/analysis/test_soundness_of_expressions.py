"""What was said to be possible holds whatever the evaluator gives: one ruleset in which everything stands that may be said."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from ruleengine.analysis.may import Anything, May, Numbers, Words, na
from ruleengine.analysis.run import Run
from ruleengine.generate import generate_documents
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk
from tests.analysis.small import AS_OF, opened
from tests.analysis.soundness import Judge

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id", "plan"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "x-id": True},
        "plan": {"enum": ["small", "large"]},
        "word": {"type": "string", "maxLength": 3},
        "other": {"type": "string", "maxLength": 3},
        "flag": {"type": "boolean"},
        "a": {"type": "integer", "minimum": 0, "maximum": 8},
        "b": {"type": "integer", "minimum": 0, "maximum": 8},
        "share": {"type": "number", "minimum": 0, "maximum": 1, "x-unit": "percent", "x-scale": "fraction"},
        "rating": {"enum": ["green", "yellow", "red"]},
        "day": {"type": "string", "format": "date"},
        "later": {"type": "string", "format": "date"},
        "moment": {"type": "string", "format": "date-time"},
        "second": {"type": "string", "format": "date-time"},
        "events": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["on"],
                "properties": {
                    "on": {"type": "string", "format": "date"},
                    "size": {"type": "integer", "minimum": 0, "maximum": 9},
                    "kind": {"enum": ["call", "mail"]},
                },
            },
        },
    },
}
#: Small numbers counted from the same facts in many ways.
DECLARATIONS = """
bands words { upper ; middle ; lower }
bands steps { many 2..3 points 3 ; some 1..<2 points 1 ; none 0..<1 points 0 }
segment large when plan = "large"
segment later_known when later is known
segment same_words when word = other
segment unlike_words when word != "abc"
segment mirrored when "abc" = word
segment some_words when word in ("abc", other)
segment numbers_alike when a = b
segment below when a < b
segment mirrored_number when 3 <= a
segment chosen when a in (1, 3, b)
segment chosen_plainly when a in (1, 3)
segment between when a in b..6
segment between_plainly when a in >1..<5
segment moments when moment <= second
segment before_moment when moment < 2024-02-01T10:00:00Z
segment recent_moment when moment within 30 days
segment recent when day within 2 months
segment lately when day within (if flag then 10 days else 20 days)
segment aged when days since moment > 12 days
segment aged_in_months when months since day >= 2 months
segment years_ahead when years until later >= 1
segment weeks_ahead when weeks until later >= 4
segment flagged when flag
segment unlike_flags when flag != (a > 3)
segment dated when day < later
segment any_event when any e in events where e.size > 3
segment every_event when all e in events where e.kind = "call"
segment many_events when (count e in events where e.size is known) > 1
segment last_event when (latest e in events by e.on).size > 4
segment of_made when (first x in [a, b] where x > 4) > 5
segment counted when count true of (flag, a > 3, large) >= 2
segment in_table when level(a, plan) = "high"
segment one_of_table when only(a) = 2
segment agreed when agreeing(a, b) > 1
segment all_of_table when sum(every(a, b)) > 25
segment defined when twice(a) > b
segment cell_known when strategy is expand
segment near when health.borderline = "green"
segment covered when health.coverage >= 50%
segment weighty when health.first.effective_weight > 40%
segment contributing when health.first.contribution > 20
segment scored_node when health.first is scored
segment node_band when health.first is green
segment node_better when health is better than previous health
segment worse_than when given is not worse than previous given
segment computed when computed health is red
segment past when given was red
segment stale_now when given is stale
segment unscored when given is not scored
segment firing when alarm
segment in_parts when silent is scored
segment made_text when concat(word, other) = "ab"
segment long when length(word) > 1

define twice(x number) = x * 2
define over_events(least number) = count e in events where e.size >= least

table level(n count, p) hits first {
  > 5, any        gives "high"
  any, "large"    gives "high"
  > 2, any        gives "low"
  otherwise       gives "none"
}
table only(n count) hits one {
  <= 3  gives 1
  in 4..6 gives 2
  >= 6  gives 3
}
table agreeing(n count, m count) hits agreeing {
  > 4, any  gives 2
  any, > 4  gives 2
  otherwise gives 1
}
table every(n count, m count) hits all {
  > 2, any gives 10
  any, > 3 gives 20
}
matrix strategy {
  rows health
  columns plan: large, small
  green gives expand, hold
  yellow gives hold, hold
  red gives hold, na
  cell expand "Expand"
  cell hold "Hold"
}
table gappy(n count) {
  > 5    gives 9
  in 1..3 gives 2
}
trigger alarm { when a > 6 ; when b > 6 }
trigger quiet { when a = 0 }
"""
MEASURES = """
measure given "Given" { bands rag ; value rating ; rate as given ; fresh by moment, stale after 30 days, expired after 2 months }
measure worded "Worded" { bands rag ; value word ; rate as given }
measure bare "Bare" { value a }
measure stars "Stars" { value a ; rate { green when >= 6 ; yellow when >= 3 ; red otherwise } ; missing impute 60 }
measure silent "Silent" { value b ; rate when a > 4 { green when > 2 ; red when <= 2 } ; rate when flag { yellow otherwise } }
measure straight "Straight" { value a ; rate { linear 0..100 when in 0..4 ; linear 100..20 when in >4..8 } }
measure bent "Bent" { value a ; rate { linear b..100 when in 0..8 } }
measure stairs "Stairs" { value a ; points steps above 1, b, 5 }
measure downstairs "Downstairs" { value b ; points steps up to 1, 3 }
measure quality "Quality" { bands rag ; value share ; points share * 120 / 1% / 100 }
measure chosen_points "Chosen" { rate { points (if flag then a * 10 else if a > b then 5 else 80) otherwise } }
measure defaulted "Defaulted" { rate { points (a default b default 7) when large ; na excluded otherwise } }
measure counted_points "Counted" { points count true of (flag, a > 3, b > 3) }
measure sized "Sized" { points over_events(3) }
measure newest "Newest" { value (latest e in events by e.on).size ; points value }
measure derived "Derived" { value stars.value ; rate { green when > 5 ; yellow when in 2..5 ; red otherwise } }
measure named "Named" { bands words ; value a ; rate { upper when > 4 ; middle when > 2 ; lower otherwise } }
measure limited "Limited" { bands rag ; value a ; points value * 11 ; cap score 70 when flag ; floor yellow when b > 5
  override points b * 20 when plan = "small" and b > 3 }
measure undecided "Undecided" { rate { green when a > 4 ; yellow when b > 4 ; green otherwise } }
measure ratio "Ratio" { points round(a / b, 1) + min(a, 3) - abs(b - a) + max(a, b) }
measure rounded "Rounded" { points floor(a / 3) + ceiling(b / 3) + exp(0) * sqrt(a) }
"""
CARDS = """
scorecard health { bands rag ; group first 60% { given 1 ; stars 2 } ; group second 40% { worded 1 ; undecided 1 } ; borderline within 5 }
scorecard reds { bands steps ; rollup count of red ; given ; stars ; undecided }
scorecard plain_count { bands none ; rollup count of green ; group one 1 { given ; stars } ; health 0 ; undecided 2 }
scorecard gloom { rollup worst band ; bands rag ; given 0 ; stars 1 ; undecided 1 }
scorecard imputed_gloom { rollup worst band ; bands rag ; given ; stars ; missing impute 55 }
scorecard graced { bands rag ; grace first 2 months from day, except stars ; given 1 ; stars 1 ; undecided 2 }
scorecard flat { bands rag ; missing redistribute flat ; group one 50% { given 50% ; stars 50% ; weights when flag { given 0% ; stars 100% } }
  group two 50% { undecided 100% ; worded 0% ; weights when a > 4 { undecided 50% ; worded 50% } } }
scorecard small_sum { bands none ; rollup sum ; straight 1 ; stairs 1 ; downstairs 0.5 ; round to 0 decimals }
scorecard outside { bands rag ; rollup sum ; quality ; limited ; cap score 99 when flag }
scorecard worst_word { bands words ; rollup worst band ; named ; round to 0 decimals }
scorecard graced_at { bands rag ; grace first 10 days from moment ; given 1 ; stars 1 }
scorecard many_shares { bands rag ; missing redistribute flat
GROUPS
}
scorecard required { bands rag ; missing require 2 of 3 ; given ; stars ; undecided }
scorecard all_required { bands rag ; missing require all ; given ; undecided }
scorecard coverage_required { bands rag ; missing require coverage 60% ; given ; undecided }
scorecard zeros { bands rag ; missing as zero ; given 1 ; undecided 1 ; weights for large { given 2 ; undecided 1 } }
scorecard formula { bands none ; score straight + (given default 10) - (if a > b then bent else 3) ; straight ; given ; bent }
scorecard by_band { bands rag ; health 50% by band ; undecided 50% ; override red when health is red ; override points 60 when a = b }
scorecard low_one { bands rag ; rollup minimum ; health ; undecided ; floor score 30 when large ; cap yellow when flag }
scorecard high_one { bands rag ; rollup maximum ; given ; undecided ; round to 0 decimals half_even }
"""
OUTPUTS = """
output age = days since day
output age_of_moment = weeks since moment
output months_ahead = months until later
output gap = later - day
output next_day = day + 10 days
output picked = if flag then word else "none"
output rated = given.band
output best = health.first.band
output raw = given.value
output of_cell = strategy.label
output points = stars.points
output share_of = share
output level_of = level(a, plan)
output agreement = agreeing(a, b)
output single = only(a)
output with_gaps = gappy(a)
output negated = -a + b * 2
output either = flag or a > 3
output events_seen = count e in events
output biggest = max of e.size for e in events
output falling = consecutive declines of (series of e.size for e in events by e.on)
"""
#: So many groups with two columns each that nobody looks at all the ways in which their leaves may share.
PAIRS = (
    ("given", "stars"), ("undecided", "silent"), ("derived", "limited"), ("worded", "quality"),
    ("health", "required"), ("zeros", "all_required"), ("graced", "gloom"), ("low_one", "high_one"),
)  # fmt: skip
GROUPS = "\n".join(
    f"  group g{number} {number + 1} {{ {first} 1 ; {second} 2 ; weights when a > {number} {{ {first} 3 ; {second} 1 }} }}"
    for number, (first, second) in enumerate(PAIRS)
)
RULES = DECLARATIONS + MEASURES + CARDS.replace("GROUPS", GROUPS) + OUTPUTS


class Wide(Judge):
    """Holds outputs against what may be, too."""

    def box_of(self, facts: dict[str, Any], share: float, chance: random.Random) -> dict[Any, May]:
        """What some of the facts are, and of lists, words and moments whether they are there."""
        found = super().box_of(facts, share, chance)
        for node in walk(self.program.steps):
            if isinstance(node, e.Fact) and len(node.path) == 1 and node.path[0] not in facts:
                key = self.looking.keys.of(node)
                if key is not None and chance.random() < share:
                    found.setdefault(key, na("missing"))
        return found

    def wrong(self, facts: dict[str, Any], box: dict[Any, May]) -> Iterator[str]:
        """What is, and was said not to be possible."""
        yield from super().wrong(facts, box)
        outputs = self.evaluator.result(facts, AS_OF)["outputs"]
        run = self.looking.run(box)
        for step in self.program.steps:
            if isinstance(step, r.Output):
                found = self._of(run, step)
                if found is not None and not _holds(found, outputs[step.name]):
                    yield f"output {step.name} is {outputs[step.name]}, and not {found}"

    def _of(self, run: Run, step: r.Output) -> May | None:
        """What an output may be; None where it is shown in other words than it is computed with."""
        found = run.value(step.value)
        return found if step.value.type.kind.value != "date" else None


def _holds(found: May, value: Any) -> bool:
    """Whether a value of a result is one of those that are possible."""
    present = found.present
    if value is None:
        return bool(found.reasons)
    if isinstance(present, Words):
        return value in present.words or bool(present.others and value not in present.without)
    if isinstance(present, Numbers):
        return bool(present.low - 1e-9 <= value <= present.high + 1e-9)
    return isinstance(present, Anything)


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Wide:
    found = opened(tmp_path_factory.mktemp("wide"), RULES, schema=SCHEMA)
    return Wide(found.program, found.schema)


@pytest.mark.parametrize("seed", range(4))
def test_every_result_lies_in_what_may_be(judge: Wide, seed: int) -> None:
    chance = random.Random(seed)
    wrong = []
    for facts in generate_documents(judge.schema, 6, seed, AS_OF, missing=(0.0, 0.1, 0.3, 0.6)[seed]):
        for share in (0.0, 0.5, 1.0):
            wrong += list(judge.wrong(facts, judge.box_of(facts, share, chance)))
        wrong += list(judge.wrong(facts, judge.box_of_data(facts, chance)))
    assert wrong == []

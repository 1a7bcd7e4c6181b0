"""Rulesets as large as one likes, for the schema of the workload.

In: how many lines or measures. Out: the text of a valid ruleset that uses what real ones use: segments, lets, several
kinds of rating, freshness, applicability, groups of at most twelve measures.
"""

from __future__ import annotations

_HEADER = """ruleset large 1.0.0 {
  title       "A large ruleset"
  owner       "benchmarks"
  description "Made by the benchmarks."
  effective   from 2023-02-01
  facts       workload 1
}

bands rag {
  green   75..100    points 87.5
  yellow  50..<75    points 62.5
  red      0..<50    points 25
}

segment tech_touch  when account.service_level = "tech_touch"
segment scale       when account.service_level = "scale"

let tenure   = months since account.customer_since
let priority = account.csm_priority default 3
"""
_KINDS = (
    """  value    usage.git_users / usage.billable_users   shown as percent
  rate {
    red    when <= LOW%
    yellow when <= HIGH%
    green  otherwise
  }
  fresh by usage.reported_at, expired after 60 days
  applies  when tenure >= 1 month
""",
    """  value    usage.active_users / usage.billable_users
  rate when tenure < 6 months  { red when < 0.LOW ; green otherwise }
  rate when tenure >= 6 months { red when < 0.LOW ; yellow when < 0.HIGH ; green otherwise }
  fresh by usage.reported_at, expired after 60 days
""",
    """  value    support.tickets_last_month
  rate {
    green  when in 1..LOW
    yellow when = 0       because "nobody writes in"
    yellow when <= HIGH
    red    otherwise
  }
  fresh by support.updated_at, expired after 30 days
  applies  to all except scale, tech_touch
""",
    """  let recent = any e in timeline where e.date within LOW days and e.external_roles contains "Dev Lead"
  rate {
    green  when recent and priority in (1, 2)
    yellow when recent or account.csm_owned
    red    otherwise
  }
  applies  to all except tech_touch
""",
)
_GROUP = 12


def with_measures(number: int) -> str:
    """A ruleset with so many measures."""
    parts = [_HEADER, *(_measure(position) for position in range(number)), _card(number)]
    return "\n".join(parts)


def with_lines(number: int) -> str:
    """A ruleset of so many lines, or the few that are left over for want of another measure."""
    measures = 1
    while with_measures(measures + 1).count("\n") <= number:
        measures += 1
    text = with_measures(measures)
    return text + "# filled up\n" * (number - text.count("\n"))


def _measure(position: int) -> str:
    body = _KINDS[position % len(_KINDS)]
    body = body.replace("LOW", str(10 + position % 30)).replace("HIGH", str(45 + position % 40))
    return f'measure measure_{position} "Measure {position}" {{\n{body}}}\n'


def _card(number: int) -> str:
    lines = ['scorecard health "Customer health" {', "  bands   rag", "  missing redistribute", ""]
    for start in range(0, number, _GROUP):
        lines.append(f'  group group_{start // _GROUP} "Group {start // _GROUP}" 1 {{')
        lines += [
            f"    measure_{position} {1 + position % 3}"
            for position in range(start, min(start + _GROUP, number))
        ]
        lines.append("  }")
    return "\n".join([*lines, "}", ""])

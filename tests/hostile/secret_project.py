"""A project with a secret in every position, and what must never be seen of it.

Every secret value is one of its kind: `MARKS` are the forms in which it, or what is computed from it, could be written.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
DAY = {"type": "string", "format": "date"}
CALL = {"type": "object", "properties": {"number": TEXT, "on": DAY}}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "x-id": True},
        "name": TEXT,
        "seats": {"type": "integer"},
        "income": {**NUMBER, "x-secret": True},
        "share": {"type": "number", "x-unit": "percent 0..100", "x-secret": True},
        "vip": {"type": "boolean", "x-secret": True},
        "tags": {"type": "array", "items": TEXT, "x-secret": True},
        "people": {"type": "array", "items": {"type": "object", "properties": {"phone": {**TEXT, "x-secret": True}}}},
        "owner": {
            "type": "object",
            "x-secret": True,
            "properties": {
                "phone": TEXT,
                "since": DAY,
                "seen": {"type": "string", "format": "date-time"},
                "kind": {"type": "string", "enum": ["gold", "iron"]},
                "home": {"type": "object", "properties": {"city": TEXT}},
                "calls": {"type": "array", "items": CALL},
            },
        },
    },
}  # fmt: skip
RULES = """\
ruleset hush VERSION { title "Hush" ; effective from 2024-01-01 ; facts hush 1 }

bands rag { green 50..100 points 80 ; red 0..<50 points 20 }

let doubled = income * 2
let newest = latest c in owner.calls by c.on
let best = owner.phone default "none"
let vip_too = vip
define half(x number) = x / 2

segment rich when income > 100

measure means "Means" {
  value doubled
  rate {
    green when > LIMIT because "earns {doubled}, that is {half(income)} twice"
    red   otherwise    because "only {income} for {owner.phone}"
  }
  fresh by owner.since, stale after 30 days
}
measure days "Days" {
  value days since owner.since
  rate { green when > 3 days because "since {owner.since}" ; red otherwise }
}
measure part "Part" { value share shown as percent ; rate { green when > 3% because "{share}" ; red otherwise } }
measure calls "Calls" {
  value count c in owner.calls where c.number = "nobody"
  rate { green when > 3 because "{newest.number}" ; red otherwise because "{newest.number} on {newest.on}" }
}
measure seat_use "Seats" { value seats ; rate { green when > 3 ; red otherwise } }

scorecard health "Health" {
  bands rag
  means 20% ; days 20% ; part 20% ; calls 20% ; seat_use 20%
  override red when owner.home.city = "nowhere" because "lives in {owner.home.city}"
}

output the_income = income
output the_share = share
output the_sum = income + 1
output the_half = half(income)
output the_phone = owner.phone
output the_best = best
output the_city = owner.home.city
output the_newest = newest.number
output the_tags = tags
output the_people = list of p.phone for p in people
output the_day = owner.since
output the_moment = owner.seen
output is_vip = vip_too
output is_rich = income > 5

trigger call "Call" {
  when income > 3 because "{owner.phone} in {owner.home.city}"
  reason "{newest.number}"
  field phone = owner.phone
  field sum = doubled
}
template note "Note" {
  subject "{owner.phone} {income}"
  labels "{owner.home.city}", "{tags}"
  body "{owner.home.city} has {tags}, earns {income}, {share}, since {owner.since}; {reasons of health}"
}
"""
TESTS = """\
test "secrets that are none" {
  as of  2024-06-01
  facts  "facts.json"
  expect income = 1
  expect owner.phone = "1"
  expect owner.since = 2000-01-01
  expect tags is missing
  expect newest.number = "1"
  expect the_best = "1"
  expect the_sum = 1
  expect is_vip = false
  expect the_people contains "x"
  expect means.value = 1
  expect days.value = 1 days
  expect vip = false
  expect name = "Bob"
}
"""
#: Of each secret the forms in which it could be written. Some are of values that are computed from it.
MARKS = (
    "hush-", "HUSH-", "918273645", "918,273,645", "1836547290", "1,836,547,290", "459136822", "918273646", "91.8273", "0.918273",
    "1987-06", "1987, 6", "13511", "13,511", "1991-02", "2001-03",
)  # fmt: skip
ACCOUNT: dict[str, Any] = {
    "id": "ann",
    "name": "Ann Ltd",
    "seats": 20,
    "income": 918273645,
    "share": 91.82736455,
    "vip": True,
    "tags": ["hush-tag", "hush-other"],
    "people": [{"phone": "hush-person"}, {}],
    "owner": {
        "phone": "hush-555",
        "since": "1987-06-05",
        "seen": "1991-02-03T04:05:06Z",
        "kind": "iron",
        "home": {"city": "hush-city"},
        "calls": [{"number": "hush-1", "on": "2001-03-04"}, {"number": "hush-2", "on": "2001-03-05"}],
    },
}
#: Every secret has another type than its own, so that there is something to say about it.
WRONG: dict[str, Any] = {
    "id": "bob",
    "income": "hush-918273645",
    "share": "91.82736455",
    "vip": "hush-yes",
    "tags": [918273645, {"hush-key": 1}],
    "people": [{"phone": 918273645}],
    "owner": {
        "phone": 918273645,
        "since": "1987-06-31",
        "seen": "1991-02-03T24:05:06Z",
        "kind": "hush-lead",
        "home": "hush-home",
        "calls": [{"number": 918273645, "on": "2001-03-99"}, "hush-3"],
    },
}
#: Records that are rejected at a secret.
REJECTED = (
    b'{"id":"c","income":918273645e400}',
    b'{"id":"d","income":918273645x}',
    b'{"id":"e","owner":{"phone":"hush-555\x01"}}',
    b'{"id":"f","owner":{"phone":"hush-\xff"}}',
    b'{"id":"g","owner":{"phone":"hush-\\ud800"}}',
    b'{"id":"h","tags":["hush-tag",]}',
    b'{"id":"i","owner":{"phone":"hush-',
    b'{"owner":{"phone":"hush-no-id"}}',
)


def make(folder: Path) -> None:
    """Write the project with its facts: `facts.ndjson` has all, `good.ndjson` what can be scored, `changed.ndjson` other secrets."""
    for name in ("rulesets/hush", "schemas/hush"):
        (folder / name).mkdir(parents=True)
    for version, limit in (("1.0.0", "3"), ("2.0.0", "2000000000")):
        text = RULES.replace("VERSION", version).replace("LIMIT", limit)
        (folder / f"rulesets/hush/{version}.rules").write_text(text, encoding="utf-8")
    (folder / "rulesets/hush/1.0.0.test.rules").write_text(TESTS, encoding="utf-8")
    (folder / "facts.json").write_text(json.dumps(ACCOUNT), encoding="utf-8")
    (folder / "schemas/hush/1.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    good = b"".join(json.dumps(each).encode() + b"\n" for each in (ACCOUNT, WRONG))
    (folder / "good.ndjson").write_bytes(good)
    (folder / "facts.ndjson").write_bytes(good + b"\n".join(REJECTED) + b"\n")
    other = json.dumps(ACCOUNT).replace("hush-", "HUSH-").replace("918273645", "1").replace("1987", "1988")
    (folder / "changed.ndjson").write_text(other + "\n", encoding="utf-8")
    cells = ["id,income,owner.phone,owner.since,tags"]
    cells += [
        'ann,918273645,hush-555,1987-06-05,"[""hush-tag""]"',
        "bob,hush-no,hush-1,1987-06-31,hush-no list",
        "cat,918273645e400,,,",
    ]
    (folder / "facts.csv").write_text("\n".join(cells) + "\n", encoding="utf-8")

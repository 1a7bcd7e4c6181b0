"""The words in which the cases of the suite are written, and the layout of its files.

In: rulesets, facts and expectations. Out: topics as JSON objects, and their text. A case says where its expectation comes
from: `hand`, computed by a person; `rule`, by a few lines of the making script that say the rule itself; `reference`, by the
second evaluator, which computes in exact fractions. None is ever recorded from the engine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

AS_OF = "2024-03-01"
HEAD = "ruleset case 1.0.0 { facts case 1 }\n"
HERE = "<<here>>"
MARK = "«"
RAG = "bands rag { green 75..100 points 87.5 ; yellow 50..<75 points 62.5 ; red 0..<50 points 25 }\n"

Case = dict[str, Any]
Group = dict[str, Any]
Topic = dict[str, Any]


def plain(value: Any) -> Any:
    """A value as JSON holds it: fractions as numbers, dates as texts."""
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def lines(text: str) -> list[str]:
    """A text as a list of its lines."""
    return text.strip("\n").split("\n")


def with_head(text: str) -> str:
    """A ruleset with a header, unless it has one."""
    return text if text.lstrip().startswith("ruleset ") else HEAD + text.lstrip("\n")


# ── cases ──


def value(expression: str, wanted: Any, source: str = "hand", **more: Any) -> Case:
    """An expression and its value."""
    return {"source": source, "expression": expression, "value": plain(wanted), **more}


def na(expression: str, reason: str, source: str = "hand", **more: Any) -> Case:
    """An expression that is NA, and why."""
    return {"source": source, "expression": expression, "na": reason, **more}


def account(facts: Mapping[str, Any], expected: Mapping[str, Any], source: str = "hand", **more: Any) -> Case:
    """The facts of an account, and what its result holds; `as_of` and `previous` may be among `more`."""
    return {
        "source": source,
        "facts": {"id": "x", **plain(facts)},
        **plain(more),
        "expected": plain(expected),
    }


def fault(text: str, *codes: str) -> Case:
    """A text in which every `«` marks the place of a report, in the order of the codes."""
    return {"source": "hand", "put": text.strip("\n"), "codes": codes}


# ── groups ──


def values(name: str, ruleset: str, facts: Mapping[str, Any], cases: Iterable[Case], **more: Any) -> Group:
    """Expressions over the declarations of a ruleset and the facts of one account."""
    return _group(name, "value", cases, ruleset, {**more, "facts": {"id": "x", **plain(facts)}})


def accounts(name: str, ruleset: str, cases: Iterable[Case], **more: Any) -> Group:
    """Accounts under one ruleset."""
    return _group(name, "result", cases, ruleset, more)


def faults(name: str, around: str, cases: Iterable[Case], **more: Any) -> Group:
    """Texts with faults; each takes the place of `<<here>>` in the text around it."""
    whole = with_head(around) if more.pop("head", True) else around
    found = _group(name, "report", [], "", {"ruleset": lines(whole), **more})
    found["cases"] = [_placed(case, "\n".join(found["ruleset"])) for case in cases]
    return found


def other(name: str, kind: str, cases: Iterable[Case], ruleset: str = "", **more: Any) -> Group:
    """A group of another kind: `tests`, `records`, `version` or `action`."""
    return _group(name, kind, cases, ruleset, more)


def _group(name: str, kind: str, cases: Iterable[Case], ruleset: str, more: Mapping[str, Any]) -> Group:
    text = {"ruleset": lines(with_head(ruleset))} if ruleset else {}
    return {"group": name, "kind": kind, "rules": [], **text, **more, "cases": list(cases)}


def _placed(case: Case, around: str) -> Case:
    """A fault with the lines and columns of its marks, which are taken away."""
    text, codes = around.replace(HERE, case["put"]), case["codes"]
    assert text.count(MARK) == len(codes), f"{len(codes)} codes, but other marks: {case['put']}"
    reports = []
    for code in codes:
        at = text.index(MARK)
        text = text[:at] + text[at + len(MARK) :]
        line = text.count("\n", 0, at) + 1
        reports.append({"code": code, "line": line, "column": at - (text.rfind("\n", 0, at) + 1) + 1})
    put = case["put"].replace(MARK, "")
    return {"source": case["source"], "put": lines(put) if "\n" in put else put, "reports": reports}


# ── topics ──


def topic(name: str, about: str, groups: Iterable[Group]) -> Topic:
    """All groups of one subject, which is one file; every case gets its id."""
    found: Topic = {"topic": name, "about": about, "groups": []}
    for group in groups:
        cases = [
            {"id": f"{name}/{group['group']}/{number}", **case}
            for number, case in enumerate(group["cases"], 1)
        ]
        found["groups"].append({**group, "cases": cases})
    assert len({group["group"] for group in found["groups"]}) == len(found["groups"]), name
    return found


def text_of(found: Topic) -> str:
    """The file of a topic: one line a case, one line a line of a ruleset."""
    head = [f'"topic": {_json(found["topic"])},', f'"about": {_json(found["about"])},', '"groups": [']
    groups = ",\n".join(_group_text(group) for group in found["groups"])
    return "{\n  " + "\n  ".join(head) + f"\n{groups}\n  ]\n}}\n"


def _group_text(group: Group) -> str:
    parts = [f'    "{key}": {_part(key, part)}' for key, part in group.items()]
    return "   {\n" + ",\n".join(parts) + "\n   }"


def _part(key: str, part: Any) -> str:
    if key in ("ruleset", "cases") and part:
        return "[\n      " + ",\n      ".join(_json(each) for each in part) + "\n    ]"
    return _json(part)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

"""Splits of things that are no measures, scorecards or band sets, and of what surrounds everything."""

from __future__ import annotations

import json
from datetime import date
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest

from ruleengine import api
from ruleengine.compare.cells import with_cells_of
from ruleengine.compare.hybrid import Hybrids
from ruleengine.compare.meaning import differences
from ruleengine.evaluator.program import Evaluator
from ruleengine.tree import ruleset as r

ROOT = Path(__file__).resolve().parents[2]
AS_OF = date(2024, 3, 1)


class Pair:
    """Two versions of a ruleset, and all programs between them."""

    def __init__(self, folder: Path, old: str, new: str, schemas: Path = ROOT / "schemas") -> None:
        self.old, self.new = (
            _load(folder, version, text, schemas).program
            for version, text in (("1.0.0", old), ("2.0.0", new))
        )
        self.differences = differences(self.old, self.new)
        self.hybrids = Hybrids(self.old, self.new, self.differences)

    @property
    def ids(self) -> list[str]:
        """The edits."""
        return [edit.id for edit in self.differences.edits]

    def result(self, facts: dict[str, Any], *chosen: str) -> dict[str, Any]:
        """The result of one account with some edits made."""
        return result_of(self.hybrids.program(frozenset(chosen)), facts)

    def step(self, name: str, *chosen: str) -> Any:
        """A step of the program with some edits made."""
        program = self.hybrids.program(frozenset(chosen))
        return next(step for step in program.steps if getattr(step, "name", "") == name)

    def holds_together(self, *accounts: dict[str, Any]) -> None:
        """Any subset runs; none of the edits gives the old results, all of them the new ones."""
        ids = self.ids
        for chosen in chain.from_iterable(combinations(ids, size) for size in range(len(ids) + 1)):
            for facts in accounts:
                found = self.result(facts, *chosen)
                if not chosen:
                    assert _said(found) == _said(result_of(self.old, facts))
                if len(chosen) == len(ids):
                    assert _said(found) == _said(result_of(self.new, facts))


def result_of(program: r.Program, facts: dict[str, Any]) -> dict[str, Any]:
    """The result of one account."""
    return Evaluator(program).result(facts, AS_OF)


def _said(result: dict[str, Any]) -> dict[str, Any]:
    """What a result says, without versions and lines."""
    kept = (
        "scorecards",
        "measures",
        "segments",
        "outputs",
        "triggers",
        "matrices",
        "assumptions",
        "problems",
    )
    return {key: _without_lines(result[key]) for key in kept if key in result}


def _without_lines(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_lines(item) for key, item in value.items() if key not in ("line", "description")
        }
    return [_without_lines(item) for item in value] if isinstance(value, list) else value


def _load(folder: Path, version: str, text: str, schemas: Path) -> api.Ruleset:
    path = folder / "rulesets" / "demo" / f"{version}.rules"
    path.parent.mkdir(parents=True, exist_ok=True)
    header = "" if text.startswith("ruleset") else f"ruleset demo {version} {{ facts account 1 }}\n"
    path.write_text(header + text.replace("ruleset demo V", f"ruleset demo {version}"), encoding="utf-8")
    return api.load(path, schemas=schemas, cache=False)


def output(result: dict[str, Any], name: str = "o") -> Any:
    """The value of an output."""
    return result["outputs"][name]


# ── values and conditions with names ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "edit"),
    [
        ("let n = 3\noutput o = n", "let n = 4\noutput o = n", "let.n"),
        ("define d(x) = x + 1\noutput o = d(2)", "define d(y) = y + 2\noutput o = d(2)", "define.d"),
        ("output o = 3", "output o = 4", "output.o"),
    ],
)
def test_a_named_thing_is_one_edit(tmp_path: Path, old: str, new: str, edit: str) -> None:
    pair = Pair(tmp_path, old, new)
    assert pair.ids == [edit]
    facts = {"id": "a"}
    assert (output(pair.result(facts)), output(pair.result(facts, edit))) == (3, 4)
    pair.holds_together(facts)


def test_a_segment_is_one_edit_and_its_title_is_wording(tmp_path: Path) -> None:
    pair = Pair(
        tmp_path,
        'segment s "Small" when account.csm_priority > 2',
        'segment s "Little" when account.csm_priority > 3',
    )
    assert pair.ids == ["segment.s"]
    assert [(each.aspect, each.old, each.new) for each in pair.differences.wording] == [
        ("title", "Small", "Little")
    ]
    facts = {"id": "a", "account": {"csm_priority": 3}}
    assert pair.result(facts)["segments"] == ["s"]
    assert pair.result(facts, "segment.s")["segments"] == []


def test_a_check_changes_whole_and_comes_and_goes(tmp_path: Path) -> None:
    old = 'problem "p" when account.csm_priority > 2\noutput o = 1\ninvariant "i" never account.csm_priority > 9'
    new = 'problem "p" when account.csm_priority > 3\noutput o = 1\nproblem "q" when account.csm_priority > 1'
    pair = Pair(tmp_path, old, new)
    facts = {"id": "a", "account": {"csm_priority": 3}}
    assert sorted(pair.ids) == ["check.i", "check.p", "check.q"]
    assert [each["message"] for each in pair.result(facts)["problems"]] == ["p"]
    assert [each["message"] for each in pair.result(facts, "check.q")["problems"]] == ["p", "q"]
    assert pair.result(facts, "check.p")["problems"] == []
    pair.holds_together(facts)


# ── tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

TABLE = "table t(x) {{\n < {0} gives 1\n in {0}..{1} gives {2}\n otherwise gives 9 }}\noutput o = t(subscription.licensed_users)"


def test_rows_of_a_table_are_edits_of_their_own(tmp_path: Path) -> None:
    pair = Pair(tmp_path, TABLE.format(10, 20, 2), TABLE.format(10, 30, 3))
    assert pair.ids == ["table.t.row_2"]
    facts = {"id": "a", "subscription": {"licensed_users": 25}}
    assert (output(pair.result(facts)), output(pair.result(facts, "table.t.row_2"))) == (9, 3)


def test_two_rows_may_each_be_old_or_new(tmp_path: Path) -> None:
    text = "table t(x) {{\n < 10 gives {}\n otherwise gives {} }}\noutput o = t(subscription.licensed_users)"
    pair = Pair(tmp_path, text.format(1, 2), text.replace("(x)", "(seats)").replace("x)", "x)").format(3, 4))
    assert pair.ids == ["table.t.row_1", "table.t.row_2"]
    few, many = ({"id": "a", "subscription": {"licensed_users": number}} for number in (5, 15))
    assert [output(pair.result(each, "table.t.row_1")) for each in (few, many)] == [3, 2]
    assert [output(pair.result(each, "table.t.row_2")) for each in (few, many)] == [1, 4]
    pair.holds_together(few, many)


def test_a_table_with_more_rows_is_one_edit(tmp_path: Path) -> None:
    old = "table t(x) {\n < 10 gives 1\n otherwise gives 2 }\noutput o = t(subscription.licensed_users)"
    pair = Pair(tmp_path, old, old.replace("otherwise", "< 20 gives 5\n otherwise"))
    assert pair.ids == ["table.t"]
    facts = {"id": "a", "subscription": {"licensed_users": 15}}
    assert (output(pair.result(facts)), output(pair.result(facts, "table.t"))) == (2, 5)


def test_a_table_called_with_two_kinds_of_values_is_still_one_edit(tmp_path: Path) -> None:
    old = "table t(x) {\n < 10 gives 1\n otherwise gives 2 }\noutput o = t(subscription.licensed_users)\noutput p = t(3.5)"
    pair = Pair(tmp_path, old, old.replace("gives 1", "gives 7"))
    assert pair.ids == ["table.t.row_1"]
    found = pair.result({"id": "a", "subscription": {"licensed_users": 5}}, "table.t.row_1")
    assert (output(found), output(found, "p")) == (7, 7)


# ── what a ruleset says to do ───────────────────────────────────────────────────────────────────────────────────────

CALL = """segment s when account.csm_priority = 1
trigger call {{ when {when} ; severity {severity} ; {fields} }}"""


def test_each_part_of_a_trigger_is_an_edit(tmp_path: Path) -> None:
    old = CALL.format(when="s", severity="low", fields='field a = "1" ; field b = "2"')
    new = CALL.format(when="not s", severity="high", fields='field b = "3" ; field c = "4"')
    pair = Pair(tmp_path, old, new)
    assert sorted(pair.ids) == [
        "trigger.call.field.a", "trigger.call.field.b", "trigger.call.field.c", "trigger.call.severity",
        "trigger.call.when",
    ]  # fmt: skip
    some = pair.step("call", "trigger.call.field.c", "trigger.call.severity")
    assert some.severity == "high"
    assert {field.name: field.value.value for field in some.fields} == {"a": "1", "b": "2", "c": "4"}
    pair.holds_together(
        {"id": "a", "account": {"csm_priority": 1}}, {"id": "b", "account": {"csm_priority": 2}}
    )


def test_the_reason_of_a_trigger_is_wording(tmp_path: Path) -> None:
    text = 'segment s when account.csm_priority = 1\ntrigger call {{ when s because "{}" }}'
    pair = Pair(tmp_path, text.format("one"), text.format("two"))
    assert pair.ids == []
    assert [(each.aspect, each.old, each.new) for each in pair.differences.wording] == [
        ("because", "one", "two")
    ]


def test_a_trigger_that_is_new_is_there_only_when_chosen(tmp_path: Path) -> None:
    pair = Pair(tmp_path, "output o = 1", "output o = 1\ntrigger call { when account.csm_priority = 1 }")
    assert pair.ids == ["trigger.call"]
    facts = {"id": "a", "account": {"csm_priority": 1}}
    assert pair.result(facts)["triggers"] == []
    assert [each["name"] for each in pair.result(facts, "trigger.call")["triggers"]] == ["call"]


MATRIX = """matrix m {{
  rows account.size : large, small ; columns account.service_level : high_touch, growth
  cell keep ; cell act ; cell watch
  large gives {} ; small gives {}
  otherwise watch
}}
output o = m is act
"""


def test_a_matrix_is_one_edit(tmp_path: Path) -> None:
    pair = Pair(tmp_path, MATRIX.format("keep, act", "act, na"), MATRIX.format("act, act", "act, na"))
    assert pair.ids == ["matrix.m"]
    facts = {"id": "a", "account": {"size": "large", "service_level": "high_touch"}}
    assert (output(pair.result(facts)), output(pair.result(facts, "matrix.m"))) == (False, True)
    pair.holds_together(facts, {"id": "b", "account": {"size": "small", "service_level": "growth"}})


def test_tests_of_cells_mean_the_same_when_cells_are_declared_in_another_order(tmp_path: Path) -> None:
    old = MATRIX.format("keep, act", "act, na")
    new = old.replace("cell keep ; cell act ; cell watch", "cell watch ; cell act ; cell more ; cell keep")
    new = new.replace("keep, act", "more, act")
    pair = Pair(tmp_path, old, new)
    accounts = [
        {"id": "a", "account": {"size": size, "service_level": level}}
        for size in ("large", "small", "medium")
        for level in ("high_touch", "growth")
    ]
    renumbered = with_cells_of(pair.old, pair.new)
    assert renumbered is not pair.old
    for facts in accounts:
        assert _said(result_of(renumbered, facts)) == _said(result_of(pair.old, facts))
    assert with_cells_of(pair.new, pair.new) is pair.new
    pair.holds_together(*accounts)


def test_each_text_of_a_template_is_an_edit(tmp_path: Path) -> None:
    old = 'segment s when account.csm_priority = 1\ntemplate t { for s ; subject "A" ; body "B" }'
    pair = Pair(tmp_path, old, old.replace('"A"', '"C"').replace("for s ;", "for not s ;"))
    assert sorted(pair.ids) == ["template.t.for", "template.t.subject"]
    found = pair.step("t", "template.t.subject")
    assert found.subject.parts == ("C",)
    assert found.condition is pair.step("t").condition


# ── what is assumed ─────────────────────────────────────────────────────────────────────────────────────────────────

ASSUMING = """{}
measure a {{ value subscription.licensed_users ; points 1 * value }}
measure b {{ value support.tickets_last_month ; points 1 * value }}
measure c {{ value subscription.licensed_users + 1 ; points 1 * value }}
scorecard s {{ rollup sum ; a 1 ; b 1 ; c 1 }}
"""
TEN, TWENTY = "assume subscription.licensed_users = 10", "assume subscription.licensed_users = 20"
LACKING = {"id": "a", "support": {"tickets_last_month": 3}}


def score(result: dict[str, Any], name: str = "s") -> Any:
    """The score of a scorecard."""
    return result["scorecards"][name]["score"]


def test_an_assumption_is_one_edit_wherever_it_is_read(tmp_path: Path) -> None:
    pair = Pair(tmp_path, ASSUMING.format(TEN), ASSUMING.format(TWENTY))
    assert pair.ids == ["assume.subscription.licensed_users"]
    assert score(pair.result(LACKING)) == 10 + 3 + 11
    assert score(pair.result(LACKING, *pair.ids)) == 20 + 3 + 21
    assert [each["value"] for each in pair.result(LACKING)["assumptions"]] == [10]
    assert pair.step("b") is pair.step("b", *pair.ids)
    assert pair.step("a") is not pair.step("a", *pair.ids)
    pair.holds_together(LACKING, {"id": "b", "subscription": {"licensed_users": 4}})


@pytest.mark.parametrize(("old", "new"), [("", TWENTY), (TEN, "")])
def test_an_assumption_comes_and_goes(tmp_path: Path, old: str, new: str) -> None:
    pair = Pair(tmp_path, ASSUMING.format(old), ASSUMING.format(new))
    assert pair.ids == ["assume.subscription.licensed_users"]
    pair.holds_together(LACKING)


def test_an_assumption_and_a_measure_that_reads_it_may_change_apart(tmp_path: Path) -> None:
    new = ASSUMING.format(TWENTY).replace("licensed_users + 1", "licensed_users + 5")
    pair = Pair(tmp_path, ASSUMING.format(TEN), new)
    assert sorted(pair.ids) == ["assume.subscription.licensed_users", "c.value"]
    assert score(pair.result(LACKING, "c.value")) == 10 + 3 + 15
    assert score(pair.result(LACKING, "assume.subscription.licensed_users")) == 20 + 3 + 21
    pair.holds_together(LACKING)


def test_an_assumption_reaches_the_file_that_makes_it_alone(tmp_path: Path) -> None:
    inner = tmp_path / "rulesets" / "inner" / "1.0.0.rules"
    inner.parent.mkdir(parents=True)
    inner.write_text(
        f"ruleset inner 1.0.0 {{ facts account 1 }}\n{TEN}\nmeasure i {{ value subscription.licensed_users ; points 1 * value }}\n"
    )
    text = (
        "import inner 1.0.0 (i)\n{}\nmeasure a {{ value subscription.licensed_users ; points 1 * value }}\n"
    )
    text += "scorecard s {{ rollup sum ; a 1 ; i 1 }}"
    pair = Pair(tmp_path, text.format(TEN), text.format(TWENTY))
    assert pair.ids == ["assume.subscription.licensed_users"]
    assert score(pair.result(LACKING, *pair.ids)) == 20 + 10
    assert pair.step("i") is pair.step("i", *pair.ids)


# ── the calendar ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_where_a_fiscal_year_begins_is_one_edit(tmp_path: Path) -> None:
    text = """ruleset demo V { facts account 1 ; calendar fiscal year starts MONTH }
output o = subscription.renewal_date in this fiscal quarter
output p = subscription.renewal_date in this quarter
output q = name of fiscal quarter
"""
    pair = Pair(tmp_path, text.replace("MONTH", "february"), text.replace("MONTH", "march"))
    assert pair.ids == ["calendar.fiscal_year"]
    may = {
        "id": "a",
        "subscription": {"renewal_date": "2024-05-15"},
    }  # February to April, then March to May
    assert (output(pair.result(may)), output(pair.result(may, *pair.ids))) == (False, True)
    assert pair.step("p") is pair.step("p", *pair.ids)
    assert pair.hybrids.program(frozenset()).fiscal_month == 2
    assert pair.hybrids.program(frozenset(pair.ids)).fiscal_month == 3
    pair.holds_together(may)


def test_a_year_that_began_in_january_is_told_from_years_of_the_calendar(tmp_path: Path) -> None:
    text = """ruleset demo V { facts account 1 ; calendar CALENDAR }
output o = subscription.renewal_date in this fiscal quarter
output p = subscription.renewal_date in this quarter
"""
    pair = Pair(
        tmp_path,
        text.replace("CALENDAR", 'zone "UTC"'),
        text.replace("CALENDAR", "fiscal year starts february"),
    )
    april = {"id": "a", "subscription": {"renewal_date": "2024-04-15"}}
    pair.holds_together(april)
    assert output(pair.result(april, *pair.ids)) is True
    assert output(pair.result(april, *pair.ids), "p") is False


def test_the_time_zone_is_one_edit(tmp_path: Path) -> None:
    text = """ruleset demo V { facts account 1 ; calendar zone "ZONE" }
output o = account.csm_priority
"""
    pair = Pair(tmp_path, text.replace("ZONE", "UTC"), text.replace("ZONE", "Asia/Tokyo"))
    assert pair.ids == ["calendar.zone"]
    assert pair.hybrids.program(frozenset()).zone == "UTC"
    assert pair.hybrids.program(frozenset(["calendar.zone"])).zone == "Asia/Tokyo"


# ── fields of the facts ─────────────────────────────────────────────────────────────────────────────────────────────


def schemas(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> Path:
    """Two versions of a schema with these fields."""
    for version, fields in (("1", old), ("2", new)):
        path = folder / "schemas" / "shop" / f"{version}.schema.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        record = {"type": "object", "properties": {"id": {"type": "string", "x-id": True}, **fields}}
        path.write_text(json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **record}))
    return folder / "schemas"


SHOP = "ruleset demo V { facts shop N }\n"


def test_a_field_with_other_choices_is_one_edit(tmp_path: Path) -> None:
    plan = {"type": "string", "enum": ["free", "paid"]}
    wider = {"type": "string", "enum": ["free", "paid", "gift"]}
    text = SHOP + 'output o = plan != "free"\noutput p = rest\n'
    folder = schemas(
        tmp_path, {"plan": plan, "rest": {"type": "integer"}}, {"plan": wider, "rest": {"type": "integer"}}
    )
    pair = Pair(tmp_path, text.replace("N", "1", 1), text.replace("N", "2", 1), folder)
    assert pair.ids == ["facts.plan"]
    facts = {"id": "a", "plan": "gift", "rest": 3}
    assert output(pair.result(facts)) is None
    assert output(pair.result(facts, "facts.plan")) is True
    assert pair.step("p") is pair.step("p", "facts.plan")
    pair.holds_together(facts, {"id": "b", "plan": "paid"})


def test_a_field_of_records_in_a_list_is_found_by_its_record(tmp_path: Path) -> None:
    def fields(words: list[str]) -> dict[str, Any]:
        def listed(kind: dict[str, Any]) -> dict[str, Any]:
            return {"type": "array", "items": {"type": "object", "properties": {"kind": kind}}}

        return {"sites": listed({"type": "string", "enum": words}), "others": listed({"type": "string"})}

    text = (
        SHOP
        + 'output o = count s in sites where s.kind != "shop"\noutput p = count s in others where s.kind = "x"\n'
    )
    folder = schemas(tmp_path, fields(["shop", "web"]), fields(["shop", "web", "van"]))
    pair = Pair(tmp_path, text.replace("N", "1", 1), text.replace("N", "2", 1), folder)
    assert pair.ids == ["facts.sites.kind"]
    facts = {"id": "a", "sites": [{"kind": "van"}, {"kind": "web"}], "others": [{"kind": "x"}]}
    assert output(pair.result(facts, "facts.sites.kind")) == 2
    assert pair.step("p") is pair.step("p", "facts.sites.kind")
    pair.holds_together(facts)


def test_a_field_that_nothing_reads_and_one_described_otherwise_are_no_edits(tmp_path: Path) -> None:
    old = {"plan": {"type": "string", "description": "old"}, "idle": {"type": "integer"}}
    new = {"plan": {"type": "string", "description": "new"}, "idle": {"type": "string"}}
    folder = schemas(tmp_path, old, new)
    text = SHOP + 'output o = plan = "x"\n'
    pair = Pair(tmp_path, text.replace("N", "1", 1), text.replace("N", "2", 1), folder)
    assert pair.ids == []
    assert [(each.aspect, each.old, each.new) for each in pair.differences.wording] == [
        ("facts", "shop 1", "shop 2")
    ]


# ── wording ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_header_is_wording(tmp_path: Path) -> None:
    text = 'ruleset demo V {{ facts account 1 ; title "{}" ; owner "{}" ; description "{}" ; effective from {} }}\noutput o = 1\n'
    pair = Pair(
        tmp_path,
        text.format("A", "x", "d", "2023-01-01"),
        text.format("B", "y", "e", "2024-01-01 until 2025-01-01"),
    )
    assert pair.ids == []
    assert [(each.subject.kind, each.aspect, each.old, each.new) for each in pair.differences.wording] == [
        ("ruleset", "title", "A", "B"), ("ruleset", "owner", "x", "y"), ("ruleset", "description", "d", "e"),
        ("ruleset", "in force from", "2023-01-01", "2024-01-01"), ("ruleset", "in force until", "", "2025-01-01"),
    ]  # fmt: skip


def test_titles_and_reasons_of_measures_and_groups_are_wording(tmp_path: Path) -> None:
    old = """measure m "M" {{ value account.csm_priority ; points 1 when > 2 because "{0}" ; cap points 3 because "{0}" }}
scorecard s "S" {{ group g "{1}" {{ m 1 }} }}""".replace(
        "; points 1 when > 2", "; rate {{ points 1 when > 2"
    ).replace('because "{0}" ; cap', 'because "{0}" ; points 0 otherwise }} ; cap')
    pair = Pair(tmp_path, old.format("one", "G"), old.format("two", "H"))
    assert pair.ids == []
    assert [(each.subject.kind, each.aspect, each.old, each.new) for each in pair.differences.wording] == [
        ("measure", "because", "one", "two"), ("measure", "because", "one", "two"), ("group", "title", "G", "H"),
    ]  # fmt: skip

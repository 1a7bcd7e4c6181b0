"""Generated tests as text: tables of cases with names that read well, single tests, the whole file.

In: accounts and what is expected of them. Out: text in the one layout; empty where something cannot be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ruleengine.casebook.accounts import ABSENT, Account, changed
from ruleengine.casebook.generated.varied import Place, at
from ruleengine.casebook.suggested import Column, literal, table_text, test_text
from ruleengine.facts.model import field_named
from ruleengine.source import Source
from ruleengine.syntax.format import format_file
from ruleengine.syntax.parse import parse
from ruleengine.tree import ruleset as r
from ruleengine.values import Field, Kind, Type

_EXPECTED = ("expected", "said", "outcome", "told")
_HEADING = """\
# Tests of {ruleset}, written by `ruleengine test --generate`.
#
# They expect what the ruleset says today, right or wrong: that is how a change of it shows. Read each one, put right what
# should be otherwise, and give it a better title. A table varies one fact: just below, at and just above every threshold,
# each word that the field can have, and nothing at all (na).
"""


class Writing:
    """Writes the tests of one ruleset."""

    def __init__(self, program: r.Program, root: Type, titles: Iterable[str] = ()) -> None:
        self.program = program
        self.root = root
        self.titles: set[str] = set(titles)
        self.taken = {each.name for each in root.fields} | set(_names(program))

    def single(self, title: str, account: Account, expectations: list[str]) -> str:
        """A test of one account."""
        text = test_text(self._title(title), self._named(account), expectations, self.root)
        return text if _reads(text) else ""

    def table(self, title: str, place: Place, sentence: str, rows: Sequence[tuple[Account, str]]) -> str:
        """A test with a row for each account, which differ at one place; `sentence` stands before the last cell."""
        declared = declared_at(self.root, place)
        rows = list({literal(at(each.facts, place), declared): (each, cell) for each, cell in rows}.values())
        if len(rows) == 1:
            account, cell = rows[0]
            return self.single(title, account, [f"{sentence}{cell}"])
        column = self._column(place)
        expected = next(name for name in _EXPECTED if name not in self.taken and name != column)
        cells = [cell for _, cell in rows]
        alike = len(set(cells)) == 1
        said = f"{sentence}{cells[0]}" if alike else f"{sentence}{expected}"
        account = self._named(rows[0][0])
        facts = changed(account, ((place, Column(column)),), self.root)
        values = [literal(at(each.facts, place), declared) for each, _ in rows]
        table = [
            value if alike else f"{value}, {cell}" for value, (_, cell) in zip(values, rows, strict=True)
        ]
        head = column if alike else f"{column}, {expected}"
        body = " ; ".join(dict.fromkeys(table))
        text = table_text(self._title(title), facts, [said], self.root, f"cases {head} {{ {body} }}")
        return text if _reads(text) else ""

    def without(self, account: Account, place: Place) -> list[Account]:
        """The account without what stands at a place, unless the schema requires it."""
        if not isinstance(place[-1], str) or declared_at(self.root, place).required:
            return []
        return [changed(account, ((place, ABSENT),), self.root)]

    def _named(self, account: Account) -> Account:
        """The account under a name that is nobody's."""
        path = self.program.id_path
        if path and isinstance(account.at(path), str):
            return changed(account, ((path, "example"),), self.root)
        return account

    def _column(self, place: Place) -> str:
        name = next((step for step in reversed(place) if isinstance(step, str)), "value")
        name = "".join(sign if sign.isalnum() or sign == "_" else "_" for sign in name).lower()
        for candidate in (name, f"{name}_given", f"{name}_tried", f"{name}_in_this_case"):
            if candidate not in self.taken and candidate.isidentifier() and _reads(_TRIAL.format(candidate)):
                return candidate
        return "tried"

    def _title(self, title: str) -> str:
        title = title.replace("`", "").replace('"', "'")
        found, number = title, 1
        while found in self.titles:
            number += 1
            found = f"{title} ({number})"
        self.titles.add(found)
        return found


_TRIAL = 'test "x" {{\n  as of 2024-01-01\n  facts {{}}\n  expect {0} = 1\n  cases {0} {{ 1 }}\n}}\n'


def file_text(ruleset: str, tests: Iterable[tuple[str, str]]) -> str:
    """A whole test file: a heading, and tests, each with the thing that it is about."""
    lines = [_HEADING.format(ruleset=ruleset)]
    last = ""
    for of, text in tests:
        if of != last:
            name = " ".join(of.split())[:70]
            lines.append(f"\n# ── {name} {'─' * max(3, 100 - len(name))}\n")
            last = of
        lines.append("\n" + text)
    text = "".join(lines)
    source = Source("generated.test.rules", text)
    file, _ = parse(source)
    return text if file.damaged else format_file(file, source)


def declared_at(root: Type, place: Place) -> Field:
    """What the schema says of a place."""
    found = Field("", root)
    for step in place:
        if isinstance(step, str):
            found = field_named(found.type, step) or Field(step, Type(Kind.UNKNOWN))
        else:
            found = Field("", found.type.element or Type(Kind.UNKNOWN))
    return found


def _reads(text: str) -> bool:
    file, reports = parse(Source("generated.test.rules", text))
    return not file.damaged and not reports


def _names(program: r.Program) -> Iterable[str]:
    for step in program.steps:
        yield getattr(step, "label", "")
        if isinstance(step, r.Scorecard):
            yield from _groups(step.block)
    yield from (each.name for each in program.definitions)
    yield from (each.name for each in program.tables)
    for bands in program.band_sets:
        yield bands.name
        yield from (band.name for band in bands.bands)


def _groups(block: r.Block) -> Iterable[str]:
    for child in block.children:
        yield child.label
        if isinstance(child, r.Block):
            yield from _groups(child)

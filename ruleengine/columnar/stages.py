"""The columns of a query, in the order of what they need, and the common table expressions that compute them.

In: columns with their SQL, each after those that it needs, and what of the ruleset they belong to. Out: a chain of common
table expressions, each of which hands on all columns so far and adds some. A column never stands in the same expression
table as one that it needs.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field, frozen
from sqlglot import exp

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql


@frozen(slots=True)
class Owner:
    """What of a ruleset columns belong to: the name of their table, and the comment above it."""

    name: str
    comment: str = ""


@frozen(slots=True, eq=False)
class Assigned:
    """A column with its SQL; `needs` are the columns that it reads."""

    name: str
    sql: Sql
    owner: Owner
    needs: frozenset[str]


@define(slots=True)
class Stages:
    """Collects columns; names are told apart without regard to capitals, as SQL does."""

    columns: list[Assigned] = field(factory=list)
    _taken: set[str] = field(factory=set)
    _known: dict[Sql, str] = field(factory=dict)

    def reserve(self, name: str) -> str:
        """A name that no other column has."""
        found, number = name, 2
        while found.lower() in self._taken:
            found, number = f"{name}_{number}", number + 1
        self._taken.add(found.lower())
        return found

    def assign(self, name: str, sql: Sql, owner: Owner) -> exp.Column:
        """Add a column, unless one with the same SQL is there; its reference."""
        known = self._known.get(sql)
        if known is not None:
            return b.column(known)
        chosen = self.reserve(name)
        needs = frozenset(found.name for found in sql.find_all(exp.Column))
        self.columns.append(Assigned(chosen, sql, owner, needs))
        self._known[sql] = chosen
        return b.column(chosen)


def tables_of(columns: list[Assigned], source: str) -> Iterator[tuple[Owner, str, exp.Select]]:
    """The tables that compute columns, each from the one before: its owner, its name, and its SELECT.

    A chain of a table for each thing would read well, and costs more to plan the longer it is; a table for each level does not.
    """
    groups = by_level(columns)
    taken: dict[str, int] = {}
    before = source
    for owner, group in groups:
        number = taken[owner.name.lower()] = taken.get(owner.name.lower(), 0) + 1
        name = owner.name if number == 1 else f"{owner.name} ({number})"
        added = [exp.alias_(each.sql, each.name, quoted=True, copy=False) for each in group]
        yield owner, name, exp.Select(expressions=[exp.Star(), *added]).from_(_table(before), copy=False)
        before = name


def _table(name: str) -> exp.Table:
    return exp.Table(this=b.name_of(name))


def by_owner(columns: list[Assigned]) -> Iterator[tuple[Owner, list[Assigned]]]:
    """Neighbours of one owner together, as far as none needs another; first what is read of the facts."""
    group: list[Assigned] = []
    inside: set[str] = set()
    for each in facts_first(columns):
        if group and (each.owner != group[0].owner or not inside.isdisjoint(each.needs)):
            yield group[0].owner, group
            group, inside = [], set()
        group.append(each)
        inside.add(each.name)
    if group:
        yield group[0].owner, group


def facts_first(columns: list[Assigned]) -> list[Assigned]:
    """The same columns, those of the first owner that need no other's before all others."""
    first: list[Assigned] = []
    rest: list[Assigned] = []
    others: set[str] = set()
    for each in columns:
        if each.owner == columns[0].owner and others.isdisjoint(each.needs):
            first.append(each)
        else:
            rest.append(each)
            others.add(each.name)
    return first + rest


def by_level(columns: list[Assigned]) -> Iterator[tuple[Owner, list[Assigned]]]:
    """All together that need equally many steps before them."""
    levels: dict[str, int] = {}
    found: dict[int, list[Assigned]] = {}
    for each in columns:
        level = levels[each.name] = 1 + max((levels.get(name, 0) for name in each.needs), default=0)
        found.setdefault(level, []).append(each)
    for level in sorted(found):
        yield Owner(f"step {level}"), found[level]

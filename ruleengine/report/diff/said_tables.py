"""What is said of an edit of a table: one row of it, or which of its rows are others.

In: a choice that both versions have. Out: sentences. Guaranteed: only rows that differ are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ruleengine.compare.edits import Choice
from ruleengine.report.diff.clauses import Said, few, instead, shortened, whole
from ruleengine.report.diff.versions import Versions
from ruleengine.report.words.conditions import Words
from ruleengine.report.words.text import plain
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.shape import meaning_of

#: One row that differs: what is said of it, and how it reads in both versions; empty where a version lacks it.
_Change = tuple[str, str, str]


def said_of_table(versions: Versions, choice: Choice, name: str) -> Said:
    """A row of a table, or all of it."""
    was, now = choice.old, choice.new
    if isinstance(now, r.TableRow):
        return _row(versions, choice, name)
    changes = [] if was.hits != now.hits else list(_changes(versions, was, now))
    if changes:
        told, olds, news = zip(*changes, strict=True)
        old, new = (_listed(rows) for rows in (olds, news))
        return whole(f"{name} {few(told)}", old, new)
    old, new = (
        "; ".join(row_words(words, row) for row in side.rows) for words, side in _sides(versions, choice)
    )
    if was.hits != now.hits:
        said = f"of the rows of {name} that fit, {instead(_hits(now.hits), _hits(was.hits))}"
        return whole(said, old, new)
    if len(was.rows) != len(now.rows):
        return whole(
            f"{name} has {len(now.rows)} rows instead of {len(was.rows)}: {shortened(new)}", old, new
        )
    return whole(f"{name} is another one: {shortened(new)}", old, new)


def row_words(words: Words, row: r.TableRow) -> str:
    """`seats is below 10: 1`."""
    when = plain(words.condition(row.condition)) if row.condition is not None else "otherwise"
    return f"{when}: {plain(words.value(row.result))}"


def _sides(versions: Versions, choice: Choice) -> list[tuple[Words, Any]]:
    return [(versions.old, choice.old), (versions.new, choice.new)]


def _listed(rows: tuple[str, ...]) -> str:
    return "; ".join(row for row in rows if row) or "no such row"


def _changes(versions: Versions, old: r.Table, new: r.Table) -> Iterator[_Change]:
    """What differs row by row; nothing where that does not say it: conditions twice, another order."""
    was, now = ({meaning_of(row.condition): row for row in side.rows} for side in (old, new))
    if len(was) != len(old.rows) or len(now) != len(new.rows):
        return
    if [key for key in was if key in now] != [key for key in now if key in was]:
        return
    for key, row in was.items():
        said = row_words(versions.old, row)
        if key not in now:
            yield f"has no row any more {_where(versions.old, row)}", said, ""
        elif meaning_of(row.result) != meaning_of(now[key].result):
            results = [plain(words.value(side.result))
                       for words, side in ((versions.old, row), (versions.new, now[key]))]  # fmt: skip
            told = f"gives {instead(results[1], results[0])} {_where(versions.new, row)}"
            yield told, said, row_words(versions.new, now[key])
    for key, row in now.items():
        if key not in was:
            result = plain(versions.new.value(row.result))
            yield f"newly gives {result} {_where(versions.new, row)}", "", row_words(versions.new, row)


def _row(versions: Versions, choice: Choice, name: str) -> Said:
    was, now = choice.old, choice.new
    old, new = (row_words(words, side) for words, side in _sides(versions, choice))
    number = choice.key.rpartition("_")[2] if "row_" in choice.key else ""
    lead = f"row {number} of {name}" if number else f"a row of {name}"
    if meaning_of(was.condition) == meaning_of(now.condition):
        results = [plain(words.value(side.result)) for words, side in _sides(versions, choice)]
        when = _when(versions.new, now)
        return whole(f"{lead} gives {instead(results[1], results[0])}{when}", old, new)
    if (
        meaning_of(was.result) == meaning_of(now.result)
        and was.condition is not None
        and now.condition is not None
    ):
        said = versions.contrasts.condition(was.condition, now.condition, after="when")
        return whole(f"{lead} gives {plain(versions.new.value(now.result))} when {said}", old, new)
    return whole(f"{lead} says {instead(new, old)}", old, new)


def _where(words: Words, row: r.TableRow) -> str:
    """`when seats is below 10`; for the last row what is left."""
    return _when(words, row).strip() or "whatever it is given"


def _when(words: Words, row: r.TableRow) -> str:
    if row.condition is None:
        return " otherwise"
    if isinstance(row.condition, e.Constant):
        return ""
    return f" when {shortened(plain(words.condition(row.condition)))}"


def _hits(hits: str) -> str:
    return {
        "first": "the first one counts", "one": "there may be only one", "agreeing": "all have to agree",
        "all": "all count",
    }.get(hits, hits)  # fmt: skip

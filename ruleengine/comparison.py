"""Two rulesets, or one at two times, compared: what differs, who moves, and whose doing that is.

In: two loaded rulesets and where the facts come from. Out: a `Comparison`, which holds the document that every report is made
from (`schemas/diff/1.schema.json`). Guaranteed: the same rulesets, facts and dates give the same document, whatever the number
of processes; scorecards, segments and bands that do not exist are told with what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from attrs import define, field, frozen

from ruleengine.compare.account_changes import AccountChanges, Versions, causes_of, versions
from ruleengine.compare.accounts import AccountReader, Counts, Documents, Facts, FactsSource
from ruleengine.compare.budget import Limit, settle
from ruleengine.compare.compared import ComparedCard
from ruleengine.compare.document import ComparedSide, Words, comparison
from ruleengine.compare.population import Population
from ruleengine.compare.workers import Workers
from ruleengine.facts.model import FactSchema
from ruleengine.facts.names import name_path
from ruleengine.inputs import InputError
from ruleengine.result import View
from ruleengine.source import Source
from ruleengine.tree.ruleset import Program
from ruleengine.tree.walk import walk

if TYPE_CHECKING:
    from ruleengine.compare.edits import Edit, Subject
    from ruleengine.facts.records import Rejection
    from ruleengine.report.diff.words import EditWords

#: The name that stands for all segments.
EVERY_SEGMENT = "segment"


def _as_it_is(path: str) -> str:
    return path


def _quietly(count: int) -> None:
    pass


def _nothing_earlier(identity: Any) -> dict[str, Any] | None:
    return None


def _no_limits(bands: Sequence[str]) -> tuple[Limit, ...]:
    return ()


class Loaded(Protocol):
    """What is asked of a loaded ruleset."""

    @property
    def program(self) -> Program: ...
    @property
    def sources(self) -> Mapping[str, Source]: ...
    @property
    def facts_model(self) -> FactSchema: ...
    @property
    def schema(self) -> FactSchema: ...
    @property
    def segments(self) -> tuple[str, ...]: ...


@frozen(slots=True)
class Side:
    """One side of a comparison: the ruleset, how it was named, when it is scored, and how its files are shown."""

    ruleset: Loaded
    selector: str
    as_of: date
    shown: Callable[[str], str] = _as_it_is


@frozen(slots=True)
class Request:
    """What is asked of a comparison. Without `cards`, those that the ruleset declares are compared.

    `limits` makes the movement budget, given the bands of the compared scorecards; `on_account` is told how many are done.
    """

    source: FactsSource = FactsSource()  # noqa: RUF009 - frozen, and nothing in it changes
    cards: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    limits: Callable[[Sequence[str]], tuple[Limit, ...]] = _no_limits
    previous: Callable[[Any], dict[str, Any] | None] = _nothing_earlier
    jobs: int = 1
    on_account: Callable[[int], None] = _quietly
    on_rejection: Callable[[Rejection], None] | None = None


class UnknownName(InputError):
    """A scorecard or segment that the rulesets do not have; `option` says what asked for it."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option


class Comparison(View):
    """What differs between two versions, and what it does. `to_dict()` is the whole document."""

    __slots__ = ("counts",)

    def __init__(self, data: dict[str, Any], counts: Counts | None = None) -> None:
        super().__init__(data)
        self.counts = counts or Counts()

    @property
    def edits(self) -> list[dict[str, Any]]:
        """The edits: id, kind, summary, places, effect."""
        return self._data["edits"]  # type: ignore[no-any-return]  # by the schema

    @property
    def causes(self) -> list[dict[str, Any]]:
        """What beside the ruleset moved accounts: sections of the facts, time."""
        return self._data["causes"]  # type: ignore[no-any-return]  # by the schema

    @property
    def population(self) -> dict[str, Any] | None:
        """How many accounts go from which band to which; None without facts."""
        return self._data["population"]  # type: ignore[no-any-return]  # by the schema

    @property
    def movers(self) -> list[dict[str, Any]]:
        """Every account whose score or band changes, with the points that each edit is given."""
        return self._data["movers"]  # type: ignore[no-any-return]  # by the schema

    @property
    def within_budget(self) -> bool:
        """Whether no more moves than was allowed; so it is when nothing was said about that."""
        budget = self._data["budget"]
        return budget is None or bool(budget["ok"])

    def to_json(self) -> bytes:
        """The document as JSON, indented."""
        import orjson

        return orjson.dumps(self._data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def to_text(self, movers: int = 20) -> str:
        """The report for a terminal, without colour; the first `movers` accounts that move are listed."""
        from ruleengine.report.diff import text

        return text.render(self._data, movers=movers)

    def to_markdown(self, movers: int = 50) -> str:
        """The report as Markdown, for a merge request."""
        from ruleengine.report.diff import markdown

        return markdown.render(self._data, movers=movers)

    def to_html(self, movers: int = 200) -> str:
        """The report as one page of HTML that needs nothing else."""
        from ruleengine.report.diff import html

        return html.render(self._data, movers=movers)


def facts_of(given: str | Path | Iterable[Any] | None) -> Facts:
    """Facts as a program gives them: a path, several paths, or documents."""
    if given is None:
        return ()
    if isinstance(given, str | Path):
        return (str(given),)
    every = list(given)
    if all(isinstance(each, dict) for each in every):
        return Documents(every)
    if all(isinstance(each, str | Path) for each in every):
        return tuple(map(str, every))
    raise InputError("facts are a path, a list of paths, or a list of dictionaries")


def compare(old: Side, new: Side, request: Request) -> Comparison:
    """Compare two sides. Raises `UnknownName`, and `FactsUnreadable` while facts are read."""
    return _Work(old, new, request).comparison()


@define(slots=True)
class _Work:
    """One comparison while it is made."""

    old: Side
    new: Side
    request: Request
    found: Versions = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.found = versions(self.old.ruleset.program, self.new.ruleset.program)

    def comparison(self) -> Comparison:
        """The whole."""
        source = self.request.source
        cards, segments = self._cards(), self._segments()
        joined = source.given and source.joined
        causes = causes_of(self.found.sections(), self._days, joined) if source.given else []
        words = self._words(causes)
        sides = (_described(self.old, source.given), _described(self.new, source.given))
        if not source.given:
            return Comparison(comparison(sides, words))
        limits = self.request.limits(tuple(dict.fromkeys(band for card in cards for band in card.bands)))
        population = Population(cards, words.players, self.found.triggers(), segments)
        counts = self._count(population, segments)
        return Comparison(comparison(sides, words, population, settle(limits, population)), counts)

    @property
    def _days(self) -> tuple[date, date]:
        return self.old.as_of, self.new.as_of

    def _count(self, population: Population, segments: tuple[str, ...]) -> Counts:
        request, (old, new) = self.request, (self.old.ruleset, self.new.ruleset)
        reader = AccountReader(
            request.source, (old.facts_model, new.facts_model), self.new.as_of, lambda: new.schema,
            request.previous, request.on_rejection,
        )  # fmt: skip
        changes = AccountChanges(
            old.program, new.program, self._days, tuple(card.name for card in population.cards), segments,
            name_path(new.facts_model), request.source.joined, self.found,
        )  # fmt: skip
        with closing(Workers(changes, request.jobs).over(reader)) as compared:
            for number, account in enumerate(compared, start=1):
                population.add(account)
                reader.counts.problems += account.problems
                reader.counts.accounts_with_problems += account.problems > 0
                request.on_account(number)
        counts = reader.counts
        population.rejected = counts.rejected
        population.only_old, population.only_new = counts.only_old, counts.only_new
        return counts

    def _cards(self) -> tuple[ComparedCard, ...]:
        known = {card.name: card for card in self.found.every_card()}
        if not self.request.cards:
            return self.found.cards()
        return tuple(
            known[_known("--card", "scorecard", name, known)] for name in dict.fromkeys(self.request.cards)
        )

    def _segments(self) -> tuple[str, ...]:
        there = self.new.ruleset.segments
        wanted = self.request.segments
        if EVERY_SEGMENT in wanted and EVERY_SEGMENT not in there:
            return there
        return tuple(_known("--by", "segment", name, there) for name in dict.fromkeys(wanted))

    def _words(self, causes: Sequence[Mapping[str, Any]]) -> Words:
        """All differences as plain data, with their sentences."""
        from ruleengine.report.diff.words import EditWords

        said = EditWords(
            self.found.renamed, self.found.new, sources_of(self.old.ruleset), sources_of(self.new.ruleset)
        )
        found = self.found.differences
        return Words(
            edits=[self._edit(edit, said) for edit in found.edits],
            causes=causes,
            wording=[
                {
                    "subject": _subject(each.subject, each.subject.title),
                    "aspect": each.aspect,
                    "old": each.old,
                    "new": each.new,
                }
                for each in found.wording
            ],
            renamings=[{"kind": each.kind, "old": each.old, "new": each.new} for each in found.renamings],
        )

    def _edit(self, edit: Edit, said: EditWords) -> dict[str, Any]:
        about = edit.about
        places = said.places(edit)
        return {
            "id": edit.id,
            "kind": about.kind,
            "change": about.change,
            "subject": _subject(about.subject, said.title(edit)),
            "summary": said.summary(edit),
            "because": said.because(edit),
            "old": said.old(edit),
            "new": said.new(edit),
            "places": {"old": _place(places["old"], self.old), "new": _place(places["new"], self.new)},
        }


def _subject(subject: Subject, title: str) -> dict[str, str]:
    return {"kind": subject.kind, "name": subject.name, "title": title, "path": subject.path}


def _place(place: dict[str, Any] | None, side: Side) -> dict[str, Any] | None:
    """A place, its file as it is shown."""
    return None if place is None else {**place, "file": side.shown(place["file"])}


def _known(option: str, what: str, name: str, there: Iterable[str]) -> str:
    """A name that both versions know. Raises `UnknownName`."""
    from ruleengine.diagnostics import did_you_mean

    names = list(there)
    if name in names:
        return name
    guess = did_you_mean(name, names)
    exists = f"There is {', '.join(names)}." if names else "There is none."
    hint = f"{guess[:1].upper()}{guess[1:]} " if guess else ""
    raise UnknownName(option, f"both versions have no {what} '{name}'. {hint}{exists}")


def _described(side: Side, dated: bool) -> ComparedSide:
    program = side.ruleset.program
    as_of = side.as_of if dated else None
    return ComparedSide(program.name, program.version, program.digest, side.selector, as_of)


def sources_of(ruleset: Loaded) -> dict[str, Source]:
    """The texts of a ruleset and of what it imports; read again where it came from the cache."""
    if ruleset.sources:
        return dict(ruleset.sources)
    paths = {node.span.path for node in walk(ruleset.program) if hasattr(node, "span")}
    return dict(_read(paths))


def _read(paths: Iterable[str]) -> Iterator[tuple[str, Source]]:
    for path in sorted(paths):
        try:
            yield path, Source(path, Path(path).read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError):
            continue

"""The accounts of a comparison: facts in, for each account its facts on both sides out.

In: files of facts, given once for both sides or once for each, and a number of accounts to make from the schema. Out: an
iterator of `Account`s in the order of the (new) facts, and `Counts`, filled while it is used. Guaranteed: read = compared +
rejected on each side and what only one side has is counted; where sides are joined, an id that occurs again is rejected, as
nobody could say which two documents belong together; two files in the same order are joined without keeping either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Any

from attrs import define, field, frozen

from ruleengine.facts.blocks import STANDARD_INPUT
from ruleengine.facts.model import FactSchema, find_field
from ruleengine.facts.readers import id_of, read_facts, why_no_id
from ruleengine.facts.records import (
    ReadOptions,
    ReadSummary,
    Record,
    Rejection,
    rejection_report,
    unreadable,
)
from ruleengine.generate import generate_documents
from ruleengine.values import Kind

#: How the place of a document is told that came from no file.
_MEMORY = "<facts>"


@frozen(slots=True)
class Account:
    """One account; `new` is None where its facts are the same on both sides. `previous` is its earlier result."""

    id: str | int
    old: dict[str, Any]
    new: dict[str, Any] | None
    previous: dict[str, Any] | None = None


@define(slots=True)
class Counts:
    """What was read: a summary for each time that facts were, what could not be joined, and problems of what could."""

    readings: list[ReadSummary] = field(factory=list)
    only_old: int = 0
    only_new: int = 0
    repeated: int = 0
    problems: int = 0
    accounts_with_problems: int = 0

    @property
    def rejected(self) -> int:
        """How many documents were not compared for a fault of theirs."""
        return self.repeated + sum(reading.rejected for reading in self.readings)


@frozen(slots=True)
class Documents:
    """Facts that a program has already, instead of files."""

    each: Iterable[dict[str, Any]]


Facts = tuple[str, ...] | Documents


@frozen(slots=True)
class FactsSource:
    """Where facts come from: for both sides (`both`), or for each of them; and how many accounts are made."""

    both: Facts = ()
    old: Facts = ()
    new: Facts = ()
    generated: int = 0
    seed: int = 0
    options: ReadOptions | None = None

    @property
    def given(self) -> bool:
        """Whether there are any accounts to compare."""
        return bool(self.both or self.joined or self.generated)

    @property
    def joined(self) -> bool:
        """Whether each side has facts of its own."""
        return bool(self.old or self.new)


def _nothing_earlier(identity: str | int) -> dict[str, Any] | None:
    return None


@define(slots=True)
class AccountReader:
    """Reads the accounts of a comparison. `made_from` is the whole schema, asked for only where accounts are made;
    `previous` gives the earlier result of an account.
    """

    source: FactsSource
    schemas: tuple[FactSchema, FactSchema]
    as_of: date
    made_from: Callable[[], FactSchema]
    previous: Callable[[str | int], dict[str, Any] | None] = _nothing_earlier
    on_rejection: Callable[[Rejection], None] | None = None
    counts: Counts = field(factory=Counts)

    def __iter__(self) -> Iterator[Account]:
        """The accounts, one after the other. Raises `FactsUnreadable`."""
        source = self.source
        return chain(self._joined() if source.joined else self._given(source.both), self._made())

    def _account(self, identity: str | int, old: dict[str, Any], new: dict[str, Any] | None) -> Account:
        return Account(identity, old, new, self.previous(identity))

    def _given(self, facts: Facts) -> Iterator[Account]:
        for record in self._records(facts, self.schemas[1]):
            yield self._account(record.id, record.document, None)

    def _made(self) -> Iterator[Account]:
        if not self.source.generated:
            return
        schema = self.made_from()
        documents = generate_documents(schema, self.source.generated, self.source.seed, self.as_of)
        for number, document in enumerate(documents, start=1):
            yield self._account(_named_as_made(schema, document, number), document, None)

    def _records(self, facts: Facts, schema: FactSchema) -> Iterator[Record]:
        reading = ReadSummary()
        self.counts.readings.append(reading)
        items = (
            _items(facts, schema, reading)
            if isinstance(facts, Documents)
            else read_facts(facts, schema, self.source.options, reading)
        )
        for item in items:
            if isinstance(item, Rejection):
                self._reject(item)
            else:
                yield item

    def _reject(self, rejection: Rejection) -> None:
        if self.on_rejection is not None:
            self.on_rejection(rejection)

    # ── two sides ──

    def _joined(self) -> Iterator[Account]:
        """The accounts that both sides have. What is read of the old side before its partner comes waits for it."""
        both = (self.source.old, self.source.new)
        if all(not isinstance(facts, Documents) and STANDARD_INPUT in facts for facts in both):
            raise unreadable("<stdin>", "standard input can be read only once")
        old = self._unique(self.source.old, self.schemas[0])
        waiting: dict[str | int, dict[str, Any]] = {}
        for record in self._unique(self.source.new, self.schemas[1]):
            while record.id not in waiting:
                other = next(old, None)
                if other is None:
                    break
                waiting[other.id] = other.document
            before = waiting.pop(record.id, None)
            if before is None:
                self.counts.only_new += 1
            else:
                yield self._account(record.id, before, record.document)
        self.counts.only_old = len(waiting) + sum(1 for _ in old)

    def _unique(self, facts: Facts, schema: FactSchema) -> Iterator[Record]:
        """Records with ids that have not been there before on this side; the others are rejected."""
        seen: set[str | int] = set()
        for record in self._records(facts, schema):
            if record.id in seen:
                self.counts.repeated += 1
                reason = f"the id `{record.id}` occurs again, so it cannot be joined"
                self._reject(Rejection(record.path, record.line, reason, "RE503", record.id))
            else:
                seen.add(record.id)
                yield record


def _items(facts: Documents, schema: FactSchema, reading: ReadSummary) -> Iterator[Record | Rejection]:
    """Documents of a program; one without an id is rejected as it would be from a file."""
    for number, document in enumerate(facts.each, start=1):
        reading.read += 1
        identity = id_of(document, schema.id_path)
        if identity is None:
            reading.rejected += 1
            rejection = Rejection(_MEMORY, number, why_no_id(document, schema.id_path), "RE502")
            reading.keep(rejection_report(rejection))
            yield rejection
        else:
            reading.delivered += 1
            yield Record(document, identity, _MEMORY, number)


def _named_as_made(schema: FactSchema, document: dict[str, Any], number: int) -> str | int:
    """Give a made account an id by which it is known as one, where ids are texts; the id."""
    *above, last = schema.id_path
    record = document
    for step in above:
        record = record[step]
    target = find_field(schema.root, schema.id_path)
    if target is None or target.type.kind is not Kind.NUMBER:
        record[last] = f"generated-{number:06d}"
    found: str | int = record[last]
    return found

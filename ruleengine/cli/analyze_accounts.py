"""Accounts that show something, each written as a document that `eval` and `explain` read.

In: a report of an analysis, a folder. Out: a JSON file for each account, its earlier result beside it, and `index.json`, which
says what each of them shows and for which day. Guaranteed: the id in a file is its name; nothing else in the folder changes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ruleengine.cli.console import counted, say

if TYPE_CHECKING:
    from ruleengine.analysis.findings import Equivalence
    from ruleengine.analysis.reported import Inspection
    from ruleengine.casebook.accounts import Account

_UNSAFE = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


@frozen(slots=True, eq=False)
class Witness:
    """One account and what it shows."""

    name: str
    shows: str
    account: Account


def witnesses(found: Inspection) -> Iterator[Witness]:
    """Every account of an analysis."""
    told = set()
    for report in found.reports:
        finding = report.finding
        if finding is None:
            continue
        name, said = f"{finding.code} {finding.subject}", report.diagnostic.message
        for account in (finding.account, finding.other):
            if account is not None:
                told.add(id(account))
                yield Witness(name, said, account)
    for bounds in found.analysis.bounds:
        among = bounds.among or "all accounts"
        for end, word in ((bounds.lowest, "lowest"), (bounds.highest, "highest")):
            if end.account is not None and id(end.account) not in told:
                said = f"the {word} score of {bounds.card}, {among}: {end.score:g}"
                yield Witness(f"{bounds.card} {word} {bounds.among}", said, end.account)
        for reach in bounds.bands:
            account = reach.answer.account
            if account is not None and id(account) not in told:
                said = f"{reach.band} in {bounds.card}, {among}"
                yield Witness(f"{bounds.card} {reach.band} {bounds.among}", said, account)


def apart(found: Equivalence) -> Iterator[Witness]:
    """Every account that tells two rulesets apart."""
    for change in found.changes:
        if change.answer.account is not None:
            said = f"{change.subject}: {change.before} becomes {change.after}"
            yield Witness(f"{change.subject} {change.before} to {change.after}", said, change.answer.account)


def write_accounts(
    folder: str, found: Sequence[Witness], selector: str, id_path: tuple[str, ...], folders: Sequence[str]
) -> None:
    """Write them all, and say how to look at one. Raises `OutputFailed`."""
    from ruleengine.cli.output import OutputFailed, write_file
    from ruleengine.facts.readers import id_of

    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputFailed(folder, error) from error
    entries: list[dict[str, Any]] = []
    names: dict[str, int] = {}
    for each in found:
        name = _file_name(each.name, names)
        path = Path(folder) / f"{name}.json"
        facts = _with_id(each.account.facts, id_path, name)
        write_file(str(path), _json(facts))
        day = each.account.as_of.isoformat()
        entry = {"file": path.name, "id": id_of(facts, id_path), "as_of": day, "shows": each.shows}
        if each.account.previous is not None:
            earlier = Path(folder) / f"{name}.previous.json"
            write_file(str(earlier), _json([{**each.account.previous, "id": entry["id"]}]))
            entry["previous"] = earlier.name
        entries.append(entry)
    write_file(str(Path(folder) / "index.json"), _json(entries))
    say(f"{counted(len(found), 'account')} written to {folder}")
    if entries:
        first = entries[0]
        file = Path(folder) / first["file"]
        said = f"{selector} {file} --id {first['id']} --as-of {first['as_of']}"
        say(f"look at one with: ruleengine explain {' '.join([said, *folders])}")


def _file_name(text: str, names: dict[str, int]) -> str:
    """A name for a file that no other one has."""
    name = _UNSAFE.sub("-", text.lower()).strip("-")[:_LONGEST].strip("-") or "account"
    names[name] = names.get(name, 0) + 1
    return name if names[name] == 1 else _file_name(f"{name}-{names[name]}", names)


def _with_id(facts: dict[str, Any], id_path: tuple[str, ...], name: str) -> dict[str, Any]:
    """The facts with their name as their id, where the id is a text."""
    if not id_path:
        return facts
    first, *rest = id_path
    if not rest:
        return {**facts, first: name} if isinstance(facts.get(first, ""), str) else facts
    return {**facts, first: _with_id(facts.get(first, {}), tuple(rest), name)}


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()

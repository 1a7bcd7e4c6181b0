"""What came of comparing snapshots, for people.

In: the outcome of a folder. Out: lines: for each account that differs its score and band, old and new, and the lines that
differ; then what is missing and unused; and one line that counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ruleengine.casebook.snapshots import Found, Identification, Outcome, State
from ruleengine.report.cells import BOLD, RED, YELLOW, cell, paint
from ruleengine.report.snapshots.difference import difference_lines
from ruleengine.report.snapshots.text import Verdict, verdicts_in

_NOTHING = Verdict("nothing", None, None)
_WORDS = {
    State.SAME: "as recorded",
    State.CHANGED: "changed",
    State.MISSING: "without a snapshot",
    State.UNUSED: "unused snapshot",
}


def changed_lines(outcome: Outcome, shown: int, *, color: bool = False) -> Iterator[str]:
    """The accounts that differ from their snapshots, at most `shown` of them."""
    changed = [each for each in outcome.found if each.state is State.CHANGED]
    for each in changed[:shown]:
        yield f"{paint('changed', RED, color)} {paint(_who(each), BOLD, color)}: {change_of(each, outcome.card)}"
        yield from (f"  {line}".rstrip() for line in difference_lines(each.old or "", each.new or "", color))
        yield ""
    yield from _rest(len(changed), shown, "more account changed", "more accounts changed")


def missing_lines(outcome: Outcome, shown: int, *, color: bool = False) -> Iterator[str]:
    """The accounts without a snapshot, at most `shown` of them."""
    missing = [each for each in outcome.found if each.state is State.MISSING]
    for each in missing[:shown]:
        verdict = verdict_of(each.new, outcome.card)
        yield f"{paint('missing', YELLOW, color)} {_who(each)}: {verdict.text}, and no snapshot of it"
    yield from _rest(
        len(missing), shown, "more account without a snapshot", "more accounts without a snapshot"
    )


def unused_lines(outcome: Outcome, shown: int, *, color: bool = False) -> Iterator[str]:
    """The snapshots of no account, at most `shown` of them."""
    unused = [each for each in outcome.found if each.state is State.UNUSED]
    for each in unused[:shown]:
        lacking = "the index does not name it"
        reason = lacking if each.identity is None else f"there is no account `{cell(each.identity)}` any more"
        yield f"{paint('unused', YELLOW, color)} {cell(each.file)}: {reason}"
    yield from _rest(len(unused), shown, "more unused snapshot", "more unused snapshots")


def summary_line(outcome: Outcome, words: Mapping[State, str] = _WORDS) -> str:
    """How many accounts are as recorded and how many are not; `words` say what becomes of those that are not."""
    counts = {state: outcome.count(state) for state in State}
    parts = [f"{counts[state]:,} {words[state]}" for state in (State.SAME, State.CHANGED) if counts[state]]
    moved = sum(each.state is State.CHANGED and _moved(each, outcome.card) for each in outcome.found)
    parts += [parts.pop() + f" ({moved:,} in band)"] if moved else []
    parts += [f"{counts[State.MISSING]:,} {words[State.MISSING]}"] if counts[State.MISSING] else []
    parts += [f"{len(outcome.damaged):,} not readable"] if outcome.damaged else []
    accounts = "1 account" if outcome.accounts == 1 else f"{outcome.accounts:,} accounts"
    line = f"{cell(outcome.folder)}: {accounts}: {', '.join(parts) or 'none'}"
    unused = counts[State.UNUSED]
    return line + (f"; {unused:,} {words[State.UNUSED]}{'' if unused == 1 else 's'}" if unused else "")


def notes_of(outcome: Outcome) -> list[str]:
    """What else is not as it was when the snapshots were recorded: the ruleset, the engine."""
    before = outcome.before()
    if before is None or before == outcome.now:
        return []
    notes = []
    if (before.name, before.version, before.digest) != (
        outcome.now.name,
        outcome.now.version,
        outcome.now.digest,
    ):
        notes.append(f"recorded with {_ruleset(before)}, compared with {_ruleset(outcome.now)}")
    if before.engine != outcome.now.engine:
        notes.append(f"recorded with engine {cell(before.engine)}, compared with engine {outcome.now.engine}")
    return [f"{note}{'; no account changes' if not outcome.count(State.CHANGED) else ''}" for note in notes]


def change_of(found: Found, card: str | None) -> str:
    """`red, 66.40625 → yellow, 71` of the scorecard; or that it is as it was, and other lines differ."""
    old, new = verdict_of(found.old, card), verdict_of(found.new, card)
    prefix = f"{card} " if card else ""
    return (
        f"{prefix}{new.text} as before, but not all of it"
        if old == new
        else f"{prefix}{old.text} → {new.text}"
    )


def verdict_of(text: str | None, card: str | None) -> Verdict:
    """What a text says of a scorecard."""
    return verdicts_in(text).get(card, _NOTHING) if text is not None and card is not None else _NOTHING


def _ruleset(found: Identification) -> str:
    return f"{cell(found.name)} {cell(found.version)} ({cell(found.digest[:19])}…)"


def _moved(found: Found, card: str | None) -> bool:
    return verdict_of(found.old, card).band != verdict_of(found.new, card).band


def _who(found: Found) -> str:
    """The first line of the text: the name, and the id."""
    return cell((found.new or "").partition("\n")[0])


def _rest(count: int, shown: int, one: str, several: str) -> Iterator[str]:
    """How many were not told one by one; who wants to be told none has the line that counts."""
    if 0 < shown < count:
        yield f"and {count - shown:,} {one if count - shown == 1 else several} (--shown tells more)"
        yield ""

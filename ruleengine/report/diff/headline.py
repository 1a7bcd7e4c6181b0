"""The first sentence of a comparison, and the words that every form of it shares.

In: the document of a comparison, numbers, names of bands. Out: plain text. Guaranteed: the sentence says nothing that the
document does not say; text of users in it is as it was, so whoever shows it makes it safe for where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from ruleengine.report.cells import NOTHING, short_number
from ruleengine.report.diff.clauses import few
from ruleengine.report.diff.figures import NA, Card, Driver, Figures, Mover
from ruleengine.report.diff.naming import Names
from ruleengine.values import added_up

#: Below this, two decimals would show a change as none.
_SMALL = 0.005
#: So many sets of edits are named that are enough for a band.
_SETS = 3


def counted(number: int, word: str, plural: str = "") -> str:
    """`1 account`, `2 accounts`, `1,000 accounts`."""
    return f"{number:,} {word if number == 1 else plural or word + 's'}"


def signed(number: float | None) -> str:
    """A change in points: `+3.5`, `−2`, `0`; `+<0.01` where two decimals would hide it."""
    if number is None:
        return NOTHING
    if number == 0:
        return "0"
    size = "<0.01" if abs(number) < _SMALL else short_number(abs(number))
    return ("−" if number < 0 else "+") + size


def points(number: float | None) -> str:
    """`+3.5 points`, `−1 point`."""
    return f"{signed(number)} {'point' if number is not None and abs(number) == 1 else 'points'}"


def band_words(band: str | None) -> str:
    """A band by its name; `NA` where there is none."""
    return "NA" if band in (NA, None) else str(band)


def listed(parts: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}" if len(parts) > 1 else "".join(parts)


def headline(document: Mapping[str, Any]) -> str:
    """What everybody should know first: how many edits, who moves, and which edit moves most of them."""
    found = Figures(document)
    if found.population is None:
        return f"{_causes(found)}; no accounts were compared" if found.drivers else _nothing(found)
    told = _moves(found)
    if not found.drivers and not told:
        return _nothing(found)
    return f"{_causes(found)}; {told or _nobody(found)}"


def title(document: Mapping[str, Any]) -> str:
    """What is compared: `customer_health 1.0.0 → 2.0.0`."""
    old, new = document["old"], document["new"]
    before = f"{old['name']} {old['version']}"
    if old["name"] == new["name"]:
        return before if old["version"] == new["version"] else f"{before} → {new['version']}"
    return f"{before} → {new['name']} {new['version']}"


def dates(document: Mapping[str, Any]) -> str:
    """`as of 2024-03-01`, or both days where they differ; empty where nothing was evaluated."""
    old, new = document["old"].get("as_of"), document["new"].get("as_of")
    if old is None and new is None:
        return ""
    return f"as of {new}" if old == new else f"as of {old or 'today'} → {new or 'today'}"


def budget_words(document: Mapping[str, Any]) -> str:
    """`Budget kept`, `Budget exceeded: 1 of 2 limits`; empty where there is no budget."""
    budget = document["budget"]
    if budget is None:
        return ""
    limits = budget["limits"]
    if budget["ok"]:
        return "Budget kept"
    exceeded = sum(not limit["ok"] for limit in limits)
    return "Budget exceeded" if len(limits) < 2 else f"Budget exceeded: {exceeded} of {len(limits)} limits"


def effects_words(driver: Driver, found: Figures) -> Iterator[str]:
    """What an edit does in each scorecard: `touches 820 accounts, decisive for 29, −1.2 points on average`."""
    if not found.population or not found.population["accounts"]:
        return
    touched = [card for card in found.cards if driver.effects.get(card.name, {}).get("touched")]
    if found.cards and not touched:
        yield "changes no score and no band"
    for card in touched:
        several = f"{card.title}: " if len(found.cards) > 1 else ""
        yield several + _effect_words(driver.effects[card.name])


def _effect_words(effect: Mapping[str, Any]) -> str:
    decisive = f"decisive for {effect['decisive']:,}" if effect["decisive"] else "decisive for none"
    told = f"touches {counted(effect['touched'], 'account')}, {decisive}"
    return told if effect["mean"] is None else f"{told}, {points(effect['mean'])} on average"


def still_words(found: Figures) -> str:
    """`No account changes in SCM adoption and CI adoption`; empty where some change in every scorecard."""
    titles = [card.title for card in found.still]
    return f"No account changes in {listed(titles)}" if titles else ""


def card_words(card: Card, accounts: int) -> str:
    """What happens in one scorecard, in one sentence."""
    parts = [_verb(card.moved, "changes band", "change band")] if card.bands else []
    parts.append(_verb(card.changed, "changes score", "change score"))
    parts.append(_verb(card.unchanged, "stays as it is", "stay as they are"))
    told = f"Of {counted(accounts, 'account')}, {listed(parts)}"
    newly = newly_words(card, card.newly)
    if newly:
        told += f"; newly {newly}"
    if card.mean_old is not None and card.mean_new is not None:
        told += f"; mean score {short_number(card.mean_old)} → {short_number(card.mean_new)}"
    return told


def segment_words(card: Card, each: Mapping[str, Any]) -> str:
    """`6 accounts, 2 change band, 3 change score, −2.29 on average; newly 1 red`."""
    newly = newly_words(card, each["newly"])
    return (
        f"{counted(each['accounts'], 'account')}, {each['moved']:,} change band, {each['changed']:,} change score, "
        f"{signed(each['mean_change'])} on average{f'; newly {newly}' if newly else ''}"
    )


def newly_words(card: Card, newly: Mapping[str, int]) -> str:
    """Who is where they were not, the worst band first: `7 red, 2 NA`."""
    order = [*reversed(card.bands), NA]
    return ", ".join(f"{newly[band]:,} {band_words(band)}" for band in order if newly.get(band))


def left_out(population: Mapping[str, Any]) -> list[str]:
    """Accounts that could not be compared."""
    parts = [f"{population['rejected']:,} rejected"] if population["rejected"] else []
    for side in ("old", "new"):
        number = population[f"only_{side}"]
        parts += [f"{number:,} only in the {side} facts"] if number else []
    return parts


def limit_words(limit: Mapping[str, Any]) -> str:
    """One limit of the budget: as it was given, then the verdict, which says what was allowed and what was found."""
    return f"{limit['limit']}: {limit['summary']}"


def bin_words(found: Mapping[str, Any]) -> str:
    """The changes of one bar: `−10 to −5`."""
    return f"{signed(found['from'])} to {signed(found['to'])}"


def subject_words(subject: Mapping[str, Any]) -> str:
    """What edits are about: `Git users · measure git_users`, `Risk · group health.risk`."""
    kind, name, path = subject["kind"], subject["name"], subject["path"]
    if path and kind in ("group", "member"):
        name = f"{name}.{path}" if kind == "group" else path
    called = f"{str(kind).replace('_', ' ')} {name}"
    return f"{subject['title']} · {called}" if subject["title"] not in ("", subject["name"]) else called


def outcome_words(mover: Mover) -> str:
    """`green 76.2 → red 48`; the status where there is no score."""
    return f"{outcome(mover.old)} → {outcome(mover.new)}"


def outcome(found: Mapping[str, Any]) -> str:
    """Band and score of one version: `green 76.2`, `NA (missing)`."""
    if found["score"] is None:
        status = str(found["status"]).replace("_", " ")
        return f"{found['band']} ({status})" if found["band"] else f"NA ({status})"
    return f"{found['band'] or ''} {short_number(found['score'])}".strip()


@frozen(slots=True)
class Remark:
    """What else is said of an account; what it lists has a line each."""

    text: str
    items: tuple[str, ...] = ()


def beside(mover: Mover, names: Names) -> Iterator[Remark]:
    """What else is to be said of a mover: what sufficed where nothing was decisive, and how exact the parts are."""
    called = [[*map(names if len(each) == 1 else names.quoted, each)] for each in mover.sufficient[:_SETS]]
    sets = [listed(each) for each in called]
    if len(sets) == 1:
        yield Remark(f"enough for the new band: {sets[0]}")
    elif sets:
        rest = len(mover.sufficient) - len(sets)
        left_out = [more(rest, "set")] if rest else []
        yield Remark("any of these is enough for the new band:", (*sets, *left_out))
    if mover.sampled:
        yield Remark(f"sampled: the points are right to about ±{short_number(2 * mover.error)}")


def together(parts: Sequence[tuple[str, float | None]]) -> float | None:
    """The points of several parts; None where there are none to share out."""
    numbers = [number for _, number in parts if number is not None]
    return added_up(numbers) if numbers else None


def movers_title(shown: int, found: Figures) -> str:
    """`Accounts that change`, and how many of them are shown; of several scorecards each change is one."""
    title = "Accounts that change" if len(found.cards) < 2 else "Changes of accounts"
    return title if shown == len(found.movers) else f"{title}: {shown:,} of {len(found.movers):,}"


def more_movers(number: int, found: Figures) -> str:
    """`… and 12 more accounts`; of several scorecards each change is one."""
    return more(number, "account" if len(found.cards) < 2 else "change")


def more(number: int, word: str = "account", plural: str = "") -> str:
    """`… and 12 more accounts`."""
    return f"… and {counted(number, word, plural).replace(' ', ' more ', 1)}"


def wording_words(found: Mapping[str, Any]) -> str:
    """One difference in words: `Git users: title “Git” → “Git users”`."""
    subject = found["subject"]
    said = [f"“{text}”" if text else "nothing" for text in (found["old"], found["new"])]
    return f"{subject['title'] or subject['name']}: {found['aspect']} {' → '.join(said)}"


# ── the first sentence ──────────────────────────────────────────────────────────────────────────────────────────────


def _verb(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


def _causes(found: Figures) -> str:
    edits = sum(driver.cause == "ruleset" for driver in found.drivers)
    data = sum(driver.cause == "data" for driver in found.drivers)
    time = any(driver.cause == "time" for driver in found.drivers)
    across = [counted(data, "section of the facts", "sections of the facts")] if data else []
    across += ["the as-of date"] if time else []
    if not across:
        return counted(edits, "edit") if edits else "no edits"
    verb = "differs" if data + time == 1 and data <= 1 else "differ"
    return "; ".join([*([counted(edits, "edit")] if edits else []), f"{listed(across)} {verb}"])


def _moves(found: Figures) -> str:
    """Who moves and why; empty when nobody does."""
    population, main = found.population, found.main
    assert population is not None
    accounts = population["accounts"]
    if main is None or not (main.moved or main.changed):
        triggers = _triggers(found)
        scores = f"none of {counted(accounts, 'account')} changes score; " if main is not None else ""
        return scores + triggers if triggers else ""
    where = f" in {main.title}" if len(found.cards) > 1 else ""
    verb = "changes" if main.changed == 1 else "change"
    if not main.bands:
        return f"{_of(main.changed, accounts)} {verb} score{where}"
    if not main.moved:
        return f"none of {counted(accounts, 'account')} changes band, {main.changed:,} {verb} score{where}"
    verb = "changes" if main.moved == 1 else "change"
    parts = [f"{_of(main.moved, accounts)} {verb} band{where}", *_newly(main)]
    return ", ".join(parts) + _because(found, main) + _also(found)


def _also(found: Figures) -> str:
    """Who moves in other scorecards; an account may move in several."""
    others = [f"{card.moved:,} in {card.title}" for card in found.cards[1:] if card.moved]
    return f"; also {few(others)}" if others else ""


def _of(number: int, accounts: int) -> str:
    return f"{number:,} of {counted(accounts, 'account')}"


def _newly(card: Card) -> list[str]:
    worst = card.bands[-1]
    number = card.newly.get(worst, 0)
    parts = [f"{f'{number:,}' if number else 'none'} newly {worst}"]
    if card.newly.get(NA):
        parts.append(f"{card.newly[NA]:,} newly {band_words(NA)}")
    return parts


def _because(found: Figures, card: Card) -> str:
    """The edit or cause without which most of those accounts would have stayed."""
    most = max(found.drivers, key=lambda driver: driver.decisive(card.name), default=None)
    number = most.decisive(card.name) if most else 0
    if most is None or not number:
        return ""
    because = most.because.strip().rstrip(".")
    if number >= card.moved:
        return f"{',' if card.moved == 1 else '; all of them'} because {because}"
    return f"; {number:,} of them because {because}"


def _triggers(found: Figures) -> str:
    started = sum(trigger["started"] for trigger in found.triggers)
    stopped = sum(trigger["stopped"] for trigger in found.triggers)
    times = [("start", started), ("stop", stopped)]
    told = [f"{verb} {counted(number, 'time')}" for verb, number in times if number]
    return f"triggers {listed(told)}" if told else ""


def _nobody(found: Figures) -> str:
    assert found.population is not None
    accounts = found.population["accounts"]
    if not accounts:
        return "no account to compare"
    others = {driver.subject["kind"] for driver in found.drivers if driver.subject is not None}
    if found.main is None and "scorecard" in others:
        return "no scorecard is in both versions, so no account is compared"
    what = "" if found.main is None else " score or band" if found.main.bands else " score"
    return f"none of {counted(accounts, 'account')} changes{what}"


def _nothing(found: Figures) -> str:
    quiet = (["wording"] if found.document["wording"] else []) + (
        ["names"] if found.document["renamings"] else []
    )
    return f"Nothing changes but {listed(quiet)}" if quiet else "Nothing changes"

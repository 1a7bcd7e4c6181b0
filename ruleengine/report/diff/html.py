"""A comparison as one HTML file that needs nothing else: who moves as a picture, and why.

In: the document of a comparison. Out: HTML with its style inside. Guaranteed: what users wrote is text, escaped everywhere;
the page allows no scripts and loads nothing, whatever it holds; it says how much of a long list it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from ruleengine.report.cells import cell, cut, percent_text, short_number
from ruleengine.report.diff import headline as words
from ruleengine.report.diff.figures import NA, SAME, Card, Driver, Figures, Mover
from ruleengine.report.diff.naming import Names
from ruleengine.report.diff.pictures import MOST_BANDS, bars, escape, migration, parts_bar, tone
from ruleengine.report.handbook import html as handbook
from ruleengine.values import added_up

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
#: So many edits have a colour of their own; all others share one.
_COLOURS = 8
_PARTS = 8
_LONGEST_PART, _LONGEST_WAY, _LONGEST_BAND = 70, 40, 24


def render(document: Mapping[str, Any], *, movers: int = 200) -> str:
    """The whole page; the first `movers` accounts that change are listed."""
    return _PageOf(Figures(document), movers).text()


class _PageOf:
    """One page as it is written."""

    def __init__(self, found: Figures, movers: int) -> None:
        self.found = found
        self.document = found.document
        self.most = movers

    def text(self) -> str:
        """The page from head to foot."""
        style = "".join(
            path.read_text(encoding="utf-8")
            for path in (
                Path(handbook.__file__).with_name("handbook.css"),
                Path(__file__).with_name("diff.css"),
            )
        )
        title = escape(words.title(self.document))
        sections = [section for section in self._sections() if section[2]]
        ways = "".join(
            f'<li><a href="#{anchor}">{escape(cut(title, _LONGEST_WAY))}</a></li>'
            for anchor, title, _ in sections
        )
        contents = (
            f'<nav aria-labelledby="contents"><h2 id="contents">Contents</h2><ul>{ways}</ul></nav>\n'
            if ways
            else ""
        )
        body = "".join(_section(*section) for section in sections)
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
            '<meta name="color-scheme" content="light dark">\n'
            f'<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body class="diff">\n'
            f'<a class="skip" href="#content">To the content</a>\n{self._head(title)}'
            f'<div class="page">\n{contents}<main id="content">\n{body}</main>\n</div>\n'
            f"<footer>Compared by ruleengine {escape(self.document['engine'])}</footer>\n</body>\n</html>\n"
        )

    def _head(self, title: str) -> str:
        pairs = [(side, self.document[side]) for side in ("old", "new")]
        terms = [(f"{side.capitalize()} version", found["selector"]) for side, found in pairs]
        if pairs[0][1]["selector"] == pairs[1][1]["selector"]:
            terms = [("Version", pairs[0][1]["selector"])]
        population = self.found.population
        if population is not None:
            told = [words.counted(population["accounts"], "account"), *words.left_out(population)]
            terms += [("Compared", ", ".join(told)), ("Date", words.dates(self.document))]
        shown = "".join(f"<div><dt>{term}</dt><dd>{escape(text)}</dd></div>" for term, text in terms if text)
        return (
            f'<header><div class="inner"><h1>{title}</h1>\n'
            f'<p class="lead">{escape(_sentence(words.headline(self.document)))}</p>\n<dl>{shown}</dl></div></header>\n'
        )

    def _sections(self) -> Iterator[tuple[str, str, str]]:
        """Every part of the page: where it stands, its title, what it holds."""
        yield "budget", "Movement budget", self._budget()
        for number, card in enumerate(self.found.changing):
            anchor = "moves" if not number else f"moves-{number + 1}"
            yield anchor, card.title, self._card(card, anchor)
        still = words.still_words(self.found)
        yield "still", "Other scorecards", f"<p>{escape(still)}</p>\n" if still else ""
        yield "edits", "Edits", self._edits()
        yield "causes", "Data and time", self._causes()
        yield "movers", "Accounts that change", self._movers()
        yield "triggers", "Triggers", self._triggers()
        yield "names", "Renamed", self._renamings()
        yield "wording", "Wording", self._wording()

    # ── how drivers are shown ──

    @cached_property
    def colours(self) -> dict[str, str]:
        """By id, the class of the colour of an edit or a cause: those with most points have one of their own."""
        weight = dict.fromkeys((driver.id for driver in self.found.drivers), 0.0)
        for mover in self.found.movers:
            for driver, number in mover.parts:
                weight[driver] = weight.get(driver, 0.0) + abs(number or 0)
        order = sorted(weight, key=lambda driver: -weight[driver])
        first = sorted(order[:_COLOURS], key=list(weight).index)
        own = {driver: f"edit-{number}" for number, driver in enumerate(first, 1)}
        return {driver: own.get(driver, "edit-rest") for driver in weight}

    @cached_property
    def numbered(self) -> dict[str, tuple[int, Driver]]:
        """By id, edits and causes with the numbers of their anchors."""
        return {driver.id: (number, driver) for number, driver in enumerate(self.found.drivers, 1)}

    def _swatch(self, driver: str) -> str:
        return f'<span class="swatch {self.colours.get(driver, "edit-rest")}"></span>'

    @cached_property
    def names(self) -> Names:
        """What edits and causes are called beside an account."""
        return Names(self.found.drivers, _LONGEST_PART)

    def _way(self, driver: str) -> str:
        """A driver by its name, leading to where it is explained."""
        if driver not in self.numbered:
            return escape(driver)
        return f'<a href="#edit-{self.numbered[driver][0]}">{escape(self.names(driver))}</a>'

    # ── the budget ──

    def _budget(self) -> str:
        budget = self.document["budget"]
        if budget is None:
            return ""
        items = "".join(
            f'<li class="{_kept(each["ok"])}"><span class="verdict">{_kept(each["ok"])}</span> '
            f"<code>{escape(each['limit'])}</code> {escape(each['summary'])}</li>\n"
            for each in budget["limits"]
        )
        return (
            f'<div class="budget {_kept(budget["ok"])}"><p><strong>{words.budget_words(self.document)}</strong></p>\n'
            f"<ul>{items}</ul></div>\n"
        )

    # ── the population ──

    def _card(self, card: Card, anchor: str) -> str:
        assert self.found.population is not None
        accounts = self.found.population["accounts"]
        parts = [self._tiles(card, accounts)]
        if card.moved and card.matrix:
            picture = max(len(card.rows), len(card.columns)) <= MOST_BANDS
            drawn = migration(card, self._sides(), anchor) if picture else ""
            figure = f'<figure class="migration">{drawn}</figure>\n' if drawn else ""
            parts.append(f'<div class="moves">{figure}{_matrix(card)}</div>\n')
        more = [f"<h3>Changes of score</h3>\n{bars(card.distribution)}"] if card.distribution else []
        more += [f"<h3>By segment</h3>\n{_segments(card)}"] if card.by else []
        return "".join(parts) + _beside("", more)

    def _sides(self) -> tuple[str, str]:
        """What the two sides of the picture are called."""
        old, new = self.document["old"], self.document["new"]
        for key in ("version", "as_of"):
            if old[key] != new[key]:
                return str(old[key]), str(new[key])
        return "before", "now"

    def _tiles(self, card: Card, accounts: int) -> str:
        found = []
        if card.bands:
            found.append((f"{card.moved:,}", f"change band · {_share(card.moved, accounts)}", ""))
            worst = card.bands[-1]
            found.append(
                (
                    f"{card.newly.get(worst, 0):,}",
                    f"newly {cut(cell(worst), _LONGEST_BAND)}",
                    tone(card, worst),
                )
            )
        if card.newly.get(NA):
            found.append((f"{card.newly[NA]:,}", "newly NA", "none"))
        found.append((f"{card.changed:,}", f"change score · {_share(card.changed, accounts)}", ""))
        found.append((f"{card.unchanged:,}", f"{'stays' if card.unchanged == 1 else 'stay'} as before", ""))
        if card.mean_old is not None and card.mean_new is not None:
            found.append(
                (f"{short_number(card.mean_old)} → {short_number(card.mean_new)}", "mean score", "means")
            )
        items = "".join(
            f'<div class="tile {kind}"><dt>{escape(label)}</dt><dd>{escape(number)}</dd></div>'
            for number, label, kind in found
        )
        return f'<dl class="tiles">{items}</dl>\n'

    # ── what moves them ──

    def _edits(self) -> str:
        blocks = []
        for subject, drivers in self.found.edits:
            items = "".join(self._edit(driver) for driver in drivers)
            blocks.append(
                f'<h3>{escape(words.subject_words(subject))}</h3>\n<ul class="edits">{items}</ul>\n'
            )
        return _beside("subjects", blocks)

    def _edit(self, driver: Driver) -> str:
        number = self.numbered[driver.id][0]
        mark = self._swatch(driver.id) if self.found.movers else ""
        change = f' <small class="change">{driver.change}</small>' if driver.change != "changed" else ""
        told = f'<p class="told">{mark}<span>{escape(driver.summary)}{change}</span></p>'
        if driver.old is not None and driver.new is not None:
            told += f'<p class="values"><del>{escape(driver.old)}</del> → <ins>{escape(driver.new)}</ins></p>'
        told += "".join(f"<p>{effect}</p>" for effect in self._effects(driver))
        places = " → ".join(f"<code>{escape(place)}</code>" for place in driver.places)
        where = " · ".join(part for part in (f"<code>{escape(driver.id)}</code>", places) if part)
        return f'<li id="edit-{number}" class="{driver.change}">{told}<p class="place">{where}</p></li>\n'

    def _effects(self, driver: Driver) -> Iterator[str]:
        yield from map(escape, words.effects_words(driver, self.found))

    def _causes(self) -> str:
        items = [
            f'<li id="edit-{self.numbered[each.id][0]}"><p class="told">{self._swatch(each.id)}'
            f"<span>{escape(_sentence(each.summary))}</span></p>"
            f"{''.join(f'<p>{effect}</p>' for effect in self._effects(each))}"
            f'<p class="place"><code>{escape(each.id)}</code></p></li>\n'
            for each in self.found.causes
        ]
        return f'<ul class="edits">{"".join(items)}</ul>\n' if items else ""

    # ── whom ──

    def _movers(self) -> str:
        movers = self.found.movers[: self.most]
        if not movers:
            return ""
        low, high = _scale(movers)
        columns = [
            "Account",
            *(["Scorecard"] if len(self.found.cards) > 1 else []),
            "Before",
            "Now",
            "Change",
        ]
        rows = "".join(self._mover(mover, low, high) for mover in movers)
        rest = len(self.found.movers) - len(movers)
        left_out = f'<p class="note">{escape(words.more_movers(rest, self.found))}</p>\n' if rest else ""
        told = (
            f"The first {len(movers):,} of {len(self.found.movers):,}, the worst news first." if rest else ""
        )
        if any(mover.decisive for mover in movers):
            told += " What is marked as decisive: without it the band would be another."
        return (
            (f'<p class="note">{told.strip()}</p>\n' if told else "")
            + _table("movers", "Accounts that change, the worst news first", [*columns, "By"], rows)
            + left_out
        )

    def _mover(self, mover: Mover, low: float, high: float) -> str:
        who = escape(mover.name or mover.id)
        identity = f'<div class="quiet">{escape(mover.id)}</div>' if mover.name else ""
        cells = [("Scorecard", "", escape(mover.card.title))] if len(self.found.cards) > 1 else []
        cells += [
            ("Before", "", _outcome(mover.card, mover.old)),
            ("Now", "", _outcome(mover.card, mover.new)),
            ("Change", "number", words.signed(mover.change)),
            ("By", "by", self._parts(mover, low, high)),
        ]
        shown = "".join(
            f'<td role="cell" class="{kind}" data-label="{label}">{found}</td>'
            for label, kind, found in cells
        )
        return f'<tr role="row"><th role="rowheader" scope="row">{who}{identity}</th>{shown}</tr>\n'

    def _parts(self, mover: Mover, low: float, high: float) -> str:
        shares = [(self.colours.get(driver, "edit-rest"), number) for driver, number in mover.parts if number]
        bar = parts_bar(shares, low, high) if shares else ""
        shown, rest = mover.parts[:_PARTS], mover.parts[_PARTS:]
        items = []
        for driver, number in shown:
            decisive = ' <strong class="decisive">decisive</strong>' if driver in mover.decisive else ""
            if number is not None or decisive:
                told = f'<span class="points">{words.signed(number)}</span> ' if number else ""
                items.append(
                    f"<li>{self._swatch(driver)}<span>{told}{self._way(driver)}{decisive}</span></li>"
                )
        others = words.together(rest)
        if others is not None:
            items.append(f"<li><span>{words.signed(others)} by {len(rest):,} more</span></li>")
        items += [_remark(remark) for remark in words.beside(mover, self.names)]
        return f"{bar}<ul>{''.join(items)}</ul>"

    def _triggers(self) -> str:
        rows = "".join(
            f'<tr><th scope="row">{escape(each["title"] or each["name"])}</th>'
            + "".join(f'<td class="number">{each[key]:,}</td>' for key in ("started", "stopped", "both"))
            + "</tr>\n"
            for each in self.found.triggers
        )
        if not rows:
            return ""
        return _table("plain", "Triggers that start or stop", ["Trigger", "Start", "Stop", "As before"], rows)

    # ── what moves nobody ──

    def _renamings(self) -> str:
        items = "".join(
            f"<li>{escape(each['kind'])} <code>{escape(each['old'])}</code> is now <code>{escape(each['new'])}</code></li>\n"
            for each in self.document["renamings"]
        )
        return f'<ul class="quiet">{items}</ul>\n' if items else ""

    def _wording(self) -> str:
        items = "".join(
            f"<li>{escape(words.wording_words(each))}</li>\n" for each in self.document["wording"]
        )
        return f'<ul class="quiet">{items}</ul>\n' if items else ""


# ── pieces ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _section(anchor: str, title: str, inside: str) -> str:
    return (
        f'<section id="{anchor}" aria-labelledby="{anchor}-heading">\n'
        f'<h2 id="{anchor}-heading">{escape(title)}</h2>\n{inside}</section>\n'
    )


def _beside(kind: str, blocks: list[str]) -> str:
    """Blocks side by side where there is room."""
    shown = "".join(f"<div>{block}</div>\n" for block in blocks)
    return f'<div class="beside {kind}">{shown}</div>\n' if blocks else ""


def _matrix(card: Card) -> str:
    heads = "".join(f'<th scope="col" class="number">{_band(card, band)}</th>' for band in card.columns)
    rows = []
    for old in card.rows:
        cells = "".join(_number(card, old, new) for new in card.columns)
        total = f'<td class="number sum">{card.before(old):,}</td>'
        rows.append(f'<tr><th scope="row">{_band(card, old)}</th>{cells}{total}</tr>\n')
    after = "".join(f'<td class="number sum">{card.after(band):,}</td>' for band in card.columns)
    rows.append(f'<tr><th scope="row">now</th>{after}<td></td></tr>\n')
    wide = " wide" if len(card.columns) > MOST_BANDS else ""
    return (
        f'<div class="matrix{wide}"><table><caption>Accounts by band before (rows) and now (columns)</caption>\n'
        f'<thead><tr><th scope="col">from ╲ to</th>{heads}<th scope="col" class="number">before</th></tr></thead>\n'
        f"<tbody>\n{''.join(rows)}</tbody></table></div>\n"
    )


def _number(card: Card, old: str, new: str) -> str:
    number = card.number(old, new)
    if not number:
        return '<td class="number nobody">·</td>'
    if card.direction(old, new) == SAME:
        return f'<td class="number same">{number:,}</td>'
    return f'<td class="number moved {tone(card, new)}">{number:,}</td>'


def _segments(card: Card) -> str:
    columns = ["Segment", "Accounts", "Change band", "Change score", "On average", "Newly"]
    rows = []
    for each in card.by:
        cells = (
            f"{each['accounts']:,}", f"{each['moved']:,}", f"{each['changed']:,}", words.signed(each["mean_change"]),
        )  # fmt: skip
        shown = "".join(
            f'<td role="cell" class="number" data-label="{label}">{text}</td>'
            for label, text in zip(columns[1:], cells, strict=False)
        )
        newly = escape(words.newly_words(card, each["newly"]))
        kind = "" if newly else ' class="empty"'
        shown += f'<td role="cell"{kind} data-label="Newly">{newly}</td>'
        rows.append(
            f'<tr role="row"><th role="rowheader" scope="row">{escape(each["segment"])}</th>{shown}</tr>\n'
        )
    return _table("segments cards", "By segment", columns, "".join(rows))


def _table(kind: str, caption: str, columns: list[str], rows: str) -> str:
    """A table whose numbers stand at the right; roles are written out for where it is shown as cards."""
    numbers = {
        "Accounts",
        "Change band",
        "Change score",
        "On average",
        "Change",
        "Start",
        "Stop",
        "As before",
    }
    heads = "".join(
        f'<th role="columnheader" scope="col"{" class=" + chr(34) + "number" + chr(34) if title in numbers else ""}>{title}</th>'
        for title in columns
    )
    cards = f"{kind} cards" if kind == "movers" else kind
    return (
        f'<table role="table" class="{cards}"><caption>{caption}</caption>\n'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n<tbody role="rowgroup">\n{rows}</tbody></table>\n'
    )


def _band(card: Card, band: str | None) -> str:
    name = words.band_words(band)
    shown = cut(cell(name), _LONGEST_BAND)
    whole = f' title="{escape(name)}"' if shown != cell(name) else ""
    return f'<span class="band {tone(card, band)}"{whole}>{escape(shown)}</span>'


def _outcome(card: Card, found: Mapping[str, Any]) -> str:
    band = _band(card, found["band"]) if card.bands else ""
    if found["score"] is None:
        return f'{band} <span class="quiet">{escape(str(found["status"]).replace("_", " "))}</span>'.strip()
    return f"{band} {short_number(found['score'])}".strip()


def _scale(movers: list[Mover]) -> tuple[float, float]:
    """The ends of the scale that the bars of all accounts share."""
    sums = [
        (added_up(min(n or 0, 0) for _, n in mover.parts), added_up(max(n or 0, 0) for _, n in mover.parts))
        for mover in movers
    ]
    return min((low for low, _ in sums), default=0), max((high for _, high in sums), default=0)


def _remark(remark: words.Remark) -> str:
    items = "".join(f"<li>{escape(item)}</li>" for item in remark.items)
    listed = f"<ul>{items}</ul>" if items else ""
    return f"<li><div><span>{escape(_sentence(remark.text))}</span> {listed}</div></li>"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _share(number: int, accounts: int) -> str:
    return percent_text(number / accounts if accounts else 0)


def _kept(ok: bool) -> str:
    return "kept" if ok else "exceeded"

"""What a comparison shows as a picture: who goes from which band to which, how large changes are, what they consist of.

In: figures of a comparison. Out: SVG and HTML to stand in a page. Guaranteed: nothing is loaded; colours come from the
style of the page, so that a picture follows light and dark; what a picture shows, words beside it say too.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import define, frozen

from ruleengine.report.cells import cell, cut
from ruleengine.report.diff import headline as words
from ruleengine.report.diff.figures import NA, SAME, Card
from ruleengine.report.words.names import tone_of_name

#: Heights in pixels: of all flows together, and the least that is seen of one.
_FLOWS, _LEAST_MOVE, _LEAST_STAY = 250, 3.0, 1.0
#: What share of the height those who move take at least, and the most that one of them takes, in pixels.
_SEEN, _LARGEST = 0.35, 8.0
_WORTH_TELLING = 1.5
#: The least height of a band with its words, the gap between bands, what stands above them.
_SLOT, _GAP, _HEAD = 38, 12, 28
_BAR = 8
#: More bands than this are too many for a picture; the table shows them all the same.
MOST_BANDS = 15
_LONGEST_NAME, _SHORT_NAME = 15, 10
_FLOWS_TOLD = 20


def escape(text: object) -> str:
    """Any text as text of a page."""
    return html.escape(cell(text), quote=True)


def tone(card: Card, band: str | None) -> str:
    """The class that colours a band."""
    if band is None or band not in card.bands:
        return "none"
    return tone_of_name(card.bands, card.bands.index(band))


@define(slots=True)
class _Node:
    """A band on one side of the picture, where it begins, how high it is, and how much of it is taken."""

    top: float
    height: float
    taken: float = 0.0


@frozen(slots=True)
class _Ribbon:
    """One flow as it is drawn: from where on the left to where on the right, how high, and what it means."""

    old: str
    new: str
    number: int
    left: float
    right: float
    height: float


def migration(card: Card, sides: tuple[str, str], identity: str) -> str:
    """Flows from the bands before, at the left, to the bands now; `sides` are what both are called."""
    scale = _scale(card)
    heights = {
        (old, new): _height(card.number(old, new), scale, old == new)
        for old in card.rows for new in card.columns if card.number(old, new)
    }  # fmt: skip
    left = _stacked({band: sum(h for (old, _), h in heights.items() if old == band) for band in card.rows})
    right = _stacked(
        {band: sum(h for (_, new), h in heights.items() if new == band) for band in card.columns}
    )
    high = max(node.top + max(node.height, _SLOT) for node in (*left.values(), *right.values())) + 4
    ribbons = _ribbons(card, heights, left, right)
    drawn = "".join(_path(card, ribbon) for ribbon in ribbons)
    labels = "".join([*_before(card, left), *_after(card, right)])
    return (
        f'<svg class="flows" width="100%" height="{_n(high)}" role="img" '
        f'aria-labelledby="{identity}-title {identity}-words">\n'
        f'<title id="{identity}-title">{escape(f"{card.title}: from band to band")}</title>\n'
        f'<desc id="{identity}-words">{escape(_told(card))}</desc>\n'
        f'<text class="side" x="27%" y="14" text-anchor="end">{escape(cut(sides[0], _SHORT_NAME + 2))}</text>'
        f'<text class="side" x="73%" y="14">{escape(cut(sides[1], _SHORT_NAME + 2))}</text>\n'
        f'<svg x="27%" width="46%" height="{_n(high)}" viewBox="0 0 100 {_n(high)}" preserveAspectRatio="none">\n'
        f"{drawn}</svg>\n{labels}</svg>\n{_caption(scale)}"
    )


def bars(distribution: Sequence[Mapping[str, Any]]) -> str:
    """How large the changes of score are: a table in which a bar shows each number."""
    most = max((each["accounts"] for each in distribution), default=0) or 1
    rows = "".join(
        f'<tr><th scope="row" class="number">{escape(words.bin_words(each))}</th>'
        f'<td class="number">{each["accounts"]:,}</td><td class="bar">{_bar(each, most)}</td></tr>\n'
        for each in distribution
    )
    return (
        '<table class="bars"><caption>How many accounts gain or lose how many points</caption>\n'
        '<thead><tr><th scope="col" class="number">Points</th><th scope="col" class="number">Accounts</th>'
        f'<th scope="col"><span class="unseen">Bar</span></th></tr></thead>\n<tbody>\n{rows}</tbody></table>\n'
    )


def parts_bar(parts: Sequence[tuple[str, float]], low: float, high: float) -> str:
    """A change as a bar: what takes points to the left of the line, what gives them to the right.

    `parts` are classes of colours with points; `low` and `high` the ends of the scale, which all bars of a table share.
    """
    scale = 100 / ((high - low) or 1)
    zero = -low * scale
    ends = {True: zero, False: zero}
    drawn = []
    for kind, number in parts:
        width = abs(number) * scale
        start = ends[number < 0] - (width if number < 0 else 0)
        ends[number < 0] += -width if number < 0 else width
        drawn.append(f'<rect class="{kind}" x="{_n(start)}%" y="2" width="{_n(width)}%" height="12"/>')
    return (
        f'<svg class="parts" width="100%" height="16" aria-hidden="true">{"".join(drawn)}'
        f'<line x1="{_n(zero)}%" x2="{_n(zero)}%" y1="0" y2="16"/></svg>'
    )


def _bar(each: Mapping[str, Any], most: int) -> str:
    kind = "loss" if each["to"] <= 0 else "gain"
    width = _n(100 * each["accounts"] / most)
    return f'<span class="{kind}" style="width:{width}%"></span>' if each["accounts"] else ""


# ── flows ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True)
class _Scale:
    """How many pixels an account is high, if it stays in its band and if it moves."""

    stay: float
    move: float


def _scale(card: Card) -> _Scale:
    """Few move among many who stay: they are drawn larger, so that they can be seen."""
    accounts = sum(card.before(band) for band in card.rows)
    moving = sum(number for _, _, number in card.flows())
    even = _FLOWS / max(accounts, 1)
    if moving >= _SEEN * accounts or moving == accounts:
        return _Scale(even, even)
    move = max(min(_SEEN * _FLOWS / moving, _LARGEST), even)
    return _Scale((_FLOWS - move * moving) / (accounts - moving), move)


def _height(number: int, scale: _Scale, stays: bool) -> float:
    return max(number * scale.stay, _LEAST_STAY) if stays else max(number * scale.move, _LEAST_MOVE)


def _caption(scale: _Scale) -> str:
    """That the picture is not to scale, where it is not."""
    times = scale.move / scale.stay
    if times < _WORTH_TELLING:
        return ""
    return (
        f'<figcaption class="quiet">An account that moves is drawn {times:.0f} times as wide as one that stays.'
        "</figcaption>\n"
    )


def _stacked(heights: Mapping[str, float]) -> dict[str, _Node]:
    """Bands below one another, each with room for its words."""
    found = {}
    top = float(_HEAD)
    for band, height in heights.items():
        slot = max(height, _SLOT)
        found[band] = _Node(top + (slot - height) / 2, height)
        top += slot + _GAP
    return found


def _ribbons(
    card: Card,
    heights: Mapping[tuple[str, str], float],
    left: Mapping[str, _Node],
    right: Mapping[str, _Node],
) -> list[_Ribbon]:
    """Every flow where it is drawn; those who move are drawn last, above those who stay."""
    starts, ends = {}, {}
    for old in card.rows:
        for new in card.columns:
            if (old, new) in heights:
                starts[old, new] = left[old].top + left[old].taken
                left[old].taken += heights[old, new]
    for new in card.columns:
        for old in card.rows:
            if (old, new) in heights:
                ends[old, new] = right[new].top + right[new].taken
                right[new].taken += heights[old, new]
    found = [
        _Ribbon(*pair, card.number(*pair), starts[pair], ends[pair], height)
        for pair, height in heights.items()
    ]
    return sorted(found, key=lambda ribbon: ribbon.old != ribbon.new)


def _path(card: Card, ribbon: _Ribbon) -> str:
    left, right, high = ribbon.left, ribbon.right, ribbon.height
    line = (
        f"M0 {_n(left)}C50 {_n(left)} 50 {_n(right)} 100 {_n(right)}V{_n(right + high)}"
        f"C50 {_n(right + high)} 50 {_n(left + high)} 0 {_n(left + high)}Z"
    )
    kind = "stay" if card.direction(ribbon.old, ribbon.new) == SAME else "move"
    return (
        f'<path class="{kind} {tone(card, ribbon.new)}" d="{line}">'
        f"<title>{escape(_flow_words(ribbon.old, ribbon.new, ribbon.number))}</title></path>\n"
    )


def _before(card: Card, nodes: Mapping[str, _Node]) -> Iterator[str]:
    for band, node in nodes.items():
        yield _node(card, band, node, "27%", "27%", -10, "end", f"{card.before(band):,}", flip=True)


def _after(card: Card, nodes: Mapping[str, _Node]) -> Iterator[str]:
    for band, node in nodes.items():
        more = card.after(band) - card.before(band)
        told = f"{card.after(band):,}" + (f" ({words.signed(more)})" if more else "")
        yield _node(card, band, node, "73%", "73%", 10, "start", told)


def _node(
    card: Card,
    band: str,
    node: _Node,
    x: str,
    text_x: str,
    aside: int,
    anchored: str,
    told: str,
    flip: bool = False,
) -> str:
    """The bar of a band with its name and number beside it."""
    middle = node.top + node.height / 2
    moved = ' transform="translate(-8 0)"' if flip else ""
    name = words.band_words(band)
    aside += -4 if flip else 4
    drawn = (
        f'<rect class="node {tone(card, band)}" x="{x}" y="{_n(node.top)}" width="{_BAR}" '
        f'height="{_n(node.height)}"{moved}/>'
    )
    return (
        f"{drawn if node.height else ''}"
        f'<text class="name {tone(card, band)}" x="{text_x}" dx="{aside}" y="{_n(middle - 3)}" text-anchor="{anchored}">'
        f"{_name(name)}<title>{escape(name)}</title></text>"
        f'<text class="count" x="{text_x}" dx="{aside}" y="{_n(middle + 14)}" text-anchor="{anchored}">{told}</text>\n'
    )


def _name(name: str) -> str:
    """A name in as much room as a wide screen has, and as a narrow one has."""
    long, short = (cut(cell(name), most) for most in (_LONGEST_NAME, _SHORT_NAME))
    if long == short:
        return escape(name)
    return f'<tspan class="long">{escape(long)}</tspan><tspan class="short">{escape(short)}</tspan>'


def _flow_words(old: str, new: str, number: int) -> str:
    who = words.counted(number, "account")
    if old == new:
        return f"{who} {'stays' if number == 1 else 'stay'} {words.band_words(old)}"
    return f"{who} {'goes' if number == 1 else 'go'} from {words.band_words(old)} to {words.band_words(new)}"


def _told(card: Card) -> str:
    """The picture in words."""
    flows = [_flow_words(*flow) for flow in card.flows()]
    rest = len(flows) - _FLOWS_TOLD
    told = "; ".join(flows[:_FLOWS_TOLD]) + (f"; and {words.counted(rest, 'more move')}" if rest > 0 else "")
    stay = sum(card.number(band, band) for band in (*card.bands, NA))
    return f"{told}; {words.counted(stay, 'account')} {'stays' if stay == 1 else 'stay'} in the same band"


def _n(number: float) -> str:
    """A number of a picture, as short as can be."""
    return f"{round(number, 2) + 0.0:.2f}".rstrip("0").rstrip(".")  # and never -0

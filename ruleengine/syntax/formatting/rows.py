"""Lines that stand under one another, with their columns aligned.

In: entries of one block, each with the forms in which it may be written, the widest aligned form first.
Out: one document an entry. Entries of one kind that follow each other are aligned together, as long as what
fits on a line still does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from attrs import define, field, frozen

from ruleengine.syntax.formatting.document import WIDTH, Document, before_first_break, flat, must_break

#: Columns are not aligned where they would begin further right than this.
_WIDEST = 56


@frozen(slots=True)
class Form:
    """Columns that are padded, and what stands behind them; `strict`: only where all of it fits on a line."""

    columns: tuple[Document, ...]
    rest: Document
    strict: bool = False


@frozen(slots=True)
class Style:
    """How entries of a kind are aligned.

    `gaps`: the blanks behind each column, the last for all further ones; `right`: the columns that stand at
    their right; `least`: the least width of the first column, also its greatest where it is `fixed`;
    `spread`: how much the widths of the first column may differ; `loose`: an empty line begins a new run;
    `free`: what stands behind the columns may be longer than a line, it is never broken.
    """

    gaps: tuple[int, ...] = (1,)
    right: frozenset[int] = frozenset()
    least: int = 0
    fixed: bool = False
    spread: int = WIDTH
    loose: bool = False
    free: bool = False

    def gap(self, number: int) -> int:
        """The blanks behind column `number`."""
        return self.gaps[min(number, len(self.gaps) - 1)]


STYLES: Mapping[str, Style] = {
    "header": Style(least=10, free=True),
    "measure": Style(least=8, fixed=True),
    "card": Style(least=7, fixed=True),
    "trigger": Style(least=8, fixed=True),
    "template": Style(least=7, fixed=True),
    "checklist": Style(),
    "test": Style(least=6, fixed=True),
    "criterion": Style(),
    "matrix": Style(least=7, fixed=True),
    "matrix row": Style(),
    "cell": Style(),
    "let": Style(spread=6, loose=True),
    "segment": Style(gaps=(2,), loose=True),
    "band": Style(gaps=(2, 4), right=frozenset({1})),
    "row": Style(gaps=(1, 1)),
    "table": Style(),
    "member": Style(gaps=(1, 1), right=frozenset({1})),
    "group": Style(gaps=(1, 1, 1), right=frozenset({2})),
    "rate": Style(),
}


@define(slots=True)
class Alignable:
    """One entry: its kind (a key of `STYLES`, or empty), its forms, and the plain form without alignment."""

    kind: str
    forms: tuple[Form, ...]
    plain: Document
    after_blank: bool = False
    aligned: Document | None = field(default=None, init=False)

    @property
    def document(self) -> Document:
        """The aligned form, or the plain one."""
        return self.plain if self.aligned is None else self.aligned


def align(entries: Sequence[Alignable], indent: int) -> None:
    """Give each entry its aligned form."""
    for run in _runs(entries):
        style = STYLES[run[0].kind]
        count = min(len(entry.forms) for entry in run)
        for number in range(count):
            forms = [entry.forms[number] for entry in run]
            if _align_run(run, forms, style, indent, last=number + 1 == count):
                break


def _runs(entries: Sequence[Alignable]) -> Iterator[list[Alignable]]:
    run: list[Alignable] = []
    least = most = 0  # the widths of the first column in the run
    for entry in entries:
        width = len(flat(entry.forms[-1].columns[0])) if entry.kind else 0
        least, most = min(least, width), max(most, width)
        if run and not _goes_on(run[0], entry, most - least):
            yield run
            run = []
        if not run:
            least = most = width
        if entry.kind:
            run.append(entry)
    if run:
        yield run


def _goes_on(first: Alignable, entry: Alignable, spread: int) -> bool:
    """Whether an entry belongs to a run; with it the widths of the first column differ by `spread`."""
    style = STYLES[first.kind]
    if entry.kind != first.kind or (style.loose and entry.after_blank):
        return False
    return spread <= style.spread


def _align_run(
    run: Sequence[Alignable], forms: Sequence[Form], style: Style, indent: int, last: bool
) -> bool:
    """Whether the run could be aligned in these forms; the entries have their documents then."""
    strict = forms[0].strict
    pairs = list(zip(run, forms, strict=True))
    chosen = [(entry, form) for entry, form in pairs if _takes_part(entry, form, style, indent)]
    if strict and not last and len(chosen) < len(run):
        return False
    widths = _widths([form for _, form in chosen], style)
    if not strict and not style.fixed and sum(widths) > _WIDEST:
        widths = []
    prefixes = [_prefix(form, widths, style) for _, form in chosen]
    if strict and any(
        indent + len((prefix + flat(form.rest)).rstrip()) > WIDTH
        for prefix, (_, form) in zip(prefixes, chosen, strict=True)
    ):
        return False
    for padded, (entry, form) in zip(prefixes, chosen, strict=True):
        prefix = padded if style.free or _room_for(indent + len(padded), form) else _prefix(form, [], style)
        entry.aligned = (prefix, form.rest) if form.rest else prefix.rstrip()
    return True


def _takes_part(entry: Alignable, form: Form, style: Style, indent: int) -> bool:
    """Whether an entry is aligned with others.

    INVARIANT: the answer is the same for what comes out of it. So an entry takes part in a strict form only if it
    is on one line anyway, and in another one only if its columns, which are never broken then, are narrow.
    """
    if any(must_break(column) for column in form.columns):
        return False
    if form.strict:
        return _single(entry, indent)
    own = sum(len(flat(column)) + 1 for column in form.columns)
    return style.fixed or style.free or (own <= _WIDEST and _room_for(indent + own, form))


def _room_for(column: int, form: Form) -> bool:
    """Whether what stands behind the columns can begin at `column`, at least up to where it may be broken."""
    return column + len(before_first_break(form.rest)) <= WIDTH


def _single(entry: Alignable, indent: int) -> bool:
    """Whether the entry is on one line anyway, so that alignment must not break it."""
    return not must_break(entry.plain) and indent + len(flat(entry.plain)) <= WIDTH


def _widths(forms: Sequence[Form], style: Style) -> list[int]:
    """The width of each column with the gap behind it; a column that is empty everywhere has none."""
    widths = []
    lengths = ([len(flat(column)) for column in form.columns] for form in forms)
    for number, found in enumerate(zip_longest(*lengths, fillvalue=0)):
        width = max(found)
        if number == 0 and style.least:
            width = style.least if style.fixed else max(width, style.least)
        widths.append(width + style.gap(number) if width else 0)
    return widths


def _prefix(form: Form, widths: Sequence[int], style: Style) -> str:
    """The columns of a form, padded to `widths`; without widths there are single blanks between them."""
    prefix = ""
    for number, column in enumerate(form.columns):
        gap, text = style.gap(number), flat(column)
        if not widths:
            prefix += f"{text} " if text else ""
        elif widths[number]:
            room = widths[number] - gap
            prefix += (text.rjust(room) if number in style.right else text.ljust(room)) + " " * gap
    return prefix


def plain_form(form: Form) -> Document:
    """A form without alignment: single blanks between what there is."""
    parts: list[Document] = []
    for part in (*form.columns, form.rest):
        if part:
            parts += [" ", part] if parts else [part]
    return tuple(parts)

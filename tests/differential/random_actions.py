"""Checklists and matrices made at random, over what a file has declared so far."""

from __future__ import annotations

from random import Random
from typing import Any

from ruleengine.syntax import tree
from tests.differential.names import BandSet, Names, Rated
from tests.differential.nodes import is_, make, path, word
from tests.differential.random_expressions import Maker
from tests.differential.random_triggers import text_with_values

#: The words of cells: names that are declared, labels alone, and no cell.
CELLS = ("expand", "keep", "rescue")
LABELS = ("Wait and see", "Größe", "B+")


class ActionMaker:
    """Makes checklists and matrices; what they declare is added to the names."""

    def __init__(self, random: Random, maker: Maker, names: Names, bands: BandSet, several: bool) -> None:
        self.random = random
        self.maker = maker
        self.names = names
        self.bands = bands
        self.several = several

    # ── checklists ──

    def checklist(self, name: str) -> list[Any]:
        """A checklist, the scorecard that it is in, and how it is answered."""
        criteria: list[Any] = []
        for at in range(self.random.choice((1, 2, 3, 5))):
            before = [each.name for each in criteria]
            stricter = self.random.sample(before, min(len(before), self.random.choice((0, 0, 1, 2))))
            band = word(self.random.choice(self.bands.words))
            unless = tuple(make(tree.Word, other) for other in stricter)
            criteria.append(make(tree.Criterion, f"{name}_{at}", band, None, self.maker.flag(1), unless))
        statements = ([make(tree.BandsUse, self.bands.name)] if self.several else []) + criteria
        items = [make(tree.Checklist, name, None, tuple(statements))]
        for answer in ("yes", "no", "unknown"):
            self.names.add("count", name, answer)
        for each in criteria:
            self.names.measures.append(
                Rated(each.name, self.bands, "flag", has_points=self.bands.has_points())
            )
        return items + (self._card(name) if self.bands.has_points() else [])

    def _card(self, checklist: str) -> list[Any]:
        name = f"{checklist}_score"
        known = [
            each for each in self.names.measures if each.has_points and not each.name.startswith(checklist)
        ]
        others = self.random.sample(
            [each.name for each in known], min(len(known), self.random.choice((0, 1, 2)))
        )
        lines = [make(tree.MemberLine, member, None) for member in (checklist, *others)]
        self.random.shuffle(lines)
        statements: list[Any] = [make(tree.BandsUse, self.bands.name)] if self.several else []
        if self.random.random() < 0.3:
            statements.append(make(tree.Rollup, self.random.choice(("sum", "minimum", "maximum"))))
        if self.random.random() < 0.2:
            statements.append(make(tree.Missing, self.random.choice(("require all", "as zero"))))
        self.names.cards.append(Rated(name, self.bands))
        return [make(tree.Scorecard, name, None, (*statements, *lines))]

    # ── matrices ──

    def matrix(self, name: str) -> list[Any]:
        """A matrix, and what is asked of it."""
        kinds = ["rows", "columns", *["blocks"] * self.random.choice((0, 0, 1, 2))]
        axes: list[tuple[Any, tuple[str, ...]]] = []
        for kind in kinds:
            used = [axis.subject for axis, _ in axes]
            axis = self._axis(kind, used)
            if axis is None:
                return []
            axes.append(axis)
        statements = [axis for axis, _ in axes]
        rows, columns, *blocks = (values for _, values in axes)
        statements += self._blocks(rows, columns, blocks)
        statements += [self._cell(each) for each in CELLS]
        statements.append(make(tree.MatrixOtherwise, self._use()))
        self.random.shuffle(statements[len(axes) :])
        self._note(name)
        return [make(tree.Matrix, name, None, tuple(statements))]

    def _axis(self, kind: str, used: list[Any]) -> tuple[Any, tuple[str, ...]] | None:
        """An axis that is not there yet, and its values."""
        rated = [each for each in (*self.names.measures, *self.names.cards, *self.names.groups) if each.bands]
        for _ in range(5):
            pick = self.random.random()
            if pick < 0.4 and rated:
                each = self.random.choice(rated)
                assert each.bands is not None
                subject, words = path(*each.name.split(".")), each.bands.words
                listed = self.random.random() < 0.5
            elif pick < 0.7 and self.names.choices:
                field = self.random.choice(self.names.choices)
                subject, words, listed = path(*field.path), field.words, True
            elif pick < 0.85 and self.names.segments:
                subject, words, listed = None, tuple(self.names.segments), True
            else:
                subject = path(*self.random.choice(self.names.values["text"]))
                words, listed = ("dev", "ops", "", "gold"), True
            if subject in used:
                continue
            if listed:
                words = tuple(self.random.sample(words, self.random.randint(1, len(words))))
            shown = tuple(map(word, words)) if listed else ()
            return make(tree.Axis, kind, subject, shown), tuple(words)
        return None

    def _blocks(self, rows: tuple[str, ...], columns: tuple[str, ...], axes: list[Any]) -> list[Any]:
        """The rows, or the blocks of rows; some are left to `otherwise`."""
        if not axes:
            return self._rows(rows, columns)
        combinations: list[tuple[str, ...]] = [()]
        for values in axes:
            combinations = [(*before, value) for before in combinations for value in values]
        kept = [each for each in combinations if self.random.random() < 0.8]
        return [
            make(tree.MatrixBlock, tuple(map(word, each)), tuple(self._rows(rows, columns))) for each in kept
        ]

    def _rows(self, rows: tuple[str, ...], columns: tuple[str, ...]) -> list[Any]:
        kept = [each for each in rows if self.random.random() < 0.85] or list(rows)
        self.random.shuffle(kept)
        return [make(tree.MatrixRow, word(each), tuple(self._use() for _ in columns)) for each in kept]

    def _use(self) -> Any:
        pick = self.random.random()
        if pick < 0.15:
            return make(tree.CellUse, None)
        if pick < 0.3:
            return make(tree.CellUse, make(tree.Word, self.random.choice(LABELS), quoted=True))
        return make(tree.CellUse, word(self.random.choice(CELLS)))

    def _cell(self, name: str) -> Any:
        texts = [
            make(tree.CellText, "owner", self._text(f"the owner of {name}")),
            make(tree.CellText, "text", self._text(f"what to do to {name}")),
            make(tree.CellField, "playbook", self._text(name.title())),
        ]
        said = [each for each in texts if self.random.random() < 0.5]
        return make(tree.Cell, name, f"Title of {name}", tuple(said), name_span=texts[0].span)

    def _text(self, text: str) -> Any:
        """A text as it is, or one with values in it."""
        if self.random.random() < 0.5:
            return text_with_values(self.maker)
        return make(tree.TextWithValues, text, (make(tree.Words, text),))

    def _note(self, name: str) -> None:
        self.names.add("text", name, "label")
        matrix = path(name)
        asked = is_(matrix, self.random.choice(CELLS))
        if self.random.random() < 0.5:
            asked = is_(matrix, *CELLS[:2], relation="in")
        self.about = [
            asked,
            path(name, "cell"),
            is_(matrix, self.random.choice(("known", "missing", "not_applicable", "invalid"))),
        ]

    about: list[Any]

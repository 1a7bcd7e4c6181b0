"""What the passes over a schema document share: its text, the reports so far, and references followed.

In: nodes of a JSON Schema. Out: `Node`s in which `$ref`, `allOf` of one type, and "this or null" are
resolved, so that the mapping to types sees one plain node. What cannot be resolved is reported as RE516 at
its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define, field, frozen

from ruleengine.diagnostics import Diagnostic, Severity
from ruleengine.facts.model import ExampleHint, Path
from ruleengine.facts.scan import key_places
from ruleengine.limits import limits
from ruleengine.source import Source, Span
from ruleengine.values import Field

#: Keywords that say what kind of value a node is; a branch without any of them only constrains.
_KIND_WORDS = (
    "type",
    "$ref",
    "properties",
    "items",
    "enum",
    "const",
    "oneOf",
    "anyOf",
    "allOf",
    "format",
    "prefixItems",
)


@frozen(slots=True)
class Node:
    """A schema node after references; `origins` has the pointer of the object each keyword stands in."""

    words: Mapping[str, Any]
    pointer: str
    origins: Mapping[str, str] = field(repr=False)
    references: tuple[str, ...] = ()
    nullable: bool = False

    def place(self, keyword: str) -> str:
        """The pointer of a keyword in the schema file."""
        return f"{self.origins.get(keyword, self.pointer)}/{keyword}"


@define(slots=True)
class Reading:
    """One schema document while it is read: everything that the mapping collects beside the types."""

    document: Mapping[str, Any]
    source: Source
    reports: list[Diagnostic] = field(factory=list)
    ids: list[tuple[Path, str]] = field(factory=list)
    hints: dict[Path, ExampleHint] = field(factory=dict)
    elements: dict[Path, Field] = field(factory=dict)
    at_most: list[tuple[Path, str, str]] = field(factory=list)
    fields: int = 0
    too_deep: bool = False  # reported once, wherever references lead
    _places: dict[str, tuple[int, int]] | None = field(default=None, init=False, repr=False)

    def span(self, pointer: str) -> Span:
        """Where `pointer` stands in the schema file, or else the nearest place above it."""
        if self._places is None:  # most schemas have nothing to report
            self._places = key_places(self.source.text)
        while pointer and pointer not in self._places:
            pointer = pointer.rpartition("/")[0]
        start, end = self._places.get(pointer, (0, 0)) if pointer else (0, 0)
        return self.source.span(start, end)

    def fault(self, pointer: str, message: str, remedy: str = "") -> None:
        """Report what the engine cannot use."""
        self.reports.append(Diagnostic("RE516", self.span(pointer), message, help=remedy, pointer=pointer))

    def note(self, pointer: str, message: str, severity: Severity = Severity.NOTE) -> None:
        """Report what is odd and does no harm."""
        report = Diagnostic("RE516", self.span(pointer), message, pointer=pointer, severity=severity)
        self.reports.append(report)

    def too_many_fields(self, pointer: str) -> bool:
        """Count one field; report once when references have made too many of them."""
        self.fields += 1
        most = limits().schema_fields
        if self.fields == most + 1:
            self.fault(pointer, f"the schema comes to more than {most:,} fields")
        return self.fields > most


def resolve(reading: Reading, raw: object, pointer: str, references: tuple[str, ...]) -> Node | None:
    """The node at `pointer` with its references followed; None after a report."""
    if not isinstance(raw, dict):
        said = "anything" if raw is True else "nothing" if raw is False else "no schema"
        reading.fault(
            pointer, f"the schema here says `{said}`, which is no type", "write an object with a `type`"
        )
        return None
    node: Node | None = Node(raw, pointer, dict.fromkeys(raw, pointer), references)
    while node is not None:
        if "$ref" in node.words:
            node = _follow(reading, node)
        elif "$dynamicRef" in node.words:
            reading.fault(
                node.place("$dynamicRef"), "`$dynamicRef` cannot be followed", "use a `$ref` to `#/$defs/…`"
            )
            node = None
        elif "oneOf" in node.words or "anyOf" in node.words:
            node = _one_beside_null(reading, node, "oneOf" if "oneOf" in node.words else "anyOf")
        elif "allOf" in node.words:
            node = _all_of(reading, node)
        else:
            return node
    return None


def _merged(node: Node, without: str, target: Mapping[str, Any], pointer: str, **changes: Any) -> Node:
    """`node` laid over `target`: what stands beside a reference is nearer and wins."""
    words = {**target, **{word: value for word, value in node.words.items() if word != without}}
    origins = {
        **dict.fromkeys(target, pointer),
        **{word: node.origins[word] for word in node.words if word != without},
    }
    references = changes.get("references", node.references)
    return Node(words, node.pointer, origins, references, node.nullable or bool(changes.get("nullable")))


def _follow(reading: Reading, node: Node) -> Node | None:
    reference, place = node.words["$ref"], node.place("$ref")
    if not isinstance(reference, str) or not (reference == "#" or reference.startswith("#/")):
        reading.fault(
            place, f"the reference `{reference}` leads out of this file", "copy the definition into `$defs`"
        )
        return None
    if reference in node.references:
        chain = " → ".join((*node.references[node.references.index(reference) :], reference))
        reading.fault(
            place, f"the definition needs itself: {chain}", "a document of endless depth has no fixed fields"
        )
        return None
    target: Any = reading.document
    for step in reference.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(target, list) and name.isdecimal() and int(name) < len(target):
            target = target[int(name)]
        elif isinstance(target, dict) and name in target:
            target = target[name]
        else:
            reading.fault(place, f"the reference `{reference}` leads nowhere", "define it in `$defs`")
            return None
    if not isinstance(target, dict):
        reading.fault(place, f"the reference `{reference}` leads to no schema")
        return None
    return _merged(node, "$ref", target, reference[1:], references=(*node.references, reference))


def _one_beside_null(reading: Reading, node: Node, word: str) -> Node | None:
    branches, place = node.words[word], node.place(word)
    if not isinstance(branches, list):
        reading.fault(place, f"`{word}` holds no list")
        return None
    kept = [(f"{place}/{index}", each) for index, each in enumerate(branches) if not _is_null(each)]
    nullable = len(kept) < len(branches)
    kinds = [(pointer, each) for pointer, each in kept if _has_kind(each)]
    if not kinds and _has_kind({key: value for key, value in node.words.items() if key != word}):
        return _merged(node, word, {}, place)  # branches that only constrain, such as two sets of `required`
    words = [text for _, each in kinds for text in _words_of(each)]
    if len(kinds) > 1 and all(_words_of(each) for _, each in kinds):
        return _merged(node, word, {"enum": words}, kinds[0][0], nullable=nullable)
    if len(kinds) != 1 or len(kept) != 1:
        reading.fault(
            place,
            f"`{word}` allows {len(kept)} types and a field has one",
            "name one type, or one type beside `null`; put different types into different fields",
        )
        return None
    return _merged(node, word, kinds[0][1], kinds[0][0], nullable=nullable)


def _all_of(reading: Reading, node: Node) -> Node | None:
    branches, place = node.words["allOf"], node.place("allOf")
    if not isinstance(branches, list):
        reading.fault(place, "`allOf` holds no list")
        return None
    kinds = [(f"{place}/{index}", each) for index, each in enumerate(branches) if _has_kind(each)]
    if len(kinds) > 1:
        reading.fault(
            place, f"`allOf` joins {len(kinds)} types", "write the properties of all of them in one place"
        )
        return None
    pointer, target = kinds[0] if kinds else (place, {})
    return _merged(node, "allOf", target, pointer)


def _is_null(branch: object) -> bool:
    if not isinstance(branch, dict):
        return False
    return (
        branch.get("type") in ("null", ["null"])
        or branch.get("enum") == [None]
        or branch.get("const", 0) is None
    )


def _has_kind(branch: object) -> bool:
    return isinstance(branch, dict) and any(word in branch for word in _KIND_WORDS)


def _words_of(branch: Mapping[str, Any]) -> list[str]:
    """The words of a branch that only lists words; empty when it is anything else."""
    values = [branch["const"]] if "const" in branch else branch.get("enum", [])
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        return []
    return list(values)

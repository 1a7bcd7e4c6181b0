"""Files → modules: reading a ruleset file, its fact schema and everything that it imports.

Guaranteed: each file is read once; an import never leaves the rulesets folder; faults are reported at the place that
names what is missing.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from attrs import define, field

from ruleengine.compiler.scope import Module, Symbol
from ruleengine.diagnostics import Diagnostics, did_you_mean
from ruleengine.facts.model import field_named
from ruleengine.facts.schema import load_schema
from ruleengine.limits import limits
from ruleengine.source import Source, content_of
from ruleengine.syntax import tree as t
from ruleengine.syntax.parse import parse
from ruleengine.workspace import TESTS_SUFFIX, Workspace, import_path, list_rulesets

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_KINDS: dict[type, str] = {
    t.Let: "let", t.Segment: "segment", t.Measure: "measure", t.Scorecard: "scorecard", t.Table: "table",
    t.Define: "define", t.BandSet: "bands", t.Output: "output", t.Trigger: "trigger", t.Template: "template",
    t.Checklist: "checklist", t.Matrix: "matrix",
}  # fmt: skip


def read_source(path: Path, diagnostics: Diagnostics, shown: str | None = None) -> tuple[Source, str] | None:
    """The text of a ruleset file and the digest of its bytes; None after a report."""
    label = shown or str(path)
    place = Source(label, "").span(0, 0)
    try:
        content = content_of(path, limits().ruleset_bytes)
    except OSError as error:
        reason = error.strerror or str(error)
        help_text = "split the ruleset and import its parts" if "larger than" in reason else ""
        diagnostics.report("RE107", place, f"the file cannot be read: {reason}", help_text)
        return None
    digest = hashlib.sha256(content).hexdigest()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")
        line = before.count("\n") + 1
        diagnostics.report(
            "RE107",
            Source(label, before).span(len(before), len(before)),
            f"the file is no UTF-8 text: line {line} holds the byte {content[error.start]:#04x}",
            "save it as UTF-8",
        )
        return None
    if "\0" in text:
        zero = Source(label, text).span(text.index("\0"), text.index("\0") + 1)
        diagnostics.report("RE107", zero, "the file holds a NUL character, so it is no text")
        return None
    return Source(label, text), digest


@define(slots=True, eq=False)
class Linker:
    """Reads modules; `modules` holds each once, by name and version."""

    workspace: Workspace
    diagnostics: Diagnostics
    modules: dict[tuple[str, str], Module] = field(factory=dict)
    sources: dict[str, Source] = field(factory=dict)
    stack: list[tuple[str, str]] = field(factory=list)
    bytes: int = 0  # of all files that were read

    def load(self, path: Path, is_root: bool) -> Module | None:
        """The module in a file, with what it imports; None when it cannot be read at all."""
        found = read_source(path, self.diagnostics)
        if found is None:
            return None
        source, digest = found
        self.sources[source.path] = source
        self.bytes += len(source.text.encode())
        file, reports = parse(source)
        self.diagnostics.extend(reports)
        header = file.items[0] if file.items and isinstance(file.items[0], t.Header) else None
        if header is None and path.name.endswith(TESTS_SUFFIX):
            self.diagnostics.report(
                "RE112", source.span(0, 0), "this is a file of tests, and not a ruleset",
                f"run it with `ruleengine test {path}`",
            )  # fmt: skip
            return None
        if header is None and not any(report.code.startswith("RE1") for report in reports):
            place = file.items[0].span if file.items else source.span(0, 0)
            self.diagnostics.report(
                "RE109",
                place,
                "a ruleset file begins with its `ruleset` block",
                "for example `ruleset customer_health 1.0.0 { … }`",
            )
        name, version = (header.name, header.version) if header is not None else (path.parent.name, path.stem)
        module = Module(name, version, path, source, file, header, None, is_root, damaged=set(file.damaged))
        module.digests[f"{name} {version}"] = digest
        if header is not None:
            self._check_place(header, path)
        self.modules[name, version] = module
        self.stack.append((name, version))
        self._read_header(module)
        self._declare(module)
        self._import_all(module)
        self._assume(module)
        self.stack.pop()
        return module

    def _check_place(self, header: t.Header, path: Path) -> None:
        try:
            inside = path.resolve().relative_to(self.workspace.rulesets.resolve())
        except (ValueError, OSError):
            return
        if len(inside.parts) == 2 and (inside.parts[0], path.stem) != (header.name, header.version):
            self.diagnostics.report(
                "RE210", header.name_span,
                f"the file is `{inside}`, and the ruleset calls itself `{header.name} {header.version}`",
                f"move it to `{header.name}/{header.version}.rules`, or mend the name or version here",
            )  # fmt: skip

    def _read_header(self, module: Module) -> None:
        header = module.header
        if header is None:
            return
        seen: set[str] = set()
        for statement in header.statements:
            key = statement.key if isinstance(statement, t.Property) else type(statement).__name__
            if key in seen and not isinstance(statement, t.Accept):
                self.diagnostics.report(
                    "RE110", statement.span, "this statement appears twice", "keep one of them"
                )
            seen.add(key)
            self._read_statement(module, statement)
        if "FactsSchema" not in seen and module.name not in module.damaged:
            self.diagnostics.report(
                "RE111",
                header.name_span,
                "the ruleset does not say which facts it reads",
                "add `facts account 1` to the header",
            )

    def _read_statement(self, module: Module, statement: t.HeaderStatement) -> None:
        if isinstance(statement, t.Property):
            setattr(module, statement.key, statement.text)
        elif isinstance(statement, t.Effective):
            module.effective_from = date.fromisoformat(statement.start.text[:10])
            if statement.until is not None:
                module.effective_until = date.fromisoformat(statement.until.text[:10])
                if module.effective_until <= module.effective_from:
                    self.diagnostics.report("RE317", statement.span, "this ruleset ends before it begins")
        elif isinstance(statement, t.Calendar):
            module.fiscal_month = MONTHS.index(statement.month) + 1 if statement.month else 1
            self._zone(module, statement)
        elif isinstance(statement, t.FactsSchema):
            self._schema(module, statement)

    def _zone(self, module: Module, statement: t.Calendar) -> None:
        from zoneinfo import ZoneInfo, available_timezones

        if statement.zone is None:
            return
        try:
            ZoneInfo(statement.zone)
            module.zone = statement.zone
        except (ValueError, OSError, LookupError):
            self.diagnostics.report(
                "RE214",
                statement.zone_span,
                f"unknown time zone `{statement.zone}`",
                did_you_mean(statement.zone, available_timezones()),
            )

    def _schema(self, module: Module, statement: t.FactsSchema) -> None:
        schema, reports = load_schema(statement.name, statement.version, self.workspace.schemas)
        for report in reports:
            if report.code == "RE209":
                self.diagnostics.report("RE209", statement.span, report.message, report.help)
            else:
                self.diagnostics.add(report)
        module.schema = schema
        if schema is not None:
            module.digests[f"facts {statement.name} {statement.version}"] = schema.digest.removeprefix(
                "sha256:"
            )

    # ── names ──

    def _declare(self, module: Module) -> None:
        for item in module.file.items[1 if module.header is not None else 0 :]:
            if isinstance(item, t.Header):
                self.diagnostics.report(
                    "RE110", item.name_span, "a file holds one ruleset", "move this one to a file of its own"
                )
            if isinstance(item, t.Test):
                self.diagnostics.report(
                    "RE112", item.span, "a test stands in a file of its own, beside the ruleset",
                    f"move it to `{module.path.stem}{TESTS_SUFFIX}`",
                )  # fmt: skip
            if isinstance(item, t.Declaration):
                self._add(module, Symbol(_KINDS[type(item)], item.name, item, module, item.name_span))
            for criterion in item.criteria if isinstance(item, t.Checklist) else ():
                self._add(module, Symbol("measure", criterion.name, criterion, module, criterion.name_span))

    def _add(self, module: Module, symbol: Symbol) -> None:
        known = module.symbols.get(symbol.name)
        if known is not None:
            self.diagnostics.report(
                "RE202", symbol.span,
                f"`{symbol.name}` is declared twice: it is already {_with_article(known.kind)} in line {known.span.line}",
                "measures, segments, lets, tables and scorecards share one set of names",
            )  # fmt: skip
            return
        if (
            symbol.kind not in ("bands", "output")
            and module.schema is not None
            and field_named(module.schema.root, symbol.name) is not None
        ):
            self.diagnostics.report(
                "RE202",
                symbol.span,
                f"`{symbol.name}` is already a field of the facts",
                "choose another name: one name means one thing",
            )
            module.damaged.add(symbol.name)  # whatever names it means no field: one fault, one report
            return
        module.symbols[symbol.name] = symbol

    def _import_all(self, module: Module) -> None:
        for item in module.file.items:
            if isinstance(item, t.Import):
                target = self._module_of(item)
                if target is None:
                    module.damaged |= {name.alias or name.name for name in item.names}
                    continue
                module.digests.update(target.digests)
                for name in item.names:
                    self._import_name(module, target, name)

    def _module_of(self, item: t.Import) -> Module | None:
        key = (item.ruleset, item.version)
        if key in self.stack:
            cycle = " → ".join(
                f"{name} {version}" for name, version in [*self.stack[self.stack.index(key) :], key]
            )
            self.diagnostics.report("RE206", item.span, f"these rulesets import each other: {cycle}")
            return None
        if key in self.modules:
            return self.modules[key]
        if len(item.ruleset) > limits().name_length:
            return None  # reported where the name stands
        path = import_path(self.workspace, item.ruleset, item.version)
        if path is None:
            entries, _ = list_rulesets(self.workspace)
            versions = [entry.version for entry in entries if entry.name == item.ruleset]
            help_text = (
                "its versions are " + ", ".join(versions)
                if versions
                else did_you_mean(item.ruleset, {entry.name for entry in entries})
            )
            self.diagnostics.report(
                "RE207", item.span, f"there is no ruleset `{item.ruleset} {item.version}`", help_text
            )
            return None
        refusal = self._refusal(path)
        if refusal:
            self.diagnostics.report("RE207", item.span, refusal, "import what is needed from fewer rulesets")
            return None
        return self.load(path, is_root=False)

    def _refusal(self, path: Path) -> str:
        """Why one more ruleset may not be imported; empty where it may."""
        most = limits()
        if len(self.modules) > most.imports:
            return f"more than {most.imports:,} rulesets are imported"
        if len(self.stack) > most.import_depth:
            return f"more than {most.import_depth} rulesets import one the next"
        if self.bytes + path.stat().st_size > most.imported_bytes:
            return f"the rulesets that are imported come to more than {most.imported_bytes:,} bytes"
        return ""

    def _import_name(self, module: Module, target: Module, name: t.ImportedName) -> None:
        symbol = target.symbols.get(name.name)
        if symbol is None:
            if name.name not in target.damaged:
                self.diagnostics.report(
                    "RE208",
                    name.span,
                    f"`{target.name} {target.version}` has no `{name.name}`",
                    did_you_mean(name.name, target.symbols),
                )
            module.damaged.add(name.alias or name.name)
            return
        label = name.alias or name.name
        self._add(module, Symbol("import", label, name, module, name.span, target=symbol))

    def _assume(self, module: Module) -> None:
        for item in module.file.items:
            if not isinstance(item, t.Assume) or module.schema is None:
                continue
            for path in item.paths:
                names = _path_names(path)
                record, unknown = module.schema.root, ""
                for position, name in enumerate(names):
                    found = field_named(record, name)
                    if found is None:
                        unknown = ".".join(names[: position + 1])
                        self.diagnostics.report(
                            "RE203",
                            path.span,
                            f"unknown field `{unknown}`",
                            did_you_mean(name, (f.name for f in record.fields)),
                        )
                        break
                    record = found.type
                if not unknown:
                    module.assumptions[tuple(names)] = item


def _with_article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _path_names(node: t.Expression) -> list[str]:
    names: list[str] = []
    while isinstance(node, t.Member):
        names.append(node.name)
        node = node.base
    if isinstance(node, t.Name) and not (node.name == "facts" and names):
        names.append(node.name)
    return names[::-1]

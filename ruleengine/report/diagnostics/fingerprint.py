"""What stays the same of a report while the file around it is edited.

In: diagnostics. Out: one fingerprint each, in the same order, all different. A fingerprint depends on the
code, the path, the message and the text of the line, and not on where in the file that line stands; reports
that agree in all of these are told apart by counting them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256

from ruleengine.diagnostics import Diagnostic
from ruleengine.report.diagnostics.region import relative_path, source_line
from ruleengine.source import Source


def fingerprints(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> list[str]:
    """The fingerprint of each diagnostic: 64 hexadecimal digits."""
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for diagnostic in diagnostics:
        line = " ".join(source_line(diagnostic.span, sources).split())
        path = relative_path(diagnostic.span.path)
        key = (diagnostic.code, path, diagnostic.pointer or "", diagnostic.message, line)
        seen[key] += 1
        content = "\0".join((*key, str(seen[key])))
        found.append(sha256(content.encode("utf-8", "surrogatepass")).hexdigest())
    return found

"""Rulesets written for a test, their words and their pages."""

from __future__ import annotations

from pathlib import Path

from ruleengine import api
from ruleengine.report.handbook.build import build_page
from ruleengine.report.handbook.history import Version
from ruleengine.report.handbook.html import page_html
from ruleengine.report.handbook.markdown import page_markdown
from ruleengine.report.handbook.page import Page
from ruleengine.report.words.conditions import Words
from ruleengine.report.words.names import Names

ROOT = Path(__file__).resolve().parents[2]
HEADER = "ruleset demo 1.0.0 { facts account 1 }\n"
BANDS = "bands rag { green 75..100 points 87.5 ; yellow 50..<75 points 62.5 ; red 0..<50 points 25 }\n"


def load(folder: Path, text: str, version: str = "1.0.0", *, header: bool = True) -> api.Ruleset:
    """A ruleset from its text; a header is put before it unless it has one."""
    path = folder / "rulesets" / "demo" / f"{version}.rules"
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = HEADER.replace("1.0.0", version) + text if header else text
    path.write_text(whole, encoding="utf-8")
    return api.load(path, schemas=ROOT / "schemas", cache=False)


def words_of(ruleset: api.Ruleset) -> Words:
    """Words for a ruleset."""
    return Words(Names(ruleset.program, ruleset.sources))


def page_of(ruleset: api.Ruleset, versions: tuple[Version, ...] = ()) -> Page:
    """The page of a ruleset."""
    return build_page(ruleset.program, ruleset.sources, versions)


def markdown_of(ruleset: api.Ruleset, versions: tuple[Version, ...] = ()) -> str:
    """The page as Markdown."""
    return page_markdown(page_of(ruleset, versions))


def html_of(ruleset: api.Ruleset, versions: tuple[Version, ...] = ()) -> str:
    """The page as HTML."""
    return page_html(page_of(ruleset, versions))


def version_of(ruleset: api.Ruleset) -> Version:
    """A ruleset as one version among others."""
    return Version(ruleset.version, None, None, ruleset.program, ruleset.sources)

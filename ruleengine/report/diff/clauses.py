"""Sentences about things that have titles: `Support issues weigh`, `because support issues weigh`, lists of few.

In: titles as authors wrote them. Out: what they are called in a sentence, and verbs that agree with them. Guaranteed: a
title that may be a name or an abbreviation keeps its capital letters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import frozen

#: Before these words stands what a title is about: `Users of git` is about users.
_AFTER_HEAD = re.compile(
    r"[,:;()–—]| (?:of|per|for|in|on|with|without|by|from|to|that|who|which|at|and) ", re.IGNORECASE
)
_PLURAL = re.compile(r"[a-z]{2,}(?<![suio])s$")
_NO_PLURAL = re.compile(
    r"(?:ops|news|series|sales|analytics|kubernetes|jenkins|process|chaos)$", re.IGNORECASE
)
_VERBS = {"is": "are", "has": "have", "was": "were", "does": "do", "goes": "go"}
_ADVERBS = ("now ", "no longer ")
_LONGEST = 160
#: Where two versions differ, and their words do not.
UNSHOWN = "changed in a way that these words do not show"
_MOST_SHARED = 4
_VERBS_SHARED = ("begins", "ends", "go")


@frozen(slots=True)
class Noun:
    """What a sentence is about: its title, and where it is (` in Product`)."""

    title: str
    where: str = ""

    @property
    def is_plural(self) -> bool:
        """Whether one says “are” of it."""
        return is_plural_title(self.title)

    @property
    def text(self) -> str:
        """As the beginning of a sentence."""
        return capital(quoted(self.title)) + self.where

    @property
    def inside(self) -> str:
        """As it is called within a sentence."""
        found = quoted(self.title)
        return (lowered(found) if found == self.title else found) + self.where

    def verb(self, singular: str) -> str:
        """A verb in the third person that agrees with it: `weighs`, `weigh`."""
        if not self.is_plural:
            return singular
        adverb = next((each for each in _ADVERBS if singular.startswith(each)), "")
        first, space, rest = singular.removeprefix(adverb).partition(" ")
        return adverb + _plural_verb(first) + space + rest


@frozen(slots=True)
class Said:
    """What is said of an edit: a sentence without its full stop, a clause after “because”, and the two sides."""

    summary: str
    because: str
    old: str | None
    new: str | None


def sentence(noun: Noun, verb: str, rest: str, old: str | None, new: str | None) -> Said:
    """`Support issues weigh 10% instead of 5%`."""
    said = f" {noun.verb(verb)} {rest}".rstrip()
    return Said(noun.text + said, noun.inside + said, old, new)


def remark(noun: Noun, said: str, clause: str, old: str | None, new: str | None) -> Said:
    """`Users of git: red up to 10%`, and after “because” with a verb: `users of git are red up to 10%`."""
    return Said(f"{noun.text}: {said}", f"{noun.inside} {noun.verb(clause)} {said}", old, new)


def whole(text: str, old: str | None, new: str | None, details: str = "") -> Said:
    """A sentence that begins with an ordinary word, which is small after “because”; the clause goes without details."""
    return Said(capital(text) + details, text, old, new)


def is_plural_title(title: str) -> bool:
    """Whether a title is about several: `Users of git`, not `DevOps adoption` nor `CSM status`."""
    head = _AFTER_HEAD.split(f"{title} ", maxsplit=1)[0].strip()
    last = head.rpartition(" ")[2]
    return bool(_PLURAL.search(last)) and not _NO_PLURAL.search(last)


def _plural_verb(singular: str) -> str:
    """`weigh` for `weighs`, `apply` for `applies`, `are` for `is`."""
    if singular in _VERBS:
        return _VERBS[singular]
    return f"{singular[:-3]}y" if singular.endswith("ies") else singular.removesuffix("s")


def lowered(title: str) -> str:
    """A title inside a sentence: `Support issues` begins with a small letter there, `CSM sentiment` and `Jira` do not."""
    first, _, rest = title.partition(" ")
    ordinary = len(first) > 1 and first[0].isupper() and first[1:].islower() and first.isalpha()
    follows = rest[:1].islower() or (rest[:1].isupper() and rest[:2].isupper())
    return title[0].lower() + title[1:] if rest and ordinary and follows else title


def quoted(title: str) -> str:
    """A title that would break a sentence apart, in quotation marks."""
    return f"“{title}”" if re.search(r"[,:;.?!–—]", title) else title


def capital(text: str) -> str:
    """A sentence begins with a capital letter."""
    return text[:1].upper() + text[1:]


def few(items: Sequence[str], most: int = 3, last: str = "and") -> str:
    """`a, b and 4 more`: what there is, as far as a sentence can hold it."""
    if len(items) <= most + 1:
        return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""
    return f"{', '.join(items[:most])} and {len(items) - most} more"


def shortened(text: str, longest: int = _LONGEST) -> str:
    """A text that is not longer than a sentence can bear; cut at a word."""
    if len(text) <= longest:
        return text
    return text[:longest].rpartition(" ")[0].rstrip(",;:") + " …"


def instead(new: str, old: str) -> str:
    """`30% instead of 40%`; what both sides share is said once: `after 45 days instead of 60`, `begins at 75 instead of 70`."""
    kept = old
    number, space, unit = new.rpartition(" ")
    if space and old.endswith(f" {unit}") and _is_number(number.rpartition(" ")[2]):
        kept = old.removesuffix(f" {unit}")
    words, others = new.split(" "), kept.split(" ")
    shared = 0
    while (
        shared < min(len(words), len(others)) - 1
        and words[shared] == others[shared]
        and shared < _MOST_SHARED
    ):
        shared += 1
    if _is_number(others[-1].rstrip("%")) and shared == len(others) - 1:
        kept = others[-1]
    elif shared and words[0] in _VERBS_SHARED:
        kept = " ".join(others[1:])
    return f"{new} instead of {kept}"


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[−-]?[\d,.]+", text))

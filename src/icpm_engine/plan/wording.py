"""Whether two lines say the same: by the words that they share, in English and Spanish."""

from __future__ import annotations

import functools
import re
from typing import Final

ALIKE: Final = 0.6
"""The share of their words that two lines have in common from which on they are proposed as one."""

_WORD: Final = re.compile(r"\w+(?:['\u2019]\w+)?")
_SMALL: Final = frozenset(
    [
        *("a", "an", "and", "as", "at", "be", "for", "from", "has", "have", "her", "his", "in", "is", "it", "its"),
        *("of", "on", "or", "she", "that", "the", "their", "to", "with"),
        *("al", "con", "de", "del", "el", "en", "la", "las", "lo", "los", "para", "por", "que", "se", "su", "un"),
        *("una", "y"),
    ]
)
_NO: Final = frozenset({"no", "not", "never", "without", "cannot", "nunca", "sin"})
_SHORTENED: Final = ("n't", "n\u2019t")
_KEPT_TEXTS: Final = 4096


def alike(one: str, other: str) -> bool:
    """Whether two texts have so many words in common that they may say the same, or the contrary."""
    mine, theirs = words(one), words(other)
    if not mine or not theirs:
        return False
    return len(mine & theirs) >= ALIKE * len(mine | theirs)


@functools.lru_cache(_KEPT_TEXTS)
def words(text: str) -> frozenset[str]:
    """The words that make up what a text says: without the small ones, the endings, and those that deny."""
    return frozenset(_stem(word) for word in _all(text) if word not in _SMALL and not _denying(word))


@functools.lru_cache(_KEPT_TEXTS)
def denies(text: str) -> bool:
    """Whether a text says that something is not, or is not to be."""
    return any(_denying(word) for word in _all(text))


def _all(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _denying(word: str) -> bool:
    return word in _NO or word.endswith(_SHORTENED)


def _stem(word: str) -> str:
    """A word without the commonest endings: sleeping, sleeps."""
    if word.endswith("ing") and len(word) > len("doing"):
        return word[:-3]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > len("his") else word

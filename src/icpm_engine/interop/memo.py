"""Functions of texts that remember: an extract says the same few thousand things a million times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

REMEMBERED = 20_000
"""Texts whose values one function keeps at a time."""
LONGEST = 200
"""Characters of a text worth keeping."""

T = TypeVar("T")


class Memo(dict[str, T], Generic[T]):
    """A function of texts that remembers a bounded number of answers. Subscripting it is the fastest call there is."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[str], T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, text: str) -> T:
        value = self._make(text)
        if len(text) <= LONGEST:
            if len(self) >= REMEMBERED:
                self.clear()
            self[text] = value
        return value


def remembering(make: Callable[[str], T]) -> Callable[[str], T]:
    """The same function, remembering."""
    return Memo(make).__getitem__

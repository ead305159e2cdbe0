"""A clock that tests set."""

from __future__ import annotations

import attrs


@attrs.define
class Clock:
    """A clock that a test sets; 30 March 2026 at first. It goes on by so many seconds whenever it is looked at."""

    now: int = 1_774_900_000
    ticks: int = 0

    def __call__(self) -> int:
        self.now += self.ticks
        return self.now

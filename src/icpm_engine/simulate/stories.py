"""Invented cases: what could happen to a child, from the day a case opens, told as dated events.

Shares follow published figures (see `Shares`); dates, ids and everything else are made up by a seeded generator, child
by child, so that one child's story does not depend on how many others are asked for.
"""

from __future__ import annotations

import random
from typing import Any, NamedTuple

import attrs

WORKDAYS = 5
OPENS, CLOSES = 8 * 60, 17 * 60
"""Office hours, in minutes of the day."""

_LAGS = ((0.5, 0), (0.6, 4), (0.8, 30), (1.0, 90))
"""Days within which an event is entered; each with the chance that it is, if it was not sooner."""

FOUR_MONTHS = 120
"""Days from a screen within which a child counts as served."""


class Simulated(NamedTuple):
    """One invented event, in internal values, and when it was entered (day and minute)."""

    kind: str
    subject_kind: str
    subject_id: str
    day: int
    minute: int
    values: dict[str, Any]
    entered_day: int
    entered_minute: int


@attrs.frozen
class Shares:
    """How often what happens.

    Screened, positive and served: Washington, ages 3 to 17 in care (Pullmann et al. 2018,
    doi:10.1016/j.childyouth.2018.04.038). Placed out of the county: California, September 2004 (CDSS, CWS1). First
    screen late: OIG OEI-07-13-00460. The rest is made up.
    """

    screened: float = 0.89
    positive: float = 0.61
    served_of_positive: float = 0.60
    served_of_negative: float = 0.33
    first_screen_late: float = 0.17
    out_of_county: float = 0.215
    court: float = 0.7
    timed: float = 0.4
    second_case: float = 0.06


OUT_OF_COUNTY = {"alameda": 0.466, "los-angeles": 0.139, "san-francisco": 0.538, "san-diego": 0.096}
"""Shares of children placed outside their county, December 2008 (CDSS, CWS1); the state's is in `Shares`."""

LARGEST_COUNTY = 0.35
"""Los Angeles had 27,217 of the 77,483 children in placement in December 2008 (CDSS, CWS1)."""


def unequal(total: int, counties: int = 58) -> list[int]:
    """A total split among counties as unequal as California's: the largest has 35 %, each next one a little less."""
    if counties == 1:
        return [total]
    weights = [1 / place for place in range(1, counties)]
    rest = total - round(total * LARGEST_COUNTY)
    sizes = [round(rest * weight / sum(weights)) for weight in weights]
    return [total - sum(sizes), *sizes]


class Child:
    """What one child's story is told with, case by case. `events` is what has been told of the case in hand."""

    def __init__(self, seed: int, number: int, first: int, last: int, per_case: int, shares: Shares) -> None:
        self.chance = random.Random(f"{seed}/{number}")  # noqa: S311 - invented data needs no cryptographic chance
        self.number = number
        self.person = f"K-{1000 + number}"
        self.first = first
        self.last = last
        self.shares = shares
        self.per_case = per_case
        self.events: list[Simulated] = []
        self.spare: list[int] = []
        self._count = 0
        # A case may be called NA: texts that look like "nothing" are ids all the same.
        self.begin(f"C-{1000 + number}" if number else "NA", self.chance.randint(first, max(first, last - 30)))

    def begin(self, case: str, opened: int) -> None:
        """A case begins; nothing has been told of it."""
        self.case, self.opened, self.until = case, self.office(opened), self.last
        self.events, self.spare = [], []

    def some(self, share: float) -> bool:
        """Whether it happens, with this chance."""
        return self.chance.random() < share

    def between(self, least: int, most: int) -> int:
        """A number of days."""
        return self.chance.randint(least, max(least, most))

    def pick(self, *options: str) -> str:
        """One of some words."""
        return self.chance.choice(options)

    def id(self, letter: str) -> str:
        """An id that nothing else of this child has."""
        self._count += 1
        return f"{letter}-{1000 + self.number}-{self._count}"

    def office(self, day: int) -> int:
        """The day itself, or the Monday after a weekend."""
        weekday = (day + 6) % 7
        return day if weekday < WORKDAYS else day + 7 - weekday

    def hour(self, day: int) -> tuple[int, int]:
        """The day with an hour on a half or full hour of the morning or afternoon."""
        return day, self.chance.randrange(OPENS, CLOSES, 30)

    def add(self, kind: str, day: int, /, **values: Any) -> int:  # noqa: ANN401 - internal values of any type
        """Something happens on a day, unless that is after the case closed or after the last day; gives the day."""
        return self._add(kind, day, ("case", self.case), values)

    def add_spare(self, kind: str, day: int, /, **values: Any) -> int:  # noqa: ANN401 - internal values of any type
        """The same, of something that may be left out again where there is too much."""
        self.spare.append(len(self.events))
        return self.add(kind, day, **values)

    def add_of_person(self, kind: str, day: int, /, **values: Any) -> int:  # noqa: ANN401 - internal values of any type
        """The same, of the child rather than the case."""
        return self._add(kind, day, ("person", self.person), values)

    def _add(self, kind: str, day: int, subject: tuple[str, str], values: dict[str, Any]) -> int:
        if day <= self.until:
            minute = self.chance.randrange(OPENS, CLOSES, 5) if self.some(self.shares.timed) else -1
            told = {name: value for name, value in values.items() if value is not None}
            self.events.append(Simulated(kind, *subject, day, minute, told, *self._entered(day, minute)))
        elif self.spare and self.spare[-1] == len(self.events):
            self.spare.pop()
        return day

    def _entered(self, day: int, minute: int) -> tuple[int, int]:
        """When somebody got round to typing it in: mostly the same day, sometimes months later."""
        most = next(days for share, days in _LAGS if self.some(share))
        entered = min(day + self.between(0, most), self.last)
        least = max(minute, OPENS) if entered == day else OPENS
        return entered, self.chance.randint(least, 22 * 60)

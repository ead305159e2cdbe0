"""Invented caseloads of any size: clean events for tests and benchmarks, messy extracts for the import and the demo.

    Caseload(events=100_000, seed=1).write("folder")        # extract.csv and mapping.yaml
    for event in Caseload(events=1000).events(): ...         # the same stories, clean

The same settings give the same data, whatever machine they are made on. "Invented data" stands on everything.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import attrs

from icpm_engine.simulate.chapters import stories
from icpm_engine.simulate.extracts import INVENTED, Row, mapping, rows
from icpm_engine.simulate.mess import Mess
from icpm_engine.simulate.stories import OUT_OF_COUNTY, Child, Shares, Simulated, unequal

__all__ = ["INVENTED", "Caseload", "Shares", "Simulated", "Written", "simulate", "unequal"]


@attrs.frozen
class Written:
    """The files that were written, and what is in them: `made` counts each kind of mess."""

    extract: Path
    mapping: Path
    rows: int
    events: int
    made: Counter[str]


@attrs.frozen(kw_only=True)
class Caseload:
    """Cases until there are at least so many events (whole cases, so a few more).

    `per_case` is about how many events a case has, 30 or more. Cases open between `first` and `last`, and nothing
    happens or is entered after `last`, the day of the extract. `mess` is about the share of rows that something is
    wrong with. `county` sets the share of children placed outside it, where that was published.
    """

    events_wanted: int = attrs.field(default=100_000, alias="events")
    seed: int = 1
    mess: float = 0.02
    per_case: int = 50
    county: str | None = None
    first: dt.date = dt.date(2024, 1, 2)
    last: dt.date = dt.date(2026, 6, 30)
    shares: Shares = attrs.Factory(Shares)

    def stories(self) -> Iterator[list[Simulated]]:
        """Case by case, the events of each by day; a person's events stand with the person's first case."""
        told, number = 0, 0
        shares = attrs.evolve(
            self.shares, out_of_county=OUT_OF_COUNTY.get(self.county or "", self.shares.out_of_county)
        )
        while told < self.events_wanted:
            child = Child(self.seed, number, self.first.toordinal(), self.last.toordinal(), self.per_case, shares)
            number += 1
            for story in stories(child):
                told += len(story)
                yield story

    def events(self) -> Iterator[Simulated]:
        """Every event, case by case."""
        for story in self.stories():
            yield from story

    def lines(self) -> Iterator[bytes]:
        """The lines of a messy extract, the names of its columns first."""
        return self._mess().lines(self._rows())

    def mapping(self) -> str:
        """The mapping that reads it, as YAML."""
        return mapping(self.last.toordinal())

    def write(self, folder: str | Path) -> Written:
        """Writes extract.csv and mapping.yaml into a folder, which is made if need be."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        mess = self._mess()
        with (place / "extract.csv").open("wb") as stream:
            stream.writelines(mess.lines(self._rows()))
        (place / "mapping.yaml").write_text(self.mapping(), encoding="utf-8")
        return Written(place / "extract.csv", place / "mapping.yaml", mess.rows, mess.events, mess.made)

    def _mess(self) -> Mess:
        return Mess(random.Random(f"{self.seed}/mess"), self.mess)  # noqa: S311 - invented data needs no cryptographic chance

    def _rows(self) -> Iterator[Row]:
        number = 1
        for story in self.stories():
            for row in rows(story, number, _person(story)):
                number += 1
                yield row


def _person(story: list[Simulated]) -> str:
    return str(next(event.values["person"] for event in story if event.kind == "person_linked"))


def simulate(*, events: int = 100_000, seed: int = 1, mess: float = 0.02) -> Iterator[bytes]:
    """The lines of a messy extract of about so many events; see `Caseload` for its mapping and for more settings."""
    return Caseload(events=events, seed=seed, mess=mess).lines()

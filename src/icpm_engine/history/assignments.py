"""What events say about links and assignments: whose journals make up a case, and who fills which role when.

Pure: entries in, rows out. None of it moves a date of an obligation; lists look it up for the day asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from icpm_engine.calendars import Zone
from icpm_engine.history.order import arranged_of
from icpm_engine.history.results import FOREVER, Entry
from icpm_engine.history.sources import EVER, links_of

ASSIGNMENTS: Final = frozenset(
    {"person_in_charge_assigned", "person_in_charge_ended", "unit_assigned", "unit_ended", "cover_assigned"}
)
"""Kinds of event, of a case, that say who fills a role for it."""

COVERS: Final = frozenset({"worker_covered"})
"""Kinds of event, of the county, that say who stands in for a worker in everything."""


class Assignment(NamedTuple):
    """A worker or a unit fills a role for a case while from_instant <= t < until_instant."""

    worker: str
    case_id: str
    role: str
    from_instant: int
    until_instant: int


class Linking(NamedTuple):
    """A case is folded from another's journal, too; it has to do with it while from_instant <= t < until_instant."""

    kind: str
    other: str
    from_instant: int = 0
    until_instant: int = FOREVER


class Cover(NamedTuple):
    """One worker stands in for another in everything while from_instant <= t < until_instant."""

    stand_in: str
    worker: str
    from_instant: int
    until_instant: int


def linkings_of(entries: Iterable[Entry], zone: Zone) -> list[Linking]:
    """To whom a case is linked, as its own entries now say, by instants."""
    midnight = zone.midnight
    return [
        Linking(
            link.kind,
            link.other,
            midnight[link.first_day] if link.first_day else 0,
            midnight[link.last_day + 1] if link.last_day < EVER else FOREVER,
        )
        for link in links_of(entries, zone)
    ]


def assignments_of(case_id: str, entries: Iterable[Entry], zone: Zone) -> list[Assignment]:
    """Who fills which role for a case, from when until when, as its entries now say.

    Whoever is put in charge of a role relieves whoever had it, and whoever covered for them. A period begins with its
    event and ends with the one that ends it; a cover ends with its last day.
    """
    made: list[Assignment] = []
    for entry in arranged_of(entries, ASSIGNMENTS, zone):
        values, begin = entry.values, entry.t
        role = values["role"]
        who = values.get("worker") or values.get("unit") or ""
        if entry.kind == "cover_assigned":
            end = zone.midnight[values["until"] + 1] if "until" in values else FOREVER
        else:
            made = [_until(one, begin) if one.role == role else one for one in made]
            if entry.kind.endswith("_ended"):
                continue
            end = FOREVER
        made.append(Assignment(who, case_id, role, begin, end))
    # The same worker twice from the same instant: the later event says until when.
    told = {(one.worker, one.role, one.from_instant): one for one in made}
    return sorted(one for one in told.values() if one.from_instant < one.until_instant)


def covers_of(entries: Iterable[Entry], zone: Zone) -> list[Cover]:
    """Who stands in for which worker, from when until when, as the county's entries now say."""
    made: dict[tuple[str, str, int], Cover] = {}
    for entry in arranged_of(entries, COVERS, zone):
        values, begin = entry.values, entry.t
        end = zone.midnight[values["until"] + 1] if "until" in values else FOREVER
        made[values["by"], values["worker"], begin] = Cover(values["by"], values["worker"], begin, end)
    return sorted(one for one in made.values() if one.from_instant < one.until_instant)


def _until(one: Assignment, end: int) -> Assignment:
    return one._replace(until_instant=end) if one.until_instant > end else one

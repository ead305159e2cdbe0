"""What a case's own entries say of other journals and of workers: whose person and team it is, who is in charge."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from icpm_engine.calendars import Zone
from icpm_engine.history.order import arrange
from icpm_engine.history.results import FOREVER, Entry

LINKS: Final = {
    "person_linked": ("person", True),
    "person_unlinked": ("person", False),
    "team_linked": ("team", True),
    "team_unlinked": ("team", False),
}
ASSIGNMENTS: Final = frozenset({"person_in_charge_assigned", "person_in_charge_ended", "cover_assigned", "case_closed"})


class Tenure(NamedTuple):
    """A worker fills a role from one instant until another."""

    worker: str
    role: str
    from_instant: int
    until_instant: int


def links_of(entries: Iterable[Entry], zone: Zone) -> list[tuple[str, str]]:
    """(kind, id) of the persons and teams whose journals belong to the case."""
    linked: dict[tuple[str, str], bool] = {}
    for entry in arrange([e for e in entries if e.kind in LINKS or e.retracts is not None], zone, {}):
        if entry.kind in LINKS:
            kind, on = LINKS[entry.kind]
            linked[kind, entry.values[kind]] = on
    return [key for key, on in linked.items() if on]


def tenures_of(entries: Iterable[Entry], zone: Zone) -> list[Tenure]:
    """Who is in charge in which role, from when until when; a closed case has nobody's turn any more."""
    wanted = [e for e in entries if e.kind in ASSIGNMENTS or e.retracts is not None]
    open_: dict[str, tuple[str, int]] = {}
    found: list[Tenure] = []
    for entry in arrange(wanted, zone, {"case_closed": 2}):
        values = entry.values
        if entry.kind == "cover_assigned":
            until = zone.midnight[values["until"] + 1] if "until" in values else FOREVER
            found.append(Tenure(values["worker"], values["role"], entry.t, until))
        elif entry.kind == "case_closed":
            found.extend(Tenure(worker, role, since, entry.t) for role, (worker, since) in open_.items())
            open_.clear()
        elif entry.kind in ASSIGNMENTS:
            role = values["role"]
            if role in open_:
                worker, since = open_.pop(role)
                found.append(Tenure(worker, role, since, entry.t))
            if entry.kind == "person_in_charge_assigned":
                open_[role] = (values["worker"], entry.t)
    found.extend(Tenure(worker, role, since, FOREVER) for role, (worker, since) in open_.items())
    return [tenure for tenure in dict.fromkeys(found) if tenure.from_instant < tenure.until_instant]

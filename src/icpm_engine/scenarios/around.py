"""The cases of a story's children in one county, as they are around one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from icpm_engine.calendars import Zone
from icpm_engine.history.sources import EVER, Journals, Link, links_of
from icpm_engine.safety import Around, around
from icpm_engine.scenarios.binding import Journal
from icpm_engine.working import Entry


def around_case(child: str, case: str, journals: Mapping[str, Journal], known: int | None, zone: Zone) -> Around:
    """A case of a child with those around it, as known at an instant; `journals`: of the children of one county."""
    entries = {name: journal.known(known) for name, journal in journals.items()}
    return around(_label(child, case), _Cases(journals, entries, zone), zone)


def _label(child: str, case: str) -> str:
    return "/".join(filter(None, (child, case)))


@attrs.frozen
class _Cases:
    """The children's cases; one is called by its child, its own name, or both, as the story has them."""

    of: Mapping[str, Journal]
    known: Mapping[str, tuple[Entry, ...]]
    zone: Zone

    @property
    def _names(self) -> dict[str, tuple[str, str]]:
        return {_label(child, case): (child, case) for child, one in self.of.items() for case in one.case_names}

    def journals(self, case: str) -> Journals:
        """What a case is folded from; where nothing is said of a team, what the team does is of the case as well."""
        child, name = self._names[case]
        found = dict(self.of[child].sources(("case", name), self.known[child], self.zone))
        own = found.pop(("case", name))
        if not any(kind == "team" for kind, _ in found) and not any(one.kind == "team_linked" for one in own):
            own = sorted(
                [*own, *(one for one in self.known[child] if one.subject == "team")], key=lambda one: one.entry
            )
        return {("case", case): own, **{key: entries for key, entries in found.items() if key[0] == "team"}}

    def links(self, case: str) -> Sequence[Link]:
        """The teams of a case, and its child, unless its events say that it is another's."""
        child, name = self._names[case]
        links = links_of(self.journals(case)["case", case], self.zone)
        teams = [link for link in links if link.kind == "team"]
        cases = self.of[child].sources(("person", ""), self.known[child], self.zone)
        return [*teams, *([Link("person", child, 0, EVER)] if ("case", name) in cases else [])]

    def cases_of(self, kind: str, other: str) -> Sequence[str]:
        """The cases of a child, or those that a team has ever served."""
        return [case for case in self._names if any(link[:2] == (kind, other) for link in self.links(case))]

"""What is told of a case by itself, its teams and the cases around it, from one look at a county's store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from icpm_engine.calendars import Zone
from icpm_engine.engine.county import County
from icpm_engine.history.sources import Link, SubjectKey, links_of
from icpm_engine.safety import Around, around
from icpm_engine.store import Reading
from icpm_engine.working import Entry


@attrs.frozen
class _Cases:
    """The cases of a county as a look at its store shows them, each read once."""

    reading: Reading
    zone: Zone
    _journals: dict[str, Mapping[SubjectKey, list[Entry]]] = attrs.field(factory=dict)

    def journals(self, case: str) -> Mapping[SubjectKey, list[Entry]]:
        """The journals that a case is folded from, its own first."""
        if case not in self._journals:
            self._journals[case] = self.reading.standing("case", case).journals
        return self._journals[case]

    def links(self, case: str) -> Sequence[Link]:
        """The person and the teams of a case, with the days."""
        return links_of(self.journals(case)["case", case], self.zone)

    def cases_of(self, kind: str, other: str) -> Sequence[str]:
        """The cases of a person, or those that a team has ever served."""
        return self.reading.cases_of(kind, other)


def around_case(county: County, reading: Reading, case: str) -> Around:
    """A case with those around it, as a look shows them; nothing of another county."""
    return around(case, _Cases(reading, county.zone), county.zone)

"""Which subjects of an extract hang together: a case, its person and its teams, and the other cases of these.

What becomes known about one of them may change the others; so the versions of a family are written in one order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import msgspec

from icpm_engine.history.sources import LINKS, SubjectKey
from icpm_engine.interop.staging import Stage
from icpm_engine.store import Reading

_AT_ONCE: Final = 5_000
_OTHERS: Final = ("person", "team")

_payload = msgspec.json.Decoder(dict[str, object]).decode


class Families:
    """Subjects joined as they are told to belong together; whoever is never joined is a family of its own."""

    def __init__(self) -> None:
        self._above: dict[SubjectKey, SubjectKey] = {}

    def join(self, one: SubjectKey, other: SubjectKey) -> None:
        """These two belong together, and with them all with whom either of them does."""
        self._above[self.head(one)] = self.head(other)

    def head(self, key: SubjectKey) -> SubjectKey:
        """The member after whom a family is named."""
        above = self._above
        if key not in above:
            return key
        path = []
        while above.get(key, key) != key:
            path.append(key)
            key = above[key]
        above.update(dict.fromkeys(path, key))
        return key

    def __iter__(self) -> Iterator[tuple[SubjectKey, SubjectKey]]:
        """Every subject that was joined, and its family's head."""
        for key in {*self._above, *self._above.values()}:
            yield key, self.head(key)


def join_families(stage: Stage, reading: Reading) -> None:
    """Join the subjects that are staged, by what the rows and the store say of their links."""
    families = Families()
    others: set[SubjectKey] = {key for kind in _OTHERS for key in stage.known(kind)}
    for case, payload in stage.told(LINKS):
        for kind, subject in _payload(payload).items():
            if kind in _OTHERS:
                others.add((kind, str(subject)))
                families.join(("case", case), (kind, str(subject)))
    for case in _cases_known(stage, reading):
        for other in reading.links(case):
            others.add(other)
            families.join(("case", case), other)
    for kind in _OTHERS:
        for subjects in _parts(subject for of, subject in others if of == kind):
            for subject, cases in reading.cases_of_many(kind, subjects).items():
                for case in cases:
                    families.join(("case", case), (kind, subject))
    stage.join(families)


def _cases_known(stage: Stage, reading: Reading) -> Iterator[str]:
    for cases in _parts(subject for _, subject in stage.known("case")):
        strangers = reading.strangers("case", cases)
        yield from (case for case in cases if case not in strangers)


def _parts(subjects: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(subjects)
    while part := list(islice(rest, _AT_ONCE)):
        yield part

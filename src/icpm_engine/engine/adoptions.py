"""Adopting rules: a commit that says who took them, then every subject passes over to them, some hundreds at a time.

Nothing is locked while subjects are folded, only while they are written. From the first commit on whatever is recorded
is folded by the new rules, so a subject that somebody else writes to meanwhile has passed over by that. When it is
broken off, those who are left still stand by the rules before; adopting the same rules again goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from itertools import islice, takewhile
from typing import Literal, TypeAlias

import attrs

from icpm_engine.calendars import format_instant
from icpm_engine.engine.county import County, named
from icpm_engine.errors import NotAdopted, PackError
from icpm_engine.history.sources import SubjectKey
from icpm_engine.recording import Rules
from icpm_engine.rehearsal.folding import BATCH, Folded, Refolding, strangers
from icpm_engine.rules.loading import pack_from_body
from icpm_engine.rules.model import RulePack
from icpm_engine.store import Writing, adopting
from icpm_engine.store.adopting import Adopted
from icpm_engine.working import uncollected

Progress: TypeAlias = Callable[[int], None]
"""Is told how many subjects have passed over."""


@attrs.frozen
class Adoption:
    """Rules that a county took, who took them and when.

    `state`: *finished*; *under way* while `left` subjects still stand by earlier rules; *superseded* where others were
    adopted before all had passed over. `commit` is the one from which on everything recorded is folded by them.
    """

    county: str
    pack: str
    pack_version: str
    state: Literal["finished", "under way", "superseded"]
    author: str
    note: str
    since: str
    finished: str | None
    commit: int
    left: int

    def __str__(self) -> str:
        words = f"{self.county}: {self.pack} ({self.pack_version[:12]}) adopted on {self.since} by {self.author}"
        told = f", {self.state}" + (f", {self.left} subjects still stand by earlier rules" if self.left else "")
        return words + (f" ({self.note})" if self.note else "") + told


def adoptions(county: County) -> tuple[Adoption, ...]:
    """All that the county took, the oldest first."""
    with county.reading() as reading:
        found = reading.adoptions()
        last = found[-1] if found else None
        standing = adopting.counted(reading.access, county.name) if last is not None and last.finished is None else {}
        left = sum(number for pack, number in standing.items() if last is not None and pack != last.pack)
        packs = {one.pack: county.numbered(reading, one.pack).pack.name for one in found}
    return tuple(_adoption(county, one, packs[one.pack], left if one is last else 0, one is last) for one in found)


def _adoption(county: County, one: Adopted, pack: str, left: int, last: bool) -> Adoption:  # noqa: FBT001 - a truth
    return Adoption(
        county.name,
        pack,
        one.version,
        "finished" if one.finished is not None else "under way" if last else "superseded",
        one.author,
        one.note,
        format_instant(one.at, county.zone),
        format_instant(one.finished_at, county.zone) if one.finished_at is not None else None,
        one.since,
        left,
    )


def adopt(county: County, pack: RulePack | None, author: str, note: str, progress: Progress | None) -> Adoption:
    """Take rules, or go on with taking them. Raises PackError for those of another county, NotAdopted."""
    if county.session is not None:
        raise NotAdopted("rules are adopted in commits of their own, not in a host's transaction")
    county.look()
    held = county.in_force
    rules = county.rules if pack is None else Rules(pack)
    if pack is None and held.what_if:
        rules = held.given
    elif pack is not None and pack.version in (held.given.pack.version, held.rules.pack.version):
        rules = held.given if pack.version == held.given.pack.version else held.rules
    if (rules.pack.county or rules.pack.name) != county.name:
        raise PackError(f"found the rules {named(rules.pack)}, expected rules of {county.name}")
    if pack_from_body(rules.pack.body).version != rules.pack.version:
        raise PackError(f"the rules {named(rules.pack)} are not those of their files; what-ifs cannot be adopted")
    _Taking(county, rules, author, progress).run(note)
    county.look()
    return adoptions(county)[-1]


class _Nothing(Exception):
    """There is nothing to write: the transaction is given back, so that not even a commit is counted."""


@attrs.define
class _Taking:
    """Rules being taken."""

    county: County
    rules: Rules
    author: str
    progress: Progress | None
    number: int = 0
    since: int = 0
    passed: int = 0

    def run(self, note: str) -> None:
        """Begin, unless somebody has begun; then all who are left pass over, and the end is noted."""
        with suppress(_Nothing), self._writing(note) as writing:
            self._begin(writing)
        with self.county.reading() as reading:
            self.since = reading.adoptions()[-1].since
        while self._once():
            pass
        with (
            suppress(_Nothing),
            self._writing(f"all have passed over to the rules adopted in commit {self.since}") as writing,
        ):
            self._finish(writing)

    def _writing(self, note: str) -> AbstractContextManager[Writing]:
        return self.county.store.writing(self.author, self.county.clock(), note=note, entries=0, keep=False)

    def _begin(self, writing: Writing) -> None:
        self.number = writing.use_pack(self.rules.pack.version, self.rules.pack.body)
        if writing.goes_by == self.number:
            raise _Nothing
        writing.take_rules(self.number, finished=False)

    def _once(self) -> bool:
        """Go through all who stand by other rules; whether there was anybody."""
        after, found = ("", ""), False
        while batch := self._next(after):
            self._pass_over(batch)
            after, found = batch[-1].standing.key, True
        return found

    def _next(self, after: SubjectKey) -> list[Folded]:
        """The next ones, of one kind, folded by the new rules."""
        with self.county.store.reading() as reading:
            known = adopting.others_after(reading.access, reading.county, self.number, after, BATCH)
            known = known or list(islice(strangers(reading, self.rules), BATCH))
            if not known:
                return []
            batch = list(takewhile(lambda one: one.kind == known[0].kind, known))
            with uncollected():
                return list(Refolding(reading, self.rules).whole(batch, self.county.clock()))

    def _pass_over(self, batch: Sequence[Folded]) -> None:
        """Write what they come to; whom somebody has written to since is left to the next round."""
        with self._writing(f"{len(batch)} pass over to the rules adopted in commit {self.since}") as writing:
            self._check_in_force(writing)
            kind = batch[0].standing.key[0]
            now = adopting.versions(writing.access, writing.county, kind, (one.standing.key[1] for one in batch))
            for standing, folding in batch:
                if now.get(standing.key[1], (0, 0)) == (standing.version, standing.pack):
                    writing.hand(standing)
                    reworded = self.rules.reworded(writing) if standing.pack else None
                    writing.replace(*standing.key, folding, pack=self.number, areas=self.rules.areas, reworded=reworded)
                    self.passed += 1
        if self.progress is not None:
            self.progress(self.passed)

    def _finish(self, writing: Writing) -> None:
        self._check_in_force(writing)
        if all(one.finished is not None for one in writing.adoptions()[-1:]):
            raise _Nothing
        writing.finish_adoption()

    def _check_in_force(self, writing: Writing) -> None:
        if writing.goes_by != self.number:
            last = writing.adoptions()[-1]
            raise NotAdopted(f"{last.author} adopted other rules (commit {last.since}) while these were being adopted")

"""The journal's own proof: what was recorded cannot be changed, taken out or put in without being found.

Each entry keeps a digest of its payload, salted with random bytes, and a link: a hash over the link of the entry before
it in its subject's journal, over this digest and over its header. Whoever may erase a payload later (a sealing order)
erases its salt with it; the links still hold, and what was erased cannot be guessed from its digest. Every thousand
entries an anchor is written: a hash over the one before it, and over all links and commits since.

Each form is pinned by golden vectors (tests/store/test_chain.py): another form would break every chain there is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import bindparam, func, select
from sqlalchemy.sql import ClauseElement

from icpm_engine.errors import EventError, StoreError
from icpm_engine.store.database import Access
from icpm_engine.store.statements import Statement, among, insert, listed, table_of
from icpm_engine.store.tables import AnchorTable, CommitTable, EntryTable

ANCHOR_EVERY: Final = 1_000
"""Entries. An anchor is written by the transaction that comes past a multiple of it."""
FIRST: Final = bytes(32)
"""What the first link of a subject, and the first anchor of a county, go on from."""

_SALT: Final = 16  # bytes
_PAYLOAD: Final = 7  # its place in a row
_FORM: Final = 1
_encode = msgspec.json.Encoder().encode

HEADER: Final = (
    *("county", "subject_kind", "subject_id", "entry", "kind", "day", "minute"),
    *("recorded", "corrects", "retracts", "commit_no", "author", "source_system", "source_key"),
)
"""What of an entry a link is made over, in this order; after it comes the instant of its commit."""
_ANCHOR: Final = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})\.([0-9a-f]{64})")
_COMMIT: Final = ("commit_no", "at", "author", "note", "horizon", "pack")


class Anchor(NamedTuple):
    """A hash over a county's journal up to an entry, and over its commits up to one.

    Kept elsewhere it is a witness: whoever writes the journal anew, all hashes included, does not come to it again.
    """

    entry: int
    commit_no: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.entry}.{self.commit_no}.{self.digest.hex()}"

    @classmethod
    def parse(cls, written: str) -> Anchor:
        """An anchor as `str` writes it. Raises EventError."""
        found = _ANCHOR.fullmatch(written.strip())
        if found is not None:
            return cls(int(found[1]), int(found[2]), bytes.fromhex(found[3]))
        raise EventError(f"found the anchor {written[:100]!r}, expected ENTRY.COMMIT.DIGEST as an audit prints it")


def digest_of(salt: bytes, payload: bytes) -> bytes:
    """What is kept of a payload when the payload itself is erased."""
    return sha256(salt + payload).digest()


def link_of(before: bytes, digest: bytes, header: Sequence[Any], at: int) -> bytes:
    """The link of an entry: of the one before it, its payload's digest, its header, the instant of its commit."""
    return sha256(before + digest + _encode((_FORM, *header, at))).digest()


class Anchoring:
    """An anchor in the making: fed the links since the one before it, in the order of the numbers."""

    def __init__(self, before: Anchor) -> None:
        self.before = before
        self._made = sha256(before.digest)

    def feed(self, links: Iterable[bytes]) -> None:
        """Further links."""
        for link in links:
            self._made.update(link)

    def through(self, access: Access, county: str, entry: int, commit_no: int) -> Anchor:
        """The anchor, if it ends at the entry fed last, and at a commit."""
        made = self._made.copy()
        for commit in access.rows(_COMMITS, county=county, commit_no=self.before.commit_no, until=commit_no):
            made.update(_encode(commit))
        made.update(_encode((_FORM, entry, commit_no)))
        return Anchor(entry, commit_no, made.digest())


class Chain:
    """Goes on with a county's chains within one writing transaction."""

    def __init__(self, access: Access, county: str, settled: int) -> None:
        self._access = access
        self._county = county
        self._settled = settled
        """The last commit before this transaction: up to it, anchors say what the commits were."""

    def chained(
        self, rows: Iterable[tuple[Any, ...]], new: frozenset[tuple[str, str]], at: int
    ) -> list[tuple[Any, ...]]:
        """Entries in the order of their numbers, each with its salt, digest and link; `at`: when they are committed.

        `new` are the subjects whose journals are known to be empty.
        """
        rows = list(rows)
        heads = self._heads({row[1:3] for row in rows}, new)
        salts = os.urandom(_SALT * len(rows))
        chained = []
        try:
            for place, row in enumerate(rows):
                salt = salts[_SALT * place : _SALT * (place + 1)]
                digest = digest_of(salt, row[_PAYLOAD])
                header = (*row[:_PAYLOAD], *row[_PAYLOAD + 1 :])
                heads[row[1:3]] = link = link_of(heads[row[1:3]], digest, header, at)
                chained.append((*row, salt, digest, link))
        except (TypeError, UnicodeError):
            pass
        else:
            return chained
        raise StoreError("an entry's header holds a value that no database keeps")

    def anchor(self, chained: Sequence[tuple[Any, ...]]) -> tuple[Any, ...] | None:
        """The anchor through the last of these entries, as a row, if it is time for one."""
        first, last = chained[0][3], chained[-1][3]
        if last // ANCHOR_EVERY == (first - 1) // ANCHOR_EVERY:
            return None
        access, county = self._access, self._county
        made = Anchoring(last_anchor(access, county))
        earlier = access.rows(_LINKS, county=county, entry=made.before.entry, until=first)
        made.feed(link for (link,) in earlier)
        made.feed(row[-1] for row in chained)
        return county, *made.through(access, county, last, self._settled)

    def _heads(self, keys: Iterable[tuple[str, str]], new: frozenset[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """The last link of each of these subjects."""
        heads = dict.fromkeys(keys, FIRST)
        asked: dict[str, list[str]] = {}
        for kind, subject in heads.keys() - new:
            asked.setdefault(kind, []).append(subject)
        for kind, subjects in asked.items():
            given = {"subject_kind": kind, "listed": listed(subjects, self._access.dialect)}
            for subject, link in self._access.rows(_HEADS, county=self._county, **given):
                heads[kind, subject] = link
        return heads


def last_anchor(access: Access, county: str) -> Anchor:
    """The county's last anchor; one through nothing where there is none."""
    found = access.rows(_LAST_ANCHOR, county=county, limit=1)
    return Anchor(*found[0]) if found else Anchor(0, 0, FIRST)


# --- statements -------------------------------------------------------------------------------------------------------

INSERT_ANCHOR = insert(AnchorTable)

_entries = table_of(EntryTable)
_commits = table_of(CommitTable)
_anchors = table_of(AnchorTable).c


def _heads(dialect: str) -> ClauseElement:
    own = _entries.c
    last = (
        select(own.subject_id, func.max(own.entry).label("entry"))
        .where(own.county == bindparam("county"), own.subject_kind == bindparam("subject_kind"))
        .where(among(own.subject_id, dialect))
        .group_by(own.subject_id)
        .subquery()
    )
    joined = last.join(
        _entries,
        (own.county == bindparam("county"))
        & (own.subject_kind == bindparam("subject_kind"))
        & (own.subject_id == last.c.subject_id)
        & (own.entry == last.c.entry),
    )
    return select(own.subject_id, own.link).select_from(joined)


_HEADS = Statement(_heads)
_LINKS = Statement(
    lambda _: (
        select(_entries.c.link)
        .where(_entries.c.county == bindparam("county"))
        .where(_entries.c.entry > bindparam("entry"), _entries.c.entry < bindparam("until"))
        .order_by(_entries.c.entry)
    )
)
_COMMITS = Statement(
    lambda _: (
        select(*(_commits.c[name] for name in _COMMIT))
        .where(_commits.c.county == bindparam("county"))
        .where(_commits.c.commit_no > bindparam("commit_no"), _commits.c.commit_no <= bindparam("until"))
        .order_by(_commits.c.commit_no)
    )
)
_LAST_ANCHOR = Statement(
    lambda _: (
        select(_anchors.entry, _anchors.commit_no, _anchors.digest)
        .where(_anchors.county == bindparam("county"))
        .order_by(_anchors.entry.desc())
        .limit(bindparam("limit"))
    )
)

"""The form of a source: what it is, where, how it was seen; of an agreement also its parties, term and review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

from icpm_engine.errors import PackError
from icpm_engine.rules.calendar_files import CITATION_KEYS, read_citation
from icpm_engine.rules.model import Review, Source, SourceKind
from icpm_engine.rules.nodes import MapNode

KINDS: Final[tuple[SourceKind, ...]] = get_args(SourceKind)
AGREED: Final[tuple[SourceKind, ...]] = ("agreement", "joint_directive")
AGREED_KEYS: Final = ("parties", "term", "review")
SOURCE_KEYS: Final = (*CITATION_KEYS, "kind", "section", *AGREED_KEYS)
TERM_KEYS: Final = ("from", "until")
REVIEW_KEYS: Final = ("by", "duty")

_BY_NAME: Final[Mapping[str, SourceKind]] = {kind: kind for kind in KINDS}


def read_source(name: str, keys: MapNode) -> Source:
    """A source. Raises PackError."""
    keys.refuse_unknown(SOURCE_KEYS, "in a source")
    title, link, checked, seen = read_citation(keys)
    kind = _BY_NAME[keys["kind"].one_of(KINDS, "kind")] if "kind" in keys else None
    if kind not in AGREED:
        _refuse_agreed(keys)
    first_day, last_day = _term(keys)
    return Source(
        name,
        title,
        link,
        checked,
        seen,
        kind=kind,
        section=keys["section"].text("the section, like 16501.1(c)") if "section" in keys else None,
        parties=_parties(keys),
        first_day=first_day,
        last_day=last_day,
        review=_review(keys),
        mark=keys.mark,
    )


def _refuse_agreed(keys: MapNode) -> None:
    for key in AGREED_KEYS:
        if key in keys:
            raise keys.key_error(
                key, f"'{key}' belongs to agreements only; expected kind: {' or kind: '.join(AGREED)} beside it"
            )


def _parties(keys: MapNode) -> tuple[str, ...]:
    if "parties" not in keys:
        return ()
    return tuple(node.text("a party, like County probation") for node in keys["parties"].one_or_more())


def _term(keys: MapNode) -> tuple[int | None, int | None]:
    if "term" not in keys:
        return None, None
    term = keys["term"].map("{from: DATE, until: DATE}")
    term.refuse_unknown(TERM_KEYS, "in a term")
    first, last = _day(term, "from"), _day(term, "until")
    if first is not None and last is not None and last < first:
        raise term.error(f"this term ends ({term['until'].text()}) before it begins ({term['from'].text()})")
    return first, last


def _review(keys: MapNode) -> Review:
    if "review" not in keys:
        return Review()
    review = keys["review"].map("{by: DATE, duty: DUTY}")
    review.refuse_unknown(REVIEW_KEYS, "in a review")
    if not review.nodes:
        raise PackError("a review says by when (by), which duty sees to it (duty), or both", review.mark)
    duty = review["duty"].name("the name of a duty of the county") if "duty" in review else None
    return Review(_day(review, "by"), duty)


def _day(keys: MapNode, key: str) -> int | None:
    return keys[key].day() if key in keys else None

"""The register of sources: every source of a pack, who cites it, and which agreements are past their term or review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from icpm_engine.calendars import format_day
from icpm_engine.rules.model import RulePack, Source


@attrs.frozen
class Registered:
    """One source as it stands on a day; days are written as 2026-03-20.

    `cited_by`: the rules that rest on it, each with its kind in front. `overdue`: what is past on that day, in words;
    empty for all that is in order, and for everything that is no agreement.
    """

    name: str
    title: str
    kind: str | None
    section: str | None
    link: str | None
    checked: str | None
    seen: str
    parties: tuple[str, ...]
    term_from: str | None
    term_until: str | None
    review_by: str | None
    review_duty: str | None
    cited_by: tuple[str, ...]
    overdue: tuple[str, ...]
    place: str | None


def register(pack: RulePack, day: int) -> tuple[Registered, ...]:
    """Every source of a pack, in the order of their names, as it stands at the end of a day (an ordinal)."""
    cited = citations(pack)
    return tuple(_registered(source, cited.get(name, ()), day) for name, source in sorted(pack.sources.items()))


def _registered(source: Source, cited_by: tuple[str, ...], day: int) -> Registered:
    return Registered(
        name=source.name,
        title=source.title,
        kind=source.kind,
        section=source.section,
        link=source.link,
        checked=source.checked,
        seen=source.seen,
        parties=source.parties,
        term_from=_said(source.first_day),
        term_until=_said(source.last_day),
        review_by=_said(source.review.by),
        review_duty=source.review.duty,
        cited_by=cited_by,
        overdue=tuple(_overdue(source, day)),
        place=f"{source.mark.file}:{source.mark.line}" if source.mark else None,
    )


def _said(day: int | None) -> str | None:
    return None if day is None else format_day(day)


def _overdue(source: Source, day: int) -> Iterator[str]:
    """As with every limit in days, the last day itself is not past."""
    if source.last_day is not None and day > source.last_day:
        yield f"past its term, which ended on {format_day(source.last_day)}"
    if source.review.by is not None and day > source.review.by:
        yield f"past its review, which was due by {format_day(source.review.by)}"


def citations(pack: RulePack) -> Mapping[str, tuple[str, ...]]:
    """For each source that is cited, the rules that rest on it."""
    found: dict[str, dict[str, None]] = {}
    for source, rule in _citing(pack):
        found.setdefault(source, {})[rule] = None
    return {source: tuple(rules) for source, rules in found.items()}


def _citing(pack: RulePack) -> Iterator[tuple[str, str]]:
    for duty in pack.duties.values():
        yield from ((text.authority, f"duty {duty.name}") for text in duty.texts)
    for bar in pack.bars.values():
        yield bar.authority, f"bar {bar.name}"
    for decision in pack.decisions.values():
        yield decision.authority, f"decision {decision.name}"
    for choice in pack.choices.values():
        yield choice.authority, f"choice {choice.name}"
    for settlements in pack.settles.values():
        yield from ((one.authority, f"settlement of {one.choice}") for one in settlements if one.authority)

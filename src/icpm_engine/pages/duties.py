"""Duties and bars as tables, area by area: who, from when, by when, met by, authority, version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Protocol, TypeVar

from icpm_engine.pages.citing import NO_LIMIT, cited, named
from icpm_engine.pages.markdown import anchored, lines, said, section, table
from icpm_engine.rules import model
from icpm_engine.rules.wording import (
    more_of_bar,
    more_of_duty,
    plain,
    words_of_due,
    words_of_each_row,
    words_of_line,
    words_of_owner,
    words_of_starts,
    words_of_version,
)

HEADINGS: Final = ("Duty", "Who", "From when", "By when", "Met by", "For whom, and what else", "Authority", "Version")
BAR_HEADINGS: Final = ("Bar", "Who", "What must not happen", "Lifted by", "For whom, and what else", "Authority")


class _InArea(Protocol):
    @property
    def area(self) -> str: ...


T = TypeVar("T", bound=_InArea)


def in_areas(rules: Iterable[T], body: Callable[[Sequence[T]], str]) -> str:
    """A section for each rule file, in the order of the pack."""
    found: dict[str, list[T]] = {}
    for rule in rules:
        found.setdefault(rule.area, []).append(rule)
    return "\n".join(section(area_words(area), body(among)) for area, among in found.items())


def area_words(area: str) -> str:
    """An area as a heading; the id of a published protocol stays as it is."""
    words = plain(area)
    return words[:1].upper() + words[1:]


def rows_cell(rows: Iterable[str]) -> str:
    """The rows of a value that may depend, one below the other."""
    return lines(f"else {said(row)}" if number else said(row) for number, row in enumerate(rows))


def duties_of(pack: model.RulePack) -> str:
    """Every duty of a pack."""
    return in_areas(
        pack.duties.values(),
        lambda duties: table(HEADINGS, (row for duty in duties for row in duty_rows(duty, pack))),
    )


def duty_rows(duty: model.Duty, pack: model.RulePack) -> Iterator[Sequence[str]]:
    """A duty: a row for each of its versions."""
    for text in duty.texts:
        yield (
            named(text.label, duty.name),
            rows_cell(words_of_each_row(text.owner, lambda owner: words_of_owner(owner, pack.roles))),
            said(words_of_starts(text.starts)),
            _by_when(duty, text),
            said(words_of_line(text.met)) if text.met is not None else "nothing meets it",
            lines(map(said, more_of_duty(duty, text, pack.roles))),
            cited(text.authority, pack),
            lines((words_of_version(text.from_day), *off_words(duty.off))),
        )


def _by_when(duty: model.Duty, text: model.DutyText) -> str:
    words = rows_cell(words_of_each_row(text.due, words_of_due)) if text.due is not None else "no date"
    return lines((NO_LIMIT, f"(the rule that is switched off would say: {words})")) if duty.off else words


def off_words(off: str | None) -> tuple[str, ...]:
    """That a rule is switched off, and why; nothing if it is not."""
    return (f"**switched off: {said(off)}**",) if off else ()


def bars_of(pack: model.RulePack) -> str:
    """Every bar of a pack."""
    return in_areas(pack.bars.values(), lambda bars: table(BAR_HEADINGS, (_bar(bar, pack) for bar in bars)))


def _bar(bar: model.Bar, pack: model.RulePack) -> Sequence[str]:
    return (
        lines((anchored(bar.name, said(bar.label)), f"`{bar.name}`", *off_words(bar.off))),
        rows_cell(words_of_each_row(bar.owner, lambda owner: words_of_owner(owner, pack.roles))),
        said(words_of_line(bar.forbids)),
        said(words_of_line(bar.excused)) if bar.excused is not None else "nothing",
        lines(map(said, more_of_bar(bar))),
        cited(bar.authority, pack),
    )

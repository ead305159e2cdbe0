"""What changed in the plan, version by version, as a sheet: the difference between what its reader was shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from icpm_engine.plan.model import Line, Plan
from icpm_engine.sheets.catalogue import RECORDED, Catalogue
from icpm_engine.sheets.model import Detail, Entry, Said, Section, Sheet
from icpm_engine.sheets.saying import Saying, lines_in

_TOLD_APART: Final = frozenset({"since", "state", "woven", "disagreement", "ended_on", "ended_why", "in_words"})
"""Details that are no change of the line's text, or that are told in a way of their own."""
_POINTERS: Final = frozenset({"needs", "goals", "about_line"})


def changes_sheet(
    case: str,
    plans: Iterable[Plan],
    reader: str,
    words: Catalogue,
    *,
    on: str,
    known_at: str | None = None,
    recorded: str = RECORDED,
) -> Sheet:
    """The sheet of what changed from each plan to the next; each holds what the reader may read on its own day.

    What is told of a line is what the sheet of the plan says of it, so that nothing is told that is not shown there.
    """
    sections, before = [], Saying.of(words, recorded, Plan(case=case, on=on, version=0))
    for plan in plans:
        after = Saying.of(words, recorded, plan)
        sections.append(_version(before, after))
        before = after
    told = tuple(one for one in sections if one.entries)
    name = words("reader", reader)
    whom = (words("page", "made_for", reader=name), words("page", "made_for_some", reader=name))
    return Sheet(
        language=words.language,
        title=words("title", "changes"),
        facts=tuple(_facts(before, on, known_at)),
        notes=(words("intro" if told else "empty", "changes"), *whom),
        sections=told,
        closing=(words("page", "ask"),),
    )


def _facts(last: Saying, on: str, known_at: str | None) -> Iterator[Detail]:
    words = last.words
    yield Detail(words("page", "case"), (Said(last.plan.case),))
    yield Detail(words("change", "up_to"), (last.day(on),))
    if known_at is not None:
        yield Detail(words("page", "known_at"), (last.day(known_at),))


def _version(before: Saying, after: Saying) -> Section:
    plan, words = after.plan, after.words
    heading = words("change", "version", number=plan.version, day=words.date(plan.on))
    return Section(f"version-{plan.version}", heading, entries=tuple(_entries(before, after)))


def _entries(before: Saying, after: Saying) -> Iterator[Entry]:
    """Every line of which there is something to tell, in the order of the plan."""
    woven = _woven(before.plan)
    for line in (*after.plan.lines, *after.plan.ended):
        details = [*_of_line(before, after, line), *_into(after, line, woven)]
        if details:
            kind = Detail(after.words("detail", "type"), (Said(after.words("kind", line.kind)),))
            yield Entry(after.text(line), (kind, *map(_pointing_nowhere, details)))


def _of_line(before: Saying, after: Saying, line: Line) -> Iterator[Detail]:
    was = next((one for one in (*before.plan.lines, *before.plan.ended) if one.id == line.id), None)
    if was is None:
        yield _what(after, "new")
    else:
        yield from _changed(before, after, was, line)
    if line.ended is not None and (was is None or was.ended is None):
        yield from (one for one in after.entry(line).details if one.key in {"ended_on", "ended_why", "in_words"})


def _changed(before: Saying, after: Saying, was: Line, line: Line) -> Iterator[Detail]:
    words = after.words
    if was.ended is not None and line.ended is None:
        yield _what(after, "back")
    if was.kind != line.kind:
        yield Detail(words("change", "was"), (Said(words("kind", was.kind)),))
    if (was.text, was.words_of) != (line.text, line.words_of):
        yield Detail(words("change", "was"), (before.text(was),))
    if was.shared != line.shared:
        yield _what(after, "shared" if line.shared else "not_shared")
    old, new = _details(before, was), _details(after, line)
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key) and not _points_as_before(key, was, line):
            label = words("detail", key)
            yield from new.get(key) or (Detail(label, (Said(words("change", "nothing")),)),)
            yield from (Detail(words("change", "before", what=label), one.said) for one in old.get(key, ()))


def _details(say: Saying, line: Line) -> Mapping[str, tuple[Detail, ...]]:
    """What the sheet of the plan says of a line's text, by what it is."""
    found: dict[str, tuple[Detail, ...]] = {}
    for detail in map(_pointing_nowhere, say.entry(line).details):
        if detail.key is not None and detail.key not in _TOLD_APART:
            found[detail.key] = (*found.get(detail.key, ()), detail)
    return found


def _points_as_before(key: str, was: Line, line: Line) -> bool:
    """Whether it names the same lines: that one of these says something else now is told there."""
    pointers = getattr(line, key, None) if key in _POINTERS else None
    return pointers is not None and pointers == getattr(was, key, None)


def _woven(plan: Plan) -> dict[str, str]:
    """Every line that stands in another, with that one."""
    return {held.id: line.id for line in (*plan.lines, *plan.ended) for held in lines_in(line) if held is not line}


def _into(after: Saying, line: Line, woven: Mapping[str, str]) -> Iterator[Detail]:
    """The lines that were made one with it."""
    came = [held for held in lines_in(line) if held is not line and woven.get(held.id) != line.id]
    if came:
        yield Detail(after.words("change", "woven"), tuple(map(after.text, came)))


def _what(say: Saying, key: str) -> Detail:
    return Detail(say.words("change", "what"), (Said(say.words("change", key)),))


def _pointing_nowhere(detail: Detail) -> Detail:
    """A detail whose texts are not links: the lines that they name are not all on this sheet."""
    return attrs.evolve(detail, said=tuple(attrs.evolve(one, to=None) for one in detail.said))

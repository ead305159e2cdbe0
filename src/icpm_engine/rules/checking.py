"""What is checked of a pack as a whole, when all its rules have been read: errors, and remarks.

A remark is no error, and yet may not be meant. Each says what was found and how to say what is meant; where the pack
says it, the remark is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import attrs

from icpm_engine.errors import Mark, PackError, UnknownName
from icpm_engine.rules import decisions, model
from icpm_engine.rules.model import AnyLine, Duty, DutyText, Line, RulePack
from icpm_engine.rules.names import Names
from icpm_engine.rules.recurring import Recurrences
from icpm_engine.rules.source_forms import AGREED
from icpm_engine.rules.subjects import unreachable
from icpm_engine.rules.turning import endless
from icpm_engine.rules.walking import options_asked
from icpm_engine.rules.words import hint, shown


@attrs.frozen
class Remark:
    """Something to look at."""

    message: str
    mark: Mark | None = None

    def __str__(self) -> str:
        return f"{self.mark}: {self.message}" if self.mark else self.message


def errors(pack: RulePack) -> tuple[PackError, ...]:
    """What is wrong with a pack beyond the form of its rules, in the order of the files."""
    found = [*decisions.unsound(pack), *unreachable(pack)]
    if not found:  # what follows looks into decisions, and must not go round in them
        found = list(chain(_never_ending(pack), _unguarded_moments(pack), _unreviewed(pack), endless(pack)))
    return tuple(sorted(found, key=_place))


def remarks(pack: RulePack, names: Names) -> tuple[Remark, ...]:
    """Everything of a pack that deserves a second look, in the order of the files."""
    found = [
        *_unused(pack, names.used),
        *_recurring(pack),
        *_stages(pack),
        *_options_left_out(pack),
        *_dead_ends(pack),
    ]
    return tuple(sorted(found, key=_place))


def _place(found: Remark | PackError) -> tuple[str, int]:
    return (found.mark.file, found.mark.line) if found.mark else ("", 0)


# --- errors -----------------------------------------------------------------------------------------------------------


def _never_ending(pack: RulePack) -> Iterator[PackError]:
    for duty in pack.duties.values():
        if not all(_can_end(text) for text in duty.texts):
            yield PackError(
                f"nothing can end the duty {duty.name}: it has no met, substitute, excused, cancelled or while;"
                " say what meets it, or for whom it is (while: case.open)",
                duty.mark,
            )


def _can_end(text: DutyText) -> bool:
    ends = (text.met, text.substitute, text.excused, text.cancelled, text.while_)
    return any(end is not None for end in ends) or _lapses(text)


def _lapses(text: DutyText) -> bool:
    """Whether it is a right with a due moment, which ends by itself then (semantics 41)."""
    dues = [row.value for row in text.due.rows] if text.due is not None else []
    never = any(isinstance(due, model.DueOpen) for due in dues)
    return all(row.value == "may" for row in text.force.rows) and bool(dues) and not never


def _unguarded_moments(pack: RulePack) -> Iterator[PackError]:
    """A moment comes whatever happened before it, and `cancelled` looks only after the start (semantics 25)."""
    for duty in pack.duties.values():
        for text in duty.texts:
            for start in text.starts if text.while_ is None else ():
                for line in _unguarded(start):
                    yield PackError(
                        f"the duty {duty.name} starts at a moment, whatever has happened by then: it has neither while"
                        " nor, on this line, when; say for whom it still is (while: case.open), or on what the start"
                        " depends (when: ...)",
                        line.mark or duty.mark,
                    )


def _unguarded(line: AnyLine) -> Iterator[Line]:
    if line.when is not None:
        return
    if isinstance(line, Line):
        if line.at is not None:
            yield line
        return
    for part in line.parts:
        yield from _unguarded(part)


def _unreviewed(pack: RulePack) -> Iterator[PackError]:
    """Agreements whose review is left to a duty that is not there, or that the county does not owe."""
    for source in pack.sources.values():
        name = source.review.duty
        duty = pack.duties.get(name) if name else None
        if name and duty is None:
            yield UnknownName(
                f"the source {source.name} leaves its review to the duty {shown(name)}, which nothing declares"
                f"{hint(name, pack.duties)}",
                source.mark,
            )
        elif duty is not None and duty.subject != "county":
            yield PackError(
                f"the source {source.name} leaves its review to the duty {name}, which is about a {duty.subject};"
                " expected one with subject: county, since the county is a party to it",
                source.mark,
            )


# --- remarks ----------------------------------------------------------------------------------------------------------


def _unused(pack: RulePack, used: set[str]) -> Iterator[Remark]:
    for choice in pack.choices.values():
        if choice.arrangement and choice.name in used:
            yield Remark(
                f"the choice {choice.name} says arrangement: yes, that no rule hangs on it, and one does; leave it out",
                choice.mark,
            )
        elif choice.name not in used and not choice.arrangement:
            yield Remark(
                f"the choice {choice.name} is used by no rule; say arrangement: yes if it is settled only to be seen",
                choice.mark,
            )
    for source in pack.sources.values():
        if f"source {source.name}" not in used and source.kind not in AGREED:
            yield Remark(f"the source {source.name} is the authority of no rule", source.mark)
    for role in pack.roles:
        if f"role {role}" not in used:
            yield Remark(f"the role {role} owes, holds and is told nothing")


def _running(pack: RulePack) -> Iterator[Duty]:
    return (duty for duty in pack.duties.values() if not duty.off)


def _recurring(pack: RulePack) -> Iterator[Remark]:
    recurrences = Recurrences(pack)
    for duty in _running(pack):
        said = (recurrences.of(duty, text) for text in duty.texts if text.again.rows[0].mark is None)
        again = next((found for found in said if found is not None), None)
        if again is not None:
            yield Remark(
                f"{again} may come again while a run of the duty {duty.name} is open, and would open another one; say"
                " again: opens if that is meant, again: restarts or again: ignored if not",
                duty.mark,
            )


def _stages(pack: RulePack) -> Iterator[Remark]:
    """Several duties that one event would meet at once, where a series would want one event for each (semantics 16).

    A target beside a cap is two duties rightly: they differ in force.
    """
    alike: dict[object, list[Duty]] = {}
    for duty in _running(pack):
        text = duty.texts[-1]
        if text.met is not None:
            said = (duty.per, duty.subject, text.starts, text.while_, text.met, text.force)
            alike.setdefault(said, []).append(duty)
    for duties in alike.values():
        if len(duties) > 1:
            yield Remark(
                f"the duties {' and '.join(duty.name for duty in duties)} have the same start, population and evidence,"
                " so that one event meets all of them; stages of one act are one series (due with a list of dates,"
                " repeats: from met)",
                duties[-1].mark,
            )


def _options_left_out(pack: RulePack) -> Iterator[Remark]:
    for duty in _running(pack):
        for text in duty.texts:
            for key, lines in (("starts", text.starts), ("met", _parts(text.met))):
                for choice, left in _left_out(lines, pack):
                    yield Remark(
                        f"{key} of the duty {duty.name} has a line for every option of {choice} but"
                        f" {' and '.join(left)}: a county that chooses so has none; add a line, or say in the"
                        f" duty's while that it is not owed then",
                        lines[0].mark or duty.mark,
                    )


def _parts(line: AnyLine | None) -> tuple[AnyLine, ...]:
    return line.parts if isinstance(line, model.Lines) and line.how == "any" else ()


def _left_out(lines: Iterable[AnyLine], pack: RulePack) -> Iterator[tuple[str, list[str]]]:
    """Choices that each of several lines asks about, with the options that none of them names."""
    named = [options_asked(line.when) for line in lines]
    if len(named) < 2:  # noqa: PLR2004 - one line for one option says that the others have none
        return
    for choice in sorted(set(named[0]).intersection(pack.choices, *named[1:])):
        left = [option for option in pack.choices[choice].options if not any(option in one[choice] for one in named)]
        if left:
            yield choice, left


def _dead_ends(pack: RulePack) -> Iterator[Remark]:
    for lifecycle in pack.lifecycles.values():
        left = {source for change in lifecycle.transitions for source in change.sources}
        for name, state in lifecycle.states.items():
            if name not in left and not state.final and state.at_rest is None:
                yield Remark(
                    f"nothing leads out of {lifecycle.name}.{name}; say final: yes if it is an end,"
                    " at_rest: WHY if it may stay so, or add a transition",
                    state.mark or lifecycle.mark,
                )

"""A changed number: where only spans of due dates are other, clocks are re-dated from what is kept with each of them.

What is kept says from when a clock counts, so its new date takes neither the journal nor a fold. That is the same
answer only if the date of a duty decides nothing but itself; what is refused here, and why, is what that takes. A clock
that was ever not owed, or of which that was unknown, may stand otherwise under another date: its subject is folded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import attrs
from msgspec import msgpack

from icpm_engine.calendars import Span
from icpm_engine.duties.legs import legs_of
from icpm_engine.duties.texts import CompiledText
from icpm_engine.errors import CalendarEnds
from icpm_engine.history import CompiledRules
from icpm_engine.history.proofs import Detail, detail_of
from icpm_engine.history.results import ObligationRow, Outcome
from icpm_engine.recording import Rules
from icpm_engine.rules import model
from icpm_engine.rules.model import Duty, DutyText, RulePack
from icpm_engine.rules.subjects import rules_in
from icpm_engine.rules.walking import exchanged, names_in, walk
from icpm_engine.store.projection import StoredRow
from icpm_engine.working import At, Case, Run

UNSURE_STATES: Final = (int(Outcome.NOT_OWED), int(Outcome.UNDETERMINED), int(Outcome.PAUSED))
"""Where a clock has ever stood so, another date may end it otherwise."""
MISSED: Final = int(Outcome.MISSED)

_PARTS: Final = 12
"""So many parts has a derivation that is no more than a date."""
_encode = msgpack.Encoder().encode
Redate: TypeAlias = Callable[[StoredRow], ObligationRow | None]


class NotNumbers(Exception):
    """More than numbers is other; its words say what."""


@attrs.frozen
class Redated:
    """A duty whose dates alone are other: which rows put a subject in doubt, and a running row as it would be."""

    duty: str
    subject: str
    doubts: tuple[int, ...]
    """The states in which a clock of it that has ever been so takes a fold of its subject."""
    redate: Redate
    """A row that runs, with its new date; None if what is kept does not tell it."""


def redated(before: Rules, after: Rules) -> list[Redated]:
    """The duties of which only numbers are other. Raises NotNumbers if anything else is."""
    _check_alike(before.pack, after.pack)
    choices = _other_choices(before.pack, after.pack)
    found = []
    for name, duty in after.pack.duties.items():
        was = before.pack.duties[name]
        if _bare(was) != _bare(duty):
            raise NotNumbers(f"more than the numbers of {name} is other")
        named = {span.name for span in _spans(duty) if isinstance(span, model.NamedSpan)}
        if list(_spans(was)) != list(_spans(duty)) or named & choices:
            found.append(_redated(was, duty, before, after))
    return found


# --- what is other in two packs ---------------------------------------------------------------------------------------

_ALIKE: Final = (
    *("zone", "horizon_months", "calendars", "windows", "events", "choices"),
    *("facts", "decisions", "lifecycles", "bars"),
)


def _check_alike(before: RulePack, after: RulePack) -> None:
    for part in _ALIKE:
        if getattr(before, part) != getattr(after, part):
            raise NotNumbers(f"more than numbers is other: {part.replace('_', ' ')}")
    if before.duties.keys() != after.duties.keys():
        names = sorted(before.duties.keys() ^ after.duties.keys())
        raise NotNumbers(f"one pack alone has {', '.join(names)}")


def _other_choices(before: RulePack, after: RulePack) -> set[str]:
    """Choices that are settled otherwise, all of them spans that only due dates name."""

    def settled(pack: RulePack, name: str) -> list[tuple[int | None, object]]:
        return [(one.from_day, one.value) for one in pack.settles.get(name, ())]

    names = before.settles.keys() | after.settles.keys()
    found = {name for name in names if settled(before, name) != settled(after, name)}
    for name in sorted(found):
        days = [[day for day, _ in settled(pack, name)] for pack in (before, after)]
        if days[0] != days[1] or after.choices[name].type != "span":
            raise NotNumbers(f"the choice {name} is settled otherwise, and not by another number alone")
    for _, rule in rules_in(after):
        asked = {named.name for named in names_in(_bare(rule) if isinstance(rule, Duty) else rule)} & found
        if asked:
            raise NotNumbers(f"{rule.name} asks for the choice {min(asked)} elsewhere than in a due date")
    return found


def _bare(duty: Duty) -> Duty:
    """A duty without the numbers of its due dates, and without what is only said of it."""
    nameless = model.NamedSpan("")

    def change(node: Any) -> Any:  # noqa: ANN401 - any value of the model
        if isinstance(node, model.DueLeg):
            return attrs.evolve(node, within=tuple(nameless for _ in node.within))
        if isinstance(node, DutyText):
            return attrs.evolve(node, label="", authority="")
        return node

    bare: Duty = exchanged(duty, change)
    return attrs.evolve(bare, area="", protocol=None, encodes=())


def _spans(duty: Duty) -> Iterator[model.SpanLike]:
    for text in duty.texts:
        for row in text.due.rows if text.due is not None else ():
            for leg in legs_of(row.value):  # type: ignore[arg-type]
                yield from leg.within


# --- whether a date decides nothing but itself ------------------------------------------------------------------------


def _redated(was: Duty, duty: Duty, before: Rules, after: Rules) -> Redated:
    for _, rule in rules_in(after.pack):
        if any(named.what == "duty" and named.name == duty.name for named in names_in(rule)):
            raise NotNumbers(f"{rule.name} asks how {duty.name} stands")
    olds, news = _texts(was, before.of(was.subject)), _texts(duty, after.of(duty.subject))
    if [(t.number, t.from_day, t.until_day) for t in olds] != [(t.number, t.from_day, t.until_day) for t in news]:
        raise NotNumbers(f"the versions of {duty.name} are in force on other days")
    if len(news) > 1 and (duty.crossover != "keep" or any(text.turned for text in news)):
        raise NotNumbers(f"which version of {duty.name} a clock goes by is not kept with it")
    for text in (*olds, *news):
        reason = _decides_more(text)
        if reason is not None:
            raise NotNumbers(f"the due date of {duty.name} decides more than itself: {reason}")
    missed = any(text.population is not None or text.bounded for text in news)
    doubts = (*UNSURE_STATES, *((MISSED,) if missed else ()))
    return Redated(duty.name, duty.subject, doubts, _redating(duty, news, after.of(duty.subject)))


def _texts(duty: Duty, rules: CompiledRules) -> tuple[CompiledText, ...]:
    compiled = dict(rules.readings).get(duty.name, ())
    if len(compiled) != 1:
        raise NotNumbers(f"{duty.name} hangs on an open choice, or is off")
    return compiled[0].texts


def _decides_more(text: CompiledText) -> str | None:
    """What else hangs on a due date of this text."""
    rows = text.text.due.rows if text.text.due is not None else ()
    checks = {
        "it ends the clock, or starts the next": text.ends_at_due is not False,
        "the clock may stand still": text.pause is not None,
        "somebody is told by it": bool(text.escalates),
        "it may be excused until then": text.excused is not None,
        "other lines count from it": any(_is_due(part) for part in walk(text.text)),
        "it is chosen by rows": len(rows) != 1 or rows[0].when is not None or rows[0].while_ is not None,
        "it is not that long after the start": not text.due.fixed or not all(_is_within(row.value) for row in rows),
        "it is one of a series": text.turned and any(len(leg.within) > 1 for row in rows for leg in legs_of(row.value)),  # type: ignore[arg-type]
        "its start is dated otherwise": any(opener.line.dated != "occurred" for opener in text.openers),
    }
    return next((words for words, found in checks.items() if found), None)


def _is_due(part: object) -> bool:
    return isinstance(part, model.Anchor) and part.word in ("due", "previous.due")


def _is_within(due: object) -> bool:
    return isinstance(due, model.DueLeg) and bool(due.within)


# --- the new date -----------------------------------------------------------------------------------------------------


def _redating(duty: Duty, texts: tuple[CompiledText, ...], rules: CompiledRules) -> Redate:
    compiled = dict(rules.readings)[duty.name][0]
    zone, case = rules.zone, Case(rules.zone)
    timed: Mapping[int, bool] = {text.number: _counts_hours(duty.texts[text.number], rules.whole) for text in texts}

    def redate(row: StoredRow) -> ObligationRow | None:
        detail: Detail = detail_of(row)  # type: ignore[arg-type]
        trace = msgpack.decode(detail.trace)
        if not trace or trace[0] != "within" or len(trace) != _TRACE or detail.answers or detail.escalations:
            return None
        day, instant = detail.start_day, detail.start_instant
        text = compiled.text_at(day)
        if text is None or text.number != detail.text or (timed[text.number] and not instant):
            return None
        start = (
            At(instant, instant, day, trace[3])
            if instant
            else At(zone.midnight[day], zone.midnight[day + 1] - 1, day, trace[3])
        )
        run = Run(compiled, text, start, None, row.start_root, start)
        run.number = row.run
        try:
            due = text.due.of(case, run)
        except CalendarEnds:
            return None
        if due.missing:
            return None
        parts = msgpack.decode(row.detail)
        if len(parts) != _PARTS:
            return None
        parts[7], parts[11] = due.trace, due.possible
        over = None if row.overdue_after is None else due.latest
        return ObligationRow(*row[2:9], due.at, over, *row[11:14], _encode(parts))

    return redate


_TRACE: Final = 8
"""So many parts has the trace of a plain count."""


def _counts_hours(text: DutyText, pack: RulePack) -> bool:
    """Whether a span of its due date counts hours, so that it matters at which hour it starts."""
    spans = [span for row in text.due.rows for leg in legs_of(row.value) for span in leg.within] if text.due else []  # type: ignore[arg-type]
    named = [one.value for span in spans if isinstance(span, model.NamedSpan) for one in pack.settles[span.name]]
    return any(isinstance(span, Span) and span.timed for span in (*spans, *named))

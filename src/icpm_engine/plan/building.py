"""How a plan is made: a case's events, in their order, to the one plan as of a day, and its versions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs

from icpm_engine.calendars import Zone, format_day
from icpm_engine.history.order import arrange
from icpm_engine.plan.model import (
    KINDS,
    AgencyPlan,
    Answer,
    Appointment,
    Capacity,
    Disagreement,
    Ended,
    Goal,
    GoalAnswer,
    GoalReading,
    Line,
    Need,
    Part,
    Participant,
    Plan,
    Service,
    Signature,
    Strength,
    Task,
    Visits,
)
from icpm_engine.working import Entry

_LINES: Final[Mapping[str, type[Line]]] = {
    "strength_named": Strength,
    "need_named": Need,
    "goal_set": Goal,
    "service_planned": Service,
    "task_agreed": Task,
    "visits_planned": Visits,
    "plan_part_written": Part,
    "plan_disagreement_stated": Disagreement,
}
_SERVICES: Final[Mapping[str, str]] = {
    "service_offered": "offered",
    "service_accepted": "accepted",
    "service_declined": "declined",
    "service_authorization_asked": "authorization asked",
    "service_authorized": "authorized",
    "service_authorization_denied": "not authorized",
    "service_started": "started",
    "service_ended": "ended",
    "service_not_available": "not available",
}
_SIGNED: Final[Mapping[str, str]] = {
    "case_plan_signed": "signed",
    "case_plan_signature_declined": "not signed",
    "case_plan_given": "given a copy",
}


def plan_of(case: str, entries: Iterable[Entry], zone: Zone, day: int) -> Plan:
    """The one plan of a case at the end of a day, from the entries of its journal in any order."""
    making = _Making()
    for entry in arrange(entries, zone, {}):
        if entry.day > day:
            break
        making.take(entry)
    return making.plan(case, format_day(day))


def days_of_change(entries: Iterable[Entry], zone: Zone) -> list[int]:
    """The days on which a line of the plan was said, ended, woven or shared: each makes a version."""
    days = {entry.day for entry in arrange(entries, zone, {}) if entry.kind in CHANGING}
    return sorted(days)


class _Making:
    """A plan on the way."""

    def __init__(self) -> None:
        self.lines: dict[str, Line] = {}
        self.woven: dict[str, str] = {}
        self.services: dict[str, dict[str, Any]] = {}
        self.agency_plans: dict[str, AgencyPlan] = {}
        self.signatures: dict[tuple[str, str], Signature] = {}
        self.participants: dict[str, Participant] = {}
        self.absences: dict[str, Signature] = {}
        self.appointments: dict[str, Appointment] = {}
        self.kept: dict[str, Appointment] = {}
        self.capacity: Capacity | None = None
        self.answered: dict[str, Answer] = {}
        self.version = 0
        self.changed_on = 0

    def take(self, entry: Entry) -> None:
        """One event."""
        if entry.kind in CHANGING and entry.day != self.changed_on:
            self.version, self.changed_on = self.version + 1, entry.day
        if (made := _LINES.get(entry.kind)) is not None:
            self._say(made, entry)
        elif (what := _SERVICES.get(entry.kind)) is not None:
            self._serve(what, entry)
        elif (signed := _SIGNED.get(entry.kind)) is not None:
            self._sign(signed, entry)
        elif (take := _TAKES.get(entry.kind)) is not None:
            take(self, entry)

    def plan(self, case: str, on: str) -> Plan:
        """What has come of it."""
        held: dict[str, list[Line]] = {name: [] for name in KINDS}
        names = {made: name for name, made in KINDS.items()}
        ended = []
        into = {other: one for other, one in self.woven.items() if type(self.lines[other]) is type(self.lines[one])}
        parts: dict[str, list[str]] = {}
        for other, one in into.items():
            parts.setdefault(one, []).append(other)
        for line in self.lines.values():
            if line.id in into:
                continue
            whole = self._whole(line, parts)
            if whole.ended is None:
                held[names[type(whole)]].append(whole)
            else:
                ended.append(whole)
        return Plan(
            case=case,
            on=on,
            version=self.version,
            ended=tuple(ended),
            agency_plans=tuple(self.agency_plans.values()),
            participants=tuple(self.participants.values()),
            signatures=tuple(self.signatures.values()),
            absences=tuple(self.absences.values()),
            appointments=_by_time(self.appointments),
            kept=_by_time(self.kept),
            capacity=self.capacity,
            answered=self.answered,
            **{name: tuple(lines) for name, lines in held.items()},  # type: ignore[arg-type]  # each of its own kind
        )

    def _whole(self, line: Line, parts: Mapping[str, list[str]]) -> Line:
        """A line with the lines that were woven into it, and a service with how far it has come."""
        others = tuple(self._whole(self.lines[other], parts) for other in parts.get(line.id, ()))
        line = attrs.evolve(line, woven=others) if others else line
        if isinstance(line, Service) and line.service_id is not None:
            line = attrs.evolve(line, **self.services.get(line.service_id, {}))
        return line

    def _say(self, made: type[Line], entry: Entry) -> None:
        """A line is said, or said anew: what was added to it since stays."""
        values = entry.values
        line_id, day = values["line_id"], format_day(entry.day)
        before = self.lines.get(line_id)
        told: dict[str, Any] = {name: _plain(name, values[name]) for name in _FIELDS[made] if name in values}
        said = made(
            id=line_id,
            text=values["text"],
            since=day if before is None else before.since,
            said=day,
            entry=entry.root,
            side=values.get("by"),
            words_of=values.get("words_of"),
            shared=values.get("shared", before is not None and before.shared),
            plan_id=values.get("plan_id"),
            **told,
        )
        if type(before) is made:
            kept: dict[str, Any] = {name: getattr(before, name) for name in _KEPT if hasattr(before, name)}
            said = attrs.evolve(said, **kept)
        self.lines[line_id] = said

    def _serve(self, what: str, entry: Entry) -> None:
        """How far a service has come. One that has started goes on while its authorization is asked for again."""
        known = self.services.setdefault(entry.values["service_id"], {})
        if what == "authorized" or entry.values.get("in_part"):
            what, until = "authorized", entry.values.get("until")
            known["authorized_until"] = None if until is None else format_day(until)
            known.setdefault("authorized_by", "the plan")
        authorized = known.get("authorized_by") is not None
        if not (known.get("state") == "started" and (what in _ASKING or (authorized and what == "not authorized"))):
            known["state"] = what

    def _sign(self, what: str, entry: Entry) -> None:
        who = entry.values["to" if what == "given a copy" else "by"]
        found = Signature(who, what, format_day(entry.day), entry.values.get("reason"))
        self.signatures[who, "copy" if what == "given a copy" else "signature"] = found


def _change(making: _Making, entry: Entry, **changes: Callable[[Line], object]) -> None:
    """Change a line, if there is one of this id: what is said of a line that nobody stated changes nothing."""
    line = making.lines.get(entry.values["line_id"])
    if line is not None and all(hasattr(line, name) for name in changes):
        changed: dict[str, Any] = {name: change(line) for name, change in changes.items()}
        making.lines[line.id] = attrs.evolve(line, **changed)


def _measure(making: _Making, entry: Entry) -> None:
    found = GoalReading(format_day(entry.day), entry.values["reading"], entry.values.get("by"))
    _change(making, entry, readings=lambda goal: (*_goal(goal).readings, found))


def _answer(making: _Making, entry: Entry) -> None:
    values = entry.values
    said = format_day(entry.day), values["answer"], values.get("words"), values.get("who")
    _change(making, entry, answers=lambda goal: (*_goal(goal).answers, GoalAnswer(*said, of=goal.entry)))


def _answer_disagreement(making: _Making, entry: Entry) -> None:
    """What was answered to a disagreement as it stands: when it is said anew, the answer is awaited anew."""
    values, on = entry.values, format_day(entry.day)
    _change(
        making,
        entry,
        answered=lambda _: on,
        answer=lambda _: values["answer"],
        answered_by=lambda _: values.get("by"),
    )


def _lay_out(making: _Making, entry: Entry) -> None:
    options, chosen = tuple(entry.values["options"]), entry.values.get("chosen")
    _change(making, entry, options=lambda _: options, chosen=lambda _: chosen)


def _reason(making: _Making, entry: Entry) -> None:
    _change(making, entry, reason=lambda _: entry.values["reason"])


def _share(making: _Making, entry: Entry) -> None:
    _change(making, entry, shared=lambda _: entry.values["shared"])


def _end(making: _Making, entry: Entry) -> None:
    ended = Ended(format_day(entry.day), entry.values["reason"], entry.values.get("words"))
    _change(making, entry, ended=lambda _: ended)


def _weave(making: _Making, entry: Entry) -> None:
    """Several lines of a kind become one. No line is woven into itself, nor into one that was woven into it."""
    into = entry.values["line_id"]
    for other in entry.values["others"]:
        if {into, other} <= making.lines.keys() and other not in _above(making, into):
            making.woven[other] = into


def _above(making: _Making, line_id: str) -> set[str]:
    """A line, and all that it was woven into."""
    found = {line_id}
    while (line_id := making.woven.get(line_id, "")) and line_id not in found:
        found.add(line_id)
    return found


def _receive(making: _Making, entry: Entry) -> None:
    values = entry.values
    found = AgencyPlan(values["plan_id"], values.get("by"), values.get("title"), format_day(entry.day))
    making.agency_plans[found.id] = found


def _carry(making: _Making, entry: Entry) -> None:
    values = entry.values
    making.capacity = Capacity(float(values["appointments_a_week"]), values.get("words"), format_day(entry.day))


def _appoint(making: _Making, entry: Entry) -> None:
    values = entry.values
    day, minute = values["date"]
    minutes = values.get("minutes")
    making.appointments[values["appointment_id"]] = Appointment(
        values["appointment_id"],
        day,
        minute,
        None if minutes is None else float(minutes),
        values.get("line_id"),
        tuple(values.get("who", ())),
        entry.root,
    )


def _move(making: _Making, entry: Entry) -> None:
    """An appointment gets another time; of one that nobody planned, nothing else is known."""
    moved = entry.values["appointment_id"]
    if (known := making.appointments.get(moved)) is not None:
        day, minute = entry.values["date"]
        making.appointments[moved] = attrs.evolve(known, day=day, minute=minute, entry=entry.root)


def _keep(making: _Making, entry: Entry) -> None:
    """An appointment took place, on the day of the entry, whenever it was planned for."""
    kept = making.appointments.pop(entry.values["appointment_id"], None)
    if kept is not None:
        minute = entry.minute if entry.minute >= 0 or entry.day != kept.day else kept.minute
        making.kept[kept.id] = attrs.evolve(kept, day=entry.day, minute=minute)


def _cancel(making: _Making, entry: Entry) -> None:
    making.appointments.pop(entry.values["appointment_id"], None)


def _settle(making: _Making, entry: Entry) -> None:
    values = entry.values
    making.answered[values["finding_id"]] = Answer(format_day(entry.day), values["words"], values.get("by"))


def _take_part(making: _Making, entry: Entry) -> None:
    """Somebody took part, whatever was said of their absence before; or the other way round."""
    who = entry.values["who"]
    making.participants[who] = Participant(who, entry.values.get("by"), format_day(entry.day))
    making.absences.pop(who, None)


def _explain(making: _Making, entry: Entry) -> None:
    who = entry.values["who"]
    making.participants.pop(who, None)
    making.absences[who] = Signature(who, "took no part", format_day(entry.day), entry.values["reason"])


def _by_time(appointments: Mapping[str, Appointment]) -> tuple[Appointment, ...]:
    return tuple(sorted(appointments.values(), key=lambda one: (one.day, one.minute, one.id)))


def _goal(line: Line) -> Goal:
    if not isinstance(line, Goal):
        raise TypeError(f"found a {line.kind}, expected a goal")
    return line


def _plain(name: str, value: Any) -> object:  # noqa: ANN401 - an internal value of any type
    """A value of an event as the plan holds it."""
    if name in _DAYS:
        return format_day(value)
    if name == "times_a_week":
        return float(value)
    return tuple(value) if isinstance(value, (list, tuple)) else value


_ASKING: Final = frozenset({"offered", "accepted", "authorization asked", "authorized"})
_OWN: Final = frozenset(attrs.fields_dict(Line))
_DAYS: Final = frozenset({"target_date", "from_day", "until"})
_KEPT: Final = ("reason", "options", "chosen", "readings", "answers")
_FIELDS: Final[Mapping[type[Line], tuple[str, ...]]] = {
    made: tuple(name for name in attrs.fields_dict(made) if name not in _OWN and name not in {"readings", "answers"})
    for made in KINDS.values()
}
_TAKES: Final[Mapping[str, Callable[[_Making, Entry], None]]] = {
    "agency_plan_received": _receive,
    "goal_measured": _measure,
    "goal_answered": _answer,
    "plan_disagreement_answered": _answer_disagreement,
    "options_laid_out": _lay_out,
    "plan_line_reasoned": _reason,
    "plan_line_shared": _share,
    "plan_line_ended": _end,
    "plan_lines_woven": _weave,
    "plan_finding_answered": _settle,
    "plan_participant_named": _take_part,
    "plan_absence_explained": _explain,
    "family_capacity_told": _carry,
    "appointment_planned": _appoint,
    "appointment_cancelled": _cancel,
    "appointment_moved": _move,
    "appointment_kept": _keep,
    "appointment_missed": _cancel,
}
CHANGING: Final = frozenset(
    {
        *_LINES,
        *("agency_plan_received", "goal_answered", "options_laid_out", "plan_line_reasoned", "plan_line_shared"),
        *("plan_line_ended", "plan_lines_woven", "plan_disagreement_answered"),
    }
)
"""The events that change a line of the plan."""

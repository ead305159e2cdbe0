"""Proofs: why an obligation stands as it does, as data, and in words made from that data.

A proof is made from one projection row and the rules it was made under; neither the events nor a fold are needed.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import attrs
import msgspec

from icpm_engine.calendars import format_day
from icpm_engine.history.chosen import Chosen, chosen
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.escalations import Escalated, escalated
from icpm_engine.history.pauses import Pause, pause_prose, pauses_of, words_of_pause
from icpm_engine.history.reckoned import (
    Calendars,
    Leg,
    Skipped,
    TakenOver,
    all_legs,
    due_text,
    legs_told,
    versions_told,
)
from icpm_engine.history.results import Marks, ObligationRow, Outcome
from icpm_engine.rules import model
from icpm_engine.rules.wording import (
    plain,
    words_of_condition,
    words_of_line,
    words_of_moment,
    words_of_owner,
    words_of_seen,
    words_of_starts,
)


class Detail(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The derivation that a projection row carries, decoded; its trace only for a proof, since lists do not show it."""

    start_kind: str
    start_day: int
    start_entry: int
    start_instant: int
    instance: str | None
    opened: int
    text: int
    trace: msgspec.Raw
    missing: tuple[str, ...]
    wanting: tuple[str, ...]
    evidence: tuple[int, ...]
    possible: tuple[int, ...]
    answers: tuple[Any, ...] = ()
    escalations: tuple[tuple[int, int], ...] = ()


_decode = msgspec.msgpack.Decoder(Detail).decode


class _Missing(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The beginning of a `Detail`, up to what is missing."""

    start_kind: msgspec.Raw
    start_day: int
    start_entry: int
    start_instant: int
    instance: msgspec.Raw
    opened: int
    text: int
    trace: msgspec.Raw
    missing: tuple[str, ...]


_decode_missing = msgspec.msgpack.Decoder(_Missing).decode


def missing_of(row: ObligationRow) -> tuple[str, ...]:
    """The facts, choices and hours that a row waits for, without decoding the rest of its derivation."""
    return _decode_missing(row.detail).missing


def detail_of(row: ObligationRow) -> Detail:
    """Decode a row's derivation."""
    return _decode(row.detail)


@attrs.frozen
class Authority:
    """What the rule rests on, and how sure that is."""

    source: str
    title: str
    link: str | None
    checked: str | None
    seen: str


@attrs.frozen
class Answer:
    """What one reading of the open choices gives."""

    reading: tuple[tuple[str, str], ...]
    state: str
    due: str | None
    owner: str | None = None
    force: str | None = None


@attrs.frozen
class Proof:
    """Why an obligation stands as it does. `str()` of it is prose."""

    duty: str
    label: str
    owner: str
    force: str
    instance: str | None
    run: int
    state: str
    due: str | None
    overdue_after: str | None
    marks: tuple[str, ...]
    start_event: str
    start_day: str
    start_entry: int
    version_from: str | None
    pack: str
    pack_version: str
    rule_file: str | None
    authority: Authority
    which: str | None
    legs: tuple[Leg, ...]
    population: str | None
    met_by: str | None
    evidence: tuple[int, ...]
    missing: tuple[str, ...]
    wanting: tuple[str, ...]
    possible: tuple[str, ...]
    answers: tuple[Answer, ...]
    would_move: tuple[str, ...]
    pauses: tuple[Pause, ...] = ()
    escalations: tuple[Escalated, ...] = ()
    taken_over: tuple[TakenOver, ...] = ()
    """The versions that took it over while it was open, the latest first."""
    settled: tuple[Chosen, ...] = ()
    """The county's choices on which it rests."""

    def __str__(self) -> str:
        return "\n".join(_prose(self))


def proof_of(row: ObligationRow, rules: CompiledRules) -> Proof:
    """The proof of one row under the rules that it was made with."""
    pack, zone = rules.pack, rules.zone
    duty = pack.duties[row.duty]
    detail = detail_of(row)
    text = duty.texts[detail.text]
    trace = msgspec.msgpack.decode(detail.trace)
    paused, trace = (trace[1], trace[2]) if trace and trace[0] == "pauses" else ((), trace)
    which, proved = legs_told(trace, (duty, detail.text), row.run, Calendars.at(rules, row.valid_from))
    return Proof(
        duty=row.duty,
        label=text.label,
        owner=words_of_owner(tuple(row.owner.split(" and ")), pack.roles),
        force=row.force,
        instance=detail.instance,
        run=row.run,
        state=state_words(row.state),
        due=due_text(row.due_at, zone),
        overdue_after=due_text(row.overdue_after, zone),
        marks=mark_words(row.marks),
        start_event=_start_words(row, detail, text),
        start_day=format_day(detail.start_day),
        start_entry=detail.start_entry or row.start_root,
        version_from=format_day(text.from_day) if text.from_day else None,
        pack=pack.name if pack.county is None else f"{pack.name}, {pack.county} county",
        pack_version=pack.version,
        rule_file=f"{duty.mark.file}:{duty.mark.line}" if duty.mark is not None else None,
        authority=authority_of(text.authority, pack),
        which=which,
        legs=proved,
        population=words_of_condition(text.while_) if text.while_ is not None else None,
        met_by=words_of_line(text.met) if text.met is not None else None,
        evidence=detail.evidence,
        missing=detail.missing,
        wanting=detail.wanting,
        possible=tuple(due_text(at, zone) or "" for at in detail.possible),
        answers=tuple(_answer(answer, rules) for answer in detail.answers),
        would_move=tuple(dict.fromkeys(_movers(text, row, rules))),
        pauses=tuple(pauses_of(paused, text, rules)),
        escalations=escalated(detail.escalations, text, rules),
        taken_over=tuple(versions_told(trace, duty, zone)),
        settled=tuple(chosen(text, pack, detail.start_day)),
    )


_STATES = tuple(plain(outcome.name.lower()) for outcome in Outcome)


def state_words(state: int) -> str:
    """A state of an obligation in words."""
    return _STATES[state]


@functools.cache
def mark_words(marks: int) -> tuple[str, ...]:
    """The marks of an obligation in words."""
    return tuple(plain((mark.name or "").lower()) for mark in Marks(marks))


def authority_of(name: str, pack: model.RulePack) -> Authority:
    """The cited source by its name in the pack."""
    source = pack.sources[name]
    return Authority(name, source.title, source.link, source.checked, source.seen)


def _start_words(row: ObligationRow, detail: Detail, text: model.DutyText) -> str:
    if row.run:
        return "the run before it"
    if detail.start_kind:
        return plain(detail.start_kind)
    return words_of_starts(text.starts)


def _answer(answer: Any, rules: CompiledRules) -> Answer:
    reading, outcome = answer
    pairs = tuple((name, str(value)) for name, value in reading)
    if outcome is None:
        return Answer(pairs, "not there", None)
    state, due, owner, force = outcome
    owners = words_of_owner(tuple(owner.split(" and ")), rules.pack.roles)
    return Answer(pairs, state_words(state), due_text(due, rules.zone), owners, force)


def _movers(text: model.DutyText, row: ObligationRow, rules: CompiledRules) -> Iterator[str]:
    """Which later facts would move or end it."""
    if row.state not in (Outcome.RUNNING, Outcome.PAUSED, Outcome.UNDETERMINED, Outcome.NOT_OWED):
        yield "a correction or retraction of the entries named here"
        return
    yield "a correction of the start"
    for leg in all_legs(text):
        for moment in (*leg.by, *leg.before):
            if _base(moment) not in _OWN_STARTS:
                yield f"a change of {words_of_moment(_base(moment))}"
        for span in leg.within:
            if isinstance(span, model.NamedSpan):
                yield f"a change of the {plain(span.name)}"
    for due in text.due.rows if text.due is not None else ():
        if due.while_ is not None:
            yield f"a change of whether {words_of_condition(due.while_)}"
    if text.while_ is not None:
        yield f"a change of whether {words_of_condition(text.while_)}"
    if text.paused_while is not None:
        yield f"a change of whether {words_of_pause(text, rules)} (the clock stands still)"
    if text.cancelled is not None:
        yield f"{words_of_line(text.cancelled)} (ends it)"


_OWN_STARTS = (model.Anchor("start"), model.Anchor("origin"))


def _base(moment: model.Moment) -> model.Moment:
    return _base(moment.moment) if isinstance(moment, model.Offset) else moment


# --- prose ------------------------------------------------------------------------------------------------------------


def _prose(proof: Proof) -> Iterator[str]:
    what = f"{proof.label}" + (f" [{proof.instance}]" if proof.instance else "")
    when = f", due {proof.due}" if proof.due else ", with no date"
    yield f"{what}: {_said_of_a_right(proof) or proof.state}{when}."
    yield f"Owed by {proof.owner} ({proof.force})." + (f" Met by: {proof.met_by}." if proof.met_by else "")
    yield f"It starts from {proof.start_event} on {proof.start_day} (entry {proof.start_entry})."
    if proof.population:
        yield f"It is owed while {proof.population}."
    if proof.which in ("earliest", "latest"):
        yield f"The {proof.which} of these governs:"
    elif proof.which == "rows":
        yield "More than one row of the rule may apply:"
    for leg in proof.legs:
        yield from _leg_prose(leg, marked=proof.which in ("earliest", "latest"))
    yield from map(str, proof.taken_over)
    for pause in proof.pauses:
        yield pause_prose(pause)
    yield from _state_prose(proof)
    authority = proof.authority
    yield (
        f"Rule {proof.duty}"
        + (f", in the version from {proof.version_from}" if proof.version_from else "")
        + f", pack {proof.pack} ({proof.pack_version[:12]})"
        + (f", {proof.rule_file}" if proof.rule_file else "")
        + "."
    )
    link = f", {authority.link}" if authority.link else ""
    yield f"Authority: {authority.title}{link} ({words_of_seen(authority.seen)})."
    if proof.settled:
        yield f"Settled: {'; '.join(map(str, proof.settled))}."
    if proof.would_move:
        yield "What would change it: " + "; ".join(proof.would_move) + "."


def _leg_prose(leg: Leg, *, marked: bool) -> Iterator[str]:
    lead = "* " if marked and leg.governs else "- "
    if not leg.dated:
        yield f"{lead}{leg.rule}."
        return
    if leg.waits_for or leg.anchor_day is None:
        waits = ", ".join(plain(name) for name in leg.waits_for) or "what it is counted from"
        yield f"{lead}{leg.rule}: waits for {waits}."
        return
    if leg.span and leg.counted_to != leg.anchor_day:
        way = "counted back" if leg.counted_to is not None and leg.counted_to < leg.anchor_day else "counted"
        yield f"{lead}{leg.rule}: {leg.span} {way} from {leg.anchor_day} comes to {leg.counted_to}."
    else:
        yield f"{lead}{leg.rule}: {leg.counted_to}."
    if leg.convention:
        yield f"  ({leg.convention})"
    for gap in leg.skipped:
        yield f"  left out: {_days(gap)} ({gap.why})"
    if leg.moved_by:
        yield f"  moved by {leg.moved_by} of pauses, from {leg.without_pauses}"
    if leg.moved_to:
        closed = " and ".join(f"{_days(gap)} ({gap.why})" for gap in leg.moved_over)
        yield f"  moved to {leg.moved_to}, since closed on {closed}" if closed else f"  moved to {leg.moved_to}"
    if leg.left:
        yield f"  the clock stands still with {leg.left} left; they go on when the pause ends"


def _said_of_a_right(proof: Proof) -> str | None:
    """What may be done is available, used or lapsed (semantics 39)."""
    words = {"running": "available", "met": "used", "missed": "lapsed"}
    return words.get(proof.state) if proof.force == "may" else None


def _days(gap: Skipped) -> str:
    return gap.first if gap.first == gap.last else f"{gap.first} to {gap.last}"


def _state_prose(proof: Proof) -> Iterator[str]:
    if proof.missing:
        yield "It cannot be determined without: " + ", ".join(plain(name) for name in proof.missing) + "."
    if proof.possible:
        yield "Possible dates: " + ", ".join(proof.possible) + "."
    yield from _answers_prose(proof.answers)
    if proof.escalations:
        yield "To be told: " + "; ".join(map(str, proof.escalations)) + "."
    if proof.wanting:
        yield "Still wanting: " + ", ".join(plain(name) for name in proof.wanting) + "."
    if proof.evidence:
        yield "Evidence: " + ", ".join(f"entry {entry}" for entry in proof.evidence) + "."
    if proof.marks:
        yield "Marks: " + ", ".join(proof.marks) + "."


def _answers_prose(answers: tuple[Answer, ...]) -> Iterator[str]:
    """Each reading's answer; by whom and how firmly it is owed only where that differs."""
    there = [answer for answer in answers if answer.owner is not None]
    owners, forces = {answer.owner for answer in there}, {answer.force for answer in there}
    for answer in answers:
        reading = ", ".join(f"{plain(name)} = {plain(value)}" for name, value in answer.reading)
        due = f", due {answer.due}" if answer.due else ""
        owner = f", owed by {answer.owner}" if answer.owner and len(owners) > 1 else ""
        force = f" ({answer.force})" if answer.force and len(forces) > 1 else ""
        yield f"- if {reading}: {answer.state}{due}{owner}{force}"

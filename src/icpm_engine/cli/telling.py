"""One obligation or one case, asked of the engine and printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs
from rich.console import Console

from icpm_engine.cli.listing import COLUMNS, obligations
from icpm_engine.cli.opening import asked_day
from icpm_engine.cli.options import Form
from icpm_engine.cli.printing import lines, plain_data, publish, table, text
from icpm_engine.engine import Engine
from icpm_engine.history.answers import CaseAnswer, NoLimit
from icpm_engine.history.changes import OPEN_STATES
from icpm_engine.history.declined import NotStarted
from icpm_engine.history.proofs import Proof
from icpm_engine.history.reckoned import Leg
from icpm_engine.history.results import Outcome
from icpm_engine.history.sources import SubjectKey
from icpm_engine.history.steps import NextStep
from icpm_engine.history.timeline import TimelineLine
from icpm_engine.rules.wording import plain

_OPEN: Final = frozenset(plain(Outcome(state).name.lower()) for state in OPEN_STATES)


# --- explain ----------------------------------------------------------------------------------------------------------


@attrs.frozen
class Reckoned:
    """A row of a proof's CSV: one way in which the date was reckoned, and the days that it left out."""

    id: str
    duty: str
    state: str
    due: str | None
    governs: bool
    rule: str
    anchor_day: str | None
    anchor_entry: int | None
    span: str | None
    counted_to: str | None
    moved_to: str | None
    skipped: tuple[str, ...]
    waits_for: tuple[str, ...]
    taken_over: tuple[str, ...]


def explain(engine: Engine, obligation: str, on: str | None, known_at: str | None, form: Form) -> None:
    """Print the proof of an obligation's date as it stands on a day."""
    day = asked_day(engine, on)
    proof = engine.explain(obligation, on=day, known_at=known_at)
    data = {"id": obligation, "on": day, "known_at": known_at, **plain_data(proof)}
    columns = [field.name for field in attrs.fields(Reckoned)]
    rows = [_reckoned(obligation, proof, leg) for leg in proof.legs]
    publish(form, data, columns, rows, lambda console: prose(str(proof), console))


def prose(words: str, console: Console) -> None:
    """Print sentences line by line, broken between words where a terminal is too narrow for them."""
    for line in words.splitlines():
        console.print(text(line), soft_wrap=not console.is_terminal)


def _reckoned(obligation: str, proof: Proof, leg: Leg) -> Reckoned:
    return Reckoned(
        id=obligation,
        duty=proof.duty,
        state=proof.state,
        due=proof.due,
        governs=leg.governs,
        rule=leg.rule,
        anchor_day=leg.anchor_day,
        anchor_entry=leg.anchor_entry,
        span=leg.span,
        counted_to=leg.counted_to,
        moved_to=leg.moved_to,
        skipped=tuple(f"{gap.first} to {gap.last} ({gap.why})" for gap in leg.skipped),
        waits_for=leg.waits_for,
        taken_over=tuple(map(str, proof.taken_over)),
    )


# --- case -------------------------------------------------------------------------------------------------------------


def case(engine: Engine, whom: SubjectKey, on: str | None, known_at: str | None, form: Form) -> None:
    """Print a case, a person, a team or the county as it stands on a day."""
    about, subject = whom
    answer = engine.subject(about, subject, on=asked_day(engine, on), known_at=known_at)
    without = engine.no_verified_limit(subject, about=about, on=answer.on, known_at=known_at)
    data = {**plain_data(answer), "no_verified_limit": [plain_data(one) for one in without]}
    publish(form, data, COLUMNS, answer.obligations, lambda console: _case(answer, without, console))


def _case(answer: CaseAnswer, without: Sequence[NoLimit], console: Console) -> None:
    console.print(text(f"{answer.about.capitalize()} {answer.subject} on {answer.on}", "bold"))
    states = table("Matter", "Stands at", "Since", "Whose turn", kept=("Since",))
    for state in answer.states:
        name = state.label + (f" [{state.instance}]" if state.instance else "")
        name += f" ({state.about})" if state.about != answer.about else ""
        states.add_row(text(name), text(state.state_label), text(state.since), text(state.holder or ""))
    if answer.states:
        console.print(states)
    else:
        console.print(text("nothing had happened yet"))
    still = sorted((one for one in answer.obligations if one.state in _OPEN), key=lambda one: one.due or "9999")
    console.print(text(f"Open: {len(still) or 'nothing'}", "bold"))
    if still:
        console.print(obligations(still, answer.on, console.width))
    done = [one for one in answer.obligations if one.state not in _OPEN]
    if done:
        console.print(text(f"Settled: {len(done)}", "bold"))
        settled = table("State", "What", "Was due", "Id", kept=("State", "Was due"))
        for one in done:
            name = one.label + (f" [{one.instance}]" if one.instance else "")
            stands = lines(text(one.state), text(", ".join(one.marks), "dim"))
            settled.add_row(stands, text(name), text(one.due or ""), text(one.id))
        console.print(settled)
    if without:
        console.print(text("No verified limit known", "bold"))
        for owed in without:
            name = owed.label + (f" [{owed.instance}]" if owed.instance else "")
            perhaps = (
                f", if it is owed, which waits for {', '.join(map(plain, owed.waits_for))}" if owed.waits_for else ""
            )
            console.print(text(f"{name}: {owed.owner}, since {owed.since}{perhaps}; not read: {owed.authority}"))
    _facts(answer.facts, console)
    for finding in answer.findings:
        missing = f", for want of {', '.join(map(plain, finding.missing))}" if finding.missing else ""
        words = f"{finding.day}  {plain(finding.kind)}: {plain(finding.rule)}, entry {finding.entry}{missing}"
        console.print(text(words, "yellow"))


def _facts(facts: Mapping[str, str], console: Console) -> None:
    if facts:
        console.print(text("Told", "bold"))
        told = table("Fact", "Value")
        for name, value in facts.items():
            told.add_row(text(plain(name)), text(value))
        console.print(told)


# --- timeline and next steps ------------------------------------------------------------------------------------------


def timeline(engine: Engine, whom: SubjectKey, known_at: str | None, form: Form) -> None:
    """Print everything that happened in a case, or with whom it is about, in order."""
    about, subject = whom
    told = engine.timeline(subject, about=about, known_at=known_at)
    data = {about: subject, "county": engine.county, "rows": told}
    columns = [field.name for field in attrs.fields(TimelineLine)]
    publish(form, data, columns, told, lambda console: _timeline(whom, told, console))


def _timeline(whom: SubjectKey, told: tuple[TimelineLine, ...], console: Console) -> None:
    console.print(text(f"{whom[0].capitalize()} {whom[1]}", "bold"))
    made = table("When", "", "What", "Entry", kept=("When", "", "Entry"))
    before = ""
    for line in told:
        style = {"event": "bold", "finding": "yellow"}.get(line.kind, "")
        when = line.day if line.day != before else ""
        made.add_row(text(when), text(line.kind, "dim"), text(line.what, style), text(line.entry or ""))
        before = line.day
    console.print(made)


def not_started(engine: Engine, whom: SubjectKey, on: str | None, known_at: str | None, form: Form) -> None:
    """Print which starts of rules did not apply, and why not: why there is no clock."""
    about, subject = whom
    day = asked_day(engine, on)
    declined = engine.not_started(subject, about=about, on=day, known_at=known_at)
    data = {about: subject, "county": engine.county, "on": day, "rows": declined}
    columns = [field.name for field in attrs.fields(NotStarted)]
    publish(form, data, columns, declined, lambda console: _not_started(whom, day, declined, console))


def _not_started(whom: SubjectKey, day: str, declined: tuple[NotStarted, ...], console: Console) -> None:
    count = len(declined) or "nothing"
    console.print(text(f"What started no clock in {' '.join(whom)}, up to {day}: {count}", "bold"))
    for one in declined:
        first, *rest = str(one).splitlines()
        console.print(text(first))
        prose("\n".join(f"  {line}" for line in rest), console)


def next_steps(engine: Engine, whom: SubjectKey, on: str | None, known_at: str | None, form: Form) -> None:
    """Print what may come next in a case, or for whom it is about."""
    about, subject = whom
    day = asked_day(engine, on)
    steps = engine.next_steps(subject, about=about, on=day, known_at=known_at)
    data = {about: subject, "county": engine.county, "on": day, "rows": steps}
    columns = [field.name for field in attrs.fields(NextStep)]
    publish(form, data, columns, steps, lambda console: _steps(whom, day, steps, engine, console))


def _steps(whom: SubjectKey, day: str, steps: tuple[NextStep, ...], engine: Engine, console: Console) -> None:
    console.print(text(f"What may come next in {' '.join(whom)}, {day}", "bold"))
    owed = table("Due", "What would come", "It meets", "Owed by", kept=("Due",))
    moves = table("What may come", "It leads to")
    for step in steps:
        if step.obligation is not None:
            due = text(step.due or "no date", "bold red" if step.overdue else "")
            meets = lines(text(step.label or ""), text(step.obligation, "dim"))
            owed.add_row(due, text(step.what), meets, text(step.owner or ""))
        else:
            moves.add_row(text(step.what), text(f"{_lifecycle(step, engine)}: {step.leads_to}"))
    for made in (owed, moves):
        if made.row_count:
            console.print(made)


def _lifecycle(step: NextStep, engine: Engine) -> str:
    name, bracket, instance = (step.lifecycle or "").partition("[")
    return engine.pack.lifecycles[name].label + (f" {bracket}{instance}" if bracket else "")

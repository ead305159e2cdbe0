"""Questions about one subject: how it stands, why, what may come next, what happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from icpm_engine.calendars import Zone
from icpm_engine.engine.county import County
from icpm_engine.engine.times import When
from icpm_engine.errors import NotFound
from icpm_engine.history import CompiledRules, Folding, fold
from icpm_engine.history.answers import CaseAnswer, NoLimit, case_at, day_end, joined, no_limit_of
from icpm_engine.history.declined import NotStarted, not_started
from icpm_engine.history.fold import fold_on
from icpm_engine.history.ledger import Held, ledger_of
from icpm_engine.history.proofs import Proof, proof_of
from icpm_engine.history.results import ObligationRow
from icpm_engine.history.sources import SubjectKey, links_of, seen, sees_all
from icpm_engine.history.steps import NextStep, in_due_order, next_steps
from icpm_engine.history.timeline import TimelineLine, in_order, timeline_of
from icpm_engine.history.unverified import open_unverified
from icpm_engine.recording import RETRACTION, WALKED, Rules
from icpm_engine.store import Reading, Standing
from icpm_engine.vocabulary.kinds import SUBJECTS

Unverified: TypeAlias = tuple[ObligationRow, CompiledRules, str]
"""A row of a rule that is off because its source was not read, the rules that it was made by, and whose it is."""


class Asked(NamedTuple):
    """A subject folded by its rules, and the moment that is asked about."""

    folding: Folding
    rules: CompiledRules
    subject: str
    at: int


class About(NamedTuple):
    """Who is asked about, when, and as known when (now unless given)."""

    kind: str
    subject: str
    on: When | None = None
    known_at: When | None = None


def answer(county: County, about: About) -> CaseAnswer:
    """A subject as it stands; a case with its person and teams."""
    own, *others = _folded(county, about)
    return joined(case_at(*own), (case_at(*other) for other in others))


def explain(county: County, obligation: str, on: When | None, known_at: When | None) -> Proof:
    """The proof of an obligation's date."""
    subject, identity = _read_obligation_id(obligation)
    at = county.clock() if on is None else county.instant(on)
    duty = county.pack.duties.get(identity[0])
    kinds = dict.fromkeys((duty.subject if duty is not None else "case", *SUBJECTS))
    with county.reading(known_at) as reading:
        periods = next(filter(None, (reading.periods(kind, subject, identity) for kind in kinds)), None)
        if periods is None:
            raise NotFound(f"there is no obligation {obligation} in {county.name}; lists and cases show the ids")
        held = next((period for period in reversed(periods) if period.valid_from <= at), periods[0])
        return proof_of(held.row, county.rules_of(reading, held))


def steps(county: County, about: About) -> tuple[NextStep, ...]:
    """What may come next."""
    return in_due_order(next_steps(*one) for one in _folded(county, about))


def declined(county: County, about: About) -> tuple[NotStarted, ...]:
    """Starts that did not apply, and why not."""
    at = county.clock() if about.on is None else county.instant(about.on)
    with county.reading(about.known_at) as reading:
        made, standing = county.made_with(reading, standing_of(county, reading, about))
        rules = made.of(about.kind)
        return not_started(rules, seen(standing.journals, rules), at)


def no_limits(county: County, about: About) -> tuple[NoLimit, ...]:
    """What is open by rules that are off because their source was not read."""
    at = county.clock() if about.on is None else county.instant(about.on)
    with county.reading(about.known_at) as reading:
        made, standing = county.made_with(reading, standing_of(county, reading, about))
        return tuple(no_limit_of(*one) for one in without_limit(reading, made, standing, at))


def without_limit(reading: Reading, made: Rules, standing: Standing, at: int) -> Iterator[Unverified]:
    """The open rows of rules that are off because their source was not read, of a subject and of those beside it."""
    rules = made.unverified
    if rules is None:
        return
    own = rules.of(standing.key[0])
    others = ((reading.standing(kind, other), rules.of(kind)) for kind, other in _beside(standing, own.zone, at))
    for known, by in ((standing, own), *others):
        for row in open_unverified(made.pack, by, seen(known.journals, by), at):
            yield row, by, known.key[1]


def ledger(county: County, about: About, since: When | None) -> tuple[Held, ...]:
    """Whose turn it was, and for how many days."""
    folding, rules, _, at = _folded(county, about)[0]
    first = 0 if since is None else county.zone.day_of(county.instant(since))
    return ledger_of(folding, rules, at, first)


def timeline(county: County, about: About) -> tuple[TimelineLine, ...]:
    """Everything that happened and what it brought about."""
    with county.reading(about.known_at) as reading:
        made, standing = county.made_with(reading, standing_of(county, reading, about))
        folded = folded_with(county, about, reading, made, standing)
    rules = folded[0].rules
    known = (*rules.whole.events, RETRACTION)
    entries = [entry for entry in seen(standing.journals, rules) if entry.kind in known]
    lines = [timeline_of(entries, *folded[0][:3]), *(timeline_of((), *other[:3]) for other in folded[1:])]
    return in_order(line for told in lines for line in told)


def _folded(county: County, about: About) -> list[Asked]:
    """A subject folded by its rules, and for a case those beside it of whom there is more to say."""
    with county.reading(about.known_at) as reading:
        made, standing = county.made_with(reading, standing_of(county, reading, about))
        return folded_with(county, about, reading, made, standing)


def folded_with(county: County, about: About, reading: Reading, made: Rules, standing: Standing) -> list[Asked]:
    """The same, of what has been read."""
    rules = made.of(about.kind)
    at = county.instant(about.on) if about.on is not None else 0
    folding = _fold(standing, rules, at)
    at = at or day_end(rules.zone, rules.zone.day_of(folding.last))
    folded = [Asked(folding, rules, about.subject, at)]
    beside = made.beside | county.rules.beside
    for kind, other in _beside(standing, rules.zone, at) if beside else ():
        theirs, known = county.made_with(reading, reading.standing(kind, other))
        if kind in theirs.beside:
            rules = theirs.of(kind)
            folded.append(Asked(_fold(known, rules, at), rules, other, at))
    return folded


def _fold(standing: Standing, rules: CompiledRules, at: int) -> Folding:
    if not sees_all(standing.journals):
        return fold(rules, seen(standing.journals, rules), at)
    walked = standing.memo.pop(WALKED, None)  # nobody else goes on from it meanwhile
    folding, walked = fold_on(rules, standing.entries, at, walked, ())
    standing.memo[WALKED] = walked
    return folding


def _beside(standing: Standing, zone: Zone, at: int) -> Iterator[SubjectKey]:
    """The person of a case and the teams that serve it on a day."""
    day = zone.day_of(at)
    for link in links_of(standing.journals[standing.key], zone) if standing.key[0] == "case" else ():
        if link.first_day <= day <= link.last_day:
            yield link.kind, link.other


def standing_of(county: County, reading: Reading, about: About) -> Standing:
    """A subject as the store has it. Raises NotFound."""
    standing = reading.standing(about.kind, about.subject)
    if not standing.entries:
        raise NotFound(f"there is no {about.kind} {about.subject} in {county.name}")
    return standing


def _read_obligation_id(text: str) -> tuple[str, tuple[str, int, int, int]]:
    try:
        subject, duty, place = text.rsplit("/", 2)
        start, run = place.rsplit("-", 1)
        root, _, instance = start.partition(".")
        return subject, (duty, int(root), int(instance or 0), int(run))
    except ValueError:
        raise NotFound(f"'{text}' is no id of an obligation; ids look like C-104/send_referral/17-0") from None

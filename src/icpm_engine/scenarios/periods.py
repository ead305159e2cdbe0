"""Which changes of a rule no scenario watches: the last day of what it said before, the first of what it says after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import attrs

from icpm_engine.calendars import format_day
from icpm_engine.history.proofs import detail_of
from icpm_engine.rules.model import Bar, DayMoment, Duty, DutyText, InForce, Moment, RulePack
from icpm_engine.rules.walking import lines_in, names_in
from icpm_engine.scenarios.comparing import Standing
from icpm_engine.scenarios.runner import tellers
from icpm_engine.scenarios.story import KEYS, Expectation, Scenario

_NO_RUN = ("absent", "not_started")
_FIRST, _LAST = 0, 10**7


@attrs.frozen
class Period:
    """The days on which a rule says the same: one version of it, or the time in which it is not in force."""

    rule: str
    first: int
    last: int
    in_force: bool


@attrs.frozen
class Telling:
    """That a story says something of a rule, for something that happened on a day: a run or a breach, or none."""

    rule: str
    day: int
    there: bool


@attrs.frozen
class Side:
    """A day next to a change that some story has to tell of; `there` is None if it does not matter what it says."""

    name: str  # of the rule that changes, or of the choice that a county has settled
    rules: frozenset[str]
    day: int
    there: bool | None
    settled: str | None = None  # the choice, where that is what changes: only stories of the county itself count

    def __str__(self) -> str:
        return f"{self.name} on {format_day(self.day)}{' (not in force)' if self.there is False else ''}"


def untold(pack: RulePack, scenarios: Iterable[Scenario], root: Path | str | None = None) -> list[Side]:
    """The days next to a change of a rule that no scenario says anything about, in the order of the pack.

    Where a rule gets another text, comes into force or goes out of it, a story has to tell of the last day before and
    one of the first day after: of a day in force more than that nothing is there, of one that is not just that. Where a
    county settles a choice from a day on, a story of that county tells of some rule that hangs on it. A county's story
    counts for the state's pack too, another county's does not.
    """
    sides = [*_sides(pack), *_settled(pack)]
    rules = frozenset[str]().union(*(side.rules for side in sides))
    told = {
        (story.county, frozenset(one.name for one in story.settles), telling)
        for story in scenarios
        if story.pack == pack.name and (pack.county is None or story.county in (None, pack.county))
        if story.what_if is None
        for telling in tellings(story, rules, root)
    }
    return [side for side in sides if not any(_tells(*one, side, pack.county) for one in told)]


def _tells(county: str | None, settles: frozenset[str], one: Telling, side: Side, of: str | None) -> bool:
    if side.settled is not None and (county != of or side.settled in settles):
        return False
    return one.day == side.day and one.rule in side.rules and side.there in (None, one.there)


def _rules(pack: RulePack) -> dict[str, Duty | Bar]:
    """Duties and bars that are not switched off."""
    rules: list[Duty | Bar] = [*pack.duties.values(), *pack.bars.values()]
    return {rule.name: rule for rule in rules if not rule.off}


def _sides(pack: RulePack) -> Iterator[Side]:
    """Both sides of each change of a rule."""
    for name, rule in _rules(pack).items():
        for before, after in pairwise(periods_of(rule)):
            yield Side(name, frozenset({name}), before.last, before.in_force)
            yield Side(name, frozenset({name}), after.first, after.in_force)


def _settled(pack: RulePack) -> Iterator[Side]:
    """Both sides of each day from which the county has settled a choice on which a rule hangs."""
    for choice, settlements in pack.settles.items():
        rules = frozenset(_hanging_on(choice, pack))
        for day in (one.from_day for one in settlements if one.from_day is not None and rules):
            yield from (Side(choice, rules, beside, None, choice) for beside in (day - 1, day))


def _hanging_on(choice: str, pack: RulePack) -> Iterator[str]:
    """The duties and bars that ask for a choice, themselves or by a decision."""
    asking = {choice}
    while more := {
        name
        for name, decision in pack.decisions.items()
        if name not in asking and any(one.what == "value" and one.name in asking for one in names_in(decision))
    }:
        asking |= more
    for name, rule in _rules(pack).items():
        if any(one.what == "value" and one.name in asking for one in names_in(rule)):
            yield name


# --- the periods of a rule --------------------------------------------------------------------------------------------


def periods_of(rule: Duty | Bar) -> Iterator[Period]:
    """The periods of a rule, oldest first: its dates are those of its versions and of its being in force."""
    texts: tuple[DutyText | Bar, ...] = rule.texts if isinstance(rule, Duty) else (rule,)
    begins = [_FIRST, *(text.from_day or _FIRST for text in texts[1:] if isinstance(text, DutyText))]
    edges = set(begins)
    for text in texts:
        since, until = _days(text.in_force)
        edges |= {since, until + 1}
    days = sorted(day for day in edges if day <= _LAST)
    for first, after in zip(days, [*days[1:], _LAST + 1], strict=True):
        text = next(text for text, begin in reversed(list(zip(texts, begins, strict=True))) if begin <= first)
        since, until = _days(text.in_force)
        yield Period(rule.name, first, after - 1, since <= first <= until)


def _days(in_force: InForce) -> tuple[int, int]:
    return _day(in_force.from_, _FIRST), _day(in_force.until, _LAST)


def _day(moment: Moment | None, otherwise: int) -> int:
    """A date that hangs on a fact or a choice is no date of the rule: each story has its own."""
    return moment.day if isinstance(moment, DayMoment) else otherwise


# --- what a story says of them ----------------------------------------------------------------------------------------


def tellings(story: Scenario, rules: Iterable[str], root: Path | str | None = None) -> Iterator[Telling]:
    """What a story says of some rules. Raises ScenarioError for one that cannot be run."""
    named = frozenset(rules)
    asked = [(one, spoken) for one in story.expect if (spoken := [e for e in one.expectations if _speaks(e, named)])]
    told = tellers(story, root) if asked else {}
    for question, spoken in asked:
        standing = told[question.child].stand(question)
        for expectation in spoken:
            yield from _tellings(expectation, named, standing)


def _speaks(expectation: Expectation, rules: frozenset[str]) -> bool:
    none_barred = expectation.key == "barred" and not expectation.refs
    return none_barred or any(ref.name in rules for ref in expectation.refs)


def _tellings(expectation: Expectation, rules: frozenset[str], standing: Standing) -> Iterator[Telling]:
    what = KEYS[expectation.key].names
    names = {ref.name for ref in expectation.refs if ref.name in rules}
    if what == "duty" and expectation.key not in _NO_RUN:
        for ref in expectation.refs:
            for run in standing.runs_of(ref):
                yield Telling(ref.name, detail_of(run.row).start_day, there=True)
    elif what == "duty":
        yield from _happened(standing, "duties", names, there=expectation.key == "not_started")
    elif what == "bar" and expectation.refs:
        days = {one.entry: one.day for part in standing.parts for one in part.entries}
        for finding, _ in standing.findings:
            if finding.rule in names:
                yield Telling(finding.rule, days[finding.entry], there=True)
    elif what == "bar":
        yield from _happened(standing, "bars", rules, there=False)


def _happened(standing: Standing, section: str, names: Iterable[str], *, there: bool) -> Iterator[Telling]:
    """The days of the events that some rules look at: what would start a duty, what a bar might forbid."""
    for part in standing.parts:
        known: Mapping[str, Duty | Bar] = getattr(part.rules.pack, section)
        for name in names:
            if name in known:
                kinds = _kinds(known[name])
                yield from (Telling(name, one.day, there) for one in part.entries if not kinds or one.kind in kinds)


def _kinds(rule: Duty | Bar) -> set[str]:
    """The kinds of event that may start a duty or break a bar; none for one that starts by a condition or a day."""
    heads = [line for text in rule.texts for line in text.starts] if isinstance(rule, Duty) else [rule.forbids]
    lines = [line for head in heads for line in lines_in(head)]
    return set() if any(not line.on for line in lines) else {kind for line in lines for kind in line.on}

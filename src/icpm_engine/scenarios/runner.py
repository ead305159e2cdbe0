"""Running a scenario: its events through the pure fold, its expectations against the answers."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TypeAlias

import attrs

from icpm_engine.calendars import Calendar, Zone, format_moment, parse_day
from icpm_engine.errors import EventError, PackError, ScenarioError
from icpm_engine.history import CompiledRules, compile_pack, fold
from icpm_engine.history.answers import day_end
from icpm_engine.history.assignments import assignments_of, covers_of
from icpm_engine.history.results import ObligationRow
from icpm_engine.history.sources import SubjectKey, seen
from icpm_engine.history.unverified import open_unverified
from icpm_engine.plan import SIDES, Plan, Told, plan_answer, versions
from icpm_engine.reports import Folded, Hearing, hearing_of, reads, status_of
from icpm_engine.reports import Told as ReportTold
from icpm_engine.rules import packs
from icpm_engine.rules.calendar_files import BUILT_IN, read_calendar
from icpm_engine.rules.loading import load_pack
from icpm_engine.rules.model import RulePack
from icpm_engine.rules.profile import read
from icpm_engine.rules.subjects import speaks_of
from icpm_engine.rules.what_if import UNVERIFIED, unverified, what_if
from icpm_engine.rules.words import hint, shown
from icpm_engine.scenarios.around import around_case
from icpm_engine.scenarios.binding import Journal, case_asked, check_names, journal_of
from icpm_engine.scenarios.comparing import Failure, Part, Standing, compare, standing
from icpm_engine.scenarios.format import load_scenario
from icpm_engine.scenarios.plans import Asked, compare_plan
from icpm_engine.scenarios.report_format import check_names as check_read_names
from icpm_engine.scenarios.reports import compare_hearing, compare_status
from icpm_engine.scenarios.story import Child, Moment, Question, Scenario
from icpm_engine.scenarios.story import Told as Setting
from icpm_engine.scenarios.teams import AskedTeam, compare_team
from icpm_engine.team import Journal as TeamJournal
from icpm_engine.team import team_answer

Pairs: TypeAlias = tuple[tuple[str, str | tuple[str, ...]], ...]
OfRule: TypeAlias = tuple[ObligationRow, CompiledRules, str]
RulesOf: TypeAlias = Callable[[Scenario, Child], CompiledRules]
SUFFIX = ".yaml"


def scenario_files(folder: Path | str) -> list[Path]:
    """Every scenario file in a folder and below it, in order; a file stands for itself."""
    path = Path(folder)
    return sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path]


def run_file(path: Path | str, *, root: Path | str | None = None, label: str | None = None) -> list[Failure]:
    """The failures of the scenario in a file; none if all comes out as expected.

    `root` is a folder that holds rule packs (else those of the library are meant); `label` is how messages name the
    file. Raises ScenarioError for a file that cannot be run, PackError for rules that cannot be loaded.
    """
    return run_scenario(load_scenario(path, label), root=root)


def run_scenario(story: Scenario, *, root: Path | str | None = None, rules_of: RulesOf | None = None) -> list[Failure]:
    """The failures of a scenario. `rules_of` gives each child's rules where they are not to be loaded by name."""
    told = tellers(story, root, rules_of)
    return [failure for question in story.expect for failure in told[question.child].ask(question)]


def tellers(story: Scenario, root: Path | str | None = None, rules_of: RulesOf | None = None) -> dict[str, Teller]:
    """Who answers the questions about each child of a scenario, by the child's name."""
    find = rules_of or functools.partial(rules_for, root=root)
    told = {child.name: Teller(find(story, child), story, child) for child in story.children}
    for one in told.values():
        one.family = {name: other.journal for name, other in told.items() if other.child.county == one.child.county}
    return told


class Teller:
    """Answers the questions about one child, folding once for each state of knowledge that is asked about."""

    def __init__(self, rules: CompiledRules, story: Scenario, child: Child) -> None:
        self.rules = rules
        self.child = child
        self.journal: Journal = journal_of(child, rules.whole, rules.zone)
        self.family = {child.name: self.journal}
        asked = [_instant(question.on, rules.zone) for question in story.expect if question.child == child.name]
        self.until = max(asked, default=0)
        self.parts: dict[tuple[int | None, SubjectKey], Part] = {}
        self.beside = tuple(kind for kind in ("person", "team", "county") if speaks_of(rules.whole, kind))

    def ask(self, question: Question) -> Iterator[Failure]:
        """What does not come out as one item expects."""
        yield from compare(question, self.stand(question))
        if question.plan:
            yield from compare_plan(question, self.plan(question))
        if question.team:
            yield from compare_team(question, self.team(question))
        check_read_names((*question.status, *question.hearing), self.rules.whole)
        if question.status:
            yield from compare_status(question.status, status_of(*self.told(question)), self._when(question))
        if question.hearing:
            yield from compare_hearing(question.hearing, self.hearing(question), self._when(question))

    def plan(self, question: Question) -> Asked:
        """The one plan of a case when one item asks, as its reader reads it."""
        case = case_asked(question, self.rules.whole, self.journal) or ""
        known = None if question.known_at is None else _instant(question.known_at, self.rules.zone)
        zone = self.rules.zone
        own, *others = self.journal.sources(("case", case), self.journal.known(known), zone).values()
        then, now = (around_case(self.child.name, case, self.family, at, zone) for at in (known, None))
        beside = list(chain(*others))
        told = Told(case=case, own=own, beside=beside, pack=self.rules.whole, zone=zone, around=then, now=now)
        answer = plan_answer(told, question.on[0], question.reader)
        asked = any(one.key == "changed" for one in question.plan)
        changed = versions(case, own, zone, question.reader, (then, now)) if asked else ()
        return Asked(answer, changed, self._when(question))

    def team(self, question: Question) -> AskedTeam:
        """The team of a case when one item asks; a reader's is held against all that the story records."""
        case = case_asked(question, self.rules.whole, self.journal) or ""
        known = None if question.known_at is None else _instant(question.known_at, self.rules.zone)
        then, now = (around_case(self.child.name, case, self.family, at, self.rules.zone) for at in (known, None))
        told = TeamJournal(case=case, then=then, now=now, today=question.on[0])
        reads = question.reader is None or question.reader in SIDES
        try:
            answer = team_answer(told, question.on[0], question.reader, self.plan(question).answer if reads else None)
        except EventError as error:
            raise ScenarioError(f"{question.mark}: {error}") from None
        return AskedTeam(answer, self._when(question))

    def told(self, question: Question) -> tuple[ReportTold, Plan]:
        """All that is told of a case when one item asks, and what its reader reads of the plan."""
        case = case_asked(question, self.rules.whole, self.journal) or ""
        zone, at = self.rules.zone, _instant(question.on, self.rules.zone)
        known = None if question.known_at is None else _instant(question.known_at, zone)
        plan = self.plan(question).answer.plan
        keys = [("case", case), *((kind, "") for kind in self.beside if kind != "county")]
        journals, now = (self.journal.sources(keys[0], self.journal.known(one), zone) for one in (known, None))
        near = around_case(self.child.name, case, self.family, None, zone)
        county = [entry for entry in self.journal.known(known) if entry.subject == "county"]
        told = ReportTold(
            case=case,
            at=at,
            zone=zone,
            folded=[self._folded(known, key) for key in keys],
            unverified=tuple(self._unverified(known, keys, at)),
            entries=list(chain(*journals.values())),
            assignments=assignments_of(case, journals[keys[0]], zone),
            covers=covers_of(county, zone),
            reads=reads(question.reader, list(chain(*now.values())), plan, kept_safe=near.keeps_safe()),
        )
        return told, plan

    def hearing(self, question: Question) -> Hearing:
        """What the hearing that one item asks about is to look at."""
        date = next(one.wanted[0] for one in question.hearing if one.key == "date")
        return hearing_of(*self.told(question), parse_day(date))

    def _folded(self, known: int | None, key: SubjectKey) -> Folded:
        part = self._part(known, key)
        return Folded(part.folding.rows, part.folding.states, part.rules, key[1])

    def _unverified(self, known: int | None, keys: Iterable[SubjectKey], at: int) -> Iterator[OfRule]:
        """The open rows of rules that are off because their source was not read."""
        if not unverified(self.rules.whole):
            return
        for key in keys:
            rules = _with_unverified(self.rules).about(key[0])
            entries = seen(self.journal.sources(key, self.journal.known(known), rules.zone), rules)
            for row in open_unverified(self.rules.whole, rules, entries, at):
                yield row, rules, key[1]

    def stand(self, question: Question) -> Standing:
        """How the child stands when one item asks. Raises ScenarioError for a name that no answer could have."""
        check_names(question, self.rules.whole, self.journal)
        known = None if question.known_at is None else _instant(question.known_at, self.rules.zone)
        at = _instant(question.on, self.rules.zone)
        case = case_asked(question, self.rules.whole, self.journal)
        keys = [("case", case)] if case is not None else []
        parts = [self._part(known, key) for key in (*keys, *((kind, "") for kind in self.beside))]
        return standing(parts, self.journal, at, self._when(question))

    def _part(self, known: int | None, key: SubjectKey) -> Part:
        """One of the child's cases, or somebody beside it, as known at an instant."""
        found = self.parts.get((known, key))
        if found is None:
            rules = self.rules.about(key[0])
            entries = seen(self.journal.sources(key, self.journal.known(known), rules.zone), rules)
            found = self.parts[known, key] = Part(rules, tuple(entries), fold(rules, entries, self.until))
        return found

    def _when(self, question: Question) -> str:
        words = f"on {format_moment(*question.on)}"
        if question.known_at is not None:
            words += f", known at {format_moment(*question.known_at)}"
        if question.reader is not None:
            words += f", for {question.reader}"
        return ", ".join(filter(None, (self.child.name, question.case, words)))


def _instant(moment: Moment, zone: Zone) -> int:
    """A day means its end; an hour includes it."""
    day, minute = moment
    return zone.instant(day, minute) if minute >= 0 else day_end(zone, day)


# --- rules ------------------------------------------------------------------------------------------------------------


def rules_for(story: Scenario, child: Child, root: Path | str | None = None) -> CompiledRules:
    """The rules that a child's story is told under, kept for the next story. Raises ScenarioError, PackError."""
    county, place = child.county or story.county, None if root is None else str(root)
    try:
        return _rules(story.pack, county, _pairs(story.settles), _pairs(story.calendars), place, story.what_if)
    except PackError as error:
        told = _blamed(story, county, place)
        mark = told.mark if told is not None else story.mark if error.mark is None else None
        if mark is None:
            raise
        raise ScenarioError(f"{mark}: {error.message}") from None


def _pairs(told: Iterable[Setting]) -> Pairs:
    return tuple((one.name, one.value) for one in told)


def _blamed(story: Scenario, county: str | None, root: str | None) -> Setting | None:
    """What the story settles or binds that the pack cannot take; None: the pack itself cannot be loaded."""
    tried: list[tuple[Setting | None, Pairs, Pairs]] = [(None, (), ())]
    tried += [(one, _pairs([one]), ()) for one in story.settles]
    tried += [(one, (), _pairs([one])) for one in story.calendars]
    for told, settles, calendars in tried:
        try:
            _rules(story.pack, county, settles, calendars, root)
        except PackError:
            return told
    return None


@functools.lru_cache(maxsize=256)
def _rules(
    name: str, county: str | None, settles: Pairs, calendars: Pairs, root: str | None, off: str | None = None
) -> CompiledRules:
    pack = load_pack(name, county, settles=dict(settles), root=root)
    if off is not None:
        pack = what_if(pack, off)
    return compile_pack(_rebound(pack, calendars, root) if calendars else pack)


@functools.lru_cache(maxsize=8)
def _with_unverified(rules: CompiledRules) -> CompiledRules:
    """The same rules with those in force whose source was not read."""
    return compile_pack(what_if(rules.whole, UNVERIFIED))


def _rebound(pack: RulePack, calendars: Pairs, root: str | None) -> RulePack:
    """The pack with other calendars behind some of its adjectives."""
    folders = packs.find(pack.name, pack.county, Path(root) if root is not None else None).calendar_folders
    paths = packs.calendar_paths(folders)
    bound = dict(pack.calendars)
    for adjective, file in calendars:
        if adjective not in bound:
            raise PackError(f"no rule of this pack counts {shown(adjective)} days{hint(adjective, bound)}")
        bound[adjective] = _calendar(str(file), paths)
    said = "\n".join([pack.version, *(f"{name} {calendar.digest}" for name, calendar in bound.items())])
    return attrs.evolve(pack, calendars=bound, version=hashlib.sha256(said.encode()).hexdigest()[:32])


def _calendar(file: str, paths: Mapping[str, Path]) -> Calendar:
    if file in BUILT_IN:
        return BUILT_IN[file]
    if file not in paths:
        raise PackError(f"no calendar file is named {shown(file)}{hint(file, [*paths, *BUILT_IN])}")
    return read_calendar(read(paths[file]), packs.label(paths[file]))

"""How a line of the plan is said on a sheet: its words as they are, and what there is to say of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import attrs

from icpm_engine.plan.model import Disagreement, Goal, Line, Need, Part, Plan, Service, Visits, Work
from icpm_engine.sheets.catalogue import Catalogue
from icpm_engine.sheets.model import Detail, Entry, Said, Table
from icpm_engine.sheets.voice import Voice


@attrs.frozen
class Saying(Voice):
    """The words of a catalogue for the lines of one plan, whose writers use the language `recorded`."""

    plan: Plan
    anchors: dict[str, str]
    lines: dict[str, Line]
    disputed: dict[str, list[Disagreement]]

    @classmethod
    def of(cls, words: Catalogue, recorded: str, plan: Plan) -> Saying:
        """For a plan: which line stands where, and which are not agreed to."""
        anchors: dict[str, str] = {}
        lines: dict[str, Line] = {}
        for number, line in enumerate((*plan.lines, *plan.ended), 1):
            for held in lines_in(line):
                anchors[held.id], lines[held.id] = f"line-{number}", held
        disputed: dict[str, list[Disagreement]] = {}
        for disagreement in plan.disagreements:
            if disagreement.about_line is not None:
                disputed.setdefault(disagreement.about_line, []).append(disagreement)
        return cls(words, recorded, plan, anchors, lines, disputed)

    # --- pieces of text -----------------------------------------------------------------------------------------------

    def text(self, line: Line, *, link: bool = False) -> Said:
        """The text of a line: somebody's own words, or a professional's."""
        to = self.anchors.get(line.id) if link else None
        return attrs.evolve(self.own(line.text), to=to) if line.words_of is not None else self.written(line.text, to)

    def links(self, ids: Iterable[str]) -> tuple[Said, ...]:
        """The texts of other lines, each pointing to where it stands."""
        return tuple(self.text(self.lines[one], link=True) for one in ids if one in self.lines)

    def detail(self, key: str, *said: Said | None) -> Iterator[Detail]:
        """A detail, if there is anything to say."""
        return self.told("detail", key, *said)

    # --- lines --------------------------------------------------------------------------------------------------------

    def entry(self, line: Line) -> Entry:
        """A line of the plan."""
        details = (*self._special(line), *self._common(line), *self._over(line))
        table = self._readings(line) if isinstance(line, Goal) and line.readings else None
        return Entry(self.text(line), details, table, self.anchors[line.id])

    def _special(self, line: Line) -> Iterator[Detail]:
        """What lines of one kind alone have."""
        if isinstance(line, Goal):
            yield from self._goal(line)
        elif isinstance(line, Work):
            yield from self._work(line)
        elif isinstance(line, Need) and line.domain is not None:
            yield from self.detail("about", self.option("domain", line.domain))
        elif isinstance(line, Part):
            yield from self.detail("about", self.option("part", line.part))
            yield from self.detail("owner", _if(line.owner, self.name))
            yield from self.detail("until", _if(line.until, self.day))
        elif isinstance(line, Disagreement):
            about = self.links([line.about_line]) if line.about_line is not None else ()
            yield from self.detail("about_line", *(about or (Said(self.words("detail", "whole_plan")),)))
            by, on = _if(line.answered_by, self.name), _if(line.answered, self.day)
            yield from self.detail("answered", _if(line.answer, self.written), on, by)

    def _goal(self, goal: Goal) -> Iterator[Detail]:
        yield from self.detail("needs", *self.links(goal.needs))
        for key in ("measure", "baseline", "target"):
            yield from self.detail(key, _if(getattr(goal, key), self.written))
        yield from self.detail("target_date", _if(goal.target_date, self.day))
        yield from self.detail("goal_owner", _if(goal.owner, self.name))
        for answer in goal.answers:
            said = [Said(self.words("answer", answer.answer)), self.day(answer.on)]
            words = [*map(self.own, filter(None, [answer.words])), *map(self.name, filter(None, [answer.who]))]
            yield from self.detail("answers", *said, *words)

    def _work(self, work: Work) -> Iterator[Detail]:
        if isinstance(work, Visits):
            yield from self.detail("with_whom", _if(work.with_whom, self.name))
        yield from self.detail("owner", _if(work.owner, self.name))
        if isinstance(work, Service):
            yield from self.detail("provider", _if(work.provider, self.name))
            yield from self.detail("type", _if(work.type, lambda name: self.option("service", name)))
        yield from self.detail("how_often", _if(work.how_often, self.written), self._times(work.times_a_week))
        yield from self.detail("from_day", _if(work.from_day, self.day))
        yield from self.detail("until", _if(work.until, self.day))
        if isinstance(work, Service):
            yield from self.detail("state", _if(work.state, lambda name: self.option("state", name)))
            yield from self.detail("authorized_by", _if(work.authorized_by, self.name))
            yield from self.detail("authorized_until", _if(work.authorized_until, self.day))
        yield from self.detail("goals", *self.links(work.goals))

    def _times(self, times: float | None) -> Said | None:
        if not times:
            return None
        if times < 1:
            return Said(self.words("often", "less"))
        return Said(self.words("often", "once") if times == 1 else self.words("often", "times", count=f"{times:g}"))

    def _common(self, line: Line) -> Iterator[Detail]:
        """What every line may have."""
        if line.words_of is not None:
            yield from self.detail("words_of", self.name(line.words_of))
        else:
            yield from self.detail("side", _if(line.side, self.name))
        yield from self.detail("origin", self._origin(line))
        yield from self.detail("since", self.day(line.since))
        yield from self.detail("reason", _if(line.reason, self.written))
        yield from self.detail("options", *map(self.written, line.options))
        yield from self.detail("chosen", _if(line.chosen, self.written))
        yield from self.detail("woven", *self._woven(line))
        against = (one for held in lines_in(line) for one in self.disputed.get(held.id, ()))
        yield from self.detail("disagreement", *(self.text(one, link=True) for one in against))

    def _woven(self, line: Line) -> Iterator[Said]:
        """What a line stands for, too, each with the plan or the side that it comes from."""
        for other in line.woven:
            yield self.text(other)
            origin = self._origin(other) or _if(other.words_of or other.side, self.name)
            if origin is not None:
                yield origin
            yield from self._woven(other)

    def _origin(self, line: Line) -> Said | None:
        """The agency's own plan that a line came in with."""
        if line.plan_id is None:
            return None
        found = next((one for one in self.plan.agency_plans if one.id == line.plan_id), None)
        if found is None:
            return None
        return self.written(found.title) if found.title is not None else _if(found.side, self.name)

    def _over(self, line: Line) -> Iterator[Detail]:
        if line.ended is not None:
            yield from self.detail("ended_on", self.day(line.ended.on))
            yield from self.detail("ended_why", self.option("end", line.ended.reason))
            yield from self.detail("in_words", _if(line.ended.words, self.own))

    def _readings(self, goal: Goal) -> Table:
        heads = tuple(self.words("table", key) for key in ("on", "reading", "side"))
        rows = tuple((self.day(one.on), self.written(one.reading), _if(one.side, self.name)) for one in goal.readings)
        return Table(self.words("detail", "readings"), heads, rows)


def _if(value: str | None, say: Callable[[str], Said]) -> Said | None:
    """What there is to say of a value, if there is one."""
    return None if value is None else say(value)


def lines_in(line: Line) -> Iterator[Line]:
    """A line and all that it stands for."""
    yield line
    for other in line.woven:
        yield from lines_in(other)

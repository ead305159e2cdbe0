"""How people, times and what was told of a meeting are said on a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from icpm_engine.plan.model import Disagreement, Line, Plan
from icpm_engine.sheets.catalogue import Catalogue
from icpm_engine.sheets.model import Detail, Entry, Said, Section, Table
from icpm_engine.sheets.saying import Saying
from icpm_engine.team.model import Member


@attrs.frozen
class Naming:
    """The words of a catalogue for one team, and for the lines of a plan that the same sheet shows."""

    say: Saying
    members: Mapping[str, Member]

    @classmethod
    def of(
        cls, words: Catalogue, recorded: str, plan: Plan, members: Iterable[Member], shown: Iterable[Line] = ()
    ) -> Naming:
        """For a team and a plan; of its lines those are pointed to that the sheet shows."""
        say = Saying.of(words, recorded, plan)
        there = {say.anchors[line.id] for line in shown}
        anchors = {name: anchor for name, anchor in say.anchors.items() if anchor in there}
        return cls(attrs.evolve(say, anchors=anchors), {one.id: one for one in members})

    @property
    def words(self) -> Catalogue:
        """The catalogue."""
        return self.say.words

    # --- pieces of text -----------------------------------------------------------------------------------------------

    def who(self, name: str) -> Said:
        """Somebody: a member by their name and role, a role or side in the sheet's words, or the name as it is."""
        member = self.members.get(name)
        if member is None or member.role is None:
            return self._role(name) or self.say.name(name)
        role = self._role(member.role)
        if role is not None and role.text != name:
            return Said(self.words("team_said", "member", who=name, role=role.text))
        return role or self.say.name(f"{name} ({member.role})")

    def role(self, name: str) -> Said:
        """A role in the sheet's words, or as it was written."""
        return self._role(name) or self.say.written(name)

    def _role(self, name: str) -> Said | None:
        word = "_".join(name.casefold().replace("-", " ").replace("_", " ").split())
        found = self.words.named("person", word) or self.words.named("person", word.removesuffix("s"))
        return None if found is None else Said(found)

    def moment(self, told: str) -> Said:
        """A day, with its hour where that is told."""
        return Said(self.words.moment(told))

    def yes_no(self, told: bool | None, key: str) -> Said:  # noqa: FBT001 - told of a meeting as yes, no, or not at all
        """Whether something was seen to: by the words for yes, for no, or for what nobody has said."""
        return Said(self.words("team_told", f"{key}_{'open' if told is None else 'yes' if told else 'no'}"))

    # --- parts of a sheet ---------------------------------------------------------------------------------------------

    def detail(self, key: str, *said: Said | None) -> Iterator[Detail]:
        """A detail, if there is anything to say."""
        told = tuple(one for one in said if one is not None)
        if told:
            yield Detail(self.words("team_detail", key), told)

    def people(self, key: str, names: Iterable[str]) -> Iterator[Detail]:
        """A detail that names people."""
        yield from self.detail(key, *map(self.who, names))

    def section(self, key: str, entries: Iterable[Entry] = (), table: Table | None = None) -> Section | None:
        """A section, with what is said where it is empty; None where nothing is to be said of that."""
        told = tuple(entries)
        intro = self.words.named("team_intro" if told or table else "team_empty", key)
        if not (told or table or intro):
            return None
        return Section(key, self.words("team_section", key), intro, told, table=table)

    def table(self, key: str, heads: Iterable[str], rows: Iterable[tuple[Said | None, ...]]) -> Table | None:
        """A table under the heading of its section, without columns that hold nothing; None without rows."""
        told = tuple(rows)
        if not told:
            return None
        names = tuple(self.words("team_detail", head) for head in heads)
        held = [place for place in range(len(names)) if any(row[place] is not None for row in told)]
        cells = tuple(tuple(row[place] for place in held) for row in told)
        return Table(self.words("team_section", key), tuple(names[place] for place in held), cells)

    def disagreements(self, lines: Iterable[Disagreement]) -> Section | None:
        """Where somebody does not agree, in their own words."""
        return self.section(
            "disagreements",
            (Entry(self.say.own(line.text), tuple(self._disagreement(line))) for line in lines),
        )

    def _disagreement(self, line: Disagreement) -> Iterator[Detail]:
        if line.words_of is not None:
            yield from self.detail("words_of", self.who(line.words_of))
        yield from self.detail("since", self.say.day(line.since))

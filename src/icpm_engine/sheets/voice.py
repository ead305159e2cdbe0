"""How a sheet speaks: in its own language, with people's own words as they are, and a professional's marked as such."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from icpm_engine.calendars import ANY_CALENDAR, Span
from icpm_engine.reports import Contact
from icpm_engine.rules.wording import plain
from icpm_engine.sheets.catalogue import UNDETERMINED, Catalogue
from icpm_engine.sheets.model import Detail, Said


@attrs.frozen
class Voice:
    """The words of a catalogue, beside what is written in the language `recorded`."""

    words: Catalogue
    recorded: str

    def own(self, text: str) -> Said:
        """A person's own words: in whichever language they are, they are shown as they were said."""
        return Said(text, UNDETERMINED, quoted=True)

    def written(self, text: str, to: str | None = None) -> Said:
        """What a professional wrote, marked where the sheet is in another language."""
        other = self.words.language != self.recorded
        return Said(text, self.recorded if other else None, untranslated=other, to=to)

    def name(self, who: str) -> Said:
        """Who somebody is: a role or side in the sheet's language, or a name as it is."""
        for group in ("side", "signer"):
            if (known := self.words.named(group, who)) is not None:
                return Said(known)
        return Said(who, self.recorded if self.words.language != self.recorded else None)

    def option(self, group: str, name: str) -> Said:
        """One of a closed set of names; one that a rule pack added is shown as the pack writes it."""
        return self.of_rules(group, name, plain(name))

    def of_rules(self, group: str, name: str, label: str) -> Said:
        """What a rule pack names, in plain words; where no catalogue has any, as the pack labels it."""
        known = self.words.named(group, name)
        return Said(known) if known is not None else self.written(label)

    def day(self, day: str) -> Said:
        """A day, or a time of a day."""
        return Said(self.moment(day))

    def moment(self, moment: str) -> str:
        """A day, with the hour where there is one."""
        return self.words.moment(moment)

    def span(self, text: str) -> str:
        """A length of time, written as rules write it: `3 business days`."""
        span = Span.parse(text, ANY_CALENDAR)
        if span.word is not None:
            return self.words("span", span.word)
        said = ""
        for part in span.parts:
            unit = part.unit.removesuffix("s") if part.count == 1 else part.unit
            one = self.words("span", unit, count=part.count)
            if part.calendar is not None:
                named = self.words.named("span", part.calendar) or part.calendar
                one = self.words("span", "open", span=one, calendar=named)
            said = one if not said else self.words("span", "and", one=said, two=one)
        return said

    def span_or(self, text: str) -> Said:
        """A length of time in words, or what is none as the rules write it."""
        try:
            return Said(self.span(text))
        except ValueError:
            return self.written(plain(text))

    def told(self, group: str, key: str, *said: Said | None) -> Iterator[Detail]:
        """A detail under a label of the catalogue, if there is anything to say."""
        shown = tuple(one for one in said if one is not None)
        if shown:
            yield Detail(self.words(group, key), shown, key)

    def roles(self, contacts: Iterable[Contact]) -> tuple[Said, ...]:
        """Who owes or holds something, each role once."""
        labels = {one.role: one.label for one in contacts}
        return tuple(self.of_rules("role", role, label) for role, label in labels.items())

    def calls(self, contacts: Iterable[Contact]) -> tuple[Said, ...]:
        """Whom to call; that nobody is named, where nobody is."""
        named = [one for one in contacts if one.who is not None]
        return tuple(Said(self._call(one)) for one in named) or (Said(self.words("owed", "nobody")),)

    def _call(self, one: Contact) -> str:
        if one.stands_in_for is not None:
            return self.words("owed", "stands_in", who=one.who, other=one.stands_in_for)
        return one.who or "" if one.unit is None else self.words("owed", "of_unit", who=one.who, unit=one.unit)

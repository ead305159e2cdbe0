"""What a county has settled of the choices that a clock rests on, and by what authority: a part of its proof."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from icpm_engine.calendars import format_day
from icpm_engine.rules import model
from icpm_engine.rules.deciding import settled_value
from icpm_engine.rules.readings import choices_touched
from icpm_engine.rules.wording import plain


@attrs.frozen
class Chosen:
    """A choice as it was settled on the day of the start; no authority if it was settled for this question only."""

    choice: str
    value: str
    since: str | None
    authority: str | None

    def __str__(self) -> str:
        since = f" from {self.since}" if self.since else ""
        return f"{plain(self.choice)} = {plain(self.value)}{since} ({self.authority or 'for this question only'})"


def chosen(text: model.DutyText, pack: model.RulePack, day: int) -> Iterator[Chosen]:
    """The settled choices that a text of a duty rests on, as they are for a start on a day."""
    if not pack.settles:
        return
    for name in choices_touched(text, pack):
        held = [one for one in pack.settles.get(name, ()) if one.from_day is None or one.from_day <= day]
        if held:
            one = held[-1]
            since = format_day(one.from_day) if one.from_day is not None else None
            title = pack.sources[one.authority].title if one.authority is not None else None
            yield Chosen(name, settled_value(one.value), since, title)

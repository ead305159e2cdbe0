"""What a county's rules say otherwise than its state's."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from icpm_engine.pages.markdown import lines, said, section, table
from icpm_engine.rules.comparing import Difference, compare
from icpm_engine.rules.model import RulePack

_HEADS = {
    "duty": "Duties",
    "bar": "Bars",
    "decision": "Decisions",
    "lifecycle": "Lifecycles",
    "fact": "Facts",
    "choice": "Choices",
    "settlement": "What the county has settled",
    "event": "Events",
    "role": "Roles",
    "calendar": "Calendars",
    "source": "Sources",
    "pack": "The pack itself",
}


def difference_of(pack: RulePack, state: RulePack) -> str:
    """The rules of a county that are not those of its state: added, taken away, changed part by part."""
    found = compare(state, pack).rows
    if not found:
        return "Nothing: the county's rules are the state's."
    return "\n".join(
        section(_HEADS[kind], table(("Rule", "What differs", "State", "County"), map(_row, rows)))
        for kind, rows in groupby(found, lambda row: row.kind)
    )


def _row(row: Difference) -> Sequence[str]:
    what = row.part if row.part and row.change == "changed" else row.change
    before, after = (said(words) if words else "" for words in (row.before, row.after))
    return lines((said(row.label), f"`{row.name}`")), said(what), before, after

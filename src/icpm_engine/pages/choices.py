"""What nobody has settled and what waits for it; what the county has settled, since when and by what authority."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from icpm_engine.pages.citing import cited, named
from icpm_engine.pages.markdown import lines, link, said, section, table
from icpm_engine.rules import model
from icpm_engine.rules.deciding import CountyChoice, Hanging, county_decisions, settled_value
from icpm_engine.rules.wording import plain, words_of_version

PAGE_OF = {"duty": "duties.md", "bar": "duties.md", "decision": "decisions.md", "lifecycle": "lifecycles.md"}

SETTLED = ("Choice", "Settled", "Version", "Authority", "Left open by")

_ARRANGEMENTS = (
    "These move no date: who sends, in what form, whom to call. A county settles them so that everybody can see them."
)


def choices_of(pack: model.RulePack) -> Iterator[str]:
    """The sections of the page."""
    rows = [row for row in county_decisions(pack).rows if row.open]
    waited = table(
        ("Choice", "What may be chosen", "What it would say", "Left open by"),
        ((*_open(row), lines(_reading(row)), _cited(row, pack)) for row in rows if not row.arrangement),
    )
    arranged = table(
        ("Choice", "What may be chosen", "Left open by"),
        ((*_open(row), _cited(row, pack)) for row in rows if row.arrangement),
    )
    yield section("Open", waited, nothing="Every choice that a rule waits for is settled.")
    yield section("Arrangements that are open", *((_ARRANGEMENTS, arranged) if arranged else ()))
    yield section("Settled", table(SETTLED, _settled(pack)), nothing="None.")


def _open(row: CountyChoice) -> Sequence[str]:
    what = f"one of: {', '.join(map(plain, row.options))}" if row.options else f"a {plain(row.type or '')}"
    return named(row.label, row.choice), said(f"{what}; a number exists that was not seen" if row.unread else what)


def _cited(row: CountyChoice, pack: model.RulePack) -> str:
    return cited(pack.choices[row.choice].authority, pack)


def _reading(row: CountyChoice) -> Iterator[str]:
    for rule in row.hangs:
        yield f"{hanging(rule)}: {said(', '.join(rule.parts))}"
        yield from (f"if {said(plain(option))}: {said(words)}" for option, words in rule.readings.items())


def hanging(rule: Hanging) -> str:
    """A rule that hangs on a choice; a link to where it stands."""
    page = PAGE_OF.get(rule.kind)
    return link(rule.label, f"{page}#{rule.rule}") if page else said(rule.label)


def _settled(pack: model.RulePack) -> Iterator[Sequence[str]]:
    for name, settlements in pack.settles.items():
        for one in settlements:
            yield (
                named(pack.choices[name].label, name),
                said(settled_value(one.value)),
                words_of_version(one.from_day),
                cited(one.authority, pack) if one.authority else "",
                cited(pack.choices[name].authority, pack),
            )

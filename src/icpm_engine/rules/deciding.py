"""What a county has decided and what it has still to decide: each choice of its rules, and what hangs on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypeAlias

import attrs

from icpm_engine.calendars import format_day
from icpm_engine.rules import model
from icpm_engine.rules.fixing import ALWAYS, NEVER, as_settled
from icpm_engine.rules.parts import Part, Parts, parts_of
from icpm_engine.rules.subjects import rules_in
from icpm_engine.rules.walking import NamedRule, names_of, walk

HangingKind: TypeAlias = Literal["duty", "bar", "decision", "lifecycle", "fact"]


@attrs.frozen
class Settled:
    """How a choice was settled: to what, from which day on (None: for all time), and by what authority."""

    value: str
    since: str | None
    authority: str
    link: str | None
    place: str | None


@attrs.frozen
class Hanging:
    """A rule that hangs on a choice: which parts of it, and through which other rules.

    `readings` says how these parts read under each option; it is empty where the answers cannot be listed (a span), and
    where the rule hangs on the choice only through others.
    """

    rule: str
    kind: HangingKind
    label: str
    parts: tuple[str, ...]
    through: tuple[str, ...]
    readings: dict[str, str]


@attrs.frozen
class CountyChoice:
    """A choice of the rules: the question, who leaves it open, how it was settled, and what hangs on it.

    What hangs on an open choice is undetermined; where it is settled only from a day on (`open_before`), what started
    before that day is. An `arrangement` moves no date, so that nothing hangs on it.
    """

    choice: str
    label: str
    area: str
    options: tuple[str, ...]
    type: str | None
    authority: str
    unread: bool
    arrangement: bool
    open: bool
    open_before: str | None
    settled: tuple[Settled, ...]
    hangs: tuple[Hanging, ...]
    place: str | None


@attrs.frozen
class CountyDecisions:
    """Every choice of a county's rules, in the order of the files; `open` and `settled` count them."""

    county: str | None
    pack: str
    pack_version: str
    settled: int
    open: int
    rows: tuple[CountyChoice, ...]


def county_decisions(pack: model.RulePack) -> CountyDecisions:
    """What is settled in a pack, by what authority, what is open, and what each open choice leaves undetermined."""
    uses = {(rule.name, section): _uses(rule, pack) for section, rule in _in_force(pack)}
    rows = tuple(_choice(choice, pack, uses) for choice in pack.choices.values())
    settled = sum(1 for row in rows if not row.open)
    return CountyDecisions(pack.county, pack.name, pack.version, settled, len(rows) - settled, rows)


def _choice(choice: model.Choice, pack: model.RulePack, uses: _Uses) -> CountyChoice:
    settled = tuple(_settled(one, pack) for one in pack.settles.get(choice.name, ()))
    return CountyChoice(
        choice=choice.name,
        label=choice.label,
        area=choice.area,
        options=choice.options,
        type=None if choice.options else choice.type,
        authority=pack.sources[choice.authority].title,
        unread=choice.unread,
        arrangement=choice.arrangement,
        open=not settled,
        open_before=settled[0].since if settled else None,
        settled=settled,
        hangs=tuple(_hanging(choice, pack, uses)),
        place=place_of(choice),
    )


def _settled(one: model.Settlement, pack: model.RulePack) -> Settled:
    source = pack.sources[one.authority] if one.authority is not None else None
    return Settled(
        value=settled_value(one.value),
        since=None if one.from_day is None else format_day(one.from_day),
        authority=source.title if source is not None else "given for this question only",
        link=source.link if source is not None else None,
        place=place_of(one) if source is not None else None,
    )


def settled_value(value: object) -> str:
    """What was settled, as it is written in a rule file."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(settled_value, value)) if isinstance(value, tuple) else str(value)


def place_of(rule: model.Settlement | model.Choice | NamedRule) -> str | None:
    """File and line of a rule."""
    return None if rule.mark is None else f"{rule.mark.file}:{rule.mark.line}"


# --- what hangs on a choice -------------------------------------------------------------------------------------------

_Name: TypeAlias = tuple[str, str]
"""What it is (a value, a duty, a bar, a lifecycle), and its name."""
_Uses: TypeAlias = Mapping[tuple[str, str], "_Used"]


@attrs.frozen
class _Used:
    """A rule, its parts, and the names that stand in each of them."""

    rule: NamedRule
    parts: Parts
    names: Mapping[str, frozenset[_Name]]


_KINDS: Final[Mapping[str, HangingKind]] = {
    "facts": "fact",
    "decisions": "decision",
    "lifecycles": "lifecycle",
    "duties": "duty",
    "bars": "bar",
}
_OF_THE_DATE: Final = {"due", "owner", "force", "repeats", "escalates", "authority", "label"}
"""Parts of a duty that another rule, which asks whether it was met, does not hang on."""
_BY_DATE: Final = "date of a duty"
"""What is named by a rule that asks when a duty is due, or whether it is overdue, missed or excused in time."""


def _in_force(pack: model.RulePack) -> Iterator[tuple[str, NamedRule]]:
    return ((section, rule) for section, rule in rules_in(pack) if not getattr(rule, "off", None))


def _uses(rule: NamedRule, pack: model.RulePack) -> _Used:
    parts = parts_of(rule, pack.roles)
    return _Used(rule, parts, {key: frozenset(_names(part.value)) for key, part in parts.items()})


def _names(value: object) -> Iterator[_Name]:
    yield from names_of(value)
    for one in walk(value):
        if isinstance(one, model.DutyIs | model.DutyMoment) and _by_date(one):
            yield _BY_DATE, one.duty


def _by_date(one: model.DutyIs | model.DutyMoment) -> bool:
    return one.what == "due" if isinstance(one, model.DutyMoment) else one.outcome in {"overdue", "missed", "excused"}


def _hanging(choice: model.Choice, pack: model.RulePack, uses: _Uses) -> Iterator[Hanging]:
    touched = _touched(("value", choice.name), uses)
    for (name, section), used in uses.items():
        keys = tuple(key for key, names in used.names.items() if names & touched)
        if keys:
            through = {one for key in keys for _, one in used.names[key] & touched if one not in {choice.name, name}}
            label = getattr(used.rule, "label", None) or _label(used.rule)
            readings = _readings(choice, used, pack) if choice.options else {}
            yield Hanging(name, _KINDS[section], label, keys, tuple(sorted(through)), readings)


def _label(rule: NamedRule) -> str:
    return rule.texts[-1].label if isinstance(rule, model.Duty) else rule.name.replace("_", " ")


def _touched(first: _Name, uses: _Uses) -> frozenset[_Name]:
    """The choice itself, and every rule by which it reaches others."""
    found, before = frozenset({first}), frozenset[_Name]()
    while found != before:
        before = found
        found |= {one for (name, section), used in uses.items() for one in _passed_on(name, section, used, before)}
    return found


def _passed_on(name: str, section: str, used: _Used, touched: frozenset[_Name]) -> Iterator[_Name]:
    """What of a rule others hang on, once some of its parts hang on the choice."""
    keys = {key.partition(" ")[0] for key, names in used.names.items() if names & touched}
    if keys and section == "duties":
        yield _BY_DATE, name
    if not keys <= (_OF_THE_DATE if section == "duties" else set()):
        kind = _KINDS[section]
        yield ("value" if kind in {"fact", "decision"} else kind), name


def _readings(choice: model.Choice, used: _Used, pack: model.RulePack) -> dict[str, str]:
    """How the parts that ask about the choice read under each option."""
    keys = [key for key, names in used.names.items() if ("value", choice.name) in names]
    if not keys:
        return {}
    found = {}
    for option in choice.options:
        parts = parts_of(as_settled(used.rule, choice.name, option), pack.roles)
        found[option] = "; ".join(f"{key}: {_words(parts.get(key))}" for key in keys)
    return found


def _words(part: Part | None) -> str:
    if part is None or part.value == NEVER:
        return "never"
    return "always" if part.value == ALWAYS else part.words

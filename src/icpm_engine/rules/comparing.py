"""The difference of two packs, of two counties or of two versions, rule by rule and part by part, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

import attrs

from icpm_engine.calendars import WEEKDAYS, Calendar, Window, format_day
from icpm_engine.errors import Mark
from icpm_engine.rules import model
from icpm_engine.rules.deciding import settled_value
from icpm_engine.rules.parts import Part, Parts, Rule, parts_of, without_labels
from icpm_engine.rules.wording import plain, words_of_review, words_of_term
from icpm_engine.vocabulary.kinds import EventKind, Field

Change: TypeAlias = Literal["added", "removed", "changed"]
DifferenceKind: TypeAlias = Literal[
    "duty",
    "bar",
    "decision",
    "lifecycle",
    "fact",
    "choice",
    "settlement",
    "event",
    "role",
    "calendar",
    "source",
    "pack",
]


@attrs.frozen
class Difference:
    """One thing that two sets of rules do not say alike.

    `part` is the key of the rule that differs (`due`, `met`, `owner`, ...), with what it says in the one and in the
    other, in words; where the whole rule is new or gone there is none, and its gist stands instead. `place` is where
    the second says it, or where the first does what is gone.
    """

    kind: DifferenceKind
    name: str
    label: str
    change: Change
    part: str | None
    before: str | None
    after: str | None
    place: str | None

    def __str__(self) -> str:
        what = f"{self.kind} {self.name}"
        if self.change == "added":
            return f"{what} is added: {self.label}"
        if self.change == "removed":
            return f"{what} is removed: {self.label}"
        if self.before is None or self.after is None:
            gained = f"gains {self.after}" if self.before is None else f"no longer has {self.before}"
            return f"{what}: {self.part} {gained}"
        return f"{what}: {self.part} from {self.before} to {self.after}"


@attrs.frozen
class Comparison:
    """How the second of two sets of rules differs from the first; no rows if they say the same."""

    first: str
    second: str
    first_version: str
    second_version: str
    added: int
    removed: int
    changed: int
    rows: tuple[Difference, ...]


def compare(first: model.RulePack, second: model.RulePack, names: tuple[str, str] | None = None) -> Comparison:
    """What the second pack says otherwise than the first; where rules stand and in what order makes no difference."""
    rows = tuple(_differences(first, second))
    one, other = names or (name_of(first), name_of(second))
    added, removed, changed = (
        len({(row.kind, row.name) for row in rows if row.change == change})
        for change in ("added", "removed", "changed")
    )
    return Comparison(one, other, first.version, second.version, added, removed, changed, rows)


def on_day(pack: model.RulePack, day: int) -> model.RulePack:
    """The pack as it holds for what starts on a day: one text of each rule, only what is in force and settled then."""
    duties = {name: _text_on(duty, day) for name, duty in pack.duties.items()}
    bars = {name: bar for name, bar in pack.bars.items() if _holds(bar.in_force, day)}
    settles = {
        name: tuple(one for one in told if (one.from_day or 0) <= day)[-1:] for name, told in pack.settles.items()
    }
    return attrs.evolve(
        pack,
        duties={name: duty for name, duty in duties.items() if _holds(duty.texts[0].in_force, day)},
        bars=bars,
        settles={name: told for name, told in settles.items() if told},
    )


def _text_on(duty: model.Duty, day: int) -> model.Duty:
    text = [text for text in duty.texts if (text.from_day or 0) <= day][-1]
    return attrs.evolve(duty, texts=(attrs.evolve(text, from_day=None),))


def _holds(in_force: model.InForce, day: int) -> bool:
    """Whether a rule is in force on a day; one whose days hang on a choice may be."""
    from_, until = in_force.from_, in_force.until
    begun = not isinstance(from_, model.DayMoment) or from_.day <= day
    return begun and (not isinstance(until, model.DayMoment) or day <= until.day)


def name_of(pack: model.RulePack) -> str:
    """A pack and its county."""
    return f"{pack.name}:{pack.county}" if pack.county else pack.name


def _differences(first: model.RulePack, second: model.RulePack) -> Iterator[Difference]:
    for section, kind in _RULES.items():
        yield from _rules(kind, getattr(first, section), getattr(second, section), first, second)
    yield from _settlements(first, second)
    for section, kind in _OTHERS.items():
        yield from _plain(kind, _said(first, section), _said(second, section))
    yield from _plain("pack", _heading(first), _heading(second))


_RULES: Final[Mapping[str, DifferenceKind]] = {
    "duties": "duty",
    "bars": "bar",
    "decisions": "decision",
    "lifecycles": "lifecycle",
    "facts": "fact",
    "choices": "choice",
}
_OTHERS: Final[Mapping[str, DifferenceKind]] = {
    "events": "event",
    "roles": "role",
    "calendars": "calendar",
    "windows": "calendar",
    "sources": "source",
}


def _rules(
    kind: DifferenceKind,
    before: Mapping[str, Rule],
    after: Mapping[str, Rule],
    first: model.RulePack,
    second: model.RulePack,
) -> Iterator[Difference]:
    for name, rule in before.items():
        if name not in after:
            yield Difference(kind, name, _label(rule), "removed", None, _gist(rule, first), None, _place(rule.mark))
    for name, rule in after.items():
        if name not in before:
            yield Difference(kind, name, _label(rule), "added", None, None, _gist(rule, second), _place(rule.mark))
        elif rule != before[name]:
            yield from _changed(kind, before[name], rule, first, second)


def _changed(
    kind: DifferenceKind, before: Rule, after: Rule, first: model.RulePack, second: model.RulePack
) -> Iterator[Difference]:
    old, new = parts_of(before, first.roles), parts_of(after, second.roles)
    for key in dict.fromkeys((*old, *new)):
        one, other = old.get(key), new.get(key)
        if one is not None and other is not None and one.value == other.value:
            continue
        was, now = _worded(key, one, first), _worded(key, other, second)
        if was == now:  # their labels hide what they say
            was, now = _bare(before, key, first), _bare(after, key, second)
        yield Difference(kind, after.name, _label(after), "changed", plain(key), was, now, _place(after.mark))


def _worded(key: str, part: Part | None, pack: model.RulePack) -> str | None:
    if part is None:
        return None
    return pack.sources[part.words].title if key.startswith("authority") else part.words


def _gist(rule: Rule, pack: model.RulePack) -> str:
    """A rule in a line: what matters most of it."""
    parts = parts_of(rule, pack.roles)
    return "; ".join(f"{plain(key)}: {parts[key].words}" for key in _GIST if key in parts)


_GIST: Final = (
    "owner",
    "starts",
    "due",
    "met",
    "forbids",
    "condition",
    "rows",
    "options",
    "type",
    "told",
    "initial",
    "off",
)


def _bare(rule: Rule, key: str, pack: model.RulePack) -> str | None:
    parts: Parts = parts_of(without_labels(rule), pack.roles)
    return parts[key].words if key in parts else None


def _label(rule: Rule) -> str:
    if isinstance(rule, model.Duty):
        return rule.texts[-1].label
    return getattr(rule, "label", None) or plain(rule.name)


def _place(mark: Mark | None) -> str | None:
    return None if mark is None else f"{mark.file}:{mark.line}"


# --- choices ----------------------------------------------------------------------------------------------------------


def _settlements(first: model.RulePack, second: model.RulePack) -> Iterator[Difference]:
    """What both leave to a county, and was settled otherwise."""
    for name, choice in {**first.choices, **second.choices}.items():
        before, after = _settled(name, first), _settled(name, second)
        if before != after and {before, after} != {"open", "no choice here"}:  # which the choice itself says
            settled = second.settles.get(name) or first.settles.get(name) or ()
            place = _place(settled[0].mark) if settled else _place(choice.mark)
            yield Difference("settlement", name, choice.label, "changed", "settled", before, after, place)


def _settled(name: str, pack: model.RulePack) -> str:
    if name not in pack.choices:
        return "no choice here"
    told = []
    for one in pack.settles.get(name, ()):
        from_ = f" from {format_day(one.from_day)}" if one.from_day is not None else ""
        by = f" ({pack.sources[one.authority].title})" if one.authority is not None else ""
        told.append(f"{settled_value(one.value)}{from_}{by}")
    return ", then ".join(told) or "open"


# --- what rules stand on ----------------------------------------------------------------------------------------------

_Named: TypeAlias = Mapping[str, tuple[str, Mapping[str, Part]]]
"""By name: a label, and the parts."""


def _plain(kind: DifferenceKind, before: _Named, after: _Named) -> Iterator[Difference]:
    for name, (label, _) in before.items():
        if name not in after:
            yield Difference(kind, name, label, "removed", None, None, None, None)
    for name, (label, parts) in after.items():
        if name not in before:
            yield Difference(kind, name, label, "added", None, None, None, None)
            continue
        old = before[name][1]
        for key in dict.fromkeys((*old, *parts)):
            one, other = old.get(key), parts.get(key)
            if one != other:
                was, now = (None if part is None else part.words for part in (one, other))
                yield Difference(kind, name, label, "changed", key, was, now, None)


def _said(pack: model.RulePack, section: str) -> _Named:
    return {name: _FORMS[section](name, one) for name, one in getattr(pack, section).items()}


def _heading(pack: model.RulePack) -> _Named:
    horizon = f"{pack.horizon_months} months"
    return {"pack": (pack.about, {"zone": Part(pack.zone, pack.zone), "horizon": Part(horizon, horizon)})}


def _event(name: str, kind: EventKind) -> tuple[str, dict[str, Part]]:
    fields = {
        f"field {field.name}": Part((field.type, field.options, field.required), _field(field))
        for field in kind.fields.values()
    }
    sorts = {"sorts": Part(kind.sorts, kind.sorts)} if kind.sorts else {}
    return plain(name), {"subject": Part(kind.subject, kind.subject), **sorts, **fields}


def _field(field: Field) -> str:
    options = f" ({', '.join(map(plain, field.options))})" if field.options else ""
    return f"{plain(field.type)}{options}{', needed' if field.required else ''}"


def _text(_: str, text: str) -> tuple[str, dict[str, Part]]:
    return text, {"label": Part(text, text)}


def _calendar(name: str, one: Calendar) -> tuple[str, dict[str, Part]]:
    closed: dict[str, list[int]] = {}
    for day, why in one.reasons.items():
        closed.setdefault(why, []).append(day)
    parts = {
        "title": one.title,
        "days": ", ".join(WEEKDAYS[day] for day in one.weekdays_open),
        "covered": f"{format_day(one.first_day)} to {format_day(one.last_day)}",
        **{f"closed for {why}": ", ".join(_closed_day(one, day) for day in days) for why, days in closed.items()},
    }
    return plain(name), {key: Part(words, words) for key, words in parts.items()}


def _closed_day(one: Calendar, day: int) -> str:
    known = one.known.get(day)
    return format_day(day) if known is None else f"{format_day(day)} (known since {format_day(known)})"


def _window(name: str, one: Window) -> tuple[str, dict[str, Part]]:
    return plain(name), {"open": Part(one, str(one))}


def _source(_: str, source: model.Source) -> tuple[str, dict[str, Part]]:
    said = {key: getattr(source, key) for key in ("title", "kind", "section", "link", "checked", "seen")}
    parts = {key: Part(value, value) for key, value in said.items() if value is not None}
    agreed = {"parties": " and ".join(source.parties), "term": words_of_term(source), "review": words_of_review(source)}
    return source.title, parts | {key: Part(words, words) for key, words in agreed.items() if words}


_FORMS: Final[Mapping[str, Any]] = {
    "events": _event,
    "roles": _text,
    "calendars": _calendar,
    "windows": _window,
    "sources": _source,
}

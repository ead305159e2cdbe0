"""Whom rules are about: what a rule may read (semantics 48), and a pack as the rules about one kind of subject see it.

A case reads its own events and those of its person and its teams; a person reads its own events and those of its cases,
so that what is counted over cases can be counted. Nothing reads another case's events but through its person.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from icpm_engine.errors import PackError
from icpm_engine.rules import model
from icpm_engine.rules.walking import Named, NamedRule, exchanged, names_in

EVENTS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "case": ("case", "person", "team"),
    "person": ("person", "case"),
    "team": ("team",),
    "county": ("county",),
}
"""Of whom the events are that a rule about each kind of subject may name."""

RULES_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "case": ("case", "person", "team"),
    "person": ("person",),
    "team": ("team",),
    "county": ("county",),
}
"""About whom the facts, decisions, lifecycles, duties and bars are that such a rule may use."""

FAR: Final[Mapping[str, tuple[str, str]]] = {
    "person": ("case", "_in_another_case"),
    "team": ("team", "_for_other_cases"),
}
"""Of rules that a case uses: whose events it does not see itself, and what these are named in its fold."""


@attrs.frozen
class View:
    """A pack as subjects of one kind are folded with it.

    `far`: for a case, the kinds of event that only rules about its person or team see there when they come from another
    case, or are no business of this case, each with the name that it then has. `reads`: for a person, the kinds of
    event of its cases that its rules name.
    """

    pack: model.RulePack
    far: Mapping[str, str] = attrs.Factory(dict)
    reads: frozenset[str] = frozenset()


def rules_in(pack: model.RulePack) -> Iterator[tuple[str, NamedRule]]:
    """Every rule of a pack that is about a subject, with the section it stands in."""
    for section in SECTIONS:
        rules: Mapping[str, NamedRule] = getattr(pack, section)
        yield from ((section, rule) for rule in rules.values())


SECTIONS: Final = ("facts", "decisions", "lifecycles", "duties", "bars")
_SAID: Final = {"facts": "fact", "decisions": "decision", "lifecycles": "lifecycle", "duties": "duty", "bars": "bar"}


# --- what a rule may read ---------------------------------------------------------------------------------------------


def unreachable(pack: model.RulePack) -> Iterator[PackError]:
    """An error for each event and rule that is named by a rule about somebody else."""
    for section, rule in rules_in(pack):
        said: set[tuple[str, str]] = set()
        for named in names_in(rule):
            error = None if named[:2] in said else _error(pack, _SAID[section], rule, named)
            if error is not None:
                said.add(named[:2])
                yield error


def _error(pack: model.RulePack, what: str, rule: NamedRule, named: Named) -> PackError | None:
    """What a name is about that stands in a rule about somebody else, what could be named, and a remedy."""
    whose = rule.subject
    if named.what == "event":
        kind = pack.events.get(named.name)
        if kind is None or kind.subject in EVENTS_OF[whose]:
            return None
        other, may = f"the event {named.name}", f"reads {_EVENTS_SAID[whose]}"
        about: str = kind.subject
        could = [subject for subject, known in EVENTS_OF.items() if about in known]
        remedy = f"say subject: {' or '.join(could)} on {rule.name}, or name another event"
    else:
        found = _rule(pack, named)
        if found is None or found[1].subject in RULES_OF[whose]:
            return None
        other, may = f"the {found[0]} {named.name}", f"uses only rules about a {whose}"
        about = found[1].subject
        remedy = f"say subject: {about} on {rule.name}, or subject: {whose} on {named.name}"
        if (whose, about) == ("person", "case"):
            remedy += " (which then reads the events of all the child's cases)"
    message = f"the {what} {rule.name} is about a {whose}, and {other} about a {about}"
    return PackError(f"{message}; a rule about a {whose} {may}; {remedy}", named.mark)


_EVENTS_SAID: Final[Mapping[str, str]] = {
    "case": "the events of the case, its person and its teams",
    "person": "the events of the person and of all the person's cases",
    "team": "the events of the team only",
    "county": "the events of the county only",
}


def _rule(pack: model.RulePack, named: Named) -> tuple[str, NamedRule] | None:
    for section in ("facts", "decisions") if named.what == "value" else _SECTION_OF[named.what]:
        rule = getattr(pack, section).get(named.name)
        if rule is not None:
            return _SAID[section], rule
    return None


_SECTION_OF: Final = {"lifecycle": ("lifecycles",), "duty": ("duties",), "bar": ("bars",)}


# --- a pack as one kind of subject sees it ----------------------------------------------------------------------------


def across(pack: model.RulePack) -> frozenset[str]:
    """The kinds of subject whose rules read what happens in several cases of a person: persons, and perhaps cases."""
    persons = [rule for _, rule in rules_in(pack) if rule.subject == "person" and not _is_off(rule)]
    if not any(_kinds_of(rule, pack, "case") for rule in persons):
        return frozenset()
    far = any(pack.events[kind].subject == "case" for kind in seen_by(pack, "case").far)
    return frozenset(("person", "case") if far else ("person",))


def speaks_of(pack: model.RulePack, subject: str) -> bool:
    """Whether there is more to say about subjects of a kind than the plain facts that a case knows anyway."""
    return any(rule.subject == subject and not _is_plain_fact(rule, pack) for _, rule in rules_in(pack))


def seen_by(pack: model.RulePack, subject: str) -> View:
    """The rules by which subjects of a kind are folded; for a case also those about person and team that it uses."""
    if subject != "case":
        own = _keeping(pack, {id(rule) for _, rule in rules_in(pack) if rule.subject == subject})
        reads = {kind for _, rule in rules_in(own) if not _is_off(rule) for kind in _kinds_of(rule, pack, "case")}
        return View(own, reads=frozenset(reads) if subject == "person" else frozenset())
    used = _used(pack)
    if all(id(rule) in used and not _far_of(rule, pack) for _, rule in rules_in(pack)):
        return View(pack)
    return _widened(_keeping(pack, used))


def _used(pack: model.RulePack) -> set[int]:
    """The rules that a case is folded with: its own, plain facts of its person, and what these name, and so on."""
    todo = [rule for _, rule in rules_in(pack) if rule.subject == "case" or _is_plain_fact(rule, pack)]
    used = {id(rule) for rule in todo}
    while todo:
        rule = todo.pop()
        if _is_off(rule):
            continue
        for named in names_in(rule):
            found = None if named.what == "event" else _rule(pack, named)
            if found is not None and id(found[1]) not in used:
                used.add(id(found[1]))
                todo.append(found[1])
    return used


def _is_plain_fact(rule: NamedRule, pack: model.RulePack) -> bool:
    return isinstance(rule, model.Fact) and rule.subject == "person" and not _far_of(rule, pack)


def _is_off(rule: NamedRule) -> bool:
    return isinstance(rule, (model.Duty, model.Bar)) and rule.off is not None


def _keeping(pack: model.RulePack, kept: Collection[int]) -> model.RulePack:
    def some(rules: Mapping[str, Any]) -> dict[str, Any]:
        return {name: rule for name, rule in rules.items() if id(rule) in kept}

    sections: dict[str, Any] = {section: some(getattr(pack, section)) for section in SECTIONS}
    return attrs.evolve(pack, **sections)


def _kinds_of(rule: NamedRule, pack: model.RulePack, subject: str) -> set[str]:
    """The kinds of event about subjects of a kind that a rule names."""
    named = (one.name for one in names_in(rule) if one.what == "event")
    return {name for name in named if name in pack.events and pack.events[name].subject == subject}


def _far_of(rule: NamedRule, pack: model.RulePack) -> set[str]:
    return _kinds_of(rule, pack, FAR[rule.subject][0]) if rule.subject in FAR else set()


def _widened(pack: model.RulePack) -> View:
    """Rules about person and team also listen to what comes from afar, under the name that it has there."""
    far: dict[str, str] = {}
    changed: dict[str, Any] = {section: dict(getattr(pack, section)) for section in SECTIONS}
    for section, rule in rules_in(pack):
        kinds = _far_of(rule, pack)
        if kinds and not _is_off(rule):
            names = {kind: kind + FAR[rule.subject][1] for kind in sorted(kinds)}
            far.update(names)
            changed[section][rule.name] = exchanged(rule, functools.partial(_listening, names))
    events = {name: attrs.evolve(pack.events[kind], name=name) for kind, name in far.items()}
    return View(attrs.evolve(pack, **changed, events={**pack.events, **events}), far)


def _listening(names: Mapping[str, str], part: Any) -> Any:  # noqa: ANN401 - any value of the model
    if isinstance(part, model.Line) and not names.keys().isdisjoint(part.on):
        return attrs.evolve(part, on=_both(part.on, names))
    if isinstance(part, model.EventMoment) and part.kind in names:
        return attrs.evolve(part, far=names[part.kind])
    return part


def _both(kinds: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for kind in kinds for name in (kind, names.get(kind)) if name is not None)

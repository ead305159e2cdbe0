"""Who reads what of a case beside the plan, until releases of information are built.

A page for a lay reader tells of the kinds of help that the family goes through with the child. It tells of no care that
a child has consented to alone, of no service whose kind is silent, and, while anybody is kept safe from anybody, of no
meeting, visit, appointment or move.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

import attrs

from icpm_engine.history.order import standing
from icpm_engine.plan.model import Plan
from icpm_engine.plan.withholding import AGENCIES
from icpm_engine.rules import model
from icpm_engine.rules.walking import walk
from icpm_engine.working import Entry

HELP: Final = frozenset({"screening", "referral", "assessment", "service"})
"""The areas of the vocabulary in which help for a child is on its way."""
_TOGETHER: Final = HELP | {"team", "plan", "contact", "placement"}
_READS: Final[Mapping[str, frozenset[str]]] = {
    "family": _TOGETHER | {"intake", "court"},
    "youth": _TOGETHER | {"intake", "court", "consent"},
    "caregiver": _TOGETHER,
}
"""The areas that lay readers read; whoever is not here reads all of them."""
_OWN: Final = frozenset({"youth", "clinician"})
"""Who reads of care that the child alone has consented to, and of services whose kind is silent."""
_TIMED: Final = frozenset({"meeting_id", "appointment_id"})
"""Fields of events that tell where somebody is to be at a time, as those about contacts do."""
_SILENT: Final = frozenset({"substance_use", "substance_use_care", "opioid_treatment"})
_HANGS_ON: Final = (("service_id", "referral_id"), ("appointment_id", "referral_id"), ("appointment_id", "service_id"))
"""What is hidden with what it hangs on, in this order."""
_FAMILY: Final = frozenset({"family", "youth"})
"""Who reads what the family asked, and what it disagrees about with an agency."""
_CHILD: Final = frozenset({"child", "youth"})


@attrs.frozen
class Reads:
    """What a reader of a case reads; `reader` None reads all of it."""

    reader: str | None
    hidden: frozenset[tuple[str, str]] = frozenset()
    """Fields and ids of matters that the reader must not know of."""
    alone: bool = False
    kept_safe: bool = False

    def area(self, area: str) -> bool:
        """Whether it reads of an area of the vocabulary at all."""
        read = _READS.get(self.reader or "")
        if read is not None and (area not in read or (self.kept_safe and area == "placement")):
            return False
        return not (self.alone and area in HELP | {"consent"})

    def matter(self, field: str | None, instance: str | None) -> bool:
        """Whether it reads of one matter, by the field that names it."""
        return (field, instance) not in self.hidden and not (self.kept_safe and field in _TIMED)

    def duty(self, duty: model.Duty, instance: str | None, since: Iterable[Entry], pack: model.RulePack) -> bool:
        """Whether it reads of what is owed by a duty whose clock some events have started."""
        for entry in since:
            if not self.day_of([entry], pack):
                return False
            if any(isinstance(value, str) and (name, value) in self.hidden for name, value in entry.values.items()):
                return False
        if self.kept_safe and _plans_a_meeting(duty, pack):
            return False
        return self.area(area_of_duty(duty, pack)) and self.matter(duty.per, instance)

    def day_of(self, entries: Iterable[Entry], pack: model.RulePack) -> bool:
        """Whether it reads on which day some events happened: a meeting or visit tells where somebody was."""
        return not (self.kept_safe and any(_meets(entry, pack) for entry in entries))


def reads(reader: str | None, entries: Iterable[Entry], plan: Plan, *, kept_safe: bool) -> Reads:
    """What a reader reads of a case, by all that is known of it now: nobody gets round that by asking for the past.

    `plan` is what they read of its plan; `kept_safe`: whether anybody is kept safe from anybody.
    """
    told = standing(entries)
    if reader is None:
        return Reads(None)
    own = reader in _OWN
    hidden = frozenset() if own else _silent(told)
    return Reads(
        reader,
        hidden=hidden if reader in AGENCIES else hidden.union(_of_others(told, reader, set(_ids(plan)))),
        alone=not (own or reader == "social_worker") and _alone(told),
        kept_safe=reader not in AGENCIES and kept_safe,
    )


def _meets(entry: Entry, pack: model.RulePack) -> bool:
    kind = pack.events.get(entry.kind)
    return not _TIMED.isdisjoint(entry.values) or (kind is not None and kind.area == "contact")


def _plans_a_meeting(duty: model.Duty, pack: model.RulePack) -> bool:
    """Whether it is met by setting a time for a meeting: that it is owed no more tells that there is one."""
    lines = (node for node in walk(duty.texts[-1].met) if isinstance(node, model.Line))
    kinds = (pack.events[kind] for line in lines for kind in line.on if kind in pack.events)
    return any({"meeting_id", "date"} <= kind.fields.keys() for kind in kinds)


def area_of_duty(duty: model.Duty, pack: model.RulePack) -> str:
    """The area of the vocabulary that a duty is about: that of what meets it, else of what starts it."""
    text = duty.texts[-1]
    return area_of((text.met, text.starts), pack) or duty.area


def area_of(rules: object, pack: model.RulePack) -> str:
    """The area of the first kind of event that is named; "" where none is."""
    kinds = (kind for node in walk(rules) if isinstance(node, model.Line) for kind in node.on)
    return next((pack.events[kind].area for kind in kinds if kind in pack.events), "")


def _of_others(told: Iterable[Entry], reader: str, lines: AbstractSet[str]) -> Iterator[tuple[str, str]]:
    """What somebody else asked, a conflict that is not the reader's, and lines of the plan that they do not read."""
    family = reader in _FAMILY
    for entry in told:
        values = entry.values
        if entry.kind == "family_asked" and not family:
            yield "request_id", values["request_id"]
        elif entry.kind == "disagreement_stated" and not (family and values.get("between") == "agency_and_family"):
            yield "dispute_id", values["dispute_id"]
        elif isinstance(line := values.get("line_id"), str) and line not in lines:
            yield "line_id", line


def _ids(plan: Plan) -> Iterator[str]:
    """The lines of a plan, with those that they stand for."""
    lines = [*plan.lines, *plan.ended]
    while lines:
        line = lines.pop()
        lines += line.woven
        yield line.id


def _silent(told: Iterable[Entry]) -> frozenset[tuple[str, str]]:
    """The matters whose kind is silent, with what hangs on them."""
    hidden: set[tuple[str, str]] = set()
    for entry in told:
        values = entry.values
        if _SILENT.isdisjoint(str(values.get(name)) for name in ("type", "service", "kind")):
            continue
        named = [name for name in ("consent_id", "appointment_id", "service_id", "referral_id") if name in values]
        hidden.update((name, values[name]) for name in named[:1])
    for field, within in _HANGS_ON:
        hidden |= {
            (field, entry.values[field])
            for entry in told
            if field in entry.values and (within, entry.values.get(within)) in hidden
        }
    return frozenset(hidden)


def _alone(told: Iterable[Entry]) -> bool:
    """Whether the child has consented to care and nobody else has."""
    given: dict[str, set[bool]] = {}
    for entry in told:
        if entry.kind == "consent_given" and entry.values.get("kind") in {"assessment", "treatment"}:
            given.setdefault(entry.values["kind"], set()).add(entry.values.get("by") in _CHILD)
    return any(by == {True} for by in given.values())

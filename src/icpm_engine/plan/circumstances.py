"""What a plan is looked at beside, from the same journals and from what the county has settled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from icpm_engine.calendars import Span, day_adder
from icpm_engine.history.order import arrange
from icpm_engine.plan.found import Assessed, Circumstances, Fixed
from icpm_engine.plan.model import Appointment
from icpm_engine.rules.model import RulePack
from icpm_engine.safety import Around
from icpm_engine.working import Entry

REUSABLE: Final = "reusable_for"
"""The choice of how old an assessment may be that stands in for a new one (rules/california/assessment.yaml)."""
AUTHORIZED: Final = "authorization_needed_for"
"""The choice of which services need an authorization (rules/california/service.yaml)."""
_FIXED: Final = {
    **dict.fromkeys(("cft_scheduled", "cft_cancelled", "cft_held"), ("team_meeting", "meeting_id")),
    **dict.fromkeys(("hearing_set", "hearing_continued", "hearing_vacated", "hearing_held"), ("hearing", "hearing_id")),
}
_CONSENTS: Final = frozenset({"consent_asked", "consent_given", "consent_declined", "consent_revoked"})


def circumstances(entries: Iterable[Entry], around: Around, pack: RulePack, day: int) -> Circumstances:
    """What is known at the end of a day, from the entries of a case and of its person, in any order."""
    told = [entry for entry in arrange(entries, around.zone, {}) if entry.day <= day]
    window, authorize = settled(pack, REUSABLE, day), settled(pack, AUTHORIZED, day)
    return Circumstances(
        day=day,
        reusable_until=day_adder(window, pack.calendars) if isinstance(window, Span) and not window.timed else None,
        authorize=frozenset(authorize) if isinstance(authorize, tuple) else None,
        treatment_consent=_consented(told, day),
        flags=around.flags(day),
        people=around.people(day),
        assessed=tuple(_assessed(told)),
        fixed=_fixed(told),
    )


def settled(pack: RulePack, choice: str, day: int) -> object:
    """What a county has settled for a day; None while it is open."""
    held = [one for one in pack.settles.get(choice, ()) if one.from_day is None or one.from_day <= day]
    return held[-1].value if held else None


def _consented(told: Iterable[Entry], day: int) -> bool | None:
    """Whether a consent to treatment stands: None while nobody was asked."""
    standing: dict[str, bool] = {}
    for entry in told:
        if entry.kind not in _CONSENTS:
            continue
        consent, values = entry.values["consent_id"], entry.values
        if values.get("kind") == "treatment" or consent in standing:
            standing[consent] = entry.kind == "consent_given" and values.get("until", day) >= day
    return any(standing.values()) if standing else None


def _assessed(told: Iterable[Entry]) -> Iterable[Assessed]:
    """What was assessed. The CANS of either agency is one instrument."""
    for entry in told:
        if entry.kind == "mh_assessment_completed":
            yield Assessed("mental health assessment", entry.day, entry.root)
        elif entry.kind == "ip_cans_completed" or (
            entry.kind == "mh_instrument_completed" and entry.values.get("instrument") == "cans"
        ):
            yield Assessed("cans", entry.day, entry.root)


def _fixed(told: Iterable[Entry]) -> tuple[Fixed, ...]:
    """The meetings and hearings that are to come, each where it was last put; whoever is not named may be there."""
    held: dict[tuple[str, str], Fixed] = {}
    for entry in told:
        if (kind := _FIXED.get(entry.kind)) is None:
            continue
        what, field = kind
        name = what, entry.values[field]
        if "date" not in entry.values:
            held.pop(name, None)
            continue
        before = held.get(name)
        who = entry.values.get("invite", () if before is None else before.at.who)
        day, minute = entry.values["date"]
        held[name] = Fixed(what, Appointment(name[1], day, minute, None, None, tuple(who), entry.root))
    return tuple(held.values())

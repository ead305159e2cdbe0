"""The chapters of a child's story: opening, court, placement, screening and what follows, team, closing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from icpm_engine.simulate.stories import FOUR_MONTHS, Child, Simulated

YEAR = 365
HALF_YEAR = 182

CLOSED = ("reunified", "reunified", "services_completed", "adopted", "guardianship", "emancipated", "family_declined")
HOMES = (
    "resource_family",
    "resource_family",
    "relative",
    "relative",
    "nonrelative_extended_family",
    "ffa",
    "strtp",
    "shelter",
)
PROGRAMS = ("strtp",)
KEPT_FROM = date(2024, 7, 1).toordinal()
"""From this day on the county that placed a child in a residential program stays responsible (WIC 14717.2)."""
MOVES = (
    "behavior",
    "caregiver_request",
    "kin_found",
    "siblings_together",
    "closer_to_home",
    "step_down",
    "higher_level_of_care",
)
COUNTIES = ("butte", "fresno", "kern", "los-angeles", "sacramento", "san-bernardino", "stanislaus", "tehama")
TOOLS = ("PSC-35", "PSC-35", "MHST", "CSSP", "PEARLS")
MEMBERS = ("child", "parents", "caregiver", "caseworker", "mental_health", "court_advocate")
INVITED = (
    "child",
    "parents",
    "caregiver",
    "caseworker",
    "mental_health",
    "formal_supports",
    "relatives",
    "ffa_representative",
    "informal_supports",
)
WORKERS = 60
CLINICIANS = 40


def stories(child: Child) -> Iterator[list[Simulated]]:
    """The events of each of the child's cases, by day: one case, sometimes a second one later."""
    yield _told(child, first_case=True)
    if child.until + 120 < child.last and child.some(child.shares.second_case):
        child.begin(f"{child.case}-2", child.between(child.until + 60, child.last - 60))
        yield _told(child, first_case=False)


def _told(child: Child, *, first_case: bool) -> list[Simulated]:
    _tell(child, first_case=first_case)
    _fill(child)
    return sorted(child.events, key=lambda event: (event.day, event.minute))


def _tell(child: Child, *, first_case: bool) -> None:
    """A case from its opening to its closing, or to the last day if it is still open."""
    opened = child.opened
    length = child.between(150, 400) if child.some(0.4) else child.between(400, 1400)
    closing = child.office(opened + length)
    child.until = min(child.last, closing)
    _opening(child, opened, first_case=first_case)
    _assignments(child, opened)
    if child.some(child.shares.court):
        _court(child, opened)
        _custody(child, opened)
    _team(child, opened)
    _cans(child, opened)
    _screening(child, opened)
    if closing <= child.last:
        child.add("case_closed", closing, reason=child.pick(*CLOSED))


def _fill(child: Child) -> None:
    """Brings a case to about as many events as asked for: leaves out what may lack, adds what happens in long cases."""
    target = round(child.per_case * (0.7 + 0.6 * child.chance.random()))
    while len(child.events) > target and child.spare:
        del child.events[child.spare.pop()]
    while len(child.events) < target:
        episode = next(episode for share, episode in _EPISODES if child.some(share))
        episode(child, min(child.office(child.between(child.opened + 1, child.until)), child.until))


# --- chapters ---------------------------------------------------------------------------------------------------------


def _opening(child: Child, opened: int, *, first_case: bool) -> None:
    kind = child.pick("court", "court", "court", "voluntary", "probation")
    child.add("case_opened", opened, kind=kind, services=child.pick("family_reunification", "family_maintenance"))
    child.add("person_linked", opened, person=child.person)
    if first_case:
        born = opened - child.between(200, 17 * YEAR)
        child.add_of_person("birth_date_told", opened, born=born, proof=child.pick("certificate", "record"))
        child.add_of_person("medi_cal_status_found", opened + child.between(0, 20), scope=_scope(child))
        if child.some(0.7):
            found = opened + child.between(1, 60)
            status, finder = child.some(0.04), child.pick("court", "agency")
            child.add_of_person("indian_child_status_found", found, status=status, finder=finder)


def _scope(child: Child) -> str:
    return "full" if child.some(0.93) else child.pick("restricted", "none")


def _assignments(child: Child, opened: int) -> None:
    # A few workers have most of the cases, as everywhere.
    worker = min(child.between(1, WORKERS), child.between(1, WORKERS))
    child.add(
        "person_in_charge_assigned", opened, role="child_welfare", worker=f"worker:{worker}", unit=f"unit:{worker % 8}"
    )


def _court(child: Child, opened: int) -> None:
    petition = child.id("J")
    child.add_spare(
        "petition_filed", opened + child.between(0, 2), petition_id=petition, kind="original", detained=child.some(0.8)
    )
    _hearing(child, opened + 1, "detention", child.between(1, 3))
    _hearing(child, opened + 4, "jurisdiction", child.between(12, 25))
    _hearing(child, opened + 30, "disposition", child.between(10, 40))


def _hearing(child: Child, set_on: int, kind: str, ahead: int) -> None:
    """A hearing is set, often continued, then held if its day has come."""
    hearing, when = child.id("H"), child.office(set_on + ahead)
    day = child.add("hearing_set", child.office(set_on), hearing_id=hearing, kind=kind, date=child.hour(when))
    while child.some(0.3):
        when, before = child.office(when + child.between(7, 45)), when
        reason = child.pick("notice", "report late", "counsel", "stipulation")
        day = child.add(
            "hearing_continued", max(day, before), hearing_id=hearing, kind=kind, date=child.hour(when), reason=reason
        )
    child.add("hearing_held", when, hearing_id=hearing, kind=kind)


def _custody(child: Child, opened: int) -> None:
    custody = child.id("Y")
    child.add(
        "custody_entered",
        opened,
        custody_id=custody,
        out_of_home=True,
        how=child.pick("court_order", "temporary_custody"),
    )
    start = opened
    while start < child.until:
        stay = child.between(20, 120) if child.some(0.35) else child.between(120, 700)
        _placement(child, start, stay)
        start += stay
        if child.some(0.45):
            break


def _placement(child: Child, start: int, stay: int) -> None:
    placement, away = child.id("P"), child.some(child.shares.out_of_county)
    county = child.pick(*COUNTIES) if away else None
    home = child.pick(*HOMES)
    child.add("placement_started", start, placement_id=placement, type=home, county=county, out_of_county=away)
    if away and child.some(0.8):
        kept = home in PROGRAMS and start >= KEPT_FROM
        _transfer(child, start, {"placement_id": placement, "to_county": county}, of_residence=not kept)
    child.add("placement_ended", start + stay, placement_id=placement, reason=child.pick(*MOVES))


def _transfer(child: Child, start: int, of: Mapping[str, str | None], *, of_residence: bool) -> None:
    """A decision and a notice, of a placement and to a county; the plan that is told is the one that is responsible."""
    told = {"transfer_id": child.id("T"), **of}
    day = child.office(start + child.between(0, 10))
    child.add("transfer_decided", day, expedited=child.some(0.1), **told)
    if child.some(0.85):
        sent = child.office(day + child.between(0, 9))
        items = ("identity", "referring_contact", "release_signer", "consent_signer")
        plan = "of_residence" if of_residence else "of_jurisdiction"
        child.add("transfer_notice_sent", sent, plan=plan, items=items, **told)


# --- screening and what follows ---------------------------------------------------------------------------------------


def _screening(child: Child, opened: int) -> None:
    shares = child.shares
    if not child.some(shares.screened):
        if child.some(0.4):
            child.add(
                "screening_not_done",
                opened + child.between(10, 60),
                reason=child.pick("family_declined", "not_reached"),
            )
        return
    late = child.some(shares.first_screen_late)
    screened = child.office(opened + (child.between(31, 100) if late else child.between(0, 29)))
    positive = child.some(shares.positive)
    _screen(child, screened, positive=positive)
    served = child.some(shares.served_of_positive if positive else shares.served_of_negative)
    if served:
        _served(child, screened, positive=positive)
    elif positive and child.some(0.85):
        _referral(child, screened + child.between(0, 12), "positive_screen", steps=child.between(1, 9))
    _rescreens(child, screened, served=served)


def _screen(child: Child, day: int, *, positive: bool) -> None:
    score = child.between(28, 60) if positive else child.between(0, 27)
    result = "positive" if positive else "negative"
    acute = positive and child.some(0.05)
    child.add("screening_completed", day, tool=child.pick(*TOOLS), result=result, score=score, acute=acute)
    if acute and child.some(0.9):
        child.add("crisis_responded", day, by=child.pick("mobile_crisis", "clinician"), outcome="safety_plan")


def _rescreens(child: Child, screened: int, *, served: bool) -> None:
    """Every year, unless the child is open to mental health; some are late, some are missed."""
    due = screened + YEAR
    while not served and due < child.until:
        if child.some(0.83):
            late = child.some(0.1)
            day = child.office(due + child.between(1, 90) if late else due - child.between(0, 45))
            _screen(child, day, positive=child.some(0.25))
        due += YEAR


def _served(child: Child, screened: int, *, positive: bool) -> None:
    """A referral that leads to a service within four months of the screen."""
    ground = "positive_screen" if positive else child.pick("universal", "new_behavior", "family_request")
    start = screened + child.between(0, 10)
    started = _referral(child, start, ground, steps=len(_STEPS), latest=screened + FOUR_MONTHS - 3)
    service = child.id("S")
    kind = child.pick("therapy", "icc", "ihbs", "therapy", "wraparound", "tbs")
    child.add("service_started", started, service_id=service, type=kind, provider=_provider(child))
    child.add("mh_services_opened", started, provider=_provider(child))
    ended = child.office(started + child.between(120, 500))
    if child.some(0.6):
        child.add(
            "service_ended",
            ended,
            service_id=service,
            reason=child.pick("goals_met", "moved", "family_declined", "other"),
        )
        child.add("mh_services_closed", ended, reason="goals_met")


def _provider(child: Child) -> str:
    return f"clinic:{child.between(1, 12)}"


class _Referral(NamedTuple):
    id: str
    ground: str
    appointment: str


def _referral(child: Child, start: int, ground: str, *, steps: int, latest: int | None = None) -> int:
    """A referral as far as it comes, in `steps` steps, the last one by `latest`; gives the day of its last step."""
    referral = _Referral(child.id("R"), ground, child.id("A"))
    end = latest if latest is not None else start + child.between(30, 160)
    days = sorted(min(child.office(child.between(start, end - 6)), end) for _ in range(steps))
    for day, step in zip(days, _STEPS, strict=False):
        step(child, day, referral)
    if steps < len(_STEPS) and child.some(0.5):
        reason = child.pick("not_reached", "declined_by_family", "no_capacity", "served_elsewhere", "moved")
        child.add(
            "referral_closed", child.office(days[-1] + child.between(3, 40)), referral_id=referral.id, reason=reason
        )
    return days[-1]


def _started(child: Child, day: int, referral: _Referral) -> None:
    urgency = "urgent" if child.some(0.1) else "routine"
    child.add("referral_started", day, referral_id=referral.id, ground=referral.ground, urgency=urgency)
    item = child.pick("screen", "consent", "cans")
    child.add_spare("packet_item_added", day, referral_id=referral.id, item=item)


def _sent(child: Child, day: int, referral: _Referral) -> None:
    how = child.pick("portal", "email", "fax")
    child.add(
        "referral_sent", day, referral_id=referral.id, to="county mental health", how=how, items=("screen", "consent")
    )


def _received(child: Child, day: int, referral: _Referral) -> None:
    child.add("referral_received", day, referral_id=referral.id, direct=child.some(0.1))


def _assigned(child: Child, day: int, referral: _Referral) -> None:
    clinician = _clinician(child)
    child.add("referral_assigned", day, referral_id=referral.id, to=clinician)
    child.add("person_in_charge_assigned", day, role="mental_health", worker=clinician, unit=_provider(child))


def _reached(child: Child, day: int, referral: _Referral) -> None:
    child.add_spare("referral_contact_attempted", day, referral_id=referral.id, reached=False, how="phone")
    child.add("client_agreed", day, referral_id=referral.id)


def _offered(child: Child, day: int, referral: _Referral) -> None:
    ids = {"appointment_id": referral.appointment, "referral_id": referral.id}
    when = child.hour(child.office(day + child.between(4, 16)))
    child.add("appointment_offered", day, **ids, service="assessment", first=True, date=when)


def _kept(child: Child, day: int, referral: _Referral) -> None:
    kind = "appointment_kept" if child.some(0.85) else "appointment_missed"
    child.add(kind, day, appointment_id=referral.appointment, referral_id=referral.id)


def _assessing(child: Child, day: int, referral: _Referral) -> None:
    child.add("mh_assessment_started", day, assessment_id=f"M{referral.appointment}", referral_id=referral.id)


def _assessed(child: Child, day: int, referral: _Referral) -> None:
    need = child.some(0.85)
    found = {"need": need, "medical_necessity": need, "intensive_need": need and child.some(0.3)}
    ids = {"assessment_id": f"M{referral.appointment}", "referral_id": referral.id}
    child.add("mh_assessment_completed", day, **ids, **found, trauma_screen=child.some(0.9))


def _ended(child: Child, day: int, referral: _Referral) -> None:
    child.add("mh_joined", day, clinician=_clinician(child), licensed=child.some(0.8))
    child.add_spare("sender_told", day, referral_id=referral.id, what="service_started")
    child.add("referral_closed", day, referral_id=referral.id, reason="service_started")


def _clinician(child: Child) -> str:
    return f"clinician:{child.between(1, CLINICIANS)}"


_STEPS: tuple[Callable[[Child, int, _Referral], None], ...] = (
    _started,
    _sent,
    _received,
    _assigned,
    _reached,
    _offered,
    _kept,
    _assessing,
    _assessed,
    _ended,
)


# --- team and IP-CANS -------------------------------------------------------------------------------------------------


def _team(child: Child, opened: int) -> None:
    formed = child.add("team_formed", child.office(opened + child.between(3, 30)), family_asked=child.some(0.8))
    for member in MEMBERS[1 : child.between(2, 5)]:
        child.add_spare(
            "member_joined", formed + child.between(0, 20), member_id=f"{member}-{child.number}", role=member
        )
    _meeting(
        child, child.office(opened + (child.between(15, 58) if child.some(0.8) else child.between(61, 130))), "first"
    )
    following = opened + child.between(150, 220)
    while following < child.until:
        _meeting(child, child.office(following), "regular")
        following += child.between(80, 210)


def _meeting(child: Child, day: int, purpose: str) -> None:
    meeting = child.id("M")
    if purpose == "first" or child.some(0.3):  # later meetings are often agreed at the one before
        _invited(child, meeting, day, purpose)
    if child.some(0.12):
        child.add("cft_cancelled", day, meeting_id=meeting, reason="a member could not come")
        return
    present = tuple(member for member in MEMBERS if child.some(0.75))
    mode = child.pick("in_person", "in_person", "video", "mixed")
    child.add("cft_held", day, meeting_id=meeting, purpose=purpose, present=present or ("caseworker",), mode=mode)


def _invited(child: Child, meeting: str, day: int, purpose: str) -> None:
    """A meeting is scheduled, and most often everyone on the list is invited."""
    scheduled = child.office(day - child.between(5, 20))
    child.add("cft_scheduled", scheduled, meeting_id=meeting, date=child.hour(day), purpose=purpose)
    forgotten = child.between(1, 3) if child.some(0.12) else 0
    for guest in INVITED[: len(INVITED) - forgotten]:
        child.add("cft_invitation_sent", min(scheduled + child.between(0, 2), day - 1), meeting_id=meeting, to=guest)


def _cans(child: Child, opened: int) -> None:
    day = opened + (child.between(20, 58) if child.some(0.75) else child.between(61, 140))
    kind = "initial"
    while day < child.until and child.some(0.93):
        child.add(
            "ip_cans_completed", child.office(day), kind=kind, cft_informed=child.some(0.7), entered=child.some(0.8)
        )
        day += child.between(150, HALF_YEAR) if child.some(0.7) else child.between(HALF_YEAR + 2, 280)
        kind = "update"


# --- what happens in any long case ------------------------------------------------------------------------------------


def _review(child: Child, day: int) -> None:
    _hearing(
        child, day, child.pick("review_6_month", "review_12_month", "review", "psychotropic"), child.between(10, 60)
    )


def _another_meeting(child: Child, day: int) -> None:
    _meeting(child, day, child.pick("regular", "requested", "placement_preservation", "case_plan"))


def _another_referral(child: Child, day: int) -> None:
    _referral(child, day, child.pick("new_behavior", "family_request", "needs_linkage"), steps=child.between(2, 9))


def _contact(child: Child, day: int) -> None:
    who = tuple(who for who in ("child", "caregiver", "parent") if child.some(0.6)) or ("child",)
    mode = child.pick("in_person", "in_person", "phone", "video")
    child.add("contact_made", day, contact_id=child.id("V"), kind="visit", mode=mode, who=who, alone=child.some(0.4))


def _another_worker(child: Child, day: int) -> None:
    _assignments(child, day)


_EPISODES: tuple[tuple[float, Callable[[Child, int], None]], ...] = (
    (0.3, _another_meeting),
    (0.4, _another_referral),
    (0.4, _review),
    (0.15, _another_worker),
    (1.0, _contact),
)
"""Each with the chance that it is the one, if none before it is."""

"""The five published protocols that the language reference writes out, loaded as they stand there."""

from __future__ import annotations

from pathlib import Path

import pytest

from icpm_engine.calendars import Span
from icpm_engine.rules import model as m
from icpm_engine.rules.loading import load_files

ENCODINGS = sorted(Path(__file__).parent.joinpath("encodings").glob("*.yaml"))


def encoding(name: str) -> m.RulePack:
    return load_files([Path(__file__).parent / "encodings" / f"{name}.yaml"], standard=False)


def text(pack: m.RulePack, duty: str) -> m.DutyText:
    (only,) = pack.duties[duty].texts
    return only


def span(words: str, *calendars: str) -> Span:
    return Span.parse(words, calendars)


@pytest.mark.parametrize("path", ENCODINGS, ids=lambda path: path.stem)
def test_each_loads(path: Path) -> None:
    pack = load_files([path], standard=False)
    assert len(ENCODINGS) == 5
    assert pack.duties
    assert {duty.protocol for duty in pack.duties.values()} == {path.stem.upper()}
    assert {duty.area for duty in pack.duties.values()} == {path.stem}


def test_shasta() -> None:
    pack = encoding("ca-shasta")
    assert pack.zone == "America/Los_Angeles"
    over_five = pack.decisions["over_five"].condition
    assert over_five == m.Combined(
        "any",
        (
            m.Combined(
                "all",
                (
                    m.FactTest("over_five_means", m.Test((m.Check("is", ("past_fifth_birthday",)),))),
                    m.AgeIs(m.Test((m.Check("over", span("5 years")),))),
                ),
            ),
            m.Combined(
                "all",
                (
                    m.FactTest("over_five_means", m.Test((m.Check("is", ("turned_six",)),))),
                    m.AgeIs(m.Test((m.Check("at_least", span("6 years")),))),
                ),
            ),
        ),
    )
    rescreens = text(pack, "rescreens")
    assert rescreens.owner == m.Rows((m.Row(("screener",)),))
    assert rescreens.while_ == m.DecisionHolds("needs_mh_screens")
    assert rescreens.repeats == m.Rows((m.Row("from met"),))
    assert rescreens.due is not None
    entry, last_screen = rescreens.due.rows
    assert entry.when == m.FactTest("annual_from", m.Test((m.Check("is", ("entry",)),)))
    assert entry.value == m.DueLeg(
        by=(
            m.Offset(span("90 days"), "after", m.Anchor("origin")),
            m.Offset(span("12 months"), "after", m.Anchor("origin")),
            m.Offset(span("12 months"), "after", m.Anchor("previous.due")),
        )
    )
    assert last_screen.while_ is None
    assert rescreens.met == m.Line(on=("mh_screened",), bounds=m.Bounds(after=m.DutyMoment("entry_screening", "met")))
    assert text(pack, "entry_screening").due == m.Rows((m.Row(m.DueOpen("at entry")),))
    assert text(pack, "sub_class_referral").due == m.Rows((m.Row(m.DueOpen()),))
    developmental = text(pack, "developmental_screen")
    assert developmental.due == m.Rows((m.Row(m.DueLeg(within=(m.NamedSpan("young_child_interval"),))),))
    assert developmental.met == m.Line(
        on=("developmental_screened",), shows=(m.FieldTest("tool", m.Test((m.Check("is", ("asq",)),))),)
    )
    services = text(pack, "intensive_services").met
    assert isinstance(services, m.Line)
    assert services.shows == (m.FieldTest("services", m.Test((m.Check("includes", ("icc", "ihbs")),))),)
    assert pack.duties["rescreens"].encodes == (2, 3)
    assert pack.choices["young_child_interval"].type == "span"
    assert pack.lifecycles["case"].states["closed"].final


def test_first_meeting() -> None:
    pack = encoding("ca-cft-first")
    first = pack.duties["first_meeting"]
    assert first.per == "custody_id"
    assert text(pack, "first_meeting").starts == (
        m.Line(on=("custody_entered",), where=m.FieldTest("out_of_home", m.Test((m.Check("is", (True,)),)))),
    )
    assert text(pack, "first_meeting").due == m.Rows(
        (
            m.Row(
                m.DueLeg(within=(span("30 days"),)),
                while_=m.FactTest("indian_child", m.Test((m.Check("is", (True,)),))),
            ),
            m.Row(
                m.DuePick(
                    "earliest",
                    (m.DueLeg(within=(span("60 days"),)), m.DueLeg(before=(m.FactMoment("disposition_hearing"),))),
                )
            ),
        )
    )
    told = pack.facts["disposition_hearing"].told
    assert told[0].line.on == ("hearing_set", "hearing_continued")
    assert [one.take for one in told] == ["date", "none"]
    assert pack.facts["considered_type"].initial == "none"
    assert pack.facts["placement_type"].initial is None
    assert pack.facts["placement_type"].options == ("relative", "resource_family", "ffa", "ffa_treatment", "strtp")
    invited = text(pack, "invitations").met
    assert isinstance(invited, m.Line)
    assert invited.each is not None
    assert len(invited.each.values) == 9
    assert invited.each.values[-1] == m.EachValue(
        "ffa_representative", m.FactTest("placement_type", m.Test((m.Check("is", ("ffa", "ffa_treatment")),)))
    )
    bar = pack.bars["meeting_without_mental_health"]
    assert bar.forbids == m.Line(
        on=("cft_held",),
        where=m.FieldTest("present", m.Test((m.Check("lacks", ("mental_health",)),))),
        when=m.DecisionHolds("treatment_program"),
    )


def test_transfer_bars() -> None:
    pack = encoding("ca-ict")
    near = pack.bars["hearing_near"]
    assert near.while_ == m.FactTest("case_stage", m.Test((m.Check("is", ("after_disposition",)),)))
    assert near.owner == m.Rows((m.Row(("sending_county",)),))
    assert isinstance(near.forbids, m.Line)
    assert near.forbids.when == m.SomeInstance(
        "hearing",
        "set",
        (
            m.FactTest(
                "hearing_date",
                m.Test(
                    (
                        m.Check("since", m.FieldMoment("event", "requested_for")),
                        m.Check("by", m.Offset(span("90 days"), "after", m.FieldMoment("event", "requested_for"))),
                    )
                ),
            ),
        ),
    )
    resident = pack.bars["not_resident_for_a_year"].forbids
    assert isinstance(resident, m.Line)
    assert resident.when == m.Combined(
        "not",
        (
            m.Spent(
                m.FactTest("lives_in", m.Test((m.Check("same", m.FieldValue("event", "to_county")),))),
                m.Test((m.Check("at_least", span("1 year")),)),
            ),
        ),
    )
    warn = text(pack, "warn_of_difficult_case")
    assert warn.while_ is None  # `while: none` takes the default away
    assert warn.met == m.Lines("all", (m.Line(on=("receiving_county_alerted",)), m.Line(on=("caregivers_told",))))


def test_foster_care() -> None:
    pack = encoding("md-tfc")
    assert pack.calendars["working"].name == "us-federal"
    assert text(pack, "answer_referral").due == m.Rows((m.Row(m.DueLeg(within=(span("14 working days", "working"),))),))
    packet = text(pack, "fresh_packet").met
    assert isinstance(packet, m.Lines)
    assert packet.how == "all"
    case_plan, records = packet.parts
    assert case_plan.label == "case plan"
    assert case_plan.bounds.since == m.Offset(span("180 days"), "before", m.Anchor("start"))
    assert isinstance(records, m.Lines)
    assert (records.how, records.label) == ("any", "records and evaluations")
    assert text(pack, "team_evaluation").starts == (m.Line(becomes=m.DutyIs("treatment_plan", "met")),)
    visits = text(pack, "child_visits")
    assert visits.due is not None
    assert visits.due.rows[0].value == m.DueLeg(by=(m.EndOf("month"),))
    assert visits.due.rows[1].value == m.DueLeg(by=(m.EndOf("month", next=True), m.EndOf("month")))
    assert isinstance(visits.met, m.Line)
    assert (visits.met.times, visits.met.bounds.by) == (2, m.Anchor("due"))
    assert text(pack, "tell_of_change").due == m.Rows((m.Row(m.DueLeg(before=(m.FactMoment("change_date"),))),))


def test_dispute() -> None:
    pack = encoding("oh-dispute")
    assert pack.choices["other_route_within"].unread
    assert {duty.per for duty in pack.duties.values()} == {"dispute_id"}
    assert text(pack, "objection").force == m.Rows((m.Row("may"),))
    comply = text(pack, "comply")
    assert comply.due == m.Rows((m.Row(m.DueLeg(within=(span("immediately"),))),))
    assert comply.paused_while == m.Combined(
        "all",
        (
            m.Combined("any", (m.DutyIs("objection", "met"), m.DutyIs("other_objection", "met"))),
            m.Combined("not", (m.Happened(m.Line(on=("objection_decided",))),)),
        ),
    )

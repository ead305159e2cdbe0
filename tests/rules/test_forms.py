"""Every form of the language, each read into the model as it is meant."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from icpm_engine.calendars import Span, Window
from icpm_engine.rules import model as m
from icpm_engine.rules.loading import check_texts, load_texts
from tests.rules.rulefiles import duty, errors, load


def day(text: str) -> int:
    return dt.date.fromisoformat(text).toordinal()


def text(keys: str, *, starts: str = "opened", due: str = "open") -> m.DutyText:
    return load(duty(keys, starts=starts, due=due)).duties["it"].texts[0]


def is_(*values: object) -> m.Test:
    return m.Test((m.Check("is", values),))


def check(op: m.CheckOp, value: object) -> m.Test:
    return m.Test((m.Check(op, value),))


def on(*kinds: str) -> m.Line:
    return m.Line(on=kinds)


THIRTY = Span.parse("30 days")


# --- moments and due --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("start", m.Anchor("start")),
        ("5 days after previous.due", m.Offset(Span.parse("5 days"), "after", m.Anchor("previous.due"))),
        ("2026-01-31", m.DayMoment(day("2026-01-31"))),
        ("screened_on", m.FactMoment("screened_on")),
        ("since_when", m.FactMoment("since_when")),
        ("hearing_set", m.EventMoment("hearing_set")),
        ("{on: hearing_set, where: {kind: review}}", m.EventMoment("hearing_set", m.FieldTest("kind", is_("review")))),
        ("case.ended", m.StateMoment("case", "ended")),
        ("high", m.DecisionMoment("high")),
        ("screen.met", m.DutyMoment("screen", "met")),
        ("screen.due", m.DutyMoment("screen", "due")),
        ("end of week", m.EndOf("week")),
        ("end of next quarter", m.EndOf("quarter", next=True)),
        ("30 days after start", m.Offset(THIRTY, "after", m.Anchor("start"))),
        ("limit before case.ended", m.Offset(m.NamedSpan("limit"), "before", m.StateMoment("case", "ended"))),
        (
            "10 court days before 30 days after origin",
            m.Offset(Span.parse("10 court days", {"court"}), "before", m.Offset(THIRTY, "after", m.Anchor("origin"))),
        ),
        (
            "{earliest: [2026-01-31, {latest: [screened_on, origin]}]}",
            m.Pick(
                "earliest",
                (
                    m.DayMoment(day("2026-01-31")),
                    m.Pick("latest", (m.FactMoment("screened_on"), m.Anchor("origin"))),
                ),
            ),
        ),
    ],
)
def test_moments(written: str, moment: m.Moment) -> None:
    due = text("repeats: from due" if "previous" in written else "", due=f"{{by: {written}}}").due
    assert due == m.Rows((m.Row(m.DueLeg(by=(moment,))),))


def test_a_field_of_the_start() -> None:
    due = text("", starts="plan_made", due="{before: start.due_on}").due
    assert due == m.Rows((m.Row(m.DueLeg(before=(m.FieldMoment("start", "due_on"),))),))


def test_due_legs() -> None:
    due = text("", due="{within: 10 court days, first_day: counted, rolls: next court day}").due
    leg = m.DueLeg(
        within=(Span.parse("10 court days", {"court"}),), first_day_counted=True, rolls="next", rolls_on="court"
    )
    assert due == m.Rows((m.Row(leg),))
    rolled = text("", due="{latest: [{within: 30 days}, open], rolls: previous weekday}").due
    pick = m.DuePick("latest", (m.DueLeg(within=(THIRTY,)), m.DueOpen()), rolls="previous", rolls_on="")
    assert rolled == m.Rows((m.Row(pick),))


def test_a_span_for_each_run_of_a_series() -> None:
    due = text("repeats: from due", due="{within: [30 days, limit, longest]}").due
    assert due == m.Rows((m.Row(m.DueLeg(within=(THIRTY, m.NamedSpan("limit"), m.NamedSpan("longest")))),))


def test_rows_by_a_choice() -> None:
    read = text(
        "force: [{while: {acute: yes}, is: must}, {is: should}]\n"
        "owner: [worker, nurse]\n"
        "again: [{when: {from_where: entry}, is: restarts}, {when: {from_where: screen}, is: ignored}]"
    )
    assert read.owner == m.Rows((m.Row(("worker", "nurse")),))
    assert read.force == m.Rows((m.Row("must", while_=m.FactTest("acute", is_(True))), m.Row("should")))
    assert [row.value for row in read.again.rows] == ["restarts", "ignored"]
    owners = text("owner: [{while: case.open, is: nurse}, {is: [worker, boss]}]").owner
    assert owners == m.Rows((m.Row(("nurse",), while_=m.StateIs("case", "open")), m.Row(("worker", "boss"))))


# --- tests of a value -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "written", "test"),
    [
        ("tool", "psc", is_("psc")),
        ("tool", "[psc, asq]", is_("psc", "asq")),
        ("tool", "{not: psc}", check("not", is_("psc"))),
        ("note", "yes", is_("yes")),
        ("note", "12:30", is_("12:30")),
        ("acute", "yes", is_(True)),
        ("acute", "{known: no}", check("known", False)),
        ("score", "{at_least: 30, under: 40.5}", m.Test((m.Check("at_least", 30), m.Check("under", Decimal("40.5"))))),
        ("longest", "{over: 2 years 6 months}", check("over", Span.parse("2 years 6 months"))),
        ("screened_on", "2026-03-20", is_(day("2026-03-20"))),
        ("screened_on", "{since: case.open}", check("since", m.StateMoment("case", "open"))),
        ("screened_on", "{weekday: [saturday, sunday]}", check("weekday", (5, 6))),
        ("screened_on", "{fact: since_when}", check("same", m.FactValue("since_when"))),
        ("people", "{includes: nurse}", check("includes", ("nurse",))),
        ("people", "{lacks: [child, parent]}", check("lacks", ("child", "parent"))),
        ("tool", "{fact: start.tool}", check("same", m.FieldValue("start", "tool"))),
        ("county", "residence", is_("residence")),
        ("from_where", "entry", is_("entry")),
    ],
)
def test_tests_are_typed_by_their_fact(fact: str, written: str, test: m.Test) -> None:
    assert text(f"while: {{{fact}: {written}}}", starts="screened").while_ == m.FactTest(fact, test)


# --- conditions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        ("high", m.DecisionHolds("high")),
        ("case.open", m.StateIs("case", "open")),
        ("screen.overdue", m.DutyIs("screen", "overdue")),
        ("too_late.broken", m.BarBroken("too_late")),
        ("acute", m.FactTest("acute", is_(True))),
        ("{case.open: no}", m.Combined("not", (m.StateIs("case", "open"),))),
        ("{high: yes}", m.DecisionHolds("high")),
        ("{not: high, label: low}", m.Combined("not", (m.DecisionHolds("high"),), "low")),
        (
            "{all: [high, {any: [case.open, acute]}]}",
            m.Combined(
                "all",
                (
                    m.DecisionHolds("high"),
                    m.Combined("any", (m.StateIs("case", "open"), m.FactTest("acute", is_(True)))),
                ),
            ),
        ),
        ("{start.acute: yes}", m.FieldIs("start", "acute", is_(True))),
        ("{age: {under: 3 years}}", m.AgeIs(check("under", Span.parse("3 years")))),
        ("closed", m.Happened(on("closed"))),
        (
            "{on: screened, times: 3, since: 24 months before now}",
            m.Happened(
                m.Line(
                    on=("screened",),
                    times=3,
                    bounds=m.Bounds(since=m.Offset(Span.parse("24 months"), "before", m.Anchor("now"))),
                )
            ),
        ),
        (
            "{any: [opened, screened], after: case.open}",
            m.Happened(m.Lines("any", (on("opened"), on("screened")), m.Bounds(after=m.StateMoment("case", "open")))),
        ),
        (
            "{some: hearing.set, where: {hearing_date: {after: now}}}",
            m.SomeInstance("hearing", "set", (m.FactTest("hearing_date", check("after", m.Anchor("now"))),)),
        ),
        (
            "{spent: case.open, at_least: 1 year, how: total, since: 2020-01-01}",
            m.Spent(
                m.StateIs("case", "open"),
                check("at_least", Span.parse("1 year")),
                "total",
                m.DayMoment(day("2020-01-01")),
            ),
        ),
        ("{open: day_hours}", m.IsOpen("day_hours")),
        ("{open: court, label: in court hours}", m.IsOpen("court", "in court hours")),
        (
            "{as_of: case.open, age: {at_least: 5 years}}",
            m.AsOf(m.StateMoment("case", "open"), m.AgeIs(check("at_least", Span.parse("5 years")))),
        ),
    ],
)
def test_conditions(written: str, condition: m.Condition) -> None:
    assert text(f"while: {written}", starts="screened").while_ == condition


# --- lines ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("screened", on("screened")),
        ("[screened]", on("screened")),
        ("[screened, closed]", m.Lines("any", (on("screened"), on("closed")))),
        ("{on: [screened, closed]}", on("screened", "closed")),
        ("{becomes: high, by: due}", m.Line(becomes=m.DecisionHolds("high"), bounds=m.Bounds(by=m.Anchor("due")))),
        ("{ceases: case.open}", m.Line(ceases=m.StateIs("case", "open"))),
        (
            "{at: 3 months after start, when: high}",
            m.Line(at=m.Offset(Span.parse("3 months"), "after", m.Anchor("start")), when=m.DecisionHolds("high")),
        ),
        (
            "{on: screened, where: {tool: psc, acute: yes}}",
            m.Line(
                on=("screened",),
                where=m.Where("all", (m.FieldTest("tool", is_("psc")), m.FieldTest("acute", is_(True)))),
            ),
        ),
        (
            "{on: screened, where: {any: [{tool: asq}, {not: {acute: yes}}], label: kind}}",
            m.Line(
                on=("screened",),
                where=m.Where(
                    "any",
                    (m.FieldTest("tool", is_("asq")), m.Where("not", (m.FieldTest("acute", is_(True)),))),
                    "kind",
                ),
            ),
        ),
        (
            "{on: screened, with: [{tool: psc, label: the right tool}, {barred: no}]}",
            m.Line(
                on=("screened",),
                shows=(m.FieldTest("tool", is_("psc"), "the right tool"), m.FieldTest("barred", is_(False))),
            ),
        ),
        (
            "{on: screened, each: {present: [child, {when: high, is: nurse}]}}",
            m.Line(
                on=("screened",),
                each=m.Each("present", (m.EachValue("child"), m.EachValue("nurse", m.DecisionHolds("high")))),
            ),
        ),
        (
            "{on: screened, where: {acute: no}, of: all, in_a_row: 3}",
            m.Line(on=("screened",), where=m.FieldTest("acute", is_(False)), of=m.Where("all", ()), in_a_row=3),
        ),
        (
            "{on: screened, of: {tool: psc}, share: 95 percent, by: due}",
            m.Line(
                on=("screened",),
                of=m.FieldTest("tool", is_("psc")),
                share=Decimal("0.95"),
                bounds=m.Bounds(by=m.Anchor("due")),
            ),
        ),
        ("{on: screened, dated: recorded}", m.Line(on=("screened",), dated="recorded")),
        ("{on: screened, dated: on_day}", m.Line(on=("screened",), dated="on_day")),
        (
            "{all: [screened, {on: closed, label: the end}], when: high}",
            m.Lines("all", (on("screened"), m.Line(on=("closed",), label="the end")), when=m.DecisionHolds("high")),
        ),
        (
            "{on: screened, after: event.on_day}",
            m.Line(on=("screened",), bounds=m.Bounds(after=m.FieldMoment("event", "on_day"))),
        ),
    ],
)
def test_lines(written: str, line: m.AnyLine) -> None:
    assert text(f"met: {written}").met == line


def test_the_event_in_hand_of_a_bar_is_the_forbidden_one() -> None:
    pack = load(
        "bars:\n  it:\n    label: It\n    owner: worker\n    authority: law\n    while: {event.acute: yes}\n"
        "    forbids: {on: screened, when: {on: hearing_set, where: {date: {after: event.on_day}}, before: event}}\n"
        "    excused: {on: plan_made, before: event}\n"
    )
    bar = pack.bars["it"]
    assert bar.while_ == m.FieldIs("event", "acute", is_(True))
    assert isinstance(bar.forbids, m.Line)
    assert bar.forbids.when == m.Happened(
        m.Line(
            on=("hearing_set",),
            where=m.FieldTest("date", check("after", m.FieldMoment("event", "on_day"))),
            bounds=m.Bounds(before=m.Anchor("event")),
        )
    )


# --- the rest of a duty -----------------------------------------------------------------------------------------------


def test_everything_else_of_a_duty() -> None:
    pack = load(
        duty(
            "per: hearing_id\nencodes: [1, 2]\nfloor: yes\noff: draft\ncrossover: earliest\n"
            "substitute: plan_made\nexcused: {on: closed, by: ever}\ncancelled: hearing_held\n"
            "paused_while: {not: case.open}\nescalates: [{at: due, tell: boss}, {at: 14 days after due, tell: nurse}]\n"
            "in_force: {from: {earliest: [2021-07-01, since_when]}, until: limit after 2026-01-01}",
            starts="hearing_set",
        )
    )
    it = pack.duties["it"]
    assert (it.per, it.encodes, it.floor, it.off) == ("hearing_id", (1, 2), True, "draft")
    assert it.crossover == "earliest"
    told = it.texts[0]
    assert told.substitute == on("plan_made")
    assert told.excused == m.Line(on=("closed",), bounds=m.Bounds(by=m.Anchor("ever")))
    assert told.cancelled == on("hearing_held")
    assert told.paused_while == m.Combined("not", (m.StateIs("case", "open"),))
    assert [one.tell for one in told.escalates] == ["boss", "nurse"]
    assert told.in_force.from_ == m.Pick("earliest", (m.DayMoment(day("2021-07-01")), m.FactMoment("since_when")))
    assert told.in_force.until == m.Offset(m.NamedSpan("limit"), "after", m.DayMoment(day("2026-01-01")))


def test_versions_stand_on_one_another() -> None:
    it = load(
        duty(
            "versions:\n      - {from: 2025-10-06, owner: nurse, while: case.open}\n"
            "      - {from: 2026-01-01, due: {within: 30 days}, while: none}"
        )
    ).duties["it"]
    assert [one.from_day for one in it.texts] == [None, day("2025-10-06"), day("2026-01-01")]
    assert [one.owner.rows[0].value for one in it.texts] == [("worker",), ("nurse",), ("nurse",)]
    assert [one.while_ is None for one in it.texts] == [True, False, True]
    assert [isinstance(one.due.rows[0].value, m.DueOpen) for one in it.texts if one.due] == [True, True, False]


def test_a_rule_that_begins_with_its_first_version() -> None:
    it = load(
        "duties:\n  it:\n    label: It\n    authority: law\n    starts: opened\n    due: open\n    met: screened\n"
        "    versions: [{from: 2025-10-06, owner: nurse}]\n"
    ).duties["it"]
    assert [one.from_day for one in it.texts] == [day("2025-10-06")]


def test_defaults() -> None:
    pack = load(
        "defaults: {owner: nurse, authority: law, while: case.open, starts: opened, forbids: closed}\n"
        "duties:\n  it: {label: It, due: open}\n"
        "  other: {label: It, due: open, owner: boss, while: none, met: closed}\n"
        "bars:\n  never: {label: No}\n"
    )
    it, other = pack.duties["it"].texts[0], pack.duties["other"].texts[0]
    assert (it.owner.rows[0].value, it.while_) == (("nurse",), m.StateIs("case", "open"))
    assert (other.owner.rows[0].value, other.while_) == (("boss",), None)
    assert pack.bars["never"].forbids == on("closed")
    assert pack.duties["screen"].texts[0].while_ is None  # the defaults of one file are not those of another


# --- facts, decisions, lifecycles -------------------------------------------------------------------------------------


def test_facts() -> None:
    pack = load(
        "facts:\n"
        "  ends: {type: date, told: [{on: screened, take: 30 days after on_day_told}, {on: closed, take: none}]}\n"
        "  on_day_told: {type: date, told: {on: screened, take: on_day, where: {tool: psc}}}\n"
        "  started: {type: moment, initial: none, told: {on: [opened, closed], take: event}}\n"
        "  calm: {type: yes_no, initial: yes, told: {on: screened, take: acute}}\n"
        "  last: {type: date, told: {becomes: high, take: now}}\n"
    )
    ends = pack.facts["ends"]
    assert ends.told[0].take == m.Offset(THIRTY, "after", m.FactMoment("on_day_told"))
    assert ends.told[1].take == "none"
    assert pack.facts["started"].initial == "none"
    assert pack.facts["started"].told[0].take == "event"
    assert pack.facts["calm"].initial is True
    assert pack.facts["last"].told[0].line.becomes == m.DecisionHolds("high")
    assert pack.facts["tool"].options == ("psc", "asq")
    assert pack.facts["born"].told[0].line.on == ("birth_date_told",)


def test_decisions_made_by_rows() -> None:
    pack = load(
        "decisions:\n"
        "  level: {label: Level, authority: law, rows: [{when: high, is: 2}, {is: 1}]}\n"
        "  ready: {label: Ready, authority: law, rows: [{when: high, is: yes}, {is: no}]}\n"
        "  both: {label: Both, authority: law, all: [ready, {level: {over: 1}}, {county: home}]}\n"
    )
    assert pack.decisions["level"].rows == (m.DecisionRow(2, m.DecisionHolds("high")), m.DecisionRow(1))
    assert [row.value for row in pack.decisions["ready"].rows] == [True, False]
    assert pack.decisions["both"].condition == m.Combined(
        "all",
        (
            m.DecisionHolds("ready"),
            m.FactTest("level", check("over", 1)),
            m.FactTest("county", is_("home")),
        ),
    )


def test_a_state_that_is_left_by_time_alone() -> None:
    absence = load(
        "lifecycles:\n  absence:\n    label: Absence\n    initial: here\n    strict: yes\n"
        "    states: {here: {label: Here}, away: {label: Away, at_rest: short}, missing: {label: Missing}}\n"
        "    transitions:\n"
        "      - {on: closed, from: [here, missing], to: away}\n"
        "      - {at: 24 hours after absence.away, from: away, to: missing}\n"
    ).lifecycles["absence"]
    assert absence.strict
    assert absence.transitions[0].sources == ("here", "missing")
    assert absence.transitions[1].line.at == m.Offset(Span.parse("24 hours"), "after", m.StateMoment("absence", "away"))
    assert absence.states["away"].at_rest == "short"


def test_calendars_and_windows() -> None:
    pack = load("calendars: {Monday-to-Friday: monday-to-friday, school: {weekdays: [monday], season: 09-01 to 06-30}}")
    assert pack.calendars["court"].name == "california-courts"
    assert pack.calendars["Monday-to-Friday"].name == "monday-to-friday"
    assert pack.windows["day_hours"] == Window.from_parts("07:00-19:00")
    assert pack.windows["school"] == Window.from_parts(None, (0,), "09-01 to 06-30")


def test_headings() -> None:
    pack = load("about: What it is for.\nhorizon: 2 years 6 months\nzone: America/Los_Angeles\n")
    assert (pack.about, pack.horizon_months, pack.zone) == ("What it is for.", 30, "America/Los_Angeles")
    assert load("roles: {worker: Worker}").horizon_months == 24


def test_standard_events_get_fields_and_options_from_a_pack() -> None:
    report = check_texts(
        {
            "a.yaml": "zone: America/Los_Angeles\nevents:\n"
            "  case_opened: {office: text}\n  screening_completed: {result: [deferred]}\n"
        }
    )
    assert report.errors == ()
    pack = report.pack
    assert pack is not None
    assert pack.events["case_opened"].fields["office"].type == "text"
    assert "deferred" in pack.events["screening_completed"].fields["result"].options
    assert "positive" in pack.events["screening_completed"].fields["result"].options
    assert pack.facts["born"].type == "date"
    assert pack.facts["indian_child"].told[0].take == "status"


def test_the_version_rests_on_content_and_not_on_form() -> None:
    one, two = "zone: America/Los_Angeles\n", "roles: {worker: Worker}\n"
    plain = load_texts({"a.yaml": one, "b.yaml": two}).version
    assert load_texts({"b.yaml": two, "a.yaml": one.replace("\n", "\r\n")}).version == plain
    assert load_texts({"a.yaml": one, "b.yaml": two + "# said\n"}).version != plain


def test_a_pack_is_loaded_once() -> None:
    text_ = {"a.yaml": "zone: America/Los_Angeles\n"}
    assert load_texts(text_) is load_texts(dict(text_))


@pytest.mark.parametrize("by", ["12 months after opened", "[start, 12 months after origin]", "{latest: [2026-01-01]}"])
def test_a_series_that_stands_still_is_refused(by: str) -> None:
    (error,) = errors(duty("repeats: from met", due=f"{{by: {by}}}"))
    assert error.message.startswith("each run of this series would be due on one date")
    assert errors(duty("repeats: from met", due=f"[{{when: high, by: {by}}}, {{within: 30 days}}]")) == ()

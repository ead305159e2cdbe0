"""What is remarked about a pack that loads, and how the pack answers a remark. (What is refused: misuses.txt.)"""

from __future__ import annotations

import pytest

from icpm_engine.history import compile_pack
from icpm_engine.rules.checking import Remark
from icpm_engine.rules.loading import check_files, check_pack, check_texts
from icpm_engine.rules.packs import county_names, pack_names
from tests.rules.rulefiles import BASE, duty, errors
from tests.rules.test_encodings import ENCODINGS

OURS = "rule.yaml"
DUTY = "label: It, owner: worker, authority: law"


def remarks(text: str) -> list[str]:
    """What is remarked about a further file of the small pack."""
    report = check_texts({"base.yaml": BASE, OURS: text}, standard=False)
    assert report.errors == ()
    return [str(one) for one in report.remarks if one.mark is not None and one.mark.file == OURS]


# --- again ------------------------------------------------------------------------------------------------------------

TWICE = (
    "{} may come again while a run of the duty it is open, and would open another one;"
    " say again: opens if that is meant, again: restarts or again: ignored if not"
)


@pytest.mark.parametrize(
    ("starts", "again"),
    [
        ("screened", "screened"),
        ("[opened, closed]", "closed"),  # the case opens once, and has one place for its closing
        ("{on: [hearing_set, hearing_held]}", "hearing_set"),
        ("{becomes: high}", "its condition"),
        ("{becomes: {any: [case.open, {score: 3}]}}", "its condition"),
        ("{ceases: screen.running}", "its condition"),
    ],
)
def test_a_start_that_may_come_again(starts: str, again: str) -> None:
    assert remarks(duty("", starts=starts)) == [f"rule.yaml:3:5: {TWICE.format(again)}"]
    for said in ("opens", "restarts", "ignored"):
        assert remarks(duty(f"again: {said}", starts=starts)) == []
    assert remarks(duty("off: draft", starts=starts)) == []


@pytest.mark.parametrize(
    ("starts", "keys"),
    [
        ("opened", ""),  # it opens the case
        ("closed", "met: screened"),  # the lifecycle of the case has one place for it
        ("{becomes: case.open}", ""),
        ("{becomes: screen.met}", ""),  # what is met stays so
        ("{becomes: {age: {at_least: 6 years}}}", ""),
        ("{becomes: {all: [case.open, {on: screened}]}}", ""),
        ("{at: 3 months after screened_on, when: case.open}", ""),
        ("hearing_set", "per: hearing_id"),  # each brings its own hearing, which is set once
        ("plan_made", "per: plan_id"),
        ("[{on: screened, when: {from_where: screen}}, {on: opened, when: {from_where: entry}}]", "again: opens"),
        (
            "[{on: hearing_set, when: {from_where: entry}}, {on: hearing_held, when: {from_where: screen}}]",
            "per: hearing_id\nmet: screened",
        ),
    ],
)
def test_a_start_that_comes_once(starts: str, keys: str) -> None:
    assert remarks(duty(keys, starts=starts)) == []


def test_a_lifecycle_that_takes_a_second_start() -> None:
    plans = (
        "lifecycles: {plan: {label: Plan, per: plan_id, initial: none, states: {none: {label: N}, made: {label: M}},"
        " transitions: [{on: plan_made, from: [none, made], to: made}]}}\n"
    )
    assert remarks(plans + duty("per: plan_id", starts="plan_made")) == [f"rule.yaml:4:5: {TWICE.format('plan_made')}"]


# --- stages -----------------------------------------------------------------------------------------------------------


def stages(first: str, second: str) -> list[str]:
    """What is remarked about two duties that stand in one file."""
    return remarks(f"duties:\n  a: {{{DUTY}, starts: opened, {first}}}\n  b: {{{DUTY}, starts: opened, {second}}}\n")


def test_stages_written_as_duties_of_their_own() -> None:
    assert stages("due: {within: 72 hours}, met: hearing_held", "due: {within: 30 days}, met: hearing_held") == [
        (
            "rule.yaml:3:6: the duties a and b have the same start, population and evidence, so that one event"
            " meets all of them; stages of one act are one series (due with a list of dates, repeats: from met)"
        )
    ]


@pytest.mark.parametrize(
    "second",
    [
        "due: {within: 30 days}, met: hearing_set",
        "due: {within: 30 days}, met: hearing_held, force: should",  # a target beside a cap
        "due: {within: 30 days}, met: hearing_held, while: high",
        "due: {within: 30 days}, met: hearing_held, off: draft",
    ],
)
def test_two_duties_that_are_no_stages(second: str) -> None:
    assert stages("due: {within: 72 hours}, met: hearing_held", second) == []


# --- choices and lifecycles -------------------------------------------------------------------------------------------


def test_lines_that_leave_an_option_out() -> None:
    both = "[{on: opened, when: {from_where: entry}}, {at: since_when, when: {all: [{from_where: entry}, high]}}]"
    assert remarks(duty("", starts=both)) == [
        (
            "rule.yaml:6:14: starts of the duty it has a line for every option of from_where but screen: a county that"
            " chooses so has none; add a line, or say in the duty's while that it is not owed then"
        )
    ]
    assert remarks(duty("", starts=both.replace("from_where: entry}, high", "from_where: screen}, high"))) == []
    assert remarks(duty("", starts="{on: opened, when: {from_where: entry}}")) == []  # said with one line, it is meant
    met = "met: [{on: closed, when: {from_where: entry}}, {on: screened, when: {from_where: entry}}]"
    assert "met of the duty it has a line" in remarks(duty(met))[0]


def test_a_state_that_nothing_leads_out_of() -> None:
    lamp = (
        "lifecycles:\n  lamp:\n    label: Lamp\n    initial: off\n"
        "    transitions: [{{on: opened, from: off, to: lit}}]\n"
        "    states: {{off: {{label: Off}}, lit: {{{}}}}}\n"
    )
    assert remarks(lamp.format("label: Lit")) == [
        (
            "rule.yaml:6:38: nothing leads out of lamp.lit; say final: yes if it is an end,"
            " at_rest: WHY if it may stay so, or add a transition"
        )
    ]
    assert remarks(lamp.format("label: Lit, final: yes")) == []
    assert remarks(lamp.format("label: Lit, at_rest: it burns by itself")) == []


# --- real packs -------------------------------------------------------------------------------------------------------


def said_of(found: tuple[Remark, ...]) -> list[str]:
    return [str(one) for one in found]


@pytest.mark.parametrize("pack", pack_names())
def test_nothing_is_remarked_about_the_packs_that_come_with_the_library(pack: str) -> None:
    for county in (None, *county_names(pack)):
        report = check_pack(pack, county)
        assert said_of((*report.errors, *report.remarks)) == []  # type: ignore[arg-type]


def test_what_is_remarked_about_the_published_protocols_of_the_reference() -> None:
    """They are written as short as can be; a pack that is used would answer these."""
    found = [said for path in ENCODINGS for said in said_of(check_files([path], standard=False).remarks)]
    assert [said.partition(": ")[2].partition(" may ")[0].partition(";")[0] for said in found] == [
        "nothing leads out of hearing.held",
        "nothing leads out of appeal.ended",
        "sub_class_found",
        "coordinator_found_eligible",
        "",
    ]


# --- decisions --------------------------------------------------------------------------------------------------------


def as_decisions(lines: list[str]) -> str:
    """A file of decisions that name each other by their number."""
    text = "".join(f"  d{number}: {{label: D, authority: law, {line}}}\n" for number, line in enumerate(lines))
    return f"decisions:\n{text}"


def wrong(lines: list[str]) -> list[str]:
    return [str(error) for error in errors(as_decisions(lines))]


def test_decisions_may_not_grow_like_a_bomb() -> None:
    doubled = ["score: 1", *(f"any: [d{number}, d{number}]" for number in range(40))]
    assert "written out it has" in wrong(doubled)[0]
    assert wrong(doubled[:6]) == []


def test_decisions_may_not_lead_deeper_than_the_engine_can_follow() -> None:
    nested = "not: " + "{not: " * 25 + "%s" + "}" * 25
    chain = ["score: 1", *(nested % f"d{number}" for number in range(6))]
    assert "deep in one another; at most 100" in wrong(chain)[0]
    backwards = [f"any: [d{number + 1}]" for number in range(300)]
    told = " ".join(wrong([*backwards, "score: 1"]))
    assert "it is named by a decision that another one names" in told
    report = check_texts({"base.yaml": BASE, "d.yaml": as_decisions(chain[:4])}, standard=False)
    assert report.pack is not None
    compile_pack(report.pack)

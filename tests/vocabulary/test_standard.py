"""The standard vocabulary as a whole: complete, named once, and every word of it explained."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

from icpm_engine import vocabulary
from icpm_engine.vocabulary import STANDARD, Event, EventKind
from icpm_engine.vocabulary.kinds import FIELD_TYPES

MACHINERY = {"events", "kinds", "reading", "schema"}
AREAS = [module.name for module in pkgutil.iter_modules(vocabulary.__path__) if module.name not in MACHINERY]
KINDS = pytest.mark.parametrize("kind", STANDARD.values(), ids=STANDARD)


def declared(area: str) -> list[str]:
    module = importlib.import_module(f"icpm_engine.vocabulary.{area}")
    found = [
        thing for thing in vars(module).values() if isinstance(thing, type) and thing.__module__ == module.__name__
    ]
    return [thing.__name__ for thing in found if issubclass(thing, Event) and "event_kind" in vars(thing)]


def test_public_names_are_complete() -> None:
    classes = [name for area in AREAS for name in declared(area)]
    bases = {"Event", "CaseEvent", "PersonEvent", "TeamEvent", "CaseOrTeamEvent", "CountyEvent", "PackEvent"}
    tools = {"STANDARD", "EventKind", "Field", "Tell", "about", "event", "make", "needed"}
    assert sorted(vocabulary.__all__) == sorted([*classes, *bases, *tools])
    assert dir(vocabulary) == sorted(vocabulary.__all__)
    assert all(hasattr(vocabulary, name) for name in vocabulary.__all__)
    assert len(STANDARD) == len(classes)


def test_each_kind_is_found_under_its_own_name() -> None:
    assert [kind.name for kind in STANDARD.values()] == list(STANDARD)
    assert {kind.area for kind in STANDARD.values()} == set(AREAS)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="has no event class CaseForgotten"):
        vocabulary.CaseForgotten  # noqa: B018 - looking it up is the test
    with pytest.raises(KeyError):
        STANDARD["case_forgotten"]


@KINDS
def test_each_kind_is_explained(kind: EventKind) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.name)
    assert kind.doc.endswith(".")
    assert kind.source
    assert kind.cls is not None
    assert kind.cls.__doc__ is not None
    assert kind.source in kind.cls.__doc__


@KINDS
def test_each_field_is_explained(kind: EventKind) -> None:
    for name, field in kind.fields.items():
        assert field.name == name
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name)
        assert field.type in FIELD_TYPES
        assert field.doc
        assert len(set(field.options)) == len(field.options)


@KINDS
def test_what_an_event_is_about_is_never_left_out_where_it_is_told_first(kind: EventKind) -> None:
    """A rule `per` a field asks every kind that declares the field to carry it, so the opening kinds must."""
    ids = [field for field in kind.fields.values() if field.name.endswith("_id")]
    opening = kind.name.endswith(("_set", "_scheduled", "_entered", "_asked", "_decided", "_offered"))
    own = [field for field in ids if field.name.removesuffix("_id") in kind.name]
    assert all(field.required for field in own) or not opening


def test_only_a_case_opens_first_and_closes_last() -> None:
    assert {kind.name: kind.sorts for kind in STANDARD.values() if kind.sorts} == {
        "case_opened": "first",
        "case_closed": "last",
    }


def test_standard_facts_are_told_by_one_field_each() -> None:
    told = {tell.fact: (kind.name, tell.type, tell.take) for kind in STANDARD.values() for tell in kind.tells}
    assert told == {
        "born": ("birth_date_told", "date", "born"),
        "indian_child": ("indian_child_status_found", "yes_no", "status"),
        "medi_cal_scope": ("medi_cal_status_found", "text", "scope"),
        "foster_care_entry": ("foster_care_entry_fixed", "date", "date"),
    }


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("custody_entered", {"custody_id": "text", "out_of_home": "yes_no"}),
        ("custody_left", {"custody_id": "text"}),
        ("indian_child_status_found", {"status": "yes_no"}),
        ("hearing_set", {"hearing_id": "text", "kind": "text", "date": "moment"}),
        ("hearing_continued", {"hearing_id": "text", "kind": "text", "date": "moment"}),
        ("hearing_vacated", {"hearing_id": "text", "kind": "text"}),
        ("hearing_held", {"hearing_id": "text", "reasonable_efforts_found": "yes_no"}),
        ("placement_started", {"placement_id": "text", "type": "text"}),
        ("placement_considered", {"type": "text"}),
        ("placement_changed", {"reason": "text"}),
        ("cft_scheduled", {"meeting_id": "text", "date": "moment"}),
        ("cft_invitation_sent", {"meeting_id": "text", "to": "text"}),
        ("cft_held", {"meeting_id": "text", "present": "list"}),
        ("screening_completed", {"tool": "text", "result": "text"}),
        ("developmental_screened", {"tool": "text"}),
        ("mh_services_opened", {}),
        ("mh_services_closed", {}),
        ("sub_class_found", {}),
        ("coordinator_referred", {}),
        ("coordinator_found_eligible", {}),
        ("plan_holds", {"services": "list"}),
        ("transfer_decided", {"transfer_id": "text"}),
        ("transfer_notice_received", {"transfer_id": "text", "items": "list"}),
        ("medi_cal_address_updated", {"transfer_id": "text"}),
        ("waiver_decided", {"transfer_id": "text"}),
    ],
)
def test_the_published_protocols_find_their_events(name: str, fields: dict[str, str]) -> None:
    declared_fields = STANDARD[name].fields
    assert {field: declared_fields[field].type for field in fields} == fields


def test_what_a_team_does_may_be_told_of_the_team_but_for_what_goes_to_one_childs_court() -> None:
    of_case = [kind.name for kind in STANDARD.values() if kind.area == "team" and "team" not in kind.subjects]
    assert of_case == ["action_plan_filed"]


BLAME = re.compile(r"problem|deficit|deficien|fail|refus|noncompli|dysfunction|disorder|resist|weakness|runaway|truant")


@KINDS
def test_no_name_finds_fault_with_anybody(kind: EventKind) -> None:
    names = [kind.name, *kind.fields, *(option for field in kind.fields.values() for option in field.options)]
    assert [name for name in names if BLAME.search(name)] == []

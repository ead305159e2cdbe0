from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pytest

from icpm_engine.cli import opening
from icpm_engine.cli.codes import Code
from tests.cli.command import RULES, Icpm

ON = ("--on", "2026-06-30")


def test_overdue_rows_say_how_late_what_meets_them_and_who_owes_them(icpm: Icpm, green: tuple[str, ...]) -> None:
    ran = icpm("overdue", *ON, *green)
    assert ran.code == 0
    assert "Overdue on 2026-06-30, green: 2" in ran.out
    for word in ("2026-05-26", "35 days late", "Send the referral", "met by: referral sent", "County child welfare"):
        assert word in ran.out
    assert "C-104/send_referral/7-0" in ran.out


def test_oldest_first_undated_last(icpm: Icpm, green: tuple[str, ...]) -> None:
    rows = icpm("due", *ON, *green, "-f", "json").data["rows"]
    assert [(row["subject"], row["duty"], row["due"]) for row in rows] == [
        ("C-104", "send_referral", "2026-05-26"),
        ("C-105", "first_screening", "2026-06-03"),
        ("C-106", "first_screening", "2026-07-15"),
        ("C-104", "join_team", None),
    ]


def test_an_undetermined_row_says_what_it_waits_for(icpm: Icpm, green: tuple[str, ...]) -> None:
    ran = icpm("due", *ON, *green, "--owner", "mental_health")
    assert "undetermined" in ran.out
    assert "waits for: join limit, who joins" in ran.out
    assert "(should)" in ran.out


def test_settling_a_choice_on_the_command_line_serves_what_is_folded_now(icpm: Icpm, green: tuple[str, ...]) -> None:
    settled = ("--settle", "who_joins=clinician", "--settle", "join_limit=5 federal days")
    rows = icpm("case", "C-104", *ON, *green, *settled, "-f", "json").data["obligations"]
    assert {row["duty"]: row["due"] for row in rows}["join_team"] == "2026-05-26"


def test_json_is_one_object_with_rows_and_the_next_position(icpm: Icpm, green: tuple[str, ...]) -> None:
    data = icpm("due", *ON, *green, "--limit", 1, "-f", "json").data
    names = {"list", "county", "pack", "pack_version", "on", "known_at", "within", "total", "rows", "next"}
    assert set(data) == names
    assert (data["list"], data["county"], data["pack"], data["on"]) == ("due", "green", "testland", "2026-06-30")
    assert data["total"] == 4
    assert len(data["rows"]) == 1
    assert {"id", "duty", "label", "owner", "met_by", "due", "state", "overdue", "waits_for"} <= set(data["rows"][0])


def test_what_was_recorded_later_is_left_out_of_what_was_known_before(icpm: Icpm, green: tuple[str, ...]) -> None:
    before, after = ("--known-at", "2026-06-29"), ("--known-at", "2026-06-30")
    assert icpm("due", *ON, *green, *before, "-f", "json").data["total"] == 0
    known = icpm("due", *ON, *green, *after, "-f", "json").data
    assert known["known_at"] == "2026-06-30"
    assert known["rows"] == icpm("due", *ON, *green, "-f", "json").data["rows"]
    assert icpm("overdue", *ON, *green, *after, "-f", "json").data["total"] == 2
    for which in ("unknown", "escalations"):
        assert icpm(which, *ON, *green, *before, "-f", "json").data["rows"] == []
        known = icpm(which, *ON, *green, *after, "-f", "json").data
        assert known.pop("known_at") == "2026-06-30"
        assert known == {k: v for k, v in icpm(which, *ON, *green, "-f", "json").data.items() if k != "known_at"}
    for words in (("case", "C-104", *ON), ("timeline", "C-104"), ("next", "C-104", *ON)):
        assert icpm(*words, *green, *after).out == icpm(*words, *green).out
        ran = icpm(*words, *green, *before)
        assert (ran.code, "there is no case C-104 in green" in ran.err) == (Code.NOT_FOUND, True)
    proof = ("explain", "C-104/send_referral/7-0", *ON, *green)
    assert icpm(*proof, *after).out == icpm(*proof).out
    assert "there is no obligation" in icpm(*proof, *before).err


@pytest.mark.parametrize("which", ["due", "overdue"])
def test_pages_add_up_to_the_whole_list(icpm: Icpm, green: tuple[str, ...], which: str) -> None:
    whole = icpm(which, *ON, *green, "--all", "-f", "json").data
    paged, after = [], ()
    for _ in range(whole["total"]):
        data = icpm(which, *ON, *green, "--limit", 1, "-f", "json", *after).data
        paged += data["rows"]
        after = ("--after", data["next"])
    assert paged == whole["rows"]
    assert whole["next"] is None
    assert after[1] is None


def test_a_table_says_how_to_go_on(icpm: Icpm, green: tuple[str, ...]) -> None:
    ran = icpm("due", *ON, *green, "--limit", 2)
    after = re.search(r"2 of 4\. For the next: --after (\S+)", ran.out)
    assert after is not None
    assert "C-106" in icpm("due", *ON, *green, "--limit", 1, "--after", after[1]).out


def test_csv_has_a_header_and_the_rows_alone(icpm: Icpm, green: tuple[str, ...]) -> None:
    ran = icpm("overdue", *ON, *green, "--limit", 1, "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [(row["id"], row["overdue"], row["due"]) for row in rows] == [
        ("C-104/send_referral/7-0", "yes", "2026-05-26")
    ]
    assert "1 of 2 rows" in ran.err


def test_every_filter(icpm: Icpm, green: tuple[str, ...]) -> None:
    def ids(*only: str) -> list[str]:
        return [row["subject"] for row in icpm("due", *ON, *green, "-f", "json", *only).data["rows"]]

    assert ids("--duty", "first_screening") == ["C-105", "C-106"]
    assert ids("--area", "screening", "--case", "C-106") == ["C-106"]
    assert ids("--assigned-to", "w:105") == ["C-105"]
    assert ids("--assigned-to", "w:105", "--role", "nurse") == []
    assert ids("--owner", "mental_health") == ["C-104"]
    assert ids("--within", "15 days") == ["C-104", "C-105", "C-106"]
    assert ids("--within", "14 days") == ["C-104", "C-105"]


def test_what_is_unknown_is_listed_with_what_would_tell_it(icpm: Icpm, green: tuple[str, ...]) -> None:
    ran = icpm("unknown", *ON, *green)
    assert ran.code == 0
    assert "Unknown on 2026-06-30, green: 2" in ran.out
    for words in ("Who joins the team [who_joins]", "one of: nurse, clinician", "a span", "holds: join team (1)"):
        assert words in ran.out
    data = icpm("unknown", *ON, *green, "--owner", "mental_health", "-f", "json").data
    assert set(data) == {"county", "pack", "pack_version", "on", "known_at", "rows"}
    assert [(row["name"], row["kind"], row["holds"], row["duties"]) for row in data["rows"]] == [
        ("join_limit", "choice", 1, {"join_team": 1}),
        ("who_joins", "choice", 1, {"join_team": 1}),
    ]
    header, first, _ = icpm("unknown", *ON, *green, "-f", "csv").out.splitlines()
    assert header.startswith("county,name,kind,label,holds,could_be_overdue,undated,earliest,duties,told_by,options")
    assert first.startswith("green,join_limit,choice,How soon the team is joined,1,0,1,,join_team: 1,,,span,")
    assert "nothing" in icpm("unknown", *ON, *green, "--case", "C-106").out
    assert icpm("unknown", *ON, *green, "--duty", "join_taem").code == 2


def test_nothing_is_said_in_words(icpm: Icpm, green: tuple[str, ...]) -> None:
    assert "nothing" in icpm("overdue", "--on", "2026-04-21", *green).out


def test_today_in_the_county_is_the_day_unless_another_is_named(
    icpm: Icpm, green: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    evening = int(dt.datetime(2026, 7, 1, 3, tzinfo=dt.UTC).timestamp())  # still 30 June in California
    monkeypatch.setattr(opening.Engine, "now", lambda _: evening)
    assert icpm("overdue", *green, "-f", "json").data["on"] == "2026-06-30"


def test_an_hour_may_be_asked_about(icpm: Icpm, green: tuple[str, ...]) -> None:
    assert icpm("overdue", "--on", "2026-05-26T14:00", *green, "-f", "json").data["total"] == 0


def test_what_a_person_typed_is_neither_markup_nor_a_control_sequence(icpm: Icpm, green: tuple[str, ...]) -> None:
    assert "PSC-35 [short]" in icpm("timeline", "C-104", *green).out


def test_a_wide_terminal_has_a_column_for_each_thing(
    icpm: Icpm, green: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    wide = icpm("overdue", *ON, *green).out
    assert "Owed by" in wide.splitlines()[1]


def test_names_that_nothing_has_are_told_from_empty_lists(icpm: Icpm, green: tuple[str, ...]) -> None:
    for option, name, hint in (
        ("--duty", "send_referal", "did you mean 'send_referral'?"),
        ("--area", "screning", "did you mean 'screening'?"),
        ("--owner", "boss", "known are child_welfare, mental_health"),
    ):
        ran = icpm("due", *ON, *green, option, name)
        assert ran.code == 2
        assert hint in ran.err
    ran = icpm("due", *ON, *green, "--case", "C-1")
    assert (ran.code, ran.out) == (5, "")
    assert "there is no case C-1 in green" in ran.err


def test_a_county_without_entries_is_told_from_an_empty_list(icpm: Icpm, database: str, empty: str) -> None:
    rules = ("--rules", RULES)
    ran = icpm("overdue", *ON, "--database", database, "--county", "grey", *rules)
    assert ran.code == 5
    assert "nothing of grey: it holds green" in ran.err
    assert icpm("overdue", *ON, "--database", empty, *rules).code == 6


@pytest.mark.parametrize("after", ["x", "1:2", "1:case:duty:x:0:0:C-1", f"{2**63}:case:duty:1:0:0:C", ""])
def test_a_position_that_no_list_gave(icpm: Icpm, green: tuple[str, ...], after: str) -> None:
    ran = icpm("due", *ON, *green, "--after", after)
    assert ran.code == 2
    assert "expected the position that a list gave" in " ".join(ran.err.split())


def test_escalations_say_who_is_to_be_told_and_since_when(icpm: Icpm, green: tuple[str, ...]) -> None:
    ran = icpm("escalations", *ON, *green)
    assert "To be told on 2026-06-30, green: 1" in ran.out
    assert "to be told: County mental health from 2026-06-17" in ran.out
    answer = icpm("escalations", *ON, *green, "-f", "json").data
    assert (answer["total"], answer["next"]) == (1, None)
    (row,) = answer["rows"]
    assert row["duty"] == "first_screening"
    assert row["escalations"] == [{"role": "mental_health", "label": "County mental health", "since": "2026-06-17"}]
    ran = icpm("escalations", *ON, *green, "-f", "csv")
    assert "County mental health from 2026-06-17" in ran.out


def test_before_its_day_and_for_another_role_nobody_is_to_be_told(icpm: Icpm, green: tuple[str, ...]) -> None:
    assert icpm("escalations", "--on", "2026-06-16", *green, "-f", "json").data["rows"] == []
    assert icpm("escalations", *ON, *green, "--tell", "child_welfare", "-f", "json").data["rows"] == []
    ran = icpm("escalations", *ON, *green, "--tell", "child_welfar")
    assert (ran.code, "child_welfare" in ran.err) == (2, True)

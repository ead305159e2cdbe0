from __future__ import annotations

import pytest

from tests.cli.command import Icpm, rows_of

ON = ("--on", "2026-06-30")
ID = "C-104/send_referral/7-0"


def test_a_proof_in_words(icpm: Icpm, green: tuple[str, ...]) -> None:
    ran = icpm("explain", ID, *ON, *green)
    assert ran.code == 0
    for words in (
        "Send the referral: running, due 2026-05-26.",
        "It starts from screening completed on 2026-05-18 (entry 7).",
        "left out: 2026-05-23 to 2026-05-24 (weekend)",
        "left out: 2026-05-25 (Memorial Day)",
        "screening.yaml:",
        "Authority: The law of Testland, section 1, https://example.org/law (read).",
    ):
        assert words in ran.out


def test_a_proof_as_data(icpm: Icpm, green: tuple[str, ...]) -> None:
    data = icpm("explain", ID, *ON, *green, "-f", "json").data
    assert (data["id"], data["on"], data["due"], data["start_entry"]) == (ID, "2026-06-30", "2026-05-26", 7)
    assert data["authority"]["source"] == "law"
    assert [gap["why"] for gap in data["legs"][0]["skipped"]] == ["weekend", "Memorial Day"]


def test_a_proof_as_rows_has_one_for_each_way_of_reckoning(icpm: Icpm, green: tuple[str, ...]) -> None:
    (row,) = rows_of(icpm("explain", ID, *ON, *green, "-f", "csv").out)
    assert (row["anchor_day"], row["span"], row["counted_to"]) == ("2026-05-18", "5 federal days", "2026-05-26")
    assert row["skipped"] == "2026-05-23 to 2026-05-24 (weekend); 2026-05-25 to 2026-05-25 (Memorial Day)"


def test_a_proof_as_of_another_day(icpm: Icpm, green: tuple[str, ...]) -> None:
    screening = icpm("case", "C-104", *ON, *green, "-f", "json").data["obligations"]
    met = next(row["id"] for row in screening if row["duty"] == "first_screening")
    assert icpm("explain", met, *ON, *green, "-f", "json").data["state"] == "met"
    assert icpm("explain", met, "--on", "2026-05-01", *green, "-f", "json").data["state"] == "running"


@pytest.mark.parametrize(
    "wrong", ["C-104", "C-104/send_referral/999-0", "C-104/send_referral/x-0", "C-9/a/1-0", "", "/"]
)
def test_an_id_that_is_none(icpm: Icpm, green: tuple[str, ...], wrong: str) -> None:
    ran = icpm("explain", wrong, *ON, *green)
    assert ran.code == 5
    assert ran.err.startswith("icpm: ")
    assert "id" in ran.err


def test_where_a_case_stands(icpm: Icpm, green: tuple[str, ...]) -> None:
    ran = icpm("case", "C-104", *ON, *green)
    assert ran.code == 0
    for words in ("Case C-104 on 2026-06-30", "Need found", "Send the referral", "Settled: 1", "met", "screening tool"):
        assert words in ran.out
    assert "PSC-35 [short]" in ran.out


def test_a_case_before_it_was_screened(icpm: Icpm, green: tuple[str, ...]) -> None:
    data = icpm("case", "C-104", "--on", "2026-05-01", *green, "-f", "json").data
    assert {state["lifecycle"]: state["state"] for state in data["states"]}["screening"] == "not_screened"
    assert data["on"] == "2026-05-01"


def test_a_case_before_anything_had_happened(icpm: Icpm, green: tuple[str, ...]) -> None:
    ran = icpm("case", "C-104", "--on", "2020-01-01", *green)
    assert ran.code == 0
    assert "nothing had happened yet" in ran.out


def test_a_case_as_rows_has_its_obligations(icpm: Icpm, green: tuple[str, ...]) -> None:
    duties = [row["duty"] for row in rows_of(icpm("case", "C-104", *ON, *green, "-f", "csv").out)]
    assert sorted(duties) == ["first_screening", "join_team", "send_referral"]


def test_a_timeline_tells_what_happened_and_what_it_brought_about(icpm: Icpm, green: tuple[str, ...]) -> None:
    ran = icpm("timeline", "C-104", *green)
    assert ran.code == 0
    places = [ran.out.index(words) for words in ("case opened", "Screen within 30 days: opened", "Need found")]
    assert places == sorted(places)


def test_a_timeline_as_data_and_as_rows(icpm: Icpm, green: tuple[str, ...]) -> None:
    data = icpm("timeline", "C-104", *green, "-f", "json").data
    rows = rows_of(icpm("timeline", "C-104", *green, "-f", "csv").out)
    assert data["case"] == "C-104"
    assert [row["what"] for row in data["rows"]] == [row["what"] for row in rows]
    assert {row["kind"] for row in rows} == {"event", "state", "obligation"}


NOT_STARTED = ("case", "C-104", "--not-started", *ON, "--settle", "who_joins=nurse")


def test_why_there_is_no_clock(icpm: Icpm, green: tuple[str, ...]) -> None:
    ran = icpm(*NOT_STARTED, *green)
    assert ran.code == 0
    assert "What started no clock in case C-104, up to 2026-06-30: 1" in ran.out
    assert "Mental health joins the team: screening completed on 2026-05-18 (entry 7) started nothing." in ran.out
    assert "  who_joins is clinician: false" in ran.out
    assert "2026-05-17: nothing\n" in icpm(*NOT_STARTED, *green, "--on", "2026-05-17").out


def test_why_there_is_no_clock_as_data_and_as_rows(icpm: Icpm, green: tuple[str, ...]) -> None:
    data = icpm(*NOT_STARTED, *green, "-f", "json").data
    (row,) = rows_of(icpm(*NOT_STARTED, *green, "-f", "csv").out)
    assert data["rows"] == [
        {
            "duty": "join_team",
            "label": "Mental health joins the team",
            "instance": None,
            "day": "2026-05-18",
            "event": "screening_completed",
            "entry": 7,
            "why": "who_joins is clinician: false",
        }
    ]
    assert (row["duty"], row["day"], row["why"]) == ("join_team", "2026-05-18", "who_joins is clinician: false")


def test_what_may_come_next(icpm: Icpm, green: tuple[str, ...]) -> None:
    ran = icpm("next", "C-104", *ON, *green)
    assert ran.code == 0
    assert "referral sent" in ran.out
    assert "Screening: No need found" in ran.out


def test_what_may_come_next_as_data_and_as_rows(icpm: Icpm, green: tuple[str, ...]) -> None:
    data = icpm("next", "C-104", *ON, *green, "-f", "json").data
    rows = rows_of(icpm("next", "C-104", *ON, *green, "-f", "csv").out)
    assert data["rows"][0]["obligation"] == rows[0]["obligation"] == ID
    assert data["rows"][0]["kinds"] == ["referral_sent"]
    assert data["rows"][0]["overdue"] is True
    assert rows[0]["overdue"] == "yes"


@pytest.mark.parametrize("command", ["case", "timeline", "next"])
def test_a_case_that_is_none(icpm: Icpm, green: tuple[str, ...], command: str) -> None:
    ran = icpm(command, "C-9", *green)
    assert (ran.code, ran.out) == (5, "")
    assert ran.err == "icpm: there is no case C-9 in green\n"


def test_the_days_of_one_case_and_of_the_county(icpm: Icpm, green: tuple[str, ...]) -> None:
    ran = icpm("ledger", "C-104", *ON, *green)
    assert "Case C-104: where the days went" in ran.out
    one = icpm("ledger", "C-104", *ON, *green, "-f", "json").data
    assert (one["case"], one["county"], one["on"], one["since"]) == ("C-104", "green", "2026-06-30", None)
    whole = icpm("ledger", *ON, *green, "-f", "json").data
    assert {row["about"] for row in whole["rows"]} == {"case"}
    opened = {row["state"]: row["days"] for row in whole["rows"] if row["lifecycle"] == "case"}
    assert opened == {"open": 72 + 58 + 16}
    june = icpm("ledger", *ON, "--since", "2026-06-01", *green, "-f", "json").data
    assert sum(row["days"] for row in june["rows"] if row["lifecycle"] == "case") == 30 + 30 + 16
    held = rows_of(icpm("ledger", *ON, "--by", "holder", *green, "-f", "csv").out)
    assert sum(int(row["days"]) for row in held if row["lifecycle"] == "case") == 146
    assert "where the days went" in icpm("ledger", *ON, *green).out
    assert icpm("ledger", *ON, "--known-at", "2026-06-29", *green, "-f", "json").data["rows"] == []
    assert "no day had passed yet" in icpm("ledger", "--on", "2026-01-01", *green).out

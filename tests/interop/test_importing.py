"""The import: what was taken is what was told, each row is accounted for, and the same again changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from icpm_engine import Engine
from icpm_engine.calendars import format_moment
from icpm_engine.interop.importing import import_extract
from icpm_engine.simulate import Caseload
from icpm_engine.store import JournalRow
from icpm_engine.vocabulary import (
    BirthDateTold,
    CaseOpened,
    PlacementEnded,
    ScreeningCompleted,
)
from tests.interop.mappings import BRN, LNK, OPN, PLC, SCR, row
from tests.interop.practice import (
    LINKED,
    NOW,
    anew,
    answers,
    check,
    journals,
    listed,
    opened,
    read,
    tables,
    take,
)


def kinds(engine: Engine) -> list[str]:
    return [one.kind for one in journals(engine)]


# --- the same again, and what changed since ---------------------------------------------------------------------------


def test_the_same_rows_again_change_nothing(url: str) -> None:
    rows = (OPN, SCR, PLC, BRN, LNK)
    with opened(url) as engine:
        last = take(engine, *rows).commit
        before = tables(engine)
    with opened(url, now=NOW + 86_400) as engine:
        made = take(engine, *rows)
        assert (made.known, made.entries, made.commit) == (5, 0, None)
        assert tables(engine) == before
        assert engine.record(CaseOpened(case="C-9", occurred="2026-06-01"), by="test").commit == (last or 0) + 1


def test_an_extract_of_which_nothing_is_taken_counts_no_commit(url: str) -> None:
    with opened(url) as engine:
        before = tables(engine)
        made = take(engine, row(CODE="OTHER"), row(DATE="soon"))
        assert (made.set_aside, made.commit) == (2, None)
        assert take(engine).rows == 0
        assert tables(engine) == before


def test_only_new_rows_are_added(url: str) -> None:
    with opened(url) as engine:
        take(engine, OPN, SCR)
        before = journals(engine)
        made = take(engine, OPN, PLC, SCR)
        assert (made.taken, made.known, made.entries, made.commit) == (1, 2, 1, 3)
        after = journals(engine)
        assert after[:2] == before
        assert [(one.kind, one.source_key, one.commit_no) for one in after[2:]] == [("placement_started", "3", 3)]
        check(engine)


def test_a_placement_that_has_ended_since_adds_only_its_end(url: str) -> None:
    ended = PLC.replace(",R,", ",R,3/20/26")
    with opened(url) as engine:
        take(engine, OPN, PLC)
        made = take(engine, OPN, ended)
        assert (made.taken, made.known, made.entries) == (1, 1, 1)
        assert kinds(engine) == ["case_opened", "placement_started", "placement_ended"]
        assert take(engine, OPN, ended).known == 2
        check(engine)


def conflict(engine: Engine, tmp_path: Path, *rows: str) -> str:
    """The reason for which one of these rows is set aside; nothing else may happen."""
    before = tables(engine)
    made = take(engine, *rows, aside=tmp_path / "aside.csv")
    assert (made.taken, made.set_aside, made.causes) == (0, 1, {"same key, other content": 1})
    assert tables(engine) == before
    ((number, cause, reason, raw),) = listed((tmp_path / "aside.csv").read_text("utf-8").splitlines())
    assert cause == "same key, other content"
    assert raw == rows[int(number) - 2]
    return reason


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (row(ROW="2", RESULT="N", SCORE="30"), "field result was 'positive', is 'negative'"),
        (row(ROW="2", RESULT="P"), "field score was '30', is not told"),
        (row(ROW="2", RESULT="P", SCORE="30", ACUTE="Y"), "field acute was not told, is 'True'"),
        (row(ROW="2", RESULT="P", SCORE="30", DATE="3/5/26 9:30"), "day was 2026-03-04, is 2026-03-05T09:30"),
        (row(ROW="2", RESULT="P", SCORE="30", CASE="C-7"), "case was C-104, is C-7"),
        (row(ROW="2", CODE="OPN"), "event was screening completed, is case opened, field result was"),
    ],
)
def test_a_row_that_changed_is_set_aside_and_names_its_entry(url: str, tmp_path: Path, now: str, said: str) -> None:
    with opened(url) as engine:
        take(engine, OPN, SCR)
        reason = conflict(engine, tmp_path, OPN, now)
    assert reason.startswith("the row was taken before as entry 2, and now says something else: ")
    assert said in reason
    assert reason.endswith("if that is right, correct the entry")


def test_once_a_person_has_corrected_the_entry_the_row_is_known(tmp_path: Path) -> None:
    changed = row(ROW="2", RESULT="N", SCORE="3")
    corrected = ScreeningCompleted(case="C-104", occurred="2026-03-04", tool="PSC-35", result="negative", score=3)
    with anew() as engine:
        take(engine, OPN, SCR)
        conflict(engine, tmp_path, OPN, changed)
        engine.record(corrected, by="analyst", corrects=2)
        for rows in ([OPN, changed], [OPN, SCR]):
            before = tables(engine)
            assert take(engine, *rows).known == 2
            assert tables(engine) == before
        other = row(ROW="2", RESULT="N", SCORE="4")
        assert "entry 2, and now says something else: field score was '3', is '4'" in conflict(engine, tmp_path, other)


def test_what_was_retracted_does_not_come_back(tmp_path: Path) -> None:
    with anew() as engine:
        take(engine, OPN, SCR)
        engine.retract(2, by="analyst")
        assert take(engine, OPN, SCR).known == 2
        reason = conflict(engine, tmp_path, row(ROW="2", RESULT="N", SCORE="30"))
        assert "entry 2, which has been retracted, and now says something else: field result was 'positive'" in reason


def test_an_end_that_is_gone_from_its_row_is_a_change(tmp_path: Path) -> None:
    ended = PLC.replace(",R,", ",R,3/20/26")
    with anew() as engine:
        take(engine, OPN, ended)
        reason = conflict(engine, tmp_path, OPN, PLC)
        assert "with its end as entry 3 (placement ended on 2026-03-20), and now has no end" in reason
        engine.retract(3, by="analyst")
        assert take(engine, OPN, PLC).known == 2


# --- whole rows -------------------------------------------------------------------------------------------------------


def test_a_row_with_two_events_is_taken_whole_or_not_at_all(url: str, tmp_path: Path) -> None:
    ended = PLC.replace(",R,", ",R,3/20/26")
    both = row(ROW="3", CODE="PLC", REF="P-2", TYPE="R", DATE="3/5/26", ENTERED="3/6/26", END="3/20/26")
    start = row(ROW="3", CODE="PLC", REF="P-1", TYPE="S", DATE="3/5/26", ENTERED="3/6/26", END="3/20/26")
    end = PLC.replace(",R,", ",R,3/21/26")
    with opened(url) as engine:
        take(engine, OPN, PLC)
        assert "field type was 'relative'" in conflict(engine, tmp_path, start)  # its end alone would be new
        take(engine, ended)
        assert "entry 3, and now says something else: day was 2026-03-20" in conflict(engine, tmp_path, end)
        assert "entry 2, and now says something else: field placement_id" in conflict(engine, tmp_path, both)
        check(engine)


def test_a_row_is_whole_even_if_its_events_are_about_different_subjects(url: str, tmp_path: Path) -> None:
    mapping = LINKED.replace(
        "ends: {on: END, kind: placement_ended, fields: {placement_id: REF}}",
        "ends: {on: END, kind: medi_cal_status_found, fields: {scope: {column: ACUTE, codes: {F: full, N: none}}}}",
    )
    begun = row(ROW="3", CODE="PLC", REF="P-1", TYPE="R", END="3/20/26", ACUTE="F")
    changed = row(ROW="3", CODE="PLC", REF="P-2", TYPE="R", END="3/20/26", ACUTE="F")
    with opened(url) as engine:
        made = take(engine, OPN, begun, mapping=mapping)
        assert (made.taken, made.entries) == (2, 3)
        assert [(one.subject_kind, one.kind) for one in journals(engine)] == [
            ("case", "case_opened"),
            ("case", "placement_started"),
            ("person", "medi_cal_status_found"),
        ]
        made = take(engine, changed, mapping=mapping, aside=tmp_path / "aside.csv")
        assert (made.taken, made.set_aside) == (0, 1)
        check(engine)


def test_a_key_that_the_journal_cannot_keep_sets_its_whole_row_aside(url: str, tmp_path: Path) -> None:
    mapping = LINKED.replace("row_key: ROW", "row_key: [ROW, CASE]")
    long = {"CODE": "PLC", "REF": "P-1", "TYPE": "R", "CASE": "C" * 100}
    with opened(url) as engine:
        made = take(engine, row(ROW="1" * 99, **long), mapping=mapping)
        assert made.taken == 1
        made = take(engine, row(ROW="2" * 99, END="3/9/26", **long), mapping=mapping, aside=tmp_path / "aside.csv")
        assert made.causes == {"refused by the journal": 1}
        assert len(journals(engine)) == 1
        made = take(engine, row(ROW="1" * 99, END="3/9/26", **long), mapping=mapping)
        assert made.causes == {"refused by the journal": 1}
        check(engine)


def test_no_key_of_a_row_is_taken_for_that_of_an_end(url: str) -> None:
    rows = [
        row(ROW=key, CODE="PLC", REF=key, TYPE="R", END="3/9/26")
        for key in ("7", "7#1", "7 end", "7end", "7\\tend", "7|1")
    ]
    with opened(url) as engine:
        made = take(engine, *rows)
        assert (made.taken, made.entries) == (6, 12)
        assert take(engine, *rows).known == 6
        check(engine)


def test_without_a_key_the_whole_row_is_its_own(url: str) -> None:
    mapping = LINKED.replace("row_key: ROW\n", "")
    with opened(url) as engine:
        made = take(engine, OPN, SCR, SCR, mapping=mapping)
        assert (made.taken, made.duplicates) == (2, 1)
        before = tables(engine)
        assert take(engine, SCR, OPN, mapping=mapping).known == 2
        assert tables(engine) == before


def test_rows_of_two_systems_do_not_meet(url: str) -> None:
    with opened(url) as engine:
        take(engine, OPN)
        made = take(engine, row(ROW="1", CODE="OPN", CASE="C-7"), mapping=LINKED.replace("system: cms", "system: old"))
        assert made.taken == 1
        assert [one.source_system for one in journals(engine)] == ["cms", "old"]


# --- persons ----------------------------------------------------------------------------------------------------------


def test_a_person_s_facts_reach_the_case_in_whatever_order_they_come(url: str) -> None:
    orders = (
        [[OPN, LNK, BRN]],
        [[BRN, LNK, OPN]],
        [[BRN], [OPN, LNK]],
        [[OPN, LNK], [BRN]],
        [[OPN], [BRN], [LNK]],
        [[LNK], [BRN], [OPN]],
    )
    with anew() as engine:
        take(engine, OPN, LNK, BRN)
        expected = answers(engine)
        assert expected["C-104"][1]["born"]
        assert ("young_child", 0) in {(duty, state) for duty, _, _, _, state, *_ in expected["C-104"][3]}
    for number, files in enumerate(orders):
        with opened(url, now=NOW) as engine:
            case, person = f"C-{number}", f"K-{number}"
            for rows in files:
                named = [one.replace("C-104", case).replace("K-1", person) for one in rows]
                take(engine, *(f"{number}{one}" for one in named))
            assert answers(engine)[case] == expected["C-104"]
            check(engine)


def test_a_person_s_new_fact_reaches_every_case_and_leaves_others_alone(url: str) -> None:
    cases = [
        one
        for number in range(1, 4)
        for one in (
            row(ROW=f"o{number}", CODE="OPN", CASE=f"C-{number}"),
            row(ROW=f"l{number}", CODE="LNK", CASE=f"C-{number}", REF="K-1" if number < 3 else "K-2"),
        )
    ]
    with opened(url) as engine:
        take(engine, *cases)
        take(engine, BRN)
        assert [bool(answers(engine)[f"C-{number}"][1].get("born")) for number in (1, 2, 3)] == [True, True, False]
        with engine.store.reading() as reading:
            assert [reading.standing("case", f"C-{number}").version for number in (1, 2, 3)] == [3, 3, 1]
        check(engine)


def test_an_event_about_another_county_is_set_aside(url: str, tmp_path: Path) -> None:
    mapping = LINKED.replace("subjects: {case: CASE,", "subjects: {county: CASE, case: CASE,")
    mapping += "  CVR: {kind: worker_covered, fields: {worker: REF, by: TYPE}}\n"
    cover = {"CODE": "CVR", "REF": "w:1", "TYPE": "w:2"}
    with opened(url) as engine:
        rows = (row(ROW="1", CASE=engine.county, **cover), row(ROW="2", CASE="fresno", **cover))
        made = take(engine, *rows, mapping=mapping, aside=tmp_path / "aside.csv")
        assert (made.taken, made.causes) == (1, {"refused by the journal": 1})
        ((number, _, reason, _),) = listed((tmp_path / "aside.csv").read_text("utf-8").splitlines())
        assert (number, reason) == (
            "3",
            f"found an event about the county fresno; this is the journal of {engine.county}",
        )
        assert len(tables(engine)["icpm_cover"]) == 1


# --- when it was recorded ---------------------------------------------------------------------------------------------


def recorded(engine: Engine) -> list[str]:
    """When each entry counts as recorded, in the county's time; "now" for the import itself."""
    zone = engine.rules.zone
    return [
        "now" if one.recorded == engine.now() else format_moment(*zone.local(one.recorded)) for one in journals(engine)
    ]


def test_entry_stamps_are_believed_from_the_day_that_the_mapping_names(url: str) -> None:
    stamps = ("12/31/25 23:59", "1/1/26", "1/1/26 0:00", "3/5/26 9:30", "")
    rows = [row(ROW=str(n), CASE=f"C-{n}", DATE="12/30/25", ENTERED=stamp) for n, stamp in enumerate(stamps)]
    expected = ["now", "2026-01-01T23:59", "2026-01-01T00:00", "2026-03-05T09:30", "now"]
    with opened(url) as engine:
        take(engine, *rows)
        assert recorded(engine) == expected
    with anew() as engine:
        take(engine, *rows, mapping=LINKED.replace(", believed_from: 2026-01-01", ""))
        assert recorded(engine) == ["now"] * 5


def test_a_stamp_never_lies_ahead_of_our_clock() -> None:
    with anew() as engine:
        made = take(engine, row(ENTERED="6/30/26"), row(ROW="2", ENTERED="6/30/26 19:00"))  # it is 18:00
        assert made.taken == 2
        assert recorded(engine) == ["now", "now"]


def test_the_end_of_a_row_has_a_stamp_only_if_the_mapping_names_its_column() -> None:
    rows = (
        row(ROW="1", CODE="PLC", REF="P-1", TYPE="R", DATE="3/5/26", ENTERED="3/6/26", END="3/20/26", WHEN="3/21/26"),
    )
    with anew() as engine:
        take(engine, *rows)
        assert recorded(engine) == ["2026-03-06T23:59", "now"]
    with anew() as engine:
        take(engine, *rows, mapping=LINKED.replace("on: END,", "on: END, recorded: WHEN,"))
        assert recorded(engine) == ["2026-03-06T23:59", "2026-03-21T23:59"]


@pytest.mark.parametrize("as_of", ["as_of: 2026-06-30\n", ""])
@pytest.mark.parametrize(("now", "taken"), [("2026-06-30T18:00", 3), ("2026-03-04T10:00", 1), ("1970-01-02T00:00", 0)])
def test_what_lies_after_today_is_set_aside(now: str, taken: int, as_of: str) -> None:
    rows = [
        row(ROW="1", DATE="3/4/26", ENTERED=""),
        row(ROW="2", DATE="3/5/26", ENTERED=""),
        row(ROW="3", DATE="3/3/26", ENTERED="3/5/26 8:00"),
    ]
    with anew() as clock:
        instant = clock.instant(now)
    with anew(now=instant) as engine:
        mapping = LINKED.replace("as_of: 2026-06-30\n", as_of).replace("earliest: 2000", "earliest: 1960")
        made = take(engine, *rows, mapping=mapping)
        assert made.taken == taken
        assert made.causes == ({"dates in the wrong order": 3 - taken} if taken < 3 else {})


def test_an_extract_holds_nothing_after_its_own_day() -> None:
    with anew() as engine:
        made = take(engine, OPN, mapping=LINKED.replace("as_of: 2026-06-30", "as_of: 2026-03-01"))
        assert made.causes == {"dates in the wrong order": 1}


# --- what rules make of it --------------------------------------------------------------------------------------------


def test_what_a_strict_lifecycle_has_no_place_for_is_kept_as_an_anomaly(url: str) -> None:
    again = row(ROW="9", CODE="OPN", DATE="4/1/26", ENTERED="4/2/26")
    with opened(url) as engine:
        take(engine, OPN)
        made = take(engine, again)
        assert (made.taken, made.entries) == (1, 1)
        with engine.store.reading() as reading:
            (found,) = reading.findings("case", "C-104")
        assert (found.kind, found.rule, found.entry) == ("anomaly", "case", 2)
        check(engine)


def test_what_was_imported_is_asked_like_anything_else(url: str) -> None:
    with opened(url) as engine:
        take(engine, OPN, SCR, PLC, LNK, BRN)
        assert [one.duty for one in engine.overdue("2026-06-30").rows] == ["visit", "follow_up", "young_child"]
        follow_up = next(one for one in engine.overdue("2026-06-30").rows if one.duty == "follow_up")
        assert str(engine.explain(follow_up.id)).startswith("Follow up: running, due 2026-03-11")
        ended = PlacementEnded(case="C-104", occurred="2026-03-06", placement_id="P-1")
        assert {change.duty for change in engine.record(ended, by="test").changes} == {"visit"}
        assert engine.record(BirthDateTold(person="K-1", occurred="2026-04-01", born="2001-01-01"), by="t").changes
        check(engine)


# --- the command's friends --------------------------------------------------------------------------------------------


def test_progress_is_told_of_rows_read_and_then_of_entries_written() -> None:
    told: list[int] = []
    rows = b"".join(Caseload(events=2_200, mess=0).lines())
    with anew() as engine:
        made = import_extract(engine, read(Caseload().mapping(), engine), rows, by="test", progress=told.append)
    assert told[0] <= 1
    assert told[-1] == made.entries
    assert told == sorted(told[:3]) + sorted(told[3:])
    assert len(told) == 6


def test_who_imported_it_stands_on_the_commit_and_on_each_entry(url: str) -> None:
    with opened(url) as engine:
        take(engine, OPN, SCR)
        assert {one.author for one in journals(engine)} == {"test"}
        with engine.store.reading() as reading:
            entered, commit = reading.commit(1), reading.commit(2)
        assert (commit.author, commit.note, commit.at) == ("test", "import from cms", NOW)
        assert (entered.author, entered.note, entered.at < NOW) == ("test", "import from cms, as entered", True)


def test_rows_are_found_again_by_their_key(url: str) -> None:
    with opened(url) as engine:
        take(engine, OPN, PLC.replace(",R,", ",R,3/20/26"))
        found: dict[str, JournalRow]
        with engine.store.reading() as reading:
            found = reading.sourced("cms", ["3\tend", "nobody's", "1", "'; --"])
            assert reading.sourced("cms", []) == {}
        assert {key: one.kind for key, one in found.items()} == {"1": "case_opened", "3\tend": "placement_ended"}

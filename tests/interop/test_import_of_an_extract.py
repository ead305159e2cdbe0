"""A simulated extract, messy as they come: every row of it is taken as it was told, or set aside."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from icpm_engine import Engine
from icpm_engine.interop import importing
from icpm_engine.interop.importing import ImportReport, import_extract
from icpm_engine.interop.set_aside import Cause
from icpm_engine.simulate import Caseload, Written
from icpm_engine.store import canonical
from icpm_engine.vocabulary import (
    STANDARD,
)
from tests.interop.mappings import BRN, LNK, OPN, row
from tests.interop.practice import (
    NOW,
    anew,
    check,
    journals,
    listed,
    opened,
    read,
    shasta,
    tables,
    take,
)

TOLD_OF_ROW = tuple[str, str, str, int, int, bytes, int]


def told(caseload: Caseload, engine: Engine) -> dict[str, list[TOLD_OF_ROW]]:
    """By ROW_ID, what the simulator's clean stories say that its row tells, and when it was entered."""
    rows: dict[str, list[TOLD_OF_ROW]] = {}
    zone = engine.rules.zone
    for story in caseload.stories():
        ends = {event.values["placement_id"]: event for event in story if event.kind == "placement_ended"}
        for event in story:
            if event.kind == "placement_ended":
                continue
            parts = [event]
            if event.kind == "placement_started" and event.values["placement_id"] in ends:
                parts.append(ends[event.values["placement_id"]])
            rows[str(len(rows) + 1)] = [
                (
                    part.kind,
                    part.subject_kind,
                    part.subject_id,
                    part.day,
                    part.minute,
                    canonical(STANDARD[part.kind].payload(part.values)),
                    min(zone.instant(part.entered_day, part.entered_minute), NOW),
                )
                for part in parts
            ]
    return rows


def held(engine: Engine) -> dict[str, list[TOLD_OF_ROW]]:
    """By ROW_ID, what the journal holds of it."""
    found: dict[str, list[TOLD_OF_ROW]] = {}
    for one in sorted(journals(engine), key=lambda one: str(one.source_key)):
        said = one.kind, one.subject_kind, one.subject_id, one.day, one.minute, one.payload, one.recorded
        found.setdefault(str(one.source_key).removesuffix("\tend"), []).append(said)
    return found


IN_PLACE = 3  # rows of these names stand beside a good one or behind them all: they spoil none


def accounted(written: Written, made: ImportReport, aside: Path) -> None:
    """Each row is taken, known, a duplicate, or in the file of those set aside, with number, cause and reason."""
    assert made.rows == written.rows == made.taken + made.known + made.duplicates + made.set_aside
    with aside.open(encoding="utf-8", newline="") as text:
        handed_back = listed(text)
    assert len(handed_back) == len({number for number, *_ in handed_back}) == made.set_aside
    assert Counter(cause for _, cause, _, _ in handed_back) == Counter(made.causes)
    assert all(reason for _, _, reason, _ in handed_back)
    lines = written.extract.read_bytes().split(b"\n")
    for number, cause, _, raw in handed_back:
        if cause != Cause.BYTES:
            assert lines[int(number) - 1] == raw.encode()


def test_a_messy_extract_is_taken_as_it_was_told(url: str, tmp_path: Path) -> None:
    caseload = Caseload(events=2_500, seed=3, mess=0.05)
    written = caseload.write(tmp_path / "made")
    aside = tmp_path / "aside.csv"
    with opened(url, shasta()) as engine:
        mapping = read(written.mapping.read_text("utf-8"), engine)
        made = import_extract(engine, mapping, written.extract, by="test", set_aside=aside)
        accounted(written, made, aside)
        clean, journal = told(caseload, engine), held(engine)
        assert made.entries == written.events == sum(map(len, journal.values()))
        assert journal == {row_id: clean[row_id] for row_id in journal}
        beside = ("duplicate", "same key, other content", "cut last line")
        spoilt = sum(number for name, number in written.made.items() if name not in beside)
        assert len(clean) - len(journal) == spoilt
        check(engine)
        before = tables(engine)
        again = import_extract(engine, mapping, written.extract, by="test", set_aside=aside)
        assert (again.taken, again.known, again.entries, again.commit) == (0, made.taken, 0, None)
        assert (again.duplicates, again.set_aside, again.causes) == (made.duplicates, made.set_aside, made.causes)
        accounted(written, again, aside)
        assert tables(engine) == before


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), mess=st.sampled_from([0.0, 0.02, 0.3, 1.0]), events=st.integers(1, 400))
def test_every_row_of_any_extract_is_accounted_for(tmp_path: Path, seed: int, mess: float, events: int) -> None:
    caseload = Caseload(events=events, seed=seed, mess=mess)
    written = caseload.write(tmp_path / "made")
    aside = tmp_path / "aside.csv"
    with anew() as engine:
        mapping = read(written.mapping.read_text("utf-8"), engine)
        made = import_extract(engine, mapping, written.extract, by="test", set_aside=aside)
        accounted(written, made, aside)
        clean, journal = told(caseload, engine), held(engine)
        assert made.entries == written.events
        assert journal == {row_id: clean[row_id] for row_id in journal}
        assert mess or journal == clean
        check(engine)


def test_two_halves_of_an_extract_come_to_the_whole(url: str) -> None:
    lines = [line.decode() for line in Caseload(events=700, seed=5, mess=0).lines()]
    mapping = Caseload().mapping()
    with opened(url) as engine, anew() as once:
        for half in (lines[:1] + lines[2::2], lines[:1] + lines[1::2], lines):
            made = take(engine, mapping=mapping, data="".join(half).encode())
        assert (made.taken, made.known) == (0, len(lines) - 1)
        take(once, mapping=mapping, data="".join(lines).encode())
        assert {key: set(said) for key, said in held(engine).items()} == {
            key: set(said) for key, said in held(once).items()
        }
        check(engine)


def test_how_much_is_written_at_once_and_where_changes_no_row(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = b"".join(Caseload(events=500, seed=8, mess=0.1).lines())
    relinked = (
        row(ROW="6", CODE="LNK", REF="K-2", DATE="3/8/26", ENTERED="3/9/26"),
        row(ROW="7", CODE="LNK", CASE="C-2", REF="K-1"),
    )
    older = row(ROW="8", CODE="BRN", CHILD="K-2", WHEN="2011-09-10", DATE="3/9/26", ENTERED="3/9/26")
    found = []
    for where, batch in ((url, 1), (url, 1), ("sqlite://", 5_000)):
        monkeypatch.setattr(importing, "BATCH", batch)
        with opened(where) as engine:
            take(engine, mapping=Caseload().mapping(), data=made)
            assert take(engine, OPN, LNK, BRN).set_aside == 0
            assert take(engine, *relinked, older).set_aside == 0
            check(engine)
            found.append(tables(engine))
    assert found[0] == found[1] == found[2]
    assert all(found[0][f"icpm_{name}"] for name in ("link", "assignment", "finding", "obligation", "obligation_past"))

"""Other rules for a county: what it goes by, who passes over when, and that no answer given before changes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from icpm_engine import Engine, RulePack
from icpm_engine.engine import adoptions
from icpm_engine.errors import NotAdopted, PackError
from icpm_engine.history.fold import fold, horizon_after
from icpm_engine.history.sources import seen
from icpm_engine.rules.what_if import what_if
from icpm_engine.vocabulary import BirthDateTold, PersonLinked, ReferralSent, ScreeningCompleted
from tests.engine.adopter import NOW
from tests.engine.clock import Clock

HEAD = """
zone: America/Los_Angeles
sources: {letter: {title: A letter}, newer: {title: A newer letter}}
roles: {worker: Worker}
defaults: {owner: worker, authority: letter}
"""
RULES = (
    HEAD
    + """
duties:
  refer:
    label: Refer
    starts: {on: screening_completed, where: {result: positive}}
    due: {within: 5 days}
    met: referral_sent
"""
)
LATER = RULES.replace("5 days", "10 days")
WITH_PERSONS = (
    LATER
    + """
  welcome:
    label: Welcome
    subject: person
    starts: screening_completed
    due: {within: 20 days}
    met: referral_sent
"""
)
DAY = 86_400
Load = Callable[[str], RulePack]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """A pack of one file, in a folder of its own of the same name, so that it is the same county's."""

    def loaded(text: str) -> RulePack:
        folder = tmp_path / str(abs(hash(text))) / "practice"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "rules.yaml").write_text(text, "utf-8")
        return RulePack.load(folder)

    return loaded


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW - 30 * DAY, ticks=1)


@pytest.fixture
def engine(url: str, load: Load, clock: Clock) -> Iterator[Engine]:
    """Eight cases that were screened on 2 March, the first of which was referred on the 9th: too late."""
    with Engine(url, load(RULES), clock=clock) as found:
        for number in range(1, 9):
            found.record(screened(f"C-{number}"), by="worker:1")
        clock.now = NOW - DAY
        found.record(ReferralSent(case="C-1", occurred="2026-03-09", referral_id="R-1"), by="worker:1")
        yield found


def screened(case: str, day: str = "2026-03-02") -> ScreeningCompleted:
    return ScreeningCompleted(case=case, occurred=day, tool="PSC-35", result="positive")


def due(engine: Engine, on: int | str = NOW, **more: int | str) -> dict[str, str | None]:
    return {row.subject: row.due for row in engine.due(on, **more)}  # type: ignore[arg-type]


def check(engine: Engine) -> None:
    """Each subject's rows are what its journals come to by the rules that it stands by."""
    with engine.store.reading() as reading:
        for kind in ("case", "person"):
            for subject in reading.subjects(kind):
                standing = reading.standing(kind, subject)
                rules = engine._county.numbered(reading, standing.pack).of(kind)
                until = horizon_after(rules, rules.zone.day_of(NOW))
                assert [one.row for one in standing.rows] == fold(rules, seen(standing.journals, rules), until).rows


# --- what it does -----------------------------------------------------------------------------------------------------


def test_every_clock_moves_and_past_answers_stay(engine: Engine, load: Load, clock: Clock) -> None:
    before = NOW - DAY // 2
    clock.now = NOW
    told = due(engine, before, known_at=before), engine.case("C-1", known_at=before), engine.overdue_count(before)
    made = engine.adopt(load(LATER), author="supervisor:1", note="ten days from April on")
    assert due(engine) == {f"C-{number}": "2026-03-12" for number in range(2, 9)}
    assert (due(engine, before, known_at=before), engine.case("C-1", known_at=before)) == told[:2]
    assert engine.overdue_count(before, known_at=before) == told[2]
    assert due(engine, before)["C-2"] == "2026-03-12", "as is known now, it was due then"
    assert engine.explain("C-1/refer/1-0").marks == ()
    assert engine.explain("C-1/refer/1-0", known_at=before).marks == ("late",)
    assert (made.state, made.author, made.note, made.left) == ("finished", "supervisor:1", "ten days from April on", 0)
    assert [one.author for one in engine.adoptions()] == ["worker:1", "supervisor:1"]
    check(engine)


def test_it_is_there_for_every_engine_that_is_opened(engine: Engine, load: Load, url: str, clock: Clock) -> None:
    later = load(LATER)
    engine.adopt(later, author="supervisor:1")
    with Engine(url, later, clock=clock) as newer:
        assert newer.not_adopted() is None
        newer.record(screened("C-9"), by="worker:2")
        assert due(newer)["C-9"] == "2026-03-12"


def test_what_is_still_open_is_told_in_the_new_words_what_is_over_in_the_old(engine: Engine, load: Load) -> None:
    engine.adopt(load(RULES.replace("label: Refer", "label: Send on\n    authority: newer")), author="supervisor:1")
    assert {row.label for row in engine.due(NOW)} == {"Send on"}
    assert engine.explain("C-2/refer/2-0").authority.title == "A newer letter"
    assert engine.explain("C-1/refer/1-0").label == "Refer"
    assert engine.explain("C-2/refer/2-0", known_at=NOW - DAY).label == "Refer"


def test_the_same_rules_again_change_nothing(engine: Engine, load: Load) -> None:
    engine.adopt(load(LATER), author="supervisor:1")
    with engine.store.reading() as reading:
        commits = reading.commit_at(2**60)
    made = engine.adopt(load(LATER), author="supervisor:2")
    assert (made.author, len(engine.adoptions())) == ("supervisor:1", 2)
    with engine.store.reading() as reading:
        assert reading.commit_at(2**60) == commits


def test_a_first_rule_about_persons_finds_those_who_are_there(engine: Engine, load: Load, clock: Clock) -> None:
    engine.record(BirthDateTold(person="P-1", occurred="2026-03-01", born="2016-04-02"), by="worker:1")
    for number, person in ((1, "P-1"), (2, "P-2")):
        engine.record(PersonLinked(case=f"C-{number}", occurred="2026-03-03", person=person), by="worker:1")
    before = clock.now
    clock.now += DAY
    engine.adopt(load(WITH_PERSONS), author="supervisor:1")
    assert due(engine, "2026-03-08", about="person") == {"P-1": "2026-03-22", "P-2": "2026-03-22"}
    assert engine.person("P-2").obligations
    assert engine.person("P-2", known_at=before).obligations == ()
    check(engine)


def test_going_back_is_one_more_adoption(engine: Engine, load: Load) -> None:
    engine.adopt(load(LATER), author="supervisor:1")
    engine.adopt(load(RULES), author="supervisor:2")
    assert due(engine)["C-2"] == "2026-03-07"
    assert [one.state for one in engine.adoptions()] == ["finished"] * 3
    check(engine)


# --- rules that nobody has adopted ------------------------------------------------------------------------------------


def test_nothing_is_recorded_by_rules_that_nobody_has_adopted(
    engine: Engine, load: Load, url: str, clock: Clock
) -> None:
    assert engine.not_adopted() is None
    with Engine(url, load(LATER), clock=clock) as other:
        with pytest.raises(NotAdopted, match=r"goes by the rules practice \(.*by worker:1\); found practice .*adopt"):
            other.record(screened("C-9"), by="worker:2")
        assert "icpm rehearse" in (other.not_adopted() or "")
        assert due(other)["C-2"] == "2026-03-07"
        assert [one.due for one in other.case("C-2").obligations] == ["2026-03-12"], "a what-if about one case"
        other.adopt(author="supervisor:1")
        other.record(screened("C-9"), by="worker:2")
        assert due(other)["C-9"] == due(other)["C-2"] == "2026-03-12"


def test_an_engine_that_was_opened_before_goes_on_by_what_was_adopted(
    engine: Engine, load: Load, url: str, clock: Clock
) -> None:
    with Engine(url, load(LATER), clock=clock) as other:
        other.adopt(author="supervisor:1")
    engine.record(screened("C-9"), by="worker:1")
    assert due(engine)["C-9"] == "2026-03-12"
    assert engine.pack.duties["refer"].texts[0].due == load(LATER).duties["refer"].texts[0].due


def test_rules_of_another_county_are_refused(engine: Engine) -> None:
    with pytest.raises(PackError, match=r"found the rules california, shasta county .*, expected rules of practice"):
        engine.adopt(RulePack.load("california", county="shasta"), author="supervisor:1")


def test_a_what_if_cannot_be_adopted(engine: Engine, load: Load) -> None:
    draft = load(RULES + "    off: draft\n")
    with pytest.raises(PackError, match="what-ifs cannot be adopted"):
        engine.adopt(what_if(draft, "draft"), author="supervisor:1")


def test_it_is_no_part_of_a_host_s_transaction(url: str, engine: Engine, load: Load) -> None:
    host = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with (
        Session(host) as session,
        engine.inside(session) as inside,
        pytest.raises(NotAdopted, match="commits of their"),
    ):
        inside.adopt(load(LATER), author="supervisor:1")
    host.dispose()


# --- while it is under way, and when it is broken off -----------------------------------------------------------------


class Stopped(Exception):
    """Somebody broke it off."""


@pytest.fixture
def half(engine: Engine, load: Load, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The first four cases have passed over."""
    monkeypatch.setattr(adoptions, "BATCH", 2)

    def stop(passed: int) -> None:
        if passed == 4:
            raise Stopped

    with pytest.raises(Stopped):
        engine.adopt(load(LATER), author="supervisor:1", progress=stop)
    return engine


def test_each_is_answered_by_the_rules_that_it_stands_by(half: Engine) -> None:
    last = half.adoptions()[-1]
    assert (last.state, last.left, last.finished) == ("under way", 4, None)
    assert "4 subjects still stand by earlier rules" in str(last)
    assert due(half) == {
        **{f"C-{number}": "2026-03-12" for number in range(2, 5)},
        **{f"C-{number}": "2026-03-07" for number in range(5, 9)},
    }
    for case, day in (("C-4", "2026-03-12"), ("C-5", "2026-03-07")):
        assert [one.due for one in half.case(case).obligations] == [day]
        assert f"due {day}" in str(half.explain(f"{case}/refer/{case[-1]}-0"))


def test_what_is_recorded_meanwhile_passes_over_by_that(half: Engine) -> None:
    half.record(screened("C-6", "2026-03-20"), by="worker:1")
    assert {row.due for row in half.due(NOW, case="C-6")} == {"2026-03-12", "2026-03-30"}
    assert half.adoptions()[-1].left == 3
    check(half)


def test_adopted_again_it_goes_on(half: Engine) -> None:
    half.record(screened("C-6", "2026-03-20"), by="worker:1")
    answers = [half.case("C-5", known_at=NOW), half.case("C-2", known_at=NOW)]
    passed: list[int] = []
    half._county.clock.now = NOW + DAY  # type: ignore[attr-defined]
    made = half.adopt(author="supervisor:2", progress=passed.append)
    assert (made.state, made.author, passed[-1]) == ("finished", "supervisor:1", 3)
    assert [half.case("C-5", known_at=NOW), half.case("C-2", known_at=NOW)] == answers
    check(half)


def test_others_may_be_adopted_before_all_have_passed_over(half: Engine, load: Load) -> None:
    half.adopt(load(RULES.replace("5 days", "7 days")), author="supervisor:2")
    assert [one.state for one in half.adoptions()] == ["finished", "superseded", "finished"]
    assert {row.due for row in half.due(NOW)} == {"2026-03-09"}
    check(half)


def test_whoever_adopts_others_meanwhile_is_told_to_the_first(
    engine: Engine, load: Load, url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adoptions, "BATCH", 2)
    other = Engine(url, load(RULES.replace("5 days", "7 days")), clock=clock)

    def meanwhile(passed: int) -> None:
        if passed == 2:
            other.adopt(author="supervisor:2")

    with other, pytest.raises(NotAdopted, match="supervisor:2 adopted other rules"):
        engine.adopt(load(LATER), author="supervisor:1", progress=meanwhile)
    assert {row.due for row in engine.due(NOW)} == {"2026-03-09"}
    check(engine)


def test_others_record_while_it_goes_on(
    engine: Engine, load: Load, url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adoptions, "BATCH", 1)
    made: list[str] = []

    def adopting() -> None:
        with Engine(url, load(LATER), clock=clock) as other:
            made.append(other.adopt(author="supervisor:1").state)

    thread = threading.Thread(target=adopting)
    thread.start()
    for number in range(12):
        engine.record(screened(f"C-{number % 12 + 1}", "2026-03-20"), by="worker:1")
    thread.join()
    assert made == ["finished"]
    assert {row.due for row in engine.due(NOW)} == {"2026-03-12", "2026-03-30"}
    check(engine)


def test_killed_in_the_middle_it_goes_on(url: str, engine: Engine, load: Load, tmp_path: Path) -> None:
    load(LATER)
    folder = next(path for path in tmp_path.glob("*/practice") if "10 days" in (path / "rules.yaml").read_text("utf-8"))
    command = [sys.executable, "-m", "tests.engine.adopter", url, str(folder)]
    here = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=here, env=os.environ, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "4"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert engine.adoptions()[-1].left == 4
    check(engine)
    made = engine.adopt(author="supervisor:1")
    assert (made.state, made.note) == ("finished", "ten days from April on")
    assert {row.due for row in engine.due(NOW)} == {"2026-03-12"}
    check(engine)

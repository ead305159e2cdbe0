"""A clock that stands still, as a county sees it: what recording reports, the lists, the proof, the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from icpm_engine import Engine, RulePack
from icpm_engine.cli.app import run
from icpm_engine.vocabulary.events import make

PACK = RulePack.load("ohio")


class County:
    """Ohio's rules on a database, recorded day by day."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.now = 0
        self.engine = Engine(url, PACK, clock=lambda: self.now)

    def told(self, day: str, kind: str, **values: object) -> list[str]:
        """Record an event on its own day; what that changed, in words."""
        self.now = int(dt.datetime.fromisoformat(f"{day}T20:00:00+00:00").timestamp())
        made = make(PACK.events[kind], "C-1", day, values)
        return [str(change) for change in self.engine.record(made, by="worker:1").changes]

    def overdue(self, day: str) -> list[str]:
        """What is overdue on a day."""
        return [one.name for one in self.engine.overdue(on=day)]


@pytest.fixture
def county(tmp_path: object) -> Iterator[County]:
    county = County(f"sqlite:///{tmp_path}/ohio.db")
    county.told("2025-09-01", "child_court_status_told", status="alleged")
    county.told("2025-10-07", "determination_issued", dispute_id="D", in_writing=True, has_plan_of_care=True)
    with county.engine:
        yield county


def test_recording_says_what_pauses_and_what_goes_on(county: County) -> None:
    assert county.told("2025-10-10", "court_motion_filed", dispute_id="D") == [
        "Comply with the determination [D]: paused, due 2025-10-07",
        "Object by a motion to the court [D]: met",
    ]
    assert county.told("2025-11-03", "objection_decided", dispute_id="D", upheld=False) == [
        "Comply with the determination [D]: resumed, due 2025-10-07"
    ]


def test_a_paused_row_is_due_and_not_overdue(county: County, capsys: pytest.CaptureFixture[str]) -> None:
    county.told("2025-10-10", "court_motion_filed", dispute_id="D")
    county.told("2025-11-03", "objection_decided", dispute_id="D", upheld=False)
    assert [county.overdue(day) for day in ("2025-10-09", "2025-10-10", "2025-11-02", "2025-11-03")] == [
        ["comply[D]"],
        [],
        [],
        ["comply[D]"],
    ]
    (listed,) = [one for one in county.engine.due(on="2025-11-02") if one.duty == "comply"]
    assert (listed.state, listed.due, listed.overdue) == ("paused", "2025-10-07", False)
    assert listed.paused_while == "an objection made in time is not yet decided"
    assert run(["due", "--database", county.url, "--rules", "ohio", "--on", "2025-11-02"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "the clock stands still while an objection made in time is not yet decided" in shown


def test_the_ledger_gives_paused_days_to_the_pause(county: County) -> None:
    county.told("2025-10-10", "court_motion_filed", dispute_id="D")
    county.told("2025-11-03", "objection_decided", dispute_id="D", upheld=False)
    held = [(one.state, one.holder, one.first, one.days) for one in county.engine.ledger("C-1", on="2025-11-04")]
    assert held == [
        ("running", "Member agency", "2025-10-07", 3),
        ("paused", "an objection made in time is not yet decided", "2025-10-10", 24),
        ("running", "Member agency", "2025-11-03", 2),
    ]


def test_a_motion_that_is_taken_back_gives_the_days_back(county: County) -> None:
    county.told("2025-10-10", "court_motion_filed", dispute_id="D")
    number = max(line.entry or 0 for line in county.engine.timeline("C-1"))
    county.now += 86_400
    changes = county.engine.retract(number, by="worker:1").changes
    assert sorted((change.duty, change.what) for change in changes) == [
        ("comply", "resumed"),
        ("objection", "reopened"),
    ]
    assert county.overdue("2025-10-11") == ["comply[D]"]

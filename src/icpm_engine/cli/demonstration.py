"""The demonstration: simulate, import, list, prove."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import typer
from rich.console import Console

from icpm_engine.calendars import Zone, format_day
from icpm_engine.cli.listing import Answered, Asked, answer, days_between, obligations
from icpm_engine.cli.moving import outcome, progress
from icpm_engine.cli.printing import lines, people, table, text
from icpm_engine.cli.telling import prose
from icpm_engine.engine import Engine
from icpm_engine.history.answers import Obligation
from icpm_engine.interop import load_mapping
from icpm_engine.interop.importing import import_extract
from icpm_engine.rules.loading import load_pack
from icpm_engine.rules.wording import plain
from icpm_engine.simulate import INVENTED, Caseload

SHOWN: Final = 3
"""Rows of each list: the whole demonstration is to fit on two screens."""

SETTLED: Final = {
    "referral_limit": "5 business days",
    "access_clock_from": "referral_received",
    "month_of_entry": "not_owed",
}
"""Some of the choices that the county's page leaves open, settled here so that more has a date."""

FILES: Final = ("extract.csv", "mapping.yaml", "set-aside.csv", "county.db")


def demo(folder: Path | None, county: str, events: int, seed: int) -> None:
    """Run the main job on invented data and say what happens. Raises BadParameter for a folder that is in use."""
    place = _folder(folder)
    console = people()
    invented = Caseload(events=events, seed=seed)
    on = format_day(invented.last.toordinal())
    pack = load_pack("california", county, settles=dict(SETTLED))
    evening = Zone(pack.zone).instant(invented.last.toordinal(), 18 * 60)  # the demonstration is the same on every day
    database = f"sqlite:///{place / 'county.db'}"
    with Engine(database, pack, clock=lambda: evening) as engine:
        _import(engine, invented, place, console)
        _lists(engine, on, console)
    _more(database, county, on, console)


def _folder(folder: Path | None) -> Path:
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="icpm-demo-"))
    for name in FILES:
        if (folder / name).exists():
            raise typer.BadParameter(f"{folder / name} is there already; name a new or an empty folder")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _step(title: str, console: Console) -> None:
    console.print()
    console.rule(text(title, "bold"), align="left")


def _import(engine: Engine, invented: Caseload, place: Path, console: Console) -> None:
    console.print(text(f"{INVENTED.capitalize()}: no child, worker or county stands behind any of this.", "bold"))
    written = invented.write(place)
    _step("1  A county's extract, messy as extracts are, is imported", console)
    mapping = load_mapping(written.mapping, engine.pack.events)
    aside = place / "set-aside.csv"
    with progress(written.extract.name) as told:
        report = import_extract(engine, mapping, written.extract, by="icpm demo", set_aside=aside, progress=told)
    outcome(report, written.extract.name, aside, console)


def _lists(engine: Engine, on: str, console: Console) -> None:
    _step(f"2  What is owed on {on}: what falls due next", console)
    _coming(answer(engine, _all("due", on)), console)
    overdue = answer(engine, _all("overdue", on))
    _step(f"3  What is overdue on {on}: {overdue.total}", console)
    _longest(overdue.rows, on, console)
    proofs = [engine.explain(row.id, on=on) for row in overdue.rows]
    if proofs:
        _step("4  Why? The most overdue date, proved", console)
        prose(str(proofs[0]), console)
    counted = next((proof for proof in proofs if any(leg.skipped for leg in proof.legs)), None)
    if counted is not None and counted is not proofs[0]:
        _step("5  And one for which days were left out", console)
        prose(str(counted), console)


def _all(which: Literal["due", "overdue"], on: str) -> Asked:
    return Asked(which, on, None, {}, SHOWN, None, everything=True)


def _coming(due: Answered, console: Console) -> None:
    """The next few dates, and what has none because something is not known."""
    rows = [row for row in due.rows if not row.overdue and (row.due or "")[:10] >= due.on]
    console.print(obligations(rows[:SHOWN], due.on, console.width))
    waiting = Counter(plain(name) for row in due.rows for name in row.waits_for)
    undetermined = sum(bool(row.waits_for) for row in due.rows)
    wanted = ", ".join(f"{name} ({number})" for name, number in waiting.most_common())
    words = f"{due.total:,} are open in all. Never guessed: {undetermined:,} are undetermined, for want of {wanted}."
    console.print(text(words))


def _longest(rows: Sequence[Obligation], on: str, console: Console) -> None:
    """By duty: how many are overdue, and the one that has been so the longest."""
    numbers = Counter(row.duty for row in rows)
    made = table("Overdue", "Duty, and who owes it", "The oldest was due", kept=("Overdue", "The oldest was due"))
    made.columns[0].justify = "right"
    for duty, number in numbers.most_common():
        row = next(row for row in rows if row.duty == duty)
        late = days_between(row.due or on, on)
        oldest = lines(text(f"{row.due}, {late:,} days ago", "red"), text(row.id, "cyan"))
        made.add_row(text(number), lines(text(row.label), text(row.owner, "dim")), oldest)
    console.print(made)


def _more(database: str, county: str, on: str, console: Console) -> None:
    _step("Go on with it", console)
    settled = " ".join(f"--settle '{choice}={value}'" for choice, value in SETTLED.items())
    icpm = _program()
    for line in (
        f"export ICPM_DATABASE={database} ICPM_COUNTY={county}",
        f"{icpm} due --on {on} --within '30 days' {settled}",
        f"{icpm} case C-1001 --on {on} {settled}",
        f"{icpm} --help",
    ):
        console.print(text(f"  {line}"), soft_wrap=True)


def _program() -> str:
    """How the command is named in this shell: as it was called, where it is not on the search path."""
    called = Path(sys.argv[0])
    return "icpm" if called.name != "icpm" or shutil.which("icpm") else str(called)

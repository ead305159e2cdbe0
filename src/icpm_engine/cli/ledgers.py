"""Where the days went: the day ledger of one subject or of a county, asked of the engine and printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import attrs
from rich.console import Console

from icpm_engine.cli.opening import asked_day
from icpm_engine.cli.options import By, Form
from icpm_engine.cli.printing import publish, table, text
from icpm_engine.engine import Engine
from icpm_engine.history.ledger import DaysHeld, Held
from icpm_engine.history.sources import SubjectKey


@attrs.frozen
class HeldBy:
    """Whose turn it was in a lifecycle, or in an obligation that was paused, for how many days in all."""

    county: str
    about: str
    lifecycle: str
    holder: str | None
    days: int


OF_ONE: Final = tuple(field.name for field in attrs.fields(Held))
OF_COUNTY: Final = tuple(field.name for field in attrs.fields(DaysHeld))
BY_HOLDER: Final = tuple(field.name for field in attrs.fields(HeldBy))
NOBODY: Final = "nobody"


@attrs.frozen
class Period:
    """The days asked about, and as known when."""

    since: str | None
    on: str | None
    known_at: str | None


def of_one(engine: Engine, whom: SubjectKey, asked: Period, form: Form) -> None:
    """Print the ledger of a case, a person, a team or the county itself."""
    about, subject = whom
    on = asked_day(engine, asked.on)
    rows = engine.ledger(subject, about=about, since=asked.since, on=on, known_at=asked.known_at)
    data = {about: subject, **_said(engine, asked, on), "rows": rows}
    publish(form, data, OF_ONE, rows, lambda console: _one(f"{about.capitalize()} {subject}", rows, console))


def of_county(engine: Engine, asked: Period, by: By, form: Form) -> None:
    """Print the sum over all subjects of a county."""
    on = asked_day(engine, asked.on)
    steps = engine.county_ledger(on, since=asked.since, known_at=asked.known_at)
    rows: Sequence[DaysHeld | HeldBy] = steps if by is By.STEP else by_holder(steps)
    data = {**_said(engine, asked, on), "by": by.value, "rows": rows}
    columns = OF_COUNTY if by is By.STEP else BY_HOLDER
    publish(form, data, columns, rows, lambda console: _county(engine.county, rows, console))


def by_holder(rows: Iterable[DaysHeld]) -> tuple[HeldBy, ...]:
    """The steps of each lifecycle in one hand as one."""
    days: dict[tuple[str, str, str, str | None], int] = {}
    for row in rows:
        key = (row.county, row.about, row.lifecycle, row.holder)
        days[key] = days.get(key, 0) + row.days
    return tuple(HeldBy(*key, number) for key, number in days.items())


def _said(engine: Engine, asked: Period, on: str) -> dict[str, object]:
    return {"county": engine.county, "since": asked.since, "on": on, "known_at": asked.known_at}


def _one(whose: str, rows: Sequence[Held], console: Console) -> None:
    console.print(text(f"{whose}: {'where the days went' if rows else 'no day had passed yet'}", "bold"))
    made = table("Matter", "Step", "Whose turn", "From", "Until", "Days", kept=("From", "Until"))
    for row in rows:
        name = row.lifecycle + (f" [{row.instance}]" if row.instance else "")
        made.add_row(name, text(row.label), text(row.holder or NOBODY), row.first, row.until, f"{row.days:,}")
    if rows:
        console.print(made)


def _county(county: str, rows: Sequence[DaysHeld | HeldBy], console: Console) -> None:
    console.print(text(f"{county}: {'where the days went' if rows else 'no day had passed yet'}", "bold"))
    made = table("Matter", "Step", "Whose turn", "Days", "Of all", "Subjects")
    whole: dict[str, int] = {}
    for row in rows:
        whole[row.lifecycle] = whole.get(row.lifecycle, 0) + row.days
    for row in rows:
        label, subjects = (row.label, f"{row.subjects:,}") if isinstance(row, DaysHeld) else ("", "")
        share = f"{row.days / (whole[row.lifecycle] or 1):.0%}"
        made.add_row(row.lifecycle, text(label), text(row.holder or NOBODY), f"{row.days:,}", share, subjects)
    if rows:
        console.print(made)

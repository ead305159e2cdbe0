"""`icpm explain`, `case`, `timeline`, `next`, `ledger`: one obligation, one child, or where all the days went."""

from __future__ import annotations

from typing import Annotated

import typer

from icpm_engine.cli import options as o

CaseId = Annotated[str, typer.Argument(metavar="CASE", help="The id of a case, or of whom --about says.")]

NotStarted = Annotated[
    bool, typer.Option("--not-started", help="Why is there no clock? The starts that did not apply, and why not.")
]


def explain(
    obligation: Annotated[str, typer.Argument(metavar="ID", help="The id that lists and cases show.")],
    *,
    on: o.On = None,
    known_at: o.KnownAt = None,
    form: o.Format = o.Form.TABLE,
    database: o.Database = o.DATABASE,
    rules: o.Rules = o.RULES,
    county: o.County = None,
    settle: o.Settle = None,
) -> None:
    """Why this day: the proof of a date, in words.

    It names the event that starts the clock, the rule with its version and source, each day left out and why, and what
    would move the date. --format csv has a row for each way in which the date was reckoned.
    """
    from icpm_engine.cli import telling
    from icpm_engine.cli.opening import opened

    with opened(database, rules, county, settle) as engine:
        telling.explain(engine, obligation, on, known_at, form)


def case(
    case: CaseId,
    *,
    not_started: NotStarted = False,
    about: o.About = o.Subject.CASE,
    on: o.On = None,
    known_at: o.KnownAt = None,
    form: o.Format = o.Form.TABLE,
    database: o.Database = o.DATABASE,
    rules: o.Rules = o.RULES,
    county: o.County = None,
    settle: o.Settle = None,
) -> None:
    """Where a child stands: states, holders, facts, what is owed.

    It tells of the case's person and teams, too, or of a person alone with --about person. --format csv has the
    obligations. With --not-started it says instead why there is no clock where one might be expected.
    """
    from icpm_engine.cli import telling
    from icpm_engine.cli.opening import opened

    with opened(database, rules, county, settle) as engine:
        tell = telling.not_started if not_started else telling.case
        tell(engine, (about.value, case), on, known_at, form)


def timeline(
    case: CaseId,
    *,
    about: o.About = o.Subject.CASE,
    known_at: o.KnownAt = None,
    form: o.Format = o.Form.TABLE,
    database: o.Database = o.DATABASE,
    rules: o.Rules = o.RULES,
    county: o.County = None,
    settle: o.Settle = None,
) -> None:
    """Everything that happened in a case, and what came of it."""
    from icpm_engine.cli import telling
    from icpm_engine.cli.opening import opened

    with opened(database, rules, county, settle) as engine:
        telling.timeline(engine, (about.value, case), known_at, form)


def next_steps(
    case: CaseId,
    *,
    about: o.About = o.Subject.CASE,
    on: o.On = None,
    known_at: o.KnownAt = None,
    form: o.Format = o.Form.TABLE,
    database: o.Database = o.DATABASE,
    rules: o.Rules = o.RULES,
    county: o.County = None,
    settle: o.Settle = None,
) -> None:
    """What may come next in a case, and what it would meet."""
    from icpm_engine.cli import telling
    from icpm_engine.cli.opening import opened

    with opened(database, rules, county, settle) as engine:
        telling.next_steps(engine, (about.value, case), on, known_at, form)


def ledger(
    case: Annotated[
        str | None, typer.Argument(metavar="CASE", help="Of one case, or of whom --about says; else of all.")
    ] = None,
    *,
    about: o.About = o.Subject.CASE,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Days from then on; else from the first.")] = None,
    on: o.On = None,
    known_at: o.KnownAt = None,
    by: Annotated[o.By, typer.Option(help="Over a county: add up by step, or by holder.")] = o.By.STEP,
    form: o.Format = o.Form.TABLE,
    database: o.Database = o.DATABASE,
    rules: o.Rules = o.RULES,
    county: o.County = None,
    settle: o.Settle = None,
) -> None:
    """Where the days went: whose turn it was, and for how long.

    Every day of a lifecycle belongs to one step and its holder; every day of an obligation that has been paused to its
    owner, or to the pause. Without CASE the days of all cases are added up.
    """
    from icpm_engine.cli import ledgers
    from icpm_engine.cli.opening import opened

    asked = ledgers.Period(since, on, known_at)
    with opened(database, rules, county, settle) as engine:
        if case is None:
            ledgers.of_county(engine, asked, by, form)
        else:
            ledgers.of_one(engine, (about.value, case), asked, form)

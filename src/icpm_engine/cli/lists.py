"""`icpm due`, `icpm overdue`, `icpm unknown`: the lists of a county, of a worker, of a case."""

from __future__ import annotations

from typing import Annotated

import typer

from icpm_engine.cli import options as o


def due(
    *,
    on: o.On = None,
    known_at: o.KnownAt = None,
    within: Annotated[
        str | None, typer.Option(metavar="SPAN", help="Only what is due by then, such as '10 days'.")
    ] = None,
    form: o.Format = o.Form.TABLE,
    about: o.OfWhom = None,
    area: o.Area = None,
    duty: o.Duty = None,
    owner: o.Owner = None,
    case: o.Case = None,
    assigned_to: o.AssignedTo = None,
    role: o.Role = None,
    limit: o.Limit = 50,
    after: o.After = None,
    everything: o.Everything = False,
    database: o.Database = o.DATABASE,
    rules: o.Rules = o.RULES,
    county: o.County = None,
    settle: o.Settle = None,
) -> None:
    """What is owed on a day, oldest first: by whom, what meets it.

    The day is today in the county unless --on says otherwise. What has no date yet comes last, with what it waits for.
    """
    from icpm_engine.cli.listing import Asked, show
    from icpm_engine.cli.opening import opened

    only = {"about": about, "area": area, "duty": duty, "owner": owner}
    only |= {"case": case, "assigned_to": assigned_to, "role": role}
    asked = Asked("due", on, within, only, limit, after, everything=everything, known_at=known_at)
    with opened(database, rules, county, settle) as engine:
        show(engine, asked, form)


def overdue(
    *,
    on: o.On = None,
    known_at: o.KnownAt = None,
    form: o.Format = o.Form.TABLE,
    about: o.OfWhom = None,
    area: o.Area = None,
    duty: o.Duty = None,
    owner: o.Owner = None,
    case: o.Case = None,
    assigned_to: o.AssignedTo = None,
    role: o.Role = None,
    limit: o.Limit = 50,
    after: o.After = None,
    everything: o.Everything = False,
    database: o.Database = o.DATABASE,
    rules: o.Rules = o.RULES,
    county: o.County = None,
    settle: o.Settle = None,
) -> None:
    """What is overdue on a day, the longest overdue first.

    The day is today in the county unless --on says otherwise. Nothing is overdue on the day on which it falls due.
    """
    from icpm_engine.cli.listing import Asked, show
    from icpm_engine.cli.opening import opened

    only = {"about": about, "area": area, "duty": duty, "owner": owner}
    only |= {"case": case, "assigned_to": assigned_to, "role": role}
    asked = Asked("overdue", on, None, only, limit, after, everything=everything, known_at=known_at)
    with opened(database, rules, county, settle) as engine:
        show(engine, asked, form)


def unknown(
    *,
    on: o.On = None,
    known_at: o.KnownAt = None,
    form: o.Format = o.Form.TABLE,
    about: o.OfWhom = None,
    area: o.Area = None,
    duty: o.Duty = None,
    owner: o.Owner = None,
    case: o.Case = None,
    assigned_to: o.AssignedTo = None,
    role: o.Role = None,
    database: o.Database = o.DATABASE,
    rules: o.Rules = o.RULES,
    county: o.County = None,
    settle: o.Settle = None,
) -> None:
    """Which missing facts and open choices hold up the most.

    Each with what would tell it; what holds the most open obligations comes first. The day is today in the county
    unless --on says otherwise.
    """
    from icpm_engine.cli.opening import opened
    from icpm_engine.cli.unknowns import show

    only = {"about": about, "area": area, "duty": duty, "owner": owner}
    only |= {"case": case, "assigned_to": assigned_to, "role": role}
    with opened(database, rules, county, settle) as engine:
        show(engine, on, known_at, only, form)


def escalations(
    *,
    on: o.On = None,
    known_at: o.KnownAt = None,
    tell: Annotated[str | None, typer.Option(metavar="ROLE", help="Only what this role is to be told of.")] = None,
    form: o.Format = o.Form.TABLE,
    area: o.Area = None,
    duty: o.Duty = None,
    owner: o.Owner = None,
    case: o.Case = None,
    assigned_to: o.AssignedTo = None,
    role: o.Role = None,
    limit: o.Limit = 50,
    after: o.After = None,
    everything: o.Everything = False,
    database: o.Database = o.DATABASE,
    rules: o.Rules = o.RULES,
    county: o.County = None,
    settle: o.Settle = None,
) -> None:
    """Who is to be told that something is still open.

    What is open on a day although somebody is to be told of it by then: who, and since when.
    Rule by rule, in each what is due first. The day is today in the county unless --on says otherwise.
    """
    from icpm_engine.cli.listing import Asked, show
    from icpm_engine.cli.opening import opened

    only = {"area": area, "duty": duty, "owner": owner, "case": case, "assigned_to": assigned_to, "role": role}
    asked = Asked("escalations", on, None, only, limit, after, everything=everything, tell=tell, known_at=known_at)
    with opened(database, rules, county, settle) as engine:
        show(engine, asked, form)

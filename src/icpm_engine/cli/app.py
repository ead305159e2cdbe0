"""The command itself: which commands there are, and the one place in which errors become messages."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from icpm_engine import __version__
from icpm_engine.cli import (
    adopting,
    audits,
    cases,
    demo,
    extracts,
    leaflets,
    lists,
    packs,
    plans,
    reports,
    stories,
    teams,
)
from icpm_engine.cli.codes import MEANINGS, Code, code_of
from icpm_engine.errors import IcpmError

EPILOGUE = "\n".join(["\b", "Exit codes:", *(f"{code.value:>5}  {meaning}" for code, meaning in MEANINGS.items())])

COMMANDS: dict[str, Callable[..., None]] = {
    "demo": demo.demo,
    "due": lists.due,
    "overdue": lists.overdue,
    "unknown": lists.unknown,
    "escalations": lists.escalations,
    "explain": cases.explain,
    "case": cases.case,
    "timeline": cases.timeline,
    "next": cases.next_steps,
    "plan": plans.plan,
    "status": reports.status,
    "team": teams.team,
    "meeting": teams.meeting,
    "hearing": reports.hearing,
    "ledger": cases.ledger,
    "import": extracts.import_,
    "simulate": extracts.simulate,
    "rehearse": adopting.rehearse,
    "adopt": adopting.adopt,
    "audit": audits.audit,
    "check": packs.check,
    "county": packs.county,
    "leaflet": leaflets.leaflet,
    "compare": packs.compare,
    "run": stories.run,
    "diagram": packs.diagram,
    "sources": packs.sources,
    "docs": packs.docs,
}
"""In the order in which help lists them."""


def _version(asked: bool) -> None:  # noqa: FBT001 - Typer passes the value of the option
    if asked:
        typer.echo(f"icpm {__version__}")
        raise typer.Exit


def _icpm(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Who owes what to a child, by when, and why that day: California's Integrated Core Practice Model.

    icpm COMMAND --help says more of a command; docs/cli.md has an example of each.
    """


def build() -> typer.Typer:
    """The application, all of its commands registered. Help is plain: Rich would take as long again as all of it."""
    app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None, epilog=EPILOGUE)
    app.callback()(_icpm)
    for name, command in COMMANDS.items():
        app.command(name)(command)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; what goes wrong is said on stderr, never as a traceback."""
    try:
        build()(args=list(arguments), prog_name="icpm")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Code.FINE
    except IcpmError as error:
        _say("\n".join([str(error), *getattr(error, "__notes__", ())]))
        return code_of(error)
    except OSError as error:
        _say(_words_of(error))
        return Code.USAGE
    except Exception as error:  # noqa: BLE001 - the last stop: whoever runs a command gets a message, not a traceback
        return _our_error(error)
    return Code.FINE


def main() -> None:
    """The `icpm` program."""
    if hasattr(signal, "SIGPIPE"):  # a reader that has seen enough ends us quietly, as it ends every program
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def _say(message: str) -> None:
    typer.echo(f"icpm: {message}", err=True)


def _words_of(error: OSError) -> str:
    names = [str(name) for name in (error.filename, error.filename2) if name is not None]
    return f"{' -> '.join(names) or 'a file'}: {error.strerror or type(error).__name__}"


def _our_error(error: Exception) -> Code:
    """An error that nobody foresaw. Its own words may hold a child's data, so only its place is told."""
    if os.environ.get("ICPM_TRACEBACK"):
        raise error
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    place = f" in {Path(at.tb_frame.f_code.co_filename).name}:{at.tb_lineno}" if at is not None else ""
    _say(f"an error of ours: {type(error).__name__}{place}. Please report it; ICPM_TRACEBACK=1 shows more.")
    return Code.OUR_ERROR

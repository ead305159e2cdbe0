"""The command as a whole: help, exit codes, and that nobody ever meets a traceback."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import icpm_engine
from icpm_engine import Engine, RulePack, errors
from icpm_engine.cli import app
from icpm_engine.cli.codes import MEANINGS, Code, code_of
from icpm_engine.vocabulary import CaseOpened
from tests.cli.command import RULES, STORIES, Icpm

HEAVY = {"sqlmodel", "sqlalchemy", "sqlite3", "pendulum", "psycopg"}
ROOT = Path(__file__).parents[2]
YEARLY = """\
duties:
  yearly_word:
    label: Say once a year that the case is still open
    owner: child_welfare
    authority: law
    starts: case_opened
    while: case.open
    due: {within: 1 years}
    repeats: from due
    met: contact_made
"""


def program(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    told = {name: value for name, value in os.environ.items() if not name.startswith("ICPM_")} | environment
    line = [sys.executable, "-c", "from icpm_engine.cli import main; main()", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, env=told, check=False)  # noqa: S603 - our own command


# --- help -------------------------------------------------------------------------------------------------------------


def test_help_lists_every_command_in_full_and_every_exit_code(icpm: Icpm) -> None:
    ran = icpm("--help")
    assert ran.code == 0
    assert "..." not in ran.out.replace("[ARGS]...", "")
    for name in app.COMMANDS:
        assert re.search(rf"^  {name}  ", ran.out, re.MULTILINE)
    for code, meaning in MEANINGS.items():
        assert f"{code.value}  {meaning}\n" in ran.out


@pytest.mark.parametrize("name", app.COMMANDS)
def test_every_command_has_help_of_its_own(icpm: Icpm, name: str) -> None:
    ran = icpm(name, "--help")
    assert ran.code == 0
    assert f"Usage: icpm {name} " in ran.out


def test_the_application_runs_under_the_runner_of_typer() -> None:
    ran = CliRunner().invoke(app.build(), ["--version"])
    assert (ran.exit_code, ran.output) == (0, f"icpm {icpm_engine.__version__}\n")


def test_without_a_command_help_is_shown(icpm: Icpm) -> None:
    ran = icpm()
    assert ran.code == 2
    assert "Usage: icpm" in ran.out + ran.err


def test_the_codes_are_those_of_the_tree_of_errors() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.IcpmError)]
    made = {kind: kind("x", "2026-01-01") if kind is errors.CalendarEnds else kind("x") for kind in kinds}
    codes = {kind: code_of(error) for kind, error in made.items()}
    assert {kind for kind, code in codes.items() if code is Code.OUR_ERROR} == {errors.IcpmError}
    assert codes[errors.UnknownName] == Code.RULES
    assert codes[errors.UnknownEvent] == Code.REFUSED
    assert codes[errors.PastHorizon] == Code.NOT_FOUND


# --- speed ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["due", "--help"],
        ["check", RULES],
        ["diagram", "--rules", RULES],
        ["run", STORIES / "holds.yaml", "--root", RULES.parent],
        ["simulate", "--events", "100", "--out", "FOLDER"],
    ],
)
def test_what_touches_no_database_imports_none(arguments: list[object], tmp_path: Path) -> None:
    words = [str(tmp_path) if word == "FOLDER" else str(word) for word in arguments]
    told = (
        "import sys; from icpm_engine.cli.app import run; code = run(sys.argv[1:]); "
        "sys.stderr.write(' '.join(sys.modules)); sys.exit(code)"
    )
    ran = subprocess.run([sys.executable, "-c", told, *words], capture_output=True, text=True, check=False)  # noqa: S603
    assert ran.returncode == 0
    imported = set(ran.stderr.split())
    assert imported.isdisjoint(HEAVY)
    if "--help" in words:
        assert imported.isdisjoint({"rich", "yaml", "msgspec", "transitions", "icpm_engine.engine"})


# --- exit codes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "arguments", "words"),
    [
        (2, ["du"], "No such command 'du'"),
        (2, ["due", "--colour"], "No such option"),
        (2, ["due", "--limit", "0"], "'--limit'"),
        (2, ["due", "--format", "xml"], "'xml'"),
        (2, ["due", "--settle", "limit"], "expected CHOICE=VALUE"),
        (2, ["explain"], "Missing argument"),
        (2, ["run", "nowhere.yaml"], "nowhere.yaml"),
        (2, ["simulate"], "Missing option"),
        (3, ["due", "--rules", "californa"], "did you mean 'california'?"),
        (3, ["due", "--county", "shastah"], "did you mean 'shasta'?"),
        (3, ["diagram", "--rules", "./nowhere"], "there is no folder nowhere"),
        (6, ["due", "--database", "county.db"], "expected one such as sqlite:///county.db"),
        (6, ["due", "--database", "mysql://x/y"], "expected sqlite or postgresql"),
        (6, ["due", "--database", "sqlite:///no/such/file.db"], "there is no database no/such/file.db"),
        (6, ["due", "--database", "sqlite://"], "there is no database :memory:"),
    ],
)
def test_wrong_use_wrong_rules_and_wrong_databases(icpm: Icpm, code: int, arguments: list[str], words: str) -> None:
    ran = icpm(*arguments)
    assert (ran.code, ran.out) == (code, "")
    assert words in " ".join(ran.err.split())


@pytest.mark.parametrize(
    ("code", "arguments", "words"),
    [
        (2, ["due", "--settle", "limit="], "expected CHOICE=VALUE"),
        (3, ["due", "--settle", "limitt=3 days"], "did you mean 'limit'?"),
        (3, ["due", "--settle", "limit=soon"], "expected"),
        (3, ["due", "--settle", "limit=3 days", "--settle", "limit=4 days"], "expected"),
        (4, ["due", "--on", "3/4/26"], "found '3/4/26' as a day, expected one like 2026-04-01"),
        (4, ["overdue", "--on", "2026-02-30"], "2026-02-30"),
        (4, ["due", "--within", "ten days"], "within: expected a span"),
        (4, ["due", "--within", "3 fedral days"], "did you mean 'federal'?"),
        (4, ["due", "--within", "5 hours"], "expected days, weeks, months or years"),
        (5, ["case", "C-9"], "there is no case C-9"),
    ],
)
def test_wrong_questions(icpm: Icpm, green: tuple[str, ...], code: int, arguments: list[str], words: str) -> None:
    ran = icpm(*arguments, *green)
    assert (ran.code, ran.out) == (code, "")
    assert words in " ".join(ran.err.split())


def test_a_day_past_what_is_known(icpm: Icpm, tmp_path: Path, empty: str) -> None:
    rules = tmp_path / "testland"
    shutil.copytree(RULES, rules)
    (rules / "yearly.yaml").write_text(YEARLY, "utf-8")
    with Engine(empty, RulePack.load(rules, county="green"), clock=lambda: 1_782_860_400) as engine:
        engine.record(CaseOpened(case="C-1", occurred="2026-06-01"), by="test")
    where = ("--database", empty, "--county", "green", "--rules", rules)
    assert icpm("due", "--on", "2027-01-01", *where).code == 0
    ran = icpm("due", "--on", "2036-01-01", *where)
    assert (ran.code, ran.out) == (5, "")
    assert "lists are complete up to 2028-" in ran.err


@pytest.mark.parametrize("content", [b"not a database, but long enough to be taken for one " * 40, b"short"])
def test_a_file_that_is_no_database(icpm: Icpm, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file.db").write_bytes(content)
    ran = icpm("due", "--database", f"sqlite:///{tmp_path / 'file.db'}", "--rules", RULES)
    assert (ran.code, ran.out) == (6, "")
    assert "not a SQLite database" in ran.err


def test_a_folder_that_is_no_database(icpm: Icpm, tmp_path: Path) -> None:
    ran = icpm("due", "--database", f"sqlite:///{tmp_path}", "--rules", RULES)
    assert ran.code == 6
    assert "cannot be opened" in ran.err


def test_environment_variables_stand_for_options(icpm: Icpm, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICPM_DATABASE", database)
    monkeypatch.setenv("ICPM_COUNTY", "green")
    monkeypatch.setenv("ICPM_RULES", str(RULES))
    assert icpm("overdue", "--on", "2026-06-30", "-f", "json").data["total"] == 2
    assert icpm("check", "-f", "json").data["county"] == "green"


# --- what nobody foresaw ----------------------------------------------------------------------------------------------

Failing = Callable[[BaseException], None]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Failing:
    """Makes `icpm check` fail in a way of one's choice."""

    def fail_with(error: BaseException) -> None:
        def check() -> None:
            raise error

        monkeypatch.setitem(app.COMMANDS, "check", check)

    return fail_with


def test_an_error_of_ours_tells_its_place_and_no_data(icpm: Icpm, failing: Failing) -> None:
    failing(KeyError("the name of a child"))
    ran = icpm("check")
    assert (ran.code, ran.out) == (70, "")
    assert re.fullmatch(r"icpm: an error of ours: KeyError in test_command\.py:\d+\..*\n", ran.err)


def test_its_traceback_is_there_for_the_asking(icpm: Icpm, failing: Failing, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(KeyError("x"))
    monkeypatch.setenv("ICPM_TRACEBACK", "1")
    with pytest.raises(KeyError):
        icpm("check")


def test_files_that_cannot_be_used(icpm: Icpm, failing: Failing) -> None:
    failing(PermissionError(13, "Permission denied", "extract.csv"))
    assert icpm("check")[::2] == (2, "icpm: extract.csv: Permission denied\n")
    failing(OSError("no more to say"))
    assert icpm("check")[::2] == (2, "icpm: a file: OSError\n")


def test_an_interrupted_command_says_nothing(icpm: Icpm, failing: Failing) -> None:
    failing(KeyboardInterrupt())
    assert icpm("check") == (130, "", "")


def test_notes_of_an_error_are_told(icpm: Icpm, failing: Failing) -> None:
    error = errors.PackError("a rule is wrong", errors.Mark("a.yaml", 3, 1))
    error.add_note("and 2 more; 'icpm check' lists them")
    failing(error)
    assert icpm("check")[::2] == (3, "icpm: a.yaml:3:1: a rule is wrong\nand 2 more; 'icpm check' lists them\n")


def test_a_command_may_end_early(icpm: Icpm, failing: Failing) -> None:
    failing(typer.Exit(0))
    assert icpm("check").code == 0


# --- the program ------------------------------------------------------------------------------------------------------


def test_the_program_prints_no_colours_into_a_pipe(database: str) -> None:
    ran = program("overdue", "--on", "2026-06-30", "--database", database, "--county", "green", "--rules", RULES)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "35 days late" in ran.stdout
    assert "\x1b" not in ran.stdout


def test_the_program_ends_with_the_code(database: str) -> None:
    ran = program("explain", "C-1/x/1-0", ICPM_DATABASE=database, ICPM_COUNTY="green", ICPM_RULES=str(RULES))
    assert (ran.returncode, ran.stdout) == (5, "")
    assert ran.stderr.startswith("icpm: there is no obligation C-1/x/1-0")
    assert "Traceback" not in ran.stderr


def test_output_that_knows_no_umlauts_is_no_error(database: str) -> None:
    where = {"ICPM_DATABASE": database, "ICPM_COUNTY": "green", "ICPM_RULES": str(RULES)}
    ran = program("case", "C-104", "--on", "2026-06-30", PYTHONIOENCODING="ascii", **where)
    assert ran.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_a_reader_that_has_seen_enough_ends_the_program_quietly() -> None:
    line = [sys.executable, "-c", "from icpm_engine.cli import main; main()", "diagram", "--rules", str(RULES)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:  # noqa: S603 - our own command
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()
        assert started.stderr.read() == b""
    assert started.returncode == -13


def test_the_script_of_the_package_is_this_command() -> None:
    assert 'icpm = "icpm_engine.cli:main"' in (ROOT / "pyproject.toml").read_text("utf-8")

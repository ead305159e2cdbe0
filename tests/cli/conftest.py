from __future__ import annotations

from pathlib import Path

import pytest

from icpm_engine import Engine, RulePack
from icpm_engine.cli.app import run
from icpm_engine.vocabulary import CaseOpened, PersonInChargeAssigned, ScreeningCompleted
from tests.cli.command import RULES, Icpm, Ran

RECORDED = 1_782_860_400  # the evening of 30 June 2026 in California


@pytest.fixture
def icpm(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Icpm:
    """The command, without what this machine's environment would say to it."""
    for name in ("ICPM_DATABASE", "ICPM_COUNTY", "ICPM_RULES", "ICPM_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    def icpm(*arguments: object) -> Ran:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return icpm


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Three invented cases of Green county; the first child's screen found a need."""
    url = f"sqlite:///{tmp_path_factory.mktemp('cli') / 'county.db'}"
    with Engine(url, RulePack.load(RULES, county="green"), clock=lambda: RECORDED) as engine:
        for number, day in enumerate(("2026-04-20", "2026-05-04", "2026-06-15"), 104):
            case, worker = f"C-{number}", f"w:{number}"
            in_charge = PersonInChargeAssigned(case=case, occurred=day, role="social_worker", worker=worker)
            engine.record(CaseOpened(case=case, occurred=day), in_charge, by="test")
        screen = ScreeningCompleted(case="C-104", occurred="2026-05-18", tool="PSC-35 [short]", result="positive")
        engine.record(screen, by="w:104")
    return url


@pytest.fixture
def green(database: str) -> tuple[str, ...]:
    """The options that name the database, its county and its rules."""
    return ("--database", database, "--county", "green", "--rules", str(RULES))


@pytest.fixture
def empty(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'empty.db'}"

"""What a host's type checker says about events: right calls pass, wrong fields, options and types are found."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINES = {
    'ScreeningCompleted(case="C", occurred="2026-03-20", tool="PSC-35", result="positive", score=31)': "",
    'HearingSet(case="C", occurred=day, hearing_id="H", date=dt.datetime(2026, 4, 22, 9))': "",
    'CftHeld(case="C", occurred=day, meeting_id="M", present=["child"])': "",
    'make(STANDARD["case_opened"], "C", day, {"kind": "court"})': "",
    'ScreeningCompleted(case="C", occurred=day, result="positiv")': "incompatible type",
    'ScreeningCompleted(case="C", occurred=day, tol="PSC-35")': "Unexpected keyword argument",
    'ScreeningCompleted(person="P", occurred=day)': "Unexpected keyword argument",
    'ScreeningCompleted("C", occurred=day)': 'Missing named argument "case"',
    'HearingSet(case="C", occurred=day, date=day)': 'Missing named argument "hearing_id"',
    'BirthDateTold(person="P", occurred=day, born=2016)': "incompatible type",
    'CaseOpened(case="C", occurred=day).kind = "court"': "read-only",
}


@pytest.mark.slow
def test_a_type_checker_knows_every_field(tmp_path: Path) -> None:
    head = [
        "import datetime as dt",
        "from icpm_engine.vocabulary import STANDARD, make",
        "from icpm_engine.vocabulary import BirthDateTold, CaseOpened, CftHeld, HearingSet, ScreeningCompleted",
        "day = dt.date(2026, 3, 20)",
    ]
    (tmp_path / "host.py").write_text("\n".join([*head, *LINES]), "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(ROOT / ".mypy_cache"), "host.py"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout  # noqa: S603
    errors = {int(line): text for line, text in re.findall(r"^host\.py:(\d+): error: (.*)$", said, re.MULTILINE)}
    for number, (line, expected) in enumerate(LINES.items(), len(head) + 1):
        found = errors.get(number, "")
        assert expected in found if expected else not found, f"{line}\n{said}"

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.consoles import Console


@pytest.fixture
def console(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Console:
    """An empty folder to work in, without what this machine's environment would say."""
    for name in ("ICPM_DATABASE", "ICPM_COUNTY", "ICPM_RULES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)
    return Console(tmp_path, capsys, monkeypatch)

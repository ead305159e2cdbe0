"""The benchmarks run from end to end, so small that their figures mean nothing, and leave complete rows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from benchmarks.__main__ import BENCHMARKS

PROMISED = {
    *("fold", "import", "import_pg", "record_warm", "record_cold", "overdue_count", "due_page", "explain"),
    *("import_memory", "start.help", "start.rules", "load.packs", "load.county", "backdate_cold", "backdate_warm"),
    "plan_check",
    *("known_at_page.1", "known_at_page.365", "known_at_page.1200", "rehearse_number", "rehearse_any", "rehearse_all"),
    "plan_html",
}
KEYS = {"name", "value", "unit", "limit", "ratio", "at_least", "reached", "ran_on", "machine"}
NO_LIMIT = {"explain", "explain.short", "import_memory", "backdate_cold", "backdate_warm"}


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """In a process of its own: what other tests have left in this one would be searched for garbage again and again."""
    command = [sys.executable, "-m", "benchmarks", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a command of our own


@pytest.mark.slow
def test_every_benchmark_leaves_complete_rows(tmp_path: Path) -> None:
    output = tmp_path / "results.json"
    ran = run("--size", "tiny", "--output", output)
    assert ran.returncode == 0, ran.stderr
    rows = msgspec.json.decode(output.read_bytes())
    assert {row["name"] for row in rows} >= PROMISED
    assert len({row["name"] for row in rows}) == len(rows)
    for row in rows:
        assert set(row) == KEYS
        assert row["value"] > 0
        if row["name"] in PROMISED:
            assert row["at_least"] > 0
        assert (row["at_least"] is None) == (row["reached"] is None)
        assert (row["limit"] is None) == (row["ratio"] is None) == (row["name"] in NO_LIMIT)
        assert row["name"] in ran.stdout
        assert row["ran_on"] in ran.stdout


def test_one_benchmark_may_be_asked_for(tmp_path: Path) -> None:
    output = tmp_path / "results.json"
    assert run("fold", "--size", "tiny", "--output", output).returncode == 0
    assert [row["name"] for row in msgspec.json.decode(output.read_bytes())] == ["fold", "fold.rich"]


def test_an_unknown_name_is_told_which_there_are() -> None:
    done = run("folding")
    assert done.returncode == 2
    assert "there is no benchmark folding; there are: " + ", ".join(BENCHMARKS) in " ".join(done.stderr.split())

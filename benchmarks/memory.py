"""`import_memory`: the peak memory of a process that does nothing but import a large extract."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import caseload, importing
from benchmarks.measuring import Bench, Row
from icpm_engine.interop.importing import import_extract
from icpm_engine.interop.mapping import load_mapping

EVENTS = 1_000_000
PROMISED = 350


def import_memory(bench: Bench) -> Iterator[Row]:
    """A million events into SQLite, in a process of its own."""
    written = importing.extract(bench, EVENTS)
    place = bench.place("memory")
    command = [sys.executable, "-m", "benchmarks.memory", str(written.extract), str(written.mapping), str(place)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parent.parent)  # noqa: S603
    before, peak, entries = (int(word) for word in done.stdout.split())
    yield Row(
        "import_memory",
        peak / 1024,
        "MiB",
        None,
        PROMISED,
        f"{entries:,} events of an extract of {written.extract.stat().st_size / 2**20:.0f} MiB into SQLite; "
        f"{before / 1024:.0f} MiB before the first row is read",
    )


def _peak() -> int:
    """The most memory that this process has held, in KiB.

    Not ru_maxrss on Linux: that is handed down by the process that started this one.
    """
    status = Path("/proc/self/status")
    for line in status.read_text(encoding="utf-8").splitlines() if status.exists() else ():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


def main(extract: str, mapping: str, place: str) -> None:
    """Import, and print the memory held before and at most, in KiB, and the number of entries."""
    with caseload.opened(Path(place)) as engine:
        read = load_mapping(mapping, engine.pack.events)
        before = _peak()
        report = import_extract(engine, read, extract, by="import", set_aside=Path(place) / "aside.csv")
    print(before, _peak(), report.entries)


if __name__ == "__main__":
    main(*sys.argv[1:])

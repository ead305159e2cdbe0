"""`python -m benchmarks [--quick] [NAME...]`: run the benchmarks, print a table, write benchmarks/results.json."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from benchmarks import (
    constructs,
    explaining,
    folding,
    importing,
    listing,
    loading,
    memory,
    past,
    plans,
    recording,
    rehearsing,
    sheets,
    starting,
)
from benchmarks.measuring import SIZES, Bench, Row, cores, on_cores
from benchmarks.report import Table, save

BENCHMARKS: dict[str, Callable[[Bench], Iterable[Row]]] = {
    "fold": folding.fold_cases,
    "constructs": constructs.constructs,
    "import": importing.import_sqlite,
    "import_pg": importing.import_postgresql,
    "import_believed": importing.import_believed,
    "audit": importing.audit,
    "record_warm": recording.record_warm,
    "record_cold": recording.record_cold,
    "overdue_count": listing.overdue_count,
    "due_page": listing.due_page,
    "known_at_page": past.known_at_page,
    "backdate": past.backdate,
    "rehearse": rehearsing.rehearse,
    "explain": explaining.explain,
    "plan_check": plans.plan_check,
    "plan_html": sheets.plan_html,
    "import_memory": memory.import_memory,
    "start": starting.start,
    "load": loading.load,
}


def run(names: Iterable[str], size: str, output: Path) -> list[Row]:
    """Run the benchmarks of these names, one after the other on one core, and save their rows."""
    table, rows = Table(), []
    with (
        tempfile.TemporaryDirectory(prefix="icpm-bench-", ignore_cleanup_errors=True) as folder,
        ExitStack() as closing,
    ):
        here = max(cores())
        bench = Bench(SIZES[size], Path(folder), cores() - {here}, closing)
        with on_cores({here}):
            for name in names:
                for row in BENCHMARKS[name](bench):
                    rows.append(row)
                    table.add(row)
    save(rows, output)
    return rows


def main(arguments: list[str] | None = None) -> int:
    """The command line. A figure that misses what was promised is said so in the table, and is no failure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(BENCHMARKS)}")
    parser.add_argument("--quick", action="store_const", const="quick", dest="size", help="a tenth of the size")
    parser.add_argument("--size", choices=sorted(SIZES), help="full unless asked otherwise")
    parser.set_defaults(size="full")
    default = Path(__file__).with_name("results.json")
    parser.add_argument("--output", type=Path, default=default, help="where to write the rows as JSON")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}; there are: {', '.join(BENCHMARKS)}")
    run(given.names or BENCHMARKS, given.size, given.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())

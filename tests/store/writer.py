"""A program of its own that writes to a store until it is done or killed: `python -m tests.store.writer URL NAME N`."""

from __future__ import annotations

import sys

from icpm_engine.store import Store
from tests.store.invented import KINDS, new, record

DAY_ONE = 738_000


def main(url: str, name: str, records: int) -> None:
    """Record events of cases that other writers touch too; say of each commit that it has come through."""
    store = Store(url, "los_angeles", KINDS)
    for number in range(records):
        kind = "asked" if number % 2 == 0 else "answered"
        event = new(kind, DAY_ONE + number, name, source_system=name, source_key=str(number))
        commit_no, _ = record(store, f"C-{number % 3}", event)
        print(commit_no, flush=True)  # noqa: T201 - the test reads it
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))

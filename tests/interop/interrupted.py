"""An import in a process of its own that stops in the middle, to be killed there.

    python -m tests.interop.interrupted DATABASE EXTRACT reading|writing

It says where it has come to, and waits.
"""

from __future__ import annotations

import sys
import time

from icpm_engine.interop import importing
from icpm_engine.simulate import Caseload
from tests.interop.practice import opened, read

BATCH = 500
"""Events that it writes, or reports, together, so that much is written and nothing committed when it is killed."""


def main(url: str, extract: str, phase: str) -> None:
    """Import, and stop when rows have been read, or when some of them have been written."""
    told: list[int] = []

    def progress(number: int) -> None:
        told.append(number)
        writing = len(told) > 1 and number < told[-2]  # rows read are told first, then entries written
        if (phase == "writing" and writing) or (phase == "reading" and number >= importing.REPORT_EVERY):
            print(phase, flush=True)  # noqa: T201 - this is how it tells whoever kills it
            time.sleep(60)

    for name in ("BATCH", "REPORT_EVERY"):
        setattr(importing, name, BATCH)  # they are Final to everybody else
    with opened(url) as engine:
        importing.import_extract(engine, read(Caseload().mapping(), engine), extract, by="killed", progress=progress)


if __name__ == "__main__":
    main(*sys.argv[1:])

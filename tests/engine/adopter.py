"""An adoption in a process of its own, to be killed in the middle: `python -m tests.engine.adopter URL FOLDER`."""

from __future__ import annotations

import sys
import time

from icpm_engine import Engine, RulePack
from icpm_engine.engine import adoptions

NOW = 1_775_500_000  # 6 April 2026


def main(url: str, folder: str) -> None:
    """Adopt, two subjects at a time, and wait when some have passed over."""

    def progress(passed: int) -> None:
        if passed >= 4:
            print(passed, flush=True)  # noqa: T201 - this is how it tells whoever kills it
            time.sleep(60)

    setattr(adoptions, "BATCH", 2)  # noqa: B010 - it is Final to everybody else
    with Engine(url, RulePack.load(folder), clock=lambda: NOW) as engine:
        engine.adopt(author="supervisor:1", note="ten days from April on", progress=progress)


if __name__ == "__main__":
    main(*sys.argv[1:])

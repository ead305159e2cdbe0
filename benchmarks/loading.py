"""`load`: every rule pack that ships with its counties, and the slowest county alone, each in a new process."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from benchmarks.measuring import Bench, Row
from benchmarks.starting import python
from icpm_engine.rules.packs import county_names, pack_names, packs_root

LOAD = """
import gc, sys, time, yaml
from icpm_engine.rules.loading import load_pack
from icpm_engine.vocabulary import STANDARD
kinds = list(STANDARD.values())
wanted = [(name, county or None) for name, _, county in (word.partition(":") for word in sys.argv[2:])]
gc.collect()
gc.freeze()
begin = time.perf_counter()
packs = [load_pack(name, county) for name, county in wanted]
loaded = time.perf_counter() - begin
calendars = {calendar.name for pack in packs for calendar in pack.calendars.values()}
files = sorted({f"{sys.argv[1]}/{file.partition('/')[2]}" for pack in packs for file in pack.files})
files += [f"{sys.argv[1]}/calendars/{name}.yaml" for name in sorted(calendars)]
texts = [open(file, "rb").read() for file in files]
gc.collect()
gc.freeze()
begin = time.perf_counter()
for text in texts:
    yaml.load(text, yaml.CSafeLoader)
print(loaded, time.perf_counter() - begin, len(packs), len(files), sum(text.count(b"\\n") for text in texts))
"""


def load(bench: Bench) -> Iterator[Row]:
    """As a command or a service meets them when it starts."""
    times = bench.size.of(15, 1)
    packs = [name for name in pack_names() for name in (name, *(f"{name}:{one}" for one in county_names(name)))]
    yield _row("load.packs", packs, times, 2000)
    counties = [name for name in packs if ":" in name]
    slowest = max(counties, key=lambda name: _measured([name], 1)[0])
    yield _row("load.county", [slowest], times, 300)


def _row(name: str, packs: Sequence[str], times: int, promised: float) -> Row:
    loaded, parsed, number, files, lines = _measured(packs, times)
    what = f"{packs[0].replace(':', ', ')} county" if len(packs) == 1 else f"{number:.0f} packs and counties"
    return Row(
        name,
        loaded * 1000,
        "ms",
        parsed * 1000,
        promised,
        f"{what}: {files:.0f} rule and calendar files of {lines:.0f} lines, loaded, merged and checked in a new "
        "process that has imported the library; limit: yaml.load of each file once by PyYAML's C loader",
    )


def _measured(packs: Sequence[str], times: int) -> tuple[float, ...]:
    """Seconds to load and to parse, packs, files and lines: medians of several processes."""
    found = [[float(word) for word in python(LOAD, str(packs_root()), *packs).split()] for _ in range(times)]
    return tuple(map(statistics.median, zip(*found, strict=True)))

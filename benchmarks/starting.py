"""`start`: the command's help as a process, and the loading of 60 rule files of about 99 lines."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from benchmarks.measuring import Bench, Row, median_seconds

FILES = 60
HELP = "import sys; from icpm_engine.cli import main; sys.argv[1:] = ['--help']; main()"
LOAD = """
import sys, time, yaml
from pathlib import Path
from icpm_engine.rules.loading import load_files
from icpm_engine.vocabulary import STANDARD
kinds = list(STANDARD.values())
paths = sorted(Path(sys.argv[1]).glob("*.yaml"))
texts = [path.read_bytes() for path in paths]
begin = time.perf_counter()
load_files(paths)
loaded = time.perf_counter()
for text in texts:
    yaml.load(text, yaml.CSafeLoader)
print(loaded - begin, time.perf_counter() - loaded)
"""


def start(bench: Bench) -> Iterator[Row]:
    """Both as a user meets them: in a new process."""
    times = bench.size.of(15, 2)
    yield Row(
        "start.help",
        median_seconds(lambda: python(HELP), times) * 1000,
        "ms",
        median_seconds(lambda: python("import typer"), times) * 1000,
        250,
        "`icpm --help` as a process, its files in the system's cache; limit: a process that imports typer",
    )
    folder = bench.place("rules")
    lines = write_rules(folder, bench.size.of(FILES, FILES if bench.size.name == "quick" else 3))
    found = [[float(word) for word in python(LOAD, str(folder)).split()] for _ in range(times)]
    loaded, parsed = (statistics.median(times) * 1000 for times in zip(*found, strict=True))
    number = len(list(folder.iterdir()))
    yield Row(
        "start.rules",
        loaded,
        "ms",
        parsed,
        150,
        f"{number} rule files of {lines / number:.0f} lines on average, loaded, resolved and checked in a new "
        "process that has imported the library; "
        "limit: yaml.load of the same files by PyYAML's C loader",
    )


def python(program: str, *arguments: str) -> str:
    """What a program of ours prints, run in a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own programs
        [sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout


def write_rules(folder: Path, files: int) -> int:
    """So many rule files, each with rules of every kind under names of its own. Gives their lines in all."""
    template = Path(__file__).with_name("rules.yaml.txt").read_text(encoding="utf-8")
    lines = 0
    for number in range(files):
        text = template.replace("NN", f"{number:02}")
        lines += text.count("\n")
        (folder / f"area_{number:02}.yaml").write_text(text, encoding="utf-8")
    yaml.safe_load(template)
    return lines

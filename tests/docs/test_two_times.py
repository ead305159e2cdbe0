"""The page about two times: its story is recorded, its scenario runs, and its picture is what the engine answers."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from icpm_engine import Engine
from icpm_engine.errors import NotFound
from icpm_engine.rules.loading import load_texts
from tests.docs.pages import ROOT, Block, fenced

PAGE = ROOT / "docs" / "two-times.md"
SIGNS = {"running": "=", "met": "+"}


def titled(title: str) -> Iterator[tuple[int, str]]:
    """Line and text of the blocks of a title."""
    return ((line, text) for line, found, text in fenced(PAGE) if found.startswith(title))


def rules() -> str:
    ((_, text),) = titled("yaml rules")
    return text


@pytest.fixture
def names() -> Iterator[dict[str, Any]]:
    """What the blocks of the story leave behind, each of them as the page says."""
    names: dict[str, Any] = {"pack": load_texts({"rules.yaml": rules()})}
    told: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    for line, text in titled("pycon"):
        example = doctest.DocTestParser().get_doctest(text, names, PAGE.name, str(PAGE), line)
        runner.run(example, out=told.append, clear_globs=False)
        names = example.globs
    assert not told, "".join(told)
    yield names
    names["engine"].close()


def test_the_story_is_as_the_page_tells_it(names: dict[str, Any]) -> None:
    with names["engine"].store.reading() as reading:
        assert len(reading.journal("case", "C-7")) == 4


def test_the_picture_is_what_the_engine_answers(names: dict[str, Any]) -> None:
    ((_, text),) = titled("text strip of refer")
    heading, *lines = text.splitlines()
    first, last = (date.fromisoformat(word) for word in heading.split() if word[0].isdigit())
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    for line in lines:
        known_at, strip = line.split()
        drawn = "".join(sign(names["engine"], day.isoformat(), known_at) for day in days)
        assert drawn == strip, f"as known at {known_at} it is {drawn}"


def sign(engine: Engine, on: str, known_at: str) -> str:
    """How the duty stands, in one sign."""
    try:
        found = engine.case("C-7", on=on, known_at=known_at).obligations
    except NotFound:
        return "."
    if not found:
        return "."
    return "!" if found[0].overdue else "x" if "late" in found[0].marks else SIGNS[found[0].state]


def test_the_scenario_runs(tmp_path: Path) -> None:
    ((line, text),) = titled("yaml scenario")
    assert Block(PAGE.name, line, "yaml scenario", text, rules(), None).run(tmp_path) == ""

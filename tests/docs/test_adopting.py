"""The page about rules that change: every example on it comes out as it says."""

from __future__ import annotations

import doctest
import itertools
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "adopting.md"
MARCH = 1_774_566_000  # the afternoon of 26 March 2026 in California


def test_every_example_comes_out_as_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    moments = itertools.count(MARCH)
    options = doctest.ELLIPSIS | doctest.REPORT_NDIFF
    names = {"clock": lambda: next(moments)}
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, globs=names, optionflags=options)
    assert tried > 20
    assert failed == 0

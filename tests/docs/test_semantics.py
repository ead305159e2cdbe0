"""The list of the semantics is whole, and what each number names as its test is there."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import pytest

from tests.docs.pages import FOLDER, ROOT, blocks

PAGE = FOLDER / "semantics.md"
NUMBERED = re.compile(r"^(\d+)\. (.*(?:\n(?!\d+\. |#|\n).*)*)", re.MULTILINE)
BORNE_BY = re.compile(r"^ +Borne by (.*(?:\n +.*)*)", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
STORY_FILE = re.compile(r"`(scenarios/[\w/-]+\.yaml)`")
STORY = re.compile(r"\"([^\"]+)\" in \[[^\]]+\]\((\w[\w-]*\.md)\)")
LAST = 55


def _numbers() -> dict[int, str]:
    """The text of each number, as the page has it."""
    return {int(number): text for number, text in NUMBERED.findall(PAGE.read_text("utf-8"))}


@functools.cache
def _functions(path: Path) -> frozenset[str]:
    return frozenset(
        node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)
    )


@functools.cache
def _stories(page: str) -> frozenset[str]:
    named = (re.search(r"^name: (.*)$", block.text, re.MULTILINE) for block in blocks(FOLDER / page))
    return frozenset(found[1].strip("'\"") for found in named if found)


def _missing(borne: str) -> list[str]:
    """What is named as a test and is not there."""
    missing = [f"{path}::{name}" for path, name in TEST.findall(borne) if name not in _functions(ROOT / path)]
    missing += [path for path in STORY_FILE.findall(borne) if not (ROOT / path).is_file()]
    return missing + [f"{story} ({page})" for story, page in STORY.findall(borne) if story not in _stories(page)]


def test_every_number_is_there_once_and_in_its_order() -> None:
    listed = [int(number) for number, _ in NUMBERED.findall(PAGE.read_text("utf-8"))]
    assert listed == list(range(1, LAST + 1))


@pytest.mark.parametrize("number", range(1, LAST + 1))
def test_a_number_names_tests_that_are_there(number: int) -> None:
    found = BORNE_BY.search(_numbers()[number])
    assert found is not None, "no line says what it is borne by"
    borne = " ".join(found[1].split())
    assert TEST.search(borne) or STORY_FILE.search(borne) or STORY.search(borne), "it names no test"
    assert not _missing(borne)

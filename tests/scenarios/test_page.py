"""docs/scenarios.md describes every key that a story may hold, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from icpm_engine.scenarios.format import EVENT_KEYS, EXPECT_KEYS, TOP_KEYS

PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"


def described(section: str) -> list[str]:
    """The keys in the first column of a section's table."""
    text = PAGE.read_text("utf-8").split(f"\n## {section}\n")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    return [word for cell in cells for word in re.findall(r"`([a-z_]+)", cell)]


@pytest.mark.parametrize(
    ("section", "keys"),
    [("The story", TOP_KEYS), ("Events", EVENT_KEYS), ("Expected answers", EXPECT_KEYS)],
)
def test_every_key_is_described_once(section: str, keys: tuple[str, ...]) -> None:
    assert sorted(described(section)) == sorted(keys)

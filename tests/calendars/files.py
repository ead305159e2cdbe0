"""The calendar files of rules/calendars, read as plain text: this layer lies below the rule loader."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import yaml

from icpm_engine.calendars import WEEKDAYS, Calendar, Citation, parse_day

FOLDER = Path(__file__).parents[2] / "rules" / "calendars"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


def content(name: str) -> dict[str, Any]:
    text = (FOLDER / f"{name}.yaml").read_text("utf-8")
    found = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - every scalar stays text, nothing is constructed
    assert isinstance(found, dict)
    return found


@functools.cache
def calendar(name: str) -> Calendar:
    data = content(name)
    return Calendar.from_parts(
        data["name"],
        data["title"],
        Citation(**data["source"]),
        [WEEKDAYS.index(day) for day in data["open"]],
        {parse_day(day): reason for day, reason in data["closed"].items()},
        parse_day(data["covers"]["from"]),
        parse_day(data["covers"]["until"]),
    )

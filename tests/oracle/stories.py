"""Short ways to tell a story to the oracle in its own tests."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tests.oracle import Answer, Run, answer

DATA = Path(__file__).parent / "data"


def read_pack(name: str) -> dict[str, Any]:
    """A pack of the test data, every scalar a text."""
    with (DATA / f"{name}.yaml").open(encoding="utf-8") as file:
        pack: dict[str, Any] = yaml.load(file, Loader=yaml.BaseLoader)  # noqa: S506  (it makes nothing but text)
    return pack


def with_birth_dates(pack: Mapping[str, Any]) -> dict[str, Any]:
    """The pack with the event and the fact of the standard vocabulary that an age rests on."""
    told = deepcopy(dict(pack))
    told["events"]["birth_date_recorded"] = {"born": "date"}
    told.setdefault("facts", {})["born"] = {"type": "date", "told": {"on": "birth_date_recorded", "take": "born"}}
    return told


def story(*events: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Events told as (day, kind), (day, kind, values) or (day, kind, values, extra). Their ids are e0, e1, ..."""
    told = []
    for number, (when, kind, *rest) in enumerate(events):
        day, _, clock = str(when).partition("T")
        minute = int(clock[:2]) * 60 + int(clock[3:5]) if clock else None
        values = rest[0] if rest else {}
        extra = rest[1] if len(rest) > 1 else {}
        told.append({"entry": f"e{number}", "kind": kind, "day": day, "minute": minute, "values": values} | extra)
    return told


def ask(pack: Mapping[str, Any], events: list[dict[str, Any]], on: str, **settles: object) -> Answer:
    """The oracle's answer for the end of a day."""
    return answer(pack, events, date.fromisoformat(on), settles)


def only_run(found: Answer, duty: str) -> Run:
    """The one run that a duty has."""
    (run,) = found.of(duty)
    return run


def days(*texts: str) -> tuple[date, ...]:
    """Dates."""
    return tuple(date.fromisoformat(text) for text in texts)

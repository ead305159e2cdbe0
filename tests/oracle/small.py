"""Small packs for tests of the oracle, as the plain data that it reads."""

from __future__ import annotations

from typing import Any

import yaml

from tests.oracle.stories import with_birth_dates

EVENTS = """
opened: {sorts: first}
closed: {sorts: last}
began: {id: text, kind: text}
done: {id: text, kind: text, shows: list, by: text, on_paper: moment}
left: {id: text}
planned: {id: text, date: moment, day: date, limit: span}
told: {kind: text, count: number, flag: yes_no}
"""


def rules(text: str) -> dict[str, Any]:
    """A pack of the sections given, with the events above."""
    pack: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  (it makes nothing but text)
    events = yaml.load(EVENTS, Loader=yaml.BaseLoader)  # noqa: S506
    return with_birth_dates({"zone": "America/Los_Angeles", "events": events} | pack)


def duty(body: str, rest: str = "") -> dict[str, Any]:
    """A pack with one duty `d`."""
    return rules(f"duties: {{d: {{owner: worker, {body}}}}}\n{rest}")


WITHIN_TEN = "starts: began, due: {within: 10 days}, met: done"
CASE = (
    "lifecycles: {case: {initial: none, states: {}, transitions: "
    "[{on: opened, from: none, to: open}, {on: closed, from: open, to: closed}]}}"
)
KIND = "facts: {kind: {type: text, told: {on: told, take: kind}}}"

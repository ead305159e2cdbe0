"""Running the command in this process, as a shell would see it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, NamedTuple, Protocol

HERE = Path(__file__).parent
RULES = HERE / "rules" / "testland"
STORIES = HERE / "stories"


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:  # noqa: ANN401 - whatever the JSON holds
        return json.loads(self.out)


class Icpm(Protocol):
    def __call__(self, *arguments: object) -> Ran: ...


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a CSV, by its header."""
    return list(csv.DictReader(io.StringIO(text)))

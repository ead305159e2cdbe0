"""Stores on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from icpm_engine.store import Store
from tests.store.invented import KINDS

OpenStore = Callable[..., Store]


@pytest.fixture
def open_store(url: str) -> Iterator[OpenStore]:
    """Opens a store on the test's database, as often as a test likes; all are closed at its end."""
    stores: list[Store] = []

    def opened(county: str = "los_angeles", **more: int) -> Store:
        stores.append(Store(url, county, KINDS, **more))
        stores[-1].create()
        return stores[-1]

    yield opened
    for store in stores:
        store.close()


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    """The store of one county."""
    return open_store()

"""What the tests of an engine share."""

from __future__ import annotations

import pytest

from tests.engine.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()

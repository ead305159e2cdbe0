"""How hard the comparison tries: a little and always the same in CI, long and ever different when asked to.

ICPM_STATEFUL=50 makes fifty times as many examples, drawn anew on each run.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("ICPM_STATEFUL", "0"))
CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def effort(examples: int, steps: int = 50) -> settings:
    """Settings for a test that makes so many examples in CI."""
    return settings(
        max_examples=examples * max(TIMES, 1),
        stateful_step_count=steps,
        report_multiple_bugs=False,
        derandomize=TIMES == 0,
        database=None,
        deadline=None,
        suppress_health_check=CHECKS,
    )

"""How every test runs: no time limit for one Hypothesis example, since CI shares its cores."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("icpm", deadline=None, print_blob=True)
settings.load_profile("icpm")

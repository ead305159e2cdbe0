from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from icpm_engine.errors import ScenarioError
from icpm_engine.scenarios import Failure
from tests.scenarios.stories import told

STORY = """name: A story
child: {born: 2008-03-10}
events:
  - {on: 2026-03-02, id: opening, case_opened: {}}
  - {on: 2026-03-06T10:00, recorded: 2026-03-09, id: screen, screening_completed: {result: positive}}
  - {on: 2026-03-05, corrects: screen, screening_completed: {result: negative}}
  - {on: 2026-03-20, retracts: opening}
expect:
  - {on: 2026-03-10, known_at: 2026-03-09, due: {send_referral: 2026-03-13}, overdue: [], absent: ['accept[R1]']}
  - {on: 2026-03-10, states: {case: open}, facts: {born: 2008-03-10}, because: {rescreen#1: [year]}}
"""
BITS = st.sampled_from(
    [*"{}[]:,#'\"-\n 0129", "on", "9999-12-31", "0001-01-01", "T24:00", "~", "[]", "{}", "&a", "é", "\x00", "#99999"]
)


@given(st.lists(st.tuples(st.integers(0, len(STORY)), st.integers(0, 12), BITS), min_size=1, max_size=3))
@example([(STORY.index("2026-03-02"), 10, "9999-12-31")])
@example([(STORY.index("2026-03-10"), 10, "9999-12-31")])
@example([(STORY.index("2026-03-20"), 10, "0001-01-01")])
def test_a_garbled_story_is_told_or_refused(changes: list[tuple[int, int, str]]) -> None:
    text = STORY
    for place, length, bit in changes:
        text = text[:place] + bit + text[place + length :]
    try:
        found = told(text)
    except ScenarioError as error:
        assert str(error).startswith("story.yaml:")  # noqa: PT017 - either outcome is right
    else:
        assert all(isinstance(failure, Failure) for failure in found)

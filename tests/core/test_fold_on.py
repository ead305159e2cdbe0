"""A fold that goes on from where the last one stood comes to what a fold of everything comes to."""

from __future__ import annotations

import pytest

from icpm_engine.history import Entry, compile_pack, fold
from icpm_engine.history.fold import Walked, fold_on
from tests.core.anything import PACKS, story


@pytest.mark.parametrize("name", PACKS)
def test_event_by_event_it_comes_to_the_same(name: str) -> None:
    rules = compile_pack(PACKS[name]())
    for number in range(3):
        told = sorted(story(rules, f"{name} {number}", 30, 40 + 40 * number), key=lambda entry: entry.day)
        for place, entry in enumerate(told, 1):
            entry.entry = place
        walked: Walked | None = None
        for place in range(1, len(told) + 1):
            before = walked
            folding, walked = fold_on(rules, told[:place], 0, walked, told[place - 1 : place])
            assert folding == fold(rules, told[:place])
            if before is not None:  # what it went on from stands as it did
                again, _ = fold_on(rules, told[: place - 1], 0, before, [])
                assert again == fold(rules, told[: place - 1])


def entry(number: int, kind: str, day: int, **more: int) -> Entry:
    return Entry(kind=kind, day=739_000 + day, minute=-1, values={"result": "positive"}, entry=number, **more)


def test_it_goes_on_only_from_later_days_that_change_nothing() -> None:
    rules = compile_pack(PACKS["odd"]())
    told = [entry(1, "screening_completed", 1), entry(2, "contact_made", 5)]
    _, walked = fold_on(rules, told, 0, None, [])
    assert walked is not None
    later = entry(3, "referral_sent", 6)
    assert walked.goes_on(rules, [*told, later], [later])
    assert walked.goes_on(rules, told, [])
    assert not walked.goes_on(compile_pack(PACKS["odd"]()), [*told, later], [later]), "other rules"
    assert not walked.goes_on(rules, [*told, later, entry(4, "contact_made", 7)], [later]), "other entries"
    for changing in (
        entry(3, "referral_sent", 5),
        entry(3, "contact_made", 7, corrects=2),
        entry(3, "entry_retracted", 7, retracts=2),
    ):
        assert not walked.goes_on(rules, [*told, changing], [changing])
        folding, _ = fold_on(rules, [*told, changing], 0, walked, [changing])
        assert folding == fold(rules, [*told, changing])

"""A fold that goes on from where the last one stood comes to what a fold of everything comes to."""

from __future__ import annotations

import importlib
import random

import attrs
import pytest

from icpm_engine.history import Entry, compile_pack, fold
from icpm_engine.history.fold import Walked, fold_on, open_at
from icpm_engine.store.projection import OPEN
from tests.core.anything import PACKS, story


@pytest.mark.parametrize("name", PACKS)
def test_event_by_event_it_comes_to_the_same(name: str) -> None:
    rules = compile_pack(PACKS[name]())
    for number in range(3):
        told = story(rules, f"{name} {number}", 30, 40 * number + 3)
        told.sort(key=lambda entry: entry.day)  # so that many come last, and some of them on the day of others
        for place, entry in enumerate(told, 1):
            entry.entry = place
        walked: Walked | None = None
        for place in range(1, len(told) + 1):
            folding, walked = fold_on(rules, told[:place], 0, walked, told[place - 1 : place])
            assert folding == fold(rules, told[:place])
            again, walked = fold_on(rules, told[:place], 0, walked, [])  # carrying edges forward has changed nothing
            assert again == folding


@pytest.mark.parametrize("name", PACKS)
def test_what_comes_late_is_folded_from_a_mark_on_and_comes_to_the_same(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module("icpm_engine.history.fold")
    monkeypatch.setattr(module, "MARKED_EVERY", 4)
    monkeypatch.setattr(module, "MOST_MARKS", 3)
    rules = compile_pack(PACKS[name]())
    chance = random.Random(name)  # noqa: S311 - invented data
    used = 0
    for number in range(4):
        told = story(rules, f"{name} late {number}", 26, 40 * number + 3)  # in any order of days
        walked: Walked | None = None
        for place in range(1, len(told) + 1):
            new = told[place - 1]
            if place > 5 and chance.random() < 0.2:
                old = chance.choice(told[: place - 1])
                new.corrects, new.kind, new.values = old.entry, old.kind, old.values
            marks = [] if walked is None else walked.marks.copy()
            folding, walked = fold_on(rules, told[:place], 0, walked, [new])
            assert folding == fold(rules, told[:place])
            used += any(mark in marks for mark in ([] if walked is None else walked.marks))
    assert used > 20, "the marks are of use"


@pytest.mark.parametrize("name", PACKS)
def test_what_is_open_at_an_instant_comes_out_as_in_a_fold_of_everything(name: str) -> None:
    rules = compile_pack(PACKS[name]())
    for number in range(3):
        told = story(rules, f"{name} open {number}", 30, 40 * number + 3)
        for day in (told[0].day, told[-1].day, max(entry.day for entry in told) + 200):
            at = rules.zone.midnight[day] - 1
            whole = [row for row in fold(rules, told, at).rows if row.state in OPEN and row[4] <= at < row[5]]
            # until when a row holds is not gone to
            assert [row._replace(valid_until=0) for row in open_at(rules, told, at)] == [
                row._replace(valid_until=0) for row in whole
            ]


def entry(number: int, kind: str, day: int, minute: int = -1, **more: int) -> Entry:
    return Entry(kind=kind, day=739_000 + day, minute=minute, values={"result": "positive"}, entry=number, **more)


def test_most_of_what_is_recorded_goes_on_even_on_the_same_day() -> None:
    rules = compile_pack(PACKS["odd"]())
    told = [entry(1, "screening_completed", 5, 600), entry(2, "contact_made", 5)]
    for kind, minute, goes_on in (
        ("contact_made", -1, True),
        ("contact_made", 600, True),
        ("contact_made", 599, False),
        ("case_closed", 0, True),
        ("case_opened", -1, False),
    ):
        new = entry(3, kind, 5, minute)
        _, walked = fold_on(rules, told, 0, None, [])
        assert walked is not None
        assert walked.goes_on(rules, [*told, new], [new]) is goes_on
        folding, _ = fold_on(rules, [*told, new], 0, walked, [new])
        assert folding == fold(rules, [*told, new])


def test_it_goes_on_only_where_nothing_of_what_was_there_changes() -> None:
    rules = compile_pack(PACKS["odd"]())
    told = [entry(1, "screening_completed", 1), entry(2, "contact_made", 5)]
    _, walked = fold_on(rules, told, 0, None, [])
    assert walked is not None
    later = entry(3, "referral_sent", 6)
    assert walked.goes_on(rules, [*told, later], [later])
    assert walked.goes_on(rules, told, [])
    assert not walked.goes_on(compile_pack(attrs.evolve(PACKS["odd"]())), [*told, later], [later]), "other rules"
    assert not walked.goes_on(rules, [*told, later, entry(4, "contact_made", 7)], [later]), "other entries"
    for changing in (
        entry(3, "referral_sent", 4),
        entry(3, "contact_made", 7, corrects=2),
        entry(3, "entry_retracted", 7, retracts=2),
    ):
        assert not walked.goes_on(rules, [*told, changing], [changing])
        folding, _ = fold_on(rules, [*told, changing], 0, walked, [changing])
        assert folding == fold(rules, [*told, changing])

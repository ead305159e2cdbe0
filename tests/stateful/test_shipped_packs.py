"""What holds of any journal under every pack that ships; and the oracle, told the same, says the same."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpm_engine.history import CompiledRules, Entry, compile_pack, fold
from icpm_engine.history.fold import Walked, fold_on
from icpm_engine.rules.loading import load_pack
from icpm_engine.rules.packs import county_names, pack_names
from tests.stateful.both import Told, When, days_standing, differences
from tests.stateful.effort import effort
from tests.stateful.events import events, inner
from tests.stateful.shipped import Shipped, merged
from tests.stateful.subsets import cut, kinds_named

pytestmark = pytest.mark.slow
PACKS = [(name, county) for name in pack_names() for county in (None, *county_names(name))]
FIRST = date(2026, 3, 2)
SPAN = 70  # days over which a journal goes: past the first limits of most rules


@cache
def compiled(name: str, county: str | None) -> CompiledRules:
    """A pack, compiled once."""
    return compile_pack(load_pack(name, county))


@cache
def rules_of(name: str, county: str | None, names: frozenset[str]) -> Shipped:
    """A pack for both, of which some rules are meant."""
    data = merged(name, county)
    both = Shipped("", {}, given=compiled(name, county), merged=cut(data, names | set(data["facts"])))
    return both.about(("case", ""))


@cache
def unnamed(name: str, county: str | None) -> str:
    """A kind of event that no rule of the pack names, and that may come without any field."""
    named = kinds_named(merged(name, county))
    kinds = compiled(name, county).whole.events.values()
    plain = (kind.name for kind in kinds if not any(field.required for field in kind.fields.values()))
    return next(kind for kind in plain if kind not in named)


class Story(NamedTuple):
    """Some rules of a pack, and a journal of the kinds that they name; plain values, which are quick to print."""

    name: str
    county: str | None
    meant: tuple[str, ...]
    told: list[Told]

    @property
    def both(self) -> Shipped:
        """The rules, for both."""
        return rules_of(self.name, self.county, frozenset(self.meant))


@st.composite
def journals(draw: st.DrawFn, most_rules: int, most: int) -> Story:
    """A story under one of the packs."""
    name, county = draw(st.sampled_from(PACKS))
    data = merged(name, county)
    rules = [*data["duties"], *data["bars"], *data["lifecycles"], *data["decisions"]]
    names = draw(st.lists(st.sampled_from(rules), min_size=1, max_size=most_rules, unique=True))
    told = draw(events(compiled(name, county).whole, cut(data, names), FIRST, SPAN, most))
    return Story(name, county, tuple(names), told)


def asked(told: Sequence[Told]) -> list[When]:
    """The days on which something happened, an hour of the first, and some days after the last."""
    happened = days_standing(told)
    if not happened:
        return []
    noon = datetime.combine(happened[0], datetime.min.time()) + timedelta(hours=12)
    return [*happened, noon, *(happened[-1] + timedelta(days=step) for step in (1, 13, 15, 31, 61, 92))]


def entries(both: Shipped, told: Sequence[Told]) -> list[Entry]:
    """The journal as the fold of a case reads it."""
    return [both.entry(one) for one in inner(both.pack, told)]


def seen(both: Shipped, told: Sequence[Told], when: Sequence[When]) -> list[Any]:
    """What the engine says of the rules that are meant."""
    found = both.engine(inner(both.pack, told), when)
    return [found[day] for day in when]


@effort(150)
@given(journals(most_rules=2, most=8))
def test_the_oracle_says_the_same(story: Story) -> None:
    both, told = story.both, story.told
    when = asked(told)
    if when:
        heard = inner(both.pack, told)
        engine, oracle = both.engine(heard, when), both.oracle(heard, when)
        for day in when:
            found = differences(engine[day], oracle[day])
            assert not found, f"on {day}:\n" + "\n".join(found)


@effort(60)
@given(journals(most_rules=6, most=14), st.randoms(use_true_random=False))
def test_the_order_of_delivery_makes_no_difference(story: Story, chance: random.Random) -> None:
    both, told = story.both, story.told
    delivered = list(told)
    chance.shuffle(delivered)
    assert fold(both.rules, entries(both, delivered)) == fold(both.rules, entries(both, told))


@effort(40)
@given(journals(most_rules=6, most=14))
def test_what_happens_later_moves_nothing_earlier(story: Story) -> None:
    """So that no due date depends on when one asks."""
    both, told = story.both, story.told
    plain = [one for one in told if not {"corrects", "retracts"} & set(one)]
    whole = seen(both, plain, asked(plain))
    for day, found in zip(asked(plain), whole, strict=True):
        until_then = [one for one in plain if one["day"] <= str(day)[:10]]
        assert seen(both, until_then, [day]) == [found]


@effort(60)
@given(journals(most_rules=6, most=14), st.integers(0, SPAN))
def test_an_event_that_no_rule_names_moves_nothing(story: Story, step: int) -> None:
    both, told = story.both, story.told
    when = [day for day in asked(told) if not isinstance(day, datetime)]
    day = (FIRST + timedelta(days=step)).isoformat()
    kind = unnamed(both.pack.name, both.pack.county)
    other = {"entry": str(len(told) + 1), "kind": kind, "day": day, "minute": None, "values": {}}
    assert seen(both, [*told, other], when) == seen(both, told, when)


@effort(40)
@given(journals(most_rules=6, most=14))
def test_going_on_comes_to_what_beginning_anew_comes_to(story: Story) -> None:
    both, told = story.both, story.told
    heard = entries(both, told)
    walked: Walked | None = None
    for place in range(1, len(heard) + 1):
        folding, walked = fold_on(both.rules, heard[:place], 0, walked, heard[place - 1 : place])
        assert folding == fold(both.rules, heard[:place])

"""Reading what a story expects of the status (`status:`) and before a hearing (`hearing:`), strictly."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from icpm_engine.calendars import parse_day
from icpm_engine.errors import Mark, ScenarioError
from icpm_engine.rules.model import RulePack
from icpm_engine.rules.nodes import Node
from icpm_engine.rules.words import hint, shown
from icpm_engine.scenarios.plan_format import Reads, by_name, listed, lists, single
from icpm_engine.scenarios.story import PlanExpectation


def status_expectations(node: Node) -> Iterator[PlanExpectation]:
    """What `status:` expects, key by key. Raises PackError with the place of what nobody can expect."""
    yield from _expectations(node, "the status", "{steps: {screening: positive}, no_limit: []}", _STATUS)


def hearing_expectations(node: Node) -> Iterator[PlanExpectation]:
    """What `hearing:` expects, key by key, its date first. Raises PackError as above."""
    node.map("what is expected of a hearing ({date: 2026-05-20, late: []})").need("date", "the day of the hearing")
    yield from _expectations(node, "a hearing", "{date: 2026-05-20, late: []}", _HEARING)


def _expectations(node: Node, what: str, like: str, known: Mapping[str, Reads]) -> Iterator[PlanExpectation]:
    keys = node.map(f"what is expected of {what} ({like})")
    keys.refuse_unknown(known, f"in what is expected of {what}")
    if len(keys) == 0:
        raise keys.error(f"nothing is expected of {what}; name at least one of {', '.join(known)}")
    for key, part in keys.pairs():
        yield from known[key](key, part, keys.key_mark(key))


def _day(key: str, node: Node, mark: Mark) -> Iterator[PlanExpectation]:
    for one in single(key, node, mark):
        try:
            parse_day(one.wanted[0])
        except ValueError as error:
            raise node.error(str(error)) from None
        yield one


def check_names(wanted: Iterable[PlanExpectation], pack: RulePack) -> None:
    """Refuse names that the rules do not know: what is expected not to be there would else hold for ever."""
    known: Mapping[str, Collection[str]] = {
        **dict.fromkeys(("matters", "steps", "next"), pack.lifecycles),
        **dict.fromkeys(("no_limit", "late", "open", "unknown"), pack.duties),
        **dict.fromkeys(("owed", "counted_from", "done", "missing", "known"), pack.duties),
        "call": pack.roles,
    }
    for one in wanted:
        for name in (one.name,) if one.name is not None else one.wanted if one.key in known else ():
            bare = name.partition("[")[0]
            if one.key in known and bare not in known[one.key]:
                found = f"no rule of this pack has the name {shown(bare)}{hint(bare, known[one.key])}"
                raise ScenarioError(f"{one.mark}: {found}")


_STATUS: Final[Mapping[str, Reads]] = {
    **dict.fromkeys(("matters", "no_limit"), listed),
    **dict.fromkeys(("steps", "needs", "call", "owed", "counted_from"), by_name),
    "next": lists(None, ""),
}
_HEARING: Final[Mapping[str, Reads]] = {
    "date": _day,
    **dict.fromkeys(("since", "kind"), single),
    **dict.fromkeys(("late", "open", "unknown", "no_limit", "plan"), listed),
    **dict.fromkeys(("done", "missing", "known"), by_name),
}

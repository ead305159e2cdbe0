"""What a story expects of the status and before a hearing against these: each comparison says what it got."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from icpm_engine.reports import Contact, Due, Hearing, Matter, Owed, Owing, Status
from icpm_engine.scenarios.comparing import Failure
from icpm_engine.scenarios.story import PlanExpectation


def compare_status(wanted: Iterable[PlanExpectation], status: Status, when: str) -> Iterator[Failure]:
    """Every expectation of a status that does not come true."""
    return _compared(wanted, lambda one: _STATUS[one.key](status, one.name or ""), "status", when)


def compare_hearing(wanted: Iterable[PlanExpectation], hearing: Hearing, when: str) -> Iterator[Failure]:
    """Every expectation before a hearing that does not come true."""
    return _compared(wanted, lambda one: _HEARING[one.key](hearing, one.name or ""), "hearing", when)


def _compared(
    wanted: Iterable[PlanExpectation], got: Callable[[PlanExpectation], Iterable[str]], what: str, when: str
) -> Iterator[Failure]:
    for one in wanted:
        expected, found = _listed(one.wanted), _listed(got(one))
        if expected != found:
            yield Failure(one.mark, when, " ".join(filter(None, [what, one.key, one.name])), expected, found)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


# --- status -----------------------------------------------------------------------------------------------------------


def _name(matter: Matter) -> str:
    return matter.lifecycle if matter.instance is None else f"{matter.lifecycle}[{matter.instance}]"


def _matter(status: Status, name: str) -> Matter | None:
    return next((one for one in status.matters if _name(one) == name), None)


def _step(status: Status, name: str) -> Iterable[str]:
    matter = _matter(status, name)
    return ["not there" if matter is None else matter.state]


def _next(status: Status, name: str) -> Iterable[str]:
    matter = _matter(status, name)
    return ["not there"] if matter is None else [one.obligation.duty for one in matter.next]


def _need(status: Status, name: str) -> Iterable[str]:
    return [next((one.step for one in status.needs if one.line_id == name), "not there")]


def _owed(owing: Owing, name: str) -> Owed | None:
    return next((one for one in owing.owed if one.obligation.name == name), None)


def _due(status: Status, name: str) -> Iterable[str]:
    one = _owed(status.owing, name)
    return ["not owed" if one is None else one.obligation.due or "none"]


def _counted(status: Status, name: str) -> Iterable[str]:
    one = _owed(status.owing, name)
    return ["not owed" if one is None else one.counted_from or "none"]


def _call(status: Status, role: str) -> Iterable[str]:
    """Who is to be called for a role, wherever it is named."""
    holders = [one.holder for one in status.matters if one.holder is not None]
    owners = (one for owed in status.owing.owed for one in owed.owners)
    found: list[Contact] = [one for one in (*holders, *owners) if one.role == role]
    return dict.fromkeys(one.who or "nobody" for one in found) or ["not asked"]


def _no_limit(owing: Owing) -> Iterable[str]:
    return [one.duty if one.instance is None else f"{one.duty}[{one.instance}]" for one in owing.without_limit]


_OfStatus: TypeAlias = Callable[[Status, str], Iterable[str]]
_STATUS: Final[Mapping[str, _OfStatus]] = {
    "matters": lambda status, _: map(_name, status.matters),
    "steps": _step,
    "needs": _need,
    "next": _next,
    "owed": _due,
    "counted_from": _counted,
    "call": _call,
    "no_limit": lambda status, _: _no_limit(status.owing),
}


# --- hearing ----------------------------------------------------------------------------------------------------------


def _of(hearing: Hearing, group: str) -> Iterable[str]:
    return [one.owed.obligation.name for one in hearing.due if one.group == group]


def _of_duty(hearing: Hearing, name: str, say: Callable[[Due], Iterable[str]]) -> Iterable[str]:
    found = next((one for one in hearing.due if one.owed.obligation.name == name), None)
    return ["not there"] if found is None else say(found)


_OfHearing: TypeAlias = Callable[[Hearing, str], Iterable[str]]
_HEARING: Final[Mapping[str, _OfHearing]] = {
    "date": lambda hearing, _: [hearing.date],
    "since": lambda hearing, _: [hearing.since],
    "kind": lambda hearing, _: [hearing.kind or "none"],
    "late": lambda hearing, _: _of(hearing, "late"),
    "open": lambda hearing, _: _of(hearing, "open"),
    "unknown": lambda hearing, _: _of(hearing, "unknown"),
    "no_limit": lambda hearing, _: _no_limit(hearing.owing),
    "plan": lambda hearing, _: [line.id for line in hearing.plan.work],
    "done": lambda hearing, name: _of_duty(hearing, name, lambda due: [due.done or "none"]),
    "missing": lambda hearing, name: _of_duty(hearing, name, lambda due: due.missing),
    "known": lambda hearing, name: _of_duty(hearing, name, lambda due: [known.entered for known in due.known]),
}

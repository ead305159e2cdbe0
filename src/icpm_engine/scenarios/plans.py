"""What a story expects of the one plan against the plan itself: each comparison says what it got."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

import attrs

from icpm_engine.plan import Change, Found, Goal, Line, PlanAnswer, Service, Version, said
from icpm_engine.scenarios.comparing import Failure, flat
from icpm_engine.scenarios.plan_format import canonical
from icpm_engine.scenarios.story import PlanExpectation, Question


@attrs.frozen
class Asked:
    """The plan as it was asked for, what changed from version to version, and the day in words."""

    answer: PlanAnswer
    versions: tuple[Version, ...]
    when: str

    @property
    def lines(self) -> Mapping[str, Line]:
        """Every line that stands, by its id."""
        return {line.id: line for line in self.answer.plan.lines}


def compare_plan(question: Question, asked: Asked) -> Iterator[Failure]:
    """Every expectation of a plan that does not come true."""
    for one in question.plan:
        expected, got = _COMPARISONS[one.key](one, asked)
        if expected != got:
            about = " ".join(filter(None, ["plan", one.key, one.name]))
            yield Failure(one.mark, asked.when, about, expected, got + _besides(one, asked))


Comparison: TypeAlias = Callable[[PlanExpectation, Asked], tuple[str, str]]
"""What is expected and what came out, as texts that are equal if it came true."""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _version(one: PlanExpectation, asked: Asked) -> tuple[str, str]:
    return one.wanted[0], str(asked.answer.plan.version)


def _lines(one: PlanExpectation, asked: Asked) -> tuple[str, str]:
    found = [line.id for line in asked.answer.plan.lines if line.kind == one.name]
    return _listed(sorted(one.wanted)), _listed(sorted(found))


def _texts(one: PlanExpectation, asked: Asked) -> tuple[str, str]:
    line = asked.lines.get(one.name or "")
    return _holding(one.wanted, "no such line" if line is None else line.text)


def _says(one: PlanExpectation, asked: Asked) -> tuple[str, str]:
    """One field of a line, as it is told in what changed."""
    name, _, field = (one.name or "").rpartition(".")
    line = asked.lines.get(name)
    if line is None:
        return _listed(one.wanted), "no such line"
    if field not in (fields := attrs.fields_dict(type(line))):
        return _listed(one.wanted), f"a {line.kind} says nothing of that; it has {', '.join(fields)}"
    return _listed(one.wanted), said(getattr(line, field)) or "none"


def _woven(one: PlanExpectation, asked: Asked) -> tuple[str, str]:
    line = asked.lines.get(one.name or "")
    got = "no such line" if line is None else _listed(sorted(other.id for other in line.woven))
    return _listed(sorted(one.wanted)), got


def _ended(one: PlanExpectation, asked: Asked) -> tuple[str, str]:
    over = {line.id: line.ended.reason for line in asked.answer.plan.ended if line.ended is not None}
    return one.wanted[0], over.get(one.name or "", "not ended")


def _services(one: PlanExpectation, asked: Asked) -> tuple[str, str]:
    line = asked.lines.get(one.name or "")
    return one.wanted[0], (line.state or "none") if isinstance(line, Service) else "no such service"


def _answers(one: PlanExpectation, asked: Asked) -> tuple[str, str]:
    line = asked.lines.get(one.name or "")
    if not isinstance(line, Goal):
        return one.wanted[0], "no such goal"
    return one.wanted[0], line.answers[-1].answer if line.answers else "none"


def _signed(one: PlanExpectation, asked: Asked) -> tuple[str, str]:
    plan = asked.answer.plan
    found = [sign.what for sign in (*plan.signatures, *plan.absences) if sign.who == one.name]
    found += ["took part" for participant in plan.participants if participant.who == one.name]
    return _listed(sorted(one.wanted)), _listed(sorted(found))


def _appointments(one: PlanExpectation, asked: Asked) -> tuple[str, str]:
    found = [appointment.id for appointment in asked.answer.plan.appointments]
    return _listed(sorted(one.wanted)), _listed(sorted(found))


def _agency_plans(one: PlanExpectation, asked: Asked) -> tuple[str, str]:
    return _listed(sorted(one.wanted)), _listed(sorted(plan.id for plan in asked.answer.plan.agency_plans))


def _changed(one: PlanExpectation, asked: Asked) -> tuple[str, str]:
    changes: dict[str, tuple[Change, ...]] = {str(version.number): version.changes for version in asked.versions}
    if one.name not in changes:
        return _listed(one.wanted), "no such version"
    return _holding(one.wanted, "; ".join(map(str, changes[one.name])))


def _holding(words: tuple[str, ...], text: str) -> tuple[str, str]:
    """Texts that are equal if all the words are in the text."""
    lacking = [word for word in words if flat(word) not in flat(text)]
    return (f"words: {', '.join(lacking)}", text) if lacking else ("", "")


# --- findings ---------------------------------------------------------------------------------------------------------


def _name(found: Found) -> str:
    """A finding as a story names it: by its rule and lines, or by what it is about where there are none."""
    return f"{found.rule} {canonical(found.lines) if found.lines else found.details['what']}"


def _open(asked: Asked) -> list[Found]:
    return [one for one in asked.answer.findings if one.answer is None and not one.missing]


def _findings(one: PlanExpectation, asked: Asked) -> tuple[str, str]:
    return _listed(sorted(one.wanted)), _listed(sorted(map(_name, _open(asked))))


def _found(one: PlanExpectation, asked: Asked) -> tuple[str, str]:
    found = [_name(found).partition(" ")[2] for found in _open(asked) if found.rule == one.name]
    return _listed(sorted(map(canonical, one.wanted))), _listed(sorted(found))


def _answered(one: PlanExpectation, asked: Asked) -> tuple[str, str]:
    found = [_name(found) for found in asked.answer.findings if found.answer is not None]
    return _listed(sorted(one.wanted)), _listed(sorted(found))


def _undetermined(one: PlanExpectation, asked: Asked) -> tuple[str, str]:
    found = {_name(found): found.missing for found in asked.answer.findings if found.missing and found.answer is None}
    if one.name is None:
        return "none", _listed(sorted(found))
    return _listed(sorted(one.wanted)), _listed(sorted(found.get(one.name, ())))


_OF_FINDINGS: Final[Mapping[str, Comparison]] = {
    "findings": _findings,
    "found": _found,
    "answered": _answered,
    "undetermined": _undetermined,
}
_COMPARISONS: Final[Mapping[str, Comparison]] = {
    **_OF_FINDINGS,
    "version": _version,
    "lines": _lines,
    "texts": _texts,
    "says": _says,
    "woven": _woven,
    "ended": _ended,
    "services": _services,
    "answers": _answers,
    "signed": _signed,
    "appointments": _appointments,
    "agency_plans": _agency_plans,
    "changed": _changed,
}


def _besides(one: PlanExpectation, asked: Asked) -> str:
    """The findings that are answered or undetermined, where one may have been looked for among the others."""
    if one.key not in _OF_FINDINGS:
        return ""
    beside = [f"{_name(found)} is answered: {found.answer.words}" for found in asked.answer.findings if found.answer]
    beside += [
        f"{_name(found)} waits for {', '.join(found.missing)}"
        for found in asked.answer.findings
        if found.missing and found.answer is None
    ]
    return f" ({'; '.join(beside)})" if beside else ""

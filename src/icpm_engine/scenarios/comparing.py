"""Expected answers against the engine's own: each comparison says what it got, and shows the proof of a date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

import attrs

from icpm_engine.calendars import format_moment
from icpm_engine.errors import Mark
from icpm_engine.history import CompiledRules, Folding, ObligationRow
from icpm_engine.history.answers import Obligation, obligation_of, rows_at, value_text
from icpm_engine.history.asking import judge
from icpm_engine.history.declined import not_started
from icpm_engine.history.proofs import detail_of, proof_of
from icpm_engine.history.results import FindingRow
from icpm_engine.rules.wording import plain
from icpm_engine.scenarios.binding import TRUTHS, Journal, fact_value
from icpm_engine.scenarios.story import Expectation, Question, Ref
from icpm_engine.working import NONE, Entry

OPEN = ("running", "paused", "undetermined")

OF_ANY_RUN = ("met", "late", "out_of_sequence", "missed", "excused", "cancelled", "not_owed")
"""Keys that speak of what is settled: without a number they mean any run, since a series has gone on meanwhile."""


@attrs.frozen
class Failure:
    """An expectation that did not come true. `str()` of it is a report with expected, got and the proof."""

    mark: Mark
    when: str
    about: str
    expected: str
    got: str
    proof: str = ""

    def __str__(self) -> str:
        lines = [f"{self.mark}: {self.when}: {self.about}", f"  expected: {self.expected}", f"  got:      {self.got}"]
        if self.proof:
            lines += ["  proof:", *(f"    {line}" for line in self.proof.splitlines())]
        return "\n".join(lines)


@attrs.frozen
class Run:
    """One run of a duty at the asked-for instant; `number` counts the runs of its instance as they opened, from 1."""

    rules: CompiledRules
    row: ObligationRow
    obligation: Obligation
    number: int
    alone: bool

    @property
    def name(self) -> str:
        """The name by which a story may call it."""
        number = None if self.alone else self.number
        return str(Ref(self.obligation.duty, self.obligation.instance, number))

    @property
    def words(self) -> str:
        """How it stands, in one line."""
        found = self.obligation
        parts = [found.state, f"due {found.due}" if found.due else "no date", *(["overdue"] if found.overdue else [])]
        parts += [f"while {found.paused_while}"] if found.paused_while else []
        parts += found.marks
        for what, names in (
            ("waits for", found.waits_for),
            ("wanting", found.wanting),
            ("possibly", found.possible),
            ("to be told", tuple(one.role for one in found.escalations)),
        ):
            parts += [f"{what} {', '.join(names)}"] if names else []
        return ", ".join(parts)

    def fits(self, ref: Ref) -> bool:
        """Whether a name in the story may mean this run."""
        found = self.obligation
        return found.duty == ref.name and ref.instance in (None, found.instance) and ref.number in (None, self.number)


@attrs.frozen
class Part:
    """A case, or somebody beside it: the rules, what they saw, and what it came to."""

    rules: CompiledRules
    entries: tuple[Entry, ...]
    folding: Folding


@attrs.frozen
class Standing:
    """One child at the asked-for instant, as far as it was known: a case, its person, its team and its county."""

    parts: tuple[Part, ...]
    journal: Journal
    at: int
    when: str
    runs: tuple[Run, ...]

    def part(self, section: str, name: str) -> Part:
        """The part that knows a rule."""
        return next(
            part for part in self.parts if name in getattr(part.rules.pack, section) and _is_own(part, section, name)
        )

    @property
    def findings(self) -> list[tuple[FindingRow, Part]]:
        """The findings of all parts up to the instant."""
        return [(one, part) for part in self.parts for one in part.folding.findings if one.at <= self.at]

    def runs_of(self, ref: Ref) -> list[Run]:
        """The runs that a name may mean, in the order in which they opened."""
        return [run for run in self.runs if run.fits(ref)]

    def run(self, ref: Ref) -> Run | None:
        """The run that a name means: the latest that is open, else the latest."""
        runs = self.runs_of(ref)
        return next((run for run in reversed(runs) if run.obligation.state in OPEN), runs[-1] if runs else None)


def _is_own(part: Part, section: str, name: str) -> bool:
    """Whether a part answers for a rule: a case also for the facts about its person that it has been told."""
    return section == "facts" or getattr(part.rules.pack, section)[name].subject == part.rules.subject


def standing(parts: Iterable[Part], journal: Journal, at: int, when: str) -> Standing:
    """How a child stands at an instant, with the runs of its duties numbered."""
    parts = tuple(parts)
    listed = [(part.rules, row) for part in parts for row in sorted(rows_at(part.folding.rows, at), key=_opening)]
    obligations = [obligation_of(row, rules, "story", at) for rules, row in listed]
    totals: dict[tuple[str, str | None], int] = {}
    numbers = []
    for found in obligations:
        key = (found.duty, found.instance)
        totals[key] = totals.get(key, 0) + 1
        numbers.append(totals[key])
    runs = tuple(
        Run(rules, row, found, number, totals[found.duty, found.instance] == 1)
        for (rules, row), found, number in zip(listed, obligations, numbers, strict=True)
    )
    return Standing(parts, journal, at, when, runs)


def _opening(row: ObligationRow) -> tuple[str, int, int, int, int]:
    return row.duty, detail_of(row).opened, row.start_root, row.instance_root, row.run


def compare(question: Question, case: Standing) -> Iterator[Failure]:
    """Every expectation of an item that does not come true."""
    for expectation in question.expectations:
        yield from _COMPARISONS[expectation.key](expectation, case)


# --- runs of duties ---------------------------------------------------------------------------------------------------

Holds: TypeAlias = Callable[[Obligation, tuple[str, ...]], bool]


def _in_state(state: str) -> Holds:
    return lambda found, _: found.state == state


def _marked(mark: str) -> Holds:
    return lambda found, _: mark in found.marks


def _due(found: Obligation, wanted: tuple[str, ...]) -> bool:
    """Open, with this date, and with no other that is possible."""
    sure = not found.possible or set(found.possible) == {found.due}
    return found.state in ("running", "undetermined") and found.due == wanted[0] and sure


def _at_least(names: Callable[[Obligation], tuple[str, ...]], holds: Holds) -> Holds:
    return lambda found, wanted: holds(found, wanted) and set(wanted) <= set(names(found))


def _to_be_told(found: Obligation, wanted: tuple[str, ...]) -> bool:
    """Exactly these roles; `none` for nobody."""
    return tuple(one.role for one in found.escalations) == (() if wanted == ("none",) else wanted)


_ON_A_RUN: Mapping[str, tuple[Holds, str]] = {
    "due": (_due, "open and due {}"),
    "open": (lambda found, _: found.state == "running" and found.due is None, "running, no date"),
    "running": (_in_state("running"), "running"),
    "paused": (_in_state("paused"), "paused"),
    "met": (_in_state("met"), "met"),
    "late": (_marked("late"), "marked late"),
    "out_of_sequence": (_marked("out of sequence"), "marked out of sequence"),
    "not_owed": (_in_state("not owed"), "not owed"),
    "cancelled": (_in_state("cancelled"), "cancelled"),
    "missed": (_in_state("missed"), "missed"),
    "excused": (_in_state("excused"), "excused"),
    "undetermined": (
        _at_least(lambda found: found.waits_for, _in_state("undetermined")),
        "undetermined, waits for {}",
    ),
    "possible": (_at_least(lambda found: found.possible, lambda *_: True), "possibly {}"),
    "incomplete": (_at_least(lambda found: found.wanting, _marked("incomplete")), "incomplete, wanting {}"),
    "to_be_told": (_to_be_told, "to be told: {}"),
}


def _on_a_run(expectation: Expectation, case: Standing) -> Iterator[Failure]:
    """The run that a name means stands as the key says; an empty list: no run does."""
    key = expectation.key
    holds, words = _ON_A_RUN[key]
    if not expectation.refs:
        found = [run for run in case.runs if holds(run.obligation, ())]
        if found:
            yield _failed(expectation, case, "none", _names(found), found[0])
        return
    ref = expectation.refs[0]
    run = case.run(ref)
    meant = case.runs_of(ref) if key in OF_ANY_RUN else [run] if run is not None else []
    if not any(holds(one.obligation, expectation.wanted) for one in meant):
        yield _failed(expectation, case, words.format(", ".join(expectation.wanted)), _got(ref, run, case), run)


def _absent(expectation: Expectation, case: Standing) -> Iterator[Failure]:
    ref = expectation.refs[0]
    found = case.runs_of(ref)
    if found:
        yield _failed(expectation, case, "no such obligation", _got(ref, found[-1], case), found[-1])


def _overdue(expectation: Expectation, case: Standing) -> Iterator[Failure]:
    """Exactly these are overdue, each named once."""
    left = [run for run in case.runs if run.obligation.overdue]
    got = _names(left) or "nothing"
    wanting: list[Ref] = []
    for ref in sorted(expectation.refs, key=_exactness, reverse=True):
        found = next((run for run in left if run.fits(ref)), None)
        if found is None:
            wanting.append(ref)
        else:
            left.remove(found)
    if wanting or left:
        expected = ", ".join(map(str, expectation.refs)) or "nothing"
        run = left[0] if left else case.run(wanting[0])
        if run is not None and run not in left:
            got += f" ({run.name} is {run.words})"
        yield _failed(expectation, case, expected, got, run)


def _exactness(ref: Ref) -> int:
    return (ref.instance is not None) + (ref.number is not None)


def _because(expectation: Expectation, case: Standing) -> Iterator[Failure]:
    ref = expectation.refs[0]
    run = case.run(ref)
    words = ", ".join(expectation.wanted)
    if run is None:
        yield _failed(expectation, case, f"a proof that says: {words}", _got(ref, run, case), None)
        return
    said = flat(str(proof_of(run.row, run.rules)))
    lacking = [word for word in expectation.wanted if flat(word) not in said]
    if lacking:
        yield _failed(expectation, case, f"a proof that says: {words}", f"a proof without: {', '.join(lacking)}", run)


def _not_started(expectation: Expectation, case: Standing) -> Iterator[Failure]:
    """Some start of the duty did not apply, and its reason says these words."""
    ref = expectation.refs[0]
    part = case.part("duties", ref.name)
    found = [
        one
        for one in not_started(part.rules, part.entries, case.at)
        if one.duty == ref.name and ref.instance in (None, one.instance)
    ]
    if not any(all(flat(word) in flat(str(one)) for word in expectation.wanted) for one in found):
        words = f"a start that did not apply: {', '.join(expectation.wanted)}"
        yield _failed(expectation, case, words, "; ".join(map(str, found)) or "none")


def flat(text: str) -> str:
    """A text as words are looked for in it: no matter the case, the line breaks, and whether names are joined by _."""
    return " ".join(plain(text).casefold().split())


def _got(ref: Ref, run: Run | None, case: Standing) -> str:
    if run is None:
        others = case.runs_of(Ref(ref.name))
        return "no such obligation" + (f"; there is {_listed(others)}" if others else "")
    others = case.runs_of(attrs.evolve(ref, number=None))
    return run.words if len(others) == 1 else f"{run.name}: {run.words} (of {_listed(others)})"


def _listed(runs: list[Run]) -> str:
    return "; ".join(f"{run.name}: {run.words}" for run in runs)


def _names(runs: list[Run]) -> str:
    return ", ".join(run.name for run in runs)


def _failed(expectation: Expectation, case: Standing, expected: str, got: str, run: Run | None = None) -> Failure:
    about = " ".join([expectation.key, *map(str, expectation.refs)])
    proof = str(proof_of(run.row, run.rules)) if run is not None else ""
    return Failure(expectation.mark, case.when, about, expected, got, proof)


# --- everything else --------------------------------------------------------------------------------------------------


def _states(expectation: Expectation, case: Standing) -> Iterator[Failure]:
    state, _ = _held(expectation.refs[0], case)
    if state != expectation.wanted[0]:
        yield _failed(expectation, case, expectation.wanted[0], state)


def _holders(expectation: Expectation, case: Standing) -> Iterator[Failure]:
    state, holder = _held(expectation.refs[0], case)
    if holder != expectation.wanted[0]:
        yield _failed(expectation, case, expectation.wanted[0], f"{holder} (in state {state})")


def _held(ref: Ref, case: Standing) -> tuple[str, str]:
    """State and holder of a lifecycle; of one with instances and none named, of the instance that moved last."""
    part = case.part("lifecycles", ref.name)
    lifecycle = part.rules.pack.lifecycles[ref.name]
    rows = [
        row
        for row in part.folding.states
        if row.lifecycle == ref.name
        and row.valid_from <= case.at < row.valid_until
        and ref.instance in (None, row.instance)
    ]
    last = max(rows, key=lambda row: row.valid_from, default=None)
    state = last.state if last is not None else lifecycle.initial
    return state, lifecycle.states[state].holder or "none"


def _facts(expectation: Expectation, case: Standing) -> Iterator[Failure]:
    ref = expectation.refs[0]
    part = case.part("facts", ref.name)
    fact = part.rules.pack.facts[ref.name]
    wanted = fact_value(ref, expectation.wanted, part.rules.pack)
    logs = [
        [(since, value) for since, value, _ in log if since <= case.at]
        for name, log in part.folding.facts.items()
        if name == str(ref) or (ref.instance is None and name.partition("[")[0] == ref.name)
    ]
    told = max((log[-1] for log in logs if log), key=lambda pair: pair[0], default=None)
    value = told[1] if told is not None else "unknown" if fact.initial is None else fact.initial
    value = "none" if value is NONE else value
    if value != wanted:
        shown = value if value in ("unknown", "none") else value_text(value, fact.type)
        yield _failed(expectation, case, ", ".join(expectation.wanted), shown)


def _decisions(expectation: Expectation, case: Standing) -> Iterator[Failure]:
    word = expectation.wanted[0]
    name = expectation.refs[0].name
    part = case.part("decisions", name)
    found = judge(part.rules, part.entries, name, case.at)
    by_rows = part.rules.pack.decisions[found.decision].condition is None
    values = {TRUTHS.get(word, word), word} if by_rows else {TRUTHS[word]}
    if found.value not in values and str(found.value) not in values:
        value = {True: "true", False: "false", None: "unknown"}.get(found.value, found.value)
        missing = f" (for want of {', '.join(found.missing)})" if found.missing else ""
        failure = _failed(expectation, case, word, f"{value}{missing}")
        yield attrs.evolve(failure, proof=str(found))


_FINDINGS = {
    "barred": "barred",
    "bar_excused": "bar_excused",
    "bar_undetermined": "bar_undetermined",
    "out_of_place": "out_of_place",
    "anomalies": "anomaly",
}


def _findings(expectation: Expectation, case: Standing) -> Iterator[Failure]:
    """Bars broken or not to be judged, by their names; events out of place and anomalies, by their ids."""
    kind = _FINDINGS[expectation.key]
    known = [(finding, part) for finding, part in case.findings if finding.kind == kind]
    found = [finding for finding, _ in known]
    by_rule = kind.startswith("bar")
    named = [{finding.rule} if by_rule else case.journal.ids[finding.entry] for finding in found]
    lines = [_finding_words(finding.rule, finding.entry, case.journal, part) for finding, part in known]
    got = "; ".join(lines) or "none"
    if not expectation.refs:
        if found:
            yield _failed(expectation, case, "none", got)
        return
    ref = expectation.refs[0]
    hits = [finding for finding, names in zip(found, named, strict=True) if ref.name in names]
    if not any(set(expectation.wanted) <= set(finding.missing) for finding in hits):
        missing = {name for finding in hits for name in finding.missing}
        more = f"; it waits for {', '.join(sorted(missing))}" if missing else ""
        expected = f"waits for {', '.join(expectation.wanted)}" if expectation.wanted else "listed"
        yield _failed(expectation, case, expected, got + more)


def _finding_words(rule: str, entry: int, journal: Journal, part: Part) -> str:
    found = next(one for one in part.entries if one.entry == entry)
    names = sorted(journal.ids[entry])
    called = f" ({', '.join(names)})" if names else ""
    return f"{rule}: {found.kind} on {format_moment(found.day, found.minute)}{called}"


_COMPARISONS: Mapping[str, Callable[[Expectation, Standing], Iterator[Failure]]] = {
    **dict.fromkeys(_ON_A_RUN, _on_a_run),
    **dict.fromkeys(_FINDINGS, _findings),
    "states": _states,
    "holders": _holders,
    "facts": _facts,
    "decisions": _decisions,
    "overdue": _overdue,
    "absent": _absent,
    "because": _because,
    "not_started": _not_started,
}

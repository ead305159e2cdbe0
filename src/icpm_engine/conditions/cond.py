"""What a compiled condition is, and the ways to combine several."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, TypeVar

import attrs

from icpm_engine.checks import Truth, negate
from icpm_engine.moments import MomentOf, Scope
from icpm_engine.rules import model
from icpm_engine.working import At, Case, Entry, Run

Asked: TypeAlias = Callable[[Case, Run | None, Entry | None], Truth]
EdgeOf: TypeAlias = Callable[[Case, Run | None, Entry | None], int | None]
NamesOf: TypeAlias = Callable[[Case, Run | None, Entry | None], Iterable[str]]


@attrs.frozen
class Trace:
    """Why a condition came out as it did: its words, its value, and the same of its parts."""

    words: str
    value: Truth
    parts: tuple[Trace, ...] = ()

    def lines(self, depth: int = 0) -> Iterable[str]:
        """The trace as indented lines of text."""
        value = {True: "true", False: "false", None: "unknown"}[self.value]
        yield f"{'  ' * depth}{self.words}: {value}"
        for part in self.parts:
            yield from part.lines(depth + 1)

    def __str__(self) -> str:
        return "\n".join(self.lines())


_NOTHING: frozenset[str] = frozenset()


@attrs.frozen(eq=False)
class Cond:
    """A compiled condition: `test` asks it; `edge` gives the next instant at which time alone may change it.

    `needs` and `names` say what would tell while it is unknown: always the same, or as the case has it; what its parts
    lack comes on top.
    """

    test: Asked
    words: str
    reads: frozenset[str] = frozenset()
    edge: EdgeOf | None = None
    parts: tuple[Cond, ...] = ()
    needs: tuple[str, ...] = ()
    names: NamesOf | None = None
    moment: MomentOf | None = None
    """The moment whose being reached it is, for `at`."""
    constant: bool | None = None
    """What it always comes to, where that is known when the rules are compiled: a test of a settled choice."""

    def missing(self, case: Case, run: Run | None = None, ev: Entry | None = None) -> set[str]:
        """Facts, choices and hours that make it unknown."""
        if self.test(case, run, ev) is not None:
            return set()
        found = {*self.needs, *(self.names(case, run, ev) if self.names is not None else ())}
        return found.union(*(part.missing(case, run, ev) for part in self.parts))

    def asked_by(self, case: Case, run: Run, *, pinned: bool) -> tuple[Truth, frozenset[str]]:
        """As a row of a run asks it, with what would tell while it is unknown: as at its start if pinned, else now."""
        if not pinned:
            held = self.test(case, run, None)
            return held, _NOTHING if held is not None else frozenset(self.missing(case, run))
        pins = run.pins
        if pins is None:
            pins = run.pins = {}
        pin: tuple[Truth, frozenset[str]] | None = pins.get(self)
        if pin is None:
            held, event = self.test(case, run, run.start_event), run.start_event
            pin = pins[self] = (held, _NOTHING if held is not None else frozenset(self.missing(case, run, event)))
        return pin

    def trace(self, case: Case, run: Run | None = None, ev: Entry | None = None) -> Trace:
        """The condition with its value and those of all its parts."""
        parts = tuple(part.trace(case, run, ev) for part in self.parts)
        return Trace(self.words, self.test(case, run, ev), parts)


# --- compiling --------------------------------------------------------------------------------------------------------

Compiler: TypeAlias = Callable[[Any, Scope], Cond]
C = TypeVar("C", bound=Compiler)
_COMPILERS: dict[type, Compiler] = {}


def compiles(kind: type) -> Callable[[C], C]:
    """Register the compiler of one form of condition."""

    def register(compiler: C) -> C:
        _COMPILERS[kind] = compiler
        return compiler

    return register


def compile_condition(node: model.Condition, scope: Scope) -> Cond:
    """A condition of the pack as a `Cond`. Raises PackError for what this version cannot run."""
    return _COMPILERS[type(node)](node, scope)


@compiles(model.Combined)
def _combined(node: model.Combined, scope: Scope) -> Cond:
    parts = tuple(_part(part, scope) if node.how == "all" else compile_condition(part, scope) for part in node.parts)
    return combine(node.how, parts, node.label)


def _part(part: model.Condition, scope: Scope) -> Cond:
    """In a list of all, a line that does not apply is not needed."""
    when = part.line.when if isinstance(part, model.Happened) else None
    if when is None or not isinstance(part, model.Happened):
        return compile_condition(part, scope)
    line = model.Happened(attrs.evolve(part.line, when=None), part.label)
    return spared(compile_condition(when, scope), compile_condition(line, scope))


def spared(when: Cond, part: Cond) -> Cond:
    """A condition that is only needed when another holds."""
    return combine("any", (combine("not", (when,)), part), part.words)


def combine(how: str, parts: tuple[Cond, ...], label: str | None = None) -> Cond:
    """all, any or not of compiled conditions."""
    reads = reads_of_all(parts)
    edge = earliest_edge([part.edge for part in parts])
    words = label or {"all": "all of", "any": "any of", "not": "not"}[how]
    if how == "not":
        inner, constant = parts[0].test, parts[0].constant
        always = None if constant is None else not constant
        return Cond(lambda case, run, ev: negate(inner(case, run, ev)), words, reads, edge, parts, constant=always)
    decisive = how == "any"
    deciding = [part for part in parts if part.constant is not (not decisive)]
    if any(part.constant is decisive for part in parts) or not deciding:
        always = bool(deciding) is decisive
        return Cond(lambda case, run, ev: always, words, parts=parts, constant=always)
    if len(deciding) == 1:
        return Cond(deciding[0].test, words, reads, edge, parts)
    tests = tuple(part.test for part in deciding)

    def combined(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        result: Truth = not decisive
        for test in tests:
            held = test(case, run, ev)
            if held is decisive:
                return decisive
            if held is None:
                result = None
        return result

    return Cond(combined, words, reads, _while_open(edge, deciding, decisive=decisive), parts)


def _while_open(edge: EdgeOf | None, parts: list[Cond], *, decisive: bool) -> EdgeOf | None:
    """As long as a part decides that time cannot turn, time turns nothing: whoever asks for the edge is spared it."""
    lasting = tuple(part.test for part in parts if part.edge is None)
    if edge is None or not lasting:
        return edge

    def found(case: Case, run: Run | None, ev: Entry | None) -> int | None:
        for test in lasting:
            if test(case, run, ev) is decisive:
                return None
        return edge(case, run, ev)

    return found


def reads_of_all(parts: Iterable[Cond]) -> frozenset[str]:
    """All that some conditions read."""
    return frozenset().union(*(part.reads for part in parts))


def earliest_edge(edges: Iterable[EdgeOf | None]) -> EdgeOf | None:
    """The earliest of several edges, as an edge."""
    there = [edge for edge in edges if edge is not None]
    if len(there) < 2:  # noqa: PLR2004 - nothing to compare
        return there[0] if there else None

    def earliest(case: Case, run: Run | None, ev: Entry | None) -> int | None:
        return min((at for at in (edge(case, run, ev) for edge in there) if at is not None), default=None)

    return earliest


def probe_of(case: Case, instance: str | None, run: Run | None = None) -> Run:
    """A stand-in for a run, so that a condition can be asked for one instance before any run exists."""
    start = run.start if run is not None else At(case.now, case.now, case.day)
    probe = Run(None, None, start, run.start_event if run is not None else None, 0, start)
    probe.instance = instance
    return probe


Row: TypeAlias = tuple[bool, Cond | None, Any]
"""Whether it is pinned (`when`), its condition, its value."""


def rows_left(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows without those that a settled choice rules out, up to the first that it makes apply."""
    left: list[Row] = []
    for pinned, cond, value in rows:
        settled = True if cond is None else cond.constant
        if settled:
            return (*left, (False, None, value))
        if settled is None:
            left.append((pinned, cond, value))
    return tuple(left)

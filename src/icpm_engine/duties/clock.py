"""The clock of a run: when time alone may change it, when nothing can count any more, and what came too late."""

from __future__ import annotations

from icpm_engine.duties.texts import LATE, ORDER_UNKNOWN, OUT_OF_SEQUENCE, Pick
from icpm_engine.working import At, Case, Due, Run


def schedule(case: Case, run: Run) -> None:
    """Ask to be called at the next instant at which time alone may change this run."""
    text = run.text
    if text.steady and run.owed:
        return
    edges = [edge(case, run, None) for edge in text.edges]
    latest, now = run.due.latest, case.now
    if latest is not None and latest >= now and (run.owed is not True or _ends_at_due(case, run)):
        edges.append(latest + 1)
    if text.bounded:
        closed = closes_at(case, run)
        edges.append(None if closed is None else closed + 1)
    if text.waiting:
        edges += [evidence.waits_until(case, run) for evidence in text.waiting]
    later = [edge for edge in edges if edge is not None and edge > now]
    if later and min(later) != run.next_edge:
        run.next_edge = min(later)
        case.at(run.next_edge, run)


def _ends_at_due(case: Case, run: Run) -> bool:
    plain = run.text.ends_at_due
    if plain is not None:
        return bool(plain)
    return lapses(case, run) or repetition(case, run) == "from due"


def closes_at(case: Case, run: Run) -> int | None:
    """The last instant at which evidence can count; None while no end is to be seen."""
    text = run.text
    if not text.bounded or text.met is None:
        return None
    if run.progress is None:
        run.progress = {}
    ends = [evidence.tree.closes(case, run) for evidence in (text.met, text.substitute) if evidence is not None]
    return None if None in ends else max(end for end in ends if end is not None)


def lapses(case: Case, run: Run) -> bool:
    """Whether it is surely a right, which ends with its due moment."""
    force = run.text.force
    if isinstance(force, Pick):
        return bool(force.of(case, run) == "may" and not force.missing(case, run))
    return bool(force == "may")


def repetition(case: Case, run: Run) -> str | None:
    """What the next run of its series starts from, if it is one."""
    repeats = run.text.repeats
    found: str | None = repeats.of(case, run) if isinstance(repeats, Pick) else repeats
    return found


def lateness(at: At, due: Due) -> int:
    """What is said of evidence that came, or may have come, after the due moment."""
    if due.latest is None:
        return 0
    if at.lo > due.latest:
        return OUT_OF_SEQUENCE if due.sequence else LATE
    return ORDER_UNKNOWN if due.at is not None and at.hi > due.at else 0

"""Lifecycles drawn, and decisions in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from icpm_engine.lifecycles import diagram
from icpm_engine.pages.citing import cited
from icpm_engine.pages.duties import in_areas
from icpm_engine.pages.markdown import anchored, lines, said, section, table
from icpm_engine.rules import model
from icpm_engine.rules.wording import outline_of_condition, plain, words_of_owner, words_of_value


def lifecycles_of(pack: model.RulePack) -> str:
    """Every lifecycle of a pack: its states, whose turn it is in each, and its diagram."""
    return "\n".join(_lifecycle(lifecycle, pack) for lifecycle in pack.lifecycles.values())


def _lifecycle(lifecycle: model.Lifecycle, pack: model.RulePack) -> str:
    about = f"`{lifecycle.name}`, {plain(lifecycle.area)}; about the {lifecycle.subject}"
    about += f", one for each {plain(lifecycle.per)}" if lifecycle.per else ""
    about += "; an event that has no place in it is refused" if lifecycle.strict else ""
    rows = (_state(state, lifecycle, pack) for state in lifecycle.states.values())
    drawn = f"```mermaid\n{diagram(lifecycle).rstrip()}\n```"
    return section(lifecycle.label, anchored(lifecycle.name, about), table(("State", "Whose turn", ""), rows), drawn)


def _state(state: model.State, lifecycle: model.Lifecycle, pack: model.RulePack) -> Sequence[str]:
    whose = words_of_owner((state.holder,), pack.roles) if state.holder else "nobody's"
    notes = ["it begins here"] if state.name == lifecycle.initial else []
    notes += ["it ends here"] if state.final else []
    notes += [f"may stay so: {state.at_rest}"] if state.at_rest else []
    return lines((said(state.label), f"`{state.name}`")), said(whose), said("; ".join(notes))


# --- decisions --------------------------------------------------------------------------------------------------------


def decisions_of(pack: model.RulePack) -> str:
    """Every decision of a pack, area by area."""
    return in_areas(pack.decisions.values(), lambda found: "\n".join(_decision(one, pack) for one in found))


def _decision(decision: model.Decision, pack: model.RulePack) -> str:
    about = f"`{decision.name}`, about the {decision.subject}. Authority: {cited(decision.authority, pack)}."
    body = "".join(f"{'  ' * depth}- {said(words)}\n" for depth, words in _outline(decision))
    return f"### {said(decision.label)}\n\n{anchored(decision.name, about)}\n\n{body}"


def _outline(decision: model.Decision) -> Iterator[tuple[int, str]]:
    if decision.condition is not None:
        yield 0, "It holds when:"
        yield from outline_of_condition(decision.condition, 1)
    for number, row in enumerate(decision.rows):
        if row.when is None:
            yield 0, f"{'otherwise ' if number else 'always '}{words_of_value(row.value)}"
        else:
            yield 0, f"{'else ' if number else ''}{words_of_value(row.value)}, when:"
            yield from outline_of_condition(row.when, 1)

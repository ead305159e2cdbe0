"""Rule packs, loaded, compiled, counted and drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import attrs
from rich.console import Console

from icpm_engine.cli.codes import Code
from icpm_engine.cli.options import Form, refuse_unknown, settlements
from icpm_engine.cli.printing import lines, publish, table, text
from icpm_engine.errors import Mark, PackError
from icpm_engine.history import compile_pack
from icpm_engine.lifecycles import diagram as drawn
from icpm_engine.rules.loading import check_pack, load_pack
from icpm_engine.rules.model import Bar, Choice, Decision, Duty, Lifecycle, RulePack
from icpm_engine.rules.packs import counties_of
from icpm_engine.scenarios import Scenario, coverage, load_scenario, scenario_files, untold


@attrs.frozen
class Message:
    """An error or a remark, and its place."""

    kind: str
    file: str | None
    line: int | None
    column: int | None
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.file else ""
        return f"{place}{self.message}"


@attrs.frozen
class Off:
    """A rule that is switched off, and why."""

    rule: str
    kind: str
    reason: str
    place: str | None


@attrs.frozen
class OpenChoice:
    """A point that the source leaves open and that nobody has settled."""

    choice: str
    label: str
    options: tuple[str, ...]
    type: str
    place: str | None


@attrs.frozen
class Checked:
    """What checking a pack found: `counties` are those with an overlay. A pack that does not load has no counts."""

    pack: str
    county: str | None
    counties: tuple[str, ...]
    version: str | None
    errors: tuple[Message, ...]
    remarks: tuple[Message, ...]
    rules: Mapping[str, int]
    files: int
    off: tuple[Off, ...]
    open_choices: tuple[OpenChoice, ...]


Rule: TypeAlias = Choice | Lifecycle | Decision | Duty | Bar
_MANY: Final = {"duty": "duties", "event of its own": "events of its own"}

COLUMNS: Final = tuple(field.name for field in attrs.fields(Message))


def check(
    pack: str,
    county: str | None,
    settle: Sequence[str] | None,
    stories: Sequence[Path],
    root: Path | None,
    form: Form,
    *,
    strict: bool,
) -> Code:
    """Print what checking a pack finds, and say how to exit."""
    found = checked(pack, county, settle, stories, root)
    publish(form, found, COLUMNS, (*found.errors, *found.remarks), lambda console: _words(found, console))
    if found.errors:
        return Code.RULES
    return Code.FOUND if strict and found.remarks else Code.FINE


def checked(
    name: str, county: str | None, settle: Sequence[str] | None, stories: Sequence[Path], root: Path | None
) -> Checked:
    """Load and compile a pack, count what is in it, and ask what no story tells of, if there are stories."""
    report = check_pack(name, county, settles=settlements(settle))
    pack = report.pack
    errors = report.errors if pack is None else tuple(_compiled(pack))
    remarks = [_message("remark", remark.message, remark.mark) for remark in report.remarks]
    if pack is not None and not errors and stories:
        remarks += _untold(pack, [load_scenario(file) for path in stories for file in scenario_files(path)], root)
    return Checked(
        pack=name if pack is None else pack.name,
        county=county if pack is None else pack.county,
        counties=tuple(counties_of(name)),
        version=None if pack is None else pack.version,
        errors=tuple(_message("error", error.message, error.mark) for error in errors),
        remarks=tuple(remarks),
        rules={} if pack is None else _counts(pack),
        files=0 if pack is None else len(pack.files),
        off=() if pack is None else tuple(_off(pack)),
        open_choices=() if pack is None else tuple(_open(pack)),
    )


def _untold(pack: RulePack, stories: Sequence[Scenario], root: Path | None) -> Iterable[Message]:
    """Rules, and days next to a change of one, that no story says anything about."""
    sections: Sequence[Mapping[str, Rule]] = (pack.choices, pack.lifecycles, pack.decisions, pack.duties, pack.bars)
    marks = {name: rule.mark for section in sections for name, rule in section.items()}
    for name in coverage(pack, stories):
        yield _message("remark", f"no story tells of {name}", marks[name])
    for side in untold(pack, stories, root):
        yield _message("remark", f"no story tells of {side}", marks[side.name])


def _message(kind: str, words: str, mark: Mark | None) -> Message:
    if mark is None:
        return Message(kind, None, None, None, words)
    return Message(kind, mark.file, mark.line, mark.column, words)


def _compiled(pack: RulePack) -> Iterable[PackError]:
    """What the loader takes and this version cannot run."""
    subjects = {"case", *(duty.subject for duty in pack.duties.values()), *(bar.subject for bar in pack.bars.values())}
    for subject in sorted(subjects):
        try:
            compile_pack(pack, subject)
        except PackError as error:
            yield error


def _counts(pack: RulePack) -> dict[str, int]:
    own = sum(1 for kind in pack.events.values() if kind.cls is None)
    return {
        "duties": len(pack.duties),
        "lifecycles": len(pack.lifecycles),
        "decisions": len(pack.decisions),
        "bars": len(pack.bars),
        "facts": len(pack.facts),
        "choices": len(pack.choices),
        "events of its own": own,
        "sources": len(pack.sources),
        "calendars": len(pack.calendars),
    }


def _off(pack: RulePack) -> Iterable[Off]:
    for kind, rules in (("duty", pack.duties), ("bar", pack.bars)):
        for rule in rules.values():
            if rule.off:
                yield Off(rule.name, kind, rule.off, _place(rule.mark))


def _open(pack: RulePack) -> Iterable[OpenChoice]:
    for choice in pack.choices.values():
        if choice.name not in pack.settles:
            yield OpenChoice(choice.name, choice.label, choice.options, choice.type, _place(choice.mark))


def _place(mark: Mark | None) -> str | None:
    return None if mark is None else f"{mark.file}:{mark.line}"


# --- words ------------------------------------------------------------------------------------------------------------


def _words(found: Checked, console: Console) -> None:
    county = f", {found.county} county" if found.county else ""
    for message in found.errors:
        console.print(text(message, "red"), soft_wrap=True)
    if found.version is not None:
        _contents(found, console)
    for message in found.remarks:
        console.print(text(f"remark: {message}", "yellow"), soft_wrap=True)
    errors = _number(len(found.errors), "error")
    console.print(text(f"{found.pack}{county}: {errors}, {_number(len(found.remarks), 'remark')}", "bold"))


def _contents(found: Checked, console: Console) -> None:
    rules = ", ".join(_number(number, _one(what)) for what, number in found.rules.items() if number)
    console.print(text(f"{_number(found.files, 'file')}: {rules}"))
    console.print(text(f"version {found.version}"))
    if not found.county and found.counties:
        console.print(text(f"without a county's overlay; there are: {', '.join(found.counties)} (--county)"))
    if found.off:
        switched = table("Switched off", "Why", "Where")
        for rule in found.off:
            switched.add_row(text(f"{rule.kind} {rule.rule}"), text(rule.reason), text(rule.place or ""))
        console.print(switched)
    if found.open_choices:
        choices = table("Open choice", "What it settles", "Where")
        for choice in found.open_choices:
            one_of = f"one of: {', '.join(choice.options)}" if choice.options else f"a {choice.type}"
            choices.add_row(
                text(choice.choice), lines(text(choice.label), text(one_of, "dim")), text(choice.place or "")
            )
        console.print(choices)


def _number(count: int, what: str) -> str:
    return f"{count} {what if count == 1 else _MANY.get(what, what + 's')}"


def _one(what: str) -> str:
    return next((one for one, many in _MANY.items() if many == what), what.removesuffix("s"))


# --- diagrams ---------------------------------------------------------------------------------------------------------


@attrs.frozen
class Diagram:
    """A lifecycle, drawn."""

    lifecycle: str
    label: str
    mermaid: str


def diagram(names: Sequence[str] | None, rules: str, county: str | None, form: Form) -> None:
    """Print lifecycles as Mermaid. Raises BadParameter for a name that no lifecycle has."""
    pack = load_pack(rules, county)
    for name in names or ():
        refuse_unknown("lifecycle", name, pack.lifecycles)
    rows = [_diagram(pack, name) for name in names or pack.lifecycles]
    data = {"pack": pack.name, "county": pack.county, "rows": rows}
    columns = [field.name for field in attrs.fields(Diagram)]
    publish(form, data, columns, rows, lambda console: _mermaid(rows, console))


def _diagram(pack: RulePack, name: str) -> Diagram:
    lifecycle = pack.lifecycles[name]
    return Diagram(name, lifecycle.label, drawn(lifecycle))


def _mermaid(rows: Sequence[Diagram], console: Console) -> None:
    for row in rows:
        console.print(text(row.mermaid.rstrip()), soft_wrap=True)
        console.print()

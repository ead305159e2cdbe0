"""Loading: files in, one checked `RulePack` out, or a `PackError` that says what is wrong and where."""

from __future__ import annotations

import functools
import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

import attrs
import msgspec

from icpm_engine.calendars import Calendar, Span, Zone
from icpm_engine.errors import Mark, PackError
from icpm_engine.rules import checking, packs
from icpm_engine.rules.calendar_files import read_calendar
from icpm_engine.rules.declaring import Declarations, declare
from icpm_engine.rules.duty_forms import read_bar, read_duty
from icpm_engine.rules.merging import MOST_ERRORS, Declared, Merged, Problems, SourceFile, merge, source_file
from icpm_engine.rules.model import RulePack, Settlement
from icpm_engine.rules.names import Consequence, Names
from icpm_engine.rules.nodes import ListNode, MapNode, Node, TextNode
from icpm_engine.rules.profile import read
from icpm_engine.rules.state_forms import (
    read_choice,
    read_decision,
    read_fact,
    read_lifecycle,
    read_settlements,
    settled_value,
    standard_facts,
)
from icpm_engine.rules.words import nearest, shown
from icpm_engine.vocabulary import STANDARD
from icpm_engine.vocabulary.kinds import EventKind

T = TypeVar("T")

Settles = Mapping[str, object]  # choice -> its value: a text, a list of texts, or the node of a file that holds it

HORIZON_MONTHS = 24  # how far a projection carries time edges forward, unless the pack says otherwise
_MAX_CACHED = 64
_packs: dict[tuple[object, ...], Report] = {}  # by version and file names; a pack never changes


@attrs.frozen
class Report:
    """What checking a pack found. `pack` is None if there are errors."""

    pack: RulePack | None
    remarks: tuple[checking.Remark, ...] = ()
    errors: tuple[PackError, ...] = ()


_read_calendar = functools.lru_cache(maxsize=64)(read_calendar)


@attrs.frozen
class CalendarFile:
    """A calendar that a pack may name: on disk, or as it was when the pack was stored."""

    label: str
    path: Path | None
    stored: bytes = b""

    @property
    def data(self) -> bytes:
        """The text of the file."""
        return self.stored if self.path is None else read(self.path).replace(b"\r\n", b"\n")

    def __call__(self) -> Calendar:
        """The calendar. Raises PackError."""
        return _read_calendar(self.data, self.label)


@attrs.frozen
class _Source:
    """All that a pack is made from."""

    name: str
    county: str | None
    files: tuple[SourceFile, ...]
    calendars: Mapping[str, CalendarFile]
    standard: Mapping[str, EventKind]
    settles: Settles


def load_pack(
    name: str | Path,
    county: str | Path | None = None,
    *,
    settles: Settles | None = None,
    root: Path | str | None = None,
) -> RulePack:
    """The rules of a state, with a county's overlay; each may be a name or a folder. Raises PackError.

    `settles` settles choices for this pack only, whatever the overlay says. `root` is a folder that holds packs.
    """
    return _pack_of(check_pack(name, county, settles=settles, root=root))


def load_files(
    paths: Iterable[Path | str],
    *,
    standard: bool = True,
    settles: Settles | None = None,
    calendars: Path | str | None = None,
) -> RulePack:
    """A pack made of single files. `standard=False`: they declare every event but the birth date. Raises PackError."""
    return _pack_of(check_files(paths, standard=standard, settles=settles, calendars=calendars))


def load_texts(texts: Mapping[str, str | bytes], *, standard: bool = True, settles: Settles | None = None) -> RulePack:
    """A pack made of texts by file name, as for tests and for what is not saved yet. Raises PackError."""
    return _pack_of(check_texts(texts, standard=standard, settles=settles))


def check_pack(
    name: str | Path,
    county: str | Path | None = None,
    *,
    settles: Settles | None = None,
    root: Path | str | None = None,
) -> Report:
    """As `load_pack`, but with every error that can be found at once, and with remarks."""

    def source() -> _Source:
        found = packs.find(name, county, Path(root) if root is not None else None)
        return _Source(
            found.name, found.county, found.files, _calendars(found.calendar_folders), STANDARD, settles or {}
        )

    return _check(source)


def check_files(
    paths: Iterable[Path | str],
    *,
    standard: bool = True,
    settles: Settles | None = None,
    calendars: Path | str | None = None,
) -> Report:
    """As `load_files`, but with every error that can be found at once, and with remarks."""

    def source() -> _Source:
        files = tuple(source_file(packs.label(path), read(path), 0) for path in map(Path, paths))
        folders = (Path(calendars),) if calendars else (packs.packs_root() / "calendars",)
        return _files_source(files, folders, standard=standard, settles=settles)

    return _check(source)


def check_texts(texts: Mapping[str, str | bytes], *, standard: bool = True, settles: Settles | None = None) -> Report:
    """As `load_texts`, but with every error that can be found at once, and with remarks."""

    def source() -> _Source:
        files = tuple(source_file(label, _bytes(text, label), 0) for label, text in texts.items())
        folders = (packs.packs_root() / "calendars",)
        return _files_source(files, folders, standard=standard, settles=settles)

    return _check(source)


def _bytes(text: str | bytes, label: str) -> bytes:
    try:
        return text.encode() if isinstance(text, str) else text
    except UnicodeEncodeError:
        raise PackError("this text holds half a character (a lone surrogate)", Mark(label, 1, 1)) from None


def _files_source(
    files: tuple[SourceFile, ...], folders: tuple[Path, ...], *, standard: bool, settles: Settles | None
) -> _Source:
    if not files:
        raise PackError("no rule file was given")
    vocabulary = STANDARD if standard else _bare()
    return _Source(min(file.area for file in files), None, files, _calendars(folders), vocabulary, settles or {})


@functools.cache
def _bare() -> Mapping[str, EventKind]:
    """The kinds that the language itself rests on: `age` needs the birth date."""
    return {name: kind for name, kind in STANDARD.items() if any(tell.fact == "born" for tell in kind.tells)}


def _calendars(folders: tuple[Path, ...]) -> dict[str, CalendarFile]:
    return {name: CalendarFile(packs.label(path), path) for name, path in packs.calendar_paths(folders).items()}


def _pack_of(report: Report) -> RulePack:
    if report.pack is not None:
        return report.pack
    first, more = report.errors[0], len(report.errors) - 1
    if more:
        first.add_note(f"and {more} more; 'icpm check' lists them")
    raise first


def _check(source: Callable[[], _Source]) -> Report:
    try:
        return _build(source())
    except PackError as error:
        return Report(None, errors=(error,))


# --- building ---------------------------------------------------------------------------------------------------------


def _build(source: _Source) -> Report:
    problems = Problems()
    merged = merge(source.files, source.standard, problems)
    found = declare(merged, source.calendars)
    version = _version(source, found)
    key = (version, tuple(file.label for file in merged.files), id(source.standard))
    if not problems.errors and key in _packs:
        return _packs[key]
    pack = problems.attempt(_pack, source, merged, found, version)
    if pack is not None and not problems.errors:
        problems.errors.extend(checking.errors(pack))
    if len(problems.errors) >= MOST_ERRORS:
        problems.add(f"these are the first {MOST_ERRORS} errors; what comes after them was not checked", None)
    told = tuple(error for error in problems.errors if not isinstance(error, Consequence))
    errors = told or tuple(problems.errors)
    if errors or pack is None:
        return Report(None, errors=errors)
    report = Report(pack, checking.remarks(pack, found.names))
    if len(_packs) >= _MAX_CACHED:
        _packs.clear()
    _packs[key] = report
    return report


def _version(source: _Source, found: Declarations) -> str:
    """A hash of all that the pack says, whatever the order of its files and the ends of their lines."""
    parts = [f"pack {source.name} {source.county or ''}"]
    parts += [f"file {file.layer} {file.area} {file.digest.hex()}" for file in source.files]
    parts += [f"calendar {name} {calendar.digest}" for name, calendar in found.calendars.items()]
    parts += [f"settles {choice} {_said(_argument(value))!r}" for choice, value in source.settles.items()]
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:32]


def _pack(source: _Source, merged: Merged, found: Declarations, version: str) -> RulePack:
    names, read = found.names, _Reading(merged, found.names)
    facts = read.area("facts", read_fact)
    return RulePack(
        name=source.name,
        version=version,
        zone=_zone(merged, source),
        about=_about(merged),
        county=source.county,
        horizon_months=_horizon(merged),
        roles=found.roles,
        sources=found.sources,
        calendars=found.calendars,
        windows=found.windows,
        events=names.events,
        facts={**standard_facts(names, merged.of("facts")), **facts},
        choices=read.area("choices", read_choice),
        settles=_settles(merged, source, names),
        decisions=read.area("decisions", read_decision),
        lifecycles=read.area("lifecycles", read_lifecycle),
        duties=read.protocol("duties", read_duty),
        bars=read.protocol("bars", read_bar),
        files=tuple(file.label for file in merged.files),
        body=_body(source, found),
    )


# --- bodies -----------------------------------------------------------------------------------------------------------


class _Body(msgspec.Struct, array_like=True):
    """All that a pack was made from, so that a database can keep it and proofs made with it can always be read."""

    name: str
    county: str | None
    standard: bool
    settles: list[tuple[str, str]]
    files: list[tuple[str, int, bytes]]
    calendars: list[tuple[str, str, bytes]]


def _body(source: _Source, found: Declarations) -> bytes:
    named = {calendar.name for calendar in found.calendars.values()}
    calendars = [(name, file.label, file.data) for name, file in source.calendars.items() if name in named]
    files = [(file.label, file.layer, file.data) for file in source.files]
    said = {name: _said(_argument(value)) for name, value in source.settles.items()}
    settles = [(name, msgspec.json.encode(value).decode()) for name, value in said.items()]
    body = _Body(source.name, source.county, source.standard is STANDARD, settles, files, calendars)
    return zlib.compress(msgspec.msgpack.encode(body))


def pack_from_body(body: bytes) -> RulePack:
    """The pack of a stored body. Raises PackError."""
    kept = msgspec.msgpack.decode(zlib.decompress(body), type=_Body)

    def source() -> _Source:
        return _Source(
            kept.name,
            kept.county,
            tuple(source_file(label, data, layer) for label, layer, data in kept.files),
            {name: CalendarFile(label, None, data) for name, label, data in kept.calendars},
            STANDARD if kept.standard else _bare(),
            {name: msgspec.json.decode(value) for name, value in kept.settles},
        )

    return _pack_of(_check(source))


@attrs.frozen
class _Reading:
    """Reads the rules of a section, one after the other, and keeps the errors."""

    merged: Merged
    names: Names

    def area(self, section: str, read: Callable[[str, MapNode, Names, str], T]) -> dict[str, T]:
        """Rules that know the area they stand in."""
        return self._each(section, lambda one: read(one.name, _rule(one), self.names, one.file.area))

    def protocol(self, section: str, read: Callable[[str, MapNode, Names, str, str | None], T]) -> dict[str, T]:
        """Rules that also know the published protocol they express."""
        return self._each(
            section, lambda one: read(one.name, _rule(one), self.names, one.file.area, one.encodes.protocol)
        )

    def _each(self, section: str, read: Callable[[Declared], T]) -> dict[str, T]:
        found = {}
        for name, one in self.merged.of(section).items():
            if name in self.names.broken or not self.merged.problems.attempt(_is_meant, one, self.merged.of(section)):
                continue
            rule = self.merged.problems.attempt(read, one)
            if rule is not None:
                found[name] = rule
        return found


def _is_meant(one: Declared, others: Mapping[str, Declared]) -> bool:
    """Refuse what an overlay seems to change under a name that is slightly wrong."""
    if one.layer and isinstance(one.node, MapNode) and "label" not in one.node:
        near = nearest(one.name, [name for name, other in others.items() if not other.layer])
        if near is not None:
            message = f"the pack has no {shown(one.name)} to be changed; did you mean '{near}'?"
            raise PackError(message, one.at)
    return True


def _rule(one: Declared) -> MapNode:
    return one.node.map(f"a rule ({one.name}: {{label: ..., ...}})")


def _settles(merged: Merged, source: _Source, names: Names) -> dict[str, tuple[Settlement, ...]]:
    attempt = merged.problems.attempt
    found: dict[str, tuple[Settlement, ...]] = {}
    for name, one in merged.settles.items():
        settlements = attempt(_overlay_settlements, name, one, names)
        if settlements:
            found[name] = settlements
    for name, value in source.settles.items():
        settlement = attempt(_settled, name, value, names)
        if settlement:
            found[name] = (settlement,)
    return found


def _overlay_settlements(name: str, one: Declared, names: Names) -> tuple[Settlement, ...]:
    at = Node(one.at.file, one.at.line, one.at.column)
    _check_choice(name, at, names)
    return read_settlements(name, one.node, names)


def _check_choice(name: str, at: Node, names: Names) -> None:
    if names.what.get(name) != "choice" or name in names.broken:
        raise names.unknown(name, at, "the name of a choice", names.all_of("choice"))


def _settled(name: str, value: object, names: Names) -> Settlement:
    """A choice settled by an argument of the call."""
    node = _argument(value)
    try:
        _check_choice(name, node, names)
        return Settlement(name, settled_value(node, names.values[name], names))
    except PackError as error:
        if isinstance(value, Node):
            raise
        raise type(error)(f"settles {name}: {error.message}") from None


def _argument(value: object) -> Node:
    if isinstance(value, Node):
        return value
    if isinstance(value, list | tuple):
        parts = ListNode("settles", 1, 1)
        parts.nodes = tuple(_argument(one) for one in value)
        return parts
    text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return TextNode("settles", 1, 1, text, plain=True)


def _said(node: Node) -> object:
    """What a node says, wherever it stands."""
    return [_said(one) for one in node] if isinstance(node, ListNode) else node.text()


def _heading(merged: Merged, key: str) -> tuple[Node, ...]:
    """What the files say under a heading, those of the overlay alone if it says anything."""
    said = [(file.layer, file.tree[key]) for file in merged.files if key in file.tree]
    top = max((layer for layer, _ in said), default=0)
    return tuple(node for layer, node in said if layer == top)


def _agreed(merged: Merged, key: str) -> Node | None:
    """The one value of a heading; files that say different things are refused."""
    nodes = _heading(merged, key)
    for node in nodes[1:]:
        if node.text() != nodes[0].text():
            raise node.error(f"expected {key}: {nodes[0].text()}, as {nodes[0].mark} says, found {node.found}")
    return nodes[0] if nodes else None


def _zone(merged: Merged, source: _Source) -> str:
    node = _agreed(merged, "zone")
    if node is None:
        where = ", ".join(file.label for file in source.files[:3])
        raise PackError(f"no file of {source.name} names its time zone (zone: America/Los_Angeles); looked in {where}")
    name = node.text("a time zone like America/Los_Angeles")
    try:
        Zone(name)
    except ValueError as error:
        raise node.error(str(error)) from None
    return name


def _about(merged: Merged) -> str:
    """One sentence: of the pack's own file if there is one (`pack.yaml`), else of the first file that has one."""
    files = sorted(merged.files, key=lambda file: file.area != "pack")
    said = [file.tree["about"] for file in files if "about" in file.tree]
    return said[0].text("one sentence that says what this is about") if said else ""


def _horizon(merged: Merged) -> int:
    node = _agreed(merged, "horizon")
    if node is None:
        return HORIZON_MONTHS
    wanted = "a number of whole months or years, like 24 months"
    try:
        span = Span.parse(node.text(wanted))
    except ValueError:
        raise node.expected(wanted) from None
    months = {"months": 1, "years": 12}
    if not all(part.unit in months for part in span.parts) or not span.parts:
        raise node.expected(wanted)
    return sum(part.count * months[part.unit] for part in span.parts)


__all__ = [
    "Report",
    "check_files",
    "check_pack",
    "check_texts",
    "load_files",
    "load_pack",
    "load_texts",
    "pack_from_body",
]

"""Where rule packs are found: in the installed package, in a checkout, or in a county's own folder.

ROOT/NAME/*.yaml                    the pack of a state
ROOT/NAME/counties/COUNTY/*.yaml    an overlay: its changes, and one file for each published protocol
ROOT/calendars/*.yaml               calendars; a pack's or an overlay's own folder may hold `calendars/` too

A county's own ROOT may hold overlays only; they change the pack of that name that comes with the library.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs

from icpm_engine.errors import PackError, UnknownName
from icpm_engine.rules.merging import SourceFile, source_file
from icpm_engine.rules.profile import read
from icpm_engine.rules.words import hint, shown

_PACKAGE = Path(__file__).resolve().parent.parent
_RESERVED = {"calendars"}
MAX_FILES = 500  # that a folder of rules may hold
MAX_BYTES = 8 * 1024**2  # that all of them may hold together


@attrs.frozen
class Found:
    """The files that make up a pack: name, county, the parsed files, and the folders that may hold its calendars."""

    name: str
    county: str | None
    files: tuple[SourceFile, ...]
    calendar_folders: tuple[Path, ...]


def packs_root() -> Path:
    """The packs that come with the library: inside the package when installed, in a checkout `rules/` beside it."""
    installed = _PACKAGE / "packs"
    return installed if installed.is_dir() else _PACKAGE.parent.parent / "rules"


def pack_names(root: Path | None = None) -> list[str]:
    """The packs that can be loaded by name."""
    return _folders(root or packs_root())


def county_names(pack: str, root: Path | None = None) -> list[str]:
    """The counties that have an overlay in a pack."""
    return _folders((root or packs_root()) / pack / "counties")


def counties_of(pack: str) -> list[str]:
    """The counties that have an overlay in a pack, which is given by name or folder."""
    folder = Path(pack)
    return county_names(folder.name, folder.parent) if folder.is_dir() else county_names(pack)


def _folders(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(
        one.name for one in folder.iterdir() if one.is_dir() and one.name[:1] not in "._" and one.name not in _RESERVED
    )


def find(name: str | Path, county: str | Path | None, root: Path | None) -> Found:
    """The files of a pack by name or folder, with a county's overlay by name or folder. Raises PackError."""
    if is_path(name) and county is None:
        return _from_folder(Path(name), root)
    own = Path(name) if is_path(name) else _named(str(name), root or packs_root(), "rule pack", pack_names(root))
    base = own if county is None or _holds_rules(own) else packs_root() / own.name
    base_files = read_folder(base, 0)
    if county is None:
        return Found(base.name, None, base_files, _calendar_folders(base, root))
    if is_path(county):
        return _overlaid(base, base_files, Path(county), root)
    folder = _named(str(county), own / "counties", f"county of {base.name}", _folders(own / "counties"))
    found = _overlaid(base, base_files, folder, root)
    if found.county != county:
        raise PackError(
            f"the files in {folder} say county: {found.county}; expected {county}, as their folder is named"
        )
    return found


def _holds_rules(folder: Path) -> bool:
    """Whether a pack of this name is here, and not only overlays of one that comes with the library."""
    return not (folder / "counties").is_dir() or any(folder.glob("*.yaml")) or folder.name not in pack_names()


def is_path(name: str | Path) -> bool:
    """Whether this is the path of a folder and not the name of a pack or county."""
    return isinstance(name, Path) or "/" in name or "\\" in name or name.startswith(".")


def _named(name: str, parent: Path, what: str, known: list[str]) -> Path:
    if name not in known:
        raise UnknownName(f"there is no {what} named {shown(name)} in {parent}{hint(name, known)}")
    return parent / name


def _from_folder(folder: Path, root: Path | None) -> Found:
    """A pack, or an overlay that names its pack with `extends`."""
    files = read_folder(folder, 0)
    pack = _extends(files)
    if pack is None:
        return Found(folder.resolve().name, None, files, _calendar_folders(folder, root))
    base = _named(pack, root or packs_root(), "rule pack", pack_names(root))
    return _overlaid(base, read_folder(base, 0), folder, root)


def _overlaid(base: Path, base_files: tuple[SourceFile, ...], folder: Path, root: Path | None) -> Found:
    files = tuple(attrs.evolve(one, layer=1) for one in read_folder(folder, 1))
    extends = _extends(files)
    if extends != base.name:
        says = "none of its files says 'extends'" if extends is None else f"it extends {shown(extends)}"
        raise PackError(f"{folder} is no overlay of {base.name}: {says}; expected extends: {base.name}")
    county = _county(files) or folder.resolve().name
    folders = (folder / "calendars", *_calendar_folders(base, root))
    return Found(base.name, county, (*base_files, *files), folders)


def _extends(files: tuple[SourceFile, ...]) -> str | None:
    return _said("extends", files)


def _county(files: tuple[SourceFile, ...]) -> str | None:
    return _said("county", files)


def _said(key: str, files: tuple[SourceFile, ...]) -> str | None:
    """What the files of an overlay say about it; they must agree."""
    said: str | None = None
    for file in files:
        node = file.tree.take(key)
        if node is not None:
            word = node.slug(f"a name, after {key}")
            if said not in {None, word}:
                raise node.error(f"expected '{said}', as another file of this folder says, found {shown(word)}")
            said = word
    return said


def _calendar_folders(base: Path, root: Path | None) -> tuple[Path, ...]:
    folders = (base / "calendars", (root or base.parent) / "calendars", packs_root() / "calendars")
    return tuple(dict.fromkeys(folders))


def read_folder(folder: Path, layer: int) -> tuple[SourceFile, ...]:
    """Every rule file of a folder, in the order of their names. Raises PackError."""
    files, size = [], 0
    for path in _paths(folder):
        data = read(path)
        size += len(data)
        if size > MAX_BYTES:
            raise PackError(
                f"the folder {folder} holds more than {MAX_BYTES // 1024**2} MiB of rules, the most that is read"
            )
        files.append(source_file(label(path), data, layer))
    return tuple(files)


def _paths(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise PackError(f"there is no folder {folder}; rule files were expected in it")
    try:
        paths = sorted(_yaml(folder))
    except OSError as error:
        raise PackError(f"the folder {folder} cannot be read: {error.strerror}") from None
    if not paths:
        raise PackError(f"the folder {folder} holds no rule file (*.yaml)")
    if len(paths) > MAX_FILES:
        raise PackError(f"the folder {folder} holds {len(paths)} rule files; at most {MAX_FILES} are read")
    return paths


def _yaml(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.suffix == ".yml":
            raise PackError(f"{path}: rule files end in .yaml, this one in .yml")
        if path.suffix == ".yaml" and not path.name.startswith("."):
            yield path


def label(path: Path) -> str:
    """How messages name a file: from the folder of the packs on if it is one of them, else as it was given."""
    root = packs_root()
    return path.relative_to(root.parent).as_posix() if path.is_relative_to(root) else path.as_posix()


def calendar_paths(folders: tuple[Path, ...]) -> dict[str, Path]:
    """Calendar files by name; a folder further ahead goes before those after it."""
    paths: dict[str, Path] = {}
    for folder in reversed(folders):
        if folder.is_dir():
            paths.update({path.stem: path for path in _yaml(folder)})
    return paths

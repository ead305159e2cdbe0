"""One YAML profile for every file that people write: packs, calendars, stories, mappings.

Whatever a file holds, and whatever stands where a file should be, it is read or refused with its place; nothing else is
raised, nothing is waited for, and no file takes more memory than its size allows.
"""

from __future__ import annotations

import contextlib
import os
import socket
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpm_engine.errors import IcpmError, MappingError, PackError, ScenarioError
from icpm_engine.interop import load_mapping
from icpm_engine.rules import merging, packs, profile
from icpm_engine.rules.loading import check_texts, load_files, load_pack
from icpm_engine.rules.profile import read
from icpm_engine.scenarios import load_scenario
from icpm_engine.vocabulary import STANDARD
from tests.rules.rulefiles import BASE, duty, errors

HERE = Path(__file__).parent
STORY = "name: A story\nevents: [{on: 2026-03-02, case_opened: {}}]\nexpect: [{on: 2026-03-02, overdue: []}]\n"
MAPPING = "system: cms\nentered: {column: E, trusted_from: 2026-01-01}\n"


def as_calendar(path: Path) -> object:
    folder = path.parent
    rules = folder / "zone.rules"
    rules.write_text(BASE.replace("california-courts", path.stem))
    return load_files([rules], standard=False, calendars=folder)


READERS: dict[str, tuple[Callable[[Path], object], type[IcpmError]]] = {
    "pack": (lambda path: load_files([path]), PackError),
    "calendar": (as_calendar, PackError),
    "story": (load_scenario, ScenarioError),
    "mapping": (lambda path: load_mapping(path, STANDARD), MappingError),
}


@pytest.fixture(params=list(READERS))
def refused(request: pytest.FixtureRequest) -> Callable[[Path], str]:
    """What the reader of one kind of file says of a file."""
    load, error = READERS[request.param]

    def told(path: Path) -> str:
        with pytest.raises(error) as caught:
            load(path)
        return str(caught.value)

    return told


# --- what stands in a file --------------------------------------------------------------------------------------------

BOMBS: dict[str, tuple[str | bytes, str]] = {
    "billion laughs": ("\n".join(f"{one}: &{one} [{', '.join(['*' + one] * 9)}]" for one in "abcdefghi"), ":1:4: "),
    "merge keys": ("{<<: {a: 1}}", ":1:2: "),
    "deep brackets": ("[" * 500_000, ":1:41: "),
    "deep braces": ("{a: " * 200_000, ":1:161: "),
    "deep dashes": ("- " * 400_000, ":1:81: "),
    "100,000 keys": ("\n".join(f"key_{number}: 1" for number in range(70_000)), ":30000:"),
    "one long text": ("about: " + "x" * 2_000_000, ":1:1: "),
    "many documents": ("---\na: 1\n" * 50_000, ":3:1: "),
    "an object": ("a: !!python/object/apply:os.system ['true']", ":1:4: "),
    "a number typed by a tag": ("a: !!int '1'", ":1:4: "),
    "windows-1252": ("about: caf\N{LATIN SMALL LETTER E WITH ACUTE}".encode("cp1252"), ":1:11: "),
    "utf-16": ("about: x".encode("utf-16"), ":1:1: "),
    "a null byte": (b"about: x\0", ":1:9: "),
    "a tab": ("events:\n\t- a", ":2:1: "),
    "a key twice, deep": ("a: [{b: {c: 1, d: 2, c: 3}}]", ":1:22: "),
    "nothing": ("", ":1:1: "),
    "comments": ("# nothing\n" * 100_000, ":1:1: "),
    "null": ("~", ":1:1: "),
}


@pytest.mark.parametrize(("text", "place"), BOMBS.values(), ids=BOMBS)
def test_what_is_refused(text: str | bytes, place: str, refused: Callable[[Path], str], tmp_path: Path) -> None:
    path = tmp_path / "written.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    tracemalloc.start()
    try:
        told = refused(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert f"written.yaml{place}" in told
    assert len(told) < 1_000
    assert peak < 60 * 1024**2


def test_the_largest_file_that_is_read_keeps_within_bounds() -> None:
    text = "{" + ", ".join(f"k{number}: []" for number in range(profile.MAX_NODES // 2 - 1)) + "}"
    tracemalloc.start()
    tree = profile.parse_map(text, "a.yaml")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(tree) == profile.MAX_NODES // 2 - 1
    assert peak < 40 * 1024**2


def test_only_the_first_errors_of_very_many_are_looked_for() -> None:
    """Each would be compared with every name for the nearest one."""
    wrong = "".join(
        f"  d_{number:05}: {{label: D, authority: law, any: [d_x{number:05}]}}\n" for number in range(3_000)
    )
    told = errors(f"decisions:\n{wrong}")
    assert len(told) == merging.MOST_ERRORS + 1
    assert str(told[-1]) == "these are the first 200 errors; what comes after them was not checked"


def test_a_message_is_short_however_long_the_text() -> None:
    for due in ("3 days " * 9_000, "x" * 50_000, "3 days after " * 3_000 + "start"):
        for form in ("{within: %s}", "{by: %s}", "{open: [%s]}", "{%s: 1}", "%s"):
            told = errors(duty("", due=form % f"'{due}'"))
            assert told
            assert max(len(str(error)) for error in told) < 800, due[:20] + form


# --- what stands where a file should be -------------------------------------------------------------------------------


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)  # opening it would wait for somebody who writes


def unix_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        here = Path.cwd()
        os.chdir(path.parent)  # the name of a socket may not be long
        one.bind(path.name)
        os.chdir(here)


def loop(path: Path) -> None:
    path.symlink_to(path)


def dangling(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere.yaml")


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


NO_FILES = {
    folder: "expected a file of YAML text, found a folder",
    pipe: "expected a file of YAML text, found a pipe",
    unix_socket: "expected a file of YAML text, found a socket",
    loop: "this file cannot be read: Too many levels of symbolic links",
    dangling: "this file cannot be read: No such file or directory",
    endless: "expected a file of YAML text, found no plain file",
}


@pytest.mark.parametrize(("make", "words"), NO_FILES.items(), ids=[make.__name__ for make in NO_FILES])
def test_what_is_no_file(
    make: Callable[[Path], None], words: str, refused: Callable[[Path], str], tmp_path: Path
) -> None:
    path = tmp_path / "written.yaml"
    make(path)
    assert refused(path) == f"{path}:1:1: {words}"


def test_a_file_that_may_not_be_read(
    refused: Callable[[Path], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "written.yaml"
    path.write_text("about: x")
    opened = Path.open

    def denied(self: Path, mode: str = "r", **more: str) -> object:
        if self == path:
            raise PermissionError(13, "Permission denied")
        return opened(self, mode, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", denied)
    assert refused(path) == f"{path}:1:1: this file cannot be read: Permission denied"


def test_a_name_that_no_file_can_have() -> None:
    with pytest.raises(PackError, match="this file cannot be read: embedded null"):
        read(Path("a\0.yaml"))


def test_a_folder_of_rules_has_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        (tmp_path / f"{name}.yaml").write_text("about: " + "x" * 400_000)
    monkeypatch.setattr(packs, "MAX_BYTES", 1024**2)
    with pytest.raises(PackError, match="holds more than 1 MiB of rules"):
        load_pack(tmp_path)


def test_a_folder_of_rules_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", denied)
    with pytest.raises(PackError, match="cannot be read: Permission denied"):
        load_pack(tmp_path)


# --- scalars are typed by their place ---------------------------------------------------------------------------------

ODD = ["1_000", "0o7", "0x10", "12:30", ".inf", "-.inf", ".nan", "1e3", "+1", "2026-02-30", "2026-2-3", "20260203"]
ODD += ["on", "off", "Yes", "NO", "True", "null", "~", "''", "[]", "{}", "=", "\N{ARABIC-INDIC DIGIT THREE}"]

# A place of each type, and which of the odd texts are good there.
PLACES: dict[str, tuple[str, set[str]]] = {
    "yes or no": ("floor: {}", set()),
    "a whole number": ("encodes: {}", {"20260203"}),
    "how often": ("met: {{on: screened, times: {}}}", set()),
    "a number of a fact": ("while: {{score: {}}}", {"20260203"}),
    "a fact that is yes or no": ("while: {{acute: {}}}", set()),
    "an option": ("while: {{tool: {}}}", set()),
    "a date of a fact": ("while: {{screened_on: {}}}", set()),
    "a date to compare with": ("while: {{screened_on: {{after: {}}}}}", set()),
    "a share": ("met: {{on: screened, of: all, share: {}}}", set()),
    "a condition": ("while: {}", set()),
    "a line": ("cancelled: {}", set()),
    "a role": ("owner: {}", set()),
    "a source": ("escalates: {{at: due, tell: {}}}", set()),
    "a word": ("again: {}", set()),
    "a field": ("per: {}", set()),
    "a date of a version": ("versions: [{{from: {}, label: X}}]", set()),
    "a day in force": ("in_force: {{from: {}}}", set()),
}


@pytest.mark.parametrize(("place", "good"), PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_scalar_is_told_at_its_place(odd: str, place: str, good: set[str]) -> None:
    told = errors(duty(place.format(odd)))
    if odd in good:
        assert told == ()
        return
    assert len(told) == 1
    assert told[0].mark is not None
    assert (told[0].mark.file, told[0].mark.line) == ("rule.yaml", 7 if place.startswith("owner") else 8)
    bare = odd.strip("'")
    assert (
        bare in str(told[0])
        or "found nothing" in str(told[0])
        or "an empty" in str(told[0])
        or "a list" in str(told[0])
    )


def test_a_text_is_the_text_that_stands_there() -> None:
    """`12:30` is no number of minutes, `on` no truth, and `null` not nothing."""
    for odd in ("1_000", "0o7", "12:30", ".inf", "2026-02-30", "on", "No", "null", "~"):
        report = check_texts({"a.yaml": BASE.replace("label: Screen,", f"label: {odd},")}, standard=False)
        assert report.pack is not None
        assert report.pack.duties["screen"].texts[0].label == odd


# --- anything ---------------------------------------------------------------------------------------------------------

WORDS = sorted(
    {word for text in (BASE, STORY, MAPPING) for word in text.replace(",", " ").split() if word.isidentifier()}
)
SCALARS = st.sampled_from([*ODD[:19], *WORDS, "'quoted'", '"two\\nlines"', "2026-03-20T14:05", "30 days", "a.b"])
TREES = st.recursive(
    SCALARS,
    lambda parts: (
        st.lists(parts, max_size=4).map(lambda found: f"[{', '.join(found)}]")
        | st.dictionaries(st.sampled_from(WORDS), parts, max_size=4).map(
            lambda found: "{" + ", ".join(f"{key}: {part}" for key, part in found.items()) + "}"
        )
    ),
    max_leaves=12,
)
SECTIONS = st.dictionaries(
    st.sampled_from([*merging.SECTIONS, "name", "child", "children", "expect", "system", "columns", "events", "kinds"]),
    TREES,
    max_size=6,
)


@pytest.mark.parametrize("kind", list(READERS))
@given(sections=SECTIONS)
def test_a_tree_of_anything_is_read_or_refused(
    kind: str, sections: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    load, error = READERS[kind]
    path = tmp_path_factory.mktemp("tree") / "written.yaml"
    path.write_text("".join(f"{key}: {tree}\n" for key, tree in sections.items()) or "{}")
    with contextlib.suppress(error):
        load(path)

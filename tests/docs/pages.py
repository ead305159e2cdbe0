"""The fenced blocks of a page of docs/language, each with the rules that stand above it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import attrs

from icpm_engine.errors import IcpmError, PackError
from icpm_engine.history import compile_pack
from icpm_engine.rules.loading import check_pack
from icpm_engine.scenarios import Failure, parse_scenario, run_scenario

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "language"
TITLES = ("yaml rules", "yaml calendar", "yaml overlay", "yaml scenario", "yaml refused", "yaml remarked", "text")
TOLD = ("yaml refused", "yaml remarked")
PACK, COUNTY = "pages", "green"

_FENCE = re.compile(r"```(.*)$")
_PROOF = re.compile(r"text proof of (\S+) on (\S+)")
_VERSION = re.compile(r" \([0-9a-f]{12}\)")
_COUNTY = re.compile(r"^county: *([a-z_]+)", re.MULTILINE)


@attrs.frozen
class Block:
    """A fenced block: its title, the line of its fence, and the rules, overlay and error text that go with it."""

    page: str
    line: int
    title: str
    text: str
    rules: str | None
    overlay: str | None
    told: str | None = None
    calendar: str | None = None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    def run(self, folder: Path) -> str:
        """What is wrong with the block; nothing if it is as the page says."""
        if self.title == "yaml refused":
            found = self.refusal(folder) or "nothing: these rules are good"
            return "" if found == self.told else f"refused with\n{found}\nwhere the text block below says\n{self.told}"
        if self.title == "yaml remarked":
            found = self.refusal(folder) or self.remarks(folder)
            return "" if found == self.told else f"remarked\n{found}\nwhere the text block below says\n{self.told}"
        if self.title != "yaml scenario" and not _PROOF.match(self.title):
            return self.refusal(folder)
        try:
            failures = self.failures(folder)
        except IcpmError as error:
            return _as_a_page_names_it(str(error), folder)
        if self.title == "yaml scenario":
            return "\n\n".join(map(str, failures))
        found = _VERSION.sub("", _as_a_page_names_it(failures[0].proof, folder))
        return "" if found == self.told else f"the proof is\n{found}\nwhere the page says\n{self.told}"

    def refusal(self, folder: Path) -> str:
        """What the analyst is told about the rules of this block; nothing if they are good."""
        overlaid = self.title == "yaml overlay" or (self.title == "yaml refused" and "\nextends:" in f"\n{self.text}")
        rules, overlay = (self.rules, self.text) if overlaid else (self.text, None)
        county = self.written(folder, rules, overlay)
        report = check_pack(PACK, county, root=folder)
        errors = list(report.errors)
        if report.pack is not None:
            try:
                compile_pack(report.pack)
            except PackError as error:
                errors.append(error)
        return "\n".join(_as_a_page_names_it(str(error), folder) for error in errors)

    def written(self, folder: Path, rules: str | None, overlay: str | None) -> str | None:
        """Rules, overlay and the calendar above them as files of a folder; the county, if there is an overlay."""
        county = _write(folder, rules, overlay)
        if self.calendar is not None:
            (folder / "calendars").mkdir()
            name = re.search(r"^name: *(\S+)", self.calendar, re.MULTILINE)
            assert name is not None, f"{self}: the calendar above has no name"
            (folder / "calendars" / f"{name[1]}.yaml").write_text(self.calendar, "utf-8")
        return county

    def remarks(self, folder: Path) -> str:
        """What is remarked about the rules of this block, which `refusal` has written down."""
        report = check_pack(PACK, None, root=folder)
        return "\n".join(_as_a_page_names_it(str(remark), folder) for remark in report.remarks)

    def failures(self, folder: Path) -> list[Failure]:
        """What does not come out as the story expects, with the lines of the page."""
        county = self.written(folder, self.rules, self.overlay)
        story = parse_scenario("\n" * self.line + self.text, self.page)
        if asked := _PROOF.match(self.title):  # a word that no proof has, so that it is told
            told = f"name: A proof\nevents: [{{on: {asked[2]}, case_opened: {{}}}}]\n"
            told += f"expect: [{{on: {asked[2]}, because: {{'{asked[1]}': ['\u2400']}}}}]\n"
            story = attrs.evolve(story, expect=parse_scenario(told, self.page).expect)
        return run_scenario(attrs.evolve(story, pack=PACK, county=story.county or county), root=folder)


def _write(folder: Path, rules: str | None, overlay: str | None) -> str | None:
    """The rules as a pack in a folder, and the county of the overlay, if there is one."""
    assert rules is not None, "no rules stand above this block"
    pack = folder / PACK
    pack.mkdir()
    (pack / "rules.yaml").write_text(rules, "utf-8")
    if overlay is None:
        return None
    named = _COUNTY.search(overlay)
    county = named[1] if named else COUNTY
    (pack / "counties" / county).mkdir(parents=True)
    (pack / "counties" / county / "overlay.yaml").write_text(overlay, "utf-8")
    return county


def _as_a_page_names_it(message: str, folder: Path) -> str:
    return re.sub(rf"{re.escape(folder.as_posix())}/(?:[a-z_]+/)*(?=[a-z]+\.yaml)", "", message)


def pages() -> list[Path]:
    """Every page about the language."""
    return sorted(FOLDER.glob("*.md"))


def blocks(page: Path) -> list[Block]:
    """The blocks of a page that are run; raises AssertionError for one that nothing runs."""
    found: list[Block] = []
    rules = overlay = calendar = None
    for line, title, text in fenced(page):
        place = f"{page.name}:{line}"
        known = title in TITLES or _PROOF.fullmatch(title)
        assert known, f"{place}: a block is titled one of {', '.join(TITLES)}; found {title!r}"
        if title == "yaml calendar":
            calendar = text
            continue
        if title == "text":
            alone = not found or found[-1].title not in TOLD or found[-1].told is not None
            assert not alone, f"{place}: a text block tells the error of the one refused block above it"
            found[-1] = attrs.evolve(found[-1], told=text.rstrip("\n"))
            continue
        if _PROOF.fullmatch(title):
            story = next((block.text for block in reversed(found) if block.title == "yaml scenario"), None)
            assert story is not None, f"{place}: a proof belongs to the story above it"
            found.append(Block(page.name, line, title, story, rules, overlay, text.rstrip("\n"), calendar))
            continue
        found.append(Block(page.name, line, title, text, rules, overlay, calendar=calendar))
        if title == "yaml rules":
            rules, overlay = text, None
        elif title == "yaml overlay":
            overlay = text
    return found


def fenced(page: Path) -> Iterator[tuple[int, str, str]]:
    """Line, title and text of every fenced block."""
    opened: tuple[int, str] | None = None
    inside: list[str] = []
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        fence = _FENCE.match(line)
        if fence is None:
            inside.append(line)
        elif opened is None:
            opened, inside = (number, fence[1].strip()), []
        else:
            yield (*opened, "".join(f"{one}\n" for one in inside))
            opened = None
    assert opened is None, f"{page.name}:{opened}: this block is not closed"

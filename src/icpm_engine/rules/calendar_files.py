"""Calendar files and windows: open days with their citation, opening hours, seasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

from icpm_engine.calendars import WEEKDAYS, Calendar, Citation, Window, monday_to_friday
from icpm_engine.errors import Mark, PackError, UnknownName
from icpm_engine.rules.nodes import MapNode, Node
from icpm_engine.rules.profile import parse_map
from icpm_engine.rules.words import hint, shown

CALENDAR_KEYS = ("about", "name", "title", "source", "open", "covers", "closed")
CLOSED_KEYS = ("why", "known")
CITATION_KEYS = ("title", "link", "checked", "seen")
WINDOW_KEYS = ("hours", "weekdays", "season")
SEEN = ("seen", "secondary", "background")
MAX_YEARS = 60  # that one calendar may cover; a table is kept for each day
BUILT_IN: Mapping[str, Calendar] = {"monday-to-friday": monday_to_friday()}

Seen = Literal["seen", "secondary", "background"]


def read_calendar(source: str | bytes, file: str) -> Calendar:
    """The calendar of one file. Raises PackError."""
    tree = parse_map(source, file)
    tree.refuse_unknown(CALENDAR_KEYS, "in a calendar file")
    covers = tree.need("covers").map("{from: DATE, until: DATE}")
    covers.refuse_unknown(("from", "until"), "in covers")
    first, last = covers.need("from").day(), covers.need("until").day()
    if last - first > MAX_YEARS * 366:
        raise covers.error(f"a calendar covers at most {MAX_YEARS} years")
    closed = _closed(tree)
    try:
        return Calendar.from_parts(
            tree.need("name").slug("the calendar's name"),
            tree.need("title").text("a title"),
            _citation(tree.need("source").map("{title, link, checked, seen}")),
            read_weekdays(tree.need("open", "the open weekdays")),
            {day: why for day, (why, _) in closed.items()},
            first,
            last,
            known={day: known for day, (_, known) in closed.items() if known is not None},
        )
    except PackError:
        raise
    except ValueError as error:
        raise tree.error(str(error)) from None


def _citation(keys: MapNode) -> Citation:
    keys.refuse_unknown(CITATION_KEYS, "in a calendar's source")
    title, link, checked, seen = read_citation(keys)
    return Citation(title, link, checked, seen)


def read_citation(keys: MapNode) -> tuple[str, str | None, str | None, Seen]:
    """Title, link, day of the last check (ISO) and how it was seen, of a source."""
    title = keys.need("title").text("a title")
    link = keys["link"].text("a link") if "link" in keys else None
    if link is not None and not link.startswith(("https://", "http://")):
        raise keys["link"].error(f"expected a link that begins with https://, found {shown(link)}")
    checked = keys.take("checked")
    if checked is not None:
        checked.day("the date of the last check, like 2026-03-20")
    seen = keys["seen"].one_of(SEEN, "seen") if "seen" in keys else "background"
    return title, link, checked.text() if checked else None, cast("Seen", seen)


def read_weekdays(node: Node) -> tuple[int, ...]:
    """Weekdays by name, Monday is 0."""
    return tuple(WEEKDAYS.index(one.one_of(WEEKDAYS, "a weekday")) for one in node.one_or_more())


def _closed(tree: MapNode) -> dict[int, tuple[str, int | None]]:
    """The closed days: why, and from which day on it was known, where that was not so from the beginning."""
    if "closed" not in tree:
        return {}
    days = tree["closed"].map("{DATE: why it is closed}")
    return {days.keys_at[key].day(): _closed_day(node) for key, node in days.pairs()}


def _closed_day(node: Node) -> tuple[str, int | None]:
    if not isinstance(node, MapNode):
        return node.text("why it is closed"), None
    node.refuse_unknown(CLOSED_KEYS, "in a closed day")
    return node.need("why").text("why it is closed"), node.need("known", "the day from which on it was known").day()


def read_window(keys: MapNode) -> Window:
    """Opening hours, weekdays and a season, of the `calendars` section."""
    keys.refuse_unknown(WINDOW_KEYS, "in opening hours (a calendar of open days is named by its file)")
    weekdays = read_weekdays(keys["weekdays"]) if "weekdays" in keys else None
    hours = keys["hours"].text("hours like 07:00-19:00") if "hours" in keys else None
    season = keys["season"].text("a season like 06-01 to 08-31") if "season" in keys else None
    try:
        return Window.from_parts(hours, weekdays, season)
    except ValueError as error:
        raise keys.error(str(error)) from None


def unknown_calendar(name: str, mark: Mark, known: list[str]) -> PackError:
    """The error for a calendar file that is not there."""
    return UnknownName(f"no calendar file is named {shown(name)}{hint(name, known)}", mark)

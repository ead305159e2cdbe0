"""How pages name rules and what they rest on: every citation leads to the page of sources."""

from __future__ import annotations

from collections.abc import Sequence

from icpm_engine.pages.markdown import anchored, lines, link, said, table
from icpm_engine.rules.model import RulePack, Source
from icpm_engine.rules.register import citations
from icpm_engine.rules.wording import plain, words_of_review, words_of_seen, words_of_term

SOURCES = "sources.md"
NO_LIMIT = "no verified limit known"


def cited(name: str, pack: RulePack) -> str:
    """An authority: its title, with a link to what else is known of it, and how surely it is known."""
    source = pack.sources[name]
    return f"{link(source.title, f'{SOURCES}#{name}')} ({words_of_seen(source.seen)})"


def named(label: str, name: str, target: str | None = None) -> str:
    """A rule by its label and its name; `target` makes it a link."""
    return lines((link(label, target) if target else anchored(name, said(label)), f"`{name}`"))


def title_of(pack: RulePack) -> str:
    """The pack as a heading names it."""
    state = plain(pack.name.replace("-", " ")).title()
    return f"{plain((pack.county or '').replace('-', ' ')).title()} County, {state}" if pack.county else state


def sources_of(pack: RulePack) -> str:
    """The register of sources, without a day: whether a term is over is asked with `icpm sources`."""
    cites = citations(pack)
    rows = [
        (
            anchored(
                name, lines((f"`{name}`", said(" ".join(filter(None, (plain(source.kind or ""), source.section))))))
            ),
            lines(_what(source)),
            lines((words_of_seen(source.seen), source.checked or "")),
            said(", ".join(cites.get(name, ("no rule",)))),
        )
        for name, source in sorted(pack.sources.items())
    ]
    return table(("Source", "What it is", "Seen, checked", "Cited by"), rows)


def _what(source: Source) -> list[str]:
    words = [link(source.title, source.link) if source.link else said(source.title)]
    words += [f"{head} {said(told)}" for head, told in _agreed(source) if told]
    return words


def _agreed(source: Source) -> Sequence[tuple[str, str]]:
    parties = " and ".join(source.parties)
    return ("between", parties), ("in force", words_of_term(source)), ("review", words_of_review(source))

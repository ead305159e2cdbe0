"""The register of sources: what each is, who cites it, and which agreements are past their term or review."""

from __future__ import annotations

import pytest

from icpm_engine.rules.loading import load_pack, load_texts
from icpm_engine.rules.model import RulePack
from icpm_engine.rules.packs import county_names, pack_names
from icpm_engine.rules.register import Registered, citations, register
from icpm_engine.rules.source_forms import AGREED
from icpm_engine.rules.words import parse_date
from tests.rules.rulefiles import BASE

PACKS = [(name, county) for name in pack_names() for county in (None, *county_names(name))]
MOU = """\
sources:
  mou:
    title: An invented memorandum
    kind: agreement
    section: part 2
    parties: [Child welfare, Behavioral health]
    term: {from: 2025-07-01, until: 2028-06-30}
    review: {by: 2026-06-30}
"""


def on(pack: RulePack, day: str) -> dict[str, Registered]:
    ordinal = parse_date(day)
    assert ordinal is not None
    return {row.name: row for row in register(pack, ordinal)}


@pytest.mark.parametrize(
    ("day", "overdue"),
    [
        ("2026-06-30", ()),
        ("2026-07-01", ("past its review, which was due by 2026-06-30",)),
        (
            "2028-07-01",
            ("past its term, which ended on 2028-06-30", "past its review, which was due by 2026-06-30"),
        ),
    ],
)
def test_the_last_day_itself_is_not_past(day: str, overdue: tuple[str, ...]) -> None:
    row = on(load_texts({"a.yaml": BASE, "b.yaml": MOU}, standard=False), day)["mou"]
    assert row.overdue == overdue
    assert (row.kind, row.section, row.term_from, row.place) == ("agreement", "part 2", "2025-07-01", "b.yaml:3")
    assert row.parties == ("Child welfare", "Behavioral health")


def test_whoever_cites_a_source_is_named() -> None:
    law = on(load_texts({"a.yaml": BASE}, standard=False), "2026-06-30")["law"]
    assert law.cited_by == (
        "duty screen",
        "bar too_late",
        "decision high",
        "decision county",
        "choice from_where",
        "choice limit",
        "choice since_when",
    )


@pytest.mark.parametrize(("name", "county"), PACKS)
def test_every_source_that_ships_has_its_kind_and_nothing_that_no_rule_cites(name: str, county: str | None) -> None:
    pack = load_pack(name, county)
    cited = citations(pack)
    assert [source.name for source in pack.sources.values() if source.kind is None] == []
    assert [name for name, source in pack.sources.items() if name not in cited and source.kind not in AGREED] == []


@pytest.mark.parametrize(("name", "county"), PACKS)
def test_every_agreement_that_ships_names_its_parties(name: str, county: str | None) -> None:
    agreed = [source for source in load_pack(name, county).sources.values() if source.kind in AGREED]
    assert [source.name for source in agreed if not source.parties] == []

"""Rules that are off, tried as if they were in force."""

from __future__ import annotations

import pytest

from icpm_engine.errors import PackError
from icpm_engine.rules.loading import load_texts
from icpm_engine.rules.what_if import what_if

RULES = """
zone: America/Los_Angeles
sources: {letter: {title: A letter}}
roles: {worker: Worker}
defaults: {owner: worker, authority: letter}
duties:
  law: {label: Law, starts: case_opened, due: open, met: contact_made}
  bill: {label: Bill, off: draft, starts: case_opened, due: open, met: contact_made}
  hearsay: {label: Hearsay, off: unverified, starts: case_opened, due: open, met: contact_made}
bars:
  no_move: {label: No move, off: draft, forbids: placement_changed}
"""


def test_what_is_off_for_this_reason_is_in_force() -> None:
    pack = load_texts({"rules.yaml": RULES})
    tried = what_if(pack, "draft")
    assert {name: duty.off for name, duty in tried.duties.items()} == {
        "law": None,
        "bill": None,
        "hearsay": "unverified",
    }
    assert tried.bars["no_move"].off is None
    assert pack.duties["bill"].off == "draft"
    assert tried.version != pack.version


def test_a_reason_that_no_rule_has_is_refused() -> None:
    with pytest.raises(PackError, match="no rule of this pack is off as 'drafts'; did you mean 'draft'"):
        what_if(load_texts({"rules.yaml": RULES}), "drafts")

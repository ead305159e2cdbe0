"""What the pages promise is true: examples run, and links lead somewhere."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_leads_to_it(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()]

    assert broken == []


def test_the_example_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    example = re.search(r"## Use it\n\n((?: {4}.*\n|\n)+)", readme)
    assert example is not None
    monkeypatch.chdir(tmp_path)

    names: dict[str, object] = {}
    exec(textwrap.dedent(example.group(1)), names)  # noqa: S102 - our own page

    assert (tmp_path / "county.db").exists()
    assert names["outcome"].changes  # type: ignore[attr-defined]
    assert capsys.readouterr().out.count("Authority:") >= 1

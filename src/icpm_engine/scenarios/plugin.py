"""The pytest plugin: every scenario file is a test (docs/scenarios.md).

pytest imports this whenever it starts, in whatever project the library is installed, so nothing of the library is
imported before the first scenario is run.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from icpm_engine.scenarios.comparing import Failure

FOLDER = "scenarios"
SUFFIX = ".yaml"


class ScenarioFailed(AssertionError):
    """Raised by the test of a scenario of which something did not come out as expected."""

    def __init__(self, failures: list[Failure]) -> None:
        super().__init__("\n\n".join(map(str, failures)))
        self.failures = failures


def pytest_addoption(parser: pytest.Parser) -> None:
    """The two settings of a project: where its scenarios are, and where its rule packs."""
    parser.addini(
        "icpm_scenarios",
        f"folders (or files) of scenarios; left out: every folder named '{FOLDER}'; empty: none",
        type="paths",
        default=None,
    )
    parser.addini(
        "icpm_packs", "a folder of rule packs, for scenarios of rules of your own", type="paths", default=None
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    """A scenario file as a collector of its one test."""
    if file_path.suffix == SUFFIX and _is_scenario(file_path, parent.config):
        return ScenarioFile.from_parent(parent, path=file_path)
    return None


def _is_scenario(path: Path, config: pytest.Config) -> bool:
    named: list[Path] | None = config.getini("icpm_scenarios")
    if named is not None:
        return any(path.is_relative_to(folder) for folder in named)
    root = config.rootpath
    if path.is_relative_to(root):
        return FOLDER in (root.name, *path.relative_to(root).parts[:-1])
    return FOLDER in path.parts[:-1]


class ScenarioFile(pytest.File):
    """A file that holds one scenario."""

    def collect(self) -> Iterator[ScenarioItem]:
        """The scenario as a test. The file is read when the test is run, so that a wrong one fails alone."""
        yield ScenarioItem.from_parent(self, name=self.path.stem)


class ScenarioItem(pytest.Item):
    """One scenario as a test."""

    def runtest(self) -> None:
        """Run the story; raises ScenarioFailed with every expectation that did not come true."""
        from icpm_engine.scenarios.runner import run_file  # noqa: PLC0415 - see the top of this module

        folders: list[Path] | None = self.config.getini("icpm_packs")
        failures = run_file(self.path, root=folders[0] if folders else None, label=self._label())
        if failures:
            raise ScenarioFailed(failures)

    def _label(self) -> str:
        """The path as messages show it: from the folder that pytest was started in."""
        here = self.config.invocation_params.dir
        return str(self.path.relative_to(here)) if self.path.is_relative_to(here) else str(self.path)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        """What to read of a failure: the report, or what is wrong with the file; a traceback for a fault of ours."""
        from icpm_engine.errors import IcpmError  # noqa: PLC0415 - see the top of this module

        if isinstance(excinfo.value, ScenarioFailed | IcpmError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the test is, for pytest's lines."""
        return self.path, None, self.name

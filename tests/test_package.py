"""The package as a whole: its version and names, its pinned packages, what its wheel holds, what its layers import."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import icpm_engine

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "icpm_engine"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK_LINES = [line for line in (ROOT / "requirements" / "dev.txt").read_text("utf-8").splitlines() if line[:1] != "#"]
LOCK = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in LOCK_LINES)}
IMPURE = {"psycopg", "random", "secrets", "sqlalchemy", "sqlite3", "sqlmodel", "time", "uuid"}


def declared() -> Iterator[Requirement]:
    project, groups = PYPROJECT["project"], PYPROJECT["dependency-groups"]
    names = [PYPROJECT["build-system"]["requires"], project["dependencies"], *project["optional-dependencies"].values()]
    for entry in (entry for entries in [*names, *groups.values()] for entry in entries):
        if isinstance(entry, str):  # else a group that is included, whose own entries come by themselves
            yield Requirement(entry)


def needs(name: str, *extras: str) -> set[str]:
    """Names of the packages that one installed package asks for here, with these extras."""
    wanted = map(Requirement, importlib.metadata.requires(name) or [])
    environments = [{"extra": extra} for extra in ("", *extras)]
    here = (need for need in wanted if not need.marker or any(map(need.marker.evaluate, environments)))
    return {canonicalize_name(need.name) for need in here}


def pure_modules() -> list[str]:
    layers: list[str] = PYPROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    store = next(number for number, layer in enumerate(layers) if "store" in layer)
    below = [name for layer in layers[store + 1 :] for name in re.findall(r"\w+", layer)]
    return ["plan", "reports", "sheets", *below]  # these stand beside the store, or above it; all are pure


def files_of(module: str) -> list[Path]:
    return [*PACKAGE.glob(f"{module}.py"), *PACKAGE.glob(f"{module}/**/*.py")]


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    plain = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {(node.module or "").split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}


def test_version_is_the_installed_one() -> None:
    assert icpm_engine.__version__ == importlib.metadata.version("icpm-engine")


def test_public_names_exist_and_are_sorted() -> None:
    assert icpm_engine.__all__ == sorted(icpm_engine.__all__)
    assert [name for name in icpm_engine.__all__ if not hasattr(icpm_engine, name)] == []


def test_every_package_says_what_it_is() -> None:
    inits = sorted(PACKAGE.rglob("__init__.py"))
    assert len(inits) > 1
    assert [path for path in inits if not ast.get_docstring(ast.parse(path.read_text("utf-8")))] == []


def test_lock_holds_plain_versions_only() -> None:
    assert [line for line in LOCK_LINES if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9a-z.]*", line)] == []
    assert len(LOCK) == len(LOCK_LINES)


@pytest.mark.parametrize("requirement", sorted(set(declared()), key=str), ids=str)
def test_lock_covers_each_declared_dependency(requirement: Requirement) -> None:
    assert requirement.specifier.contains(LOCK[canonicalize_name(requirement.name)])
    assert needs(requirement.name, *requirement.extras) <= LOCK.keys()


def test_lock_covers_what_its_packages_need() -> None:
    assert {name: missing for name in LOCK if (missing := needs(name) - LOCK.keys())} == {}


def test_what_is_installed_is_what_is_pinned() -> None:
    assert {name: importlib.metadata.version(name) for name in LOCK} == LOCK


def test_wheel_holds_the_library_and_the_packs() -> None:
    held = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    packs = {f"icpm_engine/packs/{path.relative_to(ROOT / 'rules')}" for path in (ROOT / "rules").rglob("*.yaml")}
    assert {"icpm_engine/__init__.py", "icpm_engine/errors.py", "icpm_engine/py.typed"} <= held
    assert packs <= held
    assert {f"icpm_engine/sheets/{name}" for name in ("languages/es.toml", "layout/sheet.css")} <= held
    assert {name.split("/")[0] for name in held} == {"icpm_engine"}


@pytest.mark.parametrize("module", pure_modules())
def test_below_the_store_nothing_reads_a_database_a_clock_or_chance(module: str) -> None:
    assert {str(path): bad for path in files_of(module) if (bad := imported(path) & IMPURE)} == {}


def test_purity_is_checked_where_code_is() -> None:
    assert {"errors", "rules", "vocabulary", "calendars"} <= set(pure_modules())
    assert {path.name for path in files_of("errors")} == {"errors.py"}
    assert imported(PACKAGE / "errors.py") == {"__future__", "attrs"}


def test_the_page_on_how_it_is_built_names_every_module_at_the_top() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    folders = page.split("## Folders")[1].split("    rules/california/")[0]
    named = re.findall(r"^      ([a-z]+)(?:\.py|/) ", folders, re.MULTILINE)
    there = [path.stem for path in PACKAGE.iterdir() if not path.name.startswith(("_", "py."))]
    assert sorted(named) == sorted(there)
